/* Action items: the rules. Rows are action_sql.c. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

#include <stdio.h>

enum { TITLE_MAX = 200, OWNER_MAX = 80, REASON_MAX = 500, JIRA_MAX = 200, DAY_S = 86400 };

static const char *const PERSPECTIVES[] = { "prevention", "detection", "response", NULL };
static const char *const HORIZONS[] = { "short", "mid", "long", NULL };
static const char *const KINDS[] = { "monitoring",   "setting", "review", "deploy",
                                     "architecture", "process", "other",  NULL };
static const char *const STATES[] = { "todo", "doing", "done", "dropped", NULL };

const char *const *action_words(enum action_word which) {
    static const char *const *const WORDS[] = {
        [ACTION_PERSPECTIVE] = PERSPECTIVES, [ACTION_HORIZON] = HORIZONS, [ACTION_KIND] = KINDS, [ACTION_STATE] = STATES
    };
    return WORDS[which];
}

const char *action_state_name(enum action_state state) {
    REQUIRE(state < ACTION_STATE_COUNT);
    return STATES[state];
}

/* "2024-01-20" → the end of that day in the zone; false for anything that is no date. */
static bool end_of_day(const struct tz *tz, const char *text, int64_t *out) {
    int year, month, day;
    char rest;
    if (str_blank(text) || sscanf(text, "%4d-%2d-%2d%c", &year, &month, &day, &rest) != 3) return false;
    char again[16];
    snprintf(again, sizeof again, "%04d-%02d-%02d", year, month, day);
    if (!str_eq(again, text) || year < 2000 || year > 2100 || month < 1 || month > 12 || day < 1 ||
        day > civil_month_days(year, month)) {
        return false;
    }
    *out = tz_resolve(tz, (civil_days(year, month, day) + 1) * DAY_S) * 1000 - 1;
    return true;
}

static const char *choose(struct op *op, const char *field, const char *value, const char *const *words,
                          const char *current) {
    if (value == NULL) return current;
    int at = field_one_of(op, field, value, words, FIELD_REQUIRED);
    return at < 0 ? current : words[at];
}

static const char *replace(struct op *op, const char *field, const char *value, size_t max, const char *current) {
    if (value == NULL) return current;
    const char *text = field_text(op, field, value, max, FIELD_OPTIONAL);
    return str_blank(text) ? NULL : text;
}

/* Lays a draft over an item; every wrong field is named in op. */
static void apply(struct op *op, const struct action_draft *draft, const struct tz *tz, struct action_item *item) {
    if (draft->title != NULL) item->title = field_text(op, "title", draft->title, TITLE_MAX, FIELD_REQUIRED);
    item->perspective = choose(op, "perspective", draft->perspective, PERSPECTIVES, item->perspective);
    item->horizon = choose(op, "horizon", draft->horizon, HORIZONS, item->horizon);
    item->kind = choose(op, "kind", draft->kind, KINDS, item->kind);
    item->owner = replace(op, "owner", draft->owner, OWNER_MAX, item->owner);
    item->jira = replace(op, "jira", draft->jira, JIRA_MAX, item->jira);
    item->state_reason = replace(op, "state_reason", draft->state_reason, REASON_MAX, item->state_reason);
    if (draft->due != NULL) {
        item->due = str_blank(draft->due) ? NULL : draft->due;
        item->due_at = 0;
        if (item->due != NULL && !end_of_day(tz, item->due, &item->due_at)) {
            op_field_error(op, "due", "malformed", "YYYY-MM-DD");
        }
    }
    if (draft->state != NULL) {
        int state = field_one_of(op, "state", draft->state, STATES, FIELD_REQUIRED);
        if (state >= 0) item->state = (enum action_state)state;
        if (item->state == ACTION_DROPPED && str_blank(item->state_reason)) {
            op_field_error(op, "state_reason", "required", NULL);
        }
    }
    if (item->state != ACTION_DONE) item->done_at = 0;
    else if (item->done_at == 0) item->done_at = op->now_ms;
}

/* --- what a change leaves behind --- */

static bool tell_timeline(struct tx *tx, const struct action_item *item, const char *what, struct error *err) {
    if (item->incident_id == 0) return true;
    struct op *op = tx_op(tx);
    struct incident incident;
    if (!incident_by_id(tx, item->incident_id, &incident, err)) return false;
    const char *key = arena_printf(op->arena, "review.event.action_%s", what);
    const char *reason = item->state_reason == NULL ? "" : item->state_reason;
    struct event_entry entry = { .kind = EVENT_REVIEW,
                                 .text = i18n_format(i18n_get(incident.lang), op->arena, key,
                                                     I18N_ARGS({ "title", item->title }, { "reason", reason })),
                                 .phase = -1 };
    return timeline_add(tx, &incident, &entry, err) && incident_save(tx, &incident, err);
}

/* What people read of it where messages go. */
static bool add_text(struct tx *tx, const struct action_item *item, const char *what, json_t *json, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    const struct i18n *lang = i18n_get(organisation.lang);
    json_put_text(json, "text",
                  i18n_format(lang, op->arena, arena_printf(op->arena, "review.told.%s", what),
                              I18N_ARGS({ "title", item->title }, { "due", item->due == NULL ? "-" : item->due },
                                        { "owner", item->owner == NULL ? "-" : item->owner })));
    return true;
}

static bool publish_change(struct tx *tx, const struct action_item *item, const char *what, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *json = action_json(op, item);
    char id[ID_TEXT_SIZE];
    const char *subject = arena_printf(op->arena, "action/%s", id_text(item->id, id));
    struct outbox_message message = { .topic = arena_printf(op->arena, "action.%s", what),
                                      .order_key = subject,
                                      .payload = json };
    tx_on_commit(tx, "actions");
    return audit_add(tx, message.topic, subject, json, err) && add_text(tx, item, what, json, err) &&
           outbox_publish(tx, &message, err);
}

/* Two days before the due day, then at the end of it and every three days while it stays open. */
static bool set_reminder(struct tx *tx, const struct action_item *item, struct error *err) {
    bool open = item->state == ACTION_TODO || item->state == ACTION_DOING;
    if (!open || item->due_at == 0) return due_cancel_all(tx, ACTION_REMINDER_DUE, item->id, err);
    int64_t soon = item->due_at - (int64_t)2 * DAY_S * 1000;
    int64_t at = soon > tx_op(tx)->now_ms ? soon : item->due_at;
    return due_set(tx, &(struct due){ ACTION_REMINDER_DUE, item->id, "", at, NULL }, err);
}

bool action_reminder_due(struct tx *tx, const struct due *due, struct error *err) {
    struct op *op = tx_op(tx);
    struct action_item item;
    bool found;
    if (!action_row_find(tx, due->subject_id, &item, &found, err)) return false;
    if (!found || item.due_at == 0 || (item.state != ACTION_TODO && item.state != ACTION_DOING)) return true;
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    bool overdue = op->now_ms >= item.due_at;
    const char *key = overdue ? "review.reminder.overdue" : "review.reminder.soon";
    json_t *payload = action_json(op, &item);
    json_put_text(payload, "text",
                  i18n_format(i18n_get(organisation.lang), op->arena, key,
                              I18N_ARGS({ "title", item.title }, { "due", item.due },
                                        { "owner", item.owner == NULL ? "-" : item.owner })));
    char id[ID_TEXT_SIZE];
    struct outbox_message message = { .topic = overdue ? "action.overdue" : "action.due_soon",
                                      .order_key = arena_printf(op->arena, "action/%s", id_text(item.id, id)),
                                      .payload = payload };
    int64_t next = overdue ? op->now_ms + (int64_t)3 * DAY_S * 1000 : item.due_at;
    return outbox_publish(tx, &message, err) &&
           due_set(tx, &(struct due){ ACTION_REMINDER_DUE, item.id, "", next, NULL }, err);
}

/* --- making and changing --- */

struct changing {
    int64_t id, expected_version;
    const struct action_draft *draft;
    struct action_item item;
};

bool action_create_tx(struct tx *tx, const struct action_draft *draft, struct action_item *out, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    struct action_item item = { .id = id_new(op->now_ms),
                                .perspective = "prevention",
                                .horizon = "short",
                                .kind = "other",
                                .version = 1,
                                .created_by = op->actor->name,
                                .created_at = op->now_ms,
                                .updated_at = op->now_ms };
    if (draft->title == NULL) op_field_error(op, "title", "required", NULL);
    apply(op, draft, organisation.tz, &item);
    if (!str_blank(draft->incident_ref)) {
        struct incident incident;
        struct error missing;
        if (incident_by_ref(tx, draft->incident_ref, &incident, &missing)) {
            item.incident_id = incident.id;
            item.incident_ref = incident.ref;
            item.service_id = incident.service_id;
        } else if (missing.kind == ERR_NOT_FOUND) {
            op_field_error(op, "incident", "unknown", NULL);
        } else {
            *err = missing;
            return false;
        }
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *out = item;
    return action_row_insert(tx, &item, err) && set_reminder(tx, &item, err) &&
           tell_timeline(tx, &item, "created", err) && publish_change(tx, &item, "created", err);
}

static bool create_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    tx_op(tx)->fields = (struct field_errors){ 0 };
    return action_create_tx(tx, changing->draft, &changing->item, err);
}

bool action_create(struct op *op, const struct action_draft *draft, struct action_item *out, struct error *err) {
    struct changing changing = { .draft = draft };
    if (!permission_check(op, PERM_RESPOND, err) || !store_write(op, create_tx, &changing, err)) return false;
    *out = changing.item;
    return true;
}

static bool find_row(struct tx *tx, int64_t id, struct action_item *out, struct error *err) {
    bool found;
    if (!action_row_find(tx, id, out, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "action.unknown", "%lld", (long long)id);
}

static bool update_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    struct op *op = tx_op(tx);
    op->fields = (struct field_errors){ 0 };
    struct organisation organisation;
    struct action_item item;
    if (!organisation_find(tx, &organisation, err) || !find_row(tx, changing->id, &item, err)) return false;
    if (changing->expected_version != 0 && changing->expected_version != item.version) {
        return ERROR(err, ERR_STALE, "action.stale", "version %lld", (long long)item.version);
    }
    enum action_state before = item.state;
    apply(op, changing->draft, organisation.tz, &item);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    item.updated_at = op->now_ms;
    int64_t changed;
    if (!action_row_update(tx, &item, &changed, err)) return false;
    if (changed == 0) return ERROR(err, ERR_STALE, "action.stale", "changed meanwhile");
    item.version++;
    changing->item = item;
    const char *what = item.state == ACTION_DONE ? "done" : "dropped";
    bool ended = item.state != before && (item.state == ACTION_DONE || item.state == ACTION_DROPPED);
    return set_reminder(tx, &item, err) && (!ended || tell_timeline(tx, &item, what, err)) &&
           publish_change(tx, &item, ended ? what : "changed", err);
}

bool action_update(struct op *op, int64_t id, const struct action_draft *draft, int64_t expected_version,
                   struct action_item *out, struct error *err) {
    struct changing changing = { .id = id, .expected_version = expected_version, .draft = draft };
    if (!permission_check(op, PERM_RESPOND, err) || !store_write(op, update_tx, &changing, err)) return false;
    *out = changing.item;
    return true;
}

/* --- what other systems tell --- */

bool action_by_id(struct tx *tx, int64_t id, struct action_item *out, bool *found, struct error *err) {
    return action_row_find(tx, id, out, found, err);
}

bool action_set_jira(struct tx *tx, int64_t id, const char *key, struct error *err) {
    struct action_item item;
    bool found;
    int64_t rows;
    if (!action_row_find(tx, id, &item, &found, err)) return false;
    if (!found || str_eq(item.jira, key)) return true;
    item.jira = key;
    item.updated_at = tx_op(tx)->now_ms;
    return action_row_update(tx, &item, &rows, err) && publish_change(tx, &item, "linked", err);
}

static bool save_followed(struct tx *tx, struct action_item *item, bool moved, struct error *err) {
    int64_t rows;
    bool ended = moved && (item->state == ACTION_DONE || item->state == ACTION_DROPPED);
    const char *what = item->state == ACTION_DONE ? "done" : "dropped";
    if (!action_row_update(tx, item, &rows, err)) return false;
    item->version++;
    return set_reminder(tx, item, err) && (!ended || tell_timeline(tx, item, what, err)) &&
           publish_change(tx, item, ended ? what : "changed", err);
}

bool action_follow(struct tx *tx, int64_t id, enum action_state state, const char *key, bool *changed,
                   struct error *err) {
    struct action_item item;
    bool found;
    *changed = false;
    if (!action_row_find(tx, id, &item, &found, err)) return false;
    if (!found || item.state == ACTION_DROPPED) return true;
    if (item.state == state && str_eq(item.jira, key)) return true;
    *changed = item.state != state;
    item.state = state;
    item.jira = key;
    item.updated_at = tx_op(tx)->now_ms;
    item.done_at = state == ACTION_DONE ? item.updated_at : 0;
    if (state == ACTION_DROPPED && str_blank(item.state_reason)) item.state_reason = "Jira";
    return save_followed(tx, &item, *changed, err);
}

/* --- reading --- */

struct reading {
    int64_t id;
    const struct action_filter *filter;
    const char *incident_ref;
    struct action_item item;
    struct action_list list;
    struct action_figures figures;
};

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return find_row(tx, reading->id, &reading->item, err);
}

bool action_find(struct op *op, int64_t id, struct action_item *out, struct error *err) {
    struct reading reading = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, find_tx, &reading, err)) return false;
    *out = reading.item;
    return true;
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return action_rows_list(tx, reading->filter, &reading->list, err);
}

static void check_word(struct op *op, const char *field, const char *value, const char *const *words) {
    if (value != NULL) (void)field_one_of(op, field, value, words, FIELD_REQUIRED);
}

/* A filter that names nothing is a mistake, not an empty list. */
static bool check_filter(struct op *op, const struct action_filter *filter, struct error *err) {
    static const char *const SHOWN[] = { "open", "overdue", "todo", "doing", "done", "dropped", NULL };
    check_word(op, "state", filter->state, SHOWN);
    check_word(op, "perspective", filter->perspective, PERSPECTIVES);
    check_word(op, "horizon", filter->horizon, HORIZONS);
    check_word(op, "kind", filter->kind, KINDS);
    if (filter->incident_ref != NULL) {
        struct incident incident;
        struct error missing;
        if (!incident_find(op, filter->incident_ref, &incident, &missing)) {
            if (missing.kind != ERR_NOT_FOUND) {
                *err = missing;
                return false;
            }
            op_field_error(op, "incident", "unknown", NULL);
        }
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool action_list(struct op *op, const struct action_filter *filter, struct action_list *out, struct error *err) {
    struct reading reading = { .filter = filter };
    if (!permission_check(op, PERM_READ, err) || !check_filter(op, filter, err) ||
        !store_read(op, list_tx, &reading, err)) {
        return false;
    }
    *out = reading.list;
    return true;
}

static bool figures_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return action_rows_count(tx, reading->incident_ref, &reading->figures, err);
}

bool action_figures(struct op *op, const char *incident_ref, struct action_figures *out, struct error *err) {
    struct reading reading = { .incident_ref = incident_ref };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, figures_tx, &reading, err)) return false;
    *out = reading.figures;
    return true;
}

bool action_figures_tx(struct tx *tx, const char *incident_ref, struct action_figures *out, struct error *err) {
    return action_rows_count(tx, incident_ref, out, err);
}

json_t *action_json(struct op *op, const struct action_item *item) {
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", item->id);
    json_put_text(json, "incident", item->incident_ref);
    json_put_text(json, "title", item->title);
    json_put_text(json, "perspective", item->perspective);
    json_put_text(json, "horizon", item->horizon);
    json_put_text(json, "kind", item->kind);
    json_put_text(json, "owner", item->owner);
    json_put_text(json, "due", item->due);
    json_put_text(json, "state", action_state_name(item->state));
    json_put_text(json, "state_reason", item->state_reason);
    json_put_text(json, "jira", item->jira);
    bool open = item->state == ACTION_TODO || item->state == ACTION_DOING;
    json_put_bool(json, "overdue", open && item->due_at != 0 && item->due_at < op->now_ms);
    json_put_text(json, "done_at", item->done_at == 0 ? NULL : when_rfc3339(op->arena, item->done_at));
    json_put_text(json, "created_at", when_rfc3339(op->arena, item->created_at));
    json_put_text(json, "created_by", item->created_by);
    json_put_i64(json, "version", item->version);
    return json;
}
