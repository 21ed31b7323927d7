/* Hours on call and pages of a month, against figures counted by hand. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "insight/fairness.h"
#include "oncall/rota.h"
#include "people/user.h"
#include "policy/calendar.h"
#include "text/i18n.h"

#include <string.h>

static void add_user(struct fixture *f, const char *login) {
    struct user user;
    struct user_input input = { .login = login, .name = login, .role = "responder" };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
}

static void add_schedule(struct fixture *f, const char *key, const char *people) {
    struct rota rota;
    const char *body = arena_printf(
        f->arena,
        "{\"key\":\"%s\",\"name\":\"%s\",\"zone\":\"Asia/Seoul\",\"secondary\":\"next\",\"layers\":[{\"name\":"
        "\"w\",\"rotation\":{\"start\":\"2026-01-05T00:00\",\"unit\":\"week\",\"length\":1,"
        "\"participants\":[%s]}}]}",
        key, key, people);
    OK(rota_add(fixture_op(f), fixture_json(f, body), &rota, &f->err));
}

static struct fairness_person person(struct fixture *f, const char *month, const char *login) {
    struct fairness fairness;
    OK(fairness_month(fixture_op(f), month, &fairness, &f->err));
    for (size_t i = 0; i < fairness.people_count; i++) {
        if (str_eq(fairness.people[i].login, login)) return fairness.people[i];
    }
    return (struct fairness_person){ .login = login };
}

static void assert_hours(const struct fairness_split *split, const int64_t expected[6]) {
    for (int i = 0; i < FAIRNESS_DAY_COUNT; i++) {
        assert_int_equal(split->day[i], expected[2 * i] * 3600);
        assert_int_equal(split->night[i], expected[2 * i + 1] * 3600);
    }
}

/* May 2026 has 18 days of work, nine of weekends and four holidays, one of them on a Sunday. */
static void test_hours_of_a_month(void **state) {
    struct fixture *f = *state;
    add_user(f, "kim");
    add_schedule(f, "pay", "\"kim\"");
    struct fairness_person kim = person(f, "2026-05", "kim");
    assert_hours(&kim.primary, (const int64_t[]){ 288, 144, 144, 72, 64, 32 });
    assert_int_equal(fairness_total(&kim.secondary), 0);
    struct calendar_input day = { "2026-05-04", "company", "휴무", "징검다리" };
    OK(calendar_add(fixture_op(f), &day, &f->err));
    kim = person(f, "2026-05", "kim");
    assert_hours(&kim.primary, (const int64_t[]){ 272, 136, 144, 72, 80, 40 });
    add_schedule(f, "search", "\"kim\""); /* the same person at the same time counts once */
    kim = person(f, "2026-05", "kim");
    assert_int_equal(fairness_total(&kim.primary), 744 * 3600);
}

/* Whoever is primary somewhere is not also secondary; the two share every hour between them. */
static void test_primary_goes_before_secondary(void **state) {
    struct fixture *f = *state;
    add_user(f, "kim");
    add_user(f, "lee");
    add_schedule(f, "pay", "\"kim\",\"lee\"");
    struct fairness_person kim = person(f, "2026-05", "kim"), lee = person(f, "2026-05", "lee");
    assert_int_equal(fairness_total(&kim.primary) + fairness_total(&lee.primary), 744 * 3600);
    assert_int_equal(fairness_total(&kim.secondary), fairness_total(&lee.primary));
    add_schedule(f, "search", "\"kim\"");
    kim = person(f, "2026-05", "kim");
    assert_int_equal(fairness_total(&kim.primary), 744 * 3600);
    assert_int_equal(fairness_total(&kim.secondary), 0);
}

static void test_the_hour_that_is_lost(void **state) {
    struct fixture *f = *state;
    struct organisation organisation;
    struct organisation_input berlin = { .name = "봉수", .zone = "Europe/Berlin", .holidays = "none" };
    OK(organisation_update(fixture_op(f), 1, &berlin, &organisation, &f->err));
    add_user(f, "kim");
    add_schedule(f, "pay", "\"kim\"");
    struct fairness_person kim = person(f, "2026-03", "kim");
    assert_hours(&kim.primary, (const int64_t[]){ 352, 176, 144, 71, 0, 0 });
    kim = person(f, "2026-10", "kim"); /* and the one that comes twice */
    assert_hours(&kim.primary, (const int64_t[]){ 352, 176, 144, 73, 0, 0 });
}

static void page(struct fixture *f, const char *when, int times) {
    run_until(f, at(when));
    for (int i = 0; i < times; i++) (void)declare(f, "결제 장애", "P1");
    run_until(f, at(when) + MINUTE);
}

static void test_pages_and_interruptions(void **state) {
    struct fixture *f = *state;
    int64_t version;
    add_user(f, "kim");
    OK(escalation_paths_put(
        fixture_op(f),
        fixture_json(f, "{\"policies\":{\"P1\":{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":15}]}}}"), &version,
        &f->err));
    page(f, "2026-03-01T20:00:00+09:00", 3); /* a Sunday and a holiday */
    page(f, "2026-03-02T23:00:00+09:00", 1); /* given back for it */
    page(f, "2026-03-04T10:00:00+09:00", 15);
    struct fairness_person kim = person(f, "2026-03", "kim");
    assert_int_equal(kim.busiest_pages, 16);
    page(f, "2026-03-05T03:00:00+09:00", 4);
    kim = person(f, "2026-03", "kim");
    assert_int_equal(kim.pages.day[FAIRNESS_HOLIDAY], 3);
    assert_int_equal(kim.pages.night[FAIRNESS_HOLIDAY], 1);
    assert_int_equal(kim.pages.day[FAIRNESS_WEEKDAY], 15);
    assert_int_equal(kim.pages.night[FAIRNESS_WEEKDAY], 4);
    assert_int_equal(kim.interruptions, 4);
    assert_int_equal(kim.night_interruptions, 2);
    assert_int_equal(kim.busiest_pages, FAIRNESS_PAGES_A_WEEK);
    assert_true(kim.busiest_week * 1000 == at("2026-03-02T00:00:00+09:00"));
    (void)declare_draft(f, &(struct incident_draft){ .title = "훈련", .severity = "P1", .kind = "drill" });
    run_until(f, at("2026-03-05T04:00:00+09:00"));
    assert_int_equal(person(f, "2026-03", "kim").busiest_pages, FAIRNESS_PAGES_A_WEEK);
    assert_int_equal(person(f, "2026-04", "kim").busiest_pages, 0);
}

static void test_as_a_spreadsheet(void **state) {
    struct fixture *f = *state;
    struct fairness fairness;
    struct buf csv;
    struct user user;
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "kim", .name = "=HYPERLINK(\"x\")", .role = "responder" },
                &user, &f->err));
    add_schedule(f, "pay", "\"kim\"");
    struct op *op = fixture_op(f);
    op->lang = i18n_get("en");
    OK(fairness_month(op, "2026-05", &fairness, &f->err));
    buf_init(&csv, f->arena, 10000);
    fairness_csv(op, &fairness, &csv);
    assert_true(str_starts(csv.data, "\xEF\xBB\xBFMonth,Login,Name,Role,Weekday hours"));
    assert_non_null(strstr(csv.data,
                           "\r\n2026-05,kim,\"'=HYPERLINK(\"\"x\"\")\",Primary,288.00,144.00,144.00,72.00,"
                           "64.00,32.00,744.00,0,0,0,0,0,0,0\r\n"));
    assert_false(fairness_month(fixture_op(f), "2026-13", &fairness, &f->err));
    assert_true(has_field(&f->op, "month", "malformed"));
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_hours_of_a_month),      FIXTURE_TEST(test_primary_goes_before_secondary),
        FIXTURE_TEST(test_the_hour_that_is_lost), FIXTURE_TEST(test_pages_and_interruptions),
        FIXTURE_TEST(test_as_a_spreadsheet),
    };
    return fixture_run("fairness", tests, sizeof tests / sizeof *tests);
}
