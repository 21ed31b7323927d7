/* Policies: presets, strict loading, the wizard, due times, and what each role may do. */
#include "support/harness.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "base/secret.h"
#include "people/api_token.h"
#include "people/password.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "text/when.h"

#include <pthread.h>
#include <string.h>

static const struct policy *preset(void *arena, const char *key) {
    const struct policy *policy = policy_preset(arena, key);
    assert_non_null(policy);
    return policy;
}

static int64_t at(const char *text) {
    int64_t ms;
    struct error err;
    assert_true(when_parse(text, &ms, &err));
    return ms;
}

static struct organisation organisation_in(const char *zone) {
    struct organisation organisation = { .zone = zone, .work_days = 0x1f, .work_from = 9 * 60, .work_until = 18 * 60 };
    struct error err;
    assert_true(tz_find(zone, &organisation.tz, &err));
    return organisation;
}

static bool has_field(const struct op *op, const char *field, const char *code) {
    for (const struct field_error *e = op->fields.first; e != NULL; e = e->next) {
        if (str_eq(e->field, field) && str_eq(e->code, code)) return true;
    }
    return false;
}

static void test_presets_say_what_the_manuals_say(void **state) {
    static const struct {
        const char *preset, *code;
        int64_t response, update, executive;
        enum policy_review review;
    } expected[] = {
        { "p1-p3", "P1", 5, 60, 30, REVIEW_EXECUTIVES }, { "p1-p3", "P2", 30, 60, 0, REVIEW_TEAM },
        { "p1-p3", "P3", 0, 60, 0, REVIEW_TEAM },        { "p1-p4", "P1", 5, 15, 30, REVIEW_EXECUTIVES },
        { "p1-p4", "P2", 60, 60, 0, REVIEW_TEAM },       { "p1-p4", "P4", 0, 0, 0, REVIEW_TEAM },
        { "p0-p3", "P0", 5, 60, 30, REVIEW_EXECUTIVES }, { "p0-p3", "P1", 15, 60, 0, REVIEW_EXECUTIVES },
        { "p0-p3", "P2", 60, 60, 0, REVIEW_TEAM },       { "p0-p3", "P3", 240, 60, 0, REVIEW_TEAM },
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct policy *policy = preset(*state, expected[i].preset);
        const struct policy_severity *severity = policy_severity(policy, expected[i].code);
        assert_non_null(severity);
        assert_int_equal(severity->response_minutes, expected[i].response);
        assert_int_equal(severity->update_minutes, expected[i].update);
        assert_int_equal(severity->executive_minutes, expected[i].executive);
        assert_int_equal(severity->review, expected[i].review);
        assert_true(severity->example_count > 0 && *severity->meaning.en != '\0');
        assert_int_equal(severity->detect_minutes, 1);
        assert_int_equal(severity->mitigate_minutes, 10);
    }
    assert_int_equal(policy_severity(preset(*state, "p1-p4"), "P1")->first_action_minutes, 30);
    assert_null(policy_severity(preset(*state, "p1-p3"), "P0"));
    assert_null(policy_preset(*state, "p9"));
    assert_null(policy_preset(*state, NULL));
    const struct policy_severity *gravest = preset(*state, "p0-p3")->severities;
    assert_int_equal(gravest->channels, 1 << CHANNEL_SLACK | 1 << CHANNEL_SMS | 1 << CHANNEL_PHONE);
    assert_int_equal(gravest->roles, 1 << POLICY_ROLE_COMMANDER);
    assert_string_equal(gravest->slack_channel, "#incident-critical");
}

/* All 3^5 ways to answer, against the chart told in words: the first yes decides, an open question before it waits. */
static void test_wizard_walks_the_chart(void **state) {
    static const struct {
        const char *preset;
        const char *severities[6];
    } charts[] = {
        { "p1-p3", { "P1", "P1", "P2", "P2", "P3", "P3" } },
        { "p1-p4", { "P1", "P1", "P2", "P2", "P3", "P4" } },
        { "p0-p3", { "P0", "P1", "P1", "P1", "P2", "P3" } },
    };
    for (size_t c = 0; c < 3; c++) {
        const struct policy *policy = preset(*state, charts[c].preset);
        assert_int_equal(policy->step_count, 5);
        for (int n = 0; n < 243; n++) {
            enum wizard_answer answers[5];
            struct wizard_proposal proposal;
            size_t first = 0;
            for (int i = 0, rest = n; i < 5; i++, rest /= 3) answers[i] = (enum wizard_answer)(rest % 3);
            while (first < 5 && answers[first] == ANSWER_NO) first++;
            wizard_propose(policy, answers, &proposal);
            if (first < 5 && answers[first] == ANSWER_NONE) {
                assert_null(proposal.severity);
                assert_ptr_equal(proposal.step, &policy->steps[first]);
            } else {
                assert_string_equal(proposal.severity->code, charts[c].severities[first]);
            }
        }
    }
}

/* Each line breaks the preset in one place; the error must name that place. */
static void test_loader_names_what_is_wrong(void **state) {
    static const struct {
        const char *find, *replace, *field, *code;
    } cases[] = {
        { "\"update_minutes\": 60", "\"update_minutes\": \"60\"", "severities[0].update_minutes", "not_number" },
        { "\"update_minutes\": 60", "\"update_minutes\": 1.5", "severities[0].update_minutes", "not_number" },
        { "\"update_minutes\": 60", "\"update_minutes\": -1", "severities[0].update_minutes", "out_of_range" },
        { "\"update_minutes\": 60", "\"updte_minutes\": 60", "severities[0].updte_minutes", "unknown" },
        { "\"code\": \"P2\"", "\"code\": \"P1\"", "severities[1].code", "duplicate" },
        { "\"code\": \"P2\"", "\"code\": \"p 2\"", "severities[1].code", "malformed" },
        { "\"code\": \"P2\"", "\"code\": null", "severities[1].code", "required" },
        { "\"code\": \"P2\"", "\"code\": \"P2345678901\"", "severities[1].code", "too_long" },
        { "\"business_hours\": false", "\"business_hours\": 0", "severities[0].business_hours", "not_bool" },
        { "\"unit\": \"days\"", "\"unit\": \"weeks\"", "severities[0].report_due.unit", "one_of" },
        { "\"amount\": 1,", "\"amount\": 0,", "severities[0].report_due.amount", "out_of_range" },
        { "\"slack\", \"sms\"", "\"slack\", \"fax\"", "severities[0].channels[1]", "one_of" },
        { "\"#incident-critical\"", "\"incident critical\"", "severities[0].slack_channel", "malformed" },
        { "\"commander\"", "\"boss\"", "severities[0].roles[0]", "one_of" },
        { "\"executives\"", "\"nobody\"", "severities[0].review", "one_of" },
        { "\"detect\": 1", "\"detect\": []", "severities[0].ladder.detect", "not_number" },
        { "{\"ko\": \"긴급\"", "{\"ko\": \"긴\\u0007급\"", "severities[0].name.ko", "control_characters" },
        { "{\"ko\": \"긴급\"", "{\"ko\": \" \"", "severities[0].name.ko", "required" },
        { "\"otherwise\": \"P3\"", "\"otherwise\": \"P4\"", "wizard.otherwise", "one_of" },
        { "\"preset\": \"p1-p3\"", "\"preset\": \"mine\"", "preset", "one_of" },
        { "\"severities\": [", "\"severities\": [], \"more\": [", "severities", "list_size" },
        { "\"wizard\": {", "\"wizard\": [], \"w\": {", "wizard", "not_object" },
        { "\"key\": \"payment_login\"", "\"key\": \"unreachable\"", "wizard.steps[1].key", "duplicate" },
    };
    const struct asset *asset = asset_find("templates/policies/p1-p3.json");
    const char *whole = (const char *)asset->bytes;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op op = { .arena = *state };
        struct policy policy;
        struct error err;
        json_t *json;
        const char *place = strstr(whole, cases[i].find);
        if (place == NULL) fail_msg("no %s in the preset", cases[i].find);
        const char *broken = arena_printf(*state, "%.*s%s%s", (int)(place - whole), whole, cases[i].replace,
                                          place + strlen(cases[i].find));
        assert_true(json_parse(*state, broken, strlen(broken), &json, &err));
        assert_false(policy_parse(&op, json, &policy, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        if (!has_field(&op, cases[i].field, cases[i].code)) {
            fail_msg("case %zu: %s %s", i, op.fields.first->field, op.fields.first->code);
        }
    }
    struct op op = { .arena = *state };
    struct policy policy;
    struct error err;
    assert_false(policy_parse(&op, json_arr(*state), &policy, &err));
    assert_true(has_field(&op, "policy", "not_object"));
}

static void test_due_days_keep_the_wall_clock(void **state) {
    (void)state;
    struct organisation seoul = organisation_in("Asia/Seoul"), berlin = organisation_in("Europe/Berlin");
    const struct policy_severity *severity = policy_severity(preset(*state, "p1-p3"), "P2");
    assert_true(policy_due_ms(&severity->report, &seoul, at("2025-12-09T20:15:00+09:00")) ==
                at("2025-12-10T20:15:00+09:00"));
    assert_true(policy_due_ms(&severity->retro, &seoul, at("2025-12-09T20:00:00+09:00")) ==
                at("2025-12-14T20:00:00+09:00"));
    const struct policy_span day = { SPAN_DAYS, 1 }, hours = { SPAN_HOURS, 24 }, none = { SPAN_NONE, 0 };
    /* The clocks go forward: a day is 23 hours, 24 hours are 24 hours. */
    assert_true(policy_due_ms(&day, &berlin, at("2025-03-29T12:00:07+01:00")) == at("2025-03-30T12:00:07+02:00"));
    assert_true(policy_due_ms(&hours, &berlin, at("2025-03-29T12:00:00+01:00")) == at("2025-03-30T13:00:00+02:00"));
    assert_true(policy_due_ms(&none, &berlin, at("2025-03-29T12:00:00+01:00")) == 0);
    assert_true(policy_due_ms(&day, &seoul, at("2025-12-09T20:15:00+09:00") + 123) ==
                at("2025-12-10T20:15:00+09:00") + 123);
}

static void test_business_days_skip_weekends(void **state) {
    (void)state;
    struct organisation seoul = organisation_in("Asia/Seoul");
    const struct policy_span one = { SPAN_BUSINESS_DAYS, 1 }, five = { SPAN_BUSINESS_DAYS, 5 };
    assert_true(policy_due_ms(&one, &seoul, at("2025-12-12T20:00:00+09:00")) == at("2025-12-15T20:00:00+09:00"));
    assert_true(policy_due_ms(&five, &seoul, at("2025-12-09T20:00:00+09:00")) == at("2025-12-16T20:00:00+09:00"));
    seoul.work_days = 0; /* nobody ever works: an end, not an endless loop */
    assert_true(policy_due_ms(&one, &seoul, at("2025-12-12T20:00:00+09:00")) > at("2025-12-12T20:00:00+09:00"));
}

static void test_response_waits_for_working_hours(void **state) {
    struct organisation seoul = organisation_in("Asia/Seoul");
    const struct policy *policy = preset(*state, "p1-p3");
    const struct policy_severity *p2 = policy_severity(policy, "P2"), *p3 = policy_severity(policy, "P3");
    assert_true(policy_response_due_ms(p2, &seoul, at("2025-12-13T02:00:00+09:00")) == at("2025-12-13T02:30:00+09:00"));
    assert_true(policy_response_due_ms(p3, &seoul, at("2025-12-13T02:00:00+09:00")) == at("2025-12-15T18:00:00+09:00"));
    assert_true(policy_response_due_ms(p3, &seoul, at("2025-12-09T10:00:00+09:00")) == at("2025-12-09T18:00:00+09:00"));
    assert_true(policy_response_due_ms(p3, &seoul, at("2025-12-09T18:00:00+09:00")) == at("2025-12-10T18:00:00+09:00"));
    assert_true(policy_working_ms(&seoul, at("2025-12-09T08:59:59+09:00")) == at("2025-12-09T09:00:00+09:00"));
    assert_true(policy_working_ms(&seoul, at("2025-12-09T17:59:59+09:00")) == at("2025-12-09T17:59:59+09:00"));
}

/* The matrix in full, so that a change of the table is a change of this test. */
static void test_permissions_by_role(void **state) {
    (void)state;
    static const struct {
        enum permission permission;
        const char *roles; /* letters: viewer, cs, responder, lead, admin */
    } matrix[] = {
        { PERM_PUBLIC, "vcrla" },       { PERM_SELF, "vcrla" },  { PERM_READ, "vcrla" },
        { PERM_RESPOND, "rla" },        { PERM_INTAKE, "crla" }, { PERM_NOTICE, "cla" },
        { PERM_NOTICE_APPROVE, "cla" }, { PERM_REVIEW, "la" },   { PERM_SCHEDULE, "la" },
        { PERM_SERVICE, "la" },         { PERM_ADMIN, "a" },
    };
    static const char letters[] = {
        [ROLE_VIEWER] = 'v', [ROLE_CS] = 'c', [ROLE_RESPONDER] = 'r', [ROLE_LEAD] = 'l', [ROLE_ADMIN] = 'a'
    };
    for (size_t i = 0; i < sizeof matrix / sizeof *matrix; i++) {
        for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
            struct actor actor = { .kind = ACTOR_USER, .permissions = role_permissions(role) };
            bool expected = strchr(matrix[i].roles, letters[role]) != NULL;
            assert_int_equal(actor_may(&actor, matrix[i].permission), expected);
        }
    }
    assert_false(actor_may(actor_nobody(), PERM_READ));
    assert_true(actor_may(actor_of_command(), PERM_ADMIN));
    assert_false((scope_permissions("write") & 1 << PERM_ADMIN) != 0);
    assert_int_equal(scope_permissions("everything"), 0);
}

static void test_password_rules(void **state) {
    static const struct {
        const char *password, *code;
    } cases[] = {
        { "", "required" },
        { "nine char", "too_short" },
        { "아홉글자비밀번호다", "too_short" },
        { "Kim@Example.Com", "password_is_login" },
        { "aaaaaaaaaaaaaa", "password_common" },
        { "PassWord123", "password_common" },
        { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "not_utf8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op op = { .arena = *state };
        password_check_rules(&op, "password", cases[i].password, "kim@example.com");
        assert_true(has_field(&op, "password", cases[i].code));
    }
    struct op op = { .arena = *state };
    password_check_rules(&op, "password", "열 글자가 넘는 문장", "kim");
    password_check_rules(&op, "password", "correct horse battery", "kim");
    assert_int_equal(op.fields.count, 0);
}

static void test_password_hashes(void **state) {
    struct op op = { .arena = *state };
    struct error err;
    const char *hash, *again;
    bool matches;
    assert_true(password_hash(&op, "열 글자가 넘는 문장", &hash, &err));
    assert_true(password_hash(&op, "열 글자가 넘는 문장", &again, &err));
    assert_string_not_equal(hash, again);
    assert_true(str_starts(hash, "$argon2id$"));
    assert_true(password_verify(hash, "열 글자가 넘는 문장", &matches, &err) && matches);
    assert_true(password_verify(hash, "열 글자가 넘는 문장 ", &matches, &err) && !matches);
    assert_true(password_verify(NULL, "열 글자가 넘는 문장", &matches, &err) && !matches);
}

enum { FLOOD = 40 };

static void *verify_nobody(void *arg) {
    struct error *err = arg;
    bool matches;
    if (password_verify(NULL, "some long password", &matches, err)) err->kind = ERR_NONE;
    return NULL;
}

/* Two hash, sixteen wait, the others are told when to come back instead of piling up. */
static void test_a_flood_of_logins_is_bounded(void **state) {
    pthread_t threads[FLOOD];
    struct error errors[FLOOD];
    int done = 0, refused = 0;
    (void)state;
    for (int i = 0; i < FLOOD; i++) assert_int_equal(pthread_create(&threads[i], NULL, verify_nobody, &errors[i]), 0);
    for (int i = 0; i < FLOOD; i++) {
        pthread_join(threads[i], NULL);
        if (errors[i].kind == ERR_NONE) {
            done++;
            continue;
        }
        assert_string_equal(errors[i].code, "login.busy");
        assert_true(errors[i].retry_after_s > 0);
        refused++;
    }
    assert_true(done >= 18 && done + refused == FLOOD);
}

static int start(void **state) {
    (void)state;
    secret_start();
    asset_start();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_presets_say_what_the_manuals_say),
        TEST(test_wizard_walks_the_chart),
        TEST(test_loader_names_what_is_wrong),
        TEST(test_due_days_keep_the_wall_clock),
        TEST(test_business_days_skip_weekends),
        TEST(test_response_waits_for_working_hours),
        TEST(test_permissions_by_role),
        TEST(test_password_rules),
        TEST(test_password_hashes),
        TEST(test_a_flood_of_logins_is_bounded),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
