/* People's ids (text) as small numbers, so that the engine compares integers. Each id gets the next number. */
#ifndef BONGSU_ONCALL_PEOPLE_INDEX_H
#define BONGSU_ONCALL_PEOPLE_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct people_index {
    struct arena *arena;
    const char **ids;
    size_t count, room;
    int32_t *slots; /* open addressing, index + 1 */
    size_t slot_count;
};

void people_index_init(struct people_index *index, struct arena *arena);
int32_t people_index_add(struct people_index *index, const char *id);
int32_t people_index_find(const struct people_index *index, const char *id); /* -1 if unknown */

#endif
