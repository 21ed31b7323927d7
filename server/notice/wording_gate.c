/* What a notice must not say: the wording rules of kind "notice", run on the stored text inside the transaction that
 * submits or publishes it (R-B6). Names of people never reach customers; other findings only advise. */
#include "notice/notice_internal.h"

#include "base/arena.h"
#include "wording/gate.h"

enum { PARTS = 4 };

/* "‘김서연님’ 사람 이름을 …", as it stands under the field. */
static void name_finding(struct op *op, const struct wording_reviewed *item) {
    const struct wording_finding *finding = &item->finding;
    const char *words =
        arena_strn(op->arena, item->part->text + finding->start_byte, finding->end_byte - finding->start_byte);
    op_field_error(op, item->part->key, "wording", arena_printf(op->arena, "‘%s’ %s", words, finding->message));
}

bool notice_gate(struct tx *tx, const struct notice *notice, struct error *err) {
    struct op *op = tx_op(tx);
    struct wording_review review;
    struct wording_part parts[PARTS] = {
        { "title.ko", "notice", notice->ko.title },
        { "text.ko", "notice", notice->ko.text },
        { "title.en", "notice", notice->en.title },
        { "text.en", "notice", notice->en.text },
    };
    const struct wording_document document = {
        .name = "notice", .id = notice->id, .kind = WORDING_NOTICE, .parts = parts, .part_count = PARTS
    };
    if (!wording_review(tx, &document, &review, err)) return false;
    if (review.open == 0) return true;
    for (size_t i = 0; i < review.count; i++) {
        if (review.items[i].finding.severity == WORDING_BLOCK) name_finding(op, &review.items[i]);
    }
    return ERROR(err, ERR_INVALID, "notice.wording", "%zu open findings", review.open);
}
