/* Postmortems written elsewhere, in Markdown (R-J12): read, shown as they were understood, and taken over as a
 * backfilled incident with its retrospective and actions.
 *
 * The title is the first "# " heading. Facts are lines "label: value", bold or in a two-column table, in Korean or
 * English (등급, Severity, 영향 시간, Started …). Sections are cut at their headings by the words in these; a table or
 * a task list under the heading of the measures becomes action items. What is wrong is named by its line. */
#ifndef BONGSU_REVIEW_POSTMORTEM_H
#define BONGSU_REVIEW_POSTMORTEM_H

#include "review/action_item.h"
#include "review/document.h"

enum { POSTMORTEM_MAX = 200000, POSTMORTEM_ACTIONS_MAX = 100, POSTMORTEM_HINTS_MAX = 50 };

struct postmortem_hint { /* taken over, but not as it might have been meant */
    int line;
    const char *key; /* message import.hint.KEY */
    const char *text;
};

struct postmortem {
    const char *title, *severity, *impact, *service, *attendees; /* NULL: not found */
    int64_t started_at, recovered_at; /* 0: not found */
    struct section_save *sections; /* of the shape postmortem */
    size_t section_count;
    struct action_draft *actions;
    size_t action_count;
    struct postmortem_hint *hints;
    size_t hint_count;
};

/* What the text does not say; a member that is given wins over the text. Times as incident drafts take them. */
struct postmortem_wish {
    const char *markdown;
    const char *title, *severity, *service, *started_at, *recovered_at;
};

/* PERM_RESPOND. Writes nothing. ERR_INVALID: fields `line.N` for what a line says, else the wish's members. */
bool postmortem_read(struct op *op, const struct postmortem_wish *wish, struct postmortem *out,
                     struct error *err) NODISCARD;
/* The same, then takes it over in one transaction. */
bool postmortem_import(struct op *op, const struct postmortem_wish *wish, struct postmortem *out,
                       struct incident *incident, struct error *err) NODISCARD;
json_t *postmortem_json(struct op *op, const struct postmortem *postmortem);

#endif
