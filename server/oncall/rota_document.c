/* The stored document: made from what people send, merged so that the past stays. */
#include "oncall/rota_rows.h"
#include "oncall/schedule_json.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "people/user.h"
#include "text/when.h"

#include <string.h>

bool rota_person_id(struct tx *tx, const char *text, const char *field, int64_t *out, struct error *err) {
    struct user user;
    bool found;
    if (!user_find_named(tx, text, &user, &found, err)) return false;
    if (!found || user.disabled_ms != 0) {
        op_field_error(tx_op(tx), field, "unknown", NULL);
        return true;
    }
    *out = user.id;
    return true;
}

bool rota_people_ids(struct tx *tx, const json_t *list, const char *field, json_t *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (json_is_null(item)) {
            json_push(out, json_null());
            continue;
        }
        const char *text = json_is_integer(item) ? arena_printf(arena, "%lld", (long long)json_integer_value(item))
                                                 : json_string_value(item);
        int64_t id = 0;
        char id_buffer[ID_TEXT_SIZE];
        const char *path = arena_printf(arena, "%s[%zu]", field, i);
        if (text == NULL) op_field_error(tx_op(tx), path, "not_text", NULL);
        else if (!rota_person_id(tx, text, path, &id, err)) return false;
        if (id != 0) json_push(out, json_string(id_text(id, id_buffer)));
    }
    return true;
}

/* A copy of the layer with people as ids, an id of its own and its zone said. */
static json_t *layer_document(struct tx *tx, const json_t *layer, size_t i, const char *zone, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *copy = json_deep_copy(layer), *rotation = json_object_get(copy, "rotation");
    json_t *people = json_array();
    const char *field = arena_printf(op->arena, "layers[%zu].rotation.participants", i);
    REQUIRE(copy != NULL);
    bool fine = rota_people_ids(tx, json_object_get(rotation, "participants"), field, people, err);
    if (json_is_object(rotation)) json_put(rotation, "participants", people);
    else json_decref(people);
    if (json_text(copy, "id") == NULL) json_put_id(copy, "id", id_new(op->now_ms));
    if (json_text(copy, "zone") == NULL) json_put_text(copy, "zone", zone);
    if (fine) return copy;
    json_decref(copy);
    return NULL;
}

/* Layers of the secondary's own may be described inside `secondary`; they are stored beside the others. */
static json_t *all_layers(struct op *op, const json_t *body, const char **mode) {
    const json_t *secondary = json_object_get(body, "secondary");
    const json_t *own = json_is_array(secondary) ? secondary : json_object_get(secondary, "layers");
    const json_t *layers = json_object_get(body, "layers");
    json_t *all = json_arr(op->arena);
    for (size_t i = 0; i < json_array_size(layers); i++) json_push(all, json_deep_copy(json_array_get(layers, i)));
    for (size_t i = 0; i < json_array_size(own); i++) {
        json_t *layer = json_deep_copy(json_array_get(own, i));
        json_put_text(layer, "role", "secondary");
        json_push(all, layer);
    }
    *mode = json_is_object(secondary) ? json_text(secondary, "mode") : json_string_value(secondary);
    if (*mode == NULL && own != NULL) *mode = "own";
    return all;
}

json_t *rota_document(struct tx *tx, const json_t *body, struct error *err) {
    struct op *op = tx_op(tx);
    struct spec described = spec_top(op, body);
    struct spec nothing = { op, NULL, "" };
    struct people_index people;
    people_index_init(&people, op->arena);
    (void)schedule_read(&(struct schedule_source){ &described, &nothing, &people, NULL, 0 });
    if (op->fields.count > 0) {
        (void)OP_INVALID(op, err);
        return NULL;
    }
    json_t *document = json_obj(op->arena), *layers = json_array();
    const char *zone = json_text(body, "zone");
    json_put_text(document, "zone", zone);
    json_put(document, "layers", layers);
    const char *mode;
    const json_t *all = all_layers(op, body, &mode);
    if (mode != NULL) json_put_text(document, "secondary", mode);
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *layer = layer_document(tx, json_array_get(all, i), i, zone, err);
        if (layer == NULL) return NULL;
        json_push(layers, layer);
    }
    if (op->fields.count == 0) return document;
    (void)OP_INVALID(op, err);
    return NULL;
}

static const json_t *layer_of(const json_t *document, const char *id) {
    const json_t *layers = json_object_get(document, "layers");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        const json_t *layer = json_array_get(layers, i);
        if (str_eq(json_text(layer, "id"), id)) return layer;
    }
    return NULL;
}

/* Equal, where leaving a member out means its default. */
static bool same_member(const json_t *a, const json_t *b, const char *member) {
    static const char *const defaults[][2] = { { "role", "primary" }, { "advance", "calendar" } };
    const json_t *x = json_object_get(a, member), *y = json_object_get(b, member);
    if (x == y || (x != NULL && y != NULL && json_equal(x, y))) return true;
    const json_t *said = x == NULL || json_is_null(x) ? y : x;
    if (said == x && y != NULL && !json_is_null(y)) return false;
    if (str_eq(member, "priority")) return json_integer_value(said) == 0 && json_is_integer(said);
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (str_eq(member, defaults[i][0])) return str_eq(json_string_value(said), defaults[i][1]);
    }
    return said == NULL || json_is_null(said);
}

/* Whether only people or words differ, so that the turns go on as they are. */
static bool same_turns(const json_t *a, const json_t *b) {
    static const char *const members[] = { "role", "priority", "zone", "restrictions", "active_from" };
    static const char *const turns[] = { "start", "unit", "length", "advance" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!same_member(a, b, members[i])) return false;
    }
    const json_t *first = json_object_get(a, "rotation"), *second = json_object_get(b, "rotation");
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        if (!same_member(first, second, turns[i])) return false;
    }
    return true;
}

/* The people in force, after all changes so far. */
static bool people_now(struct tx *tx, const struct rota_merge *merge, const json_t *layer, json_t **out,
                       struct error *err) {
    struct rota_changes changes;
    *out = json_object_get(json_object_get(layer, "rotation"), "participants");
    if (!rota_sql_changes(tx, merge->rota->id, &changes, err)) return false;
    for (size_t i = 0; i < changes.count; i++) {
        const char *text = changes.items[i].participants;
        if (!str_eq(changes.items[i].layer_id, json_text(layer, "id"))) continue;
        if (!json_parse(tx_op(tx)->arena, text, strlen(text), out, err)) return false;
    }
    return true;
}

/* The same turns: the first people stay in the document, other people now are a change. */
static bool keep_layer(struct tx *tx, const struct rota_merge *merge, const json_t *before, json_t *after,
                       struct error *err) {
    json_t *rotation = json_object_get(after, "rotation"), *wanted = json_object_get(rotation, "participants"), *now;
    if (!people_now(tx, merge, before, &now, err)) return false;
    bool moved = !json_equal(wanted, now);
    struct rota_change change = { .schedule_id = merge->rota->id,
                                  .layer_id = json_text(before, "id"),
                                  .effective_ms = tx_op(tx)->now_ms,
                                  .participants = json_dump(tx_op(tx)->arena, wanted) };
    json_put(rotation, "participants",
             json_deep_copy(json_object_get(json_object_get(before, "rotation"), "participants")));
    return !moved || rota_sql_change_insert(tx, &change, err);
}

static bool has_ended(const json_t *layer, int64_t now_ms) {
    const char *text = json_text(layer, "active_until"), *zone_name = json_text(layer, "zone");
    const struct tz *zone;
    struct error ignored;
    int64_t ms, wall;
    if (text == NULL) return false;
    if (when_parse(text, &ms, &ignored)) return ms <= now_ms;
    return tz_find(zone_name, &zone, &ignored) && wall_parse(text, &wall) && tz_resolve(zone, wall) * 1000 <= now_ms;
}

static void end_layer(struct tx *tx, json_t *layers, const json_t *before) {
    json_t *ended = json_deep_copy(before);
    REQUIRE(ended != NULL);
    if (!has_ended(before, tx_op(tx)->now_ms))
        json_put_text(ended, "active_until", when_rfc3339(tx_op(tx)->arena, tx_op(tx)->now_ms));
    json_push(layers, ended);
}

bool rota_document_merge(struct tx *tx, struct rota_merge *merge, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *document = json_obj(op->arena), *layers = json_array();
    const json_t *old_layers = json_object_get(merge->before, "layers");
    const json_t *new_layers = json_object_get(merge->after, "layers");
    json_put_text(document, "zone", json_text(merge->after, "zone"));
    json_put(document, "layers", layers);
    json_t *secondary = json_object_get(merge->after, "secondary");
    if (secondary != NULL) json_put(document, "secondary", json_incref(secondary));
    for (size_t i = 0; i < json_array_size(old_layers); i++) {
        const json_t *before = json_array_get(old_layers, i);
        const json_t *after = layer_of(merge->after, json_text(before, "id"));
        if (after == NULL || !same_turns(before, after)) end_layer(tx, layers, before);
    }
    for (size_t i = 0; i < json_array_size(new_layers); i++) {
        json_t *after = json_deep_copy(json_array_get(new_layers, i));
        const json_t *before = layer_of(merge->before, json_text(after, "id"));
        json_push(layers, after);
        if (before != NULL && same_turns(before, after)) {
            if (!keep_layer(tx, merge, before, after, err)) return false;
        } else { /* a successor begins now; one that is new keeps its own bounds */
            json_put_id(after, "id", id_new(op->now_ms));
            if (before != NULL) json_put_text(after, "active_from", when_rfc3339(op->arena, op->now_ms));
        }
    }
    merge->document = document;
    return true;
}
