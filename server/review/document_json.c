/* Documents as JSON: for the API, and as what a revision freezes and hashes. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "text/when.h"

static json_t *sections_json(const struct document *document) {
    json_t *sections = json_object();
    for (size_t i = 0; i < document->section_count; i++) {
        json_put_text(sections, document->sections[i].key, document->sections[i].body);
    }
    return sections;
}

static json_t *whys_json(const struct document *document) {
    json_t *whys = json_array();
    for (size_t i = 0; i < document->why_count; i++) {
        json_t *why = json_object();
        json_put_text(why, "question", document->whys[i].question);
        json_put_text(why, "answer", document->whys[i].answer);
        json_put_text(why, "evidence", document->whys[i].evidence);
        json_push(whys, why);
    }
    return whys;
}

static void put_when(struct op *op, json_t *json, const char *key, int64_t ms) {
    json_put_text(json, key, ms == 0 ? NULL : when_rfc3339(op->arena, ms));
}

static json_t *pace_json(const struct document *document) {
    json_t *pace = json_object();
    for (int phase = PACE_FIRST; phase <= PACE_LAST; phase++) {
        if (document->pace[phase] == NULL) continue;
        json_put_text(pace, incident_phase_name((enum incident_phase)phase), document->pace[phase]);
    }
    return pace;
}

json_t *document_part_json(struct op *op, const struct document *document, enum document_part part) {
    json_t *json = json_obj(op->arena);
    if (part == PART_WHYS) {
        json_put(json, "whys", whys_json(document));
    } else if (part == PART_PACE) {
        json_put(json, "pace", pace_json(document));
    } else if (part == PART_FACTS) {
        json_put_text(json, "shape", document->shape);
        json_put_text(json, "lesson", document->lesson);
        json_put_text(json, "runbook_change", document->runbook_change);
    } else {
        put_when(op, json, "scheduled_at", document->scheduled_at);
        json_put_text(json, "facilitator", document->facilitator);
        json_put_text(json, "attendees", document->attendees);
    }
    return json;
}

json_t *document_content(struct op *op, const struct document *document) {
    json_t *json = json_obj(op->arena);
    json_put_text(json, "incident", document->incident_ref);
    json_put_text(json, "kind", document_kind_name(document->kind));
    json_put_text(json, "shape", document->shape);
    json_put(json, "sections", sections_json(document));
    if (document->kind == DOCUMENT_REPORT) return json;
    json_put(json, "pace", pace_json(document));
    json_put(json, "whys", whys_json(document));
    put_when(op, json, "scheduled_at", document->scheduled_at);
    json_put_text(json, "facilitator", document->facilitator);
    json_put_text(json, "attendees", document->attendees);
    json_put_text(json, "lesson", document->lesson);
    json_put_text(json, "runbook_change", document->runbook_change);
    return json;
}

json_t *document_json(struct op *op, const struct document *document) {
    json_t *json = document_content(op, document);
    json_t *versions = json_object();
    for (size_t i = 0; i < document->section_count; i++) {
        json_put_i64(versions, document->sections[i].key, document->sections[i].version);
    }
    json_put(json, "section_versions", versions);
    if (document->kind == DOCUMENT_RETRO) {
        json_t *parts = json_object();
        for (enum document_part part = PART_FACTS; part < PART_COUNT; part++) {
            json_put_i64(parts, document_part_name(part), document->parts[part].version);
        }
        json_put(json, "part_versions", parts);
    }
    json_put_text(json, "state", document_state_name(document->state));
    json_put_bool(json, "saved", document->version != 0);
    json_put_i64(json, "version", document->version);
    json_put_i64(json, "revision", document->revision);
    put_when(op, json, "submitted_at", document->submitted_at);
    put_when(op, json, "published_at", document->published_at);
    put_when(op, json, "updated_at", document->updated_at);
    return json;
}
