/* Service levels: target, downtime, what is left of the budget (R-H2, 001 §5). */
#include "insight/insight_internal.h"

#include "base/arena.h"
#include "people/permission.h"

enum { FULL_MILLI = 100000, MINUTE_MS = 60000 };

int64_t insight_budget_seconds(int64_t target_milli, int64_t period_seconds) {
    return period_seconds * (FULL_MILLI - target_milli) / FULL_MILLI;
}

/* Milliseconds covered by the outages of one service, each clipped to the period, overlaps counted once. They are
 * sorted by their beginning. */
static int64_t union_ms(const struct slo_facts *facts, int64_t service_id, int64_t from, int64_t until, int64_t now) {
    int64_t covered = 0;
    int64_t reached = from; /* everything before is counted */
    for (size_t i = 0; i < facts->outage_count; i++) {
        const struct outage *outage = &facts->outages[i];
        if (outage->service_id != service_id) continue;
        int64_t begin = outage->from > reached ? outage->from : reached;
        int64_t end = outage->until == 0 ? now : outage->until;
        if (end > until) end = until;
        if (end <= begin) continue;
        covered += end - begin;
        reached = end;
    }
    return covered;
}

struct computing {
    int64_t from, until;
    struct slo_list list;
};

static bool slo_tx(struct tx *tx, void *arg, struct error *err) {
    struct computing *computing = arg;
    const struct op *op = tx_op(tx);
    struct slo_facts facts;
    if (!slo_load(tx, computing->from, computing->until, &facts, err)) return false;
    struct slo_list list = { ARENA_ARRAY(op->arena, facts.target_count, struct slo_row), 0 };
    int64_t period_ms = computing->until - computing->from;
    for (size_t i = 0; i < facts.target_count; i++) {
        const struct target *target = &facts.targets[i];
        int64_t down_ms = union_ms(&facts, target->id, computing->from, computing->until, op->now_ms);
        int64_t budget = insight_budget_seconds(target->slo_milli, period_ms / 1000) / 60;
        int64_t down = down_ms / MINUTE_MS;
        list.items[list.count++] = (struct slo_row){
            .key = target->key,
            .name = target->name,
            .target_milli = target->slo_milli,
            .down_minutes = down,
            .period_minutes = period_ms / MINUTE_MS,
            .budget_minutes = budget,
            .used_percent = budget == 0 ? (down == 0 ? 0 : 100) : down * 100 / budget,
            .actual_milli = FULL_MILLI - down_ms * FULL_MILLI / period_ms,
        };
    }
    computing->list = list;
    return true;
}

bool insight_slo(struct op *op, int64_t from, int64_t until, struct slo_list *out, struct error *err) {
    if (!permission_check(op, PERM_READ, err)) return false;
    if (until <= from) op_field_error(op, "until", "too_early", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct computing computing = { .from = from, .until = until };
    if (!store_read(op, slo_tx, &computing, err)) return false;
    *out = computing.list;
    return true;
}

bool insight_slo_tx(struct tx *tx, int64_t from, int64_t until, struct slo_list *out, struct error *err) {
    struct computing computing = { .from = from, .until = until };
    if (!slo_tx(tx, &computing, err)) return false;
    *out = computing.list;
    return true;
}
