/* Rows of the timeline, inside the room. */
#ifndef BONGSU_INCIDENT_TIMELINE_ROW_H
#define BONGSU_INCIDENT_TIMELINE_ROW_H

#include "incident/timeline.h"

bool event_insert(struct tx *tx, const struct event *event, struct error *err) NODISCARD;
bool event_by_seq(struct tx *tx, int64_t incident_id, int64_t seq, struct event *out, struct error *err) NODISCARD;
bool event_by_id(struct tx *tx, int64_t id, struct event *out, struct error *err) NODISCARD; /* `timeline.unknown` */
/* Keeps `before` in timeline_edit, then writes `after`. */
bool event_correct(struct tx *tx, const struct event *before, const struct event *after, struct error *err) NODISCARD;

#endif
