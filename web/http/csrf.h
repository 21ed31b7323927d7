/* Cross-site request forgery: a token bound to the session, and the browser's own word where a request comes from. */
#ifndef BONGSU_WEB_CSRF_H
#define BONGSU_WEB_CSRF_H

#include "http/http.h"

/* HMAC of a constant under the session's secret cookie value: needs no storage, dies with the session. */
const char *csrf_token(struct arena *arena, const char *session);

/* Form field `csrf` or header X-CSRF-Token equals the session's token. */
bool csrf_matches(const struct request *request);

/* Sec-Fetch-Site, else Origin, says that one of our own pages sent it. True for clients that send neither. */
bool csrf_same_origin(const struct request *request, const char *base_url);

#endif
