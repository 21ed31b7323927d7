/* review/: drafts from the incident, saving by section, review, actions. */
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "incident/recover.h"
#include "incident/search.h"
#include "insight/quarter.h"
#include "review/action_item.h"
#include "review/document.h"
#include "review/document_text.h"
#include "text/i18n.h"

#include <string.h>

static struct incident surge(struct fixture *f) {
    fixture_set_now(f, at("2025-12-09T20:00:00+09:00"));
    struct incident incident = declare_draft(f, &(struct incident_draft){ .started_at = "2025-12-09T20:00:00+09:00",
                                                                          .severity = "P2",
                                                                          .title = "티켓 오픈 트래픽 급증",
                                                                          .symptom = "응답시간 급증",
                                                                          .impact = "예약 플로우 지연",
                                                                          .owner = "당번",
                                                                          .detection = "monitoring" });
    fixture_set_now(f, at("2025-12-09T20:15:00+09:00"));
    OK(incident_recover(
        fixture_op(f), incident.ref,
        &(struct recovery){ .cause = "동시 접속 500명+", .action = "스케일 아웃", .impact = "타임아웃 약 20건" },
        &incident, &f->err));
    return incident;
}

static const char *body(const struct document *document, const char *key) {
    for (size_t i = 0; i < document->section_count; i++) {
        if (str_eq(document->sections[i].key, key)) return document->sections[i].body;
    }
    fail_msg("no section %s", key);
    return NULL;
}

static void contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("«%s» is not in «%s»", part, text);
}

static struct document save(struct fixture *f, const char *ref, const char *key, const char *text, int64_t base) {
    struct document document;
    struct section_save section = { key, text, base };
    OK(document_save(fixture_op(f), ref, DOCUMENT_REPORT,
                     &(struct document_save){ .sections = &section, .section_count = 1 }, &document, &f->err));
    return document;
}

static void test_the_draft_needs_no_typing(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document report;
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    assert_int_equal(report.version, 0); /* nothing is written by looking */
    assert_int_equal(fixture_count(f, "document"), 0);
    contains(body(&report, "summary"), "| 장애 등급 | P2 |");
    contains(body(&report, "summary"), "| 발생 시간 | 2025-12-09 20:00 |");
    contains(body(&report, "summary"), "| 장애 지속 | 15분 |");
    contains(body(&report, "detection"), "| 탐지 경로 | 모니터링 알람 |");
    contains(body(&report, "cause"), "동시 접속 500명+");
    contains(body(&report, "timeline"), "| 20:00 |");
    contains(body(&report, "timeline"), "| 20:15 |");
    contains(document_markdown(fixture_op(f), &report, incident_headline(&incident)), "## 5. 타임라인");
}

static void test_sections_are_saved_against_what_was_read(void **state) {
    struct fixture *f = *state;
    const char *ref = surge(f).ref;
    struct document report = save(f, ref, "cause", "원인 1", 0);
    assert_string_equal(body(&report, "cause"), "원인 1");
    save(f, ref, "cause", "원인 2", 1);
    struct section_save late = { "cause", "원인 3", 1 };
    struct error err;
    assert_false(document_save(fixture_op(f), ref, DOCUMENT_REPORT,
                               &(struct document_save){ .sections = &late, .section_count = 1 }, &report, &err));
    assert_int_equal(err.kind, ERR_STALE);
    assert_string_equal(f->op.fields.first->field, "sections.cause");
    OK(document_find(fixture_op(f), ref, DOCUMENT_REPORT, &report, &f->err));
    assert_string_equal(body(&report, "cause"), "원인 2"); /* the late one changed nothing */
    struct section_save odd = { "no_such", "x", -1 };
    assert_false(document_save(fixture_op(f), ref, DOCUMENT_REPORT,
                               &(struct document_save){ .sections = &odd, .section_count = 1 }, &report, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static void test_review_from_submit_to_publish(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document report;
    struct error err;
    assert_false(document_decide(fixture_op(f), incident.ref, DOCUMENT_REPORT, true, NULL, &report, &err));
    assert_string_equal(err.code, "document.not_submitted");
    OK(document_submit(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    assert_int_equal(report.state, DOCUMENT_SUBMITTED);
    assert_int_equal(report.revision, 1);
    assert_int_equal(clock_of(f, &incident, CLOCK_REPORT).state, CLOCK_MET);
    struct section_save section = { "cause", "x", -1 };
    assert_false(document_save(fixture_op(f), incident.ref, DOCUMENT_REPORT,
                               &(struct document_save){ .sections = &section, .section_count = 1 }, &report, &err));
    assert_string_equal(err.code, "document.in_review");
    assert_false(document_decide(fixture_op(f), incident.ref, DOCUMENT_REPORT, false, " ", &report, &err));
    assert_string_equal(f->op.fields.first->field, "note");
    OK(document_decide(fixture_op(f), incident.ref, DOCUMENT_REPORT, false, "원인을 더 적어 주세요", &report, &f->err));
    assert_int_equal(report.state, DOCUMENT_DRAFT);
    OK(document_submit(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    OK(document_decide(fixture_op(f), incident.ref, DOCUMENT_REPORT, true, NULL, &report, &f->err));
    assert_int_equal(report.state, DOCUMENT_APPROVED);
    OK(document_publish(fixture_op(f), incident.ref, DOCUMENT_REPORT, NULL, &report, &f->err));
    assert_int_equal(report.state, DOCUMENT_PUBLISHED);
    struct revision_list revisions;
    OK(document_revisions(fixture_op(f), report.id, &revisions, &f->err));
    assert_int_equal(revisions.count, 3);
    struct revision_check check;
    OK(document_check_hash(fixture_op(f), revisions.items[0].hash, &check, &f->err));
    assert_true(check.found && check.newest);
    OK(document_check_hash(fixture_op(f), revisions.items[2].hash, &check, &f->err));
    assert_true(check.found && !check.newest);
    OK(document_check_hash(fixture_op(f), "abc", &check, &f->err));
    assert_false(check.found);
}

static void test_actions_of_the_payment_case(void **state) {
    static const struct action_draft DRAFTS[] = {
        { .title = "PG사 타임아웃 10초로 단축",
          .owner = "결제팀",
          .due = "2024-01-20",
          .state = "done",
          .kind = "setting" },
        { .title = "Circuit Breaker 적용",
          .owner = "백엔드팀",
          .due = "2024-01-25",
          .state = "doing",
          .kind = "architecture",
          .perspective = "response" },
        { .title = "Fallback PG 자동 전환 구현", .owner = "인프라팀", .due = "2024-02-01", .kind = "architecture" },
        { .title = "PG사 헬스체크 모니터링 추가",
          .owner = "SRE팀",
          .due = "2024-01-22",
          .state = "done",
          .perspective = "detection" },
    };
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct action_item item;
    for (size_t i = 0; i < 4; i++) {
        struct action_draft draft = DRAFTS[i];
        draft.incident_ref = incident.ref;
        OK(action_create(fixture_op(f), &draft, &item, &f->err));
    }
    struct action_figures figures;
    OK(action_figures(fixture_op(f), incident.ref, &figures, &f->err));
    assert_int_equal(figures.percent, 50);
    assert_int_equal(figures.overdue, 2);
    struct action_list list;
    OK(action_list(fixture_op(f), &(struct action_filter){ .state = "open", .limit = 1 }, &list, &f->err));
    assert_int_equal(list.count, 1);
    assert_true(list.more);
    struct document retro;
    struct document_save shape = { .shape = "postmortem" };
    OK(document_save(fixture_op(f), incident.ref, DOCUMENT_RETRO, &shape, &retro, &f->err));
    contains(body(&retro, "prevention"), "| PG사 타임아웃 10초로 단축 | 결제팀 | 2024-01-20 | 완료 |");
}

static void test_bad_actions_are_named(void **state) {
    static const struct {
        struct action_draft draft;
        const char *field;
    } CASES[] = {
        { { .title = NULL }, "title" },
        { { .title = " " }, "title" },
        { { .title = "a\x01" }, "title" },
        { { .title = "a", .due = "2024-02-30" }, "due" },
        { { .title = "a", .due = "내일" }, "due" },
        { { .title = "a", .state = "maybe" }, "state" },
        { { .title = "a", .state = "dropped" }, "state_reason" },
        { { .title = "a", .perspective = "blame" }, "perspective" },
        { { .title = "a", .incident_ref = "INC-1999-0001" }, "incident" },
    };
    struct fixture *f = *state;
    struct action_item item;
    struct error err;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_false(action_create(fixture_op(f), &CASES[i].draft, &item, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(f->op.fields.first->field, CASES[i].field);
    }
    assert_int_equal(fixture_count(f, "action_item"), 0);
    OK(action_create(fixture_op(f), &(struct action_draft){ .title = "a" }, &item, &f->err));
    assert_false(action_update(fixture_op(f), item.id, &(struct action_draft){ .title = "b" }, 7, &item, &err));
    assert_int_equal(err.kind, ERR_STALE);
}

static void test_what_is_submitted_no_longer_follows_the_incident(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document report = save(f, incident.ref, "cause", "연결을 돌려주지 않는 코드가 있었다.", 0);
    OK(document_submit(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    for (size_t i = 0; i < report.section_count; i++) assert_int_equal(report.sections[i].version, 1);
}

static void test_actions_are_filtered(void **state) {
    struct fixture *f = *state;
    struct action_item item;
    struct action_list list;
    OK(action_create(fixture_op(f), &(struct action_draft){ .title = "a", .perspective = "detection" }, &item,
                     &f->err));
    OK(action_create(fixture_op(f), &(struct action_draft){ .title = "b", .horizon = "long", .kind = "deploy" }, &item,
                     &f->err));
    static const struct {
        struct action_filter filter;
        size_t count;
    } CASES[] = {
        { { .perspective = "detection", .limit = 10 }, 1 },
        { { .horizon = "long", .kind = "deploy", .limit = 10 }, 1 },
        { { .horizon = "long", .perspective = "detection", .limit = 10 }, 0 },
        { { .limit = 10 }, 2 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        OK(action_list(fixture_op(f), &CASES[i].filter, &list, &f->err));
        assert_int_equal(list.count, CASES[i].count);
    }
}

static void test_the_meeting_is_a_calendar_file(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document retro;
    struct retro_schedule wish = { .at_ms = at("2025-12-12T15:00:00+09:00"), .attendees = "박서연\n최하늘" };
    OK(retro_schedule(fixture_op(f), incident.ref, &wish, &retro, &f->err));
    const char *calendar = retro_calendar(fixture_op(f), &retro, "회고");
    contains(calendar, "DTSTART:20251212T060000Z\r\n");
    contains(calendar, "DTEND:20251212T070000Z\r\n");
    contains(calendar, "DESCRIPTION:박서연\\n최하늘\r\n");
}

static struct op *korean(struct fixture *f) {
    struct op *op = fixture_op(f);
    op->lang = i18n_get("ko");
    return op;
}

static const char *quarter_text_of(struct fixture *f, int year, int number) {
    struct quarter_review review;
    const char *text;
    OK(quarter_find(korean(f), (struct quarter){ year, number }, &review, &f->err));
    OK(quarter_markdown(korean(f), &review, &text, &f->err));
    return text;
}

static void test_the_quarter_writes_itself(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document retro;
    OK(document_save(fixture_op(f), incident.ref, DOCUMENT_RETRO,
                     &(struct document_save){ .lesson = "상한을 먼저 본다", .runbook_change = "늘리는 법을 더한다" },
                     &retro, &f->err));
    const char *text = quarter_text_of(f, 2025, 4);
    contains(text, "- **장애**: 1\n");
    contains(text, "| P2 | 1 | 15분 |");
    contains(text, "상한을 먼저 본다");
    contains(text, "늘리는 법을 더한다");
    contains(quarter_text_of(f, 2025, 3), "- **장애**: 0\n");
    assert_int_equal(fixture_count(f, "quarter_review"), 0); /* looking stores nothing */
    struct lesson_list today;
    fixture_set_now(f, at("2026-12-09T01:00:00+09:00"));
    OK(insight_today(fixture_op(f), &today, &f->err));
    assert_int_equal(today.count, 1);
    assert_string_equal(today.items[0].lesson, "상한을 먼저 본다");
    fixture_set_now(f, at("2026-12-10T01:00:00+09:00"));
    OK(insight_today(fixture_op(f), &today, &f->err));
    assert_int_equal(today.count, 0);
    struct quarter_review review;
    assert_false(quarter_find(korean(f), (struct quarter){ 2025, 5 }, &review, &f->err));
    assert_string_equal(f->op.fields.first->field, "q");
}

static void test_a_quarter_that_is_over_is_kept_and_written_on(void **state) {
    struct fixture *f = *state;
    struct quarter last = { 2025, 4 };
    struct quarter_review review;
    fixture_set_now(f, at("2025-09-20T10:00:00+09:00"));
    OK(quarter_start(fixture_op(f), &f->err));
    surge(f);
    run_until(f, at("2026-01-01T05:59:00+09:00"));
    assert_int_equal(fixture_count(f, "quarter_review"), 0); /* nothing happened in the third quarter */
    run_until(f, at("2026-01-01T06:01:00+09:00"));
    OK(quarter_find(fixture_op(f), last, &review, &f->err));
    assert_true(review.id != 0);
    contains(review.sections[QUARTER_FREQUENCY].body, "| P2 | 1 | 15분 |");
    struct quarter_save plan = { QUARTER_PLAN, "- 상한을 경보로 본다", 1 };
    OK(quarter_save(fixture_op(f), last, &plan, &review, &f->err));
    plan.body = "늦은 글";
    REFUSED(quarter_save(fixture_op(f), last, &plan, &review, &f->err), ERR_STALE, "document.section_changed");
    assert_true(has_field(&f->op, "sections.plan", "stale"));
    /* what is found out later is counted again; what people wrote stays */
    declare_draft(f, &(struct incident_draft){ .started_at = "2025-12-30T10:00:00+09:00",
                                               .severity = "P2",
                                               .title = "뒤늦게 적은 장애",
                                               .kind = "backfilled" });
    OK(quarter_make(fixture_op(f), last, &review, &f->err));
    contains(review.sections[QUARTER_FREQUENCY].body, "- **장애**: 2");
    assert_string_equal(review.sections[QUARTER_PLAN].body, "- 상한을 경보로 본다");
    assert_int_equal(fixture_count(f, "quarter_review"), 1);
    struct quarter_list list;
    OK(quarter_list(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 1);
    /* the next one is on its way: a server that slept through a quarter makes it when it wakes */
    assert_int_equal(fixture_number(f, "SELECT due_at FROM due WHERE kind = 'insight.quarter'"),
                     at("2026-04-01T06:00:00+09:00"));
}

static void finds(struct fixture *f, const char *words, size_t count) {
    struct incident_page page;
    OK(incident_list(fixture_op(f), &(struct incident_query){ .q = words }, &page, &f->err));
    assert_int_equal(page.count, count);
}

static void test_documents_are_found_by_their_words(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    finds(f, "커넥션풀", 0);
    save(f, incident.ref, "cause", "커넥션풀 상한이 낮았다", 0);
    finds(f, "커넥션풀", 1);
    save(f, incident.ref, "cause", "스레드 상한이 낮았다", 1);
    finds(f, "커넥션풀", 0); /* what it says now, not what it said */
    struct document retro;
    struct why why = { "고객은 무엇을 겪었나", "대기열이 멈췄다", "대시보드 갈무리" };
    OK(document_save(
        fixture_op(f), incident.ref, DOCUMENT_RETRO,
        &(struct document_save){ .lesson = "관측이 먼저다", .whys = &why, .why_count = 1, .has_whys = true }, &retro,
        &f->err));
    finds(f, "관측", 1);
    finds(f, "갈무리", 1);
    finds(f, "스레드", 1); /* the report is still found */
}

static void test_a_document_is_one_html_file(void **state) {
    struct fixture *f = *state;
    struct incident incident = surge(f);
    struct document report;
    const char *html;
    save(f, incident.ref, "cause", "<script>alert(1)</script>\n\n[a](javascript:alert(1))", 0);
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    OK(document_html_file(fixture_op(f), &report, "<b>제목</b>", &html, &f->err));
    contains(html, "<h1>장애 보고서: &lt;b&gt;제목&lt;/b&gt;</h1>");
    contains(html, "<td>20:15</td>");
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "javascript:"));
    assert_null(strstr(html, "http")); /* it asks nobody for anything */
}

/* --- the parts of a retrospective --- */

static bool save_retro(struct fixture *f, const char *ref, const struct document_save *wish, struct document *out) {
    return document_save(fixture_op(f), ref, DOCUMENT_RETRO, wish, out, &f->err);
}

static void test_parts_are_saved_against_what_was_read(void **state) {
    struct fixture *f = *state;
    const char *ref = surge(f).ref;
    struct document retro;
    struct document_save pace = { .pace = { [PHASE_DETECTED] = "경보 창을 짧게 둔다" },
                                  .base = { [PART_PACE] = { true, 0 } } };
    OK(save_retro(f, ref, &pace, &retro));
    assert_string_equal(retro.pace[PHASE_DETECTED], "경보 창을 짧게 둔다");
    assert_int_equal(retro.parts[PART_PACE].version, 1);
    assert_int_equal(retro.parts[PART_WHYS].version, 0); /* what was not saved keeps its version */
    pace.pace[PHASE_DETECTED] = "늦게 온 글";
    REFUSED(save_retro(f, ref, &pace, &retro), ERR_STALE, "document.section_changed");
    assert_true(has_field(&f->op, "pace", "stale"));
    struct document_save lesson = { .lesson = "상한을 먼저 본다", .base = { [PART_FACTS] = { true, 0 } } };
    OK(save_retro(f, ref, &lesson, &retro)); /* another part is not in the way */
    assert_string_equal(retro.pace[PHASE_DETECTED], "경보 창을 짧게 둔다");
    pace.base[PART_PACE].version = 1;
    pace.pace[PHASE_DETECTED] = "";
    OK(save_retro(f, ref, &pace, &retro));
    assert_null(retro.pace[PHASE_DETECTED]);
    struct retro_schedule late = { .at_ms = at("2025-12-12T15:00:00+09:00"), .base = { true, 3 } };
    REFUSED(retro_schedule(fixture_op(f), ref, &late, &retro, &f->err), ERR_STALE, "document.section_changed");
    struct document_save odd = { .pace = { [PHASE_OCCURRED] = "x" } };
    REFUSED(save_retro(f, ref, &odd, &retro), ERR_INVALID, "input.invalid");
    assert_true(has_field(&f->op, "pace.occurred", "unknown"));
    /* every text that was ever saved is still there */
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM document_section_history WHERE key = 'pace'"), 2);
}

static void test_the_rules_of_the_whys(void **state) {
    static const struct {
        struct why first;
        const char *field, *code; /* NULL: kept */
    } CASES[] = {
        { { "왜 커넥션 풀이 찼나?", "상한이 낮았다", "설정 파일" }, NULL, NULL }, /* advice only */
        { { "고객은 왜 예약하지 못했나?", "", "" }, "whys[0].answer", "required" },
        { { "고객은 왜 예약하지 못했나?", "상한이 낮았다", " " }, "whys[0].evidence", "evidence" },
        { { "Why did CUSTOMERS see errors?", "The pool was full", "pool graph" }, NULL, NULL },
        { { "예매자는 왜 기다렸나?", "상한이 낮았다", "풀 지표" }, NULL, NULL },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *ref = surge(f).ref;
        struct document retro;
        struct document_save save_it = { .whys = &CASES[i].first, .why_count = 1, .has_whys = true };
        OK(save_retro(f, ref, &save_it, &retro)); /* while it is worked on, anything goes */
        assert_int_equal(whys_fault(fixture_op(f), &retro, 0) == WHY_NOT_CUSTOMER, i == 0);
        bool done = document_submit(fixture_op(f), ref, DOCUMENT_RETRO, &retro, &f->err);
        assert_int_equal(done, CASES[i].field == NULL);
        if (CASES[i].field == NULL) continue;
        assert_int_equal(f->err.kind, ERR_INVALID);
        assert_true(has_field(&f->op, CASES[i].field, CASES[i].code));
        assert_int_equal(f->op.fields.count, 1);
    }
}

static void test_a_retro_is_not_published_without_the_runbooks_answer(void **state) {
    struct fixture *f = *state;
    const char *ref = surge(f).ref;
    struct document retro;
    OK(document_submit(fixture_op(f), ref, DOCUMENT_RETRO, &retro, &f->err));
    OK(document_decide(fixture_op(f), ref, DOCUMENT_RETRO, true, NULL, &retro, &f->err));
    struct publish_wish answer = { .runbook_change = "  " };
    REFUSED(document_publish(fixture_op(f), ref, DOCUMENT_RETRO, &answer, &retro, &f->err), ERR_INVALID,
            "input.invalid");
    assert_true(has_field(&f->op, "runbook_change", "runbook"));
    answer = (struct publish_wish){ "바뀔 것이 없다. 절차가 그대로 들어맞았다.", { true, 4 } };
    REFUSED(document_publish(fixture_op(f), ref, DOCUMENT_RETRO, &answer, &retro, &f->err), ERR_STALE,
            "document.section_changed");
    answer.base.version = 0;
    OK(document_publish(fixture_op(f), ref, DOCUMENT_RETRO, &answer, &retro, &f->err));
    assert_int_equal(retro.state, DOCUMENT_PUBLISHED);
    contains(retro.runbook_change, "그대로 들어맞았다");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_a_document_is_one_html_file),
        FIXTURE_TEST(test_parts_are_saved_against_what_was_read),
        FIXTURE_TEST(test_the_rules_of_the_whys),
        FIXTURE_TEST(test_a_retro_is_not_published_without_the_runbooks_answer),
        FIXTURE_TEST(test_the_draft_needs_no_typing),
        FIXTURE_TEST(test_sections_are_saved_against_what_was_read),
        FIXTURE_TEST(test_review_from_submit_to_publish),
        FIXTURE_TEST(test_actions_of_the_payment_case),
        FIXTURE_TEST(test_bad_actions_are_named),
        FIXTURE_TEST(test_what_is_submitted_no_longer_follows_the_incident),
        FIXTURE_TEST(test_actions_are_filtered),
        FIXTURE_TEST(test_the_meeting_is_a_calendar_file),
        FIXTURE_TEST(test_the_quarter_writes_itself),
        FIXTURE_TEST(test_a_quarter_that_is_over_is_kept_and_written_on),
        FIXTURE_TEST(test_documents_are_found_by_their_words),
    };
    incidents_start();
    return fixture_run("review", tests, sizeof tests / sizeof *tests);
}
