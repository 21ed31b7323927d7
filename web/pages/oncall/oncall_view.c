/* Schedules for the eye (oncall_view.h). All times are shown in the organisation's zone, whatever a schedule's is. */
#include "pages/oncall/oncall_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <stdlib.h>

enum { DAY = 86400, GAP_DAYS = 30, SHIFT_DAYS = 28, AHEAD_DAYS = 180, GAPS_SHOWN = 10, SHIFTS_SHOWN = 150 };

static bool load_board(struct tx *tx, void *arg, struct error *err) {
    struct duty_board *board = arg;
    if (!rota_all(tx, &board->rotas, err)) return false;
    board->schedules = ARENA_ARRAY(tx_op(tx)->arena, board->rotas.count + 1, struct schedule *);
    for (size_t i = 0; i < board->rotas.count; i++) {
        if (!rota_schedule(tx, &board->rotas.items[i], &board->schedules[i], err)) return false;
    }
    return true;
}

bool duty_board_load(struct op *op, struct duty_board *out, struct error *err) {
    *out = (struct duty_board){ 0 };
    return store_read(op, load_board, out, err);
}

static const char *person_name(const struct schedule *schedule, int32_t person) {
    const char *name = schedule->names == NULL ? NULL : schedule->names[person];
    return name == NULL ? schedule->people[person] : name;
}

const char *crew_text(const struct screen *screen, const struct schedule *schedule, const struct crew *crew) {
    const char *text = NULL;
    for (size_t i = 0; i < crew->count; i++) {
        const char *name = person_name(schedule, crew->list[i].person);
        text = text == NULL ? name : path_of(screen, "%s, %s", text, name);
    }
    return text;
}

/* "12월 9일 (화) 20:15" */
static const char *long_text(const struct screen *screen, int64_t seconds) {
    return when_long(screen->op->arena, screen->organisation.tz, screen->op->lang, seconds * 1000);
}

static json_t *moment(const struct screen *screen, int64_t seconds) {
    if (seconds == TIME_NEVER || seconds == TIME_ALWAYS) return json_null();
    json_t *instant = view_instant(screen, seconds * 1000);
    json_put_text(instant, "text", long_text(screen, seconds));
    return instant;
}

/* -- now and next -- */

static void add_now(const struct screen *screen, const struct schedule *schedule, json_t *view) {
    struct arena *arena = screen->op->arena;
    int64_t now = screen->op->now_ms / 1000;
    struct roll roll;
    struct walk walk;
    schedule_at(schedule, VIEW_FINAL, now, arena, &roll);
    json_put_text(view, "primary", crew_text(screen, schedule, &roll.primary));
    json_put_text(view, "secondary", crew_text(screen, schedule, &roll.secondary));
    json_put_bool(view, "has_secondary", schedule->secondary != SECONDARY_NONE || roll.secondary.count > 0);
    walk_start(&walk, schedule, VIEW_FINAL, arena);
    int64_t change = walk_next_change(&walk, now, (int64_t)AHEAD_DAYS * DAY, arena);
    json_put(view, "until", moment(screen, change));
    const char *next = change == TIME_NEVER ? NULL : crew_text(screen, schedule, &walk.roll.primary);
    json_put_text(view, "next", next);
    json_put_bool(view, "next_nobody", change != TIME_NEVER && next == NULL);
}

/* -- ahead -- */

static bool add_gaps(const struct screen *screen, const struct schedule *schedule, json_t *view, struct error *err) {
    int64_t now = screen->op->now_ms / 1000;
    struct range range = { now, now + (int64_t)GAP_DAYS * DAY, DUTY_PRIMARY, VIEW_FINAL };
    struct range_answer answer;
    struct arena *arena = screen->op->arena;
    if (!schedule_range(schedule, &range, arena, &answer, err)) return false;
    json_t *gaps = json_array();
    for (size_t i = 0; i < answer.gap_count && i < GAPS_SHOWN; i++) {
        const struct gap *gap = &answer.gaps[i];
        json_push(gaps,
                  json_string(when_range(arena, screen->organisation.tz, gap->start * 1000, gap->end * 1000, true)));
    }
    json_put_text(view, "gap_count",
                  answer.gap_count == 0 ? NULL : say_count(screen, "oncall_page.gaps", (int64_t)answer.gap_count));
    json_put_bool(view, "more_gaps", answer.gap_count > GAPS_SHOWN);
    json_put(view, "gaps", gaps);
    return true;
}

static int by_start(const void *a, const void *b) {
    const struct shift *left = a, *right = b;
    if (left->start != right->start) return left->start < right->start ? -1 : 1;
    if (left->role != right->role) return left->role < right->role ? -1 : 1;
    return left->person < right->person ? -1 : left->person > right->person;
}

static json_t *shift_view(const struct screen *screen, const struct schedule *schedule, const struct shift *shift) {
    struct shift whole = *shift;
    if (shift->clipped) { /* says when it really began, or ends */
        struct shift_search search = { { shift->start, shift->start, shift->role, VIEW_FINAL }, shift->person, 0 };
        if (!schedule_shift_around(schedule, &search, screen->op->arena, &whole)) whole = *shift;
    }
    json_t *row = json_object();
    json_put_text(row, "person", person_name(schedule, shift->person));
    json_put_text(row, "role",
                  say(screen, shift->role == DUTY_PRIMARY ? "oncall_page.primary" : "oncall_page.secondary"));
    json_put(row, "from", moment(screen, whole.start));
    json_put(row, "until", moment(screen, whole.end));
    json_put_bool(row, "now", shift->start <= screen->op->now_ms / 1000);
    json_put_bool(row, "swapped", shift->override != NULL);
    return row;
}

static bool add_shifts(const struct screen *screen, const struct schedule *schedule, json_t *view, struct error *err) {
    struct arena *arena = screen->op->arena;
    int64_t now = screen->op->now_ms / 1000;
    struct range range = { now, now + (int64_t)SHIFT_DAYS * DAY, DUTY_PRIMARY, VIEW_FINAL };
    struct range_answer primary, secondary;
    if (!schedule_range(schedule, &range, arena, &primary, err)) return false;
    range.role = DUTY_SECONDARY;
    if (!schedule_range(schedule, &range, arena, &secondary, err)) return false;
    size_t count = primary.shift_count + secondary.shift_count;
    struct shift *all = ARENA_ARRAY(arena, count + 1, struct shift);
    for (size_t i = 0; i < count; i++) {
        all[i] = i < primary.shift_count ? primary.shifts[i] : secondary.shifts[i - primary.shift_count];
    }
    qsort(all, count, sizeof *all, by_start);
    json_t *rows = json_array();
    for (size_t i = 0; i < count && i < SHIFTS_SHOWN; i++) json_push(rows, shift_view(screen, schedule, &all[i]));
    json_put_bool(view, "has_shifts", count > 0);
    json_put_bool(view, "more_shifts", count > SHIFTS_SHOWN);
    json_put(view, "shifts", rows);
    return true;
}

bool duty_view(const struct screen *screen, const struct rota *rota, const struct schedule *schedule, json_t **out,
               struct error *err) {
    json_t *view = json_obj(screen->op->arena);
    json_put_text(view, "name", rota->name);
    json_put_text(view, "key", rota->key);
    json_put_text(view, "url", path_of(screen, "/oncall/%s", rota->key));
    add_now(screen, schedule, view);
    if (!add_gaps(screen, schedule, view, err) || !add_shifts(screen, schedule, view, err)) return false;
    *out = view;
    return true;
}

/* -- the board's panel -- */

static json_t *panel_item(const struct screen *screen, const struct rota *rota, const struct schedule *schedule) {
    struct arena *arena = screen->op->arena;
    int64_t now = screen->op->now_ms / 1000;
    struct roll roll;
    struct walk walk;
    schedule_at(schedule, VIEW_FINAL, now, arena, &roll);
    const char *primary = crew_text(screen, schedule, &roll.primary);
    walk_start(&walk, schedule, VIEW_FINAL, arena);
    int64_t change = walk_next_change(&walk, now, (int64_t)AHEAD_DAYS * DAY, arena);
    const char *until = change == TIME_NEVER ? NULL
                                             : i18n_format(screen->op->lang, arena, "oncall_page.until_text",
                                                           I18N_ARGS({ "time", long_text(screen, change) }));
    json_t *item = json_object();
    json_put_text(item, "initial", primary == NULL ? "–" : initial_of(screen, primary));
    json_put_text(item, "name", primary == NULL ? say(screen, "oncall_page.nobody") : primary);
    json_put_text(item, "detail", until == NULL ? rota->name : path_of(screen, "%s · %s", rota->name, until));
    return item;
}

json_t *duty_panel(const struct screen *screen, const struct duty_board *board) {
    json_t *panel = json_object(), *items = json_array();
    for (size_t i = 0; i < board->rotas.count; i++) {
        json_push(items, panel_item(screen, &board->rotas.items[i], board->schedules[i]));
    }
    json_put_text(panel, "title", say(screen, "oncall_page.panel"));
    json_put_text(panel, "url", "/oncall");
    json_put_text(panel, "more", say(screen, "oncall_page.panel_more"));
    json_put(panel, "items", items);
    return panel;
}
