/* Query plans: what the pages and lists read must be read through an index on both engines, however many there are. */
#include "support/incidents.h"

#include "base/str.h"
#include "incident/search.h"
#include "incident/statements.h"

#include <string.h>

enum { MANY = 20000 };

/* Many incidents with a few events and documents each, by plain SQL that both engines know. */
static void fill(struct fixture *f) {
    static const char NUMBERS[] = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) ";
    fixture_exec(f,
                 arena_printf(f->arena,
                              "INSERT INTO incident (id, ref, title, severity, state, active, kind, lang, begin_at, "
                              "declared_at, updated_at, policy_version, needs_commander, version, last_seq, "
                              "last_update_seq, last_help_seq) %sSELECT x, 'INC-2025-' || x, '결제 오류 ' || x, "
                              "CASE WHEN x %% 3 = 0 THEN 'P1' ELSE 'P2' END, CASE WHEN x %% 500 = 0 THEN 'open' ELSE "
                              "'closed' END, CASE WHEN x %% 500 = 0 THEN 1 ELSE 0 END, 'normal', 'ko', "
                              "1700000000000 + x * 60000, 1700000000000 + x * 60000, 0, 0, 0, 1, 3, 0, 0 FROM n",
                              NUMBERS));
    fixture_exec(f,
                 arena_printf(f->arena,
                              "INSERT INTO timeline_event (incident_id, seq, id, kind, at, recorded_at, text, starred, "
                              "actor, edits) %sSELECT 1 + x %% 20, x, x, 'note', 0, 0, 'x', 0, 'x', 0 FROM n",
                              NUMBERS));
    fixture_exec(f, arena_printf(f->arena,
                                 "INSERT INTO incident_clock (incident_id, kind, round, due_at, state, stopped, "
                                 "reminders) %sSELECT x, 'update', 1, 0, 'pending', 0, 0 FROM n",
                                 NUMBERS));
    fixture_exec(f, "ANALYZE");
}

struct look {
    const struct sql *sql;
    char *plan; /* lines joined by '\n' */
};

static const struct arg *sample(struct arena *arena, const char *params) {
    struct arg *list = ARENA_ARRAY(arena, strlen(params) + 1, struct arg);
    for (size_t i = 0; params[i] != '\0'; i++) {
        char kind = params[i];
        if (kind == 'i') list[i] = I64(params[i + 1] == '\0' ? 50 : 1700000600000); /* the last one is the limit */
        else if (kind == 't') list[i] = TXT("P1");
        else list[i] = (struct arg){ ARG_NULL, 0, NULL };
    }
    return list;
}

static bool explain(struct tx *tx, void *arg, struct error *err) {
    struct look *look = arg;
    struct arena *arena = tx_op(tx)->arena;
    bool sqlite = tx_engine(tx) == STORE_SQLITE;
    struct sql *sql = ARENA_NEW(arena, struct sql);
    *sql = (struct sql){ look->sql->name, look->sql->params, sqlite ? "iiit" : "t",
                         arena_printf(arena, sqlite ? "EXPLAIN QUERY PLAN %s" : "EXPLAIN %s", look->sql->text) };
    struct rows rows;
    const struct arg *args = sample(arena, sql->params);
    if (!tx_query(tx, sql, (struct args){ args, strlen(sql->params) }, &rows, err)) return false;
    look->plan = arena_str(arena, "");
    while (rows_next(&rows)) look->plan = arena_printf(arena, "%s%s\n", look->plan, rows_text(&rows, sqlite ? 3 : 0));
    return true;
}

static const char *plan_of(struct fixture *f, const struct sql_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++) {
        if (!str_eq(list->statements[i]->name, name)) continue;
        struct look look = { list->statements[i], NULL };
        OK(store_read(fixture_op(f), explain, &look, &f->err));
        return look.plan;
    }
    fail_msg("no statement %s", name);
    return "";
}

static void uses(struct fixture *f, const struct sql_list *list, const char *name, const char *index) {
    const char *plan = plan_of(f, list, name);
    bool sqlite = fixture_engine() == STORE_SQLITE;
    bool scans = strstr(plan, "Seq Scan on incident") != NULL || strstr(plan, "Seq Scan on timeline") != NULL ||
                 (sqlite && strstr(plan, "SCAN i\n") != NULL);
    bool sorts = strstr(plan, "TEMP B-TREE FOR ORDER BY") != NULL || strstr(plan, "Sort Key") != NULL;
    if (scans || sorts || strstr(plan, index) == NULL) fail_msg("%s should use %s:\n%s", name, index, plan);
}

static void test_lists_and_pages_read_by_index(void **state) {
    struct fixture *f = *state;
    bool sqlite = fixture_engine() == STORE_SQLITE;
    const struct sql_list *search = &INCIDENT_SEARCH_STATEMENTS;
    fill(f);
    uses(f, search, "SQL_LIST_ALL", "incident_by_begin");
    uses(f, search, "SQL_COUNT_ACTIVE", "incident_by_active");
    if (sqlite) {
        uses(f, search, "SQL_LIST_ACTIVE", "incident_by_active");
        uses(f, search, "SQL_LIST_STATE", "incident_by_state");
        uses(f, search, "SQL_LIST_SEVERITY", "incident_by_severity");
        uses(f, search, "SQL_LIST_SERVICE", "incident_by_service");
        uses(f, search, "SQL_HITS_FTS", "VIRTUAL TABLE INDEX");
    }
    uses(f, &INCIDENT_STATEMENTS, "SQL_INCIDENT_BY_REF", sqlite ? "sqlite_autoindex_incident" : "incident_ref_key");
    uses(f, &INCIDENT_TIMELINE_STATEMENTS, "SQL_EVENT_AFTER", sqlite ? "PRIMARY KEY" : "timeline_event_pkey");
    uses(f, &INCIDENT_TIMELINE_STATEMENTS, "SQL_EVENT_BEFORE", sqlite ? "PRIMARY KEY" : "timeline_event_pkey");
    uses(f, &INCIDENT_CLOCK_STATEMENTS, "SQL_CLOCK_LATEST", sqlite ? "PRIMARY KEY" : "incident_clock_pkey");
    assert_int_equal(fixture_count(f, "incident"), MANY);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_lists_and_pages_read_by_index) };
    incidents_start();
    return fixture_run("incident plans", tests, sizeof tests / sizeof *tests);
}
