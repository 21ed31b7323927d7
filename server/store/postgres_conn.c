/* PostgreSQL engine: one connection. Statements are prepared once with the types their signature gives; everything
 * travels as text, which is what libpq likes best. */
#include "store/postgres_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "store/sqltext.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_UNKNOWN = 705, OID_VARCHAR = 1043 };
enum { PARAMS_MAX = 64, NUMBER_SIZE = 24, STATEMENT_CAP = 256 * 1024 };

static const char SESSION[] =
    "SET statement_timeout = '15s'; SET lock_timeout = '5s'; "
    "SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = warning; "
    "SET timezone = 'UTC'; SET standard_conforming_strings = on";

/* Architecture §4.3. What another run may not meet is ERR_BUSY. */
static const struct {
    const char *state; /* SQLSTATE, or its first two characters */
    enum error_kind kind;
    const char *code;
} STATES[] = {
    { "23505", ERR_CONFLICT, "store.duplicate" },
    { "23503", ERR_CONFLICT, "store.missing_parent" },
    { "23", ERR_INTERNAL, "store.constraint" },
    { "40", ERR_BUSY, "store.busy" },
    { "55P03", ERR_BUSY, "store.busy" },
    { "53300", ERR_BUSY, "store.busy" },
    { "53100", ERR_INTERNAL, "store.disk_full" },
    { "57014", ERR_INTERNAL, "store.timeout" },
    { "57P", ERR_BUSY, "store.lost" },
    { "08", ERR_BUSY, "store.lost" },
    { "25P03", ERR_BUSY, "store.lost" },
};

static bool fail(struct postgres_conn *conn, const PGresult *result, const char *what, struct error *err) {
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = result == NULL ? PQerrorMessage(conn->pg) : PQresultErrorMessage(result);
    for (size_t i = 0; state != NULL && i < sizeof STATES / sizeof *STATES; i++) {
        if (str_starts(state, STATES[i].state)) return ERROR(err, STATES[i].kind, STATES[i].code, "%s: %s", what, text);
    }
    if (PQstatus(conn->pg) != CONNECTION_OK) return ERROR(err, ERR_BUSY, "store.lost", "%s: %s", what, text);
    return ERROR(err, ERR_INTERNAL, "store.failed", "%s: %s (%s)", what, text, state == NULL ? "?" : state);
}

static bool succeeded(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

void postgres_conn_close(struct postgres_conn *conn) {
    statement_cache_done(&conn->cache, free);
    free(conn->cells.list);
    PQfinish(conn->pg);
    *conn = (struct postgres_conn){ 0 };
}

bool postgres_conn_ensure(struct postgres_conn *conn, const char *url, struct error *err) {
    static const char *const KEYS[] = { "dbname",          "application_name", "connect_timeout",
                                        "client_encoding", "tcp_user_timeout", NULL };
    if (conn->pg != NULL && PQstatus(conn->pg) == CONNECTION_OK) return true;
    postgres_conn_close(conn);
    const char *values[] = { url, "bongsu", "5", "UTF8", "10000", NULL };
    conn->pg = PQconnectdbParams(KEYS, values, 1);
    if (conn->pg == NULL) die("postgres: out of memory");
    if (PQstatus(conn->pg) == CONNECTION_OK && postgres_conn_exec(conn, SESSION, err)) return true;
    ERROR(err, ERR_BUSY, "store.lost", "cannot connect: %s", PQerrorMessage(conn->pg));
    postgres_conn_close(conn);
    return false;
}

bool postgres_conn_exec(struct postgres_conn *conn, const char *text, struct error *err) {
    PGresult *result = PQexec(conn->pg, text);
    bool ok = succeeded(result) || fail(conn, result, text, err);
    /* COMMIT of a transaction that had failed answers ROLLBACK, and that is no success */
    if (ok && strcmp(text, "COMMIT") == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        ok = ERROR(err, ERR_INTERNAL, "store.failed", "commit answered %s", PQcmdStatus(result));
    }
    PQclear(result);
    return ok;
}

bool postgres_conn_notify(struct postgres_conn *conn, const char *payload, struct error *err) {
    const char *values[] = { payload };
    PGresult *result =
        PQexecParams(conn->pg, "SELECT pg_notify('" POSTGRES_CHANNEL "', $1)", 1, NULL, values, NULL, NULL, 0);
    bool ok = succeeded(result) || fail(conn, result, "notify", err);
    PQclear(result);
    return ok;
}

static bool prepare(struct postgres_conn *conn, const struct sql *sql, const char *name, struct error *err) {
    Oid types[PARAMS_MAX];
    size_t count = strlen(sql->params);
    REQUIRE(count <= PARAMS_MAX);
    for (size_t i = 0; i < count; i++) types[i] = tolower((unsigned char)sql->params[i]) == 'i' ? OID_INT8 : OID_TEXT;
    struct arena *arena = arena_new(STATEMENT_CAP);
    PGresult *result = PQprepare(conn->pg, name, sqltext_postgres(arena, sql->text), (int)count, types);
    bool ok = succeeded(result) || fail(conn, result, sql->name, err);
    PQclear(result);
    arena_free(arena);
    return ok;
}

static const char *prepared(struct postgres_conn *conn, const struct sql *sql, struct error *err) {
    char name[16];
    void **slot = statement_slot(&conn->cache, sql);
    if (*slot != NULL) return *slot;
    snprintf(name, sizeof name, "s%u", ++conn->names);
    if (!prepare(conn, sql, name, err)) return NULL;
    *slot = strdup(name);
    if (*slot == NULL) die("postgres: out of memory");
    return *slot;
}

static bool type_fits(Oid type, char kind) {
    if (tolower((unsigned char)kind) == 'i') return type == OID_INT8 || type == OID_INT4 || type == OID_INT2;
    return type == OID_TEXT || type == OID_VARCHAR || type == OID_UNKNOWN;
}

static bool take_cell(struct tx *tx, const PGresult *result, int row, int column, char kind) {
    struct postgres_conn *conn = tx->conn;
    if (PQgetisnull(result, row, column)) {
        return isupper((unsigned char)kind) && cells_add(&conn->cells, (struct arg){ ARG_NULL, 0, NULL }, 0);
    }
    const char *text = PQgetvalue(result, row, column);
    if (tolower((unsigned char)kind) == 'i') {
        int64_t value;
        return str_to_i64(text, &value) && cells_add(&conn->cells, I64(value), 0);
    }
    size_t len = (size_t)PQgetlength(result, row, column);
    if (len > RESULT_BYTES_MAX) return false;
    return cells_add(&conn->cells, TXT(arena_strn(tx->op->arena, text, len)), len);
}

static bool take_rows(struct tx *tx, const PGresult *result, const struct sql *sql, struct error *err) {
    struct postgres_conn *conn = tx->conn;
    int columns = (int)strlen(sql->result), rows = PQntuples(result);
    conn->cells.count = conn->cells.bytes = 0;
    if (PQnfields(result) != columns) {
        return ERROR(err, ERR_INTERNAL, "store.type", "%s: %d columns, not %d", sql->name, PQnfields(result), columns);
    }
    for (int i = 0; i < columns; i++) {
        if (type_fits(PQftype(result, i), sql->result[i])) continue;
        return ERROR(err, ERR_INTERNAL, "store.type", "%s: column %d has type %u", sql->name, i + 1,
                     PQftype(result, i));
    }
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < columns; i++) {
            if (take_cell(tx, result, row, i, sql->result[i])) continue;
            return ERROR(err, ERR_INTERNAL, "store.type", "%s: column %d is NULL or too much", sql->name, i + 1);
        }
    }
    return true;
}

bool postgres_run(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err) {
    struct postgres_conn *conn = tx->conn;
    char numbers[PARAMS_MAX][NUMBER_SIZE];
    const char *values[PARAMS_MAX];
    const char *name = prepared(conn, sql, err);
    if (name == NULL) return false;
    for (size_t i = 0; i < args.count; i++) {
        const struct arg *arg = &args.list[i];
        if (arg->tag == ARG_I64) snprintf(numbers[i], NUMBER_SIZE, "%lld", (long long)arg->i64);
        values[i] = arg->tag == ARG_I64 ? numbers[i] : arg->tag == ARG_TEXT ? arg->text : NULL;
    }
    PGresult *result = PQexecPrepared(conn->pg, name, (int)args.count, values, NULL, NULL, 0);
    bool ok = succeeded(result) || fail(conn, result, sql->name, err);
    if (ok && *sql->result != '\0') {
        ok = take_rows(tx, result, sql, err);
        if (ok) cells_take(&conn->cells, tx->op->arena, out, strlen(sql->result));
    } else if (ok && !str_to_i64(PQcmdTuples(result), &out->changed)) {
        out->changed = 0;
    }
    PQclear(result);
    return ok;
}

static bool check_described(const PGresult *described, const struct sql *sql, struct error *err) {
    int columns = (int)strlen(sql->result);
    if (PQnfields(described) != columns) {
        return ERROR(err, ERR_INTERNAL, "store.check", "%s: %d columns, signature \"%s\"", sql->name,
                     PQnfields(described), sql->result);
    }
    if (PQnparams(described) != (int)strlen(sql->params)) {
        return ERROR(err, ERR_INTERNAL, "store.check", "%s: %d parameters, signature \"%s\"", sql->name,
                     PQnparams(described), sql->params);
    }
    for (int i = 0; i < columns; i++) {
        if (type_fits(PQftype(described, i), sql->result[i])) continue;
        return ERROR(err, ERR_INTERNAL, "store.check", "%s: column %d has type %u, signature '%c'", sql->name, i + 1,
                     PQftype(described, i), sql->result[i]);
    }
    return true;
}

bool postgres_check(struct postgres_conn *conn, const struct sql *sql, struct error *err) {
    const char *name = prepared(conn, sql, err);
    if (name == NULL) return false;
    PGresult *described = PQdescribePrepared(conn->pg, name);
    bool ok = succeeded(described) ? check_described(described, sql, err) : fail(conn, described, sql->name, err);
    PQclear(described);
    return ok;
}
