/* Notices as JSON: see notice_json.h. */
#include "notice/notice_json.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/agree.h"
#include "notice/answer.h"
#include "notice/facts.h"
#include "notice/template_store.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "service/service.h"
#include "text/diff.h"
#include "text/i18n.h"
#include "text/when.h"

static void put_instant(struct op *op, json_t *object, const char *key, int64_t ms) {
    json_put_text(object, key, ms == 0 ? NULL : when_rfc3339(op->arena, ms));
}

static json_t *pair_json(const char *ko, const char *en) {
    json_t *pair = json_object();
    json_put_text(pair, "ko", ko);
    json_put_text(pair, "en", en);
    return pair;
}

json_t *notice_row_json(struct op *op, const struct notice *n) {
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", n->id);
    json_put_text(json, "public_id", n->public_id);
    json_put_text(json, "stage", notice_stage_name(n->stage));
    json_put_text(json, "template", n->template);
    json_put_text(json, "state", notice_state_name(n->state));
    json_put_i64(json, "version", n->version);
    json_put(json, "title", pair_json(n->ko.title, n->en.title));
    json_put(json, "text", pair_json(n->ko.text, n->en.text));
    put_instant(op, json, "next_notice_at", n->next_at);
    json_put_text(json, "author", n->author);
    json_put_text(json, "editor", n->editor);
    json_put_text(json, "approver", n->approver);
    json_put_text(json, "publisher", n->publisher);
    put_instant(op, json, "created_at", n->created_at);
    put_instant(op, json, "updated_at", n->updated_at);
    put_instant(op, json, "submitted_at", n->submitted_at);
    put_instant(op, json, "approved_at", n->approved_at);
    put_instant(op, json, "published_at", n->published_at);
    put_instant(op, json, "withdrawn_at", n->withdrawn_at);
    json_put_bool(json, "emergency", n->emergency_reason != NULL);
    json_put_text(json, "emergency_reason", n->emergency_reason);
    json_put_text(json, "reason", n->reason);
    return json;
}

json_t *notice_list_json(struct op *op, const struct notice_list *list) {
    json_t *items = json_array();
    for (size_t i = 0; i < list->count; i++) json_push(items, json_incref(notice_row_json(op, &list->items[i])));
    return items;
}

/* Public components and services under both names; one that has a single name says nothing about languages. */
static bool component_names(struct tx *tx, const struct component_name **out, struct error *err) {
    struct component_list list;
    if (!component_find_public(tx, &list, err)) return false;
    struct component_name *names = ARENA_ARRAY(tx_op(tx)->arena, list.count + 1, struct component_name);
    for (size_t i = 0; i < list.count; i++) {
        const struct component *one = &list.items[i];
        names[i] = (struct component_name){ one->name, str_blank(one->name_en) ? one->name : one->name_en };
    }
    *out = names;
    return true;
}

static json_t *agreement_json(struct op *op, const struct notice *notice, const struct component_name *names) {
    json_t *list = json_array();
    if (notice->en.text == NULL) return list;
    struct disagreement *found;
    const char *ko = arena_printf(op->arena, "%s\n%s", notice->ko.title, notice->ko.text);
    const char *en = arena_printf(op->arena, "%s\n%s", notice->en.title, notice->en.text);
    size_t count = agree_check(op->arena, ko, en, names, &found);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();
        json_put_text(item, "kind", fact_kind_name(found[i].fact.kind));
        json_put_text(item, "value", found[i].fact.value);
        json_put_text(item, "missing_in", found[i].missing_in);
        json_push(list, item);
    }
    return list;
}

static json_t *changes_json(struct op *op, const char *before, const char *after) {
    static const char *const KINDS[] = { "same", "removed", "added" };
    struct diff_part *parts;
    size_t count = diff_words(op->arena, before, after, &parts);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *part = json_object();
        json_put_text(part, "kind", KINDS[parts[i].kind]);
        json_put_text(part, "text", parts[i].text);
        json_push(list, part);
    }
    return list;
}

struct desk {
    const struct notice *notice;
    json_t *json;
};

static json_t *answers_json(const struct notice_answers *answers) {
    static const char *const LANGS[ANSWER_LANGS] = { "ko", "en" };
    json_t *json = json_object();
    for (size_t i = 0; i < ANSWER_LANGS; i++) {
        json_t *one = json_object();
        json_put_text(one, "phone", answers->of[i].phone);
        json_put_text(one, "ars", answers->of[i].ars);
        json_put(json, LANGS[i], one);
    }
    return json;
}

static bool put_channels(struct tx *tx, const struct notice *notice, json_t *json, struct error *err) {
    json_t *ko, *en = NULL, *channels = json_object();
    json_put(json, "channels", channels);
    if (!notice_channels_of(tx, notice, "ko", &ko, err)) return false;
    if (notice->en.text != NULL && !notice_channels_of(tx, notice, "en", &en, err)) return false;
    json_put(channels, "ko", json_incref(ko));
    json_put(channels, "en", en == NULL ? json_null() : json_incref(en));
    return true;
}

static bool desk_tx(struct tx *tx, void *arg, struct error *err) {
    struct desk *desk = arg;
    struct op *op = tx_op(tx);
    const struct notice *notice = desk->notice;
    struct incident incident;
    struct notice before;
    struct notice_answers answers;
    const struct component_name *names;
    bool found;
    if (!incident_by_id(tx, notice->incident_id, &incident, err) || !notice_before(tx, notice, &before, &found, err) ||
        !component_names(tx, &names, err) || !notice_answers_find(tx, notice->id, &answers, err))
        return false;
    json_t *json = notice_row_json(op, notice);
    if (!put_channels(tx, notice, json, err)) return false;
    json_put_text(json, "incident", incident.ref);
    json_put_bool(json, "drill", !incident_reaches_outside(&incident));
    json_put(json, "answers", answers_json(&answers));
    json_put(json, "agreement", agreement_json(op, notice, names));
    json_put(json, "changes", found ? changes_json(op, before.ko.text, notice->ko.text) : json_null());
    desk->json = json;
    return true;
}

bool notice_json(struct op *op, const struct notice *notice, json_t **out, struct error *err) {
    struct desk desk = { notice, NULL };
    if (!store_read(op, desk_tx, &desk, err)) return false;
    *out = desk.json;
    return true;
}

/* --- preview --- */

struct previewing {
    const char *ref;
    const struct notice_preview_query *query;
    enum notice_stage stage;
    json_t *json;
};

static bool preview_tx(struct tx *tx, void *arg, struct error *err) {
    struct previewing *previewing = arg;
    struct op *op = tx_op(tx);
    struct incident incident;
    struct organisation organisation;
    struct notice_proposal proposal;
    struct error ignored;
    int64_t next = 0;
    if (!incident_by_ref(tx, previewing->ref, &incident, err) || !organisation_find(tx, &organisation, err))
        return false;
    const char *typed = previewing->query->next_at;
    if (!str_blank(typed) && !when_parse(typed, &next, &ignored) &&
        !when_parse_local(typed, organisation.tz, &next, &ignored)) {
        op_field_error(op, "next_notice_at", "malformed", NULL);
        return OP_INVALID(op, err);
    }
    if (!notice_propose(tx, &incident, previewing->query->template, previewing->stage, next, &proposal, err))
        return false;
    bool english = str_eq(previewing->query->lang, "en");
    const struct notice_text *text = english ? &proposal.en : &proposal.ko;
    if (text->text == NULL) return ERROR(err, ERR_NOT_FOUND, "notice.not_found", "no text in that language");
    struct notice_facts facts;
    json_t *channels;
    if (!notice_facts(tx, &incident, next, &facts, err)) return false;
    const struct i18n *lang = i18n_get(english ? "en" : "ko");
    if (!notice_channels(op->arena, &facts, lang, (int)previewing->stage, text->text, &channels, err)) return false;
    json_t *json = json_obj(op->arena);
    json_put_text(json, "template", proposal.template);
    json_put_text(json, "stage", notice_stage_name(previewing->stage));
    json_put_text(json, "lang", i18n_code(lang));
    json_put_text(json, "title", text->title);
    json_put_text(json, "text", text->text);
    json_put(json, "channels", json_incref(channels));
    previewing->json = json;
    return true;
}

bool notice_preview(struct op *op, const char *ref, const struct notice_preview_query *query, json_t **out,
                    struct error *err) {
    struct previewing previewing = { .ref = ref, .query = query, .stage = STAGE_DETECTED };
    if (!permission_check(op, PERM_READ, err)) return false;
    if (!str_blank(query->stage) && !notice_stage_parse(query->stage, &previewing.stage))
        op_field_error(op, "stage", "one_of", "detected, delayed, recovering, recovered");
    if (!str_blank(query->lang) && !str_eq(query->lang, "ko") && !str_eq(query->lang, "en"))
        op_field_error(op, "lang", "one_of", "ko, en");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_read(op, preview_tx, &previewing, err)) return false;
    *out = previewing.json;
    return true;
}

/* --- versions and templates --- */

json_t *notice_versions_json(struct op *op, const struct notice_version *list, size_t count) {
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();
        json_put_i64(item, "version", list[i].version);
        json_put_text(item, "stage", list[i].stage);
        json_put(item, "title", pair_json(list[i].ko.title, list[i].en.title));
        json_put(item, "text", pair_json(list[i].ko.text, list[i].en.text));
        put_instant(op, item, "next_notice_at", list[i].next_at);
        json_put_text(item, "saved_by", list[i].saved_by);
        put_instant(op, item, "saved_at", list[i].saved_at);
        bool first = i + 1 == count; /* the list runs from new to old */
        json_put(item, "changes", first ? json_null() : changes_json(op, list[i + 1].ko.text, list[i].ko.text));
        json_push(items, item);
    }
    return items;
}

static const struct scenario *same_key(const struct scenario *list, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].key, key)) return &list[i];
    }
    return NULL;
}

static json_t *text_json(const struct scenario *scenario, int stage) {
    if (scenario == NULL || scenario->stages[stage].text == NULL) return json_null();
    json_t *json = json_object();
    json_put_text(json, "title", scenario->stages[stage].title);
    json_put_text(json, "text", scenario->stages[stage].text);
    return json;
}

static json_t *scenario_json(const struct scenario *ko, const struct scenario *en) {
    json_t *json = json_object();
    json_t *stages = json_object();
    json_put_text(json, "key", ko->key);
    json_put(json, "name", pair_json(ko->name, en == NULL ? NULL : en->name));
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        json_t *languages = json_object();
        json_put(languages, "ko", text_json(ko, stage));
        json_put(languages, "en", text_json(en, stage));
        json_put(stages, notice_stage_name((enum notice_stage)stage), languages);
    }
    json_put(json, "stages", stages);
    return json;
}

bool notice_templates_json(struct op *op, json_t **out, struct error *err) {
    struct scenario *ko;
    struct scenario *en;
    size_t ko_count;
    size_t en_count;
    if (!notice_templates_load(op, "ko", &ko, &ko_count, err) || !notice_templates_load(op, "en", &en, &en_count, err))
        return false;
    json_t *items = json_array();
    for (size_t i = 0; i < ko_count; i++) json_push(items, scenario_json(&ko[i], same_key(en, en_count, ko[i].key)));
    for (size_t i = 0; i < en_count; i++) {
        if (same_key(ko, ko_count, en[i].key) == NULL) json_push(items, scenario_json(&en[i], &en[i]));
    }
    *out = items;
    return true;
}

static json_t *plain_text_json(const struct notice_text *text) {
    if (text->text == NULL) return json_null();
    json_t *json = json_object();
    json_put_text(json, "title", text->title);
    json_put_text(json, "text", text->text);
    return json;
}

json_t *notice_template_json(struct op *op, const struct notice_template *template) {
    const struct notice_text *text = template->own.text != NULL ? &template->own : &template->shipped;
    json_t *json = json_obj(op->arena), *versions = json_array();
    json_put_text(json, "key", template->key);
    json_put_text(json, "name", template->name);
    json_put_text(json, "stage", notice_stage_name(template->stage));
    json_put_text(json, "lang", template->lang);
    json_put_i64(json, "version", template->version);
    json_put_text(json, "title", text->title);
    json_put_text(json, "text", text->text);
    json_put_bool(json, "own", template->own.text != NULL);
    json_put(json, "shipped", plain_text_json(&template->shipped));
    for (size_t i = 0; i < template->version_count; i++) {
        const struct notice_template_version *version = &template->versions[i];
        bool restored = *version->text.text == '\0';
        json_t *item = json_object();
        json_put_i64(item, "version", version->version);
        json_put_text(item, "title", restored ? NULL : version->text.title);
        json_put_text(item, "text", restored ? NULL : version->text.text);
        json_put_text(item, "saved_by", version->saved_by);
        put_instant(op, item, "saved_at", version->saved_at);
        json_push(versions, item);
    }
    json_put(json, "versions", versions);
    return json;
}
