/* Inside the status page: rows as they come, before they are gathered by incident. */
#ifndef BONGSU_NOTICE_STATUS_INTERNAL_H
#define BONGSU_NOTICE_STATUS_INTERNAL_H

#include "base/arena.h"
#include "notice/status.h"

struct status_row {
    int64_t incident_id, service_id; /* service_id 0: none, or not public */
    struct status_update update;
    int64_t withdrawn_at, begin, recovered;
    const char *severity;
    int64_t policy_version;
};

bool status_notice_rows(struct tx *tx, struct status_row **out, size_t *count, struct error *err) NODISCARD;
/* The page's own words; organisation: read already. */
bool status_words_find(struct tx *tx, const struct organisation *organisation, struct status_words *out,
                       struct error *err) NODISCARD;
bool status_setting_row(struct tx *tx, const char **json, int64_t *changed, struct error *err) NODISCARD;
bool status_component_rows(struct tx *tx, struct status_component **out, size_t *count, struct error *err) NODISCARD;

#endif
