/* Alertmanager (version 4) and Grafana: a group with its alerts, each with a status of its own. */
#include "alert/source_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <string.h>

enum { HIDDEN_MAX = 1000000 };

/* Senders that leave out the fingerprint are told apart by all labels, in order of name. */
static const char *fingerprint_of(struct op *op, const json_t *alert, const json_t *labels) {
    const char *given = json_text(alert, "fingerprint");
    if (!str_blank(given) && strlen(given) <= KEY_BYTES) return given;
    const char *text = json_dump_sorted(op->arena, labels);
    char hash[SECRET_HASH_SIZE];
    secret_sha256(text, strlen(text), hash);
    return arena_printf(op->arena, "labels:%s", hash);
}

static const char *first_of(const json_t *object, const char *const *keys) {
    for (size_t i = 0; keys[i] != NULL; i++) {
        const char *text = json_text(object, keys[i]);
        if (!str_blank(text)) return text;
    }
    return NULL;
}

/* What every alert of a message is read with. */
struct reading {
    const struct source_options *options;
    const char *group;
};

/* NULL: read; else which member cannot be. */
static const char *read_alert(struct op *op, const struct reading *reading, const json_t *alert,
                              struct alert_event *out) {
    static const char *const SERVICES[] = { "service", "service_name", "app", "job", NULL };
    static const char *const DESCRIPTIONS[] = { "description", "message", NULL };
    json_t *labels = json_object_get(alert, "labels");
    const json_t *annotations = json_object_get(alert, "annotations");
    const char *status = json_text(alert, "status");
    if (!json_is_object(labels) || json_object_size(labels) == 0) return "labels";
    bool resolved = str_eq(status, "resolved");
    if (!resolved && !str_eq(status, "firing")) return "status";
    const char *name = json_text(labels, "alertname");
    const char *summary = json_text(annotations, "summary");
    const char *title = source_title(op, str_blank(summary) ? name : summary);
    const char *fingerprint = fingerprint_of(op, alert, labels);
    if (fingerprint == NULL) return "labels";
    const struct source_options *options = reading->options;
    const char *severity = options->severity_label == NULL ? "severity" : options->severity_label;
    const char *service =
        options->service_label == NULL ? first_of(labels, SERVICES) : json_text(labels, options->service_label);
    *out = (struct alert_event){
        .state = resolved ? ALERT_RESOLVED : ALERT_FIRING,
        .fingerprint = fingerprint,
        .title = source_named(op, title, NULL),
        .description = source_text(op, first_of(annotations, DESCRIPTIONS), DESCRIPTION_BYTES),
        .link = source_link(op, json_text(alert, "generatorURL")),
        .severity = source_text(op, json_text(labels, severity), 40),
        .service = source_text(op, service, 80),
        .group = reading->group,
        .labels = labels,
        .starts_at = source_time(op->arena, json_text(alert, "startsAt")),
        .ends_at = source_time(op->arena, json_text(alert, "endsAt")),
        .test = str_eq(name, "TestAlert"),
    };
    return NULL;
}

bool source_prometheus_alerts(struct op *op, const struct source_options *options, const json_t *body,
                              struct alert_batch *out, struct error *err) {
    const json_t *alerts = json_object_get(body, "alerts");
    if (!json_is_array(alerts)) {
        op_field_error(op, "alerts", "required", NULL);
        return OP_INVALID(op, err);
    }
    size_t count = json_array_size(alerts);
    if (count > ALERTS_MAX) {
        op_field_error(op, "alerts", "out_of_range", "0–10000");
        return OP_INVALID(op, err);
    }
    const char *receiver = json_text(body, "receiver");
    const char *key = json_text(body, "groupKey");
    const char *group = key == NULL ? NULL : arena_printf(op->arena, "%s|%s", receiver == NULL ? "" : receiver, key);
    const struct reading reading = { options, group };
    *out = (struct alert_batch){ .events = ARENA_ARRAY(op->arena, count + 1, struct alert_event) };
    for (size_t i = 0; i < count; i++) {
        const char *wrong = read_alert(op, &reading, json_array_get(alerts, i), &out->events[out->count]);
        if (wrong == NULL) out->count++;
        else if (out->malformed++ == 0) out->trouble = arena_printf(op->arena, "alerts[%zu].%s", i, wrong);
    }
    if (out->count == 0 && out->malformed > 0) {
        op_field_error(op, out->trouble, "malformed", NULL);
        return OP_INVALID(op, err);
    }
    /* a cut message that says "all over" ends what it could not list, too */
    const json_t *truncated = json_object_get(body, "truncatedAlerts");
    json_int_t hidden = json_is_integer(truncated) ? json_integer_value(truncated) : 0;
    out->hidden = hidden < 0 ? 0 : hidden > HIDDEN_MAX ? HIDDEN_MAX : hidden;
    if (out->hidden > 0 && str_eq(json_text(body, "status"), "resolved")) out->resolved_group = group;
    return true;
}

bool source_alertmanager(struct op *op, const struct source_options *options, const json_t *body,
                         struct alert_batch *out, struct error *err) {
    const char *version = json_text(body, "version");
    if (version != NULL && !str_eq(version, "4")) {
        op_field_error(op, "version", "one_of", "4");
        return OP_INVALID(op, err);
    }
    return source_prometheus_alerts(op, options, body, out, err);
}

/* Grafana leaves the special names to tell what happened; the rule's own name says more. */
bool source_grafana(struct op *op, const struct source_options *options, const json_t *body, struct alert_batch *out,
                    struct error *err) {
    if (!source_prometheus_alerts(op, options, body, out, err)) return false;
    for (size_t i = 0; i < out->count; i++) {
        struct alert_event *event = &out->events[i];
        const char *name = json_text(event->labels, "alertname");
        const char *rule = json_text(event->labels, "rulename");
        bool special = str_eq(name, "DatasourceNoData") || str_eq(name, "DatasourceError");
        if (special && !str_blank(rule)) {
            event->title = source_title(op, arena_printf(op->arena, "%s: %s", name, rule));
        }
    }
    return true;
}
