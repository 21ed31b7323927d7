/* 발송 대상: making, changing and deleting them; how a receiver checks our signature. */
#include "pages/settings/destination_kinds.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/destination.h"
#include "connect/explain.h"
#include "net/signature.h"
#include "work/worker.h"

#include <string.h>

struct showing { /* what a form is made of */
    const struct destination_kind *kind;
    const struct destination *destination; /* NULL: a new one */
    const struct error *refusal;
    const char *made; /* a secret made just now, shown this once */
};

static const struct field_spec NAME = {
    .name = "name", .label = "destination.name", .hint = "destination.name.hint", .required = true, .max = 60
};

/* --- the form --- */

static bool lists(const json_t *list, const char *word) {
    size_t at;
    const json_t *item;
    json_array_foreach(list, at, item) {
        if (str_eq(json_string_value(item), word)) return true;
    }
    return false;
}

static void add_check(json_t *checks, const char *name, const char *text, bool checked) {
    json_t *check = json_object();
    json_put_text(check, "name", name);
    json_put_text(check, "label", text);
    json_put_bool(check, "checked", checked);
    json_push(checks, check);
}

static bool offered(const char *topic) {
    for (size_t i = 0; i < TOPIC_CHOICE_COUNT; i++) {
        if (str_eq(TOPIC_CHOICES[i].pattern, topic)) return true;
    }
    return false;
}

/* What was ticked wins over what is kept. */
static bool ticked(const struct form *form, const char *name, const json_t *kept, const char *word) {
    if (!form->posted) return lists(kept, word);
    return request_form(form->screen->request, name) != NULL;
}

static void add_topics(const struct form *form, const json_t *kept) {
    const struct screen *screen = form->screen;
    json_t *checks = json_array();
    size_t at;
    const json_t *item;
    for (size_t i = 0; i < TOPIC_CHOICE_COUNT; i++) {
        const char *name = path_of(screen, "topic.%s", TOPIC_CHOICES[i].pattern);
        add_check(checks, name, say(screen, TOPIC_CHOICES[i].label),
                  ticked(form, name, kept, TOPIC_CHOICES[i].pattern));
    }
    json_array_foreach(kept, at, item) { /* those that programs chose stay, in plain sight */
        const char *topic = json_string_value(item);
        if (topic == NULL || offered(topic)) continue;
        const char *name = path_of(screen, "topic.%s", topic);
        add_check(checks, name, topic_label(screen->op->arena, screen->op->lang, topic),
                  ticked(form, name, kept, topic));
    }
    json_put(screen->view, "topics", checks);
}

static void add_severities(const struct form *form, const json_t *kept) {
    const struct screen *screen = form->screen;
    json_t *checks = json_array();
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const char *code = screen->policy->severities[i].code;
        const char *name = path_of(screen, "severity.%s", code);
        add_check(checks, name, code, ticked(form, name, kept, code));
    }
    json_put(screen->view, "severities", checks);
}

static void add_faults(const struct screen *screen) {
    const char *topics = NULL;
    for (const struct field_error *at = screen_faults(screen)->first; at != NULL; at = at->next) {
        if (str_eq(at->field, "topics")) topics = say(screen, "destination.topics.none");
    }
    json_put_text(screen->view, "topics_error", topics);
}

static const char *url_of(const struct screen *screen, const struct destination *d) {
    char id[ID_TEXT_SIZE];
    return path_of(screen, "/destinations/%s", id_text(d->id, id));
}

static void add_form(struct screen *screen, const struct showing *showing) {
    struct form form;
    const struct destination *d = showing->destination;
    form_open(screen, &form);
    form.posted = showing->refusal != NULL;
    form_field(&form, &NAME, d != NULL ? d->name : NULL, NULL);
    destination_fields(&form, showing->kind, d == NULL ? NULL : d->config, d != NULL && d->has_secret);
    add_topics(&form, d == NULL ? NULL : d->topics);
    add_severities(&form, d == NULL ? NULL : d->severities);
    add_faults(screen);
    form_action(&form, d == NULL ? "/destinations/new" : url_of(screen, d), "ui.save");
    form_text(&form, "cancel", "/deliveries");
    if (d == NULL) form_hidden(&form, "kind", showing->kind->name);
    else form_version(&form, d->version);
    if (showing->refusal != NULL) form_errors(&form, showing->refusal);
}

static void show_form(struct request *request, struct response *response, const struct showing *showing) {
    struct screen screen;
    const struct destination *d = showing->destination;
    if (!screen_open(request, response, "destination.new", &screen)) return;
    const char *kind = label(&screen, "destination_kind", showing->kind->name);
    if (d != NULL) screen_title(&screen, d->name);
    json_put_text(screen.view, "heading", d == NULL ? kind : d->name);
    json_put_text(screen.view, "kind", kind);
    json_put_text(screen.view, "lead", say(&screen, path_of(&screen, "destination.lead.%s", showing->kind->name)));
    json_put_bool(screen.view, "webhook", str_eq(showing->kind->name, "webhook"));
    json_put_text(screen.view, "made", showing->made);
    json_put_text(screen.view, "url", d == NULL ? NULL : url_of(&screen, d));
    json_put_text(screen.view, "version", d == NULL ? NULL : path_of(&screen, "%lld", (long long)d->version));
    json_put_bool(screen.view, "enabled", d != NULL && d->enabled);
    add_form(&screen, showing);
    if (showing->refusal == NULL) screen_show(&screen, "pages/destination");
    else screen_refuse(&screen, "pages/destination", showing->refusal);
}

/* --- new ones --- */

static void show_kinds(struct request *request, struct response *response) {
    struct screen screen;
    json_t *kinds = json_array();
    if (!screen_open(request, response, "destination.new", &screen)) return;
    for (size_t i = 0; i < DESTINATION_KIND_COUNT; i++) {
        if (!DESTINATION_KINDS[i].offered) continue;
        const char *name = DESTINATION_KINDS[i].name;
        json_t *kind = json_object();
        json_put_text(kind, "url", path_of(&screen, "/destinations/new?kind=%s", name));
        json_put_text(kind, "name", label(&screen, "destination_kind", name));
        json_put_text(kind, "lead", say(&screen, path_of(&screen, "destination.lead.%s", name)));
        json_push(kinds, kind);
    }
    json_put(screen.view, "kinds", kinds);
    screen_show(&screen, "pages/destination_kinds");
}

static void page_new(struct request *request, struct response *response) {
    const struct destination_kind *kind = destination_kind_named(request_query(request, "kind"));
    if (kind == NULL || !kind->offered) show_kinds(request, response);
    else show_form(request, response, &(struct showing){ .kind = kind });
}

static json_t *ticked_words(const struct request *request, const char *prefix) {
    json_t *list = json_arr(request->op->arena);
    size_t len = strlen(prefix);
    for (const struct http_pair *pair = request->form; pair != NULL && pair->name != NULL; pair++) {
        if (strncmp(pair->name, prefix, len) == 0) json_push(list, json_string(pair->name + len));
    }
    return list;
}

static struct destination_input typed(const struct request *request, const struct destination_kind *kind,
                                      const struct destination *before) {
    const json_t *severities = ticked_words(request, "severity.");
    const char *secret = request_form(request, "secret");
    return (struct destination_input){ .name = request_form(request, "name"),
                                       .connector = kind->connector,
                                       .topics = ticked_words(request, "topic."),
                                       .severities = json_array_size(severities) == 0 ? NULL : severities,
                                       .config =
                                           destination_typed(request, kind, before == NULL ? NULL : before->config),
                                       .secret = str_blank(secret) ? NULL : secret,
                                       .enabled = before == NULL || before->enabled };
}

struct reading {
    int64_t id;
    struct destination destination;
};

static bool read_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return destination_get(tx, reading->id, &reading->destination, err);
}

static bool read_one(struct request *request, struct reading *reading, struct error *err) {
    if (!id_parse(request_param(request, "id"), &reading->id)) {
        return ERROR(err, ERR_NOT_FOUND, "destination.unknown", "not an id");
    }
    return store_read(request->op, read_tx, reading, err);
}

static void do_create(struct request *request, struct response *response) {
    const struct destination_kind *kind = destination_kind_named(request_form(request, "kind"));
    struct reading reading = { 0 };
    struct error err;
    if (kind == NULL || !kind->offered) {
        show_kinds(request, response);
        return;
    }
    struct destination_input input = typed(request, kind, NULL);
    bool make = str_eq(kind->name, "webhook") && input.secret == NULL;
    if (make) input.secret = signature_new_secret(request->op->arena);
    if (!destination_create(request->op, &input, &reading.id, &err)) {
        if (screen_can_refuse(&err)) show_form(request, response, &(struct showing){ .kind = kind, .refusal = &err });
        else respond_error(request, response, &err);
    } else if (!make) {
        respond_redirect_flash(request, response, "/deliveries", "flash.saved");
    } else if (store_read(request->op, read_tx, &reading, &err)) {
        show_form(request, response,
                  &(struct showing){ .kind = kind, .destination = &reading.destination, .made = input.secret });
    } else {
        respond_error(request, response, &err);
    }
}

/* --- one that is there --- */

static void page_one(struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    if (!read_one(request, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct destination *d = &reading.destination;
    const struct destination_kind *kind = destination_kind_of(d);
    const char *settings = destination_settings(d);
    if (settings != NULL) {
        respond_redirect(response, arena_printf(request->op->arena, "/settings/%s", settings));
    } else if (kind == NULL) {
        (void)ERROR(&err, ERR_NOT_FOUND, "destination.unknown", "no form shows %s", d->connector);
        respond_error(request, response, &err);
    } else {
        show_form(request, response, &(struct showing){ .kind = kind, .destination = d });
    }
}

static void do_update(struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    if (!read_one(request, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct destination *d = &reading.destination;
    const struct destination_kind *kind = destination_settings(d) != NULL ? NULL : destination_kind_of(d);
    if (kind == NULL) {
        (void)ERROR(&err, ERR_CONFLICT, "destination.kept", "%s", d->name);
        respond_error(request, response, &err);
        return;
    }
    struct destination_input input = typed(request, kind, d);
    const char *version = request_form(request, "version");
    if (version != NULL) (void)str_to_i64(version, &input.version);
    if (destination_update(request->op, d->id, &input, &err)) {
        if (request->app->worker != NULL) worker_reset_breaker(request->app->worker, d->id);
        respond_redirect_flash(request, response, "/deliveries", "flash.saved");
    } else if (screen_can_refuse(&err)) {
        show_form(request, response, &(struct showing){ .kind = kind, .destination = d, .refusal = &err });
    } else {
        respond_error(request, response, &err);
    }
}

static void do_delete(struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    int64_t version = 0;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    if (read_one(request, &reading, &err) && destination_delete(request->op, reading.id, version, NULL, &err)) {
        respond_redirect_flash(request, response, "/deliveries", "flash.removed");
    } else {
        respond_error(request, response, &err);
    }
}

#define SEE CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/destinations/new", page_new, PERM_ADMIN, SEE },
    { HTTP_POST, "/destinations/new", do_create, PERM_ADMIN, WRITE },
    { HTTP_GET, "/destinations/:id", page_one, PERM_ADMIN, SEE },
    { HTTP_POST, "/destinations/:id", do_update, PERM_ADMIN, WRITE },
    { HTTP_POST, "/destinations/:id/delete", do_delete, PERM_ADMIN, WRITE },
};
const struct route_table DESTINATION_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
