/* Which clocks each step of an incident starts, meets and waives. Drills run on the same clocks; backfilled
 * incidents owe only report and retro. */
#include "incident/incident_internal.h"

static bool start(struct tx *tx, const struct change *change, enum clock_kind kind, int64_t from, int64_t minutes,
                  struct error *err) {
    if (minutes <= 0) return true;
    return clock_set(tx, &change->incident, kind, from + minutes * MINUTE_MS, err);
}

static bool start_ack(struct tx *tx, const struct change *change, struct error *err) {
    int64_t due = policy_response_due_ms(change->level, &change->organisation, change->incident.declared_at);
    return due == 0 || clock_set(tx, &change->incident, CLOCK_ACK, due, err);
}

/* The ladder counts from the beginning; its first rungs may already be climbed, or missed, when somebody declares. */
static bool start_ladder(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    const struct policy_severity *level = change->level;
    int64_t begin = incident_begin(incident);
    int64_t detected = incident->phase_at[PHASE_DETECTED];
    bool started_known = incident->phase_at[PHASE_OCCURRED] != 0;
    if (started_known && level->detect_minutes > 0) {
        if (!start(tx, change, CLOCK_DETECT, begin, level->detect_minutes, err)) return false;
        if (!clock_meet(tx, incident, CLOCK_DETECT, detected != 0 ? detected : incident->declared_at, err))
            return false;
    }
    if (!start(tx, change, CLOCK_TRIAGE, begin, level->triage_minutes, err)) return false;
    int64_t triaged = incident->phase_at[PHASE_TRIAGED];
    if (triaged != 0 && !clock_meet(tx, incident, CLOCK_TRIAGE, triaged, err)) return false;
    if (!start(tx, change, CLOCK_NOTICE, begin, level->notice_minutes, err)) return false;
    if (!start(tx, change, CLOCK_MITIGATION, begin, level->mitigate_minutes, err)) return false;
    return incident->action == NULL || clock_meet(tx, incident, CLOCK_MITIGATION, incident->declared_at, err);
}

static bool start_help(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    if (incident->cause != NULL || incident->suspected_cause != NULL) return true;
    return start(tx, change, CLOCK_HELP_OFFER, incident_begin(incident), change->level->help_minutes, err);
}

bool clocks_declared(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    if (incident->kind == INCIDENT_BACKFILLED) return true;
    int64_t begin = incident_begin(incident);
    return start_ack(tx, change, err) && start_ladder(tx, change, err) &&
           start(tx, change, CLOCK_UPDATE, incident->declared_at, change->level->update_minutes, err) &&
           start_help(tx, change, err) &&
           start(tx, change, CLOCK_EXECUTIVE_REPORT, begin, change->level->executive_minutes, err);
}

bool clocks_updated(struct tx *tx, const struct change *change, int64_t at, int64_t minutes, struct error *err) {
    const struct incident *incident = &change->incident;
    const struct clock_step step = { .met_at = at, .due_at = at + minutes * MINUTE_MS };
    if (!clock_meet(tx, incident, CLOCK_NOTICE, at, err)) return false;
    if (!incident_is_live(incident) || minutes <= 0) return clock_meet(tx, incident, CLOCK_UPDATE, at, err);
    return clock_renew(tx, incident, CLOCK_UPDATE, &step, err);
}

/* A clock that has not been decided follows the new severity; one that it does not have is no longer owed. */
static bool follow(struct tx *tx, const struct change *change, enum clock_kind kind, int64_t due_at,
                   struct error *err) {
    struct clock_row row;
    bool found;
    if (due_at == 0) return clock_waive(tx, &change->incident, kind, err);
    if (!clock_latest(tx, change->incident.id, kind, &row, &found, err)) return false;
    bool decided = found && (row.state == CLOCK_MET || row.state == CLOCK_MISSED);
    return decided || clock_set(tx, &change->incident, kind, due_at, err);
}

static int64_t due_after(int64_t from, int64_t minutes) {
    return minutes <= 0 ? 0 : from + minutes * MINUTE_MS;
}

static bool follow_ack(struct tx *tx, const struct change *change, struct error *err) {
    if (change->incident.acknowledged_at != 0) return true;
    int64_t due = policy_response_due_ms(change->level, &change->organisation, change->incident.declared_at);
    return follow(tx, change, CLOCK_ACK, due, err);
}

/* The next update is promised anew from now, also where the old promise was already missed. */
static bool promise_update(struct tx *tx, const struct change *change, struct error *err) {
    int64_t minutes = change->level->update_minutes;
    if (minutes <= 0) return clock_waive(tx, &change->incident, CLOCK_UPDATE, err);
    return start(tx, change, CLOCK_UPDATE, tx_op(tx)->now_ms, minutes, err);
}

bool clocks_severity(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    const struct policy_severity *level = change->level;
    if (!incident_is_live(incident)) return true;
    int64_t begin = incident_begin(incident);
    bool cause_known = incident->cause != NULL || incident->suspected_cause != NULL;
    int64_t help_due = cause_known ? 0 : due_after(begin, level->help_minutes);
    return promise_update(tx, change, err) && follow_ack(tx, change, err) &&
           clock_meet(tx, incident, CLOCK_TRIAGE, tx_op(tx)->now_ms, err) &&
           follow(tx, change, CLOCK_NOTICE, due_after(begin, level->notice_minutes), err) &&
           follow(tx, change, CLOCK_MITIGATION, due_after(begin, level->mitigate_minutes), err) &&
           follow(tx, change, CLOCK_HELP_OFFER, help_due, err) &&
           follow(tx, change, CLOCK_EXECUTIVE_REPORT, due_after(begin, level->executive_minutes), err);
}

bool clocks_cause_known(struct tx *tx, const struct change *change, struct error *err) {
    return clock_waive(tx, &change->incident, CLOCK_HELP_OFFER, err);
}

/* What only an incident under way owes. */
static bool end_response(struct tx *tx, const struct change *change, struct error *err) {
    static const enum clock_kind ENDED[] = { CLOCK_ACK,    CLOCK_DETECT,     CLOCK_TRIAGE,     CLOCK_NOTICE,
                                             CLOCK_UPDATE, CLOCK_MITIGATION, CLOCK_HELP_OFFER, CLOCK_EXECUTIVE_REPORT };
    for (size_t i = 0; i < sizeof ENDED / sizeof *ENDED; i++) {
        if (!clock_waive(tx, &change->incident, ENDED[i], err)) return false;
    }
    return true;
}

bool clocks_recovered(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    if (!clock_meet(tx, incident, CLOCK_MITIGATION, recovered, err)) return false;
    if (!clock_meet(tx, incident, CLOCK_UPDATE, recovered, err)) return false;
    if (!end_response(tx, change, err)) return false;
    const struct organisation *organisation = &change->organisation;
    int64_t report = policy_due_ms(&change->level->report, organisation, recovered);
    int64_t retro = policy_due_ms(&change->level->retro, organisation, incident_begin(incident));
    return (report == 0 || clock_set(tx, incident, CLOCK_REPORT, report, err)) &&
           (retro == 0 || clock_set(tx, incident, CLOCK_RETRO, retro, err));
}

bool clocks_reopened(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    if (!clock_waive(tx, incident, CLOCK_REPORT, err) || !clock_waive(tx, incident, CLOCK_RETRO, err)) return false;
    return !incident_is_live(incident) || promise_update(tx, change, err);
}

bool clocks_over(struct tx *tx, const struct change *change, struct error *err) {
    return end_response(tx, change, err) && clock_waive(tx, &change->incident, CLOCK_REPORT, err) &&
           clock_waive(tx, &change->incident, CLOCK_RETRO, err);
}

/* Report and retro are owed until they are there, so a corrected time moves them even after they were missed. */
static bool move_duty(struct tx *tx, const struct change *change, enum clock_kind kind, int64_t due_at,
                      struct error *err) {
    struct clock_row row;
    bool found;
    if (!clock_latest(tx, change->incident.id, kind, &row, &found, err)) return false;
    if (!found || row.met_at != 0 || row.state == CLOCK_WAIVED || row.due_at == due_at || due_at == 0) return true;
    return clock_set(tx, &change->incident, kind, due_at, err);
}

bool clocks_corrected(struct tx *tx, const struct change *change, struct error *err) {
    const struct incident *incident = &change->incident;
    const struct policy_severity *level = change->level;
    int64_t begin = incident_begin(incident), recovered = incident->phase_at[PHASE_RECOVERED];
    bool begin_moved = begin != incident_begin(&change->before);
    if (incident_is_live(incident)) {
        if (!begin_moved) return true;
        bool cause_known = incident->cause != NULL || incident->suspected_cause != NULL;
        int64_t help_due = cause_known ? 0 : due_after(begin, level->help_minutes);
        return follow(tx, change, CLOCK_HELP_OFFER, help_due, err) &&
               follow(tx, change, CLOCK_EXECUTIVE_REPORT, due_after(begin, level->executive_minutes), err);
    }
    if (recovered == 0) return true;
    return move_duty(tx, change, CLOCK_REPORT, policy_due_ms(&level->report, &change->organisation, recovered), err) &&
           move_duty(tx, change, CLOCK_RETRO, policy_due_ms(&level->retro, &change->organisation, begin), err);
}
