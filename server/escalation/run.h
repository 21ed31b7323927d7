/* An escalation: who is called next, and when, until somebody acknowledges. A state machine without clock, storage or
 * network: the worker drives it for real incidents over stored rows, the simulation drives it over a clock of its own.
 *
 *   triggered --ack--> acked --unack, ack timeout, escalate, severity up--> triggered
 *   either --resolve--> resolved --reopen--> triggered
 *
 * Steps are a snapshot (the path in force at the start); people are looked up at the instant a step is sent. Delays
 * count from when a step was really sent. At the same instant people's actions come before timers: the driver applies
 * events first and then calls escalation_run. Instants are unix seconds, NEVER where there is none. */
#ifndef BONGSU_ESCALATION_RUN_H
#define BONGSU_ESCALATION_RUN_H

#include "escalation/hours.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ESCALATION_NEVER INT64_MAX

/* --- the path --- */

enum target_kind { TARGET_USER, TARGET_TEAM, TARGET_CHANNEL, TARGET_SCHEDULE };
enum target_role { TARGET_PRIMARY, TARGET_SECONDARY, TARGET_ALL };
struct target {
    enum target_kind kind;
    const char *id;
    enum target_role role; /* of a schedule */
};
struct targets {
    const struct target *list;
    size_t count;
};

struct step {
    struct targets targets;
    int64_t delay; /* seconds after it was sent */
    const struct hours *window; /* NULL: at any time */
    bool wait; /* outside the window: wait for it; otherwise the step reaches nobody */
};

enum notice_unless { UNLESS_NEVER, UNLESS_ROOT_CAUSE, UNLESS_ACKED, UNLESS_RESOLVED };
struct path_notice {
    const char *kind;
    int64_t after; /* seconds since the incident's start */
    enum notice_unless unless;
    size_t ordinal; /* among the path's notices of this kind */
    const void *to; /* the driver's */
};

enum { PATH_STEPS_MAX = 50, PATH_REPEAT_MAX = 9, PATH_NOTICES_MAX = 20, NOTICE_KINDS_MAX = 64 };

struct path {
    const char *severity;
    const struct step *steps;
    size_t step_count;
    int repeat; /* extra passes */
    const struct hours *office; /* delays and the start count office time; NULL: real time */
    struct targets fallback; /* paged at the end of a pass that reached nobody */
    const struct path_notice *notices; /* by time */
    size_t notice_count;
    int64_t ack_timeout; /* seconds, 0: none */
};

/* --- the state, as it is stored --- */

enum escalation_status { ESCALATION_NONE, ESCALATION_TRIGGERED, ESCALATION_ACKED, ESCALATION_RESOLVED };

struct notice_fired { /* how many of a kind have been sent */
    const char *kind;
    size_t count;
};

struct escalation_state {
    enum escalation_status status;
    int64_t run; /* counts restarts */
    int64_t loop; /* extra passes so far in this run */
    size_t step; /* the next one to send, from 0 */
    bool pass_paged; /* somebody was reached in this pass */
    bool maintenance, root_cause;
    int64_t started_at; /* of the incident */
    int64_t next_due; /* next step */
    int64_t ack_due; /* acknowledgement expires */
    int64_t silent_until;
    struct notice_fired fired[NOTICE_KINDS_MAX]; /* a kind beyond these is never sent */
    size_t fired_count;
};

/* --- the world around it --- */

struct page {
    int64_t at;
    const char *to;
    enum target_kind kind; /* TARGET_CHANNEL or TARGET_USER */
    int64_t run, loop;
    size_t step; /* from 1 */
    bool fallback;
};

struct recipient {
    const char *id;
    bool channel;
};
enum { RECIPIENTS_MAX = 500 };
struct recipients {
    struct recipient list[RECIPIENTS_MAX];
    size_t count;
};
void recipients_add(struct recipients *recipients, const char *id, bool channel); /* each once */

struct world {
    void *arg;
    void (*look_up)(void *arg, const struct target *target, int64_t at, struct recipients *out);
    void (*page)(void *arg, const struct page *page);
    void (*notice)(void *arg, int64_t at, const struct path_notice *notice);
    void (*skipped)(void *arg, int64_t at, size_t step, const char *reason); /* may be NULL; for the log */
};

struct escalation {
    struct escalation_state state;
    const struct path *path; /* whose steps are being sent: a snapshot */
    const struct path *notices; /* of the severity now; may be another while acked. Either may be NULL: no path */
    struct world world;
};

void escalation_init(struct escalation *escalation, struct world world);

/* --- people's actions --- */

void escalation_trigger(struct escalation *escalation, const struct path *path, int64_t at); /* joins an open one */
void escalation_ack(struct escalation *escalation, int64_t at);
void escalation_unack(struct escalation *escalation, int64_t at);
void escalation_resolve(struct escalation *escalation);
void escalation_reopen(struct escalation *escalation, int64_t at);
/* raised: the new severity is more severe. */
void escalation_severity(struct escalation *escalation, const struct path *path, bool raised, int64_t at);
bool escalation_escalate(struct escalation *escalation, int64_t at); /* the next step now; false if refused */
void escalation_root_cause(struct escalation *escalation);
void escalation_silence(struct escalation *escalation, int64_t at, int64_t seconds);
void escalation_maintenance(struct escalation *escalation, bool on, int64_t at);

/* --- timers --- */

/* When escalation_run has something to do; ESCALATION_NEVER if nothing is due any more. */
int64_t escalation_due(const struct escalation *escalation);
/* Does what is due at `at`, each timer once, however long ago it fell due. */
void escalation_run(struct escalation *escalation, int64_t at);

#endif
