/* Mail for the outbox: any room queues a mail to one person with the fact it tells, in the same transaction.
 *
 * The row goes to the destination "mail" that the mail settings keep (connect/mail.c builds the MIME text and sends
 * it). Its id is the Message-ID, the same on retries. Payload as JSON:
 *   {"to", "subject", "text", "html"?, "lang"?, "headers"?: {name: value},
 *    "attachments"?: [{"name", "type", "text"}]}            texts only: a calendar file, a Markdown document
 * Without "html" the text is set in our own layout (templates/mail), so that both parts say the same. */
#ifndef BONGSU_LEDGER_MAIL_H
#define BONGSU_LEDGER_MAIL_H

#include "store/db.h"

/* The destination of this name has the mail settings. */
#define MAIL_DESTINATION "mail"

struct mail_header {
    const char *name, *value; /* List-Unsubscribe, In-Reply-To …; line breaks become spaces */
};
struct mail_attachment {
    const char *name, *type, *text; /* "retro.ics", "text/calendar; method=REQUEST", … */
};
struct mail {
    const char *to; /* one address */
    const char *subject, *text;
    const char *html; /* NULL: made from the text */
    const char *lang; /* "ko" or "en", of the layout; NULL: the organisation's */
    const struct mail_header *headers;
    size_t header_count;
    const struct mail_attachment *attachments;
    size_t attachment_count;
};

/* topic: "page.mail", "notice.mail" … ("page." gives up after an hour). order_key as in outbox_publish. *row_id is 0
 * when no mail is set up: nothing is queued, and that is no failure. row_id may be NULL. */
bool outbox_mail(struct tx *tx, const char *topic, const char *order_key, const struct mail *mail, int64_t *row_id,
                 struct error *err) NODISCARD;

extern const struct sql_list MAIL_STATEMENTS;

#endif
