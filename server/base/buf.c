/* Buffer: see buf.h. */
#include "base/buf.h"

#include "base/arena.h"
#include "base/require.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_SIZE = 256 };

void buf_init(struct buf *buf, struct arena *arena, size_t max) {
    *buf = (struct buf){ .arena = arena, .max = max };
    buf->size = max < FIRST_SIZE ? max : FIRST_SIZE;
    buf->data = arena_bytes(arena, buf->size + 1);
    buf->data[0] = '\0';
}

void buf_reserve(struct buf *buf, size_t more) {
    if (buf->size - buf->len >= more || buf->size == buf->max) return;
    size_t size = buf->size * 2;
    if (size < buf->len + more) size = buf->len + more;
    if (size > buf->max) size = buf->max;
    char *data = arena_bytes(buf->arena, size + 1);
    memcpy(data, buf->data, buf->len + 1);
    buf->data = data;
    buf->size = size;
}

void buf_add(struct buf *buf, const char *bytes, size_t len) {
    if (buf->overflow || len == 0) return;
    if (len > buf->max - buf->len) {
        buf->overflow = true;
        return;
    }
    buf_reserve(buf, len);
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char byte) {
    buf_add(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *format, ...) {
    char small[512];
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    REQUIRE(need >= 0);
    if ((size_t)need < sizeof small) buf_add(buf, small, (size_t)need);
    else buf_add(buf, arena_vprintf(buf->arena, format, again), (size_t)need);
    va_end(again);
}

static const char *html_entity(char byte) {
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void buf_html(struct buf *buf, const char *text, size_t len) {
    size_t plain = 0; /* start of the stretch not yet copied */
    for (size_t i = 0; i < len; i++) {
        const char *entity = html_entity(text[i]);
        if (entity == NULL) continue;
        buf_add(buf, text + plain, i - plain);
        buf_puts(buf, entity);
        plain = i + 1;
    }
    buf_add(buf, text + plain, len - plain);
}

void buf_json(struct buf *buf, const char *text) {
    if (text == NULL) {
        buf_puts(buf, "null");
        return;
    }
    buf_putc(buf, '"');
    size_t plain = 0;
    size_t i = 0;
    for (; text[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        buf_add(buf, text + plain, i - plain);
        plain = i + 1;
        if (byte == '\n') buf_puts(buf, "\\n");
        else if (byte == '"') buf_puts(buf, "\\\"");
        else if (byte == '\\') buf_puts(buf, "\\\\");
        else buf_printf(buf, "\\u%04x", byte);
    }
    buf_add(buf, text + plain, i - plain);
    buf_putc(buf, '"');
}

void buf_i64(struct buf *buf, long long value) {
    char digits[24];
    size_t at = sizeof digits;
    unsigned long long rest = value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value;
    do digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0) digits[--at] = '-';
    buf_add(buf, digits + at, sizeof digits - at);
}
