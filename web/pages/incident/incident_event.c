/* Correcting one event of the timeline (R-A11): the earlier text is kept and shown. The address names it by its
 * number in the timeline, which never changes. */
#include "pages/form_view.h"
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

static const struct field_spec TEXT = { "text", SHAPE_AREA, "form.field.event_text", NULL, true, 8000, NULL };
static const struct field_spec AT = { "at", SHAPE_TIME, "form.field.event_at", NULL, false, 0, NULL };
static const struct field_spec PHASE = { "phase", SHAPE_SELECT, "form.field.event_phase", NULL, false, 0, NULL };
static const struct field_spec STARRED = { "starred", SHAPE_FLAG, "form.field.starred", NULL, false, 0, NULL };

static bool load_event(struct request *request, struct incident_page_data *data, const struct event **out,
                       struct error *err) {
    int64_t seq = 0;
    if (!str_to_i64(request_param(request, "seq"), &seq) || seq < 1 || seq == INT64_MAX) {
        return ERROR(err, ERR_NOT_FOUND, "timeline.unknown", "%s", request->path);
    }
    if (!incident_page_load(request->op, request_param(request, "ref"), seq + 1, data, err)) return false;
    if (data->event_count == 0 || data->events[0].seq != seq) {
        return ERROR(err, ERR_NOT_FOUND, "timeline.unknown", "%s", request->path);
    }
    *out = &data->events[0];
    return true;
}

static void build(struct form *form, const struct event *event) {
    const struct screen *screen = form->screen;
    struct arena *arena = screen->op->arena;
    if (event_kind_is_manual(event->kind)) form_field(form, &TEXT, event->text, NULL);
    form_field(form, &AT, when_input(arena, screen->organisation.tz, event->at), NULL);
    json_t *phases = options_new();
    option_add(phases, "", say(screen, "ui.none"));
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        option_add(phases, name, label(screen, "phase", name));
    }
    const char *now = event->phase < 0 ? "" : incident_phase_name((enum incident_phase)event->phase);
    form_field(form, &PHASE, now, phases);
    form_field(form, &STARRED, event->starred ? "true" : "", NULL);
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct incident_page_data data;
    const struct event *event = NULL;
    struct error err;
    if (!screen_open(request, response, "form.event.title", &screen)) return;
    if (!load_event(request, &data, &event, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *url = incident_url(&screen, data.view.incident.ref);
    json_t *crumb = json_object();
    json_put_text(crumb, "url", url);
    json_put_text(crumb, "label", data.view.incident.ref);
    json_put(screen.view, "crumb", crumb);
    json_put_text(screen.view, "heading", say(&screen, "form.event.title"));
    json_put_text(screen.view, "lead", say(&screen, "form.event.lead"));
    json_put(screen.view, "about", view_incident_row(&screen, &data.view.incident));
    form_open(&screen, &form);
    form_action(&form, request->path, "form.event.submit");
    form_text(&form, "cancel", path_of(&screen, "%s#e%lld", url, (long long)event->seq));
    build(&form, event);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_event(struct request *request, struct response *response) {
    show(request, response, NULL);
}

/* What was left as shown is left as it is: a time keeps its seconds, and no empty correction is written. */
static bool correct(struct request *request, const struct event *event, struct error *err) {
    struct organisation organisation;
    struct event out;
    if (!organisation_load(request->op, &organisation, err)) return false;
    const char *at = request_form(request, "at");
    const char *text = request_form(request, "text");
    bool same_time = str_eq(at, when_input(request->op->arena, organisation.tz, event->at));
    bool starred = str_eq(request_form(request, "starred"), "true");
    struct timeline_draft draft = { .at = same_time ? NULL : at,
                                    .text = text != NULL && str_eq(text, event->text) ? NULL : text,
                                    .phase = request_form(request, "phase"),
                                    .starred = starred == event->starred ? NULL
                                               : starred                 ? "true"
                                                                         : "false" };
    return incident_note_correct(request->op, request_param(request, "ref"), event->id, &draft, &out, err);
}

static void do_event(struct request *request, struct response *response) {
    struct incident_page_data data;
    const struct event *event = NULL;
    struct error err;
    if (!load_event(request, &data, &event, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (!correct(request, event, &err)) {
        show(request, response, &err);
        return;
    }
    const char *url =
        arena_printf(request->op->arena, "/incidents/%s#e%lld", request_param(request, "ref"), (long long)event->seq);
    respond_redirect_flash(request, response, url, "form.event.done");
}

static const struct route INCIDENT_EVENT_LIST[] = {
    { HTTP_GET, "/incidents/:ref/timeline/:seq", page_event, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/timeline/:seq", do_event, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table INCIDENT_EVENT_ROUTES = ROUTE_TABLE(INCIDENT_EVENT_LIST);
