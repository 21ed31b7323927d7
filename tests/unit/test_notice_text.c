/* Notice texts that ship: every file reads, both languages are complete, every variable is known, and the channels. */
#include "support/harness.h"

#include "base/str.h"
#include "incident/incident.h"
#include "notice/agree.h"
#include "notice/facts.h"
#include "notice/scenario.h"
#include "notice/sms.h"
#include "base/json.h"
#include "text/i18n.h"

#include <string.h>

#define START INT64_C(1765276200000) /* 2025-12-09 19:30 in Seoul */
#define MINUTE INT64_C(60000)

static int load(void **state) {
    struct error err;
    arena_setup(state);
    if (!i18n_load_all(&err)) fail_msg("%s", err.detail);
    return 0;
}

static struct notice_facts facts(int64_t minutes) {
    struct error err;
    struct notice_facts facts = { .organisation = "봉수 상점", .start_ms = START, .next_ms = START + 60 * MINUTE };
    assert_true(tz_find("Asia/Seoul", &facts.tz, &err));
    if (minutes >= 0) facts.end_ms = START + minutes * MINUTE;
    return facts;
}

static const char *filled(struct arena *arena, const char *lang, const char *text, const struct notice_facts *facts) {
    struct notice_faults faults;
    char *out;
    json_t *vars = notice_vars(arena, facts, i18n_get(lang));
    if (!notice_fill(arena, text, vars, i18n_get(lang), &out, &faults)) fail_msg("%s: %s", text, faults.list[0].what);
    return out;
}

static void test_files_are_whole(void **state) {
    struct arena *arena = *state;
    static const char *const LANGS[] = { "ko", "en" };
    struct scenario *list[2];
    size_t count[2];
    struct error err;
    for (int l = 0; l < 2; l++) {
        if (!scenario_list(arena, LANGS[l], &list[l], &count[l], &err)) fail_msg("%s", err.detail);
    }
    assert_true(count[0] >= 10);
    assert_int_equal(count[0], count[1]);
    struct notice_facts over = facts(15);
    struct notice_facts running = facts(-1);
    for (size_t i = 0; i < count[0]; i++) {
        assert_string_equal(list[0][i].key, list[1][i].key);
        for (int stage = 0; stage < STAGE_COUNT; stage++) {
            const struct notice_facts *now = stage == STAGE_RECOVERED ? &over : &running;
            const char *texts[2];
            for (int l = 0; l < 2; l++) {
                const struct notice_text *text = &list[l][i].stages[stage];
                if (text->text == NULL) fail_msg("%s/%s has no %s", LANGS[l], list[l][i].key, notice_stage_name(stage));
                filled(arena, LANGS[l], text->title, now);
                texts[l] = filled(arena, LANGS[l], text->text, now);
                assert_null(strstr(texts[l], "{{"));
            }
            struct disagreement *found;
            size_t wrong = agree_check(arena, texts[0], texts[1], NULL, &found);
            if (wrong > 0) fail_msg("%s %s: %s", list[0][i].key, notice_stage_name(stage), found[0].fact.value);
        }
    }
}

static void test_lines_without_value_are_left_out(void **state) {
    struct notice_facts running = facts(-1);
    running.next_ms = 0;
    assert_string_equal(filled(*state, "ko", "가\n끝: {{end}}\n{{range}} ({{about}})\n다음: {{next}}\n나", &running),
                        "가\n나");
    struct notice_faults faults;
    char *out;
    json_t *vars = notice_vars(*state, &running, i18n_get("ko"));
    assert_false(notice_fill(*state, "가\n{{endd}}", vars, i18n_get("ko"), &out, &faults));
    assert_int_equal(faults.list[0].line, 2);
}

static void test_times(void **state) {
    struct arena *arena = *state;
    static const struct {
        int64_t minutes;
        const char *expected;
    } CASES[] = {
        { 15, "19:30 ~ 19:45 (약 15분)" },
        { 0, "19:30 ~ 19:30 (1분 미만)" },
        { 75, "19:30 ~ 20:45 (약 1시간 15분)" },
        { 300, "2025-12-09 19:30 ~ 2025-12-10 00:30 (약 5시간)" },
        { 2 * 1440 + 3 * 60 + 10, "2025-12-09 19:30 ~ 2025-12-11 22:40 (약 2일 3시간)" },
        { 1440 + 59 + 31, "2025-12-09 19:30 ~ 2025-12-10 21:00 (약 1일 2시간)" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct notice_facts over = facts(CASES[i].minutes);
        assert_string_equal(filled(arena, "ko", "{{range}} ({{about}})", &over), CASES[i].expected);
    }
    struct notice_facts running = facts(-1);
    assert_string_equal(filled(arena, "ko", "{{range}}", &running), "2025-12-09 19:30 ~ 진행 중");
    assert_string_equal(filled(arena, "ko", "{{start_spoken}} {{next_spoken}}", &running), "19시 30분 20시 30분");
    assert_string_equal(filled(arena, "en", "{{start_spoken}} {{zone}}", &running), "19:30 KST");
}

static void test_the_scenario_that_fits(void **state) {
    struct scenario *list;
    size_t count;
    struct error err;
    assert_true(scenario_list(*state, "ko", &list, &count, &err));
    static const char *const CASES[][3] = {
        { "티켓 오픈 트래픽 급증", "응답시간 급증, 일부 타임아웃", "traffic" },
        { "Redis 장애로 좌석 배정 실패", "좌석 배정 전체 실패", "reservation" },
        { "원인 불명 서비스 불안정", "서비스 불안정 (원인 파악 중)", "unknown" },
        { "PG사 연동 타임아웃으로 결제 실패", "결제 API 에러율 증가", "payment" },
        { "LOGIN 실패", NULL, "login" },
        { "무언가", NULL, "general" },
        { NULL, NULL, "general" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct incident incident = { .title = CASES[i][0], .symptom = CASES[i][1] };
        assert_string_equal(scenario_match(*state, list, count, &incident), CASES[i][2]);
    }
}

static void test_channels(void **state) {
    struct arena *arena = *state;
    struct error err;
    static const char *const LANGS[] = { "ko", "en" };
    for (int l = 0; l < 2; l++) {
        for (int stage = 0; stage < STAGE_COUNT; stage++) {
            struct notice_facts now = facts(stage == STAGE_RECOVERED ? 15 : -1);
            json_t *all;
            if (!notice_channels(arena, &now, i18n_get(LANGS[l]), stage, "첫 문장입니다.\n둘째 줄", &all, &err))
                fail_msg("%s", err.detail);
            assert_string_equal(json_text(all, "banner"), "첫 문장입니다.");
            assert_false(str_blank(json_text(all, "phone")) || str_blank(json_text(all, "ars")));
        }
    }
    struct notice_facts over = facts(15);
    json_t *all;
    assert_true(notice_channels(arena, &over, i18n_get("ko"), STAGE_RECOVERED, "결제가 정상화되었습니다.", &all, &err));
    const json_t *sms = json_object_get(all, "sms");
    assert_string_equal(json_text(sms, "text"), "[봉수 상점] 결제가 정상화되었습니다. 19:30 ~ 19:45");
    assert_string_equal(json_text(sms, "kind"), "sms");
    assert_true(json_integer_value(json_object_get(sms, "bytes")) == 11 + 1 + 24 + 1 + 13);
    assert_string_equal(json_text(json_object_get(all, "kakao"), "#{시간}"), "19:30 ~ 19:45");
}

#define LOADED(function) cmocka_unit_test_setup_teardown(function, load, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        LOADED(test_files_are_whole), LOADED(test_lines_without_value_are_left_out),
        LOADED(test_times),           LOADED(test_the_scenario_that_fits),
        LOADED(test_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
