/* API: timelines and checklists. */
#include "api/incident_api.h"
#include "api/resource.h"
#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"
#include "text/when.h"

enum { PAGE_STANDARD = 50 };

/* --- timeline --- */

struct timeline_page {
    struct timeline_query query;
    json_t *items;
    int64_t last_seq; /* of the page, if there is more */
};

static bool read_timeline(struct tx *tx, const struct incident *incident, void *arg, struct error *err) {
    struct timeline_page *page = arg;
    struct timeline_query one_more = page->query;
    struct event *events;
    size_t count;
    one_more.limit++;
    if (!timeline_list(tx, incident->id, &one_more, &events, &count, err)) return false;
    bool more = count > (size_t)page->query.limit;
    if (more) count = (size_t)page->query.limit;
    json_array_clear(page->items);
    for (size_t i = 0; i < count; i++) json_push(page->items, json_incref(event_json(tx_op(tx), &events[i])));
    page->last_seq = more ? events[count - 1].seq : 0;
    return true;
}

static bool seq_of(struct request *request, const char *name, int64_t *out) {
    const char *text = request_query(request, name);
    if (text == NULL || (str_to_i64(text, out) && *out >= 0)) return true;
    op_field_error(request->op, name, "not_number", NULL);
    return false;
}

/* Oldest first after a number (0 by default); ?order=newest turns it round. */
static void timeline(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct timeline_page page = { .items = json_arr(op->arena) };
    struct error err;
    int limit;
    int64_t cursor = 0;
    static const char *const ORDERS[] = { "oldest", "newest", NULL };
    const char *order = request_query(request, "order");
    bool newest = field_one_of(op, "order", order, ORDERS, FIELD_OPTIONAL) == 1;
    if (!request_limit(request, response, PAGE_STANDARD, &limit)) return;
    page.query.limit = limit;
    bool readable = seq_of(request, "after", &page.query.after) && seq_of(request, "cursor", &cursor);
    if (!readable || op->fields.count > 0) {
        (void)OP_INVALID(op, &err);
        respond_error(request, response, &err);
        return;
    }
    if (newest) page.query.before = cursor > 0 ? cursor : INT64_MAX;
    else if (cursor > 0) page.query.after = cursor;
    if (!incident_read(request, read_timeline, &page, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *next = page.last_seq == 0 ? NULL : arena_printf(op->arena, "%lld", (long long)page.last_seq);
    api_list(request, response, json_incref(page.items), next);
}

static struct timeline_draft read_note(struct op *op, const json_t *body) {
    return (struct timeline_draft){
        .at = api_text(op, body, "at"),
        .text = api_text(op, body, "text"),
        .kind = api_text(op, body, "kind"),
        .phase = api_text(op, body, "phase"),
        .starred = api_flag(op, body, "starred"),
    };
}

static void note(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct timeline_draft draft = read_note(op, incident_body(request));
    struct event event;
    struct error err;
    if (incident_note(op, request_param(request, "ref"), &draft, &event, &err)) {
        respond_json(response, 201, event_json(op, &event));
    } else {
        respond_error(request, response, &err);
    }
}

static void correct_of(struct request *request, struct response *response, const char *ref) {
    struct op *op = request->op;
    struct timeline_draft draft = read_note(op, incident_body(request));
    struct event event;
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "timeline.unknown", &id, &err) &&
        incident_note_correct(op, ref, id, &draft, &event, &err)) {
        respond_json(response, 200, event_json(op, &event));
    } else {
        respond_error(request, response, &err);
    }
}

static void correct(struct request *request, struct response *response) {
    correct_of(request, response, NULL);
}

static void correct_here(struct request *request, struct response *response) {
    correct_of(request, response, request_param(request, "ref"));
}

struct edits_page {
    int64_t id;
    json_t *items;
};

static bool read_edits(struct tx *tx, void *arg, struct error *err) {
    struct edits_page *page = arg;
    struct arena *arena = tx_op(tx)->arena;
    struct event_edit *edits;
    size_t count;
    if (!timeline_edits(tx, page->id, &edits, &count, err)) return false;
    json_array_clear(page->items);
    for (size_t i = 0; i < count; i++) {
        json_t *json = json_object();
        json_put_text(json, "edited_at", when_rfc3339(arena, edits[i].edited_at));
        json_put_text(json, "actor", edits[i].actor);
        json_put_text(json, "text", edits[i].text);
        json_put_text(json, "at", when_rfc3339(arena, edits[i].at));
        json_push(page->items, json);
    }
    return true;
}

static void edits(struct request *request, struct response *response) {
    struct edits_page page = { .items = json_arr(request->op->arena) };
    struct error err;
    if (api_path_id(request, "id", "timeline.unknown", &page.id, &err) &&
        store_read(request->op, read_edits, &page, &err)) {
        api_list(request, response, json_incref(page.items), NULL);
    } else {
        respond_error(request, response, &err);
    }
}

/* --- checklists --- */

static bool read_checklists(struct tx *tx, const struct incident *incident, void *arg, struct error *err) {
    json_t *items = arg;
    struct checklist *lists;
    size_t count;
    if (!checklists_of(tx, incident->id, &lists, &count, err)) return false;
    json_array_clear(items);
    for (size_t i = 0; i < count; i++) json_push(items, json_incref(checklist_json(tx_op(tx), &lists[i])));
    return true;
}

static void checklists(struct request *request, struct response *response) {
    struct error err;
    json_t *items = json_arr(request->op->arena);
    if (incident_read(request, read_checklists, items, &err)) api_list(request, response, json_incref(items), NULL);
    else respond_error(request, response, &err);
}

static void add_checklist(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body = incident_body(request);
    const char *const *items = api_texts(op, body, "items");
    struct checklist_draft draft = { .key = api_text(op, body, "key"), .title = api_text(op, body, "title") };
    struct checklist made;
    struct error err;
    draft.items = items;
    while (items != NULL && items[draft.count] != NULL) draft.count++;
    if (incident_add_checklist(op, request_param(request, "ref"), &draft, &made, &err)) {
        respond_json(response, 201, checklist_json(op, &made));
    } else {
        respond_error(request, response, &err);
    }
}

/* {"done": true, "note": …}; without a body it is ticked. */
static void tick(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body = incident_body(request);
    const char *done = api_flag(op, body, "done");
    struct check_tick wish = { .done = done == NULL || str_eq(done, "true"), .note = api_text(op, body, "note") };
    struct checklist list;
    struct error err;
    if (api_path_id(request, "id", "checklist.unknown", &wish.checklist_id, &err) &&
        api_path_id(request, "number", "checklist.unknown", &wish.number, &err) &&
        incident_tick(op, &wish, &list, &err)) {
        respond_json(response, 200, checklist_json(op, &list));
    } else {
        respond_error(request, response, &err);
    }
}

#define WRITE PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents/:ref/timeline", timeline, READ },
    { HTTP_POST, "/api/v1/incidents/:ref/timeline", note, WRITE },
    { HTTP_PATCH, "/api/v1/incidents/:ref/timeline/:id", correct_here, WRITE },
    { HTTP_PATCH, "/api/v1/timeline/:id", correct, WRITE },
    { HTTP_GET, "/api/v1/timeline/:id/edits", edits, READ },
    { HTTP_GET, "/api/v1/incidents/:ref/checklists", checklists, READ },
    { HTTP_POST, "/api/v1/incidents/:ref/checklists", add_checklist, WRITE },
    { HTTP_POST, "/api/v1/checklists/:id/items/:number", tick, WRITE },
};
const struct route_table INCIDENT_TIMELINE_API = ROUTE_TABLE(ROUTES);
