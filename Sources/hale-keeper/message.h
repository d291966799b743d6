#ifndef MESSAGE_H
#define MESSAGE_H

#include "platform.h"

// A frame is a little-endian 32-bit length and that many bytes: fields that each end with a NUL byte. The first field
// is the verb, the others are key=value.

enum {
    FRAME_HEADER = 4,
    FRAME_LIMIT = 1 << 20,
    FIELD_LIMIT = 16384,
    // The largest message of ours is a notification of 4 KiB with one field for each of its lines.
    MESSAGE_LIMIT = 32768,
};

/// A message being written.
struct message {
    size_t length;
    char bytes[MESSAGE_LIMIT];
};

void message_begin(struct message *message, const char *verb);
/// Adds key=value. A field that no longer fits is left out.
void message_add(struct message *message, const char *key, const char *value);
void message_add_bytes(struct message *message, const char *key, const char *value, size_t count);
void message_add_signed(struct message *message, const char *key, int64_t value);
void message_add_unsigned(struct message *message, const char *key, uint64_t value);
/// Fills in the length; the frame is then `bytes[0..<length]`.
void message_end(struct message *message);

struct field {
    const char *key;
    const char *value;
};

/// A message read; it points into the frame's payload.
struct order {
    const char *verb;
    size_t count;
    struct field *fields;
};

uint32_t frame_length(const unsigned char *header);
/// Splits a payload in place. Returns what is wrong with it, or NULL; then `order_free` is due.
const char *order_read(struct order *order, char *payload, size_t count);
void order_free(struct order *order);
/// The value of a key, NULL when absent.
const char *order_value(const struct order *order, const char *key);
/// How often a key occurs.
size_t order_occurrences(const struct order *order, const char *key);

#endif
