/* The weekly digest: what it says, and that it comes once a week, once each time. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "insight/digest.h"
#include "oncall/rota.h"
#include "people/user.h"

#include <string.h>

static void prepare(struct fixture *f) {
    struct user user;
    struct rota rota;
    json_t *body;
    static const char TEXT[] =
        "{\"key\":\"oncall\",\"name\":\"낮 당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\",\"rotation\":"
        "{\"start\":\"2026-02-23T09:00\",\"unit\":\"week\",\"length\":1,\"participants\":[\"kim\"]},"
        "\"restrictions\":[{\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"],\"from\":\"09:00\","
        "\"to\":\"18:00\"}]}]}";
    OK(user_add(fixture_op(f), &(struct user_input){ .login = "kim", .name = "김하나", .role = "responder" }, &user,
                &f->err));
    OK(json_parse(f->arena, TEXT, strlen(TEXT), &body, &f->err));
    OK(rota_add(fixture_op(f), body, &rota, &f->err));
}

static void test_it_says_who_and_where_nobody_is(void **state) {
    struct fixture *f = *state;
    struct digest digest;
    prepare(f);
    OK(digest_load(fixture_op(f), &digest, &f->err));
    assert_false(digest.settings.on);
    assert_false(digest.heard);
    assert_non_null(strstr(digest.text, "[낮 당번]\n- 1차 김하나: 3월 2일 (월) 09:00 ~ 3월 2일 (월) 18:00\n"));
    assert_non_null(strstr(digest.text, "⚠ 당번 없음: 3월 2일 (월) 18:00 ~ 3월 3일 (화) 09:00\n"));
    assert_non_null(strstr(digest.text, "휴일: 2026-03-02 대체공휴일(3·1절)\n"));
    REFUSED(digest_send(fixture_op(f), &f->err), ERR_CONFLICT, "digest.unheard");
    listen_to_everything(f);
    OK(digest_send(fixture_op(f), &f->err));
    assert_int_equal(sent(f, DIGEST_DUE), 1);
}

static void test_once_a_week(void **state) {
    struct fixture *f = *state;
    struct digest digest;
    prepare(f);
    listen_to_everything(f);
    struct digest_input input = { "true", "mon", "08:30", 0 };
    OK(digest_save(fixture_op(f), &input, &f->err));
    REFUSED(digest_save(fixture_op(f), &input, &f->err), ERR_STALE, "digest.stale");
    OK(digest_load(fixture_op(f), &digest, &f->err));
    assert_true(digest.next_ms == at("2026-03-02T08:30:00+09:00"));
    run_until(f, at("2026-03-02T08:29:00+09:00"));
    assert_int_equal(sent(f, DIGEST_DUE), 0);
    run_until(f, at("2026-03-02T08:31:00+09:00"));
    assert_int_equal(sent(f, DIGEST_DUE), 1);
    fixture_reopen(f);
    fixture_set_now(f, at("2026-03-09T08:29:00+09:00"));
    run_until(f, at("2026-03-09T08:31:00+09:00"));
    assert_int_equal(sent(f, DIGEST_DUE), 2);
    input = (struct digest_input){ "false", NULL, NULL, -1 };
    OK(digest_save(fixture_op(f), &input, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'oncall.digest'"), 0);
    input = (struct digest_input){ NULL, "someday", "25:00", -1 };
    assert_false(digest_save(fixture_op(f), &input, &f->err));
    assert_true(has_field(&f->op, "weekday", "one_of") && has_field(&f->op, "time", "malformed"));
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_it_says_who_and_where_nobody_is),
                                        FIXTURE_TEST(test_once_a_week) };
    return fixture_run("digest", tests, sizeof tests / sizeof *tests);
}
