/* See fixture_postgres.h. CREATE DATABASE costs ~50 ms; a schema of its own costs less and separates as well,
 * but the tests should see the same search path as production. */
#include "support/fixture_postgres.h"

#include "support/harness.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool fixture_postgres_available(void) {
    const char *url = getenv("BONGSU_TEST_PG");
    return url != NULL && *url != '\0';
}

static void run(const char *statement) {
    PGconn *conn = PQconnectdb(getenv("BONGSU_TEST_PG"));
    if (PQstatus(conn) != CONNECTION_OK) fail_msg("BONGSU_TEST_PG: %s", PQerrorMessage(conn));
    PGresult *result = PQexec(conn, statement);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail_msg("%s: %s", statement, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

/* postgresql:///postgres?host=… → postgresql:///NAME?host=… */
void fixture_postgres_create(char *url, size_t size) {
    static int made;
    char name[64], statement[200];
    const char *server = getenv("BONGSU_TEST_PG");
    const char *path = strchr(server + strlen("postgresql://"), '/');
    assert_non_null(path);
    const char *rest = strchr(path, '?');
    snprintf(name, sizeof name, "bongsu_test_%d_%d", (int)getpid(), made++);
    snprintf(statement, sizeof statement, "CREATE DATABASE %s TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
             name);
    run(statement);
    snprintf(url, size, "%.*s/%s%s", (int)(path - server), server, name, rest == NULL ? "" : rest);
}

void fixture_postgres_drop(const char *url) {
    char statement[200];
    const char *name = strchr(url + strlen("postgresql://"), '/') + 1;
    snprintf(statement, sizeof statement, "DROP DATABASE %.*s WITH (FORCE)", (int)strcspn(name, "?"), name);
    run(statement);
}
