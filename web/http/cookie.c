/* Cookies: see cookie.h. */
#include "http/cookie.h"

#include "base/arena.h"
#include "base/require.h"
#include "base/str.h"
#include "http/http.h"

#include <string.h>

const char *cookie_find(struct arena *arena, const char *header, const char *name) {
    const char *found = NULL;
    size_t name_len = strlen(name);
    for (const char *at = header; at != NULL && *at != '\0';) {
        while (*at == ' ' || *at == '\t' || *at == ';') at++;
        size_t len = strcspn(at, ";");
        if (len > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            size_t value_len = len - name_len - 1;
            if (value_len > COOKIE_VALUE_MAX) return NULL;
            const char *value = arena_strn(arena, at + name_len + 1, value_len);
            if (found != NULL && !str_eq(found, value)) return NULL; /* which one is ours? */
            found = value;
        }
        at += len;
    }
    return found;
}

void cookie_set(struct response *response, const struct cookie *cookie) {
    REQUIRE(strpbrk(cookie->value, "; ,\"\\\r\n") == NULL);
    struct buf line;
    buf_init(&line, response->headers.arena, 2048);
    buf_printf(&line, "%s=%s; Path=/; SameSite=Lax", cookie->name, cookie->value);
    if (cookie->max_age_s >= 0) buf_printf(&line, "; Max-Age=%ld", cookie->max_age_s);
    if (cookie->http_only) buf_puts(&line, "; HttpOnly");
    if (cookie->secure) buf_puts(&line, "; Secure");
    response_header(response, "Set-Cookie", line.data);
}
