/* Settings of the organisation: its name, zone, language, working hours. */
#include "pages/form_view.h"

#include "base/json.h"
#include "base/str.h"

static const char *const LANGS[] = { "ko", "en", NULL };
static const char *const HOLIDAYS[] = { "kr", "none", NULL };

static const struct field_spec NAME = { "name", SHAPE_LINE, "setup.field.organisation", NULL, true, 80, NULL };
static const struct field_spec ZONE = { "zone", SHAPE_LINE, "setup.field.zone", "organisation_page.hint.zone", true,
                                        60,     NULL };
static const struct field_spec LANG = { "lang", SHAPE_SELECT, "organisation_page.lang", NULL, true, 0, NULL };
static const struct field_spec HOLIDAY = {
    "holidays", SHAPE_SELECT, "organisation_page.holidays", NULL, true, 0, NULL
};
static const struct field_spec DAYS = { "work_days", SHAPE_CHECKS, "organisation_page.work_days", NULL, true, 0, NULL };
static const struct field_spec FROM = { "work_from", SHAPE_LINE, "organisation_page.work_from", NULL, true, 5, NULL };
static const struct field_spec UNTIL = {
    "work_until", SHAPE_LINE, "organisation_page.work_until", NULL, true, 5, NULL
};
static const struct field_spec SELF_APPROVAL = {
    "notice_self_approval", SHAPE_FLAG, "organisation_page.self_approval", NULL, false, 0, NULL
};

static const char *clock_text(const struct screen *screen, int minutes) {
    return path_of(screen, "%02d:%02d", minutes / 60, minutes % 60);
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "organisation_page.title", &screen)) return;
    const struct organisation *now = &screen.organisation;
    json_put_text(screen.view, "heading", say(&screen, "organisation_page.title"));
    json_put_text(screen.view, "lead", say(&screen, "organisation_page.lead"));
    form_open(&screen, &form);
    form_action(&form, "/organisation", "ui.save");
    form_version(&form, now->version);
    form_field(&form, &NAME, now->name, NULL);
    form_field(&form, &ZONE, now->zone, NULL);
    form_field(&form, &LANG, now->lang, options_labels(&screen, "lang", LANGS, false));
    form_field(&form, &HOLIDAY, now->holidays, options_labels(&screen, "holidays", HOLIDAYS, false));
    form_week(&form, &DAYS, now->work_days);
    form_field(&form, &FROM, clock_text(&screen, now->work_from), NULL);
    form_field(&form, &UNTIL, clock_text(&screen, now->work_until), NULL);
    form_field(&form, &SELF_APPROVAL, now->notice_self_approval ? "true" : "", NULL);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_organisation(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_organisation(struct request *request, struct response *response) {
    struct organisation organisation;
    struct error err;
    bool self_approval = str_eq(request_form(request, "notice_self_approval"), "true");
    struct organisation_input input = { .name = request_form(request, "name"),
                                        .zone = request_form(request, "zone"),
                                        .lang = request_form(request, "lang"),
                                        .holidays = request_form(request, "holidays"),
                                        .work_days = form_week_typed(request, "work_days"),
                                        .work_from = request_form(request, "work_from"),
                                        .work_until = request_form(request, "work_until"),
                                        .notice_self_approval = self_approval ? "true" : "false" };
    if (!organisation_update(request->op, form_typed_version(request), &input, &organisation, &err))
        show(request, response, &err);
    else respond_redirect_flash(request, response, "/organisation", "flash.saved");
}

static const struct route ORGANISATION_LIST[] = {
    { HTTP_GET, "/organisation", page_organisation, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/organisation", do_organisation, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ORGANISATION_ROUTES = ROUTE_TABLE(ORGANISATION_LIST);
