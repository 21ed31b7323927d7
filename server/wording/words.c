/* The organisation's words, and the cache of compiled rule sets. A set is made once for each version of the words
 * and shared; users of a set hold a reference until their arena is freed, so changing words never pulls rules from
 * under a running check. */
#include "wording/gate_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "ledger/ledger.h"

#include <pthread.h>
#include <string.h>

enum { RULES_CAP = 128 * 1024 * 1024, CACHE_SIZE = 4 };

static const char SETTING[] = "wording";

/* --- the cache (static: compiled sets are per process, whatever the number of stores and threads) --- */

struct rule_set {
    struct arena *arena;
    struct wording_rules *rules;
    char key[SECRET_HASH_SIZE];
    int users;
    bool dropped; /* out of the cache; freed by its last user */
};

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule_set *cache[CACHE_SIZE]; /* newest first */

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
        if (!wording_rules_load(arena, words, &set->rules, err)) {
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

static bool load(struct tx *tx, struct wording_words *out, const char **json, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *tree;
    if (!setting_get(tx, SETTING, json, err)) return false;
    if (*json == NULL) *json = "{}";
    if (!json_parse(arena, *json, strlen(*json), &tree, err)) return false;
    *out = (struct wording_words){ read_list(arena, tree, "allow"), read_list(arena, tree, "roles"),
                                   read_list(arena, tree, "systems") };
    return true;
}

bool wording_rules_current(struct tx *tx, const struct wording_rules **out, struct error *err) {
    struct wording_words words;
    const char *json;
    return load(tx, &words, &json, err) && rules_for(tx_op(tx), &words, json, out, err);
}

static bool read_words(struct tx *tx, void *arg, struct error *err) {
    const char *json;
    return load(tx, arg, &json, err);
}

bool wording_words_load(struct op *op, struct wording_words *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, read_words, out, err);
}

static const char *const *check_list(struct op *op, const char *field, const char *const *words) {
    size_t count = 0;
    while (words[count] != NULL) count++;
    if (count > WORDING_WORDS_MAX) {
        op_field_error(op, field, "too_many", "200");
        count = 0;
    }
    const char **clean = ARENA_ARRAY(op->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        clean[i] = field_text(op, field, words[i], WORDING_WORD_LEN, FIELD_REQUIRED);
        if (*clean[i] != '\0' && utf8_count(clean[i]) < 2) op_field_error(op, field, "too_short", "2");
    }
    return clean;
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

struct save_call {
    const struct wording_words *wish;
};

static const char *words_json(struct arena *arena, const struct wording_words *words) {
    json_t *tree = json_obj(arena);
    const char *const keys[] = { "allow", "roles", "systems" };
    const char *const *lists[] = { words->allow, words->roles, words->systems };
    for (size_t l = 0; l < 3; l++) {
        json_t *list = json_array();
        for (size_t i = 0; lists[l][i] != NULL; i++) json_push(list, json_string(lists[l][i]));
        json_put(tree, keys[l], list);
    }
    return json_dump(arena, tree);
}

static bool save(struct tx *tx, void *arg, struct error *err) {
    const struct save_call *call = arg;
    struct op *op = tx_op(tx);
    struct wording_words words;
    const char *json;
    if (!load(tx, &words, &json, err)) return false;
    if (call->wish->allow != NULL) words.allow = call->wish->allow;
    if (call->wish->roles != NULL) words.roles = call->wish->roles;
    if (call->wish->systems != NULL) words.systems = call->wish->systems;
    json = words_json(op->arena, &words);
    const struct wording_rules *rules;
    return rules_for(op, &words, json, &rules, err) && setting_put(tx, SETTING, json, err);
}

bool wording_words_save(struct op *op, const struct wording_words *words, struct error *err) {
    static const char *const none[] = { NULL };
    struct wording_words wish = *words;
    struct wording_words plain = { none, none, none };
    const struct wording_rules *rules;
    if (!permission_check(op, PERM_ADMIN, err) || !rules_for(op, &plain, "{}", &rules, err)) return false;
    if (wish.allow != NULL) wish.allow = check_list(op, "allow", wish.allow);
    if (wish.roles != NULL) wish.roles = check_list(op, "roles", wish.roles);
    if (wish.systems != NULL) wish.systems = check_list(op, "systems", wish.systems);
    if (op->fields.count == 0 && wish.allow != NULL) refuse_bare_blame(op, rules, wish.allow);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct save_call call = { &wish };
    return store_write(op, save, &call, err);
}
