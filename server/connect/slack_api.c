/* Slack's Web API: see slack_api.h. */
#include "connect/slack_api.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_BASE "https://slack.com/api/"

bool slack_is_token(const char *secret) {
    return str_starts(secret, "xox");
}

static bool one_of(const char *word, const char *const *words) {
    for (size_t i = 0; words[i] != NULL; i++) {
        if (str_eq(words[i], word)) return true;
    }
    return false;
}

static enum outcome_kind kind_of(const char *code) {
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
    if (one_of(code, TOKEN)) return OUTCOME_UNAUTHORIZED;
    return one_of(code, AGAIN) ? OUTCOME_RETRY : OUTCOME_REFUSED;
}

/* What Slack says beside the code: the scope that is missing, the block that is wrong. */
static const char *detail_of(const json_t *json) {
    const char *needed = json_text(json, "needed");
    const json_t *messages = json_object_get(json_object_get(json, "response_metadata"), "messages");
    return needed != NULL ? needed : json_string_value(json_array_get(messages, 0));
}

static bool judge(struct op *op, const struct net_reply *reply, const json_t **answer, struct outcome *out) {
    json_t *json;
    struct error err;
    if (reply->status != 200) {
        if (out->kind == OUTCOME_SENT) out->kind = OUTCOME_REFUSED;
        return false;
    }
    if (!json_parse(op->arena, reply->body, reply->body_len, &json, &err)) {
        *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1, .reason = "unreadable answer" };
        return false;
    }
    *answer = json;
    if (json_is_true(json_object_get(json, "ok"))) return true;
    const char *code = json_text(json, "error");
    const char *detail = detail_of(json);
    if (code == NULL) code = "unknown_error";
    out->kind = kind_of(code);
    snprintf(out->reason, sizeof out->reason, "%.60s%s%.120s", code, detail == NULL ? "" : ": ",
             detail == NULL ? "" : detail);
    return false;
}

static bool call(struct op *op, const struct slack_line *line, const char *path, struct net_request request,
                 struct net_reply *reply, struct outcome *out) {
    const char *base = line->base == NULL ? DEFAULT_BASE : line->base;
    const struct net_header headers[] = {
        { "Authorization", arena_printf(op->arena, "Bearer %s", line->token) },
        { "Content-Type", "application/json; charset=utf-8" },
    };
    request.url = arena_printf(op->arena, "%s%s%s", base, str_ends(base, "/") ? "" : "/", path);
    request.headers = headers;
    request.header_count = request.body == NULL ? 1 : 2;
    request.timeout_ms = line->timeout_ms == 0 ? SLACK_API_MS : line->timeout_ms;
    return outcome_of_call(op, &request, reply, out);
}

bool slack_api(struct op *op, const struct slack_line *line, const char *method, const json_t *body,
               const json_t **answer, struct outcome *out) {
    struct net_reply reply;
    const char *text = json_dump(op->arena, body);
    const struct net_request request = { .method = "POST", .body = text, .body_len = strlen(text) };
    return call(op, line, method, request, &reply, out) && judge(op, &reply, answer, out);
}

bool slack_api_read(struct op *op, const struct slack_line *line, const char *method_and_query, const json_t **answer,
                    struct outcome *out) {
    struct net_reply reply;
    const struct net_request request = { .method = "GET" };
    return call(op, line, method_and_query, request, &reply, out) && judge(op, &reply, answer, out);
}
