/* The words after /incident and the buttons, each one domain call and a sentence about what came of it. */
#include "connect/slack_run.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "connect/slack_modal.h"
#include "connect/slack_text.h"
#include "incident/draft.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "incident/search.h"
#include "incident/timeline.h"
#include "incident/update.h"
#include "oncall/rota.h"
#include "policy/policy.h"
#include "review/action_item.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { LIST_LEN = 10, ANSWER_MAX = 3900, TITLE_UNITS = 200, SCHEDULES_MAX = 20 };

struct turn { /* one command on its way */
    struct op *op;
    const struct slack_work *work;
    const struct slack_command *command;
    const char *ref;
    const char *answer;
};
typedef bool (*verb_fn)(struct turn *turn, struct error *err);

static const char *say(struct turn *turn, const char *key) {
    return i18n_text(turn->op->lang, key);
}

static const char *shown(struct op *op, const char *text) {
    return slack_escape(op->arena, text == NULL ? "" : text, TITLE_UNITS);
}

/* <https://…/incidents/REF|REF>, or the reference alone. */
static const char *link_of(struct op *op, const struct slack_work *work, const char *ref) {
    if (work->portal == NULL) return ref;
    return arena_printf(op->arena, "<%s/incidents/%s|%s>", work->portal, ref, ref);
}

static const char *about(struct turn *turn, const char *key, const struct incident *incident) {
    struct op *op = turn->op;
    return i18n_format(op->lang, op->arena, key,
                       I18N_ARGS({ "ref", link_of(op, turn->work, incident->ref) }, { "severity", incident->severity },
                                 { "title", shown(op, incident_headline(incident)) }));
}

static const char *list_text(struct turn *turn, const struct incident_page *page, const char *head) {
    struct op *op = turn->op;
    struct buf text;
    buf_init(&text, op->arena, ANSWER_MAX);
    buf_puts(&text, head);
    for (size_t i = 0; i < page->count; i++) {
        const struct incident *incident = &page->list[i];
        const char *state =
            i18n_text(op->lang, arena_printf(op->arena, "label.state.%s", incident_state_name(incident->state)));
        buf_printf(&text, "\n• %s [%s] %s (%s, %s)", link_of(op, turn->work, incident->ref), incident->severity,
                   shown(op, incident_headline(incident)), state,
                   when_relative(op->arena, op->lang, op->now_ms, incident_begin(incident)));
    }
    return text.data;
}

static bool active(struct turn *turn, struct incident_page *out, struct error *err) {
    const struct incident_query query = { .state = "active", .limit = arena_printf(turn->op->arena, "%d", LIST_LEN) };
    return incident_list(turn->op, &query, out, err);
}

/* The incident that was named, or the only one there is; otherwise the answer asks which. */
static bool choose(struct turn *turn, struct error *err) {
    struct incident_page page;
    turn->ref = turn->command->ref;
    if (turn->ref != NULL) return true;
    if (!active(turn, &page, err)) return false;
    if (page.count == 1) turn->ref = page.list[0].ref;
    else if (page.count == 0) turn->answer = say(turn, "slack.answer.none");
    else turn->answer = list_text(turn, &page, say(turn, "slack.answer.which"));
    return true;
}

/* --- verbs --- */

static bool usage(struct turn *turn, struct error *err) {
    (void)err;
    struct op *op = turn->op;
    const char *unknown = turn->command->unknown;
    const char *text = say(turn, "slack.answer.usage");
    turn->answer = unknown == NULL ? text
                                   : arena_printf(op->arena, "%s\n%s",
                                                  i18n_format(op->lang, op->arena, "slack.answer.unknown",
                                                              I18N_ARGS({ "word", shown(op, unknown) })),
                                                  text);
    return true;
}

static bool ask_severity(struct turn *turn, const char *key, struct error *err) {
    struct op *op = turn->op;
    const struct policy *policy;
    if (!policy_load(op, 0, &policy, err)) return false;
    turn->answer = i18n_format(op->lang, op->arena, key, I18N_ARGS({ "codes", policy_codes(op->arena, policy) }));
    return true;
}

static bool declare(struct turn *turn, struct error *err) {
    const struct slack_command *command = turn->command;
    struct incident incident;
    if (slack_only_asks(command)) {
        turn->answer = "";
        return slack_open_declare(turn->op, turn->work, command) || ask_severity(turn, "slack.answer.declare", err);
    }
    const struct incident_draft draft = { .title = command->rest, .severity = command->severity };
    if (!incident_declare(turn->op, &draft, &incident, err)) return false;
    turn->answer = about(turn, "slack.answer.declared", &incident);
    return true;
}

static bool update(struct turn *turn, struct error *err) {
    struct update update;
    struct op *op = turn->op;
    const struct update_draft draft = { .text = turn->command->rest };
    if (slack_only_asks(turn->command)) {
        turn->answer = slack_open_update(op, turn->work, turn->ref) ? "" : say(turn, "slack.answer.update");
        return true;
    }
    if (!incident_update(op, turn->ref, &draft, &update, err)) return false;
    turn->answer = i18n_format(op->lang, op->arena, "slack.answer.updated",
                               I18N_ARGS({ "ref", link_of(op, turn->work, turn->ref) }));
    return true;
}

static bool acknowledge(struct turn *turn, struct error *err) {
    struct incident before, incident;
    if (!incident_find(turn->op, turn->ref, &before, err) ||
        !incident_acknowledge(turn->op, turn->ref, &incident, err)) {
        return false;
    }
    bool again = before.state != INCIDENT_OPEN;
    turn->answer = about(turn, again ? "slack.answer.acknowledged_before" : "slack.answer.acknowledged", &incident);
    return true;
}

static bool severity(struct turn *turn, struct error *err) {
    const struct slack_command *command = turn->command;
    struct incident incident;
    if (command->severity == NULL || str_blank(command->rest)) return ask_severity(turn, "slack.answer.severity", err);
    if (!incident_set_severity(turn->op, turn->ref, command->severity, command->rest, &incident, err)) return false;
    turn->answer = about(turn, "slack.answer.severity_set", &incident);
    return true;
}

static bool help(struct turn *turn, struct error *err) {
    struct op *op = turn->op;
    struct help asked;
    const struct help_draft draft = { .needed = turn->command->rest };
    if (!incident_ask_help(op, turn->ref, &draft, &asked, err)) return false;
    turn->answer = i18n_format(op->lang, op->arena, "slack.answer.helped",
                               I18N_ARGS({ "ref", link_of(op, turn->work, turn->ref) }));
    return true;
}

/* "cause / action / impact / follow-up"; a single piece is the action. */
static struct recovery recovery_of(struct arena *arena, const char *text) {
    enum { PIECES = 4 };
    const char *pieces[PIECES] = { NULL };
    size_t count = 0;
    const char *at = text;
    while (count < PIECES) {
        const char *end = count + 1 < PIECES ? strstr(at, " / ") : NULL;
        pieces[count++] = end == NULL ? arena_str(arena, at) : arena_strn(arena, at, (size_t)(end - at));
        if (end == NULL) break;
        at = end + 3;
    }
    if (count == 1) return (struct recovery){ .action = pieces[0] };
    return (struct recovery){ .cause = pieces[0], .action = pieces[1], .impact = pieces[2], .follow_up = pieces[3] };
}

static bool recover(struct turn *turn, struct error *err) {
    struct incident incident;
    const struct recovery recovery = recovery_of(turn->op->arena, turn->command->rest);
    if (!incident_recover(turn->op, turn->ref, &recovery, &incident, err)) return false;
    turn->answer = about(turn, "slack.answer.recovered", &incident);
    return true;
}

/* An action item as from everywhere else: it becomes an issue by the same way. */
static bool add_action(struct turn *turn, struct error *err) {
    struct op *op = turn->op;
    struct action_item item;
    const struct action_draft draft = { .title = turn->command->rest, .incident_ref = turn->ref };
    if (str_blank(draft.title)) {
        turn->answer = say(turn, "slack.answer.action");
        return true;
    }
    if (!action_create(op, &draft, &item, err)) return false;
    turn->answer =
        i18n_format(op->lang, op->arena, "slack.answer.action_made",
                    I18N_ARGS({ "ref", link_of(op, turn->work, turn->ref) }, { "title", shown(op, item.title) }));
    return true;
}

static bool list(struct turn *turn, struct error *err) {
    struct incident_page page;
    if (!active(turn, &page, err)) return false;
    turn->answer =
        page.count == 0 ? say(turn, "slack.answer.none") : list_text(turn, &page, say(turn, "slack.answer.list"));
    return true;
}

static bool status(struct turn *turn, struct error *err) {
    struct op *op = turn->op;
    struct incident incident;
    if (turn->command->ref == NULL) return list(turn, err);
    if (!incident_find(op, turn->command->ref, &incident, err)) return false;
    struct incident_page one = { &incident, 1, NULL };
    const char *head = incident.status_note == NULL ? "" : shown(op, incident.status_note);
    turn->answer = list_text(turn, &one,
                             incident.owner == NULL ? head
                                                    : i18n_format(op->lang, op->arena, "slack.answer.owner",
                                                                  I18N_ARGS({ "owner", shown(op, incident.owner) })));
    return true;
}

/* --- who is on call --- */

struct duty_read {
    struct turn *turn;
    struct buf *text;
};

static void crew_text(struct buf *text, struct op *op, const struct schedule *schedule, const struct crew *crew) {
    for (size_t i = 0; i < crew->count; i++) {
        int32_t person = crew->list[i].person;
        const char *const *names = schedule->names == NULL ? schedule->people : schedule->names;
        buf_printf(text, "%s%s", i == 0 ? "" : ", ", person < 0 ? "-" : shown(op, names[person]));
    }
    if (crew->count == 0) buf_puts(text, "-");
}

static bool duty_tx(struct tx *tx, void *arg, struct error *err) {
    struct duty_read *read = arg;
    struct op *op = tx_op(tx);
    const char *wanted = read->turn->command->rest;
    struct rota_list rotas;
    if (!rota_all(tx, &rotas, err)) return false;
    buf_init(read->text, op->arena, ANSWER_MAX);
    for (size_t i = 0; i < rotas.count && i < SCHEDULES_MAX; i++) {
        const struct rota *rota = &rotas.items[i];
        struct schedule *schedule;
        struct roll roll;
        if (!str_blank(wanted) && !str_eq(wanted, rota->key) && strstr(rota->name, wanted) == NULL) continue;
        if (!rota_schedule(tx, rota, &schedule, err)) return false;
        schedule_at(schedule, VIEW_FINAL, op->now_ms / 1000, op->arena, &roll);
        buf_printf(read->text, "\n• %s: ", shown(op, rota->name));
        crew_text(read->text, op, schedule, &roll.primary);
        if (roll.secondary.count > 0) buf_puts(read->text, " / ");
        if (roll.secondary.count > 0) crew_text(read->text, op, schedule, &roll.secondary);
    }
    return true;
}

static bool oncall(struct turn *turn, struct error *err) {
    struct buf text;
    struct duty_read read = { turn, &text };
    if (!store_read(turn->op, duty_tx, &read, err)) return false;
    turn->answer = text.len == 0 ? say(turn, "slack.answer.oncall_none")
                                 : arena_printf(turn->op->arena, "%s%s", say(turn, "slack.answer.oncall"), text.data);
    return true;
}

/* --- tables --- */

static const struct {
    verb_fn run;
    bool needs_incident;
} VERBS[SLACK_VERB_COUNT] = {
    [SLACK_USAGE] = { usage, false },    [SLACK_DECLARE] = { declare, false },  [SLACK_UPDATE] = { update, true },
    [SLACK_ACK] = { acknowledge, true }, [SLACK_SEVERITY] = { severity, true }, [SLACK_HELP] = { help, true },
    [SLACK_RECOVER] = { recover, true }, [SLACK_ACTION] = { add_action, true }, [SLACK_ONCALL] = { oncall, false },
    [SLACK_LIST] = { list, false },      [SLACK_STATUS] = { status, false },
};

bool slack_verb(struct op *op, const struct slack_work *work, const struct slack_command *command, const char **answer,
                struct error *err) {
    struct turn turn = { .op = op, .work = work, .command = command };
    enum slack_verb verb = command->verb;
    if (verb == SLACK_HELP && str_blank(command->rest) && command->ref == NULL) verb = SLACK_USAGE;
    if (VERBS[verb].needs_incident && !choose(&turn, err)) return false;
    if (turn.answer == NULL && !VERBS[verb].run(&turn, err)) return false;
    *answer = turn.answer;
    return true;
}

/* Somebody without an account here cannot be one of the people who offered; the timeline keeps the offer. */
static bool offer(struct turn *turn, struct error *err) {
    struct op *op = turn->op;
    struct event event;
    turn->answer = i18n_format(op->lang, op->arena, "slack.answer.offered",
                               I18N_ARGS({ "ref", link_of(op, turn->work, turn->ref) }));
    if (op->actor->user_id != 0) return incident_offer_help(op, turn->ref, NULL, err);
    const struct timeline_draft note = { .text = i18n_format(op->lang, op->arena, "slack.note.offer",
                                                             I18N_ARGS({ "name", op->actor->name })) };
    return incident_note(op, turn->ref, &note, &event, err);
}

static bool post_update(struct turn *turn, struct error *err) {
    (void)err;
    turn->answer = slack_open_update(turn->op, turn->work, turn->ref) ? "" : say(turn, "slack.answer.update");
    return true;
}

/* The menu's value is "REF ACTION". */
static bool remind(struct turn *turn, struct error *err) {
    struct incident incident;
    enum reminder_action action;
    struct op *op = turn->op;
    size_t len = strcspn(turn->ref, " ");
    const char *word = turn->ref[len] == '\0' ? "" : turn->ref + len + 1;
    turn->ref = arena_strn(op->arena, turn->ref, len);
    turn->answer = "";
    if (!reminder_action_parse(word, &action)) return true; /* of a newer or older version */
    if (!incident_remind(op, turn->ref, action, &incident, err)) return false;
    turn->answer = about(turn, arena_printf(op->arena, "slack.reminded.%s", word), &incident);
    return true;
}

bool slack_press(struct op *op, const struct slack_work *work, const struct slack_press *press, const char **answer,
                 struct error *err) {
    static const struct {
        const char *action;
        verb_fn run;
    } BUTTONS[] = {
        { "inc_ack", acknowledge }, { "inc_help", offer }, { "inc_update", post_update }, { "inc_remind", remind }
    };
    struct turn turn = { .op = op, .work = work, .ref = press->value };
    for (size_t i = 0; i < sizeof BUTTONS / sizeof *BUTTONS; i++) {
        if (!str_eq(BUTTONS[i].action, press->action)) continue;
        if (!BUTTONS[i].run(&turn, err)) return false;
        *answer = turn.answer;
        return true;
    }
    *answer = ""; /* a link, or a button of a newer or older version: nothing to do */
    return true;
}
