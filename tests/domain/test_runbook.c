/* runbook/: the starter set, the organisation's own in its place, what fits an incident, and a run as a checklist. */
#include "support/incidents.h"

#include "alert/alert.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"
#include "people/permission.h"
#include "runbook/run.h"
#include "text/i18n.h"

#include <string.h>

static void test_starter_set_is_complete(void **state) {
    struct fixture *f = *state;
    struct runbook_list list;
    OK(runbook_list(fixture_op(f), NULL, &list, &f->err));
    assert_int_equal(list.count, 8);
    static const char *const LANGS[] = { "ko", "en" };
    for (size_t i = 0; i < list.count * 2; i++) {
        struct runbook runbook;
        struct runbook_step steps[RUNBOOK_STEPS_MAX];
        OK(runbook_load(fixture_op(f), list.items[i / 2].key, LANGS[i % 2], &runbook, &f->err));
        assert_string_equal(runbook.lang, LANGS[i % 2]);
        assert_false(str_blank(runbook.title) || str_blank(runbook.words) || str_blank(runbook.alerts));
        for (int n = 0; n < RUNBOOK_SECTION_COUNT; n++) assert_false(str_blank(runbook.sections[n]));
        size_t count = runbook_steps(f->arena, &runbook, steps);
        assert_in_range(count, 5, 15);
    }
}

static void test_search(void **state) {
    struct fixture *f = *state;
    struct runbook_list list;
    OK(runbook_list(fixture_op(f), "REDIS 메모리", &list, &f->err));
    assert_true(list.count >= 1);
    assert_string_equal(list.items[0].key, "redis-outage");
    OK(runbook_list(fixture_op(f), "없는낱말", &list, &f->err));
    assert_int_equal(list.count, 0);
}

static void test_what_fits_and_why(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "Redis 연결 실패로 좌석 배정 전체 실패", "P1");
    struct runbook_offers offers;
    OK(runbook_offers(fixture_op(f), incident.ref, &offers, &f->err));
    assert_true(offers.match_count >= 1);
    assert_string_equal(offers.matches[0].runbook->key, "redis-outage");
    assert_string_equal(offers.matches[0].words, "redis, 좌석 배정");
    assert_null(offers.matches[0].alert);
    struct incident other = declare(f, "점심 메뉴", "P3");
    OK(runbook_offers(fixture_op(f), other.ref, &offers, &f->err));
    assert_int_equal(offers.match_count, 0);
}

static void test_its_alerts_count_most(void **state) {
    struct fixture *f = *state;
    struct integration from;
    struct alert_result result;
    OK(integration_add(fixture_op(f), &(struct integration_input){ .kind = "generic", .name = "모니터링" }, &from,
                       &f->err));
    json_t *labels = json_obj(f->arena);
    json_put_text(labels, "alertname", "KafkaBrokerDown");
    struct alert_event event = { .fingerprint = "a", .title = "이상", .severity = "critical", .labels = labels };
    OK(alert_ingest(fixture_op(f), &from, &(struct alert_batch){ .events = &event, .count = 1 }, &result, &f->err));
    struct runbook_offers offers;
    OK(runbook_offers(fixture_op(f), fixture_text(f, "SELECT ref FROM incident"), &offers, &f->err));
    assert_int_equal(offers.match_count, 1);
    assert_string_equal(offers.matches[0].runbook->key, "kafka-down");
    assert_string_equal(offers.matches[0].alert, "KafkaBrokerDown");
}

static void test_one_of_another_service_never_fits(void **state) {
    struct fixture *f = *state;
    const struct runbook mine = { .key = "a", .lang = "ko", .service = "pay", .alerts = "", .words = "느림" };
    const struct runbook_list list = { (struct runbook[]){ mine }, 1 };
    struct runbook_match out[RUNBOOK_MATCHES_MAX];
    const struct runbook_case here = { .service = "pay", .text = "결제가 느림" },
                              there = { "seat", "좌석이 느림", NULL };
    assert_int_equal(runbook_match(f->arena, &list, &here, out), 1);
    assert_true(out[0].service);
    assert_int_equal(runbook_match(f->arena, &list, &there, out), 0);
}

static void test_run_is_a_snapshot_with_a_checklist(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "Redis 장애", "P1");
    struct runbook_run run, again;
    struct checklist list;
    OK(runbook_start(fixture_op(f), incident.ref, "redis-outage", &run, &f->err));
    assert_true(run.checklist_id != 0);
    assert_int_equal(run.runbook.version, 0);
    struct event started = last_event(f, &incident);
    assert_string_equal(event_text(fixture_op(f), &started), "런북을 시작했습니다: Redis 장애와 분산 락 실패");
    OK(incident_tick(fixture_op(f), &(struct check_tick){ run.checklist_id, 1, true, NULL }, &list, &f->err));
    assert_int_equal(list.done, 1);
    assert_string_equal(list.items[0].hint, "redis-cli ping");
    assert_int_equal(last_event(f, &incident).kind, EVENT_CHECKLIST);
    OK(runbook_start(fixture_op(f), incident.ref, "redis-outage", &again, &f->err)); /* pressed twice */
    assert_true(again.id == run.id);

    struct runbook edited;
    const struct runbook_input input = { .sections = { [RUNBOOK_IMMEDIATE_ACTION] = "- 새 조치" },
                                         .reason = "회고에서 배움",
                                         .incident = incident.ref };
    OK(runbook_update(fixture_op(f), "redis-outage", 0, &input, &edited, &f->err));
    assert_int_equal(edited.version, 1);
    struct runbook_offers offers;
    OK(runbook_offers(fixture_op(f), incident.ref, &offers, &f->err));
    assert_int_equal(offers.run_count, 1);
    assert_null(strstr(offers.runs[0].runbook.sections[RUNBOOK_IMMEDIATE_ACTION], "새 조치"));
    for (size_t i = 0; i < offers.match_count; i++) {
        assert_string_not_equal(offers.matches[i].runbook->key, "redis-outage");
    }
}

static void test_editing_keeps_versions_and_languages(void **state) {
    struct fixture *f = *state;
    struct runbook runbook;
    struct runbook_version *versions;
    size_t count;
    struct runbook_input input = { .title = "우리 Redis" };
    OK(runbook_update(fixture_op(f), "redis-outage", -1, &input, &runbook, &f->err));
    input.title = "우리 Redis 2";
    OK(runbook_update(fixture_op(f), "redis-outage", 1, &input, &runbook, &f->err));
    assert_int_equal(runbook.version, 2);
    REFUSED(runbook_update(fixture_op(f), "redis-outage", 1, &input, &runbook, &f->err), ERR_STALE, "runbook.stale");
    OK(runbook_versions(fixture_op(f), &runbook, &versions, &count, &f->err));
    assert_int_equal(count, 3);
    assert_string_equal(versions[1].title, "우리 Redis");
    assert_int_equal(versions[2].version, 0); /* as it was shipped */
    OK(runbook_at_version(fixture_op(f), "redis-outage", 1, &runbook, &f->err));
    assert_string_equal(runbook.title, "우리 Redis");
    OK(runbook_retire(fixture_op(f), "redis-outage", 2, "합침", &f->err));
    OK(runbook_load(fixture_op(f), "redis-outage", "en", &runbook, &f->err));
    assert_true(runbook.retired_at != 0); /* every language */
    REFUSED(runbook_retire(fixture_op(f), "redis-outage", 1, NULL, &f->err), ERR_STALE, "runbook.stale");
    OK(runbook_restore(fixture_op(f), "redis-outage", &f->err));
    OK(runbook_load(fixture_op(f), "kafka-down", "en", &runbook, &f->err));
    assert_int_equal(runbook.version, 0); /* others are as shipped */
}

static void test_adding(void **state) {
    struct fixture *f = *state;
    struct runbook runbook;
    struct runbook_input input = { .key = "cdn",
                                   .title = "CDN 장애",
                                   .words = "cdn, 이미지",
                                   .sections = { [RUNBOOK_CAUSE_CHECKS] = "1. 확인\n```\ncurl x\n```" } };
    OK(runbook_add(fixture_op(f), &input, &runbook, &f->err));
    assert_string_equal(runbook.lang, "ko");
    REFUSED(runbook_add(fixture_op(f), &input, &runbook, &f->err), ERR_CONFLICT, "runbook.exists");
    input.key = "redis-outage"; /* shipped ones are edited, not added again */
    REFUSED(runbook_add(fixture_op(f), &input, &runbook, &f->err), ERR_CONFLICT, "runbook.exists");
    REFUSED(runbook_add(fixture_op(f), &(struct runbook_input){ .key = "x" }, &runbook, &f->err), ERR_INVALID,
            "input.invalid");
    assert_true(has_field(&f->op, "title", "required"));
    assert_true(has_field(&f->op, "immediate_action", "required"));
    input.key = "y";
    input.service = "none-such";
    REFUSED(runbook_add(fixture_op(f), &input, &runbook, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "service", "unknown"));
    REFUSED(runbook_load(fixture_op(f), "nothing", NULL, &runbook, &f->err), ERR_NOT_FOUND, "runbook.unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_starter_set_is_complete),
        FIXTURE_TEST(test_search),
        FIXTURE_TEST(test_what_fits_and_why),
        FIXTURE_TEST(test_its_alerts_count_most),
        FIXTURE_TEST(test_one_of_another_service_never_fits),
        FIXTURE_TEST(test_run_is_a_snapshot_with_a_checklist),
        FIXTURE_TEST(test_editing_keeps_versions_and_languages),
        FIXTURE_TEST(test_adding),
    };
    incidents_start();
    return fixture_run("runbook", tests, sizeof tests / sizeof *tests);
}
