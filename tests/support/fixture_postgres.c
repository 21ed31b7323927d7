/* See fixture_postgres.h. Making a database and migrating it costs 200 ms of processor time; the tests of a program
 * therefore share one, emptied between them (15 ms). Only a test that changed its tables makes the next one pay. */
#include "support/fixture_postgres.h"

#include "support/harness.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHAPE_SIZE = 64 };

static char name[64]; /* of the database, "" when there is none */
static char shape[SHAPE_SIZE]; /* of its tables when it was kept, "" before */

/* Whoever is left of the test before is sent away: rows it has locked would be waited for. */
static const char AWAY[] =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()";
static const char SHAPE[] =
    "SELECT count(DISTINCT c.oid) || '/' || count(*) FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relnamespace = 'public'::regnamespace AND NOT coalesce(a.attisdropped, false)";
static const char KEEP[] =
    "CREATE SCHEMA kept; DO $$ DECLARE t text; filled bool; BEGIN "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
    "EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled; "
    "IF filled THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%1$I', t); END IF; "
    "END LOOP; END $$";
/* as a replica: without looking at foreign keys, in any order */
static const char RESET[] =
    "SET session_replication_role = replica; DO $$ DECLARE t text; BEGIN "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
    "EXECUTE format('DELETE FROM public.%I', t); END LOOP; "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP "
    "EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%1$I', t); END LOOP; END $$";

bool fixture_postgres_available(void) {
    const char *url = getenv("BONGSU_TEST_PG");
    return url != NULL && *url != '\0';
}

/* postgresql:///postgres?host=… → postgresql:///NAME?host=… */
static void url_of(const char *database, char *url, size_t size) {
    const char *server = getenv("BONGSU_TEST_PG");
    const char *path = strchr(server + strlen("postgresql://"), '/');
    assert_non_null(path);
    const char *rest = strchr(path, '?');
    snprintf(url, size, "%.*s/%s%s", (int)(path - server), server, database, rest == NULL ? "" : rest);
}

static PGconn *connect_to(const char *url) {
    PGconn *conn = PQconnectdb(url);
    if (PQstatus(conn) != CONNECTION_OK) fail_msg("BONGSU_TEST_PG: %s", PQerrorMessage(conn));
    return conn;
}

/* out, if given: the first field of the answer. */
static void run(PGconn *conn, const char *statement, char *out, size_t size) {
    PGresult *result = PQexec(conn, statement);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail_msg("%s: %s", statement, PQerrorMessage(conn));
    if (out != NULL) snprintf(out, size, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
}

static void run_on_server(const char *statement) {
    PGconn *conn = connect_to(getenv("BONGSU_TEST_PG"));
    run(conn, statement, NULL, 0);
    PQfinish(conn);
}

static bool reset(const char *url) {
    char now[SHAPE_SIZE];
    PGconn *conn = connect_to(url);
    run(conn, AWAY, NULL, 0);
    run(conn, SHAPE, now, sizeof now);
    bool same = strcmp(now, shape) == 0;
    if (same) run(conn, RESET, NULL, 0);
    PQfinish(conn);
    return same;
}

bool fixture_postgres_take(char *url, size_t size) {
    static int made;
    char statement[200];
    if (*shape != '\0') {
        url_of(name, url, size);
        if (reset(url)) return true;
    }
    fixture_postgres_drop();
    snprintf(name, sizeof name, "bongsu_test_%d_%d", (int)getpid(), made++);
    snprintf(statement, sizeof statement, "CREATE DATABASE %s TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
             name);
    run_on_server(statement);
    url_of(name, url, size);
    return false;
}

void fixture_postgres_keep(void) {
    char url[512];
    url_of(name, url, sizeof url);
    PGconn *conn = connect_to(url);
    run(conn, KEEP, NULL, 0);
    run(conn, SHAPE, shape, sizeof shape);
    PQfinish(conn);
}

void fixture_postgres_drop(void) {
    char statement[200];
    if (*name == '\0') return;
    snprintf(statement, sizeof statement, "DROP DATABASE %s WITH (FORCE)", name);
    run_on_server(statement);
    *name = *shape = '\0';
}
