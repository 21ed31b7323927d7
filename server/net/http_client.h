/* Calling other people's servers: libcurl with limits (time, size, redirects off, guarded addresses).
 * Never called inside a transaction. */
#ifndef BONGSU_NET_HTTP_CLIENT_H
#define BONGSU_NET_HTTP_CLIENT_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

struct net_header {
    const char *name, *value;
};
struct net_request {
    const char *method; /* "POST" */
    const char *url;
    const struct net_header *headers; /* values without CR and LF */
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_len;
    int timeout_ms; /* 0: NET_TIMEOUT_MS */
    const char *const *hosts; /* allowed hosts for a URL that a peer sent; see url_guard_check */
};
enum { NET_TIMEOUT_MS = 15000, NET_CONNECT_MS = 5000, NET_REPLY_MAX = 1024 * 1024, NET_HEADER_MAX = 8000 };

struct net_reply {
    int status;
    const char *body; /* in the arena, NUL-terminated */
    size_t body_len;
    const char *content_type; /* may be NULL */
    const char *retry_after; /* may be NULL */
    int64_t took_ms;
};

/* The proxy all calls go through; NULL: what http_proxy, https_proxy and no_proxy of the environment say. Once at
 * start, before threads; the text must live as long as the program. */
void net_use_proxy(const char *url);

/* A file of certificates (PEM) that are trusted beside the system's own: a company's own authority. NULL: none. As
 * net_use_proxy. */
void net_use_authorities(const char *file);
const char *net_authorities(void);

/* No outgoing call takes longer, whatever it asks for; 0: as they ask. As net_use_proxy. */
void net_use_deadline(int ms);
int net_deadline(int wanted_ms);

/* libcurl's start, once; every call of this room does it by itself. */
void net_start(void);

/* True for every answer that was read, whatever its status. ERR_UPSTREAM `net.timeout`, `net.unreachable` (DNS,
 * connection, TLS), `net.broken` (answer too long or cut off: the peer may have acted on the request);
 * ERR_INVALID `net.url` for what the guard refuses, `net.header`. */
bool net_send(struct arena *arena, const struct net_request *request, struct net_reply *out,
              struct error *err) NODISCARD;

#endif
