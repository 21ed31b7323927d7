/* What Slack sends us: see slack_request.h. */
#include "connect/slack_request.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

#include <string.h>

enum { TIMESTAMP_DIGITS = 12 };

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

bool slack_read_payload(struct arena *arena, const char *payload, struct slack_call *out, struct error *err) {
    json_t *json;
    size_t at;
    const json_t *action;
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
                                .response_url = json_text(json, "response_url") };
    if (!str_eq(type, "block_actions")) return true;
    const json_t *actions = json_object_get(json, "actions");
    if (!json_is_array(actions) || json_array_size(actions) > SLACK_PRESSES_MAX) {
        return ERROR(err, ERR_UNREADABLE, "slack.payload", "actions");
    }
    out->presses = ARENA_ARRAY(arena, json_array_size(actions), struct slack_press);
    json_array_foreach(actions, at, action) {
        const char *name = json_text(action, "action_id");
        if (name == NULL) return ERROR(err, ERR_UNREADABLE, "slack.payload", "action %zu", at);
        out->presses[out->press_count++] =
            (struct slack_press){ name, text_or(action, "value", ""), press_key(arena, out, action) };
    }
    return true;
}

struct slack_call *slack_call_copy(struct arena *arena, const struct slack_call *call) {
    struct slack_call *copy = ARENA_NEW(arena, struct slack_call);
    *copy = (struct slack_call){ .team = arena_str(arena, call->team),
                                 .user_id = arena_str(arena, call->user_id),
                                 .user_name = arena_str(arena, call->user_name),
                                 .key = arena_str(arena, call->key),
                                 .command = arena_str(arena, call->command),
                                 .presses = ARENA_ARRAY(arena, call->press_count, struct slack_press),
                                 .press_count = call->press_count,
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
