/* Stored policy documents, parsed once: every request reads the policy, few ever change it. The cache is by the text
 * itself, so it is right for any database; what it holds is never freed, so requests use it without counting.
 *
 * A second, small one is by version, for those who would read a long document only to find it parsed already. Its
 * entries hold for one state of the topic "policy", which moves when a version is saved, also by another node or
 * program, and differs between databases. */
#include "policy/stored.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <pthread.h>

enum { KEPT_MAX = 32, KEPT_CAP = 8 * 1024 * 1024, VERSIONS = 8, AUTHOR_SIZE = 128 };

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

struct known {
    uint64_t topic;
    struct policy policy; /* version 0: free */
    char created_by[AUTHOR_SIZE];
};

static struct { /* a cache */
    pthread_mutex_t lock;
    struct known list[VERSIONS];
    size_t next;
} versions = { .lock = PTHREAD_MUTEX_INITIALIZER };

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
    struct arena *home = json_leave_home(); /* kept for other requests */
    bool parsed = parse(arena, text, &kept->policy, err);
    json_come_home(home);
    if (!parsed) {
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

static uint64_t topic_of(struct tx *tx) {
    return store_topic_version(tx_op(tx)->store, "policy");
}

bool policy_recall(struct tx *tx, int64_t version, struct policy *out) {
    uint64_t topic = topic_of(tx);
    bool found = false;
    pthread_mutex_lock(&versions.lock);
    for (size_t i = 0; i < VERSIONS && !found; i++) {
        const struct known *known = &versions.list[i];
        found = known->topic == topic && known->policy.version == version;
        if (!found) continue;
        *out = known->policy;
        out->created_by = arena_str(tx_op(tx)->arena, known->created_by);
    }
    pthread_mutex_unlock(&versions.lock);
    return found;
}

/* One of the cache? Where that was full, the document is gone with the request. */
static bool is_kept(const struct policy *policy) {
    bool found = false;
    pthread_mutex_lock(&cache.lock);
    for (size_t i = 0; i < cache.count && !found; i++) found = cache.list[i]->policy.json == policy->json;
    pthread_mutex_unlock(&cache.lock);
    return found;
}

void policy_keep(struct tx *tx, const struct policy *policy) {
    uint64_t topic = topic_of(tx);
    if (!is_kept(policy)) return;
    /* what this very transaction saved may still come to nothing */
    if (policy->created_ms >= tx_op(tx)->now_ms || strlen(policy->created_by) >= AUTHOR_SIZE) return;
    pthread_mutex_lock(&versions.lock);
    struct known *known = &versions.list[versions.next++ % VERSIONS];
    known->topic = topic;
    known->policy = *policy;
    str_copy(known->created_by, sizeof known->created_by, policy->created_by);
    pthread_mutex_unlock(&versions.lock);
}
