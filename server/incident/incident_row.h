/* The columns of an incident as every statement of this room reads them; incident_from_row takes them in this order. */
#ifndef BONGSU_INCIDENT_ROW_H
#define BONGSU_INCIDENT_ROW_H

#include "incident/incident.h"

#define INCIDENT_COLUMNS                                                                                            \
    "i.id, i.ref, i.title, i.symptom, i.severity, i.state, i.kind, i.category, i.detection, i.controllable, "       \
    "i.service_id, s.service_key, s.name, i.impact, i.owner, i.owner_id, i.action, i.suspected_cause, "             \
    "i.status_note, i.sensitivity, i.damage, i.lang, i.started_at, i.detected_at, i.propagated_at, i.triaged_at, "  \
    "i.recovered_at, i.analysed_at, i.shared_at, i.reviewed_at, i.declared_at, i.declared_by, i.acknowledged_at, "  \
    "i.acknowledged_by, i.mitigated_at, i.closed_at, i.updated_at, i.cause, i.recovery_action, i.recovery_impact, " \
    "i.follow_up, i.retro_at, i.merged_into, i.policy_version, i.needs_commander, i.version, i.last_seq, "          \
    "i.last_update_seq, "                                                                                           \
    "i.last_help_seq "
#define INCIDENT_FROM "FROM incident i LEFT JOIN service s ON s.id = i.service_id "
#define INCIDENT_RESULT      \
    "itTTtttTTTITTTTITTTTTt" \
    "IIIIIIII"               \
    "iIIIIIi"                \
    "TTTTII"                 \
    "iiiiii"

void incident_from_row(const struct rows *row, struct incident *out);
void incident_from_row_at(const struct rows *row, size_t first_column, struct incident *out);

#endif
