/* Suggestions: the rewrites of a rule with their slots filled from the text. "{object}{을/를} …" takes the named group
 * `object` of the match and the particle that fits it. A rewrite whose slot stayed empty, or that would be flagged
 * itself because of what the slot brought in, is left out. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/josa.h"

#include <string.h>

enum { SUGGESTIONS_MAX = 3, SUGGESTION_SIZE = 600, SLOT_MAX = 120 };

/* The slot's words as they stand in the original. */
static const char *slot_words(const struct check *check, const struct hit *hit, const char *name, size_t len) {
    for (size_t i = 0; i < HIT_SLOTS && hit->slots[i].name != NULL; i++) {
        const struct slot *slot = &hit->slots[i];
        if (strlen(slot->name) != len || memcmp(slot->name, name, len) != 0) continue;
        uint32_t from = check->source.offsets[check->text.map[slot->place.start]];
        uint32_t to = check->source.offsets[check->text.map[slot->place.end - 1] + 1u];
        return to - from > SLOT_MAX ? NULL : arena_strn(check->arena, check->source.bytes + from, to - from);
    }
    return NULL;
}

/* Fills one template; NULL if a slot is empty. *filled: there was a slot at all. */
static const char *fill(struct check *check, const struct hit *hit, const char *template, bool *filled) {
    struct buf out;
    buf_init(&out, check->arena, SUGGESTION_SIZE);
    const char *words = "";
    *filled = false;
    for (const char *at = template; *at != '\0'; at++) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        if (close == NULL) {
            buf_putc(&out, *at);
            continue;
        }
        size_t len = (size_t)(close - at - 1);
        if (memchr(at + 1, '/', len) != NULL) {
            const char *particle = josa_after(words, arena_strn(check->arena, at + 1, len));
            buf_puts(&out, particle == NULL ? "" : particle);
        } else {
            words = slot_words(check, hit, at + 1, len);
            if (words == NULL) return NULL;
            buf_puts(&out, words);
            *filled = true;
        }
        at = close;
    }
    return out.overflow ? NULL : out.data;
}

static bool passes(struct check *check, const char *suggestion) {
    struct wording_input input = *check->input;
    input.text = suggestion;
    input.size = strlen(suggestion);
    struct check inner = { .rules = check->rules, .arena = check->arena, .input = &input };
    check_run(&inner);
    return inner.hits.count == 0;
}

const char *const *suggest_for(struct check *check, const struct hit *hit, enum wording_lang lang) {
    const char **list = ARENA_ARRAY(check->arena, SUGGESTIONS_MAX + 1, const char *);
    const char *const *templates = hit->rule->suggest[lang];
    size_t count = 0;
    for (size_t i = 0; templates != NULL && templates[i] != NULL && count < SUGGESTIONS_MAX; i++) {
        bool filled;
        const char *suggestion = fill(check, hit, templates[i], &filled);
        if (suggestion == NULL || (filled && !passes(check, suggestion))) continue;
        list[count++] = suggestion;
    }
    return list;
}
