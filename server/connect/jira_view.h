/* What the readers of an action item learn about its issue: where it is, and whether the two sides differed. */
#ifndef BONGSU_CONNECT_JIRA_VIEW_H
#define BONGSU_CONNECT_JIRA_VIEW_H

#include "connect/jira_event.h"

struct jira_view {
    const char *base; /* NULL: Jira is not set up */
    struct jira_conflicts conflicts;
};
bool jira_view_load(struct op *op, struct jira_view *out, struct error *err) NODISCARD;

/* {"jira_url", "jira_conflict": {"at", "ours", "theirs", "kept"}} into the item's JSON; null where there is none. */
void jira_view_add(struct op *op, const struct jira_view *view, const struct action_item *item, json_t *json);

#endif
