/* What connections keep, on both engines: who was told what in Jira and Slack, and who is right when they differ. */
#include "support/fixture.h"

#include "base/json.h"
#include "base/str.h"
#include "connect/breaker_row.h"
#include "connect/jira_event.h"
#include "connect/jira_poll.h"
#include "connect/settings.h"
#include "connect/slack_message.h"
#include "ledger/ledger.h"
#include "net/url_guard.h"

enum { MINUTE = 60 * 1000 };

static struct action_item make(struct fixture *f, const char *title) {
    struct action_item item;
    OK(action_create(fixture_op(f), &(struct action_draft){ .title = title }, &item, &f->err));
    fixture_advance(f, 1);
    return item;
}

static void move_here(struct fixture *f, int64_t id, const char *state) {
    struct action_item item;
    struct action_draft draft = { .state = state, .state_reason = "x" };
    OK(action_update(fixture_op(f), id, &draft, 0, &item, &f->err));
}

struct linking {
    int64_t id;
    const char *issue;
};

static bool link_tx(struct tx *tx, void *arg, struct error *err) {
    const struct linking *linking = arg;
    return jira_linked(tx, linking->id, linking->issue, "OPS-1", err);
}

static struct action_item linked(struct fixture *f, const char *issue) {
    struct action_item item = make(f, issue);
    OK(store_write(fixture_op(f), link_tx, &(struct linking){ item.id, issue }, &f->err));
    fixture_advance(f, MINUTE);
    return item;
}

struct hearing {
    struct jira_word word;
    bool applied;
};

static bool hear_tx(struct tx *tx, void *arg, struct error *err) {
    struct hearing *hearing = arg;
    return jira_follow(tx, &hearing->word, &hearing->applied, err);
}

static bool hear(struct fixture *f, const char *issue, enum action_state state, int64_t at) {
    struct hearing hearing = { .word = { .issue_id = issue, .key = "OPS-1", .state = state, .at = at } };
    OK(store_write(fixture_op(f), hear_tx, &hearing, &f->err));
    return hearing.applied;
}

static enum action_state state_of(struct fixture *f, int64_t id) {
    struct action_item item;
    OK(action_find(fixture_op(f), id, &item, &f->err));
    return item.state;
}

static bool conflicts_tx(struct tx *tx, void *arg, struct error *err) {
    return jira_conflicts(tx, arg, err);
}

static const char *kept(struct fixture *f, int64_t id) {
    struct jira_conflicts *all = ARENA_NEW(f->arena, struct jira_conflicts);
    OK(store_read(fixture_op(f), conflicts_tx, all, &f->err));
    const struct jira_conflict *one = jira_conflict_of(all, id);
    return one == NULL ? "none" : one->kept_ours ? "ours" : "theirs";
}

static int64_t conflicts_told(struct fixture *f) {
    return fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'action.conflict'");
}

static void test_jira_is_followed_and_old_news_is_not(void **state) {
    struct fixture *f = *state;
    int64_t now = clock_now_ms(f->clock);
    struct action_item item = linked(f, "10");
    assert_true(hear(f, "10", ACTION_DOING, now + 10));
    assert_int_equal(state_of(f, item.id), ACTION_DOING);
    assert_false(hear(f, "10", ACTION_DONE, now + 5));
    assert_false(hear(f, "10", ACTION_DOING, now + 20));
    assert_false(hear(f, "none of ours", ACTION_DONE, now + 30));
    assert_true(hear(f, "10", ACTION_DONE, now + 40));
    assert_int_equal(state_of(f, item.id), ACTION_DONE);
    assert_string_equal(kept(f, item.id), "none");
}

static void test_the_later_change_wins_and_is_told_once(void **state) {
    struct fixture *f = *state;
    struct action_item ours = linked(f, "20"), theirs = linked(f, "21"), dropped = linked(f, "22");
    int64_t now = clock_now_ms(f->clock);
    move_here(f, ours.id, "done");
    for (int i = 0; i < 3; i++) assert_false(hear(f, "20", ACTION_DOING, now - MINUTE + i)); /* asked again and again */
    assert_int_equal(state_of(f, ours.id), ACTION_DONE);
    assert_string_equal(kept(f, ours.id), "ours");
    assert_int_equal(conflicts_told(f), 1);

    move_here(f, theirs.id, "doing");
    assert_true(hear(f, "21", ACTION_DONE, now + MINUTE));
    assert_int_equal(state_of(f, theirs.id), ACTION_DONE);
    assert_string_equal(kept(f, theirs.id), "theirs");

    move_here(f, dropped.id, "dropped");
    assert_false(hear(f, "22", ACTION_DOING, now + MINUTE));
    assert_int_equal(state_of(f, dropped.id), ACTION_DROPPED);
    assert_string_equal(kept(f, dropped.id), "ours");
    assert_int_equal(conflicts_told(f), 3);

    fixture_advance(f, 10 * MINUTE);
    assert_false(hear(f, "20", ACTION_DONE, clock_now_ms(f->clock))); /* they agree */
    assert_string_equal(kept(f, ours.id), "none");
}

static bool told_tx(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    return jira_told(tx, *id, "doing", err);
}

static void test_our_own_move_comes_back_as_no_news(void **state) {
    struct fixture *f = *state;
    struct action_item item = linked(f, "30");
    int64_t moved = clock_now_ms(f->clock);
    move_here(f, item.id, "doing");
    OK(store_write(fixture_op(f), told_tx, &item.id, &f->err));
    assert_false(hear(f, "30", ACTION_DOING, moved + 1));
    assert_false(hear(f, "30", ACTION_DONE, moved - 3 * MINUTE)); /* was under way before ours arrived */
    assert_int_equal(state_of(f, item.id), ACTION_DOING);
    assert_true(hear(f, "30", ACTION_DONE, moved - MINUTE)); /* Jira's clock is a minute behind */
    assert_string_equal(kept(f, item.id), "none");
}

static bool poll_tx(struct tx *tx, void *arg, struct error *err) {
    (void)arg;
    return jira_poll_due(tx, &(struct due){ .kind = JIRA_POLL_DUE }, err);
}

static int64_t asked(struct fixture *f) {
    OK(store_write(fixture_op(f), poll_tx, NULL, &f->err));
    fixture_advance(f, MINUTE);
    return fixture_number(f, "SELECT count(*) FROM outbox WHERE topic = 'jira.poll'");
}

static void test_one_question_at_a_time_and_none_for_nothing(void **state) {
    struct fixture *f = *state;
    json_t *body = json_obj(f->arena);
    struct connect_setting_edit edit = { body, "https://portal.example.com", 0 };
    struct connect_setting saved;
    url_guard_allow_private(true);
    assert_int_equal(asked(f), 0); /* nothing is set up */
    json_put_text(body, "base_url", "http://127.0.0.1:9");
    json_put_text(body, "flavour", "dc");
    json_put_text(body, "project", "OPS");
    json_put_text(body, "token", "pat");
    OK(connect_settings_save(fixture_op(f), "jira", &edit, &saved, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'jira.poll'"), 1);
    assert_int_equal(asked(f), 0); /* no issue of ours */
    (void)linked(f, "40");
    assert_int_equal(asked(f), 1);
    assert_int_equal(asked(f), 1);
    fixture_exec(f, "UPDATE outbox SET state = 'dead' WHERE topic = 'jira.poll'");
    assert_int_equal(asked(f), 1); /* somebody has to mend it first */
    json_put_text(body, "poll_minutes", "0");
    OK(connect_settings_save(fixture_op(f), "jira", &edit, &saved, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'jira.poll'"), 0);
}

struct placing {
    struct slack_place place, places[SLACK_MESSAGES_MAX];
    size_t count;
    const char *ref;
    bool found;
};

static bool place_tx(struct tx *tx, void *arg, struct error *err) {
    struct placing *placing = arg;
    return slack_place_keep(tx, 7, "INC-2026-0001", &placing->place, err);
}

static bool places_tx(struct tx *tx, void *arg, struct error *err) {
    struct placing *placing = arg;
    return slack_places(tx, 7, "INC-2026-0001", placing->places, &placing->count, err) &&
           slack_place_incident(tx, "C2", "2.2", &placing->ref, &placing->found, err);
}

static void test_a_message_has_one_place_in_each_channel(void **state) {
    struct fixture *f = *state;
    static const struct slack_place PLACES[] = { { "#a", "C1", "1.1" }, { "#b", "C2", "2.1" }, { "#b", "C2", "2.2" } };
    struct placing placing;
    for (size_t i = 0; i < 3; i++) {
        placing = (struct placing){ .place = PLACES[i] };
        OK(store_write(fixture_op(f), place_tx, &placing, &f->err));
    }
    OK(store_read(fixture_op(f), places_tx, &placing, &f->err));
    assert_int_equal(placing.count, 2);
    assert_string_equal(placing.places[1].ts, "2.2"); /* the earlier one is gone */
    assert_true(placing.found);
    assert_string_equal(placing.ref, "INC-2026-0001");
}

static void test_breakers_as_words(void **state) {
    (void)state;
    struct breaker breaker = breaker_restore("closed", 0, "..x.x");
    char recent[BREAKER_WINDOW + 1];
    assert_int_equal(breaker.bad_count, 2);
    for (int i = 0; i < 8; i++) breaker_ended(&breaker, i % 4 == 0, 10, 1000);
    breaker_recent(&breaker, recent);
    assert_string_equal(recent, ".xx...x...");
    assert_false(breaker_is_well(&breaker));
    breaker = breaker_restore("open", 5000, "xxxxx");
    assert_int_equal(breaker_permits(&breaker, 4999), 0);
    assert_int_equal(breaker_permits(&breaker, 5000), BREAKER_TRIALS);
    breaker = breaker_restore("half_open", 0, ".x");
    assert_int_equal(breaker_permits(&breaker, 1), BREAKER_TRIALS - 2);
    breaker = breaker_restore("odd", 0, "");
    assert_true(breaker_is_well(&breaker));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_jira_is_followed_and_old_news_is_not),
        FIXTURE_TEST(test_the_later_change_wins_and_is_told_once),
        FIXTURE_TEST(test_our_own_move_comes_back_as_no_news),
        FIXTURE_TEST(test_one_question_at_a_time_and_none_for_nothing),
        FIXTURE_TEST(test_a_message_has_one_place_in_each_channel),
        FIXTURE_TEST(test_breakers_as_words),
    };
    return fixture_run("connect", tests, sizeof tests / sizeof *tests);
}
