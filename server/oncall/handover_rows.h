/* Inside oncall/: rows of hand-over notes (handover_sql.c). */
#ifndef BONGSU_ONCALL_HANDOVER_ROWS_H
#define BONGSU_ONCALL_HANDOVER_ROWS_H

#include "oncall/handover.h"

bool handover_sql_offer(struct tx *tx, const struct handover *handover, bool *fresh, struct error *err) NODISCARD;
bool handover_sql_find(struct tx *tx, const struct handover *which, struct handover *out, bool *found,
                       struct error *err) NODISCARD; /* by schedule, person and end */
bool handover_sql_by_id(struct tx *tx, int64_t id, struct handover *out, bool *found, struct error *err) NODISCARD;
/* Body, time and a new version; false *changed: another version is there. */
bool handover_sql_write(struct tx *tx, const struct handover *handover, bool *changed, struct error *err) NODISCARD;
bool handover_sql_seen(struct tx *tx, int64_t id, const char *by, struct error *err) NODISCARD;
bool handover_sql_list(struct tx *tx, int64_t schedule_id, struct handover_list *out, struct error *err) NODISCARD;
/* Offered to the person and not written, of shifts that end after `since`. */
bool handover_sql_offered(struct tx *tx, int64_t user_id, int64_t since, struct handover_list *out,
                          struct error *err) NODISCARD;
/* Written and not read, of shifts that ended in [since, until]. */
bool handover_sql_unread(struct tx *tx, int64_t since, int64_t until, struct handover_list *out,
                         struct error *err) NODISCARD;

#endif
