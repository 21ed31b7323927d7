/* The timeline for the eye: days, newest first, each event with its mark, its corrections and its attachment. */
#include "pages/incident_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "text/tz.h"
#include "text/when.h"

#include <string.h>

enum { LATE_MS = 5 * 60 * 1000, DAY_SECONDS = 86400 };

static const struct mark {
    const char *icon, *class;
} MARKS[EVENT_KIND_COUNT] = {
    [EVENT_DECLARED] = { "siren", "is-alarm" },  [EVENT_ACKNOWLEDGED] = { "eye", "is-good" },
    [EVENT_STATUS] = { "flag", "is-plain" },     [EVENT_SEVERITY] = { "flame", "is-alarm" },
    [EVENT_ROLE] = { "person", "is-plain" },     [EVENT_UPDATE] = { "chat", "is-update" },
    [EVENT_HELP] = { "help", "is-alarm" },       [EVENT_HELP_OFFER] = { "help", "is-good" },
    [EVENT_RECOVERED] = { "check", "is-good" },  [EVENT_REOPENED] = { "turn", "is-alarm" },
    [EVENT_CLOSED] = { "check", "is-plain" },    [EVENT_MERGED] = { "merge", "is-plain" },
    [EVENT_CORRECTED] = { "edit", "is-plain" },  [EVENT_CHECKLIST] = { "action", "is-plain" },
    [EVENT_CLOCK] = { "clock", "is-late" },      [EVENT_RELATED] = { "link", "is-plain" },
    [EVENT_ATTACHMENT] = { "clip", "is-plain" }, [EVENT_CHANNEL] = { "megaphone", "is-plain" },
    [EVENT_REVIEW] = { "book", "is-plain" },     [EVENT_ALERT] = { "bell", "is-late" },
    [EVENT_NOTE] = { "edit", "is-plain" },       [EVENT_DECISION] = { "shield", "is-update" },
    [EVENT_LINK] = { "link", "is-plain" },       [EVENT_LOG] = { "log", "is-log" },
};

static json_t *attachment_view(const struct screen *screen, const struct incident_page_data *data, int64_t seq) {
    for (size_t i = 0; i < data->file_count; i++) {
        const struct attachment *file = &data->files[i];
        if (file->event_seq != seq) continue;
        char id[ID_TEXT_SIZE];
        json_t *view = json_object();
        json_put_text(view, "name", file->filename);
        json_put_text(view, "url", path_of(screen, "/attachments/%s", id_text(file->id, id)));
        json_put_bool(view, "image", str_starts(file->media_type, "image/"));
        return view;
    }
    return json_null();
}

static json_t *history_view(const struct screen *screen, const struct event_edit *edits, size_t count) {
    json_t *history = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_put_text(row, "at", when_minute(screen->op->arena, screen->organisation.tz, edits[i].edited_at));
        json_put_text(row, "who", edits[i].actor);
        json_put_text(row, "text", edits[i].text);
        json_push(history, row);
    }
    return history;
}

/* The address a link event holds, up to the first blank; NULL if it is none a browser should follow. */
static const char *link_of(const struct screen *screen, const struct event *event) {
    if (event->kind != EVENT_LINK || event->text == NULL) return NULL;
    if (!str_starts(event->text, "https://") && !str_starts(event->text, "http://")) return NULL;
    return arena_strn(screen->op->arena, event->text, strcspn(event->text, " \t\n"));
}

static json_t *event_view(const struct screen *screen, const struct incident_page_data *data, size_t index) {
    struct arena *arena = screen->op->arena;
    const struct event *event = &data->events[index];
    json_t *view = json_object();
    json_put_text(view, "seq", path_of(screen, "%lld", (long long)event->seq));
    json_put_text(view, "clock", when_clock(arena, screen->organisation.tz, event->at));
    json_put(view, "at", view_instant(screen, event->at));
    json_put_text(view, "label", label(screen, "event", event_kind_name(event->kind)));
    json_put_text(view, "icon", MARKS[event->kind].icon);
    json_put_text(view, "class", MARKS[event->kind].class);
    json_put_text(view, "text", event->text);
    json_put_text(view, "link", link_of(screen, event));
    json_put_text(view, "who", event->actor);
    json_put_bool(view, "starred", event->starred);
    bool phased = event->phase >= 0;
    json_put_text(view, "phase",
                  phased ? label(screen, "phase", incident_phase_name((enum incident_phase)event->phase)) : NULL);
    bool late = event->recorded_at - event->at > LATE_MS;
    json_put_text(view, "recorded", late ? when_minute(arena, screen->organisation.tz, event->recorded_at) : NULL);
    json_put(view, "attachment", attachment_view(screen, data, event->seq));
    json_put_bool(view, "edited", event->edits > 0);
    json_put(view, "history", history_view(screen, data->edits[index], data->edit_counts[index]));
    const char *url = incident_url(screen, data->view.incident.ref);
    const char *edit = path_of(screen, "%s/timeline/%lld", url, (long long)event->seq);
    json_put_text(view, "edit_url", screen_may(screen, PERM_RESPOND) ? edit : NULL);
    return view;
}

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

void incident_timeline_view(struct screen *screen, const struct incident_page_data *data) {
    json_t *days = json_array();
    json_t *events = NULL;
    int64_t day = INT64_MIN;
    for (size_t i = 0; i < data->event_count; i++) {
        int64_t at = data->events[i].at;
        if (events == NULL || day_of(screen, at) != day) {
            day = day_of(screen, at);
            events = json_array();
            json_t *group = json_object();
            json_put_text(group, "label", day_label(screen, at));
            json_put(group, "events", events);
            json_push(days, group);
        }
        json_push(events, event_view(screen, data, i));
    }
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
