/* The organisation's own calendar days: what they do to due times and to calls in office hours, at once. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "incident/recover.h"
#include "people/user.h"
#include "policy/calendar.h"
#include "policy/policy.h"
#include "text/i18n.h"

#include <string.h>

static bool add(struct fixture *f, const char *date, const char *kind) {
    struct calendar_input input = { date, kind, "창립기념일", "사내 공지" };
    return calendar_add(fixture_op(f), &input, &f->err);
}

/* Reports are due on the next business day. */
static void owe_by_business_days(struct fixture *f) {
    const struct policy *policy;
    OK(policy_adopt(fixture_op(f), 0, "p1-p3", &policy, &f->err));
    json_t *edited = json_deep_copy(policy->json), *severity;
    size_t index;
    json_put(json_obj(f->arena), "document", edited);
    json_array_foreach(json_object_get(edited, "severities"), index, severity) {
        json_object_set_new(json_object_get(severity, "report_due"), "unit", json_string("business_days"));
    }
    OK(policy_save(fixture_op(f), 1, edited, &policy, &f->err));
}

/* Monday 2 March is given back for the 1st; the report of Sunday evening is due on Tuesday. */
static void test_reports_owed_move_at_once(void **state) {
    struct fixture *f = *state;
    owe_by_business_days(f);
    struct incident i = declare(f, "결제 실패", "P1");
    OK(incident_recover(fixture_op(f), i.ref, &(struct recovery){ 0 }, &i, &f->err));
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-03T20:00:00+09:00"));
    assert_true(add(f, "2026-03-03", "company"));
    run_until(f, FIXTURE_NOW + MINUTE);
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-04T20:00:00+09:00"));
    assert_true(add(f, "2026-03-02", "working"));
    run_until(f, FIXTURE_NOW + 2 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-02T20:00:00+09:00"));
    OK(calendar_remove(fixture_op(f), "2026-03-02", "다시 쉽니다.", &f->err));
    run_until(f, FIXTURE_NOW + 3 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-04T20:00:00+09:00"));
    run_until(f, at("2026-03-03T21:00:00+09:00"));
    assert_int_equal(clock_of(f, &i, CLOCK_REPORT).state, CLOCK_PENDING);
    struct organisation organisation;
    fixture_reopen(f);
    OK(organisation_load(fixture_op(f), &organisation, &f->err));
    assert_int_equal(organisation.days_off.count, 1);
    struct organisation_input input = { .name = "봉수" }; /* saving settings keeps the calendar */
    OK(organisation_update(fixture_op(f), organisation.version, &input, &organisation, &f->err));
    assert_int_equal(organisation.days_off.count, 1);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action LIKE 'calendar.%'"), 3);
}

static int64_t next_due(struct fixture *f) {
    return fixture_number(f, "SELECT next_due FROM escalation") * 1000;
}

static void test_calls_in_office_hours_wait(void **state) {
    struct fixture *f = *state;
    json_t *paths;
    int64_t version;
    struct user user;
    static const char PATHS[] =
        "{\"policies\":{\"P3\":{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":60}],\"hours\":true}}}";
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "kim", .name = "kim", .role = "responder" }, &user,
                &f->err));
    OK(json_parse(f->arena, PATHS, strlen(PATHS), &paths, &f->err));
    OK(escalation_paths_put(fixture_op(f), paths, &version, &f->err));
    (void)declare(f, "느린 조회", "P3");
    run_until(f, FIXTURE_NOW + MINUTE);
    assert_true(next_due(f) == at("2026-03-03T09:00:00+09:00"));
    assert_true(add(f, "2026-03-03", "temporary"));
    run_until(f, FIXTURE_NOW + 2 * MINUTE);
    assert_true(next_due(f) == at("2026-03-04T09:00:00+09:00"));
    run_until(f, at("2026-03-03T12:00:00+09:00"));
    assert_int_equal(fixture_count(f, "escalation_page"), 0);
    run_until(f, at("2026-03-04T09:01:00+09:00"));
    assert_int_equal(fixture_count(f, "escalation_page"), 1);
}

static void test_what_is_refused(void **state) {
    struct fixture *f = *state;
    struct op *op;
    static const struct {
        const char *date, *kind, *field, *code;
    } WRONG[] = {
        { "", "company", "date", "required" },
        { "2026-02-30", "company", "date", "malformed" },
        { "2026-2-3", "company", "date", "malformed" },
        { "1999-01-01", "company", "date", "out_of_range" },
        { "2026-03-04", "feast", "kind", "one_of" },
        { "2026-03-04", "working", "date", "not_a_holiday" },
        { "2026-03-01", "working", "date", "not_a_holiday" }, /* a holiday, but on a Sunday */
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_false(add(f, WRONG[i].date, WRONG[i].kind));
        assert_true(has_field(&f->op, WRONG[i].field, WRONG[i].code));
    }
    struct calendar_input unnamed = { "2026-03-04", "company", " ", NULL };
    op = fixture_op(f);
    assert_false(calendar_add(op, &unnamed, &f->err));
    assert_true(has_field(op, "name", "required") && has_field(op, "reason", "required"));
    assert_true(add(f, "2026-03-04", "company"));
    REFUSED(add(f, "2026-03-04", "temporary"), ERR_CONFLICT, "calendar.exists");
    REFUSED(calendar_remove(fixture_op(f), "2026-03-05", "잘못 넣음", &f->err), ERR_NOT_FOUND, "calendar.not_found");
    struct actor responder = { .kind = ACTOR_USER, .login = "r", .permissions = role_permissions(ROLE_RESPONDER) };
    f->actor = &responder;
    REFUSED(add(f, "2026-03-06", "company"), ERR_FORBIDDEN, "permission.denied");
    f->actor = &f->admin;
    assert_int_equal(fixture_count(f, "calendar_day"), 1);
}

static void test_a_year_is_read(void **state) {
    struct fixture *f = *state;
    json_t *year, *entry;
    size_t index, own = 0, off = 0;
    assert_true(add(f, "2026-12-24", "company"));
    assert_true(add(f, "2026-05-01", "working"));
    struct op *op = fixture_op(f);
    op->lang = i18n_get("ko");
    OK(calendar_year(op, "2026", &year, &f->err));
    json_array_foreach(json_object_get(year, "holidays"), index, entry) {
        own += json_is_true(json_object_get(entry, "own"));
        off += json_is_true(json_object_get(entry, "day_off"));
        if (str_eq(json_text(entry, "date"), "2026-05-01"))
            assert_false(json_is_true(json_object_get(entry, "day_off")));
    }
    assert_int_equal(own, 2);
    assert_int_equal(index, 24); /* 22 computed; the worked one stands there twice */
    assert_int_equal(off, 22);
    op = fixture_op(f);
    assert_false(calendar_year(op, "1700", &year, &f->err));
    assert_true(has_field(op, "year", "out_of_range"));
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_reports_owed_move_at_once),
        FIXTURE_TEST(test_calls_in_office_hours_wait),
        FIXTURE_TEST(test_what_is_refused),
        FIXTURE_TEST(test_a_year_is_read),
    };
    return fixture_run("calendar", tests, sizeof tests / sizeof *tests);
}
