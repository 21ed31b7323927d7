/* The messages that go to the channel, in their exact shapes (000 §5), from templates/incident/LANG/NAME.txt.
 * Lines without a value are left out; a drill says so first. */
#ifndef BONGSU_INCIDENT_MESSAGE_H
#define BONGSU_INCIDENT_MESSAGE_H

#include "incident/incident.h"

enum message_kind {
    MESSAGE_DECLARED,
    MESSAGE_UPDATE,
    MESSAGE_HELP,
    MESSAGE_RECOVERED,
    MESSAGE_REMINDER, /* to the owner: an update is due */
    MESSAGE_ESCALATION, /* nobody updated */
    MESSAGE_EXECUTIVE,
    MESSAGE_ACK_MISSED,
    MESSAGE_REPORT_DUE,
    MESSAGE_RETRO_DUE,
    MESSAGE_SEVERITY,
    MESSAGE_REOPENED,
    MESSAGE_HELP_OFFER, /* to the owner: ask for help? */
    MESSAGE_STATE, /* acknowledged, being mitigated, closed … */
    MESSAGE_KIND_COUNT
};
const char *message_kind_name(enum message_kind kind); /* declared update help recovered … */
bool message_kind_parse(const char *name, enum message_kind *out); /* the first four only */

/* lang NULL: the incident's. Without an update or help request yet, that message is a proposal filled from the
 * incident (so that people can copy and complete it). ERR_CONFLICT `incident.not_recovered` for recovered too early. */
bool message_text(struct tx *tx, const struct incident *incident, enum message_kind kind, const char *lang,
                  const char **out, struct error *err) NODISCARD;
/* MESSAGE_UPDATE of an update at hand, without reading anything; times in the zone. NULL: see err. */
struct update;
struct tz;
const char *message_of_update(struct op *op, const struct incident *incident, const struct tz *tz,
                              const struct update *update, struct error *err);
bool incident_message(struct op *op, const char *ref, enum message_kind kind, const char *lang, const char **out,
                      struct error *err) NODISCARD;

#endif
