/* Forms that are projections of a JSON document: each field is named by its member's path ("layers[0].rotation.length",
 * "policies.P1.steps[2].delay_min"), so that a refusal by the domain finds its field, and what was typed, what is
 * stored and what was refused are shown by one function. */
#ifndef BONGSU_WEB_PAGES_MEMBER_FORM_H
#define BONGSU_WEB_PAGES_MEMBER_FORM_H

#include "pages/screen.h"

/* --- reading: what was typed, into an object; what cannot be read stays text and is refused by name --- */
const char *member_typed(const struct request *request, const char *path, const char *member); /* NULL if blank */
void member_take_text(const struct request *request, json_t *object, const char *path, const char *member);
void member_take_number(const struct request *request, json_t *object, const char *path, const char *member);
/* {days, from, to}; false if nothing of it was typed. */
bool member_take_window(const struct request *request, json_t *window, const char *path);

/* --- showing --- */
/* What was wrong with a member or with a part of it ("…participants[2]"); NULL if nothing. */
const char *member_wrong(const struct screen *screen, const char *path);
/* {name, value, error} as `member` of the view. path "": a member of the document itself. */
json_t *member_field(const struct screen *screen, json_t *view, const char *path, const char *member,
                     const char *value);
/* options of a field, with the texts "oncall_page.GROUP.WORD". */
void member_words(const struct screen *screen, json_t *field, const char *group, const char *const *words);
const char *member_number(const struct screen *screen, const json_t *object, const char *member); /* as text */
/* {days [(name, label, checked)], days_error, from, to}. */
json_t *member_window(const struct screen *screen, const json_t *window, const char *path);

#endif
