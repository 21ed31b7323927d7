/* Reading a described schedule; every refusal of the model is here, with the member's name. */
#include "oncall/schedule_json.h"

#include "oncall/layer.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    const struct schedule_source *source;
    struct schedule *schedule;
    struct people_index *people;
    size_t changes; /* how many versions each layer needs room for */
};

static const char *const ROLES[] = { "primary", "secondary", NULL };

/* --- layers --- */

static int32_t read_person(const struct spec *list, size_t i, struct people_index *people) {
    const json_t *value = json_array_get(list->value, i);
    if (json_is_null(value)) return NOBODY;
    struct spec item = spec_at(list, i);
    const char *id = json_string_value(value);
    if (json_is_integer(value)) id = arena_printf(list->op->arena, "%lld", (long long)json_integer_value(value));
    if (id != NULL && id[0] != '\0' && strlen(id) <= 200) return people_index_add(people, id);
    spec_fault(&item, NULL, "not_text", NULL);
    return NOBODY;
}

static const int32_t *read_people(const struct spec *in, struct people_index *people, size_t *count) {
    struct spec list = spec_list(in, "participants", true);
    *count = spec_count(&list, SCHEDULE_PEOPLE_MAX);
    int32_t *out = ARENA_ARRAY(in->op->arena, *count, int32_t);
    for (size_t i = 0; i < *count; i++) out[i] = read_person(&list, i, people);
    return out;
}

static void read_windows(const struct spec *in, struct layer *layer) {
    struct spec list = spec_list(in, "restrictions", false);
    layer->window_count = spec_count(&list, SCHEDULE_WINDOWS_MAX);
    struct window *windows = ARENA_ARRAY(in->op->arena, layer->window_count, struct window);
    for (size_t i = 0; i < layer->window_count; i++) {
        struct spec item = spec_at(&list, i);
        if (!json_is_object(item.value)) {
            spec_fault(&item, NULL, "malformed", NULL);
            continue;
        }
        windows[i].days = spec_days(&item, "days");
        if (!spec_has(&item, "from") && !spec_has(&item, "to")) continue; /* the whole day */
        windows[i].from = spec_clock(&item, "from", false);
        windows[i].to = spec_clock(&item, "to", true);
    }
    layer->windows = windows;
}

static void read_rotation(const struct spec *in, struct reading *reading, struct layer *layer) {
    static const char *const units[] = { "hour", "day", "week", "month", NULL };
    static const char *const plural[] = { "hours", "days", "weeks", "months", NULL };
    static const char *const advances[] = { "calendar", "active_days", NULL };
    struct rotation *rotation = &layer->rotation;
    struct spec at = spec_object(in, "rotation", true);
    (void)spec_wall(&at, "start", &rotation->start);
    const char *unit = json_text(at.value, "unit");
    bool is_plural = false;
    for (int i = 0; unit != NULL && plural[i] != NULL; i++) is_plural |= strcmp(unit, plural[i]) == 0;
    rotation->unit = (enum rotation_unit)spec_word(&at, "unit", is_plural ? plural : units, -1);
    rotation->length = (int32_t)spec_i64(&at, "length", 1, 10000, spec_has(&at, "length") ? 0 : 1);
    rotation->advance = (enum rotation_advance)spec_word(&at, "advance", advances, ADVANCE_CALENDAR);
    if (rotation->advance == ADVANCE_ACTIVE_DAYS && (rotation->unit != ROTATION_DAY || layer->window_count == 0))
        spec_fault(&at, "advance", "needs_days", NULL);
    layer->rosters = ARENA_ARRAY(in->op->arena, reading->changes + 1, struct roster);
    layer->rosters[0].effective_at = TIME_ALWAYS;
    layer->rosters[0].people = read_people(&at, reading->people, &layer->rosters[0].count);
    layer->roster_count = 1;
}

/* A wall time of the layer's zone; an instant with its offset is as clear. */
static int64_t read_bound(const struct spec *in, const char *key, const struct tz *zone, int64_t fallback) {
    if (!spec_has(in, key)) return fallback;
    const char *text = json_text(in->value, key);
    size_t len = text == NULL ? 0 : strlen(text);
    bool has_offset = len > 16 && (strchr(text + 16, '+') || strchr(text + 16, '-') || strchr(text + 16, 'Z'));
    int64_t seconds;
    if (has_offset) return spec_instant(in, key, &seconds) ? seconds : fallback;
    return spec_wall(in, key, &seconds) ? tz_resolve(zone, seconds) : fallback;
}

static void read_layer(const struct spec *in, struct reading *reading, enum duty_role role, struct layer *layer) {
    if (!json_is_object(in->value)) {
        spec_fault(in, NULL, "malformed", NULL);
        return;
    }
    const char *name = spec_id(in, "name", false);
    const char *id = spec_id(in, "id", false);
    layer->id = id == NULL ? "" : id;
    layer->name = name != NULL ? name : layer->id;
    layer->role = (enum duty_role)spec_word(in, "role", ROLES, (int)role);
    layer->priority = (int32_t)spec_i64(in, "priority", -1000000, 1000000, 0);
    layer->zone = spec_zone(in, "zone", reading->schedule->zone);
    read_windows(in, layer);
    read_rotation(in, reading, layer);
    int64_t active_from = read_bound(in, "active_from", layer->zone, TIME_ALWAYS);
    layer->ends = read_bound(in, "active_until", layer->zone, TIME_NEVER);
    if (active_from != TIME_ALWAYS && layer->ends <= active_from) spec_fault(in, "active_until", "too_early", NULL);
    layer->begins = layer_handoff(layer, 0);
    if (active_from > layer->begins) layer->begins = active_from;
}

static void read_layers(const struct spec *list, struct reading *reading, enum duty_role role) {
    struct schedule *schedule = reading->schedule;
    size_t count = spec_count(list, SCHEDULE_LAYERS_MAX);
    for (size_t i = 0; i < count && schedule->layer_count < 2 * SCHEDULE_LAYERS_MAX; i++) {
        struct spec item = spec_at(list, i);
        struct layer *layer = &schedule->layers[schedule->layer_count++];
        read_layer(&item, reading, role, layer);
    }
}

/* "next", {"mode": "own", "layers": […]}, or the secondary's own layers as a list. */
static void read_secondary(const struct spec *in, struct reading *reading) {
    static const char *const modes[] = { "none", "next", "own", NULL };
    struct schedule *schedule = reading->schedule;
    const json_t *member = spec_member(in, "secondary");
    int fallback = SECONDARY_NONE;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (schedule->layers[i].role == DUTY_SECONDARY) fallback = SECONDARY_OWN;
    }
    schedule->secondary = (enum secondary_mode)fallback;
    if (json_is_array(member)) {
        struct spec list = spec_list(in, "secondary", true);
        read_layers(&list, reading, DUTY_SECONDARY);
        schedule->secondary = SECONDARY_OWN;
    } else if (json_is_object(member)) {
        struct spec object = spec_object(in, "secondary", true);
        struct spec list = spec_list(&object, "layers", false);
        read_layers(&list, reading, DUTY_SECONDARY);
        if (list.value != NULL) fallback = SECONDARY_OWN;
        schedule->secondary = (enum secondary_mode)spec_word(&object, "mode", modes, fallback);
    } else if (member != NULL) {
        schedule->secondary = (enum secondary_mode)spec_word(in, "secondary", modes, fallback);
    }
}

/* --- overrides --- */

static int32_t person_member(const struct spec *in, const char *key, bool required, struct people_index *people) {
    const char *id = spec_id(in, key, required);
    return id == NULL ? NOBODY : people_index_add(people, id);
}

static int by_id(const void *a, const void *b) {
    const struct override *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void read_override(const struct spec *in, struct people_index *people, struct override *out) {
    static const char *const kinds[] = { "add", "remove", "replace", NULL };
    out->in = out->out = NOBODY;
    if (!json_is_object(in->value)) {
        spec_fault(in, NULL, "malformed", NULL);
        return;
    }
    out->kind = (enum override_kind)spec_word(in, "type", kinds, -1);
    out->role = (enum duty_role)spec_word(in, "role", ROLES, DUTY_PRIMARY);
    if (out->kind != OVERRIDE_ADD) out->out = person_member(in, "out", false, people);
    if (out->kind != OVERRIDE_REMOVE) out->in = person_member(in, "in", true, people);
    bool has_start = spec_instant(in, "start", &out->start), has_end = spec_instant(in, "end", &out->end);
    if (has_start && has_end && out->end <= out->start) spec_fault(in, "end", "too_early", NULL);
}

/* Sorted by seq; entries of the same seq, or all of them without one, keep the order given (ids step over 10^5). */
static void read_overrides(const struct spec *around, struct reading *reading) {
    struct spec list = spec_list(around, "overrides", false);
    size_t count = spec_count(&list, SCHEDULE_OVERRIDES_MAX);
    struct override *overrides = ARENA_ARRAY(around->op->arena, count, struct override);
    int64_t seq = 0;
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(&list, i);
        read_override(&item, reading->people, &overrides[i]);
        seq = spec_i64(&item, "seq", -1000000000000, 1000000000000, seq + 1);
        overrides[i].id = seq * 100000 + (int64_t)i;
    }
    if (count > 1) qsort(overrides, count, sizeof *overrides, by_id);
    for (size_t i = 0; i < count; i++) {
        int64_t id = overrides[i].id;
        overrides[i].id = id / 100000 - (id % 100000 < 0 ? 1 : 0);
    }
    reading->schedule->overrides = overrides;
    reading->schedule->override_count = count;
}

/* --- changes --- */

struct change {
    int64_t at;
    size_t order;
    struct layer *layer; /* NULL: the user is deleted */
    int32_t user;
    const int32_t *people;
    size_t count;
};

static int by_time(const void *a, const void *b) {
    const struct change *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static struct layer *find_layer(const struct spec *in, struct schedule *schedule) {
    const char *name = spec_id(in, "layer", true);
    if (name == NULL) return NULL;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (str_eq(schedule->layers[i].id, name)) return &schedule->layers[i];
    }
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (str_eq(schedule->layers[i].name, name)) return &schedule->layers[i];
    }
    const json_t *number = spec_member(in, "layer");
    if (json_is_integer(number) && json_integer_value(number) >= 0 &&
        (size_t)json_integer_value(number) < schedule->layer_count)
        return &schedule->layers[json_integer_value(number)];
    spec_fault(in, "layer", "unknown", NULL);
    return NULL;
}

/* What is to be done, and the object that holds its members: {"op": "delete_user", …},
 * {"op": {"delete_user": {…}}}, {"op": {"type": "delete_user", …}} or {"delete_user": {…}}. */
static struct spec change_members(const struct spec *in, const char *const *names, int *which) {
    const json_t *op = spec_member(in, "op");
    struct spec holder = json_is_object(op) ? spec_object(in, "op", true) : *in;
    for (*which = 0; names[*which] != NULL; (*which)++) {
        if (json_is_object(spec_member(&holder, names[*which]))) return spec_object(&holder, names[*which], true);
    }
    *which = spec_word(&holder, json_is_object(op) ? "type" : "op", names, -1);
    return holder;
}

static void read_change(const struct spec *in, struct reading *reading, struct change *out) {
    static const char *const names[] = { "set_participants", "delete_user", NULL };
    if (!json_is_object(in->value)) {
        spec_fault(in, NULL, "malformed", NULL);
        return;
    }
    (void)spec_instant(in, "at", &out->at);
    int which;
    struct spec members = change_members(in, names, &which);
    if (which == 0) {
        out->layer = find_layer(&members, reading->schedule);
        out->people = read_people(&members, reading->people, &out->count);
    } else {
        out->user = person_member(&members, "user", true, reading->people);
    }
}

/* People who leave count as changes like any other, in their order of time. */
static size_t add_deletions(const struct schedule_source *source, struct change *changes, size_t count) {
    for (size_t i = 0; i < source->deletion_count; i++) {
        const struct deletion *deletion = &source->deletions[i];
        changes[count] = (struct change){ .at = deletion->at, .order = count, .user = deletion->person };
        count++;
    }
    return count;
}

static void read_changes(const struct spec *list, struct reading *reading) {
    struct schedule *schedule = reading->schedule;
    struct op *op = list->op;
    size_t listed = 0, count = spec_count(list, SCHEDULE_CHANGES_MAX);
    struct change *changes = ARENA_ARRAY(op->arena, reading->changes, struct change);
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (schedule->layers[i].roster_count > 0) listed += schedule->layers[i].rosters[0].count;
    }
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(list, i);
        changes[i].order = i;
        read_change(&item, reading, &changes[i]);
        listed += changes[i].count;
    }
    count = add_deletions(reading->source, changes, count);
    if (listed * (count + 1) > SCHEDULE_LISTED_MAX) spec_fault(list, NULL, "too_many", "2000000");
    if (op->fields.count > 0) return;
    if (count > 1) qsort(changes, count, sizeof *changes, by_time);
    for (size_t i = 0; i < count; i++) {
        if (changes[i].layer != NULL)
            layer_set_people(changes[i].layer, changes[i].at, changes[i].people, changes[i].count);
        else schedule_delete_person(schedule, changes[i].at, changes[i].user, op->arena);
    }
}

struct schedule *schedule_read(const struct schedule_source *source) {
    const struct spec *in = source->schedule;
    struct arena *arena = in->op->arena;
    struct schedule *schedule = ARENA_NEW(arena, struct schedule);
    struct spec changes = spec_list(source->around, "changes", false);
    size_t count = json_array_size(changes.value);
    if (count > SCHEDULE_CHANGES_MAX) count = 0; /* refused when they are read */
    struct reading reading = { source, schedule, source->people, count + source->deletion_count };
    schedule->layers = ARENA_ARRAY(arena, 2 * SCHEDULE_LAYERS_MAX, struct layer);
    schedule->zone = spec_zone(in, "zone", NULL);
    schedule->name = spec_id(in, "name", false);
    struct spec layers = spec_list(in, "layers", true);
    read_layers(&layers, &reading, DUTY_PRIMARY);
    read_secondary(in, &reading);
    read_overrides(source->around, &reading);
    read_changes(&changes, &reading);
    schedule->people = source->people->ids;
    schedule->people_count = source->people->count;
    return schedule;
}
