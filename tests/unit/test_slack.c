/* connect/slack_*: what people type, what Slack accepts. */
#include "support/harness.h"

#include "base/json.h"
#include "base/str.h"
#include "connect/slack_command.h"
#include "connect/slack_text.h"

#include <string.h>

static void test_commands_in_both_languages(void **state) {
    static const struct {
        const char *text;
        enum slack_verb verb;
        const char *ref, *severity, *rest;
    } CASES[] = {
        { "declare P1 결제가 실패합니다", SLACK_DECLARE, NULL, "P1", "결제가 실패합니다" },
        { "선언 p2 \"응답 지연\"", SLACK_DECLARE, NULL, "P2", "응답 지연" },
        { "DECLARE\xe3\x80\x80\xef\xbc\xb0\xef\xbc\x91 느림", SLACK_DECLARE, NULL, "P1", "느림" },
        { "ack inc-2026-0042", SLACK_ACK, "INC-2026-0042", NULL, "" },
        { "인지", SLACK_ACK, NULL, NULL, "" },
        { "update INC-2026-0042 P1 서버만 남음", SLACK_UPDATE, "INC-2026-0042", "P1", "서버만 남음" },
        { "update 원인은 P1 큐", SLACK_UPDATE, NULL, NULL, "원인은 P1 큐" },
        { "등급 INC-2026-0001 P2 영향이 줄었음", SLACK_SEVERITY, "INC-2026-0001", "P2", "영향이 줄었음" },
        { "당번", SLACK_ONCALL, NULL, NULL, "" },
        { "update a &amp;lt; b", SLACK_UPDATE, NULL, NULL, "a &lt; b" },
        { "update <@U012ABCDEF|kim> 확인 중 &lt;@U1&gt;", SLACK_UPDATE, NULL, NULL, "@U012ABCDEF 확인 중 <@U1>" },
        { "update \xe2\x80\x9c한 \xeb\xa7\x90", SLACK_UPDATE, NULL, NULL, "한 말" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct slack_command command;
        slack_command_parse(*state, CASES[i].text, &command);
        assert_int_equal(command.verb, CASES[i].verb);
        assert_true(str_eq(command.ref, CASES[i].ref));
        assert_true(str_eq(command.severity, CASES[i].severity));
        assert_string_equal(command.rest, CASES[i].rest);
    }
    struct slack_command command;
    slack_command_parse(*state, NULL, &command);
    assert_int_equal(command.verb, SLACK_USAGE);
    slack_command_parse(*state, "춤추기 P1", &command);
    assert_int_equal(command.verb, SLACK_USAGE);
    assert_string_equal(command.unknown, "춤추기");
}

static void test_escaping_and_cutting(void **state) {
    assert_string_equal(slack_escape(*state, "a<b>&\"c\"", 100), "a&lt;b&gt;&amp;\"c\"");
    assert_string_equal(slack_escape(*state, "가나다라", 4), "가나다라");
    assert_string_equal(slack_escape(*state, "가나다라마", 4), "가나다…");
    assert_string_equal(slack_escape(*state, "ab&&", 7), "ab…"); /* an entity is never cut in two */
    assert_string_equal(slack_unescape(*state, "&amp;lt;&lt;"), "&lt;<");
}

static void test_blocks_keep_to_the_limits(void **state) {
    char *text = arena_alloc(*state, 20001);
    memset(text, '<', 20000);
    struct slack_message message = { .text = text, .incident_ref = "INC-2026-0001", .url = "https://x/", .open = 1 };
    json_t *body = slack_blocks(*state, &message);
    const json_t *header = json_array_get(json_object_get(body, "blocks"), 0);
    assert_true(strlen(json_text(json_object_get(header, "text"), "text")) <= 152);
    assert_true(strlen(json_text(body, "text")) <= 3903);
    const json_t *buttons = json_array_get(json_object_get(body, "blocks"), 1);
    assert_string_equal(json_text(buttons, "type"), "actions"); /* nothing after the header: no empty section */
    assert_int_equal(json_array_size(json_object_get(buttons, "elements")), 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_commands_in_both_languages),
        TEST(test_escaping_and_cutting),
        TEST(test_blocks_keep_to_the_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
