/* Navigation: one table; a room adds its line when it gets a screen. */
#include "pages/frame.h"

#include "base/json.h"
#include "base/log.h"
#include "base/memo.h"
#include "base/str.h"
#include "text/i18n.h"
#include "view/template.h"

#include <pthread.h>
#include <string.h>

static const struct entry {
    const char *group, *name; /* message keys nav.GROUP, nav.NAME */
    const char *url, *icon;
    const char *key; /* keyboard, "" for none */
    enum permission permission;
    const char *also; /* other addresses that belong to it, separated by spaces, or NULL */
} ENTRIES[] = {
    { "respond", "home", "/", "flame", "g o", PERM_READ, NULL },
    { "respond", "incidents", "/incidents", "list", "g i", PERM_READ, NULL },
    { "respond", "alerts", "/alerts", "bell", "g e", PERM_READ, NULL },
    { "respond", "oncall", "/oncall", "calendar", "g d", PERM_READ, "/holidays" },
    { "respond", "notices", "/notices", "megaphone", "g n", PERM_READ, NULL },
    { "respond", "maintenance", "/maintenance", "clock", "g m", PERM_READ, NULL },
    { "respond", "intake", "/intake", "phone", "g c", PERM_INTAKE, NULL },
    { "learn", "actions", "/actions", "check", "g a", PERM_READ, NULL },
    { "learn", "insights", "/insights", "chart", "g h", PERM_READ, NULL },
    { "learn", "runbooks", "/runbooks", "book", "g b", PERM_READ, NULL },
    { "learn", "drills", "/drills", "flag", "", PERM_READ, NULL },
    { "learn", "readiness", "/readiness", "shield", "", PERM_READ, NULL },
    { "organisation", "services", "/services", "box", "g s", PERM_READ, NULL },
    { "organisation", "people", "/people", "people", "g p", PERM_READ, "/teams" },
    { "organisation", "contacts", "/contacts", "person", "", PERM_READ, NULL },
    { "organisation", "policy", "/policy", "rule", "g l", PERM_READ, NULL },
    { "manage", "settings", "/settings", "gear", "", PERM_ADMIN, "/organisation /wording /statutory" },
    { "manage", "integrations", "/integrations", "link", "", PERM_ADMIN, "/heartbeats" },
    { "manage", "deliveries", "/deliveries", "forward", "", PERM_ADMIN, "/destinations" },
    { "manage", "audit", "/audit", "log", "", PERM_ADMIN, NULL },
};

enum { ENTRY_COUNT = sizeof ENTRIES / sizeof *ENTRIES, NAVS_KEPT = 256, NAV_MAX = 16 * 1024 };
_Static_assert(ENTRY_COUNT <= 63, "which are current is a word of bits");

/* "/incidents" is current on "/incidents/INC-…" too; "/" only on itself. */
static bool lies_under(const char *path, const char *url, size_t len) {
    bool below = strncmp(path, url, len) == 0 && (path[len] == '\0' || path[len] == '/');
    return len == 1 ? str_eq(path, "/") : below;
}

static bool is_current(const char *path, const struct entry *entry) {
    if (lies_under(path, entry->url, strlen(entry->url))) return true;
    for (const char *at = entry->also; at != NULL && *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (lies_under(path, at, len)) return true;
        at += len;
    }
    return false;
}

static const char *text_of(const struct request *request, const char *name) {
    char key[64] = "nav.";
    str_copy(key + 4, sizeof key - 4, name);
    return i18n_text(request->op->lang, key);
}

static json_t *groups(struct request *request) {
    json_t *nav = json_array();
    json_t *items = NULL;
    const char *group = "";
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        const struct entry *entry = &ENTRIES[i];
        if (!actor_may(request->op->actor, entry->permission)) continue;
        if (!str_eq(group, entry->group)) {
            group = entry->group;
            items = json_array();
            json_t *section = json_object();
            json_put_text(section, "label", text_of(request, group));
            json_put(section, "items", items);
            json_push(nav, section);
        }
        json_t *item = json_object();
        json_put_text(item, "label", text_of(request, entry->name));
        json_put_text(item, "url", entry->url);
        json_put_text(item, "icon", entry->icon);
        json_put_text(item, "key", *entry->key == '\0' ? NULL : entry->key);
        json_put_bool(item, "current", is_current(request->path, entry));
        json_push(items, item);
    }
    return nav;
}

/* The same for everybody of a role and a language who stands at the same entry; kept for the life of the process. */
static struct {
    pthread_once_t once;
    struct memo *memo;
} kept = { .once = PTHREAD_ONCE_INIT };

static void begin(void) {
    kept.memo = memo_new(NAVS_KEPT, NAV_MAX);
}

static int64_t entries_current(const struct request *request) {
    int64_t current = 0;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (is_current(request->path, &ENTRIES[i])) current |= INT64_C(1) << i;
    }
    return current;
}

static json_t *nav_html(struct request *request) {
    struct buf key, html;
    struct error err;
    pthread_once(&kept.once, begin);
    buf_init(&key, request->op->arena, 256);
    buf_init(&html, request->op->arena, NAV_MAX);
    buf_reserve(&html, NAV_MAX);
    memo_key_text(&key, request->lang);
    memo_key_i64(&key, (int64_t)request->op->actor->permissions);
    memo_key_i64(&key, entries_current(request));
    if (memo_get(kept.memo, &key, &html)) return json_stringn_nocheck(html.data, html.len);
    json_t *view = json_obj(request->op->arena);
    json_put(view, "nav", groups(request));
    if (template_render("partials/nav", view, request->op->lang, &html, &err))
        memo_put(kept.memo, &key, html.data, html.len);
    else log_error("page_failed", request->op->request_id, &err);
    return json_stringn_nocheck(html.data, html.len); /* our own, so it is UTF-8 */
}

void page_frame(struct request *request, json_t *view) {
    if (request->op->actor->kind != ACTOR_NOBODY) json_put(view, "nav_html", nav_html(request));
    bool responds = actor_may(request->op->actor, PERM_RESPOND);
    json_put_bool(view, "may_declare", responds);
    json_put_bool(view, "may_intake", !responds && actor_may(request->op->actor, PERM_INTAKE));
}
