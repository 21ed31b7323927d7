/* Updates and help, inside the room. */
#ifndef BONGSU_INCIDENT_UPDATE_ROW_H
#define BONGSU_INCIDENT_UPDATE_ROW_H

#include "incident/update.h"

/* As update_latest and help_latest, of an incident at hand that may not be saved yet. */
bool update_of(struct tx *tx, const struct incident *incident, struct update *out, bool *found,
               struct error *err) NODISCARD;
bool help_of(struct tx *tx, const struct incident *incident, struct help *out, bool *found,
             struct error *err) NODISCARD;
bool offer_put(struct tx *tx, int64_t incident_id, const char *note, struct error *err) NODISCARD;

#endif
