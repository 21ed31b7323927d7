/* API of contacts: how people are reached, whether it is still right, trials; and vendors. */
#include "escalation/contact.h"
#include "service/vendor.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cursor.h"
#include "text/when.h"

/* Whom the address is about: "me", or the one named in the path by id or login. */
static bool whom(struct request *request, int64_t *id, struct error *err) {
    struct user user;
    *id = request->op->actor->user_id;
    if (str_starts(request->route, "/api/v1/me/")) return true;
    const char *text = request_param(request, "id");
    if (id_parse(text, id)) return true;
    if (!user_load_login(request->op, text, &user, err)) return false;
    *id = user.id;
    return true;
}

static void answer_card(struct request *request, struct response *response, int64_t user_id) {
    struct user user;
    struct contact_card card;
    struct error err;
    if (contact_load(request->op, user_id, &user, &card, &err))
        api_answer(request, response, 200, contact_json(request->op->arena, &card), card.version);
    else respond_error(request, response, &err);
}

static void show(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (whom(request, &id, &err)) answer_card(request, response, id);
    else respond_error(request, response, &err);
}

static void save(struct request *request, struct response *response) {
    struct contact_edit edit = { .version = api_if_match(request) };
    struct error err;
    if (whom(request, &edit.user_id, &err) && api_body(request, &edit.body, &err) &&
        contact_save(request->op, &edit, &err))
        answer_card(request, response, edit.user_id);
    else respond_error(request, response, &err);
}

static void confirm(struct request *request, struct response *response) {
    struct error err;
    if (contact_confirm(request->op, &err)) answer_card(request, response, request->op->actor->user_id);
    else respond_error(request, response, &err);
}

static void trials(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct contact_trials found;
    struct error err;
    if (!contact_trials(op, op->actor->user_id, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        const struct contact_trial *trial = &found.items[i];
        json_t *item = json_object();
        json_put_text(item, "kind", personal_kind_name(trial->kind));
        json_put_text(item, "address", trial->address);
        json_put_text(item, "at", when_rfc3339(op->arena, trial->at_ms));
        json_put_text(item, "result", trial->result);
        json_put_text(item, "fault", trial->fault);
        json_push(items, item);
    }
    api_list(request, response, items, NULL);
}

static void try_them(struct request *request, struct response *response) {
    struct error err;
    if (contact_try(request->op, &err)) trials(request, response);
    else respond_error(request, response, &err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct user_query query = { .text = request_query(request, "q") };
    struct contact_list found;
    struct error err;
    if (!api_page(request, response, &query.limit, &query.after)) return;
    if (!contact_list(op, &query, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        const struct contact_entry *entry = &found.items[i];
        json_t *item = json_incref(contact_json(op->arena, &entry->card));
        json_put_text(item, "login", entry->user.login);
        json_put_text(item, "name", entry->user.name);
        json_put_text(item, "role", role_name(entry->user.role));
        json_put_bool(item, "reachable", entry->reachable);
        json_push(items, item);
    }
    const char *last = found.more ? found.items[found.count - 1].user.login : NULL;
    api_list(request, response, items, last == NULL ? NULL : cursor_make_text(op->arena, last));
}

/* --- vendors --- */

static void vendors(struct request *request, struct response *response) {
    struct vendor_list found;
    struct error err;
    if (!vendor_list(request->op, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(vendor_json(request->op, &found.items[i])));
    api_list(request, response, items, NULL);
}

static struct vendor_input vendor_input(struct op *op, const json_t *body) {
    return (struct vendor_input){ .name = api_text(op, body, "name"),
                                  .supplies = api_text(op, body, "supplies"),
                                  .phone = api_text(op, body, "phone"),
                                  .email = api_text(op, body, "email"),
                                  .url = api_text(op, body, "url"),
                                  .note = api_text(op, body, "note"),
                                  .zone = api_text(op, body, "zone"),
                                  .days = api_words(op, body, "days"),
                                  .from = api_text(op, body, "from"),
                                  .to = api_text(op, body, "to"),
                                  .holidays = api_flag(op, body, "holidays") };
}

static void vendor_create(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct vendor vendor;
    struct error err;
    bool read = api_body(request, &body, &err);
    struct vendor_input input = read ? vendor_input(op, body) : (struct vendor_input){ 0 };
    if (!read || !vendor_add(op, &input, &vendor, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(op->arena, "/api/v1/vendors/%lld", (long long)vendor.id);
    api_created(request, response, vendor_json(op, &vendor), vendor.version, location);
}

static void vendor_show(struct request *request, struct response *response) {
    struct vendor vendor;
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "vendor.not_found", &id, &err) && vendor_load(request->op, id, &vendor, &err))
        api_answer(request, response, 200, vendor_json(request->op, &vendor), vendor.version);
    else respond_error(request, response, &err);
}

static void vendor_edit(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct vendor vendor;
    struct error err;
    int64_t id;
    if (!api_path_id(request, "id", "vendor.not_found", &id, &err) || !api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct vendor_input input = vendor_input(op, body);
    if (vendor_update(op, id, api_if_match(request), &input, &vendor, &err))
        api_answer(request, response, 200, vendor_json(op, &vendor), vendor.version);
    else respond_error(request, response, &err);
}

static void vendor_drop(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "vendor.not_found", &id, &err) &&
        vendor_remove(request->op, id, api_if_match(request), &err))
        api_done(response);
    else respond_error(request, response, &err);
}

#define API "/api/v1"
#define READ CSRF_SAFE, BODY_NONE, RATE_API
#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define CALL CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, API "/me/contacts", show, PERM_SELF, READ },
    { HTTP_PUT, API "/me/contacts", save, PERM_SELF, WRITE },
    { HTTP_POST, API "/me/contacts/confirm", confirm, PERM_SELF, CALL },
    { HTTP_GET, API "/me/contacts/trials", trials, PERM_SELF, READ },
    { HTTP_POST, API "/me/contacts/trials", try_them, PERM_SELF, CALL },
    { HTTP_GET, API "/contacts", list, PERM_READ, READ },
    { HTTP_GET, API "/users/:id/contacts", show, PERM_READ, READ },
    { HTTP_PUT, API "/users/:id/contacts", save, PERM_ADMIN, WRITE },
    { HTTP_GET, API "/vendors", vendors, PERM_READ, READ },
    { HTTP_POST, API "/vendors", vendor_create, PERM_SERVICE, WRITE },
    { HTTP_GET, API "/vendors/:id", vendor_show, PERM_READ, READ },
    { HTTP_PATCH, API "/vendors/:id", vendor_edit, PERM_SERVICE, WRITE },
    { HTTP_DELETE, API "/vendors/:id", vendor_drop, PERM_SERVICE, CALL },
};
const struct route_table CONTACT_API_ROUTES = ROUTE_TABLE(ROUTES);
