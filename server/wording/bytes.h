/* Text as the rules see it: bytes of an own alphabet, ASCII in lower case, one byte a jamo, and a few bytes for
 * everything else, so that one PCRE2 pattern sees through every form of the same word. */
#ifndef BONGSU_WORDING_BYTES_H
#define BONGSU_WORDING_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum byte {
    BYTE_MASKED = 0x02, /* something hidden: code, URL, quotation */
    BYTE_PERSON = 0x03, /* a name of the roster */
    BYTE_L = 0x80, /* 19 leading consonants */
    BYTE_V = 0x93, /* 21 vowels */
    BYTE_T = 0xa7, /* + 1..27 final consonants */
    BYTE_LETTER = 0xc3, /* letter of another script */
    BYTE_SYMBOL = 0xc4,
    BYTE_DOT = 0xc5 /* middle dots */
};
enum { JAMO_L = 19, JAMO_V = 21, JAMO_T = 27 };

static inline bool byte_is_l(unsigned char byte) {
    return byte >= BYTE_L && byte < BYTE_L + JAMO_L;
}
static inline bool byte_is_v(unsigned char byte) {
    return byte >= BYTE_V && byte < BYTE_V + JAMO_V;
}
static inline bool byte_is_t(unsigned char byte) {
    return byte > BYTE_T && byte <= BYTE_T + JAMO_T;
}
static inline bool byte_is_hangul(unsigned char byte) {
    return byte >= BYTE_L && byte <= BYTE_T + JAMO_T;
}
static inline bool byte_is_latin(unsigned char byte) {
    return byte >= 'a' && byte <= 'z';
}
static inline bool byte_is_digit(unsigned char byte) {
    return byte >= '0' && byte <= '9';
}
/* A letter or digit of any script. */
static inline bool byte_is_word(unsigned char byte) {
    return byte_is_latin(byte) || byte_is_digit(byte) || byte == '_' || (byte >= BYTE_L && byte <= BYTE_LETTER);
}

/* The original, decoded. */
struct source {
    const char *bytes;
    size_t size;
    uint32_t *points;
    uint32_t *offsets; /* byte offset of each point, and of the end */
    size_t count;
};

struct text {
    unsigned char *bytes;
    uint32_t *map; /* index of the code point each byte comes from */
    size_t len;
};

/* Marks over a folded text, one a byte. */
enum mark { MARK_MASKED = 1, MARK_OWNER = 2, MARK_PERSON = 4 };

struct range {
    size_t start, end;
};
struct ranges {
    struct range *list;
    size_t count, size;
};
void ranges_add(struct arena *arena, struct ranges *ranges, size_t start, size_t end);

void source_decode(struct arena *arena, const char *bytes, size_t size, struct source *out);
void text_fold(struct arena *arena, const struct source *source, struct text *out);
void text_squeeze(struct arena *arena, const struct text *folded, const unsigned char *marks, struct text *out);
void text_sentences(struct arena *arena, const struct text *text, struct ranges *out);
/* Hangul in conjoining bytes for a UTF-8 word: what patterns and names are made of. */
void text_fold_word(struct arena *arena, const char *word, struct text *out);

#endif
