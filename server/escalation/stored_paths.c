/* Paths as stored documents: the presets, a version's document and its check, one severity's path. paths_put.c
 * changes them. */
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

bool stored_document(struct tx *tx, int64_t version, json_t **out, struct error *err) {
    const char *text = escalation_preset(DEFAULT_PRESET);
    bool found = true;
    if (version > 0 && !stored_paths_find(tx, version, &text, &found, err)) return false;
    if (!found || text == NULL)
        return ERROR(err, ERR_NOT_FOUND, "escalation.paths_not_found", "%lld", (long long)version);
    return json_parse(tx_op(tx)->arena, text, strlen(text), out, err);
}

/* Those of the days on which the organisation does not work. */
static void push_days_off(struct arena *arena, const struct organisation *organisation,
                          const struct organisation_days *days, json_t *out) {
    for (size_t i = 0; i < days->count; i++) {
        if (organisation_works_on(organisation, days->list[i])) continue;
        json_push(out, json_string(arena_strn(arena, wall_text(arena, days->list[i] * 86400), 10)));
    }
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
    int64_t today = op->now_ms / DAY_MS, *computed = NULL;
    size_t count = 0;
    if (str_eq(organisation.holidays, "kr"))
        count = holiday_days(op->arena, today - HOLIDAYS_BACK, today + HOLIDAYS_AHEAD, &computed);
    push_days_off(op->arena, &organisation, &(struct organisation_days){ computed, count }, holidays);
    push_days_off(op->arena, &organisation, &organisation.days_off, holidays);
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

/* Two years of holidays are not listed for a path that counts every hour and is sent at any time. */
static bool minds_hours(const json_t *path) {
    size_t at;
    const json_t *step;
    if (json_object_get(path, "hours") != NULL) return true;
    json_array_foreach(json_object_get(path, "steps"), at, step) {
        if (json_object_get(step, "window") != NULL) return true;
    }
    return false;
}

/* severity: only as that path needs them, NULL for all. */
static bool hours_of(struct tx *tx, const json_t *document, const char *severity, const json_t **out,
                     struct error *err) {
    *out = json_object_get(document, "business_hours");
    if (json_is_object(*out)) return true;
    json_t *hours = json_obj(tx_op(tx)->arena);
    *out = hours;
    const json_t *path = severity == NULL ? NULL : json_object_get(json_object_get(document, "policies"), severity);
    if (severity != NULL && !minds_hours(path)) return true;
    return organisation_hours(tx, hours, err);
}

bool stored_check(struct tx *tx, const json_t *document, const char *severity, const struct path **out,
                  struct error *err) {
    const json_t *hours;
    if (!hours_of(tx, document, severity, &hours, err)) return false;
    *out = read_document(tx_op(tx), document, hours, severity);
    return tx_op(tx)->fields.count == 0 || OP_INVALID(tx_op(tx), err);
}

bool stored_path(struct tx *tx, int64_t *version, const char *severity, const struct path **out, struct error *err) {
    struct op reading = { .arena = tx_op(tx)->arena };
    json_t *document;
    const json_t *hours;
    if (*version < 0 && !stored_paths_newest(tx, version, err)) return false;
    if (!stored_document(tx, *version, &document, err) || !hours_of(tx, document, severity, &hours, err)) return false;
    *out = read_document(&reading, document, hours, severity);
    if (reading.fields.count == 0) return true;
    return ERROR(err, ERR_INTERNAL, "escalation.paths_unreadable", "%lld: %s", (long long)*version,
                 reading.fields.first->field);
}
