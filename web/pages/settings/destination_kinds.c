/* Kinds of destinations: see destination_kinds.h. */
#include "pages/settings/destination_kinds.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "pages/lines.h"

enum { TEXT_MAX = 4000 };
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const FORMATS[] = { "json", "form", NULL };
static const char *const TLS[] = { "required", "none", NULL };

static const struct config_field WEBHOOK[] = {
    { "url", CONFIG_TEXT, SHAPE_LINE, true, NULL },
    { "secret", CONFIG_SECRET, SHAPE_PASSWORD, false, NULL },
};
static const struct config_field CHAT[] = { { "secret", CONFIG_SECRET, SHAPE_PASSWORD, true, NULL } };
static const struct config_field SLACK[] = {
    { "secret", CONFIG_SECRET, SHAPE_PASSWORD, true, NULL },
    { "channel", CONFIG_TEXT, SHAPE_LINE, false, NULL },
    { "channels", CONFIG_MAP, SHAPE_AREA, false, NULL },
};
static const struct config_field GATEWAY[] = {
    { "url", CONFIG_TEXT, SHAPE_LINE, true, NULL },      { "format", CONFIG_TEXT, SHAPE_SELECT, true, FORMATS },
    { "template", CONFIG_TEXT, SHAPE_AREA, true, NULL }, { "headers", CONFIG_MAP, SHAPE_AREA, false, NULL },
    { "to", CONFIG_LIST, SHAPE_AREA, true, NULL },       { "secret", CONFIG_SECRET, SHAPE_PASSWORD, false, NULL },
};
static const struct config_field MAIL[] = {
    { "url", CONFIG_TEXT, SHAPE_LINE, true, NULL },
    { "from", CONFIG_TEXT, SHAPE_LINE, true, NULL },
    { "to", CONFIG_LIST, SHAPE_AREA, true, NULL },
    { "username", CONFIG_TEXT, SHAPE_LINE, false, NULL },
    { "secret", CONFIG_SECRET, SHAPE_PASSWORD, false, NULL },
    { "tls", CONFIG_TEXT, SHAPE_SELECT, true, TLS },
};

const struct destination_kind DESTINATION_KINDS[] = {
    { "webhook", "webhook", NULL, false, true, WEBHOOK, COUNT(WEBHOOK) },
    { "kakaowork", "chat", "kakaowork", false, true, CHAT, COUNT(CHAT) },
    { "naverworks", "chat", "naverworks", false, true, CHAT, COUNT(CHAT) },
    { "jandi", "chat", "jandi", false, true, CHAT, COUNT(CHAT) },
    { "dooray", "chat", "dooray", false, true, CHAT, COUNT(CHAT) },
    { "discord", "chat", "discord", false, true, CHAT, COUNT(CHAT) },
    { "teams", "chat", "teams", false, true, CHAT, COUNT(CHAT) },
    { "mail", "mail", NULL, true, true, MAIL, COUNT(MAIL) },
    { "gateway", "gateway", NULL, false, true, GATEWAY, COUNT(GATEWAY) },
    { "slack", "slack", NULL, true, true, SLACK, COUNT(SLACK) },
    { "log", "log", NULL, false, false, NULL, 0 },
};
const size_t DESTINATION_KIND_COUNT = COUNT(DESTINATION_KINDS);

const struct topic_choice TOPIC_CHOICES[] = {
    { "*", "topic.all" },
    { "incident.*", "deliveries.incidents" },
    { "incident.declared", "topic.incident.declared" },
    { "incident.severity", "topic.incident.severity" },
    { "incident.updated", "topic.incident.updated" },
    { "incident.help", "topic.incident.help" },
    { "incident.recovered", "topic.incident.recovered" },
    { "page.*", "topic.page" },
    { "report.*", "topic.report" },
    { "retro.*", "topic.retro" },
    { "action.*", "topic.action" },
    { "notice.*", "topic.notice" },
};
const size_t TOPIC_CHOICE_COUNT = COUNT(TOPIC_CHOICES);

const struct destination_kind *destination_kind_named(const char *name) {
    for (size_t i = 0; i < COUNT(DESTINATION_KINDS); i++) {
        if (str_eq(DESTINATION_KINDS[i].name, name)) return &DESTINATION_KINDS[i];
    }
    return NULL;
}

const struct destination_kind *destination_kind_of(const struct destination *destination) {
    const char *preset = json_text(destination->config, "preset");
    bool chat = str_eq(destination->connector, "chat");
    const struct destination_kind *kind = destination_kind_named(chat ? preset : destination->connector);
    return kind != NULL && str_eq(kind->connector, destination->connector) ? kind : NULL;
}

const char *destination_shown(const struct screen *screen, const char *name, const char *connector) {
    const char *settings = destination_settings(&(struct destination){ .name = name, .connector = connector });
    return settings == NULL ? name : say(screen, path_of(screen, "settings.name.%s", settings));
}

/* --- showing --- */

static json_t *menu_of(const struct screen *screen, const struct config_field *field) {
    json_t *options = options_new();
    for (const char *const *word = field->words; *word != NULL; word++) {
        option_add(options, *word, say(screen, path_of(screen, "settings.word.%s.%s", field->name, *word)));
    }
    return options;
}

static const char *shown(const struct screen *screen, const struct config_field *field, const json_t *config) {
    if (field->shape == CONFIG_SECRET) return "";
    if (field->shape == CONFIG_TEXT) return json_text(config, field->name);
    return lines_of(screen->op->arena, json_object_get(config, field->name));
}

void destination_fields(struct form *form, const struct destination_kind *kind, const json_t *config, bool has_secret) {
    const struct screen *screen = form->screen;
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct config_field *field = &kind->fields[i];
        bool secret = field->shape == CONFIG_SECRET;
        const char *stem = path_of(screen, "destination.%s.%s", kind->connector, field->name);
        const struct field_spec spec = {
            .name = secret ? "secret" : path_of(screen, "config.%s", field->name),
            .shape = field->input,
            .label = stem,
            .hint = secret && has_secret ? "settings.kept" : path_of(screen, "%s.hint", stem),
            .required = field->required && !(secret && has_secret),
            .max = TEXT_MAX,
            .autocomplete = secret ? "new-password" : NULL,
        };
        form_field(form, &spec, shown(screen, field, config), field->words == NULL ? NULL : menu_of(screen, field));
    }
}

/* --- what was typed --- */

static json_t *typed_value(const struct request *request, const struct config_field *field, const char *text) {
    if (field->shape == CONFIG_LIST) return lines_list(request->op->arena, text);
    if (field->shape == CONFIG_MAP) return lines_map(request->op->arena, text);
    return json_string(text);
}

json_t *destination_typed(const struct request *request, const struct destination_kind *kind, const json_t *before) {
    struct arena *arena = request->op->arena;
    json_t *config = before == NULL ? json_object() : json_deep_copy(before);
    json_push(json_arr(arena), config); /* released with the arena */
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct config_field *field = &kind->fields[i];
        const char *text = request_form(request, arena_printf(arena, "config.%s", field->name));
        if (field->shape == CONFIG_SECRET || text == NULL) continue;
        if (field->shape != CONFIG_LIST && str_blank(text)) json_object_del(config, field->name);
        else json_put(config, field->name, typed_value(request, field, text));
    }
    if (kind->preset != NULL) json_put_text(config, "preset", kind->preset);
    if (kind->portal) json_put_text(config, "portal", request->app->base_url);
    return config;
}
