/* Notice templates as they are in force: see template_store.h. */
#include "notice/template_store.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "notice/facts.h"
#include "notice/notice.h"
#include "notice/template_sql.h"
#include "people/permission.h"

enum { KEY_MAX = 40, NAME_MAX_CHARS = 60, OWN_ORDER = 500 };

static struct scenario *find_or_add(struct scenario *list, size_t *count, const char *key) {
    for (size_t i = 0; i < *count; i++) {
        if (str_eq(list[i].key, key)) return &list[i];
    }
    if (*count == SCENARIOS_MAX) return NULL;
    list[*count] = (struct scenario){ .key = key, .name = key, .match = "", .order = OWN_ORDER };
    return &list[(*count)++];
}

bool notice_templates(struct tx *tx, const char *lang, struct scenario **out, size_t *count, struct error *err) {
    struct notice_template_row *rows;
    size_t row_count;
    if (!scenario_list(tx_op(tx)->arena, lang, out, count, err) ||
        !notice_template_rows(tx, lang, &rows, &row_count, err))
        return false;
    for (size_t i = 0; i < row_count; i++) {
        enum notice_stage stage;
        struct scenario *scenario = find_or_add(*out, count, rows[i].key);
        if (scenario == NULL || !notice_stage_parse(rows[i].stage, &stage)) continue;
        if (rows[i].name != NULL) scenario->name = rows[i].name;
        scenario->stages[stage] = rows[i].text;
        scenario->own[stage] = true;
    }
    return true;
}

struct loading {
    const char *lang;
    struct scenario **out;
    size_t *count;
};

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    struct loading *loading = arg;
    return notice_templates(tx, loading->lang, loading->out, loading->count, err);
}

bool notice_templates_load(struct op *op, const char *lang, struct scenario **out, size_t *count, struct error *err) {
    struct loading loading = { lang, out, count };
    return permission_check(op, PERM_READ, err) && store_read(op, load_tx, &loading, err);
}

/* --- one text --- */

static bool one_tx(struct tx *tx, void *arg, struct error *err) {
    struct notice_template *one = arg;
    struct scenario *list;
    size_t count;
    const struct notice_template_row which = { one->key, notice_stage_name(one->stage), one->lang, NULL, { 0 } };
    if (!scenario_list(tx_op(tx)->arena, one->lang, &list, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(list[i].key, one->key)) continue;
        one->ships = true;
        one->shipped = list[i].stages[one->stage];
    }
    if (!notice_templates(tx, one->lang, &list, &count, err) ||
        !notice_template_versions(tx, &which, &one->versions, &one->version_count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].key, one->key)) one->name = list[i].name;
    }
    if (one->version_count > 0) one->version = one->versions[0].version;
    if (one->version_count > 0 && *one->versions[0].text.text != '\0') one->own = one->versions[0].text;
    return true;
}

/* A scenario of the organisation's own is known in both languages as soon as one text of it is. */
static bool scenario_known(struct op *op, const char *key, const char **name, struct error *err) {
    static const char *const LANGS[] = { "ko", "en" };
    *name = NULL;
    for (size_t l = 0; l < 2; l++) {
        struct scenario *list;
        size_t count;
        if (!notice_templates_load(op, LANGS[l], &list, &count, err)) return false;
        for (size_t i = 0; i < count && *name == NULL; i++) {
            if (str_eq(list[i].key, key)) *name = list[i].name;
        }
    }
    return *name != NULL || ERROR(err, ERR_NOT_FOUND, "notice.no_template", "%.40s", key);
}

bool notice_template_load(struct op *op, const char *key, const char *stage, const char *lang,
                          struct notice_template *out, struct error *err) {
    struct notice_template one = { .key = key, .lang = str_eq(lang, "en") ? "en" : "ko" };
    const char *name;
    if (!permission_check(op, PERM_READ, err) || !scenario_known(op, key, &name, err)) return false;
    if (!notice_stage_parse(stage, &one.stage) || !str_eq(lang, one.lang))
        return ERROR(err, ERR_NOT_FOUND, "notice.no_template", "%.40s/%.20s/%.8s", key, stage, lang);
    if (!store_read(op, one_tx, &one, err)) return false;
    if (one.name == NULL) one.name = name;
    *out = one;
    return true;
}

/* --- saving --- */

/* The faults of a template's text become one field error that names every place: "servce (2:5), strat (3:1)". A
 * field has one error, so faults of another kind wait until these are repaired. */
static void check_text(struct op *op, const char *field, const char *text) {
    struct notice_faults faults;
    if (text == NULL || notice_check(op->arena, text, NOTICE_NAMES, &faults)) return;
    const char *places = "";
    for (size_t i = 0; i < faults.count; i++) {
        const struct notice_fault *fault = &faults.list[i];
        if (!str_eq(fault->code, faults.list[0].code)) continue;
        places = arena_printf(op->arena, "%s%s%s (%d:%d)", places, i == 0 ? "" : ", ", fault->what, fault->line,
                              fault->column);
    }
    op_field_error(op, field, faults.list[0].code, places);
}

struct saving {
    struct notice_template_row row;
    int64_t expected; /* -1: whatever it is */
};

static bool save_tx(struct tx *tx, void *arg, struct error *err) {
    const struct saving *saving = arg;
    const struct notice_template_row *row = &saving->row;
    struct op *op = tx_op(tx);
    struct notice_template_version *versions;
    size_t count;
    if (!notice_template_versions(tx, row, &versions, &count, err)) return false;
    int64_t newest = count == 0 ? 0 : versions[0].version;
    if (saving->expected >= 0 && saving->expected != newest)
        return ERROR(err, ERR_STALE, "notice.template_stale", "version %lld", (long long)newest);
    bool restores = str_blank(row->text.text);
    if (restores && (count == 0 || *versions[0].text.text == '\0')) return true; /* what ships is in force already */
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "stage", row->stage);
    json_put_text(detail, "lang", row->lang);
    json_put_i64(detail, "version", newest + 1);
    json_put_text(detail, "title", row->text.title);
    json_put_text(detail, "text", row->text.text);
    return notice_template_put(tx, row, newest + 1, err) &&
           audit_add(tx, restores ? "notice_template.restored" : "notice_template.saved",
                     arena_printf(op->arena, "notice_template/%s", row->key), detail, err);
}

bool notice_template_save(struct op *op, const char *key, const struct notice_template_input *input,
                          struct error *err) {
    static const char *const STAGES[] = { "detected", "delayed", "recovering", "recovered", NULL };
    static const char *const LANGS[] = { "ko", "en", NULL };
    if (!permission_check(op, PERM_NOTICE, err)) return false;
    struct saving saving = { .row = { .stage = input->stage, .lang = input->lang }, .expected = -1 };
    struct notice_template_row *row = &saving.row;
    row->key = field_key(op, "key", key, KEY_MAX, FIELD_REQUIRED);
    field_one_of(op, "stage", input->stage, STAGES, FIELD_REQUIRED);
    field_one_of(op, "lang", input->lang, LANGS, FIELD_REQUIRED);
    row->name = field_text(op, "name", input->name, NAME_MAX_CHARS, FIELD_OPTIONAL);
    if (str_blank(row->name)) row->name = NULL;
    if (!str_blank(input->version)) saving.expected = field_i64(op, "version", input->version, 0, INT32_MAX, 0);
    row->text.text = field_text(op, "text", input->text, NOTICE_TEXT_MAX, FIELD_MULTILINE);
    bool removes = str_blank(row->text.text);
    row->text.title =
        field_text(op, "title", input->title, NOTICE_TITLE_MAX, removes ? FIELD_OPTIONAL : FIELD_REQUIRED);
    if (row->text.text == NULL) row->text.text = "";
    if (removes || row->text.title == NULL) row->text.title = "";
    check_text(op, "text", row->text.text);
    check_text(op, "title", row->text.title);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return store_write(op, save_tx, &saving, err);
}
