/* alert/: from a sender's message to an incident, in any order and any number of times. */
#include "support/incidents.h"

#include "alert/source.h"
#include "base/json.h"
#include "base/str.h"

static struct integration sender(struct fixture *f) {
    struct integration integration;
    OK(integration_add(fixture_op(f), &(struct integration_input){ .kind = "generic", .name = "모니터링" },
                       &integration, &f->err));
    return integration;
}

static struct alert_result send(struct fixture *f, const struct integration *from, struct alert_event event) {
    struct alert_result result;
    if (event.title == NULL) event.title = "결제 5xx";
    struct alert_batch batch = { .events = &event, .count = 1 };
    OK(alert_ingest(fixture_op(f), from, &batch, &result, &f->err));
    return result;
}

static void test_one_incident_per_group(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f);
    for (int i = 0; i < 20; i++) {
        send(f, &from,
             (struct alert_event){
                 .fingerprint = arena_printf(f->arena, "fp%d", i), .group = "g", .severity = "critical" });
    }
    assert_int_equal(fixture_count(f, "incident"), 1);
    assert_int_equal(fixture_count(f, "alert"), 20);
    assert_string_equal(fixture_text(f, "SELECT severity FROM incident"), "P1");
    struct alert_result again = send(f, &from, (struct alert_event){ .fingerprint = "fp3", .group = "g" });
    assert_int_equal(again.repeated, 1);
    assert_int_equal(fixture_count(f, "alert"), 20);
    send(f, &from, (struct alert_event){ .fingerprint = "other", .group = "h", .severity = "warning" });
    assert_int_equal(fixture_count(f, "incident"), 2);
}

static void test_resolved_and_firing_in_any_order(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f);
    struct alert_event firing = { .fingerprint = "a", .starts_at = FIXTURE_NOW - 60000 };
    struct alert_event over = firing;
    over.state = ALERT_RESOLVED;
    send(f, &from, over); /* overtook the firing message */
    assert_int_equal(send(f, &from, firing).stale, 1);
    assert_int_equal(fixture_count(f, "incident"), 0);
    firing.starts_at = FIXTURE_NOW; /* it began anew */
    assert_int_equal(send(f, &from, firing).opened, 1);
    assert_int_equal(send(f, &from, over).resolved, 1);
    assert_int_equal(send(f, &from, over).stale, 1);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM alert WHERE open_key IS NOT NULL"), 0);
    firing.starts_at = FIXTURE_NOW + 1;
    assert_int_equal(send(f, &from, firing).opened, 1);
    over.ends_at = FIXTURE_NOW - 30000; /* the end of the first one, only now */
    assert_int_equal(send(f, &from, over).stale, 1);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM alert WHERE open_key IS NOT NULL"), 1);
}

/* The only incident there is, declared by an alert that began then. */
static struct incident declared_by(struct fixture *f, const char *fingerprint, int64_t starts_at) {
    struct integration from = sender(f);
    struct alert_event event = { .fingerprint = fingerprint, .severity = "critical", .starts_at = starts_at };
    assert_int_equal(send(f, &from, event).declared, 1);
    return reload(f, fixture_text(f, "SELECT ref FROM incident ORDER BY id DESC LIMIT 1"));
}

static int64_t events_with(struct fixture *f, const char *key) {
    return fixture_number(
        f, arena_printf(f->arena, "SELECT count(*) FROM timeline_event WHERE data LIKE '%%alert.event.%s%%'", key));
}

static void test_the_beginning_is_what_the_alert_says(void **state) {
    struct fixture *f = *state;
    struct incident incident = declared_by(f, "a", FIXTURE_NOW - 4 * MINUTE);
    assert_true(incident.phase_at[PHASE_OCCURRED] == FIXTURE_NOW - 4 * MINUTE);
    assert_true(incident.phase_at[PHASE_DETECTED] == FIXTURE_NOW);
    assert_int_equal(incident_measure(&incident, MEASURE_DETECT).minutes, 4);
    assert_int_equal(events_with(f, "began"), 1);
    struct event event = last_event(f, &incident);
    assert_true(event.at == incident.phase_at[PHASE_OCCURRED] && event.phase == PHASE_OCCURRED);
}

static void test_a_beginning_that_cannot_be_is_nobodys_word(void **state) {
    struct fixture *f = *state;
    struct incident unknown = declared_by(f, "a", 0);
    struct incident ahead = declared_by(f, "b", FIXTURE_NOW + 10 * MINUTE);
    assert_true(unknown.phase_at[PHASE_OCCURRED] == 0 && ahead.phase_at[PHASE_OCCURRED] == 0);
    assert_true(unknown.phase_at[PHASE_DETECTED] == FIXTURE_NOW);
    struct incident edge = declared_by(f, "c", FIXTURE_NOW - 6 * HOUR);
    assert_true(edge.phase_at[PHASE_OCCURRED] == FIXTURE_NOW - 6 * HOUR);
    struct incident old = declared_by(f, "d", FIXTURE_NOW - 6 * HOUR - MINUTE);
    assert_true(old.phase_at[PHASE_OCCURRED] == 0);
    assert_int_equal(events_with(f, "too_old"), 1);
    assert_non_null(strstr(last_event(f, &old).text, "6시간"));
}

static void test_declared_by_hand_it_begins_the_same(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f);
    struct alert alert;
    send(f, &from, (struct alert_event){ .fingerprint = "a", .severity = "info", .starts_at = FIXTURE_NOW - HOUR });
    int64_t id = fixture_number(f, "SELECT id FROM alert");
    fixture_advance(f, DAY);
    OK(alert_declare(fixture_op(f), id, &(struct alert_declaration){ .severity = "P2" }, &alert, &f->err));
    struct incident incident = reload(f, alert.incident_ref);
    assert_true(incident.phase_at[PHASE_OCCURRED] == FIXTURE_NOW - HOUR);
    assert_true(incident.phase_at[PHASE_DETECTED] == FIXTURE_NOW);
    assert_int_equal(events_with(f, "began"), 1);
}

static void test_info_and_tests_are_only_recorded(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f);
    send(f, &from, (struct alert_event){ .fingerprint = "a", .severity = "info" });
    send(f, &from, (struct alert_event){ .fingerprint = "b", .severity = "critical", .test = true });
    assert_int_equal(fixture_count(f, "incident"), 0);
    assert_int_equal(fixture_count(f, "alert"), 2);
}

static void test_heartbeat(void **state) {
    struct fixture *f = *state;
    struct integration beat;
    struct error err;
    assert_false(integration_add(fixture_op(f), &(struct integration_input){ .kind = "heartbeat", .name = "배치" },
                                 &beat, &err));
    assert_string_equal(f->op.fields.first->field, "beat_seconds");
    OK(integration_add(fixture_op(f),
                       &(struct integration_input){ .kind = "heartbeat", .name = "배치", .beat_seconds = "300" }, &beat,
                       &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'alert.heartbeat'"),
                     0); /* never seen: inactive */
    OK(integration_beat(fixture_op(f), &beat, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'alert.heartbeat'"), 1);
}

static void test_secrets_are_sealed(void **state) {
    struct fixture *f = *state;
    struct integration from, found;
    bool ok;
    OK(integration_add(fixture_op(f), &(struct integration_input){ .kind = "grafana", .name = "g", .secret = "쉿" },
                       &from, &f->err));
    assert_true(str_starts(fixture_text(f, "SELECT secret FROM integration"), "sealed:"));
    OK(integration_by_key(fixture_op(f), INTEGRATION_GRAFANA, from.key, &found, &ok, &f->err));
    assert_true(ok);
    assert_string_equal(found.secret, "쉿");
    OK(integration_by_key(fixture_op(f), INTEGRATION_GENERIC, from.key, &found, &ok, &f->err));
    assert_false(ok); /* a key of another kind is no key */
    OK(integration_remove(fixture_op(f), from.id, &f->err));
    OK(integration_by_key(fixture_op(f), INTEGRATION_GRAFANA, from.key, &found, &ok, &f->err));
    assert_false(ok);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_one_incident_per_group),
        FIXTURE_TEST(test_resolved_and_firing_in_any_order),
        FIXTURE_TEST(test_the_beginning_is_what_the_alert_says),
        FIXTURE_TEST(test_a_beginning_that_cannot_be_is_nobodys_word),
        FIXTURE_TEST(test_declared_by_hand_it_begins_the_same),
        FIXTURE_TEST(test_info_and_tests_are_only_recorded),
        FIXTURE_TEST(test_heartbeat),
        FIXTURE_TEST(test_secrets_are_sealed),
    };
    incidents_start();
    return fixture_run("alert", tests, sizeof tests / sizeof *tests);
}
