/* API of swaps: one's own requests, and those one was asked. */
#include "oncall/swap.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"

static void list(struct request *request, struct response *response) {
    struct swap_list found;
    struct error err;
    if (!swap_list(request->op, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++)
        json_push(items, json_incref(swap_json(request->op->arena, &found.items[i])));
    api_list(request, response, items, NULL);
}

static void ask(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct swap swap;
    struct error err;
    char id[ID_TEXT_SIZE];
    if (!api_body(request, &body, &err) || !swap_ask(op, body, &swap, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(op->arena, "/api/v1/swaps/%s", id_text(swap.id, id));
    api_created(request, response, swap_json(op->arena, &swap), 1, location);
}

typedef bool (*swap_step)(struct op *op, int64_t id, struct swap *out, struct error *err);

static void answer(struct request *request, struct response *response, swap_step step) {
    struct swap swap;
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "swap.not_found", &id, &err) && step(request->op, id, &swap, &err))
        respond_json(response, 200, swap_json(request->op->arena, &swap));
    else respond_error(request, response, &err);
}

static void show(struct request *request, struct response *response) {
    answer(request, response, swap_load);
}

static void accept(struct request *request, struct response *response) {
    answer(request, response, swap_accept);
}

static void decline(struct request *request, struct response *response) {
    answer(request, response, swap_decline);
}

static void withdraw(struct request *request, struct response *response) {
    answer(request, response, swap_withdraw);
}

#define API "/api/v1"
#define READ PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_API
#define CALL PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, API "/swaps", list, READ },
    { HTTP_POST, API "/swaps", ask, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, API "/swaps/:id", show, READ },
    { HTTP_POST, API "/swaps/:id/accept", accept, CALL },
    { HTTP_POST, API "/swaps/:id/decline", decline, CALL },
    { HTTP_POST, API "/swaps/:id/withdraw", withdraw, CALL },
};
const struct route_table SWAP_API_ROUTES = ROUTE_TABLE(ROUTES);
