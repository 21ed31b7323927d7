/* Vendors: rules. See vendor.h. */
#include "service/vendor_sql.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "policy/organisation.h"
#include "text/holiday.h"

#include <string.h>

enum { EVERY_DAY = 0x7f, ZONE_MAX = 60 };

/* --- what was typed --- */

static void merge_text(struct op *op, const char *field, const char *typed, size_t max, const char **into) {
    const char *text = field_text(op, field, typed, max, FIELD_OPTIONAL);
    if (text != NULL) *into = text;
}

static void check_reach(struct op *op, const struct vendor *vendor) {
    const char *at = strchr(vendor->email, '@');
    bool mail = *vendor->email == '\0' || (at != NULL && at != vendor->email && at[1] != '\0');
    bool web = *vendor->url == '\0' || str_starts(vendor->url, "https://") || str_starts(vendor->url, "http://");
    if (!mail || strpbrk(vendor->email, " <>,;\"") != NULL) op_field_error(op, "email", "malformed", NULL);
    if (!web) op_field_error(op, "url", "malformed", NULL);
    if (strspn(vendor->phone, "0123456789+-() ,") != strlen(vendor->phone))
        op_field_error(op, "phone", "malformed", NULL);
    if (*vendor->phone == '\0' && *vendor->email == '\0' && *vendor->url == '\0')
        op_field_error(op, "phone", "required", NULL); /* nobody could be called */
}

static void merge(struct op *op, const struct vendor_input *input, struct vendor *vendor) {
    const struct tz *tz;
    struct error unknown;
    unsigned rule = input->name == NULL && *vendor->name != '\0' ? FIELD_OPTIONAL : FIELD_REQUIRED;
    const char *name = field_text(op, "name", input->name, VENDOR_NAME_MAX, rule);
    if (name != NULL) vendor->name = name;
    merge_text(op, "supplies", input->supplies, VENDOR_LINE_MAX, &vendor->supplies);
    merge_text(op, "phone", input->phone, VENDOR_LINE_MAX, &vendor->phone);
    merge_text(op, "email", input->email, VENDOR_LINE_MAX, &vendor->email);
    merge_text(op, "url", input->url, VENDOR_LINE_MAX, &vendor->url);
    merge_text(op, "zone", input->zone, ZONE_MAX, &vendor->zone);
    const char *note = field_text(op, "note", input->note, VENDOR_NOTE_MAX, FIELD_MULTILINE);
    if (note != NULL) vendor->note = note;
    if (!tz_find(vendor->zone, &tz, &unknown)) op_field_error(op, "zone", "unknown_zone", NULL);
    vendor->days = field_days(op, "days", input->days, vendor->days);
    vendor->from = field_clock(op, "from", input->from, vendor->from);
    vendor->to = field_clock(op, "to", input->to, vendor->to);
    vendor->holidays = field_flag(op, "holidays", input->holidays, vendor->holidays);
    check_reach(op, vendor);
}

/* --- changing --- */

struct change {
    int64_t id, version;
    const struct vendor_input *input;
    struct vendor vendor;
    bool remove;
};

static bool audit_vendor(struct tx *tx, const char *action, const struct vendor *vendor, struct error *err) {
    char id[ID_TEXT_SIZE];
    struct op *op = tx_op(tx);
    return audit_add(tx, action, arena_printf(op->arena, "vendor/%s", id_text(vendor->id, id)), vendor_json(op, vendor),
                     err);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct vendor_list all;
    bool written;
    if (!organisation_find(tx, &organisation, err) || !vendor_sql_list(tx, &all, err)) return false;
    if (all.count >= VENDORS_MAX) return ERROR(err, ERR_CONFLICT, "vendor.too_many", "%zu", all.count);
    change->vendor = (struct vendor){ .id = change->id,
                                      .name = "",
                                      .supplies = "",
                                      .phone = "",
                                      .email = "",
                                      .url = "",
                                      .note = "",
                                      .zone = organisation.zone,
                                      .days = EVERY_DAY,
                                      .version = 1 };
    merge(op, change->input, &change->vendor);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!vendor_sql_insert(tx, &change->vendor, &written, err)) return false;
    if (!written) op_field_error(op, "name", "duplicate", NULL);
    return written ? audit_vendor(tx, "vendor.added", &change->vendor, err) : OP_INVALID(op, err);
}

bool vendor_add(struct op *op, const struct vendor_input *input, struct vendor *out, struct error *err) {
    struct change change = { .id = id_new(op->now_ms), .input = input };
    if (!permission_check(op, PERM_SERVICE, err) || !store_write(op, add_in_tx, &change, err)) return false;
    *out = change.vendor;
    return true;
}

static bool find_for_change(struct tx *tx, struct change *change, struct error *err) {
    bool found;
    if (!vendor_sql_find(tx, change->id, &change->vendor, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "vendor.not_found", "%lld", (long long)change->id);
    if (change->version == 0 || change->version == change->vendor.version) return true;
    return ERROR(err, ERR_STALE, "vendor.stale", "at %lld", (long long)change->vendor.version);
}

static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    struct op *op = tx_op(tx);
    int64_t namesake;
    if (!find_for_change(tx, change, err)) return false;
    merge(op, change->input, &change->vendor);
    if (!vendor_sql_named(tx, change->vendor.name, &namesake, err)) return false;
    if (namesake != 0 && namesake != change->id) op_field_error(op, "name", "duplicate", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!vendor_sql_update(tx, &change->vendor, err)) return false;
    change->vendor.version++;
    return audit_vendor(tx, "vendor.changed", &change->vendor, err);
}

bool vendor_update(struct op *op, int64_t id, int64_t version, const struct vendor_input *input, struct vendor *out,
                   struct error *err) {
    struct change change = { .id = id, .version = version, .input = input };
    if (!permission_check(op, PERM_SERVICE, err) || !store_write(op, update_in_tx, &change, err)) return false;
    *out = change.vendor;
    return true;
}

static bool remove_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    return find_for_change(tx, change, err) && vendor_sql_delete(tx, change->id, err) &&
           audit_vendor(tx, "vendor.removed", &change->vendor, err);
}

bool vendor_remove(struct op *op, int64_t id, int64_t version, struct error *err) {
    struct change change = { .id = id, .version = version };
    return permission_check(op, PERM_SERVICE, err) && store_write(op, remove_in_tx, &change, err);
}

/* --- reading --- */

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    return find_for_change(tx, arg, err);
}

bool vendor_load(struct op *op, int64_t id, struct vendor *out, struct error *err) {
    struct change change = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &change, err)) return false;
    *out = change.vendor;
    return true;
}

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    return vendor_sql_list(tx, arg, err);
}

bool vendor_list(struct op *op, struct vendor_list *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, list_in_tx, out, err);
}

/* --- support hours --- */

static bool opens_on(const struct vendor *vendor, int64_t day) {
    if ((vendor->days >> civil_weekday(day) & 1) == 0) return false;
    return !vendor->holidays || !holiday_find(day, NULL);
}

bool vendor_is_open(const struct vendor *vendor, int64_t at_ms) {
    const struct tz *tz;
    struct error unknown;
    struct civil now;
    if (!tz_find(vendor->zone, &tz, &unknown)) return false;
    tz_local(tz, at_ms / 1000, &now);
    int64_t today = civil_days(now.year, now.month, now.day);
    int minute = now.hour * 60 + now.minute;
    bool overnight = vendor->to < vendor->from;
    if (vendor->from == vendor->to) return opens_on(vendor, today);
    if (!overnight) return opens_on(vendor, today) && minute >= vendor->from && minute < vendor->to;
    return (opens_on(vendor, today) && minute >= vendor->from) || (opens_on(vendor, today - 1) && minute < vendor->to);
}

json_t *vendor_json(struct op *op, const struct vendor *vendor) {
    json_t *object = json_obj(op->arena), *days = json_array();
    json_put_id(object, "id", vendor->id);
    json_put_text(object, "name", vendor->name);
    json_put_text(object, "supplies", vendor->supplies);
    json_put_text(object, "phone", vendor->phone);
    json_put_text(object, "email", vendor->email);
    json_put_text(object, "url", vendor->url);
    json_put_text(object, "note", vendor->note);
    json_put_text(object, "zone", vendor->zone);
    for (int day = 0; day < 7; day++) {
        if ((vendor->days >> day & 1) != 0) json_push(days, json_string(field_day_name(day)));
    }
    json_put(object, "days", days);
    json_put_text(object, "from", arena_printf(op->arena, "%02d:%02d", vendor->from / 60, vendor->from % 60));
    json_put_text(object, "to", arena_printf(op->arena, "%02d:%02d", vendor->to / 60, vendor->to % 60));
    json_put_bool(object, "holidays", vendor->holidays);
    json_put_bool(object, "open", vendor_is_open(vendor, op->now_ms));
    json_put_i64(object, "version", vendor->version);
    return object;
}
