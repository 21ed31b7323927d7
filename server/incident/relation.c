/* Relations between incidents: see relation.h. */
#include "incident/relation_row.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/incident_internal.h"

static const char *const RELATION_WORDS[] = { "duplicate", "recurrence", "related", NULL };

const char *relation_kind_name(enum relation_kind kind) {
    REQUIRE(kind < RELATION_KIND_COUNT);
    return RELATION_WORDS[kind];
}

bool relation_kind_parse(const char *name, enum relation_kind *out) {
    int index = word_index(RELATION_WORDS, name);
    if (index < 0) return false;
    *out = (enum relation_kind)index;
    return true;
}

bool relation_other(struct tx *tx, const struct incident *incident, const char *field, const char *ref,
                    struct incident *out, struct error *err) {
    struct op *op = tx_op(tx);
    const char *text = typed_text(op, field, ref, REF_MAX, FIELD_REQUIRED);
    if (text == NULL) return OP_INVALID(op, err);
    if (str_eq(text, incident->ref)) op_field_error(op, field, "itself", NULL);
    else if (!incident_by_ref(tx, text, out, err)) {
        if (err->kind != ERR_NOT_FOUND) return false;
        op_field_error(op, field, "unknown", NULL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

struct relate_run {
    const char *ref, *kind;
};

static bool event_of(struct tx *tx, struct incident *incident, const struct incident *other, enum relation_kind kind,
                     struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *data = json_obj(arena);
    json_put_text(data, "ref", other->ref);
    json_put_text(data, "relation", arena_printf(arena, "@incident.relation.%s", relation_kind_name(kind)));
    struct event_entry entry = { .kind = EVENT_RELATED, .key = "timeline.related", .data = data };
    return timeline_add(tx, incident, &entry, err);
}

static bool relate(struct tx *tx, struct change *change, void *arg, struct error *err) {
    const struct relate_run *run = arg;
    struct op *op = tx_op(tx);
    struct incident other;
    struct incident *incident = &change->incident;
    int word = typed_word(op, "kind", run->kind, RELATION_WORDS);
    enum relation_kind kind = word < 0 ? RELATION_RELATED : (enum relation_kind)word;
    if (!relation_other(tx, incident, "ref", run->ref, &other, err)) return false;
    bool recurs_earlier = kind == RELATION_RECURRENCE && incident_begin(&other) > incident_begin(incident);
    if (recurs_earlier) op_field_error(op, "ref", "too_late", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "ref", other.ref);
    json_put_text(detail, "kind", relation_kind_name(kind));
    return relation_put(tx, incident->id, other.id, kind, err) && event_of(tx, incident, &other, kind, err) &&
           event_of(tx, &other, incident, kind, err) && incident_save(tx, &other, err) &&
           change_audit(tx, change, "incident.related", detail, err);
}

bool incident_relate(struct op *op, const char *ref, const char *other_ref, const char *kind, struct error *err) {
    struct relate_run run = { other_ref, kind };
    return incident_change(op, ref, &(struct change_call){ relate, &run, PERM_RESPOND }, NULL, err);
}
