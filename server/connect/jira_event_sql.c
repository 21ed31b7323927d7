/* Events of Jira: see jira_event.h. */
#include "connect/jira_event.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/hook_seen.h"
#include "people/permission.h"

#include <string.h>

enum { CLOCKS_APART_MS = 2 * 60 * 1000 };

SQL(SQL_JIRA_LINK, "itt", "",
    "INSERT INTO jira_issue (action_id, issue_id, issue_key, told_at) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING");
SQL(SQL_JIRA_BY_ISSUE, "t", "itit",
    "SELECT action_id, issue_key, told_at, COALESCE(told_state, 'todo') FROM jira_issue WHERE issue_id = ?1");
SQL(SQL_JIRA_BY_ACTION, "i", "ttt",
    "SELECT issue_id, issue_key, COALESCE(told_state, 'todo') FROM jira_issue WHERE action_id = ?1");
SQL(SQL_JIRA_HEARD, "ttiti", "",
    "UPDATE jira_issue SET issue_key = ?2, told_at = ?3, told_state = ?4, "
    "conflict_at = CASE WHEN ?5 = 1 THEN conflict_at ELSE 0 END WHERE issue_id = ?1");
SQL(SQL_JIRA_TOLD, "iit", "",
    "UPDATE jira_issue SET told_at = CASE WHEN told_at > ?2 THEN told_at ELSE ?2 END, told_state = ?3, conflict_at = 0 "
    "WHERE action_id = ?1");
SQL(SQL_JIRA_CONFLICT, "iittt", "",
    "UPDATE jira_issue SET conflict_at = ?2, conflict_ours = ?3, conflict_theirs = ?4, conflict_kept = ?5 "
    "WHERE action_id = ?1 AND (conflict_at = 0 OR conflict_ours <> ?3 OR conflict_theirs <> ?4 OR conflict_kept <> "
    "?5)");
SQL(SQL_JIRA_CONFLICTS, "i", "iittt",
    "SELECT action_id, conflict_at, conflict_ours, conflict_theirs, conflict_kept FROM jira_issue "
    "WHERE conflict_at > 0 ORDER BY conflict_at DESC LIMIT ?1");
SQL(SQL_JIRA_ANY, "", "i", "SELECT action_id FROM jira_issue LIMIT 1");
static const struct sql *const STATEMENTS[] = { &SQL_JIRA_LINK,      &SQL_JIRA_BY_ISSUE, &SQL_JIRA_BY_ACTION,
                                                &SQL_JIRA_HEARD,     &SQL_JIRA_TOLD,     &SQL_JIRA_CONFLICT,
                                                &SQL_JIRA_CONFLICTS, &SQL_JIRA_ANY };
const struct sql_list JIRA_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool jira_proven(struct arena *arena, const char *secret, const char *signature, const char *body, size_t len) {
    char mac[SECRET_HASH_SIZE];
    if (str_blank(secret) || signature == NULL) return false;
    secret_hmac_sha256(secret, body, len, mac);
    return secret_equal(signature, arena_printf(arena, "sha256=%s", mac));
}

/* --- links --- */

bool jira_linked(struct tx *tx, int64_t action_id, const char *issue_id, const char *key, struct error *err) {
    return tx_exec(tx, &SQL_JIRA_LINK, ARGS(I64(action_id), TXT(issue_id), TXT(key)), NULL, err) &&
           action_set_jira(tx, action_id, key, err);
}

bool jira_link_of(struct tx *tx, int64_t action_id, struct jira_link *out, bool *found, struct error *err) {
    struct rows row;
    struct action_item item;
    if (!tx_query_one(tx, &SQL_JIRA_BY_ACTION, ARGS(I64(action_id)), &row, found, err)) return false;
    if (!*found) return true;
    *out = (struct jira_link){ rows_text(&row, 0), rows_text(&row, 1), rows_text(&row, 2), NULL };
    if (!action_by_id(tx, action_id, &item, found, err)) return false;
    if (*found) out->state = action_state_name(item.state);
    return true;
}

bool jira_told(struct tx *tx, int64_t action_id, const char *state, struct error *err) {
    /* events that were under way say what was before; Jira's clock need not be ours */
    int64_t at = tx_op(tx)->now_ms - CLOCKS_APART_MS;
    return tx_exec(tx, &SQL_JIRA_TOLD, ARGS(I64(action_id), I64(at), TXT(state)), NULL, err);
}

bool jira_any_linked(struct tx *tx, bool *any, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_JIRA_ANY, NO_ARGS, &row, any, err);
}

const char *jira_browse(struct arena *arena, const char *base, const char *key) {
    if (str_blank(key)) return NULL;
    if (str_starts(key, "https://") || str_starts(key, "http://")) return key;
    if (str_blank(base)) return NULL;
    size_t len = strlen(base);
    if (str_ends(base, "/")) len--;
    return arena_printf(arena, "%.*s/browse/%s", (int)len, base, key);
}

/* --- what Jira says --- */

enum action_state jira_state_of(const json_t *settings, const json_t *status) {
    const json_t *states = json_object_get(settings, "states");
    const char *name = json_text(status, "name");
    const char *category = json_text(json_object_get(status, "statusCategory"), "key");
    for (enum action_state state = ACTION_TODO; state < ACTION_STATE_COUNT; state++) {
        const char *theirs = json_text(states, action_state_name(state));
        if (theirs != NULL && str_eq(theirs, name)) return state;
    }
    if (str_eq(category, "done")) return ACTION_DONE;
    return str_eq(category, "new") ? ACTION_TODO : ACTION_DOING;
}

/* Both sides changed it. The later one wins; a dropped item stays dropped, whatever Jira says. */
static bool note_conflict(struct tx *tx, const struct action_item *item, const struct jira_word *word, bool ours,
                          struct error *err) {
    struct op *op = tx_op(tx);
    char id[ID_TEXT_SIZE];
    const char *mine = action_state_name(item->state), *theirs = action_state_name(word->state);
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "ours", mine);
    json_put_text(detail, "theirs", theirs);
    json_put_text(detail, "kept", ours ? "ours" : "theirs");
    int64_t news = 0; /* heard again it is none */
    if (!tx_exec(tx, &SQL_JIRA_CONFLICT,
                 ARGS(I64(item->id), I64(op->now_ms), TXT(mine), TXT(theirs), TXT(ours ? "ours" : "theirs")), &news,
                 err)) {
        return false;
    }
    return news == 0 ||
           audit_add(tx, "action.conflict", arena_printf(op->arena, "action/%s", id_text(item->id, id)), detail, err);
}

/* Where the two sides stand when Jira has spoken. */
struct standing {
    const char *known, *mine, *theirs;
    bool moved_there, differ, ours; /* ours: what was changed here is the later change, and stays */
};

static struct standing standing_of(const char *known, const struct action_item *item, const struct jira_word *word) {
    struct standing s = { .known = known,
                          .mine = action_state_name(item->state),
                          .theirs = action_state_name(word->state) };
    s.moved_there = !str_eq(s.theirs, known);
    s.differ = s.moved_there && !str_eq(s.mine, known) && !str_eq(s.mine, s.theirs);
    s.ours = s.differ && (item->state == ACTION_DROPPED || item->updated_at > word->at);
    return s;
}

bool jira_follow(struct tx *tx, const struct jira_word *word, bool *applied, struct error *err) {
    struct rows row;
    struct action_item item;
    bool found;
    *applied = false;
    if (!tx_query_one(tx, &SQL_JIRA_BY_ISSUE, ARGS(TXT(word->issue_id)), &row, &found, err)) return false;
    if (!found || word->at < rows_i64(&row, 2)) return true;
    int64_t action_id = rows_i64(&row, 0);
    const char *key = word->key == NULL ? rows_text(&row, 1) : word->key;
    if (!action_by_id(tx, action_id, &item, &found, err) || !found) return found;
    const struct standing s = standing_of(rows_text(&row, 3), &item, word);
    if (!s.moved_there && str_eq(key, item.jira)) return true; /* what was changed here is on its way */
    bool take = s.moved_there && !s.ours;
    /* ours stays: Jira's word is heard, but not as a state both know, so that ours still goes there */
    if (!tx_exec(tx, &SQL_JIRA_HEARD,
                 ARGS(TXT(word->issue_id), TXT(key), I64(word->at), TXT(take ? s.theirs : s.known), I64(s.differ)),
                 NULL, err)) {
        return false;
    }
    return (!s.differ || note_conflict(tx, &item, word, s.ours, err)) &&
           action_follow(tx, action_id, take ? word->state : item.state, key, applied, err);
}

/* --- events --- */

struct applying {
    const char *seen_key;
    struct jira_word word;
    int64_t action_id; /* by our label; 0: none */
    bool applied;
};

static bool apply(struct tx *tx, void *arg, struct error *err) {
    struct applying *applying = arg;
    struct rows row;
    struct action_item item;
    bool known, found = false, first = true;
    const char *answer;
    applying->applied = false;
    if (applying->seen_key != NULL && !hook_take(tx, applying->seen_key, &first, &answer, err)) return false;
    if (!first) return true;
    if (!tx_query_one(tx, &SQL_JIRA_BY_ISSUE, ARGS(TXT(applying->word.issue_id)), &row, &known, err)) return false;
    if (!known && applying->action_id != 0) {
        if (!action_by_id(tx, applying->action_id, &item, &found, err)) return false;
        if (found && applying->word.key != NULL &&
            !jira_linked(tx, item.id, applying->word.issue_id, applying->word.key, err)) {
            return false;
        }
    }
    return jira_follow(tx, &applying->word, &applying->applied, err);
}

static bool is_ours(const json_t *settings, const json_t *user) {
    const char *account = json_text(settings, "account");
    return account != NULL &&
           (str_eq(account, json_text(user, "accountId")) || str_eq(account, json_text(user, "name")));
}

/* "bongsu-123" among the labels. */
static int64_t labelled(const json_t *fields) {
    static const char PREFIX[] = "bongsu-";
    size_t at;
    const json_t *label;
    int64_t id;
    json_array_foreach(json_object_get(fields, "labels"), at, label) {
        const char *text = json_string_value(label);
        if (text != NULL && str_starts(text, PREFIX) && id_parse(text + sizeof PREFIX - 1, &id)) return id;
    }
    return 0;
}

bool jira_event(struct op *op, const json_t *settings, const char *identifier, const json_t *event, bool *applied,
                struct error *err) {
    const json_t *issue = json_object_get(event, "issue");
    const json_t *fields = json_object_get(issue, "fields");
    const json_t *status = json_object_get(fields, "status");
    const char *name = json_text(event, "webhookEvent");
    struct applying applying = { .word = { .issue_id = json_text(issue, "id"),
                                           .key = json_text(issue, "key"),
                                           .state = jira_state_of(settings, status),
                                           .at = json_integer_value(json_object_get(event, "timestamp")) },
                                 .action_id = labelled(fields) };
    struct actor actor = *actor_of_system();
    const struct actor *before = op->actor;
    *applied = false;
    if (name == NULL) return ERROR(err, ERR_UNREADABLE, "jira.event", "no webhookEvent");
    bool about_state = str_eq(name, "jira:issue_updated") || str_eq(name, "jira:issue_created");
    bool said = json_text(json_object_get(status, "statusCategory"), "key") != NULL;
    if (!about_state || applying.word.issue_id == NULL || !said || is_ours(settings, json_object_get(event, "user"))) {
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

/* --- conflicts --- */

bool jira_conflicts(struct tx *tx, struct jira_conflicts *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_JIRA_CONFLICTS, ARGS(I64(JIRA_CONFLICTS_MAX)), &rows, err)) return false;
    for (out->count = 0; rows_next(&rows);) {
        out->list[out->count++] = (struct jira_conflict){ rows_i64(&rows, 0), rows_i64(&rows, 1), rows_text(&rows, 2),
                                                          rows_text(&rows, 3), str_eq(rows_text(&rows, 4), "ours") };
    }
    return true;
}

const struct jira_conflict *jira_conflict_of(const struct jira_conflicts *conflicts, int64_t action_id) {
    for (size_t i = 0; i < conflicts->count; i++) {
        if (conflicts->list[i].action_id == action_id) return &conflicts->list[i];
    }
    return NULL;
}
