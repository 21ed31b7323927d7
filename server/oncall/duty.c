/* What one layer says at an instant, and for how long. */
#include "oncall/layer.h"

static void limit(int64_t *until, int64_t at) {
    if (at < *until) *until = at;
}

/* The version of the people in force; the next one bounds the answer. */
static const struct roster *roster_at(const struct layer *layer, int64_t at, int64_t *until) {
    size_t low = 0, high = layer->roster_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (layer->rosters[middle].effective_at <= at) low = middle;
        else high = middle;
    }
    if (high < layer->roster_count) limit(until, layer->rosters[high].effective_at);
    return &layer->rosters[low];
}

static size_t roster_index(const struct roster *roster, int64_t turn) {
    int64_t count = (int64_t)roster->count;
    int64_t index = ((int64_t)roster->base_index + turn - roster->base_turn) % count;
    return (size_t)(index < 0 ? index + count : index);
}

void layer_duty(const struct layer *layer, int64_t at, struct duty *out) {
    *out = (struct duty){ .person = NOBODY, .until = TIME_NEVER };
    if (at >= layer->ends || layer->roster_count == 0) return;
    if (at < layer->begins) {
        out->until = layer->begins;
        return;
    }
    limit(&out->until, layer->ends);
    struct window_state window;
    windows_at(layer, at, &window);
    limit(&out->until, window.until);
    if (!window.inside) return;
    out->roster = roster_at(layer, at, &out->until);
    out->turn = layer_turn(layer, at);
    if (layer->rotation.advance == ADVANCE_CALENDAR) limit(&out->until, layer_handoff(layer, out->turn + 1));
    if (out->roster->count == 0) return;
    out->index = roster_index(out->roster, out->turn);
    out->person = out->roster->people[out->index];
}

/* The first person, from the one on duty on in the old order, who is in the new list; its place there. An empty turn
 * is nobody, so it is passed over. */
static size_t place_of_successor(const struct roster *old, int64_t turn, const int32_t *people, size_t count) {
    size_t index = old->count == 0 ? 0 : roster_index(old, turn);
    for (size_t step = 0; step < old->count; step++) {
        int32_t person = old->people[(index + step) % old->count];
        for (size_t i = 0; person != NOBODY && i < count; i++) {
            if (people[i] == person) return i;
        }
    }
    return 0;
}

void layer_set_people(struct layer *layer, int64_t at, const int32_t *people, size_t count) {
    struct roster roster = { .effective_at = at, .people = people, .count = count };
    int64_t turn = layer_turn(layer, at);
    if (turn >= 0 && layer->roster_count > 0) {
        roster.base_turn = turn;
        roster.base_index = place_of_successor(&layer->rosters[layer->roster_count - 1], turn, people, count);
    }
    layer->rosters[layer->roster_count++] = roster;
}
