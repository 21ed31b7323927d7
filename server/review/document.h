/* Documents: the report and the retrospective of an incident (R-B1 … R-B8).
 *
 * A document is a set of sections in Markdown. It is made from the incident the first time somebody saves it; until
 * then readers get the draft. Sections are saved one by one against the version they were read at, so two editors
 * never overwrite each other unseen. State: draft → submitted → approved → published; a return goes back to
 * draft, an edit after publishing makes a new draft that must be published again. Submit and publish pass the
 * wording gate (document_gate) inside their transaction, and a retrospective the rules of its whys (whys.c).
 *
 * What a retrospective holds beside its sections (facts, meeting, whys, pace) is saved part by part in the same way.
 */
#ifndef BONGSU_REVIEW_DOCUMENT_H
#define BONGSU_REVIEW_DOCUMENT_H

#include "incident/incident.h"

#include <jansson.h>

enum document_kind { DOCUMENT_REPORT, DOCUMENT_RETRO, DOCUMENT_KIND_COUNT };
enum document_state { DOCUMENT_DRAFT, DOCUMENT_SUBMITTED, DOCUMENT_APPROVED, DOCUMENT_PUBLISHED, DOCUMENT_STATE_COUNT };
const char *document_kind_name(enum document_kind kind); /* "report", "retro" */
const char *const *document_evidence_sections(void); /* 003: what can be added to a retrospective; ended by NULL */
const char *document_state_name(enum document_state state);

struct section {
    const char *key;
    const char *body; /* Markdown */
    int64_t version; /* 0: never saved, from the draft */
    const char *updated_by;
    int64_t updated_at;
};

struct why {
    const char *question, *answer, *evidence;
};

enum document_part { PART_FACTS, PART_MEETING, PART_WHYS, PART_PACE, PART_COUNT };
const char *document_part_name(enum document_part part); /* "facts", "meeting", "whys", "pace" */
bool document_part_parse(const char *name, enum document_part *out);

struct part {
    int64_t version; /* 0: never saved */
    const char *updated_by;
    int64_t updated_at;
};

struct document {
    int64_t id; /* 0: not saved yet */
    int64_t incident_id;
    const char *incident_ref;
    enum document_kind kind;
    const char *shape;
    enum document_state state;
    const char *lang;
    int64_t version, revision;
    int64_t scheduled_at;
    const char *facilitator, *attendees, *lesson, *runbook_change;
    int64_t submitted_by, submitted_at, published_at, created_at, updated_at;
    struct section *sections; /* in the order of the shape; evidence sections last */
    size_t section_count;
    struct why *whys;
    size_t why_count;
    const char *pace[PHASE_COUNT]; /* could this phase have been faster? NULL: nothing noted */
    struct part parts[PART_COUNT];
};

enum { SECTION_MAX = 40000, SECTIONS_MAX = 24, WHYS_MAX = 20, PACE_MAX = 1000 };
/* Phases whose pace is looked at: from the detection to the sharing. */
enum { PACE_FIRST = PHASE_DETECTED, PACE_LAST = PHASE_SHARED };

bool document_find(struct op *op, const char *incident_ref, enum document_kind kind, struct document *out,
                   struct error *err) NODISCARD;

/* What is saved: NULL members stay as they are. base_version of a section: the version it was read at, or -1 for
 * "whatever is there"; so with a part whose base is given. A mismatch is ERR_STALE `document.section_changed`, the
 * field names the section or part, and nothing is saved. */
struct section_save {
    const char *key, *body;
    int64_t base_version;
};
struct part_base {
    bool given;
    int64_t version;
};
struct document_save {
    const struct section_save *sections;
    size_t section_count;
    const char *shape, *facilitator, *attendees, *lesson, *runbook_change;
    const struct why *whys;
    size_t why_count;
    bool has_whys;
    const char *pace[PHASE_COUNT]; /* "" clears a note */
    struct part_base base[PART_COUNT];
};
bool document_save(struct op *op, const char *incident_ref, enum document_kind kind, const struct document_save *save,
                   struct document *out, struct error *err) NODISCARD;

bool document_submit(struct op *op, const char *incident_ref, enum document_kind kind, struct document *out,
                     struct error *err) NODISCARD;
/* note: why, required for a return (at most 1,000 characters). */
bool document_decide(struct op *op, const char *incident_ref, enum document_kind kind, bool approve, const char *note,
                     struct document *out, struct error *err) NODISCARD;
/* Whoever closes a retrospective is asked what changes in the runbook (R-B7), and the wish answers: a blank answer
 * where none was saved is ERR_INVALID with field `runbook_change`. NULL, or a NULL member, is a program that was not
 * asked and leaves what was saved. */
struct publish_wish {
    const char *runbook_change;
    struct part_base base; /* of the part `facts` */
};
bool document_publish(struct op *op, const char *incident_ref, enum document_kind kind, const struct publish_wish *wish,
                      struct document *out, struct error *err) NODISCARD;
/* Retro only: when it meets, who comes (one a line), who leads it; the clock `retro` follows. */
struct retro_schedule {
    int64_t at_ms;
    const char *attendees, *facilitator;
    struct part_base base; /* of the part `meeting` */
};
bool retro_schedule(struct op *op, const char *incident_ref, const struct retro_schedule *schedule,
                    struct document *out, struct error *err) NODISCARD;
char *retro_calendar(struct op *op, const struct document *document, const char *title); /* text/calendar */

struct approval {
    int64_t revision;
    const char *person, *role, *decision, *note;
    int64_t decided_at;
};
struct approval_list {
    struct approval *items;
    size_t count;
};
bool document_approvals(struct op *op, int64_t document_id, struct approval_list *out, struct error *err) NODISCARD;

struct revision {
    int64_t document_id, number;
    const char *reason, *content, *hash, *made_by;
    int64_t made_at;
};
struct revision_list {
    struct revision *items; /* newest first */
    size_t count;
};
bool document_revisions(struct op *op, int64_t document_id, struct revision_list *out, struct error *err) NODISCARD;
/* Is a paper with this hash what was frozen? *found tells; the content is not given away (public page, R-J8). */
struct revision_check {
    bool found, newest;
    const char *incident_ref;
    enum document_kind kind;
    int64_t number, made_at;
};
bool document_check_hash(struct op *op, const char *hash, struct revision_check *out, struct error *err) NODISCARD;

/* The wording findings of the stored text, and waiving one of them (wording/gate.h). */
struct waiver_wish;
struct wording_review;
bool document_wording(struct op *op, const char *incident_ref, enum document_kind kind, struct wording_review *out,
                      struct error *err) NODISCARD;
bool document_waive(struct op *op, const char *incident_ref, enum document_kind kind, const struct waiver_wish *wish,
                    struct wording_review *out, struct error *err) NODISCARD;

/* What the rules of the whys (004 p.305) have against a step. Whose side the first question takes is advice; an answer
 * and its evidence are required when a retrospective is submitted. */
enum why_fault { WHY_FINE, WHY_NOT_CUSTOMER, WHY_NO_ANSWER, WHY_NO_EVIDENCE };
enum why_fault whys_fault(struct op *op, const struct document *document, size_t step);

json_t *document_json(struct op *op, const struct document *document);

#endif
