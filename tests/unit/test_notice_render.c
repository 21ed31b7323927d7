/* Filling in notice texts: values, particles, and refusals with their place. */
#include "support/harness.h"

#include "base/json.h"
#include "notice/render.h"
#include "text/i18n.h"

#include <string.h>

static const char *filled(struct arena *arena, const char *lang, const char *text, const char *json) {
    struct error err;
    json_t *vars;
    struct notice_faults faults;
    char *out;
    assert_true(json_parse(arena, json, strlen(json), &vars, &err));
    if (notice_render(arena, text, vars, i18n_get(lang), &out, &faults)) return out;
    const char *all = "";
    for (size_t i = 0; i < faults.count; i++) {
        const struct notice_fault *fault = &faults.list[i];
        all = arena_printf(arena, "%s[%d:%d %zu+%zu %s %s]", all, fault->line, fault->column, fault->offset,
                           fault->length, fault->code, fault->what);
    }
    return all;
}

static void test_values_and_particles(void **state) {
    static const char *const CASES[][3] = {
        { "", "{}", "" },
        { "{{a}}", "{\"a\":\"결제\"}", "결제" },
        { "{{ a }}와 {b} { } }", "{\"a\":\"결제\"}", "결제와 {b} { } }" },
        { "{{a:이/가}} {{b:을/를}} {{c:으로/로}} {{d:은/는}}",
          "{\"a\":\"API\",\"b\":\"MySQL\",\"c\":\"URL\",\"d\":\"결제(PG)\"}", "API가 MySQL을 URL로 결제(PG)는" },
        { "{{ a : 가/이 }}", "{\"a\":\"알림\"}", "알림이" },
        { "{{서비스:은/는}} 정상입니다.", "{\"서비스\":\"좌석 예약\"}", "좌석 예약은 정상입니다." },
        { "{{n:을/를}} {{f:이/가}}", "{\"n\":3,\"f\":3.5}", "3을 3.5가" },
        { "{{a:이/가}}", "{\"a\":\"\"}", "이(가)" },
        { "{{a}}", "{\"a\":\"{{b}}\"}", "{{b}}" },
        { "{{a}}{{a:와/과}}\n{{b-c.d_e}}", "{\"a\":\"팀\",\"b-c.d_e\":\"x\"}", "팀팀과\nx" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(filled(*state, "ko", CASES[i][0], CASES[i][1]), CASES[i][2]);
    assert_string_equal(filled(*state, "en", "{{a:이/가}} is down", "{\"a\":\"Payment\"}"), "Payment is down");
}

static void test_refusals_name_their_place(void **state) {
    static const char *const CASES[][2] = {
        { "장애 {{b}}", "[1:4 3+5 unknown_name b]" },
        { "가\n나 {{b:이/가}} {{c}}", "[2:3 4+9 unknown_name b][2:13 14+5 unknown_name c]" },
        { "{{a:의/의}}", "[1:1 0+9 unknown_pair 의/의]" },
        { "{{a:}}", "[1:1 0+6 unknown_pair ]" },
        { "{{a", "[1:1 0+3 template_syntax {{a]" },
        { "{{a}", "[1:1 0+4 template_syntax {{a}]" },
        { "{{a\n}}", "[1:1 0+3 template_syntax {{a][2:1 4+2 template_syntax }}]" },
        { "{{}}", "[1:1 0+4 template_syntax {{}}]" },
        { "{{{a}}}", "[1:1 0+3 template_syntax {{{][1:5 4+2 template_syntax }}]" },
        { "{{a b}}", "[1:1 0+7 template_syntax {{a b}}]" },
        { "a}}", "[1:2 1+2 template_syntax }}]" },
        { "{{#a}}", "[1:1 0+6 template_syntax {{#a}}]" },
        { "{{t}}", "[1:1 0+5 not_text t]" },
        { "{{l}}", "[1:1 0+5 not_text l]" },
        { "{{n}}", "[1:1 0+5 not_text n]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(filled(*state, "ko", CASES[i][0], "{\"a\":\"x\",\"t\":true,\"l\":[],\"n\":null}"),
                            CASES[i][1]);
}

static void test_check_of_a_template(void **state) {
    static const char *const NAMES[] = { "service", "start", NULL };
    struct notice_faults faults;
    assert_true(notice_check(*state, "{{service:이/가}} {{start}}", NAMES, &faults));
    assert_false(notice_check(*state, "{{service}} {{ende}}", NAMES, &faults));
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.list[0].what, "ende");
}

static void test_limits(void **state) {
    struct arena *arena = *state;
    char *text = arena_alloc(arena, 40001);
    for (int i = 0; i < 8000; i++) memcpy(text + (ptrdiff_t)(i * 5), "{{b}}", 5);
    text[30000] = '\0';
    struct notice_faults faults;
    char *out;
    json_t *vars = json_obj(arena);
    assert_false(notice_render(arena, text, vars, i18n_get("ko"), &out, &faults));
    assert_int_equal(faults.count, NOTICE_FAULTS_MAX);
    json_put_text(vars, "b", "0123456789abcdef");
    assert_false(notice_render(arena, text, vars, i18n_get("ko"), &out, &faults));
    assert_string_equal(faults.list[0].code, "too_long");
    text[30000] = 'x';
    assert_false(notice_render(arena, text, vars, i18n_get("ko"), &out, &faults));
    assert_int_equal(faults.count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_values_and_particles), TEST(test_refusals_name_their_place),
                                        TEST(test_check_of_a_template), TEST(test_limits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
