/* Clocks as rows: setting, meeting and waiving one (clock.h). Which step of an incident does what stands in
 * clock_rules.c, what happens when one falls due in clock_due.c. */
#include "incident/incident_internal.h"

static const char *const CLOCK_WORDS[] = { "ack",        "detect",           "triage", "notice", "mitigation", "update",
                                           "help_offer", "executive_report", "report", "retro",  NULL };
static const char *const STATE_NAMES[] = { "pending", "met", "missed", "waived", NULL };

const char *clock_kind_name(enum clock_kind kind) {
    REQUIRE(kind < CLOCK_KIND_COUNT);
    return CLOCK_WORDS[kind];
}

bool clock_kind_parse(const char *name, enum clock_kind *out) {
    int index = word_index(CLOCK_WORDS, name);
    if (index < 0) return false;
    *out = (enum clock_kind)index;
    return true;
}

const char *clock_state_name(enum clock_state state) {
    return STATE_NAMES[state];
}

bool clock_state_parse(const char *name, enum clock_state *out) {
    int index = word_index(STATE_NAMES, name);
    if (index < 0) return false;
    *out = (enum clock_state)index;
    return true;
}

bool clock_schedule(struct tx *tx, int64_t incident_id, enum clock_kind kind, int64_t due_at, struct error *err) {
    return due_set(tx, &(struct due){ INCIDENT_CLOCK_DUE, incident_id, clock_kind_name(kind), due_at, NULL }, err);
}

bool clock_set(struct tx *tx, const struct incident *incident, enum clock_kind kind, int64_t due_at,
               struct error *err) {
    struct clock_row row;
    bool found;
    if (!clock_latest(tx, incident->id, kind, &row, &found, err)) return false;
    int64_t round = !found ? 1 : row.state == CLOCK_PENDING ? row.round : row.round + 1;
    row = (struct clock_row){ .kind = kind, .round = round, .due_at = due_at, .state = CLOCK_PENDING };
    return clock_write(tx, incident->id, &row, err) && clock_schedule(tx, incident->id, kind, due_at, err);
}

bool clock_meet(struct tx *tx, const struct incident *incident, enum clock_kind kind, int64_t at, struct error *err) {
    struct clock_row row;
    bool found;
    if (!clock_latest(tx, incident->id, kind, &row, &found, err)) return false;
    if (!found || row.met_at != 0 || row.state == CLOCK_WAIVED) return true;
    row.met_at = at;
    row.state = at <= row.due_at ? CLOCK_MET : CLOCK_MISSED;
    return clock_write(tx, incident->id, &row, err) &&
           due_cancel(tx, INCIDENT_CLOCK_DUE, incident->id, clock_kind_name(kind), err);
}

bool clock_renew(struct tx *tx, const struct incident *incident, enum clock_kind kind, const struct clock_step *step,
                 struct error *err) {
    struct clock_row row;
    bool found;
    if (!clock_latest(tx, incident->id, kind, &row, &found, err)) return false;
    if (found && row.met_at == 0 && row.state != CLOCK_WAIVED) {
        row.met_at = step->met_at;
        row.state = step->met_at <= row.due_at ? CLOCK_MET : CLOCK_MISSED;
        if (!clock_write(tx, incident->id, &row, err)) return false;
    }
    row = (struct clock_row){ .kind = kind, .round = found ? row.round + 1 : 1, .due_at = step->due_at };
    row.state = CLOCK_PENDING;
    return clock_write(tx, incident->id, &row, err) && clock_schedule(tx, incident->id, kind, row.due_at, err);
}

bool clock_waive(struct tx *tx, const struct incident *incident, enum clock_kind kind, struct error *err) {
    struct clock_row row;
    bool found;
    if (!clock_latest(tx, incident->id, kind, &row, &found, err)) return false;
    if (!found || row.met_at != 0 || row.state == CLOCK_WAIVED) return true;
    /* A missed one stays missed: it only stops reminding. */
    if (row.state == CLOCK_PENDING) row.state = CLOCK_WAIVED;
    return clock_write(tx, incident->id, &row, err) &&
           due_cancel(tx, INCIDENT_CLOCK_DUE, incident->id, clock_kind_name(kind), err);
}
