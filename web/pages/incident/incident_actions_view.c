/* What can be done with an incident now: one table of actions with the states they belong to; the first that fits
 * as primary is the one primary button (인지 → 상황 공유 → 복구 선언 → 보고서 → 회고). */
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/json.h"

enum {
    S_OPEN = 1 << INCIDENT_OPEN,
    S_ACK = 1 << INCIDENT_ACKNOWLEDGED,
    S_MITIGATING = 1 << INCIDENT_MITIGATING,
    S_RECOVERED = 1 << INCIDENT_RECOVERED,
    S_CLOSED = 1 << INCIDENT_CLOSED,
    S_FALSE = 1 << INCIDENT_FALSE_ALARM,
    S_MERGED = 1 << INCIDENT_MERGED,
    S_LIVE = S_OPEN | S_ACK | S_MITIGATING,
    S_ANY = (1 << INCIDENT_STATE_COUNT) - 1
};

enum place { PLACE_MAIN, PLACE_MORE };
enum need { NEED_NOTHING, NEED_UPDATE_DUE, NEED_UPDATED, NEED_REPORT, NEED_RETRO };

static const struct action {
    const char *name; /* message key action.NAME; its page is /incidents/REF/NAME unless url says otherwise */
    const char *url; /* "" the page itself; a leading '#' is a place on it; NULL: name */
    const char *icon;
    int primary_in; /* states in which it may be the primary button */
    int shown_in; /* states in which it stands among the others */
    enum place place;
    enum need need; /* for being primary */
    enum permission permission;
    bool post; /* a button that acts at once */
} ACTIONS[] = {
    { "ack", NULL, "eye", S_OPEN, 0, PLACE_MAIN, NEED_NOTHING, PERM_RESPOND, true },
    { "share", "#text", "chat", S_ACK | S_MITIGATING, S_LIVE, PLACE_MAIN, NEED_UPDATE_DUE, PERM_RESPOND, false },
    { "recover", NULL, "check", S_ACK | S_MITIGATING, S_LIVE, PLACE_MAIN, NEED_UPDATED, PERM_RESPOND, false },
    { "report", NULL, "book", S_RECOVERED | S_CLOSED, S_LIVE | S_RECOVERED | S_CLOSED, PLACE_MAIN, NEED_REPORT,
      PERM_READ, false },
    { "retro", NULL, "chart", S_RECOVERED | S_CLOSED, S_RECOVERED | S_CLOSED, PLACE_MAIN, NEED_RETRO, PERM_READ,
      false },
    { "close", NULL, "check", S_RECOVERED, S_RECOVERED, PLACE_MAIN, NEED_NOTHING, PERM_RESPOND, false },
    { "help", NULL, "help", 0, S_LIVE, PLACE_MAIN, NEED_NOTHING, PERM_RESPOND, false },
    { "messages", NULL, "megaphone", 0, S_RECOVERED | S_CLOSED, PLACE_MAIN, NEED_NOTHING, PERM_READ, false },
    { "watch", NULL, "eye", 0, S_LIVE, PLACE_MAIN, NEED_NOTHING, PERM_READ, false },
    { "notices", NULL, "phone", 0, S_LIVE | S_RECOVERED | S_CLOSED, PLACE_MORE, NEED_NOTHING, PERM_READ, false },
    { "mitigating", NULL, "flag", 0, S_ACK, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "severity", NULL, "flame", 0, S_LIVE, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "roles", NULL, "people", 0, S_LIVE | S_RECOVERED, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "rollback", NULL, "turn", 0, S_LIVE, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "messages", NULL, "megaphone", 0, S_LIVE | S_FALSE | S_MERGED, PLACE_MORE, NEED_NOTHING, PERM_READ, false },
    { "reminder", NULL, "bell", 0, S_LIVE, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "times", NULL, "clock", 0, S_ANY, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "merge", NULL, "merge", 0, S_LIVE, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "false_alarm", NULL, "close", 0, S_LIVE, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
    { "reopen", NULL, "turn", 0, S_RECOVERED | S_CLOSED, PLACE_MORE, NEED_NOTHING, PERM_RESPOND, false },
};

static json_t *action_view(const struct screen *screen, const char *base, const struct action *action) {
    json_t *view = json_object();
    json_put_text(view, "label", say(screen, arena_printf(screen->op->arena, "action.%s", action->name)));
    json_put_text(view, "icon", action->icon);
    json_put_bool(view, "post", action->post);
    bool place = action->url != NULL && action->url[0] == '#';
    json_put_text(view, "url", place ? action->url : path_of(screen, "%s/%s", base, action->name));
    return view;
}

static bool fits_primary(const struct screen *screen, const struct incident_page_data *data,
                         const struct action *action) {
    if ((action->primary_in & (1 << data->view.incident.state)) == 0) return false;
    const struct clock_row *update = incident_clock(&data->view, CLOCK_UPDATE);
    bool due = !data->updated || (update != NULL && update->due_at <= screen->op->now_ms);
    if (action->need == NEED_UPDATE_DUE) return due;
    if (action->need == NEED_UPDATED) return !due;
    const int64_t *phase_at = data->view.incident.phase_at;
    if (action->need == NEED_REPORT) return phase_at[PHASE_SHARED] == 0 && incident_clock(&data->view, CLOCK_REPORT);
    if (action->need == NEED_RETRO) return phase_at[PHASE_REVIEWED] == 0 && incident_clock(&data->view, CLOCK_RETRO);
    return true;
}

void incident_actions_view(struct screen *screen, const struct incident_page_data *data) {
    json_t *main = json_array(), *more = json_array(), *primary = NULL;
    const char *base = incident_url(screen, data->view.incident.ref);
    int state = 1 << data->view.incident.state;
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        const struct action *action = &ACTIONS[i];
        if (!screen_may(screen, action->permission)) continue;
        if (primary == NULL && fits_primary(screen, data, action)) primary = action_view(screen, base, action);
        else if ((action->shown_in & state) != 0) {
            json_push(action->place == PLACE_MAIN ? main : more, action_view(screen, base, action));
        }
    }
    json_put(screen->view, "primary", primary == NULL ? json_null() : primary);
    json_put(screen->view, "actions", main);
    json_put(screen->view, "more", more);
}
