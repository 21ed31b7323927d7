/* Swaps: both overrides or none, by the one who was asked, while the shifts are still theirs. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "connect/destination.h"
#include "escalation/mention.h"
#include "oncall/swap.h"

#include <string.h>

#define WEEK (7 * (int64_t)DAY)

static struct user kim, lee, park;
static struct actor actors[3];

static struct user add_person(struct fixture *f, const char *login, struct actor *actor) {
    struct user user;
    struct user_input input = {
        .login = login, .name = login, .role = "responder", .email = arena_printf(f->arena, "%s@example.com", login)
    };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
    *actor = (struct actor){ .kind = ACTOR_USER,
                             .user_id = user.id,
                             .login = login,
                             .name = login,
                             .role = "responder",
                             .permissions = role_permissions(ROLE_RESPONDER) };
    return user;
}

/* Weekly from Monday 09:00 in Seoul; now is Sunday of kim's week. */
static void prepare(struct fixture *f) {
    struct rota rota;
    struct destination_input mail = {
        .name = "mail",
        .connector = "mail",
        .topics = fixture_json(f, "[\"none\"]"),
        .config = fixture_json(f, "{\"url\":\"smtp://mail.example.com\",\"from\":\"a@example.com\",\"to\":[]}"),
        .enabled = true
    };
    kim = add_person(f, "kim", &actors[0]);
    lee = add_person(f, "lee", &actors[1]);
    park = add_person(f, "park", &actors[2]);
    OK(destination_create(fixture_op(f), &mail, NULL, &f->err));
    fixture_exec(f, "UPDATE destination SET blocked_until = 9000000000000000"); /* nothing leaves the test */
    OK(rota_add(
        fixture_op(f),
        fixture_json(f,
                     "{\"key\":\"backend\",\"name\":\"백엔드\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\","
                     "\"rotation\":{\"start\":\"2026-02-02T09:00\",\"unit\":\"week\",\"length\":1,"
                     "\"participants\":[\"kim\",\"lee\",\"park\"]}}]}"),
        &rota, &f->err));
}

static struct op *op_as(struct fixture *f, const struct user *user) {
    f->actor = user == &kim ? &actors[0] : user == &lee ? &actors[1] : &actors[2];
    return fixture_op(f);
}

static const char *who(struct fixture *f, const char *at_text) {
    struct rota rota;
    struct schedule *schedule;
    struct roll roll;
    OK(rota_load(fixture_op(f), "backend", &rota, &schedule, &f->err));
    schedule_at(schedule, VIEW_FINAL, at(at_text) / 1000, f->arena, &roll);
    return roll.primary.count == 0 ? "" : schedule->names[roll.primary.list[0].person];
}

/* lee's week from 2 March, park's from 9 March. */
#define LEES "\"start\":\"2026-03-02T00:00:00Z\",\"end\":\"2026-03-09T00:00:00Z\""
#define PARKS "\"with\":\"park\",\"with_start\":\"2026-03-09T00:00:00Z\",\"with_end\":\"2026-03-16T00:00:00Z\""
#define ASK "{\"schedule\":\"backend\"," LEES "," PARKS ",\"note\":\"결혼식\"}"

static void test_accepted_both_ways_at_once(void **state) {
    struct fixture *f = *state;
    struct swap swap;
    prepare(f);
    OK(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err));
    assert_int_equal(sent(f, "swap.asked"), 1);
    assert_string_equal(who(f, "2026-03-05T12:00:00Z"), "lee"); /* asking changes nothing */
    REFUSED(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err), ERR_CONFLICT, "swap.twice");
    REFUSED(swap_accept(op_as(f, &lee), swap.id, &swap, &f->err), ERR_FORBIDDEN, "permission.denied");
    REFUSED(swap_accept(op_as(f, &kim), swap.id, &swap, &f->err), ERR_NOT_FOUND, "swap.not_found");
    OK(swap_accept(op_as(f, &park), swap.id, &swap, &f->err));
    assert_string_equal(who(f, "2026-03-05T12:00:00Z"), "park");
    assert_string_equal(who(f, "2026-03-12T12:00:00Z"), "lee");
    assert_string_equal(who(f, "2026-03-09T00:00:00Z"), "lee");
    assert_string_equal(who(f, "2026-03-16T00:00:00Z"), "kim");
    assert_int_equal(sent(f, "swap.accepted"), 1);
    assert_int_equal(fixture_count(f, "schedule_override"), 2);
    REFUSED(swap_accept(op_as(f, &park), swap.id, &swap, &f->err), ERR_CONFLICT, "swap.not_open");
    REFUSED(swap_withdraw(op_as(f, &lee), swap.id, &swap, &f->err), ERR_CONFLICT, "swap.not_open");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action LIKE 'swap.%'"), 2);
    fixture_reopen(f);
    struct swap_list list;
    OK(swap_list(op_as(f, &lee), &list, &f->err));
    assert_true(list.count == 1 && list.items[0].state == SWAP_ACCEPTED);
    OK(swap_list(op_as(f, &kim), &list, &f->err));
    assert_int_equal(list.count, 0);
}

static void test_declined_withdrawn_and_expired(void **state) {
    struct fixture *f = *state;
    struct swap swap;
    prepare(f);
    OK(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err));
    OK(swap_decline(op_as(f, &park), swap.id, &swap, &f->err));
    assert_int_equal(sent(f, "swap.declined"), 1);
    OK(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err));
    REFUSED(swap_withdraw(op_as(f, &park), swap.id, &swap, &f->err), ERR_FORBIDDEN, "permission.denied");
    OK(swap_withdraw(op_as(f, &lee), swap.id, &swap, &f->err));
    assert_int_equal(sent(f, "swap.withdrawn"), 1);
    OK(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err));
    run_until(f, at("2026-03-02T00:00:00Z"));
    OK(swap_load(op_as(f, &lee), swap.id, &swap, &f->err));
    assert_int_equal(swap.state, SWAP_EXPIRED);
    assert_int_equal(sent(f, "swap.expired"), 1);
    REFUSED(swap_accept(op_as(f, &park), swap.id, &swap, &f->err), ERR_CONFLICT, "swap.not_open");
    assert_int_equal(fixture_count(f, "schedule_override"), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'swap.expire'"), 0);
}

static void test_what_is_no_longer_theirs_is_not_swapped(void **state) {
    struct fixture *f = *state;
    struct swap swap;
    struct rota_override override;
    prepare(f);
    OK(swap_ask(op_as(f, &lee), fixture_json(f, ASK), &swap, &f->err));
    f->actor = &f->admin;
    OK(rota_override_add(fixture_op(f), "backend",
                         fixture_json(f,
                                      "{\"type\":\"replace\",\"in\":\"kim\",\"start\":\"2026-03-10T00:00:00Z\","
                                      "\"end\":\"2026-03-11T00:00:00Z\"}"),
                         &override, &f->err));
    REFUSED(swap_accept(op_as(f, &park), swap.id, &swap, &f->err), ERR_CONFLICT, "swap.changed");
    assert_int_equal(fixture_count(f, "schedule_override"), 1); /* neither half of it */
    OK(swap_load(op_as(f, &park), swap.id, &swap, &f->err));
    assert_int_equal(swap.state, SWAP_OPEN);
    f->actor = &f->admin;
    OK(escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ .which = "backend" }, &f->err));
    assert_int_equal(fixture_count(f, "shift_swap"), 0);
    run_until(f, FIXTURE_NOW + WEEK); /* its due row finds nothing to do */
}

static void test_a_running_shift_gives_what_is_left(void **state) {
    struct fixture *f = *state;
    struct swap swap;
    prepare(f); /* 20:00 on Sunday: kim until Monday 09:00 */
    OK(swap_ask(
        op_as(f, &kim),
        fixture_json(f,
                     "{\"schedule\":\"backend\",\"start\":\"2026-03-01T11:00:00Z\",\"end\":\"2026-03-02T00:00:00Z\","
                     "\"with\":\"lee\",\"with_start\":\"2026-03-07T00:00:00Z\",\"with_end\":\"2026-03-07T13:00:00Z\"}"),
        &swap, &f->err));
    fixture_advance(f, 2 * HOUR);
    OK(swap_accept(op_as(f, &lee), swap.id, &swap, &f->err));
    assert_string_equal(who(f, "2026-03-01T12:59:59Z"), "kim"); /* it was kim's, and stays so */
    assert_string_equal(who(f, "2026-03-01T13:00:00Z"), "lee");
    assert_string_equal(who(f, "2026-03-07T06:00:00Z"), "kim");
}

static void test_wrong_requests_say_what_is_wrong(void **state) {
    struct fixture *f = *state;
    struct swap swap;
    prepare(f);
    static const struct {
        const char *body, *field, *code;
    } CASES[] = {
        { "{\"schedule\":\"backend\"," LEES ",\"with\":\"lee\",\"with_start\":\"2026-03-09T00:00:00Z\","
          "\"with_end\":\"2026-03-16T00:00:00Z\"}",
          "with", "itself" },
        { "{\"schedule\":\"backend\"," LEES ",\"with\":\"nobody\",\"with_start\":\"2026-03-09T00:00:00Z\","
          "\"with_end\":\"2026-03-16T00:00:00Z\"}",
          "with", "unknown" },
        { "{\"schedule\":\"backend\",\"start\":\"2026-03-02T00:00:00Z\",\"end\":\"2026-03-09T00:00:01Z\"," PARKS "}",
          "with_start", "overlap" },
        { "{\"schedule\":\"backend\",\"start\":\"2026-03-01T23:00:00Z\",\"end\":\"2026-03-03T00:00:00Z\"," PARKS "}",
          "start", "not_on_call" },
        { "{\"schedule\":\"backend\",\"start\":\"2026-02-10T00:00:00Z\",\"end\":\"2026-02-11T00:00:00Z\"," PARKS "}",
          "start", "past" },
        { "{\"schedule\":\"backend\",\"start\":\"2026-03-03T00:00:00Z\",\"end\":\"2026-03-02T00:00:00Z\"," PARKS "}",
          "end", "too_early" },
        { "{\"schedule\":\"backend\",\"start\":\"2026-03-03T00:00:00Z\",\"end\":\"2226-03-02T00:00:00Z\"," PARKS "}",
          "end", "range_too_long" },
        { "{\"schedule\":\"backend\",\"role\":\"third\"," LEES "," PARKS "}", "role", "one_of" },
        { "{\"schedule\":\"backend\"}", "start", "required" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct op *op = op_as(f, &lee);
        assert_false(swap_ask(op, fixture_json(f, CASES[i].body), &swap, &f->err));
        if (!has_field(op, CASES[i].field, CASES[i].code)) fail_msg("%s: %s", CASES[i].code, CASES[i].body);
    }
    REFUSED(swap_ask(op_as(f, &lee), fixture_json(f, "{\"schedule\":\"none\"," LEES "," PARKS "}"), &swap, &f->err),
            ERR_NOT_FOUND, "schedule.not_found");
    assert_int_equal(fixture_count(f, "shift_swap"), 0);
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_accepted_both_ways_at_once),
        FIXTURE_TEST(test_declined_withdrawn_and_expired),
        FIXTURE_TEST(test_what_is_no_longer_theirs_is_not_swapped),
        FIXTURE_TEST(test_a_running_shift_gives_what_is_left),
        FIXTURE_TEST(test_wrong_requests_say_what_is_wrong),
    };
    return fixture_run("swap", tests, sizeof tests / sizeof *tests);
}
