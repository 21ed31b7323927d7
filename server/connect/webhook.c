/* Connector "webhook": a signed JSON message in the Standard Webhooks form, for any receiver.
 * config: {"url": "https://…"}; secret: whsec_… */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "net/signature.h"
#include "net/url_guard.h"
#include "text/when.h"

#include <string.h>

static void check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const char *url = json_text(config, "url");
    if (url == NULL) op_field_error(op, "config.url", "required", NULL);
    else if (!url_guard_check(url, NULL, &err)) op_field_error(op, "config.url", "malformed", NULL);
    if (secret != NULL && !signature_secret_valid(secret)) op_field_error(op, "secret", "malformed", NULL);
}

static char *body_of(struct op *op, const struct delivery *delivery) {
    json_t *body = json_obj(op->arena);
    json_put_text(body, "type", delivery->topic);
    json_put_text(body, "timestamp", when_rfc3339(op->arena, delivery->created_at));
    json_put(body, "data", json_deep_copy(delivery->payload));
    return json_dump(op->arena, body);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct net_reply reply;
    char number[ID_TEXT_SIZE];
    char *body = body_of(op, delivery);
    struct signed_message message = { .id = arena_printf(op->arena, "msg_%s", id_text(delivery->id, number)),
                                      .timestamp = op->now_ms / 1000,
                                      .body = body,
                                      .body_len = strlen(body) };
    const char *url = json_text(delivery->config, "url");
    if (url == NULL || !signature_secret_valid(delivery->secret)) {
        *out = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1, .reason = "no url or secret" };
        return;
    }
    const struct net_header headers[] = {
        { "Content-Type", "application/json" },
        { "webhook-id", message.id },
        { "webhook-timestamp", arena_printf(op->arena, "%lld", (long long)message.timestamp) },
        { "webhook-signature", signature_webhook(op->arena, delivery->secret, &message) },
    };
    const struct net_request request = { .method = "POST",
                                         .url = url,
                                         .headers = headers,
                                         .header_count = sizeof headers / sizeof *headers,
                                         .body = body,
                                         .body_len = strlen(body) };
    (void)outcome_of_call(op, &request, &reply, out);
}

const struct connector CONNECTOR_WEBHOOK = {
    .name = "webhook", .needs_secret = true, .check = check, .deliver = deliver
};
