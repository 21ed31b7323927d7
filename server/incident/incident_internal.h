/* Inside the incident room: how its files read, check, change and save an incident. */
#ifndef BONGSU_INCIDENT_INTERNAL_H
#define BONGSU_INCIDENT_INTERNAL_H

#include "incident/clock.h"
#include "incident/draft.h"
#include "incident/incident.h"
#include "incident/message.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "policy/policy.h"

#include <jansson.h>

#define MINUTE_MS INT64_C(60000)

enum { /* characters */
       TITLE_MAX = DRAFT_TITLE_MAX,
       LINE_MAX_CHARS = DRAFT_LINE_MAX, /* symptom, impact, action … */
       OWNER_MAX = 100,
       REF_MAX = 40,
       TEXT_MAX = 4000, /* updates, causes, reasons */
       NOTE_MAX = 20000, /* timeline entries and pasted logs */
};

extern const char *const STATE_WORDS[], *const KIND_WORDS[], *const CATEGORY_WORDS[], *const DETECTION_WORDS[],
                                                                                          *const TRISTATE_WORDS[],
                                                                                              *const PHASE_WORDS[];
int word_index(const char *const *words, const char *word); /* -1: none, also for NULL */
int64_t minutes_between(int64_t from, int64_t until); /* of the minutes shown, never negative */

/* --- typed.c: typed-in values; field errors into op --- */
const char *typed_text(struct op *op, const char *field, const char *value, size_t max,
                       unsigned rules); /* blank → NULL */
int typed_word(struct op *op, const char *field, const char *value, const char *const *words); /* blank → -1 */
/* RFC 3339, or a local minute in the zone; 0 if blank or wrong. Later than `latest` is `future`. */
int64_t typed_time(struct op *op, const struct tz *tz, const char *field, const char *value, int64_t latest);
void typed_too_early(struct op *op, const struct tz *tz, const char *field,
                     int64_t earliest); /* `too_early`, than what */

/* --- change.c: one write to one incident --- */
struct change {
    struct organisation organisation;
    const struct policy *policy; /* the one it was declared under */
    const struct policy_severity *level; /* of its severity; one without clocks if the policy does not know it */
    struct incident incident; /* change this */
    struct incident before;
    bool unchanged; /* set by fn: there is nothing to save */
};
typedef bool (*change_fn)(struct tx *tx, struct change *change, void *arg, struct error *err);
struct change_call {
    change_fn fn;
    void *arg;
    enum permission permission; /* PERM_RESPOND if unset */
};
/* In one write: reads incident, organisation and policy, calls fn, saves. Field errors that fn leaves
 * in the op fail the write. out may be NULL. */
bool incident_change(struct op *op, const char *ref, const struct change_call *call, struct incident *out,
                     struct error *err) NODISCARD;
/* Inside a transaction: fills the rest around change->incident. */
bool change_context(struct tx *tx, struct change *change, struct error *err) NODISCARD;
/* Audit entry with the incident as its subject. */
bool change_audit(struct tx *tx, const struct change *change, const char *action, const json_t *detail,
                  struct error *err) NODISCARD;
/* Timeline event, and audit entry with the same details. */
bool change_record(struct tx *tx, struct change *change, const struct event_entry *entry, const char *action,
                   struct error *err) NODISCARD;
bool change_still_open(const struct change *change, struct error *err) NODISCARD; /* ERR_CONFLICT `incident.not_open` */
void level_apply(struct incident *incident, const struct policy_severity *level); /* severity and what follows */
void phase_stamp(struct incident *incident, enum incident_phase phase, int64_t at); /* the first time counts */

/* Outbox message with the text of that kind, unless the incident stays inside. */
bool incident_publish(struct tx *tx, const struct incident *incident, const char *topic, enum message_kind kind,
                      struct error *err) NODISCARD;
/* The same in two steps, for a text that is composed otherwise: does anybody want it, and off it goes. */
bool incident_wanted(struct tx *tx, const struct incident *incident, const char *topic, bool *wanted,
                     struct error *err) NODISCARD;
bool incident_send(struct tx *tx, const struct incident *incident, const char *topic, const char *text,
                   struct error *err) NODISCARD;
/* The part "incident" of the search document, from the incident's own texts. */
bool incident_index(struct tx *tx, const struct incident *incident, struct error *err) NODISCARD;

/* --- clock_rules.c: which clocks each step of an incident starts and ends --- */
bool clocks_declared(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_updated(struct tx *tx, const struct change *change, int64_t at, int64_t minutes,
                    struct error *err) NODISCARD;
bool clocks_severity(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_corrected(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_cause_known(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_recovered(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_reopened(struct tx *tx, const struct change *change, struct error *err) NODISCARD;
bool clocks_over(struct tx *tx, const struct change *change, struct error *err) NODISCARD; /* false alarm, merged */

/* --- clock.c --- */
/* Incidents since then that still owe a report or a retrospective: their ids. */
bool clocks_owed(struct tx *tx, int64_t since, struct rows *rows, struct error *err) NODISCARD;
bool clock_latest(struct tx *tx, int64_t incident_id, enum clock_kind kind, struct clock_row *out, bool *found,
                  struct error *err) NODISCARD;
bool clock_write(struct tx *tx, int64_t incident_id, const struct clock_row *row, struct error *err) NODISCARD;
/* Meets the round that runs and starts the next. */
struct clock_step {
    int64_t met_at, due_at;
};
bool clock_renew(struct tx *tx, const struct incident *incident, enum clock_kind kind, const struct clock_step *step,
                 struct error *err) NODISCARD;
bool clock_schedule(struct tx *tx, int64_t incident_id, enum clock_kind kind, int64_t due_at,
                    struct error *err) NODISCARD;

/* --- clock_due.c: the next reminder of a missed update goes out --- */
bool clock_remind(struct tx *tx, struct change *change, struct clock_row *row, struct error *err) NODISCARD;

/* --- rows (incident_sql.c) --- */
bool incident_insert(struct tx *tx, const struct incident *incident, struct error *err) NODISCARD;

#endif
