/* Runbooks: what to check and do when something known breaks (R-F1), in Markdown by section, versioned. The starter
 * set comes with the program (templates/runbooks/LANG/KEY.md, version 0); editing one keeps the organisation's text
 * in its place. A runbook is named by key and exists in one or both languages; readers get theirs if there is one. */
#ifndef BONGSU_RUNBOOK_RUNBOOK_H
#define BONGSU_RUNBOOK_RUNBOOK_H

#include "store/db.h"

#include <jansson.h>

enum runbook_section {
    RUNBOOK_SYMPTOM,
    RUNBOOK_CAUSE_CHECKS,
    RUNBOOK_IMMEDIATE_ACTION,
    RUNBOOK_RECOVERY_CHECKS,
    RUNBOOK_PREVENTION,
    RUNBOOK_SCOPE,
    RUNBOOK_SECTION_COUNT
};
const char *runbook_section_name(enum runbook_section section); /* "symptom" … */

enum { RUNBOOK_TITLE_MAX = 200, RUNBOOK_WORDS_MAX = 500, RUNBOOK_SECTION_MAX = 8000, RUNBOOKS_MAX = 500 };

struct runbook {
    int64_t id; /* 0: as shipped */
    const char *key, *lang, *title;
    const char *service; /* key, or NULL: any */
    const char *alerts, *words; /* separated by commas; "" for none */
    const char *sections[RUNBOOK_SECTION_COUNT]; /* Markdown, "" for none */
    int64_t version; /* 0: as shipped */
    int64_t updated_at;
    const char *updated_by;
    int64_t retired_at; /* 0: in use */
    const char *retired_by;
};
struct runbook_list {
    struct runbook *items; /* by key */
    size_t count;
};

/* Members NULL stay as they are; when adding, title and at least one section are required. */
struct runbook_input {
    const char *key, *lang; /* only when adding; lang NULL: the reader's */
    const char *title, *service, *alerts, *words;
    const char *sections[RUNBOOK_SECTION_COUNT];
    const char *reason, *incident; /* why, and which incident taught it; may be NULL */
};

/* PERM_READ. Every runbook in use once, in the reader's language if it has that one. text: words all of which must
 * occur. */
bool runbook_list(struct op *op, const char *text, struct runbook_list *out, struct error *err) NODISCARD;
bool runbook_list_retired(struct op *op, struct runbook_list *out, struct error *err) NODISCARD;
/* Retired ones too, in every language. */
bool runbooks_all(struct tx *tx, struct runbook_list *out, struct error *err) NODISCARD;
/* ERR_NOT_FOUND `runbook.unknown`. lang NULL: the reader's, else the other. */
bool runbook_load(struct op *op, const char *key, const char *lang, struct runbook *out, struct error *err) NODISCARD;
/* PERM_SERVICE. ERR_CONFLICT `runbook.exists`. */
bool runbook_add(struct op *op, const struct runbook_input *input, struct runbook *out, struct error *err) NODISCARD;
/* Of the runbook in the language runbook_load chooses. ERR_STALE `runbook.stale`; expected -1: whatever it is. */
bool runbook_update(struct op *op, const char *key, int64_t expected, const struct runbook_input *input,
                    struct runbook *out, struct error *err) NODISCARD;

struct runbook_version {
    int64_t version, at;
    const char *title, *sections, *reason, *incident_ref, *by;
};
/* Newest first; last, as version 0, the text as shipped where that was the beginning. */
bool runbook_versions(struct op *op, const struct runbook *runbook, struct runbook_version **out, size_t *count,
                      struct error *err) NODISCARD;
/* The runbook as it was at that version. ERR_NOT_FOUND `runbook.unknown`. */
bool runbook_at_version(struct op *op, const char *key, int64_t version, struct runbook *out,
                        struct error *err) NODISCARD;

/* PERM_SERVICE. Out of use, in every language; what runs already goes on. reason may be NULL. ERR_STALE as
 * runbook_update. */
bool runbook_retire(struct op *op, const char *key, int64_t expected, const char *reason, struct error *err) NODISCARD;
bool runbook_restore(struct op *op, const char *key, struct error *err) NODISCARD;

json_t *runbook_json(struct op *op, const struct runbook *runbook);

#endif
