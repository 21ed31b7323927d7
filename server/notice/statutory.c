/* See statutory.h. One setting, "statutory": the whole list, with the version it was saved as. */
#include "notice/statutory.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "text/when.h"

#include <string.h>

static const char SETTING[] = "statutory";

/* --- reading --- */

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_text(object, key);
    return text == NULL ? "" : text;
}

static struct statutory_pair pair_of(const json_t *object, const char *key) {
    const json_t *pair = json_object_get(object, key);
    return (struct statutory_pair){ text_of(pair, "ko"), text_of(pair, "en") };
}

static void read_list(struct arena *arena, const json_t *duties, struct statutory_list *out) {
    size_t index;
    json_t *each;
    out->items = ARENA_ARRAY(arena, STATUTORY_MAX + 1, struct statutory_duty);
    out->count = 0;
    json_array_foreach(duties, index, each) {
        const json_t *checked = json_object_get(each, "checked");
        if (out->count == STATUTORY_MAX) return;
        out->items[out->count++] = (struct statutory_duty){ .key = text_of(each, "key"),
                                                            .question = pair_of(each, "question"),
                                                            .duty = pair_of(each, "duty"),
                                                            .when = pair_of(each, "when"),
                                                            .source = text_of(each, "source"),
                                                            .url = text_of(each, "url"),
                                                            .checked_what = text_of(checked, "what"),
                                                            .checked_url = text_of(checked, "url"),
                                                            .checked_at = text_of(checked, "at") };
    }
}

static bool read_shipped(struct arena *arena, struct statutory_list *out, struct error *err) {
    const struct asset *asset = asset_find("templates/statutory.json");
    json_t *duties;
    REQUIRE(asset != NULL);
    if (!json_parse(arena, (const char *)asset->bytes, asset->size, &duties, err)) return false;
    read_list(arena, duties, out);
    return true;
}

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    struct statutory_list *out = arg;
    struct arena *arena = tx_op(tx)->arena;
    const char *text;
    json_t *kept;
    *out = (struct statutory_list){ 0 };
    if (!setting_get(tx, SETTING, &text, err)) return false;
    if (text == NULL) return read_shipped(arena, out, err);
    if (!json_parse(arena, text, strlen(text), &kept, err)) return false;
    const json_t *duties = json_object_get(kept, "duties");
    out->version = json_integer_value(json_object_get(kept, "version"));
    if (!json_is_array(duties)) return read_shipped(arena, out, err); /* brought back to what ships */
    read_list(arena, duties, out);
    return true;
}

bool statutory_load(struct op *op, struct statutory_list *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, load_tx, out, err);
}

static void put_pair(json_t *object, const char *key, const struct statutory_pair *pair) {
    json_t *json = json_object();
    json_put_text(json, "ko", pair->ko);
    json_put_text(json, "en", pair->en);
    json_put(object, key, json);
}

json_t *statutory_json(struct arena *arena, const struct statutory_list *list) {
    json_t *json = json_obj(arena), *duties = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct statutory_duty *duty = &list->items[i];
        json_t *item = json_object(), *checked = json_null();
        json_put_text(item, "key", duty->key);
        put_pair(item, "question", &duty->question);
        put_pair(item, "duty", &duty->duty);
        put_pair(item, "when", &duty->when);
        json_put_text(item, "source", duty->source);
        json_put_text(item, "url", duty->url);
        if (*duty->checked_at != '\0') {
            checked = json_object();
            json_put_text(checked, "what", duty->checked_what);
            json_put_text(checked, "url", duty->checked_url);
            json_put_text(checked, "at", duty->checked_at);
        }
        json_put(item, "checked", checked);
        json_push(duties, item);
    }
    json_put_i64(json, "version", list->version);
    json_put(json, "duties", duties);
    return json;
}

/* --- changing --- */

static void check_pair(struct op *op, const char *name, const struct statutory_pair *typed,
                       struct statutory_pair *out) {
    const char *ko = arena_printf(op->arena, "%s.ko", name), *en = arena_printf(op->arena, "%s.en", name);
    out->ko = field_text(op, ko, typed->ko, STATUTORY_TEXT_MAX, FIELD_REQUIRED);
    out->en = field_text(op, en, typed->en, STATUTORY_TEXT_MAX, FIELD_OPTIONAL);
    if (str_blank(out->en)) out->en = out->ko;
}

static const char *check_url(struct op *op, const char *name, const char *typed, unsigned rules) {
    const char *url = field_text(op, name, typed, STATUTORY_URL_MAX, rules);
    if (str_blank(url)) return "";
    if (!str_starts(url, "https://") && !str_starts(url, "http://")) op_field_error(op, name, "malformed", "https://…");
    return url;
}

/* A check is named whole: what was read, where, and when; not in days to come. */
static void check_checked(struct op *op, const struct statutory_duty *typed, struct statutory_duty *out) {
    int64_t at;
    struct error ignored;
    out->checked_what = field_text(op, "checked.what", typed->checked_what, STATUTORY_TEXT_MAX, FIELD_OPTIONAL);
    out->checked_url = check_url(op, "checked.url", typed->checked_url, FIELD_OPTIONAL);
    out->checked_at = field_text(op, "checked.at", typed->checked_at, 10, FIELD_OPTIONAL);
    if (out->checked_what == NULL) out->checked_what = "";
    if (out->checked_at == NULL) out->checked_at = "";
    if (*out->checked_at == '\0') {
        if (*out->checked_what != '\0') op_field_error(op, "checked.at", "required", NULL);
        return;
    }
    if (*out->checked_what == '\0') op_field_error(op, "checked.what", "required", NULL);
    const char *instant = arena_printf(op->arena, "%sT00:00:00Z", out->checked_at);
    if (!when_parse(instant, &at, &ignored)) op_field_error(op, "checked.at", "malformed", "2026-11-21");
    else if (at > op->now_ms + 24 * 60 * 60 * 1000) op_field_error(op, "checked.at", "future", NULL);
}

static void check_duty(struct op *op, const struct statutory_duty *typed, struct statutory_duty *out) {
    out->key = field_key(op, "key", typed->key, STATUTORY_KEY_MAX, FIELD_REQUIRED);
    check_pair(op, "question", &typed->question, &out->question);
    check_pair(op, "duty", &typed->duty, &out->duty);
    check_pair(op, "when", &typed->when, &out->when);
    out->source = field_text(op, "source", typed->source, STATUTORY_TEXT_MAX, FIELD_REQUIRED);
    out->url = check_url(op, "url", typed->url, FIELD_OPTIONAL);
    check_checked(op, typed, out);
}

struct changing {
    const struct statutory_duty *duty; /* to put */
    const char *removed; /* or the key to remove; neither: what ships comes back */
    int64_t version;
};

static bool apply(const struct changing *changing, struct statutory_list *list, struct op *op, struct error *err) {
    const char *key = changing->duty != NULL ? changing->duty->key : changing->removed;
    size_t at = 0;
    while (at < list->count && !str_eq(list->items[at].key, key)) at++;
    if (changing->duty != NULL) {
        if (at == STATUTORY_MAX) {
            op_field_error(op, "key", "too_many", "30");
            return OP_INVALID(op, err);
        }
        if (at == list->count) list->count++;
        list->items[at] = *changing->duty;
        return true;
    }
    if (at == list->count) return ERROR(err, ERR_NOT_FOUND, "statutory.unknown", "%.40s", key);
    list->count--;
    for (; at < list->count; at++) list->items[at] = list->items[at + 1];
    return true;
}

static bool change_tx(struct tx *tx, void *arg, struct error *err) {
    const struct changing *changing = arg;
    struct op *op = tx_op(tx);
    struct statutory_list list;
    bool restores = changing->duty == NULL && changing->removed == NULL;
    if (!load_tx(tx, &list, err)) return false;
    if (changing->version >= 0 && changing->version != list.version)
        return ERROR(err, ERR_STALE, "statutory.stale", "version %lld", (long long)list.version);
    if (!restores && !apply(changing, &list, op, err)) return false;
    list.version++;
    json_t *json = statutory_json(op->arena, &list);
    if (restores) json_object_del(json, "duties");
    return setting_put(tx, SETTING, json_dump(op->arena, json), err) &&
           audit_add(tx, restores ? "statutory.restored" : "statutory.changed", "setting/statutory", json, err);
}

bool statutory_put(struct op *op, const struct statutory_duty *duty, int64_t version, struct error *err) {
    struct statutory_duty clean;
    struct changing changing = { &clean, NULL, version };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    check_duty(op, duty, &clean);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, change_tx, &changing, err);
}

bool statutory_remove(struct op *op, const char *key, int64_t version, struct error *err) {
    struct changing changing = { NULL, key, version };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, change_tx, &changing, err);
}

bool statutory_restore(struct op *op, int64_t version, struct error *err) {
    struct changing changing = { NULL, NULL, version };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, change_tx, &changing, err);
}
