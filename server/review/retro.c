/* The retrospective's meeting: when, who, led by whom (R-B2). */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "text/i18n.h"
#include "text/ical.h"
#include "text/when.h"

enum { ATTENDEES_MAX = 4000, PERSON_MAX = 200 };

struct scheduling {
    const char *ref;
    const struct retro_schedule *schedule;
};

static bool schedule_tx(struct tx *tx, void *arg, struct error *err) {
    const struct scheduling *scheduling = arg;
    const struct retro_schedule *schedule = scheduling->schedule;
    struct op *op = tx_op(tx);
    struct incident incident;
    struct document document;
    struct organisation organisation;
    op->fields = (struct field_errors){ 0 };
    if (!document_load(tx, scheduling->ref, DOCUMENT_RETRO, &incident, &document, err) ||
        !organisation_find(tx, &organisation, err)) {
        return false;
    }
    if (schedule->at_ms <= incident_begin(&incident)) op_field_error(op, "at", "too_early", NULL);
    const char *attendees = field_text(op, "attendees", schedule->attendees, ATTENDEES_MAX, FIELD_MULTILINE);
    const char *facilitator = field_text(op, "facilitator", schedule->facilitator, PERSON_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    document.scheduled_at = schedule->at_ms;
    if (attendees != NULL) document.attendees = str_blank(attendees) ? NULL : attendees;
    if (facilitator != NULL) document.facilitator = str_blank(facilitator) ? NULL : facilitator;
    document.updated_at = op->now_ms;
    incident.retro_at = schedule->at_ms;
    const char *at = when_minute(op->arena, organisation.tz, schedule->at_ms);
    struct event_entry entry = { .kind = EVENT_REVIEW,
                                 .text = i18n_format(i18n_get(incident.lang), op->arena, "review.event.retro_scheduled",
                                                     I18N_ARGS({ "at", at })),
                                 .phase = -1 };
    json_t *payload = document_content(op, &document);
    const char *title = i18n_format(i18n_get(incident.lang), op->arena, "review.calendar.title",
                                    I18N_ARGS({ "ref", incident.ref }, { "headline", incident_headline(&incident) }));
    json_put_text(payload, "calendar", retro_calendar(op, &document, title)); /* the invitation to deliver */
    json_put_text(payload, "text", arena_printf(op->arena, "🗓️ [%s] %s", incident.ref, entry.text));
    struct outbox_message message = { .topic = "retro.scheduled",
                                      .order_key = arena_printf(op->arena, "incident/%lld", (long long)incident.id),
                                      .severity = incident.severity,
                                      .payload = payload };
    return document_keep(tx, &document, err) && part_keep(tx, &document, PART_MEETING, &schedule->base, err) &&
           timeline_add(tx, &incident, &entry, err) && incident_save(tx, &incident, err) &&
           audit_add(tx, "retro.scheduled", arena_printf(op->arena, "retro/%s", incident.ref), payload, err) &&
           (!incident_reaches_outside(&incident) || outbox_publish(tx, &message, err));
}

bool retro_schedule(struct op *op, const char *incident_ref, const struct retro_schedule *schedule,
                    struct document *out, struct error *err) {
    struct scheduling scheduling = { incident_ref, schedule };
    const struct document_call call = { schedule_tx, &scheduling, incident_ref, DOCUMENT_RETRO };
    return permission_check(op, PERM_RESPOND, err) && document_write(op, &call, out, err);
}

/* --- the appointment as a calendar file --- */

enum { MEETING_MINUTES = 60, CALENDAR_MAX = 32768 };

char *retro_calendar(struct op *op, const struct document *document, const char *title) {
    struct buf out;
    struct ical ical;
    buf_init(&out, op->arena, CALENDAR_MAX);
    ical_begin(&ical, &out, title, "UTC");
    ical_event(&ical, &(struct ical_event){ .uid = arena_printf(op->arena, "retro-%s@bongsu", document->incident_ref),
                                            .changed_ms = document->updated_at,
                                            .sequence = document->version,
                                            .start_ms = document->scheduled_at,
                                            .end_ms = document->scheduled_at + (int64_t)MEETING_MINUTES * 60000,
                                            .summary = title,
                                            .description = document->attendees,
                                            .busy = true });
    ical_end(&ical);
    return out.data;
}
