/* Handing a finished mail to the configured relay: libcurl with TLS, login and limits. Never inside a transaction. */
#ifndef BONGSU_NET_SMTP_H
#define BONGSU_NET_SMTP_H

#include "base/error.h"

#include <stddef.h>

struct arena;

struct smtp_message {
    const char *url; /* smtp://host:587 or smtps://host:465, without path */
    const char *hello; /* our host name, for EHLO */
    const char *username, *password; /* NULL: no login */
    bool plain; /* may go without TLS: a relay on the same machine */
    const char *from, *to; /* bare addresses */
    const char *bytes; /* lines end in CR LF */
    size_t len;
};
/* *code is the relay's last answer: 250 when it took the mail, 4xx for later, 5xx for never; 0 if there was none.
 * True exactly when it took it. Else ERR_UPSTREAM `smtp.login`, `smtp.refused`, `smtp.later`, `smtp.tls`,
 * `net.timeout`, `net.unreachable`. The relay may stand inside our own network: unlike other addresses this one is not
 * guarded; but a closed network (url_guard.h) must list it: ERR_INVALID `net.url`. */
bool smtp_send(struct arena *arena, const struct smtp_message *message, int *code, struct error *err) NODISCARD;

#endif
