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

/* The piece of a comma list that occurs in the text, in order; *from goes on behind it. Single characters say too
 * little to count. */
static const char *next_hit(struct arena *arena, char **pieces, size_t count, size_t *from, const char *text) {
    while (*from < count) {
        const char *piece = str_clean(arena, pieces[(*from)++]);
        if (utf8_count(piece) >= 2 && strstr(text, fold(arena, piece)) != NULL) return piece;
    }
    return NULL;
}

static void match_alerts(struct arena *arena, const struct runbook_case *facts, struct runbook_match *match) {
    char **pieces;
    if (facts->alerts == NULL || facts->alerts[0] == NULL) return;
    size_t count = str_split(arena, match->runbook->alerts, ",", &pieces);
    for (size_t i = 0; facts->alerts[i] != NULL && match->alert == NULL; i++) {
        size_t from = 0;
        match->alert = next_hit(arena, pieces, count, &from, fold(arena, facts->alerts[i]));
    }
    if (match->alert != NULL) match->score += SCORE_ALERT;
}

static void match_words(struct arena *arena, const char *text, struct runbook_match *match) {
    char **pieces;
    size_t count = str_split(arena, match->runbook->words, ",", &pieces), from = 0;
    struct buf found;
    buf_init(&found, arena, 2048);
    for (int hits = 0; hits < WORDS_COUNTED; hits++) {
        const char *word = next_hit(arena, pieces, count, &from, text);
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
