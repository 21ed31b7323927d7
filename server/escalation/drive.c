/* Driving a stored escalation: look at the incident, do what a person asked for, run what is due, store the state and
 * the next due time. All in the caller's transaction. */
#include "escalation/path_json.h"
#include "escalation/stored.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/timeline.h"
#include "people/permission.h"
#include "service/maintenance.h"
#include "text/when.h"

enum { TIMERS_A_DRIVE = 100 };
enum act { ACT_NONE, ACT_ACK, ACT_ESCALATE, ACT_SILENCE, ACT_UNACK };

struct drive {
    const char *ref; /* NULL: by id */
    int64_t incident_id;
    enum act act;
    int64_t seconds; /* of silence */
};

struct driving {
    struct incident incident;
    struct stored stored;
    struct escalation escalation;
    struct deed deed;
    int64_t at;
    bool found;
};

/* The incident and what is stored of its escalation. */
static bool find(struct tx *tx, const struct drive *drive, struct driving *out, struct error *err) {
    out->at = tx_op(tx)->now_ms / 1000;
    out->deed = (struct deed){ .tx = tx, .incident = &out->incident, .escalation = &out->escalation, .err = err };
    escalation_init(&out->escalation, stored_world(&out->deed));
    bool fine = drive->ref != NULL ? incident_by_ref(tx, drive->ref, &out->incident, err)
                                   : incident_by_id(tx, drive->incident_id, &out->incident, err);
    if (!fine || !stored_find(tx, out->incident.id, &out->stored, &out->found, err)) return false;
    if (out->found) {
        out->escalation.state = out->stored.state;
        return true;
    }
    out->stored = (struct stored){ .incident_id = out->incident.id };
    out->stored.severity = out->stored.notice_severity = out->incident.severity;
    return stored_paths_newest(tx, &out->stored.paths_version, err);
}

static bool load(struct tx *tx, const struct drive *drive, struct driving *out, struct error *err) {
    int64_t newest = -1;
    return find(tx, drive, out, err) &&
           stored_path(tx, &newest, out->stored.notice_severity, &out->escalation.notices, err) &&
           (!out->found ||
            stored_path(tx, &out->stored.paths_version, out->stored.severity, &out->escalation.path, err));
}

static bool follow_severity(struct tx *tx, struct driving *driving, struct error *err) {
    const char *before = driving->stored.notice_severity, *after = driving->incident.severity;
    const struct path *path;
    int64_t newest = -1;
    if (str_eq(before, after)) return true;
    if (!stored_path(tx, &newest, after, &path, err)) return false;
    bool raised = path_severity_rank(after, NULL) < path_severity_rank(before, NULL);
    escalation_severity(&driving->escalation, path, raised, driving->at);
    driving->stored.notice_severity = after;
    return true;
}

/* What people did to the incident since it was last seen. */
static void follow_state(struct driving *driving, enum incident_state seen) {
    struct escalation *escalation = &driving->escalation;
    enum incident_state now = driving->incident.state;
    bool was_open = incident_is_open(seen), is_open = incident_is_open(now);
    if (was_open != is_open) {
        if (was_open) escalation_resolve(escalation);
        else escalation_reopen(escalation, driving->at);
    } else if (is_open && (seen == INCIDENT_OPEN) != (now == INCIDENT_OPEN)) {
        if (seen == INCIDENT_OPEN) escalation_ack(escalation, driving->at);
        else escalation_unack(escalation, driving->at);
    }
}

/* While the service is under maintenance nobody is paged; afterwards the path begins anew. */
static bool follow_maintenance(struct tx *tx, struct driving *driving, struct error *err) {
    struct escalation *escalation = &driving->escalation;
    bool covered;
    if (!maintenance_covers(tx, driving->incident.service_id, tx_op(tx)->now_ms, &covered, err)) return false;
    if (covered == escalation->state.maintenance) return true;
    bool open = escalation->state.status == ESCALATION_TRIGGERED;
    escalation_maintenance(escalation, covered, driving->at);
    if (!open) return true;
    return stored_note(&driving->deed, covered ? "timeline.escalation_held" : "timeline.escalation_unheld", NULL,
                       escalation->state.step);
}

static bool follow(struct tx *tx, struct driving *driving, struct error *err) {
    struct escalation *escalation = &driving->escalation;
    const struct incident *incident = &driving->incident;
    enum incident_state seen = INCIDENT_OPEN;
    if (!driving->found) {
        escalation_trigger(escalation, escalation->notices, driving->at);
        escalation->state.started_at = incident->declared_at / 1000;
    } else {
        if (!incident_state_parse(driving->stored.seen_state, &seen)) seen = INCIDENT_OPEN;
        if (!follow_severity(tx, driving, err)) return false;
    }
    follow_state(driving, seen);
    if (!follow_maintenance(tx, driving, err)) return false;
    if (incident->suspected_cause != NULL || incident->cause != NULL) escalation_root_cause(escalation);
    return true;
}

static bool act(struct driving *driving, const struct drive *drive, struct error *err) {
    struct escalation *escalation = &driving->escalation;
    struct op *op = tx_op(driving->deed.tx);
    bool open = escalation->state.status == ESCALATION_TRIGGERED || escalation->state.status == ESCALATION_ACKED;
    if (drive->act == ACT_NONE) return true;
    if (drive->act == ACT_ACK) escalation_ack(escalation, driving->at);
    if (drive->act == ACT_UNACK) {
        open = escalation->state.status == ESCALATION_ACKED;
        escalation_unack(escalation, driving->at);
    }
    if (drive->act == ACT_SILENCE && open) {
        json_t *data = json_obj(op->arena);
        json_put_text(data, "minutes", arena_printf(op->arena, "%lld", (long long)drive->seconds / 60));
        struct event_entry entry = { .kind = EVENT_CLOCK, .key = "timeline.silenced", .data = data };
        driving->deed.touched = true;
        escalation_silence(escalation, driving->at, drive->seconds);
        if (!timeline_add(driving->deed.tx, &driving->incident, &entry, err)) return false;
    }
    if (drive->act == ACT_ESCALATE && open) {
        open = escalation_escalate(escalation, driving->at);
        if (open && !stored_note(&driving->deed, "timeline.escalated", NULL, escalation->state.step + 1)) return false;
    }
    static const char *const words[] = { "", "escalation.acked", "escalation.escalated", "escalation.silenced",
                                         "escalation.unacked" };
    if (!open) return ERROR(err, ERR_CONFLICT, "escalation.refused", "%s", driving->incident.ref);
    return audit_add(driving->deed.tx, words[drive->act], arena_printf(op->arena, "incident/%s", driving->incident.ref),
                     NULL, err);
}

/* Paging again means that nobody has it: an acknowledged incident is open again. */
static bool unacknowledge(struct driving *driving) {
    if (driving->escalation.state.status != ESCALATION_TRIGGERED || driving->incident.state != INCIDENT_ACKNOWLEDGED)
        return true;
    driving->incident.state = INCIDENT_OPEN;
    return stored_note(&driving->deed, "timeline.unacked", NULL, driving->escalation.state.step);
}

static bool store(struct tx *tx, struct driving *driving, struct error *err) {
    struct stored *stored = &driving->stored;
    int64_t due = escalation_due(&driving->escalation);
    stored->seen_state = incident_state_name(driving->incident.state);
    stored->state = driving->escalation.state;
    if (driving->escalation.path == driving->escalation.notices) { /* it began again, with what is in force now */
        stored->severity = stored->notice_severity;
        if (!stored_paths_newest(tx, &stored->paths_version, err)) return false;
    }
    if (!stored_put(tx, stored, err)) return false;
    if (driving->deed.touched) {
        if (!incident_save(tx, &driving->incident, err)) return false;
        if (!due_cancel(tx, INCIDENT_CHANGED_DUE, stored->incident_id, "", err)) return false; /* seen already */
    }
    if (due == ESCALATION_NEVER) return due_cancel(tx, ESCALATION_STEP_DUE, stored->incident_id, "", err);
    return due_set(tx, &(struct due){ ESCALATION_STEP_DUE, stored->incident_id, "", due * 1000, NULL }, err);
}

static bool drive_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct drive *drive = arg;
    struct driving driving = { 0 };
    if (!load(tx, drive, &driving, err)) return false;
    if (!driving.found && !incident_is_live(&driving.incident))
        return drive->act == ACT_NONE ||
               ERROR(err, ERR_CONFLICT, "escalation.refused", "%s never ran", driving.incident.ref);
    if (!follow(tx, &driving, err) || !act(&driving, drive, err)) return false;
    for (int i = 0; i < TIMERS_A_DRIVE && escalation_due(&driving.escalation) <= driving.at; i++)
        escalation_run(&driving.escalation, driving.at);
    if (driving.deed.failed) return false;
    return unacknowledge(&driving) && store(tx, &driving, err);
}

bool escalation_follow_due(struct tx *tx, const struct due *due, struct error *err) {
    return drive_in_tx(tx, &(struct drive){ .incident_id = due->subject_id }, err);
}

bool escalation_step_due(struct tx *tx, const struct due *due, struct error *err) {
    return drive_in_tx(tx, &(struct drive){ .incident_id = due->subject_id }, err);
}

/* A day that was one of work may have become a holiday; the step waits for the next opening. */
static bool wait_for_opening(struct tx *tx, int64_t incident_id, struct error *err) {
    struct driving driving = { 0 };
    if (!load(tx, &(struct drive){ .incident_id = incident_id }, &driving, err)) return false;
    const struct path *path = driving.escalation.path;
    int64_t *due = &driving.escalation.state.next_due;
    if (path == NULL || path->office == NULL || *due == ESCALATION_NEVER || hours_open(path->office, *due)) return true;
    *due = hours_plus(path->office, *due, 0);
    return store(tx, &driving, err);
}

bool escalation_calendar_due(struct tx *tx, const struct due *due, struct error *err) {
    struct stored_ids waiting;
    (void)due;
    if (!stored_waiting(tx, &waiting, err)) return false;
    for (size_t i = 0; i < waiting.count; i++) {
        if (!wait_for_opening(tx, waiting.items[i], err)) return false;
    }
    return true;
}

static bool act_on(struct op *op, struct drive *drive, struct error *err) {
    return permission_check(op, PERM_RESPOND, err) && store_write(op, drive_in_tx, drive, err);
}

bool escalation_ack_again(struct op *op, const char *ref, struct error *err) {
    return act_on(op, &(struct drive){ .ref = ref, .act = ACT_ACK }, err);
}

bool escalation_unack_now(struct op *op, const char *ref, struct error *err) {
    return act_on(op, &(struct drive){ .ref = ref, .act = ACT_UNACK }, err);
}

bool escalation_escalate_now(struct op *op, const char *ref, struct error *err) {
    return act_on(op, &(struct drive){ .ref = ref, .act = ACT_ESCALATE }, err);
}

bool escalation_silence_for(struct op *op, const char *ref, int64_t minutes, struct error *err) {
    if (minutes < 1 || minutes > 1440) {
        op_field_error(op, "minutes", "out_of_range", "1–1440");
        return OP_INVALID(op, err);
    }
    return act_on(op, &(struct drive){ .ref = ref, .act = ACT_SILENCE, .seconds = minutes * 60 }, err);
}

/* --- showing --- */

struct showing {
    const char *ref;
    json_t *out;
};

static void put_time(json_t *object, const char *key, struct arena *arena, int64_t seconds) {
    json_put_text(object, key, seconds == ESCALATION_NEVER ? NULL : when_rfc3339(arena, seconds * 1000));
}

static const char *waiting_for(const struct driving *driving) {
    const struct escalation_state *state = &driving->escalation.state;
    const struct path *path = driving->escalation.path;
    if (state->maintenance) return "maintenance";
    if (state->silent_until != ESCALATION_NEVER) return "silence";
    if (state->ack_due != ESCALATION_NEVER) return "ack_timeout";
    if (state->next_due == ESCALATION_NEVER || path == NULL) return NULL;
    if (path->office != NULL && !hours_open(path->office, driving->at)) return "office_hours";
    if (state->step < path->step_count && path->steps[state->step].window != NULL &&
        !hours_open(path->steps[state->step].window, driving->at))
        return "window";
    return "delay";
}

/* What a page did to reach somebody: where it went, and why not elsewhere. */
static json_t *messages_json(struct arena *arena, const struct stored_page *page,
                             const struct stored_messages *messages) {
    json_t *list = json_array();
    for (size_t i = 0; i < messages->count; i++) {
        const struct stored_message *message = &messages->items[i];
        if (message->page_id != page->id) continue;
        json_t *object = json_object();
        put_time(object, "t", arena, message->at);
        json_put_text(object, "kind", *message->kind == '\0' ? NULL : message->kind);
        json_put_text(object, "address", *message->address == '\0' ? NULL : message->address);
        json_put_text(object, "reason", message->reason);
        json_put_text(object, "state", message->state);
        json_push(list, object);
    }
    return list;
}

static bool pages_json(struct tx *tx, int64_t incident_id, json_t *list, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct stored_pages pages;
    struct stored_messages messages;
    if (!stored_pages(tx, incident_id, &pages, err) || !stored_messages(tx, incident_id, &messages, err)) return false;
    for (size_t i = 0; i < pages.count; i++) {
        const struct stored_page *page = &pages.items[i];
        json_t *object = json_object();
        put_time(object, "t", arena, page->at);
        json_put_text(object, "to", page->recipient[0] == '\0' ? NULL : page->recipient);
        json_put_i64(object, "step", page->step);
        json_put_i64(object, "loop", page->loop);
        json_put_i64(object, "run", page->run);
        json_put_text(object, "kind", page->kind);
        json_put_text(object, "reason", page->reason);
        json_put(object, "messages", messages_json(arena, page, &messages));
        json_push(list, object);
    }
    return true;
}

static bool show_in_tx(struct tx *tx, void *arg, struct error *err) {
    static const char *const statuses[] = { "none", "triggered", "acked", "resolved" };
    struct showing *showing = arg;
    struct arena *arena = tx_op(tx)->arena;
    struct driving driving = { 0 };
    if (!find(tx, &(struct drive){ .ref = showing->ref }, &driving, err)) return false;
    if (driving.found &&
        !stored_path(tx, &driving.stored.paths_version, driving.stored.severity, &driving.escalation.path, err))
        return false;
    json_t *pages = json_array();
    const struct escalation_state *state = &driving.escalation.state;
    json_t *object = json_obj(arena);
    json_put(object, "pages", pages);
    if (!pages_json(tx, driving.incident.id, pages, err)) return false;
    json_put_text(object, "incident", driving.incident.ref);
    json_put_text(object, "severity", driving.stored.severity);
    json_put_i64(object, "policy_version", driving.stored.paths_version);
    json_put_text(object, "status", statuses[state->status]);
    json_put_i64(object, "run", state->run);
    json_put_i64(object, "loop", state->loop);
    json_put_i64(object, "step", (int64_t)state->step);
    json_put_i64(object, "steps", driving.escalation.path == NULL ? 0 : (int64_t)driving.escalation.path->step_count);
    put_time(object, "next_due_at", arena, state->next_due);
    put_time(object, "ack_expires_at", arena, state->ack_due);
    put_time(object, "silent_until", arena, state->silent_until);
    json_put_text(object, "waiting_for", waiting_for(&driving));
    showing->out = object;
    return true;
}

bool escalation_show(struct op *op, const char *ref, json_t **out, struct error *err) {
    struct showing showing = { ref, NULL };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, show_in_tx, &showing, err)) return false;
    *out = showing.out;
    return true;
}
