/* An incident for the eye: head, roles, clocks, checklists, facts (incident_view.h). */
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"
#include "review/action_item.h"

static bool load_edits(struct tx *tx, struct incident_page_data *data, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    data->edits = ARENA_ARRAY(arena, data->event_count + 1, struct event_edit *);
    data->edit_counts = ARENA_ARRAY(arena, data->event_count + 1, size_t);
    for (size_t i = 0; i < data->event_count; i++) {
        if (data->events[i].edits == 0) continue;
        if (!timeline_edits(tx, data->events[i].id, &data->edits[i], &data->edit_counts[i], err)) return false;
    }
    return true;
}

static bool load(struct tx *tx, void *arg, struct error *err) {
    struct incident_page_data *data = arg;
    struct incident incident;
    if (!incident_by_ref(tx, data->ref, &incident, err)) return false;
    struct timeline_query query = { .before = data->before, .limit = EVENTS_SHOWN };
    return incident_view_tx(tx, &incident, &data->view, err) &&
           checklists_of(tx, incident.id, &data->checklists, &data->checklist_count, err) &&
           attachments_of(tx, incident.id, &data->files, &data->file_count, err) &&
           timeline_list(tx, incident.id, &query, &data->events, &data->event_count, err) &&
           load_edits(tx, data, err) && update_latest(tx, incident.id, &data->update, &data->updated, err) &&
           help_offers(tx, incident.id, &data->offers, &data->offer_count, err) &&
           (incident.service_id == 0 || action_unfinished_of_service(tx, incident.service_id, &data->unfinished, err));
}

bool incident_page_load(struct op *op, const char *ref, int64_t before, struct incident_page_data *out,
                        struct error *err) {
    *out = (struct incident_page_data){ .ref = ref, .before = before };
    return store_read(op, load, out, err);
}

static bool load_timeline(struct tx *tx, void *arg, struct error *err) {
    struct incident_page_data *data = arg;
    struct incident *incident = &data->view.incident;
    struct timeline_query query = { .before = data->before, .limit = EVENTS_SHOWN };
    return incident_by_ref(tx, data->ref, incident, err) &&
           attachments_of(tx, incident->id, &data->files, &data->file_count, err) &&
           timeline_list(tx, incident->id, &query, &data->events, &data->event_count, err) && load_edits(tx, data, err);
}

bool incident_timeline_load(struct op *op, const char *ref, int64_t before, struct incident_page_data *out,
                            struct error *err) {
    *out = (struct incident_page_data){ .ref = ref, .before = before };
    return store_read(op, load_timeline, out, err);
}

const struct clock_row *incident_clock(const struct incident_view *view, enum clock_kind kind) {
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct clock_row *clock = &view->clocks[i];
        if (clock->kind == kind && clock->met_at == 0 && clock->state != CLOCK_WAIVED) return clock;
    }
    return NULL;
}

const char *incident_topic(const struct screen *screen, const struct incident *incident) {
    return path_of(screen, "incident/%lld", (long long)incident->id);
}

/* -- head -- */

static void banner(const struct screen *screen, json_t *banners, const char *tone, const char *text_key,
                   const char *page) {
    json_t *item = json_object();
    json_put_text(item, "tone", tone);
    json_put_text(item, "icon", "warn");
    json_put_text(item, "text", say(screen, arena_printf(screen->op->arena, "%s.text", text_key)));
    json_put_text(item, "link", say(screen, arena_printf(screen->op->arena, "%s.link", text_key)));
    json_put_text(item, "url", screen_may(screen, PERM_RESPOND) ? page : NULL);
    json_push(banners, item);
}

/* What is wrong or offered right now, said once and above everything else. */
static void add_banners(struct screen *screen, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    json_t *banners = json_array();
    const char *url = incident_url(screen, incident->ref);
    if (roles_commander_missing(incident, data->view.roles, data->view.role_count)) {
        banner(screen, banners, "bad", "banner.commander", path_of(screen, "%s/roles", url));
    }
    const struct clock_row *help = incident_clock(&data->view, CLOCK_HELP_OFFER);
    if (incident_is_live(incident) && help != NULL && help->due_at <= screen->op->now_ms) {
        banner(screen, banners, "warn", "banner.help", path_of(screen, "%s/help", url));
    }
    const struct clock_row *executive = incident_clock(&data->view, CLOCK_EXECUTIVE_REPORT);
    if (incident_is_live(incident) && executive != NULL && executive->due_at <= screen->op->now_ms) {
        banner(screen, banners, "warn", "banner.executive", path_of(screen, "%s/messages", url));
    }
    json_put(screen->view, "banner", banners);
}

/* None where there is no way to go: what was no incident, or is told elsewhere. */
static void add_phases(struct screen *screen, const struct incident *incident) {
    json_t *phases = json_array();
    json_put(screen->view, "phases", phases);
    bool ended = incident->state == INCIDENT_FALSE_ALARM || incident->state == INCIDENT_MERGED;
    json_put_bool(screen->view, "has_phases", !ended);
    if (ended) return;
    int reached = -1;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        if (incident->phase_at[phase] != 0) reached = phase;
    }
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        int64_t at = incident->phase_at[phase];
        const char *missing = phase < reached ? "missing" : phase == reached + 1 ? "now" : "ahead";
        json_t *row = json_object();
        json_put_text(row, "label", label(screen, "phase", incident_phase_name((enum incident_phase)phase)));
        json_put_text(row, "class", at != 0 ? "done" : missing);
        json_put(row, "at", view_instant(screen, at));
        if (at != 0) {
            const char *clock = when_clock(screen->op->arena, screen->organisation.tz, at);
            json_put_text(json_object_get(row, "at"), "clock", clock);
        }
        json_push(phases, row);
    }
}

static const char *recurrence_text(const struct screen *screen, const struct incident_view *view) {
    int64_t count = 1;
    for (size_t i = 0; i < view->relation_count; i++) {
        if (view->relations[i].kind == RELATION_RECURRENCE && view->relations[i].outgoing) count++;
    }
    return count == 1 ? NULL : say_count(screen, "incident_page.recurrence", count);
}

static void name_page(struct screen *screen, const struct incident *incident) {
    json_put_text(screen->view, "topic", incident_topic(screen, incident));
    screen_title(screen, path_of(screen, "%s %s", incident->ref, incident_headline(incident)));
}

void incident_head_view(struct screen *screen, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    json_t *head = view_incident_row(screen, incident);
    const struct clock_row *update = incident_clock(&data->view, CLOCK_UPDATE);
    bool owed = update != NULL && incident_is_live(incident);
    json_put(head, "next_update", view_until(screen, owed ? update->due_at : 0));
    json_put_text(head, "impact", incident->impact);
    json_put_text(head, "recurrence", recurrence_text(screen, &data->view));
    bool warn = incident_is_open(incident->state) && data->unfinished > 0;
    json_put_text(head, "unfinished", warn ? say_count(screen, "incident_page.unfinished", data->unfinished) : NULL);
    const char *begin =
        when_long(screen->op->arena, screen->organisation.tz, screen->op->lang, incident_begin(incident));
    json_put_text(json_object_get(head, "started"), "text", begin);
    bool known = incident->phase_at[PHASE_OCCURRED] != 0; /* else the declaration stands in, and is called that */
    json_put_text(head, "started_label", say(screen, known ? "incident_page.started" : "incident_page.declared"));
    json_put(screen->view, "incident", head);
    name_page(screen, incident);
    add_banners(screen, data);
    add_phases(screen, incident);
}

/* -- side -- */

void incident_roles_view(struct screen *screen, const struct incident_view *view) {
    json_t *roles = json_array();
    bool missing = roles_commander_missing(&view->incident, view->roles, view->role_count);
    for (int kind = 0; kind < ROLE_KIND_COUNT; kind++) {
        const char *name = role_kind_name((enum role_kind)kind);
        const struct role_holder *holder = NULL;
        for (size_t i = 0; i < view->role_count; i++) {
            if ((int)view->roles[i].kind == kind) holder = &view->roles[i];
        }
        json_t *row = json_object();
        json_put_text(row, "label", label(screen, "role", name));
        json_put_text(row, "does", label(screen, "role_does", name));
        json_put_text(row, "person", holder == NULL ? NULL : holder->name);
        json_put_text(row, "initial", holder == NULL ? NULL : initial_of(screen, holder->name));
        bool fault = kind == ROLE_COMMANDER && missing;
        json_put_text(row, "class", holder != NULL ? "held" : fault ? "vacant fault" : "vacant");
        json_push(roles, row);
    }
    json_put(screen->view, "roles", roles);
}

static void add_clocks(struct screen *screen, const struct incident_view *view) {
    static const char *const TONE[] = { [CLOCK_MET] = "good", [CLOCK_MISSED] = "bad", [CLOCK_WAIVED] = "" };
    json_t *clocks = json_array(), *done = json_array();
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct clock_row *clock = &view->clocks[i];
        bool running = clock->state == CLOCK_PENDING || (clock->state == CLOCK_MISSED && clock->met_at == 0);
        json_t *row = json_object();
        json_put_text(row, "label", label(screen, "clock", clock_kind_name(clock->kind)));
        json_put(row, "due", view_instant(screen, clock->due_at));
        json_put(row, "until", running ? view_until(screen, clock->due_at) : json_null());
        json_put_text(row, "tag", running ? NULL : label(screen, "clock_state", clock_state_name(clock->state)));
        json_put_text(row, "tone", running ? "" : TONE[clock->state]);
        json_push(running ? clocks : done, row);
    }
    size_t count = json_array_size(done);
    json_put(screen->view, "clocks", clocks);
    json_put(screen->view, "clocks_done", done);
    json_put_text(screen->view, "clocks_done_label",
                  count == 0 ? NULL : say_count(screen, "incident_page.clocks_done", (int64_t)count));
}

static void add_checklists(struct screen *screen, const struct incident_page_data *data) {
    json_t *lists = json_array();
    /* one list at a time: the first that is not done, while there is something to do */
    bool opened = !incident_is_live(&data->view.incident);
    const char *url = incident_url(screen, data->view.incident.ref);
    for (size_t i = 0; i < data->checklist_count; i++) {
        const struct checklist *list = &data->checklists[i];
        char id[ID_TEXT_SIZE];
        json_t *row = json_object(), *items = json_array();
        json_put_text(row, "title", list->title);
        json_put_text(row, "id", path_of(screen, "c%s", id_text(list->id, id)));
        json_put_text(row, "action", path_of(screen, "%s/checklists/%s", url, id_text(list->id, id)));
        json_put_text(row, "done", path_of(screen, "%zu", list->done));
        json_put_text(row, "total", path_of(screen, "%zu", list->count));
        json_put_bool(row, "unfinished", list->done < list->count && !opened);
        opened = opened || list->done < list->count;
        for (size_t n = 0; n < list->count; n++) {
            const struct check_item *item = &list->items[n];
            json_t *tick = json_object();
            json_put_text(tick, "text", item->text);
            json_put_text(tick, "hint", item->hint);
            json_put_text(tick, "class", item->done ? "ticked" : "open");
            json_put_text(tick, "pressed", item->done ? "true" : "false");
            json_put_text(tick, "value",
                          path_of(screen, "%lld.%s", (long long)item->number, item->done ? "no" : "yes"));
            json_push(items, tick);
        }
        json_put(row, "items", items);
        json_push(lists, row);
    }
    json_put(screen->view, "checklists", lists);
}

static void add_facts(struct screen *screen, const struct incident *incident) {
    json_t *facts = json_array();
    view_fact(screen, facts, "fact.symptom", incident->title == NULL ? NULL : incident->symptom);
    view_fact(screen, facts, "fact.owner", incident->owner);
    view_fact(screen, facts, "fact.detection",
              label(screen, "detection", incident_detection_name(incident->detection)));
    view_fact(screen, facts, "fact.category", label(screen, "category", incident_category_name(incident->category)));
    view_fact(screen, facts, "fact.suspected_cause", incident->suspected_cause);
    view_fact(screen, facts, "fact.action", incident->action);
    view_fact(screen, facts, "fact.status_note", incident->status_note);
    view_fact(screen, facts, "fact.controllable", label(screen, "controllable", tristate_name(incident->controllable)));
    view_fact(screen, facts, "fact.sensitivity", incident->sensitivity);
    view_fact(screen, facts, "fact.damage", incident->damage);
    view_fact(screen, facts, "fact.cause", incident->cause);
    view_fact(screen, facts, "fact.recovery_action", incident->recovery_action);
    view_fact(screen, facts, "fact.recovery_impact", incident->recovery_impact);
    view_fact(screen, facts, "fact.follow_up", incident->follow_up);
    struct arena *arena = screen->op->arena;
    if (incident->retro_at != 0) {
        view_fact(screen, facts, "fact.retro_at", when_minute(arena, screen->organisation.tz, incident->retro_at));
    }
    json_put_bool(screen->view, "has_facts", json_array_size(facts) > 0);
    json_put(screen->view, "facts", facts);
}

static void add_related(struct screen *screen, const struct incident_view *view) {
    json_t *related = json_array();
    for (size_t i = 0; i < view->relation_count; i++) {
        const struct relation *relation = &view->relations[i];
        const char *kind = relation_kind_name(relation->kind);
        json_t *row = json_object();
        json_put_text(row, "ref", relation->ref);
        json_put_text(row, "url", incident_url(screen, relation->ref));
        json_put_text(row, "title", relation->headline);
        json_put(row, "severity", view_severity(screen, relation->severity));
        json_put_text(row, "relation", label(screen, relation->outgoing ? "relation" : "relation_from", kind));
        json_push(related, row);
    }
    json_put(screen->view, "related", related);
}

json_t *view_similar(const struct screen *screen, const struct similar *list, size_t count) {
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_put_text(row, "ref", list[i].ref);
        json_put_text(row, "url", incident_url(screen, list[i].ref));
        json_put_text(row, "title", list[i].headline);
        json_put(row, "severity", view_severity(screen, list[i].severity));
        json_put(row, "state", view_state(screen, list[i].state));
        json_put(row, "started", view_instant(screen, list[i].at));
        json_put_text(row, "cause", list[i].cause);
        json_push(rows, row);
    }
    return rows;
}

static void add_files(struct screen *screen, const struct incident_page_data *data) {
    json_t *files = json_array();
    for (size_t i = 0; i < data->file_count; i++) {
        char id[ID_TEXT_SIZE];
        json_t *row = json_object();
        json_put_text(row, "name", data->files[i].filename);
        json_put_text(row, "url", path_of(screen, "/attachments/%s", id_text(data->files[i].id, id)));
        json_put_text(row, "size", path_of(screen, "%lld KB", (long long)(data->files[i].size + 1023) / 1024));
        json_push(files, row);
    }
    json_put(screen->view, "files", files);
}

void incident_page_view(struct screen *screen, const struct incident_page_data *data) {
    incident_head_view(screen, data);
    incident_actions_view(screen, data);
    incident_roles_view(screen, &data->view);
    add_clocks(screen, &data->view);
    add_checklists(screen, data);
    add_facts(screen, &data->view.incident);
    add_related(screen, &data->view);
    add_files(screen, data);
    incident_middle_view(screen, data);
}

void incident_middle_view(struct screen *screen, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    if (json_object_get(screen->view, "incident") == NULL) {
        json_t *address = json_object();
        json_put_text(address, "ref", incident->ref);
        json_put_text(address, "url", incident_url(screen, incident->ref));
        json_put(screen->view, "incident", address);
        name_page(screen, incident);
    }
    incident_timeline_view(screen, data);
    bool may_update = incident_is_open(incident->state) && screen_may(screen, PERM_RESPOND);
    json_put_bool(screen->view, "may_update", may_update);
}
