/* view/: what templates render, what they refuse to load, and that no value breaks out of its place. */
#include "support/harness.h"

#include "base/json.h"
#include "text/i18n.h"
#include "view/template_internal.h"

#include <string.h>

static const char *render_as(struct arena *arena, enum template_kind kind, const char *text, const char *json) {
    struct template template;
    struct error err;
    json_t *view;
    if (!template_compile(arena, "t", kind, text, &template, &err)) return arena_printf(arena, "LOAD %s", err.detail);
    assert_true(json_parse(arena, json, strlen(json), &view, &err));
    struct buf out;
    buf_init(&out, arena, 100000);
    if (!template_run(&template, view, &(struct render_options){ i18n_get("ko"), true, NULL }, &out, &err))
        return arena_printf(arena, "RUN %s", err.detail);
    return out.data;
}

static const char *render(struct arena *arena, const char *text, const char *json) {
    return render_as(arena, TEMPLATE_HTML, text, json);
}

static void test_mustache(void **state) {
    static const struct {
        const char *text, *json, *expected;
    } CASES[] = {
        { "", "{}", "" },
        { "장애 {{title}}!", "{\"title\":\"결제\"}", "장애 결제!" },
        { "{{ title }}", "{\"title\":\"x\"}", "x" },
        { "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":7}}}", "7" },
        { "{{a}}{{b}}{{c}}{{d}}", "{\"a\":true,\"b\":false,\"c\":null,\"d\":1.5}", "truefalse1.5" },
        { "{{#l}}[{{.}}]{{/l}}", "{\"l\":[1,\"<\",3]}", "[1][&lt;][3]" },
        { "{{#l}}{{n}}{{x}};{{/l}}", "{\"x\":\"y\",\"l\":[{\"n\":1},{\"n\":2,\"x\":\"z\"}]}", "1y;2z;" },
        { "{{#o}}{{n}}{{/o}}", "{\"o\":{\"n\":5}}", "5" },
        { "{{#s}}<{{/s}}", "{\"s\":\"\"}", "LOAD t:1: a section may not begin or end here" },
        { "{{#s}}yes{{/s}}{{^s}}no{{/s}}", "{\"s\":\"\"}", "no" },
        { "{{#s}}yes{{/s}}{{^s}}no{{/s}}", "{\"s\":0}", "no" },
        { "{{#s}}yes{{/s}}{{^s}}no{{/s}}", "{\"s\":[]}", "no" },
        { "{{#s}}yes{{/s}}{{^s}}no{{/s}}", "{}", "no" },
        { "{{#s}}{{.}}{{/s}}", "{\"s\":\"text\"}", "text" },
        { "{{#a}}{{#b}}x{{/b}}{{/a}}", "{\"a\":true,\"b\":true}", "x" },
        { "{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{\"c\":1}},\"b\":{\"c\":2}}", "1" },
        { "a{{! anything > {here} }}b", "{}", "LOAD t:1: a tag inside a tag" },
        { "a{{! anything > here }}b", "{}", "ab" },
        { "{{{text_html}}}", "{\"text_html\":\"<b>\"}", "<b>" },
        { "{{a}}\n{{b}}", "{\"a\":1}", "RUN t:2: the view model has no b" },
        { "{{a}}", "{\"a\":[1]}", "RUN t:1: a list or object as text: a" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(render(*state, CASES[i].text, CASES[i].json), CASES[i].expected);
}

/* Where the frame puts it changes nothing of what a page sees. */
static void test_a_page_within_its_frame(void **state) {
    struct arena *arena = *state;
    struct template frame, page;
    struct error err;
    json_t *view;
    static const char JSON[] = "{\"me\":{\"name\":\"문예진\",\"may\":{}},\"name\":\"결제\",\"may\":{\"edit\":true}}";
    assert_true(template_compile(arena, "frame", TEMPLATE_HTML, "{{#me}}[{{name}}] {{>content}} {{name}}{{/me}}",
                                 &frame, &err));
    assert_true(template_compile(arena, "page", TEMPLATE_HTML, "{{name}}{{#may.edit}}!{{/may.edit}}", &page, &err));
    assert_true(json_parse(arena, JSON, strlen(JSON), &view, &err));
    struct buf out;
    buf_init(&out, arena, 1000);
    assert_true(template_run(&frame, view, &(struct render_options){ i18n_get("ko"), true, &page }, &out, &err));
    assert_string_equal(out.data, "[문예진] 결제! 문예진");
}

static void test_syntax_errors_name_their_line(void **state) {
    static const char *const CASES[][2] = {
        { "a\nb {{x", "LOAD t:2: a tag without its end" },
        { "a\n{{#x}}\n", "LOAD t:2: {{#x}} is never closed" },
        { "{{#x}}{{/y}}", "LOAD t:1: {{/y}} closes nothing that is open" },
        { "\n\n{{/y}}", "LOAD t:3: {{/y}} closes nothing that is open" },
        { "{{}}", "LOAD t:1: a name is a, a.b or ." },
        { "{{a b}}", "LOAD t:1: a name is a, a.b or ." },
        { "{{a..b}}", "LOAD t:1: a name is a, a.b or ." },
        { "{{=<% %>=}}", "LOAD t:1: {{= =}} and {{& }} are not supported" },
        { "{{{x}}}", "LOAD t:1: {{{…}}} is for keys that end in _html (in slack/ _slack)" },
        { "<p\n", "LOAD t:2: ends inside a tag, comment or script" },
        { "<p>\n<b class=x>", "LOAD t:2: an attribute's value needs quotes" },
        { "{{@}}", "LOAD t:1: a message is {{@key}} or {{@key name=path}}" },
        { "{{@a b}}", "LOAD t:1: a message's argument is name=path" },
        { "<a {{>p}}>", "LOAD t:1: a partial may stand in text only" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(render(*state, CASES[i][0], "{}"), CASES[i][1]);
}

static void test_unsafe_places_do_not_load(void **state) {
    static const char *const CASES[] = {
        "<p class={{x}}>",
        "<p {{x}}>",
        "<p {{x}}=\"1\">",
        "<{{x}}>",
        "</{{x}}>",
        "<p{{x}}>",
        "<b onclick=\"{{x}}\">",
        "<b ONCLICK='{{x}}'>",
        "<b on{{#y}}click{{/y}}=\"{{x}}\">",
        "<b {{#y}}on{{/y}}click=\"{{x}}\">",
        "<b {{#y}}hr{{/y}}ef=\"{{x}}\">",
        "<b {{#y}}=\"\" hr{{/y}} x>",
        "<b {{#y}}a=\"{{x}}\" hr{{/y}} x>",
        "<b style=\"color:{{x}}\">",
        "<b srcdoc='{{x}}'>",
        "<img srcset=\"{{x}} 2x\">",
        "<b hx-on:click=\"{{x}}\">",
        "<b hx-vals='{{x}}'>",
        "<script>var a = \"{{x}}\";</script>",
        "<SCRIPT>{{x}}</SCRIPT>",
        "<script src=\"/a.js\">{{x}}</script>",
        "<style>p{color:{{x}}}</style>",
        "<script></scrip{{x}}t></script>",
        "<!-- {{x}} -->",
        "<!DOCTYPE {{x}}>",
        "<a href=\"java{{x}}\">",
        "<a href=\"{{x}}{{y}}\">",
        "<a href=\"{{#y}}/a{{/y}}{{x}}\">",
        "<a href=\"{{#y}}{{x}}{{/y}}{{x}}\">",
        "<p title=\"{{{x_html}}}\">",
        "<p {{#y}}title=\"a{{/y}}\">",
        "{{#y}}<p {{/y}}>",
        "{{#y}}<script>{{/y}}{{x}}</script>",
        "<p title=\"{{#y}}\" class=\"{{/y}}\">",
        "a < b",
        "<p \"x\">",
        "<p a=\"1\"=\"2\">",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *got = render(*state, CASES[i], "{\"x\":\"v\",\"x_html\":\"v\",\"y\":true}");
        if (strncmp(got, "LOAD ", 5) != 0) fail_msg("loaded: %s", CASES[i]);
    }
}

static void test_places_that_load(void **state) {
    static const char *const CASES[][2] = {
        { "<option{{#y}} selected{{/y}}>{{x}}</option>", "<option selected>v</option>" },
        { "<option {{#y}}selected{{/y}}>", "<option selected>" },
        { "<input {{#y}}checked {{/y}}required>", "<input checked required>" },
        { "<p {{#y}}class=\"{{x}}\"{{/y}} id='{{x}}'>", "<p class=\"v\" id='v'>" },
        { "<p class=\"a{{#y}} {{x}}{{/y}} b\">", "<p class=\"a v b\">" },
        { "<a href=\"/i/{{x}}\" class=\"z\">", "<a href=\"/i/v\" class=\"z\">" },
        { "<a href=\"?a={{x}}{{#y}}&amp;b={{x}}{{/y}}\">", "<a href=\"?a=v&amp;b=v\">" },
        { "<a href=\"{{#y}}{{x}}{{/y}}{{^y}}#{{/y}}\">", "<a href=\"v\">" },
        { "<script src=\"/a.js\" defer></script>{{x}}", "<script src=\"/a.js\" defer></script>v" },
        { "<style>p < a { }</style>{{x}}", "<style>p < a { }</style>v" },
        { "<!doctype html><!-- a <b> -- > --><p>{{x}}", "<!doctype html><!-- a <b> -- > --><p>v" },
        { "<br/><img alt='' src=\"{{x}}.png\"/>", "<br/><img alt='' src=\"v.png\"/>" },
        { "<textarea name=\"t\">{{x}}</textarea>", "<textarea name=\"t\">v</textarea>" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(render(*state, CASES[i][0], "{\"x\":\"v\",\"y\":true}"), CASES[i][1]);
}

static void test_values_stay_in_their_place(void **state) {
    static const char *const CASES[][3] = {
        { "<p>{{x}}</p>", "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" },
        { "<p title=\"{{x}}\">", "\\\" onload=\\\"x", "<p title=\"&quot; onload=&quot;x\">" },
        { "<p title='{{x}}'>", "' onload='x", "<p title='&#39; onload=&#39;x'>" },
        { "<a href=\"{{x}}\">", "javascript:alert(1)", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", "JaVaScRiPt:alert(1)", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", " javascript:alert(1)", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", "java\\tscript:alert(1)", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", "data:text/html,<b>", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", "vbscript:x", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", ":x", "<a href=\"#\">" },
        { "<a href=\"{{x}}\">", "https://a.example/?a=1&b=\\\"2", "<a href=\"https://a.example/?a=1&amp;b=%222\">" },
        { "<a href=\"{{x}}\">", "mailto:a@b.example", "<a href=\"mailto:a@b.example\">" },
        { "<a href=\"{{x}}\">", "/status#c:d", "<a href=\"/status#c:d\">" },
        { "<a href=\"{{x}}\">", "/장애", "<a href=\"/%EC%9E%A5%EC%95%A0\">" },
        { "<a href=\"/{{x}}\">", "/evil.example", "<a href=\"/%2Fevil.example\">" },
        { "<a href=\"/{{x}}\">", "\\\\evil.example", "<a href=\"/%5Cevil.example\">" },
        { "<a href=\"/a/{{x}}\">", "b?c#d", "<a href=\"/a/b%3Fc%23d\">" },
        { "<a href=\"/a?{{x}}\">", "q=1&r=2", "<a href=\"/a?q=1&amp;r=2\">" },
        { "<a href=\"/a?q={{x}}&amp;r=1\">", "1&r=2#", "<a href=\"/a?q=1%26r%3D2%23&amp;r=1\">" },
        { "<form action=\"{{x}}\">", "javascript:x", "<form action=\"#\">" },
        { "<button formaction=\"{{x}}\">", "javascript:x", "<button formaction=\"#\">" },
        { "<b hx-get=\"{{x}}\">", "javascript:x", "<b hx-get=\"#\">" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *json = arena_printf(*state, "{\"x\":\"%s\"}", CASES[i][1]);
        assert_string_equal(render(*state, CASES[i][0], json), CASES[i][2]);
    }
}

static void test_text_and_slack(void **state) {
    const char *json = "{\"a\":\"<!channel> & x\",\"l\":[\"1\",\"2\"],\"n\":null}";
    assert_string_equal(render_as(*state, TEMPLATE_TEXT, "{{a}} < b", json), "<!channel> & x < b");
    assert_string_equal(render_as(*state, TEMPLATE_SLACK, "<b|{{a}}>", json), "<b|&lt;!channel&gt; &amp; x>");
    assert_string_equal(render_as(*state, TEMPLATE_TEXT, "h\n{{#l}}\n- {{.}}\n{{/l}}\n{{^n}}\nend\n{{/n}}\n", json),
                        "h\n- 1\n- 2\nend\n");
    assert_string_equal(render_as(*state, TEMPLATE_TEXT, "{{! c }}\nx\n  {{#l}}  \n{{/l}}", json), "x\n");
    assert_string_equal(render_as(*state, TEMPLATE_TEXT, "{{#l}}{{.}}\n{{/l}}", json), "1\n2\n");
}

static void test_messages(void **state) {
    struct error err;
    assert_true(i18n_load_all(&err));
    assert_string_equal(render(*state, "<p>{{@common.save}}</p>", "{}"), "<p>저장</p>");
    assert_string_equal(render(*state, "<p title=\"{{@when.ago span=x}}\">", "{\"x\":\"<5분>\"}"),
                        "<p title=\"&lt;5분&gt; 전\">");
    assert_string_equal(render(*state, "{{@no.such}}", "{}"), "RUN t:1: no message no.such");
    assert_string_equal(render(*state, "{{@when.ago span=y}}", "{}"), "RUN t:1: the view model has no y");
}

static void test_all_templates_load(void **state) {
    (void)state;
    struct error err;
    if (!template_load_all(true, &err)) fail_msg("%s", err.detail);
    struct buf out;
    buf_init(&out, *state, 100);
    assert_false(template_render("pages/none", json_null(), i18n_get("ko"), &out, &err));
    assert_string_equal(err.code, "template.missing");
}

static void test_limits(void **state) {
    struct buf text;
    buf_init(&text, *state, 1000000);
    for (int i = 0; i < 30; i++) buf_puts(&text, "{{#a}}");
    assert_string_equal(render(*state, text.data, "{}"), "LOAD t:1: sections are nested too deeply");
    struct template template;
    struct error err;
    assert_true(template_compile(*state, "t", TEMPLATE_HTML, "{{a}}{{a}}", &template, &err));
    struct buf small;
    buf_init(&small, *state, 7);
    json_t *view = json_obj(*state);
    json_put_text(view, "a", "1234");
    assert_false(template_run(&template, view, &(struct render_options){ i18n_get("ko"), true, NULL }, &small, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_mustache),
        TEST(test_a_page_within_its_frame),
        TEST(test_syntax_errors_name_their_line),
        TEST(test_unsafe_places_do_not_load),
        TEST(test_places_that_load),
        TEST(test_values_stay_in_their_place),
        TEST(test_text_and_slack),
        TEST(test_messages),
        TEST(test_all_templates_load),
        TEST(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
