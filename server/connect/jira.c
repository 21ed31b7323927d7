/* Connector "jira": an action item becomes an issue, once. Cloud speaks REST v3, Server and Data Center v2; a team
 * without REST access uses an Automation rule, which gives no key back.
 *
 * config: {"base_url", "flavour": cloud|dc, "email", "project", "issue_type", "portal", "automation"}. The secret is
 * the token, or "URL TOKEN" of the rule. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_event.h"
#include "connect/jira_text.h"
#include "net/url_guard.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const char *base = json_text(config, "base_url");
    (void)secret;
    if (base == NULL) op_field_error(op, "config.base_url", "required", NULL);
    else if (!url_guard_check(base, NULL, &err)) op_field_error(op, "config.base_url", "malformed", NULL);
    if (json_text(config, "project") == NULL) op_field_error(op, "config.project", "required", NULL);
}

static bool is_cloud(const struct delivery *delivery) {
    return !str_eq(json_text(delivery->config, "flavour"), "dc");
}

/* Ours alone: how the issue of this action is found again. */
static const char *own_label(struct op *op, const struct delivery *delivery) {
    return arena_printf(op->arena, "bongsu-%s", json_text(delivery->payload, "id"));
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

static bool call(struct op *op, const struct delivery *delivery, const char *path, const json_t *body,
                 struct net_reply *reply, struct outcome *out) {
    const char *base = json_text(delivery->config, "base_url");
    const char *text = json_dump(op->arena, body);
    const struct net_header headers[] = { { "Content-Type", "application/json" },
                                          { "Accept", "application/json" },
                                          { "X-Atlassian-Token", "no-check" },
                                          { "Authorization", authorization(op, delivery) } };
    size_t len = strlen(base);
    if (str_ends(base, "/")) len--;
    const char *url = arena_printf(op->arena, "%.*s/rest/api/%d%s", (int)len, base, is_cloud(delivery) ? 3 : 2, path);
    const struct net_request request = { .method = "POST",
                                         .url = url,
                                         .headers = headers,
                                         .header_count = sizeof headers / sizeof *headers,
                                         .body = text,
                                         .body_len = strlen(text) };
    return outcome_of_call(op, &request, reply, out);
}

/* --- the issue --- */

static json_t *named(const char *member, const char *value) {
    json_t *object = json_object();
    json_put_text(object, member, value);
    return object;
}

static json_t *labels_of(struct op *op, const struct delivery *delivery) {
    json_t *labels = json_array();
    const char *ref = json_text(delivery->payload, "incident");
    json_push(labels, json_string("incident"));
    json_push(labels, json_string(own_label(op, delivery)));
    if (ref != NULL) {
        char *lower = arena_str(op->arena, ref);
        for (char *at = lower; *at != '\0'; at++) {
            if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
        }
        json_push(labels, json_string(lower));
    }
    return labels;
}

static json_t *issue_of(struct op *op, const struct delivery *delivery, bool all_fields) {
    const json_t *action = delivery->payload;
    const char *ref = json_text(action, "incident");
    const char *owner = json_text(action, "owner");
    const char *due = json_text(action, "due");
    const char *type = json_text(delivery->config, "issue_type");
    const char *portal = json_text(delivery->config, "portal");
    const char *url = portal == NULL || ref == NULL ? NULL : arena_printf(op->arena, "%s/incidents/%s", portal, ref);
    const char *title = json_text(action, "title");
    const char *text = arena_printf(op->arena, "%s\n%s%s%s", title, ref == NULL ? "" : ref, owner == NULL ? "" : "\n",
                                    owner == NULL ? "" : owner);
    json_t *fields = json_object();
    json_put(fields, "project", named("key", json_text(delivery->config, "project")));
    json_put(fields, "issuetype", named("name", type == NULL ? "Task" : type));
    json_put_text(fields, "summary", jira_summary(op->arena, title));
    if (is_cloud(delivery)) json_put(fields, "description", jira_adf(text, url));
    else json_put_text(fields, "description", jira_wiki(op->arena, text, url));
    json_put(fields, "labels", labels_of(op, delivery));
    if (all_fields && due != NULL) json_put_text(fields, "duedate", due);
    json_t *issue = json_obj(op->arena);
    json_put(issue, "fields", fields);
    return issue;
}

/* What Jira says is wrong, from errorMessages and errors. */
static void read_complaint(struct op *op, const struct net_reply *reply, struct outcome *out) {
    json_t *json;
    struct error err;
    const char *field;
    json_t *item;
    if (!json_parse(op->arena, reply->body, reply->body_len, &json, &err)) return;
    const char *text = json_string_value(json_array_get(json_object_get(json, "errorMessages"), 0));
    json_t *errors = json_object_get(json, "errors");
    json_object_foreach(errors, field, item) {
        if (text == NULL) text = arena_printf(op->arena, "%s: %s", field, json_string_value(item));
    }
    if (text != NULL) str_copy(out->reason, sizeof out->reason, text);
}

static void keep_issue(struct op *op, const json_t *issue, struct outcome *out) {
    const char *id = json_text(issue, "id");
    const char *key = json_text(issue, "key");
    if (id != NULL && key != NULL) {
        out->result = arena_printf(op->arena, "%s %s", id, key);
        return;
    }
    *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1, .reason = "unreadable answer" };
}

/* An earlier attempt may have reached Jira. True when *out is decided: found, or the question itself failed. */
static bool find_earlier(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct net_reply reply;
    struct error err;
    json_t *json;
    json_t *query = json_obj(op->arena);
    json_t *fields = json_array();
    json_push(fields, json_string("summary"));
    json_put_text(query, "jql",
                  arena_printf(op->arena, "project = \"%s\" AND labels = \"%s\"",
                               json_text(delivery->config, "project"), own_label(op, delivery)));
    json_put_i64(query, "maxResults", 1);
    json_put(query, "fields", fields);
    if (!call(op, delivery, is_cloud(delivery) ? "/search/jql" : "/search", query, &reply, out)) return true;
    if (out->kind != OUTCOME_SENT) return true;
    if (!json_parse(op->arena, reply.body, reply.body_len, &json, &err)) {
        keep_issue(op, NULL, out);
        return true;
    }
    const json_t *first = json_array_get(json_object_get(json, "issues"), 0);
    if (first != NULL) keep_issue(op, first, out);
    return first != NULL;
}

static void create(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct net_reply reply;
    struct error err;
    json_t *json;
    if (!call(op, delivery, "/issue", issue_of(op, delivery, true), &reply, out)) return;
    if (reply.status == 400 && json_text(delivery->payload, "due") != NULL) {
        /* a field that is not on the project's screen "cannot be set": once more without what is optional */
        if (!call(op, delivery, "/issue", issue_of(op, delivery, false), &reply, out)) return;
    }
    if (out->kind != OUTCOME_SENT) read_complaint(op, &reply, out);
    else if (json_parse(op->arena, reply.body, reply.body_len, &json, &err)) keep_issue(op, json, out);
    else keep_issue(op, NULL, out);
}

/* --- the Automation variant --- */

static void run_rule(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct net_reply reply;
    char *url = arena_str(op->arena, delivery->secret);
    char *token = strchr(url, ' ');
    json_t *body = json_obj(op->arena);
    json_t *fields = json_deep_copy(json_object_get(issue_of(op, delivery, true), "fields"));
    json_put(body, "issue", fields);
    json_put(body, "action", json_deep_copy(delivery->payload));
    const char *text = json_dump(op->arena, body);
    if (token != NULL) *token++ = '\0';
    const struct net_header headers[] = { { "Content-Type", "application/json" },
                                          { "X-Automation-Webhook-Token", token == NULL ? "" : token } };
    const struct net_request request = { .method = "POST",
                                         .url = url,
                                         .headers = headers,
                                         .header_count = str_blank(token) ? 1 : 2,
                                         .body = text,
                                         .body_len = strlen(text) };
    (void)outcome_of_call(op, &request, &reply, out);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    if (str_blank(delivery->secret) || json_text(delivery->config, "base_url") == NULL) {
        *out = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1, .reason = "no token" };
        return;
    }
    if (json_text(delivery->payload, "title") == NULL) { /* a test message: nothing that could be an issue */
        *out = (struct outcome){ .kind = OUTCOME_REFUSED, .retry_after_ms = -1, .reason = "not an action item" };
        return;
    }
    if (json_is_true(json_object_get(delivery->config, "automation"))) run_rule(op, delivery, out);
    else if (delivery->attempts == 0 || !find_earlier(op, delivery, out)) create(op, delivery, out);
}

static bool settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome, struct error *err) {
    int64_t action;
    const char *space = outcome->result == NULL ? NULL : strchr(outcome->result, ' ');
    const char *id = json_text(delivery->payload, "id");
    if (outcome->kind != OUTCOME_SENT || space == NULL || id == NULL || !id_parse(id, &action)) return true;
    const char *issue = arena_strn(tx_op(tx)->arena, outcome->result, (size_t)(space - outcome->result));
    return jira_linked(tx, action, issue, space + 1, err);
}

const struct connector CONNECTOR_JIRA = {
    .name = "jira", .needs_secret = true, .check = check, .deliver = deliver, .settled = settled
};
