/* Users: reading, and passwords of existing ones. See user.h. */
#include "people/user.h"

#include "people/password.h"
#include "people/people_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"
#include "ledger/ledger.h"

struct lookup {
    int64_t id;
    const char *login;
    struct user user;
    const char *hash;
};

static bool lookup_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct lookup *lookup = arg;
    bool found;
    if (lookup->login != NULL ? !user_find_login(tx, lookup->login, &lookup->user, &found, err)
                              : !user_find(tx, lookup->id, &lookup->user, &found, err)) {
        return false;
    }
    if (!found) return ERROR(err, ERR_NOT_FOUND, "user.not_found", "no such user");
    return user_sql_password_hash(tx, lookup->user.id, &lookup->hash, err);
}

bool user_load(struct op *op, int64_t id, struct user *out, struct error *err) {
    struct lookup lookup = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, lookup_in_tx, &lookup, err)) return false;
    *out = lookup.user;
    return true;
}

bool user_load_login(struct op *op, const char *login, struct user *out, struct error *err) {
    struct lookup lookup = { .login = login };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, lookup_in_tx, &lookup, err)) return false;
    *out = lookup.user;
    return true;
}

struct page {
    struct user_query query;
    struct user_list list;
};

static bool page_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct page *page = arg;
    return user_sql_page(tx, &page->query, &page->list, err);
}

bool user_list(struct op *op, const struct user_query *query, struct user_list *out, struct error *err) {
    REQUIRE(query->limit >= 1 && query->limit <= USER_PAGE_MAX);
    struct page page = { .query = *query };
    if (!permission_check(op, PERM_READ, err)) return false;
    page.query.text = field_text(op, "q", query->text, USER_NAME_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_read(op, page_in_tx, &page, err)) return false;
    *out = page.list;
    return true;
}

/* --- passwords --- */

struct new_password {
    int64_t user_id;
    const char *login, *hash;
    const char *remote; /* NULL: no attempt to forgive there */
    int64_t keep_session; /* 0: end all */
    const char *action;
};

static bool password_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct new_password *change = arg;
    struct op *op = tx_op(tx);
    return user_sql_set_password(tx, change->user_id, change->hash, err) &&
           session_sql_end_all(tx, change->user_id, change->keep_session, err) &&
           throttle_forgive(tx, change->login, change->remote, err) &&
           audit_add(tx, change->action, user_subject(op->arena, change->login), NULL, err);
}

bool user_reset_password(struct op *op, int64_t id, const char *password, struct error *err) {
    struct lookup lookup = { .id = id };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    if (!store_read(op, lookup_in_tx, &lookup, err)) return false;
    password_check_rules(op, "password", password, lookup.user.login);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct new_password change = { .user_id = id, .login = lookup.user.login, .action = "user.password_reset" };
    return password_hash(op, password, &change.hash, err) && store_write(op, password_in_tx, &change, err);
}

bool profile_change_password(struct op *op, const char *current, const char *wanted, struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    if (op->actor->kind != ACTOR_USER) return ERROR(err, ERR_FORBIDDEN, "permission.denied", "not by token");
    struct lookup lookup = { .id = op->actor->user_id };
    if (!store_read(op, lookup_in_tx, &lookup, err)) return false;
    field_text(op, "current", current, PASSWORD_MAX_BYTES, FIELD_REQUIRED);
    password_check_rules(op, "password", wanted, lookup.user.login);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    bool matches;
    if (!throttle_attempt(op, lookup.user.login, op->actor->remote, err)) return false;
    if (!password_verify(lookup.hash, current, &matches, err)) return false;
    if (!matches) {
        op_field_error(op, "current", "wrong_password", NULL);
        return OP_INVALID(op, err);
    }
    struct new_password change = {
        .user_id = lookup.user.id,
        .login = lookup.user.login,
        .remote = op->actor->remote,
        .keep_session = op->actor->session_or_token_id,
        .action = "user.password_changed",
    };
    return password_hash(op, wanted, &change.hash, err) && store_write(op, password_in_tx, &change, err);
}
