/* Statuspage v2: see status_json.h. Absent is null, times carry milliseconds and an offset, lists are newest first. */
#include "notice/status_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

static const char PAGE_ID[] = "bongsu";

const char *status_answer_path(enum status_answer answer) {
    static const char *const PATHS[] = {
        "summary.json",
        "status.json",
        "components.json",
        "incidents.json",
        "incidents/unresolved.json",
        "scheduled-maintenances.json",
        "scheduled-maintenances/upcoming.json",
        "scheduled-maintenances/active.json",
    };
    return PATHS[answer];
}

const struct notice_text *status_text(const struct status_update *update, const struct i18n *lang) {
    return str_eq(i18n_code(lang), "en") && update->en.text != NULL ? &update->en : &update->ko;
}

const char *status_verdict(const struct status_site *site) {
    return site->level == LEVEL_OPERATIONAL && site->maintained ? "maintenance" : status_impact_name(site->level);
}

/* "2026-03-01T20:15:00.000+09:00"; null for 0. */
static void put_time(struct arena *arena, const struct status_site *site, json_t *object, const char *key, int64_t ms) {
    if (ms == 0) {
        json_put(object, key, json_null());
        return;
    }
    struct civil c;
    int32_t offset = tz_offset(site->words.tz, ms / 1000), minutes = (offset < 0 ? -offset : offset) / 60;
    tz_local(site->words.tz, ms / 1000, &c);
    json_put_text(object, key,
                  arena_printf(arena, "%04lld-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", (long long)c.year, c.month,
                               c.day, c.hour, c.minute, c.second, (int)(ms % 1000), offset < 0 ? '-' : '+',
                               minutes / 60, minutes % 60));
}

static const char *component_name(const struct status_component *component, const struct i18n *lang) {
    return str_eq(i18n_code(lang), "en") ? component->name_en : component->name;
}

/* A group is named after its first component, which is as lasting as anything about it. */
static const char *group_id(struct arena *arena, const struct status_site *site, const char *group) {
    for (size_t i = 0; *group != '\0' && i < site->component_count; i++) {
        if (str_eq(site->components[i].group, group)) return arena_printf(arena, "g%s", site->components[i].id + 1);
    }
    return NULL;
}

struct making {
    struct arena *arena;
    const struct status_site *site;
    const struct status_reader *reader;
};

/* An outage is never called maintenance. */
static const char *level_text(enum status_level level, bool maintained) {
    return maintained && level == LEVEL_OPERATIONAL ? "under_maintenance" : status_level_name(level);
}

static json_t *component_head(const struct making *m, const char *id, const char *name, enum status_level level,
                              int64_t created) {
    json_t *json = json_object();
    int64_t updated = level != LEVEL_OPERATIONAL && m->site->updated > created ? m->site->updated : created;
    json_put_text(json, "id", id);
    json_put_text(json, "name", name);
    json_put_text(json, "status", status_level_name(level));
    put_time(m->arena, m->site, json, "created_at", created);
    put_time(m->arena, m->site, json, "updated_at", updated);
    json_put(json, "description", json_null());
    json_put_bool(json, "showcase", true);
    json_put(json, "start_date", json_null());
    json_put_text(json, "page_id", PAGE_ID);
    json_put_bool(json, "only_show_if_degraded", false);
    return json;
}

static json_t *leaf_json(const struct making *m, size_t index) {
    const struct status_component *one = &m->site->components[index];
    json_t *json = component_head(m, one->id, component_name(one, m->reader->lang), one->level, one->created);
    json_put_text(json, "status", level_text(one->level, one->maintained));
    json_put_i64(json, "position", (int64_t)index + 1);
    json_put_bool(json, "group", false);
    json_put_text(json, "group_id", group_id(m->arena, m->site, one->group));
    return json;
}

static json_t *group_json(const struct making *m, size_t first) {
    const struct status_component *head = &m->site->components[first];
    enum status_level level = LEVEL_OPERATIONAL;
    bool maintained = false;
    json_t *members = json_array();
    for (size_t i = first; i < m->site->component_count; i++) {
        if (!str_eq(m->site->components[i].group, head->group)) continue;
        json_push(members, json_string(m->site->components[i].id));
        if (m->site->components[i].level > level) level = m->site->components[i].level;
        maintained = maintained || m->site->components[i].maintained;
    }
    json_t *json = component_head(m, group_id(m->arena, m->site, head->group), head->group, level, head->created);
    json_put_text(json, "status", level_text(level, maintained));
    json_put_i64(json, "position", (int64_t)first + 1);
    json_put_bool(json, "group", true);
    json_put(json, "group_id", json_null());
    json_put(json, "components", members);
    return json;
}

static json_t *components_json(const struct making *m) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->site->component_count; i++) {
        const char *group = m->site->components[i].group;
        if (*group != '\0' && (i == 0 || !str_eq(m->site->components[i - 1].group, group)))
            json_push(list, group_json(m, i));
        json_push(list, leaf_json(m, i));
    }
    return list;
}

/* --- incidents --- */

static enum status_level level_at(const struct status_incident *incident, enum notice_stage stage) {
    return stage == STAGE_RECOVERED ? LEVEL_OPERATIONAL : stage == STAGE_RECOVERING ? LEVEL_DEGRADED : incident->impact;
}

/* How the components were before this notice and are since. */
static json_t *affected_json(const struct making *m, const struct status_incident *incident, size_t index) {
    json_t *list = json_array();
    enum status_level old =
        index + 1 == incident->count ? LEVEL_OPERATIONAL : level_at(incident, incident->updates[index + 1].stage);
    for (size_t i = 0; i < m->site->component_count; i++) {
        const struct status_component *component = &m->site->components[i];
        if (incident->service_id == 0 || component->service_id != incident->service_id) continue;
        json_t *json = json_object();
        json_put_text(json, "code", component->id);
        json_put_text(json, "name", component_name(component, m->reader->lang));
        json_put_text(json, "old_status", status_level_name(old));
        json_put_text(json, "new_status", status_level_name(level_at(incident, incident->updates[index].stage)));
        json_push(list, json);
    }
    return list;
}

static json_t *update_json(const struct making *m, const struct status_incident *incident, size_t index) {
    const struct status_update *update = &incident->updates[index];
    json_t *json = json_object();
    json_put_text(json, "id", arena_printf(m->arena, "u%s", update->id));
    json_put_text(json, "status", status_stage_name(update->stage));
    json_put_text(json, "body", status_text(update, m->reader->lang)->text);
    json_put_text(json, "incident_id", incident->id);
    put_time(m->arena, m->site, json, "created_at", update->at);
    put_time(m->arena, m->site, json, "updated_at", update->at);
    put_time(m->arena, m->site, json, "display_at", update->at);
    json_put(json, "affected_components", affected_json(m, incident, index));
    json_put_bool(json, "deliver_notifications", true);
    json_put(json, "custom_tweet", json_null());
    json_put(json, "tweet_id", json_null());
    return json;
}

static json_t *incident_json(const struct making *m, const struct status_incident *incident) {
    json_t *json = json_object(), *updates = json_array(), *components = json_array();
    const struct status_update *newest = &incident->updates[0];
    for (size_t i = 0; i < incident->count; i++) json_push(updates, update_json(m, incident, i));
    for (size_t i = 0; i < m->site->component_count; i++) {
        if (incident->service_id != 0 && m->site->components[i].service_id == incident->service_id)
            json_push(components, leaf_json(m, i));
    }
    json_put_text(json, "id", incident->id);
    json_put_text(json, "name", status_text(newest, m->reader->lang)->title);
    json_put_text(json, "status", status_stage_name(newest->stage));
    json_put_text(json, "impact", status_impact_name(incident->impact));
    put_time(m->arena, m->site, json, "created_at", incident->created);
    put_time(m->arena, m->site, json, "updated_at", incident->updated);
    put_time(m->arena, m->site, json, "started_at", incident->begin);
    put_time(m->arena, m->site, json, "monitoring_at", incident->monitoring_at);
    put_time(m->arena, m->site, json, "resolved_at", incident->resolved_at);
    json_put_text(json, "shortlink", arena_printf(m->arena, "%s/status/history#%s", m->reader->base_url, incident->id));
    json_put_text(json, "page_id", PAGE_ID);
    json_put(json, "components", components);
    json_put(json, "reminder_intervals", json_null());
    json_put(json, "incident_updates", updates);
    return json;
}

static json_t *incidents_json(const struct making *m, bool unresolved_only) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->site->incident_count && json_array_size(list) < STATUS_LIST_MAX; i++) {
        if (unresolved_only && m->site->incidents[i].resolved_at != 0) continue;
        json_push(list, incident_json(m, &m->site->incidents[i]));
    }
    return list;
}

/* --- planned maintenance --- */

static json_t *maintenance_update(const struct making *m, const struct status_maintenance *one,
                                  const struct notice_text *text) {
    json_t *json = json_object();
    json_put_text(json, "id", arena_printf(m->arena, "u%s", one->id));
    json_put_text(json, "status", maintenance_state_name(one->state));
    const char *body = *text->text == '\0' ? text->title : text->text;
    const char *was = status_maintenance_was(m->arena, m->site, one, m->reader->lang);
    json_put_text(json, "body", was == NULL ? body : arena_printf(m->arena, "%s\n%s", was, body));
    json_put_text(json, "incident_id", one->id);
    put_time(m->arena, m->site, json, "created_at", one->created);
    put_time(m->arena, m->site, json, "updated_at", one->updated);
    put_time(m->arena, m->site, json, "display_at", one->updated);
    json_put(json, "affected_components", json_array());
    json_put_bool(json, "deliver_notifications", true);
    json_put(json, "custom_tweet", json_null());
    json_put(json, "tweet_id", json_null());
    return json;
}

static json_t *maintenance_one(const struct making *m, const struct status_maintenance *one) {
    json_t *json = json_object(), *components = json_array(), *updates = json_array();
    const struct notice_text *text = str_eq(i18n_code(m->reader->lang), "en") ? &one->en : &one->ko;
    for (size_t i = 0; i < m->site->component_count; i++) {
        if (one->service_id == 0 || m->site->components[i].service_id == one->service_id)
            json_push(components, leaf_json(m, i));
    }
    json_push(updates, maintenance_update(m, one, text));
    json_put_text(json, "id", one->id);
    json_put_text(json, "name", text->title);
    json_put_text(json, "status", maintenance_state_name(one->state));
    json_put_text(json, "impact", "maintenance");
    put_time(m->arena, m->site, json, "created_at", one->created);
    put_time(m->arena, m->site, json, "updated_at", one->updated);
    put_time(m->arena, m->site, json, "scheduled_for", one->starts);
    put_time(m->arena, m->site, json, "scheduled_until", one->ends);
    put_time(m->arena, m->site, json, "started_at", one->state == MAINTENANCE_SCHEDULED ? 0 : one->starts);
    json_put(json, "monitoring_at", json_null());
    put_time(m->arena, m->site, json, "resolved_at", one->state == MAINTENANCE_COMPLETED ? one->ends : 0);
    json_put_text(json, "shortlink", arena_printf(m->arena, "%s/status#%s", m->reader->base_url, one->id));
    json_put_text(json, "page_id", PAGE_ID);
    json_put(json, "components", components);
    json_put(json, "reminder_intervals", json_null());
    json_put(json, "incident_updates", updates);
    return json;
}

/* The summary tells what comes and what is in progress, the list all of it. */
static json_t *maintenances_json(const struct making *m, enum status_answer answer) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->site->maintenance_count && json_array_size(list) < STATUS_LIST_MAX; i++) {
        const struct status_maintenance *one = &m->site->maintenances[i];
        if (one->state == MAINTENANCE_CANCELLED) continue; /* the convention has no word for it */
        bool wanted = answer == STATUS_MAINTENANCES || one->state != MAINTENANCE_COMPLETED;
        if (answer == STATUS_UPCOMING) wanted = one->state == MAINTENANCE_SCHEDULED;
        if (answer == STATUS_ACTIVE) wanted = one->state == MAINTENANCE_ACTIVE;
        if (wanted) json_push(list, maintenance_one(m, one));
    }
    return list;
}

/* --- the answers --- */

static json_t *page_json(const struct making *m) {
    json_t *json = json_object();
    json_put_text(json, "id", PAGE_ID);
    json_put_text(json, "name", status_page_name(m->arena, m->site, m->reader->lang));
    json_put_text(json, "url", arena_printf(m->arena, "%s/status", m->reader->base_url));
    json_put_text(json, "time_zone", m->site->words.zone);
    put_time(m->arena, m->site, json, "updated_at", m->site->changed);
    const char *about = status_about(m->site, m->reader->lang), *contact = m->site->words.contact_url;
    json_put_text(json, "page_description", *about == '\0' ? NULL : about);
    json_put_text(json, "support_url", *contact == '\0' ? NULL : contact);
    return json;
}

static json_t *status_object(const struct making *m) {
    json_t *json = json_object();
    const char *name = status_verdict(m->site);
    json_put_text(json, "indicator", name);
    json_put_text(json, "description", i18n_text(m->reader->lang, arena_printf(m->arena, "status.all.%s", name)));
    return json;
}

json_t *status_json(struct arena *arena, const struct status_site *site, const struct status_reader *reader,
                    enum status_answer answer) {
    const struct making m = { arena, site, reader };
    json_t *json = json_obj(arena);
    bool summary = answer == STATUS_SUMMARY;
    json_put(json, "page", page_json(&m));
    if (summary || answer == STATUS_STATUS) json_put(json, "status", status_object(&m));
    if (summary || answer == STATUS_COMPONENTS) json_put(json, "components", components_json(&m));
    if (summary || answer == STATUS_UNRESOLVED) json_put(json, "incidents", incidents_json(&m, true));
    if (answer == STATUS_INCIDENTS) json_put(json, "incidents", incidents_json(&m, false));
    if (summary || answer >= STATUS_MAINTENANCES)
        json_put(json, "scheduled_maintenances", maintenances_json(&m, answer));
    return json;
}
