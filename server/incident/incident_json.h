/* Incidents as API and templates see them. Ids are strings, instants RFC 3339 UTC, names as in the API contract. */
#ifndef BONGSU_INCIDENT_INCIDENT_JSON_H
#define BONGSU_INCIDENT_INCIDENT_JSON_H

#include "incident/checklist.h"
#include "incident/clock.h"
#include "incident/attachment.h"
#include "incident/relation.h"
#include "incident/roles.h"
#include "incident/timeline.h"

#include <jansson.h>

/* An incident with what its page and its JSON always show; the functions below make JSON owned by the op's arena. */
struct incident_view {
    struct incident incident;
    struct role_holder *roles;
    size_t role_count;
    struct clock_row *clocks;
    size_t clock_count;
    struct relation *relations;
    size_t relation_count;
    bool commander_missing; /* the policy wants one at this severity */
    const char *merged_into; /* reference, or NULL */
};
bool incident_view(struct op *op, const char *ref, struct incident_view *out, struct error *err) NODISCARD;
bool incident_view_tx(struct tx *tx, const struct incident *incident, struct incident_view *out,
                      struct error *err) NODISCARD;

json_t *incident_view_json(struct op *op, const struct incident_view *view); /* the incident of the API */
json_t *incident_row_json(struct op *op, const struct incident *incident); /* of a list: without children */
json_t *event_json(struct op *op, const struct event *event);
json_t *clock_json(struct op *op, const struct clock_row *clock);
json_t *checklist_json(struct op *op, const struct checklist *list);
json_t *relation_json(struct op *op, const struct relation *relation);
json_t *similar_json(struct op *op, const struct similar *similar);
json_t *attachment_json(struct op *op, const struct attachment *attachment);

#endif
