/* API of the response policy, the severity wizard and the organisation. */
#include "policy/policy.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "policy/organisation.h"
#include "text/when.h"

static json_t *policy_json(struct arena *arena, const struct policy *policy) {
    json_t *json = json_deep_copy(policy->json);
    arena_defer(arena, (void (*)(void *))json_decref, json);
    json_put_i64(json, "version", policy->version);
    json_put_text(json, "created_at", policy->created_ms == 0 ? NULL : when_rfc3339(arena, policy->created_ms));
    json_put_text(json, "created_by", policy->created_by);
    return json;
}

static void answer_policy(struct request *request, struct response *response, const struct policy *policy) {
    api_answer(request, response, 200, policy_json(request->op->arena, policy), policy->version);
}

static void show(struct request *request, struct response *response) {
    const struct policy *policy;
    struct error err;
    if (policy_load(request->op, 0, &policy, &err)) answer_policy(request, response, policy);
    else respond_error(request, response, &err);
}

static void show_version(struct request *request, struct response *response) {
    const struct policy *policy;
    struct error err;
    int64_t version;
    bool found = api_path_id(request, "version", "policy.not_found", &version, &err) &&
                 policy_load(request->op, version, &policy, &err);
    if (found) answer_policy(request, response, policy);
    else respond_error(request, response, &err);
}

static void versions(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    struct policy_version_list list;
    struct error err;
    if (!policy_versions(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < list.count; i++) {
        json_t *item = json_object();
        json_put_i64(item, "version", list.items[i].version);
        json_put_text(item, "preset", list.items[i].preset);
        json_put_text(item, "name", policy_say(&list.items[i].name, request->op->lang));
        json_put_text(item, "created_at", when_rfc3339(arena, list.items[i].created_ms));
        json_put_text(item, "created_by", list.items[i].created_by);
        json_push(items, item);
    }
    api_list(request, response, items, NULL);
}

static void presets(struct request *request, struct response *response) {
    json_t *items = json_array();
    for (size_t i = 0; i < policy_preset_count(); i++) {
        json_push(items, json_deep_copy(policy_preset(request->op->arena, policy_preset_key(i))->json));
    }
    api_list(request, response, items, NULL);
}

/* The version an edit is based on: If-Match, else the `version` that GET gave, else whatever is there. */
static bool base_version(struct request *request, const json_t *body, int64_t *version, struct error *err) {
    const json_t *sent = json_object_get(body, "version");
    const struct policy *current;
    *version = api_if_match(request);
    if (*version != 0) return true;
    if (json_is_integer(sent)) {
        *version = json_integer_value(sent);
        return true;
    }
    if (!policy_load(request->op, 0, &current, err)) return false;
    *version = current->version;
    return true;
}

static void save(struct request *request, struct response *response) {
    struct op *op = request->op;
    const struct policy *policy;
    const json_t *body;
    struct error err;
    int64_t version;
    if (!api_body(request, &body, &err) || !base_version(request, body, &version, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *document = json_deep_copy(body);
    arena_defer(op->arena, (void (*)(void *))json_decref, document);
    static const char *const READ_ONLY[] = { "version", "created_at", "created_by" };
    for (size_t i = 0; i < 3; i++) json_object_del(document, READ_ONLY[i]);
    if (policy_save(op, version, document, &policy, &err)) answer_policy(request, response, policy);
    else respond_error(request, response, &err);
}

static void adopt(struct request *request, struct response *response) {
    struct op *op = request->op;
    const struct policy *policy;
    const json_t *body;
    struct error err;
    int64_t version;
    bool done = api_body(request, &body, &err) && base_version(request, body, &version, &err) &&
                policy_adopt(op, version, api_text(op, body, "preset"), &policy, &err);
    if (done) answer_policy(request, response, policy);
    else respond_error(request, response, &err);
}

/* --- the wizard --- */

static json_t *step_json(struct op *op, const struct wizard_step *step) {
    json_t *json = json_object();
    json_put_text(json, "key", step->key);
    json_put_text(json, "question", policy_say(&step->question, op->lang));
    json_put_text(json, "hint", policy_say(&step->hint, op->lang));
    return json;
}

/* Steps before the first yes that were left out count as no: a yes alone is enough to propose by. */
static void read_answers(struct op *op, const struct policy *policy, const json_t *sent, enum wizard_answer *answers) {
    size_t known = 0, first_yes = policy->step_count;
    for (size_t i = 0; i < policy->step_count; i++) {
        const json_t *value = json_object_get(sent, policy->steps[i].key);
        known += value != NULL ? 1 : 0;
        answers[i] = json_is_true(value) ? ANSWER_YES : json_is_false(value) ? ANSWER_NO : ANSWER_NONE;
        if (answers[i] == ANSWER_YES && i < first_yes) first_yes = i;
        if (value == NULL || json_is_boolean(value) || json_is_null(value)) continue;
        op_field_error(op, arena_printf(op->arena, "answers.%s", policy->steps[i].key), "not_bool", NULL);
    }
    for (size_t i = 0; first_yes < policy->step_count && i < first_yes; i++) answers[i] = ANSWER_NO;
    if (!json_is_object(sent)) op_field_error(op, "answers", sent == NULL ? "required" : "not_object", NULL);
    else if (json_object_size(sent) > known) op_field_error(op, "answers", "unknown", NULL);
}

static bool find_policy(struct op *op, const json_t *body, const struct policy **out, struct error *err) {
    const char *preset = api_text(op, body, "preset");
    if (preset == NULL) return policy_load(op, 0, out, err);
    *out = policy_preset(op->arena, preset);
    if (*out != NULL) return true;
    op_field_error(op, "preset", "one_of", "p1-p3, p1-p4, p0-p3");
    return OP_INVALID(op, err);
}

static bool propose_for(struct request *request, const struct policy **policy, struct wizard_proposal *out,
                        struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    enum wizard_answer answers[POLICY_STEPS_MAX];
    if (!api_body(request, &body, err) || !find_policy(op, body, policy, err)) return false;
    read_answers(op, *policy, json_object_get(body, "answers"), answers);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    wizard_propose(*policy, answers, out);
    return true;
}

static void propose(struct request *request, struct response *response) {
    struct op *op = request->op;
    const struct policy *policy;
    struct wizard_proposal proposal;
    struct error err;
    if (!propose_for(request, &policy, &proposal, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena), *steps = json_array();
    const struct policy_severity *severity = proposal.severity;
    json_put_text(json, "severity", severity == NULL ? NULL : severity->code);
    json_put_text(json, "name", severity == NULL ? NULL : policy_say(&severity->name, op->lang));
    json_put_text(json, "meaning", severity == NULL ? NULL : policy_say(&severity->meaning, op->lang));
    json_put_text(json, "decided_by", severity == NULL || proposal.step == NULL ? NULL : proposal.step->key);
    json_put(json, "next", severity == NULL ? step_json(op, proposal.step) : json_null());
    for (size_t i = 0; i < policy->step_count; i++) json_push(steps, step_json(op, &policy->steps[i]));
    json_put(json, "steps", steps);
    json_put_i64(json, "policy_version", policy->version);
    respond_json(response, 200, json);
}

/* --- the organisation --- */

static void show_organisation(struct request *request, struct response *response) {
    struct organisation organisation;
    struct error err;
    if (organisation_load(request->op, &organisation, &err)) {
        api_answer(request, response, 200, organisation_json(request->op->arena, &organisation), organisation.version);
    } else {
        respond_error(request, response, &err);
    }
}

static bool apply_organisation(struct request *request, struct organisation *out, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err) || !organisation_load(op, out, err)) return false;
    int64_t version = api_if_match(request);
    struct organisation_input input = {
        .name = api_text(op, body, "name"),
        .zone = api_text(op, body, "zone"),
        .lang = api_text(op, body, "lang"),
        .holidays = api_text(op, body, "holidays"),
        .work_days = api_words(op, body, "work_days"),
        .work_from = api_text(op, body, "work_from"),
        .work_until = api_text(op, body, "work_until"),
        .notice_self_approval = api_flag(op, body, "notice_self_approval"),
    };
    return organisation_update(op, version == 0 ? out->version : version, &input, out, err);
}

static void update_organisation(struct request *request, struct response *response) {
    struct organisation organisation;
    struct error err;
    if (apply_organisation(request, &organisation, &err)) {
        api_answer(request, response, 200, organisation_json(request->op->arena, &organisation), organisation.version);
    } else {
        respond_error(request, response, &err);
    }
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/policy", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/policy", save, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/policy/adopt", adopt, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/policy/presets", presets, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/policy/versions", versions, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/policy/versions/:version", show_version, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/severity/propose", propose, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/organisation", show_organisation, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/organisation", update_organisation, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table POLICY_ROUTES = ROUTE_TABLE(ROUTES);
