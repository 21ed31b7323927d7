/* Stored policy documents, parsed once: every request reads the policy, few ever change it. The cache is by the text
 * itself, so it is right for any database; what it holds is never freed, so requests use it without counting. */
#include "policy/stored.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <pthread.h>

enum { KEPT_MAX = 32, KEPT_CAP = 8 * 1024 * 1024 };

struct kept {
    struct arena *arena; /* holds the rest, this too */
    const char *text;
    struct policy policy;
};

static struct { /* a cache */
    pthread_mutex_t lock;
    struct kept *list[KEPT_MAX];
    size_t count;
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool parse(struct arena *arena, const char *text, struct policy *out, struct error *err) {
    struct op reader = { .arena = arena };
    json_t *json;
    if (json_parse(arena, text, strlen(text), &json, err) && policy_parse(&reader, json, out, err)) return true;
    return ERROR(err, ERR_INTERNAL, "policy.unreadable", "%s",
                 reader.fields.first == NULL ? "not JSON" : reader.fields.first->field);
}

static const struct kept *recall(const char *text) {
    for (size_t i = cache.count; i-- > 0;) { /* the newest is asked for most */
        if (str_eq(cache.list[i]->text, text)) return cache.list[i];
    }
    return NULL;
}

static bool parse_and_keep(const char *text, const struct kept **out, struct error *err) {
    struct arena *arena = arena_new(KEPT_CAP);
    struct kept *kept = ARENA_NEW(arena, struct kept);
    if (!parse(arena, text, &kept->policy, err)) {
        arena_free(arena);
        return false;
    }
    kept->arena = arena;
    kept->text = arena_str(arena, text);
    cache.list[cache.count++] = kept;
    *out = kept;
    return true;
}

bool policy_from_stored(struct op *op, const char *text, struct policy *out, struct error *err) {
    pthread_mutex_lock(&cache.lock);
    const struct kept *kept = recall(text);
    bool room = cache.count < KEPT_MAX;
    bool done = kept != NULL || (room && parse_and_keep(text, &kept, err));
    pthread_mutex_unlock(&cache.lock);
    if (kept == NULL && !room) return parse(op->arena, text, out, err);
    if (done) *out = kept->policy;
    return done;
}
