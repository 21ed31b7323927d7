/* Incidents as JSON: see incident_json.h. Absent values are null, so that a reader always finds every member. */
#include "incident/incident_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "incident/incident_internal.h"
#include "incident/relation.h"
#include "text/i18n.h"
#include "text/when.h"

static void put_time(struct op *op, json_t *json, const char *key, int64_t at) {
    json_put_text(json, key, at == 0 ? NULL : when_rfc3339(op->arena, at));
}

static void put_texts(json_t *json, const struct incident *incident) {
    json_put_text(json, "title", incident->title);
    json_put_text(json, "symptom", incident->symptom);
    json_put_text(json, "headline", incident_headline(incident));
    json_put_text(json, "impact", incident->impact);
    json_put_text(json, "owner", incident->owner);
    json_put_id(json, "owner_id", incident->owner_id);
    json_put_text(json, "action", incident->action);
    json_put_text(json, "suspected_cause", incident->suspected_cause);
    json_put_text(json, "status_note", incident->status_note);
    json_put_text(json, "sensitivity", incident->sensitivity);
    json_put_text(json, "damage", incident->damage);
    json_put_text(json, "lang", incident->lang);
}

static void put_words(json_t *json, const struct incident *incident) {
    json_put_text(json, "severity", incident->severity);
    json_put_text(json, "state", incident_state_name(incident->state));
    json_put_text(json, "kind", incident_kind_name(incident->kind));
    json_put_text(json, "service", incident->service_key);
    json_put_text(json, "service_name", incident->service_name);
    json_put_text(json, "category", incident_category_name(incident->category));
    json_put_text(json, "detection", incident_detection_name(incident->detection));
    json_put_text(json, "controllable", tristate_name(incident->controllable));
}

static void put_times(struct op *op, json_t *json, const struct incident *incident) {
    put_time(op, json, "started_at", incident->phase_at[PHASE_OCCURRED]);
    put_time(op, json, "detected_at", incident->phase_at[PHASE_DETECTED]);
    put_time(op, json, "declared_at", incident->declared_at);
    put_time(op, json, "propagated_at", incident->phase_at[PHASE_PROPAGATED]);
    put_time(op, json, "triaged_at", incident->phase_at[PHASE_TRIAGED]);
    put_time(op, json, "acknowledged_at", incident->acknowledged_at);
    put_time(op, json, "mitigated_at", incident->mitigated_at);
    put_time(op, json, "recovered_at", incident->phase_at[PHASE_RECOVERED]);
    put_time(op, json, "analysed_at", incident->phase_at[PHASE_ANALYSED]);
    put_time(op, json, "shared_at", incident->phase_at[PHASE_SHARED]);
    put_time(op, json, "reviewed_at", incident->phase_at[PHASE_REVIEWED]);
    put_time(op, json, "closed_at", incident->closed_at);
    put_time(op, json, "retro_at", incident->retro_at);
    put_time(op, json, "updated_at", incident->updated_at);
}

/* From the beginning that is known to the recovery; null while it lasts. */
static void put_duration(struct op *op, json_t *json, const struct incident *incident) {
    int64_t begin = incident_begin(incident), recovered = incident->phase_at[PHASE_RECOVERED];
    const struct i18n *lang = op->lang != NULL ? op->lang : i18n_get(incident->lang);
    bool over = recovered != 0;
    json_put(json, "duration_minutes", over ? json_integer(minutes_between(begin, recovered)) : json_null());
    json_put_text(json, "duration_text", over ? when_duration(op->arena, lang, begin, recovered) : NULL);
    int64_t until = over ? recovered : incident->closed_at != 0 ? incident->closed_at : op->now_ms;
    json_put_i64(json, "elapsed_minutes", minutes_between(begin, until));
}

static void put_recovery(json_t *json, const struct incident *incident) {
    json_put_text(json, "cause", incident->cause);
    json_put_text(json, "recovery_action", incident->recovery_action);
    json_put_text(json, "recovery_impact", incident->recovery_impact);
    json_put_text(json, "follow_up", incident->follow_up);
}

static json_t *measurements(const struct incident *incident) {
    json_t *all = json_object();
    for (int measure = 0; measure < MEASURE_COUNT; measure++) {
        struct measurement value = incident_measure(incident, (enum measure)measure);
        json_t *each = json_object();
        bool recorded = value.state == MEASURE_RECORDED;
        json_put_text(each, "state", measure_state_name(value.state));
        json_put(each, "minutes", recorded ? json_integer(value.minutes) : json_null());
        json_put(all, measure_name((enum measure)measure), each);
    }
    return all;
}

json_t *incident_row_json(struct op *op, const struct incident *incident) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "ref", incident->ref);
    json_put_id(json, "id", incident->id);
    put_texts(json, incident);
    put_words(json, incident);
    put_times(op, json, incident);
    put_recovery(json, incident);
    put_duration(op, json, incident);
    json_put(json, "measurements", measurements(incident));
    json_put_i64(json, "policy_version", incident->policy_version);
    json_put_i64(json, "version", incident->version);
    json_put_i64(json, "last_seq", incident->last_seq);
    return json;
}

static json_t *roles_json(struct op *op, const struct incident_view *view) {
    json_t *roles = json_array();
    for (size_t i = 0; i < view->role_count; i++) {
        const struct role_holder *holder = &view->roles[i];
        json_t *role = json_object();
        json_put_text(role, "role", role_kind_name(holder->kind));
        json_put_text(role, "person", holder->name);
        json_put_text(role, "login", holder->login);
        json_put_id(role, "user_id", holder->user_id);
        put_time(op, role, "since", holder->since);
        json_push(roles, role);
    }
    return roles;
}

static json_t *links_json(struct op *op, const struct incident *incident) {
    json_t *links = json_object();
    static const char *const PARTS[] = { "timeline", "clocks", "checklists", "messages/declared", "export.md" };
    static const char *const NAMES[] = { "timeline", "clocks", "checklists", "message", "export" };
    json_put_text(links, "self", arena_printf(op->arena, "/api/v1/incidents/%s", incident->ref));
    json_put_text(links, "page", arena_printf(op->arena, "/incidents/%s", incident->ref));
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        json_put_text(links, NAMES[i], arena_printf(op->arena, "/api/v1/incidents/%s/%s", incident->ref, PARTS[i]));
    }
    return links;
}

json_t *relation_json(struct op *op, const struct relation *relation) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "kind", relation_kind_name(relation->kind));
    json_put_text(json, "direction", relation->outgoing ? "outgoing" : "incoming");
    json_put_text(json, "ref", relation->ref);
    json_put_text(json, "headline", relation->headline);
    json_put_text(json, "severity", relation->severity);
    json_put_text(json, "state", incident_state_name(relation->state));
    put_time(op, json, "at", relation->at);
    return json;
}

static void put_relations(struct op *op, json_t *json, const struct incident_view *view) {
    json_t *relations = json_array();
    int64_t recurrences = 0;
    for (size_t i = 0; i < view->relation_count; i++) {
        const struct relation *relation = &view->relations[i];
        if (relation->kind == RELATION_RECURRENCE && !relation->outgoing) recurrences++;
        json_push(relations, json_incref(relation_json(op, relation)));
    }
    json_put(json, "relations", relations);
    json_put_i64(json, "recurrences", recurrences);
}

json_t *incident_view_json(struct op *op, const struct incident_view *view) {
    json_t *json = incident_row_json(op, &view->incident);
    json_t *clocks = json_array();
    for (size_t i = 0; i < view->clock_count; i++) json_push(clocks, json_incref(clock_json(op, &view->clocks[i])));
    json_put(json, "clocks", clocks);
    json_put(json, "roles", roles_json(op, view));
    json_put_bool(json, "commander_missing", view->commander_missing);
    json_put_text(json, "merged_into", view->merged_into);
    put_relations(op, json, view);
    json_put(json, "links", links_json(op, &view->incident));
    return json;
}

json_t *clock_json(struct op *op, const struct clock_row *clock) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "kind", clock_kind_name(clock->kind));
    put_time(op, json, "due_at", clock->due_at);
    json_put_text(json, "state", clock_state_name(clock->state));
    put_time(op, json, "met_at", clock->met_at);
    json_put_i64(json, "round", clock->round);
    put_time(op, json, "snoozed_until", clock->snoozed_until);
    json_put_bool(json, "stopped", clock->stopped);
    return json;
}

json_t *event_json(struct op *op, const struct event *event) {
    json_t *json = json_obj(op->arena);
    enum incident_phase phase = (enum incident_phase)event->phase;
    json_put_id(json, "id", event->id);
    json_put_i64(json, "seq", event->seq);
    json_put_text(json, "kind", event_kind_name(event->kind));
    put_time(op, json, "at", event->at);
    put_time(op, json, "recorded_at", event->recorded_at);
    json_put_text(json, "text", event_text(op, event));
    json_put_text(json, "phase", event->phase < 0 ? NULL : incident_phase_name(phase));
    json_put_bool(json, "starred", event->starred);
    json_put_text(json, "actor", event->actor);
    json_put_id(json, "actor_id", event->actor_id);
    json_put_i64(json, "edits", event->edits);
    json_put_bool(json, "manual", event_kind_is_manual(event->kind));
    json_t *data;
    struct error ignored;
    if (event->data != NULL && json_parse(op->arena, event->data, strlen(event->data), &data, &ignored)) {
        json_put(json, "data", json_incref(data));
    }
    return json;
}

json_t *checklist_json(struct op *op, const struct checklist *list) {
    json_t *json = json_obj(op->arena);
    json_t *items = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct check_item *item = &list->items[i];
        json_t *each = json_object();
        json_put_i64(each, "number", item->number);
        json_put_text(each, "text", item->text);
        json_put_text(each, "hint", item->hint);
        json_put_bool(each, "done", item->done);
        put_time(op, each, "done_at", item->done_at);
        json_put_text(each, "done_by", item->done_by);
        json_put_text(each, "note", item->note);
        json_push(items, each);
    }
    json_put_id(json, "id", list->id);
    json_put_text(json, "key", list->key);
    json_put_text(json, "title", list->title);
    json_put_i64(json, "done", (int64_t)list->done);
    json_put_i64(json, "total", (int64_t)list->count);
    json_put(json, "items", items);
    return json;
}

json_t *similar_json(struct op *op, const struct similar *similar) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "ref", similar->ref);
    json_put_text(json, "headline", similar->headline);
    json_put_text(json, "severity", similar->severity);
    json_put_text(json, "state", incident_state_name(similar->state));
    json_put_text(json, "cause", similar->cause);
    put_time(op, json, "at", similar->at);
    json_put_i64(json, "percent", similar->percent);
    return json;
}

json_t *attachment_json(struct op *op, const struct attachment *attachment) {
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", attachment->id);
    json_put_text(json, "filename", attachment->filename);
    json_put_text(json, "media_type", attachment->media_type);
    json_put_i64(json, "size", attachment->size);
    json_put_text(json, "hash", attachment->hash);
    json_put_text(json, "note", attachment->note);
    json_put_text(json, "actor", attachment->actor);
    put_time(op, json, "at", attachment->at);
    json_put_i64(json, "seq", attachment->event_seq);
    json_put_text(json, "href", arena_printf(op->arena, "/api/v1/attachments/%lld", (long long)attachment->id));
    return json;
}
