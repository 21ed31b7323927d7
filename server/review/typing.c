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
    const struct shape *shape = shape_find(call->kind, found ? document.shape : NULL);
    if (!shape_has(shape, call->wish->section)) {
        op_field_error(op, "section", "unknown", NULL);
        return OP_INVALID(op, err);
    }
    if (found && !section_rows_load(tx, &document, err)) return false;
    const struct section *stored = found ? section_find(&document, call->wish->section) : NULL;
    call->kept.version = stored == NULL ? 0 : stored->version;
    call->kept.saved_by = stored == NULL ? NULL : stored->updated_by;
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
    field_text(op, "body", wish->body, SECTION_MAX, FIELD_MULTILINE);
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
