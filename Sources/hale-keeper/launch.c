#include "launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int resource;
} resources[] = {
    {"nofile", RLIMIT_NOFILE}, {"nproc", RLIMIT_NPROC}, {"core", RLIMIT_CORE},
    {"as", RLIMIT_AS},         {"data", RLIMIT_DATA},   {"stack", RLIMIT_STACK},
    {"fsize", RLIMIT_FSIZE},   {"cpu", RLIMIT_CPU},     {"memlock", RLIMIT_MEMLOCK},
};

static bool read_amount(const char *text, rlim_t *amount) {
    if (strcmp(text, "unlimited") == 0) {
        *amount = RLIM_INFINITY;
        return true;
    }
    uint64_t number;
    if (!parse_number(text, 0, INT64_MAX, &number)) return false;
    *amount = (rlim_t)number;
    return true;
}

/// Reads name:soft:hard.
static bool read_limit(const char *text, struct launch_limit *limit) {
    char copy[64];
    if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy) return false;
    char *soft = strchr(copy, ':');
    char *hard = soft ? strchr(soft + 1, ':') : NULL;
    if (!hard) return false;
    *soft++ = 0;
    *hard++ = 0;
    if (!read_amount(soft, &limit->value.rlim_cur) || !read_amount(hard, &limit->value.rlim_max)) return false;
    if (limit->value.rlim_cur > limit->value.rlim_max) return false;
    for (size_t index = 0; index < sizeof resources / sizeof *resources; index++) {
        if (strcmp(copy, resources[index].name) != 0) continue;
        limit->name = resources[index].name;
        limit->resource = resources[index].resource;
        return true;
    }
    return false;
}

static bool read_mask(const char *text, mode_t *mask) {
    if (!*text || strlen(text) > 4 || strspn(text, "01234567") != strlen(text)) return false;
    unsigned long value = strtoul(text, NULL, 8);
    *mask = (mode_t)value;
    return value <= 0777;
}

static bool is_own_variable(const char *text) {
    return strncmp(text, "HALE_TOKEN=", 11) == 0 || strncmp(text, "NOTIFY_SOCKET=", 14) == 0;
}

/// Reads the keys that occur any number of times.
static const char *read_lists(struct launch *launch, const struct order *order) {
    size_t arguments = 0;
    for (size_t index = 0; index < order->count; index++) {
        const char *key = order->fields[index].key, *value = order->fields[index].value;
        if (strcmp(key, "arg") == 0) {
            launch->arguments[arguments++] = value;
        } else if (strcmp(key, "env") == 0) {
            if (!strchr(value, '=') || *value == '=') return "env: expected NAME=VALUE";
            if (!is_own_variable(value)) launch->environment[launch->environment_count++] = value;
        } else if (strcmp(key, "limit") == 0) {
            if (launch->limit_count == LAUNCH_LIMITS) return "limit: given more than 32 times";
            if (!read_limit(value, &launch->limits[launch->limit_count++]))
                return "limit: expected name:soft:hard with a known name and soft at most hard";
        }
    }
    return NULL;
}

static const char *read_values(struct launch *launch, const struct order *order) {
    const char *value = order_value(order, "launch");
    if (!value || !parse_number(value, 1, INT64_MAX, &launch->number)) return "launch: expected a number above 0";
    launch->token = order_value(order, "token");
    if (!launch->token || !*launch->token) return "token: expected a text";
    if (strlen(launch->token) > TOKEN_LIMIT) return "token: longer than 256 bytes";
    launch->directory = (value = order_value(order, "directory")) ? value : "/";
    if (*launch->directory != '/') return "directory: expected an absolute path";
    launch->user = order_value(order, "user");
    launch->group = order_value(order, "group");
    if ((launch->user && !*launch->user) || (launch->group && !*launch->group)) return "user, group: expected a name";
    launch->mask = 022;
    if ((value = order_value(order, "umask")) && !read_mask(value, &launch->mask))
        return "umask: expected octal digits";
    launch->log = (value = order_value(order, "log")) ? value : "";
    if (*launch->log && *launch->log != '/') return "log: expected an absolute path";
    if (strlen(launch->log) >= PATH_MAX - 16) return "log: the path is too long";
    if ((value = order_value(order, "logSize")) && !parse_number(value, 0, INT64_MAX, &launch->log_size))
        return "logSize: expected bytes";
    if (launch->log_size > 0 && launch->log_size < 1024) return "logSize: expected 0 or at least 1024 bytes";
    uint64_t files = 1;
    if ((value = order_value(order, "logFiles")) && !parse_number(value, 1, 1000, &files))
        return "logFiles: expected 1 to 1000";
    launch->log_files = (unsigned)files;
    return NULL;
}

const char *launch_read(struct launch *launch, const struct order *order) {
    *launch = (struct launch){0};
    size_t arguments = order_occurrences(order, "arg");
    if (arguments == 0) return "arg: expected at least the program";
    launch->arguments = calloc(arguments + 1, sizeof *launch->arguments);
    launch->environment = calloc(order_occurrences(order, "env") + OWN_VARIABLES + 1, sizeof *launch->environment);
    const char *wrong = launch->arguments && launch->environment ? NULL : "no memory for the order";
    if (!wrong) wrong = read_values(launch, order);
    if (!wrong) wrong = read_lists(launch, order);
    if (!wrong && !*launch->arguments[0]) wrong = "arg: the program is empty";
    if (wrong) launch_free(launch);
    return wrong;
}

void launch_free(struct launch *launch) {
    free(launch->arguments);
    free(launch->environment);
    launch->arguments = launch->environment = NULL;
}
