/* drill/: every script is whole in both languages, its lines are heard at their minutes, and silence once it is over.
 */
#include "support/incidents.h"

#include "base/str.h"
#include "drill/drill.h"
#include "incident/recover.h"
#include "text/i18n.h"

static const struct drill_input QUICK = { .script = "cache-full", .severity = "P1", .speed = "10" };

static int64_t heard(struct fixture *f) {
    return fixture_number(f, "SELECT count(*) FROM timeline_event WHERE kind = 'note'");
}

static void test_scripts_are_whole(void **state) {
    struct fixture *f = *state;
    struct drill_scripts lists[2];
    static const char *const LANGS[] = { "ko", "en" };
    for (size_t l = 0; l < 2; l++) {
        struct op *op = fixture_op(f);
        op->lang = i18n_get(LANGS[l]);
        OK(drill_scripts(op, &lists[l], &f->err));
        assert_true(lists[l].count >= 3);
        for (size_t i = 0; i < lists[l].count; i++) {
            assert_true(lists[l].items[i].goal_count >= 3);
            assert_string_equal(lists[l].items[i].lang, LANGS[l]);
        }
    }
    assert_int_equal(lists[0].count, lists[1].count);
    for (size_t i = 0; i < lists[0].count; i++) {
        const struct drill_script *ko = &lists[0].items[i], *en = &lists[1].items[i];
        assert_string_equal(ko->key, en->key);
        assert_int_equal(ko->line_count, en->line_count);
        for (size_t n = 0; n < ko->line_count; n++) assert_int_equal(ko->lines[n].minute, en->lines[n].minute);
    }
}

static void test_lines_are_heard_in_their_time(void **state) {
    struct fixture *f = *state;
    struct incident incident;
    struct drill_script script;
    OK(drill_start(fixture_op(f), &QUICK, &incident, &f->err));
    OK(drill_script(fixture_op(f), "cache-full", &script, &f->err));
    assert_int_equal(incident.kind, INCIDENT_DRILL);
    assert_string_equal(incident_headline(&incident), script.title);
    assert_int_equal(heard(f), 0);
    run_until(f, FIXTURE_NOW);
    assert_int_equal(heard(f), 1);
    run_until(f, FIXTURE_NOW + 24 * 1000); /* minute 4 of the script, played ten times as fast */
    assert_int_equal(heard(f), 3);
    run_until(f, FIXTURE_NOW + 27 * 6 * 1000);
    assert_int_equal(heard(f), (int64_t)script.line_count);
    run_until(f, FIXTURE_NOW + HOUR);
    assert_int_equal(heard(f), (int64_t)script.line_count);
}

static void test_a_drill_that_is_over_hears_no_more(void **state) {
    struct fixture *f = *state;
    struct incident incident;
    OK(drill_start(fixture_op(f), &QUICK, &incident, &f->err));
    run_until(f, FIXTURE_NOW + 24 * 1000);
    const struct recovery draft = { .cause = "캐시 메모리 부족", .action = "보관 시간을 되돌림" };
    OK(incident_recover(fixture_op(f), incident.ref, &draft, &incident, &f->err));
    run_until(f, FIXTURE_NOW + HOUR);
    assert_int_equal(heard(f), 3);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = '" DRILL_LINE_DUE "'"), 0);
}

static void test_nothing_leaves_the_house(void **state) {
    struct fixture *f = *state;
    struct incident incident;
    OK(drill_start(fixture_op(f), &QUICK, &incident, &f->err));
    assert_false(incident_reaches_outside(&incident));
}

static void test_refusals(void **state) {
    struct fixture *f = *state;
    struct incident incident;
    struct op *op = fixture_op(f);
    REFUSED(drill_start(op, &(struct drill_input){ .speed = "31" }, &incident, &f->err), ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "script", "required") && has_field(op, "speed", "out_of_range"));
    op = fixture_op(f);
    REFUSED(drill_start(op, &(struct drill_input){ .script = "../ko/cache-full", .speed = "fast" }, &incident, &f->err),
            ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "script", "unknown") && has_field(op, "speed", "not_number"));
    op = fixture_op(f);
    REFUSED(drill_start(op, &(struct drill_input){ .script = "cache-full", .severity = "P9" }, &incident, &f->err),
            ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "severity", "one_of"));
    assert_int_equal(fixture_count(f, "incident"), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = '" DRILL_LINE_DUE "'"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_scripts_are_whole),
        FIXTURE_TEST(test_lines_are_heard_in_their_time),
        FIXTURE_TEST(test_a_drill_that_is_over_hears_no_more),
        FIXTURE_TEST(test_nothing_leaves_the_house),
        FIXTURE_TEST(test_refusals),
    };
    incidents_start();
    return fixture_run("drill", tests, sizeof tests / sizeof *tests);
}
