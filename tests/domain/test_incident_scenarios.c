/* The scenarios of the manuals, from declaration to recovery: messages to the letter, due times to the second. */
#include "support/incidents.h"

#include "incident/recover.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static struct incident declare_at(struct fixture *f, const struct incident_draft *draft) {
    fixture_set_now(f, at(draft->started_at));
    return declare_draft(f, draft);
}

static struct incident recover_at(struct fixture *f, const char *ref, const struct recovery *recovery) {
    struct incident incident;
    fixture_set_now(f, at(recovery->at));
    OK(incident_recover(fixture_op(f), ref, recovery, &incident, &f->err));
    return incident;
}

static void test_traffic_surge(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare_at(f, &(struct incident_draft){ .started_at = "2025-12-09T20:00:00+09:00",
                                                                       .severity = "P2",
                                                                       .title = "티켓 오픈 트래픽 급증",
                                                                       .symptom = "응답시간 급증, 일부 타임아웃",
                                                                       .impact = "예약 플로우 지연",
                                                                       .owner = "문예진",
                                                                       .action = "스케일 아웃 진행",
                                                                       .detection = "monitoring",
                                                                       .category = "infrastructure" });
    assert_string_equal(incident.ref, "INC-2025-0001");
    assert_string_equal(message_of(f, incident.ref, MESSAGE_DECLARED, NULL),
                        "🚨 [장애 발생 - P2]\n- 시간: 2025-12-09 20:00\n- 증상: 응답시간 급증, 일부 타임아웃\n"
                        "- 영향: 예약 플로우 지연\n- 담당: 문예진\n- 조치 중: 스케일 아웃 진행");
    incident = recover_at(f, incident.ref,
                          &(struct recovery){ .at = "2025-12-09T20:15:00+09:00",
                                              .cause = "티켓 오픈 시간 트래픽 급증 (동시 접속 500명+)",
                                              .action = "스케일 아웃 (인스턴스 1→3)",
                                              .impact = "일부 사용자 응답 지연 (타임아웃 약 20건)",
                                              .follow_up = "오픈 시간 전 사전 스케일 아웃 절차 수립",
                                              .retro_at = "2025-12-10T14:00:00+09:00" });
    assert_string_equal(message_of(f, incident.ref, MESSAGE_RECOVERED, NULL),
                        "✅ [장애 복구 완료]\n- 복구 시간: 2025-12-09 20:15\n- 장애 시간: 15분\n"
                        "- 원인: 티켓 오픈 시간 트래픽 급증 (동시 접속 500명+)\n- 조치: 스케일 아웃 (인스턴스 1→3)\n"
                        "- 영향: 일부 사용자 응답 지연 (타임아웃 약 20건)\n"
                        "- 후속 조치: 오픈 시간 전 사전 스케일 아웃 절차 수립\n- 회고 일정: 2025-12-10 14:00");
    assert_true(clock_of(f, &incident, CLOCK_REPORT).due_at == at("2025-12-10T20:15:00+09:00"));
    assert_true(clock_of(f, &incident, CLOCK_RETRO).due_at == at("2025-12-14T20:00:00+09:00"));
}

static void test_redis_lock_failure(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare_at(f, &(struct incident_draft){ .started_at = "2025-12-09T19:30:00+09:00",
                                                                       .severity = "P1",
                                                                       .title = "Redis 장애로 좌석 배정 실패",
                                                                       .symptom = "좌석 배정 전체 실패",
                                                                       .impact = "예약 불가",
                                                                       .owner = "문예진",
                                                                       .suspected_cause = "Redis 연결 장애",
                                                                       .detection = "monitoring",
                                                                       .category = "infrastructure" });
    assert_string_equal(message_of(f, incident.ref, MESSAGE_DECLARED, NULL),
                        "🚨 [장애 발생 - P1]\n- 시간: 2025-12-09 19:30\n- 증상: 좌석 배정 전체 실패\n- 영향: 예약 불가\n"
                        "- 담당: 문예진\n- 원인 추정: Redis 연결 장애");
    assert_int_equal(clock_of(f, &incident, CLOCK_HELP_OFFER).round, 0); /* a suspicion is a cause to work on */
    recover_at(f, incident.ref,
               &(struct recovery){ .at = "2025-12-09T19:45:00+09:00",
                                   .cause = "Redis 메모리 부족으로 연결 거부",
                                   .action = "Redis 재시작 및 메모리 정리",
                                   .impact = "장애 시간 동안 좌석 배정 약 50건 실패",
                                   .follow_up = "Redis 메모리 모니터링 알람 추가 예정",
                                   .retro_at = "2025-12-10T14:00:00+09:00" });
    assert_string_equal(
        message_of(f, incident.ref, MESSAGE_RECOVERED, "ko"),
        "✅ [장애 복구 완료]\n- 복구 시간: 2025-12-09 19:45\n- 장애 시간: 15분\n"
        "- 원인: Redis 메모리 부족으로 연결 거부\n- 조치: Redis 재시작 및 메모리 정리\n"
        "- 영향: 장애 시간 동안 좌석 배정 약 50건 실패\n- 후속 조치: Redis 메모리 모니터링 알람 추가 예정\n"
        "- 회고 일정: 2025-12-10 14:00");
    assert_string_equal(
        message_of(f, incident.ref, MESSAGE_RECOVERED, "en"),
        "✅ [Incident recovered]\n- Recovered: 2025-12-09 19:45\n- Duration: 15 min\n"
        "- Cause: Redis 메모리 부족으로 연결 거부\n- Action: Redis 재시작 및 메모리 정리\n"
        "- Impact: 장애 시간 동안 좌석 배정 약 50건 실패\n- Follow-up: Redis 메모리 모니터링 알람 추가 예정\n"
        "- Retrospective: 2025-12-10 14:00");
}

static void test_unknown_cause(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare_at(f, &(struct incident_draft){ .started_at = "2025-12-09T21:00:00+09:00",
                                                                       .severity = "P2",
                                                                       .title = "원인 불명 서비스 불안정",
                                                                       .symptom = "서비스 불안정 (원인 파악 중)",
                                                                       .impact = "일부 기능 간헐적 오류",
                                                                       .owner = "문예진",
                                                                       .status_note = "원인 분석 중",
                                                                       .detection = "internal",
                                                                       .category = "application" });
    assert_string_equal(message_of(f, incident.ref, MESSAGE_DECLARED, NULL),
                        "🚨 [장애 발생 - P2]\n- 시간: 2025-12-09 21:00\n- 증상: 서비스 불안정 (원인 파악 중)\n"
                        "- 영향: 일부 기능 간헐적 오류\n- 담당: 문예진\n- 상태: 원인 분석 중");
    assert_true(clock_of(f, &incident, CLOCK_HELP_OFFER).due_at == at("2025-12-09T21:10:00+09:00"));
    fixture_set_now(f, at("2025-12-09T21:10:00+09:00"));
    struct help help;
    struct help_draft draft = { .symptom = "API 일부가 500을 돌려줌",
                                .tried = "컨테이너 재시작, 최근 로그 확인",
                                .logs = "app-log.txt",
                                .needed = "추가 분석 인력",
                                .at = "2025-12-09T21:10:00+09:00" };
    OK(incident_ask_help(fixture_op(f), incident.ref, &draft, &help, &f->err));
    fixture_advance(f, 7 * MINUTE);
    assert_string_equal(
        message_of(f, incident.ref, MESSAGE_HELP, NULL),
        "🆘 [도움 요청]\n- 상황: 원인 파악 어려움 (10분 경과)\n- 증상: API 일부가 500을 돌려줌\n"
        "- 시도한 것: 컨테이너 재시작, 최근 로그 확인\n- 로그 파일: app-log.txt\n- 필요한 것: 추가 분석 인력");
    assert_int_equal(clock_of(f, &incident, CLOCK_HELP_OFFER).state, CLOCK_MET);
    recover_at(f, incident.ref,
               &(struct recovery){ .at = "2025-12-09T21:30:00+09:00",
                                   .cause = "직전 배포의 설정 누락",
                                   .action = "이전 버전으로 롤백",
                                   .impact = "간헐적 오류 약 120건",
                                   .follow_up = "원인 분석 및 재발 방지책 수립",
                                   .retro_at = "2025-12-10T14:00:00+09:00" });
    assert_string_equal(
        message_of(f, incident.ref, MESSAGE_RECOVERED, NULL),
        "✅ [장애 복구 완료]\n- 복구 시간: 2025-12-09 21:30\n- 장애 시간: 30분\n- 원인: 직전 배포의 설정 누락\n"
        "- 조치: 이전 버전으로 롤백\n- 영향: 간헐적 오류 약 120건\n"
        "- 후속 조치: 원인 분석 및 재발 방지책 수립\n- 회고 일정: 2025-12-10 14:00");
}

/* Recorded when it was long over: every time lies in the past. */
static void test_payment_provider(void **state) {
    struct fixture *f = *state;
    static const char *const TIMELINE[][2] = {
        { "2024-01-15T14:30:00+09:00", "결제 API 에러율 증가 알람 발생" },
        { "2024-01-15T14:33:00+09:00", "온콜 담당자 확인, 대응 시작" },
        { "2024-01-15T14:40:00+09:00", "원인 파악: PG사 연동 타임아웃" },
        { "2024-01-15T15:00:00+09:00", "Fallback PG사로 전환 시도" },
        { "2024-01-15T15:45:00+09:00", "정상 선언" },
    };
    struct incident incident = declare_draft(f, &(struct incident_draft){ .started_at = "2024-01-15T14:30:00+09:00",
                                                                          .kind = "backfilled",
                                                                          .severity = "P1",
                                                                          .title = "PG사 연동 타임아웃으로 결제 실패",
                                                                          .symptom = "결제 API 에러율 증가",
                                                                          .impact = "전체 사용자의 결제 기능",
                                                                          .owner = "backend-oncall",
                                                                          .detection = "monitoring",
                                                                          .category = "external" });
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM incident_clock"), 0);
    for (size_t i = 0; i < sizeof TIMELINE / sizeof *TIMELINE; i++) {
        struct event event;
        struct timeline_draft note = { .at = TIMELINE[i][0], .text = TIMELINE[i][1] };
        OK(incident_note(fixture_op(f), incident.ref, &note, &event, &f->err));
        assert_true(event.at == at(TIMELINE[i][0]) && event.recorded_at == FIXTURE_NOW);
    }
    struct recovery recovery = { .at = "2024-01-15T15:45:00+09:00",
                                 .cause = "PG사 내부 데이터베이스 장애로 결제 API 응답 지연",
                                 .action = "Fallback PG사로 전환",
                                 .impact = "약 5000건 결제 실패",
                                 .follow_up = "타임아웃 단축, Circuit Breaker 적용",
                                 .retro_at = "2024-01-16T14:00:00+09:00" };
    OK(incident_recover(fixture_op(f), incident.ref, &recovery, &incident, &f->err));
    const char *duration =
        when_duration(f->arena, i18n_get("ko"), incident_begin(&incident), incident.phase_at[PHASE_RECOVERED]);
    assert_string_equal(duration, "1시간 15분");
    assert_int_equal(incident_measure(&incident, MEASURE_RECOVER).minutes, 75);
    assert_true(clock_of(f, &incident, CLOCK_REPORT).due_at == at("2024-01-16T15:45:00+09:00"));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM outbox"), 0);
}

static void test_a_drill_says_so_and_stays_inside(void **state) {
    struct fixture *f = *state;
    struct incident drill = declare_draft(
        f, &(struct incident_draft){ .symptom = "결제 지연", .severity = "P2", .kind = "drill", .lang = "ko" });
    assert_string_equal(message_of(f, drill.ref, MESSAGE_DECLARED, NULL),
                        "[훈련] 🚨 [장애 발생 - P2]\n- 시간: 2026-03-01 20:00\n- 증상: 결제 지연");
    assert_string_equal(message_of(f, drill.ref, MESSAGE_DECLARED, "en"),
                        "[DRILL] 🚨 [Incident - P2]\n- Time: 2026-03-01 20:00\n- Symptom: 결제 지연");
}

static void test_the_update_message(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "로그인 실패", "P2");
    struct update update;
    fixture_advance(f, 20 * MINUTE);
    struct update_draft draft = { .text = "원인을 찾았습니다.\n롤백 중입니다.", .next_minutes = "30" };
    OK(incident_update(fixture_op(f), incident.ref, &draft, &update, &f->err));
    assert_string_equal(message_of(f, incident.ref, MESSAGE_UPDATE, NULL),
                        "📢 [상황 공유 - P2]\n- 시간: 2026-03-01 20:20\n- 상황: 원인을 찾았습니다.\n롤백 중입니다.\n"
                        "- 다음 공유: 2026-03-01 20:50");
    REFUSED(incident_message(fixture_op(f), incident.ref, MESSAGE_RECOVERED, NULL, &(const char *){ NULL }, &f->err),
            ERR_CONFLICT, "incident.not_recovered");
}

/* Text of people is data: it comes out as it went in, wherever it goes. */
static void test_markup_passes_through_as_data(void **state) {
    struct fixture *f = *state;
    const char *probe = "<script>alert(1)</script>{{severity}}\"'&\\n";
    struct incident incident =
        declare_draft(f, &(struct incident_draft){ .title = probe, .symptom = probe, .severity = "P3" });
    assert_string_equal(incident.title, probe);
    assert_non_null(strstr(message_of(f, incident.ref, MESSAGE_DECLARED, NULL), probe));
    struct event event = last_event(f, &incident);
    assert_non_null(strstr(event.text, probe));
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_traffic_surge),
                                        FIXTURE_TEST(test_redis_lock_failure),
                                        FIXTURE_TEST(test_unknown_cause),
                                        FIXTURE_TEST(test_payment_provider),
                                        FIXTURE_TEST(test_a_drill_says_so_and_stays_inside),
                                        FIXTURE_TEST(test_the_update_message),
                                        FIXTURE_TEST(test_markup_passes_through_as_data) };
    incidents_start();
    return fixture_run("incident scenarios", tests, sizeof tests / sizeof *tests);
}
