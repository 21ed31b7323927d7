/* Rows of the notice room; used inside the room only. */
#ifndef BONGSU_NOTICE_NOTICE_SQL_H
#define BONGSU_NOTICE_NOTICE_SQL_H

#include "notice/notice.h"

bool notice_row_insert(struct tx *tx, const struct notice *notice, struct error *err) NODISCARD;
/* Writes all that may change where the stored version is notice->version, and bumps it. ERR_STALE notice.stale. */
bool notice_row_update(struct tx *tx, struct notice *notice, struct error *err) NODISCARD;
bool notice_row_find(struct tx *tx, int64_t id, struct notice *out, struct error *err) NODISCARD; /* notice.not_found */
bool notice_rows_of_incident(struct tx *tx, int64_t incident_id, struct notice_list *out, struct error *err) NODISCARD;
bool notice_rows_waiting(struct tx *tx, struct notice_list *out, struct error *err) NODISCARD;
bool notice_row_published_before(struct tx *tx, int64_t incident_id, int64_t before_ms, int64_t except_id,
                                 struct notice *out, bool *found, struct error *err) NODISCARD;

bool notice_version_insert(struct tx *tx, const struct notice *notice, struct error *err) NODISCARD;
bool notice_version_rows(struct tx *tx, int64_t id, struct notice_version **out, size_t *count,
                         struct error *err) NODISCARD;

#endif
