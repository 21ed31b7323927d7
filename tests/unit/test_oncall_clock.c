/* Schedules once more, another way. Nothing here resolves a wall time: the oracle walks minute by minute along the
 * highest reading the zone's clock has shown so far, on which every rule is plain arithmetic, and counts turns one by
 * one. Random schedules are described in JSON, as callers do, and every minute of the answer must agree. */
#include "support/harness.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/op.h"
#include "oncall/schedule_json.h"
#include "text/when.h"

#include <stdio.h>
#include <string.h>

enum { PEOPLE = 6, LIST_MAX = 6, LAYERS = 3, OVERRIDES = 5, CHANGES = 4, DAYS = 4, DAY = 86400, NONE = -1 };
static const char *const NAMES[PEOPLE] = { "a", "b", "c", "d", "e", "f" };
static const char *const UNITS[] = { "hour", "day", "week", "month" };
static const char *const WEEKDAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* --- what is described --- */

struct list {
    int count, people[LIST_MAX]; /* NONE: an empty turn */
};
struct hours {
    unsigned days;
    int from, to;
};
struct plan_layer {
    bool secondary, active_days;
    int priority, unit, length, window_count;
    int64_t start, from, until; /* wall seconds; from and until 0 if open */
    struct list people;
    struct hours windows[2];
};
struct plan_override {
    bool secondary;
    int kind, out, in; /* kind: 0 add, 1 remove, 2 replace */
    int64_t start, end;
};
struct plan_change {
    int64_t at;
    int layer; /* NONE: `user` leaves */
    int user;
    struct list people;
};
struct plan {
    const struct tz *zone;
    int mode; /* 0 none, 1 next, 2 own */
    int layer_count, override_count, change_count;
    struct plan_layer layers[LAYERS];
    struct plan_override overrides[OVERRIDES];
    struct plan_change changes[CHANGES];
};

static uint64_t seed;
static int pick(int below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((seed >> 33) % (unsigned)below);
}

static struct list random_list(bool holes) {
    struct list list = { .count = pick(LIST_MAX) };
    for (int i = 0; i < list.count; i++) list.people[i] = holes && pick(5) == 0 ? NONE : pick(PEOPLE);
    return list;
}

static struct plan_layer random_layer(int64_t around, bool secondary) {
    static const int lengths[] = { 1, 1, 1, 2, 3, 12 };
    struct plan_layer layer = {
        .secondary = secondary, .priority = pick(2), .unit = pick(4), .length = lengths[pick(6)]
    };
    layer.start = around + ((int64_t)pick(70 * 1440) - 68 * 1440) * 60;
    layer.people = random_list(true);
    layer.window_count = pick(3);
    for (int i = 0; i < layer.window_count; i++)
        layer.windows[i] = (struct hours){ (unsigned)pick(127) + 1, pick(1440), pick(1441) };
    for (int i = 0; i < layer.window_count; i++) {
        if (pick(6) == 0) layer.windows[i].to = layer.windows[i].from; /* the whole day, from then on */
    }
    if (layer.unit == 1 && layer.window_count > 0 && pick(2) == 0) {
        layer.active_days = true;
        layer.window_count = 1; /* which of two a turn belongs to is nobody's business */
    }
    if (pick(4) == 0) layer.from = around + (int64_t)pick(2 * 1440) * 60;
    if (pick(4) == 0) layer.until = around + (int64_t)(1 + pick(4 * 1440)) * 60;
    if (layer.from != 0 && layer.until != 0 && layer.until <= layer.from) layer.until = 0;
    return layer;
}

static struct plan random_plan(const struct tz *zone, int64_t around) {
    struct plan plan = { .zone = zone, .mode = pick(3), .layer_count = 1 + pick(LAYERS) };
    bool counted = false;
    for (int i = 0; i < plan.layer_count; i++) {
        plan.layers[i] = random_layer(around, plan.mode == 2 && i == 0);
        counted = counted || plan.layers[i].active_days;
    }
    plan.override_count = pick(OVERRIDES + 1);
    for (int i = 0; i < plan.override_count; i++) {
        int64_t start = around + ((int64_t)pick(5 * 1440) - 1440) * 60;
        plan.overrides[i] = (struct plan_override){ pick(4) == 0, pick(3), pick(PEOPLE + 1) - 1,
                                                    pick(PEOPLE), start,   start + (int64_t)(1 + pick(2880)) * 60 };
        if (plan.overrides[i].kind == 0) plan.overrides[i].out = NONE;
        if (plan.overrides[i].kind == 1) plan.overrides[i].in = NONE;
    }
    plan.change_count = counted ? 0 : pick(CHANGES + 1);
    int64_t at = around - 10 * DAY;
    for (int i = 0; i < plan.change_count; i++) {
        at += (int64_t)(1 + pick(5 * 1440)) * 60;
        plan.changes[i] =
            (struct plan_change){ at, pick(3) == 0 ? NONE : pick(plan.layer_count), pick(PEOPLE), random_list(false) };
    }
    return plan;
}

/* --- as JSON --- */

static void put_list(struct buf *out, const struct list *list) {
    buf_printf(out, "[");
    for (int i = 0; i < list->count; i++) {
        if (list->people[i] == NONE) buf_printf(out, "%snull", i > 0 ? "," : "");
        else buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", NAMES[list->people[i]]);
    }
    buf_printf(out, "]");
}

static void put_wall(struct arena *arena, struct buf *out, const char *key, int64_t wall) {
    buf_printf(out, "\"%s\":\"%s\"", key, wall_text(arena, wall));
}

static void put_layer(struct arena *arena, struct buf *out, const struct plan_layer *layer, int i) {
    buf_printf(out, "%s{\"id\":\"L%d\",\"name\":\"L%d\",\"role\":\"%s\",\"priority\":%d,\"rotation\":{",
               i > 0 ? "," : "", i, i, layer->secondary ? "secondary" : "primary", layer->priority);
    put_wall(arena, out, "start", layer->start);
    buf_printf(out, ",\"unit\":\"%s\",\"length\":%d,\"advance\":\"%s\",\"participants\":", UNITS[layer->unit],
               layer->length, layer->active_days ? "active_days" : "calendar");
    put_list(out, &layer->people);
    buf_printf(out, "},\"restrictions\":[");
    for (int w = 0; w < layer->window_count; w++) {
        const struct hours *hours = &layer->windows[w];
        buf_printf(out, "%s{\"days\":[", w > 0 ? "," : "");
        for (int d = 0, any = 0; d < 7; d++) {
            if ((hours->days >> d & 1) != 0) buf_printf(out, "%s\"%s\"", any++ > 0 ? "," : "", WEEKDAYS[d]);
        }
        buf_printf(out, "],\"from\":\"%02d:%02d\",\"to\":\"%02d:%02d\"}", hours->from / 60, hours->from % 60,
                   hours->to / 60, hours->to % 60);
    }
    buf_printf(out, "]");
    if (layer->from != 0) buf_printf(out, ",");
    if (layer->from != 0) put_wall(arena, out, "active_from", layer->from);
    if (layer->until != 0) buf_printf(out, ",");
    if (layer->until != 0) put_wall(arena, out, "active_until", layer->until);
    buf_printf(out, "}");
}

static void put_override(struct arena *arena, struct buf *out, const struct plan_override *override, int i) {
    static const char *const kinds[] = { "add", "remove", "replace" };
    buf_printf(out, "%s{\"seq\":%d,\"type\":\"%s\",\"role\":\"%s\",\"start\":\"%s\",\"end\":\"%s\"", i > 0 ? "," : "",
               i + 1, kinds[override->kind], override->secondary ? "secondary" : "primary",
               when_rfc3339(arena, override->start * 1000), when_rfc3339(arena, override->end * 1000));
    if (override->out != NONE) buf_printf(out, ",\"out\":\"%s\"", NAMES[override->out]);
    if (override->in != NONE) buf_printf(out, ",\"in\":\"%s\"", NAMES[override->in]);
    buf_printf(out, "}");
}

static const char *described(struct arena *arena, const struct plan *plan, int64_t from, int64_t until) {
    static const char *const modes[] = { "none", "next", "own" };
    struct buf out;
    buf_init(&out, arena, 100000);
    buf_printf(&out, "{\"schedule\":{\"zone\":\"%s\",\"secondary\":\"%s\",\"layers\":[", tz_name(plan->zone),
               modes[plan->mode]);
    for (int i = 0; i < plan->layer_count; i++) put_layer(arena, &out, &plan->layers[i], i);
    buf_printf(&out, "]},\"overrides\":[");
    for (int i = 0; i < plan->override_count; i++) put_override(arena, &out, &plan->overrides[i], i);
    buf_printf(&out, "],\"changes\":[");
    for (int i = 0; i < plan->change_count; i++) {
        const struct plan_change *change = &plan->changes[i];
        buf_printf(&out, "%s{\"at\":\"%s\",", i > 0 ? "," : "", when_rfc3339(arena, change->at * 1000));
        if (change->layer == NONE) {
            buf_printf(&out, "\"op\":\"delete_user\",\"user\":\"%s\"}", NAMES[change->user]);
            continue;
        }
        buf_printf(&out, "\"op\":\"set_participants\",\"layer\":\"L%d\",\"participants\":", change->layer);
        put_list(&out, &change->people);
        buf_printf(&out, "}");
    }
    buf_printf(&out, "],\"queries\":[");
    for (int i = 0; i < 4; i++)
        buf_printf(&out, "%s{\"from\":\"%s\",\"until\":\"%s\",\"role\":\"%s\",\"view\":\"%s\"}", i > 0 ? "," : "",
                   when_rfc3339(arena, from * 1000), when_rfc3339(arena, until * 1000),
                   i % 2 == 0 ? "primary" : "secondary", i < 2 ? "final" : "base");
    buf_printf(&out, "]}");
    return out.data;
}

/* --- the oracle --- */

/* The k-th handoff on the wall clock, months added one by one. */
static int64_t wall_of(const struct plan_layer *layer, int64_t turn) {
    static const int64_t seconds[] = { 3600, DAY, 7 * DAY };
    if (layer->unit < 3) return layer->start + turn * layer->length * seconds[layer->unit];
    struct civil civil;
    civil_from_seconds(layer->start, &civil);
    int day = civil.day;
    for (int64_t i = 0; i < turn * layer->length; i++) {
        if (++civil.month > 12) civil = (struct civil){ civil.year + 1, 1, 1, civil.hour, civil.minute, civil.second };
    }
    int last = civil.month == 2 ? (civil.year % 4 == 0 && (civil.year % 100 != 0 || civil.year % 400 == 0) ? 29 : 28)
               : civil.month == 4 || civil.month == 6 || civil.month == 9 || civil.month == 11 ? 30
                                                                                               : 31;
    civil.day = day < last ? day : last;
    return civil_days(civil.year, civil.month, civil.day) * DAY + (int64_t)civil.hour * 3600 + civil.minute * 60;
}

struct duty { /* of a layer while the walk goes on */
    int64_t turn; /* -1: not started */
    struct list people;
    int64_t base_turn;
    int base_index;
};
struct walker {
    const struct plan *plan;
    int64_t at, reading; /* the highest the clock has shown */
    int changes_done;
    bool gone[PEOPLE];
    struct duty duties[LAYERS];
};

static int index_of(const struct duty *duty) {
    if (duty->people.count == 0 || duty->turn < 0) return NONE;
    return (int)((duty->base_index + duty->turn - duty->base_turn) % duty->people.count);
}

static int place_in(const struct list *list, int person) {
    for (int i = 0; i < list->count; i++) {
        if (person != NONE && list->people[i] == person) return i;
    }
    return NONE;
}

static void change_people(struct duty *duty, const struct list *list) {
    int now = index_of(duty), found = NONE;
    for (int i = 0; now != NONE && i < duty->people.count && found == NONE; i++)
        found = place_in(list, duty->people.people[(now + i) % duty->people.count]);
    duty->base_turn = duty->turn < 0 ? 0 : duty->turn;
    duty->base_index = duty->turn < 0 || found == NONE ? 0 : found;
    duty->people = *list;
}

static void leave(struct walker *walker, int user) {
    walker->gone[user] = true;
    for (int i = 0; i < walker->plan->layer_count; i++) {
        struct list left = { 0 };
        const struct list *list = &walker->duties[i].people;
        for (int j = 0; j < list->count; j++) {
            if (list->people[j] != user) left.people[left.count++] = list->people[j];
        }
        if (left.count < list->count) change_people(&walker->duties[i], &left);
    }
}

static const struct hours *open_window(const struct plan_layer *layer, int64_t reading, int64_t *date) {
    for (int64_t day = reading / DAY - 1; day <= reading / DAY; day++) {
        for (int w = 0; w < layer->window_count; w++) {
            const struct hours *hours = &layer->windows[w];
            int64_t from = day * DAY + hours->from * 60, to = day * DAY + hours->to * 60;
            if (hours->to <= hours->from) to += DAY;
            if ((hours->days >> civil_weekday(day) & 1) == 0 || reading < from || reading >= to) continue;
            *date = day;
            return hours;
        }
    }
    return NULL;
}

static void step(struct walker *walker) {
    const struct plan *plan = walker->plan;
    int64_t reading = walker->at + tz_offset(plan->zone, walker->at);
    if (reading > walker->reading) walker->reading = reading;
    for (int i = 0; i < plan->layer_count; i++) {
        const struct plan_layer *layer = &plan->layers[i];
        struct duty *duty = &walker->duties[i];
        int64_t date = 0;
        if (layer->active_days) { /* days of its one window so far, the first included */
            const struct hours *hours = open_window(layer, walker->reading, &date);
            int64_t count = 0;
            duty->turn = walker->reading < layer->start ? -1 : 0;
            for (int64_t day = layer->start / DAY; hours != NULL && day <= date; day++)
                count += hours->days >> civil_weekday(day) & 1;
            if (duty->turn == 0 && count > 0) duty->turn = (count - 1) / layer->length;
            continue;
        }
        while (wall_of(layer, duty->turn + 1) <= walker->reading) duty->turn++;
    }
    for (; walker->changes_done < plan->change_count; walker->changes_done++) {
        const struct plan_change *change = &plan->changes[walker->changes_done];
        if (change->at > walker->at) break;
        if (change->layer == NONE) leave(walker, change->user);
        else change_people(&walker->duties[change->layer], &change->people);
    }
}

static int on_duty(const struct walker *walker, int i) {
    const struct plan_layer *layer = &walker->plan->layers[i];
    int64_t date;
    int index = index_of(&walker->duties[i]);
    if (index == NONE || (layer->from != 0 && walker->reading < layer->from)) return NONE;
    if (layer->until != 0 && walker->reading >= layer->until) return NONE;
    if (layer->window_count > 0 && open_window(layer, walker->reading, &date) == NULL) return NONE;
    return walker->duties[i].people.people[index];
}

static void add(struct list *crew, int person) {
    if (place_in(crew, person) == NONE) crew->people[crew->count++] = person;
}

static void take_off(struct list *crew, int person) {
    int place = place_in(crew, person);
    for (int i = place + 1; place != NONE && i < crew->count; i++) crew->people[i - 1] = crew->people[i];
    if (place != NONE) crew->count--;
}

static bool gives_base(const struct walker *walker, int i, bool secondary) {
    const struct plan_layer *layers = walker->plan->layers;
    if (layers[i].secondary != secondary || on_duty(walker, i) == NONE) return false;
    for (int j = 0; j < walker->plan->layer_count; j++) {
        if (layers[j].secondary == secondary && layers[j].priority > layers[i].priority && on_duty(walker, j) != NONE)
            return false;
    }
    return true;
}

static void cover(const struct walker *walker, bool secondary, struct list *crew) {
    for (int i = 0; i < walker->plan->override_count; i++) {
        const struct plan_override *one = &walker->plan->overrides[i];
        if (one->secondary != secondary || walker->at < one->start || walker->at >= one->end) continue;
        if (one->in != NONE && walker->gone[one->in]) continue;
        bool there = one->out == NONE || place_in(crew, one->out) != NONE;
        if (one->kind != 0 && one->out == NONE) crew->count = 0;
        if (one->kind != 0 && one->out != NONE) take_off(crew, one->out);
        if (one->kind == 0 || (one->kind == 2 && there)) add(crew, one->in);
    }
}

static void crews(const struct walker *walker, bool final, struct list out[2]) {
    const struct plan *plan = walker->plan;
    out[0] = out[1] = (struct list){ 0 };
    for (int i = 0; i < plan->layer_count; i++) {
        if (gives_base(walker, i, false)) add(&out[0], on_duty(walker, i));
        if (plan->mode == 2 && gives_base(walker, i, true)) add(&out[1], on_duty(walker, i));
    }
    if (final) cover(walker, false, &out[0]);
    for (int i = 0; i < plan->layer_count && plan->mode == 1; i++) {
        const struct duty *duty = &walker->duties[i];
        if (!gives_base(walker, i, false)) continue;
        for (int j = 1; j < duty->people.count; j++) {
            int person = duty->people.people[(index_of(duty) + j) % duty->people.count];
            if (person == NONE || place_in(&out[0], person) != NONE) continue;
            add(&out[1], person);
            break;
        }
    }
    if (final) cover(walker, true, &out[1]);
}

/* --- agreeing --- */

static bool holds(struct arena *arena, const json_t *shift, const char *at) {
    (void)arena;
    return strcmp(json_text(shift, "start"), at) <= 0 && strcmp(at, json_text(shift, "end")) < 0;
}

static unsigned answered(struct arena *arena, const json_t *answer, int64_t at) {
    const char *text = when_rfc3339(arena, at * 1000);
    const json_t *shifts = json_object_get(answer, "shifts");
    unsigned mask = 0;
    for (size_t i = 0; i < json_array_size(shifts); i++) {
        const json_t *shift = json_array_get(shifts, i);
        if (holds(arena, shift, text)) mask |= 1U << (json_text(shift, "user")[0] - 'a');
    }
    return mask;
}

static unsigned mask_of(const struct list *crew) {
    unsigned mask = 0;
    for (int i = 0; i < crew->count; i++) mask |= 1U << crew->people[i];
    return mask;
}

static void compare(struct arena *arena, const struct plan *plan, int64_t around) {
    int64_t from = around - DAY / 2, until = from + DAYS * DAY;
    const char *input = described(arena, plan, from, until);
    struct op op = { .arena = arena };
    struct error err;
    json_t *parsed, *out;
    if (!json_parse(arena, input, strlen(input), &parsed, &err)) fail_msg("%s: %s", err.detail, input);
    if (!schedule_preview(&op, parsed, &out, &err))
        fail_msg("%s %s: %s", op.fields.first->field, op.fields.first->code, input);
    struct walker walker = { .plan = plan, .at = from - 14 * DAY, .reading = INT64_MIN };
    for (int i = 0; i < plan->layer_count; i++)
        walker.duties[i] = (struct duty){ .turn = -1, .people = plan->layers[i].people };
    struct arena *scratch = arena_new(ARENA_REQUEST_CAP);
    for (; walker.at < until; walker.at += 60) {
        step(&walker);
        if (walker.at < from) continue;
        for (int i = 0; i < 4; i++) {
            struct list crew[2];
            crews(&walker, i < 2, crew);
            unsigned want = mask_of(&crew[i % 2]);
            unsigned got = answered(scratch, json_array_get(json_object_get(out, "answers"), (size_t)i), walker.at);
            if (want != got)
                fail_msg("%s %s at %s: %02x, not %02x\n%s", i < 2 ? "final" : "base",
                         i % 2 == 0 ? "primary" : "secondary", when_rfc3339(scratch, walker.at * 1000), got, want,
                         input);
        }
        if (walker.at % 3600 == 0) arena_reset(scratch);
    }
    arena_free(scratch);
}

static void test_every_minute_of_random_schedules(void **state) {
    static const struct {
        const char *zone;
        int64_t year;
        int month, day;
    } PLACES[] = {
        { "Europe/Berlin", 2026, 3, 29 },
        { "Europe/Berlin", 2026, 10, 25 },
        { "Europe/Dublin", 2026, 10, 25 },
        { "America/New_York", 2026, 3, 8 },
        { "America/New_York", 2026, 11, 1 },
        { "Australia/Lord_Howe", 2026, 4, 5 },
        { "Australia/Lord_Howe", 2026, 10, 4 },
        { "Pacific/Apia", 2011, 12, 30 },
        { "Antarctica/Troll", 2026, 3, 29 },
        { "Antarctica/Troll", 2026, 10, 25 },
        { "America/Havana", 2026, 3, 8 },
        { "America/Havana", 2026, 11, 1 },
        { "Africa/Casablanca", 2026, 2, 15 },
        { "Asia/Seoul", 2024, 2, 29 },
        { "Pacific/Chatham", 2026, 4, 5 },
        { "America/St_Johns", 2026, 11, 1 },
        { "UTC", 2026, 12, 31 },
    };
    enum { ROUNDS = 30 };
    (void)state;
    for (size_t p = 0; p < sizeof PLACES / sizeof *PLACES; p++) {
        const struct tz *zone;
        struct error err;
        assert_true(tz_find(PLACES[p].zone, &zone, &err));
        int64_t around = civil_days(PLACES[p].year, PLACES[p].month, PLACES[p].day) * DAY;
        for (uint64_t round = 0; round < ROUNDS; round++) {
            struct arena *arena = arena_new(ARENA_REQUEST_CAP);
            seed = p * 1000 + round;
            struct plan plan = random_plan(zone, around);
            compare(arena, &plan, around);
            arena_free(arena);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_every_minute_of_random_schedules) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
