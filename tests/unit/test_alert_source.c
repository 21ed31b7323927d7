/* alert/: what each sender's request means, and which rule decides. */
#include "support/harness.h"

#include "alert/rule.h"
#include "alert/source.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

static struct op op_in(struct arena *arena) {
    return (struct op){ .arena = arena, .now_ms = 1772362800000 };
}

static const struct source_options USUAL = { 0 };

static json_t *parse(struct arena *arena, const char *text) {
    json_t *json;
    struct error err;
    assert_true(json_parse(arena, text, strlen(text), &json, &err));
    return json;
}

#define ALERT(status, starts)                                                                        \
    "{\"status\":\"" status                                                                          \
    "\",\"labels\":{\"alertname\":\"HighErrorRate\",\"service\":\"checkout\",\"severity\":"          \
    "\"critical\"},\"annotations\":{\"summary\":\"결제 API 5xx 12%\"},\"startsAt\":\"" starts        \
    "\",\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://prom/graph\",\"fingerprint\":" \
    "\"a3b1d33ef8debeca\"}"

#define FIRING ALERT("firing", "2026-03-01T11:00:00.499610977Z")
#define RESOLVED ALERT("resolved", "2026-03-01T20:00:00+09:00")

static void test_alertmanager(void **state) {
    struct op op = op_in(*state);
    struct alert_batch batch;
    struct error err;
    json_t *body = parse(*state, "{\"version\":\"4\",\"status\":\"firing\",\"groupKey\":\"{}\",\"alerts\":[" FIRING
                                 ",{\"status\":\"odd\"}," RESOLVED "]}");
    assert_true(source_alertmanager(&op, &USUAL, body, &batch, &err));
    assert_int_equal(batch.count, 2);
    assert_int_equal(batch.malformed, 1);
    assert_string_equal(batch.events[0].fingerprint, "a3b1d33ef8debeca");
    assert_string_equal(batch.events[0].title, "결제 API 5xx 12%");
    assert_string_equal(batch.events[0].service, "checkout");
    assert_true(batch.events[0].starts_at == 1772362800000);
    assert_true(batch.events[0].ends_at == 0); /* the year 1 says "none" */
    assert_int_equal(batch.events[1].state, ALERT_RESOLVED);
    assert_true(batch.events[1].starts_at == 1772362800000);
    assert_null(batch.resolved_group);
}

static void test_a_cut_resolved_message_ends_its_group(void **state) {
    struct op op = op_in(*state);
    struct alert_batch batch;
    struct error err;
    json_t *body = parse(*state,
                         "{\"version\":\"4\",\"status\":\"resolved\",\"groupKey\":\"g\",\"truncatedAlerts\":3,"
                         "\"alerts\":[" ALERT("resolved", "2026-03-01T11:00:00Z") "]}");
    assert_true(source_alertmanager(&op, &USUAL, body, &batch, &err));
    assert_string_equal(batch.resolved_group, "|g");
}

static void test_what_cannot_be_taken_is_named(void **state) {
    const char *bad[] = { "{}", "{\"alerts\":{}}", "{\"version\":\"3\",\"alerts\":[]}", "[]",
                          "{\"alerts\":[{\"status\":\"firing\"}]}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct op op = op_in(*state);
        struct alert_batch batch;
        struct error err;
        assert_false(source_alertmanager(&op, &USUAL, parse(*state, bad[i]), &batch, &err));
        assert_true(op.fields.count > 0);
    }
}

static void test_times(void **state) {
    assert_true(source_time(*state, "2026-03-01T11:00:00.000+0000") == 1772362800000);
    assert_true(source_time(*state, "2026-03-01T20:00:00+09:00") == 1772362800000);
    assert_true(source_time(*state, "yesterday") == 0);
    assert_true(source_time(*state, NULL) == 0);
}

static void test_pagerduty(void **state) {
    struct op op = op_in(*state);
    struct pagerduty_event event;
    source_pagerduty(&op,
                     parse(*state,
                           "{\"routing_key\":\"e93facc04764012d7bfb002500d5d1a6\",\"event_action\":\"trigger\","
                           "\"payload\":{\"summary\":\"DISK\",\"source\":\"db\",\"severity\":\"critical\"}}"),
                     &event);
    assert_null(event.reasons[0]);
    assert_true(strlen(event.dedup_key) > 20); /* made up and told */
    source_pagerduty(&op,
                     parse(*state,
                           "{\"routing_key\":\"short\",\"event_action\":\"trigger\",\"payload\":{\"summary\":"
                           "\"\",\"source\":\"db\",\"severity\":\"bad\"}}"),
                     &event);
    assert_string_equal(event.reasons[0], "Length of 'routing_key' is incorrect (should be 32 characters)");
    assert_non_null(event.reasons[2]);
    source_pagerduty(&op,
                     parse(*state,
                           "{\"routing_key\":\"e93facc04764012d7bfb002500d5d1a6\",\"event_action\":"
                           "\"resolve\"}"),
                     &event);
    assert_non_null(event.reasons[0]); /* dedup_key */
}

static void test_generic(void **state) {
    struct op op = op_in(*state);
    struct alert_batch batch;
    struct error err;
    assert_true(
        source_generic(&op, &USUAL, parse(*state, "{\"title\":\"느림\",\"links\":[\"https://x/\"]}"), &batch, &err));
    assert_string_equal(batch.events[0].link, "https://x/");
    assert_true(
        source_generic(&op, &USUAL, parse(*state, "{\"title\":\"a\",\"links\":[\"javascript:x\"]}"), &batch, &err));
    assert_null(batch.events[0].link);
    assert_false(source_generic(&op, &USUAL, parse(*state, "{\"status\":\"burning\",\"title\":\"a\"}"), &batch, &err));
    assert_string_equal(op.fields.first->field, "status");
}

static void test_rules(void **state) {
    struct op op = op_in(*state);
    struct rule_verdict verdict;
    json_t *rules = parse(*state,
                          "[{\"match\":[{\"label\":\"env\",\"value\":\"dev\"}],\"do\":\"ignore\"},"
                          "{\"match\":[{\"label\":\"severity\",\"op\":\"=~\",\"value\":\"crit.*|page\"}],\"do\":"
                          "\"declare\",\"severity\":\"P1\",\"service\":\"pay\"}]");
    rules_check(&op, rules);
    assert_int_equal(op.fields.count, 0);
    rules_apply(*state, rules, "t", parse(*state, "{\"env\":\"dev\",\"severity\":\"critical\"}"), NULL, &verdict);
    assert_int_equal(verdict.action, RULE_IGNORE);
    rules_apply(*state, rules, "t", parse(*state, "{\"severity\":\"critical\"}"), NULL, &verdict);
    assert_string_equal(verdict.severity, "P1");
    rules_apply(*state, rules, "t", parse(*state, "{\"severity\":\"not critical\"}"), "info", &verdict);
    assert_int_equal(verdict.action, RULE_RECORD); /* whole value, and info is only kept */
    json_t *bad = parse(*state,
                        "[{\"match\":[{\"op\":\"~\",\"label\":\"a\"}],\"do\":\"x\"},{\"match\":[{\"label\":\"a\","
                        "\"op\":\"=~\",\"value\":\"(\"}],\"do\":\"ignore\"}]");
    rules_check(&op, bad);
    assert_int_equal(op.fields.count, 4);
    assert_string_equal(op.fields.last->field, "rules[1].match[0].value");
}

static void test_a_hostile_pattern_ends(void **state) {
    struct rule_verdict verdict;
    char value[4001];
    memset(value, 'a', 4000);
    value[4000] = '\0';
    json_t *rules =
        parse(*state, "[{\"match\":[{\"label\":\"x\",\"op\":\"=~\",\"value\":\"(a+)+b\"}],\"do\":\"ignore\"}]");
    json_t *labels = json_obj(*state);
    json_put_text(labels, "x", value);
    rules_apply(*state, rules, "t", labels, NULL, &verdict);
    assert_int_equal(verdict.action, RULE_DECLARE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_alertmanager),
        TEST(test_a_cut_resolved_message_ends_its_group),
        TEST(test_what_cannot_be_taken_is_named),
        TEST(test_times),
        TEST(test_pagerduty),
        TEST(test_generic),
        TEST(test_rules),
        TEST(test_a_hostile_pattern_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
