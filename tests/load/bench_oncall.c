/* What a year of shifts costs, by walking from change to change and by asking every minute (the plain way), and what
 * one look-up costs: a schedule of 3 layers, 50 people, 200 overrides, with working hours on one layer.
 *
 *   bench_oncall     one JSON line a measurement, then the ratio; exit 1 if both ways disagree */
#include "base/arena.h"
#include "base/clock.h"
#include "base/secret.h"
#include "oncall/layer.h"

#include <stdio.h>
#include <string.h>

enum { PEOPLE = 50, LAYERS = 3, OVERRIDES = 200, DAYS = 365, REPEATS = 20, LOOK_UPS = 20000 };

static const char *names[PEOPLE];

static void make_layer(struct arena *arena, const struct schedule *schedule, int i, struct layer *layer) {
    static const struct window working = { 0x1f, 540, 1080 };
    static const enum rotation_unit units[] = { ROTATION_WEEK, ROTATION_DAY, ROTATION_DAY };
    int32_t *people = ARENA_ARRAY(arena, PEOPLE, int32_t);
    for (int j = 0; j < PEOPLE; j++) people[j] = (j * 7 + i) % PEOPLE;
    *layer = (struct layer){ .id = "", .name = "", .zone = schedule->zone, .priority = i, .ends = TIME_NEVER };
    layer->rotation = (struct rotation){ civil_days(2026, 1, 5) * 86400 + 9 * 3600, units[i], 1, ADVANCE_CALENDAR };
    layer->rosters = ARENA_NEW(arena, struct roster);
    layer->rosters[0] = (struct roster){ TIME_ALWAYS, 0, 0, people, PEOPLE };
    layer->roster_count = 1;
    layer->begins = layer_handoff(layer, 0);
    if (i > 0) {
        layer->windows = &working;
        layer->window_count = 1;
    }
}

static void make_schedule(struct arena *arena, struct schedule *out) {
    struct error err;
    *out = (struct schedule){ .people = names, .people_count = PEOPLE, .secondary = SECONDARY_NEXT };
    REQUIRE(tz_find("Europe/Berlin", &out->zone, &err));
    out->layers = ARENA_ARRAY(arena, LAYERS, struct layer);
    for (int i = 0; i < LAYERS; i++) make_layer(arena, out, i, &out->layers[i]);
    out->layer_count = LAYERS;
    out->overrides = ARENA_ARRAY(arena, OVERRIDES, struct override);
    for (int i = 0; i < OVERRIDES; i++) {
        int64_t start = (civil_days(2026, 1, 10) + i * 7 / 4) * 86400 + i * 600;
        out->overrides[i] = (struct override){
            i, DUTY_PRIMARY, OVERRIDE_REPLACE, i % 2 == 0 ? NOBODY : i % PEOPLE, i * 3 % PEOPLE, start, start + 8 * 3600
        };
    }
    out->override_count = OVERRIDES;
}

/* The plain way: seconds per person, minute by minute. */
static void walk_minutes(const struct schedule *schedule, const struct range *range, int64_t *seconds) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    for (int64_t t = range->from; t < range->until; t += 60) {
        struct roll roll;
        schedule_at(schedule, VIEW_FINAL, t, arena, &roll);
        for (size_t i = 0; i < roll.primary.count; i++) seconds[roll.primary.list[i].person] += 60;
        arena_reset(arena);
    }
    arena_free(arena);
}

int main(void) {
    secret_start();
    struct arena *arena = arena_new(ARENA_REQUEST_CAP), *scratch = arena_new(ARENA_REQUEST_CAP);
    for (int i = 0; i < PEOPLE; i++) names[i] = arena_printf(arena, "u%02d", i);
    struct schedule schedule;
    make_schedule(arena, &schedule);
    int64_t from = civil_days(2026, 1, 5) * 86400;
    struct range range = { from, from + DAYS * INT64_C(86400), DUTY_PRIMARY, VIEW_FINAL };
    struct range_answer answer;
    struct error err;
    int64_t begun = clock_monotonic_ms();
    for (int i = 0; i < REPEATS; i++) {
        arena_reset(scratch);
        REQUIRE(schedule_range(&schedule, &range, scratch, &answer, &err));
    }
    double year_ms = (double)(clock_monotonic_ms() - begun) / REPEATS;
    printf("{\"what\":\"a year of shifts\",\"ms\":%.2f,\"shifts\":%zu,\"pieces\":%lld}\n", year_ms, answer.shift_count,
           (long long)answer.pieces);

    int64_t *seconds = ARENA_ARRAY(arena, PEOPLE, int64_t);
    begun = clock_monotonic_ms();
    walk_minutes(&schedule, &range, seconds);
    double minutes_ms = (double)(clock_monotonic_ms() - begun);
    printf("{\"what\":\"the same, every minute\",\"ms\":%.0f}\n", minutes_ms);
    bool equal = memcmp(seconds, answer.seconds, PEOPLE * sizeof *seconds) == 0;

    begun = clock_monotonic_ms();
    for (int i = 0; i < LOOK_UPS; i++) {
        struct roll roll;
        arena_reset(scratch);
        schedule_at(&schedule, VIEW_FINAL, from + i * INT64_C(1571), scratch, &roll);
    }
    printf("{\"what\":\"one look-up\",\"us\":%.2f}\n", (double)(clock_monotonic_ms() - begun) * 1000 / LOOK_UPS);
    printf("{\"ratio\":%.0f,\"equal\":%s}\n", minutes_ms / (year_ms > 0 ? year_ms : 0.01), equal ? "true" : "false");
    arena_free(scratch);
    arena_free(arena);
    return equal ? 0 : 1;
}
