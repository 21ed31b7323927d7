/* Shared by the gate, the words and their SQL. */
#ifndef BONGSU_WORDING_GATE_INTERNAL_H
#define BONGSU_WORDING_GATE_INTERNAL_H

#include "people/permission.h"
#include "wording/gate.h"

/* *added false: it was waived already. */
bool waiver_row_insert(struct tx *tx, const struct wording_document *document, const struct waiver *waiver, bool *added,
                       struct error *err) NODISCARD;
bool waiver_rows_of(struct tx *tx, const struct wording_document *document, struct waiver **list, size_t *count,
                    struct error *err) NODISCARD;

#endif
