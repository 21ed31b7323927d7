/* Action items (재발 방지 대책): follow-ups of an incident, followed until done (R-B4, R-H3, 004 p.305).
 * Open items are reminded of two days before they are due and on the day; overdue ones go to the leads. */
#ifndef BONGSU_REVIEW_ACTION_ITEM_H
#define BONGSU_REVIEW_ACTION_ITEM_H

#include "ledger/ledger.h"

#include <jansson.h>

enum action_state { ACTION_TODO, ACTION_DOING, ACTION_DONE, ACTION_DROPPED, ACTION_STATE_COUNT };
const char *action_state_name(enum action_state state);

/* The words an item's members are chosen from, ended by NULL: the one place where they stand. */
enum action_word { ACTION_PERSPECTIVE, ACTION_HORIZON, ACTION_KIND, ACTION_STATE };
const char *const *action_words(enum action_word which);

struct action_item {
    int64_t id;
    int64_t incident_id; /* 0: of no incident */
    const char *incident_ref; /* NULL without incident */
    int64_t service_id; /* of the incident when the item was made; 0 if none */
    const char *title;
    const char *perspective, *horizon, *kind;
    const char *owner; /* a person or a team, free text */
    const char *due; /* YYYY-MM-DD or NULL */
    int64_t due_at; /* end of that day in the organisation's zone; 0 without due */
    enum action_state state;
    const char *state_reason;
    const char *jira; /* issue key or URL */
    int64_t done_at;
    int64_t version;
    const char *created_by;
    int64_t created_at, updated_at;
};

/* NULL leaves a field as it is (create: its default). "" clears owner, due, jira. */
struct action_draft {
    const char *title, *incident_ref, *perspective, *horizon, *kind, *owner, *due, *state, *state_reason, *jira;
};

bool action_create(struct op *op, const struct action_draft *draft, struct action_item *out,
                   struct error *err) NODISCARD;
/* expected_version 0: whatever is there. ERR_STALE `action.stale`. */
bool action_update(struct op *op, int64_t id, const struct action_draft *draft, int64_t expected_version,
                   struct action_item *out, struct error *err) NODISCARD;
bool action_find(struct op *op, int64_t id, struct action_item *out, struct error *err) NODISCARD;

struct action_filter {
    const char *state; /* NULL: all; "open": todo and doing; "overdue" */
    const char *incident_ref;
    const char *owner;
    const char *perspective, *horizon, *kind; /* NULL: all */
    int64_t after_id; /* items made before this one; 0 from the newest */
    int64_t limit;
};
struct action_list {
    struct action_item *items;
    size_t count;
    bool more;
};
bool action_list(struct op *op, const struct action_filter *filter, struct action_list *out,
                 struct error *err) NODISCARD;

bool action_by_id(struct tx *tx, int64_t id, struct action_item *out, bool *found, struct error *err) NODISCARD;
/* Inside the caller's transaction, for connectors: notes the issue that was made of it; takes over a state that was
 * decided over there (*changed: it was another one here). A dropped item stays dropped. Unknown ids change nothing. */
bool action_set_jira(struct tx *tx, int64_t id, const char *key, struct error *err) NODISCARD;
bool action_follow(struct tx *tx, int64_t id, enum action_state state, const char *key, bool *changed,
                   struct error *err) NODISCARD;

/* Of all items that were not dropped; percent is rounded down, -1 when there are none. */
struct action_figures {
    int64_t total, done, doing, todo, overdue;
    int64_t percent;
};
enum { ACTION_COMPLETION_LINE = 83 }; /* percent to beat: 000 §11 */
bool action_figures(struct op *op, const char *incident_ref, struct action_figures *out, struct error *err) NODISCARD;
bool action_figures_tx(struct tx *tx, const char *incident_ref, struct action_figures *out,
                       struct error *err) NODISCARD; /* inside the caller's transaction */
/* Unfinished items of a service: the recurrence badge (R-A12, R-J15). */
bool action_unfinished_of_service(struct tx *tx, int64_t service_id, int64_t *out, struct error *err) NODISCARD;

json_t *action_json(struct op *op, const struct action_item *item);
/* Due handler of kind ACTION_REMINDER_DUE, for work/due_handlers.c. */
#define ACTION_REMINDER_DUE "action.reminder"
bool action_reminder_due(struct tx *tx, const struct due *due, struct error *err);

#endif
