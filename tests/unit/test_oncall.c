/* Schedules: each decision of the model as a case, and random schedules against a plain minute walk. */
#include "support/harness.h"

#include "base/json.h"
#include "base/op.h"
#include "base/str.h"
#include "oncall/layer.h"
#include "oncall/schedule_json.h"
#include "text/when.h"

#include <stdio.h>
#include <string.h>

static json_t *ask(struct arena *arena, const char *input, struct op *op) {
    struct error err;
    json_t *parsed, *out = NULL;
    *op = (struct op){ .arena = arena };
    if (!json_parse(arena, input, strlen(input), &parsed, &err)) fail_msg("%s: %s", err.detail, input);
    if (!schedule_preview(op, parsed, &out, &err)) {
        if (op->fields.first == NULL) fail_msg("%s", err.code);
        return NULL;
    }
    return json_object_get(out, "answers");
}

/* {"zone": Z, layers, extra} asked at one instant: "A,B|C" is primary A and B, secondary C. */
static const char *at(struct arena *arena, const char *schedule, const char *around, const char *when) {
    struct op op;
    const char *input =
        arena_printf(arena, "{\"schedule\":{%s}%s,\"queries\":[{\"at\":\"%s\"}]}", schedule, around, when);
    json_t *answers = ask(arena, input, &op);
    if (answers == NULL) fail_msg("%s %s", op.fields.first->field, op.fields.first->code);
    json_t *answer = json_array_get(answers, 0);
    char text[200] = "";
    size_t len = 0;
    const char *const roles[] = { "primary_ids", "secondary_ids" };
    for (size_t role = 0; role < 2; role++) {
        json_t *ids = json_object_get(answer, roles[role]);
        for (size_t i = 0; i < json_array_size(ids); i++) {
            const char *id = json_string_value(json_array_get(ids, i));
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? "," : "", id);
        }
        if (role == 0) len += (size_t)snprintf(text + len, sizeof text - len, "|");
    }
    assert_true(json_is_true(json_object_get(answer, "gap")) == (text[0] == '|'));
    return arena_str(arena, text);
}

#define LAYER(name, priority, start, unit, length, people, more)                                               \
    "{\"name\":\"" name "\",\"priority\":" #priority ",\"rotation\":{\"start\":\"" start "\",\"unit\":\"" unit \
    "\",\"length\":" #length ",\"participants\":" people "}" more "}"
#define ZONE(zone) "\"zone\":\"" zone "\",\"layers\":["

static const char PAIR[] = "\"secondary\":\"next\"," ZONE("Asia/Seoul")
    LAYER("w", 1, "2026-01-05T09:00", "week", 1, "[\"A\",\"B\",\"C\"]", "") "]";

static void test_weekly_pair(void **state) {
    assert_string_equal(at(*state, PAIR, "", "2026-01-05T00:00:00Z"), "A|B");
    assert_string_equal(at(*state, PAIR, "", "2026-01-11T23:59:59Z"), "A|B"); /* half-open */
    assert_string_equal(at(*state, PAIR, "", "2026-01-12T00:00:00Z"), "B|C");
    assert_string_equal(at(*state, PAIR, "", "2026-01-19T00:00:00Z"), "C|A");
    assert_string_equal(at(*state, PAIR, "", "2026-01-04T23:59:59Z"), "|"); /* nobody before the start */
    assert_string_equal(at(*state, PAIR, "", "2036-01-07T00:00:00Z"), "A|B");
}

static void test_handoffs_stay_on_the_wall_clock(void **state) {
    const char *daily =
        ZONE("Europe/Berlin") LAYER("d", 1, "2026-03-27T02:30", "day", 1, "[\"A\",\"B\",\"C\",\"D\"]", "") "]";
    assert_string_equal(at(*state, daily, "", "2026-03-29T00:59:59Z"), "B|"); /* 02:30 does not exist: at 03:00 */
    assert_string_equal(at(*state, daily, "", "2026-03-29T01:00:00Z"), "C|");
    assert_string_equal(at(*state, daily, "", "2026-03-30T00:29:59Z"), "C|");
    assert_string_equal(at(*state, daily, "", "2026-03-30T00:30:00Z"), "D|");
    const char *hourly =
        ZONE("Europe/Berlin") LAYER("h", 1, "2026-10-25T00:00", "hour", 1, "[\"A\",\"B\",\"C\",\"D\",\"E\"]", "") "]";
    assert_string_equal(at(*state, hourly, "", "2026-10-25T00:30:00Z"), "C|"); /* 02:30 for the first time */
    assert_string_equal(at(*state, hourly, "", "2026-10-25T01:30:00Z"), "C|"); /* and again: nobody hands off */
    assert_string_equal(at(*state, hourly, "", "2026-10-25T02:00:00Z"), "D|");
    const char *spring =
        ZONE("Europe/Berlin") LAYER("h", 1, "2026-03-29T00:00", "hour", 1, "[\"A\",\"B\",\"C\",\"D\",\"E\"]", "") "]";
    assert_string_equal(at(*state, spring, "", "2026-03-29T00:59:59Z"), "B|");
    assert_string_equal(at(*state, spring, "", "2026-03-29T01:00:00Z"), "D|"); /* C's turn had no length */
}

static void test_months_keep_their_day(void **state) {
    const char *monthly =
        ZONE("UTC") LAYER("m", 1, "2027-12-31T09:00", "month", 1, "[\"A\",\"B\",\"C\",\"D\"]", "") "]";
    assert_string_equal(at(*state, monthly, "", "2028-01-31T08:59:59Z"), "A|");
    assert_string_equal(at(*state, monthly, "", "2028-01-31T09:00:00Z"), "B|");
    assert_string_equal(at(*state, monthly, "", "2028-02-29T09:00:00Z"), "C|");
    assert_string_equal(at(*state, monthly, "", "2028-03-30T23:00:00Z"), "C|"); /* no drift to the 29th */
    assert_string_equal(at(*state, monthly, "", "2028-03-31T09:00:00Z"), "D|");
}

static void test_layers_windows_and_empty_turns(void **state) {
    const char *night = ZONE("Asia/Seoul") LAYER("day", 1, "2026-01-05T00:00", "day", 1, "[\"A\"]", "") "," LAYER(
        "night", 2, "2026-01-05T00:00", "day", 1, "[\"N\",null]",
        ",\"restrictions\":[{\"days\":[\"mon\",\"Tuesday\"],\"from\":\"22:00\",\"to\":\"06:00\"}]") "]";
    assert_string_equal(at(*state, night, "", "2026-01-05T12:59:59Z"), "A|");
    assert_string_equal(at(*state, night, "", "2026-01-05T13:00:00Z"), "N|"); /* Monday 22:00 */
    assert_string_equal(at(*state, night, "", "2026-01-05T15:00:00Z"), "A|"); /* Tuesday: an empty turn, lower shows */
    assert_string_equal(at(*state, night, "", "2026-01-06T15:00:00Z"), "N|"); /* Wednesday's turn in Tuesday's window */
    assert_string_equal(at(*state, night, "", "2026-01-06T21:00:00Z"), "A|");
    const char *equal = ZONE("UTC") LAYER("x", 1, "2026-01-05T00:00", "day", 1, "[\"A\"]",
                                          "") "," LAYER("y", 1, "2026-01-05T00:00", "day", 1, "[\"B\",\"A\"]", "") "]";
    assert_string_equal(at(*state, equal, "", "2026-01-05T12:00:00Z"), "A,B|");
    assert_string_equal(at(*state, equal, "", "2026-01-06T12:00:00Z"), "A|"); /* each once */
    const char *whole = ZONE("UTC") LAYER("x", 1, "2026-01-05T00:00", "day", 1, "[\"A\"]",
                                          ",\"restrictions\":[{\"days\":[1],\"from\":\"10:00\",\"to\":\"10:00\"}]") "]";
    assert_string_equal(at(*state, whole, "", "2026-01-06T09:59:59Z"), "A|"); /* from = to: 24 hours */
    assert_string_equal(at(*state, whole, "", "2026-01-06T10:00:00Z"), "|");
}

static void test_active_days_and_bounds(void **state) {
    const char *office = ZONE("UTC") "{\"name\":\"o\",\"rotation\":{\"start\":\"2026-01-01T00:00\",\"unit\":\"day\","
                                     "\"length\":1,\"participants\":[\"A\",\"B\",\"C\"],\"advance\":\"active_days\"},"
                                     "\"restrictions\":[{\"days\":[1,2,3,4,5],\"from\":\"09:00\",\"to\":\"18:00\"}]}]";
    assert_string_equal(at(*state, office, "", "2026-01-01T10:00:00Z"), "A|"); /* Thursday */
    assert_string_equal(at(*state, office, "", "2026-01-02T10:00:00Z"), "B|");
    assert_string_equal(at(*state, office, "", "2026-01-03T10:00:00Z"), "|");
    assert_string_equal(at(*state, office, "", "2026-01-05T10:00:00Z"), "C|"); /* not B again after the weekend */
    const char *bounded = ZONE("Asia/Seoul") LAYER("b", 1, "2026-01-05T09:00", "week", 1, "[\"A\",\"B\"]",
                                                   ",\"active_from\":\"2026-01-12T00:00\","
                                                   "\"active_until\":\"2026-01-13T00:00\"") "]";
    assert_string_equal(at(*state, bounded, "", "2026-01-11T14:59:59Z"), "|");
    assert_string_equal(at(*state, bounded, "", "2026-01-11T15:00:00Z"), "A|"); /* counted from the virtual start */
    assert_string_equal(at(*state, bounded, "", "2026-01-12T00:00:00Z"), "B|");
    assert_string_equal(at(*state, bounded, "", "2026-01-12T15:00:00Z"), "|");
}

#define OVERRIDE(seq, members) \
    "{\"seq\":" #seq ",\"start\":\"2026-01-06T00:00:00Z\",\"end\":\"2026-01-07T00:00:00Z\"," members "}"
#define OVERRIDES(list) ",\"overrides\":[" list "]"

static void test_overrides(void **state) {
    const char *when = "2026-01-06T12:00:00Z";
    struct {
        const char *overrides, *expected;
    } cases[] = {
        { OVERRIDE(1, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"B\""), "B|C" }, /* names the secondary: it moves */
        { OVERRIDE(1, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"X\""), "X|B" },
        { OVERRIDE(1, "\"type\":\"replace\",\"out\":\"Z\",\"in\":\"X\""), "A|B" }, /* Z is not on call: no effect */
        { OVERRIDE(1, "\"type\":\"replace\",\"in\":\"X\""), "X|B" },
        { OVERRIDE(1, "\"type\":\"add\",\"in\":\"X\""), "A,X|B" },
        { OVERRIDE(1, "\"type\":\"add\",\"in\":\"A\""), "A|B" },
        { OVERRIDE(1, "\"type\":\"remove\",\"out\":\"A\""), "|B" },
        { OVERRIDE(1, "\"type\":\"remove\""), "|B" },
        { OVERRIDE(1, "\"type\":\"replace\",\"in\":\"X\",\"role\":\"secondary\""), "A|X" },
        /* in order of creation, not as listed: a cover of a cover */
        { OVERRIDE(2, "\"type\":\"replace\",\"out\":\"X\",\"in\":\"Y\"") "," OVERRIDE(
              1, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"X\""),
          "Y|B" },
        { OVERRIDE(1, "\"type\":\"replace\",\"out\":\"X\",\"in\":\"Y\"") "," OVERRIDE(
              2, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"X\""),
          "X|B" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *around = arena_printf(*state, OVERRIDES("%s"), cases[i].overrides);
        assert_string_equal(at(*state, PAIR, around, when), cases[i].expected);
        assert_string_equal(at(*state, PAIR, around, "2026-01-07T00:00:00Z"), "A|B");
    }
}

#define SET(when, people) \
    "{\"at\":\"" when "\",\"op\":\"set_participants\",\"layer\":\"w\",\"participants\":" people "}"
#define DELETED(when, user) "{\"at\":\"" when "\",\"op\":{\"delete_user\":{\"user\":\"" user "\"}}}"

static void test_people_come_and_go(void **state) {
    const char *in_b = "2026-01-14T00:00:00Z"; /* B's week */
    const char *reorder = ",\"changes\":[" SET("2026-01-14T00:00:00Z", "[\"C\",\"B\",\"A\",\"D\"]") "]";
    assert_string_equal(at(*state, PAIR, reorder, "2026-01-13T23:59:59Z"), "B|C");
    assert_string_equal(at(*state, PAIR, reorder, in_b), "B|A"); /* stays; follows the new order */
    assert_string_equal(at(*state, PAIR, reorder, "2026-01-19T00:00:00Z"), "A|D");
    assert_string_equal(at(*state, PAIR, reorder, "2026-01-06T00:00:00Z"), "A|B"); /* the past is as it was */
    const char *leaves = ",\"changes\":[" DELETED("2026-01-14T00:00:00Z", "B") "]";
    assert_string_equal(at(*state, PAIR, leaves, in_b), "C|A"); /* the next in the old order takes over */
    assert_string_equal(at(*state, PAIR, leaves, "2026-01-19T00:00:00Z"), "A|C");
    const char *all_leave = ",\"changes\":[" DELETED("2026-01-14T00:00:00Z", "B") "," DELETED(
        "2026-01-15T00:00:00Z", "C") "," DELETED("2026-01-16T00:00:00Z", "A") "]";
    assert_string_equal(at(*state, PAIR, all_leave, "2026-01-15T00:00:00Z"), "A|");
    assert_string_equal(at(*state, PAIR, all_leave, "2026-01-16T00:00:00Z"), "|");
    const char *early = ",\"changes\":[" SET("2026-01-01T00:00:00Z", "[\"X\",\"Y\"]") "]";
    assert_string_equal(at(*state, PAIR, early, "2026-01-05T00:00:00Z"), "X|Y");
    const char *strangers = ",\"changes\":[" SET("2026-01-14T00:00:00Z", "[\"X\",\"Y\"]") "]";
    assert_string_equal(at(*state, PAIR, strangers, in_b), "X|Y");
    const char *cover =
        OVERRIDES(OVERRIDE(1, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"X\"")) ",\"changes\":[" DELETED(
            "2026-01-06T12:00:00Z", "X") "]";
    assert_string_equal(at(*state, PAIR, cover, "2026-01-06T11:59:59Z"), "X|B");
    assert_string_equal(at(*state, PAIR, cover, "2026-01-06T12:00:00Z"), "A|B");
}

static void test_ranges(void **state) {
    struct op op;
    const char *input = arena_printf(
        *state, "{\"schedule\":{%s}" OVERRIDES(OVERRIDE(7, "\"type\":\"replace\",\"out\":\"A\",\"in\":\"B\"")) ","
                "\"queries\":[{\"from\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-13T00:00:00Z\"}]}",
        PAIR);
    json_t *answer = json_array_get(ask(*state, input, &op), 0);
    struct {
        const char *user, *start, *end;
        bool clipped;
    } expected[] = { { "A", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", false },
                     { "B", "2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z", false },
                     { "A", "2026-01-07T00:00:00Z", "2026-01-12T00:00:00Z", false },
                     { "B", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z", true } };
    json_t *shifts = json_object_get(answer, "shifts");
    assert_int_equal(json_array_size(shifts), 4);
    for (size_t i = 0; i < 4; i++) {
        json_t *shift = json_array_get(shifts, i);
        assert_string_equal(json_text(shift, "user"), expected[i].user);
        assert_string_equal(json_text(shift, "start"), expected[i].start);
        assert_string_equal(json_text(shift, "end"), expected[i].end);
        assert_true(json_is_true(json_object_get(shift, "clipped")) == expected[i].clipped);
    }
    assert_int_equal(json_array_size(json_object_get(answer, "gaps")), 1);
    assert_true(json_real_value(json_object_get(answer, "coverage")) == 8.0 / 12.0);
}

static void test_refusals_name_the_member(void **state) {
    struct {
        const char *schedule, *around, *field, *code;
    } cases[] = {
        { ZONE("../../etc/passwd") "]", "", "schedule.zone", "unknown" },
        { "\"zone\":\"UTC\"", "", "schedule.layers", "required" },
        { ZONE("UTC") LAYER("x", 1, "2026-02-30T00:00", "day", 1, "[]", "") "]", "",
          "schedule.layers[0].rotation.start", "malformed" },
        { ZONE("UTC") LAYER("x", 1, "2026-01-05T09:00:00+09:00", "day", 1, "[]", "") "]", "",
          "schedule.layers[0].rotation.start", "malformed" },
        { ZONE("UTC") LAYER("x", 1, "2026-01-01T00:00", "day", 0, "[]", "") "]", "",
          "schedule.layers[0].rotation.length", "out_of_range" },
        { ZONE("UTC") LAYER("x", 1, "2026-01-01T00:00", "year", 1, "[]", "") "]", "",
          "schedule.layers[0].rotation.unit", "one_of" },
        { ZONE("UTC") LAYER("x", 1, "2026-01-01T00:00", "day", 1, "[]",
                            ",\"restrictions\":[{\"days\":[\"mon\"],\"from\":\"24:00\",\"to\":\"25:00\"}]") "]",
          "", "schedule.layers[0].restrictions[0].from", "malformed" },
        { ZONE("UTC") "]",
          OVERRIDES("{\"type\":\"add\",\"in\":\"A\",\"start\":\"2026-01-02T00:00:00Z\","
                    "\"end\":\"2026-01-02T00:00:00Z\"}"),
          "overrides[0].end", "too_early" },
        { ZONE("UTC") "]", ",\"changes\":[" SET("2026-01-01T00:00:00Z", "[]") "]", "changes[0].layer", "unknown" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op op;
        const char *input =
            arena_printf(*state, "{\"schedule\":{%s}%s,\"queries\":[]}", cases[i].schedule, cases[i].around);
        assert_null(ask(*state, input, &op));
        assert_string_equal(op.fields.first->field, cases[i].field);
        assert_string_equal(op.fields.first->code, cases[i].code);
    }
    struct op op;
    const char *century = arena_printf(
        *state,
        "{\"schedule\":{%s},\"queries\":[{\"from\":\"2026-01-01T00:00:00Z\",\"until\":\"2126-01-01T00:00:00Z\"}]}",
        PAIR);
    assert_null(ask(*state, century, &op));
    assert_string_equal(op.fields.first->field, "queries[0].until");
}

/* --- property: ranges tile, agree with every minute, whatever the clock does --- */

static const char *const ZONES[] = {
    "Asia/Seoul",          "UTC",
    "Europe/Berlin",       "Europe/Dublin",
    "America/New_York",    "America/Santiago",
    "America/St_Johns",    "America/Nuuk",
    "America/Havana",      "Africa/Cairo",
    "Africa/Casablanca",   "Asia/Kathmandu",
    "Asia/Gaza",           "Asia/Tehran",
    "Australia/Lord_Howe", "Australia/Adelaide",
    "Pacific/Chatham",     "Pacific/Apia",
    "Antarctica/Troll",    "America/Sao_Paulo",
};

static uint64_t seed;
static int64_t pick(int64_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)(seed >> 33) % below;
}

static void random_layer(struct arena *arena, const struct schedule *schedule, int64_t around, struct layer *layer) {
    static const int32_t lengths[] = { 1, 1, 2, 3, 12 };
    struct window *windows = ARENA_ARRAY(arena, 2, struct window);
    int32_t *people = ARENA_ARRAY(arena, 5, int32_t);
    *layer = (struct layer){ .name = "", .zone = schedule->zone, .priority = (int32_t)pick(2) };
    layer->rotation = (struct rotation){ around - pick(60) * 86400 - pick(1440) * 60, (enum rotation_unit)pick(4),
                                         lengths[pick(5)], ADVANCE_CALENDAR };
    layer->window_count = (size_t)pick(3);
    for (size_t i = 0; i < layer->window_count; i++)
        windows[i] = (struct window){ (unsigned)pick(127) + 1, (int)pick(1440), (int)pick(1441) };
    layer->windows = windows;
    if (layer->window_count > 0 && layer->rotation.unit == ROTATION_DAY && pick(2) == 0)
        layer->rotation.advance = ADVANCE_ACTIVE_DAYS;
    for (int i = 0; i < 5; i++) people[i] = (int32_t)pick(7) - 1;
    layer->rosters = ARENA_ARRAY(arena, 4, struct roster);
    layer->rosters[0] = (struct roster){ TIME_ALWAYS, 0, 0, people, (size_t)pick(5) + 1 };
    layer->roster_count = 1;
    layer->begins = layer_handoff(layer, 0);
    layer->ends = pick(4) == 0 ? around + pick(6) * 86400 : TIME_NEVER;
}

static void random_schedule(struct arena *arena, const struct tz *zone, int64_t around, struct schedule *out) {
    static const char *const people[] = { "a", "b", "c", "d", "e", "f" };
    *out = (struct schedule){ .zone = zone, .people = people, .people_count = 6 };
    out->secondary = (enum secondary_mode)pick(3);
    out->layer_count = (size_t)pick(3) + 1;
    out->layers = ARENA_ARRAY(arena, out->layer_count, struct layer);
    for (size_t i = 0; i < out->layer_count; i++) random_layer(arena, out, around, &out->layers[i]);
    if (out->secondary == SECONDARY_OWN) out->layers[0].role = DUTY_SECONDARY;
    out->override_count = (size_t)pick(5);
    out->overrides = ARENA_ARRAY(arena, out->override_count, struct override);
    for (size_t i = 0; i < out->override_count; i++) {
        int64_t start = around + (pick(5 * 1440) - 1440) * 60;
        out->overrides[i] = (struct override){ (int64_t)i,
                                               (enum duty_role)(pick(4) == 0),
                                               (enum override_kind)pick(3),
                                               (int32_t)pick(7) - 1,
                                               (int32_t)pick(6),
                                               start,
                                               start + (pick(2880) + 1) * 60 };
        if (out->overrides[i].kind == OVERRIDE_ADD) out->overrides[i].out = NOBODY;
    }
    if (pick(2) == 0) schedule_delete_person(out, around + pick(4 * 1440) * 60, (int32_t)pick(6), arena);
}

static bool shift_holds(const struct range_answer *answer, int32_t person, int64_t t) {
    for (size_t i = 0; i < answer->shift_count; i++) {
        const struct shift *shift = &answer->shifts[i];
        if (shift->person == person && shift->start <= t && t < shift->end) return true;
    }
    return false;
}

static void check_against_minutes(struct arena *arena, const struct schedule *schedule, const struct range *range) {
    struct range_answer answer;
    struct error err;
    assert_true(schedule_range(schedule, range, arena, &answer, &err));
    int64_t seconds[6] = { 0 }, covered = 0;
    struct arena *scratch = arena_new(ARENA_REQUEST_CAP);
    for (int64_t t = range->from; t < range->until; t += 60) {
        struct roll roll;
        schedule_at(schedule, range->view, t, scratch, &roll);
        const struct crew *crew = range->role == DUTY_PRIMARY ? &roll.primary : &roll.secondary;
        for (int32_t person = 0; person < 6; person++) {
            if (crew_has(crew, person) != shift_holds(&answer, person, t))
                fail_msg("%s: person %d at %s", tz_name(schedule->zone), person, when_rfc3339(scratch, t * 1000));
            if (crew_has(crew, person)) seconds[person] += 60;
        }
        if (crew->count > 0) covered += 60;
        arena_reset(scratch);
    }
    arena_free(scratch);
    int64_t gaps = 0;
    for (size_t i = 0; i < answer.gap_count; i++) gaps += answer.gaps[i].end - answer.gaps[i].start;
    assert_true(answer.covered == covered && covered + gaps == range->until - range->from);
    for (int i = 0; i < 6; i++) assert_true(answer.seconds[i] == seconds[i]);
}

static void test_ranges_agree_with_every_minute(void **state) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    (void)state;
    for (size_t z = 0; z < sizeof ZONES / sizeof *ZONES; z++) {
        const struct tz *zone;
        struct error err;
        assert_true(tz_find(ZONES[z], &zone, &err));
        int changes = 0;
        for (int64_t day = civil_days(2024, 1, 1); day < civil_days(2027, 1, 1); day++) {
            bool changes_here = tz_offset(zone, day * 86400) != tz_offset(zone, (day + 1) * 86400);
            if (!changes_here && day % 120 != (int64_t)z) continue;
            seed = (uint64_t)day * 100 + z;
            for (int i = 0; i < 3; i++) {
                struct schedule schedule;
                random_schedule(arena, zone, day * 86400, &schedule);
                struct range range = { (day - 1) * 86400, (day + 3) * 86400, (enum duty_role)pick(2),
                                       (enum schedule_view)(pick(5) == 0) };
                check_against_minutes(arena, &schedule, &range);
                arena_reset(arena);
            }
            changes += changes_here;
        }
        if (z > 1 && strcmp(ZONES[z], "Asia/Kathmandu") != 0 &&
            strstr("Asia/Tehran Pacific/Apia America/Sao_Paulo", ZONES[z]) == NULL)
            assert_true(changes >= 4);
    }
    arena_free(arena);
}

/* A turn found by arithmetic is the turn found by counting, and handoffs never go back. */
static void test_turns_by_counting(void **state) {
    (void)state;
    for (size_t z = 0; z < sizeof ZONES / sizeof *ZONES; z++) {
        struct layer layer = { .rotation = { civil_days(2024, 1, 31) * 86400 + 9000, ROTATION_HOUR, 1, 0 } };
        struct error err;
        assert_true(tz_find(ZONES[z], &layer.zone, &err));
        for (int unit = ROTATION_HOUR; unit <= ROTATION_MONTH; unit++) {
            layer.rotation.unit = (enum rotation_unit)unit;
            layer.rotation.length = unit == ROTATION_HOUR ? 5 : 1;
            int64_t end = civil_days(2027, 1, 1) * 86400;
            for (int64_t k = 0, b = layer_handoff(&layer, 0), next; b < end; k++, b = next) {
                next = layer_handoff(&layer, k + 1);
                assert_true(next >= b);
                if (next == b) continue; /* a turn without length is passed over, the numbering stays */
                assert_true(layer_turn(&layer, b) == k && layer_turn(&layer, next - 1) == k);
                assert_true(layer_turn(&layer, b - 1) < k);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_weekly_pair),
        TEST(test_handoffs_stay_on_the_wall_clock),
        TEST(test_months_keep_their_day),
        TEST(test_layers_windows_and_empty_turns),
        TEST(test_active_days_and_bounds),
        TEST(test_overrides),
        TEST(test_people_come_and_go),
        TEST(test_ranges),
        TEST(test_refusals_name_the_member),
        TEST(test_ranges_agree_with_every_minute),
        TEST(test_turns_by_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
