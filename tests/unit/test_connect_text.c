/* connect: template_fill, jira_text and slack_request: what goes out is encoded for its place, what comes in is proven.
 */
#include "support/harness.h"

#include "base/json.h"
#include "base/str.h"
#include "connect/jira_event.h"
#include "connect/jira_text.h"
#include "connect/slack_request.h"
#include "connect/template_fill.h"

#include <string.h>

static void test_values_are_encoded_for_their_place(void **state) {
    const struct fill_value values[] = { { "text", "\"결제\"\n& {{to}}" }, { "to", "+8210" } };
    assert_string_equal(template_fill(*state, "{\"t\":\"{{text}}\",\"x\":\"{{nobody}}\"}", FILL_JSON, values, 2),
                        "{\"t\":\"\\\"결제\\\"\\n& {{to}}\",\"x\":\"\"}");
    assert_string_equal(template_fill(*state, "To={{to}}&Body={{text}}", FILL_FORM, values, 2),
                        "To=%2B8210&Body=%22%EA%B2%B0%EC%A0%9C%22%0A%26%20%7B%7Bto%7D%7D");
    assert_string_equal(template_fill(*state, "{{open", FILL_JSON, values, 2), "{{open");
}

static void test_slack_signature_vector(void **state) {
    static const char BODY[] =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        "channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
        "trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    static const char SECRET[] = "8f742231b10e8888abcd99yyyzzz85a5";
    struct slack_proof proof = { .timestamp = "1531420618",
                                 .signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
                                 .body = BODY,
                                 .body_len = sizeof BODY - 1,
                                 .now_s = 1531420618 };
    assert_true(slack_proven(*state, SECRET, &proof));
    for (int64_t off = -301; off <= 301; off += 301) {
        proof.now_s = 1531420618 + off;
        assert_int_equal(slack_proven(*state, SECRET, &proof), off == 0);
    }
    proof.now_s = 1531420618 + 300;
    assert_true(slack_proven(*state, SECRET, &proof)); /* the window is closed */
    proof.now_s = 1531420618 - 300;
    assert_true(slack_proven(*state, SECRET, &proof));
    assert_false(slack_proven(*state, "", &proof));
    assert_false(slack_proven(*state, NULL, &proof));
    proof.body_len--;
    assert_false(slack_proven(*state, SECRET, &proof));
}

static void test_jira_signature_vector(void **state) {
    static const char SECRET[] = "It's a Secret to Everybody";
    static const char GOOD[] = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
    assert_true(jira_proven(*state, SECRET, GOOD, "Hello World!", 12));
    assert_false(jira_proven(*state, SECRET, GOOD, "Hello World?", 12));
    assert_false(jira_proven(*state, SECRET, GOOD + 7, "Hello World!", 12));
    assert_false(jira_proven(*state, "", GOOD, "Hello World!", 12));
    assert_false(jira_proven(*state, SECRET, NULL, "Hello World!", 12));
}

static void test_issue_texts(void **state) {
    json_t *list = json_arr(*state);
    json_t *adf = jira_adf("하나\n\n둘", "https://x/y");
    json_push(list, adf);
    const json_t *content = json_object_get(adf, "content");
    assert_int_equal(json_array_size(content), 3);
    assert_string_equal(json_text(json_array_get(json_object_get(json_array_get(content, 1), "content"), 0), "text"),
                        "둘");
    assert_string_equal(jira_wiki(*state, "a {b} *c*", NULL), "a \\{b\\} \\*c\\*");
    char long_text[2001];
    memset(long_text, 'a', 2000);
    long_text[2000] = '\0';
    assert_int_equal(utf8_count(jira_summary(*state, long_text)), JIRA_SUMMARY_MAX);
    long_text[255] = '\0';
    assert_string_equal(jira_summary(*state, long_text), long_text);
    assert_string_equal(jira_summary(*state, "a\nb"), "a b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_values_are_encoded_for_their_place),
        TEST(test_slack_signature_vector),
        TEST(test_jira_signature_vector),
        TEST(test_issue_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
