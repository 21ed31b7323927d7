/* Search tokens: see bigram.h. */
#include "text/bigram.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

struct tokens {
    struct arena *arena;
    const char **list;
    size_t count, size;
};

enum { SIZE_LIMIT = 4 * 1024 * 1024 };

/* Plain ASCII without capitals and whole Hangul syllables, which is most of what people write here, are folded as they
 * stand: nothing in them composes, decomposes or disappears. */
static bool is_folded(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        if (*at < 0x80) {
            if (*at >= 'A' && *at <= 'Z') return false;
            at++;
            continue;
        }
        if (*at < 0xea || *at > 0xed || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80) return false;
        unsigned point = (at[0] & 0xfU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
        if (point < 0xac00 || point > 0xd7a3) return false;
        at += 3;
    }
    return true;
}

char *bigram_fold(struct arena *arena, const char *text) {
    size_t len = strlen(text);
    if (len <= SIZE_LIMIT && is_folded(text)) return arena_strn(arena, text, len);
    if (len > SIZE_LIMIT || !utf8_valid(text, len)) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    UChar *wide = ARENA_ARRAY(arena, len + 1, UChar);
    int32_t count = 0;
    u_strFromUTF8(wide, (int32_t)len + 1, &count, text, (int32_t)len, &status);
    int32_t size = count * 2 + 32;
    UChar *folded = ARENA_ARRAY(arena, (size_t)size, UChar);
    int32_t used = unorm2_normalize(fold, wide, count, folded, size, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) { /* a few signs become many letters */
        status = U_ZERO_ERROR;
        size = used + 1;
        folded = ARENA_ARRAY(arena, (size_t)size, UChar);
        used = unorm2_normalize(fold, wide, count, folded, size, &status);
    }
    if (U_FAILURE(status)) return NULL;
    int32_t bytes = used * 3 + 1;
    char *out = arena_alloc(arena, (size_t)bytes);
    u_strToUTF8(out, bytes, NULL, folded, used, &status);
    return U_FAILURE(status) ? NULL : out;
}

static bool is_pair_script(uint32_t point) {
    return (point >= 0xac00 && point <= 0xd7a3) || (point >= 0x1100 && point <= 0x11ff) ||
           (point >= 0x3040 && point <= 0x30ff) || (point >= 0x3400 && point <= 0x9fff) ||
           (point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3134f);
}

static void token_add(struct tokens *tokens, const char *text, size_t len) {
    if (tokens->count == tokens->size) {
        size_t size = tokens->size * 2 + 64;
        const char **list = ARENA_ARRAY(tokens->arena, size, const char *);
        if (tokens->count > 0) memcpy(list, tokens->list, tokens->count * sizeof *list);
        tokens->list = list;
        tokens->size = size;
    }
    if (len > BIGRAM_TOKEN_BYTES) {
        len = BIGRAM_TOKEN_BYTES;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) len--;
    }
    tokens->list[tokens->count++] = arena_strn(tokens->arena, text, len);
}

/* A run of Hangul or Chinese characters of `bytes` bytes. The last character alone follows its pairs if `tail`. */
static void pairs_add(struct tokens *tokens, const char *run, size_t bytes, bool tail) {
    uint32_t point;
    size_t first = utf8_next(run, bytes, &point);
    if (first == bytes) {
        token_add(tokens, run, bytes);
        return;
    }
    size_t at = 0;
    for (size_t second; at + first < bytes; at += first, first = second) {
        second = utf8_next(run + at + first, bytes - at - first, &point);
        token_add(tokens, run + at, first + second);
    }
    if (tail) token_add(tokens, run + at, first);
}

/* Calls for every run of one kind: pairs or a whole word. */
static void split(struct tokens *tokens, const char *text, bool tail, size_t max) {
    size_t len = strlen(text);
    for (size_t at = 0; at < len && tokens->count < max;) {
        uint32_t point;
        size_t step = utf8_next(text + at, len - at, &point);
        bool pairs = is_pair_script(point);
        if (!pairs && !u_isalnum((UChar32)point)) {
            at += step;
            continue;
        }
        size_t start = at;
        do {
            at += step;
            step = utf8_next(text + at, len - at, &point);
        } while (at < len && is_pair_script(point) == pairs && (pairs || u_isalnum((UChar32)point)));
        if (pairs) pairs_add(tokens, text + start, at - start, tail);
        else token_add(tokens, text + start, at - start);
    }
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_unique(struct tokens *tokens) {
    if (tokens->count == 0) return;
    qsort(tokens->list, tokens->count, sizeof *tokens->list, by_bytes);
    size_t kept = 1;
    for (size_t i = 1; i < tokens->count; i++) {
        if (strcmp(tokens->list[i], tokens->list[kept - 1]) != 0) tokens->list[kept++] = tokens->list[i];
    }
    tokens->count = kept;
}

size_t bigram_index(struct arena *arena, const char *text, const char ***out) {
    struct tokens tokens = { .arena = arena };
    const char *folded = bigram_fold(arena, text);
    if (folded != NULL) split(&tokens, folded, true, BIGRAM_INDEX_MAX * 4);
    sort_unique(&tokens);
    *out = tokens.list;
    return tokens.count < BIGRAM_INDEX_MAX ? tokens.count : BIGRAM_INDEX_MAX;
}

size_t bigram_query(struct arena *arena, const char *query, struct bigram_term **out) {
    struct tokens tokens = { .arena = arena };
    const char *folded = bigram_fold(arena, query);
    if (folded != NULL) split(&tokens, folded, false, BIGRAM_QUERY_MAX);
    sort_unique(&tokens);
    size_t count = tokens.count < BIGRAM_QUERY_MAX ? tokens.count : BIGRAM_QUERY_MAX;
    struct bigram_term *terms = ARENA_ARRAY(arena, count + 1, struct bigram_term);
    for (size_t i = 0; i < count; i++) {
        uint32_t point;
        size_t len = strlen(tokens.list[i]);
        terms[i].text = tokens.list[i];
        terms[i].prefix = utf8_next(tokens.list[i], len, &point) == len && is_pair_script(point);
    }
    *out = terms;
    return count;
}
