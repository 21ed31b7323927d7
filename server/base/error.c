/* Errors: see error.h. */
#include "base/error.h"

#include "base/arena.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct error_class CLASSES[ERR_KIND_COUNT] = {
    [ERR_NONE] = { "none", 200, false, false },
    [ERR_UNREADABLE] = { "unreadable", 400, false, false },
    [ERR_INVALID] = { "invalid", 422, false, false },
    [ERR_NOT_FOUND] = { "not_found", 404, false, false },
    [ERR_FORBIDDEN] = { "forbidden", 403, false, false },
    [ERR_UNAUTHENTICATED] = { "unauthenticated", 401, false, false },
    [ERR_CONFLICT] = { "conflict", 409, false, false },
    [ERR_STALE] = { "stale", 409, false, false },
    [ERR_TOO_LARGE] = { "too_large", 413, false, false },
    [ERR_MEDIA_TYPE] = { "media_type", 415, false, false },
    [ERR_LIMIT] = { "limit", 429, true, false },
    [ERR_BUSY] = { "busy", 503, true, false },
    [ERR_UPSTREAM] = { "upstream", 502, true, false },
    [ERR_INTERNAL] = { "internal", 500, false, true },
};

bool error_set(struct error *err, enum error_kind kind, const char *code, const char *file, int line,
               const char *format, ...) {
    REQUIRE(err != NULL && kind > ERR_NONE && kind < ERR_KIND_COUNT);
    err->kind = kind;
    err->file = file;
    err->line = line;
    err->field[0] = '\0';
    err->retry_after_s = 0;
    snprintf(err->code, sizeof err->code, "%s", code);
    va_list args;
    va_start(args, format);
    vsnprintf(err->detail, sizeof err->detail, format, args);
    va_end(args);
    return false;
}

const struct error_class *error_class(enum error_kind kind) {
    REQUIRE(kind < ERR_KIND_COUNT);
    return &CLASSES[kind];
}

void field_error_add(struct field_errors *errors, struct arena *arena, const char *field, const char *code,
                     const char *arg) {
    enum { FIELD_ERRORS_MAX = 50 };
    if (errors->count >= FIELD_ERRORS_MAX) return;
    for (const struct field_error *given = errors->first; given != NULL; given = given->next) {
        if (strcmp(given->field, field) == 0) return;
    }
    struct field_error *entry = ARENA_NEW(arena, struct field_error);
    entry->field = arena_str(arena, field);
    entry->code = arena_str(arena, code);
    entry->arg = arena_str(arena, arg);
    if (errors->last == NULL) errors->first = entry;
    else errors->last->next = entry;
    errors->last = entry;
    errors->count++;
}

_Noreturn void die(const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    log_event(LOG_FATAL, "die", "reason", text, NULL);
    abort();
}
