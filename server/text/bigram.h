/* Search tokens that find Korean: text is normalised and case-folded (NFKC, Unicode case folding), runs of Hangul,
 * Chinese characters and kana become overlapping pairs (장애복구 → 장애 애복 복구), other words stay whole. */
#ifndef BONGSU_TEXT_BIGRAM_H
#define BONGSU_TEXT_BIGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum {
    BIGRAM_INDEX_MAX = 20000, /* different tokens kept of one text */
    BIGRAM_QUERY_MAX = 32,
    BIGRAM_TOKEN_BYTES = 64 /* longer words are cut */
};

/* Tokens of a text for the index, each once, in bytewise order. The last syllable of every run stands alone too, so
 * that a search for one syllable finds it anywhere. Invalid UTF-8 gives none. */
size_t bigram_index(struct arena *arena, const char *text, const char ***tokens);

/* What a text must contain to match a query: all terms. One syllable on its own is a prefix (락 finds 락 and 락이). */
struct bigram_term {
    const char *text;
    bool prefix;
};
size_t bigram_query(struct arena *arena, const char *query, struct bigram_term **terms);

/* Normalised and folded text as the tokens see it, for comparing titles. NULL for invalid UTF-8. */
char *bigram_fold(struct arena *arena, const char *text);

#endif
