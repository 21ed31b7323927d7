/* Connectors "gateway" (SMS, voice, 알림톡 by HTTP) and "chat" (other chats' incoming webhooks): a body template, sent.
 *
 * gateway config: {"url", "format": json|form, "template", "headers", "to": [phones]}; the secret is the
 * Authorization header. The outbox makes a row for each number, so that each is repeated by itself.
 * chat config: {"preset": kakaowork|naverworks|jandi|dooray|discord|teams}; the secret is the webhook's address. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/template_fill.h"
#include "net/url_guard.h"

#include <string.h>

/* 1000 Korean letters are the 2,000 bytes of an LMS. */
enum { HEADERS_MAX = 20, HEADER_LEN = 2000, TEXT_CHARACTERS = 1000, CHAT_CHARACTERS = 1900 };

static struct outcome refused(enum outcome_kind kind, const char *reason) {
    struct outcome out = { .kind = kind, .retry_after_ms = -1 };
    str_copy(out.reason, sizeof out.reason, reason);
    return out;
}

/* The whole text, at most so many letters, with an ellipsis where it was cut. */
static const char *cut_text(struct op *op, const char *text, size_t max) {
    size_t at = 0;
    size_t len = strlen(text);
    if (utf8_count(text) <= max) return text;
    for (uint32_t point; max > 1; max--) at += utf8_next(text + at, len - at, &point);
    return arena_printf(op->arena, "%.*s…", (int)at, text);
}

static const char *message_of(const struct delivery *delivery) {
    const char *text = json_text(delivery->payload, "text");
    return text == NULL ? delivery->topic : text;
}

static const char *incident_of(const struct delivery *delivery) {
    const char *ref = json_text(delivery->payload, "incident");
    return ref == NULL ? json_text(delivery->payload, "ref") : ref;
}

/* 010-1234-5678 → +821012345678 */
static const char *e164(struct op *op, const char *typed) {
    struct buf digits;
    buf_init(&digits, op->arena, 40);
    if (*typed == '0') buf_puts(&digits, "+82");
    for (const char *at = *typed == '0' ? typed + 1 : typed; *at != '\0'; at++) {
        if ((*at >= '0' && *at <= '9') || (*at == '+' && digits.len == 0)) buf_putc(&digits, *at);
    }
    return digits.data;
}

/* --- gateway --- */

/* A header as others may type it: a token as name; a value of one line that is short enough to be sent. */
static bool header_fits(const char *name, const char *value) {
    static const char TOKEN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    if (name[strspn(name, TOKEN)] != '\0' || *name == '\0' || value == NULL) return false;
    return strlen(name) + strlen(value) <= HEADER_LEN && utf8_printable(value, strlen(value), false);
}

static void headers_check(struct op *op, const json_t *headers) {
    const char *name;
    json_t *value;
    json_t *copy = json_deep_copy(headers); /* the macro wants a changeable one */
    if (headers != NULL && !json_is_object(headers)) op_field_error(op, "config.headers", "not_object", NULL);
    if (json_object_size(headers) > HEADERS_MAX - 2) op_field_error(op, "config.headers", "too_many", "18");
    json_object_foreach(copy, name, value) {
        if (!header_fits(name, json_string_value(value))) op_field_error(op, "config.headers", "malformed", NULL);
    }
    json_decref(copy);
}

static void gateway_check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const char *url = json_text(config, "url");
    if (secret != NULL && !header_fits("Authorization", secret)) op_field_error(op, "secret", "malformed", NULL);
    headers_check(op, json_object_get(config, "headers"));
    if (url == NULL) op_field_error(op, "config.url", "required", NULL);
    else if (!url_guard_check(url, NULL, &err)) op_field_error(op, "config.url", "malformed", NULL);
    if (json_text(config, "template") == NULL) op_field_error(op, "config.template", "required", NULL);
    if (!json_is_array(json_object_get(config, "to"))) op_field_error(op, "config.to", "required", NULL);
}

static size_t gateway_headers(const struct delivery *delivery, bool form, struct net_header *headers) {
    size_t count = 0;
    const char *name;
    json_t *value;
    json_t *more = json_object_get(delivery->config, "headers");
    headers[count++] =
        (struct net_header){ "Content-Type", form ? "application/x-www-form-urlencoded" : "application/json" };
    if (!str_blank(delivery->secret)) headers[count++] = (struct net_header){ "Authorization", delivery->secret };
    json_object_foreach(more, name, value) {
        if (count < HEADERS_MAX && header_fits(name, json_string_value(value))) {
            headers[count++] = (struct net_header){ name, json_string_value(value) };
        }
    }
    return count;
}

/* {"code": 21211, "message": "…"}: the provider's own words. */
static void read_complaint(struct op *op, const struct net_reply *reply, struct outcome *out) {
    json_t *json;
    struct error err;
    if (out->kind == OUTCOME_SENT || !json_parse(op->arena, reply->body, reply->body_len, &json, &err)) return;
    const char *message = json_text(json, "message");
    if (message != NULL)
        str_copy(out->reason, sizeof out->reason, arena_printf(op->arena, "%s: %s", out->reason, message));
}

static void call_gateway(struct op *op, const struct delivery *delivery, const char *to, struct outcome *out) {
    bool form = str_eq(json_text(delivery->config, "format"), "form");
    struct net_header headers[HEADERS_MAX];
    struct net_reply reply;
    const struct fill_value values[] = { { "to", e164(op, to) },
                                         { "text", cut_text(op, message_of(delivery), TEXT_CHARACTERS) },
                                         { "incident", incident_of(delivery) } };
    const char *body = template_fill(op->arena, json_text(delivery->config, "template"), form ? FILL_FORM : FILL_JSON,
                                     values, sizeof values / sizeof *values);
    if (body == NULL) {
        *out = refused(OUTCOME_REFUSED, "too long");
        return;
    }
    const struct net_request request = { .method = "POST",
                                         .url = json_text(delivery->config, "url"),
                                         .headers = headers,
                                         .header_count = gateway_headers(delivery, form, headers),
                                         .body = body,
                                         .body_len = strlen(body) };
    if (outcome_of_call(op, &request, &reply, out)) read_complaint(op, &reply, out);
}

static void gateway_deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const char *to = json_text(delivery->payload, "to");
    if (to == NULL) *out = refused(OUTCOME_REFUSED, "nobody to send to");
    else call_gateway(op, delivery, to, out);
}

const struct connector CONNECTOR_GATEWAY = { .name = "gateway", .check = gateway_check, .deliver = gateway_deliver };

/* --- chat --- */

static const struct {
    const char *name, *body;
} PRESETS[] = {
    { "kakaowork", "{\"text\":\"{{text}}\"}" },
    { "naverworks", "{\"body\":{\"text\":\"{{text}}\"}}" },
    { "jandi", "{\"body\":\"{{text}}\",\"connectColor\":\"#D64545\"}" },
    { "dooray", "{\"botName\":\"Bongsu\",\"text\":\"{{text}}\"}" },
    { "discord", "{\"content\":\"{{text}}\",\"allowed_mentions\":{\"parse\":[]}}" },
    { "teams",
      "{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":"
      "{\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[{\"type\":\"TextBlock\",\"wrap\":true,\"text\":"
      "\"{{text}}\"}]}}]}" },
};
#define PRESET_NAMES "kakaowork, naverworks, jandi, dooray, discord, teams"

static const char *preset_body(const json_t *config) {
    const char *name = json_text(config, "preset");
    for (size_t i = 0; i < sizeof PRESETS / sizeof *PRESETS; i++) {
        if (str_eq(PRESETS[i].name, name)) return PRESETS[i].body;
    }
    return NULL;
}

static void chat_check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    if (preset_body(config) == NULL) op_field_error(op, "config.preset", "one_of", PRESET_NAMES);
    if (secret != NULL && !url_guard_check(secret, NULL, &err)) op_field_error(op, "secret", "malformed", "https://…");
}

static void chat_deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const char *shape = preset_body(delivery->config);
    struct net_reply reply;
    if (shape == NULL || str_blank(delivery->secret)) {
        *out = refused(OUTCOME_UNAUTHORIZED, "no preset or address");
        return;
    }
    const char *text = cut_text(op, message_of(delivery), CHAT_CHARACTERS); /* Discord takes 2000 */
    const struct fill_value values[] = { { "text", text } };
    const char *body = template_fill(op->arena, shape, FILL_JSON, values, 1);
    if (body == NULL) {
        *out = refused(OUTCOME_REFUSED, "too long");
        return;
    }
    const struct net_header headers[] = {
        { "Content-Type", "application/json" },
        { "Accept", "application/vnd.tosslab.jandi-v2+json, application/json, */*" },
    };
    const struct net_request request = { .method = "POST",
                                         .url = delivery->secret,
                                         .headers = headers,
                                         .header_count = sizeof headers / sizeof *headers,
                                         .body = body,
                                         .body_len = strlen(body) };
    (void)outcome_of_call(op, &request, &reply, out);
}

const struct connector CONNECTOR_CHAT = {
    .name = "chat", .needs_secret = true, .check = chat_check, .deliver = chat_deliver
};
