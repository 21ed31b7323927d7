/* Asking for help and offering it: see update.h. */
#include "incident/update.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "incident/incident_internal.h"
#include "incident/timeline_row.h"
#include "incident/update_row.h"

struct help_run {
    const struct help_draft *draft;
    struct help *out;
};

static void help_check(struct op *op, const struct change *change, const struct help_draft *draft, struct help *out) {
    out->symptom = typed_text(op, "symptom", draft->symptom, LINE_MAX_CHARS, FIELD_MULTILINE);
    out->tried = typed_text(op, "tried", draft->tried, TEXT_MAX, FIELD_MULTILINE);
    out->logs = typed_text(op, "logs", draft->logs, TEXT_MAX, FIELD_MULTILINE);
    out->needed = typed_text(op, "needed", draft->needed, LINE_MAX_CHARS, FIELD_REQUIRED | FIELD_MULTILINE);
    out->at = typed_time(op, change->organisation.tz, "at", draft->at, op->now_ms);
    int64_t begin = incident_begin(&change->incident);
    if (out->at != 0 && out->at < begin) typed_too_early(op, change->organisation.tz, "at", begin);
    if (out->at == 0) out->at = op->now_ms;
    if (out->symptom == NULL) out->symptom = change->incident.symptom;
}

static bool ask(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct help_run *run = arg;
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    struct help help = { 0 };
    help_check(op, change, run->draft, &help);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!change_still_open(change, err)) return false;
    json_t *data = json_obj(op->arena);
    json_put_text(data, "symptom", help.symptom);
    json_put_text(data, "tried", help.tried);
    json_put_text(data, "logs", help.logs);
    json_put_text(data, "needed", help.needed);
    struct event_entry entry = { .kind = EVENT_HELP, .at = help.at, .key = "timeline.help", .data = data };
    if (!change_record(tx, change, &entry, "incident.help", err)) return false;
    incident->last_help_seq = incident->last_seq;
    *run->out = help;
    return clock_meet(tx, incident, CLOCK_HELP_OFFER, help.at, err) &&
           incident_publish(tx, incident, "incident.help", MESSAGE_HELP, err);
}

bool incident_ask_help(struct op *op, const char *ref, const struct help_draft *draft, struct help *out,
                       struct error *err) {
    struct help_run run = { draft, out };
    return incident_change(op, ref, &(struct change_call){ ask, &run, PERM_RESPOND }, NULL, err);
}

bool help_latest(struct tx *tx, int64_t incident_id, struct help *out, bool *found, struct error *err) {
    struct incident incident;
    return incident_by_id(tx, incident_id, &incident, err) && help_of(tx, &incident, out, found, err);
}

bool help_of(struct tx *tx, const struct incident *incident, struct help *out, bool *found, struct error *err) {
    *found = incident->last_help_seq != 0;
    if (!*found) return true;
    struct event event;
    json_t *data;
    if (!event_by_seq(tx, incident->id, incident->last_help_seq, &event, err)) return false;
    if (!json_parse(tx_op(tx)->arena, event.data, strlen(event.data), &data, err)) return false;
    *out = (struct help){ event.at, json_text(data, "symptom"), json_text(data, "tried"), json_text(data, "logs"),
                          json_text(data, "needed") };
    return true;
}

/* --- offers --- */

static bool offer(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct op *op = tx_op(tx);
    const char *note = typed_text(op, "note", arg, LINE_MAX_CHARS, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!change_still_open(change, err)) return false;
    json_t *data = json_obj(op->arena);
    json_put_text(data, "person", op->actor->name);
    if (note != NULL) json_put_text(data, "note", note);
    const char *key = note == NULL ? "timeline.help_offer" : "timeline.help_offer_note";
    struct event_entry entry = { .kind = EVENT_HELP_OFFER, .key = key, .data = data };
    return change_record(tx, change, &entry, "incident.help_offered", err) &&
           offer_put(tx, change->incident.id, note, err);
}

bool incident_offer_help(struct op *op, const char *ref, const char *note, struct error *err) {
    char *text = note == NULL ? NULL : arena_str(op->arena, note);
    return incident_change(op, ref, &(struct change_call){ offer, text, PERM_READ }, NULL, err);
}
