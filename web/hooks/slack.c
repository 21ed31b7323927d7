/* Hooks of Slack: slash commands, buttons and forms, events.
 *
 * Order: size, signature over the raw bytes, form, team, work. Slack shows people an ugly error for every status but
 * 200, so what people do wrong is answered with 200 and a sentence; other statuses are for requests that are not
 * Slack's. Commands and presses are never repeated by Slack, but people press twice. */
#include "hooks/hook.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/slack_desk.h"
#include "connect/slack_modal.h"
#include "http/http_internal.h"
#include "http/metrics.h"
#include "http/urlenc.h"
#include "text/i18n.h"

#include <string.h>

/* A probe of our certificate, unsigned: the form says ssl_check=1. */
static bool is_probe(struct request *request) {
    const struct http_pair *form;
    if (request->body_size > SLACK_BODY_MAX ||
        memmem(request->raw_body, request->body_size, "ssl_check=1", 11) == NULL) {
        return false;
    }
    if (!urlenc_pairs(request->op->arena, request->raw_body, request->body_size, &form)) return false;
    for (; form->name != NULL; form++) {
        if (str_eq(form->name, "ssl_check")) return str_eq(form->value, "1");
    }
    return false;
}

static bool check_signature(struct request *request, const json_t *settings, struct error *err) {
    const char *secret = json_text(settings, "signing_secret");
    bool doubled = false;
    const struct slack_proof proof = { .timestamp = hook_header(request, "x-slack-request-timestamp", &doubled),
                                       .signature = hook_header(request, "x-slack-signature", &doubled),
                                       .body = request->raw_body,
                                       .body_len = request->body_size,
                                       .now_s = request->op->now_ms / 1000 };
    if (str_blank(secret)) return ERROR(err, ERR_BUSY, "slack.not_set_up", "no signing secret");
    if (!doubled && slack_proven(request->op->arena, secret, &proof)) return true;
    metrics_hook_forged(request->http->metrics, HOOK_SLACK);
    return ERROR(err, ERR_UNAUTHENTICATED, "hook.signature", "slack%s", doubled ? ", doubled header" : "");
}

static bool check_team(const json_t *settings, const char *team, struct error *err) {
    const json_t *teams = json_object_get(settings, "teams");
    size_t at;
    const json_t *item;
    if (json_array_size(teams) == 0) return true;
    json_array_foreach(teams, at, item) {
        if (str_eq(json_string_value(item), team)) return true;
    }
    return ERROR(err, ERR_FORBIDDEN, "slack.team", "team is not on the list");
}

/* Everything before the form's meaning. On failure the answer is given. */
static bool admit(struct request *request, struct response *response, const json_t **settings, bool form) {
    struct op *op = request->op;
    struct error err;
    bool ok = request->body_size <= SLACK_BODY_MAX ||
              ERROR(&err, ERR_TOO_LARGE, "request.too_large", "%zu bytes", request->body_size);
    ok =
        ok && slack_desk_settings(request->app->slack, op, settings, &err) && check_signature(request, *settings, &err);
    if (ok && form && !urlenc_pairs(op->arena, request->raw_body, request->body_size, &request->form)) {
        ok = ERROR(&err, ERR_UNREADABLE, "request.form", "slack");
    }
    if (!ok) respond_error(request, response, &err);
    return ok;
}

static void nothing_to_say(struct response *response) {
    response->status = 200;
    response->content_type = "text/plain; charset=utf-8";
}

static void say(struct request *request, struct response *response, const char *text) {
    json_t *json = json_obj(request->op->arena);
    json_put_text(json, "response_type", "ephemeral");
    json_put_text(json, "text", text);
    respond_json(response, 200, json);
    response->content_type = "application/json; charset=utf-8"; /* as Slack's own documentation has it */
}

static const char *form_or(struct request *request, const char *name, const char *otherwise) {
    const char *value = request_form(request, name);
    return value == NULL ? otherwise : value;
}

/* The trigger is Slack's name for one invocation; without one, the signed request itself is. */
static const char *command_key(struct request *request) {
    struct arena *arena = request->op->arena;
    const char *trigger = request_form(request, "trigger_id");
    char hash[SECRET_HASH_SIZE];
    if (!str_blank(trigger) && strlen(trigger) < 200) return arena_printf(arena, "slack:trigger/%s", trigger);
    const char *signature = request_header(request, "x-slack-signature"); /* of body and time */
    secret_sha256(signature, strlen(signature), hash);
    return arena_printf(arena, "slack:command/%s", hash);
}

static void commands(struct request *request, struct response *response) {
    const json_t *settings;
    const char *answer;
    struct error err;
    if (is_probe(request)) {
        nothing_to_say(response);
        return;
    }
    if (!admit(request, response, &settings, true)) return;
    const struct slack_call call = { .team = form_or(request, "team_id", ""),
                                     .user_id = form_or(request, "user_id", ""),
                                     .user_name = form_or(request, "user_name", ""),
                                     .key = command_key(request),
                                     .trigger = request_form(request, "trigger_id"),
                                     .command = form_or(request, "text", ""),
                                     .response_url = request_form(request, "response_url") };
    bool ok = !str_blank(call.user_id) || ERROR(&err, ERR_UNREADABLE, "slack.payload", "no user_id");
    if (!ok || !check_team(settings, call.team, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (!slack_desk_call(request->app->slack, request->op, &call, &answer, &err)) {
        say(request, response, i18n_text(request->op->lang, "slack.answer.busy"));
        return;
    }
    if (answer != NULL && *answer == '\0') nothing_to_say(response); /* a form opened */
    else say(request, response, answer == NULL ? i18n_text(request->op->lang, "slack.answer.working") : answer);
}

/* What a form's answer is, and nothing for everything else: Slack shows no answer to a press. */
static void answer_action(struct response *response, const struct slack_call *call, const char *answer) {
    if (call->form == NULL || str_blank(answer)) {
        nothing_to_say(response);
        return;
    }
    response->status = 200;
    response->content_type = "application/json; charset=utf-8";
    buf_puts(&response->body, answer);
}

static void actions(struct request *request, struct response *response) {
    const json_t *settings;
    const char *answer = "";
    struct slack_call call;
    struct error err;
    if (is_probe(request)) {
        nothing_to_say(response);
        return;
    }
    if (!admit(request, response, &settings, true)) return;
    bool ok = slack_read_payload(request->op->arena, form_or(request, "payload", ""), &call, &err) &&
              check_team(settings, call.team, &err);
    if (ok && slack_call_asks(&call)) ok = slack_desk_call(request->app->slack, request->op, &call, &answer, &err);
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    if (answer == NULL) answer = slack_form_done(request->op, i18n_text(request->op->lang, "slack.answer.working"));
    answer_action(response, &call, answer);
}

/* The Events API repeats what was not answered with 200: an event that is not done yet is not taken yet. */
static void events(struct request *request, struct response *response) {
    const json_t *settings;
    const char *challenge, *answer = "";
    json_t *json;
    struct slack_call call;
    struct error err;
    if (!admit(request, response, &settings, false)) return;
    bool ok = json_parse(request->op->arena, request->raw_body, request->body_size, &json, &err) &&
              slack_read_event(request->op->arena, json, &challenge, &call, &err) &&
              (challenge != NULL || check_team(settings, call.team, &err));
    if (ok && slack_call_asks(&call)) {
        ok = slack_desk_call(request->app->slack, request->op, &call, &answer, &err) &&
             (answer != NULL || ERROR(&err, ERR_BUSY, "slack.busy", "event"));
    }
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    nothing_to_say(response);
    if (challenge != NULL) buf_puts(&response->body, challenge);
}

#define HOOK PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_HOOK
static const struct route ROUTES[] = {
    { HTTP_POST, "/hooks/slack/commands", commands, HOOK },
    { HTTP_POST, "/hooks/slack/actions", actions, HOOK },
    { HTTP_POST, "/hooks/slack/events", events, HOOK },
};
const struct route_table HOOK_SLACK_ROUTES = ROUTE_TABLE(ROUTES);
