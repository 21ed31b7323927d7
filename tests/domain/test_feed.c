/* Calendar feeds: what a secret address shows, to whom it belongs, and when it stops. */
#include "support/incidents.h"
#include "support/people.h"

#include "base/buf.h"
#include "escalation/mention.h"
#include "oncall/feed.h"
#include "oncall/rota.h"

#include <string.h>

static struct person kim, lee;

/* Weeks of kim and lee from Monday 23 February, 09:00 in Seoul. */
static void prepare(struct fixture *f) {
    kim = person_add(f, "kim", "responder");
    lee = person_add(f, "lee", "responder");
    weekly_turns(f, "2026-02-23T09:00", "\"kim\",\"lee\"");
    run_until(f, FIXTURE_NOW + MINUTE); /* shifts are planned */
}

static const char *show(struct fixture *f, const char *token) {
    struct buf out;
    f->actor = actor_nobody();
    OK(feed_calendar(fixture_op(f), token, &out, &f->err));
    f->actor = &f->admin;
    return out.data;
}

static size_t count_of(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) count++;
    return count;
}

static void test_a_schedule_and_ones_own(void **state) {
    struct fixture *f = *state;
    struct feed all, own;
    char all_token[SECRET_TOKEN_SIZE], own_token[SECRET_TOKEN_SIZE];
    prepare(f);
    f->actor = &kim.actor;
    OK(feed_add(fixture_op(f), "oncall", all_token, &all, &f->err));
    OK(feed_add(fixture_op(f), NULL, own_token, &own, &f->err));
    const char *everybody = show(f, all_token), *mine = show(f, own_token);
    assert_non_null(strstr(everybody, "BEGIN:VCALENDAR\r\n"));
    assert_non_null(strstr(everybody, "TZID:Asia/Seoul"));
    assert_non_null(strstr(everybody, "lee"));
    assert_null(strstr(mine, "lee"));
    size_t shifts = count_of(everybody, "BEGIN:VEVENT"), mines = count_of(mine, "BEGIN:VEVENT");
    assert_true(shifts >= 26 && mines >= 13 && mines < shifts);
    assert_int_equal(count_of(everybody, "UID:"), shifts);
    assert_string_equal(show(f, all_token), everybody); /* the same until something changes */
    assert_int_equal(
        fixture_number(f,
                       arena_printf(f->arena, "SELECT count(*) FROM schedule_feed WHERE token_hash = '%s'", all_token)),
        0); /* hashed */
}

static void test_whose_it_is_and_when_it_ends(void **state) {
    struct fixture *f = *state;
    struct feed feed;
    struct feed_list list;
    struct buf out;
    char token[SECRET_TOKEN_SIZE];
    prepare(f);
    f->actor = &kim.actor;
    OK(feed_add(fixture_op(f), "oncall", token, &feed, &f->err));
    REFUSED(feed_add(fixture_op(f), "none", token, &(struct feed){ 0 }, &f->err), ERR_NOT_FOUND, "schedule.not_found");
    OK(feed_add(fixture_op(f), "oncall", token, &feed, &f->err));
    f->actor = &lee.actor;
    OK(feed_list(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 0);
    REFUSED(feed_remove(fixture_op(f), feed.id, &f->err), ERR_NOT_FOUND, "schedule.feed_not_found");
    (void)show(f, token);
    f->actor = &kim.actor;
    OK(feed_list(fixture_op(f), &list, &f->err));
    assert_int_equal(list.count, 2);
    OK(feed_remove(fixture_op(f), feed.id, &f->err));
    REFUSED(feed_calendar(fixture_op(f), token, &out, &f->err), ERR_NOT_FOUND, "schedule.feed_not_found");
    REFUSED(feed_calendar(fixture_op(f), "", &out, &f->err), ERR_NOT_FOUND, "schedule.feed_not_found");
    for (size_t i = list.count - 1; i < FEEDS_A_PERSON; i++) OK(feed_add(fixture_op(f), NULL, token, &feed, &f->err));
    assert_false(feed_add(fixture_op(f), NULL, token, &feed, &f->err));
    assert_true(f->err.kind == ERR_CONFLICT || f->err.kind == ERR_LIMIT);
}

/* Calendars that were told of a shift are told that it is gone. */
static void test_a_deleted_schedule(void **state) {
    struct fixture *f = *state;
    struct feed feed;
    char token[SECRET_TOKEN_SIZE];
    prepare(f);
    f->actor = &kim.actor;
    OK(feed_add(fixture_op(f), NULL, token, &feed, &f->err));
    assert_int_equal(count_of(show(f, token), "STATUS:CANCELLED"), 0);
    OK(escalation_schedule_delete(fixture_op(f), &(struct schedule_removal){ .which = "oncall", .force = true },
                                  &f->err));
    run_until(f, FIXTURE_NOW + 2 * MINUTE);
    const char *after = show(f, token);
    size_t shifts = count_of(after, "BEGIN:VEVENT");
    assert_true(shifts > 0);
    assert_int_equal(count_of(after, "STATUS:CANCELLED"), shifts);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_a_schedule_and_ones_own),
                                        FIXTURE_TEST(test_whose_it_is_and_when_it_ends),
                                        FIXTURE_TEST(test_a_deleted_schedule) };
    incidents_start();
    return fixture_run("feed", tests, sizeof tests / sizeof *tests);
}
