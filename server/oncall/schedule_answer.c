/* Answers as JSON: who at an instant, shifts over a range; and the stateless preview made of them. */
#include "oncall/schedule_json.h"

#include "oncall/layer.h"

#include "base/arena.h"
#include "base/id.h"
#include "text/when.h"

enum { QUERIES_MAX = 20000, HANDOFFS_MAX = 1000, PREVIEW_PIECES_MAX = 3000000, SCRATCH_CAP = 128 * 1024 * 1024 };

static void put_time(json_t *object, const char *key, struct arena *arena, int64_t seconds) {
    bool open = seconds == TIME_ALWAYS || seconds == TIME_NEVER;
    json_put_text(object, key, open ? NULL : when_rfc3339(arena, seconds * 1000));
}

static json_t *person_json(const struct schedule *schedule, int32_t person) {
    json_t *object = json_object();
    json_put_text(object, "id", schedule->people[person]);
    json_put_text(object, "name", schedule->names == NULL ? schedule->people[person] : schedule->names[person]);
    return object;
}

/* Stored overrides have ids, which are texts; described ones have the number they were given. */
static json_t *override_json(const struct schedule *schedule, const struct override *override) {
    char text[ID_TEXT_SIZE];
    if (override == NULL) return json_null();
    return schedule->id != 0 ? json_string(id_text(override->id, text)) : json_integer(override->id);
}

static json_t *via_json(const struct schedule *schedule, const struct on_call *one, bool next_in_line) {
    json_t *via = json_object();
    json_put_text(via, "layer", one->layer == NULL ? NULL : one->layer->name);
    json_put(via, "turn", one->layer == NULL ? json_null() : json_integer(one->turn));
    json_put(via, "override", override_json(schedule, one->override));
    if (next_in_line && one->override == NULL) json_put_text(via, "rule", "next");
    return via;
}

static json_t *one_json(struct answering *answering, const struct on_call *one, const struct range *at) {
    const struct schedule *schedule = answering->schedule;
    json_t *object = json_object();
    struct shift_search search = { *at, one->person, 0 };
    struct shift shift = { .start = TIME_ALWAYS, .end = TIME_NEVER };
    (void)schedule_shift_around(schedule, &search, answering->scratch, &shift);
    answering->pieces += search.pieces;
    json_put(object, "user", person_json(schedule, one->person));
    put_time(object, "start", answering->scratch, shift.start);
    put_time(object, "end", answering->scratch, shift.end);
    json_put(object, "via",
             via_json(schedule, one, at->role == DUTY_SECONDARY && schedule->secondary == SECONDARY_NEXT));
    json_put(object, "replaces", one->replaces == NOBODY ? json_null() : person_json(schedule, one->replaces));
    return object;
}

static json_t *ids_json(const struct schedule *schedule, const struct crew *crew) {
    json_t *list = json_array();
    for (size_t i = 0; i < crew->count; i++) json_push(list, json_string(schedule->people[crew->list[i].person]));
    return list;
}

static json_t *crew_json(struct answering *answering, const struct crew *crew, const struct range *at) {
    json_t *list = json_array();
    for (size_t i = 0; i < crew->count; i++) json_push(list, one_json(answering, &crew->list[i], at));
    return list;
}

static json_t *next_json(struct answering *answering, const struct walk *walk, int64_t change) {
    if (change == TIME_NEVER) return json_null();
    json_t *next = json_object();
    put_time(next, "at", answering->scratch, change);
    json_put(next, "primary", ids_json(answering->schedule, &walk->roll.primary));
    json_put(next, "secondary", ids_json(answering->schedule, &walk->roll.secondary));
    return next;
}

json_t *schedule_at_json(struct answering *answering, int64_t at) {
    const struct schedule *schedule = answering->schedule;
    struct arena *scratch = answering->scratch;
    struct roll now;
    struct walk walk;
    schedule_at(schedule, VIEW_FINAL, at, scratch, &now);
    walk_start(&walk, schedule, VIEW_FINAL, scratch);
    int64_t change = walk_next_change(&walk, at, (int64_t)RANGE_DAYS_MAX * 86400, scratch);
    answering->pieces += walk.pieces;
    json_t *object = json_object();
    struct range primary = { at, at, DUTY_PRIMARY, VIEW_FINAL }, secondary = { at, at, DUTY_SECONDARY, VIEW_FINAL };
    put_time(object, "at", scratch, at);
    json_put(object, "primary", crew_json(answering, &now.primary, &primary));
    json_put(object, "secondary", crew_json(answering, &now.secondary, &secondary));
    json_put(object, "primary_ids", ids_json(schedule, &now.primary));
    json_put(object, "secondary_ids", ids_json(schedule, &now.secondary));
    json_put_bool(object, "gap", now.primary.count == 0);
    put_time(object, "next_change", scratch, change);
    json_put(object, "next", next_json(answering, &walk, change));
    return object;
}

static json_t *shift_json(const struct schedule *schedule, const struct shift *shift, struct arena *scratch) {
    json_t *object = json_object();
    json_put_text(object, "user", schedule->people[shift->person]);
    put_time(object, "start", scratch, shift->start);
    put_time(object, "end", scratch, shift->end);
    json_put_text(object, "role", shift->role == DUTY_PRIMARY ? "primary" : "secondary");
    json_put(object, "override", override_json(schedule, shift->override));
    json_put_text(object, "layer", shift->layer == NULL ? NULL : shift->layer->name);
    json_put_bool(object, "clipped", shift->clipped);
    return object;
}

json_t *schedule_range_json(const struct answering *answering, const struct range *range,
                            const struct range_answer *answer) {
    const struct schedule *schedule = answering->schedule;
    struct arena *scratch = answering->scratch;
    json_t *object = json_object(), *shifts = json_array(), *gaps = json_array(), *totals = json_array();
    put_time(object, "from", scratch, range->from);
    put_time(object, "until", scratch, range->until);
    json_put_text(object, "role", range->role == DUTY_PRIMARY ? "primary" : "secondary");
    json_put_text(object, "view", range->view == VIEW_FINAL ? "final" : "base");
    for (size_t i = 0; i < answer->shift_count; i++)
        json_push(shifts, shift_json(schedule, &answer->shifts[i], scratch));
    for (size_t i = 0; i < answer->gap_count; i++) {
        json_t *gap = json_object();
        put_time(gap, "start", scratch, answer->gaps[i].start);
        put_time(gap, "end", scratch, answer->gaps[i].end);
        json_push(gaps, gap);
    }
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (answer->seconds[i] == 0) continue;
        json_t *total = json_object();
        json_put_text(total, "user", schedule->people[i]);
        json_put_i64(total, "seconds", answer->seconds[i]);
        json_push(totals, total);
    }
    json_put(object, "shifts", shifts);
    json_put(object, "gaps", gaps);
    json_put(object, "coverage", json_real((double)answer->covered / (double)(range->until - range->from)));
    json_put(object, "totals", totals);
    return object;
}

/* --- preview --- */

struct query {
    bool is_range;
    int64_t at;
    struct range range;
};

static void read_query(const struct spec *in, struct query *out) {
    static const char *const roles[] = { "primary", "secondary", NULL };
    static const char *const views[] = { "final", "base", NULL };
    if (!json_is_object(in->value)) {
        spec_fault(in, NULL, "malformed", NULL);
        return;
    }
    out->is_range = !spec_has(in, "at");
    if (!out->is_range) {
        (void)spec_instant(in, "at", &out->at);
        return;
    }
    struct range *range = &out->range;
    bool has_from = spec_instant(in, "from", &range->from), has_until = spec_instant(in, "until", &range->until);
    range->role = (enum duty_role)spec_word(in, "role", roles, DUTY_PRIMARY);
    range->view = (enum schedule_view)spec_word(in, "view", views, VIEW_FINAL);
    if (!has_from || !has_until) return;
    if (range->until <= range->from) spec_fault(in, "until", "too_early", NULL);
    else if (range->until - range->from > (int64_t)RANGE_DAYS_MAX * 86400)
        spec_fault(in, "until", "range_too_long", "366");
}

static bool answer_all(const struct schedule *schedule, const struct query *queries, size_t count, json_t *answers,
                       struct error *err) {
    struct answering answering = { schedule, arena_new(SCRATCH_CAP), 0 };
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++) {
        struct range_answer answer;
        if (!queries[i].is_range) {
            json_push(answers, schedule_at_json(&answering, queries[i].at));
        } else if (schedule_range(schedule, &queries[i].range, answering.scratch, &answer, err)) {
            json_push(answers, schedule_range_json(&answering, &queries[i].range, &answer));
            answering.pieces += answer.pieces;
        } else {
            fine = false;
        }
        if (fine && answering.pieces > PREVIEW_PIECES_MAX)
            fine = ERROR(err, ERR_INVALID, "range.too_many_pieces", "over all queries");
        arena_reset(answering.scratch);
    }
    arena_free(answering.scratch);
    return fine;
}

bool schedule_preview(struct op *op, const json_t *input, json_t **out, struct error *err) {
    struct spec top = spec_top(op, input);
    struct spec described = spec_object(&top, "schedule", true);
    struct people_index people;
    people_index_init(&people, op->arena);
    const struct schedule *schedule = schedule_read(&(struct schedule_source){ &described, &top, &people, NULL, 0 });
    struct spec list = spec_list(&top, "queries", true);
    size_t count = spec_count(&list, QUERIES_MAX);
    struct query *queries = ARENA_ARRAY(op->arena, count, struct query);
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(&list, i);
        read_query(&item, &queries[i]);
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    json_t *answer = json_obj(op->arena);
    json_t *answers = json_array();
    json_put(answer, "answers", answers);
    if (!answer_all(schedule, queries, count, answers, err)) return false;
    *out = answer;
    return true;
}

bool schedule_handoffs(struct op *op, const json_t *input, json_t **out, struct error *err) {
    static const char *const units[] = { "hour", "day", "week", "month", NULL };
    struct spec in = spec_top(op, input);
    struct layer layer = { 0 };
    int64_t from = op->now_ms / 1000;
    (void)spec_wall(&in, "start", &layer.rotation.start);
    layer.zone = spec_zone(&in, "zone", NULL);
    layer.rotation.unit = (enum rotation_unit)spec_word(&in, "unit", units, -1);
    layer.rotation.length = (int32_t)spec_i64(&in, "length", 1, 10000, 1);
    int64_t count = spec_i64(&in, "count", 1, HANDOFFS_MAX, 10);
    if (spec_has(&in, "from")) (void)spec_instant(&in, "from", &from);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    json_t *answer = json_obj(op->arena), *handoffs = json_array();
    int64_t first = layer_turn(&layer, from);
    if (first < 0 || layer_handoff(&layer, first) < from) first++;
    for (int64_t turn = first; turn < first + count; turn++) {
        json_t *handoff = json_object();
        json_put_i64(handoff, "turn", turn);
        put_time(handoff, "at", op->arena, layer_handoff(&layer, turn));
        json_put_text(handoff, "wall", wall_text(op->arena, rotation_wall(&layer.rotation, turn)));
        json_push(handoffs, handoff);
    }
    json_put(answer, "handoffs", handoffs);
    *out = answer;
    return true;
}
