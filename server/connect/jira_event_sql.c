/* Events of Jira: see jira_event.h. */
#include "connect/jira_event.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/hook_seen.h"
#include "people/permission.h"
#include "review/action_item.h"

#include <string.h>

SQL(SQL_JIRA_LINK, "itt", "",
    "INSERT INTO jira_issue (action_id, issue_id, issue_key, told_at) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING");
SQL(SQL_JIRA_BY_ISSUE, "t", "iti", "SELECT action_id, issue_key, told_at FROM jira_issue WHERE issue_id = ?1");
SQL(SQL_JIRA_TOLD, "tti", "", "UPDATE jira_issue SET issue_key = ?2, told_at = ?3 WHERE issue_id = ?1");
static const struct sql *const STATEMENTS[] = { &SQL_JIRA_LINK, &SQL_JIRA_BY_ISSUE, &SQL_JIRA_TOLD };
const struct sql_list JIRA_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool jira_proven(struct arena *arena, const char *secret, const char *signature, const char *body, size_t len) {
    char mac[SECRET_HASH_SIZE];
    if (str_blank(secret) || signature == NULL) return false;
    secret_hmac_sha256(secret, body, len, mac);
    return secret_equal(signature, arena_printf(arena, "sha256=%s", mac));
}

bool jira_linked(struct tx *tx, int64_t action_id, const char *issue_id, const char *key, struct error *err) {
    return tx_exec(tx, &SQL_JIRA_LINK, ARGS(I64(action_id), TXT(issue_id), TXT(key)), NULL, err) &&
           action_set_jira(tx, action_id, key, err);
}

struct applying {
    const char *seen_key, *issue_id, *key, *category;
    int64_t at;
    bool applied;
};

static enum action_state state_of(const char *category) {
    if (str_eq(category, "done")) return ACTION_DONE;
    return str_eq(category, "new") ? ACTION_TODO : ACTION_DOING;
}

static bool apply(struct tx *tx, void *arg, struct error *err) {
    struct applying *applying = arg;
    struct rows row;
    bool found, first = true;
    const char *answer;
    applying->applied = false;
    if (applying->seen_key != NULL && !hook_take(tx, applying->seen_key, &first, &answer, err)) return false;
    if (!first) return true;
    if (!tx_query_one(tx, &SQL_JIRA_BY_ISSUE, ARGS(TXT(applying->issue_id)), &row, &found, err)) return false;
    if (!found || applying->at < rows_i64(&row, 2)) return true;
    const char *key = applying->key == NULL ? rows_text(&row, 1) : applying->key;
    return tx_exec(tx, &SQL_JIRA_TOLD, ARGS(TXT(applying->issue_id), TXT(key), I64(applying->at)), NULL, err) &&
           action_follow(tx, rows_i64(&row, 0), state_of(applying->category), key, &applying->applied, err);
}

static bool is_ours(const json_t *settings, const json_t *user) {
    const char *account = json_text(settings, "account");
    return account != NULL &&
           (str_eq(account, json_text(user, "accountId")) || str_eq(account, json_text(user, "name")));
}

bool jira_event(struct op *op, const json_t *settings, const char *identifier, const json_t *event, bool *applied,
                struct error *err) {
    const json_t *issue = json_object_get(event, "issue");
    const json_t *status = json_object_get(json_object_get(issue, "fields"), "status");
    const char *name = json_text(event, "webhookEvent");
    struct applying applying = { .issue_id = json_text(issue, "id"),
                                 .key = json_text(issue, "key"),
                                 .category = json_text(json_object_get(status, "statusCategory"), "key"),
                                 .at = json_integer_value(json_object_get(event, "timestamp")) };
    struct actor actor = *actor_of_system();
    const struct actor *before = op->actor;
    *applied = false;
    if (name == NULL) return ERROR(err, ERR_UNREADABLE, "jira.event", "no webhookEvent");
    bool about_state = str_eq(name, "jira:issue_updated") || str_eq(name, "jira:issue_created");
    if (!about_state || applying.issue_id == NULL || applying.category == NULL ||
        is_ours(settings, json_object_get(event, "user"))) {
        return true;
    }
    if (!str_blank(identifier)) applying.seen_key = arena_printf(op->arena, "jira:%.150s", identifier);
    actor.name = "Jira";
    op->actor = &actor;
    bool ok = store_write(op, apply, &applying, err);
    op->actor = before;
    *applied = applying.applied;
    return ok;
}
