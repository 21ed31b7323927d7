/* Making and changing schedules in the browser: one form with a preview. Without scripts the preview is a button; with
 * them schedule.js asks for the fragment as one types. */
#include "pages/oncall/duty_lanes.h"
#include "pages/oncall/schedule_form.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/mention.h"
#include "text/i18n.h"

enum { PREVIEW_DAYS = 28 };

struct editing {
    const struct rota *rota; /* NULL: a new one */
    const json_t *body;
    const struct schedule *draft; /* NULL: nothing to preview */
    const struct error *refusal;
    const char *version;
};

static bool put_preview(struct screen *screen, const struct editing *editing, struct error *err) {
    json_t *lanes = json_null();
    int64_t today = duty_midnight(screen, screen->op->now_ms / 1000);
    if (editing->draft != NULL && !duty_lanes(screen, editing->draft, today, PREVIEW_DAYS, &lanes, err)) return false;
    json_put(screen->view, "lanes", json_incref(lanes));
    return true;
}

/* Who is left without anybody to call when it goes. */
static const char *named_by(const struct screen *screen, const struct rota *rota) {
    struct error ignored;
    char id[ID_TEXT_SIZE];
    if (rota == NULL) return NULL;
    const char *const names[] = { rota->key, id_text(rota->id, id), NULL };
    struct mention mention = { TARGET_SCHEDULE, names, NULL };
    if (!escalation_mentions(screen->op, &mention, &ignored) || *mention.severities == '\0') return NULL;
    return i18n_format(screen->op->lang, screen->op->arena, "oncall_page.named_by",
                       I18N_ARGS({ "severities", mention.severities }));
}

static void put_head(struct screen *screen, const struct editing *editing) {
    const struct rota *rota = editing->rota;
    const char *base = rota == NULL ? "/oncall/new" : path_of(screen, "/oncall/%s/edit", rota->key);
    json_put_text(screen->view, "heading", rota == NULL ? say(screen, "oncall_page.add") : rota->name);
    json_put_text(screen->view, "action", base);
    json_put_text(screen->view, "delete_url", rota == NULL ? NULL : path_of(screen, "/oncall/%s/delete", rota->key));
    json_put_text(screen->view, "named_by", named_by(screen, rota));
    json_put_text(screen->view, "version", editing->version);
    json_put_bool(screen->view, "fresh", rota == NULL);
    json_put_bool(screen->view, "refused", editing->refusal != NULL);
    json_put_text(screen->view, "refusal",
                  editing->refusal == NULL ? NULL : say(screen, path_of(screen, "error.%s", editing->refusal->code)));
}

static void show(struct request *request, struct response *response, const struct editing *editing) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, editing->rota == NULL ? "oncall_page.add" : "oncall_page.edit", &screen))
        return;
    const json_t *body = editing->body == NULL ? schedule_form_fresh(&screen) : editing->body;
    json_t *form = schedule_form_view(&screen, body);
    put_head(&screen, editing);
    json_put(screen.view, "form", json_incref(form));
    if (!put_preview(&screen, editing, &err)) respond_error(request, response, &err);
    else if (editing->refusal == NULL) screen_show(&screen, "pages/schedule");
    else screen_refuse(&screen, "pages/schedule", editing->refusal);
}

static void page_new(struct request *request, struct response *response) {
    show(request, response, &(struct editing){ 0 });
}

/* A form that cannot show a part would drop it. */
static bool load_for_form(struct request *request, struct rota *rota, struct schedule **schedule, struct error *err) {
    if (!rota_load(request->op, request_param(request, "schedule"), rota, schedule, err)) return false;
    return schedule_form_fits(schedule_form_stored(request->op, rota, *schedule)) ||
           ERROR(err, ERR_CONFLICT, "schedule.too_large_for_form", "%s", rota->key);
}

static void page_edit(struct request *request, struct response *response) {
    struct rota rota;
    struct schedule *schedule;
    struct error err;
    if (!load_for_form(request, &rota, &schedule, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *version = arena_printf(request->op->arena, "%lld", (long long)rota.version);
    show(request, response,
         &(struct editing){ .rota = &rota,
                            .body = schedule_form_stored(request->op, &rota, schedule),
                            .draft = schedule,
                            .version = version });
}

/* The form again with what it would mean, or with what is wrong in it. */
static void show_draft(struct request *request, struct response *response, struct editing *editing) {
    struct schedule *draft = NULL;
    struct error err;
    if (rota_draft(request->op, editing->body, &draft, &err)) editing->draft = draft;
    else editing->refusal = &err;
    show(request, response, editing);
}

static void do_new(struct request *request, struct response *response) {
    struct editing editing = { .body = schedule_form_read(request) };
    struct rota made;
    struct error err;
    if (request_form(request, "preview") != NULL) {
        show_draft(request, response, &editing);
    } else if (rota_add(request->op, editing.body, &made, &err)) {
        respond_redirect_flash(request, response, arena_printf(request->op->arena, "/oncall/%s", made.key),
                               "flash.saved");
    } else {
        editing.refusal = &err;
        show(request, response, &editing);
    }
}

static int64_t version_of(const struct request *request) {
    int64_t version = 0;
    const char *text = request_form(request, "version");
    return text != NULL && str_to_i64(text, &version) ? version : 0;
}

static void do_edit(struct request *request, struct response *response) {
    struct rota rota, changed;
    struct schedule *schedule;
    struct error err;
    if (!load_for_form(request, &rota, &schedule, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct editing editing = { .rota = &rota, .body = schedule_form_read(request) };
    editing.version = request_form(request, "version");
    if (request_form(request, "preview") != NULL) {
        show_draft(request, response, &editing);
    } else if (rota_update(request->op, rota.key, version_of(request), editing.body, &changed, &err)) {
        respond_redirect_flash(request, response, arena_printf(request->op->arena, "/oncall/%s", rota.key),
                               "flash.saved");
    } else {
        editing.refusal = &err;
        show(request, response, &editing);
    }
}

static void do_delete(struct request *request, struct response *response) {
    struct error err;
    const struct schedule_removal removal = { request_param(request, "schedule"), version_of(request),
                                              str_eq(request_form(request, "force"), "true") };
    if (escalation_schedule_delete(request->op, &removal, &err))
        respond_redirect_flash(request, response, "/oncall", "flash.removed");
    else respond_error(request, response, &err);
}

/* For schedule.js: the lanes alone. What cannot be drawn yet is refused; the picture then stays as it was. */
static void do_preview(struct request *request, struct response *response) {
    struct screen screen;
    struct schedule *draft;
    struct error err;
    if (!screen_open(request, response, "oncall_page.edit", &screen)) return;
    bool fine = rota_draft(request->op, schedule_form_read(request), &draft, &err) &&
                put_preview(&screen, &(struct editing){ .draft = draft }, &err);
    if (fine) respond_fragment(request, response, "partials/duty_lanes", screen.view);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/new", page_new, PERM_SCHEDULE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/new", do_new, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/preview", do_preview, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/oncall/:schedule/edit", page_edit, PERM_SCHEDULE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/:schedule/edit", do_edit, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/:schedule/delete", do_delete, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table SCHEDULE_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
