/* Messages of incidents by bot token: one in each channel, kept up to date, with its thread. */
#ifndef BONGSU_CONNECT_SLACK_CARD_H
#define BONGSU_CONNECT_SLACK_CARD_H

#include "connect/connector.h"

/* One delivery: brings the incident's messages up to date and says in the thread what is new; the first one posts the
 * message itself. Updating comes first: repeated after a failure it does no harm. */
void slack_tell(struct op *op, const struct delivery *delivery, struct outcome *out);
/* Remembers a message that was posted. */
bool slack_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome,
                   struct error *err) NODISCARD;

/* The delivery's own text as a message. */
json_t *slack_told(struct op *op, const struct delivery *delivery);

#endif
