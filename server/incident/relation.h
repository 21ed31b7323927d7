/* Relations between incidents and what looks alike (R-A12). A recurrence is counted on the earlier incident. */
#ifndef BONGSU_INCIDENT_RELATION_H
#define BONGSU_INCIDENT_RELATION_H

#include "incident/incident.h"

enum relation_kind { RELATION_DUPLICATE, RELATION_RECURRENCE, RELATION_RELATED, RELATION_KIND_COUNT };
const char *relation_kind_name(enum relation_kind kind);
bool relation_kind_parse(const char *name, enum relation_kind *out);

struct relation {
    enum relation_kind kind;
    bool outgoing; /* this incident is the duplicate or recurrence of the other */
    int64_t other_id;
    const char *ref, *headline, *severity;
    enum incident_state state;
    int64_t at; /* when the other began */
};
bool incident_relate(struct op *op, const char *ref, const char *other_ref, const char *kind,
                     struct error *err) NODISCARD;
bool relations_of(struct tx *tx, int64_t incident_id, struct relation **out, size_t *count,
                  struct error *err) NODISCARD;

struct similar {
    int64_t id;
    const char *ref, *headline, *severity, *cause; /* cause may be NULL */
    enum incident_state state;
    int64_t at;
    int percent; /* of shared bigrams */
};
/* The likest earlier incidents to a text (while declaring) or to an incident; at most 5, 20 % and up. */
bool similar_to_text(struct op *op, const char *text, const char *service, struct similar **out, size_t *count,
                     struct error *err) NODISCARD;
bool similar_to_incident(struct op *op, const char *ref, struct similar **out, size_t *count,
                         struct error *err) NODISCARD;

#endif
