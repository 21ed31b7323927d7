/* One tap from a phone: a link in every page acknowledges that incident for that person, for a while, without a log-in.
 * It is signed with the key beside the database, is good for nothing else, and opening it changes nothing: messengers
 * open links too. Whoever was paged may take the incident, whatever their role. */
#ifndef BONGSU_ESCALATION_ACK_LINK_H
#define BONGSU_ESCALATION_ACK_LINK_H

#include "incident/incident.h"
#include "people/user.h"

enum { ACK_LINK_MS = 24 * 60 * 60 * 1000, ACK_TOKEN_MAX = 120 };

struct ack_grant {
    int64_t incident_id, user_id, expires_ms;
};
char *ack_link(struct arena *arena, const char *portal, const struct ack_grant *grant);
char *ack_token(struct arena *arena, const struct ack_grant *grant);

struct ack_offer {
    struct incident incident;
    struct user user;
    int64_t expires_ms;
    bool pages; /* it is still calling people: there is something to take */
    bool may_return; /* somebody has it: it can be given back */
};
/* ERR_NOT_FOUND `ack.unknown` for a token that is not ours or of somebody who left, `ack.expired` for one of yesterday.
 */
bool ack_look(struct op *op, const char *token, struct ack_offer *out, struct error *err) NODISCARD;
/* As that person, whoever op's actor is. Twice is fine. */
bool ack_take(struct op *op, const char *token, struct error *err) NODISCARD;
/* Gives it back: it pages again from step 1. */
bool ack_return(struct op *op, const char *token, struct error *err) NODISCARD;

#endif
