/* Incidents without a database: measurements, and that every text their code asks for is there in both languages. */
#include "support/harness.h"

#include "base/asset.h"
#include "base/json.h"
#include "base/secret.h"
#include "incident/checklist_rows.h"
#include "incident/clock.h"
#include "incident/incident.h"
#include "incident/message.h"
#include "incident/relation.h"
#include "incident/roles.h"
#include "text/i18n.h"

#include <string.h>

static const int64_t MINUTE = 60000, START = 1765278000000;

static void test_a_missing_time_is_never_a_zero(void **state) {
    (void)state;
    struct incident i = { .declared_at = START + 5 * MINUTE, .state = INCIDENT_OPEN };
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).state, MEASURE_PENDING);
    assert_int_equal(incident_measure(&i, MEASURE_ACKNOWLEDGE).state, MEASURE_PENDING);
    i.state = INCIDENT_RECOVERED;
    i.phase_at[PHASE_RECOVERED] = START + 30 * MINUTE;
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).state, MEASURE_PENDING); /* nobody said when it began */
    assert_int_equal(incident_measure(&i, MEASURE_ACKNOWLEDGE).state, MEASURE_NOT_APPLICABLE);
    i.phase_at[PHASE_OCCURRED] = START;
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).minutes, 30);
    assert_int_equal(incident_measure(&i, MEASURE_DETECT).state, MEASURE_PENDING);
    i.phase_at[PHASE_DETECTED] = START - MINUTE;
    assert_int_equal(incident_measure(&i, MEASURE_DETECT).state, MEASURE_INVALID);
    i.state = INCIDENT_FALSE_ALARM;
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).state, MEASURE_NOT_APPLICABLE);
}

static void test_minutes_are_those_shown(void **state) {
    (void)state;
    struct incident i = { .declared_at = START, .state = INCIDENT_RECOVERED };
    i.phase_at[PHASE_OCCURRED] = START + 59999; /* still the first minute */
    i.phase_at[PHASE_RECOVERED] = START + 15 * MINUTE;
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).minutes, 15);
}

static void there(const char *key) {
    static const char *const LANGS[] = { "ko", "en" };
    for (size_t i = 0; i < 2; i++) {
        if (i18n_find(i18n_get(LANGS[i]), key) == NULL) fail_msg("no message %s in %s", key, LANGS[i]);
    }
}

/* A page and the timeline say the same word: label.WORD is incident.WORD. */
static void same(struct arena *arena, const char *word) {
    static const char *const LANGS[] = { "ko", "en" };
    const char *shown = arena_printf(arena, "label.%s", word), *told = arena_printf(arena, "incident.%s", word);
    there(shown);
    there(told);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(i18n_text(i18n_get(LANGS[i]), shown), i18n_text(i18n_get(LANGS[i]), told));
    }
}

static void test_every_word_is_there(void **state) {
    struct arena *arena = *state;
    for (int n = 0; n < INCIDENT_STATE_COUNT; n++) {
        same(arena, arena_printf(arena, "state.%s", incident_state_name((enum incident_state)n)));
    }
    for (int n = 0; n < INCIDENT_KIND_COUNT; n++) {
        there(arena_printf(arena, "incident.kind.%s", incident_kind_name((enum incident_kind)n)));
    }
    for (int n = 0; n < ROLE_KIND_COUNT; n++) {
        same(arena, arena_printf(arena, "role.%s", role_kind_name((enum role_kind)n)));
        there(arena_printf(arena, "label.role_does.%s", role_kind_name((enum role_kind)n)));
    }
    for (int n = 0; n < RELATION_KIND_COUNT; n++) {
        there(arena_printf(arena, "incident.relation.%s", relation_kind_name((enum relation_kind)n)));
    }
    for (int n = 0; n < CLOCK_KIND_COUNT; n++) {
        const char *name = clock_kind_name((enum clock_kind)n);
        bool done_by_us = n == CLOCK_HELP_OFFER || n == CLOCK_EXECUTIVE_REPORT;
        there(arena_printf(arena, "timeline.%s_%s", name, done_by_us ? "sent" : "missed"));
    }
}

static void test_every_message_has_its_template(void **state) {
    struct arena *arena = *state;
    for (int n = 0; n < MESSAGE_KIND_COUNT; n++) {
        const char *name = message_kind_name((enum message_kind)n);
        assert_non_null(asset_find(arena_printf(arena, "templates/incident/ko/%s.txt", name)));
        assert_non_null(asset_find(arena_printf(arena, "templates/incident/en/%s.txt", name)));
    }
}

static void test_checklists_agree_in_both_languages(void **state) {
    struct arena *arena = *state;
    struct shipped_list ko[SHIPPED_LISTS], en[SHIPPED_LISTS];
    struct error err;
    assert_true(shipped_lists(arena, "ko", ko, &err));
    assert_true(shipped_lists(arena, "en", en, &err));
    for (size_t n = 0; n < SHIPPED_LISTS; n++) {
        json_t *ours, *theirs;
        assert_string_equal(ko[n].key, en[n].key);
        assert_true(json_parse(arena, ko[n].items, strlen(ko[n].items), &ours, &err));
        assert_true(json_parse(arena, en[n].items, strlen(en[n].items), &theirs, &err));
        assert_int_equal(json_array_size(ours), json_array_size(theirs));
        for (size_t i = 0; i < json_array_size(ours); i++) {
            assert_non_null(json_text(json_array_get(ours, i), "text"));
            assert_int_equal(json_text(json_array_get(ours, i), "hint") == NULL,
                             json_text(json_array_get(theirs, i), "hint") == NULL);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_a_missing_time_is_never_a_zero), TEST(test_minutes_are_those_shown),
                                        TEST(test_every_word_is_there), TEST(test_every_message_has_its_template),
                                        TEST(test_checklists_agree_in_both_languages) };
    struct error err;
    secret_start();
    asset_start();
    if (!i18n_load_all(&err)) return 1;
    return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
