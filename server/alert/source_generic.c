/* The plain form of our own, and any JSON that a mapping (alert/options.h) leads through. */
#include "alert/source_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

/* "hits.0.text" into value; NULL where the path leads nowhere. */
static const json_t *follow(struct arena *arena, const json_t *value, const char *path) {
    char **steps;
    size_t count = str_split(arena, path, ".", &steps);
    for (size_t i = 0; i < count && value != NULL; i++) {
        int64_t index;
        if (json_is_object(value)) value = json_object_get(value, steps[i]);
        else if (str_to_i64(steps[i], &index) && index >= 0) value = json_array_get(value, (size_t)index);
        else value = NULL;
    }
    return value;
}

/* Numbers and truth values stand in many senders' fields where we expect texts. */
static const char *as_text(struct arena *arena, const json_t *value) {
    if (json_is_string(value)) return json_string_value(value);
    if (json_is_integer(value)) return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value)) return arena_printf(arena, "%.15g", json_real_value(value));
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    return NULL;
}

struct item {
    struct op *op;
    const struct source_options *options;
    const json_t *json;
};

static const char *member(const struct item *item, const char *name) {
    const char *path = json_text(item->options->mapping, name);
    return as_text(item->op->arena, follow(item->op->arena, item->json, str_blank(path) ? name : path));
}

static const char *link_of(const struct item *item) {
    const json_t *first = json_array_get(json_object_get(item->json, "links"), 0);
    const char *mapped = member(item, "link");
    if (mapped != NULL) return mapped;
    return json_is_object(first) ? json_text(first, "href") : json_string_value(first);
}

/* Whether word stands in the sender's list "ALERT, alerting". */
static bool says(struct arena *arena, const char *list, const char *word) {
    char **words;
    size_t count = list == NULL ? 0 : str_split(arena, list, ",", &words);
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(str_clean(arena, words[i]), word) == 0) return true;
    }
    return false;
}

static bool read_state(const struct item *item, enum alert_state *out) {
    const char *word = member(item, "status");
    if (word == NULL) {
        *out = ALERT_FIRING;
        return true;
    }
    for (enum alert_state state = ALERT_FIRING; state < ALERT_STATE_COUNT; state++) {
        const char *name = alert_state_name(state);
        if (!str_eq(word, name) && !says(item->op->arena, json_text(item->options->mapping, name), word)) continue;
        *out = state;
        return true;
    }
    return false;
}

static json_t *labels_of(const struct item *item) {
    json_t *given = json_object_get(item->json, "labels");
    json_t *labels = source_labels(item->op, item->json);
    if (json_is_object(given)) (void)json_object_update_missing(labels, given);
    return labels;
}

/* NULL: read; else which field is wrong, with its field error's code and argument. */
static const char *read_item(const struct item *item, struct alert_event *out, const char **code, const char **arg) {
    struct op *op = item->op;
    *code = "required";
    *arg = NULL;
    if (!json_is_object(item->json)) return "title";
    const char *title = source_title(op, member(item, "title"));
    const char *key = member(item, "dedup_key");
    enum alert_state state;
    if (!read_state(item, &state)) {
        *code = "one_of";
        *arg = "firing, acknowledged, resolved";
        return "status";
    }
    if (title == NULL && state == ALERT_FIRING) return "title";
    if (key == NULL && title == NULL) return "dedup_key";
    if (key != NULL && (strlen(key) > KEY_BYTES || str_blank(key))) {
        *code = "too_long";
        *arg = "255";
        return "dedup_key";
    }
    *out = (struct alert_event){
        .state = state,
        .fingerprint = key == NULL ? arena_printf(op->arena, "title:%.200s", title) : key,
        .title = source_named(op, title, key),
        .description = source_text(op, member(item, "description"), DESCRIPTION_BYTES),
        .link = source_link(op, link_of(item)),
        .severity = source_text(op, member(item, "severity"), 40),
        .service = source_text(op, member(item, "service"), 80),
        .group = source_text(op, member(item, "group"), KEY_BYTES),
        .labels = labels_of(item),
        .starts_at = source_time(op->arena, member(item, "timestamp")),
    };
    return NULL;
}

/* The list of a request, or NULL for a single alert. */
static const json_t *list_of(struct op *op, const struct source_options *options, const json_t *body) {
    const char *path = json_text(options->mapping, "items");
    if (!str_blank(path)) return follow(op->arena, body, path);
    if (json_is_array(body)) return body;
    const json_t *alerts = json_object_get(body, "alerts");
    return json_is_array(alerts) ? alerts : NULL;
}

static bool read_list(struct op *op, const struct source_options *options, const json_t *list, struct alert_batch *out,
                      struct error *err) {
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count > ALERTS_MAX) {
        op_field_error(op, "alerts", count > ALERTS_MAX ? "out_of_range" : "not_list", "0–10000");
        return OP_INVALID(op, err);
    }
    *out = (struct alert_batch){ .events = ARENA_ARRAY(op->arena, count + 1, struct alert_event) };
    const char *code = "malformed", *arg = NULL, *first_code = code, *first_arg = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct item item = { op, options, json_array_get(list, i) };
        const char *wrong = read_item(&item, &out->events[out->count], &code, &arg);
        if (wrong == NULL) out->count++;
        else if (out->malformed++ == 0) {
            out->trouble = arena_printf(op->arena, "alerts[%zu].%s", i, wrong);
            first_code = code;
            first_arg = arg;
        }
    }
    if (out->count > 0 || out->malformed == 0) return true;
    op_field_error(op, out->trouble, first_code, first_arg);
    return OP_INVALID(op, err);
}

bool source_generic(struct op *op, const struct source_options *options, const json_t *body, struct alert_batch *out,
                    struct error *err) {
    const char *items = json_text(options->mapping, "items");
    const json_t *list = list_of(op, options, body);
    if (list != NULL || !str_blank(items)) return read_list(op, options, list, out, err);
    const struct item item = { op, options, body };
    const char *code, *arg;
    struct alert_event *event = ARENA_NEW(op->arena, struct alert_event);
    const char *wrong = read_item(&item, event, &code, &arg);
    if (wrong != NULL) {
        op_field_error(op, wrong, code, arg);
        return OP_INVALID(op, err);
    }
    *out = (struct alert_batch){ .events = event, .count = 1 };
    return true;
}
