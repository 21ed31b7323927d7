/* Parts of an incident's page: see incident_parts.h. */
#include "pages/incident/incident_parts.h"

#include "base/json.h"
#include "base/memo.h"
#include "http/page.h"
#include "view/template.h"

#include <pthread.h>

enum { PARTS_KEPT = 256, PART_MAX = 32 * 1024, MINUTE_MS = 60000 };

static const struct part {
    const char *member, *template;
} PARTS[] = {
    { "head_html", "partials/incident_head" },
    { "side_html", "partials/incident_side" },
};
enum { PART_COUNT = sizeof PARTS / sizeof *PARTS };

/* Kept for the life of the process; at most 8 MiB. */
static struct {
    pthread_once_t once;
    struct memo *memo;
} kept = { .once = PTHREAD_ONCE_INIT };

static void begin(void) {
    kept.memo = memo_new(PARTS_KEPT, PART_MAX);
}

static struct buf key_of(const struct screen *screen, const struct page_key *key, const struct part *part) {
    const struct request *request = screen->request;
    struct buf out;
    buf_init(&out, screen->op->arena, 1024);
    memo_key_text(&out, part->member);
    memo_key_text(&out, request_param(request, "ref"));
    memo_key_text(&out, request->lang);
    memo_key_i64(&out, (int64_t)key->version);
    memo_key_i64(&out, (int64_t)screen->op->actor->permissions);
    memo_key_i64(&out, request->csrf != NULL); /* its value is a slot */
    memo_key_i64(&out, screen->op->now_ms / MINUTE_MS); /* they say "3분 전" */
    return out;
}

static struct buf html_of(const struct screen *screen) {
    struct buf html;
    buf_init(&html, screen->op->arena, screen->response->body.max);
    buf_reserve(&html, PART_MAX);
    return html;
}

static void put(const struct screen *screen, const struct part *part, const struct buf *html) {
    json_put(screen->view, part->member, json_stringn_nocheck(html->data, html->len));
}

bool incident_parts_find(struct screen *screen, const struct page_key *key) {
    pthread_once(&kept.once, begin);
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct buf html = html_of(screen), wanted = key_of(screen, key, &PARTS[i]);
        if (!memo_get(kept.memo, &wanted, &html)) return false;
        put(screen, &PARTS[i], &html);
    }
    return true;
}

bool incident_parts_make(struct screen *screen, const struct page_key *key, struct error *err) {
    pthread_once(&kept.once, begin);
    page_token(screen->request, screen->view);
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct buf html = html_of(screen);
        if (!template_render(PARTS[i].template, screen->view, screen->op->lang, &html, err)) return false;
        put(screen, &PARTS[i], &html);
        if (key == NULL) continue;
        struct buf wanted = key_of(screen, key, &PARTS[i]);
        memo_put(kept.memo, &wanted, html.data, html.len);
    }
    return true;
}
