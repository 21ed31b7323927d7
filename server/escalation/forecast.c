/* See forecast.h. People are looked up by the world of real escalations; what it would send is collected instead. */
#include "escalation/forecast.h"

#include "escalation/stored.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "people/user.h"
#include "text/when.h"

enum { TURNS_MAX = 300, AHEAD_SECONDS = 14 * 86400 };

struct collecting {
    struct deed deed; /* first: the world's look-up takes it for its own */
    json_t *pages, *notices, *skipped;
};

static json_t *entry(const struct collecting *collecting, json_t *list, int64_t at) {
    json_t *object = json_object();
    json_put_text(object, "t", when_rfc3339(tx_op(collecting->deed.tx)->arena, at * 1000));
    json_push(list, object);
    return object;
}

static const char *name_of(struct deed *deed, const char *id_or_name) {
    struct user user;
    bool found = false;
    int64_t id;
    if (!id_parse(id_or_name, &id) || deed->failed) return id_or_name;
    if (!user_find(deed->tx, id, &user, &found, deed->err)) deed->failed = true;
    return found ? user.name : id_or_name;
}

static void on_page(void *arg, const struct page *page) {
    struct collecting *collecting = arg;
    bool channel = page->kind == TARGET_CHANNEL;
    json_t *object = entry(collecting, collecting->pages, page->at);
    json_put_text(object, "to", page->to);
    json_put_text(object, "name", channel ? page->to : name_of(&collecting->deed, page->to));
    json_put_i64(object, "step", (int64_t)page->step);
    json_put_i64(object, "loop", page->loop);
    json_put_i64(object, "run", page->run);
    json_put_text(object, "kind", page->fallback ? "fallback" : channel ? "channel" : "user");
}

static void on_notice(void *arg, int64_t at, const struct path_notice *notice) {
    struct collecting *collecting = arg;
    json_put_text(entry(collecting, collecting->notices, at), "kind", notice->kind);
}

static void on_skipped(void *arg, int64_t at, size_t step, const char *reason) {
    struct collecting *collecting = arg;
    json_t *object = entry(collecting, collecting->skipped, at);
    json_put_i64(object, "step", (int64_t)step);
    json_put_text(object, "reason", reason);
}

static void begin(struct collecting *collecting, struct escalation *escalation, struct tx *tx, struct error *err) {
    *collecting = (struct collecting){
        { .tx = tx, .escalation = escalation, .err = err }, json_array(), json_array(), json_array()
    };
    struct world world = stored_world(&collecting->deed);
    world.arg = collecting;
    world.page = on_page;
    world.notice = on_notice;
    world.skipped = on_skipped;
    escalation_init(escalation, world);
}

/* Runs timers until none is left, or for two weeks. */
static bool run_ahead(struct collecting *collecting, struct escalation *escalation, int64_t at, json_t **out) {
    struct arena *arena = tx_op(collecting->deed.tx)->arena;
    int64_t now = at, end = at + AHEAD_SECONDS;
    bool complete = false;
    for (int turn = 0; turn < TURNS_MAX && !complete; turn++) {
        int64_t due = escalation_due(escalation);
        complete = due == ESCALATION_NEVER || due > end;
        if (complete) break;
        if (due > now) now = due;
        escalation_run(escalation, now);
    }
    *out = json_obj(arena);
    json_put_text(*out, "at", when_rfc3339(arena, at * 1000));
    json_put(*out, "pages", collecting->pages);
    json_put(*out, "notices", collecting->notices);
    json_put(*out, "skipped", collecting->skipped);
    json_put_bool(*out, "complete", complete);
    return !collecting->deed.failed;
}

/* --- an incident --- */

struct asking {
    const char *ref;
    const struct forecast_question *question;
    int64_t at;
    json_t *out;
};

static bool incident_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct incident incident;
    struct stored stored;
    struct escalation escalation;
    struct collecting collecting;
    bool found;
    int64_t newest = -1;
    if (!incident_by_ref(tx, asking->ref, &incident, err) || !stored_find(tx, incident.id, &stored, &found, err))
        return false;
    begin(&collecting, &escalation, tx, err);
    const char *severity = found ? stored.notice_severity : incident.severity;
    if (!stored_path(tx, &newest, severity, &escalation.notices, err)) return false;
    if (found) {
        escalation.state = stored.state;
        if (!stored_path(tx, &stored.paths_version, stored.severity, &escalation.path, err)) return false;
    } else if (incident_is_live(&incident)) {
        escalation_trigger(&escalation, escalation.notices, asking->at);
    }
    return run_ahead(&collecting, &escalation, asking->at, &asking->out);
}

bool escalation_forecast_incident(struct op *op, const char *ref, int64_t at_ms, json_t **out, struct error *err) {
    struct asking asking = { .ref = ref, .at = (at_ms < op->now_ms ? op->now_ms : at_ms) / 1000 };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, incident_in_tx, &asking, err)) return false;
    *out = asking.out;
    return true;
}

/* --- a severity --- */

static bool severity_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct asking *asking = arg;
    struct op *op = tx_op(tx);
    struct escalation escalation;
    struct collecting collecting;
    const struct path *path = NULL;
    int64_t version = -1;
    if (!str_eq(asking->question->version, "current") &&
        (!str_to_i64(asking->question->version, &version) || version < 0))
        return ERROR(err, ERR_NOT_FOUND, "escalation.paths_not_found", "%s", asking->question->version);
    if (!stored_path(tx, &version, asking->question->severity, &path, err)) return false;
    if (path == NULL) {
        op_field_error(op, "severity", "unknown", NULL);
        return OP_INVALID(op, err);
    }
    begin(&collecting, &escalation, tx, err);
    escalation_trigger(&escalation, path, asking->at);
    return run_ahead(&collecting, &escalation, asking->at, &asking->out);
}

bool escalation_forecast(struct op *op, const struct forecast_question *question, json_t **out, struct error *err) {
    struct asking asking = { .question = question, .at = question->at_ms / 1000 };
    if (str_blank(question->severity)) {
        op_field_error(op, "severity", "required", NULL);
        return OP_INVALID(op, err);
    }
    if (!permission_check(op, PERM_READ, err) || !store_read(op, severity_in_tx, &asking, err)) return false;
    *out = asking.out;
    return true;
}

/* --- a draft --- */

struct drafting {
    const struct forecast_draft *draft;
    json_t *out;
};

/* Among the stored paths, so that it finds the same business hours. */
static bool draft_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct drafting *drafting = arg;
    const struct forecast_draft *draft = drafting->draft;
    struct escalation escalation;
    struct collecting collecting;
    const struct path *path;
    json_t *document;
    int64_t newest;
    if (!stored_paths_newest(tx, &newest, err) || !stored_document(tx, newest, &document, err)) return false;
    json_put(json_object_get(document, "policies"), draft->severity, json_deep_copy(draft->path));
    if (!stored_check(tx, document, draft->severity, &path, err)) return false;
    begin(&collecting, &escalation, tx, err);
    escalation_trigger(&escalation, path, draft->at_ms / 1000);
    return run_ahead(&collecting, &escalation, draft->at_ms / 1000, &drafting->out);
}

bool escalation_forecast_draft(struct op *op, const struct forecast_draft *draft, json_t **out, struct error *err) {
    struct drafting drafting = { .draft = draft };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, draft_in_tx, &drafting, err)) return false;
    *out = drafting.out;
    return true;
}
