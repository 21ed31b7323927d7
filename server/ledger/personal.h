/* Messages to one person, by whatever reaches people one by one: Slack, SMS, a call, mail. Queued in the caller's
 * transaction like everything in the outbox. Each way has the destination that the settings of its name keep; without
 * one nothing is queued, and that is no failure: the caller says so to whoever asks.
 *
 * Payload: {"to", "channel"?, "text", "subject"?, "lang"?, "incident"?, "link"?}. */
#ifndef BONGSU_LEDGER_PERSONAL_H
#define BONGSU_LEDGER_PERSONAL_H

#include "store/db.h"

enum personal_kind { PERSONAL_SLACK, PERSONAL_SMS, PERSONAL_PHONE, PERSONAL_EMAIL, PERSONAL_KIND_COUNT };
const char *personal_kind_name(enum personal_kind kind); /* "slack" "sms" "phone" "email" */
bool personal_kind_parse(const char *name, enum personal_kind *out);

struct personal {
    enum personal_kind kind;
    const char *address; /* a member's or channel's name in Slack, a number, a mail address */
    const char *topic, *order_key, *severity; /* as in struct outbox_message */
    const char *subject; /* of a mail; NULL: the text's first line */
    const char *text, *lang;
    const char *incident, *link; /* reference, and the address that is offered with the text; may be NULL */
};
/* *row_id is 0 where no such destination is set up. */
bool outbox_personal(struct tx *tx, const struct personal *message, int64_t *row_id, struct error *err) NODISCARD;
bool personal_connected(struct tx *tx, enum personal_kind kind, bool *out, struct error *err) NODISCARD;

/* What became of a queued message. */
struct outbox_fate {
    const char *state; /* "ready" "sent" "dead"; NULL: too long ago, forgotten */
    const char *last_error; /* may be NULL */
    int64_t finished_at; /* 0: not yet */
};
bool outbox_fate(struct tx *tx, int64_t row_id, struct outbox_fate *out, struct error *err) NODISCARD;

/* Where people reach the portal, for links in messages; said by the server when it starts. "" before it ever did. */
bool portal_put(struct op *op, const char *url, struct error *err) NODISCARD;
bool portal_find(struct tx *tx, const char **url, struct error *err) NODISCARD;

extern const struct sql_list PERSONAL_STATEMENTS;

#endif
