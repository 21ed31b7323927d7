/* Loading rule files: JSON in, compiled rules out. Refuses unknown keys, patterns that do not compile or match the
 * empty text, rules without examples, and (rule_verify.c) examples that do not hold and rewrites that are flagged
 * themselves. Loading is all or nothing: the caller keeps the rules it has. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64, RULES_MAX = 1000, EXAMPLES_MIN = 1 };

struct loading {
    struct wording_rules *rules;
    struct arena *arena;
    json_t *lexicon[LANG_COUNT];
    const struct wording_file *files;
    json_t **trees;
    size_t count;
    struct pattern_context context;
    struct error *err;
};

static bool refuse(struct loading *loading, const char *place, const char *why, const char *what) {
    return ERROR(loading->err, ERR_INVALID, "wording.rule_malformed", "%s: %s: %.80s", place, why, what);
}

static bool known_keys(struct loading *loading, const char *place, const json_t *object, const char *keys) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        const char *found = strstr(keys, arena_printf(loading->arena, " %s ", key));
        if (found == NULL) return refuse(loading, place, "unknown key", key);
    }
    return true;
}

static bool parse_lang(const json_t *file, enum wording_lang *out) {
    const char *lang = json_text(file, "lang");
    if (str_eq(lang, "ko")) *out = LANG_KO;
    else if (str_eq(lang, "en")) *out = LANG_EN;
    else return false;
    return true;
}

/* --- pattern lists --- */

static bool load_codes(struct loading *loading, const json_t *list, struct codes *out) {
    if (list == NULL) return true;
    if (!json_is_array(list)) return refuse(loading, loading->context.place, "not a list", "patterns");
    struct code *codes = ARENA_ARRAY(loading->arena, out->count + json_array_size(list), struct code);
    if (out->count > 0) memcpy(codes, out->list, out->count * sizeof *codes);
    out->list = codes;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *pattern = json_string_value(json_array_get(list, i));
        if (pattern == NULL) return refuse(loading, loading->context.place, "not a text", "pattern");
        if (!pattern_compile(&loading->context, pattern, &out->list[out->count], loading->err)) return false;
        out->count++;
    }
    return true;
}

static bool refuse_empty_matches(struct loading *loading, const struct codes *codes) {
    pcre2_match_data *data = pcre2_match_data_create(16, NULL);
    REQUIRE(data != NULL);
    bool fine = true;
    for (size_t i = 0; i < codes->count && fine; i++) {
        fine = pcre2_match(codes->list[i].pcre, (PCRE2_SPTR) "", 0, 0, 0, data, NULL) < 0;
    }
    pcre2_match_data_free(data);
    return fine ? true : refuse(loading, loading->context.place, "pattern matches the empty text", "any");
}

/* --- one rule --- */

static const json_t *member(const json_t *rule, const json_t *defaults, const char *key) {
    const json_t *own = json_object_get(rule, key);
    return own != NULL ? own : json_object_get(defaults, key);
}

static bool load_sections(struct loading *loading, const json_t *list, unsigned *out) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        int section = section_index(name);
        if (section < 0) return refuse(loading, loading->context.place, "unknown section", name == NULL ? "" : name);
        *out |= 1u << section;
    }
    return true;
}

static bool load_severity(struct loading *loading, const json_t *severity, struct rule *rule) {
    rule->severity[WORDING_UPDATE] = rule->severity[WORDING_NOTICE] = WORDING_ADVISE;
    rule->severity[WORDING_REPORT] = rule->severity[WORDING_RETRO] = WORDING_BLOCK;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)severity, key, value) {
        enum wording_kind kind;
        const char *name = json_string_value(value);
        if (!wording_kind_parse(key, &kind)) return refuse(loading, loading->context.place, "unknown kind", key);
        if (!str_eq(name, "block") && !str_eq(name, "advise")) {
            return refuse(loading, loading->context.place, "unknown severity", key);
        }
        rule->severity[kind] = str_eq(name, "block") ? WORDING_BLOCK : WORDING_ADVISE;
    }
    return true;
}

static bool load_texts(struct loading *loading, const json_t *message, const json_t *suggest, struct rule *rule) {
    static const char *const langs[] = { "ko", "en" };
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        rule->message[lang] = arena_str(loading->arena, json_text(message, langs[lang]));
        if (str_blank(rule->message[lang]))
            return refuse(loading, loading->context.place, "no message in", langs[lang]);
        const json_t *list = json_object_get(suggest, langs[lang]);
        size_t count = json_array_size(list);
        if (count == 0) return refuse(loading, loading->context.place, "no suggestion in", langs[lang]);
        const char **texts = ARENA_ARRAY(loading->arena, count + 1, const char *);
        for (size_t i = 0; i < count; i++) {
            texts[i] = arena_str(loading->arena, json_string_value(json_array_get(list, i)));
            if (texts[i] == NULL) return refuse(loading, loading->context.place, "not a text", "suggest");
        }
        rule->suggest[lang] = texts;
    }
    return true;
}

static bool load_patterns(struct loading *loading, const json_t *rule, const json_t *defaults, struct rule *out) {
    loading->context.mentions = json_object_get(loading->context.lexicon, "mention") != NULL;
    bool done = load_codes(loading, json_object_get(rule, "any"), &out->any);
    loading->context.mentions = false;
    done = done && load_codes(loading, member(rule, defaults, "require"), &out->require) &&
           load_codes(loading, json_object_get(defaults, "unless"), &out->unless) &&
           load_codes(loading, json_object_get(rule, "unless"), &out->unless) &&
           load_codes(loading, json_object_get(defaults, "unless_clause"), &out->unless_clause) &&
           load_codes(loading, json_object_get(rule, "unless_clause"), &out->unless_clause) &&
           load_codes(loading, member(rule, defaults, "not_subject"), &out->not_subject) &&
           load_codes(loading, member(rule, defaults, "then"), &out->then) &&
           load_codes(loading, member(rule, defaults, "stop"), &out->stop);
    if (!done) return false;
    if (out->any.count == 0) return refuse(loading, loading->context.place, "no pattern", "any");
    return refuse_empty_matches(loading, &out->any);
}

static const char RULE_KEYS[] =
    " id severity sections not_sections any require unless unless_clause not_subject then stop"
    " reach questions_pass priority message suggest examples ";

static bool load_rule(struct loading *loading, const char *file, const json_t *tree, const json_t *rule) {
    const json_t *defaults = json_object_get(tree, "defaults");
    struct rule *out = &loading->rules->rules[loading->rules->count];
    out->id = arena_str(loading->arena, json_text(rule, "id"));
    out->category = arena_str(loading->arena, json_text(tree, "category"));
    if (out->id == NULL || out->category == NULL) return refuse(loading, file, "missing", "id or category");
    loading->context.place = arena_printf(loading->arena, "%s %s", file, out->id);
    loading->context.lang = out->lang = LANG_KO;
    if (!parse_lang(tree, &out->lang)) return refuse(loading, file, "unknown", "lang");
    loading->context.lang = out->lang;
    loading->context.lexicon = loading->lexicon[out->lang];
    if (!known_keys(loading, loading->context.place, rule, RULE_KEYS)) return false;
    if (!load_patterns(loading, rule, defaults, out) ||
        !load_sections(loading, member(rule, defaults, "sections"), &out->sections) ||
        !load_sections(loading, member(rule, defaults, "not_sections"), &out->not_sections) ||
        !load_severity(loading, member(rule, defaults, "severity"), out) ||
        !load_texts(loading, member(rule, defaults, "message"), member(rule, defaults, "suggest"), out)) {
        return false;
    }
    out->priority = (int)json_integer_value(member(rule, defaults, "priority"));
    out->questions_pass = json_is_true(member(rule, defaults, "questions_pass"));
    json_int_t reach = json_integer_value(member(rule, defaults, "reach"));
    out->reach = reach <= 0 ? 100 : (size_t)reach * 5 / 2; /* in syllables */
    out->examples = json_object_get(rule, "examples");
    if (json_array_size(json_object_get(out->examples, "flag")) < EXAMPLES_MIN ||
        json_array_size(json_object_get(out->examples, "pass")) < EXAMPLES_MIN) {
        return refuse(loading, loading->context.place, "no examples", "flag and pass");
    }
    loading->rules->count++;
    return true;
}

/* --- files --- */

static bool merge_lexicons(struct loading *loading, const char *name, const json_t *tree) {
    enum wording_lang lang;
    if (json_object_get(tree, "lexicons") == NULL) return true;
    if (!parse_lang(tree, &lang)) return refuse(loading, name, "unknown", "lang");
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(tree, "lexicons"), key, value) {
        if (json_object_get(loading->lexicon[lang], key) != NULL) return refuse(loading, name, "lexicon twice", key);
        bool fine = json_is_string(value) || json_is_array(value);
        for (size_t i = 0; i < json_array_size(value); i++) fine = fine && json_is_string(json_array_get(value, i));
        if (!fine) return refuse(loading, name, "lexicon is no list of texts", key);
        json_put(loading->lexicon[lang], key, json_deep_copy(value));
    }
    return true;
}

static bool load_shared(struct loading *loading, const char *name, const json_t *tree) {
    struct wording_rules *rules = loading->rules;
    const json_t *mask = json_object_get(tree, "mask");
    const json_t *names = json_object_get(tree, "names");
    if (!known_keys(loading, name, mask, " hide cue owner template ") ||
        !known_keys(loading, name, names, " title particle homonym_follow words ")) {
        return false;
    }
    enum wording_lang lang;
    if (!parse_lang(tree, &lang)) return refuse(loading, name, "unknown", "lang");
    struct prefilter *prefilter = loading->context.prefilter;
    loading->context.prefilter = NULL; /* these run outside sentences */
    loading->context.lang = LANG_KO; /* no implied word boundaries */
    loading->context.place = name;
    loading->context.lexicon = loading->lexicon[lang];
    bool done = load_codes(loading, json_object_get(mask, "hide"), &rules->mask.hide) &&
                load_codes(loading, json_object_get(mask, "cue"), &rules->mask.cue) &&
                load_codes(loading, json_object_get(mask, "owner"), &rules->mask.owner) &&
                load_codes(loading, json_object_get(mask, "template"), &rules->mask.template) &&
                load_codes(loading, json_object_get(names, "title"), &rules->title) &&
                load_codes(loading, json_object_get(names, "particle"), &rules->particle) &&
                load_codes(loading, json_object_get(names, "homonym_follow"), &rules->homonym_follow) &&
                load_codes(loading, json_object_get(tree, "clause"), &rules->clause);
    loading->context.prefilter = prefilter;
    const json_t *words = json_object_get(names, "words");
    for (size_t i = 0; i < json_array_size(words); i++) {
        json_put(rules->name_words, json_string_value(json_array_get(words, i)), json_true());
    }
    return done;
}

static bool load_file(struct loading *loading, const char *name, const json_t *tree) {
    static const char keys[] = " version lang category lexicons defaults rules mask names clause ";
    if (!json_is_object(tree)) return refuse(loading, name, "not an object", "file");
    if (!known_keys(loading, name, tree, keys)) return false;
    if (!known_keys(loading, name, json_object_get(tree, "defaults"), RULE_KEYS)) return false;
    if (!load_shared(loading, name, tree)) return false;
    const json_t *rules = json_object_get(tree, "rules");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        if (loading->rules->count == RULES_MAX) return refuse(loading, name, "too many rules", "");
        if (!load_rule(loading, name, tree, json_array_get(rules, i))) return false;
    }
    return true;
}

/* --- the organisation's words --- */

static void extend(struct loading *loading, const char *lexicon, const char *const *words) {
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            json_t *list = json_object_get(loading->lexicon[lang], lexicon);
            if (json_is_array(list)) json_push(list, json_string(own_word_pattern(loading->arena, words[i])));
        }
    }
}

static bool load_allowed(struct loading *loading, const char *const *words) {
    json_t *patterns = json_arr(loading->arena);
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        json_push(patterns, json_string(own_word_pattern(loading->arena, words[i])));
    loading->context.prefilter = NULL;
    loading->context.lang = LANG_KO;
    loading->context.place = "organisation words";
    return load_codes(loading, patterns, &loading->rules->mask.allow);
}

static bool load_terms(struct loading *loading, const struct wording_term *terms) {
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const json_t *tree = own_words_file(loading->arena, terms, (enum wording_lang)lang);
        if (!load_file(loading, "organisation words", tree)) return false;
    }
    return true;
}

/* Advice where the organisation does not want to stop anybody. */
static void soften(struct loading *loading, const char *const *categories) {
    for (size_t i = 0; i < loading->rules->count; i++) {
        struct rule *rule = &loading->rules->rules[i];
        for (size_t c = 0; categories != NULL && categories[c] != NULL; c++) {
            if (!str_eq(rule->category, categories[c])) continue;
            for (int kind = 0; kind < WORDING_KIND_COUNT; kind++) rule->severity[kind] = WORDING_ADVISE;
        }
    }
}

/* --- all of it --- */

static void hash_version(struct loading *loading, const struct wording_words *words) {
    struct buf all;
    buf_init(&all, loading->arena, 8 * 1024 * 1024);
    for (size_t i = 0; i < loading->count; i++) buf_add(&all, loading->files[i].text, loading->files[i].size);
    static const struct wording_words none = { 0 };
    if (words == NULL) words = &none;
    const char *const *lists[] = { words->allow, words->roles, words->systems, words->advise };
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        buf_putc(&all, '\n');
        for (size_t i = 0; lists[l] != NULL && lists[l][i] != NULL; i++) buf_puts(&all, lists[l][i]);
    }
    for (const struct wording_term *term = words->flag; term != NULL && term->term != NULL; term++)
        buf_printf(&all, "%s=%s\n", term->term, term->instead);
    secret_hash(all.data, all.len, loading->rules->version);
}

/* Lexicon `mention`: where a person or team may begin. Rules that begin with one are tried only there. */
static bool load_mentions(struct loading *loading) {
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        if (json_object_get(loading->lexicon[lang], "mention") == NULL) continue;
        loading->context.lang = (enum wording_lang)lang;
        loading->context.lexicon = loading->lexicon[lang];
        loading->context.place = "lexicon mention";
        loading->context.watch = true;
        loading->context.mentions = true;
        bool fine = pattern_compile(&loading->context, "{mention}", &loading->rules->mention[lang], loading->err);
        loading->context.watch = false;
        loading->context.mentions = false;
        if (!fine) return false;
    }
    return true;
}

static bool load_all(struct loading *loading, const struct wording_words *words) {
    for (size_t i = 0; i < loading->count; i++) {
        const struct wording_file *file = &loading->files[i];
        if (!json_parse(loading->arena, file->text, file->size, &loading->trees[i], loading->err)) {
            struct error why = *loading->err;
            return refuse(loading, file->name, "not JSON", why.detail);
        }
        if (!merge_lexicons(loading, file->name, loading->trees[i])) return false;
    }
    if (words != NULL) {
        extend(loading, "role", words->roles);
        extend(loading, "system", words->systems);
    }
    for (size_t i = 0; i < loading->count; i++) {
        if (!load_file(loading, loading->files[i].name, loading->trees[i])) return false;
    }
    if (words != NULL && !load_terms(loading, words->flag)) return false;
    if (words != NULL) soften(loading, words->advise);
    if (!load_mentions(loading)) return false;
    prefilter_build(loading->rules->prefilter);
    if (!rules_verify(loading->rules, loading->err)) return false;
    return words == NULL || load_allowed(loading, words->allow);
}

bool wording_rules_load_files(struct arena *arena, const struct wording_file *files, size_t count,
                              const struct wording_words *words, struct wording_rules **out, struct error *err) {
    struct wording_rules *rules = ARENA_NEW(arena, struct wording_rules);
    rules->arena = arena;
    rules->rules = ARENA_ARRAY(arena, RULES_MAX, struct rule);
    rules->name_words = json_obj(arena);
    rules->prefilter = prefilter_new(arena);
    struct loading loading = { .rules = rules, .arena = arena, .files = files, .count = count, .err = err };
    loading.trees = ARENA_ARRAY(arena, count + 1, json_t *);
    loading.context = (struct pattern_context){ .arena = arena, .prefilter = rules->prefilter };
    for (int lang = 0; lang < LANG_COUNT; lang++) loading.lexicon[lang] = json_obj(arena);
    hash_version(&loading, words);
    if (!load_all(&loading, words)) return false;
    *out = rules;
    return true;
}

bool wording_rules_load(struct arena *arena, const struct wording_words *words, struct wording_rules **out,
                        struct error *err) {
    const struct asset *assets;
    size_t found = asset_under("templates/wording/", &assets);
    REQUIRE(found > 0 && found <= FILES_MAX);
    struct wording_file files[FILES_MAX];
    for (size_t i = 0; i < found; i++) {
        files[i] = (struct wording_file){ assets[i].path + strlen("templates/wording/"), (const char *)assets[i].bytes,
                                          assets[i].size };
    }
    return wording_rules_load_files(arena, files, found, words, out, err);
}

const char *wording_rules_version(const struct wording_rules *rules) {
    return rules->version;
}
