/* Where we may call: URLs typed in by people or sent by peers must not lead into our own network. */
#ifndef BONGSU_NET_URL_GUARD_H
#define BONGSU_NET_URL_GUARD_H

#include "base/error.h"

struct sockaddr;

/* Private, loopback and link-local targets, and http, are refused unless this was called with true at start
 * (BONGSU_ALLOW_PRIVATE_TARGETS=1: tests, and companies whose chat server stands inside). */
void url_guard_allow_private(bool allow);
bool url_guard_private_allowed(void);

/* A closed network (R-J10): no host but these is ever called, whoever asks. Names as in url_guard_check; those listed
 * may stand inside. NULL: an open network. The list must live as long as the program. */
void url_guard_close(const char *const *hosts);
bool url_guard_host_allowed(const char *host);
bool url_guard_url_allowed(const char *url); /* the host of a URL of any scheme; false if there is none */
bool url_guard_host_inside(const char *host); /* closed, and listed: its address need not be public */

/* http(s), with a host, without user or password; https only, unless private targets are allowed.
 * hosts: NULL for what an administrator typed in. For what a peer sent: the allowed host names (exact, or ".slack.com"
 * for all below), NULL-terminated; then the port must be the default one as well.
 * ERR_INVALID `net.url` (field code `url` for forms). */
bool url_guard_check(const char *url, const char *const *hosts, struct error *err) NODISCARD;

/* After resolution: may we connect to this address? */
bool url_guard_address_ok(const struct sockaddr *address);

#endif
