/* Users: rules. See user.h. */
#include "people/user.h"

#include "people/password.h"
#include "people/people_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "text/tz.h"

static const char *const LANGS[] = { "ko", "en", NULL };
static const char *const THEMES[] = { "auto", "light", "dark", NULL };
static const char *const ROLES[] = { "admin", "lead", "responder", "cs", "viewer", NULL };

char *user_subject(struct arena *arena, const char *login) {
    return arena_printf(arena, "user/%s", login);
}

static const char *check_login(struct op *op, const char *value) {
    int before = op->fields.count;
    const char *text = field_text(op, "login", value, LOGIN_MAX, FIELD_REQUIRED);
    if (op->fields.count > before) return "";
    char *login = search_folded(op->arena, text);
    for (const char *c = login; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (letter || (c > login && strchr("._-@+", *c) != NULL)) continue;
        op_field_error(op, "login", "not_login", NULL);
        return "";
    }
    return login;
}

/* Not a full grammar: mail servers decide. This only keeps out what is certainly something else. */
static void check_email(struct op *op, const char *email) {
    if (email == NULL || *email == '\0') return;
    const char *at = strchr(email, '@');
    if (at == NULL || at == email || at[1] == '\0' || strchr(at + 1, '@') != NULL ||
        strpbrk(email, " <>,;\"") != NULL) {
        op_field_error(op, "email", "malformed", NULL);
    }
}

static void check_phone(struct op *op, const char *phone) {
    if (phone == NULL || *phone == '\0') return;
    if (strspn(phone, "0123456789+-() ") != strlen(phone) || strpbrk(phone, "0123456789") == NULL) {
        op_field_error(op, "phone", "malformed", NULL);
    }
}

static void check_zone(struct op *op, const char *zone) {
    const struct tz *tz;
    struct error unknown;
    if (zone == NULL || *zone == '\0') return;
    if (!tz_find(zone, &tz, &unknown)) op_field_error(op, "zone", "unknown_zone", NULL);
}

/* The input with every text checked and cleaned; what was not sent stays NULL. */
static void clean_input(struct op *op, const struct user_input *in, unsigned needed, struct user_input *out) {
    enum { SLACK_MAX = 40, PHONE_MAX = 30, ZONE_MAX = 60 };
    *out = (struct user_input){
        .name = field_text(op, "name", in->name, USER_NAME_MAX, in->name == NULL ? needed : FIELD_REQUIRED),
        .email = field_text(op, "email", in->email, USER_EMAIL_MAX, FIELD_OPTIONAL),
        .slack_id = field_text(op, "slack_id", in->slack_id, SLACK_MAX, FIELD_OPTIONAL),
        .phone = field_text(op, "phone", in->phone, PHONE_MAX, FIELD_OPTIONAL),
        .zone = field_text(op, "zone", in->zone, ZONE_MAX, FIELD_OPTIONAL),
        .role = in->role,
        .lang = in->lang,
        .theme = in->theme,
    };
    field_one_of(op, "role", in->role, ROLES, needed);
    field_one_of(op, "lang", in->lang, LANGS, FIELD_OPTIONAL);
    field_one_of(op, "theme", in->theme, THEMES, FIELD_OPTIONAL);
    check_email(op, out->email);
    check_phone(op, out->phone);
    check_zone(op, out->zone);
}

/* Overlays what was sent; names of what became different are added to `changed`. */
static void merge(struct user *user, const struct user_input *input, json_t *changed) {
    const struct {
        const char *name, *sent;
        const char **into;
    } texts[] = {
        { "name", input->name, &user->name },    { "email", input->email, &user->email },
        { "lang", input->lang, &user->lang },    { "theme", input->theme, &user->theme },
        { "zone", input->zone, &user->zone },    { "slack_id", input->slack_id, &user->slack_id },
        { "phone", input->phone, &user->phone },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].sent == NULL || str_eq(texts[i].sent, *texts[i].into)) continue;
        *texts[i].into = texts[i].sent;
        if (changed != NULL) json_push(changed, json_string(texts[i].name));
    }
}

bool user_prepare(struct op *op, const struct user_input *input, struct user_new *out, struct error *err) {
    struct user_input clean;
    clean_input(op, input, FIELD_REQUIRED, &clean);
    struct user user = {
        .id = id_new(op->now_ms),
        .login = check_login(op, input->login),
        .email = "",
        .slack_id = "",
        .phone = "",
        .lang = "ko",
        .theme = "auto",
        .zone = "",
        .role = role_parse(input->role),
        .created_ms = op->now_ms,
        .version = 1,
        .has_password = input->password != NULL,
    };
    merge(&user, &clean, NULL);
    if (input->password != NULL) password_check_rules(op, "password", input->password, user.login);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    const char *hash = NULL;
    if (input->password != NULL && !password_hash(op, input->password, &hash, err)) return false;
    *out = (struct user_new){ user, hash };
    return true;
}

bool user_insert(struct tx *tx, const struct user_new *prepared, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    bool inserted;
    if (!user_sql_insert(tx, prepared, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_CONFLICT, "user.login_taken", "%s", prepared->user.login);
    json_t *detail = json_obj(arena);
    json_put_text(detail, "name", prepared->user.name);
    json_put_text(detail, "role", role_name(prepared->user.role));
    const int64_t ask_ms = prepared->user.created_ms + CONTACT_CONFIRM_DAYS * INT64_C(86400000);
    const struct due ask = { CONTACT_CONFIRM_DUE, prepared->user.id, "", ask_ms, NULL };
    return due_set(tx, &ask, err) &&
           audit_add(tx, "user.added", user_subject(arena, prepared->user.login), detail, err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    return user_insert(tx, arg, err);
}

bool user_add(struct op *op, const struct user_input *input, struct user *out, struct error *err) {
    struct user_new prepared;
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    if (!user_prepare(op, input, &prepared, err)) return false;
    if (!store_write(op, add_in_tx, &prepared, err)) {
        if (!str_eq(err->code, "user.login_taken")) return false;
        op_field_error(op, "login", "duplicate", NULL);
        return OP_INVALID(op, err);
    }
    *out = prepared.user;
    return true;
}

/* One change of an existing user: what the callbacks below share. */
struct change {
    int64_t id, version;
    struct user_input input;
    bool disable, enable;
    struct user user; /* as it is afterwards */
};

static bool keep_an_admin(struct tx *tx, const struct user *before, const struct user *after, struct error *err) {
    bool was = before->role == ROLE_ADMIN && before->disabled_ms == 0;
    bool is = after->role == ROLE_ADMIN && after->disabled_ms == 0;
    int64_t others;
    if (!was || is) return true;
    if (!user_sql_other_admins(tx, before->id, &others, err)) return false;
    return others > 0 || ERROR(err, ERR_CONFLICT, "user.last_admin", "%s", before->login);
}

/* A lost role or account must not live on in open sessions or tokens. */
static bool end_access(struct tx *tx, const struct user *before, const struct user *after, struct error *err) {
    bool disabled = before->disabled_ms == 0 && after->disabled_ms != 0;
    if ((disabled || before->role != after->role) && !session_sql_end_all(tx, after->id, 0, err)) return false;
    return !disabled || api_token_sql_delete_all(tx, after->id, err);
}

static const char *action_of(const struct change *change) {
    if (change->disable) return "user.disabled";
    return change->enable ? "user.enabled" : "user.changed";
}

static bool change_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    struct op *op = tx_op(tx);
    struct user before;
    bool found, written;
    if (!user_find(tx, change->id, &before, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "user.not_found", "%lld", (long long)change->id);
    if (change->version != 0 && change->version != before.version) {
        return ERROR(err, ERR_STALE, "user.stale", "%s is at %lld", before.login, (long long)before.version);
    }
    json_t *detail = json_obj(op->arena), *changed = json_array();
    json_put(detail, "changed", changed);
    change->user = before;
    merge(&change->user, &change->input, changed);
    if (change->input.role != NULL) change->user.role = role_parse(change->input.role);
    if (change->disable && before.disabled_ms == 0) change->user.disabled_ms = op->now_ms;
    if (change->enable) change->user.disabled_ms = 0;
    if (before.role != change->user.role) {
        json_put_text(detail, "role_before", role_name(before.role));
        json_put_text(detail, "role", role_name(change->user.role));
    }
    if (!keep_an_admin(tx, &before, &change->user, err)) return false;
    if (!user_sql_update(tx, &change->user, &written, err)) return false;
    if (!written) return ERROR(err, ERR_STALE, "user.stale", "%s", before.login);
    change->user.version++;
    return end_access(tx, &before, &change->user, err) &&
           audit_add(tx, action_of(change), user_subject(op->arena, before.login), detail, err);
}

bool user_update(struct op *op, int64_t id, int64_t version, const struct user_input *input, struct error *err) {
    struct change change = { .id = id, .version = version };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    clean_input(op, input, FIELD_OPTIONAL, &change.input);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, change_in_tx, &change, err);
}

bool user_set_disabled(struct op *op, int64_t id, int64_t version, bool disabled, struct error *err) {
    struct change change = { .id = id, .version = version, .disable = disabled, .enable = !disabled };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, change_in_tx, &change, err);
}

bool profile_update(struct op *op, int64_t version, const struct user_input *input, struct user *out,
                    struct error *err) {
    if (!permission_check(op, PERM_SELF, err)) return false;
    struct change change = { .id = op->actor->user_id, .version = version };
    clean_input(op, input, FIELD_OPTIONAL, &change.input);
    change.input.role = NULL;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, change_in_tx, &change, err)) return false;
    *out = change.user;
    return true;
}

bool user_admin_exists(struct tx *tx, bool *exists, struct error *err) {
    int64_t count;
    if (!user_sql_other_admins(tx, 0, &count, err)) return false;
    *exists = count > 0;
    return true;
}

json_t *user_json(struct arena *arena, const struct user *user, bool full) {
    json_t *json = json_obj(arena);
    json_put_id(json, "id", user->id);
    json_put_text(json, "login", user->login);
    json_put_text(json, "name", user->name);
    json_put_text(json, "role", role_name(user->role));
    json_put_bool(json, "disabled", user->disabled_ms != 0);
    json_put_i64(json, "version", user->version);
    if (!full) return json;
    json_put_text(json, "email", user->email);
    json_put_text(json, "slack_id", user->slack_id);
    json_put_text(json, "phone", user->phone);
    json_put_text(json, "lang", user->lang);
    json_put_text(json, "theme", user->theme);
    json_put_text(json, "zone", *user->zone == '\0' ? NULL : user->zone);
    json_put_bool(json, "has_password", user->has_password);
    return json;
}
