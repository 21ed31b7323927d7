/* API of runbooks: /runbooks, and those that fit or run in one incident. Steps of a run are ticked as the items of its
 * checklist (incident_timeline.c). */
#include "runbook/run.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "text/when.h"

#include <string.h>

static bool read_input(struct request *request, struct runbook_input *out, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    const json_t *sections = json_object_get(body, "sections");
    api_check_object(op, body, "sections");
    *out = (struct runbook_input){ .key = api_text(op, body, "key"),
                                   .lang = api_text(op, body, "lang"),
                                   .title = api_text(op, body, "title"),
                                   .service = api_text(op, body, "service"),
                                   .alerts = api_text(op, body, "alerts"),
                                   .words = api_text(op, body, "words"),
                                   .reason = api_text(op, body, "reason"),
                                   .incident = api_text(op, body, "incident") };
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
        out->sections[i] = api_text(op, sections, runbook_section_name((enum runbook_section)i));
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook_list found;
    struct error err;
    if (!runbook_list(op, request_query(request, "q"), &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(runbook_json(op, &found.items[i])));
    api_list(request, response, items, NULL);
}

static void create(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook_input input;
    struct runbook runbook;
    struct error err;
    if (!read_input(request, &input, &err) || !runbook_add(op, &input, &runbook, &err)) {
        respond_error(request, response, &err);
        return;
    }
    api_created(request, response, runbook_json(op, &runbook), runbook.version,
                arena_printf(op->arena, "/api/v1/runbooks/%s", runbook.key));
}

static void show(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook runbook;
    struct error err;
    if (runbook_load(op, request_param(request, "key"), NULL, &runbook, &err)) {
        api_answer(request, response, 200, runbook_json(op, &runbook), runbook.version);
    } else {
        respond_error(request, response, &err);
    }
}

/* A shipped runbook has version 0, which If-Match cannot tell from "none": it is compared only when it has one. */
static void put(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook_input input;
    struct runbook runbook;
    struct error err;
    int64_t match = api_if_match(request);
    bool ok = read_input(request, &input, &err) &&
              (match >= 0 || ERROR(&err, ERR_STALE, "runbook.stale", "If-Match is none of ours")) &&
              runbook_update(op, request_param(request, "key"), match == 0 ? -1 : match, &input, &runbook, &err);
    if (ok) api_answer(request, response, 200, runbook_json(op, &runbook), runbook.version);
    else respond_error(request, response, &err);
}

static void retire(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *reason = api_text(op, request->json, "reason");
    const json_t *body;
    struct error err;
    int64_t match = api_if_match(request);
    bool ok = api_body(request, &body, &err) && (op->fields.count == 0 || OP_INVALID(op, &err)) &&
              runbook_retire(op, request_param(request, "key"), match == 0 ? -1 : match, reason, &err);
    if (ok) show(request, response);
    else respond_error(request, response, &err);
}

static void restore(struct request *request, struct response *response) {
    struct error err;
    if (runbook_restore(request->op, request_param(request, "key"), &err)) show(request, response);
    else respond_error(request, response, &err);
}

static void versions(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook runbook;
    struct runbook_version *found;
    size_t count;
    struct error err;
    if (!runbook_load(op, request_param(request, "key"), NULL, &runbook, &err) ||
        !runbook_versions(op, &runbook, &found, &count, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object(), *sections;
        json_put_i64(item, "version", found[i].version);
        json_put_text(item, "title", found[i].title);
        if (json_parse(op->arena, found[i].sections, strlen(found[i].sections), &sections, &err)) {
            json_put(item, "sections", json_incref(sections));
        }
        json_put_text(item, "reason", found[i].reason);
        json_put_text(item, "incident", found[i].incident_ref);
        json_put_text(item, "by", found[i].by);
        json_put_text(item, "at", found[i].at == 0 ? NULL : when_rfc3339(op->arena, found[i].at));
        json_push(items, item);
    }
    api_list(request, response, items, NULL);
}

/* --- in an incident --- */

static json_t *match_json(const struct runbook_match *match) {
    json_t *json = json_object(), *reasons = json_object();
    json_put_text(json, "key", match->runbook->key);
    json_put_text(json, "title", match->runbook->title);
    json_put_i64(json, "score", match->score);
    json_put_text(reasons, "service", match->service ? match->runbook->service : NULL);
    json_put_text(reasons, "alert", match->alert);
    json_put_text(reasons, "words", match->words);
    json_put(json, "reasons", reasons);
    return json;
}

static void offers(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct runbook_offers found;
    struct error err;
    if (!runbook_offers(op, request_param(request, "ref"), &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena), *offered = json_array(), *runs = json_array();
    for (size_t i = 0; i < found.match_count; i++) json_push(offered, match_json(&found.matches[i]));
    for (size_t i = 0; i < found.run_count; i++) json_push(runs, json_incref(runbook_run_json(op, &found.runs[i])));
    json_put(json, "offered", offered);
    json_put(json, "runs", runs);
    respond_json(response, 200, json);
}

static void start(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct runbook_run run;
    struct error err;
    bool ok = api_body(request, &body, &err) &&
              runbook_start(op, request_param(request, "ref"), api_text(op, body, "key"), &run, &err);
    if (ok) respond_json(response, 201, runbook_run_json(op, &run));
    else respond_error(request, response, &err);
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API
#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/runbooks", list, READ },
    { HTTP_POST, "/api/v1/runbooks", create, PERM_SERVICE, WRITE },
    { HTTP_GET, "/api/v1/runbooks/:key", show, READ },
    { HTTP_PUT, "/api/v1/runbooks/:key", put, PERM_SERVICE, WRITE },
    { HTTP_GET, "/api/v1/runbooks/:key/versions", versions, READ },
    { HTTP_POST, "/api/v1/runbooks/:key/retire", retire, PERM_SERVICE, WRITE },
    { HTTP_POST, "/api/v1/runbooks/:key/restore", restore, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/runbooks", offers, READ },
    { HTTP_POST, "/api/v1/incidents/:ref/runbooks", start, PERM_RESPOND, WRITE },
};
const struct route_table API_RUNBOOK_ROUTES = ROUTE_TABLE(ROUTES);
