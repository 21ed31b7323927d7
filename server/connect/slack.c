/* Connector "slack": an incoming webhook or a bot token (the secret says which: https://… or xoxb-…).
 *
 * config: {"channel": "#incident", "channels": {"P1": "#incident-critical"}, "base_url": "https://slack.com/api/",
 *          "portal": "https://bongsu.example.com"}. A webhook has its channel built in; channels need a bot token.
 *
 * With a token an incident has one message in each channel it is told in, always showing how things stand now, and
 * what follows goes into its thread (slack_card.c). A webhook can only add messages. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/slack_api.h"
#include "connect/slack_card.h"
#include "connect/slack_text.h"
#include "net/url_guard.h"

#include <string.h>

static void check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const json_t *channels = json_object_get(config, "channels");
    const char *base = json_text(config, "base_url");
    if (secret != NULL && !slack_is_token(secret) && !url_guard_check(secret, NULL, &err)) {
        op_field_error(op, "secret", "malformed", "xoxb-… / https://hooks.slack.com/…");
    }
    if (base != NULL && !url_guard_check(base, NULL, &err)) op_field_error(op, "config.base_url", "malformed", NULL);
    if (channels != NULL && !json_is_object(channels)) {
        op_field_error(op, "config.channels", "malformed", "{\"P1\": \"#incident-critical\"}");
    }
    if (secret != NULL && slack_is_token(secret) && str_blank(json_text(config, "channel"))) {
        op_field_error(op, "config.channel", "required", NULL);
    }
}

/* A webhook says in plain text what is wrong; some of it means the URL is dead for every message. */
static void judge_webhook(const struct net_reply *reply, struct outcome *out) {
    static const char *const DEAD[] = { "invalid_token", "no_service", "no_service_id", "no_team", "no_active_hooks",
                                        "team_disabled", NULL };
    if (out->kind == OUTCOME_SENT || reply->status >= 500 || reply->status == 429) return;
    out->kind = OUTCOME_REFUSED;
    for (size_t i = 0; DEAD[i] != NULL; i++) {
        if (str_eq(DEAD[i], reply->body)) out->kind = OUTCOME_UNAUTHORIZED;
    }
    str_copy(out->reason, sizeof out->reason, reply->body);
}

static void post_webhook(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const char *body = json_dump(op->arena, slack_told(op, delivery));
    const struct net_header headers[] = { { "Content-Type", "application/json; charset=utf-8" } };
    const struct net_request request = { .method = "POST",
                                         .url = delivery->secret,
                                         .headers = headers,
                                         .header_count = 1,
                                         .body = body,
                                         .body_len = strlen(body),
                                         .timeout_ms = SLACK_API_MS };
    struct net_reply reply;
    if (outcome_of_call(op, &request, &reply, out)) judge_webhook(&reply, out);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    if (str_blank(delivery->secret)) {
        *out = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1, .reason = "no token or URL" };
        return;
    }
    if (slack_is_token(delivery->secret)) slack_tell(op, delivery, out);
    else post_webhook(op, delivery, out);
}

const struct connector CONNECTOR_SLACK = {
    .name = "slack", .needs_secret = true, .check = check, .deliver = deliver, .settled = slack_settled
};
