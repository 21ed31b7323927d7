/* One event of a timeline: its mark, who and when, its corrections, its attachment. Most events of a page that is
 * made anew are as they were, so their HTML is kept (base/memo.h). It is made of `struct facts` and nothing else: what
 * a new line of the template needs belongs there, and into the key if it can change. */
#include "pages/incident/timeline_event.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memo.h"
#include "base/str.h"
#include "people/permission.h"
#include "text/i18n.h"
#include "text/when.h"
#include "view/template.h"

#include <pthread.h>
#include <string.h>

enum { LATE_MS = 5 * 60 * 1000, EVENTS_KEPT = 2048, EVENT_MAX = 4096, KEY_MAX = 1024 };

/* Everything the HTML of an event depends on, besides the templates and texts of this program. */
struct facts {
    const struct i18n *lang;
    const struct tz *tz;
    int64_t now_ms; /* only how long ago, as it is shown */
    bool may_correct;
    const char *ref; /* the incident's */
    const struct event *event;
    const char *text; /* of the event, in the reader's language */
    const struct event_edit *edits;
    size_t edit_count;
    const struct attachment *file; /* or NULL */
};

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

/* An event is written once. What a correction changes, its own numbers tell; the texts it left behind are as many as
 * its edits, which are written once too; so is its attachment. */
static void write_key(const struct facts *facts, struct buf *key) {
    const struct event *event = facts->event;
    const int64_t numbers[] = {
        (int64_t)(uintptr_t)facts->lang, /* catalogues and zones are loaded once: an address stands for one */
        (int64_t)(uintptr_t)facts->tz,
        when_relative_minutes(facts->now_ms, event->at),
        facts->may_correct,
        event->id,
        event->seq,
        event->at,
        event->phase,
        event->starred,
        event->edits,
        facts->file == NULL ? 0 : facts->file->id,
    };
    buf_add(key, (const char *)numbers, sizeof numbers);
    memo_key_text(key, facts->ref);
}

static json_t *attachment_view(struct arena *arena, const struct attachment *file) {
    char id[ID_TEXT_SIZE];
    if (file == NULL) return json_null();
    json_t *view = json_object();
    json_put_text(view, "name", file->filename);
    json_put_text(view, "url", arena_printf(arena, "/attachments/%s", id_text(file->id, id)));
    json_put_bool(view, "image", str_starts(file->media_type, "image/"));
    return view;
}

static json_t *history_view(struct arena *arena, const struct facts *facts) {
    json_t *history = json_array();
    for (size_t i = 0; i < facts->edit_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "at", when_minute(arena, facts->tz, facts->edits[i].edited_at));
        json_put_text(row, "who", facts->edits[i].actor);
        json_put_text(row, "text", facts->edits[i].text);
        json_push(history, row);
    }
    return history;
}

/* The address a link event holds, up to the first blank; NULL if it is none a browser should follow. */
static const char *link_of(struct arena *arena, const struct event *event) {
    if (event->kind != EVENT_LINK || event->text == NULL) return NULL;
    if (!str_starts(event->text, "https://") && !str_starts(event->text, "http://")) return NULL;
    return arena_strn(arena, event->text, strcspn(event->text, " \t\n"));
}

static const char *name_text(struct arena *arena, const struct facts *facts, const char *group, const char *name) {
    return i18n_text(facts->lang, arena_printf(arena, "label.%s.%s", group, name));
}

static json_t *event_view(struct arena *arena, const struct facts *facts) {
    const struct event *event = facts->event;
    long long seq = (long long)event->seq;
    json_t *view = json_obj(arena), *at = json_object();
    json_put_text(at, "iso", when_rfc3339(arena, event->at));
    json_put_text(at, "text", when_minute(arena, facts->tz, event->at));
    json_put_text(at, "ago", when_relative(arena, facts->lang, facts->now_ms, event->at));
    json_put(view, "at", at);
    json_put_text(view, "seq", arena_printf(arena, "%lld", seq));
    json_put_text(view, "clock", when_clock(arena, facts->tz, event->at));
    json_put_text(view, "label", name_text(arena, facts, "event", event_kind_name(event->kind)));
    json_put_text(view, "icon", MARKS[event->kind].icon);
    json_put_text(view, "class", MARKS[event->kind].class);
    json_put_text(view, "text", facts->text);
    json_put_text(view, "link", link_of(arena, event));
    json_put_text(view, "who",
                  event->actor_id == 0 && str_eq(event->actor, actor_of_system()->name)
                      ? i18n_text(facts->lang, "ui.product")
                      : event->actor);
    json_put_bool(view, "starred", event->starred);
    const char *phase = event->phase < 0 ? NULL : incident_phase_name((enum incident_phase)event->phase);
    json_put_text(view, "phase", phase == NULL ? NULL : name_text(arena, facts, "phase", phase));
    bool late = event->recorded_at - event->at > LATE_MS;
    json_put_text(view, "recorded", late ? when_minute(arena, facts->tz, event->recorded_at) : NULL);
    json_put(view, "attachment", attachment_view(arena, facts->file));
    json_put_bool(view, "edited", event->edits > 0);
    json_put(view, "history", history_view(arena, facts));
    const char *edit = arena_printf(arena, "/incidents/%s/timeline/%lld", facts->ref, seq);
    json_put_text(view, "edit_url", facts->may_correct ? edit : NULL);
    return view;
}

/* Kept for the life of the process. */
static struct {
    pthread_once_t once;
    struct memo *memo;
} kept = { .once = PTHREAD_ONCE_INIT };

static void begin(void) {
    kept.memo = memo_new(EVENTS_KEPT, EVENT_MAX);
}

static const struct attachment *file_of(const struct incident_page_data *data, int64_t seq) {
    for (size_t i = 0; i < data->file_count; i++) {
        if (data->files[i].event_seq == seq) return &data->files[i];
    }
    return NULL;
}

void timeline_event_html(struct screen *screen, const struct incident_page_data *data, size_t index, struct buf *out) {
    const struct op *op = screen->op;
    const struct event *event = &data->events[index];
    struct facts facts = { .lang = op->lang,
                           .tz = screen->organisation.tz,
                           .now_ms = op->now_ms,
                           .may_correct = screen_may(screen, PERM_RESPOND),
                           .ref = data->view.incident.ref,
                           .event = event,
                           .edits = data->edits[index],
                           .edit_count = data->edit_counts[index],
                           .file = file_of(data, event->seq) };
    struct buf key;
    struct error err;
    pthread_once(&kept.once, begin);
    buf_init(&key, op->arena, KEY_MAX);
    write_key(&facts, &key);
    if (memo_get(kept.memo, &key, out)) return;
    facts.text = event_text(screen->op, event);
    size_t from = out->len;
    if (template_render("partials/timeline_event", event_view(op->arena, &facts), facts.lang, out, &err))
        memo_put(kept.memo, &key, out->data + from, out->len - from);
    else log_error("page_failed", op->request_id, &err);
}
