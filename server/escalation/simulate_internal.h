/* Between simulate_read.c (the description) and simulate.c (the clock). */
#ifndef BONGSU_ESCALATION_SIMULATE_INTERNAL_H
#define BONGSU_ESCALATION_SIMULATE_INTERNAL_H

#include "escalation/path_json.h"
#include "escalation/run.h"
#include "oncall/schedule_json.h"

enum event_type {
    EVENT_TRIGGER,
    EVENT_ACK,
    EVENT_UNACK,
    EVENT_RESOLVE,
    EVENT_REOPEN,
    EVENT_SEVERITY,
    EVENT_ESCALATE,
    EVENT_ROOT_CAUSE,
    EVENT_SILENCE,
    EVENT_MAINTENANCE_START,
    EVENT_MAINTENANCE_END,
    EVENT_DELETE_USER,
    EVENT_BEAT
};

struct event {
    int64_t at;
    size_t order;
    enum event_type type;
    const struct path *path; /* of a new severity; NULL if it has none */
    const char *severity;
    int64_t seconds; /* of silence */
    int32_t user;
    size_t monitor;
};

struct monitor {
    const char *id;
    int64_t interval, last; /* ESCALATION_NEVER: has never reported */
    bool muted, alarmed;
};

struct simulated_team {
    const char *id;
    const int32_t *members;
    size_t count;
};

struct named_schedule {
    const char *id;
    const struct schedule *schedule;
};

struct simulation {
    struct op *op;
    const char *severity;
    json_t *severities; /* the policies, for their order */
    const struct path **paths;
    size_t path_count;
    struct named_schedule *schedules;
    size_t schedule_count;
    struct simulated_team *teams;
    size_t team_count;
    struct monitor *monitors;
    size_t monitor_count;
    struct gap *outages; /* by time, apart from each other */
    size_t outage_count;
    struct event *events; /* by time, then as given */
    size_t event_count;
    int64_t until;
    struct people_index people;
    struct deletion *deletions;
    size_t deletion_count;
};

const struct path *simulation_path(const struct simulation *simulation, const char *severity);
const struct schedule *simulation_schedule(const struct simulation *simulation, const char *id);
const struct simulated_team *simulation_team(const struct simulation *simulation, const char *id);
void simulation_read(struct op *op, const json_t *input, struct simulation *out);

#endif
