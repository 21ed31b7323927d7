/* The organisation's settings, kept as one JSON value: see organisation.h. */
#include "policy/organisation.h"

#include "people/permission.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

static const char SETTING[] = "organisation";
static const char *const LANGS[] = { "ko", "en", NULL };
static const char *const HOLIDAYS[] = { "kr", "none", NULL };
enum { WORK_DAYS = 0x1f, WORK_FROM = 9 * 60, WORK_UNTIL = 18 * 60, DAY_COUNT = 7 };

static bool set_defaults(struct organisation *out, struct error *err) {
    *out = (struct organisation){
        .name = "",
        .zone = "Asia/Seoul",
        .lang = "ko",
        .holidays = "kr",
        .work_days = WORK_DAYS,
        .work_from = WORK_FROM,
        .work_until = WORK_UNTIL,
        .version = 1,
    };
    return tz_find(out->zone, &out->tz, err);
}

static int stored_i64(const json_t *json, const char *key, int fallback) {
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? (int)json_integer_value(value) : fallback;
}

static struct organisation_days stored_days(struct arena *arena, const json_t *json, const char *key) {
    const json_t *list = json_object_get(json, key);
    size_t count = json_array_size(list);
    int64_t *days = ARENA_ARRAY(arena, count, int64_t);
    for (size_t i = 0; i < count; i++) days[i] = json_integer_value(json_array_get(list, i));
    return (struct organisation_days){ days, count };
}

bool organisation_find(struct tx *tx, struct organisation *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct organisation found;
    const char *text;
    json_t *json;
    if (!set_defaults(&found, err) || !setting_get(tx, SETTING, &text, err)) return false;
    if (text != NULL) {
        if (!json_parse(arena, text, strlen(text), &json, err)) return false;
        const char *zone = json_text(json, "zone");
        found.name = json_text(json, "name");
        found.zone = zone == NULL ? found.zone : zone;
        found.lang = json_text(json, "lang");
        found.holidays = json_text(json, "holidays");
        found.work_days = stored_i64(json, "work_days", WORK_DAYS);
        found.work_from = stored_i64(json, "work_from", WORK_FROM);
        found.work_until = stored_i64(json, "work_until", WORK_UNTIL);
        found.days_off = stored_days(arena, json, "days_off");
        found.days_on = stored_days(arena, json, "days_on");
        found.notice_self_approval = json_is_true(json_object_get(json, "notice_self_approval"));
        found.version = json_integer_value(json_object_get(json, "version"));
        if (!tz_find(found.zone, &found.tz, err)) return false;
    }
    *out = found;
    return true;
}

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    return organisation_find(tx, arg, err);
}

bool organisation_load(struct op *op, struct organisation *out, struct error *err) {
    struct organisation found;
    if (!store_read(op, load_in_tx, &found, err)) return false;
    *out = found;
    return true;
}

static void put_days(json_t *json, const char *key, const struct organisation_days *days) {
    json_t *list = json_array();
    for (size_t i = 0; i < days->count; i++) json_push(list, json_integer(days->list[i]));
    json_put(json, key, list);
}

static json_t *as_stored(struct arena *arena, const struct organisation *organisation) {
    json_t *json = json_obj(arena);
    json_put_text(json, "name", organisation->name);
    json_put_text(json, "zone", organisation->zone);
    json_put_text(json, "lang", organisation->lang);
    json_put_text(json, "holidays", organisation->holidays);
    json_put_i64(json, "work_days", organisation->work_days);
    json_put_i64(json, "work_from", organisation->work_from);
    json_put_i64(json, "work_until", organisation->work_until);
    json_put_bool(json, "notice_self_approval", organisation->notice_self_approval);
    json_put_i64(json, "version", organisation->version);
    if (organisation->days_off.count > 0) put_days(json, "days_off", &organisation->days_off);
    if (organisation->days_on.count > 0) put_days(json, "days_on", &organisation->days_on);
    return json;
}

bool organisation_put(struct tx *tx, const struct organisation *organisation, struct error *err) {
    tx_on_commit(tx, "organisation");
    return setting_put(tx, SETTING, json_dump(tx_op(tx)->arena, as_stored(tx_op(tx)->arena, organisation)), err);
}

bool organisation_store(struct tx *tx, const struct organisation *organisation, struct error *err) {
    json_t *detail = as_stored(tx_op(tx)->arena, organisation);
    (void)json_object_del(detail, "days_off"); /* not what was changed; the calendar audits them itself */
    (void)json_object_del(detail, "days_on");
    return organisation_put(tx, organisation, err) &&
           audit_add(tx, "organisation.changed", "organisation", detail, err);
}

/* --- changing --- */

void organisation_merge(struct op *op, const struct organisation_input *input, struct organisation *organisation) {
    enum { ZONE_MAX = 60 };
    unsigned rule = input->name == NULL ? FIELD_OPTIONAL : FIELD_REQUIRED;
    const char *name = field_text(op, "name", input->name, ORGANISATION_NAME_MAX, rule);
    const char *zone = field_text(op, "zone", input->zone, ZONE_MAX, FIELD_OPTIONAL);
    struct error unknown;
    if (name != NULL) organisation->name = name;
    if (zone != NULL) {
        organisation->zone = zone;
        if (!tz_find(zone, &organisation->tz, &unknown)) op_field_error(op, "zone", "unknown_zone", NULL);
    }
    if (field_one_of(op, "lang", input->lang, LANGS, FIELD_OPTIONAL) >= 0) organisation->lang = input->lang;
    if (field_one_of(op, "holidays", input->holidays, HOLIDAYS, FIELD_OPTIONAL) >= 0) {
        organisation->holidays = input->holidays;
    }
    organisation->work_days = field_days(op, "work_days", input->work_days, organisation->work_days);
    organisation->work_from = field_clock(op, "work_from", input->work_from, organisation->work_from);
    organisation->work_until = field_clock(op, "work_until", input->work_until, organisation->work_until);
    if (organisation->work_from >= organisation->work_until) op_field_error(op, "work_until", "too_early", NULL);
    organisation->notice_self_approval =
        field_flag(op, "notice_self_approval", input->notice_self_approval, organisation->notice_self_approval);
}

struct update {
    int64_t version;
    struct organisation organisation;
};

static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct update *update = arg;
    struct organisation now;
    if (!organisation_find(tx, &now, err)) return false;
    if (now.version != update->version) {
        return ERROR(err, ERR_STALE, "organisation.stale", "at %lld", (long long)now.version);
    }
    update->organisation.version = now.version + 1;
    update->organisation.days_off = now.days_off;
    update->organisation.days_on = now.days_on;
    return organisation_store(tx, &update->organisation, err);
}

bool organisation_update(struct op *op, int64_t version, const struct organisation_input *input,
                         struct organisation *out, struct error *err) {
    struct update update = { .version = version };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    if (!organisation_load(op, &update.organisation, err)) return false;
    organisation_merge(op, input, &update.organisation);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, update_in_tx, &update, err)) return false;
    *out = update.organisation;
    return true;
}

json_t *organisation_json(struct arena *arena, const struct organisation *organisation) {
    json_t *json = json_obj(arena), *days = json_array();
    for (int day = 0; day < DAY_COUNT; day++) {
        if ((organisation->work_days & (1 << day)) != 0) json_push(days, json_string(field_day_name(day)));
    }
    json_put_text(json, "name", organisation->name);
    json_put_text(json, "zone", organisation->zone);
    json_put_text(json, "lang", organisation->lang);
    json_put_text(json, "holidays", organisation->holidays);
    json_put(json, "work_days", days);
    int from = organisation->work_from, until = organisation->work_until;
    json_put_text(json, "work_from", arena_printf(arena, "%02d:%02d", from / 60, from % 60));
    json_put_text(json, "work_until", arena_printf(arena, "%02d:%02d", until / 60, until % 60));
    json_put_bool(json, "notice_self_approval", organisation->notice_self_approval);
    json_put_i64(json, "version", organisation->version);
    return json;
}
