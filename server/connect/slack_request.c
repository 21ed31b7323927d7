/* What Slack sends us: see slack_request.h. */
#include "connect/slack_request.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <string.h>

enum { TIMESTAMP_DIGITS = 12, CHANNEL_MAX = 40 };

bool slack_proven(struct arena *arena, const char *secret, const struct slack_proof *proof) {
    int64_t at;
    const char *timestamp = proof->timestamp;
    if (str_blank(secret) || timestamp == NULL || proof->signature == NULL) return false;
    size_t digits = strspn(timestamp, "0123456789");
    if (digits == 0 || digits > TIMESTAMP_DIGITS || timestamp[digits] != '\0' || !str_to_i64(timestamp, &at) ||
        at < proof->now_s - SLACK_WINDOW_S || at > proof->now_s + SLACK_WINDOW_S) {
        return false;
    }
    struct buf text;
    char mac[SECRET_HASH_SIZE];
    buf_init(&text, arena, proof->body_len + TIMESTAMP_DIGITS + 8);
    buf_printf(&text, "v0:%s:", timestamp);
    buf_add(&text, proof->body, proof->body_len);
    REQUIRE(!text.overflow);
    secret_hmac_sha256(secret, text.data, text.len, mac);
    return secret_equal(proof->signature, arena_printf(arena, "v0=%s", mac));
}

/* "1503435956.000247" */
static bool slack_is_ts(const char *text) {
    size_t seconds = strspn(text, "0123456789");
    size_t rest = text[seconds] == '.' ? strspn(text + seconds + 1, "0123456789") : 0;
    return seconds > 0 && seconds <= 12 && rest > 0 && rest <= 9 && text[seconds + 1 + rest] == '\0';
}

static bool slack_is_id(const char *text) {
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return len > 0 && len <= CHANNEL_MAX && text[len] == '\0';
}

static const char *text_or(const json_t *object, const char *key, const char *otherwise) {
    const char *text = json_text(object, key);
    return text == NULL ? otherwise : text;
}

/* What was pressed where, by whom and when: pressed again it has another time. */
static const char *press_key(struct arena *arena, const struct slack_call *call, const json_t *action) {
    char hash[SECRET_HASH_SIZE];
    const char *words =
        arena_printf(arena, "%s|%s|%s|%s|%s", call->team, call->user_id, text_or(action, "action_id", ""),
                     text_or(action, "value", ""), text_or(action, "action_ts", ""));
    secret_sha256(words, strlen(words), hash);
    return arena_printf(arena, "slack:action/%s", hash);
}

static bool read_presses(struct arena *arena, const json_t *json, struct slack_call *out, struct error *err) {
    const json_t *actions = json_object_get(json, "actions");
    size_t at;
    const json_t *action;
    if (!json_is_array(actions) || json_array_size(actions) > SLACK_PRESSES_MAX) {
        return ERROR(err, ERR_UNREADABLE, "slack.payload", "actions");
    }
    out->presses = ARENA_ARRAY(arena, json_array_size(actions), struct slack_press);
    json_array_foreach(actions, at, action) {
        const char *name = json_text(action, "action_id");
        const char *chosen = json_text(json_object_get(action, "selected_option"), "value");
        if (name == NULL) return ERROR(err, ERR_UNREADABLE, "slack.payload", "action %zu", at);
        out->presses[out->press_count++] =
            (struct slack_press){ name, chosen != NULL ? chosen : text_or(action, "value", ""),
                                  press_key(arena, out, action) };
    }
    return true;
}

/* Text fields have a value, menus a selected option. */
static const char *typed_in(const json_t *element) {
    const char *value = json_text(element, "value");
    return value != NULL ? value : json_text(json_object_get(element, "selected_option"), "value");
}

static bool read_form(struct arena *arena, const json_t *view, struct slack_call *out, struct error *err) {
    json_t *values = json_object_get(json_object_get(view, "state"), "values");
    struct slack_form *form = ARENA_NEW(arena, struct slack_form);
    char hash[SECRET_HASH_SIZE];
    const char *block;
    json_t *element;
    if (!json_is_object(values) || json_object_size(values) > SLACK_VALUES_MAX) {
        return ERROR(err, ERR_UNREADABLE, "slack.payload", "view.state.values");
    }
    *form = (struct slack_form){ .kind = text_or(view, "callback_id", ""),
                                 .ref = text_or(view, "private_metadata", ""),
                                 .values = ARENA_ARRAY(arena, json_object_size(values), struct slack_value) };
    json_object_foreach(values, block, element) {
        form->values[form->count++] = (struct slack_value){ block, typed_in(json_object_get(element, block)) };
    }
    /* sent off again after a correction it is another one */
    const char *words =
        arena_printf(arena, "%s|%s|%s|%s", out->team, out->user_id, text_or(view, "id", ""), json_dump(arena, values));
    secret_sha256(words, strlen(words), hash);
    out->key = arena_printf(arena, "slack:view/%s", hash);
    out->form = form;
    return true;
}

bool slack_read_payload(struct arena *arena, const char *payload, struct slack_call *out, struct error *err) {
    json_t *json;
    if (!json_parse(arena, payload, strlen(payload), &json, err)) return false;
    const json_t *user = json_object_get(json, "user");
    const char *type = json_text(json, "type");
    const char *user_id = json_text(user, "id");
    if (type == NULL || str_blank(user_id)) {
        return ERROR(err, ERR_UNREADABLE, "slack.payload", "no %s", type == NULL ? "type" : "user");
    }
    *out = (struct slack_call){ .team = text_or(json_object_get(json, "team"), "id", text_or(user, "team_id", "")),
                                .user_id = user_id,
                                .user_name = text_or(user, "username", text_or(user, "name", "")),
                                .trigger = json_text(json, "trigger_id"),
                                .response_url = json_text(json, "response_url") };
    if (str_eq(type, "block_actions")) return read_presses(arena, json, out, err);
    return !str_eq(type, "view_submission") || read_form(arena, json_object_get(json, "view"), out, err);
}

bool slack_read_event(struct arena *arena, const json_t *json, const char **challenge, struct slack_call *out,
                      struct error *err) {
    const json_t *event = json_object_get(json, "event");
    const char *kind = json_text(json, "type");
    const char *type = json_text(event, "type");
    const json_t *item = json_object_get(event, "item");
    *challenge = str_eq(kind, "url_verification") ? json_text(json, "challenge") : NULL;
    *out = (struct slack_call){ .team = text_or(json, "team_id", ""), .user_id = text_or(event, "user", "") };
    if (kind == NULL || (str_eq(kind, "url_verification") && *challenge == NULL)) {
        return ERROR(err, ERR_UNREADABLE, "slack.payload", "event");
    }
    out->user_name = out->user_id;
    bool marks = str_eq(type, "pin_added") ||
                 (str_eq(type, "reaction_added") && str_eq(json_text(event, "reaction"), "pushpin"));
    const char *ts = text_or(json_object_get(item, "message"), "ts", json_text(item, "ts"));
    const char *channel = text_or(item, "channel", json_text(event, "channel_id"));
    if (!marks || ts == NULL || channel == NULL || str_blank(out->user_id)) return true;
    if (!slack_is_ts(ts) || !slack_is_id(channel)) return ERROR(err, ERR_UNREADABLE, "slack.payload", "item");
    struct slack_mark *mark = ARENA_NEW(arena, struct slack_mark);
    *mark = (struct slack_mark){ .channel = channel, .ts = ts };
    out->mark = mark;
    out->key = arena_printf(arena, "slack:mark/%s/%s", channel, ts); /* pinned and marked, it is still one message */
    return true;
}

bool slack_call_asks(const struct slack_call *call) {
    return call->command != NULL || call->press_count > 0 || call->form != NULL || call->mark != NULL;
}

static const struct slack_form *form_copy(struct arena *arena, const struct slack_form *form) {
    struct slack_form *copy = ARENA_NEW(arena, struct slack_form);
    *copy = (struct slack_form){ .kind = arena_str(arena, form->kind),
                                 .ref = arena_str(arena, form->ref),
                                 .values = ARENA_ARRAY(arena, form->count, struct slack_value),
                                 .count = form->count };
    for (size_t i = 0; i < form->count; i++) {
        copy->values[i] =
            (struct slack_value){ arena_str(arena, form->values[i].name), arena_str(arena, form->values[i].value) };
    }
    return copy;
}

static const struct slack_mark *mark_copy(struct arena *arena, const struct slack_mark *mark) {
    struct slack_mark *copy = ARENA_NEW(arena, struct slack_mark);
    *copy = (struct slack_mark){ arena_str(arena, mark->channel), arena_str(arena, mark->ts) };
    return copy;
}

struct slack_call *slack_call_copy(struct arena *arena, const struct slack_call *call) {
    struct slack_call *copy = ARENA_NEW(arena, struct slack_call);
    *copy = (struct slack_call){ .team = arena_str(arena, call->team),
                                 .user_id = arena_str(arena, call->user_id),
                                 .user_name = arena_str(arena, call->user_name),
                                 .key = arena_str(arena, call->key),
                                 .trigger = arena_str(arena, call->trigger),
                                 .command = arena_str(arena, call->command),
                                 .presses = ARENA_ARRAY(arena, call->press_count, struct slack_press),
                                 .press_count = call->press_count,
                                 .form = call->form == NULL ? NULL : form_copy(arena, call->form),
                                 .mark = call->mark == NULL ? NULL : mark_copy(arena, call->mark),
                                 .response_url = arena_str(arena, call->response_url) };
    for (size_t i = 0; i < call->press_count; i++) {
        const struct slack_press *press = &call->presses[i];
        copy->presses[i] = (struct slack_press){ arena_str(arena, press->action), arena_str(arena, press->value),
                                                 arena_str(arena, press->key) };
    }
    return copy;
}

const char *slack_host(struct arena *arena, const char *url) {
    const char *from = url == NULL ? NULL : strstr(url, "://");
    return from == NULL ? NULL : arena_strn(arena, from + 3, strcspn(from + 3, ":/?#"));
}
