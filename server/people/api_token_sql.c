/* API tokens: statements and rows. */
#include "people/people_internal.h"
#include "people/people_sql.h"

#include "base/arena.h"

#define TOKEN_COLUMNS "t.id, t.user_id, t.name, t.scopes, t.created_at, t.last_used_at, t.expires_at"
#define TOKEN_RESULT "iittiII"

SQL(SQL_TOKEN_INSERT, "itittiI", "",
    "INSERT INTO api_token (id, token_hash, user_id, name, scopes, created_at, expires_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
SQL(SQL_TOKEN_BY_HASH, "ti", TOKEN_RESULT USER_RESULT,
    "SELECT " TOKEN_COLUMNS ", " USER_COLUMNS("u") " FROM api_token t JOIN user_account u ON u.id = t.user_id "
    "WHERE t.token_hash = ?1 AND (t.expires_at IS NULL OR t.expires_at > ?2) AND u.disabled_at IS NULL");
SQL(SQL_TOKEN_BY_ID, "i", TOKEN_RESULT "t",
    "SELECT " TOKEN_COLUMNS ", u.login FROM api_token t JOIN user_account u ON u.id = t.user_id WHERE t.id = ?1");
SQL(SQL_TOKEN_OF_USER, "i", TOKEN_RESULT "t",
    "SELECT " TOKEN_COLUMNS
    ", u.login FROM api_token t JOIN user_account u ON u.id = t.user_id "
    "WHERE t.user_id = ?1 ORDER BY t.id DESC LIMIT 50");
SQL(SQL_TOKEN_TOUCH, "ii", "", "UPDATE api_token SET last_used_at = ?2 WHERE id = ?1");
SQL(SQL_TOKEN_DELETE, "i", "", "DELETE FROM api_token WHERE id = ?1");
SQL(SQL_TOKEN_DELETE_ALL, "i", "", "DELETE FROM api_token WHERE user_id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_TOKEN_INSERT,    &SQL_TOKEN_BY_HASH, &SQL_TOKEN_BY_ID,
                                                &SQL_TOKEN_OF_USER,   &SQL_TOKEN_TOUCH,   &SQL_TOKEN_DELETE,
                                                &SQL_TOKEN_DELETE_ALL };
const struct sql_list API_TOKEN_STATEMENTS = { "api_token", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

enum { AFTER_TOKEN = 7 };

static void token_from_row(const struct rows *rows, struct api_token *out) {
    *out = (struct api_token){
        .id = rows_i64(rows, 0),
        .user_id = rows_i64(rows, 1),
        .name = rows_text(rows, 2),
        .scopes = rows_text(rows, 3),
        .created_ms = rows_i64(rows, 4),
        .last_used_ms = rows_i64(rows, 5),
        .expires_ms = rows_i64(rows, 6),
    };
}

bool api_token_sql_insert(struct tx *tx, const struct api_token *token, const char *hash, struct error *err) {
    return tx_exec(tx, &SQL_TOKEN_INSERT,
                   ARGS(I64(token->id), TXT(hash), I64(token->user_id), TXT(token->name), TXT(token->scopes),
                        I64(token->created_ms), OPT_ID(token->expires_ms)),
                   NULL, err);
}

bool api_token_sql_find_hash(struct tx *tx, const char *hash, struct api_token *token, struct user *user, bool *found,
                             struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_TOKEN_BY_HASH, ARGS(TXT(hash), I64(tx_op(tx)->now_ms)), &row, found, err)) return false;
    if (!*found) return true;
    token_from_row(&row, token);
    user_from_row(&row, AFTER_TOKEN, user);
    token->login = user->login;
    return true;
}

bool api_token_sql_find(struct tx *tx, int64_t id, struct api_token *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_TOKEN_BY_ID, ARGS(I64(id)), &row, found, err)) return false;
    if (!*found) return true;
    token_from_row(&row, out);
    out->login = rows_text(&row, AFTER_TOKEN);
    return true;
}

bool api_token_sql_of_user(struct tx *tx, int64_t user_id, struct api_token_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_TOKEN_OF_USER, ARGS(I64(user_id)), &rows, err)) return false;
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct api_token);
    out->count = 0;
    while (rows_next(&rows)) {
        struct api_token *token = &out->items[out->count++];
        token_from_row(&rows, token);
        token->login = rows_text(&rows, AFTER_TOKEN);
    }
    return true;
}

bool api_token_sql_touch(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_TOKEN_TOUCH, ARGS(I64(id), I64(tx_op(tx)->now_ms)), NULL, err);
}

bool api_token_sql_delete(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_TOKEN_DELETE, ARGS(I64(id)), NULL, err);
}

bool api_token_sql_delete_all(struct tx *tx, int64_t user_id, struct error *err) {
    return tx_exec(tx, &SQL_TOKEN_DELETE_ALL, ARGS(I64(user_id)), NULL, err);
}
