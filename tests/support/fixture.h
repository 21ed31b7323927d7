/* A store ready to use: migrated, empty, thrown away at the end. For store and domain tests:
 *
 *   static void test_something(void **state) {
 *       struct fixture *f = *state;
 *       struct op *op = fixture_op(f);     // administrator, f->now_ms, fresh fields
 *       …
 *   }
 *   int main(void) { const struct CMUnitTest tests[] = { FIXTURE_TEST(test_something) };
 *                    return fixture_run("name", tests, sizeof tests / sizeof *tests); }
 *
 * fixture_run runs every test on SQLite, and again on PostgreSQL if BONGSU_TEST_PG holds the URL of a server
 * (tests/support/postgres.sh starts one), each time in a database as the migrations leave it.
 */
#ifndef BONGSU_TESTS_FIXTURE_H
#define BONGSU_TESTS_FIXTURE_H

#include "support/harness.h"

#include "base/clock.h"
#include "base/op.h"
#include "store/db.h"

#include <jansson.h>

enum { FIXTURE_ARENA = 256 * 1024 * 1024 };

struct fixture {
    enum store_engine engine;
    struct store *store;
    struct arena *arena;
    struct clock *clock; /* settable; fixture_op reads it */
    struct actor admin; /* login "admin", every permission */
    struct actor system;
    const struct actor *actor; /* who acts next; the admin at first */
    struct op op;
    struct error err; /* for calls that are expected to succeed: asserted by OK() */
    char database[512]; /* path or URL, to open it again */
    char folder[256]; /* temporary, "" on PostgreSQL */
    struct sql *tables; /* of fixture_digest: reads each table whole */
    size_t table_count;
};

/* 2026-03-01T11:00:00Z, a Sunday evening in Seoul */
#define FIXTURE_NOW ((int64_t)1772362800000)

struct op *fixture_op(struct fixture *f); /* the one op, with actor, now and no field errors */
void fixture_set_now(struct fixture *f, int64_t now_ms);
void fixture_advance(struct fixture *f, int64_t ms);
void fixture_reopen(struct fixture *f); /* closes and opens the store: what was promised must still be there */

int fixture_setup(void **state);
int fixture_teardown(void **state);
#define FIXTURE_TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
int fixture_run(const char *name, const struct CMUnitTest *tests, size_t count);
/* The engine the running test is on. */
enum store_engine fixture_engine(void);

json_t *fixture_json(struct fixture *f, const char *text); /* a body as a client sends it */

/* Fails the test with the error's place and detail. f must be in scope. */
#define OK(call)                                                 \
    do {                                                         \
        if (!(call)) fixture_fail(f, #call, __FILE__, __LINE__); \
    } while (0)
_Noreturn void fixture_fail(const struct fixture *f, const char *call, const char *file, int line);

/* Rows of a table, for invariants. */
int64_t fixture_count(struct fixture *f, const char *table);
/* One number by a raw statement of the test ("SELECT count(*) FROM due WHERE …"); text as one column. */
int64_t fixture_number(struct fixture *f, const char *sql);
const char *fixture_text(struct fixture *f, const char *sql);
void fixture_exec(struct fixture *f, const char *sql);

#endif
