/* Export: one view model of everything known about an incident, as JSON or through a document template (export.h). */
#include "incident/export.h"

#include "base/arena.h"
#include "base/json.h"
#include "incident/incident_internal.h"
#include "incident/incident_json.h"
#include "text/i18n.h"
#include "text/when.h"
#include "view/template.h"

enum { TIMELINE_PAGE = 200, TIMELINE_PAGES_MAX = 100 };

struct export_run {
    const char *ref;
    json_t *json;
    const struct tz *tz;
    bool shown; /* for people: times as minutes of the zone beside the instants */
};

/* "2025-12-09 20:15" beside every instant, for the documents. */
static void put_shown(struct op *op, const struct export_run *run, json_t *json, const char *key, int64_t at) {
    if (run->shown) json_put_text(json, key, at == 0 ? NULL : when_minute(op->arena, run->tz, at));
}

static bool put_timeline(struct tx *tx, const struct incident *incident, const struct export_run *run,
                         struct error *err) {
    struct op *op = tx_op(tx);
    json_t *timeline = json_array();
    json_put(run->json, "timeline", timeline);
    int64_t after = 0;
    for (int page = 0; page < TIMELINE_PAGES_MAX; page++) {
        struct event *events;
        size_t count;
        if (!timeline_list(tx, incident->id, &(struct timeline_query){ after, 0, TIMELINE_PAGE }, &events, &count,
                           err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            json_t *event = event_json(op, &events[i]);
            put_shown(op, run, event, "at_shown", events[i].at);
            json_push(timeline, json_incref(event));
        }
        if (count < TIMELINE_PAGE) break;
        after = events[count - 1].seq;
    }
    return true;
}

static bool put_children(struct tx *tx, const struct incident *incident, const struct export_run *run,
                         struct error *err) {
    struct op *op = tx_op(tx);
    struct checklist *lists;
    struct attachment *files;
    size_t list_count, file_count;
    if (!checklists_of(tx, incident->id, &lists, &list_count, err)) return false;
    if (!attachments_of(tx, incident->id, &files, &file_count, err)) return false;
    json_t *checklists = json_array(), *attachments = json_array();
    for (size_t i = 0; i < list_count; i++) json_push(checklists, json_incref(checklist_json(op, &lists[i])));
    for (size_t i = 0; i < file_count; i++) json_push(attachments, json_incref(attachment_json(op, &files[i])));
    json_put(run->json, "checklists", checklists);
    json_put(run->json, "attachments", attachments);
    return true;
}

static void put_labels(struct op *op, const struct incident *incident, const struct export_run *run) {
    const struct i18n *lang = op->lang != NULL ? op->lang : i18n_get(incident->lang);
    const char *state = arena_printf(op->arena, "incident.state.%s", incident_state_name(incident->state));
    json_put_text(run->json, "state_text", i18n_text(lang, state));
    json_put_bool(run->json, "drill", incident->kind == INCIDENT_DRILL);
    put_shown(op, run, run->json, "begin_shown", incident_begin(incident));
    put_shown(op, run, run->json, "recovered_shown", incident->phase_at[PHASE_RECOVERED]);
    put_shown(op, run, run->json, "retro_shown", incident->retro_at);
}

static bool collect(struct tx *tx, void *arg, struct error *err) {
    struct export_run *run = arg;
    struct incident incident;
    struct incident_view view;
    struct organisation organisation;
    if (!incident_by_ref(tx, run->ref, &incident, err) || !incident_view_tx(tx, &incident, &view, err)) return false;
    if (!organisation_find(tx, &organisation, err)) return false;
    run->tz = organisation.tz;
    run->json = incident_view_json(tx_op(tx), &view);
    if (run->shown) put_labels(tx_op(tx), &incident, run);
    return put_timeline(tx, &incident, run, err) && put_children(tx, &incident, run, err);
}

bool incident_export(struct op *op, const char *ref, enum export_format format, struct buf *out, struct error *err) {
    struct export_run run = { .ref = ref, .shown = format != EXPORT_JSON };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, collect, &run, err)) return false;
    if (format == EXPORT_JSON) {
        buf_puts(out, json_dump(op->arena, run.json));
    } else {
        const char *name = format == EXPORT_MD ? "incident/export.md.txt" : "incident/export";
        if (!template_render(name, run.json, op->lang != NULL ? op->lang : i18n_get(NULL), out, err)) return false;
    }
    if (out->overflow) return ERROR(err, ERR_TOO_LARGE, "incident.export_too_large", "%s", ref);
    return true;
}
