/* 장애 목록: list and search. The address holds every filter, so a view can be sent to somebody. */
#include "pages/form_view.h"

#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"

static const char *const STATES[] = { "active",    "over",   "open",        "acknowledged", "mitigating",
                                      "recovered", "closed", "false_alarm", "merged",       NULL };
static const char *const KINDS[] = { "normal", "drill", "backfilled", NULL };

static json_t *options_codes(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "", say(screen, "ui.all"));
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        option_add(options, screen->policy->severities[i].code, screen->policy->severities[i].code);
    }
    return options;
}

/* "All" in place of "not known": here an empty choice means no filter. */
static json_t *with_all(const struct screen *screen, json_t *options) {
    json_put_text(json_array_get(options, 0), "label", say(screen, "ui.all"));
    return options;
}

static void add_filter(const struct screen *screen, const char *member, const char *name, json_t *options) {
    const char *value = request_query(screen->request, name);
    json_t *filter = json_object();
    json_put_text(filter, "id", path_of(screen, "filter-%s", name));
    json_put_text(filter, "name", name);
    json_put_text(filter, "label", say(screen, path_of(screen, "incidents.%s", name)));
    json_put_text(filter, "value", value == NULL ? "" : value);
    size_t index;
    json_t *option;
    json_array_foreach(options, index, option) {
        json_put_bool(option, "chosen", value != NULL && *value != '\0' && str_eq(json_text(option, "value"), value));
    }
    if (options != NULL) json_put(filter, "options", options);
    json_push(json_object_get(screen->view, member), filter);
}

static void add_filters(const struct screen *screen) {
    const char *words = request_query(screen->request, "q");
    json_put_text(screen->view, "q", words == NULL ? "" : words);
    json_put(screen->view, "filters", json_array());
    json_put(screen->view, "dates", json_array());
    add_filter(screen, "filters", "state", with_all(screen, options_labels(screen, "state", STATES, true)));
    add_filter(screen, "filters", "severity", options_codes(screen));
    add_filter(screen, "filters", "service", with_all(screen, options_services(screen)));
    add_filter(screen, "filters", "kind", with_all(screen, options_labels(screen, "kind", KINDS, true)));
    add_filter(screen, "dates", "from", NULL);
    add_filter(screen, "dates", "until", NULL);
    bool filtered = false;
    for (const struct http_pair *pair = screen->request->query; pair != NULL && pair->name != NULL; pair++) {
        if (*pair->value != '\0' && !str_eq(pair->name, "lang")) filtered = true;
    }
    json_put_bool(screen->view, "filtered", filtered);
}

static void page_incidents(struct request *request, struct response *response) {
    struct screen screen;
    struct incident_page page = { 0 };
    struct error err;
    struct incident_query query = { .state = request_query(request, "state"),
                                    .severity = request_query(request, "severity"),
                                    .service = request_query(request, "service"),
                                    .kind = request_query(request, "kind"),
                                    .q = request_query(request, "q"),
                                    .from = request_query(request, "from"),
                                    .until = request_query(request, "until"),
                                    .cursor = request_query(request, "cursor") };
    if (!screen_open(request, response, "incidents.title", &screen)) return;
    bool good = incident_list(request->op, &query, &page, &err);
    if (!good && err.kind != ERR_INVALID && err.kind != ERR_UNREADABLE) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < page.count; i++) json_push(rows, view_incident_row(&screen, &page.list[i]));
    add_filters(&screen);
    json_put_bool(screen.view, "found", page.count > 0);
    json_put(screen.view, "incidents", rows);
    json_put(screen.view, "pages", view_pages(&screen, page.next));
    if (good) {
        screen_show(&screen, "pages/incidents");
        return;
    }
    filter_errors(&screen, "incidents", "filter-", &err);
    respond_page(request, response, 422, "pages/incidents", screen.view);
}

static const struct route INCIDENTS_LIST[] = {
    { HTTP_GET, "/incidents", page_incidents, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table INCIDENTS_ROUTES = ROUTE_TABLE(INCIDENTS_LIST);
