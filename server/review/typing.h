/* Typing: what people have typed into a document's sections and not saved yet, kept on the server, and who else is at
 * the document now. Nothing here is part of the document: it leaves no timeline event and no audit row, because a
 * text in the making is nobody's business but its writer's.
 *
 * One row per person and section. Two open pages of the same person cannot overwrite each other unseen: a write must
 * come from the page that wrote last, or know the number of what it replaces. */
#ifndef BONGSU_REVIEW_TYPING_H
#define BONGSU_REVIEW_TYPING_H

#include "review/document.h"

/* A part is kept as the JSON of its form: the fields' texts by their names. */
enum { TYPING_SCREEN_MAX = 40, TYPING_PRESENT_S = 60, TYPING_PART_MAX = 160000 };

struct typed {
    const char *section, *body, *screen;
    int64_t base, number, at;
};
struct typing_person {
    const char *person, *section;
};
struct typing {
    struct typed *mine; /* of the reader, unsaved */
    size_t mine_count;
    struct typing_person *others; /* seen within the last minute; a person once, where seen last */
    size_t other_count;
};
bool typing_find(struct op *op, const char *incident_ref, enum document_kind kind, struct typing *out,
                 struct error *err) NODISCARD;
const struct typed *typing_of(const struct typing *typing, const char *section); /* NULL: nothing unsaved */

/* body NULL: only seen here, what is kept stays. number: of the text this one replaces, 0 for none. ERR_STALE
 * `document.typed_elsewhere` if another page of the same person wrote meanwhile. */
struct typing_wish {
    const char *section, *body, *screen;
    int64_t base, number;
};
struct typing_kept {
    int64_t number; /* of what is kept now */
    int64_t version; /* of the stored section */
    const char *saved_by; /* who saved that version; NULL before the first */
    struct typing now;
};
bool typing_keep(struct op *op, const char *incident_ref, enum document_kind kind, const struct typing_wish *wish,
                 struct typing_kept *out, struct error *err) NODISCARD;
bool typing_discard(struct op *op, const char *incident_ref, enum document_kind kind, const char *section,
                    struct error *err) NODISCARD;

#endif
