/* Cookies: reading one out of the header, writing one into an answer. */
#ifndef BONGSU_WEB_COOKIE_H
#define BONGSU_WEB_COOKIE_H

#include <stdbool.h>

struct arena;
struct response;

enum { COOKIE_VALUE_MAX = 512 };

/* Value of the cookie, or NULL if absent, longer than COOKIE_VALUE_MAX, or there twice with different values. */
const char *cookie_find(struct arena *arena, const char *header, const char *name);

/* max_age_s 0 deletes it, -1 makes it last for the browser session. Path=/; SameSite=Lax; Secure if asked. */
struct cookie {
    const char *name, *value;
    long max_age_s;
    bool secure;
    bool http_only;
};
void cookie_set(struct response *response, const struct cookie *cookie);

#endif
