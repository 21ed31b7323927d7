/* Rows of checklists. A list keeps its items as JSON, written once; what is ticked are rows. */
#include "incident/checklist_rows.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "incident/statements.h"

SQL(SQL_CHECKLIST_START,
    "ii"
    "ittt"
    "ittt"
    "ittt"
    "ittt",
    "",
    "INSERT INTO checklist (id, incident_id, key, title, items, at) VALUES "
    "(?3, ?1, ?4, ?5, ?6, ?2), (?7, ?1, ?8, ?9, ?10, ?2), "
    "(?11, ?1, ?12, ?13, ?14, ?2), (?15, ?1, ?16, ?17, ?18, ?2)");
SQL(SQL_CHECKLIST_PUT, "iittti", "",
    "INSERT INTO checklist (id, incident_id, key, title, items, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
SQL(SQL_CHECKLIST_LIST, "i", "iittt",
    "SELECT id, incident_id, key, title, items FROM checklist WHERE incident_id = ?1 ORDER BY id LIMIT 50");
SQL(SQL_CHECKLIST_BY_ID, "i", "iittt", "SELECT id, incident_id, key, title, items FROM checklist WHERE id = ?1");
SQL(SQL_CHECKLIST_COUNT, "i", "i", "SELECT count(*) FROM checklist WHERE incident_id = ?1");
SQL(SQL_TICK_LIST, "i", "iiiitT",
    "SELECT t.checklist_id, t.number, t.done, t.at, t.actor, t.note FROM checklist c "
    "JOIN checklist_tick t ON t.checklist_id = c.id WHERE c.incident_id = ?1 LIMIT 2500");
SQL(SQL_TICK_PUT, "iiiitT", "",
    "INSERT INTO checklist_tick (checklist_id, number, done, at, actor, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (checklist_id, number) DO UPDATE SET done = excluded.done, at = excluded.at, "
    "actor = excluded.actor, note = excluded.note");

static const struct sql *const LIST[] = { &SQL_CHECKLIST_START, &SQL_CHECKLIST_PUT,   &SQL_CHECKLIST_LIST,
                                          &SQL_CHECKLIST_BY_ID, &SQL_CHECKLIST_COUNT, &SQL_TICK_LIST,
                                          &SQL_TICK_PUT };
const struct sql_list INCIDENT_CHECKLIST_STATEMENTS = { "incident/checklist", LIST, sizeof LIST / sizeof *LIST };

bool checklists_start(struct tx *tx, const struct incident *incident, struct error *err) {
    const struct op *op = tx_op(tx);
    struct shipped_list lists[SHIPPED_LISTS];
    if (!shipped_lists(op->arena, incident->lang, lists, err)) return false;
    struct arg args[2 + 4 * SHIPPED_LISTS] = { I64(incident->id), I64(op->now_ms) };
    for (size_t i = 0; i < SHIPPED_LISTS; i++) {
        struct arg *row = args + 2 + 4 * i;
        row[0] = I64(id_new(op->now_ms));
        row[1] = TXT(lists[i].key);
        row[2] = TXT(lists[i].title);
        row[3] = TXT(lists[i].items);
    }
    return tx_exec(tx, &SQL_CHECKLIST_START, (struct args){ args, sizeof args / sizeof *args }, NULL, err);
}

bool checklist_put(struct tx *tx, int64_t incident_id, const struct shipped_list *list, int64_t *id,
                   struct error *err) {
    int64_t now = tx_op(tx)->now_ms;
    *id = id_new(now);
    return tx_exec(tx, &SQL_CHECKLIST_PUT,
                   ARGS(I64(*id), I64(incident_id), TXT(list->key), TXT(list->title), TXT(list->items), I64(now)), NULL,
                   err);
}

static bool items_from(struct arena *arena, const char *text, struct checklist *out, struct error *err) {
    json_t *items;
    if (!json_parse(arena, text, strlen(text), &items, err)) return false;
    out->count = json_array_size(items);
    out->items = ARENA_ARRAY(arena, out->count + 1, struct check_item);
    for (size_t i = 0; i < out->count; i++) {
        const json_t *item = json_array_get(items, i);
        out->items[i] = (struct check_item){ .number = (int64_t)i + 1,
                                             .text = json_text(item, "text"),
                                             .hint = json_text(item, "hint") };
    }
    return true;
}

static bool list_from(struct arena *arena, const struct rows *row, struct checklist *out, struct error *err) {
    *out = (struct checklist){ .id = rows_i64(row, 0), .key = rows_text(row, 2), .title = rows_text(row, 3) };
    return items_from(arena, rows_text(row, 4), out, err);
}

static void tick_from(const struct rows *row, struct checklist *lists, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t number = rows_i64(row, 1);
        if (lists[i].id != rows_i64(row, 0) || number < 1 || number > (int64_t)lists[i].count) continue;
        struct check_item *item = &lists[i].items[number - 1];
        item->done = rows_i64(row, 2) == 1;
        item->done_at = rows_i64(row, 3);
        item->done_by = rows_text(row, 4);
        item->note = rows_text(row, 5);
        if (item->done) lists[i].done++;
    }
}

static bool ticks(struct tx *tx, int64_t incident_id, struct checklist *lists, size_t count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_TICK_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    while (rows_next(&rows)) tick_from(&rows, lists, count);
    return true;
}

bool checklists_of(struct tx *tx, int64_t incident_id, struct checklist **out, size_t *count, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rows rows;
    if (!tx_query(tx, &SQL_CHECKLIST_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct checklist *lists = ARENA_ARRAY(arena, rows.count, struct checklist);
    size_t length = 0;
    while (rows_next(&rows)) {
        if (!list_from(arena, &rows, &lists[length++], err)) return false;
    }
    *out = lists;
    *count = length;
    return ticks(tx, incident_id, lists, length, err);
}

bool checklist_by_id(struct tx *tx, int64_t id, struct checklist *out, int64_t *incident_id, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_CHECKLIST_BY_ID, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "checklist.unknown", "no checklist %lld", (long long)id);
    *incident_id = rows_i64(&row, 1);
    return list_from(tx_op(tx)->arena, &row, out, err) && ticks(tx, *incident_id, out, 1, err);
}

bool checklist_count(struct tx *tx, int64_t incident_id, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_CHECKLIST_COUNT, ARGS(I64(incident_id)), &row, &found, err)) return false;
    *out = rows_i64(&row, 0);
    return true;
}

bool tick_put(struct tx *tx, const struct check_tick *tick, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &SQL_TICK_PUT,
                   ARGS(I64(tick->checklist_id), I64(tick->number), I64(tick->done), I64(op->now_ms),
                        TXT(op->actor->name), OPT_TXT(tick->note)),
                   NULL, err);
}
