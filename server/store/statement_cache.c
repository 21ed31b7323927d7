/* Statement cache: open addressing, keyed by the address of the constant. The text is compared as well, so that a
 * statement built on a stack (tests) cannot meet the one that stood there before. */
#include "store/store_internal.h"

#include <stdlib.h>

static size_t first_slot(const struct statement_cache *cache, const struct sql *sql) {
    return ((uintptr_t)sql >> 4) * 0x9E3779B97F4A7C15u >> 32 & (cache->size - 1);
}

static struct cached_statement *find(const struct statement_cache *cache, const struct sql *sql, const char *text) {
    size_t at = first_slot(cache, sql);
    while (cache->slots[at].sql != NULL && (cache->slots[at].sql != sql || cache->slots[at].text != text)) {
        at = (at + 1) & (cache->size - 1);
    }
    return &cache->slots[at];
}

static void grow(struct statement_cache *cache) {
    struct statement_cache bigger = { .size = cache->size == 0 ? 256 : cache->size * 2, .count = cache->count };
    bigger.slots = calloc(bigger.size, sizeof *bigger.slots);
    if (bigger.slots == NULL) die("store: out of memory");
    for (size_t i = 0; i < cache->size; i++) {
        const struct cached_statement *old = &cache->slots[i];
        if (old->sql != NULL) *find(&bigger, old->sql, old->text) = *old;
    }
    free(cache->slots);
    *cache = bigger;
}

void **statement_slot(struct statement_cache *cache, const struct sql *sql) {
    if (cache->count * 2 >= cache->size) grow(cache);
    struct cached_statement *slot = find(cache, sql, sql->text);
    if (slot->sql == NULL) {
        *slot = (struct cached_statement){ sql, sql->text, NULL };
        cache->count++;
    }
    return &slot->handle;
}

void statement_cache_done(struct statement_cache *cache, void (*release)(void *handle)) {
    for (size_t i = 0; i < cache->size; i++) {
        if (cache->slots[i].handle != NULL) release(cache->slots[i].handle);
    }
    free(cache->slots);
    *cache = (struct statement_cache){ 0 };
}
