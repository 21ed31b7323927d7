/* Clocks (시한): every due time an incident owes is a row and a due time of the ledger, so it survives restarts (D7).
 * State moves pending → met or missed; a clock that is no longer owed is waived. */
#ifndef BONGSU_INCIDENT_CLOCK_H
#define BONGSU_INCIDENT_CLOCK_H

#include "incident/incident.h"
#include "ledger/ledger.h"

enum clock_kind {
    CLOCK_ACK, /* response time of the policy */
    CLOCK_DETECT, /* first-response ladder: detect, triage, notice, mitigation */
    CLOCK_TRIAGE,
    CLOCK_NOTICE,
    CLOCK_MITIGATION,
    CLOCK_UPDATE, /* next situation update */
    CLOCK_HELP_OFFER, /* no cause after 10 minutes: offer the help request */
    CLOCK_EXECUTIVE_REPORT, /* top severity unresolved after 30 minutes */
    CLOCK_REPORT,
    CLOCK_RETRO,
    CLOCK_KIND_COUNT
};
enum clock_state { CLOCK_PENDING, CLOCK_MET, CLOCK_MISSED, CLOCK_WAIVED };

struct clock_row {
    enum clock_kind kind;
    int64_t round; /* 1, 2, … for updates; 1 for the others unless reopened */
    int64_t due_at, met_at;
    enum clock_state state;
    int64_t snoozed_until; /* reminders only; 0 = not */
    bool stopped; /* reminders stopped until the next update */
    int64_t reminders; /* sent in this round */
};
const char *clock_kind_name(enum clock_kind kind);
const char *clock_state_name(enum clock_state state);
bool clock_kind_parse(const char *name, enum clock_kind *out);
bool clock_state_parse(const char *name, enum clock_state *out);

/* The newest round of each kind, soonest due first, without waived ones. */
bool clocks_of(struct tx *tx, int64_t incident_id, struct clock_row **out, size_t *count, struct error *err) NODISCARD;

/* For rooms inside a transaction. Setting replaces a pending clock of the kind; meeting one that is not pending is
 * recorded as late (missed, with met_at) once. `at` is when the duty was done. */
bool clock_set(struct tx *tx, const struct incident *incident, enum clock_kind kind, int64_t due_at,
               struct error *err) NODISCARD;
bool clock_meet(struct tx *tx, const struct incident *incident, enum clock_kind kind, int64_t at,
                struct error *err) NODISCARD;
bool clock_waive(struct tx *tx, const struct incident *incident, enum clock_kind kind, struct error *err) NODISCARD;

/* Due handler of kind INCIDENT_CLOCK_DUE, for work/due_handlers.c. */
#define INCIDENT_CLOCK_DUE "incident.clock"
bool incident_clock_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* Due handler of kind CALENDAR_CLOCKS_DUE: reports and retrospectives still owed are counted again by the calendar as
 * it is now. */
bool incident_calendar_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

#endif
