/* Who is on call at an instant: the layers' say, priorities, overrides in order of creation, the secondary. */
#include "oncall/roll.h"

#include "base/arena.h"

#include <string.h>

bool crew_has(const struct crew *crew, int32_t person) {
    for (size_t i = 0; i < crew->count; i++) {
        if (crew->list[i].person == person) return true;
    }
    return false;
}

bool crew_equal(const struct crew *a, const struct crew *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!crew_has(b, a->list[i].person)) return false;
    }
    return true;
}

static void crew_add(struct crew *crew, struct on_call one) {
    if (!crew_has(crew, one.person)) crew->list[crew->count++] = one;
}

static bool crew_drop(struct crew *crew, int32_t person, size_t *place) {
    for (size_t i = 0; i < crew->count; i++) {
        if (crew->list[i].person != person) continue;
        *place = i;
        for (size_t j = i + 1; j < crew->count; j++) crew->list[j - 1] = crew->list[j];
        crew->count--;
        return true;
    }
    return false;
}

/* Replace X by Y: no effect where X is not on call; a Y who is there already stays once. */
static void crew_swap(struct crew *crew, const struct override *override) {
    size_t place;
    if (!crew_drop(crew, override->out, &place) || crew_has(crew, override->in)) return;
    for (size_t i = crew->count; i > place; i--) crew->list[i] = crew->list[i - 1];
    crew->list[place] = (struct on_call){ .person = override->in, .replaces = override->out, .override = override };
    crew->count++;
}

static void apply(struct crew *crew, const struct override *override) {
    struct on_call put = { .person = override->in, .replaces = NOBODY, .override = override };
    size_t place;
    if (override->kind == OVERRIDE_ADD) {
        crew_add(crew, put);
    } else if (override->out == NOBODY) {
        crew->count = 0;
        if (override->kind == OVERRIDE_REPLACE) crew_add(crew, put);
    } else if (override->kind == OVERRIDE_REMOVE) {
        (void)crew_drop(crew, override->out, &place);
    } else {
        crew_swap(crew, override);
    }
}

static void apply_all(const struct schedule *schedule, enum duty_role role, int64_t at, struct roll *roll) {
    struct crew *crew = role == DUTY_PRIMARY ? &roll->primary : &roll->secondary;
    for (size_t i = 0; i < schedule->override_count; i++) {
        const struct override *override = &schedule->overrides[i];
        if (override->role != role || override->end <= at || override->end <= override->start) continue;
        int64_t edge = override->start > at ? override->start : override->end;
        if (edge < roll->until) roll->until = edge;
        if (override->start <= at) apply(crew, override);
    }
}

static bool top_priority(const struct schedule *schedule, const struct duty *duties, enum duty_role role,
                         int32_t *out) {
    bool found = false;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        const struct layer *layer = &schedule->layers[i];
        if (layer->role != role || duties[i].person == NOBODY) continue;
        if (!found || layer->priority > *out) *out = layer->priority;
        found = true;
    }
    return found;
}

static void base(const struct schedule *schedule, const struct duty *duties, enum duty_role role, struct crew *crew) {
    int32_t top = 0;
    crew->count = 0;
    if (!top_priority(schedule, duties, role, &top)) return;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        const struct layer *layer = &schedule->layers[i];
        if (layer->role != role || layer->priority != top || duties[i].person == NOBODY) continue;
        crew_add(crew, (struct on_call){ duties[i].person, NOBODY, layer, duties[i].turn, NULL });
    }
}

/* For each layer that gave the base: the next person in its list who is not primary now. */
static void next_in_line(const struct schedule *schedule, const struct duty *duties, struct roll *roll) {
    int32_t top = 0;
    roll->secondary.count = 0;
    if (!top_priority(schedule, duties, DUTY_PRIMARY, &top)) return;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        const struct layer *layer = &schedule->layers[i];
        const struct duty *duty = &duties[i];
        if (layer->role != DUTY_PRIMARY || layer->priority != top || duty->person == NOBODY) continue;
        for (size_t step = 1; step < duty->roster->count; step++) {
            int32_t person = duty->roster->people[(duty->index + step) % duty->roster->count];
            if (person == NOBODY || crew_has(&roll->primary, person)) continue;
            crew_add(&roll->secondary, (struct on_call){ person, NOBODY, layer, duty->turn, NULL });
            break;
        }
    }
}

void roll_alloc(const struct schedule *schedule, struct arena *arena, struct roll *roll) {
    size_t most = schedule->layer_count + schedule->override_count + 1;
    *roll = (struct roll){ { ARENA_ARRAY(arena, most, struct on_call), 0 },
                           { ARENA_ARRAY(arena, most, struct on_call), 0 },
                           TIME_NEVER };
}

void roll_make(const struct schedule *schedule, const struct duty *duties, enum schedule_view view, int64_t at,
               struct roll *roll) {
    roll->until = TIME_NEVER;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (duties[i].until < roll->until) roll->until = duties[i].until;
    }
    base(schedule, duties, DUTY_PRIMARY, &roll->primary);
    if (view == VIEW_FINAL) apply_all(schedule, DUTY_PRIMARY, at, roll);
    roll->secondary.count = 0;
    if (schedule->secondary == SECONDARY_NEXT) next_in_line(schedule, duties, roll);
    if (schedule->secondary == SECONDARY_OWN) base(schedule, duties, DUTY_SECONDARY, &roll->secondary);
    if (view == VIEW_FINAL) apply_all(schedule, DUTY_SECONDARY, at, roll);
}

void schedule_at(const struct schedule *schedule, enum schedule_view view, int64_t at, struct arena *arena,
                 struct roll *out) {
    struct duty *duties = ARENA_ARRAY(arena, schedule->layer_count, struct duty);
    for (size_t i = 0; i < schedule->layer_count; i++) layer_duty(&schedule->layers[i], at, &duties[i]);
    roll_alloc(schedule, arena, out);
    roll_make(schedule, duties, view, at, out);
}

void schedule_delete_person(struct schedule *schedule, int64_t at, int32_t person, struct arena *arena) {
    for (size_t i = 0; i < schedule->layer_count; i++) {
        struct layer *layer = &schedule->layers[i];
        if (layer->roster_count == 0) continue;
        const struct roster *now = &layer->rosters[layer->roster_count - 1];
        int32_t *left = ARENA_ARRAY(arena, now->count, int32_t);
        size_t count = 0;
        for (size_t j = 0; j < now->count; j++) {
            if (now->people[j] != person) left[count++] = now->people[j];
        }
        if (count < now->count) layer_set_people(layer, at, left, count);
    }
    for (size_t i = 0; i < schedule->override_count; i++) {
        struct override *override = &schedule->overrides[i];
        if (override->in == person && override->end > at) override->end = at;
    }
}

static bool roster_lists(const struct roster *roster, int32_t person) {
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->people[i] == person) return true;
    }
    return false;
}

bool schedule_lists(const struct schedule *schedule, const char *person, int64_t at) {
    int32_t found = NOBODY;
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (strcmp(schedule->people[i], person) == 0) found = (int32_t)i;
    }
    for (size_t i = 0; i < schedule->layer_count && found != NOBODY; i++) {
        const struct layer *layer = &schedule->layers[i];
        for (size_t j = 0; j < layer->roster_count && layer->ends > at; j++) {
            bool over = j + 1 < layer->roster_count && layer->rosters[j + 1].effective_at <= at;
            if (!over && roster_lists(&layer->rosters[j], found)) return true;
        }
    }
    return false;
}
