/* The gate and its waivers: see gate.h. */
#include "wording/gate_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "text/when.h"

#include <string.h>

enum { REASON_MIN = 10, REASON_MAX = 500, WORDS_MAX = 200 };

struct reviewing {
    struct tx *tx;
    const struct wording_document *document;
    const struct wording_rules *rules;
    const char *const *roster;
    size_t roster_count;
};

static bool start_review(struct tx *tx, const struct wording_document *document, struct reviewing *out,
                         struct error *err) {
    *out = (struct reviewing){ .tx = tx, .document = document };
    return wording_rules_current(tx, &out->rules, err) && wording_roster(tx, &out->roster, &out->roster_count, err);
}

static bool check_part(const struct reviewing *run, const struct wording_part *part, struct wording_findings *out,
                       struct error *err) {
    const char *text = part->text == NULL ? "" : part->text;
    struct wording_input input = { .text = text, .size = strlen(text), .lang = run->document->lang };
    input.section = part->section;
    input.kind = run->document->kind;
    input.roster = run->roster;
    input.roster_count = run->roster_count;
    return wording_check(run->rules, tx_op(run->tx)->arena, &input, out, err);
}

static const struct waiver *waiver_for(const struct wording_review *review, const struct wording_finding *finding) {
    for (size_t i = 0; i < review->waiver_count; i++) {
        const struct waiver *waiver = &review->waivers[i];
        if (str_eq(waiver->rule, finding->rule) && str_eq(waiver->sentence, finding->sentence)) return waiver;
    }
    return NULL;
}

static void append(struct arena *arena, struct wording_review *review, const struct wording_part *part,
                   const struct wording_findings *findings) {
    struct wording_reviewed *items = ARENA_ARRAY(arena, review->count + findings->count + 1, struct wording_reviewed);
    if (review->count > 0) memcpy(items, review->items, review->count * sizeof *items);
    review->items = items;
    for (size_t i = 0; i < findings->count; i++) {
        struct wording_reviewed *item = &items[review->count++];
        *item = (struct wording_reviewed){ .part = part, .finding = findings->list[i] };
        item->waiver = waiver_for(review, &item->finding);
        if (item->waiver == NULL && item->finding.severity == WORDING_BLOCK) review->open++;
    }
}

bool wording_review(struct tx *tx, const struct wording_document *document, struct wording_review *out,
                    struct error *err) {
    struct reviewing run;
    *out = (struct wording_review){ 0 };
    if (!start_review(tx, document, &run, err) ||
        !waiver_rows_of(tx, document, &out->waivers, &out->waiver_count, err)) {
        return false;
    }
    for (size_t i = 0; i < document->part_count; i++) {
        struct wording_findings findings;
        if (!check_part(&run, &document->parts[i], &findings, err)) return false;
        append(tx_op(tx)->arena, out, &document->parts[i], &findings);
    }
    return true;
}

bool wording_gate(struct tx *tx, const struct wording_document *document, struct error *err) {
    struct wording_review review;
    if (!wording_review(tx, document, &review, err)) return false;
    if (review.open == 0) return true;
    return ERROR(err, ERR_INVALID, "wording.blocked", "%zu open findings", review.open);
}

/* --- waivers --- */

bool waiver_check(struct op *op, const struct waiver_wish *wish, struct error *err) {
    const char *reason = field_text(op, "reason", wish->reason, REASON_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    if (*reason != '\0' && utf8_count(reason) < REASON_MIN) op_field_error(op, "reason", "too_short", "10");
    field_text(op, "section", wish->part, 60, FIELD_REQUIRED);
    field_text(op, "rule", wish->rule, 80, FIELD_REQUIRED);
    if (wish->start < 0) op_field_error(op, "start", "not_number", NULL);
    return op->fields.count > 0 ? OP_INVALID(op, err) : true;
}

static const struct wording_finding *find(const struct wording_findings *findings, const struct waiver_wish *wish) {
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].start == wish->start && str_eq(findings->list[i].rule, wish->rule))
            return &findings->list[i];
    }
    return NULL;
}

static bool audit_waiver(struct tx *tx, const struct wording_document *document, const struct waiver *waiver,
                         struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    json_t *detail = json_obj(arena);
    json_put_text(detail, "rule", waiver->rule);
    json_put_text(detail, "section", waiver->section);
    json_put_text(detail, "reason", waiver->reason);
    const char *subject = arena_printf(arena, "%s/%lld", document->name, (long long)document->id);
    return audit_add(tx, "wording.waived", subject, detail, err);
}

static bool waive(struct tx *tx, const struct wording_document *document, const struct wording_part *part,
                  const struct waiver_wish *wish, const struct wording_finding *finding, struct error *err) {
    struct op *op = tx_op(tx);
    char words[WORDS_MAX];
    str_copy(words, sizeof words,
             arena_strn(op->arena, part->text + finding->start_byte, finding->end_byte - finding->start_byte));
    struct waiver waiver = { .id = id_new(op->now_ms), .section = part->key, .rule = finding->rule };
    waiver.category = finding->category;
    waiver.sentence = finding->sentence;
    waiver.words = words;
    waiver.reason = str_clean(op->arena, wish->reason);
    waiver.person = op->actor->name;
    waiver.waived_at = op->now_ms;
    bool added;
    if (!waiver_row_insert(tx, document, &waiver, &added, err)) return false;
    return !added || audit_waiver(tx, document, &waiver, err);
}

bool waiver_add(struct tx *tx, const struct wording_document *document, const struct waiver_wish *wish,
                struct error *err) {
    struct reviewing run;
    if (!start_review(tx, document, &run, err)) return false;
    for (size_t i = 0; i < document->part_count; i++) {
        const struct wording_part *part = &document->parts[i];
        if (!str_eq(part->key, wish->part)) continue;
        struct wording_findings findings;
        if (!check_part(&run, part, &findings, err)) return false;
        const struct wording_finding *finding = find(&findings, wish);
        if (finding != NULL) return waive(tx, document, part, wish, finding, err);
    }
    return ERROR(err, ERR_CONFLICT, "wording.finding_gone", "%s at %lld of %s", wish->rule, (long long)wish->start,
                 wish->part);
}

json_t *wording_review_json(struct op *op, const struct wording_review *review, bool open_only) {
    json_t *list = json_arr(op->arena);
    for (size_t i = 0; i < review->count; i++) {
        const struct wording_reviewed *item = &review->items[i];
        if (open_only && (item->waiver != NULL || item->finding.severity != WORDING_BLOCK)) continue;
        json_t *json = wording_finding_json(op->arena, &item->finding);
        json_put_text(json, "section", item->part->key);
        json_t *waived = json_null();
        if (item->waiver != NULL) {
            waived = json_object();
            json_put_text(waived, "reason", item->waiver->reason);
            json_put_text(waived, "person", item->waiver->person);
            json_put_text(waived, "at", when_rfc3339(op->arena, item->waiver->waived_at));
        }
        json_put(json, "waived", waived);
        json_push(list, json_incref(json));
    }
    return list;
}
