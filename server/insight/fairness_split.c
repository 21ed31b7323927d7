/* Time and moments by kind of day and by night. */
#include "insight/fairness_rows.h"

#include "base/arena.h"

#include <stdlib.h>

enum { DAY = 86400, HOUR = 3600 };

void fairness_days_init(struct fairness_days *days, const struct organisation *organisation, int64_t first,
                        size_t count, struct arena *arena) {
    *days = (struct fairness_days){ organisation->tz, first, count, ARENA_ARRAY(arena, count, enum fairness_day) };
    for (size_t i = 0; i < count; i++) {
        int64_t day = first + (int64_t)i;
        bool usual = (organisation->work_days >> civil_weekday(day) & 1) != 0;
        days->kinds[i] = organisation_holiday_on(organisation, day) ? FAIRNESS_HOLIDAY
                         : usual                                    ? FAIRNESS_WEEKDAY
                                                                    : FAIRNESS_WEEKEND;
    }
}

static enum fairness_day kind_of(const struct fairness_days *days, int64_t day) {
    int64_t index = day - days->first;
    REQUIRE(index >= 0 && index < (int64_t)days->count);
    return days->kinds[index];
}

/* Kind of the moment, and the next wall time at which that may be another. */
static int64_t *place_of(const struct fairness_days *days, int64_t at, struct fairness_split *split, int64_t *next) {
    int64_t wall = at + tz_offset(days->tz, at), day = wall / DAY, second = wall % DAY;
    enum fairness_day kind = kind_of(days, day);
    bool early = second < FAIRNESS_NIGHT_UNTIL * HOUR, late = second >= FAIRNESS_NIGHT_FROM * HOUR;
    *next = day * DAY + (early ? FAIRNESS_NIGHT_UNTIL * HOUR : late ? DAY : FAIRNESS_NIGHT_FROM * HOUR);
    return early || late ? &split->night[kind] : &split->day[kind];
}

void fairness_add_time(const struct fairness_days *days, int64_t from, int64_t until, struct fairness_split *split) {
    while (from < until) {
        int64_t wall, *sum = place_of(days, from, split, &wall), next = tz_resolve(days->tz, wall);
        if (next <= from) next = from + HOUR; /* the clock was put back over the boundary */
        if (next > until) next = until;
        *sum += next - from;
        from = next;
    }
}

bool fairness_add_one(const struct fairness_days *days, int64_t at, struct fairness_split *split) {
    int64_t next, *sum = place_of(days, at, split, &next);
    (*sum)++;
    return sum >= split->night && sum < split->night + FAIRNESS_DAY_COUNT;
}

int64_t fairness_total(const struct fairness_split *split) {
    int64_t total = 0;
    for (int i = 0; i < FAIRNESS_DAY_COUNT; i++) total += split->day[i] + split->night[i];
    return total;
}

static int by_from(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

size_t spans_join(struct span *spans, size_t count) {
    size_t kept = 0;
    if (count > 1) qsort(spans, count, sizeof *spans, by_from);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && spans[i].from <= spans[kept - 1].until) {
            if (spans[i].until > spans[kept - 1].until) spans[kept - 1].until = spans[i].until;
        } else {
            spans[kept++] = spans[i];
        }
    }
    return kept;
}

size_t spans_without(const struct span *spans, size_t count, const struct span *taken, size_t taken_count,
                     struct span *out) {
    size_t made = 0, first = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t from = spans[i].from;
        while (first < taken_count && taken[first].until <= from) first++;
        for (size_t j = first; j < taken_count && taken[j].from < spans[i].until; j++) {
            if (taken[j].from > from) out[made++] = (struct span){ from, taken[j].from };
            if (taken[j].until > from) from = taken[j].until;
        }
        if (from < spans[i].until) out[made++] = (struct span){ from, spans[i].until };
    }
    return made;
}
