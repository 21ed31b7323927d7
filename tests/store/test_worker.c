/* The worker: due rows fire once and in their time, messages leave in order and are never lost. */
#include "support/fixture.h"
#include "support/peer.h"

#include "base/json.h"
#include "connect/destination.h"
#include "ledger/ledger.h"
#include "ledger/ledger_read.h"
#include "net/url_guard.h"
#include "work/worker.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* --- due rows --- */

/* Writes down that it ran: subject "fired/ID", with the time it was due. */
static bool on_note(struct tx *tx, const struct due *due, struct error *err) {
    json_t *detail = json_obj(tx_op(tx)->arena);
    json_put_i64(detail, "due", due->due_ms);
    return audit_add(tx, "test.fired", due->variant, detail, err);
}

static bool on_repeat(struct tx *tx, const struct due *due, struct error *err) {
    struct due next = *due;
    next.due_ms += 10 * MINUTE;
    return on_note(tx, due, err) && due_set(tx, &next, err);
}

static _Atomic int failures_left;

static bool on_fail(struct tx *tx, const struct due *due, struct error *err) {
    if (!on_note(tx, due, err)) return false;
    if (atomic_fetch_sub(&failures_left, 1) > 0) return ERROR(err, ERR_INTERNAL, "test.broken", "on purpose");
    return true;
}

static const struct due_entry HANDLERS[] = {
    { "note", on_note }, { "repeat", on_repeat }, { "fail", on_fail }, { NULL, NULL }
};

static bool set_due(struct tx *tx, void *arg, struct error *err) {
    return due_set(tx, arg, err);
}

static void later(struct fixture *f, const char *kind, const char *variant, int64_t wait_ms) {
    struct due due = { kind, 7, variant, clock_now_ms(f->clock) + wait_ms, NULL };
    OK(store_write(fixture_op(f), set_due, &due, &f->err));
}

static struct worker *start(struct fixture *f, bool synchronous) {
    struct worker *worker;
    struct worker_options options = {
        .store = f->store, .clock = f->clock, .handlers = HANDLERS, .synchronous = synchronous
    };
    OK(worker_start(&options, &worker, &f->err));
    fixture_exec(f, "DELETE FROM due WHERE kind = 'work.housekeeping'"); /* has its own test */
    return worker;
}

static int64_t fired(struct fixture *f, const char *variant) {
    return fixture_number(
        f, arena_printf(f->arena, "SELECT count(*) FROM audit_entry WHERE action = 'test.fired' AND subject = '%s'",
                        variant));
}

static void test_due_rows_fire_once_in_their_time(void **state) {
    struct fixture *f = *state;
    struct worker *worker = start(f, true);
    later(f, "note", "a", 5 * MINUTE);
    later(f, "note", "b", 10 * MINUTE);
    OK(worker_run_until(worker, FIXTURE_NOW + 5 * MINUTE - 1, &f->err));
    assert_int_equal(fired(f, "a"), 0);
    OK(worker_run_until(worker, FIXTURE_NOW + 5 * MINUTE, &f->err));
    assert_int_equal(fired(f, "a"), 1);
    assert_int_equal(fired(f, "b"), 0);
    OK(worker_run_until(worker, FIXTURE_NOW + HOUR, &f->err));
    assert_int_equal(fired(f, "a"), 1);
    assert_int_equal(fired(f, "b"), 1);
    assert_int_equal(fixture_count(f, "due"), 0);
    assert_int_equal(clock_now_ms(f->clock), FIXTURE_NOW + HOUR);
    worker_stop(worker);
}

static void test_setting_again_moves_and_cancelling_removes(void **state) {
    struct fixture *f = *state;
    struct worker *worker = start(f, true);
    later(f, "note", "a", 5 * MINUTE);
    later(f, "note", "a", 20 * MINUTE);
    OK(worker_run_until(worker, FIXTURE_NOW + 10 * MINUTE, &f->err));
    assert_int_equal(fired(f, "a"), 0);
    OK(worker_run_until(worker, FIXTURE_NOW + 20 * MINUTE, &f->err));
    assert_int_equal(fired(f, "a"), 1);
    worker_stop(worker);
}

static void test_a_jump_of_the_clock_leaves_nothing_out(void **state) {
    struct fixture *f = *state;
    struct worker *worker = start(f, true);
    later(f, "repeat", "r", 10 * MINUTE);
    OK(worker_run_until(worker, FIXTURE_NOW + HOUR, &f->err));
    assert_int_equal(fired(f, "r"), 6);
    /* each at its own instant, not all at the end */
    assert_int_equal(fixture_number(f, "SELECT count(DISTINCT at) FROM audit_entry WHERE subject = 'r'"), 6);
    OK(worker_run_until(worker, FIXTURE_NOW, &f->err));
    assert_int_equal(clock_now_ms(f->clock), FIXTURE_NOW);
    assert_int_equal(fired(f, "r"), 6);
    worker_stop(worker);
}

static void test_a_failing_handler_is_tried_again_and_blocks_nobody(void **state) {
    struct fixture *f = *state;
    struct worker *worker = start(f, true);
    atomic_store(&failures_left, 3);
    later(f, "fail", "f", 0);
    later(f, "no such kind", "u", 0);
    later(f, "note", "n", 0);
    OK(worker_run_until(worker, FIXTURE_NOW, &f->err));
    assert_int_equal(fired(f, "n"), 1);
    assert_int_equal(fired(f, "f"), 0); /* what the handler wrote is gone with it */
    assert_int_equal(fixture_number(f, "SELECT attempts FROM due WHERE kind = 'fail'"), 1);
    assert_non_null(strstr(fixture_text(f, "SELECT last_error FROM due WHERE kind = 'fail'"), "test.broken"));
    OK(worker_run_until(worker, FIXTURE_NOW + 7 * SECOND, &f->err)); /* after 1, 2 and 4 s */
    assert_int_equal(fired(f, "f"), 1);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'fail'"), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due"),
                     1); /* the unknown kind waits for a program that knows it */
    worker_stop(worker);
}

/* After a night without power hundreds of rows are due at once: they share commits, and still each stands alone. */
static void test_many_due_rows_take_few_commits(void **state) {
    struct fixture *f = *state;
    enum { ROWS = 200, FAILING = 5 };
    struct store_health before, after;
    struct worker *worker = start(f, true);
    atomic_store(&failures_left, FAILING);
    for (int i = 0; i < ROWS; i++)
        later(f, i % 40 == 7 ? "fail" : "note", arena_printf(f->arena, "v%d", i), -(int64_t)i);
    store_health(f->store, &before);
    OK(worker_run_until(worker, FIXTURE_NOW, &f->err));
    store_health(f->store, &after);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'test.fired'"), ROWS - FAILING);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'fail' AND attempts = 1"), FAILING);
    if (f->engine == STORE_SQLITE) assert_in_range(after.commits - before.commits, 1, ROWS / 10);
    OK(worker_run_until(worker, FIXTURE_NOW + SECOND, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(DISTINCT subject) FROM audit_entry WHERE action = 'test.fired'"),
                     ROWS);
    worker_stop(worker);
}

static void test_two_workers_fire_each_row_once(void **state) {
    struct fixture *f = *state;
    enum { ROWS = 60 };
    for (int i = 0; i < ROWS; i++) later(f, "note", arena_printf(f->arena, "v%d", i), -1);
    struct worker *one = start(f, false), *two = start(f, false);
    while (fixture_count(f, "due") > 0) usleep(1000);
    worker_stop(one);
    worker_stop(two);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'test.fired'"), ROWS);
    assert_int_equal(fixture_number(f, "SELECT count(DISTINCT subject) FROM audit_entry WHERE action = 'test.fired'"),
                     ROWS);
}

/* --- messages --- */

struct sending {
    const char *topic, *key, *text;
};

static bool publish(struct tx *tx, void *arg, struct error *err) {
    const struct sending *sending = arg;
    json_t *payload = json_obj(tx_op(tx)->arena);
    json_put_text(payload, "text", sending->text);
    const struct outbox_message message = { sending->topic, sending->key, "P1", payload };
    return outbox_publish(tx, &message, err);
}

static void say(struct fixture *f, const char *key, const char *text) {
    struct sending sending = { "incident.updated", key, text };
    OK(store_write(fixture_op(f), publish, &sending, &f->err));
    fixture_advance(f, 1); /* ids of one key ascend */
}

static int64_t destination(struct fixture *f, const char *name, const char *url) {
    int64_t id;
    json_t *topics = json_arr(f->arena), *config = json_obj(f->arena);
    json_push(topics, json_string("incident.*"));
    json_put_text(config, "url", url);
    struct destination_input input = { .name = name,
                                       .connector = "webhook",
                                       .topics = topics,
                                       .config = config,
                                       .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                       .enabled = true };
    OK(destination_create(fixture_op(f), &input, &id, &f->err));
    return id;
}

static int64_t in_state(struct fixture *f, const char *state) {
    return fixture_number(f, arena_printf(f->arena, "SELECT count(*) FROM outbox WHERE state = '%s'", state));
}

static void run_to_now(struct fixture *f, struct worker *worker) {
    OK(worker_run_until(worker, clock_now_ms(f->clock), &f->err));
}

static void test_a_message_arrives_signed(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    struct worker *worker = start(f, true);
    destination(f, "hook", peer_url(peer));
    say(f, "incident/1", "장애 발생");
    assert_int_equal(in_state(f, "ready"), 1);
    run_to_now(f, worker);
    assert_int_equal(peer_count(peer), 1);
    const char *request = peer_request(peer, 0);
    assert_non_null(strstr(request, "webhook-id: msg_"));
    assert_non_null(strstr(request, "webhook-signature: v1,"));
    assert_non_null(strstr(request, "\"type\":\"incident.updated\""));
    assert_non_null(strstr(request, "장애 발생"));
    assert_int_equal(in_state(f, "sent"), 1);
    run_to_now(f, worker);
    assert_int_equal(peer_count(peer), 1);
    worker_stop(worker);
    peer_stop(peer);
}

static void test_order_within_a_key_survives_failures(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    struct worker *worker = start(f, true);
    destination(f, "hook", peer_url(peer));
    peer_answers(peer, (struct peer_answer){ .status = 503 });
    say(f, "incident/1", "first");
    say(f, "incident/1", "second");
    say(f, "incident/2", "other");
    run_to_now(f, worker);
    assert_int_equal(peer_count(peer), 2); /* the first of each key; the second waits for the first */
    peer_answers(peer, (struct peer_answer){ .status = 200 });
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 10 * SECOND, &f->err));
    assert_int_equal(in_state(f, "sent"), 3);
    int first = -1, second = -1;
    for (int i = 0; i < peer_count(peer); i++) {
        if (strstr(peer_request(peer, i), "first") != NULL) first = i;
        if (strstr(peer_request(peer, i), "second") != NULL) second = i;
    }
    assert_true(first >= 0 && first < second);
    worker_stop(worker);
    peer_stop(peer);
}

static void test_after_a_day_a_message_is_dead_and_can_be_retried(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    struct worker *worker = start(f, true);
    destination(f, "hook", peer_url(peer));
    peer_answers(peer, (struct peer_answer){ .status = 500 });
    say(f, "incident/1", "lost");
    OK(worker_run_until(worker, FIXTURE_NOW + 23 * HOUR, &f->err));
    assert_int_equal(in_state(f, "ready"), 1);
    assert_true(peer_count(peer) > 12);
    OK(worker_run_until(worker, FIXTURE_NOW + 25 * HOUR, &f->err));
    assert_int_equal(in_state(f, "dead"), 1);
    assert_string_equal(fixture_text(f, "SELECT last_error FROM outbox"), "HTTP 500");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'outbox.dead'"), 1);
    peer_answers(peer, (struct peer_answer){ .status = 204 });
    OK(outbox_retry(fixture_op(f), fixture_number(f, "SELECT id FROM outbox"), &f->err));
    OK(worker_run_until(worker, FIXTURE_NOW + 26 * HOUR, &f->err));
    assert_int_equal(in_state(f, "sent"), 1);
    worker_stop(worker);
    peer_stop(peer);
}

static void test_answers_and_what_they_mean(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    struct worker *worker = start(f, true);
    int64_t id = destination(f, "hook", peer_url(peer));
    peer_answers(peer, (struct peer_answer){ .status = 400 });
    say(f, "k1", "refused");
    run_to_now(f, worker);
    assert_int_equal(in_state(f, "dead"), 1);

    peer_answers(peer, (struct peer_answer){ .status = 429, .headers = "Retry-After: 60\r\n" });
    say(f, "k2", "too fast");
    say(f, "k3", "waits too");
    run_to_now(f, worker);
    int asked = peer_count(peer);
    peer_answers(peer, (struct peer_answer){ .status = 200 });
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 59 * SECOND, &f->err));
    assert_int_equal(peer_count(peer), asked); /* the whole destination waits */
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 3 * SECOND, &f->err));
    assert_int_equal(in_state(f, "sent"), 2);

    peer_answers(peer, (struct peer_answer){ .status = 401 });
    say(f, "k4", "no rights");
    run_to_now(f, worker);
    say(f, "k5", "held back");
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 10 * MINUTE, &f->err));
    assert_int_equal(in_state(f, "dead"), 2);
    assert_int_equal(in_state(f, "ready"), 1);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'destination.blocked'"), 1);
    peer_answers(peer, (struct peer_answer){ .status = 410 });
    OK(destination_enable(fixture_op(f), id, true, &f->err)); /* mended, they think */
    run_to_now(f, worker);
    assert_int_equal(fixture_number(f, "SELECT enabled FROM destination"), 0);
    worker_stop(worker);
    peer_stop(peer);
}

static void test_breaker_stops_calling_a_dead_destination(void **state) {
    struct fixture *f = *state;
    struct peer *dead = peer_start(), *alive = peer_start();
    struct worker *worker = start(f, true);
    struct worker_lane lanes[4];
    destination(f, "dead", peer_url(dead));
    peer_answers(dead, (struct peer_answer){ .status = 503 });
    for (int i = 0; i < 30; i++) say(f, arena_printf(f->arena, "k%d", i), "x");
    destination(f, "alive", peer_url(alive));
    say(f, "k", "y");
    run_to_now(f, worker);
    assert_int_equal(peer_count(dead), 10); /* then it opens, with twenty messages waiting */
    assert_int_equal(peer_count(alive), 1);
    assert_int_equal(worker_lanes(worker, lanes, 4), 2);
    assert_int_equal(lanes[0].breaker, BREAKER_OPEN);
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 29 * SECOND, &f->err));
    assert_int_equal(peer_count(dead), 10);
    peer_answers(dead, (struct peer_answer){ .status = 200 });
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 10 * SECOND, &f->err));
    assert_int_equal(in_state(f, "ready"), 0); /* five trials, then all of them */
    worker_stop(worker);
    peer_stop(dead);
    peer_stop(alive);
}

/* What was learnt about a dead destination is not forgotten with the process: no ten calls again. */
static void test_an_open_breaker_outlives_a_restart(void **state) {
    struct fixture *f = *state;
    struct peer *dead = peer_start();
    struct worker *worker = start(f, true);
    struct worker_lane lane;
    int64_t id = destination(f, "dead", peer_url(dead));
    peer_answers(dead, (struct peer_answer){ .status = 503 });
    for (int i = 0; i < 12; i++) say(f, arena_printf(f->arena, "k%d", i), "x");
    run_to_now(f, worker);
    assert_int_equal(peer_count(dead), 10);
    assert_string_equal(fixture_text(f, "SELECT state FROM destination_breaker"), "open");
    worker_stop(worker);

    worker = start(f, true);
    assert_int_equal(worker_lanes(worker, &lane, 1), 1);
    assert_int_equal(lane.breaker, BREAKER_OPEN);
    fixture_exec(f, "UPDATE outbox SET lease_until = 0, due_at = 0");
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 29 * SECOND, &f->err));
    assert_int_equal(peer_count(dead), 10);
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 2 * SECOND, &f->err));
    assert_int_equal(peer_count(dead), 15); /* five trials, all bad: open again */
    peer_answers(dead, (struct peer_answer){ .status = 200 });
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 10 * MINUTE, &f->err));
    assert_int_equal(in_state(f, "ready"), 0);
    assert_int_equal(fixture_count(f, "destination_breaker"), 0); /* well again: nothing to tell */
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM destination"), 1);
    assert_true(id > 0);
    worker_stop(worker);
    peer_stop(dead);
}

static void test_a_deleted_destination_takes_its_messages_along(void **state) {
    struct fixture *f = *state;
    int64_t id = destination(f, "gone", "http://127.0.0.1:9/"), other = destination(f, "stays", "http://127.0.0.1:9/");
    int64_t discarded = 0;
    struct error err;
    say(f, "k", "x");
    fixture_exec(f, arena_printf(f->arena, "INSERT INTO slack_message VALUES (%lld, 'INC-1', '#a', 'C1', '1.1', 1)",
                                 (long long)id));
    assert_false(destination_delete(fixture_op(f), id, 7, &discarded, &err));
    assert_string_equal(err.code, "destination.stale");
    assert_int_equal(fixture_count(f, "outbox"), 2);
    OK(destination_delete(fixture_op(f), id, 1, &discarded, &f->err));
    assert_int_equal(discarded, 1);
    assert_int_equal(fixture_count(f, "outbox"), 1);
    assert_int_equal(fixture_count(f, "slack_message"), 0);
    assert_int_equal(fixture_number(f, "SELECT id FROM destination"), other);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'destination.deleted'"), 1);
}

/* With threads: a destination that takes its time must not hold up another. */
static void test_a_slow_destination_delays_no_other(void **state) {
    struct fixture *f = *state;
    struct peer *slow = peer_start(), *quick = peer_start();
    peer_answers(slow, (struct peer_answer){ .status = 200, .delay_ms = 400 });
    destination(f, "slow", peer_url(slow));
    for (int i = 0; i < 10; i++) say(f, arena_printf(f->arena, "k%d", i), "x");
    destination(f, "quick", peer_url(quick));
    for (int i = 0; i < 10; i++) say(f, arena_printf(f->arena, "q%d", i), "y");
    struct worker *worker = start(f, false);
    assert_true(peer_wait(quick, 10));
    assert_true(peer_count(slow) < 20);
    worker_stop(worker);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM outbox WHERE lease_owner IS NOT NULL"), 0);
    peer_stop(slow);
    peer_stop(quick);
}

/* A worker that died in the middle leaves a lease behind; when it is over another sends. */
static void test_a_lost_lease_is_taken_over(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    destination(f, "hook", peer_url(peer));
    say(f, "k", "x");
    struct worker *worker = start(f, true);
    fixture_exec(f, arena_printf(f->arena, "UPDATE outbox SET lease_owner = 'other', lease_until = %lld",
                                 (long long)(clock_now_ms(f->clock) + MINUTE)));
    OK(worker_run_until(worker, clock_now_ms(f->clock) + MINUTE - 1, &f->err));
    assert_int_equal(peer_count(peer), 0);
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 1, &f->err));
    assert_int_equal(peer_count(peer), 1);
    worker_stop(worker);
    peer_stop(peer);
}

/* Nobody else works on an embedded database: what the one before us had leased is sent at once. */
static void test_no_page_waits_for_the_lease_of_the_dead(void **state) {
    struct fixture *f = *state;
    struct peer *peer = peer_start();
    destination(f, "hook", peer_url(peer));
    say(f, "k", "x");
    fixture_exec(f, arena_printf(f->arena, "UPDATE outbox SET lease_owner = 'dead', lease_until = %lld",
                                 (long long)(clock_now_ms(f->clock) + MINUTE)));
    struct worker *worker = start(f, true);
    OK(worker_run_until(worker, clock_now_ms(f->clock) + 1, &f->err));
    assert_int_equal(peer_count(peer), f->engine == STORE_SQLITE ? 1 : 0);
    worker_stop(worker);
    peer_stop(peer);
}

static int prepare(void **state) {
    url_guard_allow_private(true);
    return fixture_setup(state);
}

#define WORKER_TEST(function) cmocka_unit_test_setup_teardown(function, prepare, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WORKER_TEST(test_due_rows_fire_once_in_their_time),
        WORKER_TEST(test_setting_again_moves_and_cancelling_removes),
        WORKER_TEST(test_a_jump_of_the_clock_leaves_nothing_out),
        WORKER_TEST(test_a_failing_handler_is_tried_again_and_blocks_nobody),
        WORKER_TEST(test_many_due_rows_take_few_commits),
        WORKER_TEST(test_two_workers_fire_each_row_once),
        WORKER_TEST(test_a_message_arrives_signed),
        WORKER_TEST(test_order_within_a_key_survives_failures),
        WORKER_TEST(test_after_a_day_a_message_is_dead_and_can_be_retried),
        WORKER_TEST(test_answers_and_what_they_mean),
        WORKER_TEST(test_breaker_stops_calling_a_dead_destination),
        WORKER_TEST(test_an_open_breaker_outlives_a_restart),
        WORKER_TEST(test_a_deleted_destination_takes_its_messages_along),
        WORKER_TEST(test_a_slow_destination_delays_no_other),
        WORKER_TEST(test_a_lost_lease_is_taken_over),
        WORKER_TEST(test_no_page_waits_for_the_lease_of_the_dead),
    };
    return fixture_run("worker", tests, sizeof tests / sizeof *tests);
}
