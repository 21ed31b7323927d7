/* POST /wording/check: the wording rules for one text or up to 200 items, with the organisation's words and, unless
 * the caller sends one, the roster of the portal's people. GET, PUT /settings/wording: those words. GET
 * /wording/figures: which rules are waived most. */
#include "api/resource.h"
#include "http/http.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"
#include "wording/gate.h"

#include <string.h>

enum { ITEMS_MAX = 200, TOTAL_MAX = 2 * 1024 * 1024 };

struct rules_call {
    const struct wording_rules *rules;
    const char *const *roster;
    size_t roster_count;
};

static bool load_rules(struct tx *tx, void *arg, struct error *err) {
    struct rules_call *call = arg;
    return wording_rules_current(tx, &call->rules, err) && wording_roster(tx, &call->roster, &call->roster_count, err);
}

static const char *const *text_list(struct op *op, const json_t *list, const char *field, size_t *count) {
    const char **texts = ARENA_ARRAY(op->arena, json_array_size(list) + 1, const char *);
    *count = 0;
    if (list != NULL && !json_is_array(list)) op_field_error(op, field, "not_list", NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL) op_field_error(op, field, "not_text", NULL);
        else texts[(*count)++] = text;
    }
    return texts;
}

/* Reads one item into an input; field errors in op. */
static void read_item(struct op *op, const json_t *item, const struct rules_call *call, struct wording_input *out) {
    *out = (struct wording_input){ .lang = json_text(item, "lang"), .section = json_text(item, "section") };
    const json_t *text = json_object_get(item, "text");
    out->kind = WORDING_REPORT;
    out->text = json_string_value(text);
    out->roster = call->roster;
    out->roster_count = call->roster_count;
    if (out->text == NULL)
        op_field_error(op, "text", json_is_null(text) || text == NULL ? "required" : "not_text", NULL);
    else if ((out->size = json_string_length(text)) > WORDING_TEXT_MAX)
        op_field_error(op, "text", "too_long", "204800");
    const char *kind = json_text(item, "kind");
    if (kind != NULL && !wording_kind_parse(kind, &out->kind)) {
        op_field_error(op, "kind", "one_of", "update, notice, report, retro");
    }
    if (out->lang != NULL && !str_eq(out->lang, "ko") && !str_eq(out->lang, "en")) {
        op_field_error(op, "lang", "one_of", "ko, en");
    }
    const json_t *roster = json_object_get(item, "roster");
    if (roster == NULL) return;
    out->roster = text_list(op, roster, "roster", &out->roster_count);
    if (out->roster_count > WORDING_ROSTER_MAX) op_field_error(op, "roster", "too_many", "2000");
}

/* The answer to one item, or NULL with the error. */
static json_t *check_item(struct op *op, const json_t *item, const struct rules_call *call, struct error *err) {
    struct wording_input input;
    struct wording_findings findings;
    read_item(op, item, call, &input);
    if (op->fields.count > 0) {
        (void)OP_INVALID(op, err);
        return NULL;
    }
    if (!wording_check(call->rules, op->arena, &input, &findings, err)) return NULL;
    json_t *answer = json_obj(op->arena);
    json_t *list = json_array();
    for (size_t i = 0; i < findings.count; i++) {
        json_push(list, json_incref(wording_finding_json(op->arena, &findings.list[i])));
    }
    json_t *id = json_object_get(item, "id");
    if (id != NULL) json_put(answer, "id", json_incref(id));
    json_put(answer, "findings", list);
    json_put_bool(answer, "blocked", findings.blocked);
    return answer;
}

static json_t *check_items(struct op *op, const json_t *items, const struct rules_call *call, struct error *err) {
    size_t total = 0;
    if (!json_is_array(items)) op_field_error(op, "items", "not_list", NULL);
    if (json_array_size(items) > ITEMS_MAX) op_field_error(op, "items", "too_many", "200");
    for (size_t i = 0; i < json_array_size(items); i++) {
        total += json_string_length(json_object_get(json_array_get(items, i), "text"));
    }
    if (total > TOTAL_MAX) op_field_error(op, "items", "too_long", "2097152");
    if (op->fields.count > 0) {
        (void)OP_INVALID(op, err);
        return NULL;
    }
    json_t *answers = json_array();
    json_t *body = json_obj(op->arena);
    json_put(body, "items", answers);
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *answer = check_item(op, json_array_get(items, i), call, err);
        if (answer == NULL) return NULL;
        json_push(answers, json_incref(answer));
    }
    return body;
}

static void check(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct rules_call call;
    struct error err;
    const json_t *items = json_object_get(request->json, "items");
    json_t *answer = NULL;
    if (store_read(op, load_rules, &call, &err)) {
        answer = items != NULL ? check_items(op, items, &call, &err) : check_item(op, request->json, &call, &err);
    }
    if (answer != NULL) respond_json(response, 200, answer);
    else respond_error(request, response, &err);
}

/* --- the organisation's words --- */

static json_t *list_json(const char *const *words) {
    json_t *list = json_array();
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) json_push(list, json_string(words[i]));
    return list;
}

static json_t *terms_json(const struct wording_term *terms) {
    json_t *list = json_array();
    for (; terms->term != NULL; terms++) {
        json_t *item = json_object();
        json_put_text(item, "term", terms->term);
        json_put_text(item, "instead", terms->instead);
        json_push(list, item);
    }
    return list;
}

static void show_words(struct request *request, struct response *response) {
    struct wording_words words;
    struct error err;
    int64_t version;
    if (!wording_words_load(request->op, &words, &version, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(request->op->arena);
    json_put(json, "allow", list_json(words.allow));
    json_put(json, "roles", list_json(words.roles));
    json_put(json, "systems", list_json(words.systems));
    json_put(json, "flag", terms_json(words.flag));
    json_put(json, "advise", list_json(words.advise));
    json_put(json, "must_flag", list_json(words.must_flag));
    json_put(json, "must_pass", list_json(words.must_pass));
    json_put_i64(json, "version", version);
    respond_json(response, 200, json);
}

static const char *const *wished(struct op *op, const json_t *json, const char *key) {
    size_t count;
    const json_t *list = json_object_get(json, key);
    return list == NULL ? NULL : text_list(op, list, key, &count);
}

/* Each a text, or {term, instead}. */
static const struct wording_term *wished_terms(struct op *op, const json_t *json) {
    const json_t *list = json_object_get(json, "flag");
    if (list == NULL) return NULL;
    struct wording_term *terms = ARENA_ARRAY(op->arena, json_array_size(list) + 1, struct wording_term);
    size_t count = 0;
    if (!json_is_array(list)) op_field_error(op, "flag", "not_list", NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *term = json_is_string(item) ? json_string_value(item) : json_text(item, "term");
        if (term == NULL) op_field_error(op, "flag", "not_text", NULL);
        else terms[count++] = (struct wording_term){ term, json_text(item, "instead") };
    }
    return terms;
}

static void save_words(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    const struct wording_words words = { .allow = wished(op, request->json, "allow"),
                                         .roles = wished(op, request->json, "roles"),
                                         .systems = wished(op, request->json, "systems"),
                                         .flag = wished_terms(op, request->json),
                                         .advise = wished(op, request->json, "advise"),
                                         .must_flag = wished(op, request->json, "must_flag"),
                                         .must_pass = wished(op, request->json, "must_pass") };
    int64_t version = api_version(op, request->json);
    bool saved = op->fields.count == 0 ? wording_words_save(op, &words, version, &err) : OP_INVALID(op, &err);
    if (saved) show_words(request, response);
    else respond_error(request, response, &err);
}

/* --- figures --- */

static void show_figures(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *from = request_query(request, "from");
    const char *until = request_query(request, "until");
    int64_t from_ms = 0;
    int64_t until_ms = op->now_ms + 1;
    struct waiver_figures figures;
    struct error err;
    if (from != NULL && !when_parse(from, &from_ms, &err)) op_field_error(op, "from", "malformed", "RFC 3339");
    if (until != NULL && !when_parse(until, &until_ms, &err)) op_field_error(op, "until", "malformed", "RFC 3339");
    bool read = op->fields.count == 0 ? waiver_figures(op, from_ms, until_ms, &figures, &err) : OP_INVALID(op, &err);
    if (!read) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_t *list = json_array();
    for (size_t i = 0; i < figures.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "rule", figures.items[i].rule);
        json_put_text(row, "category", figures.items[i].category);
        json_put_i64(row, "waivers", figures.items[i].count);
        json_push(list, row);
    }
    json_put(json, "rules", list);
    respond_json(response, 200, json);
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/api/v1/wording/check", check, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/wording/figures", show_figures, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/settings/wording", show_words, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/settings/wording", save_words, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table WORDING_ROUTES = ROUTE_TABLE(ROUTES);
