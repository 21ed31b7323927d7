/* Slack's text rules: see slack_text.h. */
#include "connect/slack_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

enum { TEXT_MAX = 3900, HEADER_MAX = 150, SECTION_MAX = 3000, FIELD_MAX = 1900, BUTTON_MAX = 75, URL_MAX = 3000 };

static const char *entity_of(char byte) {
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    default: return NULL;
    }
}

char *slack_escape(struct arena *arena, const char *text, size_t max) {
    struct buf out;
    size_t len = strlen(text);
    size_t units = 0;
    size_t safe = 0; /* bytes of out that leave room for the ellipsis */
    buf_init(&out, arena, len * 5 + 8);
    for (size_t i = 0; i < len;) {
        uint32_t point;
        size_t step = utf8_next(text + i, len - i, &point);
        const char *entity = entity_of(text[i]);
        size_t cost = entity != NULL ? strlen(entity) : point > 0xffff ? 2 : 1;
        if (units + cost > max) {
            out.data[safe] = '\0';
            return arena_printf(arena, "%s…", out.data);
        }
        units += cost;
        if (entity != NULL) buf_puts(&out, entity);
        else buf_add(&out, text + i, step);
        if (units + 1 <= max) safe = out.len;
        i += step;
    }
    return out.data;
}

char *slack_unescape(struct arena *arena, const char *text) {
    static const struct {
        const char *entity;
        char byte;
    } ENTITIES[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;
    while (*text != '\0') {
        size_t step = 1;
        char byte = *text;
        for (size_t i = 0; i < 3; i++) {
            if (!str_starts(text, ENTITIES[i].entity)) continue;
            byte = ENTITIES[i].byte;
            step = strlen(ENTITIES[i].entity);
        }
        out[len++] = byte;
        text += step;
    }
    out[len] = '\0';
    return out;
}

/* --- blocks --- */

json_t *slack_text_object(struct arena *arena, const char *type, const char *text, size_t max) {
    json_t *object = json_object();
    json_put_text(object, "type", type);
    json_put_text(object, "text", slack_escape(arena, text, max));
    if (str_eq(type, "plain_text")) json_put_bool(object, "emoji", true);
    return object;
}

json_t *slack_option(struct arena *arena, const char *text, const char *value) {
    json_t *option = json_object();
    json_put(option, "text", slack_text_object(arena, "plain_text", text, BUTTON_MAX));
    json_put_text(option, "value", value);
    return option;
}

static const char *word(const struct slack_message *message, const char *key) {
    return i18n_text(i18n_get(message->lang), key);
}

static json_t *button(struct arena *arena, const struct slack_message *message, const char *action, const char *key) {
    json_t *element = json_object();
    json_put_text(element, "type", "button");
    json_put_text(element, "action_id", action);
    json_put(element, "text", slack_text_object(arena, "plain_text", word(message, key), BUTTON_MAX));
    json_put_text(element, "value", message->incident_ref);
    return element;
}

/* What to do with the reminders of this incident: a value is "REF ACTION". */
static json_t *reminder_menu(struct arena *arena, const struct slack_message *message) {
    static const char *const ACTIONS[] = { "send", "snooze_30", "snooze_60", "snooze_90", "stop" };
    json_t *menu = json_object();
    json_t *options = json_array();
    json_put_text(menu, "type", "static_select");
    json_put_text(menu, "action_id", "inc_remind");
    json_put(menu, "placeholder",
             slack_text_object(arena, "plain_text", word(message, "slack.button.remind"), BUTTON_MAX));
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        const char *label = word(message, arena_printf(arena, "slack.remind.%s", ACTIONS[i]));
        json_push(options, slack_option(arena, label, arena_printf(arena, "%s %s", message->incident_ref, ACTIONS[i])));
    }
    json_put(menu, "options", options);
    return menu;
}

static json_t *actions(struct arena *arena, const struct slack_message *message) {
    json_t *block = json_object();
    json_t *elements = json_array();
    json_put_text(block, "type", "actions");
    json_put_text(block, "block_id", arena_printf(arena, "inc:%s", message->incident_ref));
    if (message->open && !message->acknowledged) {
        json_t *acknowledge = button(arena, message, "inc_ack", "slack.button.ack");
        json_put_text(acknowledge, "style", "primary");
        json_push(elements, acknowledge);
    }
    if (message->open) {
        if (message->forms) json_push(elements, button(arena, message, "inc_update", "slack.button.update"));
        json_push(elements, button(arena, message, "inc_help", "slack.button.help"));
        json_push(elements, reminder_menu(arena, message));
    }
    if (message->url != NULL && strlen(message->url) <= URL_MAX) {
        json_t *open = button(arena, message, "inc_open", "slack.button.open");
        json_put_text(open, "url", message->url);
        json_push(elements, open);
    }
    json_put(block, "elements", elements);
    return block;
}

static void add_section(json_t *blocks, const char *member, json_t *value) {
    json_t *section = json_object();
    json_put_text(section, "type", "section");
    json_put(section, member, value);
    json_push(blocks, section);
}

static void add_fields(struct arena *arena, const struct slack_message *message, json_t *blocks) {
    json_t *list = json_array();
    for (size_t i = 0; i < message->field_count && json_array_size(list) < SLACK_FIELDS_MAX; i++) {
        const struct slack_field *field = &message->fields[i];
        if (str_blank(field->value)) continue;
        json_t *object = slack_text_object(arena, "mrkdwn", field->value, FIELD_MAX);
        json_put_text(object, "text", arena_printf(arena, "*%s*\n%s", field->label, json_text(object, "text")));
        json_push(list, object);
    }
    if (json_array_size(list) > 0) add_section(blocks, "fields", list);
    else json_decref(list);
}

static bool is_member(const char *id) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return id != NULL && (*id == 'U' || *id == 'W') && strlen(id) >= 3 && id[strspn(id, LETTERS)] == '\0';
}

/* Not escaped: this is the one place that writes Slack's own markup. */
static void add_call(struct arena *arena, const char *member, json_t *blocks) {
    json_t *call = json_object();
    json_put_text(call, "type", "mrkdwn");
    json_put_text(call, "text", arena_printf(arena, "<@%s>", member));
    add_section(blocks, "text", call);
}

json_t *slack_blocks(struct arena *arena, const struct slack_message *message) {
    json_t *body = json_obj(arena);
    json_t *blocks = json_array();
    size_t head_len = strcspn(message->text, "\n");
    const char *head = arena_strn(arena, message->text, head_len);
    const char *rest = message->text + head_len;
    while (*rest == '\n') rest++;
    json_t *header = json_object();
    json_put_text(header, "type", "header");
    json_put(header, "text", slack_text_object(arena, "plain_text", str_blank(head) ? "Bongsu" : head, HEADER_MAX));
    json_push(blocks, header);
    if (!str_blank(rest)) add_section(blocks, "text", slack_text_object(arena, "mrkdwn", rest, SECTION_MAX));
    add_fields(arena, message, blocks);
    if (is_member(message->mention)) add_call(arena, message->mention, blocks);
    if (message->incident_ref != NULL && (message->open || message->url != NULL)) {
        json_push(blocks, actions(arena, message));
    }
    const char *summary = message->summary == NULL ? message->text : message->summary;
    json_put_text(body, "text", slack_escape(arena, summary, TEXT_MAX));
    json_put(body, "blocks", blocks);
    json_put_bool(body, "unfurl_links", false);
    return body;
}
