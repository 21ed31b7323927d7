/* Incidents for domain tests: see incidents.h. */
#include "support/incidents.h"

#include "base/asset.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "connect/destination.h"
#include "text/i18n.h"
#include "text/when.h"
#include "view/template.h"
#include "work/worker.h"

void incidents_start(void) {
    struct error err;
    secret_start();
    asset_start();
    if (!i18n_load_all(&err) || !template_load_all(true, &err)) {
        print_error("%s: %s\n", err.code, err.detail);
        abort();
    }
}

int64_t at(const char *rfc3339) {
    struct error err;
    int64_t ms = 0;
    assert_true(when_parse(rfc3339, &ms, &err));
    return ms;
}

struct incident declare_draft(struct fixture *f, const struct incident_draft *draft) {
    struct incident incident;
    OK(incident_declare(fixture_op(f), draft, &incident, &f->err));
    return incident;
}

struct incident declare(struct fixture *f, const char *title, const char *severity) {
    return declare_draft(f, &(struct incident_draft){ .title = title, .severity = severity });
}

struct incident reload(struct fixture *f, const char *ref) {
    struct incident incident;
    OK(incident_find(fixture_op(f), ref, &incident, &f->err));
    return incident;
}

const char *message_of(struct fixture *f, const char *ref, enum message_kind kind, const char *lang) {
    const char *text = NULL;
    OK(incident_message(fixture_op(f), ref, kind, lang, &text, &f->err));
    return text;
}

struct clock_look {
    int64_t incident_id;
    enum clock_kind kind;
    struct clock_row out;
};

static bool read_clock(struct tx *tx, void *arg, struct error *err) {
    struct clock_look *look = arg;
    struct clock_row *rows;
    size_t count;
    look->out = (struct clock_row){ 0 };
    if (!clocks_of(tx, look->incident_id, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].kind == look->kind) look->out = rows[i];
    }
    return true;
}

struct clock_row clock_of(struct fixture *f, const struct incident *incident, enum clock_kind kind) {
    struct clock_look look = { incident->id, kind, { 0 } };
    OK(store_read(fixture_op(f), read_clock, &look, &f->err));
    return look.out;
}

struct event_look {
    int64_t incident_id;
    struct event out;
};

static bool read_event(struct tx *tx, void *arg, struct error *err) {
    struct event_look *look = arg;
    struct event *events;
    size_t count;
    struct timeline_query newest = { .before = INT64_MAX, .limit = 1 };
    if (!timeline_list(tx, look->incident_id, &newest, &events, &count, err)) return false;
    assert_int_equal(count, 1);
    look->out = events[0];
    return true;
}

struct event last_event(struct fixture *f, const struct incident *incident) {
    struct event_look look = { incident->id, { 0 } };
    OK(store_read(fixture_op(f), read_event, &look, &f->err));
    return look.out;
}

bool try_until(struct fixture *f, int64_t until) {
    struct worker *worker;
    struct worker_options options = {
        .store = f->store, .clock = f->clock, .handlers = DUE_HANDLERS, .synchronous = true
    };
    if (!worker_start(&options, &worker, &f->err)) return false;
    bool done = worker_run_until(worker, until, &f->err);
    worker_stop(worker);
    return done;
}

void run_until(struct fixture *f, int64_t until) {
    OK(try_until(f, until));
    fixture_set_now(f, until);
}

void listen_to_everything(struct fixture *f) {
    json_t *topics = json_arr(f->arena);
    json_push(topics, json_string("*"));
    struct destination_input input = {
        .name = "log", .connector = "log", .topics = topics, .config = json_obj(f->arena), .enabled = true
    };
    OK(destination_create(fixture_op(f), &input, NULL, &f->err));
}

int64_t sent(struct fixture *f, const char *topic) {
    return fixture_number(f, arena_printf(f->arena, "SELECT count(*) FROM outbox WHERE topic = '%s'", topic));
}

bool has_field(const struct op *op, const char *field, const char *code) {
    for (const struct field_error *each = op->fields.first; each != NULL; each = each->next) {
        if (str_eq(each->field, field) && str_eq(each->code, code)) return true;
    }
    return false;
}
