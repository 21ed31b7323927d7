/* Drills: starting one, and playing its lines as they fall due. See drill.h. */
#include "drill/drill.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "drill/script.h"
#include "incident/draft.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "text/i18n.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static const char *reader_lang(const struct op *op) {
    return i18n_code(op->lang);
}

bool drill_scripts(struct op *op, struct drill_scripts *out, struct error *err) {
    *out = (struct drill_scripts){ 0 };
    return permission_check(op, PERM_READ, err) && script_all(op->arena, reader_lang(op), out, err);
}

bool drill_script(struct op *op, const char *key, struct drill_script *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && script_read(op->arena, reader_lang(op), key, out, err);
}

/* --- playing --- */

static bool set_next(struct tx *tx, const struct incident *incident, const struct drill_script *script, size_t next,
                     int64_t speed, struct error *err) {
    if (next >= script->line_count) return true;
    json_t *payload = json_obj(tx_op(tx)->arena);
    json_put_text(payload, "script", script->key);
    json_put_text(payload, "lang", script->lang);
    json_put_i64(payload, "next", (int64_t)next);
    json_put_i64(payload, "speed", speed);
    const struct due due = { .kind = DRILL_LINE_DUE,
                             .subject_id = incident->id,
                             .variant = "",
                             .due_ms = incident->declared_at + script->lines[next].minute * MINUTE_MS / speed,
                             .payload = json_dump(tx_op(tx)->arena, payload) };
    return due_set(tx, &due, err);
}

/* All lines of one minute are heard together. */
static bool play(struct tx *tx, struct incident *incident, const struct drill_script *script, size_t *next,
                 struct error *err) {
    struct op *op = tx_op(tx);
    const struct i18n *lang = i18n_get(incident->lang);
    int64_t minute = script->lines[*next].minute;
    for (; *next < script->line_count && script->lines[*next].minute == minute; ++*next) {
        const struct drill_line *line = &script->lines[*next];
        const char *text =
            i18n_format(lang, op->arena, "drill.heard", I18N_ARGS({ "voice", line->voice }, { "text", line->text }));
        const struct event_entry entry = { .kind = EVENT_NOTE, .text = text };
        if (!timeline_add(tx, incident, &entry, err)) return false;
    }
    return incident_save(tx, incident, err);
}

bool drill_line_due(struct tx *tx, const struct due *due, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *payload;
    struct incident incident;
    struct drill_script script;
    if (!json_parse(op->arena, due->payload, strlen(due->payload), &payload, err)) return false;
    size_t next = (size_t)json_integer_value(json_object_get(payload, "next"));
    int64_t speed = json_integer_value(json_object_get(payload, "speed"));
    if (!script_read(op->arena, json_text(payload, "lang"), json_text(payload, "script"), &script, err)) {
        return err->kind == ERR_NOT_FOUND; /* a newer program ships it no more: the drill goes on without it */
    }
    if (!incident_by_id(tx, due->subject_id, &incident, err)) return false;
    if (!incident_is_open(incident.state) || next >= script.line_count || speed < 1) return true;
    return play(tx, &incident, &script, &next, err) && set_next(tx, &incident, &script, next, speed, err);
}

/* --- starting --- */

struct starting {
    const struct drill_input *input;
    struct drill_script script;
    int64_t speed;
    struct incident incident;
};

static bool start_tx(struct tx *tx, void *arg, struct error *err) {
    struct starting *starting = arg;
    struct op *op = tx_op(tx);
    const struct incident_draft draft = { .title = starting->script.title,
                                          .symptom = starting->script.symptom,
                                          .severity = starting->input->severity,
                                          .service = starting->input->service,
                                          .kind = "drill",
                                          .lang = starting->script.lang };
    op->fields = (struct field_errors){ 0 };
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "script", starting->script.key);
    json_put_i64(detail, "speed", starting->speed);
    return incident_declare_tx(tx, &draft, &starting->incident, err) &&
           set_next(tx, &starting->incident, &starting->script, 0, starting->speed, err) &&
           audit_add(tx, "drill.started", arena_printf(op->arena, "incident/%s", starting->incident.ref), detail, err);
}

bool drill_start(struct op *op, const struct drill_input *input, struct incident *out, struct error *err) {
    struct starting starting = { .input = input, .speed = 1 };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (str_blank(input->script)) {
        op_field_error(op, "script", "required", NULL);
    } else if (!script_read(op->arena, reader_lang(op), input->script, &starting.script, err)) {
        if (err->kind != ERR_NOT_FOUND) return false;
        op_field_error(op, "script", "unknown", NULL);
    }
    if (!str_blank(input->speed) && !str_to_i64(input->speed, &starting.speed)) {
        op_field_error(op, "speed", "not_number", NULL);
    } else if (starting.speed < 1 || starting.speed > DRILL_SPEED_MAX) {
        op_field_error(op, "speed", "out_of_range", arena_printf(op->arena, "1–%d", DRILL_SPEED_MAX));
    }
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_write(op, start_tx, &starting, err)) return false;
    *out = starting.incident;
    return true;
}

json_t *drill_script_json(struct op *op, const struct drill_script *script) {
    json_t *json = json_obj(op->arena), *goals = json_array(), *lines = json_array();
    json_put_text(json, "key", script->key);
    json_put_text(json, "lang", script->lang);
    json_put_text(json, "title", script->title);
    json_put_text(json, "lead", script->lead);
    json_put_text(json, "symptom", script->symptom);
    for (size_t i = 0; i < script->goal_count; i++) json_push(goals, json_string(script->goals[i]));
    for (size_t i = 0; i < script->line_count; i++) {
        json_t *line = json_object();
        json_put_i64(line, "minute", script->lines[i].minute);
        json_put_text(line, "voice", script->lines[i].voice);
        json_put_text(line, "text", script->lines[i].text);
        json_push(lines, line);
    }
    json_put(json, "goals", goals);
    json_put(json, "lines", lines);
    return json;
}
