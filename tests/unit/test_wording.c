/* wording/: places, disguises, names, masks and the gate of rule files. */
#include "support/harness.h"

#include "base/json.h"
#include "base/str.h"
#include "wording/wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_CAP = 128 * 1024 * 1024 };

static struct arena *rules_arena;
static const struct wording_rules *rules;

static const char *const ROSTER[] = { "문예린", "한도준", "나라", "배하늘", "Alice Moran", "Mark Rivers", "amoran" };

static struct wording_findings check_in(struct arena *arena, const char *section, const char *text) {
    struct wording_input input = { .text = text, .size = strlen(text), .section = section, .kind = WORDING_REPORT };
    input.roster = ROSTER;
    input.roster_count = sizeof ROSTER / sizeof *ROSTER;
    struct wording_findings findings;
    struct error err;
    assert_true(wording_check(rules, arena, &input, &findings, &err));
    return findings;
}

static void assert_found(struct arena *arena, const char *text, const char *words) {
    struct wording_findings findings = check_in(arena, "cause", text);
    if (findings.count == 0) fail_msg("nothing found in: %s", text);
    const char *place = strstr(text, words);
    assert_non_null(place);
    size_t start = (size_t)(place - text);
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.list[i].start_byte < start + strlen(words) && findings.list[i].end_byte > start) return;
    }
    fail_msg("found elsewhere in: %s", text);
}

static void assert_silent(struct arena *arena, const char *section, const char *text) {
    struct wording_findings findings = check_in(arena, section, text);
    if (findings.count > 0) fail_msg("%s found in: %s", findings.list[0].rule, text);
}

static void test_disguises_make_no_difference(void **state) {
    static const char *const same[][2] = {
        { "운영자 실수로 삭제됨.", "실수" },
        { "운영자 실\u200b수로 삭제됨.", "실\u200b수" },
        { "운영자 실 수로 삭제됨.", "실 수" },
        { "운영자 실-수로 삭제됨.", "실-수" },
        { "운영자 실·수로 삭제됨.", "실·수" },
        { "운영자 부 주 의로 삭제됨.", "부 주 의" },
        { "운영자 부.주.의로 삭제됨.", "부.주.의" },
        { "운영자 **실수**로 삭제됨.", "실수" },
        { "운영자 ㅅㅣㄹㅅㅜ로 삭제됨.", "ㅅㅣㄹㅅㅜ" },
        { "운영자 \u1109\u1175\u11af\u1109\u116e로 삭제됨.", "\u1109\u1175\u11af\u1109\u116e" },
        { "It was human error.", "human error" },
        { "It was HUMAN ERROR.", "HUMAN ERROR" },
        { "It was ｈｕｍａｎ ｅｒｒｏｒ.", "ｈｕｍａｎ" },
        { "It was hum\u0430n err\u043er.", "err\u043er" },
        { "It was hu\u00adman er\u200bror.", "man" },
        { "It was h u m a n error.", "h u m a n" },
        { "It was human-error.", "human-error" },
        { "It was \U0001d421\U0001d42e\U0001d426\U0001d41a\U0001d427 error.", "error" },
        { "The on-call should\u2019ve escalated.", "should\u2019ve" },
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) assert_found(*state, same[i][0], same[i][1]);
}

static void test_places_count_points_and_utf16(void **state) {
    struct wording_findings findings = check_in(*state, "cause", "🔥🔥 휴먼 에러로 판단한다.");
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.list[0].start, 3);
    assert_int_equal(findings.list[0].start_utf16, 5);
    assert_int_equal(findings.list[0].end - findings.list[0].start,
                     findings.list[0].end_utf16 - findings.list[0].start_utf16);
    assert_int_equal(findings.list[0].start_byte, 9);
    assert_true(findings.blocked);
    assert_non_null(findings.list[0].suggestions[0]);
}

static void test_names(void **state) {
    assert_found(*state, "문예린이 작성한 스크립트가 실행되었다.", "문예린");
    assert_found(*state, "당시 예린님만 권한이 있었다.", "예린");
    assert_found(*state, "마지막 접속은 amoran 계정이었다.", "amoran");
    assert_found(*state, "The job was written by Mark in March.", "Mark");
    assert_found(*state, "Alice's host was the only one left.", "Alice");
    assert_silent(*state, "timeline", "14:02 한도준님이 롤백을 시작했다.");
    assert_silent(*state, "cause", "하늘색 선은 지연 시간이다.");
    assert_silent(*state, "cause", "나라별 오류율이 달랐다.");
    assert_silent(*state, "prevention", "Mark the node unhealthy when two probes time out.");
    assert_silent(*state, "prevention", "자동 롤백 도입 (담당: 한도준, 기한: 4/2)");
    assert_silent(*state, "prevention", "| 예방 | 자동 롤백 | 한도준 | 4/2 |");
    assert_silent(*state, "prevention", "Add a dry run (owner: Alice Moran, due 2025-04-02)");
}

static void test_masks(void **state) {
    assert_silent(*state, "cause", "`git blame -L 40,60 pay.c` 결과를 첨부한다.");
    assert_silent(*state, "cause", "로그:\n```\nERROR human error, 사용자 실수\n```\n끝.");
    assert_silent(*state, "cause", "2025-03-02T10:14:55Z WARN worker: should have 3 replicas, human error");
    assert_silent(*state, "cause", "https://wiki.example.com/휴먼에러-사례");
    assert_silent(*state, "cause", "> 담당자의 실수로 발생했다");
    assert_silent(*state, "cause", "'실수'라는 단어는 쓰지 않습니다.");
    assert_found(*state, "이번 일은 '실수'였다.", "실수");
}

static void test_severity_by_kind(void **state) {
    struct wording_input input = { .text = "운영자 실수였다.", .section = "update", .kind = WORDING_UPDATE };
    input.size = strlen(input.text);
    struct wording_findings findings;
    struct error err;
    assert_true(wording_check(rules, *state, &input, &findings, &err));
    assert_true(findings.count > 0);
    assert_false(findings.blocked);
    input.kind = WORDING_RETRO;
    assert_true(wording_check(rules, *state, &input, &findings, &err));
    assert_true(findings.blocked);
}

static void test_refuses_bad_input(void **state) {
    struct wording_input input = { .text = "\xff", .size = 1 };
    struct wording_findings findings;
    struct error err;
    assert_false(wording_check(rules, *state, &input, &findings, &err));
    assert_string_equal(err.code, "wording.not_utf8");
    char *large = arena_alloc(*state, WORDING_TEXT_MAX + 1);
    memset(large, 'a', WORDING_TEXT_MAX + 1);
    input = (struct wording_input){ .text = large, .size = WORDING_TEXT_MAX + 1 };
    assert_false(wording_check(rules, *state, &input, &findings, &err));
    assert_string_equal(err.code, "wording.too_large");
}

/* What the product itself asks: templates, open questions, the whys. */
static void test_templates_are_silent(void **state) {
    static const char *const lines[][2] = {
        { "lessons", "- 더 빠르게 할 수 있었던 부분?" },
        { "lessons", "- 이 장애를 사전에 막을 수 있었나?\n- 빠진 테스트가 있었나?" },
        { "lessons", "- 알람이 제대로 왔나?\n- 더 빨리 인지할 수 있었나?" },
        { "lessons", "- 다른 방법을 선택했다면 더 빨랐을까?\n- 매뉴얼이 도움이 됐나?" },
        { "lessons", "- 누가 만들었는지 언급 금지\n- 비난 없이 건설적으로" },
        { "cause", "Why 3: 인덱스 없이 전체 테이블을 스캔했다\nWhy 4: 코드 리뷰에서 쿼리 성능을 체크하지 않았다" },
        { "summary", "| 최초 인지자 | 문예린 |\n| 탐지 경로 | 모니터링 알람 |" },
        { "summary", "- **담당자**: DevOps팀, Backend팀" },
        { "prevention", "| 관점 | 개선 항목 | 담당자 | 기한 |\n| 장애 예방 | 자동 롤백 | 문예린 | 4/2 |" },
        { "lessons", "Could this incident have been prevented?" },
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) assert_silent(*state, lines[i][0], lines[i][1]);
}

/* --- the gate of rule files --- */

#define RULE(any, flag, pass, suggest)                                                              \
    "{\"version\":1,\"lang\":\"ko\",\"category\":\"x\",\"rules\":[{\"id\":\"ko.x\",\"any\":[\"" any \
    "\"],\"message\":{\"ko\":\"m\",\"en\":\"m\"},\"suggest\":{\"ko\":[\"" suggest                   \
    "\"],\"en\":[\"s\"]},"                                                                          \
    "\"examples\":{\"flag\":[\"" flag "\"],\"pass\":[\"" pass "\"]}}]}"

static bool loads(struct arena *arena, const char *text) {
    struct wording_file file = { "test.json", text, strlen(text) };
    struct wording_rules *loaded;
    struct error err;
    return wording_rules_load_files(arena, &file, 1, NULL, &loaded, &err);
}

static void test_rule_files_are_gated(void **state) {
    assert_true(loads(*state, RULE("가나", "가나", "다라", "마바")));
    assert_false(loads(*state, RULE("가나", "다라", "마바", "사아"))); /* must flag */
    assert_false(loads(*state, RULE("가나", "가나", "가나다", "사아"))); /* must pass */
    assert_false(loads(*state, RULE("가나", "가나", "다라", "가나"))); /* suggestion is flagged */
    assert_false(loads(*state, RULE("(", "가나", "다라", "마바"))); /* does not compile */
    assert_false(loads(*state, RULE("(?:가나)?", "가나", "다라", "마바"))); /* matches nothing */
    assert_false(loads(*state, RULE("{nope}", "가나", "다라", "마바")));
    assert_false(loads(*state, "{\"version\":1,\"lang\":\"ko\",\"surprise\":1}"));
    assert_false(loads(*state, "not json"));
}

/* A rewrite takes words of the text and the particle that fits them, and is left out where it would be flagged. */
static void test_suggestions_are_filled_from_the_text(void **state) {
    static const char RULES[] =
        "{\"version\":1,\"lang\":\"ko\",\"category\":\"x\",\"rules\":[{\"id\":\"ko.x\",\"any\":[\"(?<object>설정|서버|"
        "가나)"
        "마바\"],"
        "\"message\":{\"ko\":\"m\",\"en\":\"m\"},\"suggest\":{\"ko\":[\"{object}{을/를} "
        "봅니다\",\"{object}마바\",\"{other} 봅니다\","
        "\"그냥 봅니다\"],\"en\":[\"s\"]},\"examples\":{\"flag\":[\"가나마바\"],\"pass\":[\"가나\"]}}]}";
    static const struct {
        const char *text, *first;
    } CASES[] = { { "어제 설정마바", "설정을 봅니다" }, { "어제 서버마바", "서버를 봅니다" } };
    struct wording_file file = { "test.json", RULES, sizeof RULES - 1 };
    struct arena *arena = arena_new(RULES_CAP);
    struct wording_rules *loaded;
    struct error err;
    if (!wording_rules_load_files(arena, &file, 1, NULL, &loaded, &err)) fail_msg("%s: %s", err.code, err.detail);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct wording_input input = { .text = CASES[i].text, .size = strlen(CASES[i].text), .section = "cause" };
        struct wording_findings findings;
        assert_true(wording_check(loaded, *state, &input, &findings, &err));
        assert_int_equal(findings.count, 1);
        const char *const *list = findings.list[0].suggestions;
        assert_string_equal(list[0], CASES[i].first);
        assert_string_equal(list[1], "그냥 봅니다"); /* neither the flagged one nor the one with nothing to fill in */
        assert_null(list[2]);
    }
    arena_free(arena);
}

static void test_organisation_words(void **state) {
    static const char *const allow[] = { "실수왕 챌린지", NULL };
    static const char *const roles[] = { "결제지기", NULL };
    struct wording_words words = { .allow = allow, .roles = roles };
    struct arena *arena = arena_new(RULES_CAP);
    struct wording_rules *own;
    struct error err;
    assert_true(wording_rules_load(arena, &words, &own, &err));
    struct wording_input input = { .text = "실수왕 챌린지 페이지가 느려졌다.", .section = "cause" };
    input.size = strlen(input.text);
    struct wording_findings findings;
    assert_true(wording_check(own, *state, &input, &findings, &err));
    assert_int_equal(findings.count, 0);
    input.text = "결제지기가 설정을 확인하지 않았다.";
    input.size = strlen(input.text);
    assert_true(wording_check(own, *state, &input, &findings, &err));
    assert_int_equal(findings.count, 1);
    assert_string_not_equal(wording_rules_version(own), wording_rules_version(rules));
    arena_free(arena);
}

/* --- adversarial text --- */

static void test_large_text_stays_cheap(void **state) {
    (void)state;
    static const char *const units[] = { "담당자가 ", "실", "하지 않", "the engineer ", "a ", "왜 누가 ", "\"",
                                         "`",         "| ", "- " };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct arena *arena = arena_new(RULES_CAP);
        size_t len = strlen(units[i]);
        size_t count = WORDING_TEXT_MAX / len;
        char *text = arena_alloc(arena, count * len + 1);
        for (size_t j = 0; j < count; j++) memcpy(text + j * len, units[i], len);
        struct wording_input input = { .text = text, .size = count * len, .section = "cause", .kind = WORDING_REPORT };
        struct wording_findings findings;
        struct error err;
        assert_true(wording_check(rules, arena, &input, &findings, &err));
        arena_free(arena);
    }
}

/* --- the corpus of our own sentences --- */

struct score {
    int right, missed, wrong;
};

static void score_line(struct arena *arena, const char *line, struct score *score) {
    json_t *item;
    struct error err;
    assert_true(json_parse(arena, line, strlen(line), &item, &err));
    const json_t *list = json_object_get(item, "roster");
    const char *roster[64];
    size_t count = 0;
    for (; count < json_array_size(list); count++) roster[count] = json_string_value(json_array_get(list, count));
    struct wording_input input = { .text = json_text(item, "text"), .section = json_text(item, "section") };
    input.size = strlen(input.text);
    input.kind = WORDING_REPORT;
    input.roster = roster;
    input.roster_count = count;
    struct wording_findings findings;
    assert_true(wording_check(rules, arena, &input, &findings, &err));
    if (str_eq(json_text(item, "label"), "ok")) {
        score->wrong += findings.count > 0;
        return;
    }
    json_int_t start = json_integer_value(json_array_get(json_object_get(item, "span"), 0));
    json_int_t end = json_integer_value(json_array_get(json_object_get(item, "span"), 1));
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.list[i].start >= end || findings.list[i].end <= start) continue;
        score->right++;
        return;
    }
    score->missed++;
}

static void assert_f1(const char *path, double floor) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct score score = { 0 };
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    char line[16384];
    while (fgets(line, sizeof line, file) != NULL) {
        score_line(arena, line, &score);
        arena_reset(arena);
    }
    arena_free(arena);
    fclose(file);
    double f1 = 2.0 * score.right / (2.0 * score.right + score.missed + score.wrong);
    if (f1 < floor) fail_msg("%s: F1 %.3f (%d missed, %d wrong)", path, f1, score.missed, score.wrong);
}

static void test_corpus(void **state) {
    (void)state;
    assert_f1("tests/wording/corpus_ko.jsonl", 0.97);
    assert_f1("tests/wording/corpus_en.jsonl", 0.97);
}

static int load_rules(void **state) {
    if (arena_setup(state) != 0) return -1;
    arena_teardown(state);
    struct wording_rules *loaded;
    struct error err;
    rules_arena = arena_new(RULES_CAP);
    if (!wording_rules_load(rules_arena, NULL, &loaded, &err)) {
        fprintf(stderr, "%s: %s\n", err.code, err.detail);
        return -1;
    }
    rules = loaded;
    return 0;
}

static int drop_rules(void **state) {
    (void)state;
    arena_free(rules_arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_disguises_make_no_difference),
        TEST(test_places_count_points_and_utf16),
        TEST(test_names),
        TEST(test_masks),
        TEST(test_templates_are_silent),
        TEST(test_severity_by_kind),
        TEST(test_refuses_bad_input),
        TEST(test_rule_files_are_gated),
        TEST(test_suggestions_are_filled_from_the_text),
        TEST(test_organisation_words),
        TEST(test_large_text_stays_cheap),
        TEST(test_corpus),
    };
    return cmocka_run_group_tests(tests, load_rules, drop_rules);
}
