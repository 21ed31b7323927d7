/* Stored schedules: see rota.h. */
#include "oncall/rota_rows.h"
#include "oncall/schedule_json.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "text/when.h"

#include <string.h>

/* --- reading --- */

bool rota_find(struct tx *tx, const char *which, struct rota *out, struct error *err) {
    int64_t id = 0;
    bool found;
    if (!id_parse(which, &id)) id = 0;
    if (!rota_sql_find(tx, id, which, out, &found, err)) return false;
    if (!found && id != 0 && !rota_sql_find(tx, 0, which, out, &found, err)) return false; /* a key of digits */
    return found || ERROR(err, ERR_NOT_FOUND, "schedule.not_found", "%s", which);
}

bool rota_all(struct tx *tx, struct rota_list *out, struct error *err) {
    return rota_sql_all(tx, out, err);
}

static void put_person(json_t *object, const char *key, int64_t id) {
    if (id != 0) json_put_id(object, key, id);
}

static json_t *overrides_described(struct arena *arena, const struct rota_overrides *overrides) {
    json_t *list = json_array();
    for (size_t i = 0; i < overrides->count; i++) {
        const struct rota_override *override = &overrides->items[i];
        json_t *object = json_object();
        json_put_text(object, "type", override->kind);
        json_put_text(object, "role", override->role);
        put_person(object, "out", override->out_user);
        put_person(object, "in", override->in_user);
        json_put_text(object, "start", when_rfc3339(arena, override->start_ms));
        json_put_text(object, "end", when_rfc3339(arena, override->end_ms));
        json_push(list, object);
    }
    return list;
}

static bool changes_described(struct tx *tx, int64_t id, json_t *list, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rota_changes changes;
    if (!rota_sql_changes(tx, id, &changes, err)) return false;
    for (size_t i = 0; i < changes.count; i++) {
        const struct rota_change *change = &changes.items[i];
        json_t *people, *object = json_object();
        json_push(list, object);
        if (!json_parse(arena, change->participants, strlen(change->participants), &people, err)) return false;
        json_put_text(object, "at", when_rfc3339(arena, change->effective_ms));
        json_put_text(object, "op", "set_participants");
        json_put_text(object, "layer", change->layer_id);
        json_put(object, "participants", json_incref(people));
    }
    return true;
}

/* People by id with their names; those who left, with when. */
struct known {
    struct people_index index;
    const char **names;
    struct deletion *deletions;
    size_t deletion_count;
};

static bool know_people(struct tx *tx, struct known *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rota_people people;
    char text[ID_TEXT_SIZE];
    if (!rota_sql_people(tx, &people, err)) return false;
    people_index_init(&out->index, arena);
    out->names = ARENA_ARRAY(arena, people.count, const char *);
    out->deletions = ARENA_ARRAY(arena, people.count, struct deletion);
    for (size_t i = 0; i < people.count; i++) {
        int32_t person = people_index_add(&out->index, id_text(people.items[i].id, text));
        out->names[person] = people.items[i].name;
        if (people.items[i].disabled_ms == 0) continue;
        out->deletions[out->deletion_count++] = (struct deletion){ people.items[i].disabled_ms / 1000, person };
    }
    return true;
}

bool rota_schedule(struct tx *tx, const struct rota *rota, struct schedule **out, struct error *err) {
    struct op *op = tx_op(tx);
    struct op reading = { .arena = op->arena };
    json_t *document, *around = json_obj(op->arena), *changes = json_array();
    struct rota_overrides overrides;
    struct known known = { 0 };
    json_put(around, "changes", changes);
    if (!json_parse(op->arena, rota->document, strlen(rota->document), &document, err) ||
        !rota_overrides(tx, rota->id, &overrides, err) || !changes_described(tx, rota->id, changes, err) ||
        !know_people(tx, &known, err))
        return false;
    json_put(around, "overrides", overrides_described(op->arena, &overrides));
    struct spec described = spec_top(&reading, document), rows = spec_top(&reading, around);
    struct schedule_source source = { &described, &rows, &known.index, known.deletions, known.deletion_count };
    size_t people = known.index.count;
    struct schedule *schedule = schedule_read(&source);
    if (reading.fields.count > 0 || known.index.count > people)
        return ERROR(err, ERR_INTERNAL, "schedule.unreadable", "%s: %s", rota->key,
                     reading.fields.first == NULL ? "" : reading.fields.first->field);
    for (size_t i = 0; i < schedule->override_count; i++) schedule->overrides[i].id = overrides.items[i].id;
    schedule->id = rota->id;
    schedule->name = rota->name;
    schedule->names = known.names;
    *out = schedule;
    return true;
}

struct load {
    const char *which;
    struct rota *rota;
    struct schedule **schedule;
};

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct load *load = arg;
    return rota_find(tx, load->which, load->rota, err) && rota_schedule(tx, load->rota, load->schedule, err);
}

bool rota_load(struct op *op, const char *which, struct rota *rota, struct schedule **out, struct error *err) {
    struct load load = { which, rota, out };
    return permission_check(op, PERM_READ, err) && store_read(op, load_in_tx, &load, err);
}

/* --- adding and changing --- */

struct write {
    const json_t *body;
    const char *which;
    int64_t version;
    struct rota rota;
};

static bool audit_rota(struct tx *tx, const char *action, const struct rota *rota, json_t *detail, struct error *err) {
    tx_on_commit(tx, "schedules");
    return audit_add(tx, action, arena_printf(tx_op(tx)->arena, "schedule/%s", rota->key), detail, err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct write *write = arg;
    struct op *op = tx_op(tx);
    bool inserted;
    json_t *document = rota_document(tx, write->body, err);
    if (document == NULL) return false;
    json_t *layers = json_object_get(document, "layers");
    for (size_t i = 0; i < json_array_size(layers); i++)
        json_put_id(json_array_get(layers, i), "id", id_new(op->now_ms));
    write->rota.document = json_dump(op->arena, document);
    if (!rota_sql_insert(tx, &write->rota, &inserted, err)) return false;
    if (!inserted) {
        op_field_error(op, "key", "duplicate", NULL);
        return OP_INVALID(op, err);
    }
    return audit_rota(tx, "schedule.added", &write->rota, document, err);
}

bool rota_add(struct op *op, const json_t *body, struct rota *out, struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct write write = { .body = body };
    write.rota = (struct rota){ .id = id_new(op->now_ms), .created_ms = op->now_ms, .updated_ms = op->now_ms };
    write.rota.name = field_text(op, "name", json_text(body, "name"), ROTA_NAME_MAX, FIELD_REQUIRED);
    write.rota.key = field_key(op, "key", json_text(body, "key"), ROTA_KEY_MAX, FIELD_ADDRESS);
    if (write.rota.key == NULL) {
        char text[ID_TEXT_SIZE];
        write.rota.key = arena_printf(op->arena, "s-%s", id_text(write.rota.id, text));
    }
    write.rota.version = 1;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, add_in_tx, &write, err)) return false;
    *out = write.rota;
    return true;
}

/* What is not sent stays as it is. */
static json_t *with_defaults(struct arena *arena, const json_t *body, const json_t *before) {
    static const char *const members[] = { "zone", "secondary", "layers" };
    json_t *full = json_obj(arena);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_t *value = json_object_get(body, members[i]);
        if (value == NULL) value = json_object_get(before, members[i]);
        if (value != NULL) json_put(full, members[i], json_deep_copy(value));
    }
    return full;
}

/* The document after the body's zone, secondary and layers, if it has any of them. */
static bool merge_document(struct tx *tx, const json_t *body, struct rota *rota, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rota_merge merge = { .rota = rota };
    json_t *before;
    if (json_object_get(body, "layers") == NULL && json_object_get(body, "zone") == NULL &&
        json_object_get(body, "secondary") == NULL)
        return true;
    if (!json_parse(arena, rota->document, strlen(rota->document), &before, err)) return false;
    merge.before = before;
    merge.after = rota_document(tx, with_defaults(arena, body, before), err);
    if (merge.after == NULL || !rota_document_merge(tx, &merge, err)) return false;
    rota->document = json_dump(arena, merge.document);
    return true;
}

static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct write *write = arg;
    struct op *op = tx_op(tx);
    struct rota *rota = &write->rota;
    bool changed;
    if (!rota_find(tx, write->which, rota, err)) return false;
    if (write->version != 0 && write->version != rota->version)
        return ERROR(err, ERR_STALE, "schedule.stale", "at %lld", (long long)rota->version);
    if (!merge_document(tx, write->body, rota, err)) return false;
    const char *name = field_text(op, "name", json_text(write->body, "name"), ROTA_NAME_MAX, FIELD_OPTIONAL);
    if (strlen(rota->document) > ROTA_DOCUMENT_MAX) op_field_error(op, "layers", "too_many", "64");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (name != NULL && name[0] != '\0') rota->name = name;
    rota->updated_ms = op->now_ms;
    if (!rota_sql_update(tx, rota, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_STALE, "schedule.stale", "%s", rota->key);
    rota->version++;
    return audit_rota(tx, "schedule.changed", rota, NULL, err);
}

bool rota_update(struct op *op, const char *which, int64_t version, const json_t *body, struct rota *out,
                 struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct write write = { .body = body, .which = which, .version = version };
    if (!store_write(op, update_in_tx, &write, err)) return false;
    *out = write.rota;
    return true;
}

bool rota_delete(struct tx *tx, const char *which, int64_t version, struct error *err) {
    struct rota rota;
    json_t *document;
    if (!rota_find(tx, which, &rota, err)) return false;
    if (version != 0 && version != rota.version)
        return ERROR(err, ERR_STALE, "schedule.stale", "at %lld", (long long)rota.version);
    return json_parse(tx_op(tx)->arena, rota.document, strlen(rota.document), &document, err) &&
           rota_sql_delete(tx, rota.id, err) && audit_rota(tx, "schedule.deleted", &rota, document, err);
}

struct draft {
    const json_t *body;
    struct schedule **out;
};

static bool draft_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct draft *draft = arg;
    struct op *op = tx_op(tx);
    struct known known = { 0 };
    json_t *document = rota_document(tx, draft->body, err);
    if (document == NULL || !know_people(tx, &known, err)) return false;
    struct spec described = spec_top(op, document), nothing = { op, NULL, "" };
    *draft->out = schedule_read(&(struct schedule_source){ &described, &nothing, &known.index, NULL, 0 });
    (*draft->out)->names = known.names;
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool rota_draft(struct op *op, const json_t *body, struct schedule **out, struct error *err) {
    struct draft draft = { body, out };
    return permission_check(op, PERM_READ, err) && store_read(op, draft_in_tx, &draft, err);
}

struct comparing {
    const json_t *body;
    enum rota_standing standing;
};

/* Without the layers' own ids, which every writing makes anew. */
static void strip_ids(json_t *document) {
    size_t i;
    json_t *layer;
    json_array_foreach(json_object_get(document, "layers"), i, layer)(void) json_object_del(layer, "id");
}

static bool compare_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct comparing *comparing = arg;
    struct op *op = tx_op(tx);
    const char *key = json_text(comparing->body, "key");
    struct rota rota;
    struct rota_changes changes;
    json_t *stored;
    comparing->standing = ROTA_MISSING;
    if (!rota_find(tx, key == NULL ? "" : key, &rota, err)) return err->kind == ERR_NOT_FOUND;
    comparing->standing = ROTA_OTHER;
    json_t *wanted = rota_document(tx, comparing->body, err);
    if (wanted == NULL) return err->kind == ERR_INVALID;
    if (!json_parse(op->arena, rota.document, strlen(rota.document), &stored, err) ||
        !rota_sql_changes(tx, rota.id, &changes, err))
        return false;
    strip_ids(wanted);
    strip_ids(stored);
    bool same = changes.count == 0 && str_eq(rota.name, json_text(comparing->body, "name"));
    if (same && json_equal(wanted, stored)) comparing->standing = ROTA_SAME;
    return true;
}

bool rota_compare(struct op *op, const json_t *body, enum rota_standing *out, struct error *err) {
    struct comparing comparing = { .body = body };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, compare_in_tx, &comparing, err)) return false;
    op->fields = (struct field_errors){ 0 };
    *out = comparing.standing;
    return true;
}

/* --- people of a layer --- */

struct participants {
    const char *layer_id;
    const json_t *body;
    int64_t effective_ms;
};

static bool find_layer_in(struct tx *tx, const char *layer_id, struct rota *out, struct error *err) {
    struct rota_list list;
    if (!rota_all(tx, &list, err)) return false;
    const char *mark = arena_printf(tx_op(tx)->arena, "\"id\":\"%s\"", layer_id);
    for (size_t i = 0; i < list.count; i++) {
        if (strstr(list.items[i].document, mark) == NULL) continue;
        *out = list.items[i];
        return true;
    }
    return ERROR(err, ERR_NOT_FOUND, "schedule.layer_not_found", "%s", layer_id);
}

static bool participants_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct participants *call = arg;
    struct op *op = tx_op(tx);
    struct rota rota = { 0 };
    json_t *people = json_arr(op->arena);
    if (!find_layer_in(tx, call->layer_id, &rota, err)) return false;
    if (!rota_people_ids(tx, json_object_get(call->body, "participants"), "participants", people, err)) return false;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct rota_changes changes;
    if (!rota_sql_changes(tx, rota.id, &changes, err)) return false;
    if (changes.count >= ROTA_CHANGES_MAX) return ERROR(err, ERR_LIMIT, "schedule.too_many_changes", "%s", rota.key);
    struct rota_change change = { 0, rota.id, call->layer_id, call->effective_ms, json_dump(op->arena, people) };
    return rota_sql_change_insert(tx, &change, err) && rota_sql_touch(tx, rota.id, err) &&
           audit_rota(tx, "schedule.people_changed", &rota, people, err);
}

bool rota_set_participants(struct op *op, const char *layer_id, const json_t *body, struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct spec in = spec_top(op, body);
    struct spec list = spec_list(&in, "participants", true);
    int64_t seconds, id;
    (void)spec_count(&list, SCHEDULE_PEOPLE_MAX);
    struct participants call = { layer_id, body, op->now_ms };
    if (!id_parse(layer_id, &id)) return ERROR(err, ERR_NOT_FOUND, "schedule.layer_not_found", "not an id");
    if (spec_has(&in, "effective_at") && spec_instant(&in, "effective_at", &seconds)) {
        call.effective_ms = seconds * 1000;
        if (call.effective_ms < op->now_ms) op_field_error(op, "effective_at", "past", NULL);
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, participants_in_tx, &call, err);
}

/* --- JSON --- */

/* Layers as they stand, with the people in force last. */
json_t *rota_json(struct arena *arena, const struct rota *rota, const struct schedule *schedule) {
    json_t *object = json_obj(arena), *document = NULL;
    struct error ignored;
    json_put_id(object, "id", rota->id);
    json_put_text(object, "key", rota->key);
    json_put_text(object, "name", rota->name);
    json_put_i64(object, "version", rota->version);
    json_put_text(object, "created_at", when_rfc3339(arena, rota->created_ms));
    json_put_text(object, "updated_at", when_rfc3339(arena, rota->updated_ms));
    REQUIRE(json_parse(arena, rota->document, strlen(rota->document), &document, &ignored));
    json_object_update_missing(object, document);
    json_t *layers = json_object_get(object, "layers");
    for (size_t i = 0; schedule != NULL && i < json_array_size(layers) && i < schedule->layer_count; i++) {
        const struct layer *layer = &schedule->layers[i];
        const struct roster *now = &layer->rosters[layer->roster_count - 1];
        json_t *people = json_array();
        for (size_t j = 0; j < now->count; j++)
            json_push(people, now->people[j] == NOBODY ? json_null() : json_string(schedule->people[now->people[j]]));
        json_put(json_object_get(json_array_get(layers, i), "rotation"), "participants", people);
    }
    return object;
}
