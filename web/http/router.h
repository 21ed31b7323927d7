/* Router: finds the route of a method and path. Built once at start from the tables of web/routes.c; immutable and
 * thread-safe afterwards. A literal segment wins over a parameter with a suffix (":token.ics"), which wins over a
 * plain parameter. */
#ifndef BONGSU_WEB_ROUTER_H
#define BONGSU_WEB_ROUTER_H

#include "http/http.h"

struct arena;
struct router;

enum { ROUTER_SEGMENTS_MAX = 12, ROUTER_PARAMS_MAX = 6 };

/* Every table entry is checked: no unset column, a handler, writes with CSRF or signature, no two patterns that one
 * path could fit equally well. ERR_INTERNAL `routes.broken` names the first fault. */
bool router_build(struct arena *arena, const struct route_table *const *tables, size_t count, const struct router **out,
                  struct error *err) NODISCARD;

struct route_match {
    const struct route *route; /* NULL: nothing for this method */
    size_t index; /* of the route, for metrics: 0..router_count-1 */
    unsigned allowed; /* bits 1 << enum http_method of the path; 0: no such path */
    const struct http_pair *params; /* ended by a NULL name */
};
struct route_match router_find(const struct router *router, struct arena *arena, enum http_method method,
                               const char *path);

size_t router_count(const struct router *router);
const struct route *router_at(const struct router *router, size_t index);

const char *http_method_name(enum http_method method);
const char *route_csrf_name(enum route_csrf csrf);
const char *route_body_name(enum route_body body);
const char *route_rate_name(enum route_rate rate);

#endif
