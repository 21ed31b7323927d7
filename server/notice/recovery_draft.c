/* The notice of recovery, drafted by itself the moment an incident is declared recovered (R-A10). It only waits on the
 * desk: two people still send it on its way, as every notice. See notice.h. */
#include "notice/notice_internal.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "notice/notice_sql.h"
#include "policy/organisation.h"
#include "text/i18n.h"

/* What to do with the notices there are. */
static struct notice *untouched(struct notice_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        struct notice *notice = &list->items[i];
        bool own = notice->created_by == 0 && notice->edited_by == 0;
        if (own && notice->stage == STAGE_RECOVERED && notice->state == NOTICE_DRAFT) return notice;
    }
    return NULL;
}

static bool somebody_wrote(const struct notice_list *list, int64_t recovered_at) {
    for (size_t i = 0; i < list->count; i++) {
        const struct notice *notice = &list->items[i];
        if (notice->stage != STAGE_RECOVERED || notice->state == NOTICE_WITHDRAWN) continue;
        if (notice->state != NOTICE_PUBLISHED || notice->published_at >= recovered_at) return true;
    }
    return false;
}

static bool keep(struct tx *tx, struct notice *notice, bool is_new, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *detail = json_obj(op->arena);
    json_put_id(detail, "notice", notice->id);
    json_put_text(detail, "stage", notice_stage_name(notice->stage));
    if (is_new ? !notice_row_insert(tx, notice, err) : !notice_row_update(tx, notice, err)) return false;
    json_put_i64(detail, "version", notice->version);
    return notice_version_insert(tx, notice, err) &&
           audit_add(tx, "notice.drafted", arena_printf(op->arena, "notice/%s", notice->public_id), detail, err);
}

static bool draft(struct tx *tx, const struct incident *incident, struct notice *old, struct error *err) {
    struct op *op = tx_op(tx);
    struct organisation organisation;
    struct notice_proposal proposal;
    if (!organisation_find(tx, &organisation, err) ||
        !notice_propose(tx, incident, NULL, STAGE_RECOVERED, 0, &proposal, err))
        return false;
    struct notice notice = { .id = id_new(op->now_ms), .incident_id = incident->id, .version = 1 };
    if (old != NULL) notice = *old;
    else notice.public_id = notice_public_id_new(op->arena);
    notice.stage = STAGE_RECOVERED;
    notice.template = proposal.template;
    notice.ko = proposal.ko;
    notice.en = proposal.en;
    notice.author = notice.editor = i18n_text(i18n_get(organisation.lang), "notice.by_itself");
    notice.updated_at = op->now_ms;
    if (old == NULL) notice.created_at = op->now_ms;
    return keep(tx, &notice, old == NULL, err);
}

bool notice_draft_recovery(struct tx *tx, const struct due *due, struct error *err) {
    struct incident incident;
    struct notice_list list;
    if (!incident_by_id(tx, due->subject_id, &incident, err) ||
        !notice_rows_of_incident(tx, due->subject_id, &list, err))
        return false;
    int64_t recovered_at = incident.phase_at[PHASE_RECOVERED];
    if (recovered_at == 0 || !incident_reaches_outside(&incident)) return true; /* reopened, or nobody's business */
    struct notice *old = untouched(&list);
    if (old == NULL && somebody_wrote(&list, recovered_at)) return true;
    return draft(tx, &incident, old, err);
}
