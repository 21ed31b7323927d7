/* Subscribers of the status page by mail (R-C3): asked for, confirmed by a mail of their own (double opt-in), ended by
 * one click. The page answers the same whether an address is known or not, and an address is asked at most once in ten
 * minutes. What is published goes to each of them as a mail of its own, queued in lots by the worker. */
#ifndef BONGSU_NOTICE_SUBSCRIBER_H
#define BONGSU_NOTICE_SUBSCRIBER_H

#include "ledger/ledger.h"

enum { SUBSCRIBER_EMAIL_MAX = 254, SUBSCRIBER_LOT = 100, SUBSCRIBER_WAITING_MAX = 1000 };

/* Due handler of kind SUBSCRIBER_MAIL_DUE: mails to the next lot of subscribers; subject: the notice. */
#define SUBSCRIBER_MAIL_DUE "subscriber.mail"
bool subscriber_mail_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

struct subscription {
    const char *email, *lang; /* as typed; lang "ko" or "en" */
    const char *home; /* base of links, without a slash at its end */
};
/* Nobody needs to be logged in. A field error for what cannot be an address; otherwise always the same answer. */
bool subscriber_ask(struct op *op, const struct subscription *wish, struct error *err) NODISCARD;

/* By the token of a mail. ERR_NOT_FOUND subscriber.unknown. Whoever left is forgotten altogether. */
bool subscriber_confirm(struct op *op, const char *token, struct error *err) NODISCARD;
bool subscriber_leave(struct op *op, const char *token, struct error *err) NODISCARD;

/* For those who run the page. PERM_ADMIN. By address, from after one on; limit 1 to 1,000. */
struct subscriber {
    int64_t id, created_at, confirmed_at; /* confirmed_at 0: has not answered yet */
    const char *email, *lang;
};
struct subscriber_list {
    struct subscriber *items;
    size_t count;
    bool more;
    int64_t total, confirmed; /* of all */
};
bool subscriber_list(struct op *op, const char *after, int limit, struct subscriber_list *out,
                     struct error *err) NODISCARD;
/* ERR_NOT_FOUND subscriber.unknown. */
bool subscriber_remove(struct op *op, int64_t id, struct error *err) NODISCARD;

extern const struct sql_list SUBSCRIBER_STATEMENTS, SUBSCRIBER_LIST_STATEMENTS;

#endif
