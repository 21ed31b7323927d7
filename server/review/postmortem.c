/* Taking over a postmortem: see postmortem.h. */
#include "review/postmortem_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/backfill.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "review/review_internal.h"
#include "service/service.h"
#include "text/when.h"

#include <string.h>

enum { CAUSE_MAX = 1000, IMPACT_MAX = 1000 };

static void instant_wish(struct op *op, const struct tz *tz, const char *field, const char *text, int64_t *out) {
    struct error err;
    if (str_blank(text)) return;
    if (!when_parse(text, out, &err) && !when_parse_local(text, tz, out, &err)) {
        op_field_error(op, field, "malformed", NULL);
    }
}

/* A service is known by its key or its name; what is not known stays in the text. */
static bool find_service(struct op *op, const struct postmortem_wish *wish, struct postmortem *out, struct error *err) {
    struct service service;
    const char *wanted = out->service;
    out->service = NULL;
    if (str_blank(wanted)) return true;
    if (service_load_named(op, wanted, &service, err)) out->service = service.key;
    else if (err->kind != ERR_NOT_FOUND) return false;
    if (out->service == NULL && !str_blank(wish->service)) op_field_error(op, "service", "unknown", NULL);
    else if (out->service == NULL && out->hint_count < POSTMORTEM_HINTS_MAX) {
        out->hints[out->hint_count++] = (struct postmortem_hint){ 0, "service", wanted };
    }
    return true;
}

static void check_facts(struct op *op, const struct postmortem *out) {
    if (str_blank(out->title)) op_field_error(op, "title", "required", NULL);
    if (str_blank(out->severity)) op_field_error(op, "severity", "required", NULL);
    if (out->started_at == 0) op_field_error(op, "started_at", "required", NULL);
    else if (out->started_at > op->now_ms) op_field_error(op, "started_at", "future", NULL);
    if (out->recovered_at == 0) op_field_error(op, "recovered_at", "required", NULL);
    else if (out->recovered_at < out->started_at) op_field_error(op, "recovered_at", "too_early", NULL);
    else if (out->recovered_at > op->now_ms) op_field_error(op, "recovered_at", "future", NULL);
}

static bool read_all(struct op *op, const struct postmortem_wish *wish, struct postmortem *out, struct error *err) {
    struct organisation organisation;
    if (!organisation_load(op, &organisation, err)) return false;
    if (str_blank(wish->markdown)) op_field_error(op, "markdown", "required", NULL);
    else if (strlen(wish->markdown) > POSTMORTEM_MAX) op_field_error(op, "markdown", "too_long", "200000");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    postmortem_parse(op, organisation.tz, wish->markdown, out);
    if (!str_blank(wish->title)) out->title = wish->title;
    if (!str_blank(wish->severity)) out->severity = wish->severity;
    if (!str_blank(wish->service)) out->service = wish->service;
    instant_wish(op, organisation.tz, "started_at", wish->started_at, &out->started_at);
    instant_wish(op, organisation.tz, "recovered_at", wish->recovered_at, &out->recovered_at);
    return find_service(op, wish, out, err);
}

bool postmortem_read(struct op *op, const struct postmortem_wish *wish, struct postmortem *out, struct error *err) {
    struct postmortem read = { 0 };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    if (!read_all(op, wish, &read, err)) return false;
    check_facts(op, &read);
    *out = read; /* what was understood is shown also where something is wrong */
    return op->fields.count == 0 || OP_INVALID(op, err);
}

/* --- writing --- */

struct importing {
    const struct postmortem *postmortem;
    struct incident incident;
};

/* At most max characters, cut at a character. */
static const char *shortened(struct arena *arena, const char *text, size_t max) {
    if (text == NULL || strlen(text) <= max) return text;
    char *cut = arena_strn(arena, text, max);
    str_copy(cut, max + 1, text);
    return cut;
}

static const char *section_text(const struct postmortem *postmortem, const char *key) {
    for (size_t i = 0; i < postmortem->section_count; i++) {
        if (str_eq(postmortem->sections[i].key, key)) return postmortem->sections[i].body;
    }
    return NULL;
}

static bool write_actions(struct tx *tx, const struct importing *importing, struct error *err) {
    for (size_t i = 0; i < importing->postmortem->action_count; i++) {
        struct action_draft draft = importing->postmortem->actions[i];
        struct action_item item;
        draft.incident_ref = importing->incident.ref;
        if (!action_create_tx(tx, &draft, &item, err)) return false;
    }
    return true;
}

static bool import_tx(struct tx *tx, void *arg, struct error *err) {
    struct importing *importing = arg;
    const struct postmortem *read = importing->postmortem;
    struct op *op = tx_op(tx);
    struct arena *arena = op->arena;
    op->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    const struct past_incident past = { .draft = { .title = read->title,
                                                   .severity = read->severity,
                                                   .service = read->service,
                                                   .impact = shortened(arena, read->impact, IMPACT_MAX),
                                                   .started_at = when_rfc3339(arena, read->started_at) },
                                        .recovery = { .at = when_rfc3339(arena, read->recovered_at),
                                                      .cause = shortened(arena, section_text(read, "cause"), CAUSE_MAX),
                                                      .impact = shortened(arena, read->impact, IMPACT_MAX) } };
    struct document_save save = { .shape = "postmortem",
                                  .sections = read->sections,
                                  .section_count = read->section_count,
                                  .attendees = read->attendees };
    return incident_backfill_tx(tx, &past, &importing->incident, err) &&
           document_save_tx(tx, importing->incident.ref, DOCUMENT_RETRO, &save, err) &&
           write_actions(tx, importing, err) &&
           audit_add(tx, "postmortem.imported", arena_printf(arena, "incident/%s", importing->incident.ref), NULL, err);
}

bool postmortem_import(struct op *op, const struct postmortem_wish *wish, struct postmortem *out,
                       struct incident *incident, struct error *err) {
    struct importing importing = { .postmortem = out };
    if (!postmortem_read(op, wish, out, err) || !store_write(op, import_tx, &importing, err)) return false;
    *incident = importing.incident;
    return true;
}

/* --- what was understood --- */

json_t *postmortem_json(struct op *op, const struct postmortem *read) {
    json_t *json = json_obj(op->arena), *sections = json_array(), *actions = json_array(), *hints = json_array();
    json_put_text(json, "title", read->title);
    json_put_text(json, "severity", read->severity);
    json_put_text(json, "started_at", read->started_at == 0 ? NULL : when_rfc3339(op->arena, read->started_at));
    json_put_text(json, "recovered_at", read->recovered_at == 0 ? NULL : when_rfc3339(op->arena, read->recovered_at));
    json_put_text(json, "impact", read->impact);
    json_put_text(json, "service", read->service);
    json_put_text(json, "attendees", read->attendees);
    for (size_t i = 0; i < read->section_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "key", read->sections[i].key);
        json_put_text(row, "text", read->sections[i].body);
        json_push(sections, row);
    }
    for (size_t i = 0; i < read->action_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "title", read->actions[i].title);
        json_put_text(row, "owner", read->actions[i].owner);
        json_put_text(row, "due", read->actions[i].due);
        json_put_text(row, "state", read->actions[i].state);
        json_push(actions, row);
    }
    for (size_t i = 0; i < read->hint_count; i++) {
        json_t *row = json_object();
        json_put_i64(row, "line", read->hints[i].line);
        json_put_text(row, "about", read->hints[i].key);
        json_put_text(row, "text", read->hints[i].text);
        json_push(hints, row);
    }
    json_put(json, "sections", sections);
    json_put(json, "actions", actions);
    json_put(json, "hints", hints);
    return json;
}
