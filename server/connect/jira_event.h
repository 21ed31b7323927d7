/* Jira tells us what became of an issue, by webhook or when asked: its state is the action item's state.
 *
 * Both sides may change it. What was changed here and has not reached Jira yet meets what Jira says: the later change
 * wins, and the item shows that they differed until they agree again. */
#ifndef BONGSU_CONNECT_JIRA_EVENT_H
#define BONGSU_CONNECT_JIRA_EVENT_H

#include "review/action_item.h"
#include "store/db.h"

#include <jansson.h>

/* "sha256=" + hex HMAC-SHA256 of the raw body. */
bool jira_proven(struct arena *arena, const char *secret, const char *signature, const char *body, size_t len);

/* An issue was made of an action item. */
bool jira_linked(struct tx *tx, int64_t action_id, const char *issue_id, const char *key, struct error *err) NODISCARD;

struct jira_link {
    const char *issue_id, *key;
    const char *told_state; /* what both knew last; "todo" before the first word */
    const char *state; /* of the item now */
};
bool jira_link_of(struct tx *tx, int64_t action_id, struct jira_link *out, bool *found, struct error *err) NODISCARD;
/* Our state has arrived over there. */
bool jira_told(struct tx *tx, int64_t action_id, const char *state, struct error *err) NODISCARD;

/* The state that an issue's status means: as the settings name it (`states`: ours = theirs), else by its category. */
enum action_state jira_state_of(const json_t *settings, const json_t *status);

/* What Jira says of an issue. *applied: the item changed. */
struct jira_word {
    const char *issue_id;
    const char *key; /* NULL: not said */
    enum action_state state;
    int64_t at; /* Jira's time of it */
};
bool jira_follow(struct tx *tx, const struct jira_word *word, bool *applied, struct error *err) NODISCARD;

/* Applies an event once (identifier: the sender's name for it, NULL if none). *applied tells whether anything changed;
 * events of others' issues, of ourselves (`account` of the settings) and older than what we know change nothing. An
 * issue with our label that nobody told us of yet (an Automation rule made it) becomes known. */
bool jira_event(struct op *op, const json_t *settings, const char *identifier, const json_t *event, bool *applied,
                struct error *err) NODISCARD;

/* Items on which the two sides differed and nothing has settled it since, newest first. */
enum { JIRA_CONFLICTS_MAX = 200 };
struct jira_conflict {
    int64_t action_id, at;
    const char *ours, *theirs; /* states */
    bool kept_ours;
};
struct jira_conflicts {
    struct jira_conflict list[JIRA_CONFLICTS_MAX];
    size_t count;
};
bool jira_conflicts(struct tx *tx, struct jira_conflicts *out, struct error *err) NODISCARD;
const struct jira_conflict *jira_conflict_of(const struct jira_conflicts *conflicts, int64_t action_id);

bool jira_any_linked(struct tx *tx, bool *any, struct error *err) NODISCARD;

/* Where people see an issue: base + /browse/ + key; NULL without a base. A key that is an address is one already. */
const char *jira_browse(struct arena *arena, const char *base, const char *key);

extern const struct sql_list JIRA_STATEMENTS;

#endif
