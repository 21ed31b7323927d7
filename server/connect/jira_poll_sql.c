/* Asking Jira: see jira_poll.h. The question is a message like any other, so that everything that is true of messages
 * (retries, breaker, one dead letter to look at) is true of it. */
#include "connect/jira_poll.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_api.h"
#include "connect/jira_event.h"
#include "connect/settings.h"
#include "people/permission.h"
#include "text/when.h"

#include <string.h>

enum { PAGES_MAX = 10, PAGE_LEN = 100, OVERLAP_MINUTES = 5, FIRST_MINUTES = 7 * 24 * 60, STANDARD_MINUTES = 10 };
#define POLLED_SETTING "connect.jira.polled"
#define MINUTE INT64_C(60000)

SQL(SQL_JIRA_DESTINATION, "", "i",
    "SELECT id FROM destination WHERE name = 'jira' AND connector = 'jira' AND enabled = 1");
SQL(SQL_JIRA_ASKING, "it", "i",
    "SELECT id FROM outbox WHERE destination_id = ?1 AND order_key = ?2 AND (state = 'ready' OR (state = 'dead' AND "
    "give_up_at > 0)) LIMIT 1");
SQL(SQL_JIRA_ASKED, "i", "", "DELETE FROM outbox WHERE id = ?1 AND state = 'sent'");
static const struct sql *const STATEMENTS[] = { &SQL_JIRA_DESTINATION, &SQL_JIRA_ASKING, &SQL_JIRA_ASKED };
const struct sql_list JIRA_POLL_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

/* --- when --- */

static int64_t minutes_of(const json_t *settings) {
    int64_t minutes = STANDARD_MINUTES;
    const char *text = json_text(settings, "poll_minutes");
    if (text != NULL) (void)str_to_i64(text, &minutes);
    /* without a login there is nobody to ask */
    return json_text(settings, "token") == NULL ? 0 : minutes;
}

bool jira_poll_plan(struct tx *tx, const json_t *settings, struct error *err) {
    int64_t minutes = minutes_of(settings);
    if (minutes <= 0) return due_cancel(tx, JIRA_POLL_DUE, 0, "", err);
    return due_set(tx, &(struct due){ JIRA_POLL_DUE, 0, "", tx_op(tx)->now_ms + minutes * MINUTE, NULL }, err);
}

static bool since_minutes(struct tx *tx, int64_t *out, struct error *err) {
    const char *text;
    int64_t at;
    *out = FIRST_MINUTES;
    if (!setting_get(tx, POLLED_SETTING, &text, err)) return false;
    if (text == NULL || !str_to_i64(text, &at)) return true;
    int64_t minutes = (tx_op(tx)->now_ms - at) / MINUTE + OVERLAP_MINUTES;
    if (minutes < FIRST_MINUTES) *out = minutes < 1 ? 1 : minutes;
    return true;
}

static bool ask(struct tx *tx, int64_t destination_id, struct error *err) {
    static const char ORDER_KEY[] = "jira/poll";
    struct rows row;
    bool asking, any = false;
    int64_t minutes;
    if (!tx_query_one(tx, &SQL_JIRA_ASKING, ARGS(I64(destination_id), TXT(ORDER_KEY)), &row, &asking, err) ||
        !jira_any_linked(tx, &any, err) || !since_minutes(tx, &minutes, err)) {
        return false;
    }
    if (asking || !any) return true;
    json_t *payload = json_obj(tx_op(tx)->arena);
    json_put_i64(payload, "minutes", minutes);
    json_put_i64(payload, "asked_at", tx_op(tx)->now_ms);
    const struct outbox_message message = { JIRA_POLL_TOPIC, ORDER_KEY, NULL, payload };
    return outbox_send(tx, destination_id, &message, tx_op(tx)->now_ms, NULL, err);
}

bool jira_poll_due(struct tx *tx, const struct due *due, struct error *err) {
    const json_t *settings;
    struct rows row;
    bool found;
    (void)due;
    if (!connect_settings_read(tx, "jira", &settings, err) ||
        !tx_query_one(tx, &SQL_JIRA_DESTINATION, NO_ARGS, &row, &found, err)) {
        return false;
    }
    if (found && !ask(tx, rows_i64(&row, 0), err)) return false;
    return jira_poll_plan(tx, settings, err);
}

/* --- asking --- */

/* "2026-03-01T20:15:00.123+0900" → ms; 0 if it is no time. */
static int64_t instant_of(struct op *op, const char *text) {
    int64_t at;
    struct error err;
    if (text == NULL) return 0;
    size_t len = strlen(text);
    if (len > 5 && strspn(text + len - 4, "0123456789") == 4 && strchr("+-", text[len - 5]) != NULL) {
        text = arena_printf(op->arena, "%.*s:%s", (int)len - 2, text, text + len - 2);
    }
    return when_parse(text, &at, &err) ? at : 0;
}

/* When the status changed, where Jira tells; otherwise when anything did. */
static void take_page(struct op *op, const struct delivery *delivery, const json_t *answer, json_t *found) {
    size_t at;
    const json_t *issue;
    json_array_foreach(json_object_get(answer, "issues"), at, issue) {
        const json_t *fields = json_object_get(issue, "fields");
        const char *changed = json_text(fields, "statuscategorychangedate");
        json_t *word = json_object();
        json_put_text(word, "id", json_text(issue, "id"));
        json_put_text(word, "key", json_text(issue, "key"));
        json_put_text(word, "state",
                      action_state_name(jira_state_of(delivery->config, json_object_get(fields, "status"))));
        json_put_i64(word, "at", instant_of(op, changed != NULL ? changed : json_text(fields, "updated")));
        json_push(found, word);
    }
}

static json_t *question(struct op *op, const struct delivery *delivery, size_t taken, const char *page) {
    static const char *const FIELDS[] = { "status", "updated", "statuscategorychangedate" };
    json_t *body = json_obj(op->arena);
    json_t *fields = json_array();
    int64_t minutes = json_integer_value(json_object_get(delivery->payload, "minutes"));
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) json_push(fields, json_string(FIELDS[i]));
    json_put_text(body, "jql",
                  arena_printf(op->arena, "labels = \"bongsu\" AND updated >= \"-%lldm\" ORDER BY updated ASC",
                               (long long)minutes));
    json_put_i64(body, "maxResults", PAGE_LEN);
    json_put(body, "fields", fields);
    if (!jira_is_cloud(delivery)) json_put_i64(body, "startAt", (int64_t)taken);
    else if (page != NULL) json_put_text(body, "nextPageToken", page);
    return body;
}

void jira_poll(struct op *op, const struct delivery *delivery, struct outcome *out) {
    json_t *found = json_arr(op->arena);
    const char *page = NULL;
    const json_t *answer;
    int status;
    for (int i = 0; i < PAGES_MAX; i++) {
        size_t before = json_array_size(found);
        const json_t *body = question(op, delivery, before, page);
        const char *path = jira_is_cloud(delivery) ? "/search/jql" : "/search";
        if (!jira_api(op, delivery, path, body, &answer, &status, out)) return;
        take_page(op, delivery, answer, found);
        page = json_text(answer, "nextPageToken");
        bool last = jira_is_cloud(delivery) ? page == NULL : json_array_size(found) < before + PAGE_LEN;
        if (last || json_array_size(found) == before) break;
    }
    out->result = json_dump(op->arena, found);
}

/* --- what came back --- */

static bool state_named(const char *name, enum action_state *out) {
    for (enum action_state state = ACTION_TODO; state < ACTION_STATE_COUNT; state++) {
        if (!str_eq(action_state_name(state), name)) continue;
        *out = state;
        return true;
    }
    return false;
}

static bool follow_all(struct tx *tx, const json_t *found, struct error *err) {
    size_t at;
    const json_t *one;
    json_array_foreach(found, at, one) {
        bool applied;
        struct jira_word word = { .issue_id = json_text(one, "id"),
                                  .key = json_text(one, "key"),
                                  .at = json_integer_value(json_object_get(one, "at")) };
        if (word.issue_id == NULL || !state_named(json_text(one, "state"), &word.state)) continue;
        if (!jira_follow(tx, &word, &applied, err)) return false;
    }
    return true;
}

bool jira_poll_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome,
                       struct error *err) {
    struct op *op = tx_op(tx);
    struct actor actor = *actor_of_system();
    const struct actor *before = op->actor;
    json_t *found;
    if (outcome->kind != OUTCOME_SENT || outcome->result == NULL) return true;
    if (!json_parse(op->arena, outcome->result, strlen(outcome->result), &found, err)) return false;
    actor.name = "Jira";
    op->actor = &actor;
    bool ok = follow_all(tx, found, err);
    op->actor = before;
    int64_t asked = json_integer_value(json_object_get(delivery->payload, "asked_at"));
    /* an answered question is of no interest to anybody */
    return ok && setting_put(tx, POLLED_SETTING, arena_printf(op->arena, "%lld", (long long)asked), err) &&
           tx_exec(tx, &SQL_JIRA_ASKED, ARGS(I64(delivery->id)), NULL, err);
}
