/* Checklists: see checklist.h. */
#include "incident/checklist_rows.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident_internal.h"

enum { ITEMS_MAX = 50, LISTS_MAX = 20, KEY_LENGTH_MAX = 40 };

/* --- the shipped lists --- */

bool shipped_lists(struct arena *arena, const char *lang, struct shipped_list out[SHIPPED_LISTS], struct error *err) {
    const char *path = arena_printf(arena, "templates/checklists/%s.json", lang);
    const struct asset *asset = asset_find(path);
    json_t *lists;
    if (asset == NULL) return ERROR(err, ERR_INTERNAL, "checklist.asset", "%s is missing", path);
    if (!json_parse(arena, (const char *)asset->bytes, asset->size, &lists, err)) return false;
    if (json_array_size(lists) != SHIPPED_LISTS) {
        return ERROR(err, ERR_INTERNAL, "checklist.asset", "%s holds %zu lists", path, json_array_size(lists));
    }
    for (size_t i = 0; i < SHIPPED_LISTS; i++) {
        const json_t *list = json_array_get(lists, i);
        const json_t *items = json_object_get(list, "items");
        out[i] = (struct shipped_list){ json_text(list, "key"), json_text(list, "title"), json_dump(arena, items) };
        if (out[i].key == NULL || out[i].title == NULL || json_array_size(items) == 0) {
            return ERROR(err, ERR_INTERNAL, "checklist.asset", "%s: list %zu", path, i);
        }
    }
    return true;
}

/* --- ticking --- */

struct tick_run {
    const struct check_tick *wish;
    struct checklist *out;
};

static bool tick(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct tick_run *run = arg;
    struct check_tick wish = *run->wish;
    struct op *op = tx_op(tx);
    struct checklist list;
    int64_t incident_id;
    if (!checklist_by_id(tx, wish.checklist_id, &list, &incident_id, err)) return false;
    wish.note = typed_text(op, "note", wish.note, TEXT_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (wish.number < 1 || wish.number > (int64_t)list.count) {
        return ERROR(err, ERR_NOT_FOUND, "checklist.unknown", "no item %lld", (long long)wish.number);
    }
    const struct check_item *item = &list.items[wish.number - 1];
    if (item->done == wish.done && str_eq(item->note, wish.note)) {
        change->unchanged = true;
        *run->out = list;
        return true;
    }
    json_t *data = json_obj(op->arena);
    json_put_text(data, "list", list.title);
    json_put_text(data, "item", item->text);
    if (wish.note != NULL) json_put_text(data, "note", wish.note);
    const char *key = !wish.done          ? "timeline.unchecked"
                      : wish.note != NULL ? "timeline.checked_note"
                                          : "timeline.checked";
    struct event_entry entry = { .kind = EVENT_CHECKLIST, .key = key, .data = data };
    return tick_put(tx, &wish, err) && change_record(tx, change, &entry, "incident.checklist", err) &&
           checklist_by_id(tx, wish.checklist_id, run->out, &incident_id, err);
}

struct list_place {
    int64_t id;
    const char *ref;
};

static bool read_ref(struct tx *tx, void *arg, struct error *err) {
    struct list_place *place = arg;
    struct incident incident;
    struct checklist list;
    int64_t incident_id;
    if (!checklist_by_id(tx, place->id, &list, &incident_id, err)) return false;
    if (!incident_by_id(tx, incident_id, &incident, err)) return false;
    place->ref = incident.ref;
    return true;
}

bool incident_tick(struct op *op, const struct check_tick *wish, struct checklist *out, struct error *err) {
    struct list_place place = { wish->checklist_id, NULL };
    struct checklist made;
    struct tick_run run = { wish, &made };
    if (!permission_check(op, PERM_RESPOND, err) || !store_read(op, read_ref, &place, err)) return false;
    if (!incident_change(op, place.ref, &(struct change_call){ tick, &run, PERM_RESPOND }, NULL, err)) return false;
    *out = made;
    return true;
}

/* --- adding a list --- */

struct add_run {
    const struct checklist_draft *draft;
    struct checklist made;
};

static bool shipped_by_key(struct op *op, const struct incident *incident, const char *key, struct shipped_list *out,
                           struct error *err) {
    struct shipped_list lists[SHIPPED_LISTS];
    if (!shipped_lists(op->arena, incident->lang, lists, err)) return false;
    for (size_t i = 0; i < SHIPPED_LISTS; i++) {
        if (!str_eq(lists[i].key, key)) continue;
        *out = lists[i];
        return true;
    }
    op_field_error(op, "key", "one_of", "immediate, recent_change, commander, recovery");
    return OP_INVALID(op, err);
}

static bool own_list(struct op *op, const struct checklist_draft *draft, struct shipped_list *out, struct error *err) {
    const char *title = typed_text(op, "title", draft->title, TITLE_MAX, FIELD_REQUIRED);
    json_t *items = json_arr(op->arena);
    if (draft->count == 0) op_field_error(op, "items", "required", NULL);
    if (draft->count > ITEMS_MAX) op_field_error(op, "items", "too_many", "50");
    for (size_t i = 0; i < draft->count && i < ITEMS_MAX; i++) {
        const char *field = arena_printf(op->arena, "items[%zu]", i);
        const char *text = typed_text(op, field, draft->items[i], LINE_MAX_CHARS, FIELD_REQUIRED);
        json_t *item = json_object();
        json_put_text(item, "text", text);
        if (draft->hints != NULL && draft->hints[i] != NULL) json_put_text(item, "hint", draft->hints[i]);
        json_push(items, item);
    }
    *out = (struct shipped_list){ "custom", title, json_dump(op->arena, items) };
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool checklist_add(struct tx *tx, const struct incident *incident, const struct checklist_draft *draft, int64_t *id,
                   struct error *err) {
    struct shipped_list list;
    int64_t count;
    if (!own_list(tx_op(tx), draft, &list, err) || !checklist_count(tx, incident->id, &count, err)) return false;
    if (count >= LISTS_MAX) return ERROR(err, ERR_CONFLICT, "checklist.too_many", "%lld lists", (long long)count);
    return checklist_put(tx, incident->id, &list, id, err);
}

static bool add_list(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct add_run *run = arg;
    struct op *op = tx_op(tx);
    struct shipped_list list;
    int64_t count, id, incident_id;
    bool made = str_blank(run->draft->key) ? own_list(op, run->draft, &list, err)
                                           : shipped_by_key(op, &change->incident, run->draft->key, &list, err);
    if (!made || !checklist_count(tx, change->incident.id, &count, err)) return false;
    if (count >= LISTS_MAX) return ERROR(err, ERR_CONFLICT, "checklist.too_many", "%lld lists", (long long)count);
    json_t *data = json_obj(op->arena);
    json_put_text(data, "list", list.title);
    struct event_entry entry = { .kind = EVENT_CHECKLIST, .key = "timeline.checklist_added", .data = data };
    return checklist_put(tx, change->incident.id, &list, &id, err) &&
           change_record(tx, change, &entry, "incident.checklist_added", err) &&
           checklist_by_id(tx, id, &run->made, &incident_id, err);
}

bool incident_add_checklist(struct op *op, const char *ref, const struct checklist_draft *draft, struct checklist *out,
                            struct error *err) {
    struct add_run run = { .draft = draft };
    if (!incident_change(op, ref, &(struct change_call){ add_list, &run, PERM_RESPOND }, NULL, err)) return false;
    *out = run.made;
    return true;
}
