/* bongsu routes: the route table, for people and (--json) for the tests that go through every route. */
#include "base/arena.h"
#include "base/json.h"
#include "command.h"
#include "commands/commands.h"
#include "http/router.h"
#include "routes.h"

#include <stdio.h>

static const char *const PERMISSIONS[PERM_COUNT] = {
    [PERM_UNSET] = "",        [PERM_PUBLIC] = "public",     [PERM_SIGNED] = "signed",
    [PERM_SELF] = "self",     [PERM_READ] = "read",         [PERM_RESPOND] = "respond",
    [PERM_INTAKE] = "intake", [PERM_NOTICE] = "notice",     [PERM_NOTICE_APPROVE] = "notice_approve",
    [PERM_REVIEW] = "review", [PERM_SCHEDULE] = "schedule", [PERM_SERVICE] = "service",
    [PERM_ADMIN] = "admin",
};

static void print_json(struct arena *arena, const struct router *router) {
    json_t *list = json_arr(arena);
    for (size_t i = 0; i < router_count(router); i++) {
        const struct route *route = router_at(router, i);
        json_t *item = json_object();
        json_put_text(item, "method", http_method_name(route->method));
        json_put_text(item, "pattern", route->pattern);
        json_put_text(item, "permission", PERMISSIONS[route->permission]);
        json_put_text(item, "csrf", route_csrf_name(route->csrf));
        json_put_text(item, "body", route_body_name(route->body));
        json_put_text(item, "rate", route_rate_name(route->rate));
        json_push(list, item);
    }
    printf("%s\n", json_dump(arena, list));
}

int command_routes(struct command_run *run) {
    const struct router *router;
    struct error err;
    bool as_json = command_flag(run, "--json");
    if (run->argc > 1) return command_usage(run, NULL);
    if (!router_build(run->arena, ROUTE_LIST, ROUTE_LIST_COUNT, &router, &err)) return command_fail(run, NULL, &err);
    if (as_json) {
        print_json(run->arena, router);
        return EXIT_FINE;
    }
    for (size_t i = 0; i < router_count(router); i++) {
        const struct route *route = router_at(router, i);
        printf("%-6s %-60s %-14s %-15s %-9s %s\n", http_method_name(route->method), route->pattern,
               PERMISSIONS[route->permission], route_csrf_name(route->csrf), route_body_name(route->body),
               route_rate_name(route->rate));
    }
    return EXIT_FINE;
}
