/* Documents: reading and saving. Moving them through review is approval.c. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "incident/timeline.h"
#include "people/permission.h"

#include <string.h>

bool document_load(struct tx *tx, const char *ref, enum document_kind kind, struct incident *incident,
                   struct document *out, struct error *err) {
    bool found;
    if (!incident_by_ref(tx, ref, incident, err) || !document_row_find(tx, incident->id, kind, out, &found, err)) {
        return false;
    }
    if (!found) {
        *out = (struct document){ .incident_id = incident->id,
                                  .kind = kind,
                                  .shape = shape_find(kind, NULL)->name,
                                  .state = DOCUMENT_DRAFT,
                                  .lang = incident->lang };
    } else if (!section_rows_load(tx, out, err) || !why_rows_load(tx, out, err) || !part_rows_load(tx, out, err)) {
        return false;
    }
    out->incident_ref = incident->ref;
    return draft_sections(tx, incident, out, err);
}

struct finding_one {
    const char *ref;
    enum document_kind kind;
    struct document document;
};

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct finding_one *find = arg;
    struct incident incident;
    return document_load(tx, find->ref, find->kind, &incident, &find->document, err);
}

bool document_find(struct op *op, const char *incident_ref, enum document_kind kind, struct document *out,
                   struct error *err) {
    struct finding_one find = { .ref = incident_ref, .kind = kind };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, find_tx, &find, err)) return false;
    *out = find.document;
    return true;
}

/* --- saving --- */

struct writing {
    const struct document_call *call;
    struct document document;
};

static bool write_tx(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    const struct document_call *call = writing->call;
    struct incident incident;
    return call->fn(tx, call->arg, err) && document_load(tx, call->ref, call->kind, &incident, &writing->document, err);
}

bool document_write(struct op *op, const struct document_call *call, struct document *out, struct error *err) {
    struct writing writing = { .call = call };
    if (!store_write(op, write_tx, &writing, err)) return false;
    *out = writing.document;
    return true;
}

struct saving {
    const char *ref;
    enum document_kind kind;
    const struct document_save *save;
    struct document document;
};

static void check_save(struct op *op, enum document_kind kind, const struct document_save *save,
                       const struct shape *shape) {
    for (size_t i = 0; i < save->section_count; i++) {
        const struct section_save *section = &save->sections[i];
        const char *field = arena_printf(op->arena, "sections.%.40s", section->key);
        if (!shape_has(shape, section->key)) op_field_error(op, field, "unknown", NULL);
        else field_text(op, field, section->body, SECTION_MAX, FIELD_MULTILINE);
    }
    parts_check(op, kind, save);
}

const struct section *section_find(const struct document *document, const char *key) {
    for (size_t i = 0; i < document->section_count; i++) {
        if (str_eq(document->sections[i].key, key)) return &document->sections[i];
    }
    return NULL;
}

static bool save_sections(struct tx *tx, const struct document *document, const struct document_save *save,
                          struct error *err) {
    struct op *op = tx_op(tx);
    for (size_t i = 0; i < save->section_count; i++) {
        const struct section_save *wanted = &save->sections[i];
        const struct section *current = section_find(document, wanted->key);
        int64_t now_at = current == NULL ? 0 : current->version;
        if (wanted->base_version >= 0 && wanted->base_version != now_at) {
            op_field_error(op, arena_printf(op->arena, "sections.%s", wanted->key), "stale", NULL);
            continue;
        }
        /* what this person had typed here is now saved */
        if (!typing_row_clear(tx, &(struct typing_place){ document->incident_id, document->kind }, wanted->key, err)) {
            return false;
        }
        if (now_at > 0 && str_eq(current->body, wanted->body)) continue;
        struct section section = { wanted->key, wanted->body, now_at, op->actor->name, op->now_ms };
        bool saved;
        if (!section_row_save(tx, document->id, &section, &saved, err)) return false;
        if (!saved) op_field_error(op, arena_printf(op->arena, "sections.%s", wanted->key), "stale", NULL);
    }
    if (op->fields.count == 0) return true;
    return ERROR(err, ERR_STALE, "document.section_changed", "%s", op->fields.first->field);
}

/* Whole texts up to a limit: an index of more would not help anybody find it, and must not fill the arena. */
static void add_searched(struct buf *out, const char *text) {
    enum { SEARCHED_MAX = 256 * 1024 };
    if (text == NULL || out->len + strlen(text) >= SEARCHED_MAX) return;
    buf_printf(out, "%s\n", text);
}

bool document_index(struct tx *tx, const struct incident *incident, const struct document *document,
                    struct error *err) {
    struct document stored = *document;
    if (!section_rows_load(tx, &stored, err) || !why_rows_load(tx, &stored, err) || !part_rows_load(tx, &stored, err)) {
        return false;
    }
    struct buf text;
    buf_init(&text, tx_op(tx)->arena, 1024 * 1024);
    add_searched(&text, stored.lesson);
    for (size_t i = 0; i < stored.section_count; i++) add_searched(&text, stored.sections[i].body);
    for (size_t i = 0; i < stored.why_count; i++) {
        add_searched(&text, stored.whys[i].question);
        add_searched(&text, stored.whys[i].answer);
        add_searched(&text, stored.whys[i].evidence);
    }
    for (int phase = 0; phase < PHASE_COUNT; phase++) add_searched(&text, stored.pace[phase]);
    int64_t place = document->kind == DOCUMENT_REPORT ? SEARCH_REPORT : SEARCH_RETRO;
    return search_put(tx, incident, place, text.data, err);
}

static bool save_in(struct tx *tx, const struct saving *saving, struct error *err) {
    struct op *op = tx_op(tx);
    const struct document_save *save = saving->save;
    struct incident incident;
    struct document document;
    if (!document_load(tx, saving->ref, saving->kind, &incident, &document, err)) return false;
    const struct shape *shape = shape_find(saving->kind, save->shape != NULL ? save->shape : document.shape);
    if (shape == NULL) op_field_error(op, "shape", "one_of", "retrospective, postmortem, short");
    else check_save(op, saving->kind, save, shape);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (document.state == DOCUMENT_SUBMITTED || document.state == DOCUMENT_APPROVED) {
        return ERROR(err, ERR_CONFLICT, "document.in_review", "%s", document_state_name(document.state));
    }
    document.shape = shape->name;
    document.state = DOCUMENT_DRAFT; /* a published one that is edited must be published again */
    parts_apply(&document, save);
    document.updated_at = op->now_ms;
    if (!document_keep(tx, &document, err) || !save_sections(tx, &document, save, err) ||
        !parts_save(tx, &document, save, err) || !document_index(tx, &incident, &document, err)) {
        return false;
    }
    tx_on_commit(tx, arena_printf(op->arena, "incident/%lld", (long long)incident.id));
    const char *subject = arena_printf(op->arena, "%s/%s", document_kind_name(saving->kind), incident.ref);
    return audit_add(tx, "document.saved", subject, NULL, err);
}

static bool save_tx(struct tx *tx, void *arg, struct error *err) {
    tx_op(tx)->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    return save_in(tx, arg, err);
}

bool document_save_tx(struct tx *tx, const char *incident_ref, enum document_kind kind,
                      const struct document_save *save, struct error *err) {
    return save_in(tx, &(struct saving){ .ref = incident_ref, .kind = kind, .save = save }, err);
}

bool document_keep(struct tx *tx, struct document *document, struct error *err) {
    if (document->version != 0) return document_row_update(tx, document, err);
    document->id = id_new(tx_op(tx)->now_ms);
    document->version = 1;
    document->created_at = tx_op(tx)->now_ms;
    document->updated_at = tx_op(tx)->now_ms;
    return document_row_insert(tx, document, err);
}

bool document_keep_draft(struct tx *tx, struct document *document, struct error *err) {
    const struct op *op = tx_op(tx);
    for (size_t i = 0; i < document->section_count; i++) {
        struct section *section = &document->sections[i];
        if (section->version != 0) continue;
        section->updated_by = op->actor->name;
        section->updated_at = op->now_ms;
        bool saved;
        if (!section_row_save(tx, document->id, section, &saved, err)) return false;
        section->version = 1;
    }
    return true;
}

bool document_save(struct op *op, const char *incident_ref, enum document_kind kind, const struct document_save *save,
                   struct document *out, struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (save->section_count > SECTIONS_MAX) op_field_error(op, "sections", "too_many", "24");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct saving saving = { .ref = incident_ref, .kind = kind, .save = save };
    return document_write(op, &(struct document_call){ save_tx, &saving, incident_ref, kind }, out, err);
}
