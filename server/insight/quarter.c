/* The quarterly review: the rules. See quarter.h. */
#include "insight/quarter.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/str.h"
#include "insight/quarter_internal.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"

#include <stdio.h>

enum { YEAR_MIN = 2000, YEAR_MAX = 2100, MONTHS = 3, DAY_S = 86400, BODY_MAX = 40000 };
/* After the end of a quarter: late recoveries of its last night are in. */
static const int64_t SETTLED_MS = (int64_t)6 * 3600 * 1000;

struct quarter quarter_of(const struct tz *tz, int64_t ms) {
    struct civil now;
    tz_local(tz, ms / 1000, &now);
    return (struct quarter){ (int)now.year, (now.month - 1) / MONTHS + 1 };
}

void quarter_span(const struct tz *tz, struct quarter quarter, int64_t *from, int64_t *until) {
    int month = (quarter.number - 1) * MONTHS + 1;
    bool last = quarter.number == 4;
    *from = tz_resolve(tz, civil_days(quarter.year, month, 1) * DAY_S) * 1000;
    *until =
        tz_resolve(tz, civil_days(last ? quarter.year + 1 : quarter.year, last ? 1 : month + MONTHS, 1) * DAY_S) * 1000;
}

struct quarter quarter_before(struct quarter quarter) {
    return quarter.number == 1 ? (struct quarter){ quarter.year - 1, 4 }
                               : (struct quarter){ quarter.year, quarter.number - 1 };
}

const char *quarter_name(struct arena *arena, struct quarter quarter) {
    return arena_printf(arena, "%04d-Q%d", quarter.year, quarter.number);
}

bool quarter_parse(const char *name, struct quarter *out) {
    struct quarter quarter;
    char rest;
    if (sscanf(name, "%4d-Q%1d%c", &quarter.year, &quarter.number, &rest) != 2) return false;
    if (quarter.year < YEAR_MIN || quarter.year > YEAR_MAX || quarter.number < 1 || quarter.number > 4) return false;
    *out = quarter;
    return true;
}

static const char *const PARTS[QUARTER_PART_COUNT] = { "frequency", "times",   "alerts",  "levels",
                                                       "actions",   "manuals", "lessons", "plan" };

const char *quarter_part_name(enum quarter_part part) {
    REQUIRE(part < QUARTER_PART_COUNT);
    return PARTS[part];
}

bool quarter_part_parse(const char *name, enum quarter_part *out) {
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        if (!str_eq(PARTS[part], name)) continue;
        *out = part;
        return true;
    }
    return false;
}

/* --- reading --- */

struct asking {
    struct quarter quarter;
    const struct quarter_save *save;
    struct quarter_review review;
    struct quarter_list list;
};

static bool check(struct op *op, struct quarter quarter, struct error *err) {
    if (quarter.year < YEAR_MIN || quarter.year > YEAR_MAX) op_field_error(op, "year", "out_of_range", "2000–2100");
    if (quarter.number < 1 || quarter.number > 4) op_field_error(op, "q", "out_of_range", "1–4");
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    int64_t incidents;
    bool found;
    if (!quarter_row_find(tx, asking->quarter, &asking->review, &found, err) || found) return found;
    asking->review = (struct quarter_review){ .quarter = asking->quarter };
    return quarter_draft(tx, tx_op(tx)->lang, &asking->review, &incidents, err);
}

bool quarter_find(struct op *op, struct quarter quarter, struct quarter_review *out, struct error *err) {
    struct asking asking = { .quarter = quarter };
    if (!permission_check(op, PERM_READ, err) || !check(op, quarter, err) || !store_read(op, find_tx, &asking, err)) {
        return false;
    }
    *out = asking.review;
    return true;
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    return quarter_rows_list(tx, &asking->list, err);
}

bool quarter_list(struct op *op, struct quarter_list *out, struct error *err) {
    struct asking asking = { .list = { 0 } };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_tx, &asking, err)) return false;
    *out = asking.list;
    return true;
}

/* --- storing --- */

static bool audit(struct tx *tx, struct quarter quarter, const char *what, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    return audit_add(tx, what, arena_printf(arena, "quarter/%s", quarter_name(arena, quarter)), NULL, err);
}

/* The review as it counts now: a new one, or the sections of the stored one that nobody wrote on. */
static bool count_again(struct tx *tx, struct asking *asking, bool only_if_any, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct quarter_review stored = { 0 }, draft = { .quarter = asking->quarter };
    int64_t incidents;
    bool found;
    if (!organisation_find(tx, &organisation, err) || !quarter_row_find(tx, asking->quarter, &stored, &found, err) ||
        !quarter_draft(tx, i18n_get(found ? stored.lang : organisation.lang), &draft, &incidents, err)) {
        return false;
    }
    if (!found) {
        if (only_if_any && incidents == 0) return true;
        stored = draft;
        stored.id = id_new(op->now_ms);
        stored.made_by = op->actor->name;
        stored.made_at = stored.updated_at = op->now_ms;
        if (!quarter_row_insert(tx, &stored, err)) return false;
    }
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        struct quarter_section *section = &stored.sections[part];
        bool same = found && str_eq(section->body, draft.sections[part].body);
        bool saved;
        if (section->edited || same) continue;
        section->body = draft.sections[part].body;
        if (!quarter_section_put(tx, stored.id, part, section, &saved, err)) return false;
        section->version++;
        section->updated_by = op->actor->name;
        section->updated_at = op->now_ms;
    }
    asking->review = stored;
    tx_on_commit(tx, "insights");
    return quarter_row_touch(tx, stored.id, err) && audit(tx, asking->quarter, "quarter.made", err);
}

static bool make_tx(struct tx *tx, void *arg, struct error *err) {
    return count_again(tx, arg, false, err);
}

bool quarter_make(struct op *op, struct quarter quarter, struct quarter_review *out, struct error *err) {
    struct asking asking = { .quarter = quarter };
    if (!permission_check(op, PERM_RESPOND, err) || !check(op, quarter, err) ||
        !store_write(op, make_tx, &asking, err)) {
        return false;
    }
    *out = asking.review;
    return true;
}

static bool save_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct op *op = tx_op(tx);
    const struct quarter_save *save = asking->save;
    bool found, saved;
    op->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    if (!quarter_row_find(tx, asking->quarter, &asking->review, &found, err)) return false;
    if (!found && !count_again(tx, asking, false, err)) return false;
    struct quarter_section *section = &asking->review.sections[save->part];
    /* version 0 was the draft, which has just become version 1 */
    saved = save->base == section->version || (!found && save->base == 0);
    if (saved) {
        struct quarter_section next = { .body = save->body,
                                        .version = section->version,
                                        .edited = true,
                                        .updated_by = op->actor->name,
                                        .updated_at = op->now_ms };
        if (!quarter_section_put(tx, asking->review.id, save->part, &next, &saved, err)) return false;
        next.version++;
        *section = next;
        asking->review.updated_at = op->now_ms;
    }
    if (!saved) {
        const char *key = quarter_part_name(save->part);
        op_field_error(op, arena_printf(op->arena, "sections.%s", key), "stale", NULL);
        return ERROR(err, ERR_STALE, "document.section_changed", "%s", key);
    }
    return quarter_row_touch(tx, asking->review.id, err) && audit(tx, asking->quarter, "quarter.saved", err);
}

bool quarter_save(struct op *op, struct quarter quarter, const struct quarter_save *save, struct quarter_review *out,
                  struct error *err) {
    struct quarter_save checked = *save;
    struct asking asking = { .quarter = quarter, .save = &checked };
    if (!permission_check(op, PERM_RESPOND, err) || !check(op, quarter, err)) return false;
    const char *field = arena_printf(op->arena, "sections.%s", quarter_part_name(save->part));
    checked.body = field_text(op, field, save->body == NULL ? "" : save->body, BODY_MAX, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, save_tx, &asking, err)) return false;
    *out = asking.review;
    return true;
}

/* --- by itself --- */

/* The first end of a quarter after `at`; one that was slept through follows at once. */
static bool set_next(struct tx *tx, int64_t at, struct error *err) {
    struct organisation organisation;
    int64_t from, until;
    if (!organisation_find(tx, &organisation, err)) return false;
    quarter_span(organisation.tz, quarter_of(organisation.tz, at), &from, &until);
    struct due next = { .kind = QUARTER_DUE, .variant = "", .due_ms = until + SETTLED_MS };
    if (from + SETTLED_MS > at) next.due_ms = from + SETTLED_MS; /* this morning's is still to come */
    return due_set(tx, &next, err);
}

bool quarter_due(struct tx *tx, const struct due *due, struct error *err) {
    struct organisation organisation;
    struct asking asking = { .save = NULL };
    if (!organisation_find(tx, &organisation, err)) return false;
    asking.quarter = quarter_before(quarter_of(organisation.tz, due->due_ms));
    return count_again(tx, &asking, true, err) && set_next(tx, due->due_ms, err);
}

static bool start_tx(struct tx *tx, void *arg, struct error *err) {
    bool there;
    (void)arg;
    return quarter_due_exists(tx, &there, err) && (there || set_next(tx, tx_op(tx)->now_ms, err));
}

bool quarter_start(struct op *op, struct error *err) {
    return store_write(op, start_tx, NULL, err);
}
