/* Where the message of an incident stands in Slack: one in each channel it was told in. */
#ifndef BONGSU_CONNECT_SLACK_MESSAGE_H
#define BONGSU_CONNECT_SLACK_MESSAGE_H

#include "store/db.h"

enum { SLACK_MESSAGES_MAX = 10 }; /* of one incident: there are fewer severities */

struct slack_place {
    const char *asked; /* the channel as the settings name it */
    const char *channel, *ts; /* as Slack names them */
};
bool slack_places(struct tx *tx, int64_t destination_id, const char *ref, struct slack_place *out, size_t *count,
                  struct error *err) NODISCARD;
/* A new message takes the place of an earlier one that is gone. */
bool slack_place_keep(struct tx *tx, int64_t destination_id, const char *ref, const struct slack_place *place,
                      struct error *err) NODISCARD;
/* Whose message that is. */
bool slack_place_incident(struct tx *tx, const char *channel, const char *ts, const char **ref, bool *found,
                          struct error *err) NODISCARD;

bool slack_places_forget(struct tx *tx, int64_t destination_id, struct error *err) NODISCARD;

extern const struct sql_list SLACK_MESSAGE_STATEMENTS;

#endif
