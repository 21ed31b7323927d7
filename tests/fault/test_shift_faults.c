/* Torture of every write about shifts: swaps, hand-over notes, taking over, calendar feeds. */
#include "support/incidents.h"
#include "support/people.h"
#include "support/torture.h"

#include "base/secret.h"
#include "oncall/feed.h"
#include "oncall/handover.h"
#include "oncall/plan.h"
#include "oncall/rota.h"
#include "oncall/swap.h"
#include "work/due_handlers.h"

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

static struct person kim, lee, park;
static int64_t id; /* of the row an operation is about */

/* Weekly from Monday 09:00 in Seoul; now is Sunday of kim's week. */
static void prepare(struct fixture *f) {
    kim = person_add(f, "kim", "responder");
    lee = person_add(f, "lee", "responder");
    park = person_add(f, "park", "responder");
    weekly_turns(f, "2026-02-02T09:00", "\"kim\",\"lee\",\"park\"");
}

/* --- swaps --- */

OPERATION(ask) {
    struct swap out;
    f->actor = &lee.actor;
    return swap_ask(fixture_op(f), fixture_json(f, arg), &out, err);
}
OPERATION(decline) {
    struct swap out;
    (void)arg;
    f->actor = &park.actor;
    return swap_decline(fixture_op(f), id, &out, err);
}
OPERATION(withdraw) {
    struct swap out;
    (void)arg;
    f->actor = &lee.actor;
    return swap_withdraw(fixture_op(f), id, &out, err);
}
OPERATION(accept) {
    struct swap out;
    (void)arg;
    f->actor = &park.actor;
    return swap_accept(fixture_op(f), id, &out, err);
}

static void test_swaps(void **state) {
    struct fixture *f = *state;
    char wish[] =
        "{\"schedule\":\"oncall\",\"start\":\"2026-03-02T00:00:00Z\",\"end\":\"2026-03-09T00:00:00Z\","
        "\"with\":\"park\",\"with_start\":\"2026-03-09T00:00:00Z\",\"with_end\":\"2026-03-16T00:00:00Z\"}";
    static const struct due_entry changed = { SCHEDULE_CHANGED_DUE, schedule_changed_due },
                                  expiry = { SWAP_EXPIRE_DUE, swap_expire_due };
    const struct tortured answers[] = { { "decline", decline, NULL },
                                        { "withdraw", withdraw, NULL },
                                        { "accept", accept, NULL } };
    prepare(f);
    fault_torture_due(f, &changed);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        fault_torture(f, ask, wish);
        id = fixture_number(f, "SELECT id FROM shift_swap WHERE state = 'open'");
        torture_each(f, &answers[i], 1);
    }
    assert_int_equal(fixture_count(f, "schedule_override"), 2);
    fixture_exec(f, "DELETE FROM schedule_override");
    fault_torture(f, ask, wish);
    fault_torture_due(f, &expiry);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM shift_swap WHERE state = 'expired'"), 1);
}

/* --- hand-over --- */

OPERATION(write_note) {
    struct handover out;
    f->actor = &kim.actor;
    return handover_write(fixture_op(f), &(struct handover_input){ "oncall", arg, -1 }, &out, err);
}
OPERATION(has_read) {
    (void)arg;
    f->actor = &lee.actor;
    return handover_seen(fixture_op(f), id, err);
}
OPERATION(take_over) {
    struct rota_override out;
    f->actor = &park.actor;
    return rota_take_over(fixture_op(f), arg, &out, err);
}

static void test_handing_over(void **state) {
    struct fixture *f = *state;
    char first[] = "대행사 점검이 10시에 있습니다", second[] = "대행사 점검이 11시로 밀렸습니다", key[] = "oncall";
    static const struct due_entry changed = { SCHEDULE_CHANGED_DUE, schedule_changed_due },
                                  offer = { HANDOVER_DUE, handover_due };
    const struct tortured list[] = { { "write the note", write_note, first }, { "change it", write_note, second } };
    const struct tortured later[] = { { "it was read", has_read, NULL }, { "take over", take_over, key } };
    prepare(f);
    fault_torture_due(f, &changed);
    fault_torture_due(f, &offer); /* finds when */
    fault_torture_due(f, &offer); /* kim's shift ends in an hour */
    assert_int_equal(fixture_count(f, "handover"), 1);
    torture_each(f, list, sizeof list / sizeof *list);
    id = fixture_number(f, "SELECT id FROM handover");
    fixture_advance(f, 2 * (int64_t)HOUR);
    torture_each(f, later, sizeof later / sizeof *later);
}

/* --- feeds --- */

OPERATION(add_feed) {
    struct feed out;
    char token[SECRET_TOKEN_SIZE];
    return feed_add(fixture_op(f), arg, token, &out, err);
}
OPERATION(remove_feed) {
    (void)arg;
    return feed_remove(fixture_op(f), id, err);
}

static void test_feeds(void **state) {
    struct fixture *f = *state;
    char key[] = "oncall";
    prepare(f);
    f->actor = &kim.actor;
    const struct tortured add[] = { { "a feed of one schedule", add_feed, key }, { "a feed of all", add_feed, NULL } };
    torture_each(f, add, sizeof add / sizeof *add);
    id = fixture_number(f, "SELECT max(id) FROM schedule_feed");
    fault_torture(f, remove_feed, NULL);
    assert_int_equal(fixture_count(f, "schedule_feed"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_swaps), FIXTURE_TEST(test_handing_over),
                                        FIXTURE_TEST(test_feeds) };
    incidents_start();
    return fixture_run("shift faults", tests, sizeof tests / sizeof *tests);
}
