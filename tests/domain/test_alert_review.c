/* alert/review: the five classes by name, the two-week and three-month rules, accuracy by week; and what people do with
 * one alert. */
#include "support/incidents.h"

#include "alert/review.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/lifecycle.h"

#include <string.h>

static struct integration sender(struct fixture *f, const char *kind) {
    struct integration integration;
    OK(integration_add(fixture_op(f), &(struct integration_input){ .kind = kind, .name = "모니터링" }, &integration,
                       &f->err));
    return integration;
}

static void send(struct fixture *f, const struct integration *from, struct alert_event event) {
    struct alert_result result;
    OK(alert_ingest(fixture_op(f), from, &(struct alert_batch){ .events = &event, .count = 1 }, &result, &f->err));
}

/* Fires and ends two minutes later. */
static void blink(struct fixture *f, const struct integration *from, const char *name, const char *severity) {
    struct alert_event event = { .fingerprint = name, .title = name, .severity = severity };
    send(f, from, event);
    fixture_advance(f, 2 * MINUTE);
    event.state = ALERT_RESOLVED;
    send(f, from, event);
}

static struct alert newest(struct fixture *f) {
    struct alert_list list;
    OK(alert_list(fixture_op(f), &(struct alert_query){ .limit = 1 }, &list, &f->err));
    assert_int_equal(list.count, 1);
    return list.items[0];
}

static struct alert_review review(struct fixture *f, int64_t days) {
    struct alert_review found;
    OK(alert_review(fixture_op(f), days, &found, &f->err));
    return found;
}

static void test_classes_by_name(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    for (int i = 0; i < 3; i++) blink(f, &from, "CpuHigh", "info");
    blink(f, &from, "Disk", "info");
    struct alert alert = newest(f);
    OK(alert_classify(fixture_op(f), alert.id, "obsolete", &alert, &f->err));
    int64_t changed;
    struct review_classing classing = { from.id, 7, "CpuHigh", "flapped" };
    OK(alert_classify_name(fixture_op(f), &classing, &changed, &f->err));
    assert_int_equal(changed, 3);
    OK(alert_classify_name(fixture_op(f), &classing, &changed, &f->err));
    assert_int_equal(changed, 0); /* what is classed stays */
    blink(f, &from, "CpuHigh", "info");
    struct alert_review found = review(f, 7);
    assert_int_equal(found.total, 5);
    assert_int_equal(found.unclassed, 1);
    assert_int_equal(found.classes[1], 3);
    assert_int_equal(found.classes[4], 1);
    assert_string_equal(found.names.items[0].name, "CpuHigh"); /* what is left to do comes first */
    assert_int_equal(found.names.items[0].fired, 4);
    assert_int_equal(found.names.items[0].brief, 4);
    assert_int_equal(found.weeks[REVIEW_WEEKS - 1].accuracy.classed, 4);
    assert_int_equal(found.weeks[REVIEW_WEEKS - 1].accuracy.percent, 0);
    classing.class = "noise";
    REFUSED(alert_classify_name(fixture_op(f), &classing, &changed, &f->err), ERR_INVALID, "input.invalid");
}

static void test_two_weeks(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    blink(f, &from, "Often", "info");
    blink(f, &from, "Once", "info");
    fixture_advance(f, (int64_t)6 * DAY);
    for (int i = 0; i < 3; i++) blink(f, &from, "Lately", "info");
    blink(f, &from, "Often", "info");
    assert_int_equal(review(f, 7).two_weeks.count, 0); /* within one week */
    fixture_advance(f, (int64_t)5 * DAY);
    blink(f, &from, "Often", "info");
    struct alert_review found = review(f, 7);
    assert_int_equal(found.two_weeks.count, 1);
    assert_string_equal(found.two_weeks.items[0].name, "Often");
    assert_int_equal(found.two_weeks.items[0].fired, 3);
    fixture_advance(f, (int64_t)14 * DAY);
    assert_int_equal(review(f, 7).two_weeks.count, 0);
}

static void test_three_months(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    static const char *const NAMES[] = { "Ignored", "Acted", "Declared", "FalseAlarm" };
    for (size_t i = 0; i < 4; i++) blink(f, &from, NAMES[i], "info");
    fixture_advance(f, (int64_t)85 * DAY);
    assert_int_equal(review(f, 7).three_months.count, 0); /* known for less than three months */
    fixture_advance(f, (int64_t)10 * DAY);
    blink(f, &from, "Ignored", "info");
    blink(f, &from, "New", "info");
    blink(f, &from, "Acted", "info");
    struct alert alert = newest(f);
    OK(alert_classify(fixture_op(f), alert.id, "acted", &alert, &f->err));
    blink(f, &from, "Declared", "critical");
    blink(f, &from, "FalseAlarm", "critical");
    struct incident incident;
    OK(incident_set_status(fixture_op(f), newest(f).incident_ref, "false_alarm", &incident, &f->err));
    struct alert_review found = review(f, 7);
    assert_int_equal(found.three_months.count, 2);
    assert_string_equal(found.three_months.items[0].name, "FalseAlarm");
    assert_string_equal(found.three_months.items[1].name, "Ignored");
}

static void test_weeks_add_up(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    for (int week = 0; week < 15; week++) {
        blink(f, &from, "Weekly", "info");
        struct alert alert = newest(f);
        OK(alert_classify(fixture_op(f), alert.id, week % 2 == 0 ? "acted" : "flapped", &alert, &f->err));
        fixture_advance(f, week == 14 ? HOUR : 7 * (int64_t)DAY - 2 * MINUTE);
    }
    struct alert_review found = review(f, 366);
    int64_t total = 0, acted = 0;
    for (int i = 0; i < REVIEW_WEEKS; i++) {
        total += found.weeks[i].accuracy.total;
        acted += found.weeks[i].accuracy.acted;
        assert_true(found.weeks[i].accuracy.total == 1);
    }
    assert_int_equal(total, REVIEW_WEEKS);
    assert_int_equal(acted, 7);
    assert_int_equal(found.total, 15);
}

static void test_attach_and_declare(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    struct incident first = declare(f, "결제 지연", "P2"), second = declare(f, "주문 지연", "P2");
    int64_t began = f->op.now_ms - 10 * MINUTE;
    send(f, &from, (struct alert_event){ .fingerprint = "a", .title = "느림", .severity = "info", .starts_at = began });
    struct alert alert = newest(f);
    OK(alert_attach(fixture_op(f), alert.id, first.ref, &alert, &f->err));
    assert_string_equal(alert.outcome, "attached");
    assert_string_equal(last_event(f, &first).text, "알람을 붙임: 느림");
    REFUSED(alert_declare(fixture_op(f), alert.id, &(struct alert_declaration){ .severity = "P1" }, &alert, &f->err),
            ERR_CONFLICT, "alert.has_incident");
    OK(alert_attach(fixture_op(f), alert.id, second.ref, &alert, &f->err));
    assert_string_equal(last_event(f, &first).text, "알람을 다른 장애로 옮김: 느림");
    OK(alert_attach(fixture_op(f), alert.id, second.ref, &alert, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM timeline_event WHERE kind = 'alert'"), 3);
    REFUSED(alert_attach(fixture_op(f), alert.id, "INC-1999-0001", &alert, &f->err), ERR_NOT_FOUND, "incident.unknown");
    REFUSED(alert_attach(fixture_op(f), alert.id, "", &alert, &f->err), ERR_INVALID, "input.invalid");

    send(f, &from, (struct alert_event){ .fingerprint = "b", .title = "멈춤", .severity = "info", .starts_at = began });
    alert = newest(f);
    REFUSED(alert_declare(fixture_op(f), alert.id, &(struct alert_declaration){ .severity = "P9" }, &alert, &f->err),
            ERR_INVALID, "input.invalid");
    OK(alert_declare(fixture_op(f), alert.id, &(struct alert_declaration){ .severity = "P1" }, &alert, &f->err));
    struct incident made = reload(f, alert.incident_ref);
    assert_string_equal(made.title, "멈춤");
    assert_true(made.phase_at[PHASE_OCCURRED] == began);
    assert_int_equal(made.detection, DETECTION_MONITORING);
    struct actor viewer = f->admin;
    viewer.permissions = 0;
    f->actor = &viewer;
    REFUSED(alert_attach(fixture_op(f), alert.id, first.ref, &alert, &f->err), ERR_FORBIDDEN, "permission.denied");
}

/* What PagerDuty senders say stops the calls: somebody has it, or it is over. */
static void test_pagerduty_acknowledges(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "pagerduty");
    struct alert_event event = { .fingerprint = "a", .title = "DISK at 99%", .severity = "critical", .group = "g" };
    send(f, &from, event);
    struct incident incident = reload(f, newest(f).incident_ref);
    assert_int_equal(incident.state, INCIDENT_OPEN);
    assert_true(incident.phase_at[PHASE_TRIAGED] == 0); /* a machine has told, nobody has judged */
    assert_string_equal(last_event(f, &incident).actor, "모니터링");
    event.state = ALERT_ACKNOWLEDGED;
    fixture_advance(f, MINUTE);
    send(f, &from, event);
    incident = reload(f, incident.ref);
    assert_int_equal(incident.state, INCIDENT_ACKNOWLEDGED);
    assert_null(incident.owner); /* no machine owns an incident */
    send(f, &from, event); /* once more: nothing to do */

    struct alert_event other = { .fingerprint = "b", .title = "b", .severity = "critical", .group = "h" }, twin = other;
    twin.fingerprint = "c";
    send(f, &from, other);
    send(f, &from, twin);
    incident = reload(f, newest(f).incident_ref);
    other.state = twin.state = ALERT_RESOLVED;
    send(f, &from, other);
    assert_int_equal(reload(f, incident.ref).state, INCIDENT_OPEN); /* one of it still fires */
    send(f, &from, twin);
    assert_int_equal(reload(f, incident.ref).state, INCIDENT_ACKNOWLEDGED);
}

static void test_other_senders_acknowledge_nothing(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "alertmanager");
    struct alert_event event = { .fingerprint = "a", .title = "a", .severity = "critical" };
    send(f, &from, event);
    event.state = ALERT_RESOLVED;
    send(f, &from, event);
    assert_int_equal(reload(f, newest(f).incident_ref).state, INCIDENT_OPEN);
}

/* No length of a sender's texts, and no policy that changed since, loses an alert. */
static void test_nothing_is_too_long(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    char title[400], description[4000];
    memset(title, 'x', sizeof title - 1);
    memset(description, 'y', sizeof description - 1);
    title[sizeof title - 1] = description[sizeof description - 1] = '\0';
    fixture_exec(f, "UPDATE integration SET severity = 'SEV-9'");
    OK(integration_find(fixture_op(f), from.id, &from, &f->err));
    send(f, &from,
         (struct alert_event){ .fingerprint = "a", .title = title, .description = description, .severity = "odd" });
    struct incident incident = reload(f, newest(f).incident_ref);
    assert_int_equal(utf8_count(incident.title), 200);
    assert_int_equal(utf8_count(incident.symptom), 500);
    assert_string_equal(incident.severity, "P2"); /* the middle one, for what says nothing usable */
}

static void test_trying_leaves_nothing(void **state) {
    struct fixture *f = *state;
    struct integration from = sender(f, "generic");
    struct alert_event events[2] = { { .fingerprint = "a", .title = "a", .severity = "critical" },
                                     { .fingerprint = "b", .title = "b", .severity = "info" } };
    struct alert_verdict verdicts[2];
    const struct alert_batch batch = { .events = events, .count = 2, .verdicts = verdicts };
    OK(alert_try(fixture_op(f), &from, &batch, &f->err));
    assert_string_equal(verdicts[0].outcome, "declared");
    assert_string_equal(verdicts[1].outcome, "recorded");
    assert_int_equal(fixture_count(f, "alert"), 0);
    assert_int_equal(fixture_count(f, "incident"), 0);
    assert_int_equal(fixture_count(f, "integration_receipt"), 0);
    send(f, &from, events[0]);
    OK(alert_try(fixture_op(f), &from, &batch, &f->err));
    assert_string_equal(verdicts[0].result, "repeated");
    assert_string_equal(verdicts[0].incident_ref, newest(f).incident_ref);
    assert_int_equal(fixture_number(f, "SELECT occurrences FROM alert"), 1);
}

/* A beat that is missed; a change of its times; switched off. */
static void test_heartbeats(void **state) {
    struct fixture *f = *state;
    struct integration beat;
    struct integration_input input = {
        .kind = "heartbeat", .name = "배치", .beat_seconds = "600", .grace_seconds = "60"
    };
    OK(integration_add(fixture_op(f), &input, &beat, &f->err));
    assert_int_equal(heartbeat_state_at(&beat, f->op.now_ms), HEARTBEAT_WAITING);
    OK(integration_beat(fixture_op(f), &beat, &f->err));
    run_until(f, f->op.now_ms + 10 * MINUTE + 30 * 1000);
    OK(integration_find(fixture_op(f), beat.id, &beat, &f->err));
    assert_int_equal(heartbeat_state_at(&beat, f->op.now_ms), HEARTBEAT_LATE);
    assert_int_equal(fixture_count(f, "alert"), 0);
    run_until(f, f->op.now_ms + MINUTE);
    assert_string_equal(newest(f).outcome, "declared");
    OK(integration_beat(fixture_op(f), &beat, &f->err));
    assert_int_equal(newest(f).state, ALERT_RESOLVED);
    struct integration_input slower = { .beat_seconds = "7200" };
    OK(integration_update(fixture_op(f), beat.id, 0, &slower, &beat, &f->err));
    run_until(f, f->op.now_ms + HOUR);
    assert_int_equal(fixture_count(f, "alert"), 1); /* the new time counts at once */
    OK(integration_update(fixture_op(f), beat.id, 0, &(struct integration_input){ .enabled = "false" }, &beat,
                          &f->err));
    run_until(f, f->op.now_ms + 3 * HOUR);
    assert_int_equal(fixture_count(f, "alert"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_classes_by_name),
        FIXTURE_TEST(test_two_weeks),
        FIXTURE_TEST(test_three_months),
        FIXTURE_TEST(test_weeks_add_up),
        FIXTURE_TEST(test_attach_and_declare),
        FIXTURE_TEST(test_pagerduty_acknowledges),
        FIXTURE_TEST(test_other_senders_acknowledge_nothing),
        FIXTURE_TEST(test_nothing_is_too_long),
        FIXTURE_TEST(test_trying_leaves_nothing),
        FIXTURE_TEST(test_heartbeats),
    };
    incidents_start();
    return fixture_run("alert_review", tests, sizeof tests / sizeof *tests);
}
