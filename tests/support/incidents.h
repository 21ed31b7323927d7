/* Incidents for domain tests: declared in one line, looked at in one line. */
#ifndef BONGSU_TESTS_INCIDENTS_H
#define BONGSU_TESTS_INCIDENTS_H

#include "support/fixture.h"

#include "incident/clock.h"
#include "incident/draft.h"
#include "incident/message.h"
#include "incident/timeline.h"
#include "incident/update.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* Message catalogues and templates, once for a program. */
void incidents_start(void);

int64_t at(const char *rfc3339); /* "2025-12-09T20:00:00+09:00" */
struct incident declare(struct fixture *f, const char *title, const char *severity);
struct incident declare_draft(struct fixture *f, const struct incident_draft *draft);
struct incident reload(struct fixture *f, const char *ref);
const char *message_of(struct fixture *f, const char *ref, enum message_kind kind, const char *lang);
/* The clock of that kind; round 0 if there is none. */
struct clock_row clock_of(struct fixture *f, const struct incident *incident, enum clock_kind kind);
/* The newest event. */
struct event last_event(struct fixture *f, const struct incident *incident);
/* Runs everything that falls due until then, minute by minute, and leaves the clock there. */
void run_until(struct fixture *f, int64_t until);
bool try_until(struct fixture *f, int64_t until); /* as run_until; false if that failed, the clock may stand anywhere */
/* A destination that takes every topic; without one the outbox stays empty. */
void listen_to_everything(struct fixture *f);
/* Rows of the outbox on a topic. */
int64_t sent(struct fixture *f, const char *topic);
bool has_field(const struct op *op, const char *field, const char *code);

/* The call fails with this kind and code. f must be in scope. */
#define REFUSED(call, kind_, code_)              \
    do {                                         \
        assert_false(call);                      \
        assert_int_equal(f->err.kind, kind_);    \
        assert_string_equal(f->err.code, code_); \
    } while (0)

#endif
