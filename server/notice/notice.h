/* Customer notices: drafted from a scenario's text and the incident's facts, submitted, approved by a second person,
 * published (R-C2, R-J3). Nothing is published by the portal itself: every step is somebody's.
 *
 * Steps leave a version, an audit entry and a timeline event; publishing also sends an outbox message, meets the
 * incident's notice clock and wakes the topic "status". Drills go through the same steps and reach nobody. */
#ifndef BONGSU_NOTICE_NOTICE_H
#define BONGSU_NOTICE_NOTICE_H

#include "incident/incident.h"
#include "ledger/ledger.h"
#include "notice/scenario.h"
#include "wording/gate.h"

enum notice_state {
    NOTICE_DRAFT,
    NOTICE_SUBMITTED,
    NOTICE_APPROVED,
    NOTICE_PUBLISHED,
    NOTICE_WITHDRAWN,
    NOTICE_STATE_COUNT
};
const char *notice_state_name(enum notice_state state);
bool notice_state_parse(const char *name, enum notice_state *out);

struct notice {
    int64_t id, incident_id;
    const char *public_id;
    enum notice_stage stage;
    const char *template; /* scenario key */
    enum notice_state state;
    int64_t version;
    struct notice_text ko, en; /* en.text NULL: Korean only */
    int64_t next_at; /* 0: none promised */
    int64_t created_by, edited_by, submitted_by, approved_by, published_by, withdrawn_by; /* user ids, 0 none */
    const char *author, *editor, *approver, *publisher; /* names as shown then */
    int64_t created_at, updated_at, submitted_at, approved_at, published_at, withdrawn_at; /* 0 = not */
    const char *emergency_reason, *reason;
};

struct notice_list {
    struct notice *items;
    size_t count;
};

/* As typed; NULL: not given (POST: proposed from the scenario; PATCH: as it is). "" for an English text removes it. */
struct notice_input {
    const char *template; /* scenario key; NULL: the one that fits the incident */
    const char *stage;
    const char *title_ko, *text_ko, *title_en, *text_en;
    const char *phone_ko, *ars_ko, *phone_en, *ars_en; /* answers (answer.h); "" goes back to the one made */
    const char *next_at; /* RFC 3339, or local as a form sends it */
    const char *next_minutes; /* instead of next_at: from now */
    int64_t expected_version; /* 0 = whatever it is */
};

enum { NOTICE_TITLE_MAX = 120, NOTICE_TEXT_MAX = 4000, NOTICE_REASON_MIN = 10, NOTICE_REASON_MAX = 500 };

/* PERM_NOTICE. ERR_INVALID with fields; ERR_NOT_FOUND incident.unknown, notice.not_found; ERR_STALE notice.stale;
 * ERR_CONFLICT notice.published (published and withdrawn ones keep their text). Editing takes back a submission. */
bool notice_create(struct op *op, const char *ref, const struct notice_input *input, struct notice *out,
                   struct error *err) NODISCARD;
bool notice_edit(struct op *op, int64_t id, const struct notice_input *input, struct notice *out,
                 struct error *err) NODISCARD;

/* The steps. expected_version 0 = whatever it is.
 * submit: field errors for a missing text, or a missing next_at before recovery. ERR_CONFLICT notice.not_draft;
 * ERR_INVALID notice.wording while the text names people, as at publishing unless in an emergency.
 * approve: PERM_NOTICE_APPROVE; ERR_CONFLICT notice.not_submitted; ERR_FORBIDDEN notice.own (whoever wrote, edited or
 * submitted it, unless the organisation allows it).
 * reject: back to draft, with a reason.
 * publish: ERR_CONFLICT notice.not_approved, notice.next_passed. With `emergency` from draft or submitted, by
 * PERM_NOTICE_APPROVE, with a reason of at least NOTICE_REASON_MIN characters; audited as its own action.
 * withdraw: of a published one, with a reason; of any earlier one, without. */
struct notice_step {
    int64_t expected_version;
    const char *reason;
    bool emergency;
};
bool notice_submit(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                   struct error *err) NODISCARD;
bool notice_approve(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                    struct error *err) NODISCARD;
bool notice_reject(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                   struct error *err) NODISCARD;
bool notice_publish(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                    struct error *err) NODISCARD;
bool notice_withdraw(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                     struct error *err) NODISCARD;

/* PERM_READ. */
bool notice_load(struct op *op, int64_t id, struct notice *out, struct error *err) NODISCARD;
bool notice_of_incident(struct op *op, const char *ref, struct notice_list *out,
                        struct error *err) NODISCARD; /* newest first */
/* What waits: drafts, submitted and approved ones, oldest change first; at most 200. */
bool notice_waiting(struct op *op, struct notice_list *out, struct error *err) NODISCARD;

/* What the wording rules say of it, and keeping one finding with a reason (PERM_NOTICE; wording/gate.h). Parts are
 * title.ko, text.ko, title.en, text.en. */
bool notice_wording(struct op *op, int64_t id, struct wording_review *out, struct error *err) NODISCARD;
bool notice_waive(struct op *op, int64_t id, const struct waiver_wish *wish, struct wording_review *out,
                  struct error *err) NODISCARD;

struct notice_version {
    int64_t version, saved_at, next_at;
    const char *stage, *saved_by;
    struct notice_text ko, en;
};
bool notice_versions(struct op *op, int64_t id, struct notice_version **out, size_t *count,
                     struct error *err) NODISCARD;

/* The newest published notice of the same incident before this one; found false if there is none. */
bool notice_before(struct tx *tx, const struct notice *notice, struct notice *out, bool *found,
                   struct error *err) NODISCARD;

/* A proposal: the scenario's text for a stage with the incident's facts. template NULL: the one that fits. */
struct notice_proposal {
    const char *template;
    struct notice_text ko, en;
};
bool notice_propose(struct tx *tx, const struct incident *incident, const char *template, enum notice_stage stage,
                    int64_t next_ms, struct notice_proposal *out, struct error *err) NODISCARD;

/* Due handler of kind NOTICE_NEXT_DUE: the promised time passed and nothing newer was published. */
#define NOTICE_NEXT_DUE "notice.next"
bool notice_next_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

/* Due handler of kind INCIDENT_RECOVERED_DUE: drafts the notice of recovery, so that it waits on the desk (R-A10). A
 * draft nobody has touched since is written anew; where people have one under way or published, theirs stands. */
bool notice_draft_recovery(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

extern const struct sql_list NOTICE_STATEMENTS;

#endif
