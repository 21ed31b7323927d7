/* Torture of every write of an incident: whichever step fails, the database reads as before. */
#include "support/incidents.h"
#include "support/torture.h"

#include "base/fault.h"
#include "incident/attachment.h"
#include "incident/backfill.h"
#include "incident/checklist.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "incident/relation.h"

#include <stdlib.h>
#include <unistd.h>

static const char *ref; /* of the incident that the running test is about */

static bool do_declare(struct fixture *f, void *arg, struct error *err) {
    struct incident out;
    const struct role_wish roles[] = { { "commander", "하나" } };
    struct incident_draft draft = { .title = "결제 실패",
                                    .symptom = "오류 증가",
                                    .severity = "P1",
                                    .started_at = "2026-03-01T10:58:00Z",
                                    .roles = roles,
                                    .role_count = 1 };
    (void)arg;
    return incident_declare(fixture_op(f), &draft, &out, err);
}

static bool do_acknowledge(struct fixture *f, void *arg, struct error *err) {
    (void)arg;
    return incident_acknowledge(fixture_op(f), ref, NULL, err);
}

static bool do_status(struct fixture *f, void *arg, struct error *err) {
    return incident_set_status(fixture_op(f), ref, arg, NULL, err);
}

static bool do_severity(struct fixture *f, void *arg, struct error *err) {
    (void)arg;
    return incident_set_severity(fixture_op(f), ref, "P2", "영향이 작음", NULL, err);
}

static bool do_role(struct fixture *f, void *arg, struct error *err) {
    (void)arg;
    return incident_assign(fixture_op(f), ref, &(struct role_wish){ "scribe", "둘" }, NULL, err);
}

static bool do_roles(struct fixture *f, void *arg, struct error *err) {
    const struct role_wish wishes[] = { { "scribe", "셋" }, { "commander", "하나" } };
    (void)arg;
    return incident_assign_all(fixture_op(f), ref, wishes, 2, err);
}

static bool do_update(struct fixture *f, void *arg, struct error *err) {
    struct update out;
    (void)arg;
    return incident_update(fixture_op(f), ref, &(struct update_draft){ .text = "확인 중" }, &out, err);
}

static bool do_help(struct fixture *f, void *arg, struct error *err) {
    struct help out;
    (void)arg;
    return incident_ask_help(fixture_op(f), ref, &(struct help_draft){ .needed = "사람" }, &out, err);
}

static bool do_note(struct fixture *f, void *arg, struct error *err) {
    struct event out;
    (void)arg;
    return incident_note(fixture_op(f), ref, &(struct timeline_draft){ .text = "로그 확인" }, &out, err);
}

static bool do_note_correct(struct fixture *f, void *arg, struct error *err) {
    struct event out;
    struct timeline_draft draft = { .text = "로그를 확인함" };
    return incident_note_correct(fixture_op(f), ref, *(const int64_t *)arg, &draft, &out, err);
}

static bool do_correct(struct fixture *f, void *arg, struct error *err) {
    struct incident_patch patch = { .suspected_cause = "디스크", .action = "비우기" };
    (void)arg;
    patch.phase_at[PHASE_OCCURRED] = "2026-03-01T10:00:00Z";
    return incident_correct(fixture_op(f), ref, &patch, NULL, err);
}

static bool do_tick(struct fixture *f, void *arg, struct error *err) {
    struct checklist out;
    return incident_tick(fixture_op(f), &(struct check_tick){ *(const int64_t *)arg, 1, true, NULL }, &out, err);
}

static bool do_add_list(struct fixture *f, void *arg, struct error *err) {
    struct checklist out;
    (void)arg;
    return incident_add_checklist(fixture_op(f), ref, &(struct checklist_draft){ .key = "recovery" }, &out, err);
}

static bool do_remind(struct fixture *f, void *arg, struct error *err) {
    return incident_remind(fixture_op(f), ref, *(const enum reminder_action *)arg, NULL, err);
}

static bool do_offer(struct fixture *f, void *arg, struct error *err) {
    return incident_offer_help(fixture_op(f), ref, arg, err);
}

static bool do_relate(struct fixture *f, void *arg, struct error *err) {
    return incident_relate(fixture_op(f), ref, arg, "related", err);
}

static bool do_merge(struct fixture *f, void *arg, struct error *err) {
    return incident_merge(fixture_op(f), ref, arg, NULL, err);
}

static bool do_rollback(struct fixture *f, void *arg, struct error *err) {
    struct rollback_draft draft = { .after_deploy = "yes", .choice = "rollback", .reason = "빠름" };
    (void)arg;
    return incident_decide_rollback(fixture_op(f), ref, &draft, NULL, err);
}

static bool do_recover(struct fixture *f, void *arg, struct error *err) {
    (void)arg;
    return incident_recover(fixture_op(f), ref, &(struct recovery){ .cause = "디스크" }, NULL, err);
}

static bool do_reopen(struct fixture *f, void *arg, struct error *err) {
    return incident_reopen(fixture_op(f), ref, arg, NULL, err);
}

static bool do_close(struct fixture *f, void *arg, struct error *err) {
    return incident_close(fixture_op(f), ref, arg, NULL, err);
}

static bool do_attach(struct fixture *f, void *arg, struct error *err) {
    struct attachment out;
    return incident_attach(fixture_op(f), arg, ref, &(struct attachment_draft){ "log.txt", "로그", 6, NULL }, &out,
                           err);
}

static bool do_backfill(struct fixture *f, void *arg, struct error *err) {
    struct incident out;
    const struct timeline_draft notes[] = { { .at = "2026-02-01T01:10:00Z", .text = arg },
                                            { .at = "2026-02-01T01:30:00Z", .text = "되돌림" } };
    const struct past_incident past = {
        .draft = { .title = "지난 장애", .severity = "P1", .started_at = "2026-02-01T01:00:00Z" },
        .recovery = { .at = "2026-02-01T02:00:00Z" },
        .notes = notes,
        .note_count = 2
    };
    return incident_backfill(fixture_op(f), &past, &out, err);
}

/* Nobody hears of what lies in the past, and it owes nothing. */
static void test_writing_down_the_past(void **state) {
    struct fixture *f = *state;
    char note[] = "원인 확인 중";
    listen_to_everything(f);
    fault_torture(f, do_backfill, note);
    assert_int_equal(fixture_count(f, "outbox"), 0);
    assert_int_equal(
        fixture_number(f, "SELECT count(*) FROM due WHERE kind IN ('incident.clock', 'incident.recovered')"), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM timeline_event WHERE kind = 'note'"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM incident WHERE state = 'recovered'"), 1);
}

static void test_declaring(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    int points = fault_torture(f, do_declare, NULL);
#ifdef BONGSU_FAULTS
    assert_true(points > 20);
#else
    (void)points;
#endif
    assert_int_equal(fixture_count(f, "incident"), 1);
    assert_int_equal(fixture_count(f, "timeline_event"), 1);
}

static void test_while_it_is_open(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    enum reminder_action snooze = REMINDER_SNOOZE_30, stop = REMINDER_STOP, send = REMINDER_SEND;
    char note[] = "돕겠습니다", mitigating[] = "mitigating";
    struct incident other = declare(f, "비슷한 장애", "P2"), i = declare(f, "결제 실패", "P1");
    ref = i.ref;
    char *other_ref = arena_str(f->arena, other.ref);
    int64_t list = fixture_number(f, "SELECT max(id) FROM checklist");
    const struct {
        torture_fn operation;
        void *arg;
    } WRITES[] = { { do_acknowledge, NULL }, { do_status, mitigating }, { do_severity, NULL }, { do_role, NULL },
                   { do_roles, NULL },       { do_update, NULL },       { do_help, NULL },     { do_note, NULL },
                   { do_correct, NULL },     { do_tick, &list },        { do_add_list, NULL }, { do_remind, &snooze },
                   { do_remind, &stop },     { do_remind, &send },      { do_offer, note },    { do_relate, other_ref },
                   { do_rollback, NULL } };
    for (size_t n = 0; n < sizeof WRITES / sizeof *WRITES; n++) fault_torture(f, WRITES[n].operation, WRITES[n].arg);
    int64_t event = fixture_number(f, "SELECT max(id) FROM timeline_event WHERE kind = 'note'");
    fault_torture(f, do_note_correct, &event);
    assert_true(
        reload(f, ref).last_seq ==
        fixture_number(f, "SELECT count(*) FROM timeline_event WHERE incident_id = (SELECT max(id) FROM incident)"));
}

static void test_its_ends(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    char reason[] = "다시 실패";
    struct incident other = declare(f, "같은 장애", "P2"), i = declare(f, "결제 실패", "P1");
    ref = i.ref;
    fault_torture(f, do_recover, NULL);
    fault_torture(f, do_reopen, reason);
    fault_torture(f, do_recover, NULL);
    fault_torture(f, do_close, NULL);
    fault_torture(f, do_reopen, reason);
    fault_torture(f, do_merge, arena_str(f->arena, other.ref));
}

/* The file comes before the row: a failure may leave a file that no row speaks of, never the reverse. */
static void test_attaching(void **state) {
    struct fixture *f = *state;
    char folder[] = "/tmp/bongsu-attach-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct incident i = declare(f, "결제 실패", "P1");
    ref = i.ref;
    fault_torture(f, do_attach, folder);
    struct attachment read;
    const char *bytes;
    int64_t id = fixture_number(f, "SELECT id FROM attachment");
    OK(attachment_read(fixture_op(f), folder, id, &read, &bytes, &f->err));
    assert_string_equal(bytes, "로그");
    const char *files = arena_printf(f->arena, "%s/attachments/%.2s", folder, read.hash);
    assert_int_equal(unlink(arena_printf(f->arena, "%s/%s", files, read.hash)), 0);
    assert_int_equal(rmdir(files), 0); /* nothing unfinished beside it */
    assert_int_equal(rmdir(arena_printf(f->arena, "%s/attachments", folder)), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* A clock that falls due: whatever step fails, its effect is there exactly once in the end. */
static void test_falling_due(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident i = declare(f, "결제 실패", "P1");
    int64_t due = clock_of(f, &i, CLOCK_HELP_OFFER).due_at;
    run_until(f, due - 1);
    for (int n = 1; n <= 12; n++) {
        fault_arm(n);
        (void)try_until(f, due);
        fault_arm(0);
        fixture_set_now(f, due + (int64_t)n * HOUR); /* a failed handler is tried again later */
        run_until(f, due + (int64_t)n * HOUR);
        assert_int_equal(sent(f, "incident.help_offered"), 1);
    }
#else
    (void)state;
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_declaring),        FIXTURE_TEST(test_writing_down_the_past),
                                        FIXTURE_TEST(test_while_it_is_open), FIXTURE_TEST(test_its_ends),
                                        FIXTURE_TEST(test_attaching),        FIXTURE_TEST(test_falling_due) };
    incidents_start();
    return fixture_run("incident faults", tests, sizeof tests / sizeof *tests);
}
