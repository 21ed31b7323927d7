/* See digest.h. */
#include "insight/digest.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "insight/digest_text.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/when.h"

#include <string.h>

static const char SETTING[] = "digest";
static const char *const WEEKDAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
enum { DAY = 86400, MORNING = 9 * 60, DAY_MINUTES = 24 * 60 };

const char *digest_weekday(int weekday) {
    return WEEKDAYS[weekday];
}

/* --- settings --- */

static bool find(struct tx *tx, struct digest_settings *out, struct error *err) {
    const char *text;
    json_t *json;
    *out = (struct digest_settings){ .minute = MORNING };
    if (!setting_get(tx, SETTING, &text, err)) return false;
    if (text == NULL) return true;
    if (!json_parse(tx_op(tx)->arena, text, strlen(text), &json, err)) return false;
    out->on = json_is_true(json_object_get(json, "on"));
    out->weekday = (int)json_integer_value(json_object_get(json, "weekday"));
    out->minute = (int)json_integer_value(json_object_get(json, "minute"));
    out->version = json_integer_value(json_object_get(json, "version"));
    return true;
}

/* The first such weekday and minute after now. */
static int64_t next_ms(const struct organisation *organisation, const struct digest_settings *settings,
                       int64_t now_ms) {
    int64_t now = now_ms / 1000, day = (now + tz_offset(organisation->tz, now)) / DAY;
    day += (settings->weekday - civil_weekday(day) + 7) % 7;
    int64_t at = tz_resolve(organisation->tz, day * DAY + settings->minute * INT64_C(60));
    if (at <= now) at = tz_resolve(organisation->tz, (day + 7) * DAY + settings->minute * INT64_C(60));
    return at * 1000;
}

static bool set_due(struct tx *tx, const struct digest_settings *settings, struct error *err) {
    struct organisation organisation;
    if (!settings->on) return due_cancel(tx, DIGEST_DUE, 0, "", err);
    if (!organisation_find(tx, &organisation, err)) return false;
    int64_t at = next_ms(&organisation, settings, tx_op(tx)->now_ms);
    return due_set(tx, &(struct due){ DIGEST_DUE, 0, "", at, NULL }, err);
}

/* "09:00" as minutes of the day. */
static int read_time(struct op *op, const char *text, int fallback) {
    int64_t hour, minute;
    if (text == NULL) return fallback;
    bool fine = strlen(text) == 5 && text[2] == ':' && str_to_i64(arena_strn(op->arena, text, 2), &hour) &&
                str_to_i64(text + 3, &minute) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
    if (!fine) op_field_error(op, "time", str_blank(text) ? "required" : "malformed", NULL);
    return fine ? (int)(hour * 60 + minute) : fallback;
}

static bool save_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct digest_input *input = arg;
    struct op *op = tx_op(tx);
    struct digest_settings settings;
    if (!find(tx, &settings, err)) return false;
    if (input->version >= 0 && input->version != settings.version)
        return ERROR(err, ERR_STALE, "digest.stale", "at %lld", (long long)settings.version);
    settings.on = field_flag(op, "on", input->on, settings.on);
    int weekday = field_one_of(op, "weekday", input->weekday, WEEKDAYS, FIELD_OPTIONAL);
    if (weekday >= 0) settings.weekday = weekday;
    settings.minute = read_time(op, input->time, settings.minute);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    json_t *json = json_obj(op->arena);
    json_put_bool(json, "on", settings.on);
    json_put_i64(json, "weekday", settings.weekday);
    json_put_i64(json, "minute", settings.minute);
    json_put_i64(json, "version", settings.version + 1);
    return setting_put(tx, SETTING, json_dump(op->arena, json), err) && set_due(tx, &settings, err) &&
           audit_add(tx, "digest.changed", "organisation", json, err);
}

bool digest_save(struct op *op, const struct digest_input *input, struct error *err) {
    struct digest_input copy = *input;
    return permission_check(op, PERM_SCHEDULE, err) && store_write(op, save_in_tx, &copy, err);
}

/* --- looking and sending --- */

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct digest *digest = arg;
    struct organisation organisation;
    if (!find(tx, &digest->settings, err) || !organisation_find(tx, &organisation, err) ||
        !outbox_wanted(tx, DIGEST_DUE, NULL, &digest->heard, err))
        return false;
    digest->next_ms = digest->settings.on ? next_ms(&organisation, &digest->settings, tx_op(tx)->now_ms) : 0;
    return digest_text(tx, &digest->text, err);
}

bool digest_load(struct op *op, struct digest *out, struct error *err) {
    *out = (struct digest){ 0 };
    return permission_check(op, PERM_READ, err) && store_read(op, load_in_tx, out, err);
}

static bool publish(struct tx *tx, struct error *err) {
    struct op *op = tx_op(tx);
    const char *text;
    if (!digest_text(tx, &text, err)) return false;
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "text", text);
    return outbox_publish(tx, &(struct outbox_message){ DIGEST_DUE, "digest", NULL, payload }, err);
}

static bool send_in_tx(struct tx *tx, void *arg, struct error *err) {
    bool heard;
    (void)arg;
    if (!outbox_wanted(tx, DIGEST_DUE, NULL, &heard, err)) return false;
    if (!heard) return ERROR(err, ERR_CONFLICT, "digest.unheard", "no destination takes %s", DIGEST_DUE);
    return publish(tx, err) && audit_add(tx, "digest.sent", "organisation", NULL, err);
}

bool digest_send(struct op *op, struct error *err) {
    return permission_check(op, PERM_SCHEDULE, err) && store_write(op, send_in_tx, NULL, err);
}

bool digest_due(struct tx *tx, const struct due *due, struct error *err) {
    struct digest_settings settings;
    (void)due;
    if (!find(tx, &settings, err)) return false;
    return !settings.on || (publish(tx, err) && set_due(tx, &settings, err));
}

json_t *digest_json(struct arena *arena, const struct digest *digest) {
    const struct digest_settings *settings = &digest->settings;
    json_t *object = json_obj(arena);
    json_put_bool(object, "on", settings->on);
    json_put_text(object, "weekday", WEEKDAYS[settings->weekday]);
    json_put_text(object, "time", arena_printf(arena, "%02d:%02d", settings->minute / 60, settings->minute % 60));
    json_put_text(object, "next_at", digest->next_ms == 0 ? NULL : when_rfc3339(arena, digest->next_ms));
    json_put_bool(object, "heard", digest->heard);
    json_put_i64(object, "version", settings->version);
    json_put_text(object, "text", digest->text);
    return object;
}
