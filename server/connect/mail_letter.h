/* What a mail says: subject, text and HTML by the kind of its topic (incident, page, report, retrospective, action
 * item, notice, subscriber), in the receiver's language. Both parts say the same. */
#ifndef BONGSU_CONNECT_MAIL_LETTER_H
#define BONGSU_CONNECT_MAIL_LETTER_H

#include "connect/connector.h"

struct letter {
    const char *subject, *text;
    const char *html; /* NULL: text only */
    const json_t *attachments; /* NULL: none */
};
/* A subject or HTML of the payload's own stays as it is (ledger/mail.h). */
void letter_write(struct op *op, const struct delivery *delivery, struct letter *out);

#endif
