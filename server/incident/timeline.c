/* Timeline: see timeline.h. */
#include "incident/incident_internal.h"
#include "incident/timeline_row.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *const EVENT_WORDS[] = {
    "declared", "acknowledged", "status", "severity",  "role",      "update", "help",    "help_offer", "recovered",
    "reopened", "closed",       "merged", "corrected", "checklist", "clock",  "related", "attachment", "channel",
    "review",   "alert",        "note",   "decision",  "link",      "log",    NULL,
};
static const char *const MANUAL_WORDS[] = { "note", "decision", "link", "log", NULL };

const char *event_kind_name(enum event_kind kind) {
    REQUIRE(kind < EVENT_KIND_COUNT);
    return EVENT_WORDS[kind];
}

bool event_kind_parse(const char *name, enum event_kind *out) {
    int index = word_index(EVENT_WORDS, name);
    if (index < 0) return false;
    *out = (enum event_kind)index;
    return true;
}

bool event_kind_is_manual(enum event_kind kind) {
    return kind >= EVENT_NOTE;
}

/* A value "@some.key" is a word of ours and follows the reader's language. */
static const char *said(const struct i18n *lang, const char *value) {
    return value[0] == '@' ? i18n_text(lang, value + 1) : value;
}

static const char *said_all(struct arena *arena, const struct i18n *lang, const json_t *words) {
    struct buf out;
    size_t index;
    json_t *word;
    buf_init(&out, arena, NOTE_MAX);
    json_array_foreach(words, index, word) {
        if (index > 0) buf_puts(&out, ", ");
        buf_puts(&out, said(lang, json_string_value(word)));
    }
    return out.data;
}

/* Texts, lists of texts, and spans: "duration_minutes" fills {duration} in the reader's language. */
static bool argument(struct arena *arena, const struct i18n *lang, const char *name, json_t *value,
                     struct i18n_arg *out) {
    static const char SPAN[] = "_minutes";
    if (json_is_string(value)) *out = (struct i18n_arg){ name, said(lang, json_string_value(value)) };
    else if (json_is_array(value)) *out = (struct i18n_arg){ name, said_all(arena, lang, value) };
    else if (json_is_integer(value) && str_ends(name, SPAN)) {
        out->name = arena_strn(arena, name, strlen(name) - strlen(SPAN));
        out->value = when_minutes(arena, lang, json_integer_value(value));
    } else {
        return false;
    }
    return true;
}

static const char *say(struct arena *arena, const struct i18n *lang, const char *key, json_t *data) {
    struct i18n_arg args[12];
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(data, name, value) {
        if (count < sizeof args / sizeof *args && argument(arena, lang, name, value, &args[count])) count++;
    }
    return i18n_format(lang, arena, key, args, count);
}

const char *event_text(struct op *op, const struct event *event) {
    if (event->data == NULL || op->lang == NULL) return event->text;
    json_t *data;
    struct error ignored;
    if (!json_parse(op->arena, event->data, strlen(event->data), &data, &ignored)) return event->text;
    const char *key = json_text(data, "key");
    if (key == NULL || i18n_find(op->lang, key) == NULL) return event->text;
    return say(op->arena, op->lang, key, data);
}

bool timeline_add(struct tx *tx, struct incident *incident, const struct event_entry *entry, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *data = entry->data;
    const char *text = entry->text;
    if (entry->key != NULL) {
        if (data == NULL) data = json_obj(op->arena);
        json_put_text(data, "key", entry->key);
        if (text == NULL) text = say(op->arena, i18n_get(incident->lang), entry->key, data);
    }
    REQUIRE(text != NULL);
    incident->last_seq++;
    return event_insert(tx,
                        &(struct event){ .id = id_new(op->now_ms),
                                         .incident_id = incident->id,
                                         .seq = incident->last_seq,
                                         .kind = entry->kind,
                                         .at = entry->at != 0 ? entry->at : op->now_ms,
                                         .recorded_at = op->now_ms,
                                         .text = text,
                                         .data = data == NULL ? NULL : json_dump(op->arena, data),
                                         .phase = entry->phase > 0 ? entry->phase - 1 : -1,
                                         .starred = entry->starred,
                                         .actor_id = op->actor->user_id,
                                         .actor = op->actor->name },
                        err);
}

/* --- people's events --- */

struct note_run {
    const struct timeline_draft *draft;
    int64_t event_id; /* correcting */
    struct event *out;
};

/* What people wrote themselves; what the portal says about them repeats itself. */
static bool event_kind_is_searched(enum event_kind kind) {
    return event_kind_is_manual(kind) || kind == EVENT_UPDATE;
}

struct event_place {
    int64_t event_id;
    const char *ref;
};

static bool link_is_safe(const char *text) {
    return str_starts(text, "https://") || str_starts(text, "http://");
}

static void note_check(struct op *op, const struct organisation *organisation, const struct timeline_draft *draft,
                       struct event *event) {
    const char *text = typed_text(op, "text", draft->text, NOTE_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
    int kind = typed_word(op, "kind", draft->kind, MANUAL_WORDS);
    event->text = text == NULL ? "" : text;
    event->kind = kind < 0 ? EVENT_NOTE : (enum event_kind)(EVENT_NOTE + kind);
    event->at = typed_time(op, organisation->tz, "at", draft->at, op->now_ms);
    event->phase = typed_word(op, "phase", draft->phase, PHASE_WORDS);
    event->starred = field_flag(op, "starred", draft->starred, false);
    if (event->kind == EVENT_LINK && text != NULL && !link_is_safe(text)) {
        op_field_error(op, "text", "malformed", "https://…");
    }
}

static bool note_run(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct note_run *run = arg;
    struct op *op = tx_op(tx);
    struct event event = { 0 };
    note_check(op, &change->organisation, run->draft, &event);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct event_entry entry = {
        .kind = event.kind, .at = event.at, .text = event.text, .phase = event.phase + 1, .starred = event.starred
    };
    if (!timeline_add(tx, &change->incident, &entry, err)) return false;
    /* Beginning and recovery move clocks: they are stated by corrections, not by a note. */
    if (event.phase > PHASE_OCCURRED && event.phase != PHASE_RECOVERED) {
        phase_stamp(&change->incident, (enum incident_phase)event.phase, event.at == 0 ? op->now_ms : event.at);
    }
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "kind", event_kind_name(event.kind));
    json_put_i64(detail, "seq", change->incident.last_seq);
    struct search_text cut;
    search_cut(op->arena, event.text, &cut);
    return event_by_seq(tx, change->incident.id, change->incident.last_seq, run->out, err) &&
           change_audit(tx, change, "incident.noted", detail, err) &&
           search_add(tx, &change->incident, change->incident.last_seq, &cut, err);
}

bool incident_note(struct op *op, const char *ref, const struct timeline_draft *draft, struct event *out,
                   struct error *err) {
    struct note_run run = { draft, 0, out };
    return incident_change(op, ref, &(struct change_call){ note_run, &run, PERM_RESPOND }, NULL, err);
}

bool incident_note_tx(struct tx *tx, struct incident *incident, const struct timeline_draft *draft, struct event *out,
                      struct error *err) {
    struct change change = { .incident = *incident };
    struct note_run run = { draft, 0, out };
    if (!change_context(tx, &change, err) || !note_run(tx, &change, &run, err)) return false;
    if (!incident_save(tx, &change.incident, err)) return false;
    *incident = change.incident;
    return true;
}

static void correct_check(struct op *op, const struct organisation *organisation, const struct timeline_draft *draft,
                          struct event *event) {
    if (draft->text != NULL) {
        if (!event_kind_is_manual(event->kind)) op_field_error(op, "text", "not_allowed", NULL);
        const char *text = typed_text(op, "text", draft->text, NOTE_MAX, FIELD_REQUIRED | FIELD_MULTILINE);
        if (text != NULL) event->text = text;
    }
    if (!str_blank(draft->at)) event->at = typed_time(op, organisation->tz, "at", draft->at, op->now_ms);
    if (draft->phase != NULL) event->phase = typed_word(op, "phase", draft->phase, PHASE_WORDS);
    event->starred = field_flag(op, "starred", draft->starred, event->starred);
}

static bool correct_run(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct note_run *run = arg;
    struct op *op = tx_op(tx);
    struct event before;
    if (!event_by_id(tx, run->event_id, &before, err)) return false;
    struct event after = before;
    correct_check(op, &change->organisation, run->draft, &after);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    after.edits++;
    json_t *detail = json_obj(op->arena);
    json_put_i64(detail, "seq", before.seq);
    json_put_text(detail, "text_before", before.text);
    json_put_text(detail, "at_before", when_rfc3339(op->arena, before.at));
    *run->out = after;
    return event_correct(tx, &before, &after, err) &&
           change_audit(tx, change, "incident.note_corrected", detail, err) &&
           (!event_kind_is_searched(after.kind) || search_put(tx, &change->incident, after.seq, after.text, err));
}

static bool find_ref(struct tx *tx, void *arg, struct error *err) {
    struct event_place *place = arg;
    struct event event;
    struct incident incident;
    if (!event_by_id(tx, place->event_id, &event, err)) return false;
    if (!incident_by_id(tx, event.incident_id, &incident, err)) return false;
    if (place->ref != NULL && !str_eq(place->ref, incident.ref)) {
        return ERROR(err, ERR_NOT_FOUND, "timeline.unknown", "%s is not its incident", place->ref);
    }
    place->ref = incident.ref;
    return true;
}

bool incident_note_correct(struct op *op, const char *ref, int64_t event_id, const struct timeline_draft *draft,
                           struct event *out, struct error *err) {
    struct event_place place = { event_id, ref };
    struct note_run run = { draft, event_id, out };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    return store_read(op, find_ref, &place, err) &&
           incident_change(op, place.ref, &(struct change_call){ correct_run, &run, PERM_RESPOND }, NULL, err);
}
