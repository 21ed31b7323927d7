/* Teams: statements and rows. */
#include "people/people_sql.h"
#include "people/team_internal.h"

#include "base/arena.h"

#define TEAM_SELECT                                    \
    "SELECT t.id, t.team_key, t.name, t.description, " \
    "(SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id), t.version FROM team t "
#define TEAM_RESULT "itttii"

SQL(SQL_TEAM_INSERT, "ittt", "i",
    "INSERT INTO team (id, team_key, name, description, version) VALUES (?1, ?2, ?3, ?4, 1) "
    "ON CONFLICT (team_key) DO NOTHING RETURNING id");
SQL(SQL_TEAM_UPDATE, "itti", "",
    "UPDATE team SET name = ?2, description = ?3, version = version + 1 WHERE id = ?1 AND version = ?4");
SQL(SQL_TEAM_DELETE, "i", "", "DELETE FROM team WHERE id = ?1");
SQL(SQL_TEAM_BY_ID, "i", TEAM_RESULT, TEAM_SELECT "WHERE t.id = ?1");
SQL(SQL_TEAM_BY_KEY, "t", TEAM_RESULT, TEAM_SELECT "WHERE t.team_key = ?1");
SQL(SQL_TEAM_PAGE, "ti", TEAM_RESULT, TEAM_SELECT "WHERE t.team_key > ?1 ORDER BY t.team_key LIMIT ?2");
SQL(SQL_TEAM_MEMBER_PUT, "iii", "",
    "INSERT INTO team_member (team_id, user_id, is_lead) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (team_id, user_id) DO UPDATE SET is_lead = excluded.is_lead");
SQL(SQL_TEAM_MEMBER_DELETE, "ii", "", "DELETE FROM team_member WHERE team_id = ?1 AND user_id = ?2");
SQL(SQL_TEAM_MEMBERS_DELETE, "i", "", "DELETE FROM team_member WHERE team_id = ?1");

static const struct sql *const STATEMENTS[] = {
    &SQL_TEAM_INSERT, &SQL_TEAM_UPDATE,     &SQL_TEAM_DELETE,        &SQL_TEAM_BY_ID,         &SQL_TEAM_BY_KEY,
    &SQL_TEAM_PAGE,   &SQL_TEAM_MEMBER_PUT, &SQL_TEAM_MEMBER_DELETE, &SQL_TEAM_MEMBERS_DELETE
};
const struct sql_list TEAM_STATEMENTS = { "team", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static void team_from_row(const struct rows *rows, struct team *out) {
    *out = (struct team){
        .id = rows_i64(rows, 0),
        .key = rows_text(rows, 1),
        .name = rows_text(rows, 2),
        .description = rows_text(rows, 3),
        .member_count = rows_i64(rows, 4),
        .version = rows_i64(rows, 5),
    };
}

static bool find_one(struct tx *tx, const struct sql *sql, struct args args, struct team *out, bool *found,
                     struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (*found) team_from_row(&row, out);
    return true;
}

bool team_find(struct tx *tx, int64_t id, struct team *out, bool *found, struct error *err) {
    return find_one(tx, &SQL_TEAM_BY_ID, ARGS(I64(id)), out, found, err);
}

bool team_find_key(struct tx *tx, const char *key, struct team *out, bool *found, struct error *err) {
    return find_one(tx, &SQL_TEAM_BY_KEY, ARGS(TXT(key)), out, found, err);
}

bool team_sql_insert(struct tx *tx, const struct team *team, bool *inserted, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_TEAM_INSERT,
                        ARGS(I64(team->id), TXT(team->key), TXT(team->name), TXT(team->description)), &row, inserted,
                        err);
}

bool team_sql_update(struct tx *tx, const struct team *team, bool *changed, struct error *err) {
    int64_t count;
    if (!tx_exec(tx, &SQL_TEAM_UPDATE, ARGS(I64(team->id), TXT(team->name), TXT(team->description), I64(team->version)),
                 &count, err)) {
        return false;
    }
    *changed = count == 1;
    return true;
}

bool team_sql_delete(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_TEAM_MEMBERS_DELETE, ARGS(I64(id)), NULL, err) &&
           tx_exec(tx, &SQL_TEAM_DELETE, ARGS(I64(id)), NULL, err);
}

bool team_sql_page(struct tx *tx, const char *after, int limit, struct team_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_TEAM_PAGE, ARGS(TXT(after), I64(limit + 1)), &rows, err)) return false;
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct team);
    out->count = 0;
    out->more = rows.count > (size_t)limit;
    while (out->count < (size_t)limit && rows_next(&rows)) team_from_row(&rows, &out->items[out->count++]);
    return true;
}

bool team_sql_member_put(struct tx *tx, int64_t team_id, int64_t user_id, bool lead, struct error *err) {
    return tx_exec(tx, &SQL_TEAM_MEMBER_PUT, ARGS(I64(team_id), I64(user_id), I64(lead ? 1 : 0)), NULL, err);
}

bool team_sql_member_delete(struct tx *tx, int64_t team_id, int64_t user_id, int64_t *count, struct error *err) {
    return tx_exec(tx, &SQL_TEAM_MEMBER_DELETE, ARGS(I64(team_id), I64(user_id)), count, err);
}
