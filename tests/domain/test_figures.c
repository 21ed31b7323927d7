/* Figures: the threshold catalogue, service levels, how good a schedule is. */
#include "support/incidents.h"

#include "alert/threshold.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/recover.h"
#include "insight/insight.h"
#include "oncall/rota.h"
#include "people/user.h"
#include "service/service.h"
#include "text/i18n.h"

#include <string.h>

/* --- thresholds --- */

static void test_thresholds_to_begin_with(void **state) {
    struct fixture *f = *state;
    struct threshold_list list;
    const struct threshold *cpu, *payments;
    OK(threshold_list(fixture_op(f), &list, &f->err));
    assert_true(list.starter && list.count > 5);
    OK(threshold_find(&list, "cpu_usage_percent", &cpu, &f->err));
    assert_int_equal(threshold_level(cpu, 69.9), LEVEL_NORMAL);
    assert_int_equal(threshold_level(cpu, 70), LEVEL_CAUTION);
    assert_int_equal(threshold_level(cpu, 90), LEVEL_CAUTION);
    assert_int_equal(threshold_level(cpu, 90.1), LEVEL_DANGER);
    OK(threshold_find(&list, "payments_at_peak", &payments, &f->err)); /* danger below */
    assert_int_equal(threshold_level(payments, 1), LEVEL_NORMAL);
    assert_int_equal(threshold_level(payments, 0), LEVEL_DANGER);
    REFUSED(threshold_find(&list, "no_such", &cpu, &f->err), ERR_NOT_FOUND, "threshold.unknown");
    const char *rules = threshold_rules(f->arena, &list);
    assert_non_null(strstr(rules, "100 - avg(rate(node_cpu_seconds_total{mode=\\\"idle\\\"}[5m])) * 100"));
}

static void test_thresholds_of_an_organisation(void **state) {
    struct fixture *f = *state;
    struct threshold_list list;
    OK(threshold_save(fixture_op(f),
                      fixture_json(f,
                                   "[{\"metric\":\"free_disk\",\"name\":\"여유 \\\"디스크\\\"\",\"unit\":\"GB\","
                                   "\"direction\":\"below\",\"caution\":20,\"danger\":5.5,\"reason\":\"하루치\"}]"),
                      &f->err));
    OK(threshold_list(fixture_op(f), &list, &f->err));
    assert_true(!list.starter && list.count == 1);
    const struct threshold *disk = &list.list[0];
    assert_true(disk->below && disk->has_caution && disk->danger > 5.4 && disk->danger < 5.6);
    assert_int_equal(threshold_level(disk, 21), LEVEL_NORMAL);
    assert_int_equal(threshold_level(disk, 19), LEVEL_CAUTION);
    assert_int_equal(threshold_level(disk, 5), LEVEL_DANGER);
    assert_non_null(strstr(threshold_rules(f->arena, &list), "(free_disk) < 5.5"));
    assert_non_null(strstr(threshold_rules(f->arena, &list), "(free_disk) <= 20 and (free_disk) >= 5.5"));
    static const struct {
        const char *items, *field, *code;
    } WRONG[] = {
        { "[{\"metric\":\"9x\",\"name\":\"a\",\"danger\":1}]", "items.0.metric", "malformed" },
        { "[{\"metric\":\"x\",\"danger\":1}]", "items.0.name", "required" },
        { "[{\"metric\":\"x\",\"name\":\"a\"}]", "items.0.danger", "required" },
        { "[{\"metric\":\"x\",\"name\":\"a\",\"danger\":\"1\"}]", "items.0.danger", "not_number" },
        { "[{\"metric\":\"x\",\"name\":\"a\",\"caution\":2,\"danger\":1}]", "items.0.caution", "out_of_range" },
        { "[{\"metric\":\"x\",\"name\":\"a\",\"danger\":1,\"direction\":\"up\"}]", "items.0.direction", "one_of" },
        { "[{\"metric\":\"x\",\"name\":\"a\",\"danger\":1},{\"metric\":\"x\",\"name\":\"b\",\"danger\":2}]",
          "items.1.metric", "duplicate" },
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_false(threshold_save(fixture_op(f), fixture_json(f, WRONG[i].items), &f->err));
        if (!has_field(&f->op, WRONG[i].field, WRONG[i].code)) fail_msg("%s", WRONG[i].items);
    }
    OK(threshold_list(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 1); /* refused as a whole */
    OK(threshold_save(fixture_op(f), fixture_json(f, "[]"), &f->err));
    OK(threshold_list(fixture_op(f), &list, &f->err));
    assert_true(list.starter);
}

/* --- service levels --- */

static void outage(struct fixture *f, const char *from, const char *until) {
    fixture_set_now(f, at(from));
    struct incident incident = declare_draft(
        f, &(struct incident_draft){ .title = "결제 실패", .severity = "P1", .service = "pay", .started_at = from });
    if (until == NULL) return;
    fixture_set_now(f, at(until));
    OK(incident_recover(fixture_op(f), incident.ref, &(struct recovery){ .cause = "디스크" }, NULL, &f->err));
}

static void test_downtime_is_counted_once(void **state) {
    struct fixture *f = *state;
    struct service service;
    struct slo_list list;
    struct service_input pay = { .key = "pay", .name = "결제", .slo = "99.9" },
                         free = { .key = "free", .name = "무료" };
    OK(service_add(fixture_op(f), &pay, &service, &f->err));
    OK(service_add(fixture_op(f), &free, &service, &f->err));
    outage(f, "2026-03-01T23:50:00Z", "2026-03-02T00:10:00Z"); /* ten of its minutes are in the period */
    outage(f, "2026-03-05T10:00:00Z", "2026-03-05T10:30:00Z");
    outage(f, "2026-03-05T10:20:00Z", "2026-03-05T10:40:00Z"); /* at the same time: ten more */
    outage(f, "2026-03-31T23:55:00Z", NULL); /* still on: until the period's end */
    fixture_set_now(f, at("2026-04-02T00:00:00Z"));
    OK(insight_slo(fixture_op(f), at("2026-03-02T00:00:00Z"), at("2026-04-01T00:00:00Z"), &list, &f->err));
    assert_int_equal(list.count, 1); /* without a target there is nothing to keep */
    const struct slo_row *row = &list.items[0];
    assert_string_equal(row->key, "pay");
    assert_int_equal(row->period_minutes, 30 * 24 * 60);
    assert_int_equal(row->budget_minutes, 43);
    assert_int_equal(row->down_minutes, 10 + 40 + 5);
    assert_int_equal(row->used_percent, 55 * 100 / 43);
    assert_int_equal(row->actual_milli, 99873);
    assert_false(insight_slo(fixture_op(f), 2, 1, &list, &f->err));
    assert_true(has_field(&f->op, "until", "too_early"));
    assert_int_equal(insight_budget_seconds(99990, 365 * 86400), 3153);
}

/* --- schedules --- */

static struct quality quality_of(struct fixture *f, const char *layers, int64_t days) {
    struct schedule *schedule;
    struct range_answer answer;
    struct quality quality;
    const char *body =
        arena_printf(f->arena, "{\"key\":\"k\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[%s]}", layers);
    OK(rota_draft(fixture_op(f), fixture_json(f, body), &schedule, &f->err));
    int64_t from = at("2026-03-02T00:00:00Z") / 1000;
    struct range range = { from, from + days * 86400, DUTY_PRIMARY, VIEW_FINAL };
    OK(schedule_range(schedule, &range, f->arena, &answer, &f->err));
    schedule_quality(schedule, &range, &answer, f->arena, &quality);
    return quality;
}

static void test_how_good_a_schedule_is(void **state) {
    struct fixture *f = *state;
    struct user user;
    for (size_t i = 0; i < 2; i++) {
        const char *login = i == 0 ? "kim" : "lee";
        OK(user_add(fixture_op(f), &(struct user_input){ .login = login, .name = login, .role = "lead" }, &user,
                    &f->err));
    }
#define TURNS(people)                                                                             \
    "{\"name\":\"w\",\"rotation\":{\"start\":\"2026-03-02T09:00\",\"unit\":\"day\",\"length\":1," \
    "\"participants\":" people "}}"
    struct quality even = quality_of(f, TURNS("[\"kim\",\"lee\"]"), 14);
    assert_true(even.coverage > 99.9 && even.balance > 99.9 && even.total > 99.9);
    assert_int_equal(even.overloaded_count, 0);
    struct quality odd = quality_of(f, TURNS("[\"kim\",\"kim\",\"lee\"]"), 15);
    assert_true(odd.balance > 49.9 && odd.balance < 50.1); /* ten days and five */
    assert_int_equal(odd.overloaded_count, 1);
    assert_true(odd.overloaded[0].percent > 33.3 && odd.overloaded[0].percent < 33.4);
    struct quality alone = quality_of(f, TURNS("[\"kim\"]"), 7);
    assert_true(alone.balance > 99.9);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_thresholds_to_begin_with),
                                        FIXTURE_TEST(test_thresholds_of_an_organisation),
                                        FIXTURE_TEST(test_downtime_is_counted_once),
                                        FIXTURE_TEST(test_how_good_a_schedule_is) };
    incidents_start();
    return fixture_run("figures", tests, sizeof tests / sizeof *tests);
}
