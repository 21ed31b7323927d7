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
    const char *text; /* checked */
    struct search_text cut;
    bool told; /* it is the newest: not only noted */
    const struct tz *tz;
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

/* Composed inside the transaction only where somebody is to be told. */
static bool publish_update(struct tx *tx, const struct change *change, struct update *update, struct error *err) {
    static const char TOPIC[] = "incident.updated";
    const struct incident *incident = &change->incident;
    bool wanted;
    if (!incident_wanted(tx, incident, TOPIC, &wanted, err)) return false;
    if (!wanted) return true;
    update->message = message_of_update(tx_op(tx), incident, change->organisation.tz, update, err);
    return update->message != NULL && incident_send(tx, incident, TOPIC, update->message, err);
}

/* Its event, with what was promised in it, and its place in the search index. */
static bool record_update(struct tx *tx, struct change *change, const struct update_run *run, struct update *update,
                          struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct incident *incident = &change->incident;
    json_t *data = json_obj(arena);
    bool promised = run->told && update->next_due != 0;
    if (run->told) json_put_text(data, "next_update_at", promised ? when_rfc3339(arena, update->next_due) : NULL);
    struct event_entry entry = { .kind = EVENT_UPDATE, .at = update->at, .text = update->text, .data = data };
    if (!change_record(tx, change, &entry, "incident.updated", err)) return false;
    update->seq = incident->last_seq;
    return search_add(tx, incident, update->seq, &run->cut, err);
}

static bool write_update(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct update_run *run = arg;
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
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
    run->told = !late;
    run->tz = change->organisation.tz;
    *run->out = (struct update){ .at = at == 0 ? op->now_ms : at, .text = run->text };
    if (late) run->out->next_due = newest.next_due;
    else if (minutes > 0 && incident_is_live(incident)) run->out->next_due = run->out->at + minutes * MINUTE_MS;
    if (!record_update(tx, change, run, run->out, err)) return false;
    if (late) return true;
    incident->last_update_seq = incident->last_seq;
    return clocks_updated(tx, change, run->out->at, minutes, err) && publish_update(tx, change, run->out, err);
}

bool incident_update(struct op *op, const char *ref, const struct update_draft *draft, struct update *out,
                     struct error *err) {
    struct update_run run = { .draft = draft, .out = out };
    struct incident incident;
    struct error ignored; /* the update is made, also where its message cannot be */
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    run.text = typed_text(op, "text", draft->text, TEXT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    if (run.text != NULL) search_cut(op->arena, run.text, &run.cut);
    if (!incident_change(op, ref, &(struct change_call){ write_update, &run, PERM_RESPOND }, &incident, err))
        return false;
    if (draft->with_message && run.told && out->message == NULL)
        out->message = message_of_update(op, &incident, run.tz, out, &ignored);
    return true;
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
    *out = (struct update){ .seq = event.seq, .at = event.at, .text = event.text };
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
