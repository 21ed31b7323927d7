/* Checks of notices: byte counts of text messages, and agreement of the two languages. */
#include "support/harness.h"

#include "notice/agree.h"
#include "notice/sms.h"

#include <string.h>

static const char *facts(struct arena *arena, const char *text) {
    struct fact list[AGREE_FACTS_MAX];
    size_t count = agree_facts(arena, text, list);
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_printf(arena, "%s%s%c=%s", all, i ? " " : "", fact_kind_name(list[i].kind)[0], list[i].value);
    return all;
}

static void test_facts(void **state) {
    static const char *const CASES[][2] = {
        { "장애 시간: 19:30 ~ 19:45 (약 15분)", "t=19:30 t=19:45 d=15m" },
        { "Outage: 19:30 – 19:45 (about 15 minutes)", "t=19:30 t=19:45 d=15m" },
        { "오후 7시 30분부터 오후 7:45까지, 오전 12:05", "t=19:30 t=19:45 t=00:05" },
        { "from 7:30 PM to 7:45pm, 12:05 a.m., 7 pm", "t=19:30 t=19:45 t=00:05 t=19:00" },
        { "1시간 15분; 2일 3시간; 30초", "d=75m d=3060m d=30s" },
        { "1 hour and 15 minutes; 2 days, 3 hours; 30 sec; a 15-minute outage", "d=75m d=3060m d=30s d=15m" },
        { "2025-12-09 20:15 12월 9일 2025년 1월 3일", "d=12-09 t=20:15 d=01-03" },
        { "Dec 9, 2025 and 3 January 2025, December 9", "d=12-09 d=01-03" },
        { "약 5,000건 (3.5%), 30퍼센트", "n=5000 p=3.5% p=30%" },
        { "about 5000 payments (3.5 %), 30 percent", "n=5000 p=3.5% p=30%" },
        { "3만 5천 명, 5천 건, 2만", "n=35000 n=5000 n=20000" },
        { "API v2, S3, UTC+9, P1, INC-7", "" },
        { "5일간 점검, 매월 5일", "d=7200m n=5" },
        { "", "" },
        { "99999999999999999999999 1.2.3", "n=99999999999999999999999 n=1.2 n=3" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(facts(*state, CASES[i][0]), CASES[i][1]);
}

static const char *checked(struct arena *arena, const char *ko, const char *en,
                           const struct component_name *components) {
    struct disagreement *list;
    size_t count = agree_check(arena, ko, en, components, &list);
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_printf(arena, "%s[%s %s not in %s]", all, fact_kind_name(list[i].fact.kind), list[i].fact.value,
                           list[i].missing_in);
    return all;
}

static void test_agreement(void **state) {
    static const struct component_name NAMES[] = { { "결제", "Payments" }, { "로그인", "Login" }, { NULL, NULL } };
    assert_string_equal(
        checked(*state, "결제 장애: 19:30 ~ 19:45 (약 15분)", "Payments outage: 7:30 PM to 7:45 PM (15 min)", NAMES),
        "");
    assert_string_equal(
        checked(*state, "결제 장애 19:30 ~ 19:45", "Login outage 19:30 to 19:50", NAMES),
        "[time 19:45 not in en][time 19:50 not in ko][component 결제 not in en][component Login not in ko]");
    assert_string_equal(checked(*state, "50건", "none", NULL), "[number 50 not in en]");
}

static void test_message_bytes(void **state) {
    struct arena *arena = *state;
    struct sms_size size = sms_measure(arena, "결제 장애 abc");
    assert_int_equal(size.bytes, 13);
    assert_string_equal(size.kind, "sms");
    assert_null(size.missing);
    size = sms_measure(arena, "복구 완료 ✅ 뷁");
    assert_string_equal(size.missing, "✅");
    assert_int_equal(size.bytes, 4 + 1 + 4 + 1 + 2 + 1 + 2);
    char text[3000];
    memset(text, 'x', sizeof text);
    for (size_t i = 89; i <= 91; i++) {
        text[i] = '\0';
        assert_string_equal(sms_measure(arena, text).kind, i <= 90 ? "sms" : "lms");
        text[i] = 'x';
    }
    text[2000] = '\0';
    assert_string_equal(sms_measure(arena, text).kind, "lms");
    text[2000] = 'x';
    text[2001] = '\0';
    assert_string_equal(sms_measure(arena, text).kind, "too_long");
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_facts), TEST(test_agreement), TEST(test_message_bytes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
