/* Who cache: the person behind a cookie or token, remembered for a few seconds so that a page does not cost a read
 * before it begins. Forgotten as soon as anything but a deed at an incident is audited (logins, log-outs, roles,
 * disabled people and revoked tokens all are), after five seconds in any case, and when the clock's minute changes. */
#ifndef BONGSU_WEB_WHO_CACHE_H
#define BONGSU_WEB_WHO_CACHE_H

#include "http/http.h"

struct who_cache;

enum who_kind { WHO_SESSION = 1, WHO_TOKEN };

struct who { /* texts live in the op's arena */
    struct actor actor; /* without remote */
    const char *csrf, *lang, *theme; /* csrf and theme: "" for a token */
};

struct who_cache *who_cache_new(void);
void who_cache_free(struct who_cache *cache);

/* What it was before the store was read: to be given to who_cache_keep. */
uint64_t who_cache_version(const struct request *request);
bool who_cache_find(struct request *request, enum who_kind kind, const char *secret, struct who *out);
void who_cache_keep(struct request *request, enum who_kind kind, const char *secret, uint64_t version,
                    const struct who *who);

#endif
