/* 내 당번: one's own shifts of the next eight weeks in every schedule, the requests to swap them, and asking for one.
 */
#include "pages/form_view.h"
#include "pages/oncall/oncall_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/swap.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { DAY = 86400, AHEAD = 56 * DAY, BACK = 28 * DAY, PICKS_MAX = 60 };
static const char *const ROLES[] = { "primary", "secondary" };

static int32_t me_in(const struct screen *screen, const struct schedule *schedule) {
    char id[ID_TEXT_SIZE];
    (void)id_text(screen->op->actor->user_id, id);
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (strcmp(schedule->people[i], id) == 0) return (int32_t)i;
    }
    return NOBODY;
}

static const char *hours_text(const struct screen *screen, int64_t seconds) {
    int64_t tenths = (seconds * 10 + 1800) / 3600;
    const char *number = tenths % 10 == 0
                             ? path_of(screen, "%lld", (long long)(tenths / 10))
                             : path_of(screen, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
    return i18n_format(screen->op->lang, screen->op->arena, "my_shifts.hours", I18N_ARGS({ "count", number }));
}

/* -- shifts -- */

struct tally {
    json_t *rows;
    int64_t ahead, back; /* seconds */
};

static const char *swap_url(const struct screen *screen, const struct rota *rota, const struct shift *shift) {
    int64_t now = screen->op->now_ms / 1000;
    int64_t start = shift->start <= now ? now - now % 60 + 60 : shift->start; /* of a running one, the rest */
    if (start >= shift->end) return NULL;
    return path_of(screen, "/oncall/swap?schedule=%s&role=%s&start=%s&end=%s", rota->key, ROLES[shift->role],
                   when_rfc3339(screen->op->arena, start * 1000), when_rfc3339(screen->op->arena, shift->end * 1000));
}

static json_t *shift_row(const struct screen *screen, const struct rota *rota, const struct shift *shift) {
    json_t *row = json_object();
    json_put_text(row, "schedule", rota->name);
    json_put_text(row, "url", path_of(screen, "/oncall/%s", rota->key));
    json_put_text(row, "role", say(screen, path_of(screen, "oncall_page.%s", ROLES[shift->role])));
    json_put(row, "from", view_instant(screen, shift->start * 1000));
    json_put(row, "until", view_instant(screen, shift->end * 1000));
    json_put_text(row, "hours", hours_text(screen, shift->end - shift->start));
    json_put_bool(row, "now", shift->start <= screen->op->now_ms / 1000);
    json_put_bool(row, "swapped", shift->override != NULL);
    json_put_bool(row, "clipped", shift->clipped && shift->end >= screen->op->now_ms / 1000 + AHEAD);
    json_put_text(row, "swap_url", swap_url(screen, rota, shift));
    json_put_i64(row, "order", shift->start);
    return row;
}

/* Ranges are cut where they begin; people want to see since when they have been on call. */
static void whole_beginning(const struct screen *screen, const struct schedule *schedule, struct shift *shift) {
    int64_t now = screen->op->now_ms / 1000;
    struct shift_search search = { { now, now, shift->role, VIEW_FINAL }, shift->person, 0 };
    struct shift whole;
    if (shift->start == now && schedule_shift_around(schedule, &search, screen->op->arena, &whole) &&
        whole.start != TIME_ALWAYS)
        shift->start = whole.start;
}

static bool seconds_back(const struct screen *screen, const struct schedule *schedule, int32_t me, int64_t *out,
                         struct error *err) {
    int64_t now = screen->op->now_ms / 1000;
    const struct range range = { now - BACK, now, DUTY_PRIMARY, VIEW_FINAL };
    struct range_answer answer;
    if (!schedule_range(schedule, &range, screen->op->arena, &answer, err)) return false;
    *out += answer.seconds[me];
    return true;
}

static bool add_schedule(const struct screen *screen, const struct rota *rota, const struct schedule *schedule,
                         struct tally *tally, struct error *err) {
    int64_t now = screen->op->now_ms / 1000;
    int32_t me = me_in(screen, schedule);
    if (me == NOBODY) return true;
    for (int role = DUTY_PRIMARY; role <= DUTY_SECONDARY; role++) {
        const struct range range = { now, now + AHEAD, (enum duty_role)role, VIEW_FINAL };
        struct range_answer answer;
        if (role == DUTY_SECONDARY && schedule->secondary == SECONDARY_NONE) continue;
        if (!schedule_range(schedule, &range, screen->op->arena, &answer, err)) return false;
        for (size_t i = 0; i < answer.shift_count; i++) {
            struct shift shift = answer.shifts[i];
            if (shift.person != me) continue;
            whole_beginning(screen, schedule, &shift);
            json_push(tally->rows, shift_row(screen, rota, &shift));
        }
        if (role == DUTY_PRIMARY) tally->ahead += answer.seconds[me];
    }
    return seconds_back(screen, schedule, me, &tally->back, err);
}

/* By their beginning: rows of several schedules come one after the other. */
static void sort_rows(json_t *rows) {
    for (size_t i = 1; i < json_array_size(rows); i++) {
        for (size_t j = i; j > 0; j--) {
            json_t *a = json_array_get(rows, j - 1), *b = json_array_get(rows, j);
            if (json_integer_value(json_object_get(a, "order")) <= json_integer_value(json_object_get(b, "order")))
                break;
            json_incref(b);
            (void)json_array_remove(rows, j);
            REQUIRE(json_array_insert_new(rows, j - 1, b) == 0);
        }
    }
}

/* -- requests -- */

static json_t *swap_row(const struct screen *screen, const struct swap *swap) {
    static const char *const tones[] = { "warn", "good", "", "", "" };
    struct arena *arena = screen->op->arena;
    const struct tz *tz = screen->organisation.tz;
    bool mine = swap->asker.user_id == screen->op->actor->user_id;
    const struct swap_side *gives = mine ? &swap->asker : &swap->other, *takes = mine ? &swap->other : &swap->asker;
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "schedule", swap->schedule_name);
    json_put_text(row, "with", takes->name);
    json_put_text(row, "gives", when_range(arena, tz, gives->start_ms, gives->end_ms, true));
    json_put_text(row, "takes", when_range(arena, tz, takes->start_ms, takes->end_ms, true));
    json_put_text(row, "note", *swap->note == '\0' ? NULL : swap->note);
    json_put_text(row, "state", say(screen, path_of(screen, "my_shifts.state.%s", swap_state_name(swap->state))));
    json_put_text(row, "tone", tones[swap->state]);
    json_put_text(row, "url", path_of(screen, "/oncall/swaps/%s", id_text(swap->id, id)));
    json_put_bool(row, "may_answer", swap->state == SWAP_OPEN && !mine);
    json_put_bool(row, "may_withdraw", swap->state == SWAP_OPEN && mine);
    json_put(row, "expires", view_until(screen, swap->state == SWAP_OPEN ? swap->expires_ms : 0));
    json_put_text(row, "direction", say(screen, mine ? "my_shifts.asked_by_me" : "my_shifts.asked_of_me"));
    return row;
}

static bool add_swaps(const struct screen *screen, struct error *err) {
    struct swap_list list;
    json_t *open = json_array(), *over = json_array();
    json_put(screen->view, "open", open);
    json_put(screen->view, "over", over);
    if (!swap_list(screen->op, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++)
        json_push(list.items[i].state == SWAP_OPEN ? open : over, swap_row(screen, &list.items[i]));
    json_put_bool(screen->view, "has_open", json_array_size(open) > 0);
    json_put_bool(screen->view, "has_over", json_array_size(over) > 0);
    return true;
}

static bool fill(struct screen *screen, struct error *err) {
    struct duty_board board;
    struct tally tally = { .rows = json_array() };
    json_put(screen->view, "shifts", tally.rows);
    if (!duty_board_load(screen->op, &board, err)) return false;
    for (size_t i = 0; i < board.rotas.count; i++) {
        if (!add_schedule(screen, &board.rotas.items[i], board.schedules[i], &tally, err)) return false;
    }
    sort_rows(tally.rows);
    json_put_bool(screen->view, "found", json_array_size(tally.rows) > 0);
    json_put_text(screen->view, "ahead", hours_text(screen, tally.ahead));
    json_put_text(screen->view, "back", hours_text(screen, tally.back));
    json_put_text(screen->view, "zone", tz_name(screen->organisation.tz));
    return add_swaps(screen, err);
}

static void page_mine(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "my_shifts.title", &screen)) return;
    if (fill(&screen, &err)) screen_show(&screen, "pages/my_shifts");
    else respond_error(request, response, &err);
}

/* -- asking for a swap -- */

static const struct field_spec PICK = { "pick", SHAPE_RADIO, "my_shifts.pick", "my_shifts.hint.pick", true, 0, NULL };
static const struct field_spec NOTE = { "note", SHAPE_LINE, "my_shifts.note", NULL, false, SWAP_NOTE_MAX, NULL };

struct wish { /* the shift that is given away, as the address says */
    const char *schedule, *role, *start, *end;
    int64_t start_ms, end_ms;
};

static bool read_wish(const struct request *request, struct wish *out, struct error *err) {
    bool post = request->method == HTTP_POST;
    const char *const names[] = { "schedule", "role", "start", "end" };
    const char **const into[] = { &out->schedule, &out->role, &out->start, &out->end };
    struct error ignored;
    for (size_t i = 0; i < 4; i++) *into[i] = post ? request_form(request, names[i]) : request_query(request, names[i]);
    if (out->schedule != NULL && out->start != NULL && out->end != NULL &&
        when_parse(out->start, &out->start_ms, &ignored) && when_parse(out->end, &out->end_ms, &ignored))
        return true;
    return ERROR(err, ERR_NOT_FOUND, "swap.not_found", "no shift named");
}

/* "USER_START_END": what is taken in exchange. */
static json_t *picks(const struct screen *screen, const struct schedule *schedule, const struct wish *wish,
                     struct error *err) {
    struct arena *arena = screen->op->arena;
    int64_t now = screen->op->now_ms / 1000;
    enum duty_role role = str_eq(wish->role, ROLES[1]) ? DUTY_SECONDARY : DUTY_PRIMARY;
    const struct range range = { now, now + AHEAD, role, VIEW_FINAL };
    struct range_answer answer;
    json_t *options = options_new();
    int32_t me = me_in(screen, schedule);
    if (!schedule_range(schedule, &range, arena, &answer, err)) {
        json_decref(options);
        return NULL;
    }
    for (size_t i = 0; i < answer.shift_count && json_array_size(options) < PICKS_MAX; i++) {
        const struct shift *shift = &answer.shifts[i];
        bool overlaps = shift->start * 1000 < wish->end_ms && wish->start_ms < shift->end * 1000;
        if (shift->person == me || shift->start <= now || shift->clipped || overlaps) continue;
        const char *value = path_of(screen, "%s_%s_%s", schedule->people[shift->person],
                                    when_rfc3339(arena, shift->start * 1000), when_rfc3339(arena, shift->end * 1000));
        const char *when = when_range(arena, screen->organisation.tz, shift->start * 1000, shift->end * 1000, true);
        json_t *option = option_add(options, value, schedule->names[shift->person]);
        option_detail(option, path_of(screen, "%s · %s", when, hours_text(screen, shift->end - shift->start)));
    }
    return options;
}

static void build_form(struct screen *screen, const struct wish *wish, const struct rota *rota, json_t *options,
                       struct form *form) {
    struct arena *arena = screen->op->arena;
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/oncall/mine");
    json_put_text(crumb, "label", say(screen, "my_shifts.title"));
    json_put(screen->view, "crumb", crumb);
    json_put_text(screen->view, "heading", say(screen, "my_shifts.swap"));
    const char *mine = when_range(arena, screen->organisation.tz, wish->start_ms, wish->end_ms, true);
    bool any = json_array_size(options) > 0;
    json_put_text(screen->view, "lead",
                  i18n_format(screen->op->lang, arena, any ? "my_shifts.swap_lead" : "my_shifts.swap_nobody",
                              I18N_ARGS({ "schedule", rota->name }, { "when", mine })));
    form_open(screen, form);
    form_action(form, "/oncall/swap", "my_shifts.ask");
    form_text(form, "cancel", "/oncall/mine");
    form_hidden(form, "schedule", wish->schedule);
    form_hidden(form, "role", wish->role == NULL ? ROLES[0] : wish->role);
    form_hidden(form, "start", wish->start);
    form_hidden(form, "end", wish->end);
    form_field(form, &PICK, NULL, options);
    form_field(form, &NOTE, NULL, NULL);
}

static void show_form(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct wish wish = { 0 };
    struct rota rota;
    struct schedule *schedule;
    struct error err;
    json_t *options = NULL;
    if (!screen_open(request, response, "my_shifts.swap", &screen)) return;
    if (!read_wish(request, &wish, &err) || !rota_load(request->op, wish.schedule, &rota, &schedule, &err) ||
        (options = picks(&screen, schedule, &wish, &err)) == NULL) {
        respond_error(request, response, &err);
        return;
    }
    build_form(&screen, &wish, &rota, options, &form);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_swap(struct request *request, struct response *response) {
    show_form(request, response, NULL);
}

/* What was picked as the body of swap_ask; nothing picked leaves it out. */
static json_t *read_body(const struct request *request) {
    static const char *const SAME[] = { "schedule", "role", "start", "end", "note" };
    json_t *body = json_obj(request->op->arena);
    char **parts;
    const char *pick = request_form(request, "pick");
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        const char *text = request_form(request, SAME[i]);
        if (!str_blank(text)) json_put_text(body, SAME[i], text);
    }
    if (pick != NULL && str_split(request->op->arena, pick, "_", &parts) == 3) {
        json_put_text(body, "with", parts[0]);
        json_put_text(body, "with_start", parts[1]);
        json_put_text(body, "with_end", parts[2]);
    }
    return body;
}

static void do_swap(struct request *request, struct response *response) {
    struct swap swap;
    struct error err;
    if (swap_ask(request->op, read_body(request), &swap, &err)) {
        respond_redirect_flash(request, response, "/oncall/mine", "flash.swap_asked");
        return;
    }
    for (struct field_error *at = request->op->fields.first; at != NULL; at = at->next) {
        if (!str_eq(at->field, "note")) at->field = "pick"; /* the form has one field for all of it */
    }
    show_form(request, response, &err);
}

/* -- answering -- */

typedef bool (*swap_step)(struct op *op, int64_t id, struct swap *out, struct error *err);

static void answer(struct request *request, struct response *response, swap_step step, const char *flash) {
    struct swap swap;
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (step(request->op, id, &swap, &err)) respond_redirect_flash(request, response, "/oncall/mine", flash);
    else respond_error(request, response, &err);
}

static void do_accept(struct request *request, struct response *response) {
    answer(request, response, swap_accept, "flash.swap_accepted");
}

static void do_decline(struct request *request, struct response *response) {
    answer(request, response, swap_decline, "flash.swap_declined");
}

static void do_withdraw(struct request *request, struct response *response) {
    answer(request, response, swap_withdraw, "flash.swap_withdrawn");
}

#define SEE PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define SEND PERM_SELF, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/mine", page_mine, SEE },
    { HTTP_GET, "/oncall/swap", page_swap, SEE },
    { HTTP_POST, "/oncall/swap", do_swap, SEND },
    { HTTP_POST, "/oncall/swaps/:id/accept", do_accept, SEND },
    { HTTP_POST, "/oncall/swaps/:id/decline", do_decline, SEND },
    { HTTP_POST, "/oncall/swaps/:id/withdraw", do_withdraw, SEND },
};
const struct route_table MY_SHIFT_ROUTES = ROUTE_TABLE(ROUTES);
