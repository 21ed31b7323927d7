/* What the handlers of incidents share: see incident_api.h. */
#include "api/incident_api.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "http/page_cache.h"

void incident_answer(struct request *request, struct response *response, int status, const char *ref) {
    struct incident_view view;
    struct error err;
    struct page_key key;
    const char *topics = arena_printf(request->op->arena, PAGE_INCIDENT, ref);
    bool reading = request->method == HTTP_GET;
    if (reading && page_cache_find(request, response, topics, "", &key)) return;
    if (!incident_view(request->op, ref, &view, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = incident_view_json(request->op, &view);
    if (status == 201) {
        const char *location = arena_printf(request->op->arena, "/api/v1/incidents/%s", ref);
        api_created(request, response, json, view.incident.version, location);
    } else {
        api_answer(request, response, status, json, view.incident.version);
    }
    bool alone = view.relation_count == 0 && view.merged_into == NULL;
    if (reading && alone) page_cache_keep(request, response, &key);
}

void incident_answer_call(struct request *request, struct response *response, bool done, const struct error *err) {
    if (done) incident_answer(request, response, 200, request_param(request, "ref"));
    else respond_error(request, response, err);
}

const json_t *incident_body(struct request *request) {
    return json_is_object(request->json) ? request->json : json_obj(request->op->arena);
}

struct reading {
    const char *ref;
    incident_reader fn;
    void *arg;
};

static bool read(struct tx *tx, void *arg, struct error *err) {
    const struct reading *reading = arg;
    struct incident incident;
    return incident_by_ref(tx, reading->ref, &incident, err) && reading->fn(tx, &incident, reading->arg, err);
}

bool incident_read(struct request *request, incident_reader fn, void *arg, struct error *err) {
    struct reading reading = { request_param(request, "ref"), fn, arg };
    return store_read(request->op, read, &reading, err);
}
