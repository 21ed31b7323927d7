/* The gate: the one place where a document is checked before it is submitted or published (R-B6). It runs on the
 * stored text inside the transaction, whatever a browser or client has checked before. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "people/permission.h"
#include "wording/gate.h"

static void add_part(struct wording_document *out, struct wording_part *parts, const char *key, const char *section,
                     const char *text) {
    if (str_blank(text)) return;
    parts[out->part_count++] = (struct wording_part){ key, section, text };
}

/* The document as the wording rules see it. */
static void wording_of(struct op *op, const struct document *document, struct wording_document *out) {
    struct wording_part *parts = ARENA_ARRAY(
        op->arena, document->section_count + document->why_count * 2 + 2 + PHASE_COUNT, struct wording_part);
    *out = (struct wording_document){ .name = document_kind_name(document->kind), .id = document->id };
    out->kind = document->kind == DOCUMENT_REPORT ? WORDING_REPORT : WORDING_RETRO;
    out->lang = document->lang;
    out->parts = parts;
    for (size_t i = 0; i < document->section_count; i++) {
        add_part(out, parts, document->sections[i].key, document->sections[i].key, document->sections[i].body);
    }
    for (size_t i = 0; i < document->why_count; i++) {
        add_part(out, parts, arena_printf(op->arena, "whys.%zu.question", i), "cause", document->whys[i].question);
        add_part(out, parts, arena_printf(op->arena, "whys.%zu.answer", i), "cause", document->whys[i].answer);
    }
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        const char *name = incident_phase_name((enum incident_phase)phase);
        add_part(out, parts, arena_printf(op->arena, "pace.%s", name), "response", document->pace[phase]);
    }
    add_part(out, parts, "lesson", "lessons", document->lesson);
    add_part(out, parts, "runbook_change", "prevention", document->runbook_change);
}

bool document_gate(struct tx *tx, const struct document *document, struct error *err) {
    struct wording_document wording;
    wording_of(tx_op(tx), document, &wording);
    return wording_gate(tx, &wording, err);
}

bool document_complete(struct tx *tx, const struct document *document, bool asked, struct error *err) {
    struct op *op = tx_op(tx);
    if (document->kind != DOCUMENT_RETRO) return true;
    whys_check(op, document);
    if (asked && str_blank(document->runbook_change)) op_field_error(op, "runbook_change", "runbook", NULL);
    return op->fields.count == 0 || OP_INVALID(op, err);
}

struct wording_call {
    const char *ref;
    enum document_kind kind;
    const struct waiver_wish *wish; /* NULL: only look */
    struct wording_review *out;
};

static bool review_wording(struct tx *tx, void *arg, struct error *err) {
    const struct wording_call *call = arg;
    struct incident incident;
    struct document document;
    struct wording_document wording;
    if (!document_load(tx, call->ref, call->kind, &incident, &document, err)) return false;
    /* a waiver belongs to a document: one that is still only drafted begins with it */
    if (call->wish != NULL && document.version == 0 && !document_keep(tx, &document, err)) return false;
    wording_of(tx_op(tx), &document, &wording);
    if (call->wish != NULL && !waiver_add(tx, &wording, call->wish, err)) return false;
    return wording_review(tx, &wording, call->out, err);
}

bool document_wording(struct op *op, const char *incident_ref, enum document_kind kind, struct wording_review *out,
                      struct error *err) {
    struct wording_call call = { incident_ref, kind, NULL, out };
    return permission_check(op, PERM_READ, err) && store_read(op, review_wording, &call, err);
}

bool document_waive(struct op *op, const char *incident_ref, enum document_kind kind, const struct waiver_wish *wish,
                    struct wording_review *out, struct error *err) {
    struct wording_call call = { incident_ref, kind, wish, out };
    return permission_check(op, PERM_RESPOND, err) && waiver_check(op, wish, err) &&
           store_write(op, review_wording, &call, err);
}
