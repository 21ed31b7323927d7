/* Log: see log.h. Each line is built on the stack and written by one write(2), so lines never mix. */
#include "base/log.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const NAMES[] = { "debug", "info", "warn", "error", "fatal" };
static _Atomic int lowest = LOG_INFO;

struct line {
    char bytes[8192];
    size_t len;
};

static void put(struct line *line, const char *text, size_t len) {
    size_t room = sizeof line->bytes - 4 - line->len; /* leaves space for `"}\n` */
    if (len > room) len = room;
    memcpy(line->bytes + line->len, text, len);
    line->len += len;
}

static void put_escaped(struct line *line, const char *text) {
    enum { VALUE_MAX = 1024 };
    for (size_t i = 0; text[i] != '\0' && i < VALUE_MAX; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\') {
            char pair[2] = { '\\', (char)byte };
            put(line, pair, 2);
        } else if (byte < 0x20) {
            char hex[8];
            int n = snprintf(hex, sizeof hex, "\\u%04x", byte);
            put(line, hex, (size_t)n);
        } else {
            put(line, &text[i], 1);
        }
    }
}

static void put_pair(struct line *line, const char *key, const char *value) {
    put(line, ",\"", 2);
    put_escaped(line, key);
    put(line, "\":\"", 3);
    put_escaped(line, value == NULL ? "" : value);
    put(line, "\"", 1);
}

void log_set_level(enum log_level level) {
    atomic_store(&lowest, (int)level);
}

void log_event(enum log_level level, const char *event, ...) {
    if ((int)level < atomic_load(&lowest)) return;
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now); /* the log tells real time, not the settable clock */
    gmtime_r(&now.tv_sec, &utc);
    struct line line = { .len = 0 };
    char head[64];
    int n = snprintf(head, sizeof head, "{\"ts\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\"", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000000);
    put(&line, head, (size_t)n < sizeof head ? (size_t)n : sizeof head - 1);
    put_pair(&line, "level", NAMES[level]);
    put_pair(&line, "event", event);
    va_list args;
    va_start(args, event);
    for (const char *key = va_arg(args, const char *); key != NULL; key = va_arg(args, const char *)) {
        put_pair(&line, key, va_arg(args, const char *));
    }
    va_end(args);
    memcpy(line.bytes + line.len, "}\n", 2);
    line.len += 2;
    if (write(STDERR_FILENO, line.bytes, line.len) < 0) return; /* nowhere left to say so */
}

void log_error(const char *event, const char *request_id, const struct error *err) {
    char place[96];
    snprintf(place, sizeof place, "%s:%d", err->file == NULL ? "" : err->file, err->line);
    enum log_level level = error_class(err->kind)->log_as_fault ? LOG_ERROR : LOG_INFO;
    log_event(level, event, "request_id", request_id, "kind", error_class(err->kind)->name, "code", err->code, "detail",
              err->detail, "at", place, NULL);
}
