/* See incident_escalation.h. Recipients are stored as ids; they are named here as people know them. */
#include "pages/incident/incident_escalation.h"
#include "pages/oncall/oncall_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "people/team.h"
#include "people/user.h"
#include "text/i18n.h"
#include "text/when.h"

enum { PAGES_SHOWN = 8 };

struct named {
    const char *text;
    struct user user;
    bool found;
};

static bool find_named(struct tx *tx, void *arg, struct error *err) {
    struct named *named = arg;
    return user_find_named(tx, named->text, &named->user, &named->found, err);
}

/* A person's name by id or login; anything else (a channel) is shown as it is. */
static const char *name_of(const struct screen *screen, const char *text) {
    struct named named = { .text = text };
    struct error ignored;
    bool known = text != NULL && store_read(screen->op, find_named, &named, &ignored) && named.found;
    return known ? named.user.name : text;
}

/* -- who is next -- */

static const char *crew_of(const struct screen *screen, const struct schedule *schedule, const char *role) {
    struct roll roll;
    schedule_at(schedule, VIEW_FINAL, screen->op->now_ms / 1000, screen->op->arena, &roll);
    const char *primary = crew_text(screen, schedule, &roll.primary);
    const char *secondary = crew_text(screen, schedule, &roll.secondary);
    if (str_eq(role, "secondary")) return secondary;
    if (!str_eq(role, "all") || secondary == NULL) return primary;
    return primary == NULL ? secondary : path_of(screen, "%s, %s", primary, secondary);
}

static const char *on_call_text(const struct screen *screen, const char *which, const char *role) {
    struct rota rota;
    struct schedule *schedule;
    struct error ignored;
    bool known = rota_load(screen->op, which, &rota, &schedule, &ignored);
    const char *people = known ? crew_of(screen, schedule, role) : NULL;
    const char *title = i18n_format(screen->op->lang, screen->op->arena, "oncall_page.on_call_of",
                                    I18N_ARGS({ "name", known ? rota.name : which }));
    return path_of(screen, "%s (%s)", title, people == NULL ? say(screen, "oncall_page.nobody") : people);
}

static const char *target_text(const struct screen *screen, const json_t *target) {
    struct team team;
    struct error ignored;
    const char *id = json_is_string(target) ? json_string_value(target) : json_text(target, "id");
    const char *type = json_text(target, "type");
    if (id == NULL) return "";
    if (str_eq(type, "schedule")) return on_call_text(screen, id, json_text(target, "role"));
    if (str_eq(type, "team") && id[0] == '@') return say(screen, path_of(screen, "role.%s", id + 1));
    if (str_eq(type, "team")) return team_load_named(screen->op, id, &team, &ignored) ? team.name : id;
    return str_eq(type, "channel") ? id : name_of(screen, id);
}

/* Known only while the paths are those it began with. */
static const json_t *next_step(const struct screen *screen, const json_t *shown) {
    struct error ignored;
    json_t *paths;
    const char *severity = json_text(shown, "severity");
    if (severity == NULL || json_text(shown, "next_due_at") == NULL ||
        !escalation_paths_load(screen->op, &paths, &ignored))
        return NULL;
    json_int_t version = json_integer_value(json_object_get(shown, "policy_version"));
    if (json_integer_value(json_object_get(paths, "version")) != version) return NULL;
    const json_t *path = json_object_get(json_object_get(paths, "policies"), severity);
    json_int_t step = json_integer_value(json_object_get(shown, "step"));
    return json_array_get(json_object_get(path, "steps"), (size_t)step);
}

static json_t *instant_of(const struct screen *screen, const json_t *shown, const char *member) {
    struct error ignored;
    int64_t ms;
    const char *text = json_text(shown, member);
    return text != NULL && when_parse(text, &ms, &ignored) ? view_until(screen, ms) : json_null();
}

static void add_next(const struct screen *screen, const json_t *shown, json_t *view) {
    const json_t *targets = json_object_get(next_step(screen, shown), "targets");
    const char *waiting = json_text(shown, "waiting_for");
    bool by_delay = waiting == NULL || str_eq(waiting, "delay");
    json_t *names = json_array();
    for (size_t i = 0; i < json_array_size(targets); i++) {
        json_push(names, json_string(target_text(screen, json_array_get(targets, i))));
    }
    json_put(view, "next", names);
    json_put_bool(view, "has_next", json_array_size(names) > 0);
    json_put(view, "due", instant_of(screen, shown, "next_due_at"));
    json_put_text(view, "waiting", by_delay ? NULL : say(screen, path_of(screen, "oncall_page.waiting.%s", waiting)));
}

/* -- who was paged -- */

/* "문자 — 보냄", "전화 — 연결 없음" */
static json_t *ways_of(const struct screen *screen, const json_t *messages) {
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(messages); i++) {
        const json_t *message = json_array_get(messages, i);
        const char *kind = json_text(message, "kind"), *reason = json_text(message, "reason");
        const char *state = json_text(message, "state");
        const char *what = reason != NULL ? path_of(screen, "contacts.reason.%s", reason)
                                          : path_of(screen, "contacts.state.%s", state == NULL ? "sent" : state);
        json_t *row = json_object();
        json_put_text(row, "kind", kind == NULL ? NULL : say(screen, path_of(screen, "contacts.kind.%s", kind)));
        json_put_text(row, "what", say(screen, what));
        json_put_text(row, "tone", str_eq(state, "dead") ? "bad" : NULL);
        json_push(rows, row);
    }
    return rows;
}

static void add_paged(const struct screen *screen, const json_t *shown, json_t *view) {
    const json_t *pages = json_object_get(shown, "pages");
    json_t *rows = json_array();
    for (size_t i = json_array_size(pages); i-- > 0 && json_array_size(rows) < PAGES_SHOWN;) {
        const json_t *page = json_array_get(pages, i);
        struct error ignored;
        int64_t ms;
        const char *to = json_text(page, "to");
        if (to == NULL || !when_parse(json_text(page, "t"), &ms, &ignored)) continue; /* a step that reached nobody */
        json_t *row = json_object();
        bool fallback = str_eq(json_text(page, "kind"), "fallback"), backup = str_eq(json_text(page, "kind"), "backup");
        json_int_t step = json_integer_value(json_object_get(page, "step"));
        json_put_text(row, "name", name_of(screen, to));
        json_put_text(row, "step",
                      fallback ? say(screen, "oncall_page.fallback") : say_count(screen, "oncall_page.step", step));
        json_put_text(row, "backup", backup ? say(screen, "oncall_page.backup") : NULL);
        json_put(row, "ways", ways_of(screen, json_object_get(page, "messages")));
        json_put_bool(row, "has_ways", json_array_size(json_object_get(page, "messages")) > 0);
        json_put(row, "at", view_instant(screen, ms));
        json_push(rows, row);
    }
    json_put(view, "paged", rows);
}

bool incident_escalation_view(struct screen *screen, const char *ref, struct error *err) {
    json_t *shown;
    if (!escalation_show(screen->op, ref, &shown, err)) return false;
    const char *status = json_text(shown, "status");
    bool paging = str_eq(status, "triggered"), acked = str_eq(status, "acked");
    if (str_eq(status, "none")) {
        json_put(screen->view, "escalation", json_null());
        return true;
    }
    json_t *view = json_object();
    json_put_text(view, "status", say(screen, path_of(screen, "oncall_page.status.%s", status)));
    json_put_text(view, "tone", paging ? "bad" : acked ? "good" : "");
    json_put_bool(view, "may_page", (paging || acked) && screen_may(screen, PERM_RESPOND));
    json_put_bool(view, "may_silence", paging && screen_may(screen, PERM_RESPOND));
    json_put_bool(view, "may_unack", acked && screen_may(screen, PERM_RESPOND));
    add_paged(screen, shown, view);
    add_next(screen, shown, view);
    json_put(screen->view, "escalation", view);
    return true;
}
