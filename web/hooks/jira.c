/* Hook of Jira: the state of issues comes back. Signed over the raw body where a secret is set; a Data Center too old
 * to sign proves itself by the unguessable key in the address alone. Overload is 503, which Jira tries again. */
#include "hooks/hook.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/jira_event.h"
#include "connect/settings.h"
#include "http/http_internal.h"
#include "http/metrics.h"

static bool check_sender(struct request *request, const json_t *settings, struct error *err) {
    struct arena *arena = request->op->arena;
    bool doubled = false;
    const char *secret = json_text(settings, "webhook_secret");
    const char *signature = hook_header(request, "x-hub-signature", &doubled);
    const char *key = json_text(settings, "key");
    const char *project = json_text(settings, "project");
    const char *given = request_param(request, "key");
    bool exact = key != NULL && secret_equal(given, key);
    if (key == NULL || (!exact && !str_eq(given, project))) {
        return ERROR(err, ERR_NOT_FOUND, "integration.unknown", "no such key");
    }
    if (secret == NULL && !str_eq(json_text(settings, "flavour"), "dc")) {
        return ERROR(err, ERR_BUSY, "jira.not_set_up", "no webhook secret");
    }
    bool proven = secret == NULL ? exact : jira_proven(arena, secret, signature, request->raw_body, request->body_size);
    if (proven && !doubled) return true;
    metrics_hook_forged(request->http->metrics, HOOK_JIRA);
    return ERROR(err, ERR_UNAUTHENTICATED, "hook.signature", "jira");
}

static void receive(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *settings;
    json_t *event;
    bool applied, doubled = false;
    struct error err;
    bool ok = connect_settings_load(op, "jira", &settings, &err) && check_sender(request, settings, &err) &&
              json_parse(op->arena, request->raw_body, request->body_size, &event, &err) &&
              jira_event(op, settings, hook_header(request, "x-atlassian-webhook-identifier", &doubled), event,
                         &applied, &err);
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_bool(json, "applied", applied);
    respond_json(response, 200, json);
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/hooks/jira/:key", receive, PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_HOOK },
};
const struct route_table HOOK_JIRA_ROUTES = ROUTE_TABLE(ROUTES);
