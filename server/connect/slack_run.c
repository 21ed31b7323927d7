/* Calls from Slack: who, once, and what to say when it fails. See slack_run.h. */
#include "connect/slack_run.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "connect/hook_seen.h"
#include "connect/slack_text.h"
#include "people/user.h"
#include "policy/organisation.h"
#include "text/i18n.h"

#include <string.h>

enum { ANSWER_MAX = 3900, NAME_BYTES = 80 };

/* --- who --- */

struct search {
    const char *slack_id;
    struct user user;
    bool found;
    struct organisation organisation;
};

static bool search_tx(struct tx *tx, void *arg, struct error *err) {
    struct search *search = arg;
    return organisation_find(tx, &search->organisation, err) &&
           user_find_slack(tx, search->slack_id, &search->user, &search->found, err);
}

static struct slack_who stranger(struct op *op, const json_t *settings, const struct slack_call *call,
                                 const struct i18n *lang) {
    const char *rule = json_text(settings, "unmapped");
    enum role role = str_eq(rule, "viewer") ? ROLE_VIEWER : ROLE_RESPONDER;
    const char *name = call->user_name;
    char cut[NAME_BYTES];
    bool usable = !str_blank(name) && utf8_printable(name, strlen(name), false);
    str_copy(cut, sizeof cut, usable ? name : call->user_id);
    struct slack_who who = { .lang = lang, .refused = str_eq(rule, "refuse") };
    if (who.refused) who.answer = i18n_text(lang, "slack.answer.unmapped");
    who.actor = (struct actor){ .kind = ACTOR_TOKEN,
                                .login = arena_printf(op->arena, "slack:%s", call->user_id),
                                .name = arena_printf(op->arena, "@%s (Slack)", cut),
                                .role = role_name(role),
                                .permissions = role_permissions(role),
                                .remote = "slack" };
    return who;
}

bool slack_who(struct op *op, const json_t *settings, const struct slack_call *call, struct slack_who *out,
               struct error *err) {
    struct search search = { .slack_id = call->user_id };
    if (!store_read(op, search_tx, &search, err)) return false;
    if (!search.found) {
        *out = stranger(op, settings, call, i18n_get(search.organisation.lang));
        return true;
    }
    const struct user *user = &search.user;
    *out = (struct slack_who){ .lang = i18n_get(user->lang), .refused = user->disabled_ms != 0 };
    if (out->refused) out->answer = i18n_text(out->lang, "slack.answer.disabled");
    out->actor = (struct actor){ .kind = ACTOR_USER,
                                 .user_id = user->id,
                                 .login = user->login,
                                 .name = user->name,
                                 .role = role_name(user->role),
                                 .permissions = role_permissions(user->role),
                                 .remote = "slack" };
    return true;
}

/* --- what to say --- */

static const char *explain(struct op *op, const struct error *err) {
    struct buf text;
    const char *general = i18n_find(op->lang, arena_printf(op->arena, "error.%s", err->code));
    if (general == NULL) {
        general = i18n_text(op->lang, arena_printf(op->arena, "error.kind.%s", error_class(err->kind)->name));
    }
    buf_init(&text, op->arena, ANSWER_MAX);
    buf_puts(&text, general);
    for (const struct field_error *at = op->fields.first; at != NULL; at = at->next) {
        const char *key = arena_printf(op->arena, "field_error.%s", at->code);
        if (i18n_find(op->lang, key) == NULL) key = "field_error.malformed";
        buf_printf(&text, "\n• %s: %s", at->field,
                   i18n_format(op->lang, op->arena, key, I18N_ARGS({ "arg", at->arg == NULL ? "" : at->arg })));
    }
    return slack_escape(op->arena, text.data, ANSWER_MAX);
}

static bool ours_to_mend(const struct error *err) {
    return err->kind == ERR_BUSY || err->kind == ERR_INTERNAL;
}

/* --- once --- */

struct taking {
    const char *key;
    bool first;
    const char *answer;
};

static bool take_tx(struct tx *tx, void *arg, struct error *err) {
    struct taking *taking = arg;
    return hook_take(tx, taking->key, &taking->first, &taking->answer, err);
}

static bool answered_tx(struct tx *tx, void *arg, struct error *err) {
    const struct taking *taking = arg;
    return hook_answered(tx, taking->key, taking->answer, err);
}

static bool perform(struct op *op, struct slack_work *work, struct error *err) {
    const struct slack_call *call = work->call;
    struct slack_command command;
    bool ok = true;
    op->fields = (struct field_errors){ 0 };
    if (call->command != NULL) {
        slack_command_parse(op->arena, call->command, &command);
        ok = slack_verb(op, work, &command, &work->answer, err);
    }
    for (size_t i = 0; ok && i < call->press_count; i++) {
        ok = slack_press(op, work, &call->presses[i], &work->answer, err);
    }
    if (ok) return true;
    if (ours_to_mend(err)) return false;
    work->answer = explain(op, err);
    return true;
}

bool slack_work(struct op *op, struct slack_work *work, struct error *err) {
    const struct slack_call *call = work->call;
    struct slack_who *who = ARENA_NEW(op->arena, struct slack_who); /* the op keeps pointing at it */
    struct taking taking = { .key = call->command != NULL ? call->key : NULL };
    if (call->press_count > 0) taking.key = call->presses[0].key;
    work->answer = "";
    if (taking.key == NULL) return true;
    if (!slack_who(op, work->settings, call, who, err)) return false;
    op->actor = &who->actor;
    op->lang = who->lang;
    if (who->refused) {
        work->answer = who->answer;
        return true;
    }
    if (!work->taken) {
        if (!store_write(op, take_tx, &taking, err)) return false;
        if (!taking.first) {
            work->answer = taking.answer != NULL ? taking.answer : i18n_text(op->lang, "slack.answer.again");
            return true;
        }
        work->taken = true;
    }
    if (!perform(op, work, err)) return false;
    taking.answer = work->answer;
    struct error minor; /* the work is done; without its answer a repetition hears that it was taken */
    if (!store_write(op, answered_tx, &taking, &minor)) log_error("slack.answer_not_kept", op->request_id, &minor);
    return true;
}
