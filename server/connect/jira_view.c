/* Issues as readers of action items see them: see jira_view.h. */
#include "connect/jira_view.h"

#include "base/json.h"
#include "connect/settings.h"
#include "text/when.h"

static bool load(struct tx *tx, void *arg, struct error *err) {
    struct jira_view *view = arg;
    const json_t *settings;
    if (!connect_settings_read(tx, "jira", &settings, err)) return false;
    view->base = json_text(settings, "base_url");
    return jira_conflicts(tx, &view->conflicts, err);
}

bool jira_view_load(struct op *op, struct jira_view *out, struct error *err) {
    return store_read(op, load, out, err);
}

void jira_view_add(struct op *op, const struct jira_view *view, const struct action_item *item, json_t *json) {
    const struct jira_conflict *conflict = jira_conflict_of(&view->conflicts, item->id);
    json_t *object = conflict == NULL ? json_null() : json_object();
    json_put_text(json, "jira_url", jira_browse(op->arena, view->base, item->jira));
    json_put(json, "jira_conflict", object);
    if (conflict == NULL) return;
    json_put_text(object, "at", when_rfc3339(op->arena, conflict->at));
    json_put_text(object, "ours", conflict->ours);
    json_put_text(object, "theirs", conflict->theirs);
    json_put_text(object, "kept", conflict->kept_ours ? "ours" : "theirs");
}
