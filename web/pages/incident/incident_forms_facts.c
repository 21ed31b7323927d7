/* Forms that write or correct what is known: facts, times of the phases, relations, events of the timeline. */
#include "pages/incident/incident_forms.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/draft.h"
#include "text/when.h"

static const char *const DETECTIONS[] = { "monitoring", "cs", "internal", "external", NULL };
static const char *const CATEGORIES[] = { "infrastructure", "application", "data", "external", "security", NULL };
static const char *const YES_NO[] = { "yes", "no", NULL };
static const char *const RELATIONS[] = { "recurrence", "related", "duplicate", NULL };
static const char *const EVENT_KINDS[] = { "note", "decision", "link", "log", NULL };

/* -- facts -- */

static const struct field_spec FACTS[] = {
    { "title", SHAPE_LINE, "form.field.title", NULL, false, 200, NULL },
    { "symptom", SHAPE_AREA, "form.field.symptom", NULL, false, 1000, NULL },
    { "impact", SHAPE_AREA, "form.field.impact", NULL, false, 1000, NULL },
    { "owner", SHAPE_LINE, "form.field.owner", NULL, false, 80, NULL },
    { "suspected_cause", SHAPE_AREA, "form.field.suspected_cause", NULL, false, 1000, NULL },
    { "action", SHAPE_AREA, "form.field.action", NULL, false, 1000, NULL },
    { "status_note", SHAPE_AREA, "form.field.status_note", NULL, false, 1000, NULL },
    { "sensitivity", SHAPE_LINE, "form.field.sensitivity", "form.hint.sensitivity", false, 1000, NULL },
    { "damage", SHAPE_LINE, "form.field.damage", "form.hint.damage", false, 1000, NULL },
};
static const struct field_spec AFTER[] = {
    { "cause", SHAPE_AREA, "form.field.cause", NULL, false, 2000, NULL },
    { "recovery_action", SHAPE_AREA, "form.field.recovery_action", NULL, false, 2000, NULL },
    { "recovery_impact", SHAPE_AREA, "form.field.recovery_impact", NULL, false, 2000, NULL },
    { "follow_up", SHAPE_AREA, "form.field.follow_up", NULL, false, 2000, NULL },
};
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "form.field.service", NULL, false, 0, NULL };
static const struct field_spec DETECTION = { "detection", SHAPE_SELECT, "form.field.detection", NULL, false, 0, NULL };
static const struct field_spec CATEGORY = { "category", SHAPE_SELECT, "form.field.category", NULL, false, 0, NULL };
static const struct field_spec CONTROLLABLE = {
    "controllable", SHAPE_SELECT, "form.field.controllable", "form.hint.controllable", false, 0, NULL
};

static void build_edit(struct form *form, const struct incident_page_data *data) {
    const struct incident *in = &data->view.incident;
    const struct screen *screen = form->screen;
    form_version(form, in->version);
    form_fields(form, FACTS, sizeof FACTS / sizeof *FACTS,
                (const char *[]){ in->title, in->symptom, in->impact, in->owner, in->suspected_cause, in->action,
                                  in->status_note, in->sensitivity, in->damage });
    form_field(form, &SERVICE, in->service_key, options_services(screen));
    form_field(form, &DETECTION, incident_detection_name(in->detection),
               options_labels(screen, "detection", DETECTIONS, true));
    form_field(form, &CATEGORY, incident_category_name(in->category),
               options_labels(screen, "category", CATEGORIES, true));
    form_field(form, &CONTROLLABLE, tristate_name(in->controllable),
               options_labels(screen, "controllable", YES_NO, true));
    if (incident_is_open(in->state)) return;
    form_fields(form, AFTER, sizeof AFTER / sizeof *AFTER,
                (const char *[]){ in->cause, in->recovery_action, in->recovery_impact, in->follow_up });
}

static bool submit_edit(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    struct incident_patch patch = {
        .title = request_form(request, "title"),
        .symptom = request_form(request, "symptom"),
        .impact = request_form(request, "impact"),
        .service = request_form(request, "service"),
        .category = request_form(request, "category"),
        .controllable = request_form(request, "controllable"),
        .sensitivity = request_form(request, "sensitivity"),
        .damage = request_form(request, "damage"),
        .detection = request_form(request, "detection"),
        .owner = request_form(request, "owner"),
        .action = request_form(request, "action"),
        .suspected_cause = request_form(request, "suspected_cause"),
        .status_note = request_form(request, "status_note"),
        .cause = request_form(request, "cause"),
        .recovery_action = request_form(request, "recovery_action"),
        .recovery_impact = request_form(request, "recovery_impact"),
        .follow_up = request_form(request, "follow_up"),
        .expected_version = form_version_or(request, 0),
    };
    return incident_correct(request->op, ref, &patch, &incident, err);
}

/* -- times -- */

/* The API's names of the phases' times. */
static const char *const TIMES[PHASE_COUNT] = { "started_at",   "detected_at", "propagated_at", "triaged_at",
                                                "recovered_at", "analysed_at", "shared_at",     "reviewed_at" };

static const char *time_text(const struct request *request, const struct organisation *organisation, int64_t ms) {
    return ms == 0 ? "" : when_input(request->op->arena, organisation->tz, ms);
}

static void build_times(struct form *form, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    const struct screen *screen = form->screen;
    form_version(form, incident->version);
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        struct field_spec spec = { .name = TIMES[phase],
                                   .shape = SHAPE_TIME,
                                   .label = arena_printf(screen->op->arena, "label.phase.%s", name) };
        form_field(form, &spec, time_text(screen->request, &screen->organisation, incident->phase_at[phase]), NULL);
    }
}

/* A time left as it was shown is left as it is, so its seconds survive. */
static bool submit_times(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    struct organisation organisation;
    struct incident_patch patch = { .expected_version = form_version_or(request, 0) };
    if (!incident_find(request->op, ref, &incident, err) || !organisation_load(request->op, &organisation, err)) {
        return false;
    }
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *typed = request_form(request, TIMES[phase]);
        const char *shown = time_text(request, &organisation, incident.phase_at[phase]);
        if (typed != NULL && !str_eq(typed, shown)) patch.phase_at[phase] = typed;
    }
    return incident_correct(request->op, ref, &patch, &incident, err);
}

/* -- relations -- */

static const struct field_spec OTHER = { "ref", SHAPE_LINE, "form.field.other", "form.hint.ref", true, 20, NULL };
static const struct field_spec RELATION = { "kind", SHAPE_RADIO, "form.field.relation", NULL, true, 0, NULL };

static void build_relate(struct form *form, const struct incident_page_data *data) {
    const struct screen *screen = form->screen;
    struct similar *list = NULL;
    size_t count = 0;
    struct error err;
    form_field(form, &OTHER, NULL, NULL);
    form_field(form, &RELATION, "recurrence", options_labels(screen, "relation", RELATIONS, false));
    if (!similar_to_incident(screen->op, data->ref, &list, &count, &err)) count = 0; /* it only helps */
    json_put(screen->view, "similar", view_similar(screen, list, count));
    json_put_text(screen->view, "similar_none", say(screen, "declare.similar_none"));
    json_put_bool(screen->view, "with_similar", true);
}

static bool submit_relate(struct request *request, const char *ref, struct error *err) {
    return incident_relate(request->op, ref, request_form(request, "ref"), request_form(request, "kind"), err);
}

/* -- events -- */

static const struct field_spec TEXT = { "text", SHAPE_AREA, "form.field.event_text", NULL, true, 8000, NULL };
static const struct field_spec EVENT_KIND = { "kind", SHAPE_RADIO, "form.field.event_kind", NULL, true, 0, NULL };
static const struct field_spec AT = { "at", SHAPE_TIME, "form.field.event_at", "form.hint.event_at", false, 0, NULL };
static const struct field_spec PHASE = { "phase", SHAPE_SELECT, "form.field.event_phase", NULL, false, 0, NULL };
static const struct field_spec STARRED = { "starred", SHAPE_FLAG, "form.field.starred", NULL, false, 0, NULL };

static json_t *options_phases(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "", say(screen, "ui.none"));
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        option_add(options, name, label(screen, "phase", name));
    }
    return options;
}

static void build_note(struct form *form, const struct incident_page_data *data) {
    (void)data;
    form_field(form, &EVENT_KIND, "note", options_labels(form->screen, "event", EVENT_KINDS, false));
    form_field(form, &TEXT, NULL, NULL);
    form_field(form, &AT, NULL, NULL);
    form_field(form, &PHASE, NULL, options_phases(form->screen));
    form_field(form, &STARRED, NULL, NULL);
}

static bool submit_note(struct request *request, const char *ref, struct error *err) {
    struct timeline_draft draft = { .at = request_form(request, "at"),
                                    .text = request_form(request, "text"),
                                    .kind = request_form(request, "kind"),
                                    .phase = request_form(request, "phase"),
                                    .starred = request_form(request, "starred") };
    struct event event;
    return incident_note(request->op, ref, &draft, &event, err);
}

const struct incident_form INCIDENT_FACT_FORMS[] = {
    { "edit", "primary", build_edit, submit_edit },
    { "times", "primary", build_times, submit_times },
    { "relate", "primary", build_relate, submit_relate },
    { "note", "primary", build_note, submit_note },
};
const size_t INCIDENT_FACT_FORM_COUNT = sizeof INCIDENT_FACT_FORMS / sizeof *INCIDENT_FACT_FORMS;
