/* Router: see router.h. A tree of segments; at most a few dozen nodes are looked at for a path. */
#include "http/router.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

enum kind { LITERAL, PARAM_SUFFIX, PARAM };

struct node {
    enum kind kind;
    const char *text; /* literal, or the suffix of a parameter ("" without one) */
    struct node *child, *sibling; /* siblings in order of kind */
    const struct route *routes[HTTP_DELETE + 1];
    size_t index[HTTP_DELETE + 1];
    unsigned allowed;
};

struct router {
    struct node *root;
    const struct route **list;
    size_t count;
};

struct piece {
    enum kind kind;
    const char *text;
};

static const char *const METHOD_NAMES[] = { "", "GET", "POST", "PUT", "PATCH", "DELETE" };
static const char *const CSRF_NAMES[] = { "", "safe", "token", "signature", "bearer_or_token", "public_form" };
static const char *const BODY_NAMES[] = { "", "none", "form", "multipart", "json", "raw" };
static const char *const RATE_NAMES[] = { "", "page", "write", "login", "api", "hook", "public", "upload" };

const char *http_method_name(enum http_method method) {
    return METHOD_NAMES[method];
}

const char *route_csrf_name(enum route_csrf csrf) {
    return CSRF_NAMES[csrf];
}

const char *route_body_name(enum route_body body) {
    return BODY_NAMES[body];
}

const char *route_rate_name(enum route_rate rate) {
    return RATE_NAMES[rate];
}

size_t router_count(const struct router *router) {
    return router->count;
}

const struct route *router_at(const struct router *router, size_t index) {
    return router->list[index];
}

static struct piece parse_piece(const char *segment) {
    if (segment[0] != ':') return (struct piece){ LITERAL, segment };
    const char *suffix = strchr(segment, '.');
    return suffix == NULL ? (struct piece){ PARAM, "" } : (struct piece){ PARAM_SUFFIX, suffix };
}

static struct node *child_for(struct arena *arena, struct node *parent, struct piece piece) {
    struct node **at = &parent->child;
    for (; *at != NULL && (*at)->kind <= piece.kind; at = &(*at)->sibling) {
        if ((*at)->kind == piece.kind && str_eq((*at)->text, piece.text)) return *at;
    }
    struct node *node = ARENA_NEW(arena, struct node);
    node->kind = piece.kind;
    node->text = piece.text;
    node->sibling = *at;
    *at = node;
    return node;
}

static bool permission_is_set(const struct route *route) {
    return route->permission > PERM_UNSET && route->permission < PERM_COUNT;
}

static const char *csrf_fault(const struct route *route, bool write) {
    if (route->csrf == CSRF_UNSET || (write && route->csrf == CSRF_SAFE)) return "csrf";
    if (route->csrf == CSRF_SIGNATURE && route->permission != PERM_SIGNED) return "signature without PERM_SIGNED";
    return NULL;
}

static const char *route_fault(const struct route *route) {
    if (route->method < HTTP_GET || route->method > HTTP_DELETE) return "method";
    bool write = route->method != HTTP_GET;
    if (route->pattern == NULL || route->pattern[0] != '/') return "pattern";
    if (route->handler == NULL) return "handler";
    if (!permission_is_set(route)) return "permission";
    if (route->body == BODY_UNSET || (!write && route->body != BODY_NONE)) return "body";
    if (route->rate == RATE_UNSET) return "rate";
    return csrf_fault(route, write);
}

static bool add_route(struct arena *arena, struct router *router, const struct route *route, struct error *err) {
    const char *fault = route_fault(route);
    if (fault != NULL) {
        return ERROR(err, ERR_INTERNAL, "routes.broken", "%s: %s", route->pattern == NULL ? "?" : route->pattern,
                     fault);
    }
    char **segments;
    size_t count = str_split(arena, route->pattern, "/", &segments);
    if (count > ROUTER_SEGMENTS_MAX) return ERROR(err, ERR_INTERNAL, "routes.broken", "%s: too long", route->pattern);
    struct node *node = router->root;
    for (size_t i = 0; i < count; i++) node = child_for(arena, node, parse_piece(segments[i]));
    if (node->routes[route->method] != NULL) {
        return ERROR(err, ERR_INTERNAL, "routes.broken", "%s and %s overlap", route->pattern,
                     node->routes[route->method]->pattern);
    }
    node->routes[route->method] = route;
    node->index[route->method] = router->count;
    node->allowed |= 1u << route->method;
    router->list[router->count++] = route;
    return true;
}

/* Two patterns cross when a path fits both and neither is the more special one in every segment. */
static bool patterns_cross(struct arena *arena, const struct route *a, const struct route *b) {
    char **left, **right;
    size_t count = str_split(arena, a->pattern, "/", &left);
    if (a->method != b->method || count != str_split(arena, b->pattern, "/", &right)) return false;
    bool left_wins = false, right_wins = false;
    for (size_t i = 0; i < count; i++) {
        struct piece x = parse_piece(left[i]);
        struct piece y = parse_piece(right[i]);
        if (x.kind == LITERAL && y.kind == LITERAL && !str_eq(x.text, y.text)) return false;
        if (x.kind != PARAM && y.kind != PARAM && x.kind != y.kind) {
            if (!str_ends(x.text, y.text) && !str_ends(y.text, x.text)) return false;
        }
        left_wins |= x.kind < y.kind;
        right_wins |= y.kind < x.kind;
    }
    return left_wins && right_wins;
}

bool router_build(struct arena *arena, const struct route_table *const *tables, size_t count, const struct router **out,
                  struct error *err) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++) total += tables[i]->count;
    struct router *router = ARENA_NEW(arena, struct router);
    router->root = ARENA_NEW(arena, struct node);
    router->list = ARENA_ARRAY(arena, total + 1, const struct route *);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < tables[i]->count; j++) {
            if (!add_route(arena, router, &tables[i]->routes[j], err)) return false;
        }
    }
    struct arena *scratch = arena_new(ARENA_REQUEST_CAP);
    bool ok = true;
    for (size_t i = 0; i < router->count && ok; i++, arena_reset(scratch)) {
        for (size_t j = 0; j < i && ok; j++) {
            if (!patterns_cross(scratch, router->list[i], router->list[j])) continue;
            ok = ERROR(err, ERR_INTERNAL, "routes.broken", "%s and %s cross", router->list[i]->pattern,
                       router->list[j]->pattern);
        }
    }
    arena_free(scratch);
    *out = router;
    return ok;
}

struct walk {
    char **segments;
    size_t count;
    enum http_method method;
    unsigned allowed;
};

static bool piece_fits(const struct node *node, const char *segment) {
    if (node->kind == LITERAL) return str_eq(node->text, segment);
    return node->kind == PARAM || (str_ends(segment, node->text) && strlen(segment) > strlen(node->text));
}

static const struct node *descend(struct walk *walk, const struct node *node, size_t depth) {
    if (depth == walk->count) {
        walk->allowed |= node->allowed;
        return node->routes[walk->method] != NULL ? node : NULL;
    }
    for (const struct node *child = node->child; child != NULL; child = child->sibling) {
        if (!piece_fits(child, walk->segments[depth])) continue;
        const struct node *found = descend(walk, child, depth + 1);
        if (found != NULL) return found;
    }
    return NULL;
}

static const struct http_pair *collect_params(struct arena *arena, const struct route *route, const struct walk *walk) {
    struct http_pair *params = ARENA_ARRAY(arena, ROUTER_PARAMS_MAX + 1, struct http_pair);
    char **pattern;
    str_split(arena, route->pattern, "/", &pattern);
    size_t used = 0;
    for (size_t i = 0; i < walk->count && used < ROUTER_PARAMS_MAX; i++) {
        if (pattern[i][0] != ':') continue;
        size_t name_len = strcspn(pattern[i] + 1, ".");
        size_t suffix_len = strlen(pattern[i] + 1 + name_len);
        const char *value = walk->segments[i];
        params[used].name = arena_strn(arena, pattern[i] + 1, name_len);
        params[used++].value = arena_strn(arena, value, strlen(value) - suffix_len);
    }
    return params;
}

struct route_match router_find(const struct router *router, struct arena *arena, enum http_method method,
                               const char *path) {
    struct route_match match = { 0 };
    struct walk walk = { .method = method };
    size_t len = strlen(path);
    if (path[0] != '/' || (len > 1 && path[len - 1] == '/') || strstr(path, "//") != NULL) return match;
    walk.count = str_split(arena, path, "/", &walk.segments);
    if (walk.count > ROUTER_SEGMENTS_MAX) return match;
    const struct node *node = descend(&walk, router->root, 0);
    match.allowed = walk.allowed;
    if (node == NULL) return match;
    match.route = node->routes[method];
    match.index = node->index[method];
    match.params = collect_params(arena, match.route, &walk);
    return match;
}
