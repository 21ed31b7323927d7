/* The life of an incident: see lifecycle.h. The table is the whole rule. */
#include "incident/lifecycle.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident_internal.h"
#include "incident/recover.h"

#define TO(state) (1u << (state))

/* Reopening leads back to work under way; nothing leads back to "open", which means that nobody has looked yet. */
static const unsigned NEXT[INCIDENT_STATE_COUNT] = {
    [INCIDENT_OPEN] = TO(INCIDENT_ACKNOWLEDGED) | TO(INCIDENT_MITIGATING) | TO(INCIDENT_RECOVERED) |
                      TO(INCIDENT_FALSE_ALARM) | TO(INCIDENT_MERGED),
    [INCIDENT_ACKNOWLEDGED] =
        TO(INCIDENT_MITIGATING) | TO(INCIDENT_RECOVERED) | TO(INCIDENT_FALSE_ALARM) | TO(INCIDENT_MERGED),
    [INCIDENT_MITIGATING] =
        TO(INCIDENT_ACKNOWLEDGED) | TO(INCIDENT_RECOVERED) | TO(INCIDENT_FALSE_ALARM) | TO(INCIDENT_MERGED),
    [INCIDENT_RECOVERED] = TO(INCIDENT_MITIGATING) | TO(INCIDENT_CLOSED) | TO(INCIDENT_MERGED),
    [INCIDENT_CLOSED] = TO(INCIDENT_MITIGATING),
    [INCIDENT_FALSE_ALARM] = TO(INCIDENT_MITIGATING),
    [INCIDENT_MERGED] = 0,
};

bool lifecycle_allows(enum incident_state from, enum incident_state to) {
    REQUIRE(from < INCIDENT_STATE_COUNT && to < INCIDENT_STATE_COUNT);
    return (NEXT[from] & TO(to)) != 0;
}

bool lifecycle_check(const struct incident *incident, enum incident_state to, struct error *err) {
    if (lifecycle_allows(incident->state, to)) return true;
    return ERROR(err, ERR_CONFLICT, "incident.transition", "%s: %s → %s", incident->ref,
                 incident_state_name(incident->state), incident_state_name(to));
}

static json_t *state_data(struct tx *tx, const struct change *change) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *data = json_obj(arena);
    json_put_text(data, "from", arena_printf(arena, "@incident.state.%s", incident_state_name(change->before.state)));
    json_put_text(data, "to", arena_printf(arena, "@incident.state.%s", incident_state_name(change->incident.state)));
    return data;
}

/* --- acknowledge --- */

/* Whoever acknowledges first has it, unless an owner was named when it was declared. */
static void take_over(struct op *op, struct incident *incident) {
    if (incident->acknowledged_at == 0) incident->acknowledged_at = op->now_ms; /* an expired one still counts */
    incident->acknowledged_by = op->actor->user_id;
    phase_stamp(incident, PHASE_TRIAGED, op->now_ms);
    if (incident->owner == NULL && op->actor->kind != ACTOR_SYSTEM) {
        incident->owner = op->actor->name;
        incident->owner_id = op->actor->user_id;
    }
}

static bool acknowledge(struct tx *tx, struct change *change, void *arg, struct error *err) {
    (void)arg;
    struct incident *incident = &change->incident;
    if (incident->acknowledged_at != 0 && incident_is_open(incident->state) && incident->state != INCIDENT_OPEN) {
        change->unchanged = true;
        return true;
    }
    if (!change_still_open(change, err)) return false;
    take_over(tx_op(tx), incident);
    if (incident->state == INCIDENT_OPEN) incident->state = INCIDENT_ACKNOWLEDGED;
    json_t *data = state_data(tx, change);
    json_put_text(data, "person", tx_op(tx)->actor->name);
    struct event_entry entry = { .kind = EVENT_ACKNOWLEDGED, .key = "timeline.acknowledged", .data = data };
    return change_record(tx, change, &entry, "incident.acknowledged", err) &&
           clock_meet(tx, incident, CLOCK_ACK, incident->acknowledged_at, err) &&
           clock_meet(tx, incident, CLOCK_TRIAGE, incident->acknowledged_at, err) &&
           incident_publish(tx, incident, "incident.acknowledged", MESSAGE_STATE, err);
}

bool incident_acknowledge(struct op *op, const char *ref, struct incident *out, struct error *err) {
    return incident_change(op, ref, &(struct change_call){ acknowledge, NULL, PERM_RESPOND }, out, err);
}

bool incident_acknowledge_tx(struct tx *tx, int64_t incident_id, struct error *err) {
    struct change change = { 0 };
    if (!incident_by_id(tx, incident_id, &change.incident, err)) return false;
    if (change.incident.state != INCIDENT_OPEN) return true;
    return change_context(tx, &change, err) && acknowledge(tx, &change, NULL, err) &&
           incident_save(tx, &change.incident, err);
}

/* --- status --- */

static bool enter_mitigating(struct tx *tx, struct change *change, struct error *err) {
    struct incident *incident = &change->incident;
    int64_t now = tx_op(tx)->now_ms;
    incident->mitigated_at = now;
    if (incident->acknowledged_at == 0) take_over(tx_op(tx), incident);
    return clock_meet(tx, incident, CLOCK_ACK, now, err) && clock_meet(tx, incident, CLOCK_TRIAGE, now, err) &&
           clock_meet(tx, incident, CLOCK_MITIGATION, now, err);
}

static bool set_status(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const enum incident_state *to = arg;
    struct incident *incident = &change->incident;
    if (!lifecycle_check(incident, *to, err)) return false;
    incident->state = *to;
    if (*to == INCIDENT_MITIGATING && !enter_mitigating(tx, change, err)) return false;
    if (*to == INCIDENT_FALSE_ALARM) {
        incident->closed_at = tx_op(tx)->now_ms;
        if (!clocks_over(tx, change, err)) return false;
    }
    struct event_entry entry = { .kind = EVENT_STATUS, .key = "timeline.status", .data = state_data(tx, change) };
    return change_record(tx, change, &entry, "incident.status", err) &&
           incident_publish(tx, incident, "incident.status", MESSAGE_STATE, err);
}

/* Steps that do more than change the state have calls of their own; whoever only says the state means those. */
bool incident_set_status(struct op *op, const char *ref, const char *to, struct incident *out, struct error *err) {
    static const char *const WORDS[] = { "open",   "acknowledged", "mitigating", "recovered",
                                         "closed", "false_alarm",  NULL };
    if (field_one_of(op, "to", to, WORDS, FIELD_REQUIRED) < 0) return OP_INVALID(op, err);
    if (str_eq(to, "acknowledged")) {
        struct incident found;
        if (!incident_find(op, ref, &found, err)) return false;
        if (found.state == INCIDENT_OPEN) return incident_acknowledge(op, ref, out, err);
    }
    if (str_eq(to, "open")) return incident_reopen(op, ref, NULL, out, err);
    if (str_eq(to, "recovered")) return incident_recover(op, ref, &(struct recovery){ 0 }, out, err);
    if (str_eq(to, "closed")) return incident_close(op, ref, NULL, out, err);
    enum incident_state state;
    REQUIRE(incident_state_parse(to, &state));
    return incident_change(op, ref, &(struct change_call){ set_status, &state, PERM_RESPOND }, out, err);
}

/* --- severity --- */

struct severity_run {
    const char *to, *reason;
};

static bool set_severity(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const struct severity_run *run = arg;
    struct op *op = tx_op(tx);
    struct incident *incident = &change->incident;
    const char *reason = typed_text(op, "reason", run->reason, TEXT_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    const struct policy_severity *level = run->to == NULL ? NULL : policy_severity(change->policy, run->to);
    if (str_blank(run->to)) op_field_error(op, "to", "required", NULL);
    else if (level == NULL) op_field_error(op, "to", "one_of", policy_codes(op->arena, change->policy));
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!change_still_open(change, err)) return false;
    if (str_eq(level->code, incident->severity)) {
        change->unchanged = true;
        return true;
    }
    level_apply(incident, level);
    change->level = level;
    phase_stamp(incident, PHASE_TRIAGED, op->now_ms);
    json_t *data = json_obj(op->arena);
    json_put_text(data, "from", change->before.severity);
    json_put_text(data, "to", level->code);
    json_put_text(data, "reason", reason);
    struct event_entry entry = { .kind = EVENT_SEVERITY, .key = "timeline.severity", .data = data };
    return change_record(tx, change, &entry, "incident.severity", err) && clocks_severity(tx, change, err) &&
           incident_publish(tx, incident, "incident.severity", MESSAGE_SEVERITY, err);
}

bool incident_set_severity(struct op *op, const char *ref, const char *to, const char *reason, struct incident *out,
                           struct error *err) {
    struct severity_run run = { to, reason };
    return incident_change(op, ref, &(struct change_call){ set_severity, &run, PERM_RESPOND }, out, err);
}
