/* An organisation's terms as a rule file would hold them, so that one loader reads and checks both. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "text/i18n.h"

#include <string.h>

const char *own_word_pattern(struct arena *arena, const char *word) {
    struct buf out;
    buf_init(&out, arena, 400);
    for (const char *at = word; *at != '\0'; at++) {
        if (strchr("\\^$.[]|()?*+{}~", *at) != NULL) buf_putc(&out, '\\');
        buf_putc(&out, *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at);
    }
    return out.data;
}

static bool is_korean(const char *word) {
    for (; *word != '\0'; word++) {
        if ((unsigned char)*word >= 0xe1 && (unsigned char)*word <= 0xed) return true; /* jamo and Hangul */
    }
    return false;
}

/* One rule as a file would hold it; the term itself is its example. */
static json_t *term_rule(struct arena *arena, const struct wording_term *term, bool korean) {
    static const char *const langs[] = { "ko", "en" };
    json_t *rule = json_object(), *any = json_array(), *message = json_object(), *suggest = json_object();
    json_t *examples = json_object(), *flag = json_array(), *pass = json_array();
    const char *end = korean ? "{end}" : "";
    json_put_text(rule, "id", arena_printf(arena, "own.%s", term->term));
    json_push(any, json_string(arena_printf(arena, "%s%s", own_word_pattern(arena, term->term), end)));
    for (size_t l = 0; l < 2; l++) {
        json_t *instead = json_array();
        json_put_text(message, langs[l], i18n_text(i18n_get(langs[l]), "wording.own_word"));
        json_push(instead, json_string(term->instead));
        json_put(suggest, langs[l], instead);
    }
    json_push(flag, json_string(term->term));
    json_push(pass, json_string("."));
    json_put(examples, "flag", flag);
    json_put(examples, "pass", pass);
    json_put(rule, "any", any);
    json_put(rule, "message", message);
    json_put(rule, "suggest", suggest);
    json_put(rule, "examples", examples);
    json_put_i64(rule, "priority", 60);
    return rule;
}

json_t *own_words_file(struct arena *arena, const struct wording_term *terms, enum wording_lang lang) {
    json_t *tree = json_obj(arena), *rules = json_array();
    for (const struct wording_term *term = terms; term != NULL && term->term != NULL; term++) {
        bool korean = is_korean(term->term);
        if (korean == (lang == LANG_KO)) json_push(rules, term_rule(arena, term, korean));
    }
    json_put_text(tree, "lang", lang == LANG_KO ? "ko" : "en");
    json_put_text(tree, "category", "own-word");
    json_put(tree, "rules", rules);
    return tree;
}
