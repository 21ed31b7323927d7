/* Connector "jira": an action item becomes an issue, once, and the issue follows the item's state (jira_move.c). A team
 * without REST access uses an Automation rule, which gives no key back: the rule's issue is known by its webhook.
 *
 * config: {"base_url", "flavour": cloud|dc, "email", "project", "issue_type", "portal", "automation",
 *          "states": {ours: theirs}}. The secret is
 * the token, or "URL TOKEN" of the rule. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_api.h"
#include "connect/jira_event.h"
#include "connect/jira_poll.h"
#include "connect/jira_text.h"
#include "net/url_guard.h"

#include <string.h>

static void check(struct op *op, const json_t *config, const char *secret) {
    struct error err;
    const char *base = json_text(config, "base_url");
    (void)secret;
    if (base == NULL) op_field_error(op, "config.base_url", "required", NULL);
    else if (!url_guard_check(base, NULL, &err)) op_field_error(op, "config.base_url", "malformed", NULL);
    if (json_text(config, "project") == NULL) op_field_error(op, "config.project", "required", NULL);
}

/* Ours alone: how the issue of this action is found again. */
static const char *own_label(struct op *op, const struct delivery *delivery) {
    return arena_printf(op->arena, "bongsu-%s", json_text(delivery->payload, "id"));
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
    json_push(labels, json_string("bongsu")); /* how all of ours are found again */
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
    if (jira_is_cloud(delivery)) json_put(fields, "description", jira_adf(text, url));
    else json_put_text(fields, "description", jira_wiki(op->arena, text, url));
    json_put(fields, "labels", labels_of(op, delivery));
    if (all_fields && due != NULL) json_put_text(fields, "duedate", due);
    json_t *issue = json_obj(op->arena);
    json_put(issue, "fields", fields);
    return issue;
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
    const json_t *answer;
    int status;
    json_t *query = json_obj(op->arena);
    json_t *fields = json_array();
    json_push(fields, json_string("summary"));
    json_put_text(query, "jql",
                  arena_printf(op->arena, "project = \"%s\" AND labels = \"%s\"",
                               json_text(delivery->config, "project"), own_label(op, delivery)));
    json_put_i64(query, "maxResults", 1);
    json_put(query, "fields", fields);
    const char *path = jira_is_cloud(delivery) ? "/search/jql" : "/search";
    if (!jira_api(op, delivery, path, query, &answer, &status, out)) return true;
    const json_t *first = json_array_get(json_object_get(answer, "issues"), 0);
    if (first != NULL) keep_issue(op, first, out);
    return first != NULL;
}

static void create(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const json_t *answer;
    int status;
    bool ok = jira_api(op, delivery, "/issue", issue_of(op, delivery, true), &answer, &status, out);
    if (!ok && status == 400 && json_text(delivery->payload, "due") != NULL) {
        /* a field that is not on the project's screen "cannot be set": once more without what is optional */
        ok = jira_api(op, delivery, "/issue", issue_of(op, delivery, false), &answer, &status, out);
    }
    if (ok) keep_issue(op, answer, out);
}

/* Somebody typed in the issue there is already: it is followed, and none is made. */
static void adopt(struct op *op, const struct delivery *delivery, const char *key, struct outcome *out) {
    static const char KEY[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const json_t *answer;
    int status;
    if (key[strspn(key, KEY)] != '\0') { /* an address, or words: of no use to us */
        *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
        return;
    }
    const char *path = arena_printf(op->arena, "/issue/%s?fields=status", key);
    if (jira_api(op, delivery, path, NULL, &answer, &status, out)) keep_issue(op, answer, out);
}

/* A test asks who we are: nothing is made. */
static void test_login(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const json_t *answer;
    int status;
    if (json_is_true(json_object_get(delivery->config, "automation"))) {
        *out = (struct outcome){ .kind = OUTCOME_REFUSED, .retry_after_ms = -1, .reason = "no_test" };
        return;
    }
    (void)jira_api(op, delivery, "/myself", NULL, &answer, &status, out);
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

/* A rule gives us no way to move what it made. */
static void follow(struct op *op, const struct delivery *delivery, bool rule, struct outcome *out) {
    if (rule) *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
    else jira_move(op, delivery, out);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    if (str_blank(delivery->secret) || json_text(delivery->config, "base_url") == NULL) {
        *out = (struct outcome){ .kind = OUTCOME_UNAUTHORIZED, .retry_after_ms = -1, .reason = "no token" };
        return;
    }
    bool rule = json_is_true(json_object_get(delivery->config, "automation"));
    const char *known = json_text(delivery->payload, "jira");
    if (str_eq(delivery->topic, "test")) test_login(op, delivery, out);
    else if (str_eq(delivery->topic, JIRA_POLL_TOPIC)) jira_poll(op, delivery, out);
    else if (!str_eq(delivery->topic, "action.created")) follow(op, delivery, rule, out);
    else if (rule) run_rule(op, delivery, out);
    else if (!str_blank(known)) adopt(op, delivery, known, out);
    else if (delivery->attempts == 0 || !find_earlier(op, delivery, out)) create(op, delivery, out);
}

static bool settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome, struct error *err) {
    int64_t action;
    if (str_eq(delivery->topic, JIRA_POLL_TOPIC)) return jira_poll_settled(tx, delivery, outcome, err);
    if (!str_eq(delivery->topic, "action.created")) return jira_move_settled(tx, delivery, outcome, err);
    const char *space = outcome->result == NULL ? NULL : strchr(outcome->result, ' ');
    const char *id = json_text(delivery->payload, "id");
    if (outcome->kind != OUTCOME_SENT || space == NULL || id == NULL || !id_parse(id, &action)) return true;
    const char *issue = arena_strn(tx_op(tx)->arena, outcome->result, (size_t)(space - outcome->result));
    return jira_linked(tx, action, issue, space + 1, err);
}

const struct connector CONNECTOR_JIRA = {
    .name = "jira", .needs_secret = true, .check = check, .deliver = deliver, .settled = settled
};
