/* What calendars are told about shifts: rows that follow every change of a schedule. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "escalation/mention.h"
#include "oncall/plan.h"
#include "people/user.h"

#include <string.h>

static struct rota prepare(struct fixture *f) {
    struct user user;
    struct rota rota;
    static const char *const people[] = { "kim", "lee" };
    for (size_t i = 0; i < 2; i++)
        OK(user_add(fixture_op(f), &(struct user_input){ .login = people[i], .name = people[i], .role = "responder" },
                    &user, &f->err));
    OK(rota_add(
        fixture_op(f),
        fixture_json(f,
                     "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\","
                     "\"rotation\":{\"start\":\"2026-03-02T09:00\",\"unit\":\"week\",\"length\":1,"
                     "\"participants\":[\"kim\",\"lee\"]}}]}"),
        &rota, &f->err));
    run_until(f, FIXTURE_NOW + MINUTE);
    return rota;
}

static int64_t rows(struct fixture *f, const char *where) {
    return fixture_number(f, arena_printf(f->arena, "SELECT count(*) FROM schedule_plan WHERE %s", where));
}

static void test_shifts_are_told_and_called_off(void **state) {
    struct fixture *f = *state;
    (void)prepare(f);
    int64_t all = rows(f, "cancelled = 0");
    assert_int_equal(all, 26); /* weeks within 180 days of the first of March */
    struct rota_override override;
    OK(rota_override_add(fixture_op(f), "oncall",
                         fixture_json(f,
                                      "{\"type\":\"replace\",\"in\":\"lee\",\"start\":\"2026-03-02T00:00:00Z\","
                                      "\"end\":\"2026-03-04T00:00:00Z\"}"),
                         &override, &f->err));
    run_until(f, FIXTURE_NOW + 2 * MINUTE);
    assert_int_equal(rows(f, "cancelled = 1 AND sequence = 1"), 1); /* kim's week that began on the second */
    assert_int_equal(rows(f, "cancelled = 0"), all + 1); /* lee's days, and what is left of kim's week */
    OK(rota_override_end(fixture_op(f), override.id, &f->err));
    run_until(f, FIXTURE_NOW + 3 * MINUTE);
    assert_int_equal(rows(f, "cancelled = 0 AND sequence = 2"), 1);
    assert_int_equal(rows(f, "cancelled = 1"), 2);
    OK(escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ .which = "oncall", .force = true },
                                  &f->err));
    run_until(f, FIXTURE_NOW + 4 * MINUTE);
    assert_int_equal(rows(f, "cancelled = 0"), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'schedule.changed'"), 0);
}

static void test_the_window_moves_on(void **state) {
    struct fixture *f = *state;
    (void)prepare(f);
    run_until(f, FIXTURE_NOW + MINUTE); /* every night the window moves; what is long over is forgotten */
    fixture_set_now(f, FIXTURE_NOW + 28 * (int64_t)DAY);
    run_until(f, FIXTURE_NOW + 28 * (int64_t)DAY + MINUTE);
    assert_int_equal(rows(f, "sequence > 0 OR cancelled = 1"), 0);
    int64_t gone = at("2026-03-13T00:00:00Z") / 1000;
    assert_int_equal(rows(f, arena_printf(f->arena, "end_at < %lld", (long long)gone)), 0);
    assert_int_equal(rows(f, "start_at >= 1788220800"), 3); /* September: too far away at first */
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_shifts_are_told_and_called_off),
                                        FIXTURE_TEST(test_the_window_moves_on) };
    return fixture_run("plan", tests, sizeof tests / sizeof *tests);
}
