/* connect/mail_letter: what a mail says by the kind of its topic, in the receiver's language. */
#include "support/incidents.h"

#include "base/json.h"
#include "connect/mail_letter.h"
#include "text/i18n.h"

#include <string.h>

static struct letter letter(struct arena *arena, const char *topic, const char *payload) {
    struct op op = { .arena = arena, .lang = i18n_get("ko") };
    struct error err;
    json_t *body, *config;
    struct letter out;
    assert_true(json_parse(arena, payload, strlen(payload), &body, &err));
    static const char PORTAL[] = "{\"portal\":\"https://bongsu.example.com\"}";
    assert_true(json_parse(arena, PORTAL, strlen(PORTAL), &config, &err));
    letter_write(&op, &(struct delivery){ .topic = topic, .payload = body, .config = config }, &out);
    assert_non_null(out.subject);
    assert_non_null(out.text);
    return out;
}

static void test_subjects_and_where_they_lead(void **state) {
    static const struct {
        const char *topic, *payload, *subject, *link;
    } CASES[] = {
        { "incident.declared",
          "{\"text\":\"결제가 안 됩니다\",\"incident\":\"INC-2026-0001\",\"title\":\"결제 실패\",\"severity\":\"P1\"}",
          "[P1] 결제 실패 — 장애 선언 (INC-2026-0001)", "https://bongsu.example.com/incidents/INC-2026-0001" },
        { "page.mail",
          "{\"text\":\"확인이 필요합니다\",\"subject\":\"호출\",\"link\":\"https://bongsu.example.com/ack/x\","
          "\"incident\":\"INC-2026-0001\"}",
          "호출", "https://bongsu.example.com/ack/x" },
        { "report.submitted", "{\"text\":\"보고서가 제출되었습니다\\n둘째 줄\",\"incident\":\"INC-2026-0001\"}",
          "보고서가 제출되었습니다", "https://bongsu.example.com/incidents/INC-2026-0001/report" },
        { "action.overdue",
          "{\"text\":\"기한이 지났습니다\",\"title\":\"경보 추가\",\"id\":\"77\",\"due\":\"2026-03-06\"}", NULL,
          "https://bongsu.example.com/actions/77" },
        { "incident.declared",
          "{\"text\":\"Cards fail\",\"incident\":\"INC-2026-0001\",\"title\":\"Cards\",\"lang\":\"en\"}", NULL,
          "https://bongsu.example.com/incidents/INC-2026-0001" },
        { "subscriber.notice", "{\"text\":\"안내\",\"subject\":\"지연 안내\",\"incident\":\"INC-2026-0001\"}",
          "지연 안내", NULL },
        { "something.new", "{\"text\":\"새 소식\"}", "새 소식", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct letter out = letter(*state, CASES[i].topic, CASES[i].payload);
        if (CASES[i].subject != NULL) assert_string_equal(out.subject, CASES[i].subject);
        if (CASES[i].link != NULL) assert_non_null(strstr(out.html, CASES[i].link));
        else assert_null(strstr(out.html, "/incidents/")); /* customers have no portal */
        if (CASES[i].link != NULL) assert_non_null(strstr(out.text, CASES[i].link));
    }
}

static void test_markup_is_text_and_the_language_the_receivers(void **state) {
    struct letter out = letter(*state, "incident.declared",
                               "{\"text\":\"<script>x</script>\\n\\nsecond\",\"incident\":\"INC-2026-0001\",\"title\":"
                               "\"<b>Cards\",\"severity\":\"P1\",\"state\":\"open\",\"lang\":\"en\"}");
    assert_null(strstr(out.html, "<script>"));
    assert_non_null(strstr(out.html, "&lt;script&gt;"));
    assert_non_null(strstr(out.text, "<script>x</script>"));
    assert_non_null(strstr(out.html, "lang=\"en\""));
    for (const char *at = out.html; *at != '\0'; at++) {
        if ((unsigned char)*at >= 0xea && (unsigned char)*at <= 0xed) fail_msg("Korean in an English mail: %.30s", at);
    }
}

static void test_invitations_and_own_html(void **state) {
    struct letter out = letter(*state, "retro.scheduled",
                               "{\"text\":\"회고\",\"incident\":\"INC-2026-0001\",\"calendar\":\"BEGIN:VCALENDAR\"}");
    const json_t *item = json_array_get(out.attachments, 0);
    assert_string_equal(json_text(item, "name"), "retro.ics");
    assert_string_equal(json_text(item, "text"), "BEGIN:VCALENDAR");
    out =
        letter(*state, "report.published",
               "{\"text\":\"보고서\",\"html\":\"<p>paper</p>\",\"attachments\":[{\"name\":\"a\"}],\"calendar\":\"x\"}");
    assert_string_equal(out.html, "<p>paper</p>");
    assert_string_equal(json_text(json_array_get(out.attachments, 0), "name"), "a"); /* its own, not the calendar */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_subjects_and_where_they_lead),
        TEST(test_markup_is_text_and_the_language_the_receivers),
        TEST(test_invitations_and_own_html),
    };
    incidents_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
