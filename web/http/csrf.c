/* Cross-site request forgery: see csrf.h. */
#include "http/csrf.h"

#include "base/arena.h"
#include "base/secret.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

static const char PURPOSE[] = "bongsu csrf 1";

const char *csrf_token(struct arena *arena, const char *session) {
    char hash[SECRET_HASH_SIZE];
    secret_hmac_sha256(session, PURPOSE, sizeof PURPOSE - 1, hash);
    return arena_strn(arena, hash, 48);
}

bool csrf_matches(const struct request *request) {
    if (request->csrf == NULL) return false;
    const char *given = request_header(request, "X-CSRF-Token");
    if (given == NULL) given = request_form(request, "csrf");
    return given != NULL && secret_equal(given, request->csrf);
}

bool csrf_same_origin(const struct request *request, const char *base_url) {
    const char *site = request_header(request, "Sec-Fetch-Site");
    if (site != NULL) return str_eq(site, "same-origin") || str_eq(site, "none");
    const char *origin = request_header(request, "Origin");
    if (origin == NULL) return true;
    if (strcasecmp(origin, base_url) == 0) return true;
    const char *authority = strstr(origin, "://");
    const char *host = request_header(request, "Host");
    return authority != NULL && host != NULL && strcasecmp(authority + 3, host) == 0;
}
