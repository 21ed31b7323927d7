/* Page cache: see page_cache.h. A table of fixed size; two pages that fall on one place take turns. Entries are
 * counted references: a reader keeps its copy until its request ends. */
#include "http/page_entry.h"

#include "base/arena.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "store/db.h"
#include "app.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

enum { PLACES = 512, ENTRY_MAX = 256 * 1024, MINUTE_MS = 60000, PATIENCE_MS = 500 };

/* A page that a request is making now. */
struct making {
    uint64_t number; /* 0: none. Says its place, too */
    uint64_t version;
    const char *key; /* in that request's arena */
};

struct page_cache {
    pthread_mutex_t mutex;
    pthread_cond_t made;
    struct page_entry *places[PLACES];
    struct making making[PLACES];
    uint64_t numbers;
    _Atomic int64_t hits, misses, entries, bytes;
};

struct page_cache *page_cache_new(void) {
    struct page_cache *cache = calloc(1, sizeof *cache);
    pthread_condattr_t attributes;
    REQUIRE(cache != NULL && pthread_mutex_init(&cache->mutex, NULL) == 0);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&cache->made, &attributes);
    pthread_condattr_destroy(&attributes);
    return cache;
}

static void release(void *pointer) {
    struct page_entry *entry = pointer;
    if (atomic_fetch_sub(&entry->references, 1) == 1) arena_free(entry->arena); /* it lives in its own arena */
}

void page_cache_free(struct page_cache *cache) {
    if (cache == NULL) return;
    for (size_t i = 0; i < PLACES; i++) {
        if (cache->places[i] != NULL) release(cache->places[i]);
    }
    pthread_cond_destroy(&cache->made);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static uint64_t topics_version(struct request *request, const char *topics) {
    char **names;
    uint64_t sum = 0;
    size_t count = str_split(request->op->arena, topics, " ", &names);
    for (size_t i = 0; i < count; i++) sum += store_topic_version(request->app->store, names[i]);
    return sum; /* each only grows, so an equal sum means that none has */
}

static struct page_key make_key(struct request *request, const char *topics, const char *variant) {
    struct page_key key = { .version = topics_version(request, topics) };
    struct buf text;
    if (request_cookie(request, "flash") != NULL) return key; /* shows something once */
    buf_init(&text, request->op->arena, 16384);
    buf_printf(&text, "%s\n%s\n%s\n%s\n%llx\n%d\n%d\n%lld\n", request->path, variant, request->lang, request->theme,
               (unsigned long long)request->op->actor->permissions, request->session != NULL, gzip_accepted(request),
               (long long)(request->op->now_ms / MINUTE_MS));
    for (const struct http_pair *pair = request->query; pair != NULL && pair->name != NULL; pair++) {
        buf_printf(&text, "%s=%s\n", pair->name, pair->value);
    }
    if (text.overflow) return key;
    key.text = text.data;
    key.hash = XXH3_64bits(text.data, text.len);
    return key;
}

const char *page_cache_person(const struct request *request) {
    return arena_printf(request->op->arena, "%lld", (long long)request->op->actor->user_id);
}

/* Under lock. */
static struct page_entry *take(struct page_cache *cache, const struct page_key *key) {
    struct page_entry *entry = cache->places[key->hash % PLACES];
    if (entry == NULL || entry->version != key->version || !str_eq(entry->key, key->text)) return NULL;
    atomic_fetch_add(&entry->references, 1);
    return entry;
}

/* Under lock; true if there was somebody to wait for. Only once: whoever finds nothing then makes the page itself. */
static bool wait_for_maker(struct page_cache *cache, const struct page_key *key) {
    const struct making *making = &cache->making[key->hash % PLACES];
    uint64_t number = making->number;
    if (number == 0 || making->version != key->version || !str_eq(making->key, key->text)) return false;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + INT64_C(1000000) * PATIENCE_MS;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    while (making->number == number && pthread_cond_timedwait(&cache->made, &cache->mutex, &until) == 0) continue;
    return true;
}

/* Under lock. */
static void begin_making(struct page_cache *cache, const struct page_key *key, struct request *request) {
    struct making *making = &cache->making[key->hash % PLACES];
    if (making->number != 0 || request->making != 0) return;
    *making = (struct making){ ++cache->numbers * PLACES + key->hash % PLACES, key->version, key->text };
    request->making = making->number;
}

void page_cache_done(struct request *request) {
    struct page_cache *cache = request->http->pages;
    if (request->making == 0) return;
    pthread_mutex_lock(&cache->mutex);
    cache->making[request->making % PLACES] = (struct making){ 0 };
    pthread_cond_broadcast(&cache->made);
    pthread_mutex_unlock(&cache->mutex);
    request->making = 0;
}

bool page_cache_find(struct request *request, struct response *response, const char *topics, const char *variant,
                     struct page_key *key) {
    struct page_cache *cache = request->http->pages;
    *key = make_key(request, topics, variant);
    if (key->text == NULL) return false;
    store_snapshot_end(request->op); /* whoever waits for a maker must not keep the connection it needs */
    pthread_mutex_lock(&cache->mutex);
    struct page_entry *entry = take(cache, key);
    if (entry == NULL && wait_for_maker(cache, key)) entry = take(cache, key);
    if (entry == NULL) begin_making(cache, key, request);
    pthread_mutex_unlock(&cache->mutex);
    atomic_fetch_add_explicit(entry != NULL ? &cache->hits : &cache->misses, 1, memory_order_relaxed);
    if (entry == NULL) return false;
    arena_defer(request->op->arena, release, entry);
    response->status = 200;
    response->content_type = entry->content_type;
    response->etag = entry->etag;
    response->cache_control = entry->cache_control;
    response->cached = entry;
    return true;
}

static struct page_entry *make_entry(const struct request *request, const struct response *response,
                                     const struct page_key *key) {
    struct slot_piece pieces[SLOT_PIECES_MAX];
    struct gzip_piece texts[SLOT_PIECES_MAX];
    struct gzip_part packed[SLOT_PIECES_MAX];
    struct arena *arena = arena_new(4 * ENTRY_MAX);
    struct page_entry *entry = ARENA_NEW(arena, struct page_entry);
    const char *body = arena_strn(arena, response->body.data, response->body.len);
    entry->arena = arena;
    entry->key = arena_str(arena, key->text);
    entry->version = key->version;
    entry->content_type = arena_str(arena, response->content_type);
    entry->etag = arena_str(arena, response->etag);
    entry->cache_control = arena_str(arena, response->cache_control);
    entry->count = slots_split(request->http, body, response->body.len, pieces);
    entry->pieces = ARENA_ARRAY(arena, entry->count, struct page_piece);
    for (size_t i = 0; i < entry->count; i++) texts[i] = (struct gzip_piece){ pieces[i].bytes, pieces[i].size, false };
    memset(packed, 0, entry->count * sizeof *packed);
    if (gzip_accepted(request)) gzip_parts(request->op->arena, texts, entry->count, packed);
    for (size_t i = 0; i < entry->count; i++) {
        struct page_piece *piece = &entry->pieces[i];
        *piece = (struct page_piece){ .text = pieces[i], .packed = packed[i] };
        piece->packed.deflated = arena_strn(arena, packed[i].deflated, packed[i].deflated_size);
        piece_digest(piece->text.bytes, piece->text.size, piece->digest);
    }
    atomic_store(&entry->references, 2); /* the cache's and the reader's who made it */
    return entry;
}

void page_cache_keep(struct request *request, struct response *response, const struct page_key *key) {
    struct page_cache *cache = request->http->pages;
    bool plain =
        response->status == 200 && response->body.len > 0 && response->headers.len == 0 && !response->body.overflow;
    if (key->text == NULL || !plain || response->body.len > ENTRY_MAX) return;
    struct page_entry *entry = make_entry(request, response, key);
    pthread_mutex_lock(&cache->mutex);
    struct page_entry **place = &cache->places[key->hash % PLACES];
    struct page_entry *old = *place;
    *place = entry;
    pthread_mutex_unlock(&cache->mutex);
    arena_defer(request->op->arena, release, entry); /* a second reference, made with the entry */
    response->cached = entry; /* what was digested and packed for later readers serves this one too */
    atomic_fetch_add(&cache->entries, old == NULL);
    atomic_fetch_add(&cache->bytes,
                     (int64_t)arena_used(entry->arena) - (old == NULL ? 0 : (int64_t)arena_used(old->arena)));
    if (old != NULL) release(old);
    page_cache_done(request);
}

void page_cache_figures(const struct page_cache *cache, struct page_cache_figures *out) {
    *out = (struct page_cache_figures){ atomic_load(&cache->hits), atomic_load(&cache->misses),
                                        atomic_load(&cache->entries), atomic_load(&cache->bytes) };
}
