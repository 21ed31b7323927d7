/* Situation updates and their reminders: see update.h. */
#include "incident/update.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident_internal.h"
#include "incident/search.h"
#include "incident/timeline_row.h"
#include "incident/update_row.h"
#include "text/when.h"

enum { CADENCE_MAX_MINUTES = 24 * 60 };

struct update_run {
    const struct update_draft *draft;
    struct update *out;
};

/* Told afterwards, of a time before the newest update: noted, but no news, and what was promised since stays promised.
 */
static bool is_late(struct tx *tx, const struct incident *incident, int64_t at, struct update *newest, bool *late,
                    struct error *err) {
    bool found = false;
    *late = false;
    if (at == 0 || !update_of(tx, incident, newest, &found, err)) return at == 0;
    *late = found && at < newest->at;
    return true;
}

static bool note_update(struct tx *tx, struct change *change, const struct update *update, struct update *out,
                        struct error *err) {
    struct incident *incident = &change->incident;
    struct event_entry entry = { .kind = EVENT_UPDATE, .at = update->at, .text = update->text };
    entry.data = json_obj(tx_op(tx)->arena);
    if (!change_record(tx, change, &entry, "incident.updated", err)) return false;
    *out = *update;
    out->seq = incident->last_seq;
    return search_put(tx, incident, incident->last_seq, update->text, err);
}

static bool write_update(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct update_run *run = arg;
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    const char *text = typed_text(op, "text", run->draft->text, TEXT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    const char *typed = str_blank(run->draft->next_minutes) ? NULL : run->draft->next_minutes;
    int64_t minutes =
        field_i64(op, "next_update_minutes", typed, 1, CADENCE_MAX_MINUTES, change->level->update_minutes);
    int64_t at = typed_time(op, change->organisation.tz, "at", run->draft->at, op->now_ms);
    int64_t started = incident->phase_at[PHASE_OCCURRED];
    if (at != 0 && at < started) typed_too_early(op, change->organisation.tz, "at", started);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct update newest;
    bool late;
    if (!change_still_open(change, err) || !is_late(tx, incident, at, &newest, &late, err)) return false;
    if (late) return note_update(tx, change, &(struct update){ 0, at, text, newest.next_due }, run->out, err);
    if (at == 0) at = op->now_ms;
    int64_t next = minutes > 0 && incident_is_live(incident) ? at + minutes * MINUTE_MS : 0;
    json_t *data = json_obj(op->arena);
    json_put_text(data, "next_update_at", next == 0 ? NULL : when_rfc3339(op->arena, next));
    struct event_entry entry = { .kind = EVENT_UPDATE, .at = at, .text = text, .data = data };
    if (!change_record(tx, change, &entry, "incident.updated", err)) return false;
    incident->last_update_seq = incident->last_seq;
    *run->out = (struct update){ incident->last_seq, at, text, next };
    return clocks_updated(tx, change, at, minutes, err) && search_put(tx, incident, incident->last_seq, text, err) &&
           incident_publish(tx, incident, "incident.updated", MESSAGE_UPDATE, err);
}

bool incident_update(struct op *op, const char *ref, const struct update_draft *draft, struct update *out,
                     struct error *err) {
    struct update_run run = { draft, out };
    return incident_change(op, ref, &(struct change_call){ write_update, &run, PERM_RESPOND }, NULL, err);
}

bool update_latest(struct tx *tx, int64_t incident_id, struct update *out, bool *found, struct error *err) {
    struct incident incident;
    return incident_by_id(tx, incident_id, &incident, err) && update_of(tx, &incident, out, found, err);
}

bool update_of(struct tx *tx, const struct incident *incident, struct update *out, bool *found, struct error *err) {
    *found = incident->last_update_seq != 0;
    if (!*found) return true;
    struct event event;
    json_t *data;
    if (!event_by_seq(tx, incident->id, incident->last_update_seq, &event, err)) return false;
    if (!json_parse(tx_op(tx)->arena, event.data, strlen(event.data), &data, err)) return false;
    *out = (struct update){ event.seq, event.at, event.text, 0 };
    const char *next = json_text(data, "next_update_at");
    return next == NULL || when_parse(next, &out->next_due, err);
}

/* --- reminders --- */

static const char *const ACTION_WORDS[] = { "send", "snooze_30", "snooze_60", "snooze_90", "stop", NULL };
static const int64_t SNOOZE_MINUTES[] = { 0, 30, 60, 90, 0 };

bool reminder_action_parse(const char *name, enum reminder_action *out) {
    int index = word_index(ACTION_WORDS, name);
    if (index < 0) return false;
    *out = (enum reminder_action)index;
    return true;
}

static bool snooze(struct tx *tx, struct change *change, struct clock_row *row, int64_t minutes, struct error *err) {
    int64_t until = tx_op(tx)->now_ms + minutes * MINUTE_MS;
    row->snoozed_until = until;
    row->stopped = false;
    json_t *data = json_obj(tx_op(tx)->arena);
    json_put_text(data, "until", when_clock(tx_op(tx)->arena, change->organisation.tz, until));
    struct event_entry entry = { .kind = EVENT_CLOCK, .key = "timeline.reminder_snoozed", .data = data };
    if (!change_record(tx, change, &entry, "incident.reminder_snoozed", err)) return false;
    /* A promise not yet broken stays due when it is; only what follows it waits. */
    int64_t due = row->state == CLOCK_PENDING ? row->due_at : until;
    return clock_write(tx, change->incident.id, row, err) &&
           clock_schedule(tx, change->incident.id, CLOCK_UPDATE, due, err);
}

static bool stop(struct tx *tx, struct change *change, struct clock_row *row, struct error *err) {
    row->stopped = true;
    struct event_entry entry = { .kind = EVENT_CLOCK, .key = "timeline.reminder_stopped" };
    if (!change_record(tx, change, &entry, "incident.reminder_stopped", err)) return false;
    if (!clock_write(tx, change->incident.id, row, err)) return false;
    if (row->state == CLOCK_PENDING) return true;
    return due_cancel(tx, INCIDENT_CLOCK_DUE, change->incident.id, clock_kind_name(CLOCK_UPDATE), err);
}

static bool remind(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const enum reminder_action *action = arg;
    struct clock_row row;
    bool found;
    if (!change_still_open(change, err)) return false;
    if (!clock_latest(tx, change->incident.id, CLOCK_UPDATE, &row, &found, err)) return false;
    if (!found || row.met_at != 0 || row.state == CLOCK_WAIVED) {
        return ERROR(err, ERR_CONFLICT, "incident.no_reminder", "%s owes no update", change->incident.ref);
    }
    switch (*action) {
    case REMINDER_SEND: return clock_remind(tx, change, &row, err);
    case REMINDER_STOP: return stop(tx, change, &row, err);
    case REMINDER_SNOOZE_30:
    case REMINDER_SNOOZE_60:
    case REMINDER_SNOOZE_90: return snooze(tx, change, &row, SNOOZE_MINUTES[*action], err);
    }
    die("unknown reminder action %d", (int)*action);
}

bool incident_remind(struct op *op, const char *ref, enum reminder_action action, struct incident *out,
                     struct error *err) {
    return incident_change(op, ref, &(struct change_call){ remind, &action, PERM_RESPOND }, out, err);
}
