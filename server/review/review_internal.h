/* Shared inside review/ only: rows to values and back. The *_sql.c files hold the SQL, the others the rules. */
#ifndef BONGSU_REVIEW_INTERNAL_H
#define BONGSU_REVIEW_INTERNAL_H

#include "review/action_item.h"
#include "incident/incident.h"
#include "review/document.h"
#include "review/review_sql.h"
#include "review/typing.h"

/* --- action_sql.c --- */
bool action_row_insert(struct tx *tx, const struct action_item *item, struct error *err) NODISCARD;
/* *changed 0: the version was not what it was read at. Writes version + 1. */
bool action_row_update(struct tx *tx, const struct action_item *item, int64_t *changed, struct error *err) NODISCARD;
bool action_row_find(struct tx *tx, int64_t id, struct action_item *out, bool *found, struct error *err) NODISCARD;
bool action_rows_list(struct tx *tx, const struct action_filter *filter, struct action_list *out,
                      struct error *err) NODISCARD;
bool action_rows_count(struct tx *tx, const char *incident_ref, struct action_figures *out,
                       struct error *err) NODISCARD;

/* --- action_item.c --- */
/* As action_create, inside the caller's transaction, which vouches for the permission. */
bool action_create_tx(struct tx *tx, const struct action_draft *draft, struct action_item *out,
                      struct error *err) NODISCARD;

/* --- document_sql.c --- */
bool document_row_insert(struct tx *tx, const struct document *document, struct error *err) NODISCARD;
bool document_row_update(struct tx *tx, const struct document *document, struct error *err) NODISCARD;
bool document_row_find(struct tx *tx, int64_t incident_id, enum document_kind kind, struct document *out, bool *found,
                       struct error *err) NODISCARD;
bool section_rows_load(struct tx *tx, struct document *document, struct error *err) NODISCARD;
/* Writes body as version base + 1 and its history row. *saved false: somebody saved another version meanwhile. */
bool section_row_save(struct tx *tx, int64_t document_id, const struct section *section, bool *saved,
                      struct error *err) NODISCARD;
bool why_rows_load(struct tx *tx, struct document *document, struct error *err) NODISCARD;
bool why_rows_replace(struct tx *tx, int64_t document_id, const struct why *whys, size_t count,
                      struct error *err) NODISCARD;
/* What was saved under a section's or part's name, kept for good. */
bool history_row_add(struct tx *tx, int64_t document_id, const struct section *saved, struct error *err) NODISCARD;
bool revision_row_insert(struct tx *tx, const struct revision *revision, struct error *err) NODISCARD;
bool approval_rows_load(struct tx *tx, int64_t document_id, struct approval_list *out, struct error *err) NODISCARD;
bool approval_row_insert(struct tx *tx, int64_t document_id, const struct approval *approval,
                         struct error *err) NODISCARD;

/* --- document.c --- */
/* A write and what the document is after it, in one transaction: an answer that could not be read would look like a
 * write that did not happen. */
struct document_call {
    tx_fn fn;
    void *arg;
    const char *ref;
    enum document_kind kind;
};
bool document_write(struct op *op, const struct document_call *call, struct document *out, struct error *err) NODISCARD;

/* --- part_sql.c --- */
bool part_rows_load(struct tx *tx, struct document *document, struct error *err) NODISCARD;
/* *saved false: it is no longer at that version. */
bool part_row_save(struct tx *tx, int64_t document_id, enum document_part part, int64_t version, bool *saved,
                   struct error *err) NODISCARD;
bool pace_row_put(struct tx *tx, int64_t document_id, enum incident_phase phase, const char *note,
                  struct error *err) NODISCARD;

/* --- part.c --- */
/* Bumps the part after its values were laid into the document: checks the base, keeps what was saved, drops what this
 * person had typed. A mismatch is a field error and ERR_STALE. The document must have been kept. */
bool part_keep(struct tx *tx, struct document *document, enum document_part part, const struct part_base *base,
               struct error *err) NODISCARD;
void parts_check(struct op *op, enum document_kind kind, const struct document_save *save);
/* Lays the wished facts over the document, before it is kept; and saves the parts the wish is about, after that. */
void parts_apply(struct document *document, const struct document_save *save);
bool parts_save(struct tx *tx, struct document *document, const struct document_save *save,
                struct error *err) NODISCARD;

/* --- whys.c --- */
void whys_check(struct op *op, const struct document *document); /* names every step that breaks a rule */

/* --- typing_sql.c --- */
struct typing_place {
    int64_t incident_id;
    enum document_kind kind;
};
bool typing_row_keep(struct tx *tx, const struct typing_place *place, const struct typing_wish *wish, int64_t *number,
                     struct error *err) NODISCARD;
bool typing_row_clear(struct tx *tx, const struct typing_place *place, const char *section,
                      struct error *err) NODISCARD; /* of the acting person */
bool typing_rows_load(struct tx *tx, const struct typing_place *place, struct typing *out, struct error *err) NODISCARD;

/* --- shape.c: which sections a document has --- */
enum { SHAPE_SECTIONS_MAX = 16 };
struct shape {
    const char *name;
    enum document_kind kind;
    const char *sections[SHAPE_SECTIONS_MAX]; /* ended by NULL */
};
const struct shape *shape_find(enum document_kind kind, const char *name); /* NULL name: the kind's default */
bool shape_has(const struct shape *shape, const char *key); /* evidence sections included: 003 */
bool section_is_evidence(const char *key);

/* --- draft.c: what a section says before anybody wrote it (from the incident and its timeline) --- */
bool draft_sections(struct tx *tx, const struct incident *incident, struct document *document,
                    struct error *err) NODISCARD;

/* --- document.c --- */
/* The document with drafts filled in; id 0 if nothing was saved yet. */
bool document_load(struct tx *tx, const char *ref, enum document_kind kind, struct incident *incident,
                   struct document *out, struct error *err) NODISCARD;
bool document_keep(struct tx *tx, struct document *document, struct error *err) NODISCARD; /* insert or update */
/* Saves the drafted sections as their first version: what people submit is what they saw. */
bool document_keep_draft(struct tx *tx, struct document *document, struct error *err) NODISCARD;
/* Puts what is stored of it where search finds it. */
bool document_index(struct tx *tx, const struct incident *incident, const struct document *document,
                    struct error *err) NODISCARD;
/* As document_save, inside the caller's transaction, which vouches for the permission. */
bool document_save_tx(struct tx *tx, const char *incident_ref, enum document_kind kind,
                      const struct document_save *save, struct error *err) NODISCARD;
const struct section *section_find(const struct document *document, const char *key); /* NULL if not there */
/* What a revision freezes: the texts, without versions and states. */
json_t *document_content(struct op *op, const struct document *document);
json_t *document_part_json(struct op *op, const struct document *document, enum document_part part);

/* --- gate.c: the one place where a text is checked before it is submitted or published (R-B6) --- */
bool document_gate(struct tx *tx, const struct document *document, struct error *err) NODISCARD;
/* A retrospective's own duties: the rules of the whys and, when it is published, the question about the runbook. */
bool document_complete(struct tx *tx, const struct document *document, bool asked, struct error *err) NODISCARD;

#endif
