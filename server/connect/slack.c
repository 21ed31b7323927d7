/* Connector "slack": an incoming webhook or a bot token (the secret says which: https://… or xoxb-…).
 *
 * config: {"channel": "#incident", "channels": {"P1": "#incident-critical"}, "base_url": "https://slack.com/api/",
 *          "portal": "https://bongsu.example.com"}. A webhook has its channel built in; channels need a bot token. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/slack_text.h"
#include "net/url_guard.h"

#include <string.h>

#define DEFAULT_BASE "https://slack.com/api/"

static bool is_bot(const char *secret) {
    return str_starts(secret, "xox");
}

static void check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const json_t *channels = json_object_get(config, "channels");
    const char *base = json_text(config, "base_url");
    if (secret != NULL && !is_bot(secret) && !url_guard_check(secret, NULL, &err)) {
        op_field_error(op, "secret", "malformed", "xoxb-… / https://hooks.slack.com/…");
    }
    if (base != NULL && !url_guard_check(base, NULL, &err)) op_field_error(op, "config.base_url", "malformed", NULL);
    if (channels != NULL && !json_is_object(channels)) {
        op_field_error(op, "config.channels", "malformed", "{\"P1\": \"#incident-critical\"}");
    }
    if (secret != NULL && is_bot(secret) && str_blank(json_text(config, "channel"))) {
        op_field_error(op, "config.channel", "required", NULL);
    }
}

static const char *channel_of(const struct delivery *delivery) {
    const char *by_severity = delivery->severity == NULL
                                  ? NULL
                                  : json_text(json_object_get(delivery->config, "channels"), delivery->severity);
    return by_severity != NULL ? by_severity : json_text(delivery->config, "channel");
}

static json_t *message_of(struct op *op, const struct delivery *delivery) {
    const char *portal = json_text(delivery->config, "portal");
    const char *ref = json_text(delivery->payload, "incident");
    if (ref == NULL) ref = json_text(delivery->payload, "ref");
    const char *text = json_text(delivery->payload, "text");
    bool over = str_eq(delivery->topic, "incident.recovered") || str_eq(delivery->topic, "incident.closed");
    struct slack_message message = {
        .text = text == NULL ? delivery->topic : text,
        .incident_ref = ref,
        .url = portal == NULL || ref == NULL ? NULL : arena_printf(op->arena, "%s/incidents/%s", portal, ref),
        .open = str_starts(delivery->topic, "incident.") && !over,
        .lang = json_text(delivery->payload, "lang"),
    };
    return slack_blocks(op->arena, &message);
}

/* --- answers --- */

static bool one_of(const char *word, const char *const *words) {
    for (size_t i = 0; words[i] != NULL; i++) {
        if (str_eq(words[i], word)) return true;
    }
    return false;
}

/* A webhook says in plain text what is wrong; some of it means the URL is dead for every message. */
static void judge_webhook(const struct net_reply *reply, struct outcome *out) {
    static const char *const DEAD[] = { "invalid_token", "no_service", "no_service_id", "no_team", "no_active_hooks",
                                        "team_disabled", NULL };
    if (out->kind == OUTCOME_SENT || reply->status >= 500 || reply->status == 429) return;
    out->kind = one_of(reply->body, DEAD) ? OUTCOME_UNAUTHORIZED : OUTCOME_REFUSED;
    str_copy(out->reason, sizeof out->reason, reply->body);
}

/* The Web API answers 200 even when it refuses: `ok` counts. */
static void judge_api(struct op *op, const struct net_reply *reply, struct outcome *out) {
    static const char *const TOKEN[] = { "invalid_auth",
                                         "not_authed",
                                         "account_inactive",
                                         "token_revoked",
                                         "token_expired",
                                         "missing_scope",
                                         "org_login_required",
                                         "ekm_access_denied",
                                         "no_permission",
                                         "team_access_not_granted",
                                         NULL };
    static const char *const AGAIN[] = { "internal_error",         "fatal_error",       "service_unavailable",
                                         "request_timeout",        "rate_limited",      "ratelimited",
                                         "message_limit_exceeded", "team_added_to_org", NULL };
    json_t *json;
    struct error err;
    if (reply->status != 200) return;
    if (!json_parse(op->arena, reply->body, reply->body_len, &json, &err)) {
        *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1, .reason = "unreadable answer" };
        return;
    }
    if (json_is_true(json_object_get(json, "ok"))) {
        const char *ts = json_text(json, "ts");
        const char *channel = json_text(json, "channel");
        if (ts != NULL && channel != NULL) out->result = arena_printf(op->arena, "%s %s", channel, ts);
        return;
    }
    const char *code = json_text(json, "error");
    if (code == NULL) code = "unknown_error";
    out->kind = one_of(code, TOKEN) ? OUTCOME_UNAUTHORIZED : one_of(code, AGAIN) ? OUTCOME_RETRY : OUTCOME_REFUSED;
    str_copy(out->reason, sizeof out->reason, code);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    if (str_blank(delivery->secret)) {
        *out = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1, .reason = "no token or URL" };
        return;
    }
    bool bot = is_bot(delivery->secret);
    const char *base = json_text(delivery->config, "base_url");
    json_t *body = message_of(op, delivery);
    if (bot) {
        char id[ID_TEXT_SIZE];
        json_t *metadata = json_object();
        json_t *event = json_object();
        json_put_text(event, "delivery", id_text(delivery->id, id));
        json_put_text(metadata, "event_type", "bongsu_delivery");
        json_put(metadata, "event_payload", event);
        json_put_text(body, "channel", channel_of(delivery));
        json_put(body, "metadata", metadata);
    }
    const char *text = json_dump(op->arena, body);
    if (base == NULL) base = DEFAULT_BASE;
    const char *slash = str_ends(base, "/") ? "" : "/";
    const char *url = !bot ? delivery->secret : arena_printf(op->arena, "%s%schat.postMessage", base, slash);
    const struct net_header headers[] = {
        { "Content-Type", "application/json; charset=utf-8" },
        { "Authorization", arena_printf(op->arena, "Bearer %s", delivery->secret) },
    };
    const struct net_request request = { .method = "POST",
                                         .url = url,
                                         .headers = headers,
                                         .header_count = bot ? 2 : 1,
                                         .body = text,
                                         .body_len = strlen(text),
                                         .timeout_ms = 10000 };
    struct net_reply reply;
    if (!outcome_of_call(op, &request, &reply, out)) return;
    if (bot) judge_api(op, &reply, out);
    else judge_webhook(&reply, out);
}

const struct connector CONNECTOR_SLACK = { .name = "slack", .needs_secret = true, .check = check, .deliver = deliver };
