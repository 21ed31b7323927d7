/* The organisation's words, and the cache of compiled rule sets. A set is made once for each version of the words
 * and shared; users of a set hold a reference until their arena is freed, so changing words never pulls rules from
 * under a running check. */
#include "wording/gate_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "ledger/ledger.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

enum { RULES_CAP = 128 * 1024 * 1024, CACHE_SIZE = 2 };

static const char SETTING[] = "wording";

/* --- the cache (static: compiled sets are per process, whatever the number of stores and threads) --- */

struct rule_set {
    struct arena *arena;
    struct wording_rules *rules;
    char key[SECRET_HASH_SIZE];
    int users;
    bool dropped; /* out of the cache; freed by its last user */
};

/* Compiled rules of the organisations' words seen last, newest first. */
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule_set *cache[CACHE_SIZE];

static void free_set(struct rule_set *set) {
    struct arena *arena = set->arena;
    arena_free(arena); /* the set lives in it */
}

static void release(void *arg) {
    struct rule_set *set = arg;
    pthread_mutex_lock(&cache_lock);
    bool last = --set->users == 0 && set->dropped;
    pthread_mutex_unlock(&cache_lock);
    if (last) free_set(set);
}

static struct rule_set *take_cached(const char *key) {
    struct rule_set *found = NULL;
    pthread_mutex_lock(&cache_lock);
    for (int i = 0; i < CACHE_SIZE && found == NULL; i++) {
        if (cache[i] != NULL && strcmp(cache[i]->key, key) == 0) found = cache[i];
    }
    if (found != NULL) found->users++;
    pthread_mutex_unlock(&cache_lock);
    return found;
}

static void put_cached(struct rule_set *set) {
    pthread_mutex_lock(&cache_lock);
    struct rule_set *oldest = cache[CACHE_SIZE - 1];
    memmove(cache + 1, cache, (CACHE_SIZE - 1) * sizeof *cache);
    cache[0] = set;
    bool unused = false;
    if (oldest != NULL) {
        oldest->dropped = true;
        unused = oldest->users == 0;
    }
    pthread_mutex_unlock(&cache_lock);
    if (unused) free_set(oldest);
}

static bool rules_for(struct op *op, const struct wording_words *words, const char *json,
                      const struct wording_rules **out, struct error *err) {
    char key[SECRET_HASH_SIZE];
    secret_hash(json, strlen(json), key);
    struct rule_set *set = take_cached(key);
    if (set == NULL) {
        struct arena *arena = arena_new(RULES_CAP);
        set = ARENA_NEW(arena, struct rule_set);
        *set = (struct rule_set){ .arena = arena, .users = 1 };
        str_copy(set->key, sizeof set->key, key);
        struct arena *home = json_leave_home(); /* the set outlives this request */
        bool loaded = wording_rules_load(arena, words, &set->rules, err);
        json_come_home(home);
        if (!loaded) {
            arena_free(arena);
            return false;
        }
        put_cached(set);
    }
    arena_defer(op->arena, release, set);
    *out = set->rules;
    return true;
}

/* --- the setting --- */

static const char *const NONE[] = { NULL };
static const struct wording_term NO_TERMS[] = { { NULL, NULL } };

/* The lists that are plain texts, by their names in the setting and in forms. */
static const struct list {
    const char *name;
    size_t offset;
    size_t max; /* characters of an entry */
} LISTS[] = {
    { "allow", offsetof(struct wording_words, allow), WORDING_WORD_LEN },
    { "roles", offsetof(struct wording_words, roles), WORDING_WORD_LEN },
    { "systems", offsetof(struct wording_words, systems), WORDING_WORD_LEN },
    { "advise", offsetof(struct wording_words, advise), WORDING_WORD_LEN },
    { "must_flag", offsetof(struct wording_words, must_flag), WORDING_EXAMPLE_LEN },
    { "must_pass", offsetof(struct wording_words, must_pass), WORDING_EXAMPLE_LEN },
};
enum { LIST_COUNT = sizeof LISTS / sizeof *LISTS };

static const char *const **slot(struct wording_words *words, size_t list) {
    return (const char *const **)(void *)((char *)words + LISTS[list].offset);
}

static const char *const *texts_of(const struct wording_words *words, size_t list) {
    return *(const char *const *const *)(const void *)((const char *)words + LISTS[list].offset);
}

static const char *const *read_list(struct arena *arena, const json_t *json, const char *key) {
    const json_t *list = json_object_get(json, key);
    const char **words = ARENA_ARRAY(arena, json_array_size(list) + 1, const char *);
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (word != NULL) words[count++] = word;
    }
    return words;
}

static const struct wording_term *read_terms(struct arena *arena, const json_t *json) {
    const json_t *list = json_object_get(json, "flag");
    struct wording_term *terms = ARENA_ARRAY(arena, json_array_size(list) + 1, struct wording_term);
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *term = json_text(item, "term"), *instead = json_text(item, "instead");
        if (term != NULL) terms[count++] = (struct wording_term){ term, instead == NULL ? "" : instead };
    }
    return terms;
}

static bool load(struct tx *tx, struct wording_words *out, const char **text, int64_t *version, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *tree;
    if (!setting_get(tx, SETTING, text, err)) return false;
    if (*text == NULL) *text = "{}";
    if (!json_parse(arena, *text, strlen(*text), &tree, err)) return false;
    for (size_t l = 0; l < LIST_COUNT; l++) *slot(out, l) = read_list(arena, tree, LISTS[l].name);
    out->flag = read_terms(arena, tree);
    *version = json_integer_value(json_object_get(tree, "version"));
    return true;
}

/* Words that no longer fit the rules that ship (after an upgrade) must not stop every report: then the rules run
 * without them, and the log says so. */
bool wording_rules_current(struct tx *tx, const struct wording_rules **out, struct error *err) {
    struct wording_words words;
    const char *text;
    int64_t version;
    struct error refused;
    if (!load(tx, &words, &text, &version, err)) return false;
    if (rules_for(tx_op(tx), &words, text, out, &refused)) return true;
    log_error("wording.words_refused", tx_op(tx)->request_id, &refused);
    return rules_for(tx_op(tx), &(struct wording_words){ 0 }, "{}", out, err);
}

struct loading_words {
    struct wording_words words;
    int64_t version;
};

static bool read_words(struct tx *tx, void *arg, struct error *err) {
    struct loading_words *loading = arg;
    const char *text;
    return load(tx, &loading->words, &text, &loading->version, err);
}

bool wording_words_load(struct op *op, struct wording_words *out, int64_t *version, struct error *err) {
    struct loading_words loading;
    if (!permission_check(op, PERM_READ, err) || !store_read(op, read_words, &loading, err)) return false;
    *out = loading.words;
    if (version != NULL) *version = loading.version;
    return true;
}

/* --- checking what was typed --- */

static const char *const *check_list(struct op *op, const struct list *list, const char *const *words) {
    size_t count = 0;
    while (words[count] != NULL) count++;
    if (count > WORDING_WORDS_MAX) {
        op_field_error(op, list->name, "too_many", "200");
        count = 0;
    }
    const char **clean = ARENA_ARRAY(op->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        clean[i] = field_text(op, list->name, words[i], list->max, FIELD_REQUIRED);
        if (*clean[i] != '\0' && utf8_count(clean[i]) < 2) op_field_error(op, list->name, "too_short", "2");
    }
    return clean;
}

static const struct wording_term *check_terms(struct op *op, const struct wording_term *terms) {
    size_t count = 0;
    while (terms[count].term != NULL) count++;
    if (count > WORDING_WORDS_MAX) {
        op_field_error(op, "flag", "too_many", "200");
        count = 0;
    }
    struct wording_term *clean = ARENA_ARRAY(op->arena, count + 1, struct wording_term);
    for (size_t i = 0; i < count; i++) {
        clean[i].term = field_text(op, "flag", terms[i].term, WORDING_WORD_LEN, FIELD_REQUIRED);
        clean[i].instead = field_text(op, "flag", terms[i].instead, WORDING_WORD_LEN, FIELD_OPTIONAL);
        if (clean[i].instead == NULL) clean[i].instead = "";
        if (*clean[i].term != '\0' && utf8_count(clean[i].term) < 2) op_field_error(op, "flag", "too_short", "2");
        for (size_t j = 0; j < i; j++) {
            if (str_eq(clean[i].term, clean[j].term)) op_field_error(op, "flag", "duplicate", NULL);
        }
    }
    return clean;
}

static void check_advise(struct op *op, const char *const *categories) {
    for (size_t i = 0; categories[i] != NULL; i++) {
        if (!str_eq(categories[i], "judgement") && !str_eq(categories[i], "hindsight"))
            op_field_error(op, "advise", "one_of", "judgement, hindsight");
    }
}

/* An allowed word that is a finding from end to end would switch the rule off instead of excusing a product's name. */
static void refuse_bare_blame(struct op *op, const struct wording_rules *rules, const char *const *allow) {
    for (size_t i = 0; allow[i] != NULL; i++) {
        struct wording_input input = { .text = allow[i], .size = strlen(allow[i]), .kind = WORDING_REPORT };
        struct wording_findings findings;
        struct error err;
        if (!wording_check(rules, op->arena, &input, &findings, &err) || findings.count != 1) continue;
        if (findings.list[0].start == 0 && findings.list[0].end_byte == input.size) {
            op_field_error(op, "allow", "wording_blame", allow[i]);
        }
    }
}

static const char *words_json(struct arena *arena, const struct wording_words *words, int64_t version) {
    json_t *tree = json_obj(arena), *flag = json_array();
    for (size_t l = 0; l < LIST_COUNT; l++) {
        const char *const *texts = texts_of(words, l);
        json_t *list = json_array();
        for (size_t i = 0; texts[i] != NULL; i++) json_push(list, json_string(texts[i]));
        json_put(tree, LISTS[l].name, list);
    }
    for (size_t i = 0; words->flag[i].term != NULL; i++) {
        json_t *term = json_object();
        json_put_text(term, "term", words->flag[i].term);
        json_put_text(term, "instead", words->flag[i].instead);
        json_push(flag, term);
    }
    json_put(tree, "flag", flag);
    json_put_i64(tree, "version", version);
    return json_dump(arena, tree);
}

/* The whole set as it would be in force; refused before anything is written. */
static bool try_words(struct op *op, const struct wording_words *words, const char *text, struct error *err) {
    const struct wording_rules *rules;
    bool flagged;
    if (!rules_for(op, words, text, &rules, err)) {
        if (err->kind != ERR_INVALID) return false;
        bool rewrite = str_eq(err->code, "wording.example_failed");
        op_field_error(op, rewrite ? "flag" : "allow", rewrite ? "wording_instead" : "malformed",
                       rewrite ? NULL : err->detail);
        return OP_INVALID(op, err);
    }
    const char *broken = wording_broken_example(rules, op->arena, words, &flagged);
    if (broken == NULL) return true;
    op_field_error(op, flagged ? "must_pass" : "must_flag", flagged ? "wording_must_pass" : "wording_must_flag",
                   broken);
    return OP_INVALID(op, err);
}

struct save_call {
    const char *text;
    int64_t version; /* that it is made from */
};

static bool save(struct tx *tx, void *arg, struct error *err) {
    const struct save_call *call = arg;
    struct op *op = tx_op(tx);
    struct wording_words now;
    const char *text;
    int64_t version;
    json_t *detail;
    if (!load(tx, &now, &text, &version, err)) return false;
    if (version != call->version) return ERROR(err, ERR_STALE, "wording.stale", "version %lld", (long long)version);
    return setting_put(tx, SETTING, call->text, err) &&
           json_parse(op->arena, call->text, strlen(call->text), &detail, err) &&
           audit_add(tx, "wording.words_changed", "setting/wording", detail, err);
}

/* Compiling takes longer than others should wait for the writer, so it is done before the transaction, which makes
 * sure that nothing has changed since. */
bool wording_words_save(struct op *op, const struct wording_words *typed, int64_t version, struct error *err) {
    struct wording_words words, plain = { NONE, NONE, NONE, NO_TERMS, NONE, NONE, NONE };
    const struct wording_rules *rules;
    int64_t stored;
    if (!permission_check(op, PERM_ADMIN, err) || !wording_words_load(op, &words, &stored, err) ||
        !rules_for(op, &plain, "{}", &rules, err))
        return false;
    if (version >= 0 && version != stored)
        return ERROR(err, ERR_STALE, "wording.stale", "version %lld", (long long)stored);
    for (size_t l = 0; l < LIST_COUNT; l++) {
        if (texts_of(typed, l) != NULL) *slot(&words, l) = check_list(op, &LISTS[l], texts_of(typed, l));
    }
    if (typed->flag != NULL) words.flag = check_terms(op, typed->flag);
    if (typed->advise != NULL) check_advise(op, typed->advise);
    if (op->fields.count == 0 && typed->allow != NULL) refuse_bare_blame(op, rules, words.allow);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct save_call call = { words_json(op->arena, &words, stored + 1), stored };
    return try_words(op, &words, call.text, err) && store_write(op, save, &call, err);
}
