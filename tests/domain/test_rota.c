/* Stored schedules answer like the stateless preview, and nothing that was the case is rewritten. */
#include "support/fixture.h"

#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/mention.h"
#include "oncall/rota.h"
#include "people/user.h"

#include <string.h>

#define WEEK (7 * INT64_C(86400000))

static struct user kim, lee, park;

static struct user add_user(struct fixture *f, const char *login) {
    struct user user;
    struct user_input input = { .login = login, .name = login, .role = "lead" };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
    return user;
}

#define LAYER(more, people)                                                        \
    "{\"name\":\"w\"," more                                                        \
    "\"rotation\":{\"start\":\"2026-02-02T09:00\",\"unit\":\"week\",\"length\":1," \
    "\"participants\":" people "}}"

static struct rota add_schedule(struct fixture *f) {
    struct rota rota;
    kim = add_user(f, "kim");
    lee = add_user(f, "lee");
    park = add_user(f, "park");
    OK(rota_add(
        fixture_op(f),
        fixture_json(f,
                     "{\"key\":\"backend\",\"name\":\"백엔드\",\"zone\":\"Asia/"
                     "Seoul\",\"secondary\":\"next\",\"layers\":[" LAYER("", "[\"kim\",\"lee\",\"park\"]") "]}"),
        &rota, &f->err));
    return rota;
}

/* "kim|lee" at an instant. */
static const char *who(struct fixture *f, int64_t ms) {
    struct rota rota;
    struct schedule *schedule;
    struct roll roll;
    OK(rota_load(fixture_op(f), "backend", &rota, &schedule, &f->err));
    schedule_at(schedule, VIEW_FINAL, ms / 1000, f->arena, &roll);
    return arena_printf(f->arena, "%s|%s", roll.primary.count == 0 ? "" : schedule->names[roll.primary.list[0].person],
                        roll.secondary.count == 0 ? "" : schedule->names[roll.secondary.list[0].person]);
}

static const char *layer_id(struct fixture *f) {
    struct rota rota;
    struct schedule *schedule;
    OK(rota_load(fixture_op(f), "backend", &rota, &schedule, &f->err));
    return schedule->layers[schedule->layer_count - 1].id;
}

static void test_stored_and_asked(void **state) {
    struct fixture *f = *state;
    struct rota rota = add_schedule(f); /* now is Sunday of the fourth week: kim again in the first, … */
    assert_string_equal(who(f, FIXTURE_NOW), "kim|lee");
    assert_string_equal(who(f, FIXTURE_NOW + WEEK), "lee|park");
    fixture_reopen(f);
    assert_string_equal(who(f, FIXTURE_NOW + 2 * WEEK), "park|kim");
    assert_int_equal(fixture_count(f, "audit_entry"), 4);
    struct op *op = fixture_op(f);
    assert_false(rota_add(op, fixture_json(f, "{\"key\":\"backend\",\"name\":\"x\",\"zone\":\"UTC\",\"layers\":[]}"),
                          &rota, &f->err));
    assert_string_equal(op->fields.first->field, "key");
    op = fixture_op(f);
    assert_false(
        rota_add(op, fixture_json(f, "{\"name\":\"x\",\"zone\":\"UTC\",\"layers\":[" LAYER("", "[\"nobody\"]") "]}"),
                 &rota, &f->err));
    assert_string_equal(op->fields.first->field, "layers[0].rotation.participants[0]");
    assert_int_equal(fixture_count(f, "schedule"), 1);
}

static void test_people_change_from_now_on(void **state) {
    struct fixture *f = *state;
    add_schedule(f);
    OK(rota_set_participants(fixture_op(f), layer_id(f), fixture_json(f, "{\"participants\":[\"park\",\"kim\"]}"),
                             &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "kim|park"); /* on duty: stays */
    assert_string_equal(who(f, FIXTURE_NOW + WEEK), "park|kim");
    assert_string_equal(who(f, FIXTURE_NOW - 2 * WEEK), "lee|park"); /* the past is as it was */
    struct op *op = fixture_op(f);
    assert_false(rota_set_participants(
        op, layer_id(f), fixture_json(f, "{\"participants\":[],\"effective_at\":\"2026-02-01T00:00:00Z\"}"), &f->err));
    assert_string_equal(op->fields.first->code, "past");
    OK(user_set_disabled(fixture_op(f), kim.id, kim.version, true, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "park|");
    assert_string_equal(who(f, FIXTURE_NOW - 1000), "kim|lee");
}

static void test_another_rotation_begins_now(void **state) {
    struct fixture *f = *state;
    add_schedule(f);
    struct rota rota;
    const char *body =
        arena_printf(f->arena,
                     "{\"layers\":[{\"id\":\"%s\",\"name\":\"w\",\"rotation\":{\"start\":\"2026-02-02T09:00\","
                     "\"unit\":\"day\",\"length\":1,\"participants\":[\"lee\"]}}]}",
                     layer_id(f));
    OK(rota_update(fixture_op(f), "backend", 1, fixture_json(f, body), &rota, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "lee|");
    assert_string_equal(who(f, FIXTURE_NOW - 1000), "kim|lee");
    assert_false(rota_update(fixture_op(f), "backend", 1, fixture_json(f, "{\"name\":\"y\"}"), &rota, &f->err));
    assert_string_equal(f->err.code, "schedule.stale");
    /* sent back with the ended layer left out: it stays in the past */
    body = arena_printf(
        f->arena,
        "{\"layers\":[{\"id\":\"%s\",\"name\":\"w\",\"zone\":\"Asia/Seoul\",\"active_from\":\"2026-03-01T11:00:00Z\","
        "\"rotation\":{\"start\":\"2026-02-02T09:00\",\"unit\":\"day\",\"length\":1,\"participants\":[\"park\"]}}]}",
        layer_id(f));
    fixture_advance(f, 3600000);
    OK(rota_update(fixture_op(f), "backend", 0, fixture_json(f, body), &rota, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW - 1000), "kim|lee");
    assert_string_equal(who(f, FIXTURE_NOW), "lee|");
    assert_string_equal(who(f, FIXTURE_NOW + 3600000), "park|");
}

static void test_overrides(void **state) {
    struct fixture *f = *state;
    add_schedule(f);
    struct rota_override override;
    OK(rota_override_add(
        fixture_op(f), "backend",
        fixture_json(f,
                     "{\"type\":\"replace\",\"out\":\"kim\",\"in\":\"park\",\"start\":\"2026-03-01T10:00:00Z\","
                     "\"end\":\"2026-03-01T12:00:00Z\",\"note\":\"결혼식\"}"),
        &override, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "park|lee");
    OK(rota_override_end(fixture_op(f), override.id, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "kim|lee"); /* ended, but what was stays */
    assert_string_equal(who(f, FIXTURE_NOW - 1000), "park|lee");
    assert_false(rota_override_end(fixture_op(f), override.id, &f->err));
    assert_string_equal(f->err.code, "schedule.override_over");
    struct actor actor = f->admin;
    actor.user_id = lee.id;
    struct op *op = fixture_op(f);
    op->actor = &actor;
    OK(rota_take_over(op, "backend", &override, &f->err));
    assert_string_equal(who(f, FIXTURE_NOW), "lee|park");
    assert_true(override.end_ms == INT64_C(1772409600000)); /* Monday 09:00 in Seoul: the end of kim's shift */
}

static void test_a_secondary_of_its_own_is_stored_beside_the_others(void **state) {
    struct fixture *f = *state;
    struct rota rota = add_schedule(f);
    json_t *own = fixture_json(f, "{\"secondary\":{\"mode\":\"own\",\"layers\":[" LAYER("", "[\"park\"]") "]}}");
    OK(rota_update(fixture_op(f), "backend", rota.version, own, &rota, &f->err));
    assert_string_equal(strchr(who(f, FIXTURE_NOW + WEEK), '|'), "|park");
    assert_false(rota_update(fixture_op(f), "backend", rota.version - 1, own, &rota, &f->err));
    assert_string_equal(f->err.code, "schedule.stale");
}

static void test_saving_a_form_without_changes_keeps_the_turns(void **state) {
    struct fixture *f = *state;
    struct rota rota = add_schedule(f);
    const char *body = arena_printf(
        f->arena,
        "{\"layers\":[{\"id\":\"%s\",\"name\":\"w\",\"role\":\"primary\",\"priority\":0,\"rotation\":{\"start\":"
        "\"2026-02-02T09:00\",\"unit\":\"week\",\"length\":1,\"advance\":\"calendar\",\"participants\":[\"kim\","
        "\"lee\",\"park\"]}}]}",
        layer_id(f));
    OK(rota_update(fixture_op(f), "backend", 0, fixture_json(f, body), &rota, &f->err));
    assert_null(strstr(rota.document, "active_until")); /* the layer goes on, no successor began */
}

static void test_a_deleted_schedule_is_gone_with_what_belongs_to_it(void **state) {
    struct fixture *f = *state;
    struct rota rota = add_schedule(f);
    struct schedule *schedule;
    assert_false(escalation_schedule_delete(fixture_op(f),
                                            &(struct schedule_removal){ "backend", rota.version + 1, false }, &f->err));
    assert_string_equal(f->err.code, "schedule.stale");
    OK(escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ "backend", rota.version, false },
                                  &f->err));
    assert_false(rota_load(fixture_op(f), "backend", &rota, &schedule, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM schedule_override"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_a_secondary_of_its_own_is_stored_beside_the_others),
        FIXTURE_TEST(test_saving_a_form_without_changes_keeps_the_turns),
        FIXTURE_TEST(test_a_deleted_schedule_is_gone_with_what_belongs_to_it),
        FIXTURE_TEST(test_stored_and_asked),
        FIXTURE_TEST(test_people_change_from_now_on),
        FIXTURE_TEST(test_another_rotation_begins_now),
        FIXTURE_TEST(test_overrides),
    };
    return fixture_run("rota", tests, sizeof tests / sizeof *tests);
}
