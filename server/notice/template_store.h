/* Notice templates as they are in force: those that ship, with what the organisation changed or added. */
#ifndef BONGSU_NOTICE_TEMPLATE_STORE_H
#define BONGSU_NOTICE_TEMPLATE_STORE_H

#include "notice/scenario.h"
#include "store/db.h"

/* All scenarios of a language with the organisation's texts in their place. */
bool notice_templates(struct tx *tx, const char *lang, struct scenario **out, size_t *count,
                      struct error *err) NODISCARD;
bool notice_templates_load(struct op *op, const char *lang, struct scenario **out, size_t *count,
                           struct error *err) NODISCARD;

struct notice_template_input {
    const char *stage, *lang, *name, *title, *text; /* as typed */
};
/* PERM_NOTICE. A key that no scenario has yet makes a scenario of the organisation's own. Unknown variables and broken
 * syntax are field errors template_syntax, unknown_name, unknown_pair with their place. An empty text brings back the
 * one that ships. */
bool notice_template_save(struct op *op, const char *key, const struct notice_template_input *input,
                          struct error *err) NODISCARD;

#endif
