/* Lanes: how many calls to each destination are under way, and its breaker, which has a row as well while it is not
 * simply well. */
#include "work/worker_internal.h"

#include <string.h>

struct lane *lane_of(struct lanes *lanes, int64_t destination_id) {
    struct lane *spare = NULL;
    for (int i = 0; i < lanes->count; i++) {
        struct lane *lane = &lanes->list[i];
        if (lane->destination_id == destination_id) return lane;
        if (lane->in_flight == 0) spare = lane;
    }
    if (lanes->count < TARGETS_MAX) spare = &lanes->list[lanes->count++];
    if (spare != NULL) *spare = (struct lane){ .destination_id = destination_id };
    return spare;
}

int lane_free(struct lane *lane, int64_t now_ms) {
    int permits = breaker_permits(&lane->breaker, now_ms), free = WORKER_LANE_CALLS - lane->in_flight;
    return permits < free ? permits : free;
}

void lane_began(struct lane *lane) {
    lane->in_flight++;
    breaker_began(&lane->breaker);
}

void lane_ended(struct lane *lane, const struct delivered *delivered, int64_t now_ms) {
    lane->in_flight--;
    /* a refusal is an answer: the peer is well */
    breaker_ended(&lane->breaker, delivered->outcome.kind == OUTCOME_RETRY, delivered->took_ms, now_ms);
}

/* As their rows would be: trials under way are in none. */
static bool same_row(const struct breaker *a, const struct breaker *b) {
    char recent_a[BREAKER_WINDOW + 1], recent_b[BREAKER_WINDOW + 1];
    if (breaker_is_well(a) || breaker_is_well(b)) return breaker_is_well(a) && breaker_is_well(b);
    breaker_recent(a, recent_a);
    breaker_recent(b, recent_b);
    return a->state == b->state && a->open_until == b->open_until && strcmp(recent_a, recent_b) == 0;
}

bool lane_to_keep(struct lane *lane, struct breaker *out) {
    if (same_row(&lane->breaker, &lane->kept)) return false;
    *out = lane->kept = lane->breaker;
    return true;
}
