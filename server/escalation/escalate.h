/* Real escalations: the state machine of run.h over stored rows. One row per incident, one due time, each page once per
 * (run, loop, step, recipient), all in the transaction that decides it: a killed server loses nothing and sends nothing
 * twice.
 *
 * An incident is followed by its own row: a save that changes what an escalation goes by sets a due row
 * (INCIDENT_CHANGED_DUE), and whoever handles a due time looks at the incident first, so that people's actions come
 * before timers. Declaring starts, acknowledging or mitigating stops, recovering or closing ends, reopening starts
 * again, a higher severity starts again at once.
 * An acknowledgement that expires, or a manual escalation, makes an acknowledged incident open again. */
#ifndef BONGSU_ESCALATION_ESCALATE_H
#define BONGSU_ESCALATION_ESCALATE_H

#include "ledger/ledger.h"

#define ESCALATION_STEP_DUE "escalation.step"

/* For work/due_handlers.c. */
bool escalation_follow_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
bool escalation_step_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* A method of a person whose turn comes some minutes after the page (reach.h). */
#define ESCALATION_METHOD_DUE "escalation.method"
bool escalation_method_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* Due handler of kind CALENDAR_PATHS_DUE: what was to be sent in office hours that are none any more waits for the next
 * ones. */
bool escalation_calendar_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* --- people's actions; PERM_RESPOND. ERR_CONFLICT `escalation.refused` where there is nothing to act on --- */
bool escalation_ack_again(struct op *op, const char *ref, struct error *err) NODISCARD; /* after it expired */
bool escalation_unack_now(struct op *op, const char *ref, struct error *err) NODISCARD; /* pages again from step 1 */
bool escalation_escalate_now(struct op *op, const char *ref, struct error *err) NODISCARD;
bool escalation_silence_for(struct op *op, const char *ref, int64_t minutes, struct error *err) NODISCARD;

/* State, path, pages so far, what it waits for: oncall's `GET /incidents/{ref}/escalation`. PERM_READ. */
bool escalation_show(struct op *op, const char *ref, json_t **out, struct error *err) NODISCARD;

/* --- paths --- */
enum { PATHS_DOCUMENT_MAX = 256 * 1024 };
/* {version, policies, business_hours?}; before anything was saved the preset "lines" as version 0. PERM_READ. */
bool escalation_paths_load(struct op *op, json_t **out, struct error *err) NODISCARD;
bool escalation_paths_load_version(struct op *op, int64_t version, json_t **out, struct error *err) NODISCARD;
/* PERM_SCHEDULE. body: {policies, business_hours?} or {preset: "lines" | "tiers" | "pair"}, and `version` where a
 * change by somebody else since that version must be refused: ERR_STALE `escalation.paths_stale`. Running escalations
 * keep the version they began with until they start again. */
bool escalation_paths_put(struct op *op, const json_t *body, int64_t *version, struct error *err) NODISCARD;
enum { PATH_SEVERITY_MAX = 20 };
struct path_change {
    const char *severity;
    int64_t version; /* as read, -1 skips the check; other severities may have changed since */
    const json_t *path; /* NULL: the severity has none any more; a `version` in it is the caller's own */
};
bool escalation_path_put(struct op *op, const struct path_change *change, int64_t *version,
                         struct error *err) NODISCARD;
/* The document of a version, NULL for an unknown preset. */
const char *escalation_preset(const char *name);

extern const struct sql_list ESCALATION_STATEMENTS;
extern const struct sql_list PAGE_STATEMENTS;

#endif
