/* 점검: what is planned, for whom it is shown, and the forms to plan, change and cancel it. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "service/maintenance.h"
#include "text/i18n.h"
#include "text/when.h"

static const struct field_spec TITLES[] = {
    { "title", SHAPE_LINE, "maintenance.title_ko", NULL, true, MAINTENANCE_TITLE_MAX, NULL },
    { "title_en", SHAPE_LINE, "maintenance.title_en", NULL, false, MAINTENANCE_TITLE_MAX, NULL },
};
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "maintenance.service", NULL, false, 0, NULL };
static const struct field_spec TIMES[] = {
    { "starts_at", SHAPE_TIME, "maintenance.starts", NULL, true, 0, NULL },
    { "ends_at", SHAPE_TIME, "maintenance.ends", NULL, true, 0, NULL },
};
static const struct field_spec REPEAT = { "repeat", SHAPE_SELECT, "maintenance.repeat", NULL, false, 0, NULL };
static const struct field_spec COUNT = { "times", SHAPE_NUMBER, "maintenance.times", "maintenance.hint.times", false,
                                         2,       NULL };
static const struct field_spec PUBLIC = { "public", SHAPE_FLAG, "maintenance.public", "maintenance.hint.public", false,
                                          0,        NULL };
static const struct field_spec NOTES[] = {
    { "note", SHAPE_AREA, "maintenance.note_ko", "maintenance.hint.note", false, MAINTENANCE_NOTE_MAX, NULL },
    { "note_en", SHAPE_AREA, "maintenance.note_en", NULL, false, MAINTENANCE_NOTE_MAX, NULL },
};

static const char *url_of(const struct screen *screen, int64_t id) {
    char text[ID_TEXT_SIZE];
    return path_of(screen, "/maintenance/%s", id_text(id, text));
}

static json_t *row_of(const struct screen *screen, const struct maintenance *m) {
    static const char *const TONES[] = { "info", "warn", "", "" };
    enum maintenance_state state = maintenance_state_at(m, screen->op->now_ms);
    bool english = str_eq(i18n_code(screen->op->lang), "en") && *m->title_en != '\0';
    json_t *row = json_object();
    json_put_text(row, "title", english ? m->title_en : m->title);
    json_put_text(row, "url",
                  state < MAINTENANCE_COMPLETED && screen_may(screen, PERM_SERVICE) ? url_of(screen, m->id) : NULL);
    json_put_text(row, "service", m->service_id == 0 ? say(screen, "maintenance.everything") : m->service_name);
    json_put_text(row, "when", when_range(screen->op->arena, screen->organisation.tz, m->starts_at, m->ends_at, true));
    json_put_text(row, "state", say(screen, path_of(screen, "maintenance.state.%s", maintenance_state_name(state))));
    json_put_text(row, "tone", TONES[state]);
    json_put_bool(row, "internal", !m->public);
    json_put_bool(row, "repeated", m->series_id != 0);
    return row;
}

static bool add_list(const struct screen *screen, const char *member, bool past, struct error *err) {
    struct maintenance_list list;
    if (!maintenance_list(screen->op, past, &list, err)) return false;
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, row_of(screen, &list.items[i]));
    json_put(screen->view, member, rows);
    return true;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "maintenance.heading", &screen)) return;
    json_put_bool(screen.view, "may_plan", screen_may(&screen, PERM_SERVICE));
    if (!add_list(&screen, "coming", false, &err) || !add_list(&screen, "past", true, &err))
        respond_error(request, response, &err);
    else screen_show(&screen, "pages/maintenances");
}

/* --- the form --- */

static json_t *service_options(const struct screen *screen) {
    json_t *options = options_services(screen);
    json_put_text(json_array_get(options, 0), "label", say(screen, "maintenance.everything"));
    return options;
}

static void add_repeat(const struct screen *screen, struct form *form) {
    static const char *const WORDS[] = { "none", "daily", "weekly", "monthly" };
    json_t *options = options_new();
    for (size_t i = 0; i < 4; i++)
        option_add(options, WORDS[i],
                   say(screen, i == 0 ? "maintenance.none_repeat" : path_of(screen, "maintenance.%s", WORDS[i])));
    form_field(form, &REPEAT, "none", options);
    form_field(form, &COUNT, NULL, NULL);
}

static void add_fields(const struct screen *screen, struct form *form, const struct maintenance *m) {
    const struct tz *tz = screen->organisation.tz;
    struct arena *arena = screen->op->arena;
    form_fields(form, TITLES, 2, m == NULL ? NULL : (const char *const[]){ m->title, m->title_en });
    form_field(form, &SERVICE, m == NULL ? NULL : m->service_key, service_options(screen));
    form_fields(form, TIMES, 2,
                m == NULL
                    ? NULL
                    : (const char *const[]){ when_input(arena, tz, m->starts_at), when_input(arena, tz, m->ends_at) });
    if (m == NULL) add_repeat(screen, form);
    form_field(form, &PUBLIC, m == NULL || m->public ? "true" : "false", NULL);
    form_fields(form, NOTES, 2, m == NULL ? NULL : (const char *const[]){ m->note, m->note_en });
}

static void show_form(struct request *request, struct response *response, const struct maintenance *m,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, m == NULL ? "maintenance.plan" : "maintenance.edit", &screen)) return;
    json_put_text(screen.view, "cancel_url", m == NULL ? NULL : path_of(&screen, "%s/cancel", url_of(&screen, m->id)));
    json_put_bool(screen.view, "repeated", m != NULL && m->series_id != 0);
    json_put_text(screen.view, "heading", say(&screen, m == NULL ? "maintenance.plan" : "maintenance.edit"));
    form_open(&screen, &form);
    form_action(&form, m == NULL ? "/maintenance/new" : url_of(&screen, m->id),
                m == NULL ? "maintenance.plan" : "ui.save");
    form_text(&form, "cancel", "/maintenance");
    if (m != NULL) form_version(&form, m->version);
    add_fields(&screen, &form, m);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/maintenance");
    else screen_refuse(&screen, "pages/maintenance", refusal);
}

static bool path_row(struct request *request, struct maintenance *out, struct error *err) {
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    return maintenance_load(request->op, id, out, err);
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

static void page_edit(struct request *request, struct response *response) {
    struct maintenance m;
    struct error err;
    if (path_row(request, &m, &err)) show_form(request, response, &m, NULL);
    else respond_error(request, response, &err);
}

static struct maintenance_input typed(const struct request *request) {
    const char *flag = request_form(request, "public");
    return (struct maintenance_input){ .title = request_form(request, "title"),
                                       .title_en = request_form(request, "title_en"),
                                       .note = request_form(request, "note"),
                                       .note_en = request_form(request, "note_en"),
                                       .service = request_form(request, "service"),
                                       .starts_at = request_form(request, "starts_at"),
                                       .ends_at = request_form(request, "ends_at"),
                                       .public = flag == NULL ? "false" : flag,
                                       .repeat = request_form(request, "repeat"),
                                       .times = request_form(request, "times") };
}

static void do_plan(struct request *request, struct response *response) {
    struct maintenance_input input = typed(request);
    struct maintenance m;
    struct error err;
    if (maintenance_plan(request->op, &input, &m, &err))
        respond_redirect_flash(request, response, "/maintenance", "flash.maintenance_planned");
    else if (screen_can_refuse(&err)) show_form(request, response, NULL, &err);
    else respond_error(request, response, &err);
}

static void do_edit(struct request *request, struct response *response) {
    struct maintenance_input input = typed(request);
    struct maintenance m;
    struct error err;
    int64_t version = form_version_or(request, 0);
    if (!path_row(request, &m, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (maintenance_edit(request->op, m.id, version, &input, &m, &err))
        respond_redirect_flash(request, response, "/maintenance", "flash.saved");
    else if (screen_can_refuse(&err)) show_form(request, response, &m, &err);
    else respond_error(request, response, &err);
}

static void do_cancel(struct request *request, struct response *response) {
    struct maintenance m;
    struct error err;
    bool following = str_eq(request_form(request, "following"), "true");
    if (path_row(request, &m, &err) && maintenance_cancel(request->op, m.id, following, &m, &err))
        respond_redirect_flash(request, response, "/maintenance", "flash.maintenance_cancelled");
    else respond_error(request, response, &err);
}

#define SEE CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/maintenance", page_list, PERM_READ, SEE },
    { HTTP_GET, "/maintenance/new", page_new, PERM_SERVICE, SEE },
    { HTTP_POST, "/maintenance/new", do_plan, PERM_SERVICE, WRITE },
    { HTTP_GET, "/maintenance/:id", page_edit, PERM_SERVICE, SEE },
    { HTTP_POST, "/maintenance/:id", do_edit, PERM_SERVICE, WRITE },
    { HTTP_POST, "/maintenance/:id/cancel", do_cancel, PERM_SERVICE, WRITE },
};
const struct route_table MAINTENANCE_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
