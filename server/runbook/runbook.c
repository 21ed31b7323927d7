/* Runbooks: reading, the starter set under the organisation's own, writing with versions. See runbook.h. */
#include "runbook/runbook_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "service/service.h"
#include "text/bigram.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { KEY_MAX = 60, REASON_MAX = 500, REF_MAX = 40 };

static const char *const SECTIONS[RUNBOOK_SECTION_COUNT] = { "symptom",         "cause_checks", "immediate_action",
                                                             "recovery_checks", "prevention",   "scope" };
static const char *const LANGS[] = { "ko", "en", NULL };

const char *runbook_section_name(enum runbook_section section) {
    REQUIRE(section < RUNBOOK_SECTION_COUNT);
    return SECTIONS[section];
}

static json_t *sections_json(struct arena *arena, const struct runbook *runbook) {
    json_t *json = json_obj(arena);
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) json_put_text(json, SECTIONS[i], runbook->sections[i]);
    return json;
}

const char *sections_text(struct arena *arena, const struct runbook *runbook) {
    return json_dump(arena, sections_json(arena, runbook));
}

bool sections_read(struct arena *arena, const char *text, struct runbook *out, struct error *err) {
    json_t *json;
    if (!json_parse(arena, text, strlen(text), &json, err)) return false;
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
        const char *section = json_text(json, SECTIONS[i]);
        out->sections[i] = section == NULL ? "" : section;
    }
    return true;
}

const char *runbook_lang(const struct op *op) {
    return i18n_code(op->lang);
}

/* --- reading --- */

static struct runbook *find_in(const struct runbook_list *list, const char *key, const char *lang) {
    for (size_t i = 0; i < list->count; i++) {
        struct runbook *runbook = &list->items[i];
        if (str_eq(runbook->key, key) && (lang == NULL || str_eq(runbook->lang, lang))) return runbook;
    }
    return NULL;
}

bool runbooks_all(struct tx *tx, struct runbook_list *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct runbook_list own;
    if (!runbook_rows(tx, &own, err)) return false;
    size_t shipped = starter_count();
    struct runbook_list all = { ARENA_ARRAY(arena, own.count + shipped + 1, struct runbook), own.count };
    if (own.count > 0) memcpy(all.items, own.items, own.count * sizeof *own.items);
    for (size_t i = 0; i < shipped; i++) {
        const struct runbook *starter = starter_at(i);
        if (find_in(&own, starter->key, starter->lang) == NULL) all.items[all.count++] = *starter;
    }
    *out = all;
    return true;
}

bool runbook_choose(const struct runbook_list *list, const char *key, const char *lang, struct runbook *out,
                    struct error *err) {
    const struct runbook *found = find_in(list, key, lang);
    if (found == NULL) found = find_in(list, key, NULL);
    if (found == NULL) return ERROR(err, ERR_NOT_FOUND, "runbook.unknown", "%.60s", key);
    *out = *found;
    return true;
}

struct reading {
    const char *key, *lang, *text;
    bool retired; /* those, instead of the ones in use */
    struct runbook_list list;
    struct runbook runbook;
};

static bool holds(struct arena *arena, const struct runbook *runbook, const char *text) {
    const char *all = arena_printf(arena, "%s\n%s\n%s\n%s\n%s", runbook->title, runbook->key, runbook->alerts,
                                   runbook->words, runbook->service == NULL ? "" : runbook->service);
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) all = arena_printf(arena, "%s\n%s", all, runbook->sections[i]);
    const char *folded = bigram_fold(arena, all), *wanted = bigram_fold(arena, text);
    char **words;
    if (folded == NULL || wanted == NULL) return false;
    size_t count = str_split(arena, wanted, " \t\n", &words);
    for (size_t i = 0; i < count; i++) {
        if (strstr(folded, words[i]) == NULL) return false;
    }
    return true;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const struct runbook *)a)->key, ((const struct runbook *)b)->key);
}

/* Each key once, in the reader's language where there is one. */
static void one_language(const char *lang, struct runbook_list *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct runbook *runbook = &list->items[i];
        bool mine = str_eq(runbook->lang, lang);
        if (!mine && find_in(list, runbook->key, lang) != NULL) continue;
        list->items[kept++] = *runbook;
    }
    list->count = kept;
    if (kept > 1) qsort(list->items, kept, sizeof *list->items, by_key);
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct op *op = tx_op(tx);
    struct runbook_list all;
    if (!runbooks_all(tx, &all, err)) return false;
    struct runbook_list found = { ARENA_ARRAY(op->arena, all.count + 1, struct runbook), 0 };
    memcpy(found.items, all.items, all.count * sizeof *all.items);
    found.count = all.count;
    one_language(runbook_lang(op), &found);
    reading->list = (struct runbook_list){ found.items, 0 };
    for (size_t i = 0; i < found.count; i++) {
        bool right = (found.items[i].retired_at != 0) == reading->retired;
        bool wanted = right && (str_blank(reading->text) || holds(op->arena, &found.items[i], reading->text));
        if (wanted) reading->list.items[reading->list.count++] = found.items[i];
    }
    return true;
}

bool runbook_list(struct op *op, const char *text, struct runbook_list *out, struct error *err) {
    struct reading reading = { .text = text };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_tx, &reading, err)) return false;
    *out = reading.list;
    return true;
}

bool runbook_list_retired(struct op *op, struct runbook_list *out, struct error *err) {
    struct reading reading = { .retired = true };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, list_tx, &reading, err)) return false;
    *out = reading.list;
    return true;
}

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    const char *lang = reading->lang == NULL ? runbook_lang(tx_op(tx)) : reading->lang;
    return runbooks_all(tx, &reading->list, err) &&
           runbook_choose(&reading->list, reading->key, lang, &reading->runbook, err);
}

bool runbook_load(struct op *op, const char *key, const char *lang, struct runbook *out, struct error *err) {
    struct reading reading = { .key = key, .lang = lang };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_tx, &reading, err)) return false;
    *out = reading.runbook;
    return true;
}

/* --- writing --- */

struct writing {
    const char *key;
    int64_t expected;
    const struct runbook_input *input;
    struct runbook runbook;
};

static const char *typed(struct op *op, const char *field, const char *value, size_t max, unsigned rules) {
    const char *text = field_text(op, field, value, max, rules);
    return text == NULL ? "" : text;
}

static void apply(struct op *op, const struct runbook_input *input, struct runbook *runbook) {
    bool any = false;
    if (input->title != NULL) {
        runbook->title = typed(op, "title", input->title, RUNBOOK_TITLE_MAX, FIELD_REQUIRED);
    }
    if (input->alerts != NULL) runbook->alerts = typed(op, "alerts", input->alerts, RUNBOOK_WORDS_MAX, FIELD_OPTIONAL);
    if (input->words != NULL) runbook->words = typed(op, "words", input->words, RUNBOOK_WORDS_MAX, FIELD_OPTIONAL);
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
        const char *text = input->sections[i];
        if (text != NULL) {
            runbook->sections[i] = typed(op, SECTIONS[i], text, RUNBOOK_SECTION_MAX, FIELD_MULTILINE);
        }
        any = any || !str_blank(runbook->sections[i]);
    }
    if (!any) op_field_error(op, "immediate_action", "required", NULL);
    (void)field_text(op, "reason", input->reason, REASON_MAX, FIELD_MULTILINE);
    (void)field_text(op, "incident", input->incident, REF_MAX, FIELD_OPTIONAL);
    runbook->updated_at = op->now_ms;
    runbook->updated_by = op->actor->name;
}

/* The service is kept by key: a runbook outlives the service it was written for. */
static bool apply_service(struct tx *tx, const char *key, struct runbook *runbook, struct error *err) {
    struct op *op = tx_op(tx);
    struct service service;
    bool found;
    if (key == NULL) return true;
    runbook->service = NULL;
    if (str_blank(key)) return true;
    if (!service_find_named(tx, key, &service, &found, err)) return false;
    if (found) runbook->service = service.key;
    else op_field_error(op, "service", "unknown", NULL);
    return true;
}

static bool note(struct tx *tx, const char *action, const struct writing *writing, struct error *err) {
    struct op *op = tx_op(tx);
    const struct runbook *runbook = &writing->runbook;
    return runbook_version_insert(tx, runbook, writing->input, err) &&
           audit_add(tx, action, arena_printf(op->arena, "runbook/%s", runbook->key), runbook_json(op, runbook), err);
}

static bool add_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    const struct runbook_input *input = writing->input;
    struct op *op = tx_op(tx);
    struct runbook_list all;
    bool inserted;
    op->fields = (struct field_errors){ 0 };
    struct runbook runbook = { .id = id_new(op->now_ms), .title = "", .alerts = "", .words = "", .version = 1 };
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) runbook.sections[i] = "";
    runbook.key = field_key(op, "key", input->key, KEY_MAX, FIELD_REQUIRED | FIELD_ADDRESS);
    int lang = field_one_of(op, "lang", input->lang, LANGS, FIELD_OPTIONAL);
    runbook.lang = lang < 0 ? runbook_lang(op) : LANGS[lang];
    if (input->title == NULL) op_field_error(op, "title", "required", NULL);
    apply(op, input, &runbook);
    if (!apply_service(tx, input->service, &runbook, err) || !runbooks_all(tx, &all, err)) return false;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (find_in(&all, runbook.key, runbook.lang) != NULL) {
        return ERROR(err, ERR_CONFLICT, "runbook.exists", "%s %s", runbook.key, runbook.lang);
    }
    if (all.count >= RUNBOOKS_MAX) return ERROR(err, ERR_CONFLICT, "runbook.too_many", "%zu", all.count);
    writing->runbook = runbook;
    if (!runbook_row_insert(tx, &runbook, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_CONFLICT, "runbook.exists", "%s", runbook.key);
    return note(tx, "runbook.added", writing, err);
}

bool runbook_add(struct op *op, const struct runbook_input *input, struct runbook *out, struct error *err) {
    struct writing writing = { .input = input };
    if (!permission_check(op, PERM_SERVICE, err) || !store_write(op, add_tx, &writing, err)) return false;
    *out = writing.runbook;
    return true;
}

/* The first change of a shipped one makes it the organisation's own. */
static bool save(struct tx *tx, struct runbook *runbook, struct error *err) {
    int64_t changed = 1;
    bool inserted = true;
    runbook->version++;
    if (runbook->id == 0) {
        runbook->id = id_new(tx_op(tx)->now_ms);
        if (!runbook_row_insert(tx, runbook, &inserted, err)) return false;
    } else if (!runbook_row_update(tx, runbook, &changed, err)) {
        return false;
    }
    return (inserted && changed == 1) || ERROR(err, ERR_STALE, "runbook.stale", "%s", runbook->key);
}

static bool update_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct op *op = tx_op(tx);
    struct runbook_list all;
    struct runbook runbook;
    const char *lang = writing->input->lang == NULL ? runbook_lang(op) : writing->input->lang;
    op->fields = (struct field_errors){ 0 };
    if (!runbooks_all(tx, &all, err) || !runbook_choose(&all, writing->key, lang, &runbook, err)) return false;
    if (writing->expected >= 0 && writing->expected != runbook.version) {
        return ERROR(err, ERR_STALE, "runbook.stale", "version %lld", (long long)runbook.version);
    }
    apply(op, writing->input, &runbook);
    if (!apply_service(tx, writing->input->service, &runbook, err)) return false;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!save(tx, &runbook, err)) return false;
    writing->runbook = runbook;
    return note(tx, "runbook.changed", writing, err);
}

bool runbook_update(struct op *op, const char *key, int64_t expected, const struct runbook_input *input,
                    struct runbook *out, struct error *err) {
    struct writing writing = { .key = key, .expected = expected, .input = input };
    if (!permission_check(op, PERM_SERVICE, err) || !store_write(op, update_tx, &writing, err)) return false;
    *out = writing.runbook;
    return true;
}

json_t *runbook_json(struct op *op, const struct runbook *runbook) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "key", runbook->key);
    json_put_text(json, "lang", runbook->lang);
    json_put_text(json, "title", runbook->title);
    json_put_text(json, "service", runbook->service);
    json_put_text(json, "alerts", runbook->alerts);
    json_put_text(json, "words", runbook->words);
    json_put(json, "sections", json_incref(sections_json(op->arena, runbook)));
    json_put_i64(json, "version", runbook->version);
    if (runbook->retired_at != 0) json_put_text(json, "retired_at", when_rfc3339(op->arena, runbook->retired_at));
    json_put_text(json, "updated_at", runbook->updated_at == 0 ? NULL : when_rfc3339(op->arena, runbook->updated_at));
    return json;
}
