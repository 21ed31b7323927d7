/* Who cache: see who_cache.h. Secrets are kept as keyed hashes only. */
#include "http/who_cache.h"

#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "store/db.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096, LOCKS = 32, FRESH_MS = 5000, MINUTE_MS = 60000, TEXT = 128, HASH = 16 };

struct place {
    unsigned char hash[HASH];
    bool used;
    uint64_t version;
    int64_t at_ms;
    struct actor actor; /* its texts are the arrays below */
    char login[TEXT], name[TEXT * 2], role[16], csrf[TEXT], lang[8], theme[16];
};

struct who_cache {
    unsigned char key[crypto_generichash_KEYBYTES];
    pthread_mutex_t locks[LOCKS];
    struct place places[PLACES];
};

struct who_cache *who_cache_new(void) {
    struct who_cache *cache = calloc(1, sizeof *cache);
    REQUIRE(cache != NULL);
    randombytes_buf(cache->key, sizeof cache->key);
    for (int i = 0; i < LOCKS; i++) REQUIRE(pthread_mutex_init(&cache->locks[i], NULL) == 0);
    return cache;
}

void who_cache_free(struct who_cache *cache) {
    if (cache == NULL) return;
    for (int i = 0; i < LOCKS; i++) pthread_mutex_destroy(&cache->locks[i]);
    sodium_memzero(cache, sizeof *cache);
    free(cache);
}

uint64_t who_cache_version(const struct request *request) {
    struct store *store = request->app->store;
    /* what people may do changes by deeds about people: those about an incident leave it as it is */
    uint64_t changes = store_topic_version(store, "audit.other") + store_topic_version(store, "users");
    return changes * 4096 + (uint64_t)(request->op->now_ms / MINUTE_MS) % 4096;
}

static size_t place_of(const struct who_cache *cache, enum who_kind kind, const char *secret,
                       unsigned char hash[HASH]) {
    crypto_generichash_state state;
    const unsigned char prefix = (unsigned char)kind;
    size_t place;
    crypto_generichash_init(&state, cache->key, sizeof cache->key, HASH);
    crypto_generichash_update(&state, &prefix, 1);
    crypto_generichash_update(&state, (const unsigned char *)secret, strlen(secret));
    crypto_generichash_final(&state, hash, HASH);
    memcpy(&place, hash, sizeof place);
    return place % PLACES;
}

static void copy_out(struct arena *arena, const struct place *place, struct who *out) {
    out->actor = place->actor;
    out->actor.login = arena_str(arena, place->login);
    out->actor.name = arena_str(arena, place->name);
    out->actor.role = arena_str(arena, place->role);
    out->csrf = arena_str(arena, place->csrf);
    out->lang = arena_str(arena, place->lang);
    out->theme = arena_str(arena, place->theme);
}

bool who_cache_find(struct request *request, enum who_kind kind, const char *secret, struct who *out) {
    struct who_cache *cache = request->http->who;
    unsigned char hash[HASH];
    size_t at = place_of(cache, kind, secret, hash);
    struct place *place = &cache->places[at];
    uint64_t version = who_cache_version(request);
    int64_t now_ms = clock_monotonic_ms();
    pthread_mutex_lock(&cache->locks[at % LOCKS]);
    bool fresh = place->used && place->version == version && now_ms - place->at_ms < FRESH_MS &&
                 sodium_memcmp(place->hash, hash, HASH) == 0;
    if (fresh) copy_out(request->op->arena, place, out);
    pthread_mutex_unlock(&cache->locks[at % LOCKS]);
    return fresh;
}

static bool fits(const char *text, size_t size) {
    return text == NULL || strlen(text) < size;
}

void who_cache_keep(struct request *request, enum who_kind kind, const char *secret, uint64_t version,
                    const struct who *who) {
    struct who_cache *cache = request->http->who;
    const struct actor *actor = &who->actor;
    struct place fresh = { .used = true, .version = version, .at_ms = clock_monotonic_ms(), .actor = *actor };
    if (!fits(actor->login, sizeof fresh.login) || !fits(actor->name, sizeof fresh.name) ||
        !fits(who->csrf, sizeof fresh.csrf)) {
        return; /* cut texts would be wrong ones */
    }
    size_t at = place_of(cache, kind, secret, fresh.hash);
    str_copy(fresh.login, sizeof fresh.login, actor->login == NULL ? "" : actor->login);
    str_copy(fresh.name, sizeof fresh.name, actor->name == NULL ? "" : actor->name);
    str_copy(fresh.role, sizeof fresh.role, actor->role == NULL ? "" : actor->role);
    str_copy(fresh.csrf, sizeof fresh.csrf, who->csrf);
    str_copy(fresh.lang, sizeof fresh.lang, who->lang == NULL ? "" : who->lang);
    str_copy(fresh.theme, sizeof fresh.theme, who->theme == NULL ? "" : who->theme);
    pthread_mutex_lock(&cache->locks[at % LOCKS]);
    cache->places[at] = fresh;
    pthread_mutex_unlock(&cache->locks[at % LOCKS]);
}
