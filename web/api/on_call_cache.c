/* See on_call_cache.h. A table of fixed size; two questions that fall on one place take turns. */
#include "api/on_call_cache.h"

#include "app.h"
#include "base/arena.h"
#include "base/str.h"
#include "store/db.h"

#include <pthread.h>
#include <string.h>

enum { PLACES = 64, ANSWER_MAX = 256 * 1024 };

static struct { /* a cache: kept answers by question */
    pthread_mutex_t lock;
    struct place {
        struct arena *arena;
        const char *key, *body;
        size_t len;
    } places[PLACES];
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct place *place_of(const char *key) {
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *at = key; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return &cache.places[(hash ^ hash >> 32) % PLACES];
}

bool on_call_cache_find(struct request *request, struct response *response, const char **key) {
    struct buf text;
    struct store *store = request->app->store;
    buf_init(&text, request->op->arena, 4096);
    buf_printf(&text, "%s %llx %llx %lld", request->path, (unsigned long long)store_topic_version(store, "schedules"),
               (unsigned long long)store_topic_version(store, "users"), (long long)(request->op->now_ms / 1000));
    for (const struct http_pair *pair = request->query; pair != NULL && pair->name != NULL; pair++)
        buf_printf(&text, "\n%s=%s", pair->name, pair->value);
    *key = text.overflow ? NULL : text.data;
    if (*key == NULL) return false;
    pthread_mutex_lock(&cache.lock);
    const struct place *place = place_of(*key);
    bool found = place->key != NULL && str_eq(place->key, *key);
    if (found) buf_add(&response->body, place->body, place->len);
    pthread_mutex_unlock(&cache.lock);
    if (!found) return false;
    response->status = 200;
    response->content_type = "application/json";
    return true;
}

void on_call_cache_keep(const char *key, const struct response *response) {
    if (key == NULL || response->status != 200 || response->body.overflow || response->body.len > ANSWER_MAX) return;
    struct arena *arena = arena_new(2 * ANSWER_MAX);
    struct place fresh = { arena, arena_str(arena, key), arena_strn(arena, response->body.data, response->body.len),
                           response->body.len };
    pthread_mutex_lock(&cache.lock);
    struct place *place = place_of(key);
    struct arena *old = place->arena;
    *place = fresh;
    pthread_mutex_unlock(&cache.lock);
    arena_free(old);
}
