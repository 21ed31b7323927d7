/* Hand-over notes: offered before a shift ends, written by whoever had it, read by whoever comes next. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "escalation/mention.h"
#include "oncall/handover.h"
#include "people/user.h"

#include <string.h>

static struct actor person(struct fixture *f, const char *login) {
    struct user user;
    OK(user_load_login(fixture_op(f), login, &user, &f->err));
    return (struct actor){ .kind = ACTOR_USER,
                           .user_id = user.id,
                           .login = user.login,
                           .name = user.name,
                           .permissions = role_permissions(ROLE_RESPONDER) };
}

/* People change on Monday the second of March at nine; without `people` there is one, for ever. */
static void prepare(struct fixture *f, const char *people) {
    static const char *const LOGINS[] = { "kim", "lee", "park" };
    struct user user;
    struct rota rota;
    json_t *body;
    for (size_t i = 0; i < 3; i++)
        OK(user_add(fixture_op(f), &(struct user_input){ .login = LOGINS[i], .name = LOGINS[i], .role = "responder" },
                    &user, &f->err));
    const char *text = arena_printf(
        f->arena,
        "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\",\"rotation\":"
        "{\"start\":\"2026-02-23T09:00\",\"unit\":\"week\",\"length\":1,\"participants\":[%s]}}]}",
        people);
    OK(json_parse(f->arena, text, strlen(text), &body, &f->err));
    OK(rota_add(fixture_op(f), body, &rota, &f->err));
}

static struct handover_tasks tasks(struct fixture *f, const struct actor *actor) {
    struct handover_tasks tasks;
    f->actor = actor;
    OK(handover_tasks(fixture_op(f), &tasks, &f->err));
    f->actor = &f->admin;
    return tasks;
}

static bool note(struct fixture *f, const struct actor *actor, const char *body, int64_t version) {
    struct handover made;
    f->actor = actor;
    bool done = handover_write(fixture_op(f), &(struct handover_input){ "oncall", body, version }, &made, &f->err);
    f->actor = &f->admin;
    return done;
}

static void test_from_one_to_the_next(void **state) {
    struct fixture *f = *state;
    prepare(f, "\"kim\",\"lee\"");
    struct actor kim = person(f, "kim"), lee = person(f, "lee"), park = person(f, "park");
    run_until(f, at("2026-03-02T07:59:00+09:00"));
    assert_int_equal(fixture_count(f, "handover"), 0);
    run_until(f, at("2026-03-02T08:01:00+09:00"));
    assert_int_equal(tasks(f, &kim).write.count, 1);
    assert_int_equal(tasks(f, &lee).write.count, 0);
    fixture_reopen(f);
    assert_true(note(f, &kim, "결제 대행사 점검이 10시에 있습니다.", 0));
    REFUSED(note(f, &kim, "다른 창", 0), ERR_STALE, "handover.stale");
    assert_true(note(f, &kim, "결제 대행사 점검이 11시로 밀렸습니다.", 1));
    REFUSED(note(f, &park, "나도", 0), ERR_CONFLICT, "handover.no_shift");
    assert_false(note(f, &kim, "  ", 2));
    assert_true(has_field(&f->op, "body", "required"));
    assert_int_equal(tasks(f, &kim).write.count, 0);
    assert_int_equal(tasks(f, &lee).read.count, 0); /* not on call yet */
    run_until(f, at("2026-03-02T09:05:00+09:00"));
    struct handover_tasks to_read = tasks(f, &lee);
    assert_int_equal(to_read.read.count, 1);
    assert_string_equal(to_read.read.items[0].body, "결제 대행사 점검이 11시로 밀렸습니다.");
    assert_int_equal(tasks(f, &park).read.count, 0);
    f->actor = &lee;
    OK(handover_seen(fixture_op(f), to_read.read.items[0].id, &f->err));
    assert_int_equal(tasks(f, &lee).read.count, 0);
    assert_true(note(f, &kim, "한 가지 더: 알람 하나를 꺼 두었습니다.", 2)); /* what changes is to be read again */
    assert_int_equal(tasks(f, &lee).read.count, 1);
    run_until(f, at("2026-03-03T09:05:00+09:00"));
    REFUSED(note(f, &kim, "늦은 말", 3), ERR_CONFLICT, "handover.no_shift");
    assert_int_equal(tasks(f, &lee).read.count, 0);
    run_until(f, at("2026-03-09T08:30:00+09:00"));
    assert_int_equal(tasks(f, &lee).write.count, 1);
    struct handover_list list;
    OK(handover_list(fixture_op(f), "oncall", &list, &f->err));
    assert_int_equal(list.count, 1);
    OK(escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ .which = "oncall", .force = true },
                                  &f->err));
    run_until(f, at("2026-03-09T09:30:00+09:00"));
    assert_int_equal(fixture_count(f, "handover"), 0);
}

static void test_a_shift_without_end(void **state) {
    struct fixture *f = *state;
    prepare(f, "\"kim\"");
    struct actor kim = person(f, "kim");
    run_until(f, at("2026-03-02T10:00:00+09:00"));
    assert_int_equal(fixture_count(f, "handover"), 0);
    REFUSED(note(f, &kim, "누구에게?", 0), ERR_CONFLICT, "handover.no_shift");
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_from_one_to_the_next),
                                        FIXTURE_TEST(test_a_shift_without_end) };
    return fixture_run("handover", tests, sizeof tests / sizeof *tests);
}
