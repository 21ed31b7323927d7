/* Relations, inside the room. */
#ifndef BONGSU_INCIDENT_RELATION_ROW_H
#define BONGSU_INCIDENT_RELATION_ROW_H

#include "incident/relation.h"

bool relation_put(struct tx *tx, int64_t incident_id, int64_t other_id, enum relation_kind kind,
                  struct error *err) NODISCARD;
/* The other incident by the reference in `field`; none, itself or an unknown one is ERR_INVALID. */
bool relation_other(struct tx *tx, const struct incident *incident, const char *field, const char *ref,
                    struct incident *out, struct error *err) NODISCARD;

#endif
