/* Markdown: what is rendered, and that nothing active gets through. */
#include "support/harness.h"

#include "base/buf.h"
#include "text/markdown.h"

#include <string.h>

static const char *html(struct arena *arena, const char *text) {
    char *out;
    struct error err;
    if (!markdown_render(arena, text, &out, &err)) return arena_str(arena, err.code);
    return out;
}

static void test_dialect(void **state) {
    static const char *const CASES[][2] = {
        { "가\n나", "<p>가<br />\n나</p>\n" },
        { "# 요약", "<h3>요약</h3>\n" },
        { "###### 끝", "<h6>끝</h6>\n" },
        { "**굵게** ~~취소~~ `코드`", "<p><strong>굵게</strong> <del>취소</del> <code>코드</code></p>\n" },
        { "- [x] 확인", "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> 확인</li>\n</ul>\n" },
        { "https://a.example/b",
          "<p><a rel=\"nofollow noopener\" href=\"https://a.example/b\">https://a.example/b</a></p>\n" },
        { "[글](/incidents/1)", "<p><a rel=\"nofollow noopener\" href=\"/incidents/1\">글</a></p>\n" },
        { "![그림](/files/1.png)", "<p><img src=\"/files/1.png\" alt=\"그림\" /></p>\n" },
        { "![그림](https://a.example/1.png)",
          "<p><a rel=\"nofollow noopener\" href=\"https://a.example/1.png\">그림</a></p>\n" },
        { "![](//a.example/1.png)",
          "<p><a rel=\"nofollow noopener\" href=\"//a.example/1.png\">//a.example/1.png</a></p>\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(html(*state, CASES[i][0]), CASES[i][1]);
    assert_non_null(strstr(html(*state, "|가|나|\n|-|-:|\n|1|2|"), "<td align=\"right\">2</td>"));
}

static void test_nothing_active(void **state) {
    static const char *const CASES[] = {
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=\"x\">b</b>",
        "[a](javascript:alert(1))",
        "[a](JAVASCRIPT:alert(1))",
        "[a](data:text/html;base64,xx)",
        "[a](vbscript:x)",
        "[a](file:///etc/passwd)",
        "[a](weird:x)",
        "<javascript:alert(1)>",
        "![a](javascript:x)",
        "![a](data:image/svg+xml,x)",
        "[a][b]\n\n[b]: javascript:x",
        "<svg onload=alert(1)>",
        "<!-- --><iframe src=//x>",
        "![![a](https://x.example/1)](https://x.example/2)",
        "[![a](https://x.example/1)](javascript:x)",
    };
    static const char *const FORBIDDEN[] = { "<script",           "onerror=",     "onclick=",    "onload=",
                                             "href=\"javascript", "href=\"JAVA",  "href=\"data", "href=\"vbs",
                                             "href=\"file",       "href=\"weird", "<iframe",     "<svg",
                                             "src=\"http",        "src=\"data",   "src=\"java" };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *out = html(*state, CASES[i]);
        for (size_t j = 0; j < sizeof FORBIDDEN / sizeof *FORBIDDEN; j++) {
            /* escaped text may mention it; a tag may not hold it */
            const char *at = strstr(out, FORBIDDEN[j]);
            if (at != NULL) fail_msg("%s gave %s", CASES[i], out);
        }
    }
}

/* `columns` heads, and rows of one word that the table's columns would fill up. */
static const char *table(struct arena *arena, int columns, int rows, bool full, const char *before) {
    struct buf text;
    buf_init(&text, arena, MARKDOWN_BYTES_MAX);
    for (int line = 0; line < rows + 2; line++) {
        buf_printf(&text, "%s|", before);
        for (int i = 0; i < (line < 2 || full ? columns : 1); i++) buf_puts(&text, line == 1 ? "-|" : "a|");
        buf_puts(&text, "\n");
    }
    assert_false(text.overflow);
    return text.data;
}

static void test_tables_are_bounded(void **state) {
    struct arena *arena = *state;
    const char *large = html(arena, table(arena, 100, 100, true, ""));
    size_t cells = 0;
    for (const char *at = large; (at = strstr(at, "<td")) != NULL; at++) cells++;
    assert_int_equal(cells, 10000);
    assert_string_equal(html(arena, table(arena, 1000, 10000, false, "")), "markdown.too_large");
    assert_string_equal(html(arena, table(arena, 1000, 5000, false, "> ")), "markdown.too_large");
    assert_string_equal(html(arena, table(arena, 1000, 5000, false, "  ")), "markdown.too_large");
}

static void test_limits(void **state) {
    struct arena *arena = *state;
    char *text = arena_alloc(arena, MARKDOWN_BYTES_MAX + 2);
    memset(text, 'x', MARKDOWN_BYTES_MAX + 1);
    assert_string_equal(html(arena, text), "markdown.too_large");
    memset(text, '>', 1000);
    text[1000] = 'x';
    text[1001] = '\0';
    assert_string_equal(html(arena, text), "markdown.too_deep");
    static const char *const HOSTILE[] = { "[", "![", "*a ", "`a", "<a", "|a", "[a](", "&", "- ", "_a*" };
    for (size_t i = 0; i < sizeof HOSTILE / sizeof *HOSTILE; i++) {
        size_t len = strlen(HOSTILE[i]);
        for (size_t at = 0; at + len <= MARKDOWN_BYTES_MAX; at += len) memcpy(text + at, HOSTILE[i], len);
        text[MARKDOWN_BYTES_MAX - MARKDOWN_BYTES_MAX % len] = '\0';
        html(arena, text);
        arena_reset(arena);
        text = arena_alloc(arena, MARKDOWN_BYTES_MAX + 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_dialect), TEST(test_nothing_active), TEST(test_tables_are_bounded),
                                        TEST(test_limits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
