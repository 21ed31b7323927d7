/* Planned maintenance: planned, repeated, changed and cancelled; what it does to alerts, escalations and the page. */
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "notice/status_json.h"
#include "service/maintenance.h"
#include "text/i18n.h"

static struct service add_service(struct fixture *f) {
    struct service service;
    OK(service_add(fixture_op(f), &(struct service_input){ .key = "pay", .name = "결제", .public = "true" }, &service,
                   &f->err));
    return service;
}

static struct maintenance plan(struct fixture *f, const char *from, const char *until) {
    struct maintenance m;
    const struct maintenance_input input = {
        .title = "DB 점검", .title_en = "Database work", .service = "pay", .starts_at = from, .ends_at = until
    };
    OK(maintenance_plan(fixture_op(f), &input, &m, &f->err));
    return m;
}

struct asking {
    int64_t service_id, at;
    bool covered;
};
static bool ask_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return maintenance_covers(tx, asking->service_id, asking->at, &asking->covered, err);
}
static bool covers(struct fixture *f, int64_t service_id, const char *when) {
    struct asking asking = { service_id, at(when), false };
    OK(store_read(fixture_op(f), ask_tx, &asking, &f->err));
    return asking.covered;
}

static const char *answer(struct fixture *f, enum status_answer what) {
    struct status_site site;
    const struct status_reader reader = { i18n_get("en"), "http://x" };
    OK(status_load(fixture_op(f), &site, &f->err));
    return json_dump(fixture_op(f)->arena, status_json(fixture_op(f)->arena, &site, &reader, what));
}

/* 2026-03-01T20:00+09:00 is now. */
static void test_planned_and_over(void **state) {
    struct fixture *f = *state;
    struct service service = add_service(f);
    struct maintenance m = plan(f, "2026-03-01T21:00:00+09:00", "2026-03-01T22:00");
    assert_int_equal(m.ends_at - m.starts_at, HOUR);
    assert_false(covers(f, service.id, "2026-03-01T20:59:59+09:00"));
    assert_true(covers(f, service.id, "2026-03-01T21:00:00+09:00"));
    assert_false(covers(f, service.id, "2026-03-01T22:00:00+09:00"));
    assert_false(covers(f, 0, "2026-03-01T21:30:00+09:00"));
    assert_non_null(strstr(answer(f, STATUS_UPCOMING), "Database work"));
    assert_null(strstr(answer(f, STATUS_ACTIVE), "Database work"));
    assert_non_null(strstr(answer(f, STATUS_STATUS), "\"none\""));
    run_until(f, at("2026-03-01T21:10:00+09:00"));
    assert_non_null(strstr(answer(f, STATUS_ACTIVE), "in_progress"));
    assert_non_null(strstr(answer(f, STATUS_STATUS), "\"maintenance\""));
    assert_non_null(strstr(answer(f, STATUS_COMPONENTS), "under_maintenance"));
    run_until(f, at("2026-03-01T22:10:00+09:00"));
    assert_null(strstr(answer(f, STATUS_SUMMARY), "Database work"));
    assert_non_null(strstr(answer(f, STATUS_MAINTENANCES), "completed"));
    REFUSED(maintenance_cancel(fixture_op(f), m.id, false, &m, &f->err), ERR_CONFLICT, "maintenance.over");
}

static void test_repeated(void **state) {
    struct fixture *f = *state;
    struct maintenance_list list;
    struct maintenance first;
    const struct maintenance_input input = { .title = "정기 점검",
                                             .starts_at = "2026-03-31T03:00",
                                             .ends_at = "2026-03-31T04:00",
                                             .repeat = "monthly",
                                             .times = "3",
                                             .public = "false" };
    OK(maintenance_plan(fixture_op(f), &input, &first, &f->err));
    OK(maintenance_list(fixture_op(f), false, &list, &f->err));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[1].starts_at, at("2026-04-30T03:00:00+09:00"));
    assert_int_equal(list.items[2].starts_at, at("2026-05-31T03:00:00+09:00"));
    assert_null(strstr(answer(f, STATUS_SUMMARY), "정기"));
    struct maintenance second;
    OK(maintenance_edit(fixture_op(f), list.items[1].id, 1, &(struct maintenance_input){ .title = "옮긴 점검" },
                        &second, &f->err));
    REFUSED(
        maintenance_edit(fixture_op(f), second.id, 1, &(struct maintenance_input){ .title = "x" }, &second, &f->err),
        ERR_STALE, "maintenance.stale");
    OK(maintenance_cancel(fixture_op(f), second.id, true, &second, &f->err));
    OK(maintenance_list(fixture_op(f), false, &list, &f->err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, first.id);
}

static void test_refused(void **state) {
    struct fixture *f = *state;
    struct maintenance m;
    struct maintenance_input input = {
        .starts_at = "2026-03-02T03:00", .ends_at = "2026-03-02T02:00", .service = "none", .repeat = "yearly"
    };
    REFUSED(maintenance_plan(fixture_op(f), &input, &m, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "title", "required"));
    assert_true(has_field(&f->op, "service", "unknown"));
    assert_true(has_field(&f->op, "repeat", "one_of"));
    input = (struct maintenance_input){ .title = "x", .starts_at = "2026-03-02T03:00", .ends_at = "2026-03-02T02:00" };
    REFUSED(maintenance_plan(fixture_op(f), &input, &m, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "ends_at", "too_early"));
}

/* Nobody is paged while it lasts; the path begins anew when it is over. */
static void test_holds_escalations(void **state) {
    struct fixture *f = *state;
    add_service(f);
    declare_draft(f, &(struct incident_draft){ .title = "결제 실패", .severity = "P1", .service = "pay" });
    struct maintenance m = plan(f, "2026-03-01T20:02:00+09:00", "2026-03-01T21:00:00+09:00");
    run_until(f, at("2026-03-01T20:03:00+09:00"));
    assert_int_equal(fixture_number(f, "SELECT maintenance FROM escalation"), 1);
    assert_int_equal(
        fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'escalation.step' AND due_at < 1772366400000"), 0);
    OK(maintenance_cancel(fixture_op(f), m.id, false, &m, &f->err));
    run_until(f, at("2026-03-01T20:05:00+09:00"));
    assert_int_equal(fixture_number(f, "SELECT maintenance FROM escalation"), 0);
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_planned_and_over),
        FIXTURE_TEST(test_repeated),
        FIXTURE_TEST(test_refused),
        FIXTURE_TEST(test_holds_escalations),
    };
    return fixture_run("maintenance", tests, sizeof tests / sizeof *tests);
}
