/* See path_line.h. */
#include "pages/oncall/path_line.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/rota.h"
#include "people/team.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { ROWS_SHOWN = 60, TEAMS_OFFERED = 200, PEOPLE_OFFERED = 1000 };

/* --- the time line --- */

static json_t *new_row(const struct screen *screen, const json_t *entry, int64_t start_ms, int64_t ms) {
    json_t *row = json_object();
    bool fallback = str_eq(json_text(entry, "kind"), "fallback");
    const char *reason = json_text(entry, "reason");
    int64_t step = json_integer_value(json_object_get(entry, "step"));
    json_put_text(row, "after", when_minutes(screen->op->arena, screen->op->lang, when_minutes_between(start_ms, ms)));
    json_put_text(row, "step",
                  fallback ? say(screen, "oncall_page.fallback") : say_count(screen, "oncall_page.step", step));
    json_put_text(row, "skipped", reason == NULL ? NULL : say(screen, path_of(screen, "oncall_page.skip.%s", reason)));
    json_put(row, "at", view_instant(screen, ms));
    json_put(row, "names", json_array());
    return row;
}

static int64_t time_of(const json_t *entry) {
    struct error ignored;
    int64_t ms = 0;
    return entry != NULL && when_parse(json_text(entry, "t"), &ms, &ignored) ? ms : INT64_MAX;
}

/* Pages and skipped steps come each in order of time; at the same moment the earlier step comes first. */
static bool page_first(const json_t *page, const json_t *skip) {
    int64_t a = time_of(page), b = time_of(skip);
    if (a != b) return a < b;
    return json_integer_value(json_object_get(page, "step")) <= json_integer_value(json_object_get(skip, "step"));
}

json_t *path_line(const struct screen *screen, const json_t *forecast, int64_t start_ms) {
    const json_t *pages = json_object_get(forecast, "pages"), *skips = json_object_get(forecast, "skipped");
    json_t *rows = json_array(), *row = NULL;
    const char *before = "";
    size_t page = 0, skip = 0, end = json_array_size(pages) + json_array_size(skips);
    while (page + skip < end && json_array_size(rows) < ROWS_SHOWN) {
        const json_t *next_page = json_array_get(pages, page), *next_skip = json_array_get(skips, skip);
        bool paged = next_page != NULL && (next_skip == NULL || page_first(next_page, next_skip));
        const json_t *entry = paged ? next_page : next_skip;
        const char *key = path_of(screen, "%s/%lld/%s", json_text(entry, "t"),
                                  (long long)json_integer_value(json_object_get(entry, "step")),
                                  !paged                                         ? "skipped"
                                  : str_eq(json_text(entry, "kind"), "fallback") ? "fallback"
                                                                                 : "paged");
        if (paged) page++;
        else skip++;
        if (row == NULL || !str_eq(key, before)) {
            row = new_row(screen, entry, start_ms, time_of(entry));
            json_push(rows, row);
            before = key;
        }
        if (paged) json_push(json_object_get(row, "names"), json_string(json_text(entry, "name")));
    }
    return rows;
}

/* --- what to pick from --- */

static json_t *new_group(const struct screen *screen, json_t *groups, const char *key) {
    json_t *group = json_object(), *options = json_array();
    json_put_text(group, "label", say(screen, key));
    json_put(group, "options", options);
    json_push(groups, group);
    return options;
}

static void offer(json_t *options, const char *value, const char *label) {
    json_t *option = json_object();
    json_put_text(option, "value", value);
    json_put_text(option, "label", label);
    json_push(options, option);
}

static bool load_rotas(struct tx *tx, void *arg, struct error *err) {
    return rota_all(tx, arg, err);
}

static bool offer_schedules(const struct screen *screen, json_t *groups, struct error *err) {
    static const char *const ROLES[] = { "all", "primary", "secondary" };
    struct rota_list rotas = { 0 };
    json_t *options = new_group(screen, groups, "oncall_page.target.schedules");
    if (!store_read(screen->op, load_rotas, &rotas, err)) return false;
    for (size_t i = 0; i < rotas.count; i++) {
        for (size_t role = 0; role < 3; role++)
            offer(options, path_of(screen, "schedule:%s:%s", rotas.items[i].key, ROLES[role]),
                  path_of(screen, "%s · %s", rotas.items[i].name,
                          say(screen, path_of(screen, "oncall_page.target.%s", ROLES[role]))));
    }
    return true;
}

static bool offer_teams(const struct screen *screen, json_t *groups, struct error *err) {
    struct team_list teams;
    json_t *options = new_group(screen, groups, "oncall_page.target.teams");
    if (!team_list(screen->op, NULL, TEAMS_OFFERED, &teams, err)) return false;
    for (size_t i = 0; i < teams.count; i++)
        offer(options, path_of(screen, "team:%s", teams.items[i].key), teams.items[i].name);
    options = new_group(screen, groups, "oncall_page.target.roles");
    for (int role = ROLE_ADMIN; role > ROLE_NONE; role--) {
        const char *name = role_name((enum role)role);
        const char *label_text = i18n_format(screen->op->lang, screen->op->arena, "oncall_page.target.everybody",
                                             I18N_ARGS({ "role", say(screen, path_of(screen, "role.%s", name)) }));
        offer(options, path_of(screen, "team:@%s", name), label_text);
    }
    return true;
}

static bool offer_people(const struct screen *screen, json_t *groups, struct error *err) {
    struct user_query query = { .limit = USER_PAGE_MAX };
    struct user_list list = { .more = true };
    json_t *options = new_group(screen, groups, "oncall_page.target.people");
    while (list.more && json_array_size(options) < PEOPLE_OFFERED) {
        if (!user_list(screen->op, &query, &list, err)) return false;
        for (size_t i = 0; i < list.count; i++)
            offer(options, path_of(screen, "user:%s", list.items[i].login),
                  path_of(screen, "%s (%s)", list.items[i].name, list.items[i].login));
        if (list.count > 0) query.after = list.items[list.count - 1].login;
    }
    return true;
}

static void offer_channels(const struct screen *screen, json_t *groups) {
    json_t *options = new_group(screen, groups, "oncall_page.target.channels");
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const char *channel = screen->policy->severities[i].slack_channel;
        const char *value = path_of(screen, "channel:%s", channel);
        if (!str_blank(channel) && path_target_label(groups, value) == NULL) offer(options, value, channel);
    }
}

json_t *path_choices(const struct screen *screen, struct error *err) {
    json_t *groups = json_arr(screen->op->arena);
    if (!offer_schedules(screen, groups, err) || !offer_teams(screen, groups, err) ||
        !offer_people(screen, groups, err))
        return NULL;
    offer_channels(screen, groups);
    for (size_t i = json_array_size(groups); i-- > 0;) {
        if (json_array_size(json_object_get(json_array_get(groups, i), "options")) == 0) json_array_remove(groups, i);
    }
    return groups;
}

const char *path_target_label(const json_t *choices, const char *value) {
    size_t group_at, at;
    const json_t *group, *option;
    json_array_foreach(choices, group_at, group) {
        json_array_foreach(json_object_get(group, "options"), at, option) {
            if (str_eq(json_text(option, "value"), value)) return json_text(option, "label");
        }
    }
    return NULL;
}

/* --- a target and its value --- */

/* A person may be stored by id, login or name; a schedule or team by id: the form shows the name it offers. */
static const char *known_as(const struct screen *screen, const char *type, const char *id) {
    struct error ignored;
    struct user user;
    struct team team;
    struct rota rota;
    struct schedule *schedule;
    int64_t number;
    bool by_id = str_to_i64(id, &number);
    if (str_eq(type, "user") && by_id && user_load(screen->op, number, &user, &ignored)) return user.login;
    if (str_eq(type, "team") && by_id && team_load(screen->op, number, &team, &ignored)) return team.key;
    if (str_eq(type, "schedule") && by_id && rota_load(screen->op, id, &rota, &schedule, &ignored)) return rota.key;
    return id;
}

const char *path_target_value(const struct screen *screen, const json_t *target) {
    const char *type = json_is_string(target) ? "user" : json_text(target, "type");
    const char *id = json_is_string(target) ? json_string_value(target) : json_text(target, "id");
    const char *role = json_text(target, "role");
    if (type == NULL || id == NULL) return "";
    id = known_as(screen, type, id);
    if (!str_eq(type, "schedule")) return path_of(screen, "%s:%s", type, id);
    return path_of(screen, "%s:%s:%s", type, id, role == NULL ? "primary" : role);
}

json_t *path_target_of(struct arena *arena, const char *value) {
    size_t kind = strcspn(value, ":"), len = strlen(value);
    if (value[kind] == '\0' || value[kind + 1] == '\0') return NULL;
    json_t *target = json_object();
    const char *type = arena_strn(arena, value, kind), *id = value + kind + 1;
    const char *role = str_eq(type, "schedule") ? strrchr(id, ':') : NULL;
    json_put_text(target, "type", type);
    json_put_text(target, "id", role == NULL ? id : arena_strn(arena, id, (size_t)(role - id)));
    if (role != NULL && role + 1 < value + len) json_put_text(target, "role", role + 1);
    return target;
}
