/* What happens when a clock falls due. The worker calls incident_clock_due in one transaction that also removes the
 * due row: each firing happens exactly once, however long nobody was there to see it. */
#include "incident/incident_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/when.h"

/* Ten minutes after the owner was reminded in vain, everybody hears of it; then again with every cadence. */
enum { ESCALATION_MINUTES = 10, CADENCE_MIN_MINUTES = 15, REMINDERS_MAX = 12 };

#define DAY_MS INT64_C(86400000)
enum { OWED_DAYS = 60 };

static bool record(struct tx *tx, struct change *change, const char *key, const struct clock_row *row,
                   struct error *err) {
    struct op *op = tx_op(tx);
    json_t *data = json_obj(op->arena);
    json_put_text(data, "clock", clock_kind_name(row->kind));
    json_put_text(data, "due", when_minute(op->arena, change->organisation.tz, row->due_at));
    struct event_entry entry = { .kind = EVENT_CLOCK, .key = key, .data = data };
    return timeline_add(tx, &change->incident, &entry, err);
}

static bool miss(struct tx *tx, const struct change *change, struct clock_row *row, struct error *err) {
    if (row->state == CLOCK_PENDING) row->state = CLOCK_MISSED;
    return clock_write(tx, change->incident.id, row, err);
}

/* Missed, told in the timeline and, with a topic, outside. */
static bool miss_and_tell(struct tx *tx, struct change *change, struct clock_row *row, const char *topic,
                          enum message_kind message, struct error *err) {
    if (!miss(tx, change, row, err)) return false;
    if (topic != NULL && !incident_publish(tx, &change->incident, topic, message, err)) return false;
    return record(tx, change, arena_printf(tx_op(tx)->arena, "timeline.%s_missed", clock_kind_name(row->kind)), row,
                  err);
}

/* The portal has done what the clock is for: offered the help request, sent the executive report. */
static bool do_duty(struct tx *tx, struct change *change, struct clock_row *row, const char *topic,
                    enum message_kind message, struct error *err) {
    row->state = CLOCK_MET;
    row->met_at = tx_op(tx)->now_ms;
    return clock_write(tx, change->incident.id, row, err) &&
           incident_publish(tx, &change->incident, topic, message, err) &&
           record(tx, change, arena_printf(tx_op(tx)->arena, "timeline.%s_sent", clock_kind_name(row->kind)), row, err);
}

static int64_t next_reminder(const struct change *change, const struct clock_row *row, int64_t now) {
    if (row->reminders == 1) return now + ESCALATION_MINUTES * MINUTE_MS;
    int64_t cadence = change->level->update_minutes;
    return now + (cadence > CADENCE_MIN_MINUTES ? cadence : CADENCE_MIN_MINUTES) * MINUTE_MS;
}

/* First the owner is reminded, then it is escalated, then again and again until somebody updates or says stop. */
bool clock_remind(struct tx *tx, struct change *change, struct clock_row *row, struct error *err) {
    bool first = row->reminders == 0;
    int64_t now = tx_op(tx)->now_ms;
    row->reminders++;
    row->snoozed_until = 0;
    const char *topic = first ? "incident.update_due" : "incident.update_missed";
    enum message_kind message = first ? MESSAGE_REMINDER : MESSAGE_ESCALATION;
    const char *key = first ? "timeline.update_reminded" : "timeline.update_escalated";
    if (!clock_write(tx, change->incident.id, row, err)) return false;
    if (!incident_publish(tx, &change->incident, topic, message, err)) return false;
    if (!record(tx, change, key, row, err)) return false;
    if (row->reminders >= REMINDERS_MAX) return true;
    return clock_schedule(tx, change->incident.id, CLOCK_UPDATE, next_reminder(change, row, now), err);
}

static bool update_due(struct tx *tx, struct change *change, struct clock_row *row, struct error *err) {
    if (!incident_is_live(&change->incident)) return true;
    bool newly_missed = row->state == CLOCK_PENDING;
    if (!miss(tx, change, row, err)) return false;
    if (!row->stopped && row->snoozed_until <= tx_op(tx)->now_ms) return clock_remind(tx, change, row, err);
    if (newly_missed && !record(tx, change, "timeline.update_missed", row, err)) return false;
    return row->stopped || clock_schedule(tx, change->incident.id, CLOCK_UPDATE, row->snoozed_until, err);
}

static bool fall_due(struct tx *tx, struct change *change, struct clock_row *row, struct error *err) {
    switch (row->kind) {
    case CLOCK_UPDATE: return update_due(tx, change, row, err);
    case CLOCK_HELP_OFFER: return do_duty(tx, change, row, "incident.help_offered", MESSAGE_HELP_OFFER, err);
    case CLOCK_EXECUTIVE_REPORT: return do_duty(tx, change, row, "incident.executive_report", MESSAGE_EXECUTIVE, err);
    case CLOCK_ACK: return miss_and_tell(tx, change, row, "incident.ack_missed", MESSAGE_ACK_MISSED, err);
    case CLOCK_REPORT: return miss_and_tell(tx, change, row, "incident.report_overdue", MESSAGE_REPORT_DUE, err);
    case CLOCK_RETRO: return miss_and_tell(tx, change, row, "incident.retro_overdue", MESSAGE_RETRO_DUE, err);
    case CLOCK_DETECT:
    case CLOCK_TRIAGE:
    case CLOCK_NOTICE:
    case CLOCK_MITIGATION: return miss_and_tell(tx, change, row, NULL, MESSAGE_KIND_COUNT, err);
    case CLOCK_KIND_COUNT: break;
    }
    die("unknown clock %d", (int)row->kind);
}

bool incident_clock_due(struct tx *tx, const struct due *due, struct error *err) {
    struct change change = { 0 };
    struct clock_row row;
    enum clock_kind kind;
    bool found;
    if (!clock_kind_parse(due->variant, &kind)) {
        return ERROR(err, ERR_INTERNAL, "clock.unknown", "due kind %s", due->variant);
    }
    if (!incident_by_id(tx, due->subject_id, &change.incident, err)) return false;
    if (!clock_latest(tx, due->subject_id, kind, &row, &found, err)) return false;
    if (!found || row.met_at != 0 || row.state == CLOCK_WAIVED) return true;
    return change_context(tx, &change, err) && fall_due(tx, &change, &row, err) &&
           incident_save(tx, &change.incident, err);
}

/* Of the last two months: whoever still owes more has long been told. */
bool incident_calendar_due(struct tx *tx, const struct due *due, struct error *err) {
    struct rows owed;
    (void)due;
    if (!clocks_owed(tx, tx_op(tx)->now_ms - OWED_DAYS * DAY_MS, &owed, err)) return false;
    while (rows_next(&owed)) {
        struct change change = { 0 };
        if (!incident_by_id(tx, rows_i64(&owed, 0), &change.incident, err) || !change_context(tx, &change, err) ||
            !clocks_corrected(tx, &change, err))
            return false;
        tx_on_commit(tx, arena_printf(tx_op(tx)->arena, "incident/%lld", (long long)change.incident.id));
    }
    return true;
}
