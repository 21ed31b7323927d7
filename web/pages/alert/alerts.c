/* 알람: what monitoring says right now, and one alert: its labels, its group, its past, and what people do with it. */
#include "pages/alert/alert_view.h"
#include "pages/form_view.h"

#include "alert/integration.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/urlenc.h"
#include "incident/search.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { SHOWN = 50, RELATED_SHOWN = 20, INCIDENTS_OFFERED = 100, URL_BYTES = 4096 };

static const char *const STATES[] = { "open", "firing", "acknowledged", "resolved", "all", NULL };
static const char *const CLASSES[] = { "none", "acted", "flapped", "threshold", "duplicate", "obsolete", NULL };

/* --- the list --- */

static json_t *with_all(const struct screen *screen, json_t *options) {
    json_put_text(json_array_get(options, 0), "label", say(screen, "ui.all"));
    return options;
}

static void add_filter(const struct screen *screen, const char *name, const char *value, json_t *options) {
    json_t *filter = json_object();
    size_t index;
    json_t *option;
    json_put_text(filter, "id", path_of(screen, "filter-%s", name));
    json_put_text(filter, "name", name);
    json_put_text(filter, "label", say(screen, path_of(screen, "alert.filter.%s", name)));
    json_array_foreach(options, index, option)
        json_put_bool(option, "chosen", str_eq(json_text(option, "value"), value == NULL ? "" : value));
    json_put(filter, "options", options);
    json_push(json_object_get(screen->view, "filters"), filter);
}

static const char *asked(const struct screen *screen, const char *name) {
    const char *value = request_query(screen->request, name);
    return str_blank(value) ? NULL : value;
}

/* Filters that come by a link only: shown as words that can be taken away. */
static void add_narrowing(const struct screen *screen, const char *name) {
    const char *value = asked(screen, name);
    if (value == NULL) return;
    json_t *item = json_object();
    json_put_text(item, "name", name);
    json_put_text(item, "value", value);
    bool plain = str_eq(name, "incident") || str_eq(name, "name");
    json_put_text(item, "text", plain ? value : NULL);
    json_put_text(item, "label", say(screen, path_of(screen, "alert.filter.%s", name)));
    json_push(json_object_get(screen->view, "narrowing"), item);
}

static void add_filters(const struct screen *screen, const struct alert_query *query) {
    static const char *const LINKED[] = { "incident", "group", "name", "integration" };
    json_put(screen->view, "filters", json_array());
    json_put(screen->view, "narrowing", json_array());
    add_filter(screen, "state", query->state == NULL ? "all" : query->state,
               options_labels(screen, "alert_state", STATES, false));
    add_filter(screen, "class", query->class, with_all(screen, options_labels(screen, "alert_class", CLASSES, true)));
    add_filter(screen, "service", query->service, with_all(screen, options_services(screen)));
    for (size_t i = 0; i < sizeof LINKED / sizeof *LINKED; i++) add_narrowing(screen, LINKED[i]);
}

static bool listed(const char *const *words, const char *word) {
    for (; *words != NULL; words++) {
        if (str_eq(*words, word)) return true;
    }
    return false;
}

/* Open ones unless the address says otherwise, and where it says what is no filter. */
static struct alert_query read_query(const struct screen *screen) {
    const char *state = asked(screen, "state"), *cursor = asked(screen, "cursor"),
               *integration = asked(screen, "integration");
    struct alert_query query = { .state = state == NULL          ? "open"
                                          : str_eq(state, "all") ? NULL
                                                                 : state,
                                 .incident_ref = asked(screen, "incident"),
                                 .class = asked(screen, "class"),
                                 .service = asked(screen, "service"),
                                 .name = asked(screen, "name"),
                                 .group = asked(screen, "group"),
                                 .limit = SHOWN };
    if (query.state != NULL && !listed(STATES, query.state)) query.state = "open";
    if (query.class != NULL && !listed(CLASSES, query.class)) query.class = NULL;
    if (cursor != NULL) (void)id_parse(cursor, &query.before_id);
    if (integration != NULL) (void)id_parse(integration, &query.integration_id);
    return query;
}

/* Asked for nothing but what is open. */
static bool is_plain(const struct alert_query *query) {
    return str_eq(query->state, "open") && query->incident_ref == NULL && query->class == NULL &&
           query->service == NULL && query->name == NULL && query->group == NULL && query->integration_id == 0 &&
           query->before_id == 0;
}

/* Where the same list is fetched again when something changed. */
static const char *live_url(const struct screen *screen) {
    struct buf url;
    buf_init(&url, screen->op->arena, URL_BYTES);
    buf_puts(&url, "/alerts/live");
    for (const struct http_pair *pair = screen->request->query; pair->name != NULL; pair++) {
        buf_putc(&url, strchr(url.data, '?') == NULL ? '?' : '&');
        urlenc_add(&url, pair->name);
        buf_putc(&url, '=');
        urlenc_add(&url, pair->value);
    }
    return url.overflow ? "/alerts/live" : url.data;
}

static bool load_list(struct request *request, struct response *response, struct screen *screen) {
    struct alert_list list;
    struct error err;
    char id[ID_TEXT_SIZE];
    if (!screen_open(request, response, "alert.title", screen)) return false;
    struct alert_query query = read_query(screen);
    if (!alert_list(request->op, &query, &list, &err)) {
        respond_error(request, response, &err);
        return false;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, alert_row_view(screen, &list.items[i]));
    alert_tabs(screen, "alerts");
    add_filters(screen, &query);
    json_put_bool(screen->view, "found", list.count > 0);
    json_put_bool(screen->view, "quiet", list.count == 0 && is_plain(&query));
    json_put(screen->view, "alerts", rows);
    json_put_text(screen->view, "live_url", live_url(screen));
    json_put(screen->view, "pages", view_pages(screen, list.more ? id_text(list.items[list.count - 1].id, id) : NULL));
    return true;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    if (load_list(request, response, &screen)) screen_show(&screen, "pages/alerts");
}

static void page_live(struct request *request, struct response *response) {
    struct screen screen;
    request->path = "/alerts"; /* its links are those of the page it goes into */
    if (load_list(request, response, &screen)) {
        respond_fragment(request, response, "partials/alert_list", screen.view);
    }
}

/* --- one --- */

static const struct field_spec INCIDENT = { "incident", SHAPE_SELECT, "alert.incident", NULL, true, 0, NULL };
static const struct field_spec TITLE = { "title", SHAPE_LINE, "alert.incident_title", NULL, true, 200, NULL };
static const struct field_spec SEVERITY = { "severity", SHAPE_SELECT, "alert.severity", NULL, true, 0, NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "alert.service", NULL, false, 0, NULL };
enum refused { REFUSED_NOTHING, REFUSED_ATTACH, REFUSED_DECLARE };

static void add_labels(const struct screen *screen, const struct alert *alert) {
    struct error ignored;
    json_t *labels, *rows = json_array(), *value;
    const char *name;
    if (json_parse(screen->op->arena, alert->labels, strlen(alert->labels), &labels, &ignored)) {
        json_object_foreach(labels, name, value) {
            json_t *row = json_object();
            json_put_text(row, "name", name);
            json_put_text(row, "value",
                          json_is_string(value) ? json_string_value(value) : json_dump(screen->op->arena, value));
            json_push(rows, row);
        }
    }
    json_put(screen->view, "labels", rows);
}

/* Others than the alert itself. */
static bool add_related(const struct screen *screen, const char *member, const struct alert *alert,
                        const struct alert_query *query, struct error *err) {
    struct alert_list list;
    json_t *rows = json_array();
    json_put(screen->view, member, rows);
    if (!alert_list(screen->op, query, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].id != alert->id) json_push(rows, alert_row_view(screen, &list.items[i]));
    }
    return true;
}

static json_t *incident_options(const struct screen *screen, const struct alert *alert) {
    struct incident_page page = { 0 };
    struct error err;
    json_t *options = options_new();
    if (!incident_list(screen->op, &(struct incident_query){ .state = "active" }, &page, &err)) return options;
    for (size_t i = 0; i < page.count && i < INCIDENTS_OFFERED; i++) {
        const struct incident *incident = &page.list[i];
        if (incident->id == alert->incident_id) continue;
        option_add(options, incident->ref, path_of(screen, "%s %s", incident->ref, incident_headline(incident)));
    }
    return options;
}

static json_t *severity_options(const struct screen *screen) {
    json_t *options = options_new();
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const struct policy_severity *severity = &screen->policy->severities[i];
        option_add(options, severity->code,
                   path_of(screen, "%s %s", severity->code, policy_say(&severity->name, screen->op->lang)));
    }
    return options;
}

static void add_forms(const struct screen *screen, const struct alert *alert, enum refused refused,
                      const struct error *refusal) {
    struct form attach, declare;
    json_t *incidents = incident_options(screen, alert);
    json_put_bool(screen->view, "can_attach", json_array_size(incidents) > 0);
    form_open_as(screen, "attach", &attach);
    attach.posted = refused == REFUSED_ATTACH;
    form_field(&attach, &INCIDENT, NULL, incidents);
    form_open_as(screen, "declare", &declare);
    declare.posted = refused == REFUSED_DECLARE;
    form_field(&declare, &TITLE, alert->title, NULL);
    form_field(&declare, &SEVERITY, alert->severity, severity_options(screen));
    form_field(&declare, &SERVICE, alert->service_key, options_services(screen));
    if (refusal != NULL) form_errors(refused == REFUSED_ATTACH ? &attach : &declare, refusal);
}

static void add_classes(const struct screen *screen, const struct alert *alert) {
    json_t *classes = json_array();
    for (size_t i = 0; ALERT_CLASSES[i] != NULL; i++) {
        json_t *item = json_object();
        json_put_text(item, "value", ALERT_CLASSES[i]);
        json_put_text(item, "label", label(screen, "alert_class", ALERT_CLASSES[i]));
        json_put_text(item, "pressed", str_eq(alert->class, ALERT_CLASSES[i]) ? "true" : "false");
        json_push(classes, item);
    }
    json_put(screen->view, "classes", classes);
    json_put_text(screen->view, "class_by",
                  alert->class == NULL
                      ? NULL
                      : path_of(screen, "%s · %s", alert->class_by,
                                when_minute(screen->op->arena, screen->organisation.tz, alert->class_at)));
}

static bool add_everything(struct screen *screen, const struct alert *alert, struct error *err) {
    const struct alert_query group = { .group = alert->group_hash,
                                       .integration_id = alert->integration_id,
                                       .limit = RELATED_SHOWN };
    const struct alert_query past = { .fingerprint = alert->fingerprint,
                                      .integration_id = alert->integration_id,
                                      .before_id = alert->id,
                                      .limit = RELATED_SHOWN };
    bool open = alert->incident_state != NULL &&
                (str_eq(alert->incident_state, "open") || str_eq(alert->incident_state, "acknowledged") ||
                 str_eq(alert->incident_state, "mitigating"));
    screen_title(screen, alert->title);
    json_put(screen->view, "alert", alert_row_view(screen, alert));
    json_put_text(screen->view, "description", alert->description);
    json_put_text(screen->view, "link", alert->link);
    json_put_text(screen->view, "name", alert->name);
    json_put_bool(screen->view, "can_declare", !open);
    add_labels(screen, alert);
    add_classes(screen, alert);
    return add_related(screen, "group", alert, &group, err) && add_related(screen, "past", alert, &past, err);
}

static bool path_alert(struct request *request, struct response *response, struct alert *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (alert_find(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static void show(struct request *request, struct response *response, enum refused refused,
                 const struct error *refusal) {
    struct screen screen;
    struct alert alert;
    struct error err;
    if (!path_alert(request, response, &alert) || !screen_open(request, response, "alert.title", &screen)) return;
    if (!add_everything(&screen, &alert, &err)) {
        respond_error(request, response, &err);
        return;
    }
    add_forms(&screen, &alert, refused, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/alert");
    else screen_refuse(&screen, "pages/alert", refusal);
}

static void page_one(struct request *request, struct response *response) {
    show(request, response, REFUSED_NOTHING, NULL);
}

static int64_t path_id(const struct request *request) {
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    return id;
}

static void done(struct request *request, struct response *response, const char *flash) {
    respond_redirect_flash(request, response, alert_url(&(struct screen){ .op = request->op }, path_id(request)),
                           flash);
}

static void do_class(struct request *request, struct response *response) {
    struct alert alert;
    struct error err;
    if (alert_classify(request->op, path_id(request), request_form(request, "class"), &alert, &err)) {
        done(request, response, "flash.alert_classed");
    } else {
        respond_error(request, response, &err);
    }
}

static void do_attach(struct request *request, struct response *response) {
    struct alert alert;
    struct error err;
    if (alert_attach(request->op, path_id(request), request_form(request, "incident"), &alert, &err)) {
        done(request, response, "flash.alert_attached");
    } else if (screen_can_refuse(&err)) {
        show(request, response, REFUSED_ATTACH, &err);
    } else {
        respond_error(request, response, &err);
    }
}

static void do_declare(struct request *request, struct response *response) {
    struct alert alert;
    struct error err;
    const struct alert_declaration declaration = { .title = request_form(request, "title"),
                                                   .severity = request_form(request, "severity"),
                                                   .service = request_form(request, "service") };
    if (alert_declare(request->op, path_id(request), &declaration, &alert, &err)) {
        const char *place = incident_url(&(struct screen){ .op = request->op }, alert.incident_ref);
        respond_redirect_flash(request, response, place, "flash.declared");
    } else if (screen_can_refuse(&err)) {
        show(request, response, REFUSED_DECLARE, &err);
    } else {
        respond_error(request, response, &err);
    }
}

#define SEE PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/alerts", page_list, SEE },
    { HTTP_GET, "/alerts/live", page_live, SEE },
    { HTTP_GET, "/alerts/:id", page_one, SEE },
    { HTTP_POST, "/alerts/:id/class", do_class, WRITE },
    { HTTP_POST, "/alerts/:id/attach", do_attach, WRITE },
    { HTTP_POST, "/alerts/:id/declare", do_declare, WRITE },
};
const struct route_table ALERT_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
