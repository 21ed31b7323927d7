/* Runbooks of an incident: see incident_runbooks.h. Starting one, and reading the text it was started with. */
#include "pages/incident/incident_runbooks.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "pages/incident/runbooks.h"
#include "runbook/run.h"
#include "text/i18n.h"

#include <string.h>

enum { OFFERED_SHOWN = 3 };

static const char *edit_url(const struct screen *screen, const char *key, const char *ref) {
    return path_of(screen, "/runbooks/%s/edit?incident=%s", key, ref);
}

static json_t *offer_view(const struct screen *screen, const struct runbook_match *match, const char *ref) {
    const struct i18n *lang = screen->op->lang;
    struct arena *arena = screen->op->arena;
    json_t *row = json_object(), *reasons = json_array();
    json_put_text(row, "key", match->runbook->key);
    json_put_text(row, "title", match->runbook->title);
    json_put_text(row, "url", path_of(screen, "/runbooks/%s", match->runbook->key));
    json_put_text(row, "edit", edit_url(screen, match->runbook->key, ref));
    if (match->alert != NULL) {
        json_push(reasons,
                  json_string(i18n_format(lang, arena, "runbook.by_alert", I18N_ARGS({ "name", match->alert }))));
    }
    if (match->service) json_push(reasons, json_string(say(screen, "runbook.by_service")));
    if (match->words != NULL) {
        json_push(reasons,
                  json_string(i18n_format(lang, arena, "runbook.by_words", I18N_ARGS({ "words", match->words }))));
    }
    json_put(row, "reasons", reasons);
    return row;
}

bool incident_runbooks_view(struct screen *screen, const char *ref, struct error *err) {
    struct runbook_offers offers;
    if (!runbook_offers(screen->op, ref, &offers, err)) return false;
    json_t *view = json_object(), *offered = json_array(), *runs = json_array();
    for (size_t i = 0; i < offers.match_count && i < OFFERED_SHOWN; i++) {
        json_push(offered, offer_view(screen, &offers.matches[i], ref));
    }
    for (size_t i = 0; i < offers.run_count; i++) {
        char id[ID_TEXT_SIZE];
        json_t *row = json_object();
        json_put_text(row, "title", offers.runs[i].runbook.title);
        json_put_text(row, "edit", edit_url(screen, offers.runs[i].runbook.key, ref));
        json_put_text(row, "url", path_of(screen, "/incidents/%s/runbooks/%s", ref, id_text(offers.runs[i].id, id)));
        json_push(runs, row);
    }
    json_put_text(view, "action", path_of(screen, "/incidents/%s/runbooks", ref));
    json_put(view, "offered", offered);
    json_put(view, "runs", runs);
    json_put(screen->view, "runbooks", view);
    return true;
}

static void do_start(struct request *request, struct response *response) {
    struct runbook_run run;
    struct error err;
    char id[ID_TEXT_SIZE];
    const char *ref = request_param(request, "ref");
    if (!runbook_start(request->op, ref, request_form(request, "key"), &run, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *place = arena_printf(request->op->arena, "/incidents/%s/runbooks/%s", ref, id_text(run.id, id));
    respond_redirect_flash(request, response, place, "flash.runbook_started");
}

static const struct runbook_run *find_run(const struct runbook_offers *offers, int64_t id) {
    for (size_t i = 0; i < offers->run_count; i++) {
        if (offers->runs[i].id == id) return &offers->runs[i];
    }
    return NULL;
}

static void page_run(struct request *request, struct response *response) {
    struct screen screen;
    struct runbook_offers offers;
    struct error err;
    const char *ref = request_param(request, "ref");
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (!screen_open(request, response, "runbook.title", &screen)) return;
    bool ok = runbook_offers(request->op, ref, &offers, &err);
    const struct runbook_run *run = ok ? find_run(&offers, id) : NULL;
    if (ok && run == NULL) ok = ERROR(&err, ERR_NOT_FOUND, "runbook.unknown", "%s", request->path);
    if (!ok || !runbook_view(&screen, &run->runbook, &err)) {
        respond_error(request, response, &err);
        return;
    }
    char list[ID_TEXT_SIZE];
    json_t *view = json_object();
    json_put_text(view, "ref", ref);
    json_put_text(view, "url", incident_url(&screen, ref));
    json_put_text(view, "by", run->started_by);
    json_put(view, "at", view_instant(&screen, run->started_at));
    const char *place = path_of(&screen, "%s#c%s", incident_url(&screen, ref), id_text(run->checklist_id, list));
    json_put_text(view, "checklist", run->checklist_id == 0 ? NULL : place);
    json_put(screen.view, "run", view);
    screen_show(&screen, "pages/runbook");
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/incidents/:ref/runbooks", do_start, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/incidents/:ref/runbooks/:id", page_run, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table INCIDENT_RUNBOOK_ROUTES = ROUTE_TABLE(ROUTES);
