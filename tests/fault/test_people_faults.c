/* Torture of every write of people, policy and service. Logins and password changes are two transactions on purpose
 * (an attempt counts even if what follows fails) and are looked at on their own. */
#include "support/torture.h"

#include "base/fault.h"

#include "people/api_token.h"
#include "people/session.h"
#include "people/team.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "service/service.h"

#define PASSWORD "밤바다 등대 불빛 4호"

/* What is there before each operation. */
struct scene {
    struct user admin, kim;
    struct team team;
    struct service payment, queue;
    struct component component;
    struct api_token token;
    struct session session;
    char text[API_TOKEN_SIZE], cookie[SECRET_TOKEN_SIZE];
};

static const char *const SCOPES[] = { "read", NULL };

static void set_scene(struct fixture *f, struct scene *scene) {
    struct user_input admin = { .login = "boss", .name = "boss", .role = "admin" };
    struct user_input kim = { .login = "kim", .name = "kim", .role = "viewer", .password = PASSWORD };
    struct team_input team = { .key = "pay", .name = "결제팀" };
    struct service_input payment = { .key = "payment", .name = "결제" }, queue = { .key = "queue", .name = "대기열" };
    struct component_input component = { .name = "카드" };
    struct api_token_input token = { .name = "ci", .scopes = SCOPES, .login = "kim" };
    struct login_attempt from = { .remote = "" };
    OK(user_add(fixture_op(f), &admin, &scene->admin, &f->err));
    OK(user_add(fixture_op(f), &kim, &scene->kim, &f->err));
    OK(team_add(fixture_op(f), &team, &scene->team, &f->err));
    OK(team_member_set(fixture_op(f), scene->team.id, scene->kim.id, false, &f->err));
    OK(service_add(fixture_op(f), &payment, &scene->payment, &f->err));
    OK(service_add(fixture_op(f), &queue, &scene->queue, &f->err));
    OK(service_set_dependencies(fixture_op(f), scene->queue.id, &scene->payment.id, 1, &f->err));
    OK(component_add(fixture_op(f), scene->payment.id, &component, &scene->component, &f->err));
    OK(api_token_create(fixture_op(f), &token, scene->text, &scene->token, &f->err));
    OK(session_create(fixture_op(f), scene->kim.id, &from, scene->cookie, &f->err));
    OK(session_resolve(fixture_op(f), scene->cookie, &scene->session, &f->err));
}

#define OPERATION(name) static bool name(struct fixture *f, struct scene *s, struct error *err)

OPERATION(add_user) {
    struct user_input input = { .login = "new", .name = "새 사람", .role = "lead", .password = PASSWORD };
    struct user out;
    (void)s;
    return user_add(fixture_op(f), &input, &out, err);
}
OPERATION(change_role) {
    struct user_input input = { .role = "lead", .name = "김" };
    return user_update(fixture_op(f), s->kim.id, s->kim.version, &input, err);
}
OPERATION(disable_user) {
    return user_set_disabled(fixture_op(f), s->kim.id, 0, true, err);
}
OPERATION(reset_password) {
    return user_reset_password(fixture_op(f), s->kim.id, "또 다른 등대 불빛 5호", err);
}
OPERATION(update_profile) {
    struct user_input input = { .theme = "dark" };
    struct user out;
    f->actor = &s->session.actor;
    bool done = profile_update(fixture_op(f), s->kim.version, &input, &out, err);
    f->actor = &f->admin;
    return done;
}
OPERATION(open_session) {
    struct login_attempt from = { .remote = "192.0.2.1", .user_agent = "test", .old_token = s->cookie };
    char token[SECRET_TOKEN_SIZE];
    return session_create(fixture_op(f), s->kim.id, &from, token, err);
}
OPERATION(end_session) {
    return session_end(fixture_op(f), s->session.id, err);
}
OPERATION(revoke_session) {
    f->actor = &s->session.actor;
    bool done = session_revoke(fixture_op(f), s->session.id, err);
    f->actor = &f->admin;
    return done;
}
OPERATION(revoke_others) {
    struct actor here = s->session.actor;
    here.session_or_token_id = -1;
    f->actor = &here;
    bool done = session_revoke_others(fixture_op(f), err);
    f->actor = &f->admin;
    return done;
}
OPERATION(create_token) {
    struct api_token_input input = { .name = "another", .scopes = SCOPES, .login = "kim" };
    struct api_token out;
    char text[API_TOKEN_SIZE];
    (void)s;
    return api_token_create(fixture_op(f), &input, text, &out, err);
}
OPERATION(revoke_token) {
    return api_token_revoke(fixture_op(f), s->token.id, err);
}
OPERATION(add_team) {
    struct team_input input = { .key = "sre", .name = "SRE" };
    struct team out;
    (void)s;
    return team_add(fixture_op(f), &input, &out, err);
}
OPERATION(change_team) {
    struct team_input input = { .name = "결제 플랫폼팀" };
    return team_update(fixture_op(f), s->team.id, 0, &input, err);
}
OPERATION(set_member) {
    return team_member_set(fixture_op(f), s->team.id, s->admin.id, true, err);
}
OPERATION(remove_member) {
    return team_member_remove(fixture_op(f), s->team.id, s->kim.id, err);
}
OPERATION(remove_team) {
    return team_remove(fixture_op(f), s->team.id, 0, err);
}
OPERATION(adopt_policy) {
    const struct policy *out;
    (void)s;
    return policy_adopt(fixture_op(f), 0, "p0-p3", &out, err);
}
OPERATION(change_organisation) {
    struct organisation_input input = { .name = "콘서트 예약" };
    struct organisation out;
    (void)s;
    return organisation_update(fixture_op(f), 1, &input, &out, err);
}
OPERATION(add_service) {
    struct service_input input = { .key = "auth", .name = "인증", .team = "pay", .slo = "99.9" };
    struct service out;
    (void)s;
    return service_add(fixture_op(f), &input, &out, err);
}
OPERATION(change_service) {
    struct service_input input = { .tier = "1", .retired = "true" };
    return service_update(fixture_op(f), s->payment.id, s->payment.version, &input, err);
}
OPERATION(link_services) {
    return service_set_dependencies(fixture_op(f), s->payment.id, &s->queue.id, 1, err);
}
OPERATION(unlink_services) {
    return service_set_dependencies(fixture_op(f), s->queue.id, NULL, 0, err);
}
OPERATION(add_component) {
    struct component_input input = { .name = "계좌 이체" };
    struct component out;
    return component_add(fixture_op(f), s->payment.id, &input, &out, err);
}
OPERATION(change_component) {
    struct component_input input = { .position = "3" };
    return component_update(fixture_op(f), s->component.id, 0, &input, err);
}
OPERATION(remove_component) {
    return component_remove(fixture_op(f), s->component.id, 0, err);
}

struct named {
    const char *name;
    bool (*run)(struct fixture *f, struct scene *scene, struct error *err);
    struct scene *scene;
};

static bool run_named(struct fixture *f, void *arg, struct error *err) {
    const struct named *named = arg;
    return named->run(f, named->scene, err);
}

static void torture_all(struct fixture *f, struct named *list, size_t count) {
    struct scene scene;
    set_scene(f, &scene);
    for (size_t i = 0; i < count; i++) {
        list[i].scene = &scene;
        print_message("  %s: %d steps failed\n", list[i].name, fault_torture(f, run_named, &list[i]));
    }
}

static void test_people(void **state) {
    /* In an order in which each finds what it needs. */
    struct named list[] = {
        { "add user", add_user, NULL },         { "update profile", update_profile, NULL },
        { "end session", end_session, NULL },   { "open session", open_session, NULL },
        { "end others", revoke_others, NULL },  { "reset password", reset_password, NULL },
        { "create token", create_token, NULL }, { "revoke token", revoke_token, NULL },
        { "disable user", disable_user, NULL },
    };
    torture_all(*state, list, sizeof list / sizeof *list);
}

static void test_a_session_of_ones_own(void **state) {
    struct named list[] = { { "revoke it", revoke_session, NULL } };
    torture_all(*state, list, 1);
}

static void test_roles_and_teams(void **state) {
    struct named list[] = {
        { "change role", change_role, NULL },     { "add team", add_team, NULL },
        { "change team", change_team, NULL },     { "set member", set_member, NULL },
        { "remove member", remove_member, NULL }, { "remove team", remove_team, NULL },
    };
    torture_all(*state, list, sizeof list / sizeof *list);
}

static void test_policy_and_services(void **state) {
    struct named list[] = {
        { "adopt policy", adopt_policy, NULL },         { "change organisation", change_organisation, NULL },
        { "add service", add_service, NULL },           { "change service", change_service, NULL },
        { "link services", link_services, NULL },       { "unlink services", unlink_services, NULL },
        { "add component", add_component, NULL },       { "change component", change_component, NULL },
        { "remove component", remove_component, NULL },
    };
    torture_all(*state, list, sizeof list / sizeof *list);
}

static bool complete_setup(struct fixture *f, void *arg, struct error *err) {
    struct setup_input input = {
        .token = "token",
        .preset = "p1-p4",
        .admin = { .login = "admin", .name = "관리자", .password = PASSWORD },
        .organisation = { .name = "콘서트 예약" },
    };
    struct user out;
    (void)arg;
    return setup_complete(fixture_op(f), "token", &input, &out, err);
}

static void test_setup(void **state) {
    struct fixture *f = *state;
    f->actor = actor_nobody();
    fault_torture(f, complete_setup, NULL);
    assert_int_equal(fixture_count(f, "user_account"), 1);
}

/* Whatever step of a login fails, there is a session only if it was reported, and the attempt stays counted. */
static void test_login(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    struct scene scene;
    struct user out;
    char token[SECRET_TOKEN_SIZE];
    set_scene(f, &scene);
    int64_t sessions = fixture_count(f, "session");
    struct login_attempt attempt = { .login = "kim", .password = PASSWORD, .remote = "192.0.2.1" };
    bool done = false;
    for (int n = 1; !done; n++) {
        fixture_exec(f, "DELETE FROM login_throttle");
        fault_arm(n);
        done = session_login(fixture_op(f), &attempt, token, &out, &f->err);
        int seen = fault_seen();
        fault_arm(0);
        assert_true(done == (seen < n));
        assert_int_equal(fixture_count(f, "session"), sessions + (done ? 1 : 0));
    }
#else
    (void)state;
#endif
}

/* The same of a changed password: it is the new one only if that was reported. */
static void test_changing_ones_password(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    struct scene scene;
    char token[SECRET_TOKEN_SIZE];
    struct user out;
    set_scene(f, &scene);
    const struct login_attempt with_the_old = { .login = "kim", .password = PASSWORD, .remote = "192.0.2.1" };
    bool done = false;
    for (int n = 1; !done; n++) {
        fixture_exec(f, "DELETE FROM login_throttle");
        f->actor = &scene.session.actor;
        fault_arm(n);
        done = profile_change_password(fixture_op(f), PASSWORD, "또 다른 등대 불빛 5호", &f->err);
        int seen = fault_seen();
        fault_arm(0);
        assert_true(done == (seen < n));
        f->actor = actor_nobody();
        fixture_exec(f, "DELETE FROM login_throttle");
        assert_true(session_login(fixture_op(f), &with_the_old, token, &out, &f->err) == !done);
    }
#else
    (void)state;
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_people),
        FIXTURE_TEST(test_roles_and_teams),
        FIXTURE_TEST(test_policy_and_services),
        FIXTURE_TEST(test_setup),
        FIXTURE_TEST(test_login),
        FIXTURE_TEST(test_a_session_of_ones_own),
        FIXTURE_TEST(test_changing_ones_password),
    };
    return fixture_run("people faults", tests, sizeof tests / sizeof *tests);
}
