/* 감사 기록: who changed what, newest first (R-I2). */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger_read.h"
#include "text/i18n.h"

#include <string.h>

enum { ENTRIES_SHOWN = 50 };

/* "서비스 추가" for service.added; NULL where there are no words for it. */
static const char *words_of(const struct screen *screen, const char *action) {
    const struct i18n *lang = screen->op->lang;
    const char *whole = i18n_find(lang, path_of(screen, "audit_page.what.%s", action));
    const char *dot = strchr(action, '.');
    if (whole != NULL || dot == NULL) return whole;
    const char *subject = i18n_find(lang, path_of(screen, "audit_page.subject.%.*s", (int)(dot - action), action));
    const char *verb = i18n_find(lang, path_of(screen, "audit_page.verb.%s", dot + 1));
    return subject == NULL || verb == NULL ? NULL : path_of(screen, "%s %s", subject, verb);
}

static json_t *entry_view(const struct screen *screen, const struct audit_entry *entry) {
    json_t *row = json_object();
    json_put(row, "at", view_instant(screen, entry->at));
    json_put_text(row, "who", entry->actor_login);
    json_put_text(row, "kind", label(screen, "actor", entry->actor_kind));
    json_put_text(row, "remote", entry->remote);
    json_put_text(row, "words", words_of(screen, entry->action));
    json_put_text(row, "action", entry->action);
    json_put_text(row, "subject", entry->subject);
    json_put_text(row, "detail", str_eq(entry->detail, "{}") ? NULL : entry->detail);
    return row;
}

static void add_filter(const struct screen *screen, const char *name) {
    const char *value = request_query(screen->request, name);
    json_t *filter = json_object();
    json_put_text(filter, "id", path_of(screen, "filter-%s", name));
    json_put_text(filter, "name", name);
    json_put_text(filter, "label", say(screen, path_of(screen, "audit_page.%s", name)));
    json_put_text(filter, "value", value == NULL ? "" : value);
    json_push(json_object_get(screen->view, "filters"), filter);
    if (!str_blank(value)) json_put_bool(screen->view, "filtered", true);
}

static const char *given(const struct request *request, const char *name) {
    const char *value = request_query(request, name);
    return str_blank(value) ? NULL : value;
}

struct audit_reading {
    struct audit_filter filter;
    struct audit_page page;
};

static bool read_audit(struct tx *tx, void *arg, struct error *err) {
    struct audit_reading *reading = arg;
    return audit_list(tx, &reading->filter, &reading->page, err);
}

static void page_audit(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    struct audit_reading reading = { .filter = { .actor = given(request, "actor"),
                                                 .action = given(request, "action"),
                                                 .subject = given(request, "subject"),
                                                 .limit = ENTRIES_SHOWN } };
    const struct audit_page *page = &reading.page;
    const char *cursor = request_query(request, "cursor");
    if (cursor != NULL) (void)id_parse(cursor, &reading.filter.before_id);
    if (!screen_open(request, response, "audit_page.title", &screen)) return;
    bool good = store_read(request->op, read_audit, &reading, &err);
    if (!good && err.kind != ERR_INVALID) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < page->count; i++) json_push(rows, entry_view(&screen, &page->list[i]));
    json_put(screen.view, "entries", rows);
    json_put(screen.view, "filters", json_array());
    json_put_bool(screen.view, "filtered", false);
    add_filter(&screen, "actor");
    add_filter(&screen, "action");
    add_filter(&screen, "subject");
    char id[ID_TEXT_SIZE];
    const char *next = page->more ? id_text(page->list[page->count - 1].id, id) : NULL;
    json_put(screen.view, "pages", view_pages(&screen, next));
    if (good) {
        screen_show(&screen, "pages/audit");
        return;
    }
    filter_errors(&screen, "audit_page", "filter-", &err);
    screen_refuse(&screen, "pages/audit", &err);
}

static const struct route AUDIT_LIST[] = {
    { HTTP_GET, "/audit", page_audit, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table AUDIT_ROUTES = ROUTE_TABLE(AUDIT_LIST);
