/* Calendar output: shape, folding between characters, escaping. */
#include "support/harness.h"

#include "base/str.h"
#include "text/ical.h"

#include <string.h>

static struct ical_event EVENT = {
    .uid = "retro-7@portal.example.com",
    .changed_ms = 1765276200000,
    .start_ms = 1765342800000,
    .end_ms = 1765346400000,
    .summary = "장애 회고",
    .busy = true,
};

static const char *calendar(struct arena *arena, const struct ical_event *event) {
    static struct buf out;
    struct ical ical;
    buf_init(&out, arena, 100000);
    ical_begin(&ical, &out, "결제팀 온콜", "Asia/Seoul");
    if (event != NULL) ical_event(&ical, event);
    ical_end(&ical);
    return out.data;
}

static void test_shape(void **state) {
    const char *text = calendar(*state, &EVENT);
    assert_true(str_starts(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    assert_true(str_ends(text, "END:VEVENT\r\nEND:VCALENDAR\r\n"));
    assert_non_null(strstr(text, "\r\nDTSTART:20251210T050000Z\r\nDTEND:20251210T060000Z\r\nSUMMARY:장애 회고\r\n"));
    assert_non_null(strstr(text, "\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\n"));
    assert_null(strstr(text, "VTIMEZONE"));
    assert_non_null(strstr(calendar(*state, NULL), "BEGIN:VTIMEZONE\r\nTZID:Asia/Seoul\r\n"));
}

static void test_lines_fold_between_characters(void **state) {
    struct arena *arena = *state;
    static const char *const UNITS[] = { "가", "a", "🔥", "é" };
    for (size_t u = 0; u < 4; u++) {
        for (int shift = 0; shift < 5; shift++) {
            struct buf summary;
            buf_init(&summary, arena, 2000);
            for (int i = 0; i < shift; i++) buf_putc(&summary, 'x');
            for (int i = 0; i < 120; i++) buf_puts(&summary, UNITS[u]);
            struct ical_event event = EVENT;
            event.summary = summary.data;
            const char *text = calendar(arena, &event);
            struct buf joined;
            buf_init(&joined, arena, 100000);
            for (const char *at = text; *at != '\0';) {
                size_t len = strcspn(at, "\r");
                assert_true(len <= 75);
                assert_true(utf8_valid(at, len));
                assert_memory_equal(at + len, "\r\n", 2);
                buf_add(&joined, at + (*at == ' '), len - (*at == ' '));
                at += len + 2;
                if (*at != ' ') buf_putc(&joined, '\n');
            }
            assert_non_null(strstr(joined.data, arena_printf(arena, "SUMMARY:%s\n", summary.data)));
        }
    }
}

static void test_escaping(void **state) {
    struct ical_event event = EVENT;
    event.description = "연락처, 내선 1234; 백업: \"이백업\"\\\r\n둘째\x01 줄";
    event.url = "https://portal.example.com/a;b,c";
    event.cancelled = true;
    const char *text = calendar(*state, &event);
    assert_non_null(strstr(text, "연락처\\, 내선 1234\\; 백업: \"이백업\"\\\\\\n둘"));
    assert_non_null(strstr(text, "\r\nURL:https://portal.example.com/a;b,c\r\n"));
    assert_non_null(strstr(text, "STATUS:CANCELLED"));
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_shape), TEST(test_lines_fold_between_characters),
                                        TEST(test_escaping) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
