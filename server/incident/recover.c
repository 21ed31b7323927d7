/* Recovery in one step: see recover.h. */
#include "incident/recover.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "incident/incident_internal.h"
#include "incident/lifecycle.h"

/* A retrospective may be planned ahead, but a year typed wrong is not a plan. */
#define RETRO_AHEAD_MS (INT64_C(366) * 24 * 60 * MINUTE_MS)

static void recovery_check(struct op *op, const struct recovery *typed, struct change *change) {
    struct incident *incident = &change->incident;
    const struct tz *tz = change->organisation.tz;
    int64_t at = typed_time(op, tz, "at", typed->at, op->now_ms);
    if (at != 0 && at < incident_begin(incident)) typed_too_early(op, tz, "at", incident_begin(incident));
    int64_t recovered = at != 0 ? at : op->now_ms;
    incident->phase_at[PHASE_RECOVERED] = recovered;
    incident->cause = typed_text(op, "cause", typed->cause, TEXT_MAX, FIELD_MULTILINE);
    incident->recovery_action = typed_text(op, "action", typed->action, TEXT_MAX, FIELD_MULTILINE);
    incident->recovery_impact = typed_text(op, "impact", typed->impact, TEXT_MAX, FIELD_MULTILINE);
    incident->follow_up = typed_text(op, "follow_up", typed->follow_up, TEXT_MAX, FIELD_MULTILINE);
    incident->retro_at = typed_time(op, tz, "retro_at", typed->retro_at, op->now_ms + RETRO_AHEAD_MS);
    if (incident->retro_at != 0 && incident->retro_at < recovered) typed_too_early(op, tz, "retro_at", recovered);
}

static bool recover(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    if (!lifecycle_check(incident, INCIDENT_RECOVERED, err)) return false;
    recovery_check(op, arg, change);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    incident->state = INCIDENT_RECOVERED;
    if (incident->cause != NULL) phase_stamp(incident, PHASE_ANALYSED, op->now_ms);
    json_t *data = json_obj(op->arena);
    json_put_i64(data, "duration_minutes", minutes_between(incident_begin(incident), recovered));
    json_put_text(data, "cause", incident->cause);
    json_put_text(data, "action", incident->recovery_action);
    struct event_entry entry = { .kind = EVENT_RECOVERED,
                                 .at = recovered,
                                 .key = "timeline.recovered",
                                 .data = data,
                                 .phase = PHASE_RECOVERED + 1 };
    return change_record(tx, change, &entry, "incident.recovered", err) && clocks_recovered(tx, change, err) &&
           incident_index(tx, incident, err) &&
           incident_publish(tx, incident, "incident.recovered", MESSAGE_RECOVERED, err) &&
           due_set(tx, &(struct due){ INCIDENT_RECOVERED_DUE, incident->id, "", op->now_ms, NULL }, err);
}

bool incident_recover(struct op *op, const char *ref, const struct recovery *recovery, struct incident *out,
                      struct error *err) {
    struct recovery copy = *recovery;
    return incident_change(op, ref, &(struct change_call){ recover, &copy, PERM_RESPOND }, out, err);
}

bool incident_recover_tx(struct tx *tx, struct incident *incident, const struct recovery *recovery, struct error *err) {
    struct change change = { .incident = *incident };
    struct recovery copy = *recovery;
    if (!change_context(tx, &change, err) || !recover(tx, &change, &copy, err)) return false;
    if (tx_op(tx)->fields.count > 0) return OP_INVALID(tx_op(tx), err);
    if (!incident_save(tx, &change.incident, err)) return false;
    *incident = change.incident;
    return true;
}
