/* People: accounts, passwords, sessions, throttle, tokens, teams. */
#include "support/fixture.h"

#include "base/str.h"
#include "people/api_token.h"
#include "people/session.h"
#include "people/team.h"

#include <string.h>

#define PASSWORD "밤바다 등대 불빛 4호"
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

static struct user add_user(struct fixture *f, const char *login, const char *role) {
    struct user user;
    struct user_input input = { .login = login, .name = login, .role = role, .password = PASSWORD };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
    return user;
}

static bool login_as(struct fixture *f, const char *login, const char *password, const char *remote, char *token) {
    struct login_attempt attempt = { .login = login, .password = password, .remote = remote, .user_agent = "test" };
    struct user user;
    struct op *op = fixture_op(f);
    op->actor = actor_nobody();
    return session_login(op, &attempt, token, &user, &f->err);
}

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

static void test_add_find_and_list(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "Kim.Lead", "lead"), found;
    assert_string_equal(kim.login, "kim.lead");
    OK(user_load(fixture_op(f), kim.id, &found, &f->err));
    assert_string_equal(found.lang, "ko");
    assert_true(found.has_password);
    OK(user_load_login(fixture_op(f), "KIM.lead", &found, &f->err));
    assert_true(found.id == kim.id);
    for (int i = 0; i < 5; i++) {
        char login[] = "person0";
        login[6] = (char)('0' + i);
        add_user(f, login, "viewer");
    }
    struct user_list list;
    struct user_query query = { .limit = 4 };
    OK(user_list(fixture_op(f), &query, &list, &f->err));
    assert_true(list.count == 4 && list.more);
    query.after = list.items[3].login;
    OK(user_list(fixture_op(f), &query, &list, &f->err));
    assert_true(list.count == 2 && !list.more);
    assert_string_equal(list.items[1].login, "person4");
    query = (struct user_query){ .limit = 10, .text = "LEAD" };
    OK(user_list(fixture_op(f), &query, &list, &f->err));
    assert_int_equal(list.count, 1);
    query.text = "%";
    OK(user_list(fixture_op(f), &query, &list, &f->err));
    assert_int_equal(list.count, 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'user.added'"), 6);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE detail LIKE '%등대%'"), 0);
}

static void test_bad_input_names_each_field(void **state) {
    struct fixture *f = *state;
    struct user user;
    char long_name[400];
    memset(long_name, 'a', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    struct user_input input = { .login = "No Good",
                                .name = long_name,
                                .role = "root",
                                .email = "no-at",
                                .zone = "Seoul",
                                .phone = "abc",
                                .lang = "de",
                                .theme = "pink",
                                .slack_id = "a\nb",
                                .password = "short" };
    struct op *op = fixture_op(f);
    assert_false(user_add(op, &input, &user, &f->err));
    assert_error(f, ERR_INVALID, "input.invalid");
    assert_true(has_field(op, "login", "not_login") && has_field(op, "name", "too_long"));
    assert_true(has_field(op, "role", "one_of") && has_field(op, "email", "malformed"));
    assert_true(has_field(op, "zone", "unknown_zone") && has_field(op, "phone", "malformed"));
    assert_true(has_field(op, "lang", "one_of") && has_field(op, "theme", "one_of"));
    assert_true(has_field(op, "slack_id", "control_characters") && has_field(op, "password", "too_short"));

    input = (struct user_input){ 0 };
    op = fixture_op(f);
    assert_false(user_add(op, &input, &user, &f->err));
    assert_true(has_field(op, "login", "required") && has_field(op, "name", "required") &&
                has_field(op, "role", "required"));

    input = (struct user_input){ .login = "kim\xff", .name = "\xc0\x80", .role = "viewer", .password = "qwerty1234" };
    op = fixture_op(f);
    assert_false(user_add(op, &input, &user, &f->err));
    assert_true(has_field(op, "login", "not_utf8") && has_field(op, "name", "not_utf8") &&
                has_field(op, "password", "password_common"));

    add_user(f, "kim", "viewer");
    input = (struct user_input){ .login = "KIM", .name = "김", .role = "viewer" };
    op = fixture_op(f);
    assert_false(user_add(op, &input, &user, &f->err));
    assert_true(has_field(op, "login", "duplicate"));
    assert_int_equal(fixture_count(f, "user_account"), 1);
}

static void test_stale_versions_are_refused(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "kim", "viewer");
    struct user_input rename = { .name = "김봉수" };
    OK(user_update(fixture_op(f), kim.id, kim.version, &rename, &f->err));
    assert_false(user_update(fixture_op(f), kim.id, kim.version, &rename, &f->err));
    assert_error(f, ERR_STALE, "user.stale");
    assert_false(user_update(fixture_op(f), 12345, 0, &rename, &f->err));
    assert_error(f, ERR_NOT_FOUND, "user.not_found");
}

static void test_the_last_administrator_stays(void **state) {
    struct fixture *f = *state;
    struct user first = add_user(f, "first", "admin"), second = add_user(f, "second", "admin");
    struct user_input demote = { .role = "lead" };
    OK(user_set_disabled(fixture_op(f), second.id, 0, true, &f->err));
    assert_false(user_set_disabled(fixture_op(f), first.id, 0, true, &f->err));
    assert_error(f, ERR_CONFLICT, "user.last_admin");
    assert_false(user_update(fixture_op(f), first.id, 0, &demote, &f->err));
    assert_error(f, ERR_CONFLICT, "user.last_admin");
    OK(user_set_disabled(fixture_op(f), second.id, 0, false, &f->err));
    OK(user_update(fixture_op(f), first.id, 0, &demote, &f->err));
}

static void test_only_administrators_change_people(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "kim", "viewer"), out;
    struct user_input input = { .login = "new", .name = "new", .role = "viewer" };
    struct actor lead = { .kind = ACTOR_USER, .login = "lead", .permissions = role_permissions(ROLE_LEAD) };
    f->actor = &lead;
    assert_false(user_add(fixture_op(f), &input, &out, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    assert_false(user_update(fixture_op(f), kim.id, 0, &input, &f->err));
    assert_false(user_set_disabled(fixture_op(f), kim.id, 0, true, &f->err));
    assert_false(user_reset_password(fixture_op(f), kim.id, PASSWORD, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    f->actor = actor_nobody();
    assert_false(user_add(fixture_op(f), &input, &out, &f->err));
    assert_error(f, ERR_UNAUTHENTICATED, "session.needed");
}

static void test_login_and_use(void **state) {
    struct fixture *f = *state;
    char token[SECRET_TOKEN_SIZE], again[SECRET_TOKEN_SIZE];
    struct session session, same;
    struct user kim = add_user(f, "kim", "cs");
    assert_true(login_as(f, " Kim ", PASSWORD, "192.0.2.1", token));
    OK(session_resolve(fixture_op(f), token, &session, &f->err));
    assert_true(session.actor.user_id == kim.id);
    assert_true(actor_may(&session.actor, PERM_NOTICE) && !actor_may(&session.actor, PERM_RESPOND));
    OK(session_resolve(fixture_op(f), token, &same, &f->err));
    assert_string_equal(session.csrf, same.csrf);
    assert_string_not_equal(session.csrf, token);

    /* Logging in again with the old cookie ends the old session. */
    struct login_attempt rotate = { .login = "kim", .password = PASSWORD, .remote = "", .old_token = token };
    struct user out;
    OK(session_login(fixture_op(f), &rotate, again, &out, &f->err));
    assert_false(session_resolve(fixture_op(f), token, &session, &f->err));
    assert_error(f, ERR_UNAUTHENTICATED, "session.expired");
    OK(session_resolve(fixture_op(f), again, &session, &f->err));
    OK(session_end(fixture_op(f), session.id, &f->err));
    assert_false(session_resolve(fixture_op(f), again, &session, &f->err));
    assert_false(session_resolve(fixture_op(f), "nonsense", &session, &f->err));
}

static void test_sessions_end_with_time(void **state) {
    struct fixture *f = *state;
    char idle[SECRET_TOKEN_SIZE], busy[SECRET_TOKEN_SIZE];
    struct session session;
    add_user(f, "kim", "viewer");
    assert_true(login_as(f, "kim", PASSWORD, "", idle));
    assert_true(login_as(f, "kim", PASSWORD, "", busy));
    fixture_advance(f, 11 * HOUR);
    OK(session_resolve(fixture_op(f), busy, &session, &f->err));
    fixture_advance(f, HOUR);
    assert_false(session_resolve(fixture_op(f), idle, &session, &f->err));
    assert_error(f, ERR_UNAUTHENTICATED, "session.expired");
    for (int hours = 12; hours < 14 * 24; hours += 6) {
        OK(session_resolve(fixture_op(f), busy, &session, &f->err));
        fixture_advance(f, 6 * HOUR);
    }
    assert_false(session_resolve(fixture_op(f), busy, &session, &f->err)); /* used all the time, and over */
    assert_true(login_as(f, "kim", PASSWORD, "", busy));
    assert_int_equal(fixture_count(f, "session"), 1); /* every login sweeps out what is over */
}

static void test_access_ends_with_the_account(void **state) {
    struct fixture *f = *state;
    char cookie[SECRET_TOKEN_SIZE], text[API_TOKEN_SIZE];
    struct user kim = add_user(f, "kim", "lead");
    struct session session;
    struct api_token token;
    struct token_identity identity;
    const char *const scopes[] = { "write", NULL };
    struct api_token_input input = { .name = "ci", .scopes = scopes, .login = "kim" };
    OK(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    assert_true(login_as(f, "kim", PASSWORD, "", cookie));

    struct user_input demote = { .role = "viewer" };
    OK(user_update(fixture_op(f), kim.id, 0, &demote, &f->err));
    assert_false(session_resolve(fixture_op(f), cookie, &session, &f->err));
    OK(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    assert_false(actor_may(&identity.actor, PERM_RESPOND)); /* the role now, not then */

    assert_true(login_as(f, "kim", PASSWORD, "", cookie));
    OK(user_set_disabled(fixture_op(f), kim.id, 0, true, &f->err));
    assert_false(session_resolve(fixture_op(f), cookie, &session, &f->err));
    assert_false(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    assert_false(login_as(f, "kim", PASSWORD, "", cookie));
    assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
}

static void test_a_new_password_ends_other_sessions(void **state) {
    struct fixture *f = *state;
    char cookie[SECRET_TOKEN_SIZE], other[SECRET_TOKEN_SIZE];
    struct session session;
    struct session_list list;
    struct user kim = add_user(f, "kim", "viewer");
    assert_true(login_as(f, "kim", PASSWORD, "", cookie));
    assert_true(login_as(f, "kim", PASSWORD, "", other));
    OK(session_resolve(fixture_op(f), cookie, &session, &f->err));
    f->actor = &session.actor;
    OK(session_list(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 2);
    struct op *op = fixture_op(f);
    assert_false(profile_change_password(op, "wrong", "또 다른 비밀번호 넷 다섯", &f->err));
    assert_true(has_field(op, "current", "wrong_password"));
    OK(profile_change_password(fixture_op(f), PASSWORD, "새로운 비밀번호 둘 셋", &f->err));
    OK(session_resolve(fixture_op(f), cookie, &session, &f->err));
    assert_false(session_resolve(fixture_op(f), other, &session, &f->err));
    assert_false(login_as(f, "kim", PASSWORD, "", other));
    assert_true(login_as(f, "kim", "새로운 비밀번호 둘 셋", "", other));
    OK(session_revoke_others(fixture_op(f), &f->err));
    assert_false(session_resolve(fixture_op(f), other, &session, &f->err));
    f->actor = &f->admin;
    OK(user_reset_password(fixture_op(f), kim.id, PASSWORD, &f->err));
    assert_false(session_resolve(fixture_op(f), cookie, &session, &f->err));
    assert_true(login_as(f, "kim", PASSWORD, "", cookie));
}

static void test_failures_make_wait_longer_and_survive_restarts(void **state) {
    struct fixture *f = *state;
    char token[SECRET_TOKEN_SIZE];
    int waits[6];
    add_user(f, "kim", "viewer");
    for (int i = 0; i < 5; i++) {
        assert_false(login_as(f, "kim", "wrong password", "192.0.2.1", token));
        assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
    }
    for (int i = 0; i < 6; i++) {
        assert_false(login_as(f, "KIM", PASSWORD, "198.51.100.7", token));
        assert_error(f, ERR_LIMIT, "login.throttled");
        waits[i] = f->err.retry_after_s;
        if (i == 0) fixture_reopen(f);
        fixture_advance(f, waits[i] * INT64_C(1000));
        assert_false(login_as(f, "kim", "wrong password", "192.0.2.1", token));
        assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
    }
    for (int i = 1; i < 6; i++) assert_int_equal(waits[i], 2 * waits[i - 1]);
    fixture_advance(f, 15 * MINUTE);
    assert_true(login_as(f, "kim", PASSWORD, "192.0.2.1", token)); /* and all is forgiven */
    assert_false(login_as(f, "kim", "wrong password", "192.0.2.1", token));
    assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM login_throttle WHERE subject LIKE '%kim%'"), 0);
}

static void test_an_address_trying_many_logins_waits(void **state) {
    struct fixture *f = *state;
    char token[SECRET_TOKEN_SIZE], login[32];
    int tried = 0;
    for (; tried < 60; tried++) {
        snprintf(login, sizeof login, "nobody%d", tried);
        assert_false(login_as(f, login, "some password", "192.0.2.9", token));
        if (f->err.kind == ERR_LIMIT) break;
        assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
    }
    assert_int_equal(tried, 50);
    add_user(f, "kim", "viewer");
    assert_true(login_as(f, "kim", PASSWORD, "192.0.2.10", token)); /* others are not held up */
}

static void test_implausible_logins_are_refused_unhashed(void **state) {
    struct fixture *f = *state;
    char token[SECRET_TOKEN_SIZE], huge[1000];
    memset(huge, 'x', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    const char *pairs[][2] = {
        { "kim", huge }, { huge, "password" }, { "", "password" }, { "kim", "" }, { "k\xff", "password" }
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_false(login_as(f, pairs[i][0], pairs[i][1], "", token));
        assert_error(f, ERR_UNAUTHENTICATED, "login.failed");
    }
}

static void test_token_scopes(void **state) {
    struct fixture *f = *state;
    char text[API_TOKEN_SIZE];
    struct api_token token;
    struct token_identity identity;
    struct user kim = add_user(f, "kim", "responder");
    const char *const both[] = { "notice", "read", "respond", "read", NULL };
    struct api_token_input input = { .name = "배포 봇", .scopes = both, .login = "kim" };
    OK(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    assert_string_equal(token.scopes, "read respond notice");
    OK(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    assert_true(actor_may(&identity.actor, PERM_RESPOND) && actor_may(&identity.actor, PERM_READ));
    assert_false(actor_may(&identity.actor, PERM_NOTICE)); /* not a responder's */
    assert_false(actor_may(&identity.actor, PERM_SELF)); /* not in the scopes */
    assert_int_equal(identity.actor.kind, ACTOR_TOKEN);

    /* A token cannot make a wider one, nor any without `write`. */
    const char *const read_only[] = { "read", NULL }, *const everything[] = { "admin", NULL };
    const char *const write[] = { "write", NULL };
    f->actor = &identity.actor;
    input = (struct api_token_input){ .name = "x", .scopes = read_only };
    assert_false(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    f->actor = &f->admin;
    input = (struct api_token_input){ .name = "w", .scopes = write, .login = "kim" };
    OK(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    OK(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    f->actor = &identity.actor;
    input = (struct api_token_input){ .name = "all", .scopes = everything };
    OK(api_token_create(fixture_op(f), &input, text, &token, &f->err)); /* all that a responder may */
    identity.actor.permissions = scope_permissions("read") | 1 << PERM_SELF;
    assert_false(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    assert_error(f, ERR_FORBIDDEN, "token.wider");

    f->actor = &f->admin;
    struct api_token_list list;
    OK(api_token_list(fixture_op(f), kim.id, &list, &f->err));
    assert_int_equal(list.count, 3);
    OK(api_token_revoke(fixture_op(f), list.items[0].id, &f->err));
    assert_false(api_token_revoke(fixture_op(f), list.items[0].id, &f->err));
    assert_error(f, ERR_NOT_FOUND, "token.not_found");
}

static void test_tokens_expire(void **state) {
    struct fixture *f = *state;
    char text[API_TOKEN_SIZE];
    struct api_token token;
    struct token_identity identity;
    add_user(f, "kim", "viewer");
    const char *const scopes[] = { "read", NULL }, *const unknown[] = { "root", NULL };
    struct api_token_input input = {
        .name = "short", .scopes = scopes, .login = "kim", .expires_ms = FIXTURE_NOW + HOUR
    };
    OK(api_token_create(fixture_op(f), &input, text, &token, &f->err));
    OK(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    fixture_advance(f, HOUR);
    assert_false(api_token_resolve(fixture_op(f), text, &identity, &f->err));
    assert_error(f, ERR_UNAUTHENTICATED, "token.invalid");
    struct op *op = fixture_op(f);
    input = (struct api_token_input){ .name = "\x01", .scopes = unknown, .login = "kim", .expires_ms = FIXTURE_NOW };
    assert_false(api_token_create(op, &input, text, &token, &f->err));
    assert_true(has_field(op, "name", "control_characters") && has_field(op, "scopes", "one_of") &&
                has_field(op, "expires_at", "past"));
}

static void test_profile(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "kim", "viewer"), out;
    struct actor self = { .kind = ACTOR_USER, .user_id = kim.id, .login = "kim" };
    self.permissions = role_permissions(ROLE_VIEWER);
    struct user_input input = {
        .name = "문예진", .lang = "en", .theme = "dark", .zone = "Europe/Berlin", .role = "admin"
    };
    f->actor = &self;
    OK(profile_update(fixture_op(f), kim.version, &input, &out, &f->err));
    assert_int_equal(out.role, ROLE_VIEWER);
    assert_string_equal(out.zone, "Europe/Berlin");
    input = (struct user_input){ .zone = "", .email = "moon@example.com" };
    OK(profile_update(fixture_op(f), out.version, &input, &out, &f->err));
    assert_string_equal(out.zone, "");
    assert_false(profile_update(fixture_op(f), kim.version, &input, &out, &f->err));
    assert_error(f, ERR_STALE, "user.stale");
}

struct naming {
    const char *text;
    bool found;
    struct user user;
};

static bool find_named(struct tx *tx, void *arg, struct error *err) {
    struct naming *naming = arg;
    return user_find_named(tx, naming->text, &naming->user, &naming->found, err);
}

static void test_people_are_found_as_typed(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "kim", "viewer"), lee = add_user(f, "lee", "viewer");
    struct user_input same = { .name = "문예진" };
    OK(user_update(fixture_op(f), kim.id, 0, &same, &f->err));
    const char *good[] = { "kim", "@kim", "KIM", "문예진" };
    for (size_t i = 0; i < 4; i++) {
        struct naming naming = { .text = good[i] };
        OK(store_read(fixture_op(f), find_named, &naming, &f->err));
        assert_true(naming.found && naming.user.id == kim.id);
    }
    OK(user_update(fixture_op(f), lee.id, 0, &same, &f->err));
    struct naming both = { .text = "문예진" };
    OK(store_read(fixture_op(f), find_named, &both, &f->err));
    assert_false(both.found); /* two people: nobody is picked by chance */
}

static void test_teams(void **state) {
    struct fixture *f = *state;
    struct user kim = add_user(f, "kim", "viewer"), lee = add_user(f, "lee", "viewer");
    struct team team, other;
    struct team_input input = { .key = "Payments", .name = "결제팀" };
    OK(team_add(fixture_op(f), &input, &team, &f->err));
    struct op *op = fixture_op(f);
    assert_false(team_add(op, &input, &other, &f->err));
    assert_true(has_field(op, "key", "duplicate"));
    OK(team_member_set(fixture_op(f), team.id, lee.id, false, &f->err));
    OK(team_member_set(fixture_op(f), team.id, kim.id, false, &f->err));
    OK(team_member_set(fixture_op(f), team.id, lee.id, true, &f->err));
    struct team_member_list members;
    OK(team_members(fixture_op(f), team.id, &members, &f->err));
    assert_int_equal(members.count, 2);
    assert_true(members.items[0].lead && members.items[0].user.id == lee.id);
    struct user_list list;
    struct user_query query = { .team_id = team.id, .limit = 10 };
    OK(user_list(fixture_op(f), &query, &list, &f->err));
    assert_int_equal(list.count, 2);
    OK(team_member_remove(fixture_op(f), team.id, kim.id, &f->err));
    assert_false(team_member_remove(fixture_op(f), team.id, kim.id, &f->err));
    assert_error(f, ERR_NOT_FOUND, "team.not_member");
    assert_false(team_remove(fixture_op(f), team.id, team.version, &f->err));
    assert_error(f, ERR_STALE, "team.stale");
    OK(team_load_named(fixture_op(f), "PAYMENTS", &team, &f->err));
    OK(team_remove(fixture_op(f), team.id, team.version, &f->err));
    assert_int_equal(fixture_count(f, "team_member"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_add_find_and_list),
        FIXTURE_TEST(test_bad_input_names_each_field),
        FIXTURE_TEST(test_stale_versions_are_refused),
        FIXTURE_TEST(test_the_last_administrator_stays),
        FIXTURE_TEST(test_only_administrators_change_people),
        FIXTURE_TEST(test_login_and_use),
        FIXTURE_TEST(test_sessions_end_with_time),
        FIXTURE_TEST(test_access_ends_with_the_account),
        FIXTURE_TEST(test_a_new_password_ends_other_sessions),
        FIXTURE_TEST(test_failures_make_wait_longer_and_survive_restarts),
        FIXTURE_TEST(test_an_address_trying_many_logins_waits),
        FIXTURE_TEST(test_implausible_logins_are_refused_unhashed),
        FIXTURE_TEST(test_token_scopes),
        FIXTURE_TEST(test_tokens_expire),
        FIXTURE_TEST(test_profile),
        FIXTURE_TEST(test_people_are_found_as_typed),
        FIXTURE_TEST(test_teams),
    };
    return fixture_run("people", tests, sizeof tests / sizeof *tests);
}
