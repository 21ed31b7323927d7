/* Merge: of overlapping hits one that blocks stays before one that advises (a name in a notice, whatever is said of
 * it), then the one with the higher priority, then the longer one. What stays becomes a
 * finding with its place in the original, in code points, UTF-16 units and bytes. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

static int by_weight(const void *a, const void *b) {
    const struct hit *x = a;
    const struct hit *y = b;
    if (x->blocks != y->blocks) return x->blocks ? -1 : 1;
    if (x->rule->priority != y->rule->priority) return x->rule->priority > y->rule->priority ? -1 : 1;
    size_t x_len = x->end - x->start;
    size_t y_len = y->end - y->start;
    if (x_len != y_len) return x_len > y_len ? -1 : 1;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return strcmp(x->rule->id, y->rule->id);
}

static int by_place(const void *a, const void *b) {
    const struct hit *x = a;
    const struct hit *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return 0;
}

void check_merge(struct check *check) {
    struct hits *hits = &check->hits;
    if (hits->count == 0) return;
    for (size_t i = 0; i < hits->count; i++)
        hits->list[i].blocks = hits->list[i].rule->severity[check->input->kind] == WORDING_BLOCK;
    qsort(hits->list, hits->count, sizeof *hits->list, by_weight);
    unsigned char *taken = arena_alloc(check->arena, check->text.len + 1);
    size_t kept = 0;
    for (size_t i = 0; i < hits->count && kept < WORDING_FINDINGS_MAX; i++) {
        const struct hit *hit = &hits->list[i];
        if (memchr(taken + hit->start, 1, hit->end - hit->start) != NULL) continue;
        memset(taken + hit->start, 1, hit->end - hit->start);
        hits->list[kept++] = *hit;
    }
    hits->count = kept;
    qsort(hits->list, kept, sizeof *hits->list, by_place);
}

/* The code points of a hit: trimmed of spaces, and never half a syllable of decomposed text. */
static struct range points_of(const struct check *check, const struct hit *hit) {
    size_t first = hit->start;
    size_t last = hit->end - 1;
    while (first < last && check->text.bytes[first] == ' ') first++;
    while (last > first && check->text.bytes[last] == ' ') last--;
    while (last + 1 < check->text.len && !byte_is_l(check->text.bytes[last + 1]) &&
           byte_is_hangul(check->text.bytes[last + 1])) {
        last++;
    }
    while (first > 0 && (byte_is_v(check->text.bytes[first]) || byte_is_t(check->text.bytes[first]))) first--;
    return (struct range){ check->text.map[first], check->text.map[last] + 1u };
}

static const char *sentence_hash(const struct check *check, size_t index) {
    const struct range *sentence = &check->sentences.list[index];
    char hash[SECRET_HASH_SIZE];
    secret_hash(check->text.bytes + sentence->start, sentence->end - sentence->start, hash);
    return arena_strn(check->arena, hash, 32);
}

struct wording_finding *findings_of(struct check *check, enum wording_lang lang) {
    struct wording_finding *list = ARENA_ARRAY(check->arena, check->hits.count + 1, struct wording_finding);
    const struct source *source = &check->source;
    size_t units = 0; /* UTF-16 units before `point` */
    size_t point = 0;
    for (size_t i = 0; i < check->hits.count; i++) {
        const struct hit *hit = &check->hits.list[i];
        struct range place = points_of(check, hit);
        struct wording_finding *finding = &list[i];
        while (point < place.start) units += source->points[point++] > 0xffff ? 2 : 1;
        size_t wide = 0;
        for (size_t at = place.start; at < place.end; at++) wide += source->points[at] > 0xffff ? 2 : 1;
        *finding = (struct wording_finding){
            .rule = hit->limit ? "checker.limit" : hit->rule->id,
            .category = hit->rule->category,
            .start = (uint32_t)place.start,
            .end = (uint32_t)place.end,
            .start_utf16 = (uint32_t)units,
            .end_utf16 = (uint32_t)(units + wide),
            .start_byte = source->offsets[place.start],
            .end_byte = source->offsets[place.end],
            .severity = hit->rule->severity[check->input->kind],
            .message = hit->rule->message[lang],
            .suggestions = suggest_for(check, hit, lang),
            .sentence = sentence_hash(check, hit->sentence),
        };
    }
    return list;
}
