/* Shared between the text of the quarterly review (quarter_text.c), its rows (quarter_sql.c) and its rules (quarter.c).
 */
#ifndef BONGSU_INSIGHT_QUARTER_INTERNAL_H
#define BONGSU_INSIGHT_QUARTER_INTERNAL_H

#include "insight/quarter.h"

/* Counts, and writes every section into *out. */
bool quarter_draft(struct tx *tx, const struct i18n *lang, struct quarter_review *out, int64_t *incidents,
                   struct error *err) NODISCARD;

bool quarter_row_find(struct tx *tx, struct quarter quarter, struct quarter_review *out, bool *found,
                      struct error *err) NODISCARD;
bool quarter_row_insert(struct tx *tx, const struct quarter_review *review, struct error *err) NODISCARD;
bool quarter_row_touch(struct tx *tx, int64_t id, struct error *err) NODISCARD;
/* The section as it shall be, its version one more than *now; *saved false: it is no longer at that version. */
bool quarter_section_put(struct tx *tx, int64_t id, enum quarter_part part, const struct quarter_section *section,
                         bool *saved, struct error *err) NODISCARD;
bool quarter_rows_list(struct tx *tx, struct quarter_list *out, struct error *err) NODISCARD;
bool quarter_due_exists(struct tx *tx, bool *out, struct error *err) NODISCARD;

#endif
