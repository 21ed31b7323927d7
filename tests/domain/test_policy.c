/* Policy versions, the organisation and first-run set-up. */
#include "support/fixture.h"

#include "base/json.h"
#include "base/str.h"
#include "people/session.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "policy/setup.h"

#include <string.h>

#define assert_error(f, kind_, code_)              \
    do {                                           \
        assert_int_equal((f)->err.kind, kind_);    \
        assert_string_equal((f)->err.code, code_); \
    } while (0)

static bool has_field(const struct op *op, const char *field, const char *code) {
    for (const struct field_error *e = op->fields.first; e != NULL; e = e->next) {
        if (str_eq(e->field, field) && str_eq(e->code, code)) return true;
    }
    return false;
}

static void test_versions_never_change(void **state) {
    struct fixture *f = *state;
    const struct policy *first, *second, *read;
    OK(policy_load(fixture_op(f), 0, &read, &f->err));
    assert_int_equal(read->version, 0);
    assert_string_equal(read->preset, "p1-p3");
    OK(policy_adopt(fixture_op(f), 0, "p0-p3", &first, &f->err));
    assert_int_equal(first->version, 1);

    json_t *edited = json_deep_copy(first->json);
    json_t *severity = json_array_get(json_object_get(edited, "severities"), 1);
    json_object_set_new(severity, "update_minutes", json_integer(20));
    OK(policy_save(fixture_op(f), 1, edited, &second, &f->err));
    assert_int_equal(second->version, 2);
    assert_false(policy_save(fixture_op(f), 1, edited, &second, &f->err));
    assert_error(f, ERR_STALE, "policy.stale");
    assert_false(policy_adopt(fixture_op(f), 1, "p1-p4", &second, &f->err));
    assert_error(f, ERR_STALE, "policy.stale");

    fixture_reopen(f);
    OK(policy_load(fixture_op(f), 1, &read, &f->err));
    assert_int_equal(policy_severity(read, "P1")->update_minutes, 60);
    OK(policy_load(fixture_op(f), 0, &read, &f->err));
    assert_int_equal(policy_severity(read, "P1")->update_minutes, 20);
    assert_string_equal(read->created_by, "admin");
    assert_false(policy_load(fixture_op(f), 9, &read, &f->err));
    assert_error(f, ERR_NOT_FOUND, "policy.not_found");
    struct policy_version_list versions;
    OK(policy_versions(fixture_op(f), &versions, &f->err));
    assert_int_equal(versions.count, 2);
    assert_int_equal(versions.items[0].version, 2);

    json_object_set_new(severity, "code", json_integer(7));
    struct op *op = fixture_op(f);
    assert_false(policy_save(op, 2, edited, &second, &f->err));
    assert_true(has_field(op, "severities[1].code", "not_text"));
    assert_int_equal(fixture_count(f, "policy_version"), 2);
    json_decref(edited);
}

static void test_only_administrators_change_it(void **state) {
    struct fixture *f = *state;
    const struct policy *policy;
    struct organisation organisation;
    struct organisation_input input = { .name = "봉수" };
    struct actor lead = { .kind = ACTOR_USER, .login = "lead", .permissions = role_permissions(ROLE_LEAD) };
    f->actor = &lead;
    assert_false(policy_adopt(fixture_op(f), 0, "p1-p4", &policy, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    assert_false(organisation_update(fixture_op(f), 1, &input, &organisation, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    struct op *op = fixture_op(f);
    f->actor = &f->admin;
    op = fixture_op(f);
    assert_false(policy_adopt(op, 0, "p2-p5", &policy, &f->err));
    assert_true(has_field(op, "preset", "one_of"));
}

static void test_organisation(void **state) {
    struct fixture *f = *state;
    struct organisation organisation;
    OK(organisation_load(fixture_op(f), &organisation, &f->err));
    assert_string_equal(organisation.zone, "Asia/Seoul");
    assert_int_equal(organisation.work_days, 0x1f);
    struct organisation_input input = { .name = "콘서트 예약",
                                        .zone = "America/New_York",
                                        .lang = "en",
                                        .work_days = "mon,sat",
                                        .work_from = "10:00",
                                        .work_until = "24:00" };
    OK(organisation_update(fixture_op(f), 1, &input, &organisation, &f->err));
    assert_false(organisation_update(fixture_op(f), 1, &input, &organisation, &f->err));
    assert_error(f, ERR_STALE, "organisation.stale");
    fixture_reopen(f);
    OK(organisation_load(fixture_op(f), &organisation, &f->err));
    assert_string_equal(tz_name(organisation.tz), "America/New_York");
    assert_int_equal(organisation.work_days, 1 | 1 << 5);
    assert_int_equal(organisation.work_until, 24 * 60);
    assert_int_equal(organisation.version, 2);

    struct op *op = fixture_op(f);
    input = (struct organisation_input){ .name = "",
                                         .zone = "Mars/Base",
                                         .lang = "fr",
                                         .holidays = "us",
                                         .work_days = "someday",
                                         .work_from = "25:00",
                                         .work_until = "9",
                                         .notice_self_approval = "maybe" };
    assert_false(organisation_update(op, 2, &input, &organisation, &f->err));
    assert_true(has_field(op, "name", "required") && has_field(op, "zone", "unknown_zone"));
    assert_true(has_field(op, "lang", "one_of") && has_field(op, "holidays", "one_of"));
    assert_true(has_field(op, "work_days", "one_of") && has_field(op, "work_from", "malformed"));
    assert_true(has_field(op, "work_until", "malformed") && has_field(op, "notice_self_approval", "one_of"));
}

static struct setup_input good_setup(void) {
    return (struct setup_input){
        .token = "the-token",
        .preset = "p1-p4",
        .admin = { .login = "admin", .name = "관리자", .password = "밤바다 등대 불빛 4호" },
        .organisation = { .name = "콘서트 예약", .zone = "Asia/Seoul" },
    };
}

static void test_setup_happens_once(void **state) {
    struct fixture *f = *state;
    struct user admin;
    struct setup_input input = good_setup();
    const struct policy *policy;
    bool needed;
    f->actor = actor_nobody();
    OK(setup_prepare(fixture_op(f), "p0-p3", &needed, &f->err));
    assert_true(needed);
    OK(setup_prepare(fixture_op(f), "p1-p3", &needed, &f->err)); /* a second start changes nothing */
    assert_int_equal(fixture_count(f, "policy_version"), 1);

    input.token = "another-token";
    assert_false(setup_complete(fixture_op(f), "the-token", &input, &admin, &f->err));
    assert_error(f, ERR_FORBIDDEN, "setup.token");
    input.token = "";
    assert_false(setup_complete(fixture_op(f), "", &input, &admin, &f->err));
    assert_error(f, ERR_FORBIDDEN, "setup.token");

    input = good_setup();
    input.organisation.zone = "Nowhere";
    input.admin.password = "short";
    struct op *op = fixture_op(f);
    assert_false(setup_complete(op, "the-token", &input, &admin, &f->err));
    assert_true(has_field(op, "organisation_zone", "unknown_zone") && has_field(op, "password", "too_short"));
    assert_int_equal(fixture_count(f, "user_account"), 0);

    input = good_setup();
    OK(setup_complete(fixture_op(f), "the-token", &input, &admin, &f->err));
    assert_int_equal(admin.role, ROLE_ADMIN);
    assert_false(setup_complete(fixture_op(f), "the-token", &input, &admin, &f->err));
    assert_error(f, ERR_CONFLICT, "setup.done");
    OK(setup_needed(fixture_op(f), &needed, &f->err));
    assert_false(needed);
    f->actor = &f->admin;
    OK(policy_load(fixture_op(f), 0, &policy, &f->err));
    assert_string_equal(policy->preset, "p1-p4");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE actor_login = 'admin'"), 5);

    char token[SECRET_TOKEN_SIZE];
    struct session session;
    struct login_attempt from = { .remote = "127.0.0.1" };
    OK(session_create(fixture_op(f), admin.id, &from, token, &f->err));
    OK(session_resolve(fixture_op(f), token, &session, &f->err));
    assert_true(actor_may(&session.actor, PERM_ADMIN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_versions_never_change),
        FIXTURE_TEST(test_only_administrators_change_it),
        FIXTURE_TEST(test_organisation),
        FIXTURE_TEST(test_setup_happens_once),
    };
    return fixture_run("policy", tests, sizeof tests / sizeof *tests);
}
