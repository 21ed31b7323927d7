/* Customer notices: drafted from the incident, approved by a second person, published, and what each step leaves. */
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "notice/notice.h"
#include "notice/notice_json.h"
#include "notice/statutory.h"
#include "notice/subscriber.h"
#include "notice/template_preview.h"
#include "people/permission.h"
#include "people/user.h"
#include "service/service.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static struct actor WRITER = { .kind = ACTOR_USER, .user_id = 101, .login = "writer", .name = "한작성", .role = "cs" };
static struct actor SECOND = { .kind = ACTOR_USER, .user_id = 102, .login = "second", .name = "이승인", .role = "cs" };

static struct op *as(struct fixture *f, struct actor *actor) {
    actor->permissions = role_permissions(ROLE_CS);
    struct op *op = fixture_op(f);
    op->actor = actor;
    return op;
}

static struct notice draft(struct fixture *f, const char *ref, const char *stage) {
    struct notice notice;
    struct notice_input input = { .stage = stage, .next_minutes = "30" };
    OK(notice_create(as(f, &WRITER), ref, &input, &notice, &f->err));
    return notice;
}

static const struct notice_step PLAIN = { .reason = NULL };

static struct notice published(struct fixture *f, const char *ref, const char *stage) {
    struct notice notice = draft(f, ref, stage);
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    return notice;
}

/* --- the recovery notices of the manuals, to the letter --- */

static void expect_recovery(struct fixture *f, const struct incident_draft *draft, const char *recovered_at,
                            const char *expected) {
    fixture_set_now(f, at(draft->started_at));
    struct incident incident = declare_draft(f, draft);
    struct recovery recovery = { .at = recovered_at, .cause = "원인", .action = "조치", .impact = "영향" };
    fixture_set_now(f, at(recovered_at));
    OK(incident_recover(fixture_op(f), incident.ref, &recovery, &incident, &f->err));
    json_t *json;
    struct notice_preview_query query = { .stage = "recovered", .lang = "ko" };
    OK(notice_preview(fixture_op(f), incident.ref, &query, &json, &f->err));
    assert_string_equal(json_text(json, "text"), expected);
    struct notice notice;
    OK(notice_create(fixture_op(f), incident.ref, &(struct notice_input){ .stage = NULL }, &notice, &f->err));
    assert_int_equal(notice.stage, STAGE_RECOVERED);
    assert_string_equal(notice.ko.text, expected);
    assert_non_null(notice.en.text);
}

static void test_recovery_notices(void **state) {
    expect_recovery(*state,
                    &(struct incident_draft){ .started_at = "2025-12-09T20:00:00+09:00",
                                              .severity = "P2",
                                              .title = "티켓 오픈 트래픽 급증",
                                              .symptom = "응답시간 급증, 일부 타임아웃",
                                              .impact = "예약 플로우 지연" },
                    "2025-12-09T20:15:00+09:00",
                    "접속 지연이 해소되었습니다.\n지연 시간: 20:00 ~ 20:15 (약 15분)\n이용에 불편을 드려 죄송합니다.");
    expect_recovery(
        *state,
        &(struct incident_draft){ .started_at = "2025-12-09T19:30:00+09:00",
                                  .severity = "P1",
                                  .title = "Redis 장애로 좌석 배정 실패",
                                  .symptom = "좌석 배정 전체 실패",
                                  .impact = "예약 불가",
                                  .suspected_cause = "Redis 연결 장애" },
        "2025-12-09T19:45:00+09:00",
        "좌석 예약 기능이 정상화되었습니다.\n장애 시간: 19:30 ~ 19:45 (약 15분)\n이용에 불편을 드려 죄송합니다.");
    expect_recovery(*state,
                    &(struct incident_draft){ .started_at = "2024-01-15T14:30:00+09:00",
                                              .severity = "P1",
                                              .title = "PG사 연동 타임아웃으로 결제 실패",
                                              .symptom = "결제 API 에러율 증가",
                                              .impact = "전체 사용자의 결제 기능",
                                              .category = "external" },
                    "2024-01-15T15:45:00+09:00",
                    "결제 기능이 정상화되었습니다.\n장애 시간: 14:30 ~ 15:45 (약 1시간 15분)\n이용에 불편을 드려 "
                    "죄송합니다.");
    expect_recovery(*state,
                    &(struct incident_draft){ .started_at = "2025-12-09T21:00:00+09:00",
                                              .severity = "P2",
                                              .title = "원인 불명 서비스 불안정",
                                              .symptom = "서비스 불안정 (원인 파악 중)",
                                              .impact = "일부 기능 간헐적 오류",
                                              .status_note = "원인 분석 중" },
                    "2025-12-09T21:30:00+09:00",
                    "서비스가 정상화되었습니다.\n장애 시간: 21:00 ~ 21:30 (약 30분)\n이용에 불편을 드려 죄송합니다.");
}

/* --- both languages --- */

static json_t *desk_of(struct fixture *f, const struct notice *notice) {
    json_t *json;
    OK(notice_json(fixture_op(f), notice, &json, &f->err));
    return json;
}

/* English speaks of the service by its English name, and a name, a time or a number that one text lacks is shown. */
static void test_both_languages_say_the_same(void **state) {
    struct fixture *f = *state;
    struct service service;
    struct component component;
    const struct service_input wanted = { .key = "seats", .name = "좌석 예약", .tier = "1", .public = "true" };
    const struct component_input parts[] = { { .name = "좌석 예약", .name_en = "Seat reservation", .public = "true" },
                                             { .name = "대기열", .name_en = "Waiting line", .public = "true" } };
    OK(service_add(fixture_op(f), &wanted, &service, &f->err));
    for (size_t i = 0; i < 2; i++) OK(component_add(fixture_op(f), service.id, &parts[i], &component, &f->err));
    struct incident incident =
        declare_draft(f, &(struct incident_draft){ .title = "느림", .severity = "P2", .service = "seats" });
    struct notice notice;
    const struct notice_input general = { .template = "general", .stage = "detected", .next_minutes = "30" };
    OK(notice_create(as(f, &WRITER), incident.ref, &general, &notice, &f->err));
    assert_non_null(strstr(notice.ko.text, "좌석 예약"));
    assert_non_null(strstr(notice.en.text, "Seat reservation"));
    assert_int_equal(json_array_size(json_object_get(desk_of(f, &notice), "agreement")), 0);
    const struct notice_input edit = { .text_ko = "좌석 예약과 대기열이 느립니다. 19:30부터 약 50건입니다.",
                                       .text_en = "Seat reservation is slow since 7:30 PM (about 60 cases)." };
    OK(notice_edit(as(f, &WRITER), notice.id, &edit, &notice, &f->err));
    const json_t *found = json_object_get(desk_of(f, &notice), "agreement");
    assert_int_equal(json_array_size(found), 3);
    static const char *const EXPECTED[][2] = { { "50", "en" }, { "60", "ko" }, { "대기열", "en" } };
    for (size_t i = 0; i < 3; i++) {
        const json_t *item = json_array_get(found, i);
        assert_string_equal(json_text(item, "value"), EXPECTED[i][0]);
        assert_string_equal(json_text(item, "missing_in"), EXPECTED[i][1]);
    }
}

/* --- drafted by itself --- */

static int64_t notices_of(struct fixture *f, const struct incident *incident, struct notice_list *list) {
    OK(notice_of_incident(fixture_op(f), incident->ref, list, &f->err));
    return (int64_t)list->count;
}

static void recover_at(struct fixture *f, struct incident *incident, int64_t minutes) {
    struct recovery recovery = { .cause = "원인", .action = "조치", .impact = "영향" };
    fixture_advance(f, minutes * MINUTE);
    OK(incident_recover(fixture_op(f), incident->ref, &recovery, incident, &f->err));
    run_until(f, fixture_op(f)->now_ms + MINUTE);
}

/* What is said on the phone: made from the notice, or somebody's own, and as it was said once it was published. */
static const char *said(struct fixture *f, const struct notice *notice, const char *lang, const char *channel) {
    const json_t *channels = json_object_get(json_object_get(desk_of(f, notice), "channels"), lang);
    return json_text(channels, channel);
}

static void test_answers_are_kept_beside_the_notice(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    assert_non_null(strstr(said(f, &notice, "ko", "phone"), "다시 안내드리겠습니다"));
    assert_int_equal(fixture_count(f, "notice_answer"), 0);
    struct notice_input input = { .phone_ko = "카드 결제만 늦습니다. 계좌이체는 됩니다." };
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    assert_string_equal(said(f, &notice, "ko", "phone"), input.phone_ko);
    const char *voice = said(f, &notice, "ko", "ars");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    assert_int_equal(fixture_count(f, "notice_answer"), 2);
    recover_at(f, &incident, 15);
    assert_string_equal(said(f, &notice, "ko", "phone"), input.phone_ko);
    assert_string_equal(said(f, &notice, "ko", "ars"), voice);
    struct notice next = draft(f, incident.ref, "recovered");
    OK(notice_edit(as(f, &WRITER), next.id, &input, &next, &f->err));
    input.phone_ko = "";
    OK(notice_edit(as(f, &WRITER), next.id, &input, &next, &f->err));
    assert_non_null(strstr(said(f, &next, "ko", "phone"), "복구되었습니다"));
    assert_int_equal(fixture_count(f, "notice_answer"), 2);
}

static void test_recovery_drafts_its_notice(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice_list list;
    recover_at(f, &incident, 15);
    assert_int_equal(notices_of(f, &incident, &list), 1);
    struct notice notice = list.items[0];
    assert_int_equal(notice.state, NOTICE_DRAFT);
    assert_int_equal(notice.stage, STAGE_RECOVERED);
    assert_string_equal(notice.author, "자동 초안");
    assert_non_null(strstr(notice.ko.text, "(약 15분)"));
    assert_int_equal(sent(f, "notice.published"), 0);
    /* reopened and recovered once more: the same draft, with the new times */
    OK(incident_reopen(fixture_op(f), incident.ref, "다시 발생", &incident, &f->err));
    recover_at(f, &incident, 15);
    assert_int_equal(notices_of(f, &incident, &list), 1);
    assert_int_equal(list.items[0].id, notice.id);
    assert_null(strstr(list.items[0].ko.text, "(약 15분)"));
    /* from now on it is somebody's own text */
    struct notice_input input = { .text_ko = "모두 복구되었습니다." };
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    OK(incident_reopen(fixture_op(f), incident.ref, "다시 발생", &incident, &f->err));
    recover_at(f, &incident, 15);
    assert_int_equal(notices_of(f, &incident, &list), 1);
    assert_string_equal(list.items[0].ko.text, "모두 복구되었습니다.");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
}

/* --- names of people --- */

static void test_names_do_not_reach_customers(void **state) {
    struct fixture *f = *state;
    struct user user;
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "seoyeon", .name = "김서연", .role = "responder" }, &user,
                &f->err));
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    struct notice_input input = { .text_ko = "지금 김서연님이 조치하고 있습니다." };
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    REFUSED(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_INVALID, "notice.wording");
    assert_true(has_field(&f->op, "text.ko", "wording"));
    input.text_ko = "김서연님 실수로 결제가 늦었습니다."; /* another rule speaks of the same words, and only advises */
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    REFUSED(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_INVALID, "notice.wording");
    input.text_ko = "지금 담당 부서에서 조치하고 있습니다.";
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
}

/* A customer-facing name that is also a person's: kept with a reason, until its sentence changes. */
static void test_a_name_is_kept_with_a_reason(void **state) {
    struct fixture *f = *state;
    struct user user;
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "seoyeon", .name = "김서연", .role = "responder" }, &user,
                &f->err));
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    struct notice_input input = { .title_ko = "김서연 작가 상담 지연", .text_ko = "상담이 늦어지고 있습니다." };
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    struct wording_review review;
    OK(notice_wording(as(f, &WRITER), notice.id, &review, &f->err));
    assert_int_equal(review.open, 1);
    assert_string_equal(review.items[0].part->key, "title.ko");
    const struct wording_finding *finding = &review.items[0].finding;
    struct waiver_wish wish = { "title.ko", finding->rule, finding->start, "짧음" };
    REFUSED(notice_waive(as(f, &WRITER), notice.id, &wish, &review, &f->err), ERR_INVALID, "input.invalid");
    wish.reason = "서비스에 공개된 작가 이름입니다";
    OK(notice_waive(as(f, &WRITER), notice.id, &wish, &review, &f->err));
    assert_int_equal(review.open, 0);
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    input.title_ko = "김서연 작가 상담이 멈춤";
    OK(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err));
    REFUSED(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_INVALID, "notice.wording");
    struct waiver_entries latest;
    OK(waiver_latest(as(f, &WRITER), &latest, &f->err));
    assert_int_equal(latest.count, 1);
    assert_string_equal(latest.items[0].document, "notice");
}

/* --- subscribers --- */

static int64_t mails(struct fixture *f, const char *topic) {
    return fixture_number(f, arena_printf(f->arena,
                                          "SELECT count(*) FROM outbox WHERE topic = '%s' AND payload LIKE "
                                          "'%%List-Unsubscribe-Post%%'",
                                          topic));
}

static void test_subscribers_get_a_mail_each(void **state) {
    struct fixture *f = *state;
    fixture_exec(f,
                 "INSERT INTO destination (id, name, connector, topics, config, enabled, blocked_until, version, "
                 "created_at, updated_at) VALUES "
                 "(7, 'mail', 'mail', '[]', '{}', 1, 0, 1, 1, 1)");
    for (int i = 0; i < SUBSCRIBER_LOT + 5; i++) {
        const struct subscription wish = { arena_printf(f->arena, "k%d@example.com", i), "ko", "https://s" };
        OK(subscriber_ask(fixture_op(f), &wish, &f->err));
        OK(subscriber_ask(fixture_op(f), &wish, &f->err)); /* not asked twice */
    }
    assert_int_equal(mails(f, "subscriber.confirm"), SUBSCRIBER_LOT + 5);
    const char *first = fixture_text(f, "SELECT token FROM status_subscriber WHERE email = 'k0@example.com'");
    fixture_exec(f, "UPDATE status_subscriber SET confirmed_at = 1 WHERE email <> 'k0@example.com'");
    struct incident incident = declare(f, "결제 실패", "P1");
    published(f, incident.ref, "detected");
    run_until(f, fixture_op(f)->now_ms + MINUTE);
    assert_int_equal(mails(f, "subscriber.notice"), SUBSCRIBER_LOT + 4); /* the first never confirmed */
    OK(subscriber_confirm(fixture_op(f), first, &f->err));
    OK(subscriber_leave(fixture_op(f), first, &f->err));
    REFUSED(subscriber_confirm(fixture_op(f), first, &f->err), ERR_NOT_FOUND, "subscriber.unknown");
    REFUSED(subscriber_ask(fixture_op(f), &(struct subscription){ "kim", "ko", "https://s" }, &f->err), ERR_INVALID,
            "input.invalid");
}

/* --- two people --- */

static void test_from_draft_to_public(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    assert_string_equal(notice.template, "payment");
    assert_int_equal(notice.state, NOTICE_DRAFT);
    assert_non_null(strstr(notice.ko.text, "다음 안내: 20:30"));
    REFUSED(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.not_approved");
    REFUSED(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.not_submitted");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    REFUSED(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.not_draft");
    REFUSED(notice_approve(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_FORBIDDEN, "notice.own");
    REFUSED(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.not_approved");
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    REFUSED(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.not_submitted");
    assert_int_equal(sent(f, "notice.published"), 0);
    OK(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    assert_string_equal(notice.approver, "이승인");
    assert_string_equal(notice.publisher, "한작성");
    assert_int_equal(sent(f, "notice.published"), 1);
    assert_int_equal(clock_of(f, &incident, CLOCK_NOTICE).state, CLOCK_MET);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action LIKE 'notice.%'"), 4);
    REFUSED(notice_edit(as(f, &WRITER), notice.id, &(struct notice_input){ .text_ko = "새" }, &notice, &f->err),
            ERR_CONFLICT, "notice.published");
    REFUSED(notice_withdraw(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_INVALID, "input.invalid");
    OK(notice_withdraw(as(f, &WRITER), notice.id, &(struct notice_step){ .reason = "잘못된 내용" }, &notice, &f->err));
    assert_int_equal(notice.state, NOTICE_WITHDRAWN);
    fixture_reopen(f);
    OK(notice_load(fixture_op(f), notice.id, &notice, &f->err));
    assert_string_equal(notice.reason, "잘못된 내용");
}

static void test_an_edit_takes_back_what_was_agreed(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    int64_t approved = notice.version;
    struct notice_input input = { .text_ko = "고친 글입니다.", .text_en = "", .expected_version = approved };
    OK(notice_edit(as(f, &SECOND), notice.id, &input, &notice, &f->err));
    assert_int_equal(notice.state, NOTICE_DRAFT);
    assert_null(notice.approver);
    assert_null(notice.en.text);
    REFUSED(notice_edit(as(f, &WRITER), notice.id, &input, &notice, &f->err), ERR_STALE, "notice.stale");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    /* whoever edited it wrote it */
    REFUSED(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err), ERR_FORBIDDEN, "notice.own");
    OK(notice_reject(as(f, &SECOND), notice.id, &(struct notice_step){ .reason = "시각 확인" }, &notice, &f->err));
    assert_string_equal(notice.reason, "시각 확인");
    struct notice_version *versions;
    size_t count;
    OK(notice_versions(fixture_op(f), notice.id, &versions, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(versions[0].ko.text, "고친 글입니다.");
    assert_string_equal(versions[0].saved_by, "이승인");
}

static void test_one_person_alone(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice = draft(f, incident.ref, "detected");
    struct notice_step step = { .emergency = true };
    REFUSED(notice_publish(as(f, &WRITER), notice.id, &step, &notice, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "reason", "required"));
    step.reason = "급함";
    REFUSED(notice_publish(as(f, &WRITER), notice.id, &step, &notice, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "reason", "too_short"));
    step.reason = "야간이라 승인할 사람이 없음";
    struct actor responder = { .kind = ACTOR_USER, .user_id = 9, .login = "r", .name = "r" };
    responder.permissions = role_permissions(ROLE_RESPONDER);
    struct op *op = fixture_op(f);
    op->actor = &responder;
    REFUSED(notice_publish(op, notice.id, &step, &notice, &f->err), ERR_FORBIDDEN, "permission.denied");
    OK(notice_publish(as(f, &WRITER), notice.id, &step, &notice, &f->err));
    assert_string_equal(notice.emergency_reason, step.reason);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'notice.emergency'"), 1);
    struct organisation organisation;
    OK(organisation_load(fixture_op(f), &organisation, &f->err));
    OK(organisation_update(fixture_op(f), organisation.version,
                           &(struct organisation_input){ .notice_self_approval = "true" }, &organisation, &f->err));
    notice = draft(f, incident.ref, "delayed");
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
}

/* --- the next notice --- */

static void test_the_next_notice_is_promised_and_missed(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice notice;
    OK(notice_create(as(f, &WRITER), incident.ref, &(struct notice_input){ .stage = "detected" }, &notice, &f->err));
    assert_null(strstr(notice.ko.text, "다음 안내"));
    REFUSED(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "next_notice_at", "required"));
    struct notice_input past = { .next_at = "2026-03-01T10:00:00Z" };
    REFUSED(notice_edit(as(f, &WRITER), notice.id, &past, &notice, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "next_notice_at", "past"));
    OK(notice_edit(as(f, &WRITER), notice.id, &(struct notice_input){ .next_minutes = "10" }, &notice, &f->err));
    OK(notice_submit(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err));
    OK(notice_approve(as(f, &SECOND), notice.id, &PLAIN, &notice, &f->err));
    fixture_advance(f, 11 * MINUTE);
    REFUSED(notice_publish(as(f, &WRITER), notice.id, &PLAIN, &notice, &f->err), ERR_CONFLICT, "notice.next_passed");
    published(f, incident.ref, "detected");
    run_until(f, fixture_op(f)->now_ms + 29 * MINUTE);
    assert_int_equal(sent(f, "notice.overdue"), 0);
    run_until(f, fixture_op(f)->now_ms + 2 * MINUTE);
    assert_int_equal(sent(f, "notice.overdue"), 1);
    published(f, incident.ref, "delayed");
    published(f, incident.ref, "recovered");
    run_until(f, fixture_op(f)->now_ms + 2 * HOUR);
    assert_int_equal(sent(f, "notice.overdue"), 1);
}

static void test_a_drill_reaches_nobody(void **state) {
    struct fixture *f = *state;
    listen_to_everything(f);
    struct incident incident =
        declare_draft(f, &(struct incident_draft){ .title = "훈련", .severity = "P1", .kind = "drill" });
    published(f, incident.ref, "detected");
    assert_int_equal(sent(f, "notice.published"), 0);
}

/* --- the desk and the templates --- */

static void test_the_desk(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "로그인 실패", "P1");
    published(f, incident.ref, "detected");
    fixture_advance(f, MINUTE);
    struct notice_input input = {
        .stage = "delayed", .next_minutes = "30", .text_ko = "19:59부터 30분째입니다.", .text_en = "Since 19:58."
    };
    struct notice notice;
    OK(notice_create(as(f, &WRITER), incident.ref, &input, &notice, &f->err));
    json_t *json;
    OK(notice_json(fixture_op(f), &notice, &json, &f->err));
    assert_string_equal(json_text(json, "incident"), incident.ref);
    assert_int_equal(json_array_size(json_object_get(json, "agreement")), 3);
    assert_true(json_array_size(json_object_get(json, "changes")) > 1);
    assert_non_null(json_object_get(json_object_get(json_object_get(json, "channels"), "ko"), "sms"));
    struct notice_list list;
    OK(notice_waiting(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 1);
    OK(notice_of_incident(fixture_op(f), incident.ref, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_true(list.items[0].id == notice.id);
}

static void test_templates_of_the_organisation(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 실패", "P1");
    struct notice_template_input input = { .stage = "detected",
                                           .lang = "ko",
                                           .title = "{{service}} 점검",
                                           .text = "가\n{{servce:이/가}} {{strat}} {{start" };
    REFUSED(notice_template_save(fixture_op(f), "payment", &input, &f->err), ERR_INVALID, "input.invalid");
    assert_string_equal(f->op.fields.first->code, "unknown_name");
    assert_string_equal(f->op.fields.first->arg, "servce (2:1), strat (2:16)");
    input.text = "{{service:이/가}} {{start}}부터 느립니다.";
    OK(notice_template_save(fixture_op(f), "payment", &input, &f->err));
    struct notice notice = draft(f, incident.ref, "detected");
    assert_string_equal(notice.ko.text, "서비스가 20:00부터 느립니다.");
    assert_string_equal(notice.ko.title, "서비스 점검");
    input.text = "";
    OK(notice_template_save(fixture_op(f), "payment", &input, &f->err));
    assert_non_null(strstr(draft(f, incident.ref, "detected").ko.text, "결제가 실패"));
    input.text = "우리만의 글";
    input.name = "우리 서식";
    OK(notice_template_save(fixture_op(f), "ours", &input, &f->err));
    OK(notice_create(as(f, &WRITER), incident.ref, &(struct notice_input){ .template = "ours", .stage = "detected" },
                     &notice, &f->err));
    assert_string_equal(notice.ko.text, "우리만의 글");
    assert_null(notice.en.text);
    struct notice_input unknown = { .template = "none" };
    REFUSED(notice_create(as(f, &WRITER), incident.ref, &unknown, &notice, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "template", "unknown"));
    json_t *json;
    OK(notice_templates_json(fixture_op(f), &json, &f->err));
    assert_true(json_array_size(json) >= 11);
    json_decref(json);
}

static bool save_text(struct fixture *f, const char *text, const char *version) {
    const struct notice_template_input input = {
        .stage = "detected", .lang = "ko", .title = "{{service}} 안내", .text = text, .version = version
    };
    return notice_template_save(as(f, &WRITER), "payment", &input, &f->err);
}

static struct notice_template one_template(struct fixture *f, const char *key, const char *stage) {
    struct notice_template one;
    OK(notice_template_load(as(f, &WRITER), key, stage, "ko", &one, &f->err));
    return one;
}

static void test_template_versions(void **state) {
    struct fixture *f = *state;
    assert_int_equal(one_template(f, "payment", "detected").version, 0);
    OK(save_text(f, "첫 글", "0"));
    REFUSED(save_text(f, "늦은 글", "0"), ERR_STALE, "notice.template_stale");
    OK(save_text(f, "둘째 글", "1"));
    struct notice_template one = one_template(f, "payment", "detected");
    assert_int_equal(one.version, 2);
    assert_string_equal(one.own.text, "둘째 글");
    assert_non_null(strstr(one.shipped.text, "결제가 실패"));
    OK(save_text(f, "", "2"));
    one = one_template(f, "payment", "detected");
    assert_int_equal(one.version, 3);
    assert_null(one.own.text);
    assert_string_equal(one.versions[1].text.text, "둘째 글");
    assert_string_equal(one.versions[1].saved_by, WRITER.name);
    OK(save_text(f, "", "3")); /* nothing of ours is left to take back */
    assert_int_equal(one_template(f, "payment", "detected").version, 3);
    REFUSED(save_text(f, "{{body}}", "3"), ERR_INVALID, "input.invalid"); /* of channel texts only */
    struct notice_template none;
    REFUSED(notice_template_load(as(f, &WRITER), "payment", "soon", "ko", &none, &f->err), ERR_NOT_FOUND,
            "notice.no_template");
    REFUSED(notice_template_load(as(f, &WRITER), "nothing", "detected", "ko", &none, &f->err), ERR_NOT_FOUND,
            "notice.no_template");
}

static json_t *preview_of(struct fixture *f, const char *stage, const char *lang, const char *text) {
    json_t *json;
    const struct notice_template_input input = { .stage = stage, .lang = lang, .title = "{{service}}", .text = text };
    struct op *op = as(f, &WRITER);
    op->lang = i18n_get("ko");
    OK(notice_template_preview(op, &input, &json, &f->err));
    return json;
}

static void test_template_preview(void **state) {
    struct fixture *f = *state;
    fixture_set_now(f, at("2025-12-09T20:46:10+09:00"));
    json_t *json =
        preview_of(f, "recovered", "ko", "{{service:이/가}} 정상입니다.\n{{range}} ({{about}})\n다음 {{next}}");
    assert_string_equal(json_text(json, "title"), "결제");
    assert_string_equal(json_text(json, "text"), "결제가 정상입니다.\n19:30 ~ 20:45 (약 1시간 15분)");
    assert_non_null(json_text(json_object_get(json, "channels"), "phone"));
    json = preview_of(f, "detected", "en", "Since {{start}}, next {{next}}");
    assert_string_equal(json_text(json, "title"), "Payments");
    assert_string_equal(json_text(json, "text"), "Since 19:30, next 21:15");
    json = preview_of(f, "detected", "ko", "가나\n다 {{servce}} {{start");
    assert_null(json_text(json, "text"));
    const json_t *errors = json_object_get(json, "errors");
    assert_int_equal(json_array_size(errors), 2);
    const json_t *first = json_array_get(errors, 0);
    assert_string_equal(json_text(first, "code"), "unknown_name");
    assert_int_equal(json_integer_value(json_object_get(first, "line")), 2);
    assert_int_equal(json_integer_value(json_object_get(first, "column")), 3);
    assert_int_equal(json_integer_value(json_object_get(first, "offset")), 5);
}

static void test_statutory_card(void **state) {
    struct fixture *f = *state;
    struct statutory_list list;
    struct error err;
    OK(statutory_load(fixture_op(f), &list, &f->err));
    assert_int_equal(list.version, 0);
    assert_true(list.count >= 4);
    struct statutory_duty duty = list.items[0];
    duty.when.ko = "지체 없이";
    duty.checked_at = "2099-01-01";
    struct op *op = fixture_op(f);
    assert_false(statutory_put(op, &duty, 0, &err));
    assert_true(has_field(op, "checked.at", "future"));
    duty.checked_at = duty.checked_what = "";
    OK(statutory_put(fixture_op(f), &duty, 0, &f->err));
    REFUSED(statutory_put(fixture_op(f), &duty, 0, &f->err), ERR_STALE, "statutory.stale");
    REFUSED(statutory_put(as(f, &WRITER), &duty, 1, &f->err), ERR_FORBIDDEN, "permission.denied");
    OK(statutory_load(fixture_op(f), &list, &f->err));
    assert_string_equal(list.items[0].when.ko, "지체 없이");
    assert_string_equal(list.items[0].checked_at, "");
    size_t count = list.count;
    OK(statutory_remove(fixture_op(f), duty.key, 1, &f->err));
    REFUSED(statutory_remove(fixture_op(f), duty.key, 2, &f->err), ERR_NOT_FOUND, "statutory.unknown");
    OK(statutory_load(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, count - 1);
    OK(statutory_restore(fixture_op(f), 2, &f->err));
    OK(statutory_load(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, count);
    assert_int_equal(list.version, 3);
}

static void test_who_may(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 실패", "P1");
    struct actor viewer = { .kind = ACTOR_USER, .user_id = 5, .login = "v", .name = "v" };
    viewer.permissions = role_permissions(ROLE_VIEWER);
    struct op *op = fixture_op(f);
    op->actor = &viewer;
    struct notice notice;
    struct notice_input input = { .stage = "detected" };
    REFUSED(notice_create(op, incident.ref, &input, &notice, &f->err), ERR_FORBIDDEN, "permission.denied");
    REFUSED(notice_create(fixture_op(f), "INC-1", &input, &notice, &f->err), ERR_NOT_FOUND, "incident.unknown");
    REFUSED(notice_load(fixture_op(f), 7, &notice, &f->err), ERR_NOT_FOUND, "notice.not_found");
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_recovery_notices),
        FIXTURE_TEST(test_both_languages_say_the_same),
        FIXTURE_TEST(test_answers_are_kept_beside_the_notice),
        FIXTURE_TEST(test_recovery_drafts_its_notice),
        FIXTURE_TEST(test_names_do_not_reach_customers),
        FIXTURE_TEST(test_a_name_is_kept_with_a_reason),
        FIXTURE_TEST(test_subscribers_get_a_mail_each),
        FIXTURE_TEST(test_from_draft_to_public),
        FIXTURE_TEST(test_an_edit_takes_back_what_was_agreed),
        FIXTURE_TEST(test_one_person_alone),
        FIXTURE_TEST(test_the_next_notice_is_promised_and_missed),
        FIXTURE_TEST(test_a_drill_reaches_nobody),
        FIXTURE_TEST(test_the_desk),
        FIXTURE_TEST(test_templates_of_the_organisation),
        FIXTURE_TEST(test_template_versions),
        FIXTURE_TEST(test_template_preview),
        FIXTURE_TEST(test_statutory_card),
        FIXTURE_TEST(test_who_may),
    };
    return fixture_run("notice", tests, sizeof tests / sizeof *tests);
}
