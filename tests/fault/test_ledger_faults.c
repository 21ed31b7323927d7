/* Torture of what every write leaves behind: audit, outbox, due rows, counters, settings; and of the worker. */
#include "support/torture.h"

#include "base/fault.h"

#include "base/json.h"
#include "connect/destination.h"
#include "ledger/ledger.h"
#include "ledger/ledger_read.h"
#include "work/worker.h"

static bool everything(struct tx *tx, void *arg, struct error *err) {
    int64_t number;
    json_t *payload = json_obj(tx_op(tx)->arena);
    (void)arg;
    json_put_text(payload, "text", "x");
    const struct outbox_message message = { "incident.declared", "incident/1", NULL, payload };
    const struct due due = { "note", 1, "", tx_op(tx)->now_ms + 1000, NULL };
    return counter_next(tx, "incident/2026", &number, err) && setting_put(tx, "slack", "{}", err) &&
           audit_add(tx, "incident.declared", "incident/1", payload, err) && outbox_publish(tx, &message, err) &&
           due_set(tx, &due, err) && due_cancel(tx, "other", 1, "", err);
}

static bool write_everything(struct fixture *f, void *arg, struct error *err) {
    return store_write(fixture_op(f), everything, arg, err);
}

static int64_t destination(struct fixture *f) {
    int64_t id;
    json_t *topics = json_arr(f->arena);
    json_push(topics, json_string("*"));
    const struct destination_input input = {
        .name = "log", .connector = "log", .topics = topics, .config = json_obj(f->arena), .enabled = true
    };
    OK(destination_create(fixture_op(f), &input, &id, &f->err));
    return id;
}

static void test_one_write_with_all_it_leaves(void **state) {
    struct fixture *f = *state;
    destination(f);
    int points = fault_torture(f, write_everything, NULL);
#ifdef BONGSU_FAULTS
    assert_true(points >= 9);
#else
    (void)points;
#endif
    assert_int_equal(fixture_number(f, "SELECT value FROM counter"), 1); /* no holes */
    assert_int_equal(fixture_count(f, "outbox"), 1);
}

static bool create(struct fixture *f, void *arg, struct error *err) {
    const struct destination_input *input = arg;
    return destination_create(fixture_op(f), input, NULL, err);
}

static void test_destination(void **state) {
    struct fixture *f = *state;
    json_t *topics = json_arr(f->arena);
    json_push(topics, json_string("*"));
    struct destination_input input = {
        .name = "log", .connector = "log", .topics = topics, .config = json_obj(f->arena), .enabled = true
    };
    fault_torture(f, create, &input);
    assert_int_equal(fixture_count(f, "destination"), 1);
}

static bool discard(struct fixture *f, void *arg, struct error *err) {
    return outbox_discard(fixture_op(f), *(const int64_t *)arg, "not needed", err);
}

static void test_discarding(void **state) {
    struct fixture *f = *state;
    int64_t row;
    OK(destination_test(fixture_op(f), destination(f), &row, &f->err));
    fault_torture(f, discard, &row);
    assert_string_equal(fixture_text(f, "SELECT state FROM outbox"), "dead");
}

/* --- due rows: whatever step fails, the handler's effect is there exactly once in the end --- */

static bool on_note(struct tx *tx, const struct due *due, struct error *err) {
    return audit_add(tx, "test.fired", due->variant, NULL, err);
}

static bool set_due(struct tx *tx, void *arg, struct error *err) {
    return due_set(tx, arg, err);
}

static void test_a_due_row_fires_once_whatever_fails(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    static const struct due_entry HANDLERS[] = { { "note", on_note }, { NULL, NULL } };
    struct worker_options options = { .store = f->store, .clock = f->clock, .handlers = HANDLERS, .synchronous = true };
    struct worker *worker;
    OK(worker_start(&options, &worker, &f->err));
    fixture_exec(f, "DELETE FROM due");
    for (int n = 1; n <= 20; n++) {
        struct due due = { "note", n, "v", clock_now_ms(f->clock), NULL };
        OK(store_write(fixture_op(f), set_due, &due, &f->err));
        fault_arm(n);
        bool ok = worker_run_until(worker, clock_now_ms(f->clock), &f->err);
        fault_arm(0);
        (void)ok; /* a step of the worker itself may fail: it looks again a second later */
        OK(worker_run_until(worker, clock_now_ms(f->clock) + 5000, &f->err));
        assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'test.fired'"), n);
        assert_int_equal(fixture_count(f, "due"), 0);
    }
    worker_stop(worker);
#else
    (void)state;
    (void)on_note;
    (void)set_due;
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_one_write_with_all_it_leaves),
        FIXTURE_TEST(test_destination),
        FIXTURE_TEST(test_discarding),
        FIXTURE_TEST(test_a_due_row_fires_once_whatever_fails),
    };
    return fixture_run("ledger faults", tests, sizeof tests / sizeof *tests);
}
