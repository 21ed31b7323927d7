/* Vendors: adding, editing and removing one; the list stands on the contacts page (contacts.c). */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "service/vendor.h"

static const struct field_spec FIELDS[] = {
    { "name", SHAPE_LINE, "contacts.vendor_name", NULL, true, VENDOR_NAME_MAX, NULL },
    { "supplies", SHAPE_LINE, "contacts.supplies", "contacts.hint.supplies", false, VENDOR_LINE_MAX, NULL },
    { "phone", SHAPE_LINE, "person.phone", NULL, false, VENDOR_LINE_MAX, NULL },
    { "email", SHAPE_EMAIL, "person.email", NULL, false, VENDOR_LINE_MAX, NULL },
    { "url", SHAPE_LINE, "contacts.url", "contacts.hint.url", false, VENDOR_LINE_MAX, NULL },
};
static const struct field_spec DAYS = { "days", SHAPE_CHECKS, "contacts.days", NULL, true, 0, NULL };
static const struct field_spec HOURS[] = {
    { "from", SHAPE_LINE, "contacts.from", NULL, true, 5, NULL },
    { "to", SHAPE_LINE, "contacts.to", "contacts.hint.to", true, 5, NULL },
    { "zone", SHAPE_LINE, "oncall_page.time_zone", NULL, true, 60, NULL },
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS, HOUR_COUNT = sizeof HOURS / sizeof *HOURS };
static const struct field_spec HOLIDAYS = { "holidays", SHAPE_FLAG, "contacts.holidays", NULL, false, 0, NULL };
static const struct field_spec NOTE = { "note",          SHAPE_AREA, "contacts.note", "contacts.hint.note", false,
                                        VENDOR_NOTE_MAX, NULL };

static const char *clock_text(const struct screen *screen, int minutes) {
    return path_of(screen, "%02d:%02d", minutes / 60, minutes % 60);
}

static void add_removal(const struct screen *screen, const struct vendor *vendor) {
    char id[ID_TEXT_SIZE];
    json_t *asides = json_array(), *aside = json_object(), *buttons = json_array(), *button = json_object();
    json_put_text(button, "action", path_of(screen, "/vendors/%s/remove", id_text(vendor->id, id)));
    json_put_text(button, "label", say(screen, "contacts.vendor_remove"));
    json_put_text(button, "tone", "danger");
    json_put(button, "hidden", json_array());
    json_push(buttons, button);
    json_put_text(aside, "title", say(screen, "contacts.vendor_remove"));
    json_put_text(aside, "text", say(screen, "contacts.vendor_remove_lead"));
    json_put(aside, "buttons", buttons);
    json_push(asides, aside);
    json_put(screen->view, "asides", asides);
}

/* vendor NULL: a new one. */
static void show_form(struct request *request, struct response *response, const struct vendor *vendor,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "contacts.vendor_add", &screen)) return;
    const struct vendor fresh = { .name = "",
                                  .supplies = "",
                                  .phone = "",
                                  .email = "",
                                  .url = "",
                                  .note = "",
                                  .zone = screen.organisation.zone,
                                  .days = 0x1f,
                                  .from = 540,
                                  .to = 1080 };
    const struct vendor *shown = vendor == NULL ? &fresh : vendor;
    const char *values[FIELD_COUNT] = { shown->name, shown->supplies, shown->phone, shown->email, shown->url };
    const char *hours[HOUR_COUNT] = { clock_text(&screen, shown->from), clock_text(&screen, shown->to), shown->zone };
    if (vendor != NULL) screen_title(&screen, vendor->name);
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/contacts");
    json_put_text(crumb, "label", say(&screen, "contacts.title"));
    json_put(screen.view, "crumb", crumb);
    json_put_text(screen.view, "heading", vendor == NULL ? say(&screen, "contacts.vendor_add") : vendor->name);
    json_put_text(screen.view, "lead", say(&screen, "contacts.vendor_lead"));
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", "/contacts");
    if (vendor != NULL) form_version(&form, vendor->version);
    form_fields(&form, FIELDS, FIELD_COUNT, values);
    form_week(&form, &DAYS, shown->days);
    form_fields(&form, HOURS, HOUR_COUNT, hours);
    form_field(&form, &HOLIDAYS, shown->holidays ? "true" : "", NULL);
    form_field(&form, &NOTE, shown->note, NULL);
    if (vendor != NULL) add_removal(&screen, vendor);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

/* An empty box of a form is an answer: "" clears, and an unticked one says no. */
static struct vendor_input typed(const struct request *request) {
    const char *holidays = request_form(request, "holidays");
    return (struct vendor_input){ .name = request_form(request, "name"),
                                  .supplies = request_form(request, "supplies"),
                                  .phone = request_form(request, "phone"),
                                  .email = request_form(request, "email"),
                                  .url = request_form(request, "url"),
                                  .note = request_form(request, "note"),
                                  .zone = request_form(request, "zone"),
                                  .days = form_week_typed(request, "days"),
                                  .from = request_form(request, "from"),
                                  .to = request_form(request, "to"),
                                  .holidays = holidays == NULL ? "false" : holidays };
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

static void do_new(struct request *request, struct response *response) {
    struct vendor vendor;
    struct error err;
    struct vendor_input input = typed(request);
    if (vendor_add(request->op, &input, &vendor, &err))
        respond_redirect_flash(request, response, "/contacts", "flash.added");
    else show_form(request, response, NULL, &err);
}

static bool load(struct request *request, struct response *response, struct vendor *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (vendor_load(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static void page_vendor(struct request *request, struct response *response) {
    struct vendor vendor;
    if (load(request, response, &vendor)) show_form(request, response, &vendor, NULL);
}

static void do_vendor(struct request *request, struct response *response) {
    struct vendor vendor, after;
    struct error err;
    int64_t version = -1;
    const char *text = request_form(request, "version");
    struct vendor_input input = typed(request);
    if (!load(request, response, &vendor)) return;
    if (text != NULL) (void)str_to_i64(text, &version);
    if (vendor_update(request->op, vendor.id, version, &input, &after, &err))
        respond_redirect_flash(request, response, "/contacts", "flash.saved");
    else show_form(request, response, &vendor, &err);
}

static void do_remove(struct request *request, struct response *response) {
    struct vendor vendor;
    struct error err;
    if (!load(request, response, &vendor)) return;
    if (vendor_remove(request->op, vendor.id, 0, &err))
        respond_redirect_flash(request, response, "/contacts", "flash.removed");
    else respond_error(request, response, &err);
}

#define SEE PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define SEND PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/vendors/new", page_new, SEE },           { HTTP_POST, "/vendors/new", do_new, SEND },
    { HTTP_GET, "/vendors/:id", page_vendor, SEE },        { HTTP_POST, "/vendors/:id", do_vendor, SEND },
    { HTTP_POST, "/vendors/:id/remove", do_remove, SEND },
};
const struct route_table VENDOR_ROUTES = ROUTE_TABLE(ROUTES);
