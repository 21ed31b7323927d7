/* kill -9 in the middle of work: what was answered with success is there, and what is due still fires exactly once. */
#include "support/fixture.h"

#include "ledger/ledger.h"
#include "work/worker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, ENOUGH = 200, ROWS = 300 };

/* The victim: a process of its own that opens the same database; it ends only by being killed. */
static pid_t victim(struct fixture *f, void (*life)(struct fixture *f, int pipe), int *read_end) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    store_close(f->store); /* no threads of ours while forking */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store_options options = { .database = f->database, .readers = 2, .writers = THREADS };
        close(ends[0]);
        if (!store_open(&options, &f->store, &f->err)) _exit(1);
        life(f, ends[1]);
        for (;;) pause();
    }
    close(ends[1]);
    *read_end = ends[0];
    return child;
}

static void kill_and_reopen(struct fixture *f, pid_t child, int read_end) {
    struct store_options options = { .database = f->database, .readers = 2, .writers = 2 };
    int status;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    close(read_end);
    OK(store_open(&options, &f->store, &f->err));
}

/* --- promises --- */

struct promising {
    struct fixture *f;
    int pipe;
};

static bool promise(struct tx *tx, void *arg, struct error *err) {
    int64_t *number = arg;
    if (!counter_next(tx, "promise", number, err)) return false;
    return audit_add(tx, "test.promised", arena_printf(tx_op(tx)->arena, "n/%lld", (long long)*number), NULL, err);
}

static void *promise_on(void *arg) {
    const struct promising *promising = arg;
    struct fixture *f = promising->f;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    for (;;) {
        struct op op = { .store = f->store, .arena = arena, .actor = &f->admin, .now_ms = FIXTURE_NOW };
        struct error err;
        int64_t number;
        if (!store_write(&op, promise, &number, &err)) continue;
        if (write(promising->pipe, &number, sizeof number) != sizeof number) _exit(1);
        arena_reset(arena);
    }
}

static void promise_with_threads(struct fixture *f, int pipe) {
    static struct promising promising;
    pthread_t thread;
    promising = (struct promising){ f, pipe };
    for (int i = 0; i < THREADS; i++) pthread_create(&thread, NULL, promise_on, &promising);
}

static void test_what_was_answered_is_there(void **state) {
    struct fixture *f = *state;
    int from;
    int64_t number, largest = 0;
    pid_t child = victim(f, promise_with_threads, &from);
    for (int i = 0; i < ENOUGH; i++) {
        assert_int_equal(read(from, &number, sizeof number), sizeof number);
        if (number > largest) largest = number;
    }
    kill_and_reopen(f, child, from);
    assert_true(fixture_number(f, "SELECT value FROM counter WHERE name = 'promise'") >= largest);
    /* Every number up to the counter has its audit row: a write is there whole or not at all. In one statement,
     * because a commit of the dead may still be under way in the server. */
    assert_int_equal(fixture_number(f,
                                    "SELECT c.value - (SELECT count(DISTINCT subject) FROM audit_entry) "
                                    "FROM counter c WHERE c.name = 'promise'"),
                     0);
}

/* --- due rows --- */

static bool on_note(struct tx *tx, const struct due *due, struct error *err) {
    const char *subject = arena_printf(tx_op(tx)->arena, "due/%lld", (long long)due->subject_id);
    return audit_add(tx, "test.fired", subject, NULL, err);
}
static const struct due_entry HANDLERS[] = { { "note", on_note }, { NULL, NULL } };

static void work_on(struct fixture *f, int pipe) {
    struct worker_options options = { .store = f->store, .clock = f->clock, .handlers = HANDLERS };
    struct worker *worker;
    char byte = 1;
    if (!worker_start(&options, &worker, &f->err) || write(pipe, &byte, 1) != 1) _exit(1);
}

static bool set_many(struct tx *tx, void *arg, struct error *err) {
    (void)arg;
    for (int i = 1; i <= ROWS; i++) {
        const struct due due = { "note", i, "", FIXTURE_NOW - 1000, NULL };
        if (!due_set(tx, &due, err)) return false;
    }
    return true;
}

static void test_due_rows_fire_exactly_once(void **state) {
    struct fixture *f = *state;
    OK(store_write(fixture_op(f), set_many, NULL, &f->err));
    for (int round = 0; round < 3; round++) {
        char byte;
        int from;
        pid_t child = victim(f, work_on, &from);
        assert_int_equal(read(from, &byte, 1), 1); /* at work now */
        kill_and_reopen(f, child, from);
    }
    struct worker_options options = { .store = f->store, .clock = f->clock, .handlers = HANDLERS, .synchronous = true };
    struct worker *worker;
    OK(worker_start(&options, &worker, &f->err));
    OK(worker_run_until(worker, FIXTURE_NOW + 10000, &f->err));
    worker_stop(worker);
    assert_int_equal(fixture_count(f, "audit_entry"), ROWS);
    assert_int_equal(fixture_number(f, "SELECT count(DISTINCT subject) FROM audit_entry"), ROWS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_what_was_answered_is_there),
        FIXTURE_TEST(test_due_rows_fire_exactly_once),
    };
    return fixture_run("crash", tests, sizeof tests / sizeof *tests);
}
