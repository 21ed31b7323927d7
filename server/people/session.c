/* Sessions: rules. See session.h. */
#include "people/session.h"

#include "people/password.h"
#include "people/people_internal.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

#define TOUCH_MS (INT64_C(5) * 60 * 1000)
#define THROTTLE_KEPT_MS (INT64_C(24) * 3600 * 1000)
enum { USER_AGENT_MAX = 200, REMOTE_MAX = 64 };

static const char *hash_of(struct arena *arena, const char *token) {
    char hash[SECRET_HASH_SIZE];
    secret_hash(token, strlen(token), hash);
    return arena_str(arena, hash);
}

/* --- opening --- */

struct opening {
    struct session_row row;
    const char *old_hash; /* NULL: none */
    const char *remote;
    struct user user;
    const char *password_hash; /* as it was when the password was checked; NULL: not by password */
    bool by_password;
};

/* A header is whatever the peer sent: keep what can be shown, drop the rest. */
static const char *header_text(struct arena *arena, const char *value, size_t max) {
    if (value == NULL || !utf8_printable(value, strlen(value), false)) return "";
    char *cut = arena_alloc(arena, max + 1);
    str_copy(cut, max + 1, value);
    return cut;
}

static void opening_prepare(struct op *op, const struct login_attempt *from, char token[SECRET_TOKEN_SIZE],
                            struct opening *out) {
    secret_token(token);
    *out = (struct opening){
        .row = {
            .id = id_new(op->now_ms),
            .token_hash = hash_of(op->arena, token),
            .created_ms = op->now_ms,
            .last_seen_ms = op->now_ms,
            .expires_ms = op->now_ms + SESSION_LIFE_MS,
            .user_agent = header_text(op->arena, from->user_agent, USER_AGENT_MAX),
            .remote = header_text(op->arena, from->remote, REMOTE_MAX),
        },
        .old_hash = from->old_token == NULL ? NULL : hash_of(op->arena, from->old_token),
        .remote = from->remote,
    };
}

/* The log names the person as actor, who was nobody to the caller until now. */
static bool audit_opened(struct tx *tx, const struct opening *opening, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "remote", opening->row.remote);
    json_put_text(detail, "user_agent", opening->row.user_agent);
    return audit_add(tx, "session.opened", user_subject(op->arena, opening->user.login), detail, err);
}

static bool open_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct opening *opening = arg;
    const char *hash_now;
    bool found;
    if (!user_find(tx, opening->row.user_id, &opening->user, &found, err)) return false;
    if (!found || opening->user.disabled_ms != 0) return ERROR(err, ERR_UNAUTHENTICATED, "login.failed", "disabled");
    if (opening->by_password) {
        if (!user_sql_password_hash(tx, opening->user.id, &hash_now, err)) return false;
        if (!str_eq(hash_now, opening->password_hash)) {
            return ERROR(err, ERR_UNAUTHENTICATED, "login.failed", "the password was changed meanwhile");
        }
        if (!throttle_forgive(tx, opening->user.login, opening->remote, err)) return false;
    }
    if (opening->old_hash != NULL && !session_sql_end_hash(tx, opening->old_hash, err)) return false;
    return session_sql_sweep(tx, err) && throttle_sql_sweep(tx, tx_op(tx)->now_ms - THROTTLE_KEPT_MS, err) &&
           session_sql_insert(tx, &opening->row, err) && audit_opened(tx, opening, err);
}

bool session_create(struct op *op, int64_t user_id, const struct login_attempt *from, char token[SECRET_TOKEN_SIZE],
                    struct error *err) {
    struct opening opening;
    char fresh[SECRET_TOKEN_SIZE];
    opening_prepare(op, from, fresh, &opening);
    opening.row.user_id = user_id;
    if (!store_write(op, open_in_tx, &opening, err)) return false;
    memcpy(token, fresh, SECRET_TOKEN_SIZE);
    return true;
}

/* --- login --- */

struct candidate {
    const char *login;
    struct user user;
    const char *hash;
    bool found;
};

static bool candidate_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct candidate *candidate = arg;
    candidate->hash = NULL;
    if (!user_find_login(tx, candidate->login, &candidate->user, &candidate->found, err)) return false;
    if (!candidate->found || candidate->user.disabled_ms != 0) return true;
    return user_sql_password_hash(tx, candidate->user.id, &candidate->hash, err);
}

/* Unknown logins are audited the same way, so that they take the same time, but not by what was typed. */
static bool failed_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct candidate *candidate = arg;
    struct op *op = tx_op(tx);
    const char *who = candidate->found ? candidate->user.login : "?";
    return audit_add(tx, "login.failed", user_subject(op->arena, who), NULL, err);
}

static bool plausible(const struct login_attempt *attempt) {
    if (str_blank(attempt->login) || attempt->password == NULL || *attempt->password == '\0') return false;
    return strlen(attempt->login) <= LOGIN_MAX && utf8_valid(attempt->login, strlen(attempt->login)) &&
           strlen(attempt->password) <= PASSWORD_MAX_BYTES;
}

bool session_login(struct op *op, const struct login_attempt *attempt, char token[SECRET_TOKEN_SIZE], struct user *out,
                   struct error *err) {
    bool plausible_attempt = plausible(attempt), matches;
    struct candidate candidate = { .login = plausible_attempt ? str_clean(op->arena, attempt->login) : "?" };
    if (!throttle_attempt(op, candidate.login, attempt->remote, err)) return false;
    if (!plausible_attempt) return ERROR(err, ERR_UNAUTHENTICATED, "login.failed", "empty or too long");
    if (!store_read(op, candidate_in_tx, &candidate, err)) return false;
    if (!password_verify(candidate.hash, attempt->password, &matches, err)) return false;
    if (!matches) {
        if (!store_write(op, failed_in_tx, &candidate, err)) return false;
        return ERROR(err, ERR_UNAUTHENTICATED, "login.failed", "wrong login or password");
    }
    struct opening opening;
    char fresh[SECRET_TOKEN_SIZE];
    opening_prepare(op, attempt, fresh, &opening);
    opening.row.user_id = candidate.user.id;
    opening.by_password = true;
    opening.password_hash = candidate.hash;
    if (!store_write(op, open_in_tx, &opening, err)) return false;
    memcpy(token, fresh, SECRET_TOKEN_SIZE);
    *out = opening.user;
    return true;
}

/* --- use --- */

struct resolving {
    const char *hash;
    struct session_row row;
    struct user user;
};

static bool resolve_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct resolving *resolving = arg;
    bool found;
    if (!session_sql_find(tx, resolving->hash, &resolving->row, &resolving->user, &found, err)) return false;
    return found || ERROR(err, ERR_UNAUTHENTICATED, "session.expired", "no live session");
}

static bool touch_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct session_row *row = arg;
    return session_sql_touch(tx, row->id, err);
}

bool session_resolve(struct op *op, const char *token, struct session *out, struct error *err) {
    if (token == NULL || strlen(token) != SECRET_TOKEN_SIZE - 1) {
        return ERROR(err, ERR_UNAUTHENTICATED, "session.expired", "not a token");
    }
    struct resolving found = { .hash = hash_of(op->arena, token) };
    if (!store_read(op, resolve_in_tx, &found, err)) return false;
    struct error ignored;
    if (found.row.last_seen_ms + TOUCH_MS < op->now_ms && store_write(op, touch_in_tx, &found.row, &ignored)) {
        found.row.last_seen_ms = op->now_ms;
    }
    char csrf[SECRET_HASH_SIZE];
    secret_hmac_sha256(token, "csrf", 4, csrf);
    *out = (struct session){
        .id = found.row.id,
        .actor = {
            .kind = ACTOR_USER,
            .user_id = found.user.id,
            .login = found.user.login,
            .name = found.user.name,
            .role = role_name(found.user.role),
            .permissions = role_permissions(found.user.role),
            .session_or_token_id = found.row.id,
        },
        .csrf = arena_str(op->arena, csrf),
        .lang = found.user.lang,
        .theme = found.user.theme,
        .zone = found.user.zone,
        .created_ms = found.row.created_ms,
        .last_seen_ms = found.row.last_seen_ms,
        .expires_ms = found.row.expires_ms,
        .user_agent = found.row.user_agent,
        .remote = found.row.remote,
    };
    return true;
}

/* --- ending --- */

struct ending {
    int64_t session_id; /* 0: all of the actor's but the current one */
    int64_t user_id; /* 0: whoever's */
    bool must_exist;
    struct session_list list;
};

static bool end_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct ending *ending = arg;
    struct op *op = tx_op(tx);
    int64_t ended = 1;
    if (ending->session_id == 0) {
        if (!session_sql_end_all(tx, ending->user_id, op->actor->session_or_token_id, err)) return false;
    } else if (!session_sql_end(tx, ending->session_id, ending->user_id, &ended, err)) {
        return false;
    }
    if (ended == 0) return !ending->must_exist || ERROR(err, ERR_NOT_FOUND, "session.not_found", "not the actor's");
    const char *login = op->actor == NULL ? "?" : op->actor->login;
    return audit_add(tx, "session.ended", user_subject(op->arena, login), NULL, err);
}

bool session_end(struct op *op, int64_t session_id, struct error *err) {
    struct ending ending = { .session_id = session_id };
    return store_write(op, end_in_tx, &ending, err);
}

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct ending *list = arg;
    return session_sql_of_user(tx, list->user_id, &list->list, err);
}

bool session_list(struct op *op, struct session_list *out, struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct ending list = { .user_id = op->actor->user_id };
    if (!store_read(op, list_in_tx, &list, err)) return false;
    *out = list.list;
    return true;
}

bool session_revoke(struct op *op, int64_t session_id, struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct ending ending = { .session_id = session_id, .user_id = op->actor->user_id, .must_exist = true };
    return store_write(op, end_in_tx, &ending, err);
}

bool session_revoke_others(struct op *op, struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct ending ending = { .user_id = op->actor->user_id };
    return store_write(op, end_in_tx, &ending, err);
}
