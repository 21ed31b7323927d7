/* Page cache: see page_cache.h. A table of fixed size; two pages that fall on one place take turns, and all of them
 * together take BYTES_MAX at most: the first page of a minute takes the place of those of earlier ones, which nobody
 * asks for any more, and then whichever comes round makes room. Entries are counted references: a reader keeps its
 * copy until its request ends. */
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

enum { PLACES = 512, ENTRY_MAX = 256 * 1024, BYTES_MAX = 8 * 1024 * 1024, MINUTE_MS = 60000, PATIENCE_MS = 500 };

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
    int64_t minute; /* of the newest page */
    size_t hand; /* where room was made last */
    _Atomic int64_t hits, misses, entries, bytes; /* the last two change under lock */
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
    if (atomic_fetch_sub(&entry->references, 1) == 1) free(entry);
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

struct page_key page_cache_version(struct request *request, const char *topics) {
    return (struct page_key){ .version = topics_version(request, topics) };
}

static struct page_key make_key(struct request *request, const char *topics, const char *variant) {
    struct page_key key = page_cache_version(request, topics);
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

/* Copies of what an entry holds, one behind the other. */
static const char *put(char **at, const char *bytes, size_t len) {
    char *copy = *at;
    if (len > 0) memcpy(copy, bytes, len);
    copy[len] = '\0';
    *at += len + 1;
    return copy;
}

static const char *put_text(char **at, const char *text) {
    return text == NULL ? NULL : put(at, text, strlen(text));
}

static size_t room_for(const char *text) {
    return text == NULL ? 0 : strlen(text) + 1;
}

/* The parts of a page, made in its request's arena. */
struct parts {
    struct slot_piece *texts;
    struct gzip_part *packed;
    size_t count, size;
    bool only_packed; /* the plain text is not needed any more: every reader of this copy takes it compressed */
};

static struct parts make_parts(const struct request *request, const struct response *response) {
    struct arena *arena = request->op->arena;
    struct parts parts = { .texts = arena_memory(arena, SLOT_PIECES_MAX * sizeof *parts.texts) };
    parts.count = slots_split(request->http, response->body.data, response->body.len, parts.texts);
    parts.packed = ARENA_ARRAY(arena, parts.count, struct gzip_part);
    struct gzip_piece *plain = arena_memory(arena, parts.count * sizeof *plain);
    for (size_t i = 0; i < parts.count; i++) {
        plain[i] = (struct gzip_piece){ parts.texts[i].bytes, parts.texts[i].size, false };
        parts.size += parts.texts[i].size;
    }
    parts.only_packed = leaves_packed(request, response, parts.size);
    if (gzip_accepted(request)) gzip_parts(arena, plain, parts.count, parts.packed);
    return parts;
}

static struct page_entry *alloc_entry(const struct response *response, const struct page_key *key,
                                      const struct parts *parts, char **at) {
    size_t pieces = parts->count * sizeof(struct page_piece);
    size_t size = sizeof(struct page_entry) + pieces + room_for(key->text) + room_for(response->content_type) +
                  room_for(response->etag) + room_for(response->cache_control);
    for (size_t i = 0; i < parts->count; i++)
        size += parts->packed[i].deflated_size + 1 + (parts->only_packed ? 0 : parts->texts[i].size + 1);
    struct page_entry *entry = malloc(size);
    REQUIRE(entry != NULL);
    *entry = (struct page_entry){ .size = size, .pieces = (struct page_piece *)(entry + 1), .count = parts->count };
    *at = (char *)entry->pieces + pieces;
    return entry;
}

static struct page_entry *make_entry(const struct request *request, const struct response *response,
                                     const struct page_key *key) {
    char *at;
    const struct parts parts = make_parts(request, response);
    struct page_entry *entry = alloc_entry(response, key, &parts, &at);
    entry->minute = request->op->now_ms / MINUTE_MS;
    entry->version = key->version;
    entry->key = put_text(&at, key->text);
    entry->content_type = put_text(&at, response->content_type);
    entry->etag = put_text(&at, response->etag);
    entry->cache_control = put_text(&at, response->cache_control);
    for (size_t i = 0; i < parts.count; i++) {
        struct page_piece *piece = &entry->pieces[i];
        *piece = (struct page_piece){ .text = parts.texts[i], .packed = parts.packed[i] };
        piece_digest(piece->text.bytes, piece->text.size, piece->digest);
        piece->text.bytes = parts.only_packed ? NULL : put(&at, piece->text.bytes, piece->text.size);
        piece->packed.deflated = put(&at, piece->packed.deflated, piece->packed.deflated_size);
    }
    atomic_store(&entry->references, 2); /* the cache's and the reader's who made it */
    return entry;
}

/* Under lock. What is to be let go of, when the lock is no longer held, is added to the list. */
static void take_out(struct page_cache *cache, size_t place, struct page_entry **gone) {
    struct page_entry *entry = cache->places[place];
    if (entry == NULL) return;
    cache->places[place] = NULL;
    cache->entries -= 1;
    cache->bytes -= (int64_t)entry->size;
    entry->next = *gone;
    *gone = entry;
}

/* Under lock. */
static void make_room(struct page_cache *cache, const struct page_entry *fresh, struct page_entry **gone) {
    for (size_t i = 0; i < PLACES && fresh->minute > cache->minute; i++) take_out(cache, i, gone);
    if (fresh->minute > cache->minute) cache->minute = fresh->minute;
    while (cache->bytes > 0 && cache->bytes + (int64_t)fresh->size > BYTES_MAX)
        take_out(cache, cache->hand++ % PLACES, gone);
}

static void let_go(struct page_entry *gone) {
    while (gone != NULL) {
        struct page_entry *next = gone->next;
        release(gone);
        gone = next;
    }
}

void page_cache_keep(struct request *request, struct response *response, const struct page_key *key) {
    struct page_cache *cache = request->http->pages;
    bool plain =
        response->status == 200 && response->body.len > 0 && response->headers.len == 0 && !response->body.overflow;
    if (key->text == NULL || !plain || response->body.len > ENTRY_MAX) return;
    struct page_entry *entry = make_entry(request, response, key), *gone = NULL;
    pthread_mutex_lock(&cache->mutex);
    take_out(cache, key->hash % PLACES, &gone);
    make_room(cache, entry, &gone);
    cache->places[key->hash % PLACES] = entry;
    cache->entries += 1;
    cache->bytes += (int64_t)entry->size;
    pthread_mutex_unlock(&cache->mutex);
    let_go(gone);
    arena_defer(request->op->arena, release, entry); /* a second reference, made with the entry */
    response->cached = entry; /* what was digested and packed for later readers serves this one too */
    page_cache_done(request);
}

void page_cache_figures(const struct page_cache *cache, struct page_cache_figures *out) {
    *out = (struct page_cache_figures){ atomic_load(&cache->hits), atomic_load(&cache->misses),
                                        atomic_load(&cache->entries), atomic_load(&cache->bytes) };
}
