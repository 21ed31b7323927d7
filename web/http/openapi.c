/* The description of the API: see openapi.h. */
#include "http/openapi.h"

#include "app.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "http/router.h"

#include <string.h>

static const char FOLDER[] = "templates/openapi/operations/";

bool openapi_describes(const struct route *route) {
    static const char *const PREFIXES[] = { "/api/v1/", "/hooks/",      "/v2/",    "/ping/",
                                            "/ical/",   "/status/api/", "/api/v2/" };
    if (str_eq(route->pattern, "/api/v1/openapi.json")) return false;
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (str_starts(route->pattern, PREFIXES[i])) return true;
    }
    return false;
}

/* --- members --- */

static json_t *type_schema(const char *type) {
    if (str_eq(type, "instant")) return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
    if (str_eq(type, "date")) return json_pack("{s:s, s:s}", "type", "string", "format", "date");
    if (str_eq(type, "integer") || str_eq(type, "number") || str_eq(type, "boolean") || str_eq(type, "object"))
        return json_pack("{s:s}", "type", type);
    if (str_eq(type, "list")) return json_pack("{s:s, s:{}}", "type", "array", "items");
    return json_pack("{s:s}", "type", "string");
}

struct member {
    const char *name, *type;
    bool required;
};

/* "due!:date" → due, date, required */
static struct member parse_member(struct arena *arena, const char *word) {
    size_t len = strcspn(word, "!:");
    const char *colon = strchr(word, ':');
    return (struct member){ arena_strn(arena, word, len), colon == NULL ? "" : colon + 1, word[len] == '!' };
}

static json_t *object_schema(struct arena *arena, const char *words) {
    char **list;
    size_t count = str_split(arena, words, " ", &list);
    json_t *properties = json_object();
    json_t *required = json_array();
    for (size_t i = 0; i < count; i++) {
        struct member member = parse_member(arena, list[i]);
        if (str_eq(member.name, "document")) continue; /* and more, as the room's own documents say */
        json_put(properties, member.name, type_schema(member.type));
        if (member.required) json_push(required, json_string(member.name));
    }
    json_t *schema = json_pack("{s:s, s:o}", "type", "object", "properties", properties);
    if (json_array_size(required) > 0) json_put(schema, "required", required);
    else json_decref(required);
    return schema;
}

static json_t *reference(const char *name) {
    json_t *value = json_object();
    json_put(value, "$ref", json_sprintf("#/components/schemas/%s", name));
    return value;
}

/* --- one operation --- */

/* {type: {schema, example}}, with the example that was seen. Steals the schema; NULL: any. */
static json_t *content_of(const char *type, json_t *schema, const json_t *seen) {
    json_t *media = json_object(), *content = json_object();
    json_t *example = json_object_get(seen, "example");
    if (schema != NULL) json_put(media, "schema", schema);
    if (example != NULL) json_put(media, "example", json_deep_copy(example));
    json_put(content, type, media);
    return content;
}

static json_t *request_body(struct arena *arena, const struct route *route, const char *words, const json_t *seen) {
    const char *type = route->body == BODY_MULTIPART ? "multipart/form-data" : "application/json";
    json_t *schema;
    if (str_eq(words, "multipart")) {
        schema = json_pack("{s:s, s:{s:{s:s, s:s}}}", "type", "object", "properties", "file", "type", "string",
                           "format", "binary");
    } else if (str_eq(words, "file")) {
        type = "application/octet-stream";
        schema = json_pack("{s:s, s:s}", "type", "string", "format", "binary");
    } else {
        schema = object_schema(arena, words);
    }
    json_t *body = json_object();
    json_put_bool(body, "required", strchr(words, '!') != NULL || str_eq(words, "document"));
    json_put(body, "content", content_of(type, schema, seen));
    return body;
}

static json_t *answer_content(struct arena *arena, const char *answer, const json_t *seen) {
    const json_t *learnt = json_object_get(seen, "schema");
    size_t len = strlen(answer);
    if (str_eq(answer, "file")) return content_of("application/octet-stream", NULL, NULL);
    if (str_eq(answer, "calendar")) return content_of("text/calendar", NULL, NULL);
    if (learnt != NULL) return content_of("application/json", json_deep_copy(learnt), seen);
    if (str_eq(answer, "object")) return content_of("application/json", type_schema("object"), seen);
    if (!str_ends(answer, "[]")) return content_of("application/json", reference(answer), seen);
    json_t *items = json_pack("{s:s, s:o}", "type", "array", "items", reference(arena_strn(arena, answer, len - 2)));
    json_t *cursor = json_pack("{s:[ss]}", "type", "string", "null");
    json_t *list =
        json_pack("{s:s, s:{s:o, s:o}}", "type", "object", "properties", "items", items, "next_cursor", cursor);
    return content_of("application/json", list, seen);
}

static json_t *responses(struct arena *arena, const json_t *operation, const json_t *seen) {
    const char *answer = json_text(operation, "answer");
    json_int_t status = json_integer_value(json_object_get(operation, "status"));
    json_t *list = json_object();
    json_t *good = json_pack("{s:s}", "description", http_status_text(status == 0 ? 200 : (int)status));
    if (!str_eq(answer, "none"))
        json_put(good, "content", answer_content(arena, answer == NULL ? "object" : answer, seen));
    json_put(list, arena_printf(arena, "%lld", status == 0 ? 200LL : (long long)status), good);
    json_put(list, "default",
             json_pack("{s:s, s:{s:{s:o}}}", "description", "Refused, with the reason", "content",
                       "application/problem+json", "schema", reference("Problem")));
    return list;
}

static void add_parameter(json_t *list, const char *name, const char *where, bool required) {
    bool number = str_eq(name, "limit") || str_eq(name, "after");
    json_push(list, json_pack("{s:s, s:s, s:b, s:{s:s}}", "name", name, "in", where, "required", required, "schema",
                              "type", number ? "integer" : "string"));
}

static json_t *parameters(struct arena *arena, const struct route *route, const char *query) {
    char **words;
    json_t *list = json_array();
    size_t count = str_split(arena, route->pattern, "/", &words);
    for (size_t i = 0; i < count; i++) {
        if (words[i][0] == ':')
            add_parameter(list, arena_strn(arena, words[i] + 1, strcspn(words[i] + 1, ".")), "path", true);
    }
    count = str_split(arena, query == NULL ? "" : query, " ", &words);
    for (size_t i = 0; i < count; i++) add_parameter(list, words[i], "query", false);
    if (route->method != HTTP_GET && route->permission != PERM_SIGNED)
        add_parameter(list, "Idempotency-Key", "header", false);
    return list;
}

static json_t *security(const struct route *route) {
    if (route->permission == PERM_PUBLIC || route->permission == PERM_SIGNED) return json_array();
    return json_pack("[{s:[]}, {s:[]}]", "token", "session");
}

static json_t *describe(struct request *request, const struct route *route, const json_t *operation, const char *room,
                        const json_t *answers) {
    struct arena *arena = request->op->arena;
    const char *body = json_text(operation, "body");
    json_t *out = json_object();
    json_put_text(out, "operationId", json_text(operation, "id"));
    json_put_text(out, "summary", json_text(operation, request->lang));
    json_put(out, "tags", json_pack("[s]", room));
    json_put(out, "parameters", parameters(arena, route, json_text(operation, "query")));
    const json_t *seen = json_object_get(answers, json_text(operation, "id"));
    if (body != NULL && *body != '\0')
        json_put(out, "requestBody", request_body(arena, route, body, json_object_get(seen, "request")));
    json_put(out, "responses", responses(arena, operation, json_object_get(seen, "response")));
    json_put(out, "security", security(route));
    return out;
}

/* --- the files --- */

typedef void (*operation_fn)(struct request *request, const struct route *route, const json_t *operation,
                             const char *room, void *arg);

static const struct route *find_route(const struct router *router, struct arena *arena, const char *op) {
    for (size_t i = 0; i < router_count(router); i++) {
        const struct route *route = router_at(router, i);
        if (str_eq(op, arena_printf(arena, "%s %s", http_method_name(route->method), route->pattern))) return route;
    }
    return NULL;
}

/* fn for every operation, file by file. route is NULL for one that is not in the table (the test finds it). */
static bool each_operation(struct request *request, operation_fn fn, void *arg, struct error *err) {
    struct arena *arena = request->op->arena;
    const struct asset *asset = NULL;
    size_t count = asset_under(FOLDER, &asset);
    for (size_t i = 0; i < count; i++, asset++) {
        json_t *list;
        size_t index;
        json_t *operation;
        const char *file = asset->path + sizeof FOLDER - 1;
        const char *room = arena_strn(arena, file, strcspn(file, "."));
        if (!json_parse(arena, (const char *)asset->bytes, asset->size, &list, err)) return false;
        json_array_foreach(list, index, operation) {
            const struct route *route = find_route(request->http->router, arena, json_text(operation, "op"));
            fn(request, route, operation, room, arg);
        }
    }
    return true;
}

/* "/incidents/:ref" → "/incidents/{ref}" */
static const char *open_path(struct arena *arena, const char *pattern) {
    char **words;
    struct buf path;
    buf_init(&path, arena, 1000);
    size_t count = str_split(arena, pattern, "/", &words);
    for (size_t i = 0; i < count; i++) {
        const char *word = words[i];
        size_t len = strcspn(word, ".");
        if (word[0] == ':') buf_printf(&path, "/{%s}%s", arena_strn(arena, word + 1, len - 1), word + len);
        else buf_printf(&path, "/%s", word);
    }
    return path.data;
}

struct describing {
    json_t *paths;
    const json_t *answers; /* by operation: what was seen (templates/openapi/answers.json) */
};

static void add_to_paths(struct request *request, const struct route *route, const json_t *operation, const char *room,
                         void *arg) {
    static const char *const METHODS[] = { "", "get", "post", "put", "patch", "delete" };
    const struct describing *describing = arg;
    json_t *paths = describing->paths;
    if (route == NULL) return;
    const char *path = open_path(request->op->arena, route->pattern);
    json_t *item = json_object_get(paths, path);
    if (item == NULL) {
        item = json_object();
        json_put(paths, path, item);
    }
    json_put(item, METHODS[route->method], describe(request, route, operation, room, describing->answers));
}

static bool read_asset(struct arena *arena, const char *path, json_t **out, struct error *err) {
    const struct asset *asset = asset_find(path);
    REQUIRE(asset != NULL);
    return json_parse(arena, (const char *)asset->bytes, asset->size, out, err);
}

bool openapi_document(struct request *request, json_t **out, struct error *err) {
    struct arena *arena = request->op->arena;
    json_t *schemas, *answers;
    if (!read_asset(arena, "templates/openapi/schemas.json", &schemas, err) ||
        !read_asset(arena, "templates/openapi/answers.json", &answers, err)) {
        return false;
    }
    json_t *document = json_obj(arena);
    json_t *paths = json_object();
    json_put_text(document, "openapi", "3.1.0");
    json_put(document, "info",
             json_pack("{s:s, s:s, s:s}", "title", "Bongsu", "version", BONGSU_VERSION, "summary",
                       str_eq(request->lang, "ko") ? "장애 대응 포털" : "Incident management portal"));
    json_put(document, "servers", json_pack("[{s:s}]", "url", request->app->base_url));
    json_put(document, "paths", paths);
    json_t *token = json_pack("{s:s, s:s}", "type", "http", "scheme", "bearer");
    json_t *session = json_pack("{s:s, s:s, s:s, s:s}", "type", "apiKey", "in", "cookie", "name",
                                session_cookie_name(request->http), "description", "Writes send X-CSRF-Token as well");
    json_put(
        document, "components",
        json_pack("{s:{s:o, s:o}, s:O}", "securitySchemes", "token", token, "session", session, "schemas", schemas));
    *out = document;
    return each_operation(request, add_to_paths, &(struct describing){ paths, answers }, err);
}

static void add_to_rooms(struct request *request, const struct route *route, const json_t *operation, const char *room,
                         void *arg) {
    json_t *rooms = arg;
    json_t *last = json_array_get(rooms, json_array_size(rooms) - 1);
    if (route == NULL) return;
    if (last == NULL || !str_eq(json_text(last, "room"), room)) {
        last = json_pack("{s:s, s:[]}", "room", room, "operations");
        json_push(rooms, last);
    }
    json_t *item = json_object();
    json_put_text(item, "method", http_method_name(route->method));
    json_put_text(item, "path", open_path(request->op->arena, route->pattern));
    json_put_text(item, "id", json_text(operation, "id"));
    json_put_text(item, "summary", json_text(operation, request->lang));
    json_put_text(item, "members", json_text(operation, "body"));
    json_put_text(item, "query", json_text(operation, "query"));
    json_push(json_object_get(last, "operations"), item);
}

bool openapi_rooms(struct request *request, json_t **out, struct error *err) {
    *out = json_arr(request->op->arena);
    return each_operation(request, add_to_rooms, *out, err);
}
