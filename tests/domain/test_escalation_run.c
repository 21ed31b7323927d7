/* Real escalations over stored rows, by the worker on the test clock. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "escalation/forecast.h"
#include "escalation/mention.h"
#include "incident/lifecycle.h"
#include "oncall/rota.h"
#include "people/user.h"
#include "text/when.h"

#include <stdio.h>
#include <string.h>

static void add_user(struct fixture *f, const char *login, const char *role) {
    struct user user;
    struct user_input input = { .login = login, .name = login, .role = role };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
}

#define PATHS                                                                                                      \
    "{\"policies\":{"                                                                                              \
    "\"P1\":{\"steps\":[{\"targets\":[{\"type\":\"schedule\",\"id\":\"oncall\"}],\"delay_min\":15},"               \
    "{\"targets\":[{\"type\":\"team\",\"id\":\"@lead\"}],\"delay_min\":15}],\"repeat\":1,\"ack_timeout_min\":60}," \
    "\"P2\":{\"steps\":[{\"targets\":[\"lee\"],\"delay_min\":20},{\"targets\":[\"nobody\"],\"delay_min\":20}]}}}"

static void prepare(struct fixture *f) {
    struct rota rota;
    int64_t version;
    add_user(f, "kim", "responder");
    add_user(f, "lee", "lead");
    OK(rota_add(
        fixture_op(f),
        fixture_json(
            f,
            "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\",\"rotation\":"
            "{\"start\":\"2026-02-02T09:00\",\"unit\":\"week\",\"length\":1,\"participants\":[\"kim\"]}}]}"),
        &rota, &f->err));
    OK(escalation_paths_put(fixture_op(f), fixture_json(f, PATHS), &version, &f->err));
    assert_int_equal(version, 1);
}

static void run_to(struct fixture *f, int64_t minutes) {
    run_until(f, FIXTURE_NOW + minutes * (int64_t)MINUTE);
}

/* "0 kim/1 15 lee/2": minute, person, step. */
static const char *pages(struct fixture *f, const char *ref) {
    json_t *shown;
    char text[2000] = "";
    size_t len = 0;
    OK(escalation_show(fixture_op(f), ref, &shown, &f->err));
    json_t *list = json_object_get(shown, "pages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *page = json_array_get(list, i);
        struct user user = { .name = json_text(page, "reason") };
        const char *to = json_text(page, "to");
        int64_t id;
        if (to != NULL && str_to_i64(to, &id)) OK(user_load(fixture_op(f), id, &user, &f->err));
        const char *sql = arena_printf(f->arena, "SELECT at FROM escalation_page ORDER BY id LIMIT 1 OFFSET %zu", i);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%lld %s/%d", i > 0 ? " " : "",
                                (long long)((fixture_number(f, sql) * 1000 - FIXTURE_NOW) / MINUTE), user.name,
                                (int)json_integer_value(json_object_get(page, "step")));
    }
    return arena_str(f->arena, text);
}

static void test_an_unanswered_incident_walks_its_path(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    run_to(f, 0);
    assert_string_equal(pages(f, incident.ref), "0 kim/1");
    fixture_reopen(f); /* the server died: the due row is there */
    run_to(f, 14);
    assert_string_equal(pages(f, incident.ref), "0 kim/1");
    run_to(f, 200);
    assert_string_equal(pages(f, incident.ref), "0 kim/1 15 lee/2 30 kim/1 45 lee/2");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'escalation.step'"), 0);
}

static void test_an_acknowledgement_stops_it_until_it_expires(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    run_to(f, 10);
    OK(incident_acknowledge(fixture_op(f), incident.ref, &incident, &f->err));
    run_to(f, 69);
    assert_string_equal(pages(f, incident.ref), "0 kim/1");
    run_to(f, 71);
    assert_string_equal(pages(f, incident.ref), "0 kim/1 70 kim/1");
    OK(incident_find(fixture_op(f), incident.ref, &incident, &f->err));
    assert_int_equal(incident.state, INCIDENT_OPEN); /* nobody has it any more */
    OK(incident_acknowledge(fixture_op(f), incident.ref, &incident, &f->err));
    run_to(f, 100);
    assert_string_equal(pages(f, incident.ref), "0 kim/1 70 kim/1");
}

static void test_severity_hand_and_silence(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P2");
    run_to(f, 5);
    OK(incident_set_severity(fixture_op(f), incident.ref, "P1", "결제 불가 확인", &incident, &f->err));
    run_to(f, 6);
    assert_string_equal(pages(f, incident.ref), "0 lee/1 5 kim/1");
    OK(escalation_escalate_now(fixture_op(f), incident.ref, &f->err));
    assert_string_equal(pages(f, incident.ref), "0 lee/1 5 kim/1 6 lee/2");
    OK(escalation_silence_for(fixture_op(f), incident.ref, 60, &f->err));
    run_to(f, 67);
    assert_string_equal(pages(f, incident.ref), "0 lee/1 5 kim/1 6 lee/2 66 kim/1");
    struct op *op = fixture_op(f);
    assert_false(escalation_silence_for(op, incident.ref, 0, &f->err));
    OK(incident_set_status(fixture_op(f), incident.ref, "false_alarm", &incident, &f->err));
    run_to(f, 300);
    assert_string_equal(pages(f, incident.ref), "0 lee/1 5 kim/1 6 lee/2 66 kim/1");
    assert_false(escalation_escalate_now(fixture_op(f), incident.ref, &f->err));
    assert_string_equal(f->err.code, "escalation.refused");
}

/* "0 kim/1 15 lee/2": minutes after the test's start, person, step. */
static const char *told(struct fixture *f, const json_t *forecast) {
    char text[2000] = "";
    size_t len = 0;
    const json_t *list = json_object_get(forecast, "pages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *page = json_array_get(list, i);
        int64_t ms;
        OK(when_parse(json_text(page, "t"), &ms, &f->err));
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%lld %s/%d", i > 0 ? " " : "",
                                (long long)((ms - FIXTURE_NOW) / MINUTE), json_text(page, "name"),
                                (int)json_integer_value(json_object_get(page, "step")));
    }
    return arena_str(f->arena, text);
}

static void test_a_forecast_is_what_then_happens(void **state) {
    struct fixture *f = *state;
    json_t *out;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    run_to(f, 5);
    OK(escalation_forecast_incident(fixture_op(f), incident.ref, 0, &out, &f->err));
    assert_string_equal(told(f, out), "15 lee/2 30 kim/1 45 lee/2");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM escalation_page"), 1); /* nobody was paged by asking */
    run_to(f, 200);
    assert_string_equal(pages(f, incident.ref), "0 kim/1 15 lee/2 30 kim/1 45 lee/2");
    struct forecast_question question = { "current", "P2", FIXTURE_NOW };
    OK(escalation_forecast(fixture_op(f), &question, &out, &f->err));
    assert_string_equal(told(f, out), "0 lee/1");
    assert_string_equal(json_text(json_array_get(json_object_get(out, "skipped"), 0), "reason"), "nobody");
    question.severity = "P9";
    struct op *op = fixture_op(f);
    assert_false(escalation_forecast(op, &question, &out, &f->err));
    assert_string_equal(op->fields.first->field, "severity");
    question = (struct forecast_question){ "77", "P1", FIXTURE_NOW };
    assert_false(escalation_forecast(fixture_op(f), &question, &out, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
}

static void test_an_acknowledgement_is_taken_back(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    run_to(f, 10);
    OK(incident_acknowledge(fixture_op(f), incident.ref, &incident, &f->err));
    run_to(f, 12);
    OK(escalation_unack_now(fixture_op(f), incident.ref, &f->err));
    assert_string_equal(pages(f, incident.ref), "0 kim/1 12 kim/1");
    OK(incident_find(fixture_op(f), incident.ref, &incident, &f->err));
    assert_int_equal(incident.state, INCIDENT_OPEN);
    assert_false(escalation_unack_now(fixture_op(f), incident.ref, &f->err)); /* there is nothing to take back */
    assert_string_equal(f->err.code, "escalation.refused");
    run_to(f, 28);
    assert_string_equal(pages(f, incident.ref), "0 kim/1 12 kim/1 27 lee/2");
}

static void test_presets_can_be_read(void **state) {
    struct fixture *f = *state;
    const char *presets[] = { "lines", "tiers", "pair" };
    for (size_t i = 0; i < 3; i++) {
        int64_t version;
        json_t *out;
        OK(escalation_paths_put(fixture_op(f),
                                fixture_json(f, arena_printf(f->arena, "{\"preset\":\"%s\"}", presets[i])), &version,
                                &f->err));
        OK(escalation_paths_load(fixture_op(f), &out, &f->err));
        assert_non_null(json_object_get(json_object_get(out, "policies"), "P3"));
    }
    struct op *op = fixture_op(f);
    int64_t version;
    assert_false(escalation_paths_put(
        op, fixture_json(f, "{\"policies\":{\"P1\":{\"steps\":[{\"targets\":[],\"delay_min\":0}]}}}"), &version,
        &f->err));
    assert_string_equal(op->fields.first->field, "policies.P1.steps[0].delay_min");
    /* without any path of its own, people or schedule, an incident still reaches the administrators */
    add_user(f, "boss", "admin");
    struct incident incident = declare(f, "결제 장애", "P1");
    run_to(f, 1);
    const char *got = pages(f, incident.ref);
    assert_non_null(strstr(got, "boss/"));
}

/* One severity's path is changed; what somebody else did to it meanwhile is not overwritten unseen. */
static void test_one_path_is_changed(void **state) {
    struct fixture *f = *state;
    json_t *paths;
    int64_t version;
    prepare(f);
    const json_t *path = fixture_json(f, "{\"steps\":[{\"targets\":[\"lee\"],\"delay_min\":3}]}");
    struct path_change change = { "P1", 1, path };
    OK(escalation_path_put(fixture_op(f), &change, &version, &f->err));
    assert_int_equal(version, 2);
    assert_false(escalation_path_put(fixture_op(f), &change, &version, &f->err));
    assert_string_equal(f->err.code, "escalation.paths_stale");
    struct path_change other = { "P2", 1, path }; /* P2 is as it was in version 1 */
    OK(escalation_path_put(fixture_op(f), &other, &version, &f->err));
    OK(escalation_paths_load(fixture_op(f), &paths, &f->err));
    assert_int_equal(json_integer_value(json_object_get(paths, "version")), 3);
    assert_true(json_equal(json_object_get(json_object_get(paths, "policies"), "P1"), path));
    struct path_change gone = { "P2", 3, NULL };
    OK(escalation_path_put(fixture_op(f), &gone, &version, &f->err));
    OK(escalation_paths_load(fixture_op(f), &paths, &f->err));
    assert_null(json_object_get(json_object_get(paths, "policies"), "P2"));
    struct op *op = fixture_op(f);
    struct path_change wrong = {
        "P1", -1, fixture_json(f, "{\"steps\":[{\"targets\":[{\"type\":\"x\",\"id\":\"y\"}],\"delay_min\":3}]}")
    };
    assert_false(escalation_path_put(op, &wrong, &version, &f->err));
    assert_string_equal(op->fields.first->field, "policies.P1.steps[0].targets[0].type");
    assert_false(
        escalation_paths_put(fixture_op(f), fixture_json(f, "{\"version\":2,\"preset\":\"pair\"}"), &version, &f->err));
    assert_string_equal(f->err.code, "escalation.paths_stale");
}

/* A draft is asked without being stored; its window keeps clear of the organisation's holidays (1 March 2026 is a
 * Sunday and a holiday, the 2nd is given back for it). */
static void test_a_draft_is_forecast(void **state) {
    struct fixture *f = *state;
    json_t *out, *paths;
    prepare(f);
    const char *text =
        "{\"steps\":[{\"targets\":[\"lee\"],\"delay_min\":5,\"window\":{\"zone\":\"Asia/Seoul\","
        "\"from\":\"09:00\",\"to\":\"18:00\",\"outside\":\"wait\",\"holidays\":true}}]}";
    struct forecast_draft draft = { "P1", fixture_json(f, text), FIXTURE_NOW };
    OK(escalation_forecast_draft(fixture_op(f), &draft, &out, &f->err));
    const json_t *page = json_array_get(json_object_get(out, "pages"), 0);
    assert_string_equal(json_text(page, "t"), "2026-03-03T00:00:00Z");
    assert_string_equal(json_text(page, "name"), "lee");
    OK(escalation_paths_load(fixture_op(f), &paths, &f->err));
    assert_int_equal(json_integer_value(json_object_get(paths, "version")), 1);
}

static void test_a_schedule_that_paths_call_is_deleted_knowingly(void **state) {
    struct fixture *f = *state;
    prepare(f); /* P1 calls "oncall", P2 lee */
    const struct schedule_removal unaware = { "oncall", 0, false }, aware = { "oncall", 0, true };
    REFUSED(escalation_schedule_delete(fixture_op(f), &unaware, &f->err), ERR_CONFLICT, "schedule.named_by_path");
    assert_int_equal(fixture_count(f, "schedule"), 1);
    const char *const people[] = { "lee", NULL }, *const strangers[] = { "kim", NULL };
    struct mention mention = { TARGET_USER, people, NULL };
    OK(escalation_mentions(fixture_op(f), &mention, &f->err));
    assert_string_equal(mention.severities, "P2");
    mention.names = strangers;
    OK(escalation_mentions(fixture_op(f), &mention, &f->err));
    assert_string_equal(mention.severities, "");
    struct incident incident = declare(f, "결제 장애", "P1");
    OK(escalation_schedule_delete(fixture_op(f), &aware, &f->err));
    run_to(f, 1);
    assert_string_equal(pages(f, incident.ref), "0 nobody/1 0 lee/2"); /* the step is passed, nothing is lost */
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_an_unanswered_incident_walks_its_path),
        FIXTURE_TEST(test_an_acknowledgement_stops_it_until_it_expires),
        FIXTURE_TEST(test_severity_hand_and_silence),
        FIXTURE_TEST(test_a_forecast_is_what_then_happens),
        FIXTURE_TEST(test_an_acknowledgement_is_taken_back),
        FIXTURE_TEST(test_presets_can_be_read),
        FIXTURE_TEST(test_one_path_is_changed),
        FIXTURE_TEST(test_a_draft_is_forecast),
        FIXTURE_TEST(test_a_schedule_that_paths_call_is_deleted_knowingly),
    };
    return fixture_run("escalation", tests, sizeof tests / sizeof *tests);
}
