/* Screen: see screen.h. */
#include "pages/screen.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/urlenc.h"
#include "people/user.h"
#include "text/i18n.h"
#include "text/when.h"

#include <stdarg.h>
#include <string.h>

enum { SOON_MS = 5 * 60 * 1000, URL_MAX = 8192 };

bool screen_open(struct request *request, struct response *response, const char *title, struct screen *out) {
    struct error err;
    *out =
        (struct screen){ .request = request, .response = response, .op = request->op, .faults = request->op->fields };
    request->op->fields = (struct field_errors){ 0 };
    bool inside = actor_may(out->op->actor, PERM_READ); /* the log-in page has no policy to show */
    if (!organisation_load(out->op, &out->organisation, &err) ||
        (inside && !policy_load(out->op, 0, &out->policy, &err))) {
        respond_error(request, response, &err);
        return false;
    }
    out->view = json_obj(out->op->arena);
    screen_title(out, say(out, title));
    json_put_text(out->view, "now", when_rfc3339(out->op->arena, out->op->now_ms));
    json_put_bool(out->view, "may_respond", screen_may(out, PERM_RESPOND));
    json_put_bool(out->view, "may_service", screen_may(out, PERM_SERVICE));
    json_put_bool(out->view, "may_admin", screen_may(out, PERM_ADMIN));
    json_put(out->view, "errors", json_null());
    json_put(out->view, "pages", json_null());
    return true;
}

void screen_title(struct screen *screen, const char *title) {
    json_put_text(screen->view, "title", title);
}

void screen_show(struct screen *screen, const char *template) {
    respond_page(screen->request, screen->response, 200, template, screen->view);
}

bool screen_can_refuse(const struct error *err) {
    return err->kind == ERR_INVALID || err->kind == ERR_CONFLICT || err->kind == ERR_STALE || err->kind == ERR_LIMIT;
}

void screen_refuse(struct screen *screen, const char *template, const struct error *err) {
    if (!screen_can_refuse(err)) {
        respond_error(screen->request, screen->response, err);
        return;
    }
    respond_page(screen->request, screen->response, error_class(err->kind)->http_status, template, screen->view);
}

bool screen_may(const struct screen *screen, enum permission permission) {
    return actor_may(screen->op->actor, permission);
}

const struct field_errors *screen_faults(const struct screen *screen) {
    return screen->faults.count > 0 ? &screen->faults : &screen->op->fields;
}

const char *say(const struct screen *screen, const char *key) {
    return i18n_text(screen->op->lang, key);
}

const char *label(const struct screen *screen, const char *group, const char *name) {
    if (name == NULL) return "";
    return say(screen, arena_printf(screen->op->arena, "label.%s.%s", group, name));
}

const char *say_count(const struct screen *screen, const char *key, int64_t count) {
    struct arena *arena = screen->op->arena;
    const char *number = arena_printf(arena, "%lld", (long long)count);
    const char *one = arena_printf(arena, "%s_one", key);
    if (count == 1 && i18n_find(screen->op->lang, one) != NULL) key = one;
    return i18n_format(screen->op->lang, arena, key, I18N_ARGS({ "count", number }));
}

const char *initial_of(const struct screen *screen, const char *name) {
    uint32_t code_point = 0;
    if (name == NULL) return "";
    return arena_strn(screen->op->arena, name, utf8_next(name, strlen(name), &code_point));
}

const char *path_of(const struct screen *screen, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *path = arena_vprintf(screen->op->arena, format, args);
    va_end(args);
    return path;
}

json_t *view_instant(const struct screen *screen, int64_t ms) {
    struct arena *arena = screen->op->arena;
    if (ms == 0) return json_null();
    json_t *instant = json_object();
    json_put_text(instant, "iso", when_rfc3339(arena, ms));
    json_put_text(instant, "text", when_minute(arena, screen->organisation.tz, ms));
    json_put_text(instant, "ago", when_relative(arena, screen->op->lang, screen->op->now_ms, ms));
    return instant;
}

json_t *view_until(const struct screen *screen, int64_t ms) {
    struct arena *arena = screen->op->arena;
    const struct i18n *lang = screen->op->lang;
    if (ms == 0) return json_null();
    int64_t now = screen->op->now_ms;
    bool late = ms < now;
    const char *span = late ? when_duration(arena, lang, ms, now) : when_duration(arena, lang, now, ms);
    const char *words = say(screen, late ? "ui.late" : "ui.left");
    const char *hole = strchr(words, '%');
    const char *left =
        hole == NULL ? words : arena_printf(arena, "%.*s%s%s", (int)(hole - words), words, span, hole + 1);
    json_t *until = json_object();
    json_put_text(until, "iso", when_rfc3339(arena, ms));
    json_put_text(until, "text", when_minute(arena, screen->organisation.tz, ms));
    json_put_text(until, "left", left);
    json_put_text(until, "tone", late ? "due-late" : ms - now < SOON_MS ? "due-soon" : "");
    return until;
}

/* P0 … P4 keep their own colour in every policy; other schemes are coloured by rank. */
static int severity_level(const struct policy_severity *severity, const char *code) {
    if (code[0] == 'P' && code[1] >= '0' && code[1] <= '4' && code[2] == '\0') return code[1] - '0';
    int rank = severity == NULL ? 4 : severity->rank + 1;
    return rank > 4 ? 4 : rank;
}

json_t *view_severity(const struct screen *screen, const char *code) {
    const struct policy_severity *severity = policy_severity(screen->policy, code);
    int level = severity_level(severity, code);
    json_t *view = json_object();
    json_put_text(view, "code", code);
    json_put_text(view, "label", severity == NULL ? code : policy_say(&severity->name, screen->op->lang));
    json_put_text(view, "level", path_of(screen, "%d", level));
    json_put_text(view, "fires", path_of(screen, "%d", 5 - level));
    return view;
}

json_t *view_state(const struct screen *screen, enum incident_state state) {
    static const char *const TONE[INCIDENT_STATE_COUNT] = {
        [INCIDENT_OPEN] = "bad",       [INCIDENT_ACKNOWLEDGED] = "warn", [INCIDENT_MITIGATING] = "accent",
        [INCIDENT_RECOVERED] = "good", [INCIDENT_CLOSED] = "",           [INCIDENT_FALSE_ALARM] = "",
        [INCIDENT_MERGED] = "",
    };
    json_t *view = json_object();
    json_put_text(view, "name", incident_state_name(state));
    json_put_text(view, "label", label(screen, "state", incident_state_name(state)));
    json_put_text(view, "tone", TONE[state]);
    return view;
}

const char *incident_url(const struct screen *screen, const char *ref) {
    return path_of(screen, "/incidents/%s", ref);
}

/* How long it has lasted or did last; "" if the end is not known. */
static const char *elapsed(const struct screen *screen, const struct incident *incident) {
    int64_t until = incident->phase_at[PHASE_RECOVERED];
    if (incident_is_open(incident->state)) until = screen->op->now_ms;
    if (until == 0) return "";
    return when_duration(screen->op->arena, screen->op->lang, incident_begin(incident), until);
}

json_t *view_incident_row(const struct screen *screen, const struct incident *incident) {
    json_t *row = json_object();
    json_put_text(row, "ref", incident->ref);
    json_put_text(row, "url", incident_url(screen, incident->ref));
    json_put_text(row, "title", incident_headline(incident));
    json_put(row, "severity", view_severity(screen, incident->severity));
    json_put(row, "state", view_state(screen, incident->state));
    bool marked = incident->kind != INCIDENT_NORMAL;
    json_put_text(row, "drill", marked ? label(screen, "kind", incident_kind_name(incident->kind)) : NULL);
    json_put_text(row, "service", incident->service_name);
    json_put(row, "started", view_instant(screen, incident_begin(incident)));
    json_put_text(row, "elapsed", elapsed(screen, incident));
    json_put_bool(row, "running", incident_is_live(incident));
    return row;
}

void view_people(const struct screen *screen) {
    struct user_query query = { .limit = USER_PAGE_MAX };
    struct user_list list;
    struct error ignored;
    json_t *people = json_array();
    json_put(screen->view, "people", people);
    if (!user_list(screen->op, &query, &list, &ignored)) return;
    for (size_t i = 0; i < list.count; i++) {
        json_t *person = json_object();
        json_put_text(person, "login", list.items[i].login);
        json_put_text(person, "name", list.items[i].name);
        json_put_bool(person, "me", list.items[i].id == screen->op->actor->user_id);
        json_push(people, person);
    }
}

static void add_query(const struct screen *screen, struct buf *url) {
    char mark = '?';
    for (const struct http_pair *pair = screen->request->query; pair != NULL && pair->name != NULL; pair++) {
        if (str_eq(pair->name, "cursor") || *pair->value == '\0') continue;
        buf_putc(url, mark);
        urlenc_add(url, pair->name);
        buf_putc(url, '=');
        urlenc_add(url, pair->value);
        mark = '&';
    }
    buf_putc(url, mark);
}

json_t *view_pages(const struct screen *screen, const char *cursor) {
    const char *here = request_query(screen->request, "cursor");
    if (cursor == NULL && here == NULL) return json_null();
    struct buf first, next;
    buf_init(&first, screen->op->arena, URL_MAX);
    buf_puts(&first, screen->request->path);
    add_query(screen, &first);
    buf_init(&next, screen->op->arena, URL_MAX);
    buf_puts(&next, first.data);
    buf_puts(&next, "cursor=");
    if (cursor != NULL) urlenc_add(&next, cursor);
    json_t *pages = json_object();
    json_put_text(pages, "first", here == NULL ? NULL : arena_strn(screen->op->arena, first.data, first.len - 1));
    json_put_text(pages, "next", cursor == NULL ? NULL : next.data);
    return pages;
}

void view_fact(const struct screen *screen, json_t *facts, const char *label_key, const char *value) {
    if (value == NULL || *value == '\0') return;
    json_t *fact = json_object();
    json_put_text(fact, "label", say(screen, label_key));
    json_put_text(fact, "value", value);
    json_push(facts, fact);
}
