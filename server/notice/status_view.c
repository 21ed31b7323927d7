/* The status page as its templates see it (templates/status). Nothing depends on the reader but the language. */
#include "notice/status_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

struct showing {
    struct arena *arena;
    const struct status_site *site;
    const struct i18n *lang;
};

static json_t *instant(const struct showing *s, int64_t ms) {
    if (ms == 0) return json_null();
    json_t *json = json_object();
    json_put_text(json, "iso", when_rfc3339(s->arena, ms));
    json_put_text(json, "text", when_long(s->arena, s->site->words.tz, s->lang, ms));
    return json;
}

static const char *level_text(const struct showing *s, enum status_level level) {
    return i18n_text(s->lang, arena_printf(s->arena, "status.level.%s", status_level_name(level)));
}

static const char *component_class(const struct status_component *component) {
    bool maintained = component->maintained && component->level == LEVEL_OPERATIONAL;
    return maintained ? "maintenance" : status_impact_name(component->level);
}

static json_t *lines_of(const struct showing *s, const char *text) {
    json_t *list = json_array();
    char **lines;
    size_t count = str_split(s->arena, text, "\n", &lines);
    for (size_t i = 0; i < count; i++) json_push(list, json_string(lines[i]));
    return list;
}

static json_t *incident_view(const struct showing *s, const struct status_incident *incident) {
    json_t *json = json_object(), *updates = json_array();
    const struct status_update *newest = &incident->updates[0];
    for (size_t i = 0; i < incident->count; i++) {
        const struct status_update *update = &incident->updates[i];
        json_t *row = json_object();
        const char *key = arena_printf(s->arena, "notice.stage.%s", notice_stage_name(update->stage));
        json_put_text(row, "stage", i18n_text(s->lang, key));
        json_put_text(row, "title", status_text(update, s->lang)->title);
        json_put(row, "lines", lines_of(s, status_text(update, s->lang)->text));
        json_put(row, "at", instant(s, update->at));
        json_push(updates, row);
    }
    json_put_text(json, "id", incident->id);
    json_put_text(json, "title", status_text(newest, s->lang)->title);
    json_put_text(json, "level", status_impact_name(incident->resolved_at != 0 ? LEVEL_OPERATIONAL : incident->impact));
    const char *key = arena_printf(s->arena, "notice.stage.%s", notice_stage_name(newest->stage));
    json_put_text(json, "stage", i18n_text(s->lang, key));
    json_put(json, "next", newest->stage == STAGE_RECOVERED ? json_null() : instant(s, newest->next_at));
    json_put(json, "begin", instant(s, incident->begin));
    json_put_text(json, "lasted",
                  incident->end == 0 ? NULL : when_duration(s->arena, s->lang, incident->begin, incident->end));
    json_put(json, "updates", updates);
    return json;
}

/* The bar is drawn as an SVG of one rectangle a day, so that it needs no inline style. */
static json_t *component_view(const struct showing *s, const struct status_component *component) {
    struct status_bar bar;
    status_bar(s->site, component, &bar);
    json_t *json = json_object(), *days = json_array();
    int known = 0, bad = 0;
    for (int i = 0; i < STATUS_BAR_DAYS; i++) {
        json_t *day = json_object();
        json_put_i64(day, "x", i * 4);
        json_put_text(day, "level", bar.known[i] ? status_impact_name(bar.days[i]) : "unknown");
        json_push(days, day);
        known += bar.known[i];
        bad += bar.known[i] && bar.days[i] != LEVEL_OPERATIONAL;
    }
    const char *uptime =
        arena_printf(s->arena, "%lld.%02lld", (long long)(bar.uptime / 100), (long long)(bar.uptime % 100));
    const char *days_known = arena_printf(s->arena, "%d", known), *days_bad = arena_printf(s->arena, "%d", bad);
    json_put_text(json, "name", str_eq(i18n_code(s->lang), "en") ? component->name_en : component->name);
    const char *class = component_class(component);
    json_put_text(json, "level", class);
    json_put_text(json, "state",
                  str_eq(class, "maintenance") ? i18n_text(s->lang, "status.level.under_maintenance")
                                               : level_text(s, component->level));
    json_put(json, "days", days);
    bool young = known < STATUS_BAR_DAYS;
    const char *since = when_date(s->arena, s->site->words.tz, component->created);
    json_put_text(json, "uptime",
                  i18n_format(s->lang, s->arena, young ? "status.uptime_since" : "status.uptime",
                              I18N_ARGS({ "percent", uptime }, { "date", since })));
    json_put_text(json, "bar_text",
                  i18n_format(s->lang, s->arena, "status.bar",
                              I18N_ARGS({ "days", days_known }, { "bad", days_bad }, { "percent", uptime })));
    return json;
}

static json_t *groups_view(const struct showing *s) {
    json_t *groups = json_array(), *members = NULL;
    for (size_t i = 0; i < s->site->component_count; i++) {
        const struct status_component *component = &s->site->components[i];
        if (i == 0 || !str_eq(component->group, s->site->components[i - 1].group)) {
            json_t *group = json_object();
            members = json_array();
            json_put_text(group, "name", *component->group == '\0' ? NULL : component->group);
            json_put(group, "components", members);
            json_push(groups, group);
        }
        json_push(members, component_view(s, component));
    }
    return groups;
}

static const char *month_of(const struct showing *s, int64_t ms) {
    struct civil c;
    tz_local(s->site->words.tz, ms / 1000, &c);
    const char *name = i18n_text(s->lang, arena_printf(s->arena, "status.month.%d", c.month));
    const char *year = arena_printf(s->arena, "%lld", (long long)c.year);
    return i18n_format(s->lang, s->arena, "status.month", I18N_ARGS({ "year", year }, { "month", name }));
}

static void add_incidents(const struct showing *s, json_t *view) {
    json_t *current = json_array(), *recent = json_array(), *months = json_array(), *members = NULL;
    const char *month = NULL;
    enum { RECENT = 5 };
    for (size_t i = 0; i < s->site->incident_count; i++) {
        const struct status_incident *incident = &s->site->incidents[i];
        const char *its = month_of(s, incident->created);
        json_t *json = incident_view(s, incident);
        if (incident->resolved_at == 0) json_push(current, json_incref(json));
        else if (json_array_size(recent) < RECENT) json_push(recent, json_incref(json));
        if (!str_eq(its, month)) {
            json_t *section = json_object();
            members = json_array();
            json_put_text(section, "name", its);
            json_put(section, "incidents", members);
            json_push(months, section);
            month = its;
        }
        json_push(members, json);
    }
    json_put(view, "current", current);
    json_put(view, "recent", recent);
    json_put(view, "months", months);
}

/* In progress first, then what comes, soonest first. */
static json_t *maintenances_view(const struct showing *s) {
    json_t *list = json_array();
    for (size_t i = s->site->maintenance_count; i-- > 0;) {
        const struct status_maintenance *one = &s->site->maintenances[i];
        const struct notice_text *text = str_eq(i18n_code(s->lang), "en") ? &one->en : &one->ko;
        if (one->state == MAINTENANCE_COMPLETED) continue;
        json_t *row = json_object();
        json_put_text(row, "id", one->id);
        json_put_text(row, "title", text->title);
        json_put(row, "lines", *text->text == '\0' ? json_array() : lines_of(s, text->text));
        json_put_text(row, "when", when_range(s->arena, s->site->words.tz, one->starts, one->ends, true));
        json_put_text(row, "was", status_maintenance_was(s->arena, s->site, one, s->lang));
        json_put_text(row, "state",
                      i18n_text(s->lang, one->state == MAINTENANCE_CANCELLED ? "status.maintenance_cancelled"
                                         : one->state == MAINTENANCE_ACTIVE  ? "status.maintenance_now"
                                         : one->was_starts != 0              ? "status.maintenance_moved"
                                                                             : "status.maintenance"));
        json_put_bool(row, "cancelled", one->state == MAINTENANCE_CANCELLED);
        json_push(list, row);
    }
    return list;
}

json_t *status_view(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                    const struct status_links *links) {
    const struct showing s = { arena, site, reader->lang };
    const char *name = status_verdict(site);
    json_t *view = json_obj(arena), *addresses = json_object();
    json_put_text(view, "lang", i18n_code(reader->lang));
    json_put_text(view, "title", status_page_name(arena, site, reader->lang));
    json_put_text(view, "level", name);
    json_put_text(view, "headline", i18n_text(reader->lang, arena_printf(arena, "status.all.%s", name)));
    json_put(view, "maintenances", maintenances_view(&s));
    json_put(view, "groups", groups_view(&s));
    json_put(view, "updated", instant(&s, site->updated));
    const char *about = status_about(site, reader->lang);
    json_put(view, "about", *about == '\0' ? json_array() : lines_of(&s, about));
    json_put_text(view, "contact", *site->words.contact_url == '\0' ? NULL : site->words.contact_url);
    json_put_text(view, "zone", site->words.zone);
    json_put_text(addresses, "home", links->home);
    json_put_text(addresses, "history", links->history);
    json_put_text(addresses, "atom", links->atom);
    json_put_text(addresses, "rss", links->rss);
    json_put_text(addresses, "css", links->css);
    json_put_text(addresses, "icon", links->icon);
    json_put_text(addresses, "other", links->other);
    json_put_text(addresses, "subscribe", links->subscribe);
    json_put(view, "links", addresses);
    json_put_text(view, "other_code", str_eq(i18n_code(reader->lang), "en") ? "ko" : "en");
    json_put_text(view, "other_label", str_eq(i18n_code(reader->lang), "en") ? "한국어" : "English");
    add_incidents(&s, view);
    return view;
}
