/* 런북: what to do when something known breaks. List and search, one runbook, writing one. */
#include "pages/incident/runbooks.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "pages/form_view.h"
#include "text/i18n.h"
#include "text/markdown.h"

static const struct field_spec KEY = { "key", SHAPE_LINE, "runbook.key", "runbook.hint.key", true, 60, NULL };
static const struct field_spec TITLE = { "title", SHAPE_LINE, "runbook.name", NULL, true, RUNBOOK_TITLE_MAX, NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "runbook.service", "runbook.hint.service", false,
                                           0,         NULL };
static const struct field_spec ALERTS = { "alerts",          SHAPE_LINE, "runbook.alerts", "runbook.hint.alerts", false,
                                          RUNBOOK_WORDS_MAX, NULL };
static const struct field_spec WORDS = { "words",           SHAPE_LINE, "runbook.words", "runbook.hint.words", false,
                                         RUNBOOK_WORDS_MAX, NULL };
static const struct field_spec REASON = { "reason", SHAPE_AREA, "runbook.reason", "runbook.hint.reason", false,
                                          500,      NULL };
static const struct field_spec SECTIONS[RUNBOOK_SECTION_COUNT] = {
    { "symptom", SHAPE_AREA, "runbook.symptom", NULL, false, RUNBOOK_SECTION_MAX, NULL },
    { "cause_checks", SHAPE_AREA, "runbook.cause_checks", "runbook.hint.steps", false, RUNBOOK_SECTION_MAX, NULL },
    { "immediate_action", SHAPE_AREA, "runbook.immediate_action", "runbook.hint.steps", false, RUNBOOK_SECTION_MAX,
      NULL },
    { "recovery_checks", SHAPE_AREA, "runbook.recovery_checks", "runbook.hint.steps", false, RUNBOOK_SECTION_MAX,
      NULL },
    { "prevention", SHAPE_AREA, "runbook.prevention", NULL, false, RUNBOOK_SECTION_MAX, NULL },
    { "scope", SHAPE_AREA, "runbook.scope", NULL, false, RUNBOOK_SECTION_MAX, NULL },
};

static const char *runbook_url(const struct screen *screen, const char *key) {
    return path_of(screen, "/runbooks/%s", key);
}

static json_t *row_view(const struct screen *screen, const struct runbook *runbook) {
    json_t *row = json_object();
    json_put_text(row, "title", runbook->title);
    json_put_text(row, "key", runbook->key);
    json_put_text(row, "url", runbook_url(screen, runbook->key));
    json_put_text(row, "lang", runbook->lang);
    json_put_text(row, "service", runbook->service);
    json_put_text(row, "alerts", *runbook->alerts == '\0' ? NULL : runbook->alerts);
    json_put_text(row, "words", *runbook->words == '\0' ? NULL : runbook->words);
    json_put_bool(row, "shipped", runbook->version == 0);
    json_put_text(row, "version", path_of(screen, "%lld", (long long)runbook->version));
    json_put(row, "retired", view_instant(screen, runbook->retired_at));
    json_put_text(row, "retired_by", runbook->retired_by);
    json_put(row, "updated", view_instant(screen, runbook->updated_at));
    json_put_text(row, "by", runbook->updated_by);
    return row;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct runbook_list list, retired;
    struct error err;
    const char *words = request_query(request, "q");
    if (!screen_open(request, response, "runbook.title", &screen)) return;
    if (!runbook_list(request->op, words, &list, &err) || !runbook_list_retired(request->op, &retired, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array(), *old = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, row_view(&screen, &list.items[i]));
    for (size_t i = 0; i < retired.count; i++) json_push(old, row_view(&screen, &retired.items[i]));
    json_put(screen.view, "runbooks", rows);
    json_put(screen.view, "retired", old);
    json_put_bool(screen.view, "some_retired", retired.count > 0);
    json_put_bool(screen.view, "found", list.count > 0);
    json_put_text(screen.view, "q", words == NULL ? "" : words);
    screen_show(&screen, "pages/runbooks");
}

bool runbook_view(struct screen *screen, const struct runbook *runbook, struct error *err) {
    json_t *sections = json_array();
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
        char *html;
        if (str_blank(runbook->sections[i])) continue;
        if (!markdown_render(screen->op->arena, runbook->sections[i], &html, err)) return false;
        json_t *section = json_object();
        json_put_text(section, "id", SECTIONS[i].name);
        json_put_text(section, "title", say(screen, SECTIONS[i].label));
        json_put_text(section, "body_html", html);
        json_push(sections, section);
    }
    json_put(screen->view, "runbook", row_view(screen, runbook));
    json_put(screen->view, "sections", sections);
    json_put(screen->view, "run", json_null());
    json_put(screen->view, "versions", json_null());
    json_put(screen->view, "old", json_null());
    json_put_text(screen->view, "current_version", path_of(screen, "%lld", (long long)runbook->version));
    screen_title(screen, runbook->title);
    return true;
}

static bool add_versions(struct screen *screen, const struct runbook *runbook, struct error *err) {
    struct runbook_version *versions;
    size_t count;
    json_t *rows = json_array();
    if (!runbook_versions(screen->op, runbook, &versions, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_put_text(row, "version", path_of(screen, "%lld", (long long)versions[i].version));
        bool now = versions[i].version == runbook->version;
        json_put_text(row, "read_url",
                      now ? NULL
                          : path_of(screen, "%s/versions/%lld", runbook_url(screen, runbook->key),
                                    (long long)versions[i].version));
        json_put_bool(row, "as_shipped", versions[i].version == 0);
        json_put_text(row, "reason", versions[i].reason);
        json_put_text(row, "by", versions[i].by);
        json_put_text(row, "ref", versions[i].incident_ref);
        const char *ref = versions[i].incident_ref;
        json_put_text(row, "url", ref == NULL ? NULL : incident_url(screen, ref));
        json_put(row, "at", view_instant(screen, versions[i].at));
        json_push(rows, row);
    }
    json_put(screen->view, "versions", rows);
    return true;
}

static void page_one(struct request *request, struct response *response) {
    struct screen screen;
    struct runbook runbook;
    struct error err;
    if (!screen_open(request, response, "runbook.title", &screen)) return;
    if (!runbook_load(request->op, request_param(request, "key"), NULL, &runbook, &err) ||
        !runbook_view(&screen, &runbook, &err) || !add_versions(&screen, &runbook, &err)) {
        respond_error(request, response, &err);
        return;
    }
    screen_show(&screen, "pages/runbook");
}

static int64_t number_of(const char *text, int64_t otherwise) {
    int64_t number = otherwise;
    if (text != NULL && !str_to_i64(text, &number)) number = otherwise;
    return number;
}

static void page_version(struct request *request, struct response *response) {
    struct screen screen;
    struct runbook runbook;
    struct error err;
    if (!screen_open(request, response, "runbook.title", &screen)) return;
    if (!runbook_at_version(request->op, request_param(request, "key"), number_of(request_param(request, "n"), -1),
                            &runbook, &err) ||
        !runbook_view(&screen, &runbook, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *old = json_object();
    json_put_text(old, "current", runbook_url(&screen, runbook.key));
    json_put_text(old, "edit",
                  path_of(&screen, "%s/edit?from=%lld", runbook_url(&screen, runbook.key), (long long)runbook.version));
    json_put(screen.view, "old", old);
    screen_show(&screen, "pages/runbook");
}

/* -- writing -- */

static void show_form(struct request *request, struct response *response, const struct runbook *runbook,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    const char *heading = runbook == NULL ? "runbook.add" : "runbook.edit";
    const struct runbook fresh = { .title = "", .alerts = "", .words = "" };
    const struct runbook *shown = runbook == NULL ? &fresh : runbook;
    if (!screen_open(request, response, heading, &screen)) return;
    json_put_text(screen.view, "heading", say(&screen, heading));
    json_put_text(screen.view, "lead", say(&screen, "runbook.form_lead"));
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/runbooks");
    json_put_text(crumb, "label", say(&screen, "runbook.title"));
    json_put(screen.view, "crumb", crumb);
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "draft", path_of(&screen, "runbook-%s", runbook == NULL ? "new" : runbook->key));
    form_text(&form, "cancel", runbook == NULL ? "/runbooks" : runbook_url(&screen, runbook->key));
    if (runbook != NULL) form_version(&form, runbook->version);
    else form_field(&form, &KEY, NULL, NULL);
    form_field(&form, &TITLE, shown->title, NULL);
    form_field(&form, &SERVICE, shown->service, options_services(&screen));
    form_field(&form, &ALERTS, shown->alerts, NULL);
    form_field(&form, &WORDS, shown->words, NULL);
    form_fields(&form, SECTIONS, RUNBOOK_SECTION_COUNT, shown->sections);
    if (runbook != NULL) {
        form_field(&form, &REASON, request_query(request, "reason"), NULL);
        const char *incident = request_query(request, "incident");
        if (request->method == HTTP_POST) incident = request_form(request, "incident");
        if (!str_blank(incident)) form_hidden(&form, "incident", incident);
    }
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

/* Browsers send line ends as CR LF; stored texts have LF. */
static const char *unix_lines(struct request *request, const char *name) {
    const char *text = request_form(request, name);
    char *copy = arena_str(request->op->arena, text == NULL ? "" : text), *to = copy;
    for (const char *at = copy; *at != '\0'; at++) {
        if (*at != '\r') *to++ = *at;
    }
    *to = '\0';
    return copy;
}

static struct runbook_input form_input(struct request *request) {
    struct runbook_input input = { .key = request_form(request, "key"),
                                   .title = unix_lines(request, "title"),
                                   .service = request_form(request, "service"),
                                   .alerts = unix_lines(request, "alerts"),
                                   .words = unix_lines(request, "words"),
                                   .reason = request_form(request, "reason"),
                                   .incident = request_form(request, "incident") };
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) input.sections[i] = unix_lines(request, SECTIONS[i].name);
    return input;
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

static void go_to(struct request *request, struct response *response, const struct runbook *runbook,
                  const char *flash) {
    respond_redirect_flash(request, response, arena_printf(request->op->arena, "/runbooks/%s", runbook->key), flash);
}

static void do_new(struct request *request, struct response *response) {
    struct runbook_input input = form_input(request);
    struct runbook runbook;
    struct error err;
    if (runbook_add(request->op, &input, &runbook, &err)) go_to(request, response, &runbook, "flash.added");
    else show_form(request, response, NULL, &err);
}

static bool load(struct request *request, struct response *response, struct runbook *out) {
    struct error err;
    if (runbook_load(request->op, request_param(request, "key"), NULL, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

/* ?from=3: with the text of that version, to bring it back. */
static void page_edit(struct request *request, struct response *response) {
    struct runbook runbook, old;
    struct error err;
    if (!load(request, response, &runbook)) return;
    int64_t from = number_of(request_query(request, "from"), -1);
    if (from >= 0 && runbook_at_version(request->op, runbook.key, from, &old, &err)) {
        old.version = runbook.version;
        show_form(request, response, &old, NULL);
    } else {
        show_form(request, response, &runbook, NULL);
    }
}

static void do_edit(struct request *request, struct response *response) {
    struct runbook_input input = form_input(request);
    struct runbook runbook, saved;
    struct error err;
    int64_t version = number_of(request_form(request, "version"), INT64_MAX); /* none of ours: stale */
    if (!load(request, response, &runbook)) return;
    if (runbook_update(request->op, runbook.key, version, &input, &saved, &err)) {
        go_to(request, response, &saved, "flash.saved");
    } else {
        show_form(request, response, &runbook, &err);
    }
}

static void do_retire(struct request *request, struct response *response) {
    struct runbook runbook;
    struct error err;
    if (!load(request, response, &runbook)) return;
    int64_t version = number_of(request_form(request, "version"), INT64_MAX);
    if (runbook_retire(request->op, runbook.key, version, request_form(request, "reason"), &err)) {
        go_to(request, response, &runbook, "flash.saved");
    } else {
        respond_error(request, response, &err);
    }
}

static void do_restore(struct request *request, struct response *response) {
    struct runbook runbook;
    struct error err;
    if (!load(request, response, &runbook)) return;
    if (runbook_restore(request->op, runbook.key, &err)) go_to(request, response, &runbook, "flash.saved");
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/runbooks", page_list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/runbooks/new", page_new, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/runbooks/new", do_new, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/runbooks/:key", page_one, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/runbooks/:key/versions/:n", page_version, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/runbooks/:key/retire", do_retire, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/runbooks/:key/restore", do_restore, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/runbooks/:key/edit", page_edit, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/runbooks/:key/edit", do_edit, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table RUNBOOK_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
