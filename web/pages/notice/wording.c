/* 표현 점검: the organisation's own words and examples, a sentence to try, and which findings are waived, so that rules
 * that are too strict are noticed (R-B6). */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "wording/gate.h"

#include <string.h>

enum { LINES_MAX = 20000, DAY_MS = 24 * 60 * 60 * 1000 };

#define LINES(name) \
    { name, SHAPE_AREA, "wording." name, "wording." name ".hint", false, LINES_MAX, NULL }
static const struct field_spec FLAG = LINES("flag");
static const struct field_spec ALLOW = LINES("allow");
static const struct field_spec ROLES = LINES("roles");
static const struct field_spec SYSTEMS = LINES("systems");
static const struct field_spec MUST_FLAG = LINES("must_flag");
static const struct field_spec MUST_PASS = LINES("must_pass");
static const char *const SOFT[] = { "judgement", "hindsight" };

/* --- showing --- */

static const char *joined(struct arena *arena, const char *const *lines) {
    struct buf text;
    buf_init(&text, arena, 4 * LINES_MAX);
    for (; *lines != NULL; lines++) buf_printf(&text, "%s\n", *lines);
    return text.data;
}

static const char *joined_terms(struct arena *arena, const struct wording_term *terms) {
    struct buf text;
    buf_init(&text, arena, 4 * LINES_MAX);
    for (; terms->term != NULL; terms++)
        buf_printf(&text, *terms->instead == '\0' ? "%s\n" : "%s = %s\n", terms->term, terms->instead);
    return text.data;
}

static bool contains(const char *const *words, const char *word) {
    for (; *words != NULL; words++) {
        if (str_eq(*words, word)) return true;
    }
    return false;
}

static bool add_form(struct screen *screen, const struct error *refusal, struct error *err) {
    struct wording_words words;
    struct form form;
    int64_t version;
    struct arena *arena = screen->op->arena;
    if (!wording_words_load(screen->op, &words, &version, err)) return false;
    form_open(screen, &form);
    form_field(&form, &FLAG, joined_terms(arena, words.flag), NULL);
    form_field(&form, &ALLOW, joined(arena, words.allow), NULL);
    form_field(&form, &ROLES, joined(arena, words.roles), NULL);
    form_field(&form, &SYSTEMS, joined(arena, words.systems), NULL);
    for (size_t i = 0; i < sizeof SOFT / sizeof *SOFT; i++) {
        const char *name = path_of(screen, "advise.%s", SOFT[i]);
        const struct field_spec spec = { .name = name,
                                         .shape = SHAPE_FLAG,
                                         .label = path_of(screen, "wording.%s", name) };
        form_field(&form, &spec, contains(words.advise, SOFT[i]) ? "true" : "", NULL);
    }
    form_field(&form, &MUST_FLAG, joined(arena, words.must_flag), NULL);
    form_field(&form, &MUST_PASS, joined(arena, words.must_pass), NULL);
    form_version(&form, version);
    form_action(&form, "/wording", "ui.save");
    if (refusal != NULL) form_errors(&form, refusal);
    return true;
}

static const char *category_name(const struct screen *screen, const char *category) {
    return say(screen, path_of(screen, "wording.category.%s", category));
}

static bool add_figures(struct screen *screen, struct error *err) {
    static const int SPANS[] = { 30, 90, 365 };
    struct waiver_figures figures;
    int64_t days = 30, wanted = 0;
    const char *typed = request_query(screen->request, "days");
    json_t *spans = json_array(), *rows = json_array();
    if (typed == NULL || !str_to_i64(typed, &wanted)) wanted = 0;
    for (size_t i = 0; i < 3; i++) {
        if (wanted == SPANS[i]) days = wanted;
    }
    for (size_t i = 0; i < 3; i++) {
        json_t *span = json_object();
        json_put_text(span, "label", say_count(screen, "wording.days", SPANS[i]));
        json_put_text(span, "url", path_of(screen, "/wording?days=%d", SPANS[i]));
        json_put_bool(span, "current", days == SPANS[i]);
        json_push(spans, span);
    }
    json_put(screen->view, "spans", spans);
    int64_t now = screen->op->now_ms;
    if (!waiver_figures(screen->op, now - days * DAY_MS, now + 1, &figures, err)) return false;
    for (size_t i = 0; i < figures.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "category", category_name(screen, figures.items[i].category));
        json_put_text(row, "rule", figures.items[i].rule);
        json_put_text(row, "count", path_of(screen, "%lld", (long long)figures.items[i].count));
        json_push(rows, row);
    }
    json_put(screen->view, "figures", rows);
    json_put_bool(screen->view, "some", figures.count > 0);
    return true;
}

static bool add_latest(struct screen *screen, struct error *err) {
    struct waiver_entries latest;
    json_t *rows = json_array();
    if (!waiver_latest(screen->op, &latest, err)) return false;
    for (size_t i = 0; i < latest.count; i++) {
        const struct waiver_entry *entry = &latest.items[i];
        json_t *row = json_object();
        json_put_text(row, "words", entry->words);
        json_put_text(row, "reason", entry->reason);
        json_put_text(row, "document", say(screen, path_of(screen, "wording.document.%s", entry->document)));
        json_put_text(row, "category", category_name(screen, entry->category));
        json_put_text(row, "person", entry->person);
        json_put(row, "at", view_instant(screen, entry->at));
        json_push(rows, row);
    }
    json_put(screen->view, "latest", rows);
    return true;
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "wording.title", &screen)) return;
    json_put(screen.view, "form", json_null());
    if ((screen_may(&screen, PERM_ADMIN) && !add_form(&screen, refusal, &err)) || !add_figures(&screen, &err) ||
        !add_latest(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (refusal == NULL) screen_show(&screen, "pages/wording");
    else screen_refuse(&screen, "pages/wording", refusal);
}

static void page(struct request *request, struct response *response) {
    show(request, response, NULL);
}

/* --- saving --- */

/* Lines without what surrounds them; empty ones do not count. */
static const char *const *typed_lines(struct request *request, const char *name) {
    struct arena *arena = request->op->arena;
    char **lines;
    const char *text = request_form(request, name);
    size_t count = str_split(arena, text == NULL ? "" : text, "\n", &lines), kept = 0;
    const char **out = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        const char *line = str_clean(arena, lines[i]);
        if (*line != '\0') out[kept++] = line;
    }
    return out;
}

static const struct wording_term *typed_terms(struct request *request) {
    struct arena *arena = request->op->arena;
    const char *const *lines = typed_lines(request, "flag");
    size_t count = 0;
    while (lines[count] != NULL) count++;
    struct wording_term *terms = ARENA_ARRAY(arena, count + 1, struct wording_term);
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(lines[i], '=');
        size_t len = equals == NULL ? strlen(lines[i]) : (size_t)(equals - lines[i]);
        terms[i].term = str_clean(arena, arena_strn(arena, lines[i], len));
        terms[i].instead = equals == NULL ? "" : str_clean(arena, equals + 1);
    }
    return terms;
}

static const char *const *typed_advise(struct request *request) {
    enum { COUNT = sizeof SOFT / sizeof *SOFT };
    const char **out = ARENA_ARRAY(request->op->arena, COUNT + 1, const char *);
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const char *name = arena_printf(request->op->arena, "advise.%s", SOFT[i]);
        if (str_eq(request_form(request, name), "true")) out[count++] = SOFT[i];
    }
    return out;
}

static void do_save(struct request *request, struct response *response) {
    struct error err;
    int64_t version = form_version_or(request, -1);
    const struct wording_words words = { .allow = typed_lines(request, "allow"),
                                         .roles = typed_lines(request, "roles"),
                                         .systems = typed_lines(request, "systems"),
                                         .flag = typed_terms(request),
                                         .advise = typed_advise(request),
                                         .must_flag = typed_lines(request, "must_flag"),
                                         .must_pass = typed_lines(request, "must_pass") };
    if (wording_words_save(request->op, &words, version, &err))
        respond_redirect_flash(request, response, "/wording", "flash.saved");
    else if (screen_can_refuse(&err)) show(request, response, &err);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/wording", page, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/wording", do_save, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table WORDING_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
