/* Percent-encoding: see urlenc.h. */
#include "http/urlenc.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "http/http.h"

#include <string.h>

static int hex_value(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

char *urlenc_decode(struct arena *arena, const char *text, size_t len, bool plus_is_space) {
    char *out = arena_alloc(arena, len + 1);
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char byte = text[i];
        if (byte == '%') {
            if (len - i < 3) return NULL;
            int high = hex_value(text[i + 1]);
            int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return NULL;
            byte = (char)(high * 16 + low);
            i += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        if (byte == '\0') return NULL;
        out[used++] = byte;
    }
    out[used] = '\0';
    return utf8_valid(out, used) ? out : NULL;
}

static size_t count_pairs(const char *text, size_t len) {
    size_t count = len > 0 ? 1 : 0;
    for (size_t i = 0; i < len; i++) count += text[i] == '&';
    return count;
}

bool urlenc_pairs(struct arena *arena, const char *text, size_t len, const struct http_pair **out) {
    size_t most = count_pairs(text, len);
    if (most > URLENC_PAIRS_MAX) return false;
    struct http_pair *pairs = ARENA_ARRAY(arena, most + 1, struct http_pair);
    size_t count = 0;
    for (size_t at = 0; at < len;) {
        const char *amp = memchr(text + at, '&', len - at);
        size_t piece = amp == NULL ? len - at : (size_t)(amp - text) - at;
        if (piece > 0) {
            const char *equals = memchr(text + at, '=', piece);
            size_t name_len = equals == NULL ? piece : (size_t)(equals - text) - at;
            size_t value_at = equals == NULL ? piece : name_len + 1;
            pairs[count].name = urlenc_decode(arena, text + at, name_len, true);
            pairs[count].value = urlenc_decode(arena, text + at + value_at, piece - value_at, true);
            if (pairs[count].name == NULL || pairs[count].value == NULL) return false;
            count++;
        }
        at += piece + 1;
    }
    *out = pairs;
    return true;
}

void urlenc_add(struct buf *buf, const char *text) {
    static const char HEX[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     strchr("-._~", byte) != NULL;
        if (plain) {
            buf_putc(buf, (char)byte);
        } else {
            char escape[3] = { '%', HEX[byte >> 4], HEX[byte & 15] };
            buf_add(buf, escape, 3);
        }
    }
}
