/* Inside oncall/: rows of swaps (swap_sql.c). */
#ifndef BONGSU_ONCALL_SWAP_ROWS_H
#define BONGSU_ONCALL_SWAP_ROWS_H

#include "oncall/swap.h"

bool swap_sql_insert(struct tx *tx, const struct swap *swap, struct error *err) NODISCARD;
bool swap_sql_find(struct tx *tx, int64_t id, struct swap *out, bool *found, struct error *err) NODISCARD;
bool swap_sql_of(struct tx *tx, int64_t user_id, struct swap_list *out, struct error *err) NODISCARD;
/* From open; false *changed: it was not open any more. */
bool swap_sql_decide(struct tx *tx, int64_t id, enum swap_state state, bool *changed, struct error *err) NODISCARD;
bool swap_sql_open_count(struct tx *tx, int64_t asker_id, int64_t *count, struct error *err) NODISCARD;

#endif
