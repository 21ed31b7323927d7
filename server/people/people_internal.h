/* Inside people/: what its files share. */
#ifndef BONGSU_PEOPLE_INTERNAL_H
#define BONGSU_PEOPLE_INTERNAL_H

#include "people/api_token.h"
#include "people/search.h"
#include "people/session.h"
#include "people/team.h"
#include "people/user.h"

/* --- user_sql.c --- */
bool user_sql_insert(struct tx *tx, const struct user_new *prepared, bool *inserted, struct error *err) NODISCARD;
/* Writes every column a person can change; false *changed: another version is there. */
bool user_sql_update(struct tx *tx, const struct user *user, bool *changed, struct error *err) NODISCARD;
bool user_sql_set_password(struct tx *tx, int64_t id, const char *hash, struct error *err) NODISCARD;
bool user_sql_password_hash(struct tx *tx, int64_t id, const char **hash, struct error *err) NODISCARD;
bool user_sql_page(struct tx *tx, const struct user_query *query, struct user_list *out, struct error *err) NODISCARD;
/* Enabled administrators besides `id`. */
bool user_sql_other_admins(struct tx *tx, int64_t id, int64_t *count, struct error *err) NODISCARD;
bool user_sql_members(struct tx *tx, int64_t team_id, struct team_member_list *out, struct error *err) NODISCARD;

/* "user/LOGIN", for the audit log. */
char *user_subject(struct arena *arena, const char *login);

/* --- session_sql.c --- */
struct session_row {
    int64_t id;
    const char *token_hash;
    int64_t user_id;
    int64_t created_ms, last_seen_ms, expires_ms;
    const char *user_agent, *remote;
};
/* The live session of that hash, with its enabled user. */
bool session_sql_find(struct tx *tx, const char *token_hash, struct session_row *row, struct user *user, bool *found,
                      struct error *err) NODISCARD;
bool session_sql_insert(struct tx *tx, const struct session_row *row, struct error *err) NODISCARD;
bool session_sql_touch(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool session_sql_of_user(struct tx *tx, int64_t user_id, struct session_list *out, struct error *err) NODISCARD;
/* except: 0 for all of the user's. */
bool session_sql_end_all(struct tx *tx, int64_t user_id, int64_t except, struct error *err) NODISCARD;
bool session_sql_end(struct tx *tx, int64_t id, int64_t user_id, int64_t *ended, struct error *err) NODISCARD;
bool session_sql_end_hash(struct tx *tx, const char *token_hash, struct error *err) NODISCARD;
bool session_sql_sweep(struct tx *tx, struct error *err) NODISCARD;

/* --- throttle.c, throttle_sql.c --- */
struct throttle_row {
    const char *subject;
    int64_t attempts, last_ms, blocked_until_ms;
};
bool throttle_sql_get(struct tx *tx, struct throttle_row *row, struct error *err) NODISCARD; /* by row->subject */
bool throttle_sql_put(struct tx *tx, const struct throttle_row *row, struct error *err) NODISCARD;
bool throttle_sql_delete(struct tx *tx, const char *subject, struct error *err) NODISCARD;
bool throttle_sql_sweep(struct tx *tx, int64_t before_ms, struct error *err) NODISCARD;

/* Counts an attempt before its password is looked at, so that many at once are all counted.
 * ERR_LIMIT `login.throttled` with retry_after_s. */
bool throttle_attempt(struct op *op, const char *login, const char *remote, struct error *err) NODISCARD;
/* It was right after all. */
bool throttle_forgive(struct tx *tx, const char *login, const char *remote, struct error *err) NODISCARD;

/* --- api_token_sql.c --- */
bool api_token_sql_insert(struct tx *tx, const struct api_token *token, const char *hash, struct error *err) NODISCARD;
bool api_token_sql_find_hash(struct tx *tx, const char *hash, struct api_token *token, struct user *user, bool *found,
                             struct error *err) NODISCARD;
bool api_token_sql_find(struct tx *tx, int64_t id, struct api_token *out, bool *found, struct error *err) NODISCARD;
bool api_token_sql_of_user(struct tx *tx, int64_t user_id, struct api_token_list *out, struct error *err) NODISCARD;
bool api_token_sql_touch(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool api_token_sql_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool api_token_sql_delete_all(struct tx *tx, int64_t user_id, struct error *err) NODISCARD;

/* Columns of user_account as user_from_row reads them; start is the column of `id`. */
#define USER_COLUMNS(t)                                                                                                \
    t ".id, " t ".login, " t ".name, " t ".email, " t ".role, " t ".lang, " t ".theme, " t ".zone, " t ".slack_id, " t \
      ".phone, CASE WHEN " t ".password_hash IS NULL THEN 0 ELSE 1 END, " t ".disabled_at, " t ".created_at, " t       \
      ".version"
#define USER_RESULT "itttttttttiIii"
void user_from_row(const struct rows *rows, size_t start, struct user *out);

#endif
