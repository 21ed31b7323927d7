/* PagerDuty Events v2, where we play the server. */
#include "alert/source_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <string.h>

enum { ROUTING_KEY_LEN = 32, SUMMARY_MAX = 1024, REASONS_MAX = 12 };

struct reasons {
    const char **list;
    size_t count;
};

static void add(struct reasons *reasons, const char *text) {
    if (reasons->count < REASONS_MAX) reasons->list[reasons->count++] = text;
}

static bool known(const char *word, const char *const *words) {
    for (size_t i = 0; words[i] != NULL; i++) {
        if (str_eq(word, words[i])) return true;
    }
    return false;
}

static void check_payload(const json_t *payload, struct reasons *reasons) {
    static const char *const SEVERITIES[] = { "critical", "error", "warning", "info", NULL };
    const char *summary = json_text(payload, "summary");
    if (!json_is_object(payload)) {
        add(reasons, "'payload' is missing or is not an object");
        return;
    }
    if (str_blank(summary)) add(reasons, "'payload.summary' is missing or blank");
    else if (utf8_count(summary) > SUMMARY_MAX) add(reasons, "Length of 'payload.summary' exceeds 1024 characters");
    if (str_blank(json_text(payload, "source"))) add(reasons, "'payload.source' is missing or blank");
    if (!known(json_text(payload, "severity"), SEVERITIES)) {
        add(reasons,
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or "
            "'info')");
    }
}

static const char *check_event(const json_t *body, struct reasons *reasons) {
    static const char *const ACTIONS[] = { "trigger", "acknowledge", "resolve", NULL };
    const char *routing_key = json_text(body, "routing_key");
    const char *action = json_text(body, "event_action");
    const json_t *dedup = json_object_get(body, "dedup_key");
    if (routing_key == NULL) add(reasons, "'routing_key' is missing or is not a string");
    else if (strlen(routing_key) != ROUTING_KEY_LEN) {
        add(reasons, "Length of 'routing_key' is incorrect (should be 32 characters)");
    }
    if (!known(action, ACTIONS)) {
        add(reasons, "'event_action' is missing or invalid (must be one of 'trigger', 'acknowledge' or 'resolve')");
        return NULL;
    }
    if (dedup != NULL && !json_is_null(dedup) && !json_is_string(dedup)) add(reasons, "'dedup_key' is not a string");
    const char *key = json_string_value(dedup);
    if (key != NULL && utf8_count(key) > KEY_BYTES) add(reasons, "Length of 'dedup_key' exceeds 255 characters");
    if (str_eq(action, "trigger")) check_payload(json_object_get(body, "payload"), reasons);
    else if (str_blank(key)) add(reasons, "'dedup_key' is required for event_action 'acknowledge' and 'resolve'");
    return action;
}

json_t *source_labels(struct op *op, const json_t *payload) {
    static const char *const KEYS[] = { "source", "component", "group", "class", "severity", NULL };
    json_t *labels = json_obj(op->arena);
    for (size_t i = 0; KEYS[i] != NULL; i++) {
        const char *text = json_text(payload, KEYS[i]);
        if (!str_blank(text)) json_put_text(labels, KEYS[i], source_text(op, text, KEY_BYTES));
    }
    return labels;
}

void source_pagerduty(struct op *op, const json_t *body, struct pagerduty_event *out) {
    struct reasons reasons = { ARENA_ARRAY(op->arena, REASONS_MAX + 1, const char *), 0 };
    const char *action = check_event(body, &reasons);
    *out = (struct pagerduty_event){ .reasons = reasons.list };
    if (reasons.count > 0) return;
    const json_t *payload = json_object_get(body, "payload");
    const char *key = json_text(body, "dedup_key");
    if (str_blank(key)) {
        char token[SECRET_TOKEN_SIZE];
        secret_token(token);
        key = arena_str(op->arena, token);
    }
    const char *title = source_title(op, json_text(payload, "summary"));
    struct alert_event *event = ARENA_NEW(op->arena, struct alert_event);
    *event = (struct alert_event){
        .state = str_eq(action, "trigger")   ? ALERT_FIRING
                 : str_eq(action, "resolve") ? ALERT_RESOLVED
                                             : ALERT_ACKNOWLEDGED,
        .fingerprint = key,
        .title = source_named(op, title, key),
        .link = source_link(op, json_text(body, "client_url")),
        .severity = json_text(payload, "severity"),
        .service = source_text(op, json_text(payload, "component"), 80),
        .group = source_text(op, json_text(payload, "group"), KEY_BYTES),
        .labels = source_labels(op, payload),
    };
    out->routing_key = json_text(body, "routing_key");
    out->dedup_key = key;
    out->batch = (struct alert_batch){ .events = event, .count = 1 };
}

bool source_pagerduty_batch(struct op *op, const struct source_options *options, const json_t *body,
                            struct alert_batch *out, struct error *err) {
    struct pagerduty_event event;
    (void)options; /* nothing of the convention varies */
    source_pagerduty(op, body, &event);
    for (const char **reason = event.reasons; *reason != NULL; reason++) {
        op_field_error(op, "event", "sender", *reason);
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *out = event.batch;
    return true;
}
