/* Contacts: see contact.h. */
#include "escalation/contact_rows.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/spec.h"
#include "people/tell.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "text/i18n.h"

#include <string.h>

static const int64_t MONTH_MS = CONTACT_CONFIRM_DAYS * INT64_C(86400000);

static const char *subject_of(struct arena *arena, const struct user *user) {
    return arena_printf(arena, "contact/%s", user->login);
}

/* --- reading --- */

bool contact_find(struct tx *tx, const struct user *user, struct contact_card *out, struct error *err) {
    struct op reading = { .arena = tx_op(tx)->arena };
    struct contact_row row = { .version = 1 };
    json_t *document = NULL;
    bool found;
    if (!contact_sql_find(tx, user->id, &row, &found, err)) return false;
    *out = (struct contact_card){ .user_id = user->id,
                                  .backup_id = row.backup_id,
                                  .backup_name = found ? row.backup_name : "",
                                  .backup_login = found ? row.backup_login : "",
                                  .confirmed_ms = row.confirmed_ms,
                                  .asked_ms = row.asked_ms,
                                  .version = row.version };
    if (found && !json_parse(reading.arena, row.document, strlen(row.document), &document, err)) return false;
    if (json_object_size(document) == 0) contact_standard(out);
    else contact_read(&reading, document, out);
    contact_resolve(user, out);
    return true;
}

static bool find_user(struct tx *tx, int64_t id, struct user *out, struct error *err) {
    bool found;
    if (!user_find(tx, id, out, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "user.not_found", "%lld", (long long)id);
}

struct loading {
    int64_t user_id;
    struct user user;
    struct contact_card card;
};

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct loading *loading = arg;
    return find_user(tx, loading->user_id, &loading->user, err) &&
           contact_find(tx, &loading->user, &loading->card, err);
}

bool contact_load(struct op *op, int64_t user_id, struct user *user, struct contact_card *out, struct error *err) {
    struct loading loading = { .user_id = user_id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &loading, err)) return false;
    *user = loading.user;
    *out = loading.card;
    return true;
}

/* --- saving --- */

struct saving {
    const struct contact_edit *edit;
    struct contact_card card;
    const char *backup; /* as typed; NULL or "" for nobody */
};

static bool find_backup(struct tx *tx, struct saving *saving, struct error *err) {
    struct op *op = tx_op(tx);
    struct user user;
    bool found;
    saving->card.backup_id = 0;
    if (str_blank(saving->backup)) return true;
    if (!user_find_named(tx, saving->backup, &user, &found, err)) return false;
    if (!found || user.disabled_ms != 0) op_field_error(op, "backup", "unknown", NULL);
    else if (user.id == saving->edit->user_id) op_field_error(op, "backup", "itself", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    saving->card.backup_id = user.id;
    return true;
}

static bool ask_in_a_month(struct tx *tx, int64_t user_id, struct error *err) {
    const struct due due = { CONTACT_CONFIRM_DUE, user_id, "", tx_op(tx)->now_ms + MONTH_MS, NULL };
    return due_set(tx, &due, err);
}

static bool save_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct saving *saving = arg;
    struct op *op = tx_op(tx);
    struct user user;
    struct contact_card before;
    bool written;
    if (!find_user(tx, saving->edit->user_id, &user, err) || !contact_find(tx, &user, &before, err)) return false;
    if (!find_backup(tx, saving, err)) return false;
    json_t *document = contact_document(op->arena, &saving->card);
    const struct contact_row row = { .user_id = user.id,
                                     .document = json_dump(op->arena, document),
                                     .backup_id = saving->card.backup_id,
                                     .confirmed_ms = op->now_ms,
                                     .version = saving->edit->version == 0 ? before.version : saving->edit->version };
    if (!contact_sql_put(tx, &row, &written, err)) return false;
    if (!written || row.version != before.version)
        return ERROR(err, ERR_STALE, "contact.stale", "%s is at %lld", user.login, (long long)before.version);
    json_put_id(document, "backup", row.backup_id);
    return ask_in_a_month(tx, user.id, err) &&
           audit_add(tx, "contact.changed", subject_of(op->arena, &user), document, err);
}

bool contact_save(struct op *op, const struct contact_edit *edit, struct error *err) {
    bool own = edit->user_id == op->actor->user_id;
    struct saving saving = { .edit = edit };
    if (!permission_check(op, own ? PERM_SELF : PERM_ADMIN, err)) return false;
    struct spec top = spec_top(op, edit->body);
    if (top.value != NULL) {
        contact_read(op, edit->body, &saving.card);
        saving.backup = spec_id(&top, "backup", false);
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, save_in_tx, &saving, err);
}

/* --- still right? --- */

static bool confirm_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct actor *actor = tx_op(tx)->actor;
    struct user user;
    (void)arg;
    return find_user(tx, actor->user_id, &user, err) && contact_sql_confirm(tx, user.id, err) &&
           ask_in_a_month(tx, user.id, err) &&
           audit_add(tx, "contact.confirmed", subject_of(tx_op(tx)->arena, &user), NULL, err);
}

bool contact_confirm(struct op *op, struct error *err) {
    return permission_check(op, PERM_SELF, err) && store_write(op, confirm_in_tx, NULL, err);
}

bool contact_confirm_due(struct tx *tx, const struct due *due, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct user user;
    bool found;
    if (!user_find(tx, due->subject_id, &user, &found, err)) return false;
    if (!found) return true;
    if (user.disabled_ms != 0) return ask_in_a_month(tx, user.id, err); /* they may come back */
    if (!organisation_find(tx, &organisation, err)) return false;
    int64_t working = policy_working_ms(&organisation, op->now_ms);
    if (working > op->now_ms) return due_set(tx, &(struct due){ CONTACT_CONFIRM_DUE, user.id, "", working, NULL }, err);
    const struct i18n *lang = i18n_get(user.lang);
    const struct letter letter = {
        "contact.confirm", i18n_text(lang, "contact.confirm_subject"),
        i18n_format(lang, op->arena, "contact.confirm_text", I18N_ARGS({ "name", user.name })), "/profile/contacts"
    };
    return contact_sql_ask(tx, user.id, err) && person_tell(tx, &user, &letter, err) &&
           ask_in_a_month(tx, user.id, err);
}

/* --- trials --- */

static bool try_method(struct tx *tx, const struct user *user, const struct contact_method *method, struct error *err) {
    const struct i18n *lang = i18n_get(user->lang);
    struct arena *arena = tx_op(tx)->arena;
    int64_t row_id = 0;
    const struct personal message = { .kind = method->kind,
                                      .address = method->address,
                                      .topic = "page.trial",
                                      .order_key = arena_printf(arena, "trial/%lld", (long long)user->id),
                                      .subject = i18n_text(lang, "contact.trial_subject"),
                                      .text = i18n_format(lang, arena, "contact.trial_text",
                                                          I18N_ARGS({ "name", user->name })),
                                      .lang = user->lang };
    return outbox_personal(tx, &message, &row_id, err) && contact_sql_trial_put(tx, user->id, method, row_id, err);
}

static bool too_soon(struct tx *tx, int64_t user_id, bool *out, struct error *err) {
    struct contact_trial_rows rows;
    if (!contact_sql_trials(tx, user_id, &rows, err)) return false;
    *out = rows.count > 0 && rows.items[0].at_ms > tx_op(tx)->now_ms - CONTACT_TRIAL_WAIT_MS;
    return true;
}

static bool try_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct op *op = tx_op(tx);
    struct user user;
    struct contact_card card;
    bool soon, any = false;
    (void)arg;
    if (!find_user(tx, op->actor->user_id, &user, err) || !too_soon(tx, user.id, &soon, err) ||
        !contact_find(tx, &user, &card, err))
        return false;
    if (soon) return ERROR(err, ERR_LIMIT, "contact.trial_too_soon", "%s", user.login);
    for (size_t i = 0; i < card.method_count; i++) {
        if (*card.methods[i].address == '\0') continue;
        any = true;
        if (!try_method(tx, &user, &card.methods[i], err)) return false;
    }
    if (!any) return ERROR(err, ERR_CONFLICT, "contact.no_address", "%s", user.login);
    return audit_add(tx, "contact.tried", subject_of(op->arena, &user), NULL, err);
}

bool contact_try(struct op *op, struct error *err) {
    return permission_check(op, PERM_SELF, err) && store_write(op, try_in_tx, NULL, err);
}

struct trial_call {
    int64_t user_id;
    struct contact_trials out;
};

static const char *result_of(const struct contact_trial_row *row, const struct outbox_fate *fate) {
    if (row->outbox_id == 0) return "not_connected";
    if (fate->state == NULL) return "forgotten";
    if (str_eq(fate->state, "sent")) return "sent";
    return str_eq(fate->state, "dead") ? "failed" : "waiting";
}

static bool trials_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct trial_call *call = arg;
    struct contact_trial_rows rows;
    if (!contact_sql_trials(tx, call->user_id, &rows, err)) return false;
    call->out = (struct contact_trials){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct contact_trial), 0 };
    for (size_t i = 0; i < rows.count; i++) {
        const struct contact_trial_row *row = &rows.items[i];
        struct contact_trial *trial = &call->out.items[call->out.count];
        struct outbox_fate fate = { 0 };
        if (!personal_kind_parse(row->kind, &trial->kind)) continue;
        if (row->outbox_id != 0 && !outbox_fate(tx, row->outbox_id, &fate, err)) return false;
        trial->address = row->address;
        trial->at_ms = row->at_ms;
        trial->result = result_of(row, &fate);
        trial->fault = fate.last_error;
        call->out.count++;
    }
    return true;
}

bool contact_trials(struct op *op, int64_t user_id, struct contact_trials *out, struct error *err) {
    struct trial_call call = { .user_id = user_id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, trials_in_tx, &call, err)) return false;
    *out = call.out;
    return true;
}
