/* The store contract: the same on both engines. */
#include "support/fixture.h"

#include "base/arena.h"
#include "ledger/ledger.h"
#include "work/statements.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

SQL(SQL_PUT, "tti", "", "INSERT INTO setting (name, value, version, updated_at) VALUES (?1, ?2, 1, ?3)");
SQL(SQL_PUT_QUIETLY, "tti", "t",
    "INSERT INTO setting (name, value, version, updated_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING RETURNING "
    "name");
SQL(SQL_ALL, "", "tti", "SELECT name, value, updated_at FROM setting ORDER BY name");
SQL(SQL_ECHO, "IT", "ITi", "SELECT ?1, ?2, CASE WHEN ?1 IS NULL THEN 1 ELSE 0 END");
SQL(SQL_WRONG_COLUMNS, "", "ii", "SELECT value FROM counter");
SQL(SQL_WRONG_TYPE, "", "t", "SELECT value FROM counter");
SQL(SQL_WRONG_TABLE, "", "t", "SELECT value FROM no_such_table");
SQL(SQL_WRONG_PARAMETERS, "ti", "i", "SELECT value FROM counter WHERE name = ?1");
SQL(SQL_DOUBLE_QUOTED_TEXT, "", "", "UPDATE counter SET name = \"text\"");
SQL(SQL_ORPHAN, "", "",
    "INSERT INTO outbox (id, topic, destination_id, order_key, payload, state, attempts, due_at, lease_until, "
    "created_at, give_up_at) VALUES (1, 't', 404, 'k', '{}', 'ready', 0, 0, 0, 0, 0)");
SQL(SQL_TOUCH, "", "", "UPDATE setting SET version = version + 1");
SQL(SQL_BAD_STATE, "", "", "UPDATE setting SET value = NULL");

static void test_catalogue_prepares(void **state) {
    struct fixture *f = *state;
    OK(store_check(f->store, ALL_STATEMENTS, ALL_STATEMENTS_COUNT, &f->err));
}

static void test_check_finds_wrong_signatures(void **state) {
    struct fixture *f = *state;
    static const struct sql *const WRONG[] = { &SQL_WRONG_COLUMNS, &SQL_WRONG_TYPE, &SQL_WRONG_TABLE,
                                               &SQL_WRONG_PARAMETERS, &SQL_DOUBLE_QUOTED_TEXT };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        if (WRONG[i] == &SQL_WRONG_PARAMETERS && f->engine == STORE_POSTGRES) continue; /* it takes unused ones */
        const struct sql_list list = { "wrong", &WRONG[i], 1 };
        const struct sql_list *lists[] = { &list };
        assert_false(store_check(f->store, lists, 1, &f->err));
    }
}

/* --- values --- */

static bool echo(struct tx *tx, void *arg, struct error *err) {
    const char *text = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_ECHO, ARGS(I64(INT64_MIN), TXT(text)), &row, &found, err)) return false;
    assert_true(found && rows_i64(&row, 0) == INT64_MIN);
    assert_string_equal(rows_text(&row, 1), text);
    assert_int_equal(rows_i64(&row, 2), 0);
    if (!tx_query_one(tx, &SQL_ECHO, ARGS(OPT_ID(0), OPT_TXT(NULL)), &row, &found, err)) return false;
    assert_true(rows_is_null(&row, 0) && rows_is_null(&row, 1));
    assert_int_equal(rows_i64(&row, 0), 0);
    assert_null(rows_text(&row, 1));
    assert_int_equal(rows_i64(&row, 2), 1);
    return true;
}

static void test_values_come_back(void **state) {
    struct fixture *f = *state;
    char *long_text = arena_alloc(f->arena, 300001);
    memset(long_text, 'x', 300000);
    char *texts[] = { (char[]){ "" }, (char[]){ "장애 '\"\\ 🚨\n?1 $1" }, long_text };
    for (size_t i = 0; i < 3; i++) OK(store_read(fixture_op(f), echo, texts[i], &f->err));
}

/* --- failures --- */

struct puts {
    const char *names[4];
    bool fail_at_end;
};

static bool put_all(struct tx *tx, void *arg, struct error *err) {
    const struct puts *puts = arg;
    for (size_t i = 0; i < 4 && puts->names[i] != NULL; i++) {
        if (!tx_exec(tx, &SQL_PUT, ARGS(TXT(puts->names[i]), TXT("v"), I64(tx_op(tx)->now_ms)), NULL, err))
            return false;
    }
    tx_on_commit(tx, "settings");
    return !puts->fail_at_end || ERROR(err, ERR_CONFLICT, "test.refused", "on purpose");
}

static void test_a_failed_callback_leaves_nothing(void **state) {
    struct fixture *f = *state;
    uint64_t version = store_topic_version(f->store, "settings");
    struct puts puts = { { "a", "b" }, true };
    assert_false(store_write(fixture_op(f), put_all, &puts, &f->err));
    assert_string_equal(f->err.code, "test.refused");
    assert_int_equal(fixture_count(f, "setting"), 0);
    assert_true(store_topic_version(f->store, "settings") == version);
    puts.fail_at_end = false;
    OK(store_write(fixture_op(f), put_all, &puts, &f->err));
    assert_true(store_topic_version(f->store, "settings") == version + 1);
    assert_int_equal(fixture_count(f, "setting"), 2);
}

static void test_duplicates_and_orphans_are_conflicts(void **state) {
    struct fixture *f = *state;
    struct puts puts = { { "a", "b", "a" }, false };
    assert_false(store_write(fixture_op(f), put_all, &puts, &f->err));
    assert_int_equal(f->err.kind, ERR_CONFLICT);
    assert_string_equal(f->err.code, "store.duplicate");
    assert_int_equal(fixture_count(f, "setting"), 0);
}

static bool run_statement(struct tx *tx, void *arg, struct error *err) {
    return tx_exec(tx, *(const struct sql **)arg, NO_ARGS, NULL, err);
}

static void test_constraints_have_their_errors(void **state) {
    struct fixture *f = *state;
    const struct sql *sql = &SQL_ORPHAN;
    assert_false(store_write(fixture_op(f), run_statement, &sql, &f->err));
    assert_string_equal(f->err.code, "store.missing_parent");
    fixture_exec(f, "INSERT INTO setting (name, value, version, updated_at) VALUES ('a', 'v', 1, 1)");
    sql = &SQL_BAD_STATE;
    assert_false(store_write(fixture_op(f), run_statement, &sql, &f->err));
    assert_int_equal(f->err.kind, ERR_INTERNAL);
    assert_string_equal(f->err.code, "store.constraint");
    assert_string_equal(fixture_text(f, "SELECT value FROM setting"), "v");
}

/* Goes on after a failed statement, as if nothing had happened. */
static bool careless(struct tx *tx, void *arg, struct error *err) {
    (void)arg;
    struct rows rows;
    struct error ignored;
    if (!tx_exec(tx, &SQL_PUT, ARGS(TXT("a"), TXT("1"), I64(1)), NULL, err)) return false;
    assert_false(tx_exec(tx, &SQL_PUT, ARGS(TXT("a"), TXT("2"), I64(1)), NULL, &ignored));
    assert_false(tx_query(tx, &SQL_ALL, NO_ARGS, &rows, &ignored));
    assert_string_equal(ignored.code, "store.duplicate");
    return true;
}

static void test_a_doomed_transaction_stays_doomed(void **state) {
    struct fixture *f = *state;
    assert_false(store_write(fixture_op(f), careless, NULL, &f->err));
    assert_string_equal(f->err.code, "store.duplicate");
    assert_int_equal(fixture_count(f, "setting"), 0);
}

/* --- several at once, and what waits for the end --- */

static void test_each_of_several_writes_stands_alone(void **state) {
    struct fixture *f = *state;
    struct puts puts[] = { { { "a" }, false }, { { "b" }, true }, { { "c", "a" }, false }, { { "d" }, false } };
    struct store_job jobs[4];
    struct store_health before, after;
    for (size_t i = 0; i < 4; i++) jobs[i] = (struct store_job){ .fn = put_all, .arg = &puts[i] };
    store_health(f->store, &before);
    store_write_each(fixture_op(f), jobs, 4);
    store_health(f->store, &after);
    assert_true(jobs[0].done && !jobs[1].done && !jobs[2].done && jobs[3].done);
    assert_string_equal(jobs[1].err.code, "test.refused");
    assert_string_equal(jobs[2].err.code, "store.duplicate");
    assert_int_equal(fixture_count(f, "setting"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM setting WHERE name IN ('a', 'd')"), 2);
    if (f->engine == STORE_SQLITE) assert_true(after.commits - before.commits <= 2); /* the first may go alone */
    store_write_each(fixture_op(f), jobs, 0);
}

struct late_call {
    const struct sql *second;
    bool fail;
};

static bool put_late(struct tx *tx, void *arg, struct error *err) {
    const struct late_call *call = arg;
    bool second = call->second == &SQL_PUT;
    return tx_exec(tx, &SQL_PUT, ARGS(TXT("now"), TXT("1"), I64(1)), NULL, err) &&
           tx_exec_late(tx, &SQL_PUT, ARGS(TXT("late"), TXT("2"), I64(1)), err) &&
           tx_exec_late(tx, call->second, second ? ARGS(TXT("late"), TXT("3"), I64(1)) : NO_ARGS, err) &&
           (!call->fail || ERROR(err, ERR_CONFLICT, "test.refused", "on purpose"));
}

static void test_late_statements_belong_to_their_transaction(void **state) {
    struct fixture *f = *state;
    struct late_call call = { &SQL_PUT, false }; /* the second collides with the first */
    assert_false(store_write(fixture_op(f), put_late, &call, &f->err));
    assert_string_equal(f->err.code, "store.duplicate");
    assert_int_equal(fixture_count(f, "setting"), 0);
    call = (struct late_call){ &SQL_TOUCH, true };
    assert_false(store_write(fixture_op(f), put_late, &call, &f->err));
    assert_int_equal(fixture_count(f, "setting"), 0);
    call.fail = false;
    OK(store_write(fixture_op(f), put_late, &call, &f->err));
    assert_string_equal(fixture_text(f, "SELECT value FROM setting WHERE name = 'late'"), "2");
    assert_int_equal(fixture_number(f, "SELECT version FROM setting WHERE name = 'late'"), 2); /* in their order */
}

static bool put_quietly(struct tx *tx, void *arg, struct error *err) {
    bool *found = arg;
    struct rows row;
    return tx_query_one(tx, &SQL_PUT_QUIETLY, ARGS(TXT("a"), TXT("1"), I64(1)), &row, found, err);
}

static void test_expected_collisions_do_not_doom(void **state) {
    struct fixture *f = *state;
    bool found;
    OK(store_write(fixture_op(f), put_quietly, &found, &f->err));
    assert_true(found);
    OK(store_write(fixture_op(f), put_quietly, &found, &f->err));
    assert_false(found);
}

static void test_reading_cannot_write(void **state) {
    struct fixture *f = *state;
    struct puts puts = { { "a" }, true };
    assert_false(store_read(fixture_op(f), put_all, &puts, &f->err));
    assert_int_equal(f->err.kind, ERR_INTERNAL);
    assert_int_equal(fixture_count(f, "setting"), 0);
}

/* --- one snapshot for several reads --- */

static bool count_settings(struct tx *tx, void *arg, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_ALL, NO_ARGS, &rows, err)) return false;
    *(size_t *)arg = rows.count;
    return true;
}

static bool put_other(struct tx *tx, void *arg, struct error *err) {
    return tx_exec(tx, &SQL_PUT, ARGS(TXT(arg), TXT("1"), I64(1)), NULL, err);
}

static bool read_wrongly(struct tx *tx, void *arg, struct error *err) {
    (void)arg;
    return tx_exec(tx, &SQL_TOUCH, NO_ARGS, NULL, err); /* a reader may not */
}

static void test_reads_share_a_snapshot_until_their_own_write(void **state) {
    struct fixture *f = *state;
    struct op *op = fixture_op(f), other = *op;
    size_t count;
    store_snapshot_allow(op);
    OK(store_read(op, count_settings, &count, &f->err));
    assert_int_equal(count, 0);
    OK(store_write(&other, put_other, (char[]){ "a" }, &f->err));
    OK(store_read(op, count_settings, &count, &f->err));
    assert_int_equal(count, 0); /* still that moment */
    OK(store_write(op, put_other, (char[]){ "b" }, &f->err));
    OK(store_read(op, count_settings, &count, &f->err));
    assert_int_equal(count, 2);
    OK(store_write(&other, put_other, (char[]){ "c" }, &f->err));
    assert_false(store_read(op, read_wrongly, NULL, &f->err));
    OK(store_read(op, count_settings, &count, &f->err));
    assert_int_equal(count, 3); /* after a failure a new one is begun */
    store_snapshot_end(op);
    store_snapshot_end(op);
}

/* --- many at once --- */

enum { WRITERS = 8, WRITES = 40 };
struct crowd {
    struct fixture *f;
    _Atomic int failed;
};

static bool take_number(struct tx *tx, void *arg, struct error *err) {
    int64_t number;
    (void)arg;
    return counter_next(tx, "crowd", &number, err) && audit_add(tx, "test.counted", "counter/crowd", NULL, err);
}

static void *write_many(void *arg) {
    struct crowd *crowd = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    for (int i = 0; i < WRITES; i++) {
        struct op op = { .store = crowd->f->store, .arena = arena, .actor = &crowd->f->admin, .now_ms = FIXTURE_NOW };
        while (!store_write(&op, take_number, NULL, &err)) {
            if (err.kind != ERR_BUSY) atomic_fetch_add(&crowd->failed, 1);
            if (err.kind != ERR_BUSY) break;
        }
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static void test_many_writers_lose_nothing(void **state) {
    struct crowd crowd = { .f = *state };
    struct fixture *f = *state;
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, write_many, &crowd), 0);
    for (int i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&crowd.failed), 0);
    assert_int_equal(fixture_number(f, "SELECT value FROM counter WHERE name = 'crowd'"), WRITERS * WRITES);
    assert_int_equal(fixture_count(f, "audit_entry"), WRITERS * WRITES);
    struct store_health health;
    store_health(f->store, &health);
    assert_true(health.writable);
    assert_true(health.jobs >= health.commits);
}

/* --- change feed --- */

struct heard {
    pthread_mutex_t lock;
    pthread_cond_t more;
    char topics[8][32];
    int count;
};

static void hear(void *arg, const char *topic) {
    struct heard *heard = arg;
    pthread_mutex_lock(&heard->lock);
    if (heard->count < 8) snprintf(heard->topics[heard->count++], 32, "%s", topic);
    pthread_cond_signal(&heard->more);
    pthread_mutex_unlock(&heard->lock);
}

static void wait_for_one(struct heard *heard) {
    pthread_mutex_lock(&heard->lock);
    while (heard->count == 0) pthread_cond_wait(&heard->more, &heard->lock);
    pthread_mutex_unlock(&heard->lock);
}

/* A second store on the same database stands for another node, or the command line beside the server. */
static void test_other_processes_are_heard(void **state) {
    struct fixture *f = *state;
    struct heard heard = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };
    struct store_options options = { .database = f->database, .readers = 1, .writers = 1 };
    struct store *other;
    OK(store_open(&options, &other, &f->err));
    uint64_t before = store_topic_version(other, "settings");
    store_listen(other, hear, &heard);
    struct puts puts = { { "a" }, false };
    OK(store_write(fixture_op(f), put_all, &puts, &f->err));
    wait_for_one(&heard);
    assert_string_equal(heard.topics[0], f->engine == STORE_SQLITE ? "*" : "settings");
    assert_true(store_topic_version(other, "settings") > before);
    store_close(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_catalogue_prepares),
        FIXTURE_TEST(test_check_finds_wrong_signatures),
        FIXTURE_TEST(test_values_come_back),
        FIXTURE_TEST(test_a_failed_callback_leaves_nothing),
        FIXTURE_TEST(test_duplicates_and_orphans_are_conflicts),
        FIXTURE_TEST(test_constraints_have_their_errors),
        FIXTURE_TEST(test_a_doomed_transaction_stays_doomed),
        FIXTURE_TEST(test_each_of_several_writes_stands_alone),
        FIXTURE_TEST(test_late_statements_belong_to_their_transaction),
        FIXTURE_TEST(test_expected_collisions_do_not_doom),
        FIXTURE_TEST(test_reading_cannot_write),
        FIXTURE_TEST(test_reads_share_a_snapshot_until_their_own_write),
        FIXTURE_TEST(test_many_writers_lose_nothing),
        FIXTURE_TEST(test_other_processes_are_heard),
    };
    return fixture_run("store", tests, sizeof tests / sizeof *tests);
}
