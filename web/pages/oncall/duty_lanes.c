/* Lanes to scale: see duty_lanes.h. All times are the organisation's. */
#include "pages/oncall/duty_lanes.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/i18n.h"
#include "text/when.h"

enum { DAY = 86400, LABEL_ROOM = 22, BAR = 26, TRACK = 30, LANE_GAP = 12, PEOPLE_TONES = 6, BARS_MAX = 2000 };

struct drawing {
    const struct screen *screen;
    const struct schedule *schedule;
    int64_t from, until;
    int64_t width;
    int64_t y; /* where the next lane begins */
    json_t *lanes;
};

int64_t duty_midnight(const struct screen *screen, int64_t seconds) {
    const struct tz *tz = screen->organisation.tz;
    struct civil civil;
    tz_local(tz, seconds, &civil);
    return tz_resolve(tz, civil_days(civil.year, civil.month, civil.day) * DAY);
}

int64_t duty_midnight_after(const struct screen *screen, int64_t midnight, int days) {
    const struct tz *tz = screen->organisation.tz;
    struct civil civil;
    tz_local(tz, midnight, &civil);
    return tz_resolve(tz, (civil_days(civil.year, civil.month, civil.day) + days) * DAY);
}

static int64_t x_of(const struct drawing *drawing, int64_t at) {
    return (at - drawing->from) * drawing->width / (drawing->until - drawing->from);
}

static const char *name_of(const struct schedule *schedule, int32_t person) {
    const char *name = schedule->names == NULL ? NULL : schedule->names[person];
    return name == NULL ? schedule->people[person] : name;
}

static const char *span_text(const struct drawing *drawing, int64_t start, int64_t end) {
    return when_range(drawing->screen->op->arena, drawing->screen->organisation.tz, start * 1000, end * 1000, true);
}

static json_t *box(const struct drawing *drawing, int64_t start, int64_t end, int64_t y) {
    struct arena *arena = drawing->screen->op->arena;
    int64_t x = x_of(drawing, start), width = x_of(drawing, end) - x;
    json_t *object = json_object();
    json_put_i64(object, "x", x);
    json_put_i64(object, "y", y);
    json_put_i64(object, "width", width < 2 ? 2 : width);
    json_put_text(object, "start", when_rfc3339(arena, start * 1000));
    json_put_text(object, "end", when_rfc3339(arena, end * 1000));
    json_put_text(object, "when", span_text(drawing, start, end));
    return object;
}

/* The first track that is free at a shift's start; people who share a lane stand under each other. */
static size_t track_of(int64_t *free_at, size_t *tracks, size_t most, const struct shift *shift) {
    size_t track = 0;
    while (track < *tracks && free_at[track] > shift->start) track++;
    if (track == *tracks && *tracks < most) (*tracks)++;
    if (track >= most) track = most - 1;
    free_at[track] = shift->end;
    return track;
}

struct lane_source {
    const struct schedule *schedule; /* one layer of it, or all */
    struct range range;
    const char *label;
    bool final;
};

static bool add_lane(struct drawing *drawing, const struct lane_source *source, struct error *err) {
    struct arena *arena = drawing->screen->op->arena;
    struct range_answer answer;
    if (!schedule_range(source->schedule, &source->range, arena, &answer, err)) return false;
    enum { TRACKS_MAX = 8 };
    int64_t free_at[TRACKS_MAX] = { 0 };
    size_t tracks = 0;
    int64_t top = drawing->y + LABEL_ROOM;
    json_t *lane = json_object(), *bars = json_array(), *gaps = json_array();
    for (size_t i = 0; i < answer.shift_count && i < BARS_MAX; i++) {
        const struct shift *shift = &answer.shifts[i];
        size_t track = track_of(free_at, &tracks, TRACKS_MAX, shift);
        json_t *bar = box(drawing, shift->start, shift->end, top + (int64_t)track * TRACK);
        json_put_text(bar, "person", name_of(source->schedule, shift->person));
        json_put_text(bar, "id", source->schedule->people[shift->person]);
        json_put_text(bar, "tone", path_of(drawing->screen, "tone-%d", (int)(shift->person % PEOPLE_TONES)));
        json_put_bool(bar, "swapped", shift->override != NULL);
        json_push(bars, bar);
    }
    if (tracks == 0) tracks = 1;
    bool shows_gaps = source->final && source->range.role == DUTY_PRIMARY;
    for (size_t i = 0; shows_gaps && i < answer.gap_count && i < BARS_MAX; i++)
        json_push(gaps, box(drawing, answer.gaps[i].start, answer.gaps[i].end, top));
    json_put_text(lane, "label", source->label);
    json_put_i64(lane, "label_y", drawing->y + LABEL_ROOM - 7);
    json_put_i64(lane, "y", top);
    json_put_i64(lane, "height", (int64_t)tracks * TRACK - (TRACK - BAR));
    json_put_bool(lane, "final", source->final);
    json_put_bool(lane, "droppable", shows_gaps);
    json_put(lane, "bars", bars);
    json_put(lane, "gaps", gaps);
    json_push(drawing->lanes, lane);
    drawing->y = top + (int64_t)tracks * TRACK + LANE_GAP - (TRACK - BAR);
    return true;
}

static const char *role_text(const struct drawing *drawing, enum duty_role role) {
    return say(drawing->screen, role == DUTY_PRIMARY ? "oncall_page.final_primary" : "oncall_page.final_secondary");
}

/* A layer alone, as if nothing hid it. */
static bool add_layer(struct drawing *drawing, size_t i, struct error *err) {
    struct layer *layer = &drawing->schedule->layers[i];
    struct schedule alone = *drawing->schedule;
    if (layer->ends <= drawing->from || layer->begins >= drawing->until) return true;
    alone.layers = layer;
    alone.layer_count = 1;
    alone.override_count = 0;
    if (layer->role == DUTY_SECONDARY) alone.secondary = SECONDARY_OWN;
    struct lane_source source = {
        &alone, { drawing->from, drawing->until, layer->role, VIEW_BASE }, layer->name, false
    };
    return add_lane(drawing, &source, err);
}

static bool add_lanes(struct drawing *drawing, struct error *err) {
    const struct schedule *schedule = drawing->schedule;
    for (size_t i = 0; i < schedule->layer_count; i++) {
        if (!add_layer(drawing, i, err)) return false;
    }
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        if (role == DUTY_SECONDARY && schedule->secondary == SECONDARY_NONE) continue;
        struct lane_source source = { schedule,
                                      { drawing->from, drawing->until, (enum duty_role)role, VIEW_FINAL },
                                      role_text(drawing, (enum duty_role)role),
                                      true };
        if (!add_lane(drawing, &source, err)) return false;
    }
    return true;
}

static json_t *days_of(const struct drawing *drawing, int days) {
    const struct screen *screen = drawing->screen;
    json_t *list = json_array();
    for (int i = 0; i < days; i++) {
        int64_t at = duty_midnight_after(screen, drawing->from, i);
        struct civil civil;
        tz_local(screen->organisation.tz, at, &civil);
        int weekday = civil_weekday(civil_days(civil.year, civil.month, civil.day));
        json_t *day = json_object();
        json_put_i64(day, "x", x_of(drawing, at));
        json_put_i64(day, "width",
                     x_of(drawing, duty_midnight_after(screen, drawing->from, i + 1)) - x_of(drawing, at));
        json_put_text(day, "label",
                      path_of(screen, "%d/%d %s", civil.month, civil.day,
                              say(screen, path_of(screen, "oncall_page.weekday.%d", weekday + 1))));
        json_put_bool(day, "weekend", weekday >= 5);
        json_push(list, day);
    }
    return list;
}

bool duty_lanes(const struct screen *screen, const struct schedule *schedule, int64_t from, int days, json_t **out,
                struct error *err) {
    enum { HEAD = 24, WIDE = 1176, A_DAY = 60 };
    struct drawing drawing = { screen, schedule, from, duty_midnight_after(screen, from, days), 0, HEAD, json_array() };
    drawing.width = days * A_DAY < WIDE ? WIDE : days * A_DAY;
    json_t *view = json_obj(screen->op->arena);
    json_put(view, "lanes", drawing.lanes);
    if (!add_lanes(&drawing, err)) return false;
    int64_t now = screen->op->now_ms / 1000;
    bool today = now >= drawing.from && now < drawing.until;
    json_put_i64(view, "width", drawing.width);
    json_put_i64(view, "height", drawing.y);
    json_put(view, "now_x", today ? json_integer(x_of(&drawing, now)) : json_null());
    json_put_text(view, "from", when_rfc3339(screen->op->arena, drawing.from * 1000));
    json_put_text(view, "until", when_rfc3339(screen->op->arena, drawing.until * 1000));
    json_put(view, "days", days_of(&drawing, days));
    *out = view;
    return true;
}
