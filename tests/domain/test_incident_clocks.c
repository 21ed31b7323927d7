/* Due times of incidents with a moved clock: what falls due happens once, in its time, also after a restart. */
#include "support/incidents.h"

#include "incident/lifecycle.h"
#include "incident/recover.h"

static int64_t events(struct fixture *f, const char *key) {
    return fixture_number(
        f, arena_printf(f->arena, "SELECT count(*) FROM timeline_event WHERE data LIKE '%%\"timeline.%s\"%%'", key));
}

static struct update update(struct fixture *f, const char *ref, const char *minutes) {
    struct update made;
    struct update_draft draft = { .text = "확인 중입니다", .next_minutes = minutes };
    OK(incident_update(fixture_op(f), ref, &draft, &made, &f->err));
    return made;
}

static void test_what_a_declaration_owes(void **state) {
    struct fixture *f = *state;
    struct incident i = declare_draft(
        f,
        &(struct incident_draft){ .title = "전체 중단", .severity = "P1", .started_at = "2026-03-01T19:58:00+09:00" });
    int64_t begin = at("2026-03-01T19:58:00+09:00");
    assert_true(clock_of(f, &i, CLOCK_ACK).due_at == FIXTURE_NOW + 5 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_UPDATE).due_at == FIXTURE_NOW + 60 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_HELP_OFFER).due_at == begin + 10 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_EXECUTIVE_REPORT).due_at == begin + 30 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_MITIGATION).due_at == begin + 10 * MINUTE);
    assert_int_equal(clock_of(f, &i, CLOCK_DETECT).state, CLOCK_MISSED); /* noticed after two minutes, not one */
    assert_int_equal(clock_of(f, &i, CLOCK_TRIAGE).state, CLOCK_MET);
    assert_int_equal(clock_of(f, &i, CLOCK_REPORT).round, 0);
    struct incident lower = declare(f, "느린 검색", "P2");
    assert_int_equal(clock_of(f, &lower, CLOCK_EXECUTIVE_REPORT).round, 0);
    assert_int_equal(clock_of(f, &lower, CLOCK_DETECT).round, 0); /* nobody said when it began */
}

static void test_a_missed_update_reminds_then_escalates(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident i = declare(f, "로그인 실패", "P2");
    run_until(f, FIXTURE_NOW + 60 * MINUTE - 1);
    assert_int_equal(sent(f, "incident.update_due"), 0);
    assert_int_equal(clock_of(f, &i, CLOCK_UPDATE).state, CLOCK_PENDING);
    run_until(f, FIXTURE_NOW + 60 * MINUTE);
    assert_int_equal(sent(f, "incident.update_due"), 1);
    assert_int_equal(clock_of(f, &i, CLOCK_UPDATE).state, CLOCK_MISSED);
    run_until(f, FIXTURE_NOW + 69 * MINUTE);
    assert_int_equal(sent(f, "incident.update_missed"), 0);
    run_until(f, FIXTURE_NOW + 70 * MINUTE);
    assert_int_equal(sent(f, "incident.update_missed"), 1);
    assert_int_equal(events(f, "update_escalated"), 1);
    run_until(f, FIXTURE_NOW + 130 * MINUTE);
    assert_int_equal(sent(f, "incident.update_missed"), 2);
    struct update made = update(f, i.ref, NULL);
    struct clock_row clock = clock_of(f, &i, CLOCK_UPDATE);
    assert_int_equal(clock.round, 2);
    assert_int_equal(clock.state, CLOCK_PENDING);
    assert_true(clock.due_at == made.next_due && made.next_due == FIXTURE_NOW + 190 * MINUTE);
    run_until(f, FIXTURE_NOW + 189 * MINUTE);
    assert_int_equal(sent(f, "incident.update_due"), 1);
}

static void test_an_update_restarts_the_clock(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "로그인 실패", "P2");
    fixture_advance(f, 50 * MINUTE);
    update(f, i.ref, "15");
    assert_true(clock_of(f, &i, CLOCK_UPDATE).due_at == FIXTURE_NOW + 65 * MINUTE);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM incident_clock WHERE kind = 'update' AND state = 'met'"),
                     1);
    struct op *op = fixture_op(f);
    struct update made;
    assert_false(
        incident_update(op, i.ref, &(struct update_draft){ .text = " ", .next_minutes = "0" }, &made, &f->err));
    assert_true(has_field(op, "text", "required") && has_field(op, "next_update_minutes", "out_of_range"));
}

static void test_an_update_told_late_promises_nothing(void **state) {
    struct fixture *f = *state;
    struct error *err = &f->err;
    struct update made;
    listen_to_everything(f);
    struct incident i = declare_draft(
        f, &(struct incident_draft){ .title = "느림", .severity = "P1", .started_at = "2026-03-01T19:58:00+09:00" });
    fixture_advance(f, 30 * MINUTE);
    int64_t promised = update(f, i.ref, "15").next_due;
    int64_t sent_before = sent(f, "incident.updated");
    struct update_draft late = { .text = "그때는 확인 중", .at = "2026-03-01T20:10:00+09:00" };
    OK(incident_update(fixture_op(f), i.ref, &late, &made, err));
    assert_true(made.next_due == promised && made.at == at("2026-03-01T20:10:00+09:00"));
    assert_true(clock_of(f, &i, CLOCK_UPDATE).due_at == promised);
    assert_int_equal(sent(f, "incident.updated"), sent_before);
    assert_non_null(strstr(message_of(f, i.ref, MESSAGE_UPDATE, "ko"), "확인 중입니다"));
    assert_int_equal(last_event(f, &i).kind, EVENT_UPDATE);
    late.at = "2026-03-01T19:57:00+09:00";
    REFUSED(incident_update(fixture_op(f), i.ref, &late, &made, err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "at", "too_early"));
}

static void test_reminders_snooze_and_stop(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident i = declare(f, "로그인 실패", "P2");
    fixture_advance(f, 50 * MINUTE);
    OK(incident_remind(fixture_op(f), i.ref, REMINDER_SNOOZE_30, &i, &f->err));
    run_until(f, FIXTURE_NOW + 79 * MINUTE);
    assert_int_equal(clock_of(f, &i, CLOCK_UPDATE).state, CLOCK_MISSED); /* the promise is broken all the same */
    assert_int_equal(sent(f, "incident.update_due"), 0);
    fixture_reopen(f);
    run_until(f, FIXTURE_NOW + 80 * MINUTE);
    assert_int_equal(sent(f, "incident.update_due"), 1);
    OK(incident_remind(fixture_op(f), i.ref, REMINDER_STOP, &i, &f->err));
    run_until(f, FIXTURE_NOW + 300 * MINUTE);
    assert_int_equal(sent(f, "incident.update_missed"), 0);
    OK(incident_remind(fixture_op(f), i.ref, REMINDER_SEND, &i, &f->err));
    assert_int_equal(sent(f, "incident.update_missed"), 1);
    update(f, i.ref, "30"); /* and the next round reminds again */
    run_until(f, FIXTURE_NOW + 330 * MINUTE);
    assert_int_equal(sent(f, "incident.update_due"), 2);
}

static void test_help_is_offered_without_a_cause(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident unknown = declare(f, "원인 불명", "P2");
    struct incident known = declare_draft(
        f, &(struct incident_draft){ .title = "레디스", .severity = "P2", .suspected_cause = "연결 장애" });
    struct incident found = declare(f, "곧 알게 됨", "P2");
    fixture_advance(f, 5 * MINUTE);
    OK(incident_correct(fixture_op(f), found.ref, &(struct incident_patch){ .suspected_cause = "디스크" }, &found,
                        &f->err));
    run_until(f, FIXTURE_NOW + 10 * MINUTE);
    assert_int_equal(sent(f, "incident.help_offered"), 1);
    assert_int_equal(clock_of(f, &unknown, CLOCK_HELP_OFFER).state, CLOCK_MET);
    assert_int_equal(clock_of(f, &known, CLOCK_HELP_OFFER).round, 0);
    assert_int_equal(clock_of(f, &found, CLOCK_HELP_OFFER).round, 0); /* waived clocks are not shown */
}

static void test_executives_hear_of_what_lasts(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident lasting = declare(f, "전체 중단", "P1"), short_one = declare(f, "결제 불가", "P1");
    fixture_advance(f, 20 * MINUTE);
    OK(incident_recover(fixture_op(f), short_one.ref, &(struct recovery){ 0 }, &short_one, &f->err));
    run_until(f, FIXTURE_NOW + 31 * MINUTE);
    assert_int_equal(sent(f, "incident.executive_report"), 1);
    assert_int_equal(clock_of(f, &lasting, CLOCK_EXECUTIVE_REPORT).state, CLOCK_MET);
    assert_int_equal(clock_of(f, &short_one, CLOCK_EXECUTIVE_REPORT).round, 0);
}

static void test_clocks_follow_the_severity(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "느림", "P3");
    assert_int_equal(clock_of(f, &i, CLOCK_EXECUTIVE_REPORT).round, 0);
    fixture_advance(f, 12 * MINUTE);
    OK(incident_set_severity(fixture_op(f), i.ref, "P1", "전면 중단으로 번짐", &i, &f->err));
    assert_true(clock_of(f, &i, CLOCK_EXECUTIVE_REPORT).due_at == FIXTURE_NOW + 30 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_ACK).due_at == FIXTURE_NOW + 5 * MINUTE);
    assert_true(clock_of(f, &i, CLOCK_UPDATE).due_at == FIXTURE_NOW + 72 * MINUTE);
    OK(incident_set_severity(fixture_op(f), i.ref, "P3", "다시 일부만", &i, &f->err));
    assert_int_equal(clock_of(f, &i, CLOCK_EXECUTIVE_REPORT).round, 0);
    struct op *op = fixture_op(f);
    assert_false(incident_set_severity(op, i.ref, "P7", " ", &i, &f->err));
    assert_true(has_field(op, "to", "one_of") && has_field(op, "reason", "required"));
}

static void test_recovery_ends_the_response_and_owes_report_and_retro(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident i = declare_draft(
        f, &(struct incident_draft){ .title = "결제 실패", .severity = "P2", .started_at = "2026-03-01T10:30:00Z" });
    fixture_advance(f, 45 * MINUTE);
    OK(incident_recover(fixture_op(f), i.ref, &(struct recovery){ .at = "2026-03-01T11:40:30Z" }, &i, &f->err));
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-02T11:40:30Z"));
    assert_true(clock_of(f, &i, CLOCK_RETRO).due_at == at("2026-03-06T10:30:00Z"));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'incident.clock'"), 2);
    struct incident_patch patch = { 0 };
    patch.phase_at[PHASE_OCCURRED] = "2026-03-01T10:00:00Z";
    patch.phase_at[PHASE_RECOVERED] = "2026-03-01T11:42:00Z";
    OK(incident_correct(fixture_op(f), i.ref, &patch, &i, &f->err));
    assert_true(clock_of(f, &i, CLOCK_REPORT).due_at == at("2026-03-02T11:42:00Z"));
    assert_true(clock_of(f, &i, CLOCK_RETRO).due_at == at("2026-03-06T10:00:00Z"));
    run_until(f, at("2026-03-10T00:00:00Z"));
    assert_int_equal(sent(f, "incident.report_overdue"), 1);
    assert_int_equal(sent(f, "incident.retro_overdue"), 1);
    OK(incident_reopen(fixture_op(f), i.ref, NULL, &i, &f->err));
    assert_int_equal(clock_of(f, &i, CLOCK_UPDATE).state, CLOCK_PENDING);
}

static void test_what_fell_due_while_down_happens_once(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    for (int i = 0; i < 5; i++) declare(f, "전체 중단", "P1");
    fixture_reopen(f);
    fixture_advance(f, 40 * MINUTE); /* nobody was there to see them fall due */
    run_until(f, clock_now_ms(f->clock));
    run_until(f, clock_now_ms(f->clock));
    assert_int_equal(sent(f, "incident.executive_report"), 5);
    assert_int_equal(sent(f, "incident.help_offered"), 5);
    assert_int_equal(sent(f, "incident.ack_missed"), 5);
}

static void test_drills_and_backfilled_stay_inside(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident drill =
        declare_draft(f, &(struct incident_draft){ .title = "훈련", .severity = "P1", .kind = "drill" });
    struct incident old = declare_draft(
        f, &(struct incident_draft){
               .title = "지난 장애", .severity = "P1", .kind = "backfilled", .started_at = "2026-01-05T00:00:00Z" });
    assert_true(clock_of(f, &drill, CLOCK_UPDATE).round == 1 && clock_of(f, &old, CLOCK_UPDATE).round == 0);
    OK(incident_recover(fixture_op(f), old.ref, &(struct recovery){ .at = "2026-01-05T02:00:00Z" }, &old, &f->err));
    run_until(f, FIXTURE_NOW + 3 * HOUR);
    assert_int_equal(clock_of(f, &drill, CLOCK_UPDATE).state, CLOCK_MISSED);
    assert_int_equal(clock_of(f, &old, CLOCK_REPORT).state, CLOCK_MISSED);
    assert_int_equal(fixture_count(f, "outbox"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_what_a_declaration_owes),
                                        FIXTURE_TEST(test_a_missed_update_reminds_then_escalates),
                                        FIXTURE_TEST(test_an_update_restarts_the_clock),
                                        FIXTURE_TEST(test_an_update_told_late_promises_nothing),
                                        FIXTURE_TEST(test_reminders_snooze_and_stop),
                                        FIXTURE_TEST(test_help_is_offered_without_a_cause),
                                        FIXTURE_TEST(test_executives_hear_of_what_lasts),
                                        FIXTURE_TEST(test_clocks_follow_the_severity),
                                        FIXTURE_TEST(test_recovery_ends_the_response_and_owes_report_and_retro),
                                        FIXTURE_TEST(test_what_fell_due_while_down_happens_once),
                                        FIXTURE_TEST(test_drills_and_backfilled_stay_inside) };
    incidents_start();
    return fixture_run("incident clocks", tests, sizeof tests / sizeof *tests);
}
