/* The timeline for the eye: days, newest first; one event is timeline_event.c's. */
#include "pages/incident/timeline_event.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/tz.h"
#include "text/when.h"

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

/* The events of one day from index `from` on, as HTML; returns how many. */
static size_t add_day(struct screen *screen, const struct incident_page_data *data, size_t from, json_t *days) {
    struct buf html;
    buf_init(&html, screen->op->arena, screen->response->body.max);
    int64_t at = data->events[from].at;
    size_t count = 0;
    for (; from + count < data->event_count && day_of(screen, data->events[from + count].at) == day_of(screen, at);
         count++)
        timeline_event_html(screen, data, from + count, &html);
    if (html.overflow) screen->response->body.overflow = true; /* refused with the page it is too large for */
    json_t *group = json_object();
    json_put_text(group, "label", day_label(screen, at));
    json_put(group, "events_html", json_stringn_nocheck(html.data, html.len));
    json_push(days, group);
    return count;
}

void incident_timeline_view(struct screen *screen, const struct incident_page_data *data) {
    json_t *days = json_array();
    for (size_t i = 0; i < data->event_count;) i += add_day(screen, data, i, days);
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
