/* Typing: keeping unsaved text and telling who else is there. See typing.h. */
#include "review/review_internal.h"

#include "base/field.h"
#include "base/str.h"
#include "people/permission.h"

struct call {
    const char *ref;
    enum document_kind kind;
    const struct typing_wish *wish; /* NULL: only look */
    const char *discard; /* section, or NULL */
    struct typing_kept kept;
};

const struct typed *typing_of(const struct typing *typing, const char *section) {
    for (size_t i = 0; i < typing->mine_count; i++) {
        if (str_eq(typing->mine[i].section, section)) return &typing->mine[i];
    }
    return NULL;
}

static bool find_place(struct tx *tx, const struct call *call, struct typing_place *out, struct error *err) {
    struct incident incident;
    if (!incident_by_ref(tx, call->ref, &incident, err)) return false;
    *out = (struct typing_place){ incident.id, call->kind };
    return true;
}

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct call *call = arg;
    struct typing_place place;
    return find_place(tx, call, &place, err) && typing_rows_load(tx, &place, &call->kept.now, err);
}

bool typing_find(struct op *op, const char *incident_ref, enum document_kind kind, struct typing *out,
                 struct error *err) {
    struct call call = { .ref = incident_ref, .kind = kind };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, find_tx, &call, err)) return false;
    *out = call.kept.now;
    return true;
}

/* At which version the stored section or part is, and by whom; a field error if the document has none of that name. */
static bool find_stored(struct tx *tx, struct document *document, bool found, struct call *call, struct error *err) {
    const struct shape *shape = shape_find(call->kind, found ? document->shape : NULL);
    enum document_part part;
    bool of_part = call->kind == DOCUMENT_RETRO && document_part_parse(call->wish->section, &part);
    if (!of_part && !shape_has(shape, call->wish->section)) {
        op_field_error(tx_op(tx), "section", "unknown", NULL);
        return OP_INVALID(tx_op(tx), err);
    }
    call->kept.version = 0;
    call->kept.saved_by = NULL;
    if (!found) return true;
    if (!section_rows_load(tx, document, err) || !part_rows_load(tx, document, err)) return false;
    const struct section *stored = of_part ? NULL : section_find(document, call->wish->section);
    if (of_part) {
        call->kept.version = document->parts[part].version;
        call->kept.saved_by = document->parts[part].updated_by;
    } else if (stored != NULL) {
        call->kept.version = stored->version;
        call->kept.saved_by = stored->updated_by;
    }
    return true;
}

static bool keep_tx(struct tx *tx, void *arg, struct error *err) {
    struct call *call = arg;
    struct op *op = tx_op(tx);
    struct typing_place place;
    struct document document;
    bool found;
    op->fields = (struct field_errors){ 0 };
    if (!find_place(tx, call, &place, err) ||
        !document_row_find(tx, place.incident_id, call->kind, &document, &found, err)) {
        return false;
    }
    if (!find_stored(tx, &document, found, call, err)) return false;
    return typing_row_keep(tx, &place, call->wish, &call->kept.number, err) &&
           typing_rows_load(tx, &place, &call->kept.now, err);
}

bool typing_keep(struct op *op, const char *incident_ref, enum document_kind kind, const struct typing_wish *wish,
                 struct typing_kept *out, struct error *err) {
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (op->actor->user_id == 0) return ERROR(err, ERR_FORBIDDEN, "permission.denied", "typing belongs to a person");
    struct typing_wish checked = *wish;
    checked.screen = wish->screen == NULL ? "" : wish->screen;
    field_text(op, "section", wish->section, TYPING_SCREEN_MAX, FIELD_REQUIRED);
    field_text(op, "screen", checked.screen, TYPING_SCREEN_MAX, 0);
    enum document_part part;
    size_t max = document_part_parse(wish->section, &part) ? TYPING_PART_MAX : SECTION_MAX;
    field_text(op, "body", wish->body, max, FIELD_MULTILINE);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct call call = { .ref = incident_ref, .kind = kind, .wish = &checked };
    if (!store_write(op, keep_tx, &call, err)) return false;
    *out = call.kept;
    return true;
}

static bool discard_tx(struct tx *tx, void *arg, struct error *err) {
    const struct call *call = arg;
    struct typing_place place;
    return find_place(tx, call, &place, err) && typing_row_clear(tx, &place, call->discard, err);
}

bool typing_discard(struct op *op, const char *incident_ref, enum document_kind kind, const char *section,
                    struct error *err) {
    struct call call = { .ref = incident_ref, .kind = kind, .discard = section };
    return permission_check(op, PERM_RESPOND, err) && store_write(op, discard_tx, &call, err);
}
