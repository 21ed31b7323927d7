/* What a retrospective holds beside its sections: facts, meeting, pace, whys, and the actions that come of it, as
 * forms.
 *
 * Each part is one form with the version it was read at. What is typed into it is kept like a section's text, as the
 * JSON of its fields; a save that comes too late changes nothing and shows both. Saving is document_parts_save.c. */
#include "pages/review/action_form.h"
#include "pages/review/document_page.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { ACTIONS_SHOWN = 100, WHY_ROWS_FRESH = 3 };

static const struct field_spec SHAPE_FIELD = { "shape", SHAPE_SELECT, "document.shape", NULL, false, 0, NULL };
static const struct field_spec LESSON = { "lesson", SHAPE_LINE, "review.lesson", "document.hint.lesson", false,
                                          200,      NULL };
static const struct field_spec RUNBOOK = {
    "runbook_change", SHAPE_AREA, "document.runbook_question", "document.hint.runbook_change", false, 4000, NULL
};
static const struct field_spec RUNBOOK_NOW = {
    "runbook_change", SHAPE_AREA, "document.runbook_question", "document.hint.runbook_change", true, 4000, NULL
};
static const struct field_spec AT = { "at", SHAPE_TIME, "document.scheduled_at", NULL, true, 0, NULL };
static const struct field_spec FACILITATOR = {
    "facilitator", SHAPE_LINE, "review.facilitator", NULL, false, 200, NULL
};
static const struct field_spec ATTENDEES = {
    "attendees", SHAPE_AREA, "review.attendees", "document.hint.attendees", false, 4000, NULL
};

/* --- a part's form --- */

struct part_form {
    struct form form;
    const json_t *typed; /* what the reader typed and did not save; NULL: nothing */
};

/* Typed text wins over what is stored; what was posted and refused wins over both (form_field sees to that). */
static const char *typed_or(const struct part_form *part, const char *name, const char *stored) {
    const char *typed = part->typed == NULL ? NULL : json_text(part->typed, name);
    return typed != NULL ? typed : stored;
}

static const char *shown(const struct part_form *part, const char *name, const char *stored) {
    const char *posted = part->form.posted ? request_form(part->form.screen->request, name) : NULL;
    return posted != NULL ? posted : typed_or(part, name, stored);
}

static const json_t *parse_typed(struct op *op, const struct typed *typed) {
    struct error err;
    json_t *json;
    if (typed == NULL || !json_parse(op->arena, typed->body, strlen(typed->body), &json, &err)) return NULL;
    return json_is_object(json) ? json : NULL;
}

static struct part_form open_part(struct screen *screen, const struct document_data *data, enum document_part which,
                                  const struct document_refusal *refusal) {
    const char *name = document_part_name(which);
    const struct part *part = &data->document.parts[which];
    const struct typed *typed = typing_of(&data->typing, name);
    struct part_form out = { .typed = NULL };
    if (document_editable(screen, &data->document)) out.typed = parse_typed(screen->op, typed);
    form_open_as(screen, path_of(screen, "%s_form", name), &out.form);
    out.form.posted = refusal->what == REFUSED_PART && refusal->part == which;
    bool stale =
        (out.form.posted && refusal->err->kind == ERR_STALE) || (out.typed != NULL && typed->base != part->version);
    json_t *view = out.form.object;
    json_put_text(view, "part", name);
    json_put_text(view, "base", path_of(screen, "%lld", (long long)part->version));
    json_put_text(view, "by", part->updated_by);
    json_put_text(view, "number", out.typed == NULL ? "0" : path_of(screen, "%lld", (long long)typed->number));
    json_put_text(view, "typed_screen", out.typed == NULL ? "" : typed->screen);
    json_put(view, "kept_at", out.typed == NULL ? json_null() : view_instant(screen, typed->at));
    json_put_text(view, "discard", path_of(screen, "%s/parts/%s/discard", document_url(screen, data), name));
    json_put_text(view, "conflict", stale ? say(screen, "error.document.section_changed") : NULL);
    json_put_text(view, "editors", document_editors(screen, &data->typing, name));
    json_put_bool(view, "open", out.form.posted || out.typed != NULL);
    return out;
}

static void add_facts(struct screen *screen, const struct document_data *data, const struct document_refusal *refusal) {
    static const char *const SHAPES[] = { "retrospective", "postmortem", "short" };
    const struct document *document = &data->document;
    struct part_form part = open_part(screen, data, PART_FACTS, refusal);
    json_t *shapes = options_new();
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        option_add(shapes, SHAPES[i], say(screen, path_of(screen, "review.shape.%s", SHAPES[i])));
    }
    form_field(&part.form, &SHAPE_FIELD, typed_or(&part, "shape", document->shape), shapes);
    form_field(&part.form, &LESSON, typed_or(&part, "lesson", document->lesson), NULL);
    form_field(&part.form, &RUNBOOK, typed_or(&part, "runbook_change", document->runbook_change), NULL);
}

static void add_meeting(struct screen *screen, const struct document_data *data,
                        const struct document_refusal *refusal) {
    const struct document *document = &data->document;
    struct part_form part = open_part(screen, data, PART_MEETING, refusal);
    int64_t ms = document->scheduled_at;
    const char *at = ms == 0 ? NULL : when_input(screen->op->arena, screen->organisation.tz, ms);
    form_field(&part.form, &AT, typed_or(&part, "at", at), NULL);
    form_field(&part.form, &FACILITATOR, typed_or(&part, "facilitator", document->facilitator), NULL);
    form_field(&part.form, &ATTENDEES, typed_or(&part, "attendees", document->attendees), NULL);
}

static void add_pace(struct screen *screen, const struct document_data *data, const struct document_refusal *refusal) {
    struct part_form part = open_part(screen, data, PART_PACE, refusal);
    json_t *rows = json_array();
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        const char *field = path_of(screen, "pace_%s", name);
        json_t *row = json_object();
        json_put_text(row, "name", field);
        json_put_text(row, "label", label(screen, "phase", name));
        json_put_text(row, "value", shown(&part, field, data->document.pace[phase]));
        json_put_text(row, "error", part.form.posted ? form_fault(screen, path_of(screen, "pace.%s", name)) : NULL);
        json_push(rows, row);
    }
    json_put(part.form.object, "rows", rows);
}

/* --- the whys --- */

static const char *stored_why(const struct document *document, size_t step, size_t member) {
    if (step >= document->why_count) return "";
    const struct why *why = &document->whys[step];
    return member == 0 ? why->question : member == 1 ? why->answer : why->evidence;
}

static size_t rows_of(const struct part_form *part, const struct document *document) {
    const struct screen *screen = part->form.screen;
    size_t rows = 0;
    for (size_t i = 1; i <= WHYS_MAX; i++) {
        const char *name = path_of(screen, "question%zu", i);
        bool posted = part->form.posted && request_form(screen->request, name) != NULL;
        if (posted || (!part->form.posted && part->typed != NULL && json_text(part->typed, name) != NULL)) rows = i;
    }
    if (rows > 0) return rows;
    size_t fresh = document->why_count == 0 ? WHY_ROWS_FRESH : document->why_count + 1;
    return fresh > WHYS_MAX ? WHYS_MAX : fresh;
}

static void add_whys(struct screen *screen, const struct document_data *data, const struct document_refusal *refusal) {
    struct part_form part = open_part(screen, data, PART_WHYS, refusal);
    size_t count = rows_of(&part, &data->document);
    bool asked = part.form.posted || refusal->what == REFUSED_STEP;
    json_t *rows = json_array();
    bool wrong = false;
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object(), *fields = json_array();
        json_put_text(row, "number", path_of(screen, "%zu", i + 1));
        json_put_text(row, "drop", path_of(screen, "drop-%zu", i + 1));
        json_put_bool(row, "droppable", count > 1);
        for (size_t n = 0; n < 3; n++) {
            const char *name = path_of(screen, "%s%zu", DOCUMENT_WHY_MEMBERS[n], i + 1);
            const char *fault =
                asked ? form_fault(screen, path_of(screen, "whys[%zu].%s", i, DOCUMENT_WHY_MEMBERS[n])) : NULL;
            json_t *field = json_object();
            json_put_text(field, "name", name);
            json_put_text(field, "label", say(screen, path_of(screen, "document.why_%s", DOCUMENT_WHY_MEMBERS[n])));
            json_put_text(field, "value", shown(&part, name, stored_why(&data->document, i, n)));
            json_put_text(field, "error", fault);
            json_put_text(field, "example", i == 0 && n == 0 ? say(screen, "document.why_example") : "");
            json_push(fields, field);
            wrong = wrong || fault != NULL;
        }
        json_put(row, "fields", fields);
        json_push(rows, row);
    }
    json_put(part.form.object, "rows", rows);
    json_put_bool(part.form.object, "growable", count < WHYS_MAX);
    if (wrong) json_put_bool(part.form.object, "open", true);
}

/* --- actions and publishing --- */

static bool add_actions(struct screen *screen, const struct document_data *data, const struct document_refusal *refusal,
                        struct error *err) {
    struct action_list list;
    struct action_filter filter = { .incident_ref = data->incident.incident.ref, .limit = ACTIONS_SHOWN };
    if (!action_list(screen->op, &filter, &list, err)) return false;
    json_t *rows = json_array();
    for (size_t i = list.count; i-- > 0;) json_push(rows, action_item_view(screen, &list.items[i])); /* oldest first */
    json_put(screen->view, "actions", rows);
    struct form form;
    form_open_as(screen, "action_form", &form);
    form.posted = refusal->what == REFUSED_ACTION;
    json_put_bool(form.object, "open", form.posted);
    action_fields(&form, NULL, false);
    return true;
}

static void add_publish(struct screen *screen, const struct document_data *data,
                        const struct document_refusal *refusal) {
    struct form form;
    form_open_as(screen, "publish_form", &form);
    const struct document *document = &data->document;
    json_put_text(form.object, "base", path_of(screen, "%lld", (long long)document->parts[PART_FACTS].version));
    form.posted = refusal->what == REFUSED_STEP && request_form(screen->request, RUNBOOK.name) != NULL;
    if (data->kind != DOCUMENT_RETRO) return;
    json_t *field = form_field(&form, &RUNBOOK_NOW, document->runbook_change, NULL);
    json_put_text(field, "id", "publish_runbook_change"); /* the facts have a field of that name too */
    json_put(field, "describedby", json_null());
}

/* --- what was refused, above the page --- */

static const char *place_of(struct screen *screen, const struct document_refusal *refusal, const char *field,
                            const char **title) {
    static const struct field_spec *const SPECS[] = { &SHAPE_FIELD, &LESSON, &RUNBOOK, &AT, &FACILITATOR, &ATTENDEES };
    const char *dot = strrchr(field, '.');
    if (str_starts(field, "whys[") && dot != NULL) {
        long long step = strtoll(field + 5, NULL, 10) + 1;
        const char *what = say(screen, path_of(screen, "document.why_%s", dot + 1));
        *title = path_of(screen, "%s %lld · %s", say(screen, "document.why"), step, what);
        return path_of(screen, "%s%lld", dot + 1, step);
    }
    if (str_starts(field, "pace.")) {
        *title = label(screen, "phase", dot + 1);
        return path_of(screen, "pace_%s", dot + 1);
    }
    for (size_t i = 0; i < sizeof SPECS / sizeof *SPECS; i++) {
        if (!str_eq(field, SPECS[i]->name)) continue;
        *title = say(screen, SPECS[i]->label);
        bool publishing = refusal->what == REFUSED_STEP && SPECS[i] == &RUNBOOK;
        return publishing ? "publish_runbook_change" : field;
    }
    enum document_part part;
    *title = document_part_parse(field, &part) ? say(screen, path_of(screen, "document.part_%s", field))
                                               : say(screen, "document.note");
    return field;
}

static void add_errors(struct screen *screen, const struct document_refusal *refusal) {
    json_t *errors = json_object(), *items = json_array();
    const struct field_errors *faults = screen_faults(screen);
    for (const struct field_error *at = faults->first; at != NULL; at = at->next) {
        const char *title = at->field;
        json_t *item = json_object();
        json_put_text(item, "id", place_of(screen, refusal, at->field, &title));
        json_put_text(item, "label", title);
        json_put_text(item, "text", form_fault(screen, at->field));
        json_push(items, item);
    }
    bool invalid = refusal->err->kind == ERR_INVALID && faults->count > 0;
    const char *own = path_of(screen, "error.%s", refusal->err->code);
    json_put_text(errors, "text",
                  invalid ? say_count(screen, "ui.errors", faults->count)
                          : i18n_format(screen->op->lang, screen->op->arena, own, I18N_ARGS({ "arg", "" })));
    json_put(errors, "items", items);
    json_put(screen->view, "errors", errors);
}

bool document_parts_view(struct screen *screen, const struct document_data *data,
                         const struct document_refusal *refusal, struct error *err) {
    add_facts(screen, data, refusal);
    add_meeting(screen, data, refusal);
    add_pace(screen, data, refusal);
    add_whys(screen, data, refusal);
    add_publish(screen, data, refusal);
    if (!add_actions(screen, data, refusal, err)) return false;
    if (refusal->err == NULL || refusal->what == REFUSED_SECTION) return true; /* a section says itself what is wrong */
    if (refusal->what != REFUSED_ACTION) {
        add_errors(screen, refusal);
        return true;
    }
    struct form form = { screen, json_object_get(screen->view, "action_form"), NULL, true };
    form_errors(&form, refusal->err);
    return true;
}
