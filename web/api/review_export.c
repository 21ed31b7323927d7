/* Documents to take away: Markdown, HTML, JSON, and the retrospective's appointment as a calendar file (R-B8, R-B2). */
#include "http/http.h"

#include "base/arena.h"
#include "base/json.h"
#include "incident/incident.h"
#include "review/document_text.h"
#include "text/i18n.h"

#include <string.h>

struct export {
    struct incident incident;
    struct document document;
};

static bool load(struct request *request, struct response *response, struct export *out) {
    enum document_kind kind = strstr(request->route, "/retro") != NULL ? DOCUMENT_RETRO : DOCUMENT_REPORT;
    const char *ref = request_param(request, "ref");
    struct error err;
    if (incident_find(request->op, ref, &out->incident, &err) &&
        document_find(request->op, ref, kind, &out->document, &err)) {
        return true;
    }
    respond_error(request, response, &err);
    return false;
}

static void send_file(struct request *request, struct response *response, const struct export *export, const char *type,
                      const char *text) {
    const char *ending = strrchr(request->route, '.');
    response->status = 200;
    response->content_type = type;
    response_header(response, "Content-Disposition",
                    arena_printf(request->op->arena, "attachment; filename=\"%s-%s%s\"", export->incident.ref,
                                 document_kind_name(export->document.kind), ending));
    buf_puts(&response->body, text);
}

static void as_markdown(struct request *request, struct response *response) {
    struct export export;
    if (!load(request, response, &export)) return;
    const char *text = document_markdown(request->op, &export.document, incident_headline(&export.incident));
    send_file(request, response, &export, "text/markdown; charset=utf-8", text);
}

static void as_html(struct request *request, struct response *response) {
    struct export export;
    struct error err;
    const char *text;
    if (!load(request, response, &export)) return;
    if (document_html_file(request->op, &export.document, incident_headline(&export.incident), &text, &err)) {
        send_file(request, response, &export, "text/html; charset=utf-8", text);
    } else {
        respond_error(request, response, &err);
    }
}

static void as_json(struct request *request, struct response *response) {
    struct export export;
    if (!load(request, response, &export)) return;
    const char *text = json_dump(request->op->arena, document_json(request->op, &export.document));
    send_file(request, response, &export, "application/json", text);
}

static void as_calendar(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct export export;
    if (!load(request, response, &export)) return;
    if (export.document.scheduled_at == 0) {
        struct error err;
        (void)ERROR(&err, ERR_NOT_FOUND, "document.not_scheduled", "%s", export.incident.ref);
        respond_error(request, response, &err);
        return;
    }
    const char *title =
        i18n_format(i18n_get(export.document.lang), op->arena, "review.calendar.title",
                    I18N_ARGS({ "ref", export.incident.ref }, { "headline", incident_headline(&export.incident) }));
    send_file(request, response, &export, "text/calendar; charset=utf-8", retro_calendar(op, &export.document, title));
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents/:ref/report.md", as_markdown, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/report.html", as_html, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/report.json", as_json, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/retro.md", as_markdown, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/retro.html", as_html, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/retro.json", as_json, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/retro.ics", as_calendar, READ },
};
const struct route_table API_DOCUMENT_EXPORT_ROUTES = ROUTE_TABLE(ROUTES);
