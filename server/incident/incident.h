/* Incident: something that hurts users, from its declaration to its closed retrospective.
 *
 * A value: its texts live in the op's arena. Instants are UTC milliseconds, 0 = not known. Every write goes through
 * the functions of this room (draft, lifecycle, roles, update, help, recover, timeline, checklist, relation), which
 * keep the promise of one transaction: the row, its timeline event, the audit entry, outbox rows and due times.
 * `started_at` is only what somebody stated; code that needs a beginning asks incident_begin (R-J14). */
#ifndef BONGSU_INCIDENT_INCIDENT_H
#define BONGSU_INCIDENT_INCIDENT_H

#include "store/db.h"

struct policy;

enum incident_state {
    INCIDENT_OPEN,
    INCIDENT_ACKNOWLEDGED,
    INCIDENT_MITIGATING,
    INCIDENT_RECOVERED,
    INCIDENT_CLOSED,
    INCIDENT_FALSE_ALARM,
    INCIDENT_MERGED,
    INCIDENT_STATE_COUNT
};
enum incident_kind { INCIDENT_NORMAL, INCIDENT_DRILL, INCIDENT_BACKFILLED, INCIDENT_KIND_COUNT };
enum incident_category {
    CATEGORY_NONE,
    CATEGORY_INFRASTRUCTURE,
    CATEGORY_APPLICATION,
    CATEGORY_DATA,
    CATEGORY_EXTERNAL,
    CATEGORY_SECURITY,
    CATEGORY_COUNT
};
enum incident_detection {
    DETECTION_NONE,
    DETECTION_MONITORING,
    DETECTION_CS,
    DETECTION_INTERNAL,
    DETECTION_EXTERNAL,
    DETECTION_COUNT
};
/* 발생 · 감지 · 전파 · 판정 · 복구 · 분석 · 공유 · 회고 (R-A1), in their order. */
enum incident_phase {
    PHASE_OCCURRED,
    PHASE_DETECTED,
    PHASE_PROPAGATED,
    PHASE_TRIAGED,
    PHASE_RECOVERED,
    PHASE_ANALYSED,
    PHASE_SHARED,
    PHASE_REVIEWED,
    PHASE_COUNT
};
enum tristate { TRI_UNKNOWN, TRI_NO, TRI_YES };

struct incident {
    int64_t id;
    const char *ref; /* INC-2026-0042 */
    const char *title, *symptom; /* at least one; "" never, NULL if absent (so with all texts below) */
    const char *severity; /* code of the policy */
    enum incident_state state;
    enum incident_kind kind;
    enum incident_category category;
    enum incident_detection detection;
    enum tristate controllable;
    int64_t service_id; /* 0 = none */
    const char *service_key, *service_name;
    const char *impact, *owner, *action, *suspected_cause, *status_note;
    const char *sensitivity; /* who or which function is hit */
    const char *damage; /* how large: money, trust */
    int64_t owner_id; /* 0 if the owner is only a name */
    const char *lang; /* language of its messages */
    int64_t phase_at[PHASE_COUNT]; /* phase_at[PHASE_OCCURRED] is started_at */
    int64_t declared_at, acknowledged_at, mitigated_at, closed_at, updated_at;
    int64_t declared_by, acknowledged_by; /* user ids; 0 for none */
    const char *cause, *recovery_action, *recovery_impact, *follow_up;
    int64_t retro_at;
    int64_t merged_into; /* incident id */
    int64_t policy_version; /* the policy it was declared under: later edits move none of its clocks */
    bool needs_commander; /* by the policy, at its severity */
    int64_t version, last_seq;
    int64_t last_update_seq, last_help_seq; /* their timeline events; 0 = none yet */
    struct incident_standing { /* as the row was read: saving compares */
        const char *severity; /* NULL: not from a row */
        enum incident_state state;
        int64_t service_id, begin_at;
        bool cause_known;
    } read;
};

/* Shown to people first: the title, or the symptom. */
const char *incident_headline(const struct incident *incident);
/* The beginning that clocks, messages and durations count from: started_at, else declared_at. */
int64_t incident_begin(const struct incident *incident);
bool incident_is_open(enum incident_state state); /* open, acknowledged, mitigating */
bool incident_is_live(const struct incident *incident); /* open and not backfilled */
bool incident_reaches_outside(const struct incident *incident); /* normal kind only: drills stay inside */

/* "open", "drill", "infrastructure" …: the words of API and store. Parsers answer false for anything else. */
const char *incident_state_name(enum incident_state state);
const char *incident_kind_name(enum incident_kind kind);
const char *incident_category_name(enum incident_category category); /* NULL for none */
const char *incident_detection_name(enum incident_detection detection); /* NULL for none */
const char *incident_phase_name(enum incident_phase phase); /* occurred detected propagated triaged recovered … */
bool incident_state_parse(const char *name, enum incident_state *out);
bool incident_kind_parse(const char *name, enum incident_kind *out);
bool incident_category_parse(const char *name, enum incident_category *out);
bool incident_detection_parse(const char *name, enum incident_detection *out);
bool incident_phase_parse(const char *name, enum incident_phase *out);
const char *tristate_name(enum tristate value); /* "yes", "no", NULL */

/* Measurements have a state, so that a missing time is never a zero (R-J14). */
enum measure { MEASURE_DETECT, MEASURE_ACKNOWLEDGE, MEASURE_RECOVER, MEASURE_COUNT };
enum measure_state { MEASURE_RECORDED, MEASURE_PENDING, MEASURE_NOT_APPLICABLE, MEASURE_INVALID };
struct measurement {
    enum measure_state state;
    int64_t minutes; /* of the minutes shown; only when recorded */
};
struct measurement incident_measure(const struct incident *incident, enum measure measure);
const char *measure_name(enum measure measure); /* "detect" … */
const char *measure_state_name(enum measure_state state); /* "recorded" … */

/* By reference; ERR_NOT_FOUND `incident.unknown`. The first opens its own read. */
bool incident_find(struct op *op, const char *ref, struct incident *out, struct error *err) NODISCARD;
bool incident_by_ref(struct tx *tx, const char *ref, struct incident *out, struct error *err) NODISCARD;
bool incident_by_id(struct tx *tx, int64_t id, struct incident *out, struct error *err) NODISCARD;

/* The policy it was declared under; its severity by policy_severity(*out, incident->severity). */
bool incident_policy(struct tx *tx, const struct incident *incident, const struct policy **out,
                     struct error *err) NODISCARD;

/* Set at every insert, and when a save changes state, severity, service or whether a cause is known: how other rooms
 * follow an incident without this room knowing them. */
#define INCIDENT_CHANGED_DUE "incident.changed"

/* For rooms that change an incident inside their own transaction: change the value, then save it, once.
 * Saving bumps version and updated_at and wakes the topics "incident/ID" and "incidents". */
bool incident_save(struct tx *tx, struct incident *incident, struct error *err) NODISCARD;

#endif
