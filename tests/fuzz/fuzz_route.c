/* Routes: any path finds at most one route, and its parameters are pieces of the path. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "base/require.h"
#include "http/router.h"
#include "routes.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static struct arena *home; /* of the router, built once and immutable */
    static const struct router *router;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    if (home == NULL) home = arena_new(ARENA_REQUEST_CAP);
    if (router == NULL) REQUIRE(router_build(home, ROUTE_LIST, ROUTE_LIST_COUNT, &router, &err));
    const char *path = arena_strn(arena, (const char *)bytes, size);
    for (enum http_method method = HTTP_GET; method <= HTTP_DELETE; method++) {
        struct route_match match = router_find(router, arena, method, path);
        if (match.route == NULL) continue;
        REQUIRE(match.route->method == method && (match.allowed & 1u << method) != 0);
        for (const struct http_pair *at = match.params; at->name != NULL; at++)
            REQUIRE(strstr(path, at->value) != NULL);
    }
    arena_free(arena);
    return 0;
}
