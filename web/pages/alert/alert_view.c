/* Alerts for the eye: see alert_view.h. */
#include "pages/alert/alert_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

enum { BESIDE_INCIDENT = 6 };

const char *alert_url(const struct screen *screen, int64_t id) {
    char text[ID_TEXT_SIZE];
    return path_of(screen, "/alerts/%s", id_text(id, text));
}

json_t *alert_row_view(const struct screen *screen, const struct alert *alert) {
    static const char *const TONES[ALERT_STATE_COUNT] = { "bad", "warn", "good" };
    json_t *row = json_object();
    json_put_text(row, "title", alert->title);
    json_put_text(row, "url", alert_url(screen, alert->id));
    json_put(row, "severity", alert->severity == NULL ? json_null() : view_severity(screen, alert->severity));
    json_put_text(row, "state", label(screen, "alert_state", alert_state_name(alert->state)));
    json_put_text(row, "tone", TONES[alert->state]);
    json_put_text(row, "source", alert->source);
    json_put_text(row, "service", alert->service_name);
    json_put_text(row, "outcome", label(screen, "alert_outcome", alert->outcome));
    json_put_text(row, "class", alert->class == NULL ? NULL : label(screen, "alert_class", alert->class));
    json_put_text(row, "ref", alert->incident_ref);
    json_put_text(row, "incident_url", alert->incident_ref == NULL ? NULL : incident_url(screen, alert->incident_ref));
    json_put(row, "started", view_instant(screen, alert->starts_at));
    json_put(row, "resolved", view_instant(screen, alert->resolved_at));
    json_put_text(row, "times", alert->occurrences < 2 ? NULL : say_count(screen, "alert.times", alert->occurrences));
    bool cut = alert->hidden > 0 && alert->state != ALERT_RESOLVED;
    json_put_text(row, "hidden", cut ? say_count(screen, "alert.hidden", alert->hidden) : NULL);
    return row;
}

void alert_tabs(const struct screen *screen, const char *current) {
    static const struct {
        const char *name, *url;
    } TABS[] = {
        { "alerts", "/alerts" },
        { "review", "/alerts/review" },
        { "heartbeats", "/heartbeats" },
        { "thresholds", "/thresholds" },
    };
    json_t *tabs = json_array();
    for (size_t i = 0; i < sizeof TABS / sizeof *TABS; i++) {
        json_t *tab = json_object();
        json_put_text(tab, "label", say(screen, path_of(screen, "alert.tab.%s", TABS[i].name)));
        json_put_text(tab, "url", TABS[i].url);
        json_put_bool(tab, "current", str_eq(current, TABS[i].name));
        json_push(tabs, tab);
    }
    json_put(screen->view, "tabs", tabs);
}

bool incident_alerts_view(struct screen *screen, const char *ref, struct error *err) {
    struct alert_list list;
    const struct alert_query query = { .incident_ref = ref, .limit = BESIDE_INCIDENT };
    if (!alert_list(screen->op, &query, &list, err)) return false;
    json_t *view = json_object(), *rows = json_array();
    int64_t firing = 0;
    for (size_t i = 0; i < list.count; i++) {
        json_push(rows, alert_row_view(screen, &list.items[i]));
        if (list.items[i].state != ALERT_RESOLVED) firing++;
    }
    json_put(view, "rows", rows);
    json_put_text(view, "more", list.more ? path_of(screen, "/alerts?state=all&incident=%s", ref) : NULL);
    json_put_bool(view, "quiet", list.count > 0 && firing == 0 && !list.more);
    json_put(screen->view, "alerts", list.count == 0 ? json_null() : view);
    if (list.count == 0) json_decref(view);
    return true;
}
