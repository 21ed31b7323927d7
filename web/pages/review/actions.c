/* 재발 방지 대책: is what we promised being done? Board and list of action items, filtered by address, and their forms.
 */
#include "pages/review/action_form.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_view.h"
#include "text/i18n.h"

enum { ITEMS_SHOWN = 200 };

static const char *const SHOWN_STATES[] = { "open", "overdue", "todo", "doing", "done", "dropped", NULL };

static const struct field_spec TITLE = { "title", SHAPE_LINE, "actions.item", "actions.hint.title", true, 200, NULL };
static const struct field_spec INCIDENT = { "incident", SHAPE_LINE, "actions.incident", "actions.hint.incident", false,
                                            40,         NULL };
static const struct field_spec PERSPECTIVE = {
    "perspective", SHAPE_SELECT, "actions.perspective", NULL, true, 0, NULL
};
static const struct field_spec HORIZON = { "horizon", SHAPE_SELECT, "actions.horizon", NULL, true, 0, NULL };
static const struct field_spec KIND = { "kind", SHAPE_SELECT, "actions.kind", NULL, true, 0, NULL };
static const struct field_spec OWNER = { "owner", SHAPE_LINE, "actions.owner", "actions.hint.owner", false, 80, NULL };
static const struct field_spec DUE = { "due", SHAPE_DATE, "actions.due", NULL, false, 0, NULL };
static const struct field_spec JIRA = { "jira", SHAPE_LINE, "actions.jira", NULL, false, 200, NULL };
static const struct field_spec STATE = { "state", SHAPE_SELECT, "actions.state", NULL, true, 0, NULL };
static const struct field_spec REASON = {
    "state_reason", SHAPE_LINE, "actions.state_reason", "actions.hint.state_reason", false, 500, NULL
};

static json_t *options_of(const struct screen *screen, const char *group, const char *const *names, const char *first) {
    json_t *options = options_new();
    if (first != NULL) option_add(options, "", say(screen, first));
    for (size_t i = 0; names[i] != NULL; i++) {
        option_add(options, names[i], say(screen, path_of(screen, "%s.%s", group, names[i])));
    }
    return options;
}

static const char *item_url(const struct screen *screen, int64_t id) {
    char text[ID_TEXT_SIZE];
    return path_of(screen, "/actions/%s", id_text(id, text));
}

/* The states an item can be put into by one press; dropping one needs a reason and so its own page. */
static json_t *moves(const struct screen *screen, const struct action_item *item) {
    json_t *list = json_array();
    for (enum action_state state = ACTION_TODO; state <= ACTION_DONE; state++) {
        if (state == item->state || item->state == ACTION_DROPPED) continue;
        const char *name = action_state_name(state);
        json_t *move = json_object();
        json_put_text(move, "state", name);
        json_put_text(move, "label", say(screen, path_of(screen, "actions.move_%s", name)));
        json_push(list, move);
    }
    return list;
}

json_t *action_item_view(const struct screen *screen, const struct action_item *item) {
    static const char *const TONE[] = {
        [ACTION_TODO] = "", [ACTION_DOING] = "accent", [ACTION_DONE] = "good", [ACTION_DROPPED] = ""
    };
    const char *state = action_state_name(item->state);
    bool open = item->state == ACTION_TODO || item->state == ACTION_DOING;
    json_t *row = json_object();
    json_put_text(row, "title", item->title);
    json_put_text(row, "url", screen_may(screen, PERM_RESPOND) ? item_url(screen, item->id) : NULL);
    json_put_text(row, "perspective", say(screen, path_of(screen, "review.perspective.%s", item->perspective)));
    json_put_text(row, "horizon", say(screen, path_of(screen, "review.horizon.%s", item->horizon)));
    json_put_text(row, "kind", say(screen, path_of(screen, "review.kind.%s", item->kind)));
    json_put_text(row, "owner", item->owner);
    json_put_text(row, "due", item->due);
    json_put_text(row, "ref", item->incident_ref);
    json_put_text(row, "incident_url", item->incident_ref == NULL ? NULL : incident_url(screen, item->incident_ref));
    json_put_text(row, "state", say(screen, path_of(screen, "review.action.%s", state)));
    json_put_text(row, "tone", TONE[item->state]);
    json_put_text(row, "reason", item->state_reason);
    json_put_text(row, "version", path_of(screen, "%lld", (long long)item->version));
    json_put_bool(row, "overdue", open && item->due_at != 0 && item->due_at < screen->op->now_ms);
    json_put(row, "moves", moves(screen, item));
    return row;
}

/* In the reader's words: which state was kept of the two. */
static const char *conflict_text(const struct screen *screen, const json_t *conflict) {
    const char *ours = json_text(conflict, "ours");
    if (ours == NULL) return NULL;
    const char *kept = path_of(screen, "actions.jira.kept_%s", json_text(conflict, "kept"));
    return i18n_format(
        screen->op->lang, screen->op->arena, kept,
        I18N_ARGS({ "ours", say(screen, path_of(screen, "review.action.%s", ours)) },
                  { "theirs", say(screen, path_of(screen, "review.action.%s", json_text(conflict, "theirs"))) }));
}

static void add_jira(const struct screen *screen, const struct jira_view *jira, const struct action_item *item,
                     json_t *row) {
    jira_view_add(screen->op, jira, item, row);
    json_put_text(row, "jira", item->jira);
    json_put_text(row, "conflict", conflict_text(screen, json_object_get(row, "jira_conflict")));
}

static json_t *row_of(const struct screen *screen, const struct jira_view *jira, const struct action_item *item) {
    json_t *row = action_item_view(screen, item);
    add_jira(screen, jira, item, row);
    return row;
}

static void add_columns(struct screen *screen, const struct action_list *list, const struct jira_view *jira) {
    json_t *columns = json_array();
    for (enum action_state state = ACTION_TODO; state <= ACTION_DONE; state++) {
        const char *name = action_state_name(state);
        json_t *column = json_object(), *items = json_array();
        for (size_t i = 0; i < list->count; i++) {
            if (list->items[i].state == state) json_push(items, row_of(screen, jira, &list->items[i]));
        }
        json_put_text(column, "id", path_of(screen, "column-%s", name));
        json_put_text(column, "label", say(screen, path_of(screen, "review.action.%s", name)));
        json_put_text(column, "count", path_of(screen, "%zu", json_array_size(items)));
        json_put(column, "items", items);
        json_push(columns, column);
    }
    json_put(screen->view, "columns", columns);
}

static void add_figures(struct screen *screen, const struct action_figures *figures) {
    json_t *view = json_object();
    bool any = figures->percent >= 0;
    json_put_bool(view, "any", any);
    json_put_text(view, "percent", any ? path_of(screen, "%lld", (long long)figures->percent) : "0");
    json_put_text(view, "done", path_of(screen, "%lld", (long long)figures->done));
    json_put_text(view, "total", path_of(screen, "%lld", (long long)figures->total));
    json_put_text(view, "overdue", figures->overdue == 0 ? NULL : path_of(screen, "%lld", (long long)figures->overdue));
    json_put_text(view, "line", path_of(screen, "%d", ACTION_COMPLETION_LINE));
    bool reached = figures->percent >= ACTION_COMPLETION_LINE;
    json_put_text(view, "verdict", say(screen, reached ? "actions.line_reached" : "actions.line_below"));
    json_put_text(view, "tone", reached ? "good" : "warn");
    json_put(screen->view, "figures", view);
}

static const char *asked(const struct request *request, const char *name) {
    const char *value = request_query(request, name);
    return str_blank(value) ? NULL : value;
}

static void add_filter(struct form *form, const char *name, const char *label_key, json_t *options) {
    struct field_spec *spec = ARENA_NEW(form->screen->op->arena, struct field_spec);
    *spec = (struct field_spec){ name, SHAPE_SELECT, label_key, NULL, false, 0, NULL };
    form_field(form, spec, request_query(form->screen->request, name), options);
}

static void add_tabs(struct screen *screen, bool as_list) {
    static const char *const VIEWS[] = { "board", "list" };
    json_t *tabs = json_array();
    for (size_t i = 0; i < 2; i++) {
        json_t *tab = json_object();
        json_put_text(tab, "label", say(screen, path_of(screen, "actions.%s", VIEWS[i])));
        json_put_text(tab, "url", i == 0 ? "/actions" : "/actions?view=list");
        json_put_bool(tab, "current", (i == 1) == as_list);
        json_push(tabs, tab);
    }
    json_put(screen->view, "tabs", tabs);
}

static struct jira_view *view_new(struct op *op) {
    struct jira_view *jira = ARENA_NEW(op->arena, struct jira_view);
    *jira = (struct jira_view){ 0 };
    return jira;
}

static void page_actions(struct request *request, struct response *response) {
    struct screen screen;
    struct action_list list = { 0 };
    struct action_figures figures;
    struct jira_view *jira = view_new(request->op);
    struct error err, failed;
    const char *cursor = asked(request, "cursor");
    bool as_list = str_eq(request_query(request, "view"), "list");
    struct action_filter filter = { .state = asked(request, "state"),
                                    .incident_ref = asked(request, "incident"),
                                    .owner = asked(request, "owner"),
                                    .perspective = asked(request, "perspective"),
                                    .horizon = asked(request, "horizon"),
                                    .kind = asked(request, "kind"),
                                    .limit = as_list ? 50 : ITEMS_SHOWN };
    if (cursor != NULL) (void)id_parse(cursor, &filter.after_id);
    if (!screen_open(request, response, "actions.title", &screen)) return;
    bool good = action_list(request->op, &filter, &list, &err);
    if ((!good && err.kind != ERR_INVALID) || !action_figures(request->op, filter.incident_ref, &figures, &failed) ||
        !jira_view_load(request->op, jira, &failed)) {
        respond_error(request, response, !good && err.kind != ERR_INVALID ? &err : &failed);
        return;
    }
    struct form filters;
    form_open_as(&screen, "filters", &filters);
    add_filter(&filters, "state", "actions.state", options_of(&screen, "actions.state_of", SHOWN_STATES, "ui.all"));
    add_filter(&filters, "perspective", "actions.perspective",
               options_of(&screen, "review.perspective", action_words(ACTION_PERSPECTIVE), "ui.all"));
    add_filter(&filters, "horizon", "actions.horizon",
               options_of(&screen, "review.horizon", action_words(ACTION_HORIZON), "ui.all"));
    add_filter(&filters, "kind", "actions.kind",
               options_of(&screen, "review.kind", action_words(ACTION_KIND), "ui.all"));
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, row_of(&screen, jira, &list.items[i]));
    char next[ID_TEXT_SIZE];
    json_put(screen.view, "items", rows);
    json_put_bool(screen.view, "found", list.count > 0);
    json_put_bool(screen.view, "as_list", as_list);
    json_put(screen.view, "pages",
             view_pages(&screen, list.more ? id_text(list.items[list.count - 1].id, next) : NULL));
    json_put_text(screen.view, "incident_ref", filter.incident_ref);
    add_columns(&screen, &list, jira);
    add_figures(&screen, &figures);
    add_tabs(&screen, as_list);
    if (good) {
        screen_show(&screen, "pages/actions");
        return;
    }
    filter_errors(&screen, "actions", "", &err);
    screen_refuse(&screen, "pages/actions", &err);
}

/* --- one item --- */

struct action_draft action_read_draft(const struct request *request) {
    return (struct action_draft){ .title = request_form(request, "title"),
                                  .incident_ref = request_form(request, "incident"),
                                  .perspective = request_form(request, "perspective"),
                                  .horizon = request_form(request, "horizon"),
                                  .kind = request_form(request, "kind"),
                                  .owner = request_form(request, "owner"),
                                  .due = request_form(request, "due"),
                                  .state = request_form(request, "state"),
                                  .state_reason = request_form(request, "state_reason"),
                                  .jira = request_form(request, "jira") };
}

/* item NULL: a new one, with what is most often meant. */
void action_fields(struct form *form, const struct action_item *item, bool ask_incident) {
    const struct screen *screen = form->screen;
    static const struct action_item FRESH = { .perspective = "prevention", .horizon = "short", .kind = "other" };
    const struct action_item *shown = item == NULL ? &FRESH : item;
    form_field(form, &TITLE, shown->title, NULL);
    if (ask_incident) {
        form_field(form, &INCIDENT, request_query(screen->request, "incident"), NULL);
    }
    form_field(form, &PERSPECTIVE, shown->perspective,
               options_of(screen, "review.perspective", action_words(ACTION_PERSPECTIVE), NULL));
    form_field(form, &HORIZON, shown->horizon,
               options_of(screen, "review.horizon", action_words(ACTION_HORIZON), NULL));
    form_field(form, &KIND, shown->kind, options_of(screen, "review.kind", action_words(ACTION_KIND), NULL));
    form_field(form, &OWNER, shown->owner, NULL);
    form_field(form, &DUE, shown->due, NULL);
    form_field(form, &JIRA, shown->jira, NULL);
    if (item == NULL) return;
    form_field(form, &STATE, action_state_name(item->state),
               options_of(screen, "review.action", action_words(ACTION_STATE), NULL));
    form_field(form, &REASON, item->state_reason, NULL);
    form_version(form, item->version);
}

/* The issue beside the form; a database that cannot tell hides nothing else. */
static void add_aside(struct screen *screen, const struct action_item *item) {
    struct jira_view *jira = view_new(screen->op);
    struct error err;
    json_t *asides = json_array();
    json_put(screen->view, "asides", asides);
    if (item == NULL || item->jira == NULL || !jira_view_load(screen->op, jira, &err)) return;
    json_t *row = json_object(), *aside = json_object(), *link = json_object();
    json_push(asides, aside);
    json_put(aside, "of", row);
    add_jira(screen, jira, item, row);
    json_put_text(aside, "title", say(screen, "actions.jira.issue"));
    json_put_text(aside, "text", json_text(row, "conflict"));
    json_put_text(link, "url", json_text(row, "jira_url"));
    json_put_text(link, "label", item->jira);
    json_put(aside, "link", link);
}

/* item NULL: a new one. */
static void show_form(struct request *request, struct response *response, const struct action_item *item,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, item == NULL ? "actions.add" : "actions.edit", &screen)) return;
    form_open(&screen, &form);
    form_action(&form, item == NULL ? "/actions/new" : item_url(&screen, item->id),
                item == NULL ? "ui.add" : "ui.save");
    form_text(&form, "draft", item == NULL ? "action-new" : NULL);
    form_text(&form, "cancel", "/actions");
    action_fields(&form, item, item == NULL);
    json_put_text(screen.view, "heading", say(&screen, item == NULL ? "actions.add" : "actions.edit"));
    json_put_text(screen.view, "lead", say(&screen, "actions.form_lead"));
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/actions");
    json_put_text(crumb, "label", say(&screen, "actions.title"));
    json_put(screen.view, "crumb", crumb);
    json_put(screen.view, "about", json_null());
    json_put_bool(screen.view, "with_similar", false);
    json_put(screen.view, "people", json_array());
    add_aside(&screen, item);
    if (refusal == NULL) {
        screen_show(&screen, "pages/form");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/form", refusal);
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

static void do_new(struct request *request, struct response *response) {
    struct action_item item;
    struct error err;
    struct action_draft draft = action_read_draft(request);
    if (str_blank(draft.incident_ref)) draft.incident_ref = NULL;
    if (!action_create(request->op, &draft, &item, &err)) show_form(request, response, NULL, &err);
    else respond_redirect_flash(request, response, "/actions", "flash.added");
}

static bool load_item(struct request *request, struct response *response, struct action_item *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (action_find(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static void page_item(struct request *request, struct response *response) {
    struct action_item item;
    if (load_item(request, response, &item)) show_form(request, response, &item, NULL);
}

/* From the item's form, or a press on the board, which sends the state alone. */
static void do_item(struct request *request, struct response *response) {
    struct action_item item;
    struct error err;
    int64_t version = form_version_or(request, 0);
    if (!load_item(request, response, &item)) return;
    struct action_draft draft = action_read_draft(request);
    if (!action_update(request->op, item.id, &draft, version, &item, &err)) show_form(request, response, &item, &err);
    else respond_redirect_flash(request, response, "/actions", "flash.saved");
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/actions", page_actions, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/actions/new", page_new, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/actions/new", do_new, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/actions/:id", page_item, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/actions/:id", do_item, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ACTION_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
