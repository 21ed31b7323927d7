/* Channel messages: a view model of the incident, rendered by a text template of its language (message.h). */
#include "incident/message.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident_internal.h"
#include "incident/update_row.h"
#include "text/i18n.h"
#include "text/when.h"
#include "view/template.h"

enum { MESSAGE_MAX = 64 * 1024, MESSAGES_TO_COPY = 4 };

static const char *const MESSAGE_WORDS[] = { "declared",   "update",    "help",       "recovered",  "reminder",
                                             "escalation", "executive", "ack_missed", "report_due", "retro_due",
                                             "severity",   "reopened",  "help_offer", "state",      NULL };

const char *message_kind_name(enum message_kind kind) {
    REQUIRE(kind < MESSAGE_KIND_COUNT);
    return MESSAGE_WORDS[kind];
}

bool message_kind_parse(const char *name, enum message_kind *out) {
    int index = word_index(MESSAGE_WORDS, name);
    if (index < 0 || index >= MESSAGES_TO_COPY) return false;
    *out = (enum message_kind)index;
    return true;
}

struct message {
    struct op *op;
    const struct incident *incident;
    const struct tz *tz;
    const struct i18n *lang;
    json_t *view;
};

static void put_minute(const struct message *m, const char *key, int64_t at) {
    json_put_text(m->view, key, at == 0 ? NULL : when_minute(m->op->arena, m->tz, at));
}

static void put_elapsed(const struct message *m, int64_t until) {
    json_put_text(m->view, "elapsed", when_duration(m->op->arena, m->lang, incident_begin(m->incident), until));
}

/* What every message may say; members are put again by the more special ones. */
static void common(const struct message *m) {
    const struct incident *incident = m->incident;
    json_put_bool(m->view, "drill", incident->kind == INCIDENT_DRILL);
    json_put_text(m->view, "ref", incident->ref);
    json_put_text(m->view, "headline", incident_headline(incident));
    json_put_text(m->view, "severity", incident->severity);
    json_put_text(m->view, "symptom", incident->symptom != NULL ? incident->symptom : incident->title);
    json_put_text(m->view, "impact", incident->impact);
    json_put_text(m->view, "owner", incident->owner);
    json_put_text(m->view, "action", incident->action);
    json_put_text(m->view, "suspected_cause", incident->suspected_cause);
    json_put_text(m->view, "status_note", incident->status_note);
    json_put_text(
        m->view, "state",
        i18n_text(m->lang, arena_printf(m->op->arena, "label.state.%s", incident_state_name(incident->state))));
    put_minute(m, "at", incident_begin(incident));
    put_minute(m, "now", m->op->now_ms);
    put_elapsed(m, m->op->now_ms);
}

static void put_update(const struct message *m, const struct update *update) {
    put_minute(m, "at", update->at);
    put_minute(m, "next", update->next_due);
    json_put_text(m->view, "text", update->text);
}

static bool update_view(struct tx *tx, const struct message *m, struct error *err) {
    struct update update;
    bool found;
    if (!update_of(tx, m->incident, &update, &found, err)) return false;
    if (!found) update = (struct update){ .at = m->op->now_ms, .text = m->incident->status_note };
    put_update(m, &update);
    return true;
}

static bool help_view(struct tx *tx, const struct message *m, struct error *err) {
    struct help help;
    bool found;
    if (!help_of(tx, m->incident, &help, &found, err)) return false;
    const char *symptom = m->incident->symptom != NULL ? m->incident->symptom : m->incident->title;
    if (!found) {
        help = (struct help){ .at = m->op->now_ms,
                              .tried = m->incident->action,
                              .needed = i18n_text(m->lang, "incident.message.needed") };
    }
    put_elapsed(m, help.at);
    json_put_text(m->view, "symptom", help.symptom != NULL ? help.symptom : symptom);
    json_put_text(m->view, "tried", help.tried);
    json_put_text(m->view, "logs", help.logs);
    json_put_text(m->view, "needed", help.needed);
    return true;
}

static bool recovered_view(const struct message *m, struct error *err) {
    const struct incident *incident = m->incident;
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    if (recovered == 0) return ERROR(err, ERR_CONFLICT, "incident.not_recovered", "%s", incident->ref);
    put_minute(m, "at", recovered);
    put_minute(m, "retro", incident->retro_at);
    json_put_text(m->view, "duration", when_duration(m->op->arena, m->lang, incident_begin(incident), recovered));
    json_put_text(m->view, "cause", incident->cause);
    json_put_text(m->view, "action", incident->recovery_action);
    json_put_text(m->view, "impact", incident->recovery_impact);
    json_put_text(m->view, "follow_up", incident->follow_up);
    return true;
}

static bool special(struct tx *tx, const struct message *m, enum message_kind kind, struct error *err) {
    if (kind == MESSAGE_UPDATE) return update_view(tx, m, err);
    if (kind == MESSAGE_HELP) return help_view(tx, m, err);
    return kind != MESSAGE_RECOVERED || recovered_view(m, err);
}

static struct message begin(struct op *op, const struct incident *incident, const struct tz *tz, const char *lang) {
    struct message m = { op, incident, tz, i18n_get(lang != NULL ? lang : incident->lang), json_obj(op->arena) };
    common(&m);
    return m;
}

static bool render(const struct message *m, enum message_kind kind, const char **out, struct error *err) {
    struct arena *arena = m->op->arena;
    struct buf text;
    const char *name = arena_printf(arena, "incident/%s/%s.txt", i18n_code(m->lang), message_kind_name(kind));
    buf_init(&text, arena, MESSAGE_MAX);
    if (!template_render(name, m->view, m->lang, &text, err)) return false;
    while (text.len > 0 && text.data[text.len - 1] == '\n') text.data[--text.len] = '\0';
    *out = text.data;
    return true;
}

bool message_text(struct tx *tx, const struct incident *incident, enum message_kind kind, const char *lang,
                  const char **out, struct error *err) {
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    struct message m = begin(tx_op(tx), incident, organisation.tz, lang);
    return special(tx, &m, kind, err) && render(&m, kind, out, err);
}

const char *message_of_update(struct op *op, const struct incident *incident, const struct tz *tz,
                              const struct update *update, struct error *err) {
    const char *text;
    struct message m = begin(op, incident, tz, NULL);
    put_update(&m, update);
    return render(&m, MESSAGE_UPDATE, &text, err) ? text : NULL;
}

struct message_run {
    const char *ref, *lang;
    enum message_kind kind;
    const char **out;
};

static bool read_message(struct tx *tx, void *arg, struct error *err) {
    const struct message_run *run = arg;
    struct incident incident;
    return incident_by_ref(tx, run->ref, &incident, err) &&
           message_text(tx, &incident, run->kind, run->lang, run->out, err);
}

bool incident_message(struct op *op, const char *ref, enum message_kind kind, const char *lang, const char **out,
                      struct error *err) {
    struct message_run run = { ref, lang, kind, out };
    return permission_check(op, PERM_READ, err) && store_read(op, read_message, &run, err);
}
