/* Paths as stored documents: the presets, the newest version, one severity's path of a version. */
#include "escalation/path_json.h"
#include "escalation/stored.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/holiday.h"

#include <string.h>

#define DEFAULT_PRESET "lines"

enum { DAY_MS = 86400000, HOLIDAYS_BACK = 10, HOLIDAYS_AHEAD = 800 };

const char *escalation_preset(const char *name) {
    static const char *const presets[] = { "lines", "tiers", "pair" };
    static const char *const files[] = { "templates/paths/lines.json", "templates/paths/tiers.json",
                                         "templates/paths/pair.json" };
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        if (!str_eq(name, presets[i])) continue;
        const struct asset *asset = asset_find(files[i]);
        return asset == NULL ? NULL : (const char *)asset->bytes;
    }
    return NULL;
}

static bool document_of(struct tx *tx, int64_t version, json_t **out, struct error *err) {
    const char *text = escalation_preset(DEFAULT_PRESET);
    bool found = true;
    if (version > 0 && !stored_paths_find(tx, version, &text, &found, err)) return false;
    if (!found || text == NULL)
        return ERROR(err, ERR_NOT_FOUND, "escalation.paths_not_found", "%lld", (long long)version);
    return json_parse(tx_op(tx)->arena, text, strlen(text), out, err);
}

/* The organisation's working hours, where the document says none of its own. */
static bool organisation_hours(struct tx *tx, json_t *out, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    json_t *days = json_array(), *holidays = json_array();
    json_put_text(out, "zone", organisation.zone);
    for (int day = 0; day < 7; day++) {
        if ((organisation.work_days >> day & 1) != 0) json_push(days, json_integer(day + 1));
    }
    json_put(out, "days", days);
    json_put_text(out, "from",
                  arena_printf(op->arena, "%02d:%02d", organisation.work_from / 60, organisation.work_from % 60));
    json_put_text(out, "to",
                  arena_printf(op->arena, "%02d:%02d", organisation.work_until / 60, organisation.work_until % 60));
    int64_t today = op->now_ms / DAY_MS, *list = NULL;
    size_t count = 0;
    if (str_eq(organisation.holidays, "kr"))
        count = holiday_days(op->arena, today - HOLIDAYS_BACK, today + HOLIDAYS_AHEAD, &list);
    for (size_t i = 0; i < count; i++)
        json_push(holidays, json_string(arena_strn(op->arena, wall_text(op->arena, list[i] * 86400), 10)));
    json_put(out, "holidays", holidays);
    return true;
}

/* Checks a document as a whole; faults go to the op. */
static const struct path *read_document(struct op *op, const json_t *document, const json_t *hours,
                                        const char *severity) {
    struct spec top = spec_top(op, document);
    struct spec business = { op, hours, "business_hours" };
    struct spec policies = spec_object(&top, "policies", true);
    const struct path *found = NULL;
    json_t *list = json_object_get(document, "policies"), *value;
    const char *name;
    json_object_foreach(list, name, value) {
        if (severity != NULL && !str_eq(severity, name)) continue;
        struct spec described = spec_object(&policies, name, true);
        found = path_read(&described, name, &business);
    }
    return found;
}

/* severity: only as that path needs them, NULL for all. Two years of holidays are not listed for a path that counts
 * every hour. */
static bool hours_of(struct tx *tx, const json_t *document, const char *severity, const json_t **out,
                     struct error *err) {
    *out = json_object_get(document, "business_hours");
    if (json_is_object(*out)) return true;
    json_t *hours = json_obj(tx_op(tx)->arena);
    *out = hours;
    const json_t *path = severity == NULL ? NULL : json_object_get(json_object_get(document, "policies"), severity);
    if (severity != NULL && json_object_get(path, "hours") == NULL) return true;
    return organisation_hours(tx, hours, err);
}

bool stored_path(struct tx *tx, int64_t *version, const char *severity, const struct path **out, struct error *err) {
    struct op reading = { .arena = tx_op(tx)->arena };
    json_t *document;
    const json_t *hours;
    if (*version < 0 && !stored_paths_newest(tx, version, err)) return false;
    if (!document_of(tx, *version, &document, err) || !hours_of(tx, document, severity, &hours, err)) return false;
    *out = read_document(&reading, document, hours, severity);
    if (reading.fields.count == 0) return true;
    return ERROR(err, ERR_INTERNAL, "escalation.paths_unreadable", "%lld: %s", (long long)*version,
                 reading.fields.first->field);
}

/* --- reading and writing them --- */

struct paths_call {
    json_t *document;
    int64_t version;
};

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct paths_call *call = arg;
    return stored_paths_newest(tx, &call->version, err) && document_of(tx, call->version, &call->document, err);
}

bool escalation_paths_load(struct op *op, json_t **out, struct error *err) {
    struct paths_call call = { 0 };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &call, err)) return false;
    json_put_i64(call.document, "version", call.version);
    *out = call.document;
    return true;
}

static bool put_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct paths_call *call = arg;
    struct op *op = tx_op(tx);
    const json_t *hours;
    if (!hours_of(tx, call->document, NULL, &hours, err)) return false;
    (void)read_document(op, call->document, hours, NULL);
    const char *text = json_dump(op->arena, call->document);
    if (strlen(text) > PATHS_DOCUMENT_MAX) op_field_error(op, "policies", "too_long", "262144");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!stored_paths_newest(tx, &call->version, err)) return false;
    call->version++;
    return stored_paths_insert(tx, call->version, text, err) &&
           audit_add(tx, "escalation.paths_changed",
                     arena_printf(op->arena, "escalation/%lld", (long long)call->version), NULL, err);
}

bool escalation_paths_put(struct op *op, const json_t *body, int64_t *version, struct error *err) {
    if (!permission_check(op, PERM_SCHEDULE, err)) return false;
    struct paths_call call = { .document = json_obj(op->arena) };
    const char *preset = json_text(body, "preset");
    if (preset != NULL) {
        const char *text = escalation_preset(preset);
        if (text == NULL) {
            op_field_error(op, "preset", "one_of", "lines, tiers, pair");
            return OP_INVALID(op, err);
        }
        if (!json_parse(op->arena, text, strlen(text), &call.document, err)) return false;
    } else {
        static const char *const members[] = { "policies", "business_hours" };
        for (size_t i = 0; i < 2; i++) {
            json_t *value = json_object_get(body, members[i]);
            if (value != NULL) json_put(call.document, members[i], json_deep_copy(value));
        }
    }
    if (!store_write(op, put_in_tx, &call, err)) return false;
    *version = call.version;
    return true;
}
