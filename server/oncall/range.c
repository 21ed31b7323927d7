/* A range of time, by the same function as an instant: walk from change to change, ask each piece, merge neighbours
 * per person. */
#include "oncall/roll.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

void walk_start(struct walk *walk, const struct schedule *schedule, enum schedule_view view, struct arena *arena) {
    *walk = (struct walk){ .schedule = schedule, .view = view };
    walk->duties = ARENA_ARRAY(arena, schedule->layer_count, struct duty);
    roll_alloc(schedule, arena, &walk->roll);
}

void walk_range(struct walk *walk, int64_t from, int64_t until) {
    walk->start = walk->end = from;
    walk->until = until;
    for (size_t i = 0; i < walk->schedule->layer_count; i++) walk->duties[i].until = TIME_ALWAYS;
}

bool walk_next(struct walk *walk) {
    if (walk->end >= walk->until) return false;
    walk->pieces++;
    walk->start = walk->end;
    for (size_t i = 0; i < walk->schedule->layer_count; i++) {
        if (walk->duties[i].until > walk->start) continue;
        layer_duty(&walk->schedule->layers[i], walk->start, &walk->duties[i]);
    }
    roll_make(walk->schedule, walk->duties, walk->view, walk->start, &walk->roll);
    walk->end = walk->roll.until < walk->until ? walk->roll.until : walk->until;
    return true;
}

int64_t walk_next_change(struct walk *walk, int64_t at, int64_t limit, struct arena *arena) {
    struct roll now;
    schedule_at(walk->schedule, walk->view, at, arena, &now);
    walk_range(walk, at, at + limit);
    for (int pieces = 0; pieces < RANGE_PIECES_MAX && walk_next(walk); pieces++) {
        const struct roll *then = &walk->roll;
        if (!crew_equal(&now.primary, &then->primary) || !crew_equal(&now.secondary, &then->secondary))
            return walk->start;
    }
    return TIME_NEVER;
}

/* --- shifts --- */

struct builder {
    const struct schedule *schedule;
    struct arena *arena;
    struct range_answer *out;
    size_t shift_room, gap_room;
    size_t *open; /* per person: index + 1 of the shift that still runs */
};

static void *grown(struct arena *arena, void *list, size_t count, size_t *room, size_t size) {
    if (count < *room) return list;
    size_t more = *room == 0 ? 64 : *room * 2;
    void *copy = arena_array(arena, more, size);
    if (count > 0) memcpy(copy, list, count * size);
    *room = more;
    return copy;
}

static void add_shift(struct builder *builder, const struct range *range, const struct walk *piece,
                      const struct on_call *one) {
    struct range_answer *out = builder->out;
    size_t *open = &builder->open[one->person];
    out->seconds[one->person] += piece->end - piece->start;
    if (*open != 0 && out->shifts[*open - 1].end == piece->start) {
        struct shift *running = &out->shifts[*open - 1];
        running->end = piece->end;
        if (running->override != one->override) running->override = NULL;
        return;
    }
    out->shifts = grown(builder->arena, out->shifts, out->shift_count, &builder->shift_room, sizeof *out->shifts);
    out->shifts[out->shift_count++] =
        (struct shift){ one->person, range->role, piece->start, piece->end, one->override, one->layer, false };
    *open = out->shift_count;
}

static void add_gap(struct builder *builder, const struct walk *piece) {
    struct range_answer *out = builder->out;
    if (out->gap_count > 0 && out->gaps[out->gap_count - 1].end == piece->start) {
        out->gaps[out->gap_count - 1].end = piece->end;
        return;
    }
    out->gaps = grown(builder->arena, out->gaps, out->gap_count, &builder->gap_room, sizeof *out->gaps);
    out->gaps[out->gap_count++] = (struct gap){ piece->start, piece->end };
}

static void add_piece(struct builder *builder, const struct range *range, const struct walk *piece) {
    const struct crew *crew = range->role == DUTY_PRIMARY ? &piece->roll.primary : &piece->roll.secondary;
    for (size_t i = 0; i < crew->count; i++) add_shift(builder, range, piece, &crew->list[i]);
    if (crew->count == 0) add_gap(builder, piece);
    else builder->out->covered += piece->end - piece->start;
}

/* Shifts that begin or end with the range are clipped if the person was on call just before, or still is. */
static void mark_clipped(const struct schedule *schedule, const struct range *range, struct range_answer *answer,
                         struct arena *arena) {
    struct roll before, after;
    schedule_at(schedule, range->view, range->from - 1, arena, &before);
    schedule_at(schedule, range->view, range->until, arena, &after);
    const struct crew *earlier = range->role == DUTY_PRIMARY ? &before.primary : &before.secondary;
    const struct crew *later = range->role == DUTY_PRIMARY ? &after.primary : &after.secondary;
    for (size_t i = 0; i < answer->shift_count; i++) {
        struct shift *shift = &answer->shifts[i];
        shift->clipped = (shift->start == range->from && crew_has(earlier, shift->person)) ||
                         (shift->end == range->until && crew_has(later, shift->person));
    }
}

struct sorting {
    const char *const *people;
};

static int by_start_then_id(const void *a, const void *b, void *arg) {
    const struct shift *x = a, *y = b;
    const struct sorting *by = arg;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return strcmp(by->people[x->person], by->people[y->person]);
}

bool schedule_range(const struct schedule *schedule, const struct range *range, struct arena *arena,
                    struct range_answer *out, struct error *err) {
    if (range->from >= range->until) return ERROR(err, ERR_INVALID, "range.empty", "until is not after from");
    if (range->until - range->from > RANGE_DAYS_MAX * DAY)
        return ERROR(err, ERR_INVALID, "range.too_long", "over 366 days");
    struct range_answer answer = { .seconds = ARENA_ARRAY(arena, schedule->people_count, int64_t) };
    struct builder builder = { .schedule = schedule, .arena = arena, .out = &answer };
    builder.open = ARENA_ARRAY(arena, schedule->people_count, size_t);
    struct walk walk;
    walk_start(&walk, schedule, range->view, arena);
    walk_range(&walk, range->from, range->until);
    while (walk_next(&walk)) {
        if (walk.pieces > RANGE_PIECES_MAX || answer.shift_count > RANGE_PIECES_MAX)
            return ERROR(err, ERR_INVALID, "range.too_many_pieces", "ask for less");
        add_piece(&builder, range, &walk);
    }
    mark_clipped(schedule, range, &answer, arena);
    answer.pieces = walk.pieces;
    struct sorting by = { schedule->people };
    if (answer.shift_count > 1)
        qsort_r(answer.shifts, answer.shift_count, sizeof *answer.shifts, by_start_then_id, &by);
    *out = answer;
    return true;
}

/* Looks at widening ranges, so that the usual shift of some days costs a few pieces. */
bool schedule_shift_around(const struct schedule *schedule, struct shift_search *search, struct arena *arena,
                           struct shift *out) {
    static const int64_t reaches[] = { 8 * DAY, 40 * DAY, RANGE_DAYS_MAX / 2 * DAY };
    int64_t at = search->at.from;
    bool found = false;
    for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++) {
        struct range range = { at - reaches[i], at + reaches[i], search->at.role, search->at.view };
        struct range_answer answer = { .pieces = RANGE_PIECES_MAX };
        struct error err;
        bool fine = schedule_range(schedule, &range, arena, &answer, &err);
        search->pieces += answer.pieces;
        for (size_t j = 0; fine && j < answer.shift_count; j++) {
            const struct shift *shift = &answer.shifts[j];
            if (shift->person != search->person || shift->start > at || shift->end <= at) continue;
            found = true;
            *out = *shift;
            if (!shift->clipped) return true;
            if (shift->start == range.from) out->start = TIME_ALWAYS;
            if (shift->end == range.until) out->end = TIME_NEVER;
        }
    }
    return found;
}
