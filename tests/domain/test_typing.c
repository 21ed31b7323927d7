/* review/typing: unsaved text is kept per person and section, two pages never overwrite each other unseen, a save takes
 * it away, and people who are there are seen for a minute. */
#include "support/incidents.h"

#include "base/str.h"
#include "review/typing.h"

static struct actor somebody(struct fixture *f, int64_t id, const char *name) {
    struct actor actor = f->admin;
    actor.user_id = id;
    actor.name = name;
    return actor;
}

static struct incident outage(struct fixture *f) {
    fixture_set_now(f, at("2025-12-09T20:00:00+09:00"));
    return declare_draft(f, &(struct incident_draft){ .severity = "P2", .title = "결제 지연", .impact = "결제" });
}

static bool keep(struct fixture *f, const char *ref, const struct typing_wish *wish, struct typing_kept *out) {
    return typing_keep(fixture_op(f), ref, DOCUMENT_REPORT, wish, out, &f->err);
}

static void test_kept_until_saved(void **state) {
    struct fixture *f = *state;
    const char *ref = outage(f).ref;
    struct actor moon = somebody(f, 11, "문"), lee = somebody(f, 12, "이");
    struct typing_kept kept;
    f->actor = &moon;
    OK(keep(f, ref, &(struct typing_wish){ "cause", "쓰다 만", "screen-1", 0, 0 }, &kept));
    OK(keep(f, ref, &(struct typing_wish){ "cause", "쓰다 만 글", "screen-1", 0, 0 }, &kept)); /* the same page */
    assert_int_equal(kept.number, 2);
    OK(keep(f, ref, &(struct typing_wish){ "cause", NULL, "screen-1", 0, 0 }, &kept)); /* only seen: the text stays */
    struct typing typing;
    OK(typing_find(fixture_op(f), ref, DOCUMENT_REPORT, &typing, &f->err));
    assert_string_equal(typing_of(&typing, "cause")->body, "쓰다 만 글");
    OK(typing_find(fixture_op(f), ref, DOCUMENT_RETRO, &typing, &f->err));
    assert_int_equal(typing.mine_count, 0);

    f->actor = &lee; /* sees that somebody is there, never what is written */
    OK(typing_find(fixture_op(f), ref, DOCUMENT_REPORT, &typing, &f->err));
    assert_int_equal(typing.mine_count, 0);
    assert_int_equal(typing.other_count, 1);
    assert_string_equal(typing.others[0].person, "문");
    struct document report;
    struct section_save section = { "cause", "다른 글", 0 };
    struct document_save save = { .sections = &section, .section_count = 1 };
    OK(document_save(fixture_op(f), ref, DOCUMENT_REPORT, &save, &report, &f->err));

    f->actor = &moon; /* told that it was saved meanwhile; the text is still there until this person saves */
    OK(keep(f, ref, &(struct typing_wish){ "cause", "쓰다 만 글!", "screen-1", 0, 2 }, &kept));
    assert_int_equal(kept.version, 1);
    assert_string_equal(kept.saved_by, "이");
    section = (struct section_save){ "cause", "합친 글", 1 };
    OK(document_save(fixture_op(f), ref, DOCUMENT_REPORT, &save, &report, &f->err));
    OK(typing_find(fixture_op(f), ref, DOCUMENT_REPORT, &typing, &f->err));
    assert_int_equal(typing.mine_count, 0);
    fixture_set_now(f, at("2025-12-09T20:01:01+09:00"));
    f->actor = &lee;
    OK(typing_find(fixture_op(f), ref, DOCUMENT_REPORT, &typing, &f->err));
    assert_int_equal(typing.other_count, 0); /* gone for a minute */
    f->actor = &f->admin;
}

static void test_two_pages_of_one_person(void **state) {
    struct fixture *f = *state;
    const char *ref = outage(f).ref;
    struct actor moon = somebody(f, 11, "문");
    struct typing_kept kept;
    f->actor = &moon;
    OK(keep(f, ref, &(struct typing_wish){ "cause", "첫 창", "one", 0, 0 }, &kept));
    assert_false(keep(f, ref, &(struct typing_wish){ "cause", "둘째 창", "two", 0, 0 }, &kept));
    assert_string_equal(f->err.code, "document.typed_elsewhere");
    OK(keep(f, ref, &(struct typing_wish){ "cause", "첫 창, 이어서", "two", 0, 1 }, &kept)); /* it had read it */
    assert_false(keep(f, ref, &(struct typing_wish){ "cause", "첫 창!", "one", 0, 1 }, &kept));
    OK(typing_discard(fixture_op(f), ref, DOCUMENT_REPORT, "cause", &f->err));
    assert_false(keep(f, ref, &(struct typing_wish){ "no_such", "x", "one", 0, 0 }, &kept));
    assert_int_equal(f->err.kind, ERR_INVALID);
    OK(keep(f, ref, &(struct typing_wish){ "cause", "", "one", 0, 0 }, &kept)); /* emptied is typed, too */
    struct typing typing;
    OK(typing_find(fixture_op(f), ref, DOCUMENT_REPORT, &typing, &f->err));
    assert_string_equal(typing_of(&typing, "cause")->body, "");
    f->actor = &f->admin;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_kept_until_saved),
        FIXTURE_TEST(test_two_pages_of_one_person),
    };
    incidents_start();
    return fixture_run("typing", tests, sizeof tests / sizeof *tests);
}
