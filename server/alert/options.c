/* Options of an integration: see options.h. */
#include "alert/options.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

enum { OPTION_MAX = 100, PATH_MAX_BYTES = 200 };

static const char *const LABELS[] = { "severity_label", "service_label", NULL };
static const char *const HEADERS[] = { "signature_header", "timestamp_header", NULL };
static const char *const PATHS[] = { "items",  "title", "description", "severity", "service",  "dedup_key",    "group",
                                     "status", "link",  "timestamp",   "firing",   "resolved", "acknowledged", NULL };

static bool listed(const char *const *words, const char *word) {
    for (; *words != NULL; words++) {
        if (str_eq(*words, word)) return true;
    }
    return false;
}

/* A token of RFC 9110: anything else could never be sent. */
static bool header_name(const char *text) {
    static const char TOKEN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    return *text != '\0' && text[strspn(text, TOKEN)] == '\0';
}

static void check_text(struct op *op, const char *field, const json_t *value, size_t max) {
    const char *text = json_string_value(value);
    if (json_is_null(value)) return;
    if (text == NULL) op_field_error(op, field, "not_text", NULL);
    else if (strlen(text) > max) op_field_error(op, field, "too_long", arena_printf(op->arena, "%zu", max));
    else if (!utf8_printable(text, strlen(text), false)) op_field_error(op, field, "control_characters", NULL);
}

static void check_mapping(struct op *op, const json_t *mapping) {
    const char *name;
    json_t *value;
    if (!json_is_object(mapping)) {
        if (!json_is_null(mapping)) op_field_error(op, "options.mapping", "not_object", NULL);
        return;
    }
    union { /* jansson's iteration wants a mutable object, but only reads */
        const json_t *in;
        json_t *jansson;
    } members = { mapping };
    json_object_foreach(members.jansson, name, value) {
        const char *field = arena_printf(op->arena, "options.mapping.%.40s", name);
        if (listed(PATHS, name)) check_text(op, field, value, PATH_MAX_BYTES);
        else op_field_error(op, field, "unknown", NULL);
    }
}

void options_check(struct op *op, const json_t *options) {
    const char *name;
    json_t *value;
    if (!json_is_object(options)) {
        op_field_error(op, "options", "not_object", NULL);
        return;
    }
    union {
        const json_t *in;
        json_t *jansson;
    } members = { options };
    json_object_foreach(members.jansson, name, value) {
        const char *field = arena_printf(op->arena, "options.%.40s", name);
        bool header = listed(HEADERS, name);
        if (str_eq(name, "mapping")) check_mapping(op, value);
        else if (header || listed(LABELS, name)) check_text(op, field, value, OPTION_MAX);
        else op_field_error(op, field, "unknown", NULL);
        const char *text = json_string_value(value);
        if (header && !str_blank(text) && !header_name(text)) op_field_error(op, field, "malformed", NULL);
    }
}

static const char *text_or_none(const json_t *options, const char *name) {
    const char *text = json_text(options, name);
    return str_blank(text) ? NULL : text;
}

struct source_options options_read(const json_t *options) {
    const json_t *mapping = json_object_get(options, "mapping");
    return (struct source_options){
        .severity_label = text_or_none(options, "severity_label"),
        .service_label = text_or_none(options, "service_label"),
        .signature_header = text_or_none(options, "signature_header"),
        .timestamp_header = text_or_none(options, "timestamp_header"),
        .mapping = json_object_size(mapping) == 0 ? NULL : mapping,
    };
}
