/* First run: see setup.h. */
#include "policy/setup.h"

#include "base/arena.h"
#include "base/secret.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "policy/policy.h"

static bool needed_in_tx(struct tx *tx, void *arg, struct error *err) {
    bool *needed = arg, exists;
    if (!user_admin_exists(tx, &exists, err)) return false;
    *needed = !exists;
    return true;
}

bool setup_needed(struct op *op, bool *needed, struct error *err) {
    return store_read(op, needed_in_tx, needed, err);
}

static const struct policy *preset_checked(struct op *op, const char *key) {
    const struct policy *preset = policy_preset(op->arena, key);
    if (preset == NULL) op_field_error(op, "preset", "one_of", "p1-p3, p1-p4, p0-p3");
    return preset;
}

/* --- at start --- */

static bool adopt_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct policy *preset = arg;
    const struct policy *current;
    int64_t version;
    if (!policy_current(tx, &current, err)) return false;
    return current->version != 0 || policy_store(tx, preset->json, &version, err);
}

bool setup_prepare(struct op *op, const char *preset, bool *needed, struct error *err) {
    const struct policy *wanted = preset_checked(op, *preset == '\0' ? policy_preset_key(0) : preset);
    if (wanted == NULL) return OP_INVALID(op, err);
    struct policy copy = *wanted;
    return setup_needed(op, needed, err) && store_write(op, adopt_in_tx, &copy, err);
}

/* --- the page --- */

/* The page has two names: the administrator's, and the organisation's. */
static void merge_organisation(struct op *op, const struct organisation_input *input, struct organisation *out) {
    struct field_errors before = op->fields;
    op->fields = (struct field_errors){ 0 };
    organisation_merge(op, input, out);
    struct field_errors found = op->fields;
    op->fields = before;
    for (const struct field_error *wrong = found.first; wrong != NULL; wrong = wrong->next) {
        op_field_error(op, arena_printf(op->arena, "organisation_%s", wrong->field), wrong->code, wrong->arg);
    }
}

struct completing {
    struct user_new admin;
    struct actor actor;
    struct organisation organisation;
    const struct policy *preset; /* NULL: keep what is in force */
};

static bool complete_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct completing *completing = arg;
    const struct policy *current;
    struct organisation now;
    int64_t version;
    bool exists;
    if (!user_admin_exists(tx, &exists, err)) return false;
    if (exists) return ERROR(err, ERR_CONFLICT, "setup.done", "an administrator exists");
    if (!organisation_find(tx, &now, err) || !policy_current(tx, &current, err)) return false;
    completing->organisation.version = now.version + 1;
    if (!user_insert(tx, &completing->admin, err) || !organisation_store(tx, &completing->organisation, err))
        return false;
    if (completing->preset != NULL && (current->version == 0 || !str_eq(current->preset, completing->preset->preset))) {
        if (!policy_store(tx, completing->preset->json, &version, err)) return false;
    }
    return audit_add(tx, "setup.completed", "organisation", NULL, err);
}

bool setup_complete(struct op *op, const char *expected, const struct setup_input *input, struct user *out,
                    struct error *err) {
    struct completing completing = { .preset = NULL };
    struct user_input admin = input->admin;
    bool needed;
    if (*expected == '\0' || input->token == NULL || !secret_equal(expected, input->token)) {
        return ERROR(err, ERR_FORBIDDEN, "setup.token", "wrong set-up token");
    }
    if (!setup_needed(op, &needed, err)) return false;
    if (!needed) return ERROR(err, ERR_CONFLICT, "setup.done", "an administrator exists");
    if (!organisation_load(op, &completing.organisation, err)) return false;
    admin.role = role_name(ROLE_ADMIN);
    if (admin.password == NULL) admin.password = "";
    merge_organisation(op, &input->organisation, &completing.organisation);
    if (input->preset != NULL) completing.preset = preset_checked(op, input->preset);
    if (!user_prepare(op, &admin, &completing.admin, err)) return false;
    /* From here on the new administrator acts: the log shows who did it. */
    const struct user *user = &completing.admin.user;
    completing.actor = (struct actor){ .kind = ACTOR_USER,
                                       .user_id = user->id,
                                       .login = user->login,
                                       .name = user->name,
                                       .role = admin.role,
                                       .permissions = role_permissions(ROLE_ADMIN),
                                       .remote = op->actor == NULL ? NULL : op->actor->remote };
    const struct actor *before = op->actor;
    op->actor = &completing.actor;
    bool done = store_write(op, complete_in_tx, &completing, err);
    op->actor = before;
    if (!done) return false;
    *out = completing.admin.user;
    return true;
}
