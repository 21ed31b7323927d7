/* What is refused, and by which names; what is found, and by which words. */
#include "support/incidents.h"

#include "base/str.h"
#include "incident/recover.h"
#include "incident/relation.h"
#include "incident/search.h"

#include <string.h>

static void test_a_draft_names_every_wrong_field(void **state) {
    struct fixture *f = *state;
    struct incident incident;
    char *long_title = arena_alloc(f->arena, 300);
    memset(long_title, 'x', 201);
    struct op *op = fixture_op(f);
    const struct role_wish roles[] = { { "captain", "누구" }, { "commander", "하나" }, { "commander", "둘" } };
    struct incident_draft wrong = { .title = long_title,
                                    .symptom = "제어\x01문자",
                                    .severity = "P0",
                                    .impact = "\xff\xfe",
                                    .service = "nowhere",
                                    .category = "magic",
                                    .controllable = "maybe",
                                    .detection = "dream",
                                    .started_at = "2026-03-01T20:00:01+09:00",
                                    .detected_at = "yesterday",
                                    .kind = "party",
                                    .lang = "fr",
                                    .roles = roles,
                                    .role_count = 3 };
    REFUSED(incident_declare(op, &wrong, &incident, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "title", "too_long") && has_field(op, "symptom", "control_characters"));
    assert_true(has_field(op, "severity", "one_of") && has_field(op, "impact", "not_utf8"));
    assert_true(has_field(op, "service", "unknown") && has_field(op, "category", "one_of"));
    assert_true(has_field(op, "controllable", "one_of") && has_field(op, "detection", "one_of"));
    assert_true(has_field(op, "started_at", "future") && has_field(op, "detected_at", "malformed"));
    assert_true(has_field(op, "kind", "one_of") && has_field(op, "lang", "one_of"));
    assert_true(has_field(op, "roles.captain", "unknown") && has_field(op, "roles.commander", "duplicate"));
    op = fixture_op(f);
    assert_false(incident_declare(op, &(struct incident_draft){ .symptom = " " }, &incident, &f->err));
    assert_true(has_field(op, "title", "required") && has_field(op, "severity", "required"));
    op = fixture_op(f);
    assert_false(incident_declare(op,
                                  &(struct incident_draft){ .title = "x",
                                                            .severity = "P3",
                                                            .started_at = "2026-03-01T10:00:00Z",
                                                            .detected_at = "2026-03-01T09:00:00Z" },
                                  &incident, &f->err));
    assert_true(has_field(op, "detected_at", "too_early"));
    assert_int_equal(fixture_count(f, "incident"), 0);
    assert_int_equal(fixture_count(f, "counter"), 0); /* a refused draft uses no number */
}

static void test_the_least_that_is_needed(void **state) {
    struct fixture *f = *state;
    struct incident i = declare_draft(f, &(struct incident_draft){ .symptom = "결제가\n안 됨", .severity = "P3" });
    assert_null(i.title);
    assert_string_equal(incident_headline(&i), "결제가\n안 됨");
    assert_string_equal(i.lang, "ko");
    i = declare_draft(f,
                      &(struct incident_draft){ .title = "시각", .severity = "P3", .started_at = "2026-03-01T19:00" });
    assert_true(i.phase_at[PHASE_OCCURRED] == at("2026-03-01T10:00:00Z")); /* the organisation's wall clock */
}

static void test_recovery_is_checked(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "느림", "P3");
    struct op *op = fixture_op(f);
    struct recovery wrong = { .at = "2026-03-01T10:59:59Z", .cause = "\x02", .retro_at = "2026-02-01T00:00:00Z" };
    REFUSED(incident_recover(op, i.ref, &wrong, &i, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "at", "too_early") && has_field(op, "cause", "control_characters"));
    assert_true(has_field(op, "retro_at", "too_early"));
    op = fixture_op(f);
    assert_false(incident_recover(op, i.ref, &(struct recovery){ .at = "2026-03-01T11:00:01Z" }, &i, &f->err));
    assert_true(has_field(op, "at", "future"));
    struct help help;
    op = fixture_op(f);
    assert_false(incident_ask_help(op, i.ref, &(struct help_draft){ .at = "soon" }, &help, &f->err));
    assert_true(has_field(op, "needed", "required") && has_field(op, "at", "malformed"));
    struct event event;
    op = fixture_op(f);
    struct timeline_draft note = { .at = "2030-01-01T00:00:00Z", .kind = "declared", .phase = "later" };
    assert_false(incident_note(op, i.ref, &note, &event, &f->err));
    assert_true(has_field(op, "text", "required") && has_field(op, "at", "future"));
    assert_true(has_field(op, "kind", "one_of") && has_field(op, "phase", "one_of"));
}

/* --- lists and search --- */

static struct incident_page find(struct fixture *f, const struct incident_query *query) {
    struct incident_page page;
    OK(incident_list(fixture_op(f), query, &page, &f->err));
    return page;
}

static size_t hits(struct fixture *f, const char *q) {
    return find(f, &(struct incident_query){ .q = q }).count;
}

static void test_two_syllables_are_found(void **state) {
    struct fixture *f = *state;
    struct incident i = declare_draft(
        f,
        &(struct incident_draft){ .title = "결제 API 타임아웃", .symptom = "카드결제지연이 늘어남", .severity = "P2" });
    declare(f, "로그인 실패", "P3");
    struct event event;
    OK(incident_note(fixture_op(f), i.ref, &(struct timeline_draft){ .text = "커넥션풀 고갈을 확인" }, &event,
                     &f->err));
    assert_int_equal(hits(f, "결제"), 1);
    assert_int_equal(hits(f, "지연"), 1);
    assert_int_equal(hits(f, "제지"), 1);
    assert_int_equal(hits(f, "결제지연"), 1);
    assert_int_equal(hits(f, "결제 타임아웃"), 1);
    assert_int_equal(hits(f, "api"), 1);
    assert_int_equal(hits(f, "실패 로그인"), 1);
    assert_int_equal(hits(f, "인"), 2); /* 로그인, 확인 */
    assert_int_equal(hits(f, "고갈"), 1); /* what people wrote in the timeline */
    assert_int_equal(hits(f, "결제지연고갈"), 0);
    assert_int_equal(hits(f, "지연결제"), 0); /* all pairs are there, the word is not */
    assert_int_equal(hits(f, "\"; DROP TABLE incident --"), 0);
    assert_int_equal(hits(f, "inc-2026-0001"), 1);
    OK(incident_note_correct(fixture_op(f), i.ref, event.id, &(struct timeline_draft){ .text = "디스크 부족을 확인" },
                             &event, &f->err));
    assert_int_equal(hits(f, "고갈"), 0);
    assert_int_equal(hits(f, "디스크"), 1);
    OK(incident_correct(fixture_op(f), i.ref, &(struct incident_patch){ .title = "환불 API 오류" }, &i, &f->err));
    assert_int_equal(hits(f, "타임아웃"), 0);
    assert_int_equal(hits(f, "환불"), 1);
}

static void test_filters_and_pages(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 25; i++) {
        declare(f, i % 5 == 0 ? "결제 오류" : "검색 오류", i % 2 == 0 ? "P2" : "P3");
        fixture_advance(f, HOUR);
    }
    struct incident closed;
    OK(incident_recover(fixture_op(f), "INC-2026-0001", &(struct recovery){ 0 }, &closed, &f->err));
    assert_int_equal(find(f, &(struct incident_query){ .severity = "P2" }).count, 13);
    assert_int_equal(find(f, &(struct incident_query){ .state = "active" }).count, 24);
    assert_int_equal(find(f, &(struct incident_query){ .state = "over" }).count, 1);
    assert_int_equal(find(f, &(struct incident_query){ .state = "recovered", .severity = "P3" }).count, 0);
    assert_int_equal(find(f, &(struct incident_query){ .q = "결제", .state = "active" }).count, 4);
    assert_int_equal(find(f, &(struct incident_query){ .from = "2026-03-02", .until = "2026-03-02" }).count, 21);
    struct op *op = fixture_op(f);
    struct incident_page page;
    struct incident_query wrong = {
        .state = "lost", .kind = "party", .limit = "9999", .cursor = "x", .from = "soon", .service = "nowhere"
    };
    REFUSED(incident_list(op, &wrong, &page, &f->err), ERR_INVALID, "input.invalid");
    assert_int_equal(op->fields.count, 6);

    /* Every page gives each incident once, newest first, by list and by search alike. */
    static const char *const QUERIES[] = { NULL, "오류" };
    for (size_t q = 0; q < 2; q++) {
        struct incident_query query = { .q = QUERIES[q], .limit = "4" };
        size_t seen = 0;
        const char *last = "INC-9999-9999";
        do {
            page = find(f, &query);
            for (size_t i = 0; i < page.count; i++, seen++) {
                assert_true(strcmp(page.list[i].ref, last) < 0);
                last = page.list[i].ref;
            }
            query.cursor = page.next;
        } while (page.next != NULL);
        assert_int_equal(seen, 25);
    }
    struct incident_counts counts;
    OK(incident_count(fixture_op(f), &counts, &f->err));
    assert_int_equal(counts.active, 24);
    assert_int_equal(counts.recovered, 1);
}

static void test_what_looks_alike_is_offered(void **state) {
    struct fixture *f = *state;
    struct incident earlier = declare(f, "레디스 연결 장애로 좌석 배정 실패", "P1");
    declare(f, "검색 색인 지연", "P3");
    struct similar *list;
    size_t count;
    OK(similar_to_text(fixture_op(f), "좌석 배정 실패 (레디스 연결)", NULL, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].ref, earlier.ref);
    assert_true(list[0].percent >= 60);
    OK(similar_to_incident(fixture_op(f), earlier.ref, &list, &count, &f->err));
    assert_int_equal(count, 0); /* never itself */
    OK(similar_to_text(fixture_op(f), "", "nowhere", &list, &count, &f->err));
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_a_draft_names_every_wrong_field),
                                        FIXTURE_TEST(test_the_least_that_is_needed),
                                        FIXTURE_TEST(test_recovery_is_checked),
                                        FIXTURE_TEST(test_two_syllables_are_found),
                                        FIXTURE_TEST(test_filters_and_pages),
                                        FIXTURE_TEST(test_what_looks_alike_is_offered) };
    incidents_start();
    return fixture_run("incident input", tests, sizeof tests / sizeof *tests);
}
