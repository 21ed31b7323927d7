/* The timeline for the eye: days, newest first by when things happened; one event is timeline_event.c's. Pages of it
 * are cut by when things were recorded, so that a page keeps its address when something earlier is added. */
#include "pages/incident/timeline_event.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/tz.h"
#include "text/when.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_SECONDS = 86400 };

static int64_t day_of(const struct screen *screen, int64_t ms) {
    int64_t seconds = ms / 1000;
    return (seconds + tz_offset(screen->organisation.tz, seconds)) / DAY_SECONDS;
}

/* "12월 9일 (화)": the long form without its clock. */
static const char *day_label(const struct screen *screen, int64_t ms) {
    const char *text = when_long(screen->op->arena, screen->organisation.tz, screen->op->lang, ms);
    const char *clock = strrchr(text, ' ');
    return clock == NULL ? text : arena_strn(screen->op->arena, text, (size_t)(clock - text));
}

static int by_time(const void *a, const void *b) {
    const struct event *one = *(const struct event *const *)a, *other = *(const struct event *const *)b;
    if (one->at != other->at) return one->at < other->at ? 1 : -1;
    return one->seq < other->seq ? 1 : -1;
}

/* The events of one day from index `from` of `order` on, as HTML; returns how many. */
static size_t add_day(struct screen *screen, const struct incident_page_data *data, const struct event *const *order,
                      size_t from, json_t *days) {
    struct buf html;
    buf_init(&html, screen->op->arena, screen->response->body.max);
    int64_t at = order[from]->at, day = day_of(screen, at);
    size_t count = 0;
    for (; from + count < data->event_count && day_of(screen, order[from + count]->at) == day; count++) {
        timeline_event_html(screen, data, (size_t)(order[from + count] - data->events), &html);
    }
    if (html.overflow) screen->response->body.overflow = true; /* refused with the page it is too large for */
    json_t *group = json_object();
    json_put_text(group, "label", day_label(screen, at));
    json_put(group, "events_html", json_stringn_nocheck(html.data, html.len));
    json_push(days, group);
    return count;
}

void incident_timeline_view(struct screen *screen, const struct incident_page_data *data) {
    json_t *days = json_array();
    const struct event **order = ARENA_ARRAY(screen->op->arena, data->event_count + 1, const struct event *);
    for (size_t i = 0; i < data->event_count; i++) order[i] = &data->events[i];
    qsort(order, data->event_count, sizeof *order, by_time);
    for (size_t i = 0; i < data->event_count;) i += add_day(screen, data, order, i, days);
    json_put(screen->view, "days", days);
    const char *url = incident_url(screen, data->view.incident.ref);
    bool more = data->event_count == EVENTS_SHOWN && data->events[data->event_count - 1].seq > 1;
    json_t *pages = json_object();
    json_put_text(pages, "first", data->before == INT64_MAX ? NULL : url);
    json_put_text(pages, "next",
                  !more ? NULL
                        : path_of(screen, "%s?before=%lld", url, (long long)data->events[data->event_count - 1].seq));
    if (more || data->before != INT64_MAX) json_put(screen->view, "pages", pages);
    else json_decref(pages);
}
