/* Torture of every write of schedules, escalations, alerts, maintenance and runbooks. */
#include "support/incidents.h"
#include "support/torture.h"

#include "alert/alert.h"
#include "alert/receipt.h"
#include "alert/review.h"
#include "alert/threshold.h"
#include "base/fault.h"
#include "base/json.h"
#include "drill/drill.h"
#include "escalation/escalate.h"
#include "incident/lifecycle.h"
#include "escalation/mention.h"
#include "oncall/rota.h"
#include "people/user.h"
#include "runbook/run.h"
#include "service/maintenance.h"
#include "service/service.h"

#include <string.h>

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

static const char *ref, *layer; /* of the incident, the layer that the running test is about */
static int64_t id; /* of the row an operation is about: asked before, since a question is a step that may fail, too */

static void add_user(struct fixture *f, const char *login) {
    struct user user;
    OK(user_add(fixture_op(f), &(struct user_input){ .login = login, .name = login, .role = "lead" }, &user, &f->err));
}

/* --- schedules and paths --- */

#define LAYER(people)                                                                             \
    "\"layers\":[{\"name\":\"w\",\"rotation\":{\"start\":\"2026-02-02T09:00\",\"unit\":\"week\"," \
    "\"length\":1,\"participants\":" people "}}]"
#define SCHEDULE "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\"," LAYER("[\"kim\",\"lee\"]") "}"
#define PATHS                                                                                                       \
    "{\"policies\":{\"P1\":{\"steps\":[{\"targets\":[{\"type\":\"schedule\",\"id\":\"oncall\"}],\"delay_min\":15}," \
    "{\"targets\":[\"lee\"],\"delay_min\":15}],\"repeat\":1,\"ack_timeout_min\":60}}}"

OPERATION(add_schedule) {
    struct rota out;
    return rota_add(fixture_op(f), fixture_json(f, arg), &out, err);
}
OPERATION(change_schedule) {
    struct rota out;
    return rota_update(fixture_op(f), "oncall", 0, fixture_json(f, arg), &out, err);
}
OPERATION(set_participants) {
    return rota_set_participants(fixture_op(f), layer, fixture_json(f, arg), err);
}
OPERATION(add_override) {
    struct rota_override out;
    return rota_override_add(fixture_op(f), "oncall", fixture_json(f, arg), &out, err);
}
OPERATION(end_override) {
    (void)arg;
    return rota_override_end(fixture_op(f), id, err);
}
OPERATION(delete_schedule) {
    return escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ .which = arg, .force = true }, err);
}
OPERATION(put_paths) {
    int64_t version;
    return escalation_paths_put(fixture_op(f), fixture_json(f, arg), &version, err);
}
OPERATION(put_path) {
    int64_t version;
    const struct path_change change = { .severity = "P2",
                                        .version = -1,
                                        .path = arg == NULL ? NULL : fixture_json(f, arg) };
    return escalation_path_put(fixture_op(f), &change, &version, err);
}

static void test_schedules(void **state) {
    struct fixture *f = *state;
    char schedule[] = SCHEDULE, renamed[] = "{\"name\":\"야간 당번\"}", people[] = "{\"participants\":[\"lee\"]}",
         key[] = "oncall", paths[] = PATHS, path[] = "{\"steps\":[{\"targets\":[\"lee\"],\"delay_min\":15}]}",
         override[] =
             "{\"type\":\"replace\",\"in\":\"lee\",\"start\":\"2026-03-02T00:00:00Z\","
             "\"end\":\"2026-03-02T09:00:00Z\"}";
    struct rota rota;
    struct schedule *asked;
    add_user(f, "kim");
    add_user(f, "lee");
    fault_torture(f, add_schedule, schedule);
    fault_torture(f, change_schedule, renamed);
    OK(rota_load(fixture_op(f), key, &rota, &asked, &f->err));
    layer = asked->layers[0].id;
    fault_torture(f, set_participants, people);
    fault_torture(f, add_override, override);
    id = fixture_number(f, "SELECT id FROM schedule_override");
    fault_torture(f, end_override, NULL);
    const struct tortured list[] = { { "all paths", put_paths, paths },
                                     { "the path of one severity", put_path, path },
                                     { "no path for it", put_path, NULL } };
    torture_each(f, list, sizeof list / sizeof *list);
    fault_torture(f, delete_schedule, key);
}

/* --- a running escalation --- */

OPERATION(acknowledge) {
    (void)arg;
    return incident_acknowledge(fixture_op(f), ref, NULL, err);
}
OPERATION(unacknowledge) {
    (void)arg;
    return escalation_unack_now(fixture_op(f), ref, err);
}
OPERATION(escalate) {
    (void)arg;
    return escalation_escalate_now(fixture_op(f), ref, err);
}
OPERATION(silence) {
    (void)arg;
    return escalation_silence_for(fixture_op(f), ref, 30, err);
}

static struct incident escalating(struct fixture *f) {
    struct rota rota;
    int64_t version;
    listen_to_everything(f);
    add_user(f, "kim");
    add_user(f, "lee");
    OK(rota_add(fixture_op(f), fixture_json(f, SCHEDULE), &rota, &f->err));
    OK(escalation_paths_put(fixture_op(f), fixture_json(f, PATHS), &version, &f->err));
    struct incident incident = declare(f, "결제 장애", "P1");
    ref = incident.ref;
    return incident;
}

static void test_escalations(void **state) {
    struct fixture *f = *state;
    const struct tortured list[] = { { "silence", silence, NULL }, { "escalate", escalate, NULL } };
    const struct tortured answered[] = { { "page again", unacknowledge, NULL } };
    escalating(f);
    run_until(f, FIXTURE_NOW + MINUTE);
    torture_each(f, list, sizeof list / sizeof *list);
    fault_torture(f, acknowledge, NULL);
    run_until(f, FIXTURE_NOW + 2 * MINUTE); /* the escalation follows */
    torture_each(f, answered, sizeof answered / sizeof *answered);
}

/* A step that falls due: whatever of it fails, in the end everybody was paged once. */
static void test_steps_fall_due(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    struct incident incident = escalating(f);
    for (int n = 1; n <= 16; n++) {
        fault_arm(n);
        (void)try_until(f, FIXTURE_NOW + n * (int64_t)MINUTE);
        fault_arm(0);
    }
    run_until(f, FIXTURE_NOW + 20 * (int64_t)MINUTE);
    const char *twice = arena_printf(f->arena,
                                     "SELECT count(*) FROM (SELECT 1 AS one FROM escalation_page WHERE incident_id = "
                                     "%lld GROUP BY run, loop, step, recipient HAVING count(*) > 1) AS t",
                                     (long long)incident.id);
    assert_int_equal(fixture_number(f, twice), 0);
    assert_int_equal(fixture_number(f, "SELECT count(DISTINCT step) FROM escalation_page"), 2);
#else
    (void)state;
#endif
}

/* --- alerts --- */

static struct integration from;

OPERATION(add_integration) {
    struct integration_input input = { .kind = arg, .name = arg, .beat_seconds = "300" };
    return integration_add(fixture_op(f), &input, &from, err);
}
OPERATION(change_integration) {
    struct integration out;
    return integration_update(fixture_op(f), from.id, 0, &(struct integration_input){ .name = arg }, &out, err);
}
OPERATION(rotate) {
    struct integration out;
    (void)arg;
    return integration_rotate(fixture_op(f), from.id, 0, &out, err);
}
OPERATION(remove_integration) {
    (void)arg;
    return integration_remove(fixture_op(f), from.id, err);
}
OPERATION(ingest) {
    struct alert_result out;
    return alert_ingest(fixture_op(f), &from, &(struct alert_batch){ .events = arg, .count = 1 }, &out, err);
}
OPERATION(classify) {
    struct alert out;
    return alert_classify(fixture_op(f), id, arg, &out, err);
}
OPERATION(classify_name) {
    int64_t changed;
    struct review_classing classing = { from.id, 30, arg, "duplicate" };
    return alert_classify_name(fixture_op(f), &classing, &changed, err);
}
OPERATION(attach) {
    struct alert out;
    return alert_attach(fixture_op(f), id, arg, &out, err);
}
OPERATION(declare_it) {
    struct alert out;
    (void)arg;
    return alert_declare(fixture_op(f), id, &(struct alert_declaration){ .severity = "P2" }, &out, err);
}
OPERATION(refuse) {
    return receipt_refuse(fixture_op(f), from.id, arg, "body", err);
}
OPERATION(beat) {
    (void)arg;
    return integration_beat(fixture_op(f), &from, err);
}

static void test_alerts(void **state) {
    struct fixture *f = *state;
    char generic[] = "generic", heartbeat[] = "heartbeat", name[] = "모니터링", class[] = "flapped";
    struct alert_event firing = {
        .fingerprint = "a", .title = "결제 5xx", .group = "g", .severity = "critical", .starts_at = FIXTURE_NOW
    };
    struct alert_event beside = firing, over = firing;
    beside.fingerprint = "b";
    over.state = ALERT_RESOLVED;
    const struct tortured list[] = {
        { "add a source", add_integration, generic }, { "change it", change_integration, name },
        { "an alert declares", ingest, &firing },     { "another joins", ingest, &beside },
        { "the same again", ingest, &firing },        { "it is over", ingest, &over }
    };
    const struct tortured after[] = { { "classify", classify, class },
                                      { "rotate the secret", rotate, NULL },
                                      { "remove the source", remove_integration, NULL },
                                      { "add a heartbeat", add_integration, heartbeat },
                                      { "a beat", beat, NULL } };
    listen_to_everything(f);
    torture_each(f, list, sizeof list / sizeof *list);
    id = fixture_number(f, "SELECT min(id) FROM alert");
    torture_each(f, after, sizeof after / sizeof *after);
    assert_int_equal(fixture_count(f, "incident"), 1);
    assert_int_equal(fixture_count(f, "alert"), 2);
}

/* What people do with alerts, and what is refused. */
static void test_alerts_by_hand(void **state) {
    struct fixture *f = *state;
    char generic[] = "generic", title[] = "결제 5xx", reason[] = "signature";
    struct alert_event one = { .fingerprint = "a", .title = title, .group = "a", .starts_at = FIXTURE_NOW };
    OK(add_integration(f, generic, &f->err));
    OK(ingest(f, &one, &f->err));
    fixture_exec(f, "UPDATE alert SET incident_id = NULL");
    id = fixture_number(f, "SELECT id FROM alert");
    struct incident other = declare(f, "결제 장애", "P2");
    const struct tortured list[] = { { "an incident of an alert", declare_it, NULL },
                                     { "put it to another", attach, arena_str(f->arena, other.ref) },
                                     { "class all of a name", classify_name, title },
                                     { "refuse a request", refuse, reason } };
    torture_each(f, list, sizeof list / sizeof *list);
}

/* --- thresholds --- */

OPERATION(save_thresholds) {
    return threshold_save(fixture_op(f), fixture_json(f, arg), err);
}
OPERATION(add_threshold) {
    return threshold_edit(fixture_op(f), &(struct threshold_edit){ .item = fixture_json(f, arg) }, err);
}

static void test_thresholds(void **state) {
    char all[] = "[{\"metric\":\"free_disk\",\"name\":\"여유 디스크\",\"direction\":\"below\",\"danger\":5}]",
         one[] = "{\"metric\":\"lag\",\"name\":\"지연\",\"caution\":10,\"danger\":30}";
    const struct tortured list[] = { { "save the catalogue", save_thresholds, all },
                                     { "add a threshold", add_threshold, one } };
    torture_each(*state, list, sizeof list / sizeof *list);
}

/* --- maintenance, runbooks --- */

OPERATION(plan) {
    struct maintenance out;
    const struct maintenance_input input = { .title = arg,
                                             .service = "pay",
                                             .starts_at = "2026-03-02T21:00:00+09:00",
                                             .ends_at = "2026-03-02T22:00:00+09:00",
                                             .repeat = "weekly",
                                             .times = "3" };
    return maintenance_plan(fixture_op(f), &input, &out, err);
}
OPERATION(replan) {
    struct maintenance out;
    return maintenance_edit(fixture_op(f), id, 0, &(struct maintenance_input){ .title = arg }, &out, err);
}
OPERATION(call_off) {
    struct maintenance out;
    (void)arg;
    return maintenance_cancel(fixture_op(f), id, true, &out, err);
}
OPERATION(add_runbook) {
    struct runbook out;
    struct runbook_input input = { .key = "batch-stuck", .title = arg, .sections = { "배치가 멈춘다" } };
    return runbook_add(fixture_op(f), &input, &out, err);
}
OPERATION(change_runbook) {
    struct runbook out;
    return runbook_update(fixture_op(f), "batch-stuck", -1, &(struct runbook_input){ .title = arg }, &out, err);
}
OPERATION(start_runbook) {
    struct runbook_run out;
    return runbook_start(fixture_op(f), ref, arg, &out, err);
}
OPERATION(retire_runbook) {
    return runbook_retire(fixture_op(f), arg, -1, "합침", err);
}
OPERATION(restore_runbook) {
    return runbook_restore(fixture_op(f), arg, err);
}
OPERATION(start_drill) {
    struct incident out;
    const struct drill_input input = { .script = arg, .severity = "P1", .speed = "10" };
    return drill_start(fixture_op(f), &input, &out, err);
}

static void test_plans_and_runbooks(void **state) {
    struct fixture *f = *state;
    char title[] = "DB 점검", renamed[] = "DB 교체", key[] = "redis-outage", script[] = "cache-full";
    const struct tortured list[] = {
        { "change the plan", replan, renamed },  { "call it off", call_off, NULL },
        { "add a runbook", add_runbook, title }, { "change it", change_runbook, renamed },
        { "start one", start_runbook, key },     { "retire it", retire_runbook, key },
        { "restore it", restore_runbook, key },  { "start a drill", start_drill, script }
    };
    struct service service;
    OK(service_add(fixture_op(f), &(struct service_input){ .key = "pay", .name = "결제" }, &service, &f->err));
    struct incident incident = declare(f, "Redis 연결 실패", "P1");
    ref = incident.ref;
    fault_torture(f, plan, title);
    id = fixture_number(f, "SELECT min(id) FROM maintenance");
    torture_each(f, list, sizeof list / sizeof *list);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_schedules),         FIXTURE_TEST(test_escalations),
                                        FIXTURE_TEST(test_steps_fall_due),    FIXTURE_TEST(test_alerts),
                                        FIXTURE_TEST(test_alerts_by_hand),    FIXTURE_TEST(test_thresholds),
                                        FIXTURE_TEST(test_plans_and_runbooks) };
    incidents_start();
    return fixture_run("duty faults", tests, sizeof tests / sizeof *tests);
}
