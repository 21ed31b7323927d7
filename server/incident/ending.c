/* The ends of an incident and the way back: close, merge, reopen (lifecycle.h). */
#include "incident/lifecycle.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "incident/incident_internal.h"
#include "incident/relation.h"
#include "incident/relation_row.h"

/* --- reopen --- */

/* What the recovery said is kept in the timeline before it is undone. */
static json_t *undone(struct op *op, const struct incident *incident, const char *reason) {
    json_t *data = json_obj(op->arena);
    if (reason != NULL) json_put_text(data, "reason", reason);
    json_put_text(data, "cause", incident->cause);
    json_put_text(data, "action", incident->recovery_action);
    json_put_text(data, "impact", incident->recovery_impact);
    json_put_text(data, "follow_up", incident->follow_up);
    json_put_i64(data, "recovered_at_ms", incident->phase_at[PHASE_RECOVERED]);
    return data;
}

static bool reopen(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    const char *reason = typed_text(op, "reason", arg, TEXT_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (incident_is_open(incident->state)) return lifecycle_check(incident, incident->state, err);
    if (!lifecycle_check(incident, INCIDENT_MITIGATING, err)) return false;
    json_t *data = undone(op, incident, reason);
    incident->state = INCIDENT_MITIGATING;
    incident->phase_at[PHASE_RECOVERED] = 0;
    incident->phase_at[PHASE_ANALYSED] = 0;
    incident->closed_at = 0;
    incident->retro_at = 0;
    incident->cause = incident->recovery_action = incident->recovery_impact = incident->follow_up = NULL;
    const char *key = reason == NULL ? "timeline.reopened" : "timeline.reopened_reason";
    struct event_entry entry = { .kind = EVENT_REOPENED, .key = key, .data = data };
    return change_record(tx, change, &entry, "incident.reopened", err) && clocks_reopened(tx, change, err) &&
           incident_index(tx, incident, err) &&
           incident_publish(tx, incident, "incident.reopened", MESSAGE_REOPENED, err);
}

bool incident_reopen(struct op *op, const char *ref, const char *reason, struct incident *out, struct error *err) {
    char *text = reason == NULL ? NULL : arena_str(op->arena, reason);
    return incident_change(op, ref, &(struct change_call){ reopen, text, PERM_RESPOND }, out, err);
}

/* --- close --- */

static bool close_incident(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct op *op = tx_op(tx);
    const char *note = typed_text(op, "note", arg, TEXT_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!lifecycle_check(&change->incident, INCIDENT_CLOSED, err)) return false;
    change->incident.state = INCIDENT_CLOSED;
    change->incident.closed_at = op->now_ms;
    json_t *data = json_obj(op->arena);
    if (note != NULL) json_put_text(data, "note", note);
    const char *key = note == NULL ? "timeline.closed" : "timeline.closed_note";
    struct event_entry entry = { .kind = EVENT_CLOSED, .key = key, .data = data };
    return change_record(tx, change, &entry, "incident.closed", err) &&
           incident_publish(tx, &change->incident, "incident.closed", MESSAGE_STATE, err);
}

bool incident_close(struct op *op, const char *ref, const char *note, struct incident *out, struct error *err) {
    char *text = note == NULL ? NULL : arena_str(op->arena, note);
    return incident_change(op, ref, &(struct change_call){ close_incident, text, PERM_RESPOND }, out, err);
}

/* --- merge --- */

static bool tell_other(struct tx *tx, struct incident *other, const struct incident *duplicate, struct error *err) {
    json_t *data = json_obj(tx_op(tx)->arena);
    json_put_text(data, "ref", duplicate->ref);
    struct event_entry entry = { .kind = EVENT_MERGED, .key = "timeline.merged_here", .data = data };
    return timeline_add(tx, other, &entry, err) && incident_save(tx, other, err);
}

static bool merge(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const char *into = arg;
    struct incident other;
    struct incident *incident = &change->incident;
    if (!relation_other(tx, incident, "into", into, &other, err)) return false;
    if (other.state == INCIDENT_MERGED) {
        return ERROR(err, ERR_CONFLICT, "incident.merge_target", "%s is merged itself", other.ref);
    }
    if (!lifecycle_check(incident, INCIDENT_MERGED, err)) return false;
    incident->state = INCIDENT_MERGED;
    incident->merged_into = other.id;
    incident->closed_at = tx_op(tx)->now_ms;
    json_t *data = json_obj(tx_op(tx)->arena);
    json_put_text(data, "ref", other.ref);
    struct event_entry entry = { .kind = EVENT_MERGED, .key = "timeline.merged", .data = data };
    return change_record(tx, change, &entry, "incident.merged", err) && clocks_over(tx, change, err) &&
           relation_put(tx, incident->id, other.id, RELATION_DUPLICATE, err) && tell_other(tx, &other, incident, err) &&
           incident_publish(tx, incident, "incident.merged", MESSAGE_STATE, err);
}

bool incident_merge(struct op *op, const char *ref, const char *into, struct incident *out, struct error *err) {
    char *text = into == NULL ? NULL : arena_str(op->arena, into);
    return incident_change(op, ref, &(struct change_call){ merge, text, PERM_RESPOND }, out, err);
}
