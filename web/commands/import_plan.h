/* What the importers of other tools' exports share: a plan is made from the file, looked at as a whole, and only then
 * written. Whatever cannot be taken over as it was is a problem (nothing is written) or a hint (left out, and said). */
#ifndef BONGSU_WEB_COMMANDS_IMPORT_PLAN_H
#define BONGSU_WEB_COMMANDS_IMPORT_PLAN_H

#include "base/op.h"

#include <jansson.h>

struct tz;

enum { IMPORT_FILE_MAX = 16 * 1024 * 1024 };

struct import_plan {
    struct op *op;
    json_t *accounts; /* e-mail, name and login of our people, folded → login */
    json_t *schedules; /* bodies for rota_add */
    json_t *keys; /* their id of a schedule → our key */
    json_t *paths; /* name of a policy → path */
    json_t *problems, *hints; /* sentences */
};

bool plan_open(struct op *op, struct import_plan *out, struct error *err) NODISCARD;
void plan_problem(struct import_plan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plan_hint(struct import_plan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Our login for one of their people by e-mail, name or login; NULL and a problem if there is no such account. */
const char *plan_person(struct import_plan *plan, const char *email, const char *name);
/* A new schedule {key, name, zone, layers: []}; `id` is theirs. NULL and a problem if its zone is not known. */
json_t *plan_schedule(struct import_plan *plan, const char *id, const char *name, const char *zone);
/* A layer of it; length in seconds becomes hours, days or weeks. NULL and a problem if it is none of these. */
struct plan_turns {
    const char *name;
    int64_t start_ms; /* a handoff */
    int64_t seconds; /* of one turn */
    int64_t priority;
};
json_t *plan_layer(struct import_plan *plan, json_t *schedule, const struct plan_turns *turns);
/* A window of `seconds` from a minute of the day on, on the days of a mask (bit 0 = Monday); longer ones are cut at
 * midnights. */
void plan_window(json_t *layer, unsigned days, int64_t from_minute, int64_t seconds);
/* A path {steps: [], repeat}; a target of it. */
json_t *plan_path(struct import_plan *plan, const char *name, int64_t repeat);
void plan_target(json_t *step, const char *type, const char *id);

/* Members of their JSON. */
const json_t *foreign_list(const json_t *object, const char *name); /* an empty array if it is none */
const char *foreign_text(const json_t *object, const char *name); /* "" if it is none */
int64_t foreign_number(const json_t *object, const char *name, int64_t otherwise);
bool foreign_instant(const json_t *object, const char *name, int64_t *out);

/* Prints the plan; writes it unless dry. paths: "P1=Policy name" of the command line, ended by NULL. */
bool plan_finish(struct import_plan *plan, const char *const *paths, bool dry, struct error *err) NODISCARD;

/* One a kind: reads the parsed file into the plan. */
void import_pagerduty(struct import_plan *plan, const json_t *file);
void import_opsgenie(struct import_plan *plan, const json_t *file);
void import_grafana(struct import_plan *plan, const json_t *file);
/* Components become those of one service, incidents past ones. Prints what it does. */
struct statuspage_wish {
    const char *service; /* key, made if there is none */
    bool dry;
};
bool import_statuspage(struct op *op, const json_t *file, const struct statuspage_wish *wish,
                       struct error *err) NODISCARD;

#endif
