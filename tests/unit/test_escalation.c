/* Escalation: each decision as a run of the simulation. Minutes count from Tuesday 2026-02-03 13:00 in Seoul. */
#include "support/harness.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/op.h"
#include "base/str.h"
#include "escalation/hours.h"
#include "escalation/simulate.h"
#include "text/when.h"

#include <stdio.h>
#include <string.h>

#define START INT64_C(1770091200)

static const char *minute(struct arena *arena, int64_t minutes) {
    return when_rfc3339(arena, (START + minutes * 60) * 1000);
}

/* "0 trigger; 15 ack; 20 severity P1": the word after the type is its argument. */
static const char *events_json(struct arena *arena, const char *events) {
    struct buf out;
    buf_init(&out, arena, 20000);
    char **pieces;
    size_t count = str_split(arena, events, ";", &pieces);
    for (size_t i = 0; i < count; i++) {
        char **words;
        size_t words_count = str_split(arena, pieces[i], " ", &words);
        int64_t minutes = 0;
        assert_true(words_count >= 2 && str_to_i64(words[0], &minutes));
        const char *argument = words_count > 2 ? words[2] : "";
        buf_printf(&out,
                   "%s{\"t\":\"%s\",\"type\":\"%s\",\"to\":\"%s\",\"user\":\"%s\",\"monitor\":\"%s\",\"minutes\":%s}",
                   i > 0 ? "," : "", minute(arena, minutes), words[1], argument, argument, argument,
                   argument[0] >= '0' && argument[0] <= '9' ? argument : "1");
    }
    return out.data;
}

static void list_json(struct arena *arena, struct buf *out, const json_t *list, const char *word) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        int64_t ms;
        struct error err;
        assert_true(when_parse(json_text(item, "t"), &ms, &err));
        const json_t *step = json_object_get(item, "step");
        const char *extra =
            step == NULL ? json_text(item, word) : arena_printf(arena, "%d", (int)json_integer_value(step));
        buf_printf(out, "%s%lld %s/%s", out->len > 0 ? " " : "", (long long)((ms / 1000 - START) / 60),
                   json_text(item, "to"), extra);
    }
}

/* Pages as "0 a/1 15 b/2" (minute, to, step); notices follow after " | " as "10 dev/help". */
static const char *run(struct arena *arena, const char *world, const char *events) {
    struct op op = { .arena = arena };
    struct error err;
    json_t *parsed, *out = NULL;
    const char *input = arena_printf(arena, "{%s,\"events\":[%s],\"until\":\"%s\"}", world, events_json(arena, events),
                                     minute(arena, 3 * 1440));
    if (!json_parse(arena, input, strlen(input), &parsed, &err)) fail_msg("%s: %s", err.detail, input);
    if (!escalation_simulate(&op, parsed, &out, &err)) fail_msg("%s %s", op.fields.first->field, op.fields.first->code);
    struct buf text, notices;
    buf_init(&text, arena, 20000);
    buf_init(&notices, arena, 20000);
    list_json(arena, &text, json_object_get(out, "pages"), NULL);
    list_json(arena, &notices, json_object_get(out, "notices"), "kind");
    if (notices.len > 0) buf_printf(&text, " | %s", notices.data);
    return text.data;
}

#define USER(id) "{\"type\":\"user\",\"id\":\"" id "\"}"
#define STEP(targets, delay) "{\"targets\":[" targets "],\"delay_min\":" #delay "}"
#define WORLD(severity, policies) "\"severity\":\"" severity "\",\"policies\":{" policies "}"
#define P1(more) "\"P1\":{\"steps\":[" STEP(USER("a"), 15) "," STEP(USER("b"), 15) "," STEP(USER("c"), 30) "]" more "}"
#define P2 "\"P2\":{\"steps\":[" STEP(USER("x"), 20) "," STEP(USER("y"), 20) "]}"
#define P3 "\"P3\":{\"steps\":[" STEP(USER("d"), 30) "," STEP(USER("l"), 30) "],\"hours\":true}"
#define OFFICE                                                                                               \
    ",\"business_hours\":{\"zone\":\"Asia/Seoul\",\"days\":[1,2,3,4,5],\"from\":\"09:00\",\"to\":\"18:00\"," \
    "\"holidays\":[\"2026-02-04\"]}"

struct run_case {
    const char *world, *events, *expected;
};

static void check(struct arena *arena, const struct run_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *got = run(arena, cases[i].world, cases[i].events);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("case %zu (%s):\n  %s\nnot %s", i, cases[i].events, got, cases[i].expected);
    }
}
#define CHECK(arena, cases) check((arena), (cases), sizeof(cases) / sizeof *(cases))

static void test_steps_ack_and_repeat(void **state) {
    const struct run_case cases[] = {
        { WORLD("P1", P1("")), "0 trigger", "0 a/1 15 b/2 30 c/3" },
        { WORLD("P1", P1(",\"repeat\":1")), "0 trigger", "0 a/1 15 b/2 30 c/3 60 a/1 75 b/2 90 c/3" },
        { WORLD("P1", P1("")), "0 trigger; 15 ack", "0 a/1" }, /* in the fifteenth minute of fifteen: in time */
        { WORLD("P1", P1("")), "0 trigger; 16 ack; 20 resolve", "0 a/1 15 b/2" },
        { WORLD("P1", P1("")), "0 trigger; 5 trigger; 20 resolve", "0 a/1 15 b/2" }, /* a duplicate joins */
        { WORLD("P1", P1("")), "0 trigger; 5 ack; 40 unack; 50 resolve", "0 a/1 40 a/1" },
        { WORLD("P1", P1("")), "0 trigger; 5 resolve; 10 ack; 40 reopen; 56 resolve", "0 a/1 40 a/1 55 b/2" },
        { WORLD("P1", P1(",\"ack_timeout_min\":60")), "0 trigger; 5 ack; 70 resolve", "0 a/1 65 a/1" },
        { WORLD("P1", P1(",\"ack_timeout_min\":60")), "0 trigger; 5 ack; 65 resolve", "0 a/1" },
    };
    CHECK(*state, cases);
}

static void test_steps_that_reach_nobody(void **state) {
    const char *empty_first = WORLD("P1", "\"P1\":{\"steps\":[" STEP("{\"type\":\"team\",\"id\":\"t\"}", 15) "," STEP(
                                              USER("b"), 15) "]}") ",\"teams\":{\"t\":[]}";
    const char *empty_last = WORLD("P1", "\"P1\":{\"repeat\":1,\"steps\":[" STEP(USER("b"), 15) "," STEP(
                                             "{\"type\":\"team\",\"id\":\"t\"}", 25) "]}") ",\"teams\":{\"t\":[]}";
    const char *all_empty = WORLD("P1", "\"P1\":{\"repeat\":1,\"fallback\":[\"boss\"],\"steps\":[" STEP(
        "{\"type\":\"schedule\",\"id\":\"s\"}", 15) "," STEP("{\"type\":\"team\",\"id\":\"t\"}", 25) "]}")
        ",\"teams\":{\"t\":[\"gone\"]},\"schedules\":{\"s\":{\"zone\":\"UTC\",\"layers\":[]}}";
    const struct run_case cases[] = {
        { empty_first, "0 trigger", "0 b/2" },
        { empty_last, "0 trigger", "0 b/1 40 b/1" }, /* the last waits its delay; no fallback: somebody was paged */
        { all_empty, "0 delete_user gone; 1 trigger", "1 boss/2 26 boss/2" },
        { WORLD("P1", P1("")), "0 delete_user a; 1 trigger; 10 delete_user c", "1 b/2" },
    };
    CHECK(*state, cases);
}

static void test_severity_changes(void **state) {
    const struct run_case cases[] = {
        { WORLD("P2", P1("") "," P2), "0 trigger; 10 severity P1; 26 resolve", "0 x/1 10 a/1 25 b/2" },
        { WORLD("P2", P1("") "," P2), "0 trigger; 5 ack; 10 severity P1; 11 resolve", "0 x/1 10 a/1" },
        { WORLD("P1", P1("") "," P2), "0 trigger; 10 severity P2; 31 resolve", "0 a/1 10 x/1 30 y/2" },
        { WORLD("P1", P1("") "," P2), "0 trigger; 5 ack; 10 severity P2", "0 a/1" },
        { WORLD("P1", P1("") "," P2), "0 trigger; 5 ack; 10 severity P2; 20 unack; 41 resolve", "0 a/1 20 x/1 40 y/2" },
        { WORLD("P1", P1("") "," P2), "0 trigger; 5 severity P1; 16 resolve", "0 a/1 15 b/2" },
    };
    CHECK(*state, cases);
}

static void test_office_hours(void **state) {
    /* Tuesday 18:00 is minute 300; Wednesday is a holiday; Thursday 09:00 is minute 2640. */
    const struct run_case cases[] = {
        { WORLD("P3", P3) OFFICE, "0 trigger", "0 d/1 30 l/2" },
        { WORLD("P3", P3) OFFICE, "270 trigger", "270 d/1 2640 l/2" }, /* due at closing: the next opening */
        { WORLD("P3", P3) OFFICE, "280 trigger", "280 d/1 2650 l/2" },
        { WORLD("P3", P3) OFFICE, "301 trigger", "2640 d/1 2670 l/2" },
        { WORLD("P3", P3) OFFICE, "301 trigger; 310 escalate", "310 d/1 2670 l/2" }, /* by hand: at once */
        { WORLD("P3", P3) OFFICE, "300 trigger; 400 ack", "" },
    };
    CHECK(*state, cases);
}

static void test_windows(void **state) {
#define WINDOW(outside) \
    "{\"targets\":[" USER("a") "],\"delay_min\":15,\"window\":{\"zone\":\"Asia/Seoul\",\"days\":[2],\"from\":\"14:00\"," \
    "\"to\":\"15:00\",\"outside\":\"" outside "\"}}"
    const struct run_case cases[] = {
        { WORLD("P1", "\"P1\":{\"steps\":[" WINDOW("wait") "," STEP(USER("b"), 15) "]}"), "0 trigger",
          "60 a/1 75 b/2" },
        { WORLD("P1", "\"P1\":{\"steps\":[" WINDOW("skip") "," STEP(USER("b"), 15) "]}"), "0 trigger", "0 b/2" },
        { WORLD("P1", "\"P1\":{\"steps\":[" WINDOW("skip") "," STEP(USER("b"), 15) "]}"), "70 trigger",
          "70 a/1 85 b/2" },
        { WORLD("P1", "\"P1\":{\"steps\":[" WINDOW("wait") "]}"), "0 trigger; 30 ack", "" },
    };
    CHECK(*state, cases);
}

static void test_escalate_by_hand(void **state) {
    const struct run_case cases[] = {
        { WORLD("P1", P1("")), "0 trigger; 5 escalate; 21 resolve", "0 a/1 5 b/2 20 c/3" },
        { WORLD("P1", P1("")), "0 trigger; 5 ack; 10 escalate; 11 resolve", "0 a/1 10 b/2" },
        { WORLD("P1", P1("")), "0 trigger; 100 escalate; 116 resolve", "0 a/1 15 b/2 30 c/3 100 a/1 115 b/2" },
        { WORLD("P1", P1("")), "0 trigger; 5 resolve; 10 escalate", "0 a/1" },
        { WORLD("P1", P1("")), "0 trigger; 5 maintenance_start; 10 escalate", "0 a/1" },
    };
    CHECK(*state, cases);
}

static void test_silence_and_maintenance(void **state) {
    const struct run_case cases[] = {
        { WORLD("P1", P1("")), "0 trigger; 5 silence 60; 81 resolve", "0 a/1 65 a/1 80 b/2" },
        { WORLD("P1", P1("")), "0 trigger; 5 silence 60; 30 ack", "0 a/1" },
        { WORLD("P1", P1("")), "0 trigger; 5 silence 60; 30 resolve", "0 a/1" },
        { WORLD("P1", P1("")), "0 trigger; 20 maintenance_start; 100 maintenance_end; 116 resolve",
          "0 a/1 15 b/2 100 a/1 115 b/2" },
        { WORLD("P1", P1("")), "0 maintenance_start; 5 trigger; 100 maintenance_end; 101 ack", "100 a/1" },
        { WORLD("P2", P1("") "," P2), "0 trigger; 5 silence 60; 10 severity P1; 11 ack", "0 x/1 10 a/1" },
        { WORLD("P1", P1("")), "0 trigger; 5 ack; 6 maintenance_start; 9 maintenance_end", "0 a/1" },
    };
    CHECK(*state, cases);
}

static void test_notices(void **state) {
#define NOTICES                                                                                    \
    ",\"notices\":[{\"kind\":\"help\",\"after_min\":10,\"unless\":\"root_cause\",\"to\":\"dev\"}," \
    "{\"kind\":\"report\",\"after_min\":30,\"unless\":\"resolved\",\"to\":\"ceo\"}]"
    const struct run_case cases[] = {
        { WORLD("P1", P1(NOTICES)), "0 trigger; 1 ack",
          "0 a/1 | 10 dev/help 30 ceo/report" }, /* ack does not stop them */
        { WORLD("P1", P1(NOTICES)), "0 trigger; 1 ack; 10 root_cause; 29 resolve", "0 a/1" },
        { WORLD("P2", P1(NOTICES) "," P2), "0 trigger; 1 ack; 50 severity P1; 51 ack",
          "0 x/1 50 a/1 | 50 dev/help 50 ceo/report" }, /* overdue after an upgrade: at once */
        { WORLD("P1", P1(NOTICES)), "0 trigger; 1 ack; 40 resolve; 50 reopen; 51 ack",
          "0 a/1 50 a/1 | 10 dev/help 30 ceo/report" }, /* once each */
    };
    CHECK(*state, cases);
}

static void test_engine_away(void **state) {
    const char *away =
        WORLD("P1", P1("")) ",\"outages\":[{\"from\":\"2026-02-03T04:10:00Z\",\"until\":\"2026-02-03T05:00:00Z\"}]";
    const struct run_case cases[] = {
        { away, "0 trigger", "0 a/1 60 b/2 75 c/3" }, /* once, and the next delay counts from then */
        { away, "0 trigger; 30 ack", "0 a/1" },          { away, "0 trigger; 60 ack", "0 a/1" },
        { away, "20 trigger; 80 ack", "60 a/1 75 b/2" }, { away, "0 trigger; 20 escalate; 61 ack", "0 a/1 60 b/2" },
    };
    CHECK(*state, cases);
}

static void test_people_are_looked_up_when_a_step_is_sent(void **state) {
    const char *world =
        WORLD("P1", "\"P1\":{\"steps\":[" STEP("{\"type\":\"schedule\",\"id\":\"s\",\"role\":\"all\"}", 30) "," STEP(
            "{\"type\":\"schedule\",\"id\":\"s\",\"role\":\"secondary\"}," USER("lead") "," USER("lead"), 30) "]}")
        ",\"schedules\":{\"s\":{\"zone\":\"Asia/Seoul\",\"secondary\":\"next\",\"layers\":[{\"name\":\"w\","
        "\"rotation\":{\"start\":\"2026-02-03T12:20\",\"unit\":\"hour\",\"length\":1,"
        "\"participants\":[\"A\",\"B\",\"C\"]}}]}}";
    const struct run_case cases[] = {
        { world, "0 trigger", "0 A/1 0 B/1 30 C/2 30 lead/2" }, /* 13:20 handed over to B, C is next */
        { world, "0 trigger; 10 delete_user C", "0 A/1 0 B/1 30 A/2 30 lead/2" },
    };
    CHECK(*state, cases);
}

static void test_heartbeats(void **state) {
    const char *world = WORLD("P1", P1("")) ",\"monitors\":{\"m\":{\"interval_min\":30},\"n\":{\"interval_min\":30,"
                                            "\"muted\":true}}";
    const struct run_case cases[] = {
        { world, "5 ack", "" }, /* never reported: inactive */
        { world, "0 beat m; 29 beat m; 59 beat m; 99 beat m", "89 a/1 129 a/1 144 b/2 159 c/3" },
        { world, "0 beat n", "" },
    };
    CHECK(*state, cases);
}

static void test_hours(void **state) {
    (void)state;
    struct error err;
    struct hours hours = { .days = 0x1f, .from = 540, .to = 1080 };
    assert_true(tz_find("Asia/Seoul", &hours.zone, &err));
    int64_t monday = civil_days(2026, 2, 2) * 86400 - 9 * 3600; /* 00:00 in Seoul */
    assert_false(hours_open(&hours, monday + 9 * 3600 - 1));
    assert_true(hours_open(&hours, monday + 9 * 3600));
    assert_false(hours_open(&hours, monday + 18 * 3600));
    assert_true(hours_plus(&hours, monday, 0) == monday + 9 * 3600);
    assert_true(hours_plus(&hours, monday + 4 * 86400 + 17 * 3600, 2 * 3600) == monday + 7 * 86400 + 10 * 3600);
    hours.days = 0;
    assert_true(hours_plus(&hours, monday, 0) == INT64_MAX);
    hours.days = 0x7f;
    hours.from = hours.to = 0; /* always open: no seam at midnight */
    assert_true(hours_plus(&hours, monday + 5, 3 * 86400) == monday + 5 + 3 * 86400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_steps_ack_and_repeat),
        TEST(test_steps_that_reach_nobody),
        TEST(test_severity_changes),
        TEST(test_office_hours),
        TEST(test_windows),
        TEST(test_escalate_by_hand),
        TEST(test_silence_and_maintenance),
        TEST(test_notices),
        TEST(test_engine_away),
        TEST(test_people_are_looked_up_when_a_step_is_sent),
        TEST(test_heartbeats),
        TEST(test_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
