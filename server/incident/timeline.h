/* Timeline: facts with the time they happened (`at`) and the time they were recorded. Clustered on (incident, seq).
 * Every change of an incident writes here by itself; people add notes, decisions, links and logs (R-A11). Nothing is
 * deleted; a correction keeps the earlier text in timeline_edit. */
#ifndef BONGSU_INCIDENT_TIMELINE_H
#define BONGSU_INCIDENT_TIMELINE_H

#include "incident/incident.h"

#include <jansson.h>

enum event_kind {
    /* made by the portal */
    EVENT_DECLARED,
    EVENT_ACKNOWLEDGED,
    EVENT_STATUS,
    EVENT_SEVERITY,
    EVENT_ROLE,
    EVENT_UPDATE,
    EVENT_HELP,
    EVENT_HELP_OFFER,
    EVENT_RECOVERED,
    EVENT_REOPENED,
    EVENT_CLOSED,
    EVENT_MERGED,
    EVENT_CORRECTED,
    EVENT_CHECKLIST,
    EVENT_CLOCK, /* a due time was missed, a reminder went out */
    EVENT_RELATED,
    EVENT_ATTACHMENT,
    EVENT_CHANNEL, /* a message reached, or failed to reach, a destination */
    EVENT_REVIEW, /* report, retro, notice: written by those rooms */
    EVENT_ALERT,
    /* written by people */
    EVENT_NOTE,
    EVENT_DECISION,
    EVENT_LINK,
    EVENT_LOG,
    EVENT_KIND_COUNT
};
const char *event_kind_name(enum event_kind kind); /* "declared" … */
bool event_kind_parse(const char *name, enum event_kind *out);
bool event_kind_is_manual(enum event_kind kind); /* note, decision, link, log */

struct event {
    int64_t id; /* for URLs; seq is the order */
    int64_t incident_id, seq;
    enum event_kind kind;
    int64_t at, recorded_at;
    const char *text; /* people's as typed; the portal's in the incident's language (event_text: in the reader's) */
    const char *data; /* JSON details, or NULL */
    int phase; /* enum incident_phase, or -1 */
    bool starred;
    int64_t actor_id;
    const char *actor; /* name as shown then */
    int64_t edits; /* how often it was corrected */
};

/* For rooms inside a transaction: appends at incident->last_seq + 1; the caller saves the incident afterwards.
 * Portal events give `key`, a message key whose placeholders are filled from the texts in `data`; a value "@some.key"
 * stands for that message, so that every reader gets the event in their own language; NAME_minutes fills {NAME} as a
 * span. People's events give `text`. */
struct event_entry {
    enum event_kind kind;
    int64_t at; /* 0 = now */
    const char *key, *text; /* one of them */
    json_t *data; /* of the arena; may be NULL */
    int phase; /* enum incident_phase + 1; 0 or less = none */
    bool starred;
};
bool timeline_add(struct tx *tx, struct incident *incident, const struct event_entry *entry,
                  struct error *err) NODISCARD;

struct timeline_draft {
    const char *at, *text, *kind, *phase, *starred; /* as typed; text required, kind note by default */
};
bool incident_note(struct op *op, const char *ref, const struct timeline_draft *draft, struct event *out,
                   struct error *err) NODISCARD;
/* The same inside the caller's transaction; *incident as it is afterwards. */
bool incident_note_tx(struct tx *tx, struct incident *incident, const struct timeline_draft *draft, struct event *out,
                      struct error *err) NODISCARD;
/* Members NULL = leave; ref NULL = of whichever incident the event is. Portal events: only phase, starred and at may
 * change. */
bool incident_note_correct(struct op *op, const char *ref, int64_t event_id, const struct timeline_draft *draft,
                           struct event *out, struct error *err) NODISCARD;

struct timeline_query {
    int64_t after; /* seq greater than this, oldest first; for what is new */
    int64_t before; /* if not 0: seq less than this, newest first; INT64_MAX for the newest page */
    int64_t limit; /* 1–200 */
};
bool timeline_list(struct tx *tx, int64_t incident_id, const struct timeline_query *query, struct event **out,
                   size_t *count, struct error *err) NODISCARD;

/* In the reader's language. */
const char *event_text(struct op *op, const struct event *event);

struct event_edit {
    int64_t edited_at;
    const char *actor, *text;
    int64_t at; /* the earlier time */
};
bool timeline_edits(struct tx *tx, int64_t event_id, struct event_edit **out, size_t *count,
                    struct error *err) NODISCARD;

#endif
