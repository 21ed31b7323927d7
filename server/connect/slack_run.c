/* Calls from Slack: who, once, and what to say when it fails. See slack_run.h. */
#include "connect/slack_run.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "connect/hook_seen.h"
#include "connect/slack_modal.h"
#include "connect/slack_text.h"
#include "people/user.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/refusal.h"

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

const char *slack_error_sentence(struct op *op, const struct error *err) {
    return refusal_text(op->lang, op->arena, err);
}

const char *slack_field_sentence(struct op *op, const struct field_error *at) {
    return refusal_field_text(op->lang, op->arena, at);
}

static const char *explain(struct op *op, const struct error *err) {
    struct buf text;
    buf_init(&text, op->arena, ANSWER_MAX);
    buf_puts(&text, slack_error_sentence(op, err));
    for (const struct field_error *at = op->fields.first; at != NULL; at = at->next) {
        buf_printf(&text, "\n• %s: %s", at->field, slack_field_sentence(op, at));
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

/* The forms' own answers are JSON; a mistake keeps the form open, with everything that was typed. */
static bool perform_form(struct op *op, struct slack_work *work, struct error *err) {
    const struct slack_form *form = work->call->form;
    if (slack_submit(op, work, form, &work->told, err)) {
        work->answer = slack_form_done(op, work->told);
        return true;
    }
    if (ours_to_mend(err)) return false;
    work->told = explain(op, err);
    work->answer = slack_form_errors(op, form, err);
    return true;
}

static bool perform(struct op *op, struct slack_work *work, struct error *err) {
    const struct slack_call *call = work->call;
    struct slack_command command;
    bool ok = true;
    op->fields = (struct field_errors){ 0 };
    if (call->form != NULL) return perform_form(op, work, err);
    if (call->mark != NULL) ok = slack_mark(op, work, err);
    if (call->command != NULL) {
        slack_command_parse(op->arena, call->command, &command);
        ok = slack_verb(op, work, &command, &work->answer, err);
    }
    for (size_t i = 0; ok && i < call->press_count; i++) {
        ok = slack_press(op, work, &call->presses[i], &work->answer, err);
    }
    if (ok) return true;
    if (ours_to_mend(err)) return false;
    if (call->mark != NULL) log_error("slack.mark", op->request_id, err); /* nobody waits for an answer */
    else work->answer = explain(op, err);
    return true;
}

bool slack_only_asks(const struct slack_command *command) {
    bool empty = str_blank(command->rest);
    return (command->verb == SLACK_DECLARE && (empty || command->severity == NULL)) ||
           (command->verb == SLACK_UPDATE && empty);
}

/* Opening a form writes nothing: it must not wait for a database that takes no writes, since a trigger lives three
 * seconds. */
static bool wants_a_form(struct op *op, const struct slack_call *call) {
    struct slack_command command;
    if (call->press_count > 0) return call->press_count == 1 && str_eq(call->presses[0].action, "inc_update");
    if (call->command == NULL) return false;
    slack_command_parse(op->arena, call->command, &command);
    return slack_only_asks(&command);
}

/* Whoever may not act hears why; a form says it in a view of its own. */
static void turn_away(struct op *op, struct slack_work *work, const char *why) {
    work->told = why;
    work->answer = work->call->form == NULL ? why : slack_form_done(op, why);
}

/* *done: it was taken before, and the answer is what was said then. */
static bool take(struct op *op, struct slack_work *work, struct taking *taking, bool *done, struct error *err) {
    *done = false;
    if (work->taken) return true;
    if (!store_write(op, take_tx, taking, err)) return false;
    work->taken = taking->first;
    *done = !taking->first;
    if (!*done) return true;
    const char *again = i18n_text(op->lang, "slack.answer.again");
    if (taking->answer != NULL) work->answer = taking->answer;
    else turn_away(op, work, again);
    return true;
}

bool slack_work(struct op *op, struct slack_work *work, struct error *err) {
    const struct slack_call *call = work->call;
    struct slack_who *who = ARENA_NEW(op->arena, struct slack_who); /* the op keeps pointing at it */
    struct taking taking = { .key = call->press_count > 0 ? call->presses[0].key : call->key };
    bool done;
    work->answer = "";
    if (!slack_call_asks(call)) return true;
    if (!slack_who(op, work->settings, call, who, err)) return false;
    op->actor = &who->actor;
    op->lang = who->lang;
    if (who->refused) {
        turn_away(op, work, who->answer);
        return true;
    }
    if (wants_a_form(op, call)) return perform(op, work, err);
    if (!take(op, work, &taking, &done, err)) return false;
    if (done) return true;
    if (!perform(op, work, err)) return false;
    taking.answer = work->answer;
    struct error minor; /* the work is done; without its answer a repetition hears that it was taken */
    if (!store_write(op, answered_tx, &taking, &minor)) log_error("slack.answer_not_kept", op->request_id, &minor);
    return true;
}
