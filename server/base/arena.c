/* Arena: see arena.h. Small chunks first; an arena that needs more takes large ones, which come from a depot that all
 * arenas share and return to: a request that fills a page costs no malloc, and the heap is not torn up by them. A very
 * large object gets a chunk of its own. */
#include "base/arena.h"

#include "base/require.h"

#include <pthread.h>
#include <sodium.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

enum { SMALL_SIZE = 16 * 1024, SMALL_CHUNKS = 2, LARGE_SIZE = 128 * 1024, DEPOT_MAX = 32 };

struct chunk {
    struct chunk *older;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
    struct deferred *older;
    void (*release)(void *);
    void *object;
};

struct arena {
    struct chunk *newest;
    struct deferred *deferred;
    size_t cap;
    size_t total;
    int shared; /* chunks that hold many objects */
    bool clean;
};

/* Large chunks that no arena uses; the last one given back is taken first. At most DEPOT_MAX * LARGE_SIZE = 4 MiB. */
static struct {
    pthread_mutex_t mutex;
    struct chunk *newest;
    int count;
} depot = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static struct chunk *depot_take(void) {
    pthread_mutex_lock(&depot.mutex);
    struct chunk *chunk = depot.newest;
    if (chunk != NULL) {
        depot.newest = chunk->older;
        depot.count--;
    }
    pthread_mutex_unlock(&depot.mutex);
    return chunk;
}

static bool depot_give(struct chunk *chunk) {
    pthread_mutex_lock(&depot.mutex);
    bool wanted = depot.count < DEPOT_MAX;
    if (wanted) {
        chunk->older = depot.newest;
        depot.newest = chunk;
        depot.count++;
        ASAN_POISON_MEMORY_REGION(chunk->bytes, chunk->size);
    }
    pthread_mutex_unlock(&depot.mutex);
    return wanted;
}

static struct chunk *chunk_new(struct arena *arena, size_t size) {
    if (arena->total + size > arena->cap) die("arena: cap of %zu bytes reached", arena->cap);
    struct chunk *chunk = size == LARGE_SIZE ? depot_take() : NULL;
    if (chunk == NULL) chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL) die("arena: out of memory");
    chunk->size = size;
    chunk->used = 0;
    arena->total += size;
    ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
    return chunk;
}

static void chunk_free(struct arena *arena, struct chunk *chunk) {
    ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
    if (arena->clean) sodium_memzero(chunk->bytes, chunk->size);
    arena->total -= chunk->size;
    if (chunk->size == LARGE_SIZE && depot_give(chunk)) return;
    free(chunk);
}

struct arena *arena_new(size_t cap) {
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) die("arena: out of memory");
    arena->cap = cap;
    return arena;
}

struct arena *arena_new_clean(size_t cap) {
    struct arena *arena = arena_new(cap);
    arena->clean = true;
    return arena;
}

static void run_deferred(struct arena *arena) {
    while (arena->deferred != NULL) {
        struct deferred *now = arena->deferred;
        arena->deferred = now->older;
        now->release(now->object);
    }
}

void arena_reset(struct arena *arena) {
    run_deferred(arena);
    while (arena->newest != NULL && arena->newest->older != NULL) {
        struct chunk *gone = arena->newest;
        arena->newest = gone->older;
        chunk_free(arena, gone);
    }
    struct chunk *first = arena->newest;
    arena->shared = first == NULL ? 0 : 1;
    if (first == NULL) return;
    if (arena->clean) sodium_memzero(first->bytes, first->used);
    first->used = 0;
    ASAN_POISON_MEMORY_REGION(first->bytes, first->size);
}

void arena_free(struct arena *arena) {
    if (arena == NULL) return;
    run_deferred(arena);
    while (arena->newest != NULL) {
        struct chunk *gone = arena->newest;
        arena->newest = gone->older;
        chunk_free(arena, gone);
    }
    free(arena);
}

/* Behind the newest, so that other objects keep filling that one. */
static void *alloc_own(struct arena *arena, size_t size) {
    struct chunk *chunk = chunk_new(arena, size);
    if (arena->newest == NULL) {
        chunk->older = NULL;
        arena->newest = chunk;
    } else {
        chunk->older = arena->newest->older;
        arena->newest->older = chunk;
    }
    chunk->used = size;
    return chunk->bytes;
}

static void add_shared(struct arena *arena) {
    struct chunk *chunk = chunk_new(arena, arena->shared < SMALL_CHUNKS ? SMALL_SIZE : LARGE_SIZE);
    chunk->older = arena->newest;
    arena->newest = chunk;
    arena->shared++;
}

static void *take(struct arena *arena, size_t size) {
    REQUIRE(size <= SIZE_MAX / 2);
    size_t step = alignof(max_align_t);
    size_t want = (size + step - 1) / step * step;
    unsigned char *place;
    bool fits = arena->newest != NULL && arena->newest->size - arena->newest->used >= want;
    if (!fits && want > (arena->shared < SMALL_CHUNKS ? SMALL_SIZE : LARGE_SIZE) / 4) {
        place = alloc_own(arena, want);
    } else {
        if (!fits) add_shared(arena);
        place = arena->newest->bytes + arena->newest->used;
        arena->newest->used += want;
    }
    ASAN_UNPOISON_MEMORY_REGION(place, size);
    return place;
}

void *arena_alloc(struct arena *arena, size_t size) {
    return memset(take(arena, size), 0, size);
}

char *arena_bytes(struct arena *arena, size_t size) {
    return take(arena, size);
}

void *arena_memory(struct arena *arena, size_t size) {
    return take(arena, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    REQUIRE(size == 0 || count <= SIZE_MAX / 2 / size);
    return arena_alloc(arena, count * size);
}

char *arena_strn(struct arena *arena, const char *text, size_t len) {
    char *copy = arena_bytes(arena, len + 1);
    if (len > 0) memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_str(struct arena *arena, const char *text) {
    return text == NULL ? NULL : arena_strn(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args) {
    char small[256]; /* most texts are short: written once, not measured first */
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(small, sizeof small, format, args);
    REQUIRE(need >= 0);
    char *text = arena_bytes(arena, (size_t)need + 1);
    if ((size_t)need < sizeof small) memcpy(text, small, (size_t)need + 1);
    else vsnprintf(text, (size_t)need + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object) {
    struct deferred *entry = arena_alloc(arena, sizeof *entry);
    entry->release = release;
    entry->object = object;
    entry->older = arena->deferred;
    arena->deferred = entry;
}

size_t arena_used(const struct arena *arena) {
    return arena->total;
}
