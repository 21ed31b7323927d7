/* Hooks that take alerts: Alertmanager, Grafana, PagerDuty Events v2, our plain form, heartbeats.
 *
 * Order: size (the route), authenticity, parse, store, answer. Temporary trouble is 503, because every other refusal
 * makes Alertmanager give up until its next interval. What can never be taken is 400 and counted. */
#include "hooks/hook.h"

#include "alert/source.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "http/metrics.h"

#include <sodium.h>
#include <string.h>

enum { WINDOW_S = 300, PAGERDUTY_BODY_MAX = 512 * 1024 };

/* "SCHEME SECRET" (Grafana lets people choose the scheme), or Basic with the secret as password, whatever the user
 * name. */
static bool authorization_ok(struct arena *arena, const char *header, const char *secret) {
    if (header == NULL) return false;
    const char *credentials = strchr(header, ' ');
    if (credentials == NULL) return false;
    credentials += strspn(credentials, " ");
    if (strncasecmp(header, "Basic ", 6) != 0) return secret_equal(credentials, secret);
    size_t len = strlen(header + 6);
    size_t decoded_len;
    char *decoded = arena_alloc(arena, len + 1);
    if (sodium_base642bin((unsigned char *)decoded, len, header + 6, len, NULL, &decoded_len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return false;
    }
    decoded[decoded_len] = '\0';
    const char *password = strchr(decoded, ':');
    return password != NULL && secret_equal(password + 1, secret);
}

static bool hex_equal(const char *given, const char *wanted) {
    return given != NULL && secret_equal(given, wanted);
}

/* Hex HMAC-SHA256 of the raw body, or of "SECONDS:" and the body when a timestamp is sent along. */
static bool grafana_signature_ok(struct request *request, const char *signature, const char *timestamp,
                                 const char *secret) {
    char mac[SECRET_HASH_SIZE];
    if (timestamp == NULL) {
        secret_hmac_sha256(secret, request->raw_body, request->body_size, mac);
        return hex_equal(signature, mac);
    }
    int64_t at;
    int64_t now = request->op->now_ms / 1000;
    if (strspn(timestamp, "0123456789") != strlen(timestamp) || strlen(timestamp) > 12 || !str_to_i64(timestamp, &at) ||
        at < now - WINDOW_S || at > now + WINDOW_S) {
        return false;
    }
    struct buf signed_text;
    buf_init(&signed_text, request->op->arena, request->body_size + 32);
    buf_printf(&signed_text, "%s:", timestamp);
    buf_add(&signed_text, request->raw_body, request->body_size);
    secret_hmac_sha256(secret, signed_text.data, signed_text.len, mac);
    return hex_equal(signature, mac);
}

static bool authentic(struct request *request, const struct integration *integration) {
    if (integration->secret == NULL) return true; /* the key in the URL is the credential */
    bool doubled = false;
    const char *authorization = hook_header(request, "authorization", &doubled);
    const char *signature = hook_header(request, "x-grafana-alerting-signature", &doubled);
    const char *timestamp = hook_header(request, "x-grafana-alerting-timestamp", &doubled);
    if (doubled) return false;
    if (integration->kind == INTEGRATION_GRAFANA && signature != NULL) {
        return grafana_signature_ok(request, signature, timestamp, integration->secret);
    }
    return authorization_ok(request->op->arena, authorization, integration->secret);
}

static enum hook_source source_of(enum integration_kind kind) {
    static const enum hook_source SOURCES[INTEGRATION_KIND_COUNT] = {
        [INTEGRATION_ALERTMANAGER] = HOOK_ALERTMANAGER, [INTEGRATION_GRAFANA] = HOOK_GRAFANA,
        [INTEGRATION_PAGERDUTY] = HOOK_PAGERDUTY,       [INTEGRATION_GENERIC] = HOOK_GENERIC,
        [INTEGRATION_HEARTBEAT] = HOOK_HEARTBEAT,
    };
    return SOURCES[kind];
}

static void count_received(struct request *request, enum integration_kind kind, const struct alert_batch *batch) {
    struct metrics *metrics = request->http->metrics;
    metrics_hook(metrics, source_of(kind), HOOK_ACCEPTED, batch->count);
    metrics_hook(metrics, source_of(kind), HOOK_MALFORMED, batch->malformed);
}

static void count_refused(struct request *request, enum integration_kind kind, const struct error *err) {
    struct metrics *metrics = request->http->metrics;
    if (err->kind == ERR_UNAUTHENTICATED) metrics_hook_forged(metrics, source_of(kind));
    else metrics_hook(metrics, source_of(kind), HOOK_MALFORMED, 1);
}

static void refuse(struct request *request, struct response *response, const struct integration *integration,
                   struct error *err) {
    struct error ignored;
    bool their_fault = err->kind != ERR_BUSY && err->kind != ERR_INTERNAL;
    if (integration != NULL && their_fault) count_refused(request, integration->kind, err);
    if (integration != NULL && their_fault && !integration_count_refused(request->op, integration->id, &ignored)) {
        *err = ignored;
    }
    if (err->kind == ERR_INVALID) err->kind = ERR_UNREADABLE; /* senders know 400, not 422 */
    if (err->kind == ERR_UNAUTHENTICATED) response_header(response, "WWW-Authenticate", "Bearer");
    respond_error(request, response, err);
}

/* Finds the integration of the path and checks the sender. On failure the answer is given. */
static bool admit(struct request *request, struct response *response, enum integration_kind kind,
                  struct integration *out) {
    struct error err;
    bool found;
    const char *key = request_param(request, "key");
    if (!integration_by_key(request->op, kind, key, out, &found, &err)) {
        refuse(request, response, NULL, &err);
        return false;
    }
    if (!found) {
        (void)ERROR(&err, ERR_NOT_FOUND, "integration.unknown", "no such key");
        refuse(request, response, NULL, &err);
        return false;
    }
    if (authentic(request, out)) return true;
    (void)ERROR(&err, ERR_UNAUTHENTICATED, "hook.signature", "integration %lld", (long long)out->id);
    refuse(request, response, out, &err);
    return false;
}

typedef bool (*source)(struct op *op, const json_t *body, struct alert_batch *out, struct error *err);

static void take(struct request *request, struct response *response, enum integration_kind kind, source read) {
    struct op *op = request->op;
    struct integration integration;
    struct alert_batch batch;
    struct alert_result result;
    struct error err;
    json_t *body;
    if (!admit(request, response, kind, &integration)) return;
    if (!json_parse(op->arena, request->raw_body, request->body_size, &body, &err) || !read(op, body, &batch, &err) ||
        !alert_ingest(op, &integration, &batch, &result, &err)) {
        refuse(request, response, &integration, &err);
        return;
    }
    count_received(request, kind, &batch);
    json_t *json = json_obj(op->arena);
    json_put_text(json, "status", "success");
    json_put_i64(json, "accepted", (int64_t)batch.count);
    json_put_i64(json, "malformed", (int64_t)batch.malformed);
    json_put_i64(json, "opened", result.opened);
    json_put_i64(json, "resolved", result.resolved);
    json_put_i64(json, "declared", result.declared);
    respond_json(response, kind == INTEGRATION_GENERIC ? 202 : 200, json);
}

static void alertmanager(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_ALERTMANAGER, source_alertmanager);
}

static void grafana(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_GRAFANA, source_grafana);
}

static void generic(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_GENERIC, source_generic);
}

/* --- PagerDuty: its own shapes for every answer --- */

static void pagerduty_answer(struct request *request, struct response *response, int status, const char *word,
                             const char *message, json_t *errors) {
    json_t *json = json_obj(request->op->arena);
    json_put_text(json, "status", word);
    json_put_text(json, "message", message);
    if (errors != NULL) json_put(json, "errors", errors);
    respond_json(response, status, json);
}

static void pagerduty_invalid(struct request *request, struct response *response, const char *const *reasons) {
    metrics_hook(request->http->metrics, HOOK_PAGERDUTY, HOOK_MALFORMED, 1);
    json_t *errors = json_array();
    for (size_t i = 0; reasons[i] != NULL; i++) json_push(errors, json_string(reasons[i]));
    pagerduty_answer(request, response, 400, "invalid event", "Event object is invalid", errors);
}

static void pagerduty(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct pagerduty_event event;
    struct integration integration;
    struct alert_result result;
    struct error err;
    json_t *body;
    bool found;
    if (request->body_size > PAGERDUTY_BODY_MAX) {
        (void)ERROR(&err, ERR_TOO_LARGE, "request.too_large", "%zu bytes", request->body_size);
        refuse(request, response, NULL, &err);
        return;
    }
    if (!json_parse(op->arena, request->raw_body, request->body_size, &body, &err)) {
        pagerduty_invalid(request, response, (const char *[]){ "Request body is not valid JSON", NULL });
        return;
    }
    source_pagerduty(op, body, &event);
    if (event.reasons[0] != NULL) {
        pagerduty_invalid(request, response, event.reasons);
        return;
    }
    if (!integration_by_key(op, INTEGRATION_PAGERDUTY, event.routing_key, &integration, &found, &err)) {
        respond_error(request, response, &err);
    } else if (!found) {
        pagerduty_invalid(request, response, (const char *[]){ "'routing_key' is not known here", NULL });
    } else if (!alert_ingest(op, &integration, &event.batch, &result, &err)) {
        respond_error(request, response, &err);
    } else {
        count_received(request, INTEGRATION_PAGERDUTY, &event.batch);
        json_t *json = json_obj(op->arena);
        json_put_text(json, "status", "success");
        json_put_text(json, "message", "Event processed");
        json_put_text(json, "dedup_key", event.dedup_key);
        respond_json(response, 202, json);
    }
}

/* Changes (deployments) wake nobody: a known key is told so, as senders of the convention expect. */
static void pagerduty_change(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration integration;
    struct error err;
    json_t *body;
    bool found;
    if (request->body_size > PAGERDUTY_BODY_MAX) {
        (void)ERROR(&err, ERR_TOO_LARGE, "request.too_large", "%zu bytes", request->body_size);
        refuse(request, response, NULL, &err);
        return;
    }
    if (!json_parse(op->arena, request->raw_body, request->body_size, &body, &err)) {
        pagerduty_invalid(request, response, (const char *[]){ "Request body is not valid JSON", NULL });
        return;
    }
    const char *key = json_text(body, "routing_key");
    if (!integration_by_key(op, INTEGRATION_PAGERDUTY, key == NULL ? "" : key, &integration, &found, &err)) {
        respond_error(request, response, &err);
    } else if (!found) {
        pagerduty_invalid(request, response, (const char *[]){ "'routing_key' is not known here", NULL });
    } else {
        pagerduty_answer(request, response, 202, "success", "Change event processed", NULL);
    }
}

/* --- heartbeats --- */

static void ping(struct request *request, struct response *response) {
    struct integration integration;
    struct error err;
    if (!admit(request, response, INTEGRATION_HEARTBEAT, &integration)) return;
    if (!integration_beat(request->op, &integration, &err)) {
        respond_error(request, response, &err);
        return;
    }
    metrics_hook(request->http->metrics, HOOK_HEARTBEAT, HOOK_ACCEPTED, 1);
    json_t *json = json_obj(request->op->arena);
    json_put_text(json, "status", "ok");
    respond_json(response, 200, json);
}

#define HOOK PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_HOOK
static const struct route ROUTES[] = {
    { HTTP_POST, "/hooks/alertmanager/:key", alertmanager, HOOK },
    { HTTP_POST, "/hooks/grafana/:key", grafana, HOOK },
    { HTTP_PUT, "/hooks/grafana/:key", grafana, HOOK },
    { HTTP_POST, "/hooks/generic/:key", generic, HOOK },
    { HTTP_POST, "/v2/enqueue", pagerduty, HOOK },
    { HTTP_POST, "/v2/change/enqueue", pagerduty_change, HOOK },
    { HTTP_GET, "/ping/:key", ping, PERM_SIGNED, CSRF_SIGNATURE, BODY_NONE, RATE_HOOK },
    { HTTP_POST, "/ping/:key", ping, HOOK },
};
const struct route_table HOOK_ALERT_ROUTES = ROUTE_TABLE(ROUTES);
