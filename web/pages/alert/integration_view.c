/* Integrations for the eye: see integration_view.h. */
#include "pages/alert/integration_view.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { TEXT_BYTES = 8192 };

const char *integration_url(const struct screen *screen, const struct integration *integration) {
    char id[ID_TEXT_SIZE];
    return path_of(screen, "/integrations/%s", id_text(integration->id, id));
}

bool integration_of_path(struct request *request, struct response *response, struct integration *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (integration_find(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

int64_t integration_typed_version(const struct request *request) {
    int64_t version = -1;
    const char *typed = request_form(request, "version");
    if (typed != NULL) (void)str_to_i64(typed, &version);
    return version;
}

void integration_crumb(const struct screen *screen, const struct integration *integration) {
    bool heartbeat = integration != NULL && integration->kind == INTEGRATION_HEARTBEAT;
    json_t *crumb = json_object();
    json_put_text(crumb, "url", integration == NULL ? "/integrations" : integration_url(screen, integration));
    json_put_text(crumb, "label",
                  integration == NULL ? say(screen, heartbeat ? "heartbeat.title" : "integration.title")
                                      : integration->name);
    json_put(screen->view, "crumb", crumb);
}

static const char *kind_name(const struct screen *screen, const struct integration *integration) {
    return say(screen, path_of(screen, "integration.kind.%s", integration_kind_name(integration->kind)));
}

/* --- heartbeats --- */

static const char *span(const struct screen *screen, int64_t seconds) {
    return when_duration(screen->op->arena, screen->op->lang, 0, seconds * 1000);
}

static void add_beat(const struct screen *screen, const struct integration *g, json_t *row) {
    static const char *const TONES[] = { "", "good", "warn", "bad", "" };
    enum heartbeat_state state = heartbeat_state_at(g, screen->op->now_ms);
    json_put_text(row, "state", say(screen, path_of(screen, "heartbeat.state.%s", heartbeat_state_name(state))));
    json_put_text(row, "tone", TONES[state]);
    json_put_text(row, "every", span(screen, g->beat_seconds));
    json_put_text(row, "grace", g->grace_seconds == 0 ? say(screen, "ui.none") : span(screen, g->grace_seconds));
    json_put(row, "seen", view_instant(screen, g->beat_at));
    int64_t next = g->beat_at == 0 || !g->enabled ? 0 : g->beat_at + g->beat_seconds * 1000;
    json_put(row, "next", view_until(screen, next));
}

json_t *integration_row_view(const struct screen *screen, const struct integration *g) {
    json_t *row = json_object();
    json_put_text(row, "name", g->name);
    json_put_text(row, "url", integration_url(screen, g));
    json_put_text(row, "kind", kind_name(screen, g));
    json_put_text(row, "service", g->service_name);
    json_put_bool(row, "enabled", g->enabled);
    json_put_text(row, "received", say_count(screen, "integration.received", g->received));
    json_put_text(row, "refused", g->refused == 0 ? NULL : say_count(screen, "integration.refused", g->refused));
    const char *state = !g->enabled ? "off" : g->received + g->refused == 0 ? "silent" : "heard";
    json_put_text(row, "state", say(screen, path_of(screen, "integration.state.%s", state)));
    json_put_text(row, "tone", str_eq(state, "heard") ? "good" : "");
    if (g->kind == INTEGRATION_HEARTBEAT) add_beat(screen, g, row);
    return row;
}

/* --- rules --- */

json_t *rule_conditions(const struct screen *screen, const json_t *rule) {
    size_t at;
    const json_t *match;
    json_t *lines = json_array();
    json_array_foreach(json_object_get(rule, "match"), at, match) {
        const char *comparison = json_text(match, "op");
        json_push(lines, json_string(path_of(screen, "%s %s %s", json_text(match, "label"),
                                             comparison == NULL ? "=" : comparison, json_text(match, "value"))));
    }
    return lines;
}

const char *rule_deed(const struct screen *screen, const json_t *rule) {
    struct buf text;
    const char *severity = json_text(rule, "severity"), *service = json_text(rule, "service");
    buf_init(&text, screen->op->arena, TEXT_BYTES);
    buf_puts(&text, say(screen, path_of(screen, "integration.do.%s", json_text(rule, "do"))));
    if (!str_blank(severity)) buf_printf(&text, " · %s", severity);
    if (!str_blank(service)) buf_printf(&text, " · %s", service);
    return text.data;
}

static void add_rules(const struct screen *screen, const struct integration *g) {
    struct error ignored;
    json_t *rules, *rows = json_array();
    size_t at;
    const json_t *rule;
    if (json_parse(screen->op->arena, g->rules, strlen(g->rules), &rules, &ignored)) {
        json_array_foreach(rules, at, rule) {
            json_t *row = json_object();
            json_put_text(row, "number", path_of(screen, "%zu", at + 1));
            json_put(row, "conditions", rule_conditions(screen, rule));
            json_put_text(row, "deed", rule_deed(screen, rule));
            json_put_text(row, "url", path_of(screen, "%s/rules/%zu", integration_url(screen, g), at));
            json_put_bool(row, "first", at == 0);
            json_push(rows, row);
        }
    }
    json_put(screen->view, "rules", rows);
}

/* --- receipts --- */

static void add_part(const struct screen *screen, struct buf *text, const char *key, int64_t count) {
    if (count == 0) return;
    if (text->len > 0) buf_puts(text, ", ");
    buf_puts(text, say_count(screen, path_of(screen, "integration.count.%s", key), count));
}

static const char *receipt_text(const struct screen *screen, const struct receipt *r) {
    struct buf text;
    buf_init(&text, screen->op->arena, TEXT_BYTES);
    if (r->reason != NULL) {
        buf_puts(&text, say(screen, path_of(screen, "integration.reason.%s", r->reason)));
        return text.data;
    }
    add_part(screen, &text, "opened", r->result.opened);
    add_part(screen, &text, "repeated", r->result.repeated);
    add_part(screen, &text, "resolved", r->result.resolved);
    add_part(screen, &text, "acknowledged", r->result.acknowledged);
    add_part(screen, &text, "stale", r->result.stale);
    add_part(screen, &text, "declared", r->result.declared);
    add_part(screen, &text, "attached", r->result.attached);
    add_part(screen, &text, "hidden", r->hidden);
    add_part(screen, &text, "malformed", r->malformed);
    if (text.len == 0) buf_puts(&text, say(screen, "integration.count.nothing"));
    return text.data;
}

static bool add_receipts(const struct screen *screen, const struct integration *g, struct error *err) {
    struct receipt_list list;
    json_t *rows = json_array();
    if (!receipt_list(screen->op, g->id, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct receipt *r = &list.items[i];
        const char *result = r->reason != NULL ? "refused" : r->malformed > 0 ? "partial" : "accepted";
        json_t *row = json_object();
        json_put(row, "at", view_instant(screen, r->at));
        json_put_text(row, "result", say(screen, path_of(screen, "integration.result.%s", result)));
        json_put_text(row, "tone", r->reason != NULL ? "bad" : r->malformed > 0 ? "warn" : "good");
        json_put_text(row, "text", receipt_text(screen, r));
        json_put_text(row, "detail", r->detail);
        json_push(rows, row);
    }
    json_put(screen->view, "receipts", rows);
    return true;
}

/* --- the page --- */

static void add_facts(const struct screen *screen, const struct integration *g) {
    json_t *facts = json_array();
    bool heartbeat = g->kind == INTEGRATION_HEARTBEAT;
    view_fact(screen, facts, "integration.field.kind", kind_name(screen, g));
    if (heartbeat) {
        view_fact(screen, facts, "heartbeat.every", span(screen, g->beat_seconds));
        view_fact(screen, facts, "heartbeat.grace",
                  g->grace_seconds == 0 ? say(screen, "ui.none") : span(screen, g->grace_seconds));
        view_fact(screen, facts, "heartbeat.seen",
                  g->beat_at == 0 ? say(screen, "heartbeat.never")
                                  : when_minute(screen->op->arena, screen->organisation.tz, g->beat_at));
    }
    view_fact(screen, facts, "integration.field.service", g->service_name);
    view_fact(screen, facts, "integration.field.severity", g->severity);
    if (!heartbeat) {
        view_fact(screen, facts, "integration.field.group_minutes",
                  when_minutes(screen->op->arena, screen->op->lang, g->group_minutes));
    }
    view_fact(screen, facts, "integration.received_so_far", path_of(screen, "%lld", (long long)g->received));
    view_fact(screen, facts, "integration.refused_so_far", path_of(screen, "%lld", (long long)g->refused));
    json_put(screen->view, "facts", facts);
}

static void add_sender(const struct screen *screen, const struct integration *g, const char *secret) {
    const struct app *app = screen->request->app;
    json_t *sender = json_object();
    for (enum integration_kind kind = INTEGRATION_ALERTMANAGER; kind < INTEGRATION_KIND_COUNT; kind++) {
        json_put_bool(sender, integration_kind_name(kind), g->kind == kind);
    }
    json_put_text(sender, "url", path_of(screen, "%s%s", app->base_url, integration_path(screen->op->arena, g)));
    json_put_text(sender, "key", g->key);
    json_put_bool(sender, "guarded", g->secret != NULL);
    json_put_text(sender, "secret", secret != NULL ? secret : say(screen, "integration.your_secret"));
    json_put(screen->view, "sender", sender);
}

static bool page_view(struct screen *screen, const struct integration *g, const char *secret, struct error *err) {
    bool heartbeat = g->kind == INTEGRATION_HEARTBEAT;
    screen_title(screen, g->name);
    json_put(screen->view, "integration", integration_row_view(screen, g));
    json_put_text(screen->view, "version", path_of(screen, "%lld", (long long)g->version));
    json_put_text(screen->view, "secret", secret);
    json_put_bool(screen->view, "heartbeat", heartbeat);
    json_put_bool(screen->view, "messages", !heartbeat);
    json_put_bool(screen->view, "rotates", !heartbeat && g->kind != INTEGRATION_PAGERDUTY);
    add_sender(screen, g, secret);
    add_facts(screen, g);
    add_rules(screen, g);
    return add_receipts(screen, g, err);
}

void integration_show(struct request *request, struct response *response, const struct integration *g,
                      const char *secret) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "integration.title", &screen)) return;
    if (page_view(&screen, g, secret, &err)) screen_show(&screen, "pages/integration");
    else respond_error(request, response, &err);
}

void integration_done(struct request *request, struct response *response, const struct integration *g,
                      const char *flash) {
    respond_redirect_flash(request, response, integration_url(&(struct screen){ .op = request->op }, g), flash);
}

/* --- trying a message out --- */

json_t *verdict_view(const struct screen *screen, const struct alert_event *event,
                     const struct alert_verdict *verdict) {
    bool opened = str_eq(verdict->result, "opened");
    json_t *row = json_object();
    json_put_text(row, "title", event->title);
    json_put_text(row, "state", label(screen, "alert_state", alert_state_name(event->state)));
    json_put_text(row, "tone", event->state == ALERT_FIRING ? "bad" : "");
    json_put(row, "severity", verdict->severity == NULL ? json_null() : view_severity(screen, verdict->severity));
    json_put_text(row, "service", verdict->service);
    json_put_text(row, "result",
                  say(screen, path_of(screen, opened ? "integration.outcome.%s" : "integration.verdict.%s",
                                      opened ? verdict->outcome : verdict->result)));
    const char *rule = NULL;
    if (opened && verdict->rule < 0) rule = say(screen, "integration.no_rule_matched");
    if (opened && verdict->rule >= 0) rule = say_count(screen, "integration.rule_matched", verdict->rule + 1);
    json_put_text(row, "rule", rule);
    json_put_text(row, "ref", verdict->incident_ref);
    const char *ref = verdict->incident_ref;
    json_put_text(row, "url", ref == NULL ? NULL : incident_url(screen, ref));
    return row;
}
