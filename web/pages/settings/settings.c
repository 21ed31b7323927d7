/* 연결 설정: Slack, Jira, mail, SMS and the status page, one form each, made from the table of their fields
 * (connect/settings_fields.h). Names of fields are those of the API; a secret is never shown, only replaced or cleared.
 */
#include "pages/form_view.h"
#include "pages/lines.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/destination.h"
#include "connect/settings.h"
#include "connect/settings_fields.h"
#include "text/i18n.h"

static const char *const CONNECTIONS[] = { "slack", "jira", "smtp", "sms", "voice", "status" };
enum { CONNECTION_COUNT = sizeof CONNECTIONS / sizeof *CONNECTIONS };

/* Fields that need a word more than their label: settings.CONNECTION.FIELD.hint. */
static const char *const HINTED[] = { "slack.signing_secret",
                                      "slack.bot_token",
                                      "slack.channels",
                                      "slack.teams",
                                      "slack.unmapped",
                                      "slack.base_url",
                                      "jira.base_url",
                                      "jira.token",
                                      "jira.account",
                                      "jira.webhook_secret",
                                      "jira.automation_url",
                                      "jira.states",
                                      "jira.poll_minutes",
                                      "smtp.url",
                                      "smtp.from",
                                      "smtp.to",
                                      "voice.template",
                                      "voice.headers",
                                      "voice.authorization",
                                      "sms.template",
                                      "sms.headers",
                                      "sms.authorization",
                                      "sms.to",
                                      "status.title",
                                      "status.about",
                                      "status.contact_url",
                                      "status.time_zone" };

static const char *hint_of(const struct screen *screen, const char *connection, const struct setting_field *field) {
    const char *path = path_of(screen, "%s.%s", connection, field->name);
    for (size_t i = 0; i < sizeof HINTED / sizeof *HINTED; i++) {
        if (str_eq(HINTED[i], path)) return path_of(screen, "settings.%s.hint", path);
    }
    return NULL;
}

static bool hidden(const struct setting_field *field) {
    return field->shape == SHAPE_SECRET || field->shape == SHAPE_SECRET_URL;
}

static const char *clear_name(const struct op *op, const struct setting_field *field) {
    return arena_printf(op->arena, "%s.clear", field->name);
}

/* --- showing --- */

static enum field_shape shape_of(const struct setting_field *field) {
    switch (field->shape) {
    case SHAPE_SECRET:
    case SHAPE_SECRET_URL: return SHAPE_PASSWORD;
    case SHAPE_WORD: return SHAPE_SELECT;
    case SHAPE_TEXTS:
    case SHAPE_MAP: return SHAPE_AREA;
    case SHAPE_TEXT:
    case SHAPE_URL: break;
    }
    return field->multiline ? SHAPE_AREA : SHAPE_LINE;
}

static json_t *word_options(const struct screen *screen, const struct setting_field *field) {
    json_t *options = options_new();
    if (!field->required) option_add(options, "", say(screen, "settings.standard"));
    for (const char *const *word = field->words; *word != NULL; word++) {
        option_add(options, *word, say(screen, path_of(screen, "settings.word.%s.%s", field->name, *word)));
    }
    return options;
}

static const char *value_text(const struct screen *screen, const struct setting_field *field, json_t *value) {
    if (field->shape == SHAPE_TEXTS || field->shape == SHAPE_MAP) return lines_of(screen->op->arena, value);
    return hidden(field) ? "" : json_string_value(value);
}

static void add_field(struct form *form, const char *connection, const struct setting_field *field, json_t *shown) {
    const struct screen *screen = form->screen;
    json_t *value = json_object_get(shown, field->name);
    bool set = hidden(field) && json_is_true(json_object_get(value, "set"));
    const char *hint = set ? "settings.kept" : hint_of(screen, connection, field);
    bool lines = field->shape == SHAPE_TEXTS || field->shape == SHAPE_MAP;
    const struct field_spec spec = { .name = field->name,
                                     .shape = shape_of(field),
                                     .label = path_of(screen, "settings.%s.%s", connection, field->name),
                                     .hint = hint,
                                     .required = field->required && !set,
                                     .max = lines ? LINES_MAX : (int)field->max,
                                     .autocomplete = hidden(field) ? "new-password" : NULL };
    form_field(form, &spec, value_text(screen, field, value),
               field->shape == SHAPE_WORD ? word_options(screen, field) : NULL);
    if (!set || field->required) return;
    const struct field_spec clear = { .name = clear_name(screen->op, field),
                                      .shape = SHAPE_FLAG,
                                      .label = "settings.clear" };
    form_field(form, &clear, "", NULL);
}

static const char *title_of(const struct request *request, const char *connection) {
    return i18n_text(request->op->lang, arena_printf(request->op->arena, "settings.name.%s", connection));
}

struct finding { /* the destination that a connection keeps */
    const char *connection;
    int64_t id; /* 0: none, or switched off */
};

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct finding *finding = arg;
    struct destination_list list;
    if (!destination_list(tx, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct destination *d = &list.list[i];
        if (d->enabled && str_eq(destination_settings(d), finding->connection)) finding->id = d->id;
    }
    return true;
}

static void add_test(struct screen *screen, const char *connection) {
    struct finding finding = { .connection = connection };
    char id[ID_TEXT_SIZE];
    struct error err;
    if (!store_read(screen->op, find_tx, &finding, &err) || finding.id == 0) return;
    json_put_text(screen->view, "test_url", path_of(screen, "/destinations/%s/test", id_text(finding.id, id)));
}

static void show_form(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct error err;
    struct connect_setting setting;
    const char *connection = request_param(request, "name");
    if (!screen_open(request, response, "settings.title", &screen)) return;
    if (!connect_settings_show(request->op, connection, &setting, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *shown = setting.shown;
    const struct setting_kind *kind = setting_kind_find(connection);
    screen_title(&screen, title_of(request, connection));
    form_open(&screen, &form);
    for (size_t i = 0; i < kind->field_count; i++) add_field(&form, connection, &kind->fields[i], shown);
    form_action(&form, path_of(&screen, "/settings/%s", connection), "settings.save");
    form_version(&form, setting.version);
    if (refusal != NULL) form_errors(&form, refusal);
    const char *hook = json_text(shown, "hook");
    const char *base = request->app->base_url == NULL ? "" : request->app->base_url;
    json_put_text(screen.view, "heading", title_of(request, connection));
    json_put_text(screen.view, "lead", say(&screen, path_of(&screen, "settings.lead.%s", connection)));
    json_put_text(screen.view, "hook", hook == NULL ? NULL : path_of(&screen, "%s%s", base, hook));
    json_put_bool(screen.view, "sends", !str_eq(connection, "status"));
    json_put_bool(screen.view, "slack", str_eq(connection, "slack"));
    json_put_text(screen.view, "base", base);
    add_test(&screen, connection);
    if (refusal == NULL) screen_show(&screen, "pages/settings_form");
    else screen_refuse(&screen, "pages/settings_form", refusal);
}

static void page_form(struct request *request, struct response *response) {
    show_form(request, response, NULL);
}

/* Something was typed in, or kept sealed. */
static bool is_set_up(const struct setting_kind *kind, const json_t *shown) {
    for (size_t i = 0; i < kind->field_count; i++) {
        const json_t *value = json_object_get(shown, kind->fields[i].name);
        if (value == NULL) continue;
        if (!hidden(&kind->fields[i]) || json_is_true(json_object_get(value, "set"))) return true;
    }
    return false;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "settings.title", &screen)) return;
    json_t *rows = json_array();
    json_put(screen.view, "connections", rows);
    for (size_t i = 0; i < CONNECTION_COUNT; i++) {
        struct connect_setting setting;
        json_t *row = json_object();
        json_push(rows, row);
        if (!connect_settings_show(request->op, CONNECTIONS[i], &setting, &err)) {
            respond_error(request, response, &err);
            return;
        }
        bool set = is_set_up(setting_kind_find(CONNECTIONS[i]), setting.shown);
        json_put_text(row, "name", title_of(request, CONNECTIONS[i]));
        json_put_text(row, "lead", say(&screen, path_of(&screen, "settings.lead.%s", CONNECTIONS[i])));
        json_put_text(row, "url", path_of(&screen, "/settings/%s", CONNECTIONS[i]));
        json_put_text(row, "state", say(&screen, set ? "settings.set_up" : "settings.not_set_up"));
        json_put_text(row, "tone", set ? "good" : "quiet");
    }
    screen_show(&screen, "pages/settings");
}

/* --- saving --- */

/* NULL keeps a secret; "" clears. */
static json_t *typed_value(const struct request *request, const struct setting_field *field) {
    const char *text = request_form(request, field->name);
    if (hidden(field) && str_eq(request_form(request, clear_name(request->op, field)), "true")) return json_string("");
    if (hidden(field) && str_blank(text)) return NULL;
    if (text == NULL) return NULL;
    if (field->shape == SHAPE_TEXTS) return lines_list(request->op->arena, text);
    if (field->shape == SHAPE_MAP) return lines_map(request->op->arena, text);
    return json_string(text);
}

static void do_save(struct request *request, struct response *response) {
    struct error err;
    struct connect_setting saved;
    const char *connection = request_param(request, "name");
    const struct setting_kind *kind = setting_kind_find(connection);
    json_t *body = json_obj(request->op->arena);
    for (size_t i = 0; kind != NULL && i < kind->field_count; i++) {
        json_t *value = typed_value(request, &kind->fields[i]);
        if (value != NULL) json_put(body, kind->fields[i].name, value);
    }
    const struct connect_setting_edit edit = { body, request->app->base_url, form_typed_version(request) };
    if (connect_settings_save(request->op, connection, &edit, &saved, &err)) {
        respond_redirect_flash(request, response, arena_printf(request->op->arena, "/settings/%s", connection),
                               "flash.saved");
    } else if (kind == NULL || !screen_can_refuse(&err)) {
        respond_error(request, response, &err);
    } else {
        show_form(request, response, &err);
    }
}

static const struct route SETTINGS_LIST[] = {
    { HTTP_GET, "/settings", page_list, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/settings/:name", page_form, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/settings/:name", do_save, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table SETTINGS_PAGE_ROUTES = ROUTE_TABLE(SETTINGS_LIST);
