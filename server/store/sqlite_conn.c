/* SQLite engine: one connection. Statements are prepared once and reset on every path, so that no unread result
 * pins the write-ahead log. */
#include "store/sqlite_internal.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_TIMEOUT_MS = 2000 };

bool sqlite_error(struct sqlite_conn *conn, const char *what, struct error *err) {
    int code = sqlite3_extended_errcode(conn->db);
    const char *text = sqlite3_errmsg(conn->db);
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return ERROR(err, ERR_CONFLICT, "store.duplicate", "%s: %s", what, text);
    case SQLITE_CONSTRAINT_FOREIGNKEY: return ERROR(err, ERR_CONFLICT, "store.missing_parent", "%s: %s", what, text);
    default: break;
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERROR(err, ERR_BUSY, "store.busy", "%s: %s", what, text);
    case SQLITE_CONSTRAINT: return ERROR(err, ERR_INTERNAL, "store.constraint", "%s: %s", what, text);
    case SQLITE_FULL: return ERROR(err, ERR_INTERNAL, "store.disk_full", "%s: %s", what, text);
    default: return ERROR(err, ERR_INTERNAL, "store.failed", "%s: %s (%d)", what, text, code);
    }
}

bool sqlite_conn_exec(struct sqlite_conn *conn, const char *text, struct error *err) {
    return sqlite3_exec(conn->db, text, NULL, NULL, NULL) == SQLITE_OK || sqlite_error(conn, text, err);
}

static bool configure(struct sqlite_conn *conn, enum sqlite_role role, struct error *err) {
    sqlite3 *db = conn->db;
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (role == SQLITE_WRITER && !sqlite_conn_exec(conn, "PRAGMA journal_mode = WAL", err)) return false;
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* Pages that are not in the log are mapped, so a cache of one's own holds what was written since the last
     * checkpoint. Four times as much for the writer made no update cheaper; it filled in hours, like a leak. */
    const char *own = role == SQLITE_WRITER
                          ? "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048"
                          : "PRAGMA query_only = ON; PRAGMA cache_size = -512";
    return sqlite_conn_exec(conn, own, err) &&
           sqlite_conn_exec(conn, "PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY", err);
}

bool sqlite_conn_open(const char *path, enum sqlite_role role, struct sqlite_conn *out, struct error *err) {
    struct sqlite_conn conn = { 0 };
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                (role == SQLITE_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    if (sqlite3_open_v2(path, &conn.db, flags, NULL) != SQLITE_OK) {
        ERROR(err, ERR_INTERNAL, "store.cannot_open", "%s: %s", path, sqlite3_errmsg(conn.db));
        sqlite3_close(conn.db);
        return false;
    }
    if (!configure(&conn, role, err)) {
        sqlite3_close(conn.db);
        return false;
    }
    *out = conn;
    return true;
}

static void finalize(void *statement) {
    sqlite3_finalize(statement);
}

void sqlite_conn_close(struct sqlite_conn *conn) {
    statement_cache_done(&conn->cache, finalize);
    free(conn->cells.list);
    sqlite3_close(conn->db);
    *conn = (struct sqlite_conn){ 0 };
}

static sqlite3_stmt *prepared(struct sqlite_conn *conn, const struct sql *sql, struct error *err) {
    void **slot = statement_slot(&conn->cache, sql);
    if (*slot == NULL) {
        sqlite3_stmt *statement = NULL;
        if (sqlite3_prepare_v3(conn->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
            sqlite_error(conn, sql->name, err);
            return NULL;
        }
        *slot = statement;
    }
    return *slot;
}

bool sqlite_conn_control(struct sqlite_conn *conn, const struct sql *sql, struct error *err) {
    sqlite3_stmt *statement = prepared(conn, sql, err);
    if (statement == NULL) return false;
    bool ok = sqlite3_step(statement) == SQLITE_DONE || sqlite_error(conn, sql->text, err);
    sqlite3_reset(statement);
    return ok;
}

static void bind(sqlite3_stmt *statement, struct args args) {
    for (size_t i = 0; i < args.count; i++) {
        const struct arg *arg = &args.list[i];
        int rc = SQLITE_OK;
        if (arg->tag == ARG_I64) rc = sqlite3_bind_int64(statement, (int)i + 1, arg->i64);
        else if (arg->tag == ARG_TEXT) rc = sqlite3_bind_text(statement, (int)i + 1, arg->text, -1, SQLITE_STATIC);
        else rc = sqlite3_bind_null(statement, (int)i + 1);
        REQUIRE(rc == SQLITE_OK || rc == SQLITE_RANGE); /* RANGE: store_check finds unused parameters */
    }
}

/* One row into conn->cells; the engine's type must be the one the signature promises. */
static bool take_row(struct sqlite_conn *conn, sqlite3_stmt *statement, const struct sql *sql, struct arena *arena,
                     struct error *err) {
    for (int i = 0; sql->result[i] != '\0'; i++) {
        int type = sqlite3_column_type(statement, i);
        char letter = sql->result[i], kind = (char)(letter | 0x20); /* ASCII: an upper case one may be NULL */
        struct arg cell = { ARG_NULL, 0, NULL };
        size_t bytes = 0;
        if (type == SQLITE_INTEGER && kind == 'i') {
            cell = I64(sqlite3_column_int64(statement, i));
        } else if (type == SQLITE_TEXT && kind == 't') {
            const unsigned char *text = sqlite3_column_text(statement, i);
            bytes = (size_t)sqlite3_column_bytes(statement, i);
            if (text == NULL) die("sqlite: out of memory");
            if (bytes > RESULT_BYTES_MAX) return ERROR(err, ERR_INTERNAL, "store.too_much", "%s", sql->name);
            cell = TXT(arena_strn(arena, (const char *)text, bytes));
        } else if (type != SQLITE_NULL || letter == kind) {
            return ERROR(err, ERR_INTERNAL, "store.type", "%s: column %d has type %d, not '%c'", sql->name, i + 1, type,
                         kind);
        }
        if (!cells_add(&conn->cells, cell, bytes)) {
            return ERROR(err, ERR_INTERNAL, "store.too_much", "%s: result too large", sql->name);
        }
    }
    return true;
}

static bool step_all(struct sqlite_conn *conn, sqlite3_stmt *statement, const struct sql *sql, struct arena *arena,
                     struct error *err) {
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        if (!take_row(conn, statement, sql, arena, err)) return false;
    }
    return rc == SQLITE_DONE || sqlite_error(conn, sql->name, err);
}

bool sqlite_run(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err) {
    struct sqlite_conn *conn = tx->conn;
    sqlite3_stmt *statement = prepared(conn, sql, err);
    if (statement == NULL) return false;
    bind(statement, args);
    conn->cells.count = conn->cells.bytes = 0;
    bool ok = step_all(conn, statement, sql, tx->op->arena, err);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (!ok) return false;
    out->changed = sqlite3_changes64(conn->db);
    cells_take(&conn->cells, tx->op->arena, out, strlen(sql->result));
    return true;
}

bool sqlite_check(struct sqlite_conn *conn, const struct sql *sql, struct error *err) {
    sqlite3_stmt *statement = prepared(conn, sql, err);
    if (statement == NULL) return false;
    int columns = sqlite3_column_count(statement);
    if (columns != (int)strlen(sql->result)) {
        return ERROR(err, ERR_INTERNAL, "store.check", "%s: %d columns, signature \"%s\"", sql->name, columns,
                     sql->result);
    }
    int params = sqlite3_bind_parameter_count(statement);
    if (params != (int)strlen(sql->params)) {
        return ERROR(err, ERR_INTERNAL, "store.check", "%s: %d parameters, signature \"%s\"", sql->name, params,
                     sql->params);
    }
    for (int i = 0; i < columns; i++) {
        const char *declared = sqlite3_column_decltype(statement, i); /* NULL for expressions */
        char wanted = (char)tolower((unsigned char)sql->result[i]);
        if (declared != NULL && tolower((unsigned char)declared[0]) != (wanted == 'i' ? 'b' : 't')) {
            return ERROR(err, ERR_INTERNAL, "store.check", "%s: column %d is %s, signature '%c'", sql->name, i + 1,
                         declared, wanted);
        }
    }
    return true;
}
