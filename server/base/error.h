/* Errors: one fixed-size value on the caller's stack, filled by whoever fails, read by whoever answers.
 *
 * `code` is a stable word (incident.already_closed) used by the API and as message key `error.CODE`;
 * `detail` is for logs only and never shown to users. Bad input names its fields in struct field_errors.
 */
#ifndef BONGSU_BASE_ERROR_H
#define BONGSU_BASE_ERROR_H

#include "base/require.h"

#include <stdbool.h>

struct arena;

enum error_kind {
    ERR_NONE,
    ERR_UNREADABLE, /* 400 cannot be parsed at all */
    ERR_INVALID, /* 422 understood and refused, with reasons */
    ERR_NOT_FOUND, /* 404 */
    ERR_FORBIDDEN, /* 403 */
    ERR_UNAUTHENTICATED, /* 401 */
    ERR_CONFLICT, /* 409 */
    ERR_STALE, /* 409 somebody else changed it since it was read */
    ERR_TOO_LARGE, /* 413 */
    ERR_MEDIA_TYPE, /* 415 */
    ERR_LIMIT, /* 429 */
    ERR_BUSY, /* 503, worth another try */
    ERR_UPSTREAM, /* 502 somebody else's server */
    ERR_INTERNAL, /* 500 */
    ERR_KIND_COUNT
};

struct error {
    enum error_kind kind;
    char code[48];
    char field[48];
    char detail[256];
    int retry_after_s; /* ERR_LIMIT, ERR_BUSY: worth trying again then; 0 if unknown */
    const char *file;
    int line;
};

/* Fills *err and returns false, so that `return ERROR(err, ERR_CONFLICT, "incident.closed", "…")` reads well. */
bool error_set(struct error *err, enum error_kind kind, const char *code, const char *file, int line,
               const char *format, ...) __attribute__((format(printf, 6, 7)));
#define ERROR(err, kind, code, ...) error_set((err), (kind), (code), __FILE__, __LINE__, __VA_ARGS__)

struct error_class {
    const char *name; /* "invalid" */
    int http_status;
    bool retryable;
    bool log_as_fault; /* ours, not the caller's */
};
const struct error_class *error_class(enum error_kind kind);

/* What was wrong with each field of an input. `code` is a message key under `field_error.`;
 * `arg` fills {arg} in it (a limit, the accepted values) and may be NULL. */
struct field_error {
    const char *field;
    const char *code;
    const char *arg;
    struct field_error *next;
};

struct field_errors {
    struct field_error *first;
    struct field_error *last;
    int count;
};

/* Strings are copied into the arena. A field keeps its first error; at most 50 are kept. */
void field_error_add(struct field_errors *errors, struct arena *arena, const char *field, const char *code,
                     const char *arg);

#endif
