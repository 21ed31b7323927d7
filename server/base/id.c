/* Ids: see id.h. Within one millisecond ids still ascend in the order they were made by this process,
 * so that lists ordered by id read in the order of events. */
#include "base/id.h"

#include "base/str.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>

enum { RANDOM_BITS = 22 };
static const int64_t EPOCH_MS = 1577836800000; /* 2020-01-01T00:00:00Z */

int64_t id_new(int64_t now_ms) {
    static _Atomic int64_t last;
    int64_t since = now_ms > EPOCH_MS ? now_ms - EPOCH_MS : 1;
    int64_t fresh = (since << RANDOM_BITS) | (int64_t)randombytes_uniform(1U << RANDOM_BITS);
    int64_t before = atomic_load(&last);
    for (;;) {
        /* same millisecond as the last one, or many steps have run over into the next: step on by a small random
         * distance */
        int64_t ahead = (before >> RANDOM_BITS) - since;
        bool same = ahead == 0 || ahead == 1;
        int64_t next = same ? before + 1 + (int64_t)randombytes_uniform(64) : fresh;
        if (atomic_compare_exchange_weak(&last, &before, next)) return next;
    }
}

const char *id_text(int64_t id, char out[ID_TEXT_SIZE]) {
    snprintf(out, ID_TEXT_SIZE, "%lld", (long long)id);
    return out;
}

bool id_parse(const char *text, int64_t *out) {
    int64_t value;
    if (!str_to_i64(text, &value) || value <= 0 || *text == '0') return false;
    *out = value;
    return true;
}
