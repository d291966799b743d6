#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool append(struct message *message, const char *bytes, size_t count) {
    if (count > sizeof message->bytes - message->length) return false;
    memcpy(message->bytes + message->length, bytes, count);
    message->length += count;
    return true;
}

void message_begin(struct message *message, const char *verb) {
    message->length = FRAME_HEADER;
    append(message, verb, strlen(verb) + 1);
}

void message_add_bytes(struct message *message, const char *key, const char *value, size_t count) {
    size_t before = message->length;
    if (!append(message, key, strlen(key)) || !append(message, "=", 1) || !append(message, value, count)
        || !append(message, "", 1))
        message->length = before;
}

void message_add(struct message *message, const char *key, const char *value) {
    message_add_bytes(message, key, value, strlen(value));
}

void message_add_signed(struct message *message, const char *key, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    message_add(message, key, text);
}

void message_add_unsigned(struct message *message, const char *key, uint64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    message_add(message, key, text);
}

void message_end(struct message *message) {
    uint32_t length = (uint32_t)(message->length - FRAME_HEADER);
    for (int index = 0; index < FRAME_HEADER; index++) message->bytes[index] = (char)(length >> (8 * index) & 0xff);
}

uint32_t frame_length(const unsigned char *header) {
    return (uint32_t)header[0] | (uint32_t)header[1] << 8 | (uint32_t)header[2] << 16 | (uint32_t)header[3] << 24;
}

const char *order_read(struct order *order, char *payload, size_t count) {
    *order = (struct order){0};
    if (count == 0 || payload[count - 1] != 0) return "the frame does not end with a NUL byte";
    size_t fields = 0;
    for (size_t index = 0; index < count; index++) fields += payload[index] == 0;
    if (fields > FIELD_LIMIT) return "the frame has more than 16384 fields";
    order->verb = payload;
    if (!*payload) return "the frame has no verb";
    order->fields = calloc(fields, sizeof *order->fields);
    if (!order->fields) return "no memory to read the frame";
    for (char *field = payload + strlen(payload) + 1; field < payload + count;) {
        char *next = field + strlen(field) + 1;
        char *equals = strchr(field, '=');
        if (!equals || equals == field) {
            order_free(order);
            return "a field is not key=value";
        }
        *equals = 0;
        order->fields[order->count++] = (struct field){.key = field, .value = equals + 1};
        field = next;
    }
    return NULL;
}

void order_free(struct order *order) {
    free(order->fields);
    order->fields = NULL;
    order->count = 0;
}

const char *order_value(const struct order *order, const char *key) {
    for (size_t index = 0; index < order->count; index++)
        if (strcmp(order->fields[index].key, key) == 0) return order->fields[index].value;
    return NULL;
}

size_t order_occurrences(const struct order *order, const char *key) {
    size_t found = 0;
    for (size_t index = 0; index < order->count; index++) found += strcmp(order->fields[index].key, key) == 0;
    return found;
}
