/* See template_preview.h. The sample is an hour and a quarter that ended just now, or goes on. */
#include "notice/template_preview.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/facts.h"
#include "notice/notice.h"
#include "notice/render_json.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"

enum { MINUTE_MS = 60 * 1000, STEP = 5 * MINUTE_MS, LASTED = 75 * MINUTE_MS, NEXT = 30 * MINUTE_MS };

struct sample {
    struct op *op;
    const struct i18n *lang; /* of the text; messages are in the reader's */
    enum notice_stage stage;
    struct notice_facts facts;
    json_t *vars, *json, *errors;
};

static void sample_open(struct op *op, const struct organisation *organisation, struct sample *sample) {
    int64_t now = op->now_ms - op->now_ms % STEP;
    bool over = sample->stage == STAGE_RECOVERED;
    sample->op = op;
    sample->facts = (struct notice_facts){ .service = i18n_text(i18n_get("ko"), "notice.sample_service"),
                                           .service_en = i18n_text(i18n_get("en"), "notice.sample_service"),
                                           .impact = i18n_text(sample->lang, "notice.sample_impact"),
                                           .organisation = organisation->name,
                                           .start_ms = now - LASTED,
                                           .end_ms = over ? now : 0,
                                           .next_ms = over ? 0 : now + NEXT,
                                           .tz = organisation->tz };
    sample->vars = notice_vars(op->arena, &sample->facts, sample->lang);
    sample->json = json_obj(op->arena);
    sample->errors = json_array();
    json_put(sample->json, "errors", sample->errors);
}

/* The filled text, or NULL with its faults in the list. */
static const char *filled(struct sample *sample, const char *field, const char *text) {
    struct arena *arena = sample->op->arena;
    struct notice_faults faults;
    char *out;
    if (str_blank(text)) return "";
    if (notice_fill(arena, text, sample->vars, sample->lang, &out, &faults) &&
        notice_check(arena, text, NOTICE_NAMES, &faults))
        return out;
    for (size_t i = 0; i < faults.count; i++)
        json_push(sample->errors, notice_fault_json(arena, sample->op->lang, field, &faults.list[i]));
    return NULL;
}

static void put_variables(struct sample *sample) {
    json_t *list = json_array();
    for (const char *const *name = NOTICE_NAMES; *name != NULL; name++) {
        json_t *row = json_object();
        const char *value = json_text(sample->vars, *name);
        json_put_text(row, "name", *name);
        json_put_text(row, "tag", arena_printf(sample->op->arena, "{{%s}}", *name));
        json_put_text(row, "value", value);
        json_put_bool(row, "missing", value == NULL); /* a line that uses it is left out */
        json_push(list, row);
    }
    json_put(sample->json, "variables", list);
}

static bool read_input(struct op *op, const struct notice_template_input *input, struct sample *out,
                       struct error *err) {
    if (!notice_stage_parse(input->stage == NULL ? "" : input->stage, &out->stage))
        op_field_error(op, "stage", "one_of", "detected, delayed, recovering, recovered");
    if (!str_eq(input->lang, "ko") && !str_eq(input->lang, "en")) op_field_error(op, "lang", "one_of", "ko, en");
    (void)field_text(op, "title", input->title, NOTICE_TITLE_MAX, FIELD_OPTIONAL);
    (void)field_text(op, "text", input->text, NOTICE_TEXT_MAX, FIELD_MULTILINE);
    out->lang = i18n_get(str_eq(input->lang, "en") ? "en" : "ko");
    return op->fields.count == 0 || OP_INVALID(op, err);
}

bool notice_template_preview(struct op *op, const struct notice_template_input *input, json_t **out,
                             struct error *err) {
    struct sample sample = { 0 };
    struct organisation organisation;
    json_t *channels = NULL;
    if (!permission_check(op, PERM_READ, err) || !read_input(op, input, &sample, err) ||
        !organisation_load(op, &organisation, err))
        return false;
    sample_open(op, &organisation, &sample);
    const char *title = filled(&sample, "title", input->title);
    const char *text = filled(&sample, "text", input->text);
    bool whole = title != NULL && text != NULL;
    if (whole && *text != '\0' &&
        !notice_channels(op->arena, &sample.facts, sample.lang, (int)sample.stage, text, &channels, err))
        return false;
    json_put_text(sample.json, "title", whole ? title : NULL);
    json_put_text(sample.json, "text", whole ? text : NULL);
    json_put(sample.json, "channels", channels == NULL ? json_null() : json_incref(channels));
    put_variables(&sample);
    *out = sample.json;
    return true;
}
