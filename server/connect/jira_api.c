/* Jira's REST API: see jira_api.h. */
#include "connect/jira_api.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <sodium.h>
#include <string.h>

bool jira_is_cloud(const struct delivery *delivery) {
    return !str_eq(json_text(delivery->config, "flavour"), "dc");
}

static const char *authorization(struct op *op, const struct delivery *delivery) {
    const char *email = json_text(delivery->config, "email");
    if (email == NULL) return arena_printf(op->arena, "Bearer %s", delivery->secret);
    const char *pair = arena_printf(op->arena, "%s:%s", email, delivery->secret);
    size_t len = strlen(pair);
    size_t room = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(op->arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)pair, len, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(op->arena, "Basic %s", text);
}

/* What Jira says is wrong, from errorMessages and errors. */
static void read_complaint(struct op *op, const json_t *json, struct outcome *out) {
    const char *field;
    json_t *item;
    const char *text = json_string_value(json_array_get(json_object_get(json, "errorMessages"), 0));
    json_t *errors = json_object_get(json, "errors");
    json_object_foreach(errors, field, item) {
        if (text == NULL) text = arena_printf(op->arena, "%s: %s", field, json_string_value(item));
    }
    if (text != NULL) str_copy(out->reason, sizeof out->reason, arena_printf(op->arena, "%s: %s", out->reason, text));
}

bool jira_api(struct op *op, const struct delivery *delivery, const char *path, const json_t *body,
              const json_t **answer, int *status, struct outcome *out) {
    const char *base = json_text(delivery->config, "base_url");
    const char *text = body == NULL ? NULL : json_dump(op->arena, body);
    const struct net_header headers[] = { { "Accept", "application/json" },
                                          { "X-Atlassian-Token", "no-check" },
                                          { "Authorization", authorization(op, delivery) },
                                          { "Content-Type", "application/json" } };
    struct net_reply reply;
    struct error err;
    json_t *json = NULL;
    size_t len = strlen(base);
    if (str_ends(base, "/")) len--;
    const struct net_request request = {
        .method = text == NULL ? "GET" : "POST",
        .url = arena_printf(op->arena, "%.*s/rest/api/%d%s", (int)len, base, jira_is_cloud(delivery) ? 3 : 2, path),
        .headers = headers,
        .header_count = text == NULL ? 3 : 4,
        .body = text,
        .body_len = text == NULL ? 0 : strlen(text),
    };
    *answer = NULL;
    *status = 0;
    if (!outcome_of_call(op, &request, &reply, out)) return false;
    *status = reply.status;
    bool readable = reply.body_len == 0 || json_parse(op->arena, reply.body, reply.body_len, &json, &err);
    *answer = json;
    if (out->kind == OUTCOME_SENT && readable) return true;
    if (out->kind != OUTCOME_SENT) {
        if (json != NULL) read_complaint(op, json, out);
    } else {
        *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1, .reason = "unreadable answer" };
    }
    return false;
}
