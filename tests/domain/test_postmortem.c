/* Postmortems from elsewhere: what is understood, what is refused by its line, and what becomes of one. */
#include "support/incidents.h"

#include "base/buf.h"
#include "review/document_text.h"
#include "review/postmortem.h"

#include <string.h>

static const char KOREAN[] =
    "# 결제 지연 포스트모템\n"
    "\n"
    "## 요약\n"
    "- **장애 등급**: P1 (Critical)\n"
    "- **영향 시간**: 2024-03-05 23:40 ~ 00:20 (40분)\n"
    "- **영향 범위**: 결제 화면을 연 고객\n"
    "\n"
    "## 타임라인\n"
    "| 시간 | 이벤트 |\n|:---|:---|\n| 23:40 | 경보 |\n"
    "## 근본 원인\n연결 상한이 낮았다.\n```\n## 제목이 아니다\n```\n"
    "## 재발 방지 조치\n"
    "| 조치 | 담당자 | 기한 | 상태 |\n|:---|:---|:---|:---|\n"
    "| 상한을 지표로 본다 | 플랫폼팀 | 3/20 | 완료 |\n"
    "| 자동 전환 | 결제팀 | 곧 | 진행중 |\n"
    "- [ ] 연습에 넣는다\n"
    "## 교훈\n1. 상한을 먼저 본다\n"
    "## 참석자\n- 박서연\n- 최하늘\n";

static struct postmortem read_it(struct fixture *f, const char *markdown) {
    struct postmortem read;
    OK(postmortem_read(fixture_op(f), &(struct postmortem_wish){ .markdown = markdown }, &read, &f->err));
    return read;
}

static void test_korean_is_understood(void **state) {
    struct fixture *f = *state;
    struct postmortem read = read_it(f, KOREAN);
    assert_string_equal(read.title, "결제 지연 포스트모템");
    assert_string_equal(read.severity, "P1");
    assert_int_equal(read.started_at, at("2024-03-05T23:40:00+09:00"));
    assert_int_equal(read.recovered_at, at("2024-03-06T00:20:00+09:00")); /* a time alone, over midnight */
    assert_string_equal(read.impact, "결제 화면을 연 고객");
    assert_string_equal(read.attendees, "박서연\n최하늘");
    assert_int_equal(read.section_count, 5);
    assert_string_equal(read.sections[2].key, "cause");
    assert_non_null(strstr(read.sections[2].body, "## 제목이 아니다"));
    assert_int_equal(read.action_count, 3);
    assert_string_equal(read.actions[0].due, "2024-03-20");
    assert_string_equal(read.actions[0].state, "done");
    assert_string_equal(read.actions[1].state, "doing");
    assert_null(read.actions[1].due);
    assert_int_equal(read.hint_count, 1);
    assert_int_equal(read.hints[0].line, 21); /* "곧" is no date */
    assert_string_equal(read.actions[2].title, "연습에 넣는다");
    assert_int_equal(fixture_count(f, "incident"), 0);
}

static void test_english_is_understood(void **state) {
    struct fixture *f = *state;
    struct postmortem read = read_it(f,
                                     "# Checkout outage\r\n**Severity:** SEV-2\r\n**Date:** 2023/07/14\r\n"
                                     "Started: 2023-07-14T02:05:00Z\r\nResolved: 2023-07-14 04:00 UTC\r\n"
                                     "## Root Cause\r\nA full queue.\r\n## Action Items\r\n* [x] alert on depth\r\n");
    assert_string_equal(read.severity, "P2");
    assert_int_equal(read.started_at, at("2023-07-14T02:05:00Z"));
    assert_int_equal(read.recovered_at, at("2023-07-14T04:00:00Z"));
    assert_string_equal(read.sections[1].body, "A full queue.");
    assert_string_equal(read.actions[0].state, "done");
}

static void test_it_becomes_an_incident_with_its_retro(void **state) {
    struct fixture *f = *state;
    struct postmortem read;
    struct incident incident;
    struct document retro;
    OK(postmortem_import(fixture_op(f), &(struct postmortem_wish){ .markdown = KOREAN }, &read, &incident, &f->err));
    assert_int_equal(incident.kind, INCIDENT_BACKFILLED);
    assert_int_equal(incident.state, INCIDENT_RECOVERED);
    assert_int_equal(incident.phase_at[PHASE_RECOVERED], at("2024-03-06T00:20:00+09:00"));
    assert_int_equal(clock_of(f, &incident, CLOCK_REPORT).round, 0); /* what lies years back owes nothing */
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_RETRO, &retro, &f->err));
    assert_string_equal(retro.shape, "postmortem");
    assert_non_null(strstr(document_markdown(fixture_op(f), &retro, "x"), "상한을 먼저 본다"));
    struct action_figures figures;
    OK(action_figures(fixture_op(f), incident.ref, &figures, &f->err));
    assert_int_equal(figures.total, 3);
    assert_int_equal(figures.percent, 33);
    assert_int_equal(fixture_count(f, "outbox"), 0); /* nobody is told anything about the past */
}

static void test_what_is_wrong_is_named_by_its_line(void **state) {
    static const struct {
        const char *markdown, *field, *code;
    } CASES[] = {
        { "", "markdown", "required" },
        { "text\n", "title", "required" },
        { "# t\n", "severity", "required" },
        { "# t\nSeverity: P1\n", "started_at", "required" },
        { "# t\nSeverity: P1\nStarted: soon\n", "line.3", "malformed" },
        { "# t\nSeverity: P1\nStarted: 2024-13-01 10:00\n", "line.3", "malformed" },
        { "# t\nSeverity: P1\nStarted: 2024-01-02 10:00\nResolved: 2024-01-01 10:00\n", "recovered_at", "too_early" },
        { "# t\nSeverity: P1\nStarted: 2124-01-02 10:00\n", "started_at", "future" },
        { "# t\n\n\x01\n", "line.3", "control_characters" },
        { "# t\n\xff\n", "line.2", "not_utf8" },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct postmortem_wish wish = { .markdown = CASES[i].markdown };
        struct postmortem read;
        struct incident incident;
        REFUSED(postmortem_import(fixture_op(f), &wish, &read, &incident, &f->err), ERR_INVALID, "input.invalid");
        if (!has_field(&f->op, CASES[i].field, CASES[i].code)) fail_msg("case %zu: %s", i, f->op.fields.first->field);
    }
    struct postmortem_wish unknown = { .markdown = KOREAN, .severity = "P9" };
    struct postmortem read;
    struct incident incident;
    REFUSED(postmortem_import(fixture_op(f), &unknown, &read, &incident, &f->err), ERR_INVALID, "input.invalid");
    assert_true(f->op.fields.count == 1);
    assert_int_equal(fixture_count(f, "incident"), 0); /* all or nothing */
}

static void test_long_texts_are_bounded(void **state) {
    struct fixture *f = *state;
    struct buf text;
    struct postmortem read;
    buf_init(&text, f->arena, POSTMORTEM_MAX * 2);
    buf_puts(&text, KOREAN);
    for (int i = 0; i < 101; i++) buf_puts(&text, "## 재발 방지\n- [ ] 하나 더\n");
    struct postmortem_wish wish = { .markdown = text.data };
    REFUSED(postmortem_read(fixture_op(f), &wish, &read, &f->err), ERR_INVALID, "input.invalid");
    assert_string_equal(f->op.fields.first->code, "too_many");
    while (text.len <= SECTION_MAX * 2) buf_puts(&text, "0123456789 abc\n");
    wish.markdown = text.data;
    assert_false(postmortem_read(fixture_op(f), &wish, &read, &f->err));
    assert_true(has_field(&f->op, "line.18", "too_long")); /* where the section begins */
    while (text.len <= POSTMORTEM_MAX) buf_puts(&text, "0123456789 abc\n");
    wish.markdown = text.data;
    assert_false(postmortem_read(fixture_op(f), &wish, &read, &f->err));
    assert_true(has_field(&f->op, "markdown", "too_long"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_korean_is_understood),
        FIXTURE_TEST(test_english_is_understood),
        FIXTURE_TEST(test_it_becomes_an_incident_with_its_retro),
        FIXTURE_TEST(test_what_is_wrong_is_named_by_its_line),
        FIXTURE_TEST(test_long_texts_are_bounded),
    };
    incidents_start();
    return fixture_run("postmortem", tests, sizeof tests / sizeof *tests);
}
