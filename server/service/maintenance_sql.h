/* Rows of planned maintenance; used inside service/ and by the catalogue. */
#ifndef BONGSU_SERVICE_MAINTENANCE_SQL_H
#define BONGSU_SERVICE_MAINTENANCE_SQL_H

#include "service/maintenance.h"

extern const struct sql_list MAINTENANCE_STATEMENTS;

bool maintenance_row_insert(struct tx *tx, const struct maintenance *maintenance, struct error *err) NODISCARD;
bool maintenance_row_update(struct tx *tx, struct maintenance *maintenance, struct error *err) NODISCARD; /* stale */
bool maintenance_rows(struct tx *tx, bool past, int64_t now_ms, struct maintenance_list *out,
                      struct error *err) NODISCARD;
/* Of a series, not cancelled, from an instant on. */
bool maintenance_rows_following(struct tx *tx, int64_t series_id, int64_t from_ms, struct maintenance_list *out,
                                struct error *err) NODISCARD;

#endif
