/* Inside escalation/: how a page reaches a person (R-D5). The severity's channels in the policy say which of the
 * person's methods are used, the person says in which order, how long after the page, and when rather not. What is not
 * used leaves its reason in the log of the page:
 *
 *   severity       not a channel of this severity          not_connected  nothing of that kind is set up
 *   quiet          the person's quiet hours                 taken          somebody took the incident before its turn
 *   no_address     neither in the card nor in the account   drill          drills stay inside
 *   no_method      a channel of the severity the person has no method for
 *   dashboard      this severity is only shown in the portal
 *
 * A page never goes nowhere while there is a way: whoever has none of the severity's channels is reached by any other
 * they have, and whoever cannot be reached at all is stood in for by their backup. */
#ifndef BONGSU_ESCALATION_REACH_H
#define BONGSU_ESCALATION_REACH_H

#include "escalation/contact.h"
#include "escalation/stored.h"

struct reach {
    struct tx *tx;
    const struct incident *incident;
    const struct user *user;
    int64_t page_id, at; /* at: unix seconds */
};
/* *reached: something was queued, or will be in its turn, or nothing needs to be. */
bool reach_person(const struct reach *reach, bool *reached, struct error *err) NODISCARD;
bool reach_channel(const struct reach *reach, const char *channel, struct error *err) NODISCARD;

#endif
