/* Matching: see match.h. */
#include "runbook/match.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/bigram.h"

#include <string.h>

enum { SCORE_ALERT = 10, SCORE_SERVICE = 4, SCORE_WORD = 3, WORDS_COUNTED = 4 };

static const char *fold(struct arena *arena, const char *text) {
    const char *folded = text == NULL ? NULL : bigram_fold(arena, text);
    return folded == NULL ? "" : folded;
}

/* A comma list, looked through in order. Folding neither adds nor takes away a comma in it, or it is folded piece by
 * piece; the pieces are found where they stand, for a page looks for hundreds. */
struct pieces {
    char **texts, **folded;
    size_t count, at;
};

static struct pieces pieces_of(struct arena *arena, const char *list) {
    struct pieces pieces = { .at = 0 };
    size_t folded;
    pieces.count = str_split(arena, list, ",", &pieces.texts);
    folded = str_split(arena, fold(arena, list), ",", &pieces.folded);
    for (size_t i = 0; folded != pieces.count && i < pieces.count; i++) {
        if (i == 0) pieces.folded = ARENA_ARRAY(arena, pieces.count, char *);
        pieces.folded[i] = arena_str(arena, fold(arena, pieces.texts[i]));
    }
    return pieces;
}

static bool is_word(const char *text, size_t len) {
    uint32_t point;
    return len > 0 && utf8_next(text, len, &point) < len;
}

/* The next piece that occurs in the text, or NULL. Single characters say too little to count. */
static const char *next_hit(struct arena *arena, struct pieces *pieces, const char *text) {
    while (pieces->at < pieces->count) {
        size_t at = pieces->at++;
        const char *word = pieces->folded[at] + strspn(pieces->folded[at], " \t\r\n");
        size_t len = strlen(word);
        while (len > 0 && strchr(" \t\r\n", word[len - 1]) != NULL) len--;
        if (is_word(word, len) && memmem(text, strlen(text), word, len) != NULL)
            return str_clean(arena, pieces->texts[at]);
    }
    return NULL;
}

static void match_alerts(struct arena *arena, const struct runbook_case *facts, struct runbook_match *match) {
    if (facts->alerts == NULL || facts->alerts[0] == NULL) return;
    struct pieces pieces = pieces_of(arena, match->runbook->alerts);
    for (size_t i = 0; facts->alerts[i] != NULL && match->alert == NULL; i++) {
        pieces.at = 0;
        match->alert = next_hit(arena, &pieces, fold(arena, facts->alerts[i]));
    }
    if (match->alert != NULL) match->score += SCORE_ALERT;
}

static void match_words(struct arena *arena, const char *text, struct runbook_match *match) {
    struct pieces pieces = pieces_of(arena, match->runbook->words);
    struct buf found;
    buf_init(&found, arena, 2048);
    for (int hits = 0; hits < WORDS_COUNTED; hits++) {
        const char *word = next_hit(arena, &pieces, text);
        if (word == NULL) break;
        buf_printf(&found, "%s%s", hits == 0 ? "" : ", ", word);
        match->score += SCORE_WORD;
        match->words = arena_strn(arena, found.data, found.len);
    }
}

static void keep_best(struct runbook_match out[RUNBOOK_MATCHES_MAX], size_t *count, struct runbook_match match) {
    size_t at = *count;
    while (at > 0 && out[at - 1].score < match.score) at--;
    if (at == RUNBOOK_MATCHES_MAX) return;
    if (*count < RUNBOOK_MATCHES_MAX) (*count)++;
    memmove(&out[at + 1], &out[at], (*count - at - 1) * sizeof *out);
    out[at] = match;
}

size_t runbook_match(struct arena *arena, const struct runbook_list *list, const struct runbook_case *facts,
                     struct runbook_match out[RUNBOOK_MATCHES_MAX]) {
    const char *text = fold(arena, facts->text);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct runbook *runbook = &list->items[i];
        struct runbook_match match = { .runbook = runbook };
        if (runbook->service != NULL && facts->service != NULL && !str_eq(runbook->service, facts->service)) continue;
        match.service = runbook->service != NULL && facts->service != NULL;
        if (match.service) match.score += SCORE_SERVICE;
        match_alerts(arena, facts, &match);
        match_words(arena, text, &match);
        if (match.score > 0) keep_best(out, &count, match);
    }
    return count;
}
