/* See people_index.h. */
#include "oncall/people_index.h"

#include "base/arena.h"

#include <string.h>

static size_t slot_of(const struct people_index *index, const char *id) {
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *at = id; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    size_t slot = (size_t)hash % index->slot_count;
    while (index->slots[slot] != 0 && strcmp(index->ids[index->slots[slot] - 1], id) != 0)
        slot = (slot + 1) % index->slot_count;
    return slot;
}

static void grow(struct people_index *index, size_t room) {
    const char **ids = ARENA_ARRAY(index->arena, room, const char *);
    if (index->count > 0) memcpy(ids, index->ids, index->count * sizeof *ids);
    index->ids = ids;
    index->room = room;
    index->slot_count = room * 2;
    index->slots = ARENA_ARRAY(index->arena, index->slot_count, int32_t);
    for (size_t i = 0; i < index->count; i++) index->slots[slot_of(index, ids[i])] = (int32_t)i + 1;
}

void people_index_init(struct people_index *index, struct arena *arena) {
    *index = (struct people_index){ .arena = arena };
    grow(index, 32);
}

int32_t people_index_add(struct people_index *index, const char *id) {
    size_t slot = slot_of(index, id);
    if (index->slots[slot] != 0) return index->slots[slot] - 1;
    if (index->count == index->room) {
        grow(index, index->room * 2);
        slot = slot_of(index, id);
    }
    index->ids[index->count] = arena_str(index->arena, id);
    index->slots[slot] = (int32_t)++index->count;
    return (int32_t)index->count - 1;
}

int32_t people_index_find(const struct people_index *index, const char *id) {
    return index->slots[slot_of(index, id)] - 1;
}
