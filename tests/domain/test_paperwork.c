/* The paperwork of the manuals' cases: what their documents say, from what was recorded while it happened. */
#include "support/incidents.h"

#include "incident/recover.h"
#include "review/action_item.h"
#include "review/document.h"
#include "review/document_text.h"

#include <stdio.h>
#include <string.h>

static const char *body(const struct document *document, const char *key) {
    for (size_t i = 0; i < document->section_count; i++) {
        if (strcmp(document->sections[i].key, key) == 0) return document->sections[i].body;
    }
    fail_msg("no section %s", key);
    return NULL;
}

/* --- a surge of traffic: summary, detection and timeline of the report need no typing --- */

static void test_the_report_of_a_traffic_surge(void **state) {
    struct fixture *f = *state;
    struct document report;
    fixture_set_now(f, at("2025-12-09T20:00:00+09:00"));
    struct incident incident =
        declare_draft(f, &(struct incident_draft){ .started_at = "2025-12-09T20:00:00+09:00",
                                                   .severity = "P2",
                                                   .title = "예매 시작과 함께 몰린 접속",
                                                   .symptom = "응답이 느려지고 일부가 시간을 넘김",
                                                   .impact = "예약 화면 지연",
                                                   .owner = "당번",
                                                   .action = "인스턴스 늘리는 중",
                                                   .detection = "monitoring",
                                                   .category = "infrastructure" });
    fixture_set_now(f, at("2025-12-09T20:15:00+09:00"));
    OK(incident_recover(fixture_op(f), incident.ref,
                        &(struct recovery){ .at = "2025-12-09T20:15:00+09:00",
                                            .cause = "동시 접속이 500명을 넘음",
                                            .action = "인스턴스를 하나에서 셋으로",
                                            .impact = "일부 사용자 지연, 시간 초과 약 20건",
                                            .follow_up = "시작 전에 미리 늘리는 절차" },
                        &incident, &f->err));
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    assert_string_equal(body(&report, "summary"),
                        "| 항목 | 내용 |\n|---|---|\n| 장애 등급 | P2 |\n"
                        "| 발생 시간 | 2025-12-09 20:00 |\n| 복구 시간 | 2025-12-09 20:15 |\n"
                        "| 장애 지속 | 15분 |\n"
                        "| 영향 범위 | 일부 사용자 지연, 시간 초과 약 20건 |");
    assert_string_equal(body(&report, "detection"),
                        "| 항목 | 내용 |\n|---|---|\n| 탐지 시각 | 2025-12-09 20:00 |\n"
                        "| 탐지 경로 | 모니터링 알람 |\n| 최초 인지 담당 | 당번 |");
    assert_string_equal(body(&report, "timeline"),
                        "| 시간 | 행동 | 결과 |\n|---|---|---|\n"
                        "| 20:00 | 장애를 선언했습니다. [P2] 예매 시작과 함께 몰린 접속 | |\n"
                        "| 20:15 | 장애가 복구되었습니다. 장애 시간: 15분 | |");
    assert_string_equal(body(&report, "cause"), "동시 접속이 500명을 넘음");
    assert_string_equal(body(&report, "follow_up"), "- 시작 전에 미리 늘리는 절차");
    OK(document_submit(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err)); /* as it stands */
}

/* --- a payment provider that did not answer: the postmortem of 001, example 4, recorded afterwards --- */

static void note(struct fixture *f, const char *ref, const char *clock, const char *text) {
    char when[40];
    struct event event;
    snprintf(when, sizeof when, "2024-01-15T%s:00+09:00", clock);
    OK(incident_note(fixture_op(f), ref, &(struct timeline_draft){ .at = when, .text = text, .starred = "true" },
                     &event, &f->err));
}

static struct incident payment_case(struct fixture *f) {
    static const char *const EVENTS[][2] = {
        { "14:30", "결제 API 오류율 경보" },
        { "14:33", "당번 확인, 대응 시작" },
        { "14:40", "PG사 응답 지연으로 좁힘" },
        { "14:45", "PG사 담당과 통화" },
        { "15:00", "예비 PG사로 넘기기 시작" },
        { "15:20", "예비 PG사로 넘김" },
        { "15:30", "PG사 복구 통보" },
        { "15:40", "원래대로 돌리고 지켜봄" },
        { "15:45", "정상 선언" },
    };
    static const struct action_draft ACTIONS[] = {
        { .title = "PG사 타임아웃을 10초로",
          .owner = "결제팀",
          .due = "2024-01-20",
          .state = "done",
          .kind = "setting" },
        { .title = "회로 차단기 넣기",
          .owner = "백엔드팀",
          .due = "2024-01-25",
          .state = "doing",
          .perspective = "response" },
        { .title = "예비 PG 자동 전환", .owner = "인프라팀", .due = "2024-02-01", .perspective = "response" },
        { .title = "PG사 헬스체크 경보",
          .owner = "SRE팀",
          .due = "2024-01-22",
          .state = "done",
          .perspective = "detection" },
    };
    fixture_set_now(f, at("2024-01-16T10:00:00+09:00"));
    struct incident incident = declare_draft(f, &(struct incident_draft){ .started_at = "2024-01-15T14:30:00+09:00",
                                                                          .severity = "P1",
                                                                          .title = "PG사 지연으로 결제 실패",
                                                                          .symptom = "결제 API 오류율 증가",
                                                                          .impact = "모든 사용자의 결제",
                                                                          .damage = "예상 손실 약 2억원",
                                                                          .detection = "monitoring",
                                                                          .category = "external",
                                                                          .kind = "backfilled" });
    for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++) note(f, incident.ref, EVENTS[i][0], EVENTS[i][1]);
    OK(incident_recover(
        fixture_op(f), incident.ref,
        &(struct recovery){ .at = "2024-01-15T15:45:00+09:00",
                            .cause = "PG사 데이터베이스 장애로 응답이 60초를 넘겼고, 우리 쪽 기다림은 30초였다.",
                            .action = "예비 PG사로 넘김",
                            .impact = "결제 약 5000건 실패",
                            .follow_up = "타임아웃 단축, 회로 차단기" },
        &incident, &f->err));
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        struct action_draft draft = ACTIONS[i];
        struct action_item item;
        draft.incident_ref = incident.ref;
        OK(action_create(fixture_op(f), &draft, &item, &f->err));
    }
    return incident;
}

static const char POSTMORTEM[] =
    "# 포스트모템: PG사 지연으로 결제 실패 (%s)\n\n"
    "- **참석자**: 대응 당번, 기술 책임, 검토자\n"
    "- **한 줄 교훈**: 밖에 기대는 것에는 스스로 넘어가는 길을 둔다\n"
    "\n## 1. 장애 요약\n\n"
    "- **장애 등급**: P1\n"
    "- **영향 시간**: 2024-01-15 14:30 ~ 15:45 (1시간 15분)\n"
    "- **영향 범위**: 모든 사용자의 결제\n"
    "- **비즈니스 영향**: 결제 약 5000건 실패, 예상 손실 약 2억원\n"
    "\n## 2. 타임라인\n\n"
    "| 시간 | 이벤트 |\n|:---|:---|\n"
    "| 14:30 | 결제 API 오류율 경보 |\n"
    "| 14:33 | 당번 확인, 대응 시작 |\n"
    "| 14:40 | PG사 응답 지연으로 좁힘 |\n"
    "| 14:45 | PG사 담당과 통화 |\n"
    "| 15:00 | 예비 PG사로 넘기기 시작 |\n"
    "| 15:20 | 예비 PG사로 넘김 |\n"
    "| 15:30 | PG사 복구 통보 |\n"
    "| 15:40 | 원래대로 돌리고 지켜봄 |\n"
    "| 15:45 | 정상 선언 |\n"
    "\n## 3. 장애 원인\n\n"
    "PG사 데이터베이스 장애로 응답이 60초를 넘겼고, 우리 쪽 기다림은 30초였다.\n"
    "\n## 4. 영향\n\n"
    "- 모든 사용자의 결제\n- 결제 약 5000건 실패\n- 예상 손실 약 2억원\n"
    "\n## 5. 대응 내용\n\n"
    "예비 PG사로 넘김\n"
    "\n## 6. 재발 방지 대책\n\n"
    "| 조치 | 담당자 | 기한 | 상태 |\n|:---|:---|:---|:---|\n"
    "| PG사 타임아웃을 10초로 | 결제팀 | 2024-01-20 | 완료 |\n"
    "| 회로 차단기 넣기 | 백엔드팀 | 2024-01-25 | 진행 중 |\n"
    "| 예비 PG 자동 전환 | 인프라팀 | 2024-02-01 | 대기 |\n"
    "| PG사 헬스체크 경보 | SRE팀 | 2024-01-22 | 완료 |\n"
    "\n## 7. 교훈\n\n"
    "1. 예비 길이 손으로만 열렸다\n2. 우리 쪽 감시가 먼저 알지 못했다\n3. 기다림이 너무 길었다\n"
    "\n## 8. 5 Whys\n\n"
    "1. **고객의 결제가 왜 실패했나?**\n   PG사의 응답을 30초까지 기다리다 끊었다\n   근거: 결제 API 지연 지표\n"
    "\n## 런북에서 바뀌는 것\n\n"
    "예비 PG사로 넘기는 단계를 결제 런북에 더한다\n";

static void test_the_postmortem_of_a_payment_provider(void **state) {
    static const struct section_save LESSONS = {
        "lessons", "1. 예비 길이 손으로만 열렸다\n2. 우리 쪽 감시가 먼저 알지 못했다\n3. 기다림이 너무 길었다", 0
    };
    static const struct why WHY = { "고객의 결제가 왜 실패했나?", "PG사의 응답을 30초까지 기다리다 끊었다",
                                    "결제 API 지연 지표" };
    struct fixture *f = *state;
    struct incident incident = payment_case(f);
    struct document retro;
    struct document_save typed = { .shape = "postmortem" };
    OK(document_save(fixture_op(f), incident.ref, DOCUMENT_RETRO, &typed, &retro, &f->err));
    /* all that is typed: what was learnt, who came, and why */
    typed = (struct document_save){ .sections = &LESSONS,
                                    .section_count = 1,
                                    .attendees = "대응 당번\n기술 책임\n검토자",
                                    .lesson = "밖에 기대는 것에는 스스로 넘어가는 길을 둔다",
                                    .whys = &WHY,
                                    .why_count = 1,
                                    .has_whys = true };
    OK(document_save(fixture_op(f), incident.ref, DOCUMENT_RETRO, &typed, &retro, &f->err));
    struct publish_wish answer = { .runbook_change = "예비 PG사로 넘기는 단계를 결제 런북에 더한다" };
    OK(document_submit(fixture_op(f), incident.ref, DOCUMENT_RETRO, &retro, &f->err));
    OK(document_publish(fixture_op(f), incident.ref, DOCUMENT_RETRO, &answer, &retro, &f->err));
    assert_int_equal(retro.state, DOCUMENT_PUBLISHED);
    char expected[sizeof POSTMORTEM + 40];
    snprintf(expected, sizeof expected, POSTMORTEM, incident.ref);
    assert_string_equal(document_markdown(fixture_op(f), &retro, incident_headline(&incident)), expected);
    struct action_figures figures;
    OK(action_figures(fixture_op(f), incident.ref, &figures, &f->err));
    assert_int_equal(figures.percent, 50);
}

static void test_what_is_written_down_afterwards(void **state) {
    struct fixture *f = *state;
    struct document report;
    fixture_set_now(f, at("2026-01-20T10:00:00+09:00"));
    struct incident incident = declare_draft(f, &(struct incident_draft){ .started_at = "2026-01-10T20:00:00+09:00",
                                                                          .severity = "P2",
                                                                          .title = "지난 장애",
                                                                          .detection = "cs",
                                                                          .kind = "backfilled" });
    OK(incident_recover(fixture_op(f), incident.ref, &(struct recovery){ .at = "2026-01-10T20:30:00+09:00" }, &incident,
                        &f->err));
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    assert_non_null(strstr(body(&report, "detection"), "| 탐지 시각 |  |")); /* nobody said, so it does not say */
    assert_null(strstr(body(&report, "timeline"), "선언했습니다"));
    assert_non_null(strstr(body(&report, "timeline"), "| 20:30 | 장애가 복구되었습니다."));
}

/* --- a long night: the end of the story is not cut off --- */

static void test_the_timeline_of_a_long_incident(void **state) {
    struct fixture *f = *state;
    struct document report;
    fixture_set_now(f, at("2026-01-10T00:00:00+09:00"));
    struct incident incident = declare(f, "긴 밤", "P1");
    for (int i = 0; i < 230; i++) {
        struct event event;
        fixture_advance(f, MINUTE);
        OK(incident_note(fixture_op(f), incident.ref, &(struct timeline_draft){ .text = "살펴본다" }, &event, &f->err));
    }
    OK(incident_recover(fixture_op(f), incident.ref, &(struct recovery){ .cause = "상한" }, &incident, &f->err));
    OK(document_find(fixture_op(f), incident.ref, DOCUMENT_REPORT, &report, &f->err));
    assert_non_null(strstr(body(&report, "timeline"), "| 03:50 | 장애가 복구되었습니다."));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_the_report_of_a_traffic_surge),
        FIXTURE_TEST(test_the_postmortem_of_a_payment_provider),
        FIXTURE_TEST(test_what_is_written_down_afterwards),
        FIXTURE_TEST(test_the_timeline_of_a_long_incident),
    };
    incidents_start();
    return fixture_run("paperwork", tests, sizeof tests / sizeof *tests);
}
