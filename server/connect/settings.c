/* Settings of connections: see settings.h. Fields are data (settings_fields.c); this file keeps, hides and seals. */
#include "connect/settings.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/seal.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/settings_fields.h"
#include "ledger/ledger.h"
#include "net/url_guard.h"
#include "people/permission.h"

#include <string.h>

enum { LIST_MAX = 100, ITEM_MAX = 200 };

static const char *setting_name(struct op *op, const char *name) {
    return arena_printf(op->arena, "connect.%s", name);
}

static bool is_secret(const struct setting_field *field) {
    return field->shape == SHAPE_SECRET || field->shape == SHAPE_SECRET_URL;
}

/* --- the three forms: kept (sealed), used (plain), shown (hidden) --- */

static json_t *kept_form(struct op *op, const struct setting_kind *kind, const json_t *plain) {
    json_t *out = json_deep_copy(plain);
    json_push(json_arr(op->arena), out); /* released with the arena */
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct setting_field *field = &kind->fields[i];
        const char *secret = is_secret(field) ? json_text(plain, field->name) : NULL;
        if (secret != NULL) json_put_text(out, field->name, seal_text(op->arena, secret));
    }
    return out;
}

static json_t *shown_form(struct op *op, const struct setting_kind *kind, const json_t *plain) {
    json_t *out = json_obj(op->arena);
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct setting_field *field = &kind->fields[i];
        const json_t *value = json_object_get(plain, field->name);
        if (is_secret(field)) {
            json_t *hidden = json_object();
            json_put_bool(hidden, "set", value != NULL);
            json_put(out, field->name, hidden);
        } else if (value != NULL) {
            json_put(out, field->name, json_deep_copy(value));
        }
    }
    const char *key = json_text(plain, "key");
    if (key != NULL) {
        json_put_text(out, "key", key);
        json_put_text(out, "hook", arena_printf(op->arena, "/hooks/%s/%s", kind->name, key));
    }
    return out;
}

static bool read_plain(struct tx *tx, const struct setting_kind *kind, json_t **out, int64_t *version,
                       struct error *err) {
    struct op *op = tx_op(tx);
    const char *text;
    json_t *kept = json_obj(op->arena);
    if (!setting_get_version(tx, setting_name(op, kind->name), &text, version, err)) return false;
    if (text != NULL && !json_parse(op->arena, text, strlen(text), &kept, err)) return false;
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct setting_field *field = &kind->fields[i];
        const char *sealed = is_secret(field) ? json_text(kept, field->name) : NULL;
        const char *secret;
        if (sealed == NULL) continue;
        if (!seal_open(op->arena, sealed, &secret, err)) return false;
        json_put_text(kept, field->name, secret);
    }
    *out = kept;
    return true;
}

/* --- checking what was typed in --- */

static void check_url(struct op *op, const struct setting_field *field, const char *text) {
    struct error err;
    if (!url_guard_check(text, NULL, &err)) op_field_error(op, field->name, "malformed", "https://…");
}

static json_t *text_value(struct op *op, const struct setting_field *field, const json_t *value) {
    const char *typed = json_string_value(value);
    unsigned rules = (field->multiline ? FIELD_MULTILINE : FIELD_OPTIONAL);
    if (typed == NULL) {
        op_field_error(op, field->name, "not_text", NULL);
        return NULL;
    }
    const char *text = field_text(op, field->name, typed, field->max, rules);
    if (str_blank(text)) return NULL;
    if (field->shape == SHAPE_URL || field->shape == SHAPE_SECRET_URL) check_url(op, field, text);
    if (field->shape == SHAPE_WORD) (void)field_one_of(op, field->name, text, field->words, FIELD_OPTIONAL);
    return json_string(text);
}

static bool short_text(const json_t *value) {
    const char *text = json_string_value(value);
    return text != NULL && !str_blank(text) && strlen(text) <= ITEM_MAX && utf8_printable(text, strlen(text), false);
}

static json_t *list_value(struct op *op, const struct setting_field *field, const json_t *value) {
    size_t at;
    const json_t *item;
    if (!json_is_array(value)) op_field_error(op, field->name, "not_list", NULL);
    if (json_array_size(value) > LIST_MAX) op_field_error(op, field->name, "too_many", "100");
    json_array_foreach(value, at, item) {
        if (!short_text(item)) op_field_error(op, field->name, "malformed", NULL);
    }
    return json_array_size(value) == 0 ? NULL : json_deep_copy(value);
}

static json_t *map_value(struct op *op, const struct setting_field *field, const json_t *value) {
    const char *key;
    json_t *item;
    json_t *copy = json_deep_copy(value);
    if (!json_is_object(value)) op_field_error(op, field->name, "not_object", NULL);
    if (json_object_size(value) > LIST_MAX) op_field_error(op, field->name, "too_many", "100");
    json_object_foreach(copy, key, item) {
        if (!short_text(item) || *key == '\0') op_field_error(op, field->name, "malformed", NULL);
    }
    return copy;
}

static json_t *typed_value(struct op *op, const struct setting_field *field, const json_t *value) {
    switch (field->shape) {
    case SHAPE_TEXTS: return list_value(op, field, value);
    case SHAPE_MAP: return map_value(op, field, value);
    case SHAPE_TEXT:
    case SHAPE_SECRET:
    case SHAPE_URL:
    case SHAPE_SECRET_URL:
    case SHAPE_WORD: break;
    }
    return text_value(op, field, value);
}

/* {"set": true}: what we showed comes back unchanged. */
static bool keeps(const struct setting_field *field, const json_t *value) {
    return is_secret(field) && (value == NULL || json_is_object(value));
}

static json_t *merge(struct op *op, const struct setting_kind *kind, const json_t *before, const json_t *body) {
    json_t *out = json_obj(op->arena);
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct setting_field *field = &kind->fields[i];
        const json_t *value = json_object_get(body, field->name);
        json_t *wanted = NULL;
        if (keeps(field, value)) wanted = json_deep_copy(json_object_get(before, field->name));
        else if (value != NULL && !json_is_null(value)) wanted = typed_value(op, field, value);
        if (wanted != NULL) json_put(out, field->name, wanted);
        else if (field->required) op_field_error(op, field->name, "required", NULL);
    }
    return out;
}

/* --- calls --- */

struct settings_run {
    const struct setting_kind *kind;
    const struct connect_setting_edit *edit;
    const char *new_key;
    json_t *plain;
    int64_t writes; /* how often it was set */
};

static bool read_tx(struct tx *tx, void *arg, struct error *err) {
    struct settings_run *run = arg;
    return read_plain(tx, run->kind, &run->plain, &run->writes, err);
}

static int64_t version_of(const struct settings_run *run) {
    return run->writes + 1;
}

static bool check(struct op *op, struct settings_run *run, const json_t *before, struct error *err) {
    int64_t looked_at = run->edit->version;
    if (looked_at != 0 && looked_at != version_of(run))
        return ERROR(err, ERR_STALE, "settings.stale", "%s is at %lld", run->kind->name, (long long)version_of(run));
    run->plain = merge(op, run->kind, before, run->edit->body);
    if (run->kind->check != NULL) run->kind->check(op, run->plain);
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static bool save_tx(struct tx *tx, void *arg, struct error *err) {
    struct settings_run *run = arg;
    struct op *op = tx_op(tx);
    json_t *before;
    op->fields = (struct field_errors){ 0 };
    if (!read_plain(tx, run->kind, &before, &run->writes, err) || !check(op, run, before, err)) return false;
    if (run->kind->receives) {
        const char *key = json_text(before, "key");
        json_put_text(run->plain, "key", key == NULL ? run->new_key : key);
    }
    run->writes++;
    const char *text = json_dump(op->arena, kept_form(op, run->kind, run->plain));
    tx_on_commit(tx, SETTINGS_TOPIC);
    return setting_put(tx, setting_name(op, run->kind->name), text, err) &&
           (run->kind->publish == NULL || run->kind->publish(tx, run->plain, run->edit->portal, err)) &&
           audit_add(tx, "settings.changed", arena_printf(op->arena, "settings/%s", run->kind->name),
                     shown_form(op, run->kind, run->plain), err);
}

static bool find_kind(const char *name, const struct setting_kind **out, struct error *err) {
    *out = setting_kind_find(name);
    return *out != NULL || ERROR(err, ERR_NOT_FOUND, "settings.unknown", "%.40s", name);
}

bool connect_settings_read(struct tx *tx, const char *name, const json_t **out, struct error *err) {
    const struct setting_kind *kind;
    json_t *plain;
    int64_t writes;
    if (!find_kind(name, &kind, err) || !read_plain(tx, kind, &plain, &writes, err)) return false;
    *out = plain;
    return true;
}

bool connect_settings_load(struct op *op, const char *name, const json_t **out, struct error *err) {
    struct settings_run run = { 0 };
    if (!find_kind(name, &run.kind, err) || !store_read(op, read_tx, &run, err)) return false;
    *out = run.plain;
    return true;
}

static void show(struct op *op, const struct settings_run *run, struct connect_setting *out) {
    *out = (struct connect_setting){ shown_form(op, run->kind, run->plain), version_of(run) };
}

bool connect_settings_show(struct op *op, const char *name, struct connect_setting *out, struct error *err) {
    struct settings_run run = { 0 };
    if (!permission_check(op, PERM_ADMIN, err) || !find_kind(name, &run.kind, err)) return false;
    if (!store_read(op, read_tx, &run, err)) return false;
    show(op, &run, out);
    return true;
}

bool connect_settings_save(struct op *op, const char *name, const struct connect_setting_edit *edit,
                           struct connect_setting *out, struct error *err) {
    char key[SECRET_TOKEN_SIZE];
    secret_token(key);
    struct settings_run run = { .edit = edit, .new_key = key };
    if (!permission_check(op, PERM_ADMIN, err) || !find_kind(name, &run.kind, err)) return false;
    if (!store_write(op, save_tx, &run, err)) return false;
    show(op, &run, out);
    return true;
}
