/* connect/mail_text: headers every reader shows, nothing that starts a header of its own. */
#include "support/harness.h"

#include "connect/mail_text.h"

#include <string.h>

static void test_korean_headers_are_words_of_whole_letters(void **state) {
    assert_string_equal(mail_header_text(*state, "plain text"), "plain text");
    assert_string_equal(mail_header_text(*state, "장애"), "=?UTF-8?B?7J6l7JWg?=");
    const char *text = mail_header_text(*state, "결제 API 장애 — 카드 승인이 되지 않습니다. 확인하고 있습니다 😢");
    for (const char *line = text; line != NULL; line = strstr(line, "\r\n ")) {
        if (*line == '\r') line += 3;
        assert_true(strcspn(line, "\r") <= 75);
        assert_int_equal(strncmp(line, "=?UTF-8?B?", 10), 0);
    }
    assert_string_equal(mail_header_text(*state, "a\r\nBcc: x@y.z"), "a  Bcc: x@y.z");
    assert_null(strstr(mail_header_text(*state, "=?UTF-8?B?x?="), "B?x?"));
}

static void test_dates_are_english(void **state) {
    assert_string_equal(mail_date(*state, 1772363700000), "Sun, 01 Mar 2026 20:15:00 +0900");
    assert_string_equal(mail_date(*state, 0), "Thu, 01 Jan 1970 09:00:00 +0900");
    assert_string_equal(mail_date(*state, 1709218799000), "Thu, 29 Feb 2024 23:59:59 +0900");
}

static void test_addresses(void **state) {
    assert_string_equal(mail_address(*state, "봉수 <a@b.example>"), "a@b.example");
    assert_string_equal(mail_address(*state, "a@b.example"), "a@b.example");
    static const char *const BAD[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "A <a@b\r\nRCPT TO:<x@y>>", "a@b,c@d" };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) assert_null(mail_address(*state, BAD[i]));
    assert_null(mail_address(*state, NULL));
}

static void test_the_whole(void **state) {
    json_t *more = json_pack("{s:s, s:s, s:s}", "List-Unsubscribe", "<https://b.example/u/1>", "Subject", "other",
                             "X-A", "1\r\nX-B: 2");
    json_t *files = json_pack("[{s:s, s:s, s:s}]", "name", "회고\".ics", "type", "text/calendar; method=REQUEST",
                              "text", "BEGIN:VCALENDAR");
    const struct mail_parts parts = { .from = "봉수 <a@b.example>",
                                      .to = "k@b.example",
                                      .subject = "장애",
                                      .text = "본문\n.\n끝",
                                      .html = "<p>본문</p>",
                                      .message_id = "bongsu-1@b.example",
                                      .date_ms = 0,
                                      .headers = more,
                                      .attachments = files };
    size_t len;
    const char *mail = mail_mime(*state, &parts, &len);
    assert_non_null(mail);
    assert_int_equal(strlen(mail), len);
    assert_non_null(strstr(mail, "List-Unsubscribe: <https://b.example/u/1>\r\n"));
    assert_null(strstr(mail, "other"));
    assert_null(strstr(mail, "\r\nX-B"));
    assert_non_null(strstr(mail, "multipart/mixed"));
    assert_non_null(strstr(mail, "multipart/alternative"));
    assert_non_null(strstr(mail, "method=REQUEST"));
    assert_null(strstr(mail, "\n."));
    for (const char *line = mail; line != NULL && *line != '\0'; line = strstr(line, "\r\n")) {
        if (*line == '\r') line += 2;
        assert_true(strcspn(line, "\r\n") <= 78);
    }
    json_decref(more);
    json_decref(files);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_korean_headers_are_words_of_whole_letters),
        TEST(test_dates_are_english),
        TEST(test_addresses),
        TEST(test_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
