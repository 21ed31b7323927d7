/* API: what people do with an incident. Every call answers with the incident as it is then, so that a client needs no
 * second request; updates and help requests answer with themselves and the message that went out. */
#include "api/incident_api.h"
#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"
#include "incident/lifecycle.h"
#include "incident/message.h"
#include "incident/recover.h"
#include "incident/relation.h"
#include "incident/update.h"
#include "text/when.h"

static const char *ref_of(const struct request *request) {
    return request_param(request, "ref");
}

/* Bound to the version that If-Match names, if it does. */
static struct op *acting(struct request *request) {
    request->op->seen_version = api_if_match(request);
    return request->op;
}

static void acknowledge(struct request *request, struct response *response) {
    struct error err;
    bool done = incident_acknowledge(acting(request), ref_of(request), NULL, &err);
    incident_answer_call(request, response, done, &err);
}

static void severity(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct error err;
    bool done =
        incident_set_severity(op, ref_of(request), api_text(op, body, "to"), api_text(op, body, "reason"), NULL, &err);
    incident_answer_call(request, response, done, &err);
}

static void status(struct request *request, struct response *response) {
    struct op *op = acting(request);
    struct error err;
    bool done = incident_set_status(op, ref_of(request), api_text(op, incident_body(request), "to"), NULL, &err);
    incident_answer_call(request, response, done, &err);
}

/* {"commander": "kim", "scribe": null}: all or none. */
static bool assign_several(struct op *op, const char *ref, json_t *roles, struct error *err) {
    size_t count = 0;
    struct role_wish *wishes = ARENA_ARRAY(op->arena, json_object_size(roles), struct role_wish);
    const char *name;
    const json_t *person;
    json_object_foreach(roles, name, person) wishes[count++] = (struct role_wish){ name, api_text(op, roles, name) };
    return incident_assign_all(op, ref, wishes, count, err);
}

static void role(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    json_t *several = json_object_get(body, "roles");
    api_check_object(op, body, "roles");
    struct role_wish wish = { api_text(op, body, "role"), api_text(op, body, "person") };
    struct error err;
    bool done = json_is_object(several) ? assign_several(op, ref_of(request), several, &err)
                                        : incident_assign(op, ref_of(request), &wish, NULL, &err);
    incident_answer_call(request, response, done, &err);
}

static void recover(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct recovery recovery = {
        .at = api_text(op, body, "at"),
        .cause = api_text(op, body, "cause"),
        .action = api_text(op, body, "action"),
        .impact = api_text(op, body, "impact"),
        .follow_up = api_text(op, body, "follow_up"),
        .retro_at = api_text(op, body, "retro_at"),
    };
    struct error err;
    bool done = incident_recover(op, ref_of(request), &recovery, NULL, &err);
    incident_answer_call(request, response, done, &err);
}

static void reopen(struct request *request, struct response *response) {
    struct error err;
    const char *reason = api_text(request->op, incident_body(request), "reason");
    incident_answer_call(request, response, incident_reopen(acting(request), ref_of(request), reason, NULL, &err),
                         &err);
}

static void close_incident(struct request *request, struct response *response) {
    struct error err;
    const char *note = api_text(request->op, incident_body(request), "note");
    incident_answer_call(request, response, incident_close(acting(request), ref_of(request), note, NULL, &err), &err);
}

static void merge(struct request *request, struct response *response) {
    struct error err;
    const char *into = api_text(request->op, incident_body(request), "into");
    incident_answer_call(request, response, incident_merge(acting(request), ref_of(request), into, NULL, &err), &err);
}

static void relate(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct error err;
    bool done = incident_relate(op, ref_of(request), api_text(op, body, "ref"), api_text(op, body, "kind"), &err);
    incident_answer_call(request, response, done, &err);
}

static void rollback(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct rollback_draft draft = {
        .after_deploy = api_text(op, body, "after_deploy"),
        .schema_changed = api_text(op, body, "schema_changed"),
        .fix_over_30_minutes = api_text(op, body, "fix_over_30_minutes"),
        .deployable_now = api_text(op, body, "deployable_now"),
        .choice = api_text(op, body, "choice"),
        .reason = api_text(op, body, "reason"),
    };
    struct error err;
    bool done = incident_decide_rollback(op, ref_of(request), &draft, NULL, &err);
    incident_answer_call(request, response, done, &err);
}

/* --- updates, help, reminders, offers --- */

static void update(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct update_draft draft = {
        .text = api_text(op, body, "text"),
        .next_minutes = api_number(op, body, "next_update_minutes"),
        .at = api_text(op, body, "at"),
        .with_message = true,
    };
    struct update made;
    struct error err;
    if (!incident_update(op, ref_of(request), &draft, &made, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_i64(json, "seq", made.seq);
    json_put_text(json, "at", when_rfc3339(op->arena, made.at));
    json_put_text(json, "text", made.text);
    json_put_text(json, "next_update_at", made.next_due == 0 ? NULL : when_rfc3339(op->arena, made.next_due));
    json_put_text(json, "message", made.message);
    respond_json(response, 201, json);
}

static void help(struct request *request, struct response *response) {
    struct op *op = acting(request);
    const json_t *body = incident_body(request);
    struct help_draft draft = {
        .symptom = api_text(op, body, "symptom"),
        .tried = api_text(op, body, "tried"),
        .logs = api_text(op, body, "logs"),
        .needed = api_text(op, body, "needed"),
        .at = api_text(op, body, "at"),
    };
    struct help made;
    struct error err;
    if (!incident_ask_help(op, ref_of(request), &draft, &made, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_text(json, "at", when_rfc3339(op->arena, made.at));
    json_put_text(json, "symptom", made.symptom);
    json_put_text(json, "tried", made.tried);
    json_put_text(json, "logs", made.logs);
    json_put_text(json, "needed", made.needed);
    const char *message;
    bool there = incident_message(op, ref_of(request), MESSAGE_HELP, NULL, &message, &err);
    json_put_text(json, "message", there ? message : NULL);
    respond_json(response, 201, json);
}

static void remind(struct request *request, struct response *response) {
    struct op *op = acting(request);
    enum reminder_action action;
    struct error err;
    if (!reminder_action_parse(api_text(op, incident_body(request), "action"), &action)) {
        op_field_error(op, "action", "one_of", "send, snooze_30, snooze_60, snooze_90, stop");
        (void)OP_INVALID(op, &err);
        respond_error(request, response, &err);
        return;
    }
    incident_answer_call(request, response, incident_remind(op, ref_of(request), action, NULL, &err), &err);
}

static void offer(struct request *request, struct response *response) {
    struct error err;
    const char *note = api_text(request->op, incident_body(request), "note");
    if (incident_offer_help(request->op, ref_of(request), note, &err)) api_done(response);
    else respond_error(request, response, &err);
}

static bool read_offers(struct tx *tx, const struct incident *incident, void *arg, struct error *err) {
    json_t *items = arg;
    struct help_offer *offers;
    size_t count;
    if (!help_offers(tx, incident->id, &offers, &count, err)) return false;
    json_array_clear(items);
    for (size_t i = 0; i < count; i++) {
        json_t *json = json_object();
        json_put_id(json, "user_id", offers[i].user_id);
        json_put_text(json, "login", offers[i].login);
        json_put_text(json, "name", offers[i].name);
        json_put_text(json, "note", offers[i].note);
        json_put_text(json, "at", when_rfc3339(tx_op(tx)->arena, offers[i].at));
        json_push(items, json);
    }
    return true;
}

static void offers(struct request *request, struct response *response) {
    struct error err;
    json_t *items = json_arr(request->op->arena);
    if (incident_read(request, read_offers, items, &err)) api_list(request, response, json_incref(items), NULL);
    else respond_error(request, response, &err);
}

#define ACT(name, handler) \
    { HTTP_POST, "/api/v1/incidents/:ref/" name, handler, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API }

static const struct route ROUTES[] = {
    ACT("ack", acknowledge),
    ACT("severity", severity),
    ACT("status", status),
    ACT("roles", role),
    ACT("recover", recover),
    ACT("reopen", reopen),
    ACT("close", close_incident),
    ACT("merge", merge),
    ACT("relate", relate),
    ACT("rollback", rollback),
    ACT("updates", update),
    ACT("help", help),
    ACT("reminder", remind),
    { HTTP_POST, "/api/v1/incidents/:ref/offers", offer, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/offers", offers, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table INCIDENT_ACT_API = ROUTE_TABLE(ROUTES);
