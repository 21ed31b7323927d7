/* Text helpers: see str.h. */
#include "base/str.h"

#include "base/arena.h"

#include <string.h>

bool str_eq(const char *a, const char *b) {
    if (a == NULL || b == NULL) return a == b;
    return *a == *b && strcmp(a, b) == 0; /* most texts that differ do so in their first byte */
}

bool str_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix) {
    size_t text_len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return text_len >= suffix_len && memcmp(text + text_len - suffix_len, suffix, suffix_len) == 0;
}

/* Length of what takes no ink and starts here, 0 if none: white space, and what passes for a letter though nobody sees
 * it (zero-width space, word joiner, byte order mark, the fillers of Hangul, the empty Braille pattern). */
static size_t space_at(const char *text) {
    static const char *const WIDE[] = { "\xe1\x85\x9f", "\xe1\x85\xa0", "\xe2\x80\x8b", "\xe2\x81\xa0", "\xe2\xa0\x80",
                                        "\xe3\x80\x80", "\xe3\x85\xa4", "\xef\xbb\xbf", "\xef\xbe\xa0" };
    if (*text != '\0' && strchr(" \t\r\n\v\f", *text) != NULL) return 1;
    if (strncmp(text, "\xc2\xa0", 2) == 0) return 2;
    for (size_t i = 0; ((unsigned char)*text & 0xf0) == 0xe0 && i < sizeof WIDE / sizeof *WIDE; i++) {
        if (strncmp(text, WIDE[i], 3) == 0) return 3;
    }
    return 0;
}

bool utf8_turns(const char *text) {
    for (; (text = strstr(text, "\xe2")) != NULL; text++) {
        unsigned char second = (unsigned char)text[1], third = second == 0 ? 0 : (unsigned char)text[2];
        if (second == 0x80 && third >= 0xaa && third <= 0xae) return true;
        if (second == 0x81 && third >= 0xa6 && third <= 0xa9) return true;
    }
    return false;
}

bool str_blank(const char *text) {
    if (text == NULL) return true;
    for (size_t step; *text != '\0'; text += step) {
        step = space_at(text);
        if (step == 0) return false;
    }
    return true;
}

void str_copy(char *out, size_t size, const char *text) {
    size_t len = strlen(text);
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) len--;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

bool str_to_i64(const char *text, int64_t *out) {
    if (text == NULL) return false;
    bool negative = *text == '-';
    const char *digit = text + (negative ? 1 : 0);
    if (*digit == '\0') return false;
    int64_t value = 0;
    for (; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9') return false;
        int step = negative ? '0' - *digit : *digit - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, step, &value)) return false;
    }
    *out = value;
    return true;
}

char *str_clean(struct arena *arena, const char *text) {
    if (text == NULL) return NULL;
    size_t step;
    while ((step = space_at(text)) > 0) text += step;
    char *copy = arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;
    size_t last = 0; /* end of the last character that is not white space */
    while (*text != '\0') {
        if (text[0] == '\r' && text[1] == '\n') text++;
        step = space_at(text);
        size_t take = step > 0 ? step : 1;
        memcpy(copy + len, text, take);
        len += take;
        text += take;
        if (step == 0) last = len;
    }
    copy[last] = '\0';
    return copy;
}

size_t str_split(struct arena *arena, const char *text, const char *separators, char ***pieces) {
    size_t count = 0;
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, separators);
        size_t len = strcspn(at, separators);
        if (len > 0) count++;
        at += len;
    }
    char **list = ARENA_ARRAY(arena, count + 1, char *);
    size_t used = 0;
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, separators);
        size_t len = strcspn(at, separators);
        if (len > 0) list[used++] = arena_strn(arena, at, len);
        at += len;
    }
    *pieces = list;
    return count;
}

/* 0 if the bytes do not start with a well-formed sequence. */
static size_t decode(const unsigned char *bytes, size_t len, uint32_t *out) {
    static const uint32_t LOWEST[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (len == 0) return 0;
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || len < need) return 0;
    uint32_t value = lead & (0x7fU >> need);
    for (size_t i = 1; i < need; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
        value = (value << 6) | (bytes[i] & 0x3fU);
    }
    if (value < LOWEST[need] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
    *out = value;
    return need;
}

bool utf8_valid(const char *bytes, size_t len) {
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = 0; i < len;) {
        uint32_t point;
        size_t step = decode(at + i, len - i, &point);
        if (step == 0) return false;
        i += step;
    }
    return true;
}

bool utf8_printable(const char *bytes, size_t len, bool multiline) {
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == 0x7f) return false;
        if (byte >= 0x20) continue;
        if (multiline && (byte == '\t' || byte == '\n' || byte == '\r')) continue;
        return false;
    }
    return true;
}

size_t utf8_count(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text & 0xc0) != 0x80) count++;
    }
    return count;
}

size_t utf8_next(const char *bytes, size_t len, uint32_t *out) {
    size_t step = decode((const unsigned char *)bytes, len, out);
    if (step == 0 && len > 0) { /* callers promise valid text; a stray byte still must not stop them */
        *out = 0xfffd;
        return 1;
    }
    return step;
}

size_t utf8_put(char out[4], uint32_t code_point) {
    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return 0;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t len = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char LEADS[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    out[0] = (char)(LEADS[len] | code_point);
    return len;
}
