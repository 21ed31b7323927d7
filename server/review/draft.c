/* Drafts: what a section says before anybody wrote it (R-B1: people only correct it). The words are templates under
 * templates/documents/LANG/, SHAPE_SECTION.txt or SECTION.txt; the facts are the incident's. In the timeline stand the
 * starred events, or, if nobody starred any, those that tell how the incident went. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/timeline.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"
#include "view/template.h"

#include <string.h>

enum { EVENTS_PAGE = 200, EVENTS_MAX = 2000 };

/* Text that stands in a Markdown table cell: one line, bars escaped. */
static const char *cell(struct arena *arena, const char *text) {
    if (text == NULL) return "";
    struct buf buf;
    buf_init(&buf, arena, 8000);
    for (; *text != '\0' && !buf.overflow; text++) {
        if (*text == '|') buf_puts(&buf, "\\|");
        else if (*text == '\n') buf_putc(&buf, ' ');
        else buf_putc(&buf, *text);
    }
    return buf.data;
}

static bool tells_the_story(enum event_kind kind) {
    switch (kind) {
    case EVENT_DECLARED:
    case EVENT_ACKNOWLEDGED:
    case EVENT_STATUS:
    case EVENT_SEVERITY:
    case EVENT_UPDATE:
    case EVENT_HELP:
    case EVENT_RECOVERED:
    case EVENT_REOPENED:
    case EVENT_NOTE:
    case EVENT_DECISION: return true;
    default: return false;
    }
}

static int by_time(const void *a, const void *b) {
    const struct event *left = a;
    const struct event *right = b;
    if (left->at != right->at) return left->at < right->at ? -1 : 1;
    return left->seq < right->seq ? -1 : 1;
}

/* The whole story up to a bound: the end of a long incident tells most. */
static bool all_events(struct tx *tx, const struct incident *incident, struct event **out, size_t *count,
                       struct error *err) {
    struct event *all = ARENA_ARRAY(tx_op(tx)->arena, EVENTS_MAX, struct event), *page;
    struct timeline_query query = { .after = 0, .limit = EVENTS_PAGE };
    size_t got = EVENTS_PAGE;
    *count = 0;
    while (got == EVENTS_PAGE && *count + EVENTS_PAGE <= EVENTS_MAX) {
        if (!timeline_list(tx, incident->id, &query, &page, &got, err)) return false;
        for (size_t i = 0; i < got; i++) all[(*count)++] = page[i];
        if (got > 0) query.after = page[got - 1].seq;
    }
    *out = all;
    return true;
}

static bool events_json(struct tx *tx, const struct incident *incident, const struct tz *tz, json_t *view,
                        struct error *err) {
    struct op *op = tx_op(tx);
    struct event *events;
    size_t count;
    if (!all_events(tx, incident, &events, &count, err)) return false;
    bool any_starred = false;
    for (size_t i = 0; i < count; i++) any_starred = any_starred || events[i].starred;
    qsort(events, count, sizeof *events, by_time);
    json_t *list = json_array();
    bool afterwards = incident->kind == INCIDENT_BACKFILLED; /* that it was written down later is not its story */
    for (size_t i = 0; i < count; i++) {
        if (any_starred ? !events[i].starred : !tells_the_story(events[i].kind)) continue;
        if (afterwards && events[i].kind == EVENT_DECLARED) continue;
        json_t *row = json_object();
        json_put_text(row, "clock", when_clock(op->arena, tz, events[i].at));
        json_put_text(row, "minute", when_minute(op->arena, tz, events[i].at));
        json_put_text(row, "text", cell(op->arena, events[i].text));
        json_push(list, row);
    }
    json_put(view, "events", list);
    return true;
}

static bool actions_json(struct tx *tx, const struct incident *incident, json_t *view, struct error *err) {
    struct op *op = tx_op(tx);
    const struct i18n *lang = i18n_get(incident->lang);
    struct action_filter filter = { .incident_ref = incident->ref, .limit = 100 };
    struct action_list list;
    if (!action_rows_list(tx, &filter, &list, err)) return false;
    json_t *rows = json_array();
    for (size_t i = list.count; i-- > 0;) { /* oldest first */
        const struct action_item *item = &list.items[i];
        if (item->state == ACTION_DROPPED) continue;
        json_t *row = json_object();
        json_put_text(row, "title", cell(op->arena, item->title));
        json_put_text(row, "owner", cell(op->arena, item->owner));
        json_put_text(row, "due", item->due == NULL ? "" : item->due);
        json_put_text(row, "perspective",
                      i18n_text(lang, arena_printf(op->arena, "review.perspective.%s", item->perspective)));
        json_put_text(row, "state",
                      i18n_text(lang, arena_printf(op->arena, "review.action.%s", action_state_name(item->state))));
        json_push(rows, row);
    }
    json_put_bool(view, "has_actions", json_array_size(rows) > 0);
    json_put(view, "actions", rows);
    return true;
}

/* When it was noticed, as far as that is known: declaring it afterwards detected nothing. */
static int64_t detected_at(const struct incident *incident) {
    int64_t detected = incident->phase_at[PHASE_DETECTED];
    return detected != 0 || incident->kind == INCIDENT_BACKFILLED ? detected : incident->declared_at;
}

static void put_harm(struct arena *arena, const struct incident *incident, json_t *view) {
    const char *hurt = cell(arena, incident->recovery_impact), *damage = cell(arena, incident->damage);
    const char *between = *hurt != '\0' && *damage != '\0' ? ", " : "";
    json_put_text(view, "damage", damage);
    json_put_text(view, "harm", arena_printf(arena, "%s%s%s", hurt, between, damage));
}

static void put_facts(struct op *op, const struct incident *incident, const struct tz *tz, json_t *view) {
    const struct i18n *lang = i18n_get(incident->lang);
    int64_t began = incident_begin(incident);
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    int64_t detected = detected_at(incident);
    const char *detection = incident_detection_name(incident->detection);
    json_put_text(view, "ref", incident->ref);
    json_put_text(view, "headline", cell(op->arena, incident_headline(incident)));
    json_put_text(view, "severity", incident->severity);
    json_put_text(view, "began", when_minute(op->arena, tz, began));
    json_put_text(view, "recovered", recovered == 0 ? "" : when_minute(op->arena, tz, recovered));
    json_put_text(view, "recovered_clock", recovered == 0 ? "" : when_clock(op->arena, tz, recovered));
    json_put_text(view, "duration", recovered == 0 ? "" : when_duration(op->arena, lang, began, recovered));
    json_put_text(view, "detected", detected == 0 ? "" : when_minute(op->arena, tz, detected));
    json_put_text(view, "detection",
                  detection == NULL ? "" : i18n_text(lang, arena_printf(op->arena, "review.detection.%s", detection)));
    json_put_text(view, "owner", incident->owner == NULL ? "" : cell(op->arena, incident->owner));
    json_put_text(view, "service", incident->service_name == NULL ? "" : incident->service_name);
    json_put_text(view, "symptom", incident->symptom == NULL ? "" : incident->symptom);
    json_put_text(view, "impact", cell(op->arena, incident->impact));
    json_put_text(view, "recovery_impact", cell(op->arena, incident->recovery_impact));
    put_harm(op->arena, incident, view);
    json_put_text(view, "scope",
                  cell(op->arena, incident->recovery_impact != NULL ? incident->recovery_impact : incident->impact));
    json_put_text(view, "cause", incident->cause != NULL ? incident->cause : "");
    json_put_text(view, "action", incident->recovery_action != NULL ? incident->recovery_action : "");
    json_put_text(view, "follow_up", incident->follow_up != NULL ? incident->follow_up : "");
}

static const char *template_name(struct arena *arena, const char *lang, const char *shape, const char *key) {
    const char *own = arena_printf(arena, "documents/%s/%s_%s.txt", lang, shape, key);
    if (asset_find(arena_printf(arena, "templates/%s", own)) != NULL) return own;
    const char *common = arena_printf(arena, "documents/%s/%s.txt", lang, key);
    return asset_find(arena_printf(arena, "templates/%s", common)) != NULL ? common : NULL;
}

static bool draft_body(struct op *op, const struct document *document, const char *key, const json_t *view,
                       const char **out, struct error *err) {
    const char *name = template_name(op->arena, document->lang, document->shape, key);
    if (name == NULL) {
        *out = "";
        return true;
    }
    struct buf buf;
    buf_init(&buf, op->arena, SECTION_MAX * 4);
    if (!template_render(name, view, i18n_get(document->lang), &buf, err)) return false;
    *out = str_clean(op->arena, buf.data);
    return true;
}

/* Puts the sections into the order of the shape and fills in those that were never saved. */
bool draft_sections(struct tx *tx, const struct incident *incident, struct document *document, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    json_t *view = json_obj(op->arena);
    put_facts(op, incident, organisation.tz, view);
    if (!events_json(tx, incident, organisation.tz, view, err) || !actions_json(tx, incident, view, err)) return false;
    const struct shape *shape = shape_find(document->kind, document->shape);
    struct section *ordered = ARENA_ARRAY(op->arena, SHAPE_SECTIONS_MAX + SECTIONS_MAX, struct section);
    size_t count = 0;
    for (size_t i = 0; shape->sections[i] != NULL; i++) {
        struct section *section = &ordered[count++];
        const struct section *saved = section_find(document, shape->sections[i]);
        if (saved != NULL) {
            *section = *saved;
            continue;
        }
        section->key = shape->sections[i];
        if (!draft_body(op, document, section->key, view, &section->body, err)) return false;
    }
    for (size_t i = 0; i < document->section_count && count < SHAPE_SECTIONS_MAX + SECTIONS_MAX; i++) {
        if (section_is_evidence(document->sections[i].key)) ordered[count++] = document->sections[i];
    }
    document->sections = ordered;
    document->section_count = count;
    return true;
}
