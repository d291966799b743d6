#ifndef ORDERS_H
#define ORDERS_H

#include "keeper.h"

/// Carries out one order and answers it, at once or when its outcome is known.
void order_handle(struct keeper *keeper, struct peer *peer, char *payload, size_t count);

#endif
