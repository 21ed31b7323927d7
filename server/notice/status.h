/* The public status page: what customers may know, and nothing else (R-C3).
 *
 * Everything here comes from published notices of normal incidents, and from services that are marked public. Drills,
 * incidents without a notice, severities, people and references never get here. A component is as the newest notice
 * about its service says: until a notice of recovery it stays not operational, whatever happened inside. Planned
 * maintenance marked public stands beside them and never hides an outage. */
#ifndef BONGSU_NOTICE_STATUS_H
#define BONGSU_NOTICE_STATUS_H

#include "notice/scenario.h"
#include "policy/organisation.h"
#include "service/maintenance.h"

#include <jansson.h>

/* In order of gravity; names as programs know them. */
enum status_level { LEVEL_OPERATIONAL, LEVEL_DEGRADED, LEVEL_PARTIAL, LEVEL_MAJOR };
const char *status_level_name(enum status_level level); /* "operational" "degraded_performance" … */
const char *status_impact_name(enum status_level level); /* "none" "minor" "major" "critical" */
const char *status_stage_name(enum notice_stage stage); /* "investigating" "identified" "monitoring" "resolved" */

struct status_update {
    const char *id;
    enum notice_stage stage;
    int64_t at, next_at; /* next_at 0: none promised */
    struct notice_text ko, en; /* en.text NULL: Korean only */
};

struct status_incident {
    const char *id; /* of its first notice ever: stays the same */
    int64_t service_id; /* 0: no public service */
    enum status_level impact; /* at its worst */
    enum status_level now; /* LEVEL_OPERATIONAL once resolved */
    int64_t begin, end; /* of what customers felt; end 0: goes on */
    int64_t created, updated, monitoring_at, resolved_at; /* by its notices; 0: not yet */
    struct status_update *updates; /* newest first, never empty */
    size_t count;
};

struct status_component {
    const char *id, *name, *name_en; /* name_en: never "" */
    const char *group; /* "" for none */
    int64_t service_id, created;
    enum status_level level;
    bool maintained; /* planned maintenance covers it now */
};

struct status_maintenance {
    const char *id;
    enum maintenance_state state;
    struct notice_text ko, en; /* text "" for none */
    int64_t service_id; /* 0: everything */
    int64_t starts, ends, created, updated;
    int64_t was_starts, was_ends; /* before it was moved; 0: never */
};

/* What the organisation says of the page itself (setting "connect.status"); "" for what it left out. */
struct status_words {
    const char *title, *title_en, *about, *about_en, *contact_url;
    const char *zone; /* the organisation's, unless the page has its own */
    const struct tz *tz; /* of zone, never NULL */
    int64_t changed; /* 0: never set */
};

struct status_site {
    struct organisation organisation;
    struct status_words words;
    int64_t now, updated; /* updated: when customers last learned something; 0 never */
    int64_t changed; /* the same, or when the newest component or the page's own words appeared */
    enum status_level level; /* of the whole page */
    struct status_component *components; /* by group, position, name */
    size_t component_count;
    struct status_incident *incidents; /* newest first */
    size_t incident_count;
    struct status_maintenance *maintenances; /* newest beginning first */
    size_t maintenance_count;
    bool maintained; /* one of them is in progress */
};

enum { STATUS_NOTICES_MAX = 3000, STATUS_LIST_MAX = 50, STATUS_FEED_MAX = 25, STATUS_BAR_DAYS = 90 };

/* Needs no permission: this is what everybody may see. */
bool status_load(struct op *op, struct status_site *out, struct error *err) NODISCARD;

/* One day of an uptime bar, and what it says of the whole: hundredths of a percent of the days since the service is
 * known. Partial and major outages count, degraded performance is shown and does not. */
struct status_bar {
    enum status_level days[STATUS_BAR_DAYS]; /* oldest first, today last */
    bool known[STATUS_BAR_DAYS]; /* the service existed */
    int minutes[STATUS_BAR_DAYS]; /* not operational */
    int64_t uptime; /* 9998 is 99.98 % */
};
void status_bar(const struct status_site *site, const struct status_component *component, struct status_bar *out);

extern const struct sql_list STATUS_STATEMENTS;

#endif
