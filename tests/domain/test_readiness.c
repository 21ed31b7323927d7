/* Readiness: what the portal sees for itself, and what people tick for three months. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "insight/readiness.h"
#include "oncall/rota.h"
#include "people/user.h"

#include <string.h>

static struct readiness_item item(struct fixture *f, const char *key) {
    struct readiness readiness;
    OK(readiness_load(fixture_op(f), &readiness, &f->err));
    for (size_t i = 0; i < readiness.count; i++) {
        if (str_eq(readiness.items[i].key, key)) return readiness.items[i];
    }
    fail_msg("no item %s", key);
    return readiness.items[0];
}

static void test_what_is_seen(void **state) {
    struct fixture *f = *state;
    struct user user;
    struct rota rota;
    json_t *body;
    static const char TEXT[] =
        "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\","
        "\"rotation\":{\"start\":\"2026-02-23T09:00\",\"unit\":\"week\",\"length\":1,"
        "\"participants\":[\"kim\"]}}]}";
    assert_false(item(f, "rotation").done || item(f, "channels").done || item(f, "drill").done);
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "kim", .name = "kim", .role = "responder" }, &user,
                &f->err));
    OK(json_parse(f->arena, TEXT, strlen(TEXT), &body, &f->err));
    OK(rota_add(fixture_op(f), body, &rota, &f->err));
    assert_true(item(f, "rotation").done);
    struct rota_override away;
    static const char GAP[] =
        "{\"type\":\"remove\",\"start\":\"2026-03-03T00:00:00Z\",\"end\":\"2026-03-04T00:00:00Z\"}";
    OK(json_parse(f->arena, GAP, strlen(GAP), &body, &f->err));
    OK(rota_override_add(fixture_op(f), "oncall", body, &away, &f->err));
    assert_false(item(f, "rotation").done);
    assert_int_equal(item(f, "rotation").count, 1);
    assert_true(item(f, "paths").done); /* the preset */
    assert_false(item(f, "contacts").done);
    OK(user_update(fixture_op(f), user.id, 0, &(struct user_input){ .email = "kim@example.com" }, &f->err));
    assert_true(item(f, "contacts").done);
    listen_to_everything(f);
    assert_true(item(f, "channels").done);
    (void)declare_draft(f, &(struct incident_draft){ .title = "훈련", .severity = "P3", .kind = "drill" });
    assert_true(item(f, "drill").done);
}

static void test_what_people_tick(void **state) {
    struct fixture *f = *state;
    REFUSED(readiness_tick(fixture_op(f), "rotation", "보았습니다", &f->err), ERR_NOT_FOUND, "readiness.not_found");
    struct op *op = fixture_op(f);
    assert_false(readiness_tick(op, "backup", " ", &f->err));
    assert_true(has_field(op, "note", "required"));
    OK(readiness_tick(fixture_op(f), "backup", "2월에 복구해 보았습니다.", &f->err));
    assert_true(item(f, "backup").done);
    assert_string_equal(item(f, "backup").note, "2월에 복구해 보았습니다.");
    fixture_set_now(f, FIXTURE_NOW + 91 * (int64_t)DAY);
    assert_true(!item(f, "backup").done && item(f, "backup").old);
    OK(readiness_tick(fixture_op(f), "backup", "다시 해 보았습니다.", &f->err));
    assert_true(item(f, "backup").done);
    OK(readiness_tick(fixture_op(f), "backup", NULL, &f->err));
    assert_false(item(f, "backup").done);
    struct actor responder = { .kind = ACTOR_USER, .login = "r", .permissions = role_permissions(ROLE_RESPONDER) };
    f->actor = &responder;
    REFUSED(readiness_tick(fixture_op(f), "backup", "나도", &f->err), ERR_FORBIDDEN, "permission.denied");
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_what_is_seen), FIXTURE_TEST(test_what_people_tick) };
    return fixture_run("readiness", tests, sizeof tests / sizeof *tests);
}
