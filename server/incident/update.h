/* Situation updates (상황 공유, R-A6), the help request (R-A7), reminders (R-J16) and offers to help (R-A13). */
#ifndef BONGSU_INCIDENT_UPDATE_H
#define BONGSU_INCIDENT_UPDATE_H

#include "incident/incident.h"

struct update_draft {
    const char *text; /* required */
    const char *next_minutes; /* 1–1440; NULL or "": the policy's cadence */
    const char *at; /* NULL: now */
    bool with_message; /* the update made is to come with its message */
};
struct update {
    int64_t seq; /* of its timeline event */
    int64_t at;
    const char *text;
    int64_t next_due; /* 0: none owed */
    const char *message; /* as it goes to the channel; NULL unless it went or would go, and was asked for */
};
/* Restarts the update clock, unless it is of a time before the newest one: then it is noted and nothing goes out.
 * PERM_RESPOND; refused once the incident is over. */
bool incident_update(struct op *op, const char *ref, const struct update_draft *draft, struct update *out,
                     struct error *err) NODISCARD;
bool update_latest(struct tx *tx, int64_t incident_id, struct update *out, bool *found, struct error *err) NODISCARD;

struct help_draft {
    const char *symptom, *tried, *logs, *needed; /* needed: required; symptom defaults to the incident's */
    const char *at;
};
struct help {
    int64_t at;
    const char *symptom, *tried, *logs, *needed;
};
bool incident_ask_help(struct op *op, const char *ref, const struct help_draft *draft, struct help *out,
                       struct error *err) NODISCARD;
bool help_latest(struct tx *tx, int64_t incident_id, struct help *out, bool *found, struct error *err) NODISCARD;

/* Update reminders: send now, snooze by 30, 60 or 90 minutes, stop; stopping ends with the next update. */
enum reminder_action { REMINDER_SEND, REMINDER_SNOOZE_30, REMINDER_SNOOZE_60, REMINDER_SNOOZE_90, REMINDER_STOP };
bool reminder_action_parse(const char *name, enum reminder_action *out); /* send snooze_30 snooze_60 snooze_90 stop */
bool incident_remind(struct op *op, const char *ref, enum reminder_action action, struct incident *out,
                     struct error *err) NODISCARD;

/* 'I can help' from the watch page: anybody who may read. One standing offer a person; offering again replaces the
 * note. */
struct help_offer {
    int64_t user_id;
    const char *login, *name, *note;
    int64_t at;
};
bool incident_offer_help(struct op *op, const char *ref, const char *note, struct error *err) NODISCARD;
bool help_offers(struct tx *tx, int64_t incident_id, struct help_offer **out, size_t *count,
                 struct error *err) NODISCARD;

#endif
