/* The quarterly review (002 §7.2): frequency and patterns, recovery times, accuracy of alerts, what changed in the
 * runbooks, service levels and actions, as a document that writes itself.
 *
 * Before it is stored, readers get the draft as it counts now. When a quarter is over it is stored by itself; people
 * then write on its sections, each against the version it was read at. Counting again changes only what nobody wrote
 * on. */
#ifndef BONGSU_INSIGHT_QUARTER_H
#define BONGSU_INSIGHT_QUARTER_H

#include "insight/insight.h"
#include "ledger/ledger.h"
#include "text/tz.h"

struct quarter {
    int year, number; /* 2000 … 2100, 1 … 4 */
};

/* The quarter an instant lies in, in the organisation's zone; its half-open span; the one before. */
struct quarter quarter_of(const struct tz *tz, int64_t ms);
void quarter_span(const struct tz *tz, struct quarter quarter, int64_t *from, int64_t *until);
struct quarter quarter_before(struct quarter quarter);
/* "2026-Q1" */
const char *quarter_name(struct arena *arena, struct quarter quarter);
bool quarter_parse(const char *name, struct quarter *out);

enum quarter_part {
    QUARTER_FREQUENCY,
    QUARTER_TIMES,
    QUARTER_ALERTS,
    QUARTER_LEVELS,
    QUARTER_ACTIONS,
    QUARTER_MANUALS,
    QUARTER_LESSONS,
    QUARTER_PLAN,
    QUARTER_PART_COUNT
};
const char *quarter_part_name(enum quarter_part part); /* "frequency" … */
bool quarter_part_parse(const char *name, enum quarter_part *out);

struct quarter_section {
    const char *body; /* Markdown */
    int64_t version; /* 0: from the draft */
    bool edited;
    const char *updated_by;
    int64_t updated_at;
};

struct quarter_review {
    int64_t id; /* 0: not stored */
    struct quarter quarter;
    const char *lang, *made_by;
    int64_t made_at, updated_at;
    struct quarter_section sections[QUARTER_PART_COUNT];
};

/* Stored, or the draft in the op's language. PERM_READ. ERR_INVALID with fields year, q. */
bool quarter_find(struct op *op, struct quarter quarter, struct quarter_review *out, struct error *err) NODISCARD;
/* Stores the draft; one that is there already is counted again where nobody wrote on it. PERM_RESPOND. */
bool quarter_make(struct op *op, struct quarter quarter, struct quarter_review *out, struct error *err) NODISCARD;
/* base: the section's version as it was read; ERR_STALE `document.section_changed`. Stores the draft first if needed.
 */
struct quarter_save {
    enum quarter_part part;
    const char *body;
    int64_t base;
};
bool quarter_save(struct op *op, struct quarter quarter, const struct quarter_save *save, struct quarter_review *out,
                  struct error *err) NODISCARD;

struct quarter_list {
    struct quarter_review *items; /* newest first, without their sections */
    size_t count;
};
bool quarter_list(struct op *op, struct quarter_list *out, struct error *err) NODISCARD;

/* "# 2026년 1분기 장애 리뷰 …" and everything under it. The sections' headings carry their numbers. */
bool quarter_title(struct op *op, const struct quarter_review *review, const char **out, struct error *err) NODISCARD;
bool quarter_markdown(struct op *op, const struct quarter_review *review, const char **out,
                      struct error *err) NODISCARD;
const char *quarter_heading(struct op *op, const struct quarter_review *review, enum quarter_part part);
json_t *quarter_json(struct op *op, const struct quarter_review *review);

/* Stores the review of the quarter that is over, some hours after its end. For work/due_handlers.c, and for whatever
 * starts a worker. */
#define QUARTER_DUE "insight.quarter"
bool quarter_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;
bool quarter_start(struct op *op, struct error *err) NODISCARD; /* sets the first, if there is none */

#endif
