/* Live updates: a listener of its own for server-sent events, one thread with epoll for all viewers, so that they cost
 * no workers. The proxy maps /live to it. What it sends is only which topic changed; the page then fetches its
 * fragment, which passes the usual permission check.
 *
 *   GET /live?topic=incident/7001&topic=actions      (ending in a star: everything that begins so)
 *   id: EPOCH-NUMBER
 *   data: incident/7001
 *
 * Last-Event-ID replays what was missed from a ring of the last changes; where that is too far back, `data: *` tells
 * the page to fetch everything. Viewers need a session that may read, checked again every minute. */
#ifndef BONGSU_WEB_LIVE_H
#define BONGSU_WEB_LIVE_H

#include "base/error.h"

#include <stdint.h>

struct http;
struct live;

bool live_start(struct http *http, const char *listen, struct live **out, struct error *err) NODISCARD;
void live_stop(struct live *live); /* NULL is fine */

/* A topic changed ("*": all of them). From any thread; only notes and returns. */
void live_publish(struct live *live, const char *topic);

struct live_figures {
    int64_t viewers, events, refused;
};
void live_figures(const struct live *live, struct live_figures *out);

#endif
