/* Query plans of everything the program ever asks: no statement reads the tables that grow without end from one end to
 * the other. Lists of incidents have their own test (domain/test_incident_plans.c), which also looks at sorting. */
#include "support/fixture.h"

#include "base/arena.h"
#include "base/str.h"
#include "work/statements.h"

#include <ctype.h>
#include <string.h>

static const char *const GROWING[] = {
    "incident",    "timeline_event",  "timeline_edit",  "incident_clock",  "outbox", "due",
    "audit_entry", "search_document", "checklist_tick", "idempotency_key", "alert"
};
enum { GROWING_COUNT = sizeof GROWING / sizeof *GROWING };

struct look {
    const struct sql *sql;
    const char *plan;
};

static bool explain(struct tx *tx, void *arg, struct error *err) {
    struct look *look = arg;
    struct arena *arena = tx_op(tx)->arena;
    bool sqlite = tx_engine(tx) == STORE_SQLITE;
    size_t count = strlen(look->sql->params);
    struct arg *args = ARENA_ARRAY(arena, count + 1, struct arg);
    for (size_t i = 0; i < count; i++) {
        if (look->sql->params[i] == 'i') args[i] = I64(i + 1 == count ? 50 : 1700000600000); /* the last: a limit */
        else args[i] = islower((unsigned char)look->sql->params[i]) ? TXT("x") : (struct arg){ ARG_NULL, 0, NULL };
    }
    struct sql *sql = ARENA_NEW(arena, struct sql);
    const char *text = arena_printf(arena, sqlite ? "EXPLAIN QUERY PLAN %s" : "EXPLAIN %s", look->sql->text);
    *sql = (struct sql){ look->sql->name, look->sql->params, sqlite ? "iiit" : "t", text };
    struct rows rows;
    if (!tx_query(tx, sql, (struct args){ args, count }, &rows, err)) return false;
    look->plan = "";
    while (rows_next(&rows)) look->plan = arena_printf(arena, "%s%s\n", look->plan, rows_text(&rows, sqlite ? 3 : 0));
    return true;
}

/* Does the statement call that table by this name? SQLite's plans know tables by their alias. */
static bool is_called(const char *text, const char *table, const char *name, size_t len) {
    if (strlen(table) == len && strncmp(table, name, len) == 0) return true;
    for (const char *at = text; (at = strstr(at, table)) != NULL; at += strlen(table)) {
        const char *after = at + strlen(table);
        bool begins = at > text && at[-1] == ' ';
        if (begins && *after == ' ' && strncmp(after + 1, name, len) == 0 && !isalnum((unsigned char)after[1 + len]))
            return true;
    }
    return false;
}

static const char *scanned_sqlite(const struct look *look) {
    for (const char *line = look->plan; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t len = strcspn(line, "\n");
        /* walking along an index is fine for those who stop at a limit */
        bool walks = memmem(line, len, " USING ", 7) != NULL && strstr(look->sql->text, "LIMIT") != NULL;
        if (!str_starts(line, "SCAN ") || walks) continue;
        const char *name = line + strlen("SCAN ");
        for (size_t i = 0; i < GROWING_COUNT; i++) {
            if (is_called(look->sql->text, GROWING[i], name, strcspn(name, " \n"))) return GROWING[i];
        }
    }
    return NULL;
}

/* Those that rebuild read everything on purpose, once after an import. */
static bool is_for(const struct sql *sql, const char *other_engine) {
    return strstr(sql->text, other_engine) == NULL && strstr(sql->name, "_REBUILD") == NULL;
}

static void test_no_statement_reads_a_growing_table_from_end_to_end(void **state) {
    struct fixture *f = *state;
    int faults = 0;
    if (f->engine != STORE_SQLITE) skip(); /* its planner asks how many rows there are: see below */
    for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++) {
        for (size_t j = 0; j < ALL_STATEMENTS[i]->count; j++) {
            struct look look = { ALL_STATEMENTS[i]->statements[j], NULL };
            if (!is_for(look.sql, "-- @postgres")) continue;
            OK(store_read(fixture_op(f), explain, &look, &f->err));
            const char *table = scanned_sqlite(&look);
            if (table == NULL) continue;
            print_error("%s/%s reads all of %s:\n%s", ALL_STATEMENTS[i]->room, look.sql->name, table, look.plan);
            faults++;
        }
    }
    assert_int_equal(faults, 0);
}

/* Rows that wait and rows that are done, so many that reading them all would cost more than any index. */
static void fill(struct fixture *f) {
    static const char NUMBERS[] = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) ";
    fixture_exec(f, arena_printf(f->arena,
                                 "%s INSERT INTO due (kind, subject_id, variant, due_at, run_at, attempts) "
                                 "SELECT 'plan', x, '', 1700000000000 + x * 60000, 1700000000000 + x * 60000, 0 FROM n",
                                 NUMBERS));
    fixture_exec(f,
                 arena_printf(f->arena,
                              "%s INSERT INTO audit_entry (id, at, actor_kind, actor_login, action, subject, detail) "
                              "SELECT x, x, 'user', 'kim', 'x', 'incident/' || x, '{}' FROM n",
                              NUMBERS));
    fixture_exec(f, "ANALYZE");
}

static void test_due_work_is_found_by_index(void **state) {
    static const char *const NAMES[] = { "SQL_DUE_LIST",   "SQL_DUE_TAKE",       "SQL_DUE_DELAY",       "SQL_DUE_NEXT",
                                         "SQL_DUE_CANCEL", "SQL_DUE_CANCEL_ALL", "SQL_AUDIT_BY_SUBJECT" };
    struct fixture *f = *state;
    size_t seen = 0;
    fill(f);
    for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++) {
        for (size_t j = 0; j < ALL_STATEMENTS[i]->count; j++) {
            struct look look = { ALL_STATEMENTS[i]->statements[j], NULL };
            bool named = false;
            for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES && !named; k++)
                named = str_eq(look.sql->name, NAMES[k]);
            if (!named) continue;
            seen++;
            OK(store_read(fixture_op(f), explain, &look, &f->err));
            bool scans = strstr(look.plan, "Seq Scan") != NULL || scanned_sqlite(&look) != NULL;
            if (scans) fail_msg("%s:\n%s", look.sql->name, look.plan);
        }
    }
    assert_int_equal(seen, sizeof NAMES / sizeof *NAMES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_no_statement_reads_a_growing_table_from_end_to_end),
        FIXTURE_TEST(test_due_work_is_found_by_index),
    };
    return fixture_run("plans", tests, sizeof tests / sizeof *tests);
}
