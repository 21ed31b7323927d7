/* What a notice must not say: the wording rules of kind "notice", run on the stored text inside the transaction that
 * submits or publishes it (R-B6). Names of people never reach customers; other findings only advise. */
#include "notice/notice_internal.h"

#include "base/arena.h"
#include "notice/notice_sql.h"
#include "people/permission.h"

enum { PARTS = 4 };

/* "‘김서연님’ 사람 이름을 …", as it stands under the field. */
static void name_finding(struct op *op, const struct wording_reviewed *item) {
    const struct wording_finding *finding = &item->finding;
    const char *words =
        arena_strn(op->arena, item->part->text + finding->start_byte, finding->end_byte - finding->start_byte);
    op_field_error(op, item->part->key, "wording", arena_printf(op->arena, "‘%s’ %s", words, finding->message));
}

static struct wording_document document_of(struct arena *arena, const struct notice *notice) {
    struct wording_part *parts = ARENA_ARRAY(arena, PARTS, struct wording_part);
    parts[0] = (struct wording_part){ "title.ko", "notice", notice->ko.title };
    parts[1] = (struct wording_part){ "text.ko", "notice", notice->ko.text };
    parts[2] = (struct wording_part){ "title.en", "notice", notice->en.title };
    parts[3] = (struct wording_part){ "text.en", "notice", notice->en.text };
    return (struct wording_document){
        .name = "notice", .id = notice->id, .kind = WORDING_NOTICE, .parts = parts, .part_count = PARTS
    };
}

bool notice_gate(struct tx *tx, const struct notice *notice, struct error *err) {
    struct op *op = tx_op(tx);
    struct wording_review review;
    const struct wording_document document = document_of(op->arena, notice);
    if (!wording_review(tx, &document, &review, err)) return false;
    if (review.open == 0) return true;
    for (size_t i = 0; i < review.count; i++) {
        const struct wording_reviewed *item = &review.items[i];
        if (item->waiver == NULL && item->finding.severity == WORDING_BLOCK) name_finding(op, item);
    }
    return ERROR(err, ERR_INVALID, "notice.wording", "%zu open findings", review.open);
}

/* --- looking, and keeping with a reason --- */

struct looking {
    int64_t id;
    const struct waiver_wish *wish; /* NULL: only look */
    struct wording_review *out;
};

static bool look(struct tx *tx, void *arg, struct error *err) {
    const struct looking *looking = arg;
    struct notice notice;
    if (!notice_row_find(tx, looking->id, &notice, err)) return false;
    const struct wording_document document = document_of(tx_op(tx)->arena, &notice);
    bool open = notice.state < NOTICE_PUBLISHED;
    if (looking->wish != NULL && !open) return ERROR(err, ERR_CONFLICT, "notice.published", "its text stands");
    if (looking->wish != NULL && !waiver_add(tx, &document, looking->wish, err)) return false;
    return wording_review(tx, &document, looking->out, err);
}

bool notice_wording(struct op *op, int64_t id, struct wording_review *out, struct error *err) {
    struct looking looking = { id, NULL, out };
    return permission_check(op, PERM_READ, err) && store_read(op, look, &looking, err);
}

bool notice_waive(struct op *op, int64_t id, const struct waiver_wish *wish, struct wording_review *out,
                  struct error *err) {
    struct looking looking = { id, wish, out };
    return permission_check(op, PERM_NOTICE, err) && waiver_check(op, wish, err) &&
           store_write(op, look, &looking, err);
}
