/* Hooks that take alerts: Alertmanager, Grafana, our plain form, heartbeats. PagerDuty's shapes are in pagerduty.c.
 *
 * Order: size (the route), authenticity, parse, store, answer. Temporary trouble is 503, because every other refusal
 * makes Alertmanager give up until its next interval. What can never be taken is 400 and counted. Every request of a
 * known sender leaves a receipt that says what became of it. */
#include "hooks/alert_hook.h"

#include "alert/options.h"
#include "alert/receipt.h"
#include "alert/source.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "http/metrics.h"

#include <sodium.h>
#include <string.h>

enum { WINDOW_S = 300, TIMESTAMP_DIGITS = 12 };
#define GRAFANA_SIGNATURE "x-grafana-alerting-signature"
#define GRAFANA_TIMESTAMP "x-grafana-alerting-timestamp"

/* "SCHEME SECRET" (Grafana lets people choose the scheme), or Basic with the secret as password, whatever the user
 * name. */
static bool authorization_ok(struct arena *arena, const char *header, const char *secret) {
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

/* NULL: fine; else the reason of the refusal. */
static const char *timestamp_fault(const struct request *request, const char *timestamp) {
    int64_t at;
    int64_t now = request->op->now_ms / 1000;
    bool digits = strspn(timestamp, "0123456789") == strlen(timestamp) && strlen(timestamp) <= TIMESTAMP_DIGITS;
    if (!digits || !str_to_i64(timestamp, &at)) return "timestamp";
    return at < now - WINDOW_S || at > now + WINDOW_S ? "late" : NULL;
}

/* Hex HMAC-SHA256 of the raw body, or of "SECONDS:" and the body when a timestamp is sent along. */
static const char *signature_fault(const struct request *request, const char *signature, const char *timestamp,
                                   const char *secret) {
    char mac[SECRET_HASH_SIZE];
    const char *fault = timestamp == NULL ? NULL : timestamp_fault(request, timestamp);
    if (fault != NULL) return fault;
    struct buf signed_text;
    buf_init(&signed_text, request->op->arena, request->body_size + 32);
    if (timestamp != NULL) buf_printf(&signed_text, "%s:", timestamp);
    buf_add(&signed_text, request->raw_body, request->body_size);
    secret_hmac_sha256(secret, signed_text.data, signed_text.len, mac);
    return secret_equal(signature, mac) ? NULL : "signature";
}

/* Grafana may sign; once a name is given for the header of the timestamp, a signature without one is refused, or the
 * window would protect nothing. */
static const char *grafana_fault(struct request *request, const struct integration *integration, bool *signs) {
    struct error ignored;
    json_t *json;
    bool doubled = false;
    struct source_options options = { 0 };
    if (json_parse(request->op->arena, integration->options, strlen(integration->options), &json, &ignored)) {
        options = options_read(json);
    }
    const char *named = options.timestamp_header;
    const char *signature =
        hook_header(request, options.signature_header == NULL ? GRAFANA_SIGNATURE : options.signature_header, &doubled);
    const char *timestamp = hook_header(request, named == NULL ? GRAFANA_TIMESTAMP : named, &doubled);
    *signs = signature != NULL || doubled;
    if (doubled) return "doubled";
    if (signature == NULL) return NULL;
    if (named != NULL && timestamp == NULL) return "timestamp";
    return signature_fault(request, signature, timestamp, integration->secret);
}

/* Why the sender cannot be believed, as a word of RECEIPT_REASONS; NULL: it can. */
static const char *sender_fault(struct request *request, const struct integration *integration) {
    if (integration->secret == NULL) return NULL; /* the key in the URL is the credential */
    bool doubled = false, signs = false;
    const char *authorization = hook_header(request, "authorization", &doubled);
    if (doubled) return "doubled";
    if (integration->kind == INTEGRATION_GRAFANA) {
        const char *fault = grafana_fault(request, integration, &signs);
        if (signs) return fault;
    }
    if (authorization == NULL) return "credentials";
    return authorization_ok(request->op->arena, authorization, integration->secret) ? NULL : "secret";
}

static enum hook_source source_of(enum integration_kind kind) {
    static const enum hook_source SOURCES[INTEGRATION_KIND_COUNT] = {
        [INTEGRATION_ALERTMANAGER] = HOOK_ALERTMANAGER, [INTEGRATION_GRAFANA] = HOOK_GRAFANA,
        [INTEGRATION_PAGERDUTY] = HOOK_PAGERDUTY,       [INTEGRATION_GENERIC] = HOOK_GENERIC,
        [INTEGRATION_HEARTBEAT] = HOOK_HEARTBEAT,
    };
    return SOURCES[kind];
}

void alert_hook_accepted(struct request *request, enum integration_kind kind, const struct alert_batch *batch) {
    struct metrics *metrics = request->http->metrics;
    metrics_hook(metrics, source_of(kind), HOOK_ACCEPTED, batch->count);
    metrics_hook(metrics, source_of(kind), HOOK_MALFORMED, batch->malformed);
}

/* "alerts[3].status, title": for the receipt. */
static const char *wrong_fields(const struct op *op) {
    struct buf out;
    enum { DETAIL_MAX = 300, FIELD_MAX = 60 };
    buf_init(&out, op->arena, DETAIL_MAX * 2);
    for (const struct field_error *at = op->fields.first; at != NULL && out.len < DETAIL_MAX; at = at->next) {
        bool sender = str_eq(at->code, "sender"); /* the reason itself, in the sender's convention */
        buf_printf(&out, "%s%.*s", out.len == 0 ? "" : ", ", sender ? DETAIL_MAX : FIELD_MAX,
                   sender ? at->arg : at->field);
    }
    return out.len == 0 ? NULL : out.data;
}

static const char *reason_of(const struct error *err) {
    if (err->kind == ERR_TOO_LARGE) return "too_large";
    return err->kind == ERR_INVALID ? "fields" : "unreadable";
}

/* The sender's answer does not depend on it. */
static void keep_receipt(struct op *op, int64_t id, const char *reason, const char *detail) {
    struct error err;
    if (!receipt_refuse(op, id, reason, detail, &err)) log_error("hook.receipt", op->request_id, &err);
}

void alert_hook_refused(struct request *request, enum integration_kind kind, int64_t id, const struct error *err) {
    struct op *op = request->op;
    bool ours = err->kind == ERR_BUSY || err->kind == ERR_INTERNAL;
    if (ours) return; /* it will come again */
    metrics_hook(request->http->metrics, source_of(kind), HOOK_MALFORMED, 1);
    if (id != 0) keep_receipt(op, id, reason_of(err), wrong_fields(op));
}

static void refuse(struct request *request, struct response *response, const struct integration *integration,
                   struct error *err) {
    alert_hook_refused(request, integration->kind, integration->id, err);
    if (err->kind == ERR_INVALID) err->kind = ERR_UNREADABLE; /* senders know 400, not 422 */
    respond_error(request, response, err);
}

static void disbelieve(struct request *request, struct response *response, const struct integration *integration,
                       const char *fault) {
    struct error err;
    metrics_hook_forged(request->http->metrics, source_of(integration->kind));
    keep_receipt(request->op, integration->id, fault, NULL);
    (void)ERROR(&err, ERR_UNAUTHENTICATED, "hook.signature", "integration %lld: %s", (long long)integration->id, fault);
    response_header(response, "WWW-Authenticate", "Bearer");
    respond_error(request, response, &err);
}

/* Finds the integration of the path and checks the sender. On failure the answer is given. */
static bool admit(struct request *request, struct response *response, enum integration_kind kind,
                  struct integration *out) {
    struct error err;
    bool found;
    const char *key = request_param(request, "key");
    bool known = integration_by_key(request->op, kind, key, out, &found, &err) &&
                 (found || ERROR(&err, ERR_NOT_FOUND, "integration.unknown", "no such key"));
    if (!known) {
        respond_error(request, response, &err);
        return false;
    }
    const char *fault = sender_fault(request, out);
    if (fault != NULL) disbelieve(request, response, out, fault);
    return fault == NULL;
}

static void take(struct request *request, struct response *response, enum integration_kind kind) {
    struct op *op = request->op;
    struct integration integration;
    struct alert_batch batch;
    struct alert_result result;
    struct error err;
    if (!admit(request, response, kind, &integration)) return;
    if (!source_read(op, &integration, request->raw_body, request->body_size, &batch, &err) ||
        !alert_ingest(op, &integration, &batch, &result, &err)) {
        refuse(request, response, &integration, &err);
        return;
    }
    alert_hook_accepted(request, kind, &batch);
    json_t *json = json_obj(op->arena);
    json_put_text(json, "status", "success");
    json_put_i64(json, "accepted", (int64_t)batch.count);
    json_put_i64(json, "malformed", (int64_t)batch.malformed);
    if (batch.trouble != NULL) json_put_text(json, "trouble", batch.trouble);
    json_put_i64(json, "opened", result.opened);
    json_put_i64(json, "resolved", result.resolved);
    json_put_i64(json, "declared", result.declared);
    respond_json(response, kind == INTEGRATION_GENERIC ? 202 : 200, json);
}

static void alertmanager(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_ALERTMANAGER);
}

static void grafana(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_GRAFANA);
}

static void generic(struct request *request, struct response *response) {
    take(request, response, INTEGRATION_GENERIC);
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
    { HTTP_GET, "/ping/:key", ping, PERM_SIGNED, CSRF_SIGNATURE, BODY_NONE, RATE_HOOK },
    { HTTP_POST, "/ping/:key", ping, HOOK },
};
const struct route_table HOOK_ALERT_ROUTES = ROUTE_TABLE(ROUTES);
