/* Users: statements and rows. */
#include "people/people_internal.h"
#include "people/people_sql.h"

#include "base/arena.h"
#include "base/id.h"

SQL(SQL_USER_INSERT, "ittttttttttTii", "i",
    "INSERT INTO user_account (id, login, name, folded, email, role, lang, theme, zone, slack_id, phone, "
    "password_hash, created_at, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (login) DO NOTHING RETURNING id");
SQL(SQL_USER_UPDATE,
    "ittttttttt"
    "Ii",
    "",
    "UPDATE user_account SET name = ?2, folded = ?3, email = ?4, role = ?5, lang = ?6, theme = ?7, zone = ?8, "
    "slack_id = ?9, phone = ?10, disabled_at = ?11, version = version + 1 WHERE id = ?1 AND version = ?12");
SQL(SQL_USER_SET_PASSWORD, "it", "", "UPDATE user_account SET password_hash = ?2, version = version + 1 WHERE id = ?1");
SQL(SQL_USER_PASSWORD, "i", "T", "SELECT password_hash FROM user_account WHERE id = ?1");
SQL(SQL_USER_BY_ID, "i", USER_RESULT, "SELECT " USER_COLUMNS("u") " FROM user_account u WHERE u.id = ?1");
SQL(SQL_USER_BY_LOGIN, "t", USER_RESULT, "SELECT " USER_COLUMNS("u") " FROM user_account u WHERE u.login = ?1");
SQL(SQL_USER_BY_NAME, "t", USER_RESULT,
    "SELECT " USER_COLUMNS("u") " FROM user_account u WHERE u.name = ?1 AND u.disabled_at IS NULL LIMIT 2");
SQL(SQL_USER_BY_SLACK, "t", USER_RESULT,
    "SELECT " USER_COLUMNS("u") " FROM user_account u WHERE u.slack_id = ?1 AND u.slack_id <> '' "
    "ORDER BY CASE WHEN u.disabled_at IS NULL THEN 0 ELSE 1 END, u.id LIMIT 2");
SQL(SQL_USER_PAGE, "TTIiti", USER_RESULT,
    "SELECT " USER_COLUMNS("u") " FROM user_account u "
    "WHERE (?1 IS NULL OR u.folded LIKE ?1 ESCAPE '!') AND (?2 IS NULL OR u.role = ?2) "
    "AND (?3 IS NULL OR EXISTS (SELECT 1 FROM team_member m WHERE m.user_id = u.id AND m.team_id = ?3)) "
    "AND (?4 = 1 OR u.disabled_at IS NULL) AND u.login > ?5 ORDER BY u.login LIMIT ?6");
SQL(SQL_USER_OTHER_ADMINS, "i", "i",
    "SELECT COUNT(*) FROM user_account WHERE role = 'admin' AND disabled_at IS NULL AND id <> ?1");
SQL(SQL_USER_MEMBERS, "i", USER_RESULT "i",
    "SELECT " USER_COLUMNS("u") ", m.is_lead FROM team_member m JOIN user_account u ON u.id = m.user_id "
    "WHERE m.team_id = ?1 ORDER BY m.is_lead DESC, u.login LIMIT 500");

static const struct sql *const STATEMENTS[] = { &SQL_USER_INSERT,   &SQL_USER_UPDATE,  &SQL_USER_SET_PASSWORD,
                                                &SQL_USER_PASSWORD, &SQL_USER_BY_ID,   &SQL_USER_BY_LOGIN,
                                                &SQL_USER_BY_NAME,  &SQL_USER_PAGE,    &SQL_USER_OTHER_ADMINS,
                                                &SQL_USER_MEMBERS,  &SQL_USER_BY_SLACK };
const struct sql_list USER_STATEMENTS = { "user", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

void user_from_row(const struct rows *rows, size_t start, struct user *out) {
    *out = (struct user){
        .id = rows_i64(rows, start),
        .login = rows_text(rows, start + 1),
        .name = rows_text(rows, start + 2),
        .email = rows_text(rows, start + 3),
        .role = role_parse(rows_text(rows, start + 4)),
        .lang = rows_text(rows, start + 5),
        .theme = rows_text(rows, start + 6),
        .zone = rows_text(rows, start + 7),
        .slack_id = rows_text(rows, start + 8),
        .phone = rows_text(rows, start + 9),
        .has_password = rows_i64(rows, start + 10) == 1,
        .disabled_ms = rows_i64(rows, start + 11),
        .created_ms = rows_i64(rows, start + 12),
        .version = rows_i64(rows, start + 13),
    };
}

static char *searched(struct tx *tx, const struct user *user) {
    struct arena *arena = tx_op(tx)->arena;
    return search_folded(arena, arena_printf(arena, "%s %s", user->login, user->name));
}

bool user_sql_insert(struct tx *tx, const struct user_new *prepared, bool *inserted, struct error *err) {
    const struct user *user = &prepared->user;
    struct rows row;
    tx_on_commit(tx, "users");
    return tx_query_one(tx, &SQL_USER_INSERT,
                        ARGS(I64(user->id), TXT(user->login), TXT(user->name), TXT(searched(tx, user)),
                             TXT(user->email), TXT(role_name(user->role)), TXT(user->lang), TXT(user->theme),
                             TXT(user->zone), TXT(user->slack_id), TXT(user->phone), OPT_TXT(prepared->password_hash),
                             I64(user->created_ms), I64(user->version)),
                        &row, inserted, err);
}

bool user_sql_update(struct tx *tx, const struct user *user, bool *changed, struct error *err) {
    int64_t count;
    tx_on_commit(tx, "users");
    if (!tx_exec(tx, &SQL_USER_UPDATE,
                 ARGS(I64(user->id), TXT(user->name), TXT(searched(tx, user)), TXT(user->email),
                      TXT(role_name(user->role)), TXT(user->lang), TXT(user->theme), TXT(user->zone),
                      TXT(user->slack_id), TXT(user->phone), OPT_ID(user->disabled_ms), I64(user->version)),
                 &count, err)) {
        return false;
    }
    *changed = count == 1;
    return true;
}

bool user_sql_set_password(struct tx *tx, int64_t id, const char *hash, struct error *err) {
    return tx_exec(tx, &SQL_USER_SET_PASSWORD, ARGS(I64(id), TXT(hash)), NULL, err);
}

bool user_sql_password_hash(struct tx *tx, int64_t id, const char **hash, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_USER_PASSWORD, ARGS(I64(id)), &row, &found, err)) return false;
    *hash = found ? rows_text(&row, 0) : NULL;
    return true;
}

static bool find_one(struct tx *tx, const struct sql *sql, struct args args, struct user *out, bool *found,
                     struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (*found) user_from_row(&row, 0, out);
    return true;
}

bool user_find(struct tx *tx, int64_t id, struct user *out, bool *found, struct error *err) {
    return find_one(tx, &SQL_USER_BY_ID, ARGS(I64(id)), out, found, err);
}

bool user_find_login(struct tx *tx, const char *login, struct user *out, bool *found, struct error *err) {
    return find_one(tx, &SQL_USER_BY_LOGIN, ARGS(TXT(search_folded(tx_op(tx)->arena, login))), out, found, err);
}

bool user_find_named(struct tx *tx, const char *text, struct user *out, bool *found, struct error *err) {
    int64_t id;
    if (!user_find_login(tx, *text == '@' ? text + 1 : text, out, found, err)) return false;
    if (*found) return true;
    if (id_parse(text, &id)) {
        if (!user_find(tx, id, out, found, err)) return false;
        if (*found) return true;
    }
    struct rows rows;
    if (!tx_query(tx, &SQL_USER_BY_NAME, ARGS(TXT(text)), &rows, err)) return false;
    *found = rows.count == 1 && rows_next(&rows);
    if (*found) user_from_row(&rows, 0, out);
    return true;
}

bool user_sql_page(struct tx *tx, const struct user_query *query, struct user_list *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *pattern = search_pattern(arena, query->text);
    const char *role = query->role == ROLE_NONE ? NULL : role_name(query->role);
    struct rows rows;
    if (!tx_query(tx, &SQL_USER_PAGE,
                  ARGS(OPT_TXT(pattern), OPT_TXT(role), OPT_ID(query->team_id), I64(query->with_disabled ? 1 : 0),
                       TXT(query->after == NULL ? "" : query->after), I64(query->limit + 1)),
                  &rows, err)) {
        return false;
    }
    out->items = ARENA_ARRAY(arena, rows.count, struct user);
    out->count = 0;
    out->more = rows.count > (size_t)query->limit;
    while (out->count < (size_t)query->limit && rows_next(&rows)) user_from_row(&rows, 0, &out->items[out->count++]);
    return true;
}

bool user_sql_other_admins(struct tx *tx, int64_t id, int64_t *count, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_USER_OTHER_ADMINS, ARGS(I64(id)), &row, &found, err)) return false;
    *count = rows_i64(&row, 0);
    return true;
}

bool user_sql_members(struct tx *tx, int64_t team_id, struct team_member_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_USER_MEMBERS, ARGS(I64(team_id)), &rows, err)) return false;
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct team_member);
    out->count = 0;
    while (rows_next(&rows)) {
        struct team_member *member = &out->items[out->count++];
        user_from_row(&rows, 0, &member->user);
        member->lead = rows_i64(&rows, 14) == 1;
    }
    return true;
}

bool user_find_slack(struct tx *tx, const char *slack_id, struct user *out, bool *found, struct error *err) {
    struct rows rows;
    struct user other;
    if (!tx_query(tx, &SQL_USER_BY_SLACK, ARGS(TXT(slack_id)), &rows, err)) return false;
    *found = rows_next(&rows);
    if (*found) user_from_row(&rows, 0, out);
    if (!rows_next(&rows)) return true;
    user_from_row(&rows, 0, &other);
    if (other.disabled_ms == 0) *found = false; /* two people claim it: it names neither */
    return true;
}
