/* Buffer: a growing text with a mandatory maximum, in an arena. Going over the maximum sets `overflow`
 * and drops the rest, so that a caller checks once at the end. Always NUL-terminated. */
#ifndef BONGSU_BASE_BUF_H
#define BONGSU_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct buf {
    struct arena *arena;
    char *data; /* never NULL after buf_init */
    size_t len;
    size_t size;
    size_t max;
    bool overflow;
};

void buf_init(struct buf *buf, struct arena *arena, size_t max);
void buf_reserve(struct buf *buf, size_t more); /* one allocation instead of several */
void buf_add(struct buf *buf, const char *bytes, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_html(struct buf *buf, const char *text, size_t len); /* & < > " ' escaped: text and quoted attributes */
void buf_json(struct buf *buf, const char *text); /* a JSON string with its quotes; NULL writes null */
void buf_i64(struct buf *buf, long long value);

#endif
