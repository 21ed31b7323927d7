/* Runs: starting a runbook in an incident, and what fits there. See run.h. */
#include "runbook/runbook_internal.h"

#include "alert/alert.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"
#include "incident/timeline.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "text/when.h"

#include <string.h>

enum { STEP_CHARS = 500, RUNS_MAX = 10, ALERTS_READ = 20 };

/* --- steps --- */

static const char *list_item(const char *line) {
    if (str_starts(line, "- [ ] ")) return line + 6;
    if (str_starts(line, "- ") || str_starts(line, "* ")) return line + 2;
    size_t digits = strspn(line, "0123456789");
    return digits > 0 && digits < 3 && line[digits] == '.' && line[digits + 1] == ' ' ? line + digits + 2 : NULL;
}

/* Plain text: a checklist shows no Markdown. Cut on a character's boundary. */
static const char *plain_step(struct arena *arena, const char *text) {
    char *plain = arena_str(arena, text), *to = plain;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '`' && *at != '*') *to++ = *at;
    }
    *to = '\0';
    char *cut = arena_alloc(arena, STEP_CHARS + 1);
    str_copy(cut, STEP_CHARS + 1, plain);
    return str_clean(arena, cut);
}

struct step_reader {
    struct arena *arena;
    struct runbook_step *steps;
    size_t count;
    bool fenced, in_step; /* in_step: what follows belongs to the newest step of this section */
    struct buf command;
};

static void end_command(struct step_reader *reader) {
    if (reader->in_step && reader->count > 0 && reader->command.len > 0) {
        reader->steps[reader->count - 1].command =
            str_clean(reader->arena, arena_strn(reader->arena, reader->command.data, reader->command.len));
    }
}

static void read_line(struct step_reader *reader, const char *line) {
    const char *inner = line + strspn(line, " \t");
    if (str_starts(inner, "```")) {
        reader->fenced = !reader->fenced;
        if (!reader->fenced) end_command(reader);
    } else if (reader->fenced) {
        buf_printf(&reader->command, "%s\n", inner);
    } else if (list_item(line) != NULL && reader->count < RUNBOOK_STEPS_MAX) {
        const char *text = plain_step(reader->arena, list_item(line));
        if (str_blank(text)) return;
        reader->steps[reader->count++] = (struct runbook_step){ text, NULL };
        reader->in_step = true;
        buf_init(&reader->command, reader->arena, RUNBOOK_SECTION_MAX * 4);
    }
}

size_t runbook_steps(struct arena *arena, const struct runbook *runbook, struct runbook_step out[RUNBOOK_STEPS_MAX]) {
    static const enum runbook_section DONE_IN[] = { RUNBOOK_CAUSE_CHECKS, RUNBOOK_IMMEDIATE_ACTION,
                                                    RUNBOOK_RECOVERY_CHECKS };
    struct step_reader reader = { .arena = arena, .steps = out };
    for (size_t i = 0; i < sizeof DONE_IN / sizeof *DONE_IN; i++) {
        char **lines;
        reader.fenced = reader.in_step = false;
        buf_init(&reader.command, arena, RUNBOOK_SECTION_MAX * 4);
        size_t count = str_split(arena, runbook->sections[DONE_IN[i]], "\r\n", &lines);
        for (size_t n = 0; n < count; n++) read_line(&reader, lines[n]);
    }
    return reader.count;
}

/* --- starting --- */

struct starting {
    const char *ref, *key;
    struct runbook_run run;
};

static bool add_list(struct tx *tx, const struct incident *incident, const struct runbook *runbook, int64_t *id,
                     struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct runbook_step *steps = ARENA_ARRAY(arena, RUNBOOK_STEPS_MAX, struct runbook_step);
    const char **texts = ARENA_ARRAY(arena, RUNBOOK_STEPS_MAX + 1, const char *);
    const char **hints = ARENA_ARRAY(arena, RUNBOOK_STEPS_MAX + 1, const char *);
    size_t count = runbook_steps(arena, runbook, steps);
    for (size_t i = 0; i < count; i++) {
        texts[i] = steps[i].text;
        hints[i] = steps[i].command;
    }
    *id = 0;
    if (count == 0) return true;
    struct checklist_draft draft = { .title = runbook->title, .items = texts, .hints = hints, .count = count };
    return checklist_add(tx, incident, &draft, id, err);
}

static bool record_start(struct tx *tx, struct incident *incident, const struct runbook_run *run, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *data = json_obj(op->arena);
    json_put_text(data, "runbook", run->runbook.title);
    json_put_text(data, "key", run->runbook.key);
    json_put_i64(data, "version", run->runbook.version);
    struct event_entry entry = { .kind = EVENT_CHECKLIST, .key = "timeline.runbook_started", .data = data };
    return timeline_add(tx, incident, &entry, err) && incident_save(tx, incident, err) &&
           audit_add(tx, "runbook.started", arena_printf(op->arena, "incident/%s", incident->ref), data, err);
}

static bool start_tx(struct tx *tx, void *arg, struct error *err) {
    struct starting *starting = arg;
    struct op *op = tx_op(tx);
    struct incident incident;
    struct runbook_list all;
    struct runbook_run *runs;
    size_t count;
    op->fields = (struct field_errors){ 0 };
    if (!incident_by_ref(tx, starting->ref, &incident, err) || !runbooks_all(tx, &all, err) ||
        !run_rows(tx, incident.id, &runs, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(runs[i].runbook.key, starting->key)) continue;
        starting->run = runs[i];
        return true;
    }
    if (count >= RUNS_MAX) return ERROR(err, ERR_CONFLICT, "checklist.too_many", "%zu runbooks", count);
    struct runbook_run run = {
        .id = id_new(op->now_ms), .incident_id = incident.id, .started_at = op->now_ms, .started_by = op->actor->name
    };
    if (!runbook_choose(&all, starting->key, incident.lang, &run.runbook, err)) return false;
    if (run.runbook.retired_at != 0) return ERROR(err, ERR_CONFLICT, "runbook.retired", "%.60s", starting->key);
    if (!add_list(tx, &incident, &run.runbook, &run.checklist_id, err) || !run_row_insert(tx, &run, err)) {
        return false;
    }
    starting->run = run;
    return record_start(tx, &incident, &run, err);
}

bool runbook_start(struct op *op, const char *ref, const char *key, struct runbook_run *out, struct error *err) {
    struct starting starting = { .ref = ref, .key = key };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (str_blank(key)) {
        op_field_error(op, "key", "required", NULL);
        return OP_INVALID(op, err);
    }
    if (!store_write(op, start_tx, &starting, err)) return false;
    *out = starting.run;
    return true;
}

/* --- offering --- */

struct offering {
    const char *ref;
    struct runbook_offers offers;
};

static bool is_running(const struct runbook_offers *offers, const char *key) {
    for (size_t i = 0; i < offers->run_count; i++) {
        if (str_eq(offers->runs[i].runbook.key, key)) return true;
    }
    return false;
}

/* One language a runbook, and none that runs already or is out of use. */
static void narrow(struct op *op, const struct runbook_offers *offers, struct runbook_list *list) {
    size_t kept = 0;
    const char *lang = runbook_lang(op);
    struct error ignored;
    for (size_t i = 0; i < list->count; i++) {
        struct runbook chosen;
        if (list->items[i].retired_at != 0 || is_running(offers, list->items[i].key)) continue;
        if (!runbook_choose(list, list->items[i].key, lang, &chosen, &ignored)) continue;
        if (str_eq(chosen.lang, list->items[i].lang)) list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

/* What its alerts are called: titles and labels, where the alert's name is. */
static bool alert_names(struct tx *tx, const char *ref, const char *const **out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct alert_list alerts;
    if (!alert_list_tx(tx, &(struct alert_query){ .incident_ref = ref, .limit = ALERTS_READ }, &alerts, err)) {
        return false;
    }
    const char **names = ARENA_ARRAY(arena, alerts.count + 1, const char *);
    for (size_t i = 0; i < alerts.count; i++) {
        names[i] = arena_printf(arena, "%s %s", alerts.items[i].title, alerts.items[i].labels);
    }
    *out = names;
    return true;
}

static bool offer_tx(struct tx *tx, void *arg, struct error *err) {
    struct offering *offering = arg;
    struct op *op = tx_op(tx);
    struct runbook_offers offers = { 0 };
    struct incident incident;
    struct runbook_list all;
    if (!incident_by_ref(tx, offering->ref, &incident, err) || !runbooks_all(tx, &all, err) ||
        !run_rows(tx, incident.id, &offers.runs, &offers.run_count, err)) {
        return false;
    }
    struct runbook_list *list = ARENA_NEW(op->arena, struct runbook_list);
    list->items = ARENA_ARRAY(op->arena, all.count + 1, struct runbook);
    memcpy(list->items, all.items, all.count * sizeof *all.items);
    list->count = all.count;
    narrow(op, &offers, list);
    const char *const *names;
    if (!alert_names(tx, offering->ref, &names, err)) return false;
    const char *texts[] = { incident.title, incident.symptom, incident.suspected_cause, incident.impact };
    const char *text = "";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] != NULL) text = arena_printf(op->arena, "%s\n%s", text, texts[i]);
    }
    struct runbook_case facts = { incident.service_key, text, names };
    offers.match_count = runbook_match(op->arena, list, &facts, offers.matches);
    offering->offers = offers;
    return true;
}

bool runbook_offers(struct op *op, const char *ref, struct runbook_offers *out, struct error *err) {
    struct offering offering = { .ref = ref };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, offer_tx, &offering, err)) return false;
    *out = offering.offers;
    return true;
}

json_t *runbook_run_json(struct op *op, const struct runbook_run *run) {
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", run->id);
    json_put(json, "runbook", json_incref(runbook_json(op, &run->runbook)));
    json_put_id(json, "checklist", run->checklist_id);
    json_put_text(json, "started_at", when_rfc3339(op->arena, run->started_at));
    json_put_text(json, "started_by", run->started_by);
    return json;
}
