/* Notices: drafting, editing and reading. The steps to publication are in publish.c. See notice.h. */
#include "notice/notice.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "notice/answer.h"
#include "notice/facts.h"
#include "notice/notice_internal.h"
#include "notice/notice_sql.h"
#include "notice/template_store.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

enum { NEXT_MINUTES_MAX = 7 * 24 * 60, MINUTE_MS = 60000, PUBLIC_ID_LEN = 12 };

static const char *const STATES[NOTICE_STATE_COUNT] = { "draft", "submitted", "approved", "published", "withdrawn" };

const char *notice_state_name(enum notice_state state) {
    REQUIRE(state < NOTICE_STATE_COUNT);
    return STATES[state];
}

bool notice_state_parse(const char *name, enum notice_state *out) {
    for (int i = 0; i < NOTICE_STATE_COUNT; i++) {
        if (!str_eq(name, STATES[i])) continue;
        *out = (enum notice_state)i;
        return true;
    }
    return false;
}

/* --- proposals --- */

static bool fill_text(struct op *op, const char *text, const json_t *vars, const struct i18n *lang, const char **out,
                      struct error *err) {
    struct notice_faults faults;
    char *filled;
    if (!notice_fill(op->arena, text, vars, lang, &filled, &faults))
        return ERROR(err, ERR_CONFLICT, "notice.template_broken", "%s", faults.count > 0 ? faults.list[0].what : "");
    *out = filled;
    return true;
}

static bool propose_in(struct tx *tx, const char *lang_code, const struct notice_facts *facts, const char *template,
                       enum notice_stage stage, struct notice_text *out, struct error *err) {
    struct op *op = tx_op(tx);
    const struct i18n *lang = i18n_get(lang_code);
    struct scenario *list;
    size_t count;
    if (!notice_templates(tx, lang_code, &list, &count, err)) return false;
    const struct notice_text *text = NULL;
    for (size_t i = 0; i < count && text == NULL; i++) {
        if (str_eq(list[i].key, template)) text = &list[i].stages[stage];
    }
    *out = (struct notice_text){ NULL, NULL };
    if (text == NULL || text->text == NULL) return true;
    const json_t *vars = notice_vars(op->arena, facts, lang);
    return fill_text(op, text->title, vars, lang, &out->title, err) &&
           fill_text(op, text->text, vars, lang, &out->text, err);
}

static bool template_known(const struct scenario *list, size_t count, const char *key, enum notice_stage stage) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].key, key)) return list[i].stages[stage].text != NULL;
    }
    return false;
}

bool notice_propose(struct tx *tx, const struct incident *incident, const char *template, enum notice_stage stage,
                    int64_t next_ms, struct notice_proposal *out, struct error *err) {
    struct op *op = tx_op(tx);
    struct notice_facts facts;
    struct scenario *list;
    size_t count;
    if (!notice_templates(tx, "ko", &list, &count, err)) return false;
    if (str_blank(template)) template = scenario_match(op->arena, list, count, incident);
    if (!template_known(list, count, template, stage)) {
        op_field_error(op, "template", "unknown", NULL);
        return OP_INVALID(op, err);
    }
    if (!notice_facts(tx, incident, next_ms, &facts, err)) return false;
    out->template = arena_str(op->arena, template);
    return propose_in(tx, "ko", &facts, template, stage, &out->ko, err) &&
           propose_in(tx, "en", &facts, template, stage, &out->en, err);
}

/* --- what was typed --- */

static enum notice_stage read_stage(struct op *op, const char *typed, enum notice_stage otherwise, unsigned rules) {
    static const char *const WORDS[] = { "detected", "delayed", "recovering", "recovered", NULL };
    int index = field_one_of(op, "stage", typed, WORDS, rules);
    return index < 0 ? otherwise : (enum notice_stage)index;
}

/* When the next notice is promised; `kept` if nothing was typed. */
static int64_t read_next(struct op *op, const struct tz *tz, const struct notice_input *input, int64_t kept) {
    struct error ignored;
    int64_t at;
    if (!str_blank(input->next_minutes)) {
        int64_t minutes = field_i64(op, "next_notice_minutes", input->next_minutes, 1, NEXT_MINUTES_MAX, 0);
        return op->now_ms + minutes * MINUTE_MS;
    }
    if (input->next_at == NULL) return kept;
    if (str_blank(input->next_at)) return 0;
    if (!when_parse(input->next_at, &at, &ignored) && !when_parse_local(input->next_at, tz, &at, &ignored)) {
        op_field_error(op, "next_notice_at", "malformed", NULL);
        return kept;
    }
    if (at <= op->now_ms) op_field_error(op, "next_notice_at", "past", NULL);
    return at;
}

/* A text as typed, or what stood there. An English text may be removed; the Korean one may not. */
static const char *read_part(struct op *op, const char *field, const char *typed, const char *kept, size_t max) {
    if (typed == NULL) return kept;
    const char *text = field_text(op, field, typed, max, FIELD_MULTILINE);
    if (*text != '\0') return text;
    if (str_ends(field, ".ko")) op_field_error(op, field, "required", NULL);
    return NULL;
}

static void read_texts(struct op *op, const struct notice_input *input, struct notice *notice) {
    notice->ko.title = read_part(op, "title.ko", input->title_ko, notice->ko.title, NOTICE_TITLE_MAX);
    notice->ko.text = read_part(op, "text.ko", input->text_ko, notice->ko.text, NOTICE_TEXT_MAX);
    notice->en.title = read_part(op, "title.en", input->title_en, notice->en.title, NOTICE_TITLE_MAX);
    notice->en.text = read_part(op, "text.en", input->text_en, notice->en.text, NOTICE_TEXT_MAX);
    if (notice->en.text == NULL) notice->en.title = NULL;
    else if (notice->en.title == NULL) notice->en.title = notice->ko.title;
}

/* --- writing --- */

struct writing {
    const char *public_id; /* made before the transaction, which may run twice */
    const char *ref;
    int64_t id;
    const struct notice_input *input;
    struct notice *out;
};

static bool audit_notice(struct tx *tx, const struct notice *notice, const char *action, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *detail = json_obj(op->arena);
    json_put_id(detail, "notice", notice->id);
    json_put_text(detail, "stage", notice_stage_name(notice->stage));
    json_put_i64(detail, "version", notice->version);
    return audit_add(tx, action, arena_printf(op->arena, "notice/%s", notice->public_id), detail, err);
}

const char *notice_public_id_new(struct arena *arena) {
    char token[SECRET_TOKEN_SIZE];
    secret_token(token);
    for (char *at = token; *at != '\0'; at++) {
        if (*at == '-' || *at == '_') *at = 'x'; /* pleasant in addresses */
    }
    return arena_strn(arena, token, PUBLIC_ID_LEN);
}

static bool create_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct op *op = tx_op(tx);
    struct incident incident;
    struct organisation organisation;
    struct notice_proposal proposal;
    if (!incident_by_ref(tx, writing->ref, &incident, err) || !organisation_find(tx, &organisation, err)) return false;
    bool over = incident.phase_at[PHASE_RECOVERED] != 0;
    struct notice notice = { .id = id_new(op->now_ms), .incident_id = incident.id, .version = 1 };
    notice.public_id = writing->public_id;
    notice.stage = read_stage(op, writing->input->stage, over ? STAGE_RECOVERED : STAGE_DETECTED, FIELD_OPTIONAL);
    notice.next_at = read_next(op, organisation.tz, writing->input, 0);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!notice_propose(tx, &incident, writing->input->template, notice.stage, notice.next_at, &proposal, err))
        return false;
    notice.template = proposal.template;
    notice.ko = proposal.ko;
    notice.en = proposal.en;
    if (writing->input->text_ko != NULL && writing->input->text_en == NULL)
        notice.en = (struct notice_text){ NULL, NULL };
    read_texts(op, writing->input, &notice);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    notice.created_by = notice.edited_by = op->actor->user_id;
    notice.author = notice.editor = op->actor->name;
    notice.created_at = notice.updated_at = op->now_ms;
    struct notice_answers answers = { 0 };
    notice_answers_read(op, writing->input, &answers);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    *writing->out = notice;
    return notice_row_insert(tx, &notice, err) && notice_version_insert(tx, &notice, err) &&
           notice_answers_put(tx, notice.id, &answers, err) && audit_notice(tx, &notice, "notice.created", err);
}

bool notice_create(struct op *op, const char *ref, const struct notice_input *input, struct notice *out,
                   struct error *err) {
    struct writing writing = { .ref = ref, .input = input, .out = out };
    writing.public_id = notice_public_id_new(op->arena);
    return permission_check(op, PERM_NOTICE, err) && store_write(op, create_tx, &writing, err);
}

static bool edit_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct notice notice;
    struct notice_answers answers;
    if (!notice_row_find(tx, writing->id, &notice, err) || !organisation_find(tx, &organisation, err) ||
        !notice_answers_find(tx, writing->id, &answers, err))
        return false;
    if (writing->input->expected_version != 0 && writing->input->expected_version != notice.version)
        return ERROR(err, ERR_STALE, "notice.stale", "version %lld", (long long)notice.version);
    if (notice.state == NOTICE_PUBLISHED || notice.state == NOTICE_WITHDRAWN)
        return ERROR(err, ERR_CONFLICT, "notice.published", "%s", notice_state_name(notice.state));
    notice.stage = read_stage(op, writing->input->stage, notice.stage, FIELD_OPTIONAL);
    notice.next_at = read_next(op, organisation.tz, writing->input, notice.next_at);
    read_texts(op, writing->input, &notice);
    notice_answers_read(op, writing->input, &answers);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    notice.state = NOTICE_DRAFT; /* what was submitted or approved is another text now */
    notice.submitted_by = notice.submitted_at = notice.approved_by = notice.approved_at = 0;
    notice.approver = NULL;
    notice.edited_by = op->actor->user_id;
    notice.editor = op->actor->name;
    notice.updated_at = op->now_ms;
    if (!notice_row_update(tx, &notice, err) || !notice_version_insert(tx, &notice, err) ||
        !notice_answers_put(tx, notice.id, &answers, err))
        return false;
    *writing->out = notice;
    return audit_notice(tx, &notice, "notice.edited", err);
}

bool notice_edit(struct op *op, int64_t id, const struct notice_input *input, struct notice *out, struct error *err) {
    struct writing writing = { .id = id, .input = input, .out = out };
    return permission_check(op, PERM_NOTICE, err) && store_write(op, edit_tx, &writing, err);
}

/* --- reading --- */

struct reading {
    const char *ref;
    int64_t id;
    struct notice *notice;
    struct notice_list *list;
    struct notice_version **versions;
    size_t *count;
};

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return notice_row_find(tx, reading->id, reading->notice, err);
}

bool notice_load(struct op *op, int64_t id, struct notice *out, struct error *err) {
    struct reading reading = { .id = id, .notice = out };
    return permission_check(op, PERM_READ, err) && store_read(op, load_tx, &reading, err);
}

static bool of_incident_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct incident incident;
    return incident_by_ref(tx, reading->ref, &incident, err) &&
           notice_rows_of_incident(tx, incident.id, reading->list, err);
}

bool notice_of_incident(struct op *op, const char *ref, struct notice_list *out, struct error *err) {
    struct reading reading = { .ref = ref, .list = out };
    return permission_check(op, PERM_READ, err) && store_read(op, of_incident_tx, &reading, err);
}

static bool waiting_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return notice_rows_waiting(tx, reading->list, err);
}

bool notice_waiting(struct op *op, struct notice_list *out, struct error *err) {
    struct reading reading = { .list = out };
    return permission_check(op, PERM_READ, err) && store_read(op, waiting_tx, &reading, err);
}

static bool versions_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct notice notice;
    return notice_row_find(tx, reading->id, &notice, err) &&
           notice_version_rows(tx, reading->id, reading->versions, reading->count, err);
}

bool notice_versions(struct op *op, int64_t id, struct notice_version **out, size_t *count, struct error *err) {
    struct reading reading = { .id = id, .versions = out, .count = count };
    return permission_check(op, PERM_READ, err) && store_read(op, versions_tx, &reading, err);
}

bool notice_before(struct tx *tx, const struct notice *notice, struct notice *out, bool *found, struct error *err) {
    int64_t before = notice->published_at == 0 ? INT64_MAX : notice->published_at;
    return notice_row_published_before(tx, notice->incident_id, before, notice->id, out, found, err);
}
