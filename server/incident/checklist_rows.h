/* Checklists, inside the room: shipped lists (checklist_data.c) and rows (checklist_sql.c). */
#ifndef BONGSU_INCIDENT_CHECKLIST_ROWS_H
#define BONGSU_INCIDENT_CHECKLIST_ROWS_H

#include "incident/checklist.h"

#include <jansson.h>

enum { SHIPPED_LISTS = 4 };
struct shipped_list {
    const char *key, *title;
    const char *items; /* JSON, as kept with an incident */
};
/* The lists of a language, in their order; read from the assets. */
bool shipped_lists(struct arena *arena, const char *lang, struct shipped_list out[SHIPPED_LISTS],
                   struct error *err) NODISCARD;

/* All shipped lists for a new incident, in one statement. */
bool checklists_start(struct tx *tx, const struct incident *incident, struct error *err) NODISCARD;
bool checklist_put(struct tx *tx, int64_t incident_id, const struct shipped_list *list, int64_t *id,
                   struct error *err) NODISCARD;
/* With its items and ticks. ERR_NOT_FOUND `checklist.unknown`. */
bool checklist_by_id(struct tx *tx, int64_t id, struct checklist *out, int64_t *incident_id,
                     struct error *err) NODISCARD;
bool tick_put(struct tx *tx, const struct check_tick *tick, struct error *err) NODISCARD;
bool checklist_count(struct tx *tx, int64_t incident_id, int64_t *out, struct error *err) NODISCARD;

#endif
