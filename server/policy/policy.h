/* The response policy (대응 정책): one severity scheme with its clocks, channels, roles and review duties.
 *
 * A policy is data: a JSON document in the shape of templates/policies/, checked strictly when it is saved and
 * kept in numbered versions that never change. An incident remembers the version it was declared under, so
 * that later edits do not move its clocks. Three presets ship (R-A3). */
#ifndef BONGSU_POLICY_POLICY_H
#define BONGSU_POLICY_POLICY_H

#include "store/db.h"

#include <jansson.h>

struct i18n;
struct organisation;

enum { POLICY_SEVERITIES_MAX = 6, POLICY_STEPS_MAX = 12, POLICY_EXAMPLES_MAX = 8, POLICY_JSON_MAX = 64 * 1024 };

struct policy_text {
    const char *ko, *en;
};
const char *policy_say(const struct policy_text *text, const struct i18n *lang);

enum policy_unit { SPAN_NONE, SPAN_HOURS, SPAN_DAYS, SPAN_BUSINESS_DAYS };
struct policy_span { /* SPAN_NONE: no such duty */
    enum policy_unit unit;
    int64_t amount;
};

enum policy_channel { CHANNEL_SLACK, CHANNEL_SMS, CHANNEL_PHONE, CHANNEL_EMAIL, CHANNEL_DASHBOARD, CHANNEL_COUNT };
const char *policy_channel_name(enum policy_channel channel); /* "slack" … */

/* The people an incident needs (R-A5). */
enum policy_role {
    POLICY_ROLE_COMMANDER,
    POLICY_ROLE_TECHNICAL,
    POLICY_ROLE_COMMUNICATIONS,
    POLICY_ROLE_OPERATIONS,
    POLICY_ROLE_SCRIBE,
    POLICY_ROLE_COUNT
};
const char *policy_role_name(
    enum policy_role role); /* "commander" "technical_lead" "communications_lead" "operations_lead" "scribe" */
bool policy_role_parse(const char *name, enum policy_role *out);

enum policy_review { REVIEW_TEAM, REVIEW_EXECUTIVES }; /* who reviews the report: the team, or SRE and executives */

/* All minutes: 0 means "no such clock". */
struct policy_severity {
    const char *code; /* "P1" */
    int rank; /* 0 is the gravest */
    struct policy_text name, meaning, response; /* response: the promise in words: "30분 이내" */
    const struct policy_text *examples;
    size_t example_count;
    int64_t response_minutes; /* somebody has taken it on */
    int64_t first_action_minutes; /* first action taken */
    bool business_hours; /* may wait for working hours */
    int64_t update_minutes; /* situation updates, at least this often */
    int64_t ack_minutes; /* a page must be acknowledged */
    int64_t detect_minutes, triage_minutes, notice_minutes, mitigate_minutes; /* first-response ladder */
    int64_t help_minutes; /* no cause yet: offer the help request */
    int64_t executive_minutes; /* not recovered yet: report to executives */
    struct policy_span report, retro; /* report: after recovery; retro: after occurrence */
    unsigned channels; /* bit 1 << enum policy_channel */
    const char *slack_channel; /* "#incident-critical"; "" for the default one */
    unsigned roles; /* bit 1 << enum policy_role: required, missing ones are shown as a fault */
    enum policy_review review;
};

struct wizard_step {
    const char *key; /* "unreachable" */
    struct policy_text question, hint;
    const char *severity; /* if the answer is yes */
};

struct policy {
    int64_t version; /* 0: the built-in default, nothing saved yet */
    const char *preset; /* it began as: "p1-p3", "p1-p4", "p0-p3" */
    struct policy_text name;
    const struct policy_severity *severities; /* gravest first */
    size_t severity_count;
    const struct wizard_step *steps;
    size_t step_count;
    const char *otherwise; /* severity if every answer is no */
    const json_t *json; /* the document itself */
    int64_t created_ms;
    const char *created_by; /* login; "" for the built-in one */
};

/* --- reading --- */
/* The version in force. Before anything was saved: preset p1-p3 as version 0. */
bool policy_current(struct tx *tx, const struct policy **out, struct error *err) NODISCARD;
/* That version; ERR_NOT_FOUND `policy.not_found`. */
bool policy_find(struct tx *tx, int64_t version, const struct policy **out, struct error *err) NODISCARD;
/* As above, in a transaction of its own; version 0 is the current one. */
bool policy_load(struct op *op, int64_t version, const struct policy **out, struct error *err) NODISCARD;

const struct policy_severity *policy_severity(const struct policy *policy, const char *code); /* NULL: unknown */
const char *policy_codes(struct arena *arena, const struct policy *policy); /* "P1, P2, P3": for one_of */

struct policy_version {
    int64_t version, created_ms;
    const char *created_by, *preset;
    struct policy_text name;
};
struct policy_version_list {
    struct policy_version *items; /* newest first, at most 100 */
    size_t count;
};
bool policy_versions(struct op *op, struct policy_version_list *out, struct error *err) NODISCARD;

/* --- changing: PERM_ADMIN --- */
/* Checks the document (every wrong member becomes a field error: "severities[0].update_minutes") and makes it
 * the next version. version: as read; ERR_STALE `policy.stale`. */
bool policy_save(struct op *op, int64_t version, const json_t *document, const struct policy **out,
                 struct error *err) NODISCARD;
/* Makes a preset the next version. Field `preset`: one_of. */
bool policy_adopt(struct op *op, int64_t version, const char *preset, const struct policy **out,
                  struct error *err) NODISCARD;

/* Within the caller's transaction: set-up and `serve --policy`. The document has been checked. */
bool policy_store(struct tx *tx, const json_t *document, int64_t *version, struct error *err) NODISCARD;

/* --- presets and parsing (pure) --- */
size_t policy_preset_count(void);
const char *policy_preset_key(size_t index);
/* NULL if there is no such preset; a broken shipped file is a programming error. */
const struct policy *policy_preset(struct arena *arena, const char *key);
/* Field errors into op; false with ERR_INVALID if there were any. */
bool policy_parse(struct op *op, const json_t *document, struct policy *out, struct error *err) NODISCARD;

/* --- due times --- */
/* span after from_ms on the organisation's calendar. Days keep the wall-clock time: 2025-12-09 20:15 + 1 day is
 * 2025-12-10 20:15. Business days skip weekends and holidays; SPAN_NONE gives 0. */
int64_t policy_due_ms(const struct policy_span *span, const struct organisation *organisation, int64_t from_ms);
/* When the response is due: minutes after declaration; where the severity may wait for working hours, the
 * end of the working day that is running or comes next. 0 if there is no such clock. */
int64_t policy_response_due_ms(const struct policy_severity *severity, const struct organisation *organisation,
                               int64_t declared_ms);
/* The first working moment at or after at_ms (R-D2: P3 waits for business hours). */
int64_t policy_working_ms(const struct organisation *organisation, int64_t at_ms);

/* --- the severity wizard (pure) --- */
enum wizard_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };
struct wizard_proposal {
    const struct policy_severity *severity; /* NULL: the answer to `step` is needed first */
    const struct wizard_step *step; /* that decided, or comes next; NULL if every answer was no */
};
/* answers: one for each of policy->steps. The first yes decides; answers after it do not matter. */
void wizard_propose(const struct policy *policy, const enum wizard_answer *answers, struct wizard_proposal *out);

/* For filters of lists: a field error `severity` (one_of) if neither the policy in force nor an earlier one has that
 * code. NULL and "" are no filter. */
bool policy_filter_check(struct tx *tx, const char *severity, struct error *err) NODISCARD;

#endif
