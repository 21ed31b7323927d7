/* The status page as a value: see status.h. */
#include "notice/status_internal.h"

#include "base/str.h"
#include "policy/policy.h"

enum { DAY_S = 24 * 60 * 60, MINUTE_MS = 60 * 1000 };

const char *status_level_name(enum status_level level) {
    static const char *const NAMES[] = { "operational", "degraded_performance", "partial_outage", "major_outage" };
    return NAMES[level];
}

const char *status_impact_name(enum status_level level) {
    static const char *const NAMES[] = { "none", "minor", "major", "critical" };
    return NAMES[level];
}

const char *status_stage_name(enum notice_stage stage) {
    static const char *const NAMES[] = { "investigating", "identified", "monitoring", "resolved" };
    return NAMES[stage];
}

/* How much of it customers lose: the gravest severity of the policy is a major outage, the next a partial one. The
 * severity itself stays inside. */
static bool impact_of(struct tx *tx, const struct status_row *row, const struct policy **policy, enum status_level *out,
                      struct error *err) {
    if ((*policy == NULL || (*policy)->version != row->policy_version) &&
        !policy_find(tx, row->policy_version, policy, err))
        return false;
    const struct policy_severity *severity = policy_severity(*policy, row->severity);
    int rank = severity == NULL ? 2 : severity->rank;
    *out = rank == 0 ? LEVEL_MAJOR : rank == 1 ? LEVEL_PARTIAL : LEVEL_DEGRADED;
    return true;
}

/* What the newest notice says of the service. */
static enum status_level level_after(enum status_level impact, enum notice_stage stage) {
    if (stage == STAGE_RECOVERED) return LEVEL_OPERATIONAL;
    return stage == STAGE_RECOVERING ? LEVEL_DEGRADED : impact;
}

/* Rows come newest first, so the last of an incident is its first notice. */
static bool gather(struct tx *tx, const struct status_row *rows, size_t count, struct status_site *site,
                   struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const struct policy *policy = NULL;
    bool *taken = ARENA_ARRAY(arena, count + 1, bool);
    site->incidents = ARENA_ARRAY(arena, count + 1, struct status_incident);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].update.at > site->updated) site->updated = rows[i].update.at;
        if (rows[i].withdrawn_at > site->updated) site->updated = rows[i].withdrawn_at;
        if (taken[i]) continue;
        struct status_incident incident = { .service_id = rows[i].service_id, .begin = rows[i].begin };
        size_t mine = 0;
        for (size_t j = i; j < count; j++) mine += rows[j].incident_id == rows[i].incident_id;
        incident.updates = ARENA_ARRAY(arena, mine, struct status_update);
        for (size_t j = i; j < count; j++) {
            if (rows[j].incident_id != rows[i].incident_id) continue;
            taken[j] = true;
            incident.id = rows[j].update.id;
            if (rows[j].withdrawn_at != 0) continue;
            incident.updates[incident.count++] = rows[j].update;
            incident.created = rows[j].update.at;
            if (rows[j].update.stage == STAGE_RECOVERING) incident.monitoring_at = rows[j].update.at;
        }
        if (incident.count == 0) continue; /* all taken back: never said */
        const struct status_update *newest = &incident.updates[0];
        if (!impact_of(tx, &rows[i], &policy, &incident.impact, err)) return false;
        incident.now = level_after(incident.impact, newest->stage);
        incident.updated = newest->at;
        if (newest->stage == STAGE_RECOVERED) {
            incident.resolved_at = newest->at;
            incident.end = rows[i].recovered != 0 ? rows[i].recovered : newest->at;
        }
        site->incidents[site->incident_count++] = incident;
    }
    return true;
}

static void raise_components(struct status_site *site) {
    for (size_t i = 0; i < site->incident_count; i++) {
        const struct status_incident *incident = &site->incidents[i];
        if (incident->resolved_at != 0) continue;
        if (incident->impact > site->level) site->level = incident->impact;
        for (size_t c = 0; c < site->component_count; c++) {
            struct status_component *component = &site->components[c];
            if (component->service_id == incident->service_id && incident->now > component->level)
                component->level = incident->now;
        }
    }
}

static bool gather_maintenance(struct tx *tx, struct status_site *site, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct maintenance_list list;
    if (!maintenance_public(tx, &list, err)) return false;
    site->maintenances = ARENA_ARRAY(arena, list.count + 1, struct status_maintenance);
    site->maintenance_count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        const struct maintenance *m = &list.items[i];
        struct status_maintenance *out = &site->maintenances[i];
        *out = (struct status_maintenance){ .state = maintenance_state_at(m, site->now),
                                            .ko = { m->title, m->note },
                                            .service_id = m->service_id,
                                            .starts = m->starts_at,
                                            .ends = m->ends_at,
                                            .was_starts = m->was_starts_at,
                                            .was_ends = m->was_ends_at,
                                            .created = m->created_at,
                                            .updated = m->updated_at };
        out->id = arena_printf(arena, "m%lld", (long long)m->id);
        out->en.title = *m->title_en == '\0' ? m->title : m->title_en;
        out->en.text = *m->note_en == '\0' ? m->note : m->note_en;
        if (out->state == MAINTENANCE_ACTIVE)
            out->updated = m->starts_at > m->updated_at ? m->starts_at : m->updated_at;
        if (out->state == MAINTENANCE_COMPLETED) out->updated = m->ends_at;
        if (out->updated > site->changed) site->changed = out->updated;
    }
    return true;
}

static void mark_maintained(struct status_site *site) {
    for (size_t i = 0; i < site->maintenance_count; i++) {
        const struct status_maintenance *one = &site->maintenances[i];
        if (one->state != MAINTENANCE_ACTIVE) continue;
        site->maintained = true;
        for (size_t c = 0; c < site->component_count; c++) {
            struct status_component *component = &site->components[c];
            if (one->service_id == 0 || one->service_id == component->service_id) component->maintained = true;
        }
    }
}

static bool load_tx(struct tx *tx, void *arg, struct error *err) {
    struct status_site *site = arg;
    struct status_row *rows;
    size_t count;
    *site = (struct status_site){ .now = tx_op(tx)->now_ms };
    if (!organisation_find(tx, &site->organisation, err) ||
        !status_words_find(tx, &site->organisation, &site->words, err) ||
        !status_component_rows(tx, &site->components, &site->component_count, err) ||
        !status_notice_rows(tx, &rows, &count, err) || !gather(tx, rows, count, site, err))
        return false;
    site->changed = site->words.changed > site->updated ? site->words.changed : site->updated;
    for (size_t i = 0; i < site->component_count; i++) {
        if (site->components[i].created > site->changed) site->changed = site->components[i].created;
    }
    raise_components(site);
    if (!gather_maintenance(tx, site, err)) return false;
    mark_maintained(site);
    return true;
}

bool status_load(struct op *op, struct status_site *out, struct error *err) {
    return store_read(op, load_tx, out, err);
}

/* --- uptime --- */

/* The instant a day of the organisation's calendar begins. */
static int64_t day_start(const struct tz *tz, int64_t day) {
    return tz_resolve(tz, day * DAY_S) * 1000;
}

static int64_t overlap(int64_t a, int64_t b, int64_t from, int64_t until) {
    int64_t begin = a > from ? a : from, end = b < until ? b : until;
    return end > begin ? end - begin : 0;
}

/* Incidents of one service that overlap count once: from each beginning to its end, then on to the next. */
static int64_t outage_ms(const struct status_site *site, int64_t service_id, int64_t from, int64_t until,
                         enum status_level at_least) {
    int64_t total = 0;
    for (int64_t done = from;;) {
        int64_t begin = until, end = until;
        for (size_t i = 0; i < site->incident_count; i++) {
            const struct status_incident *one = &site->incidents[i];
            int64_t one_begin = one->begin > done ? one->begin : done, one_end = one->end == 0 ? site->now : one->end;
            if (one->service_id != service_id || one->impact < at_least || one_end <= done) continue;
            if (one_begin >= begin) continue;
            begin = one_begin;
            end = one_end;
        }
        if (begin >= until) return total;
        total += overlap(begin, end, from, until);
        done = end;
    }
}

void status_bar(const struct status_site *site, const struct status_component *component, struct status_bar *out) {
    const struct tz *tz = site->words.tz;
    int64_t now_s = site->now / 1000;
    struct civil civil;
    tz_local(tz, now_s, &civil);
    int64_t today = civil_days(civil.year, civil.month, civil.day), known_ms = 0, lost_ms = 0;
    *out = (struct status_bar){ .uptime = 10000 };
    for (int i = 0; i < STATUS_BAR_DAYS; i++) {
        int64_t day = today - (STATUS_BAR_DAYS - 1) + i;
        int64_t from = day_start(tz, day), until = day_start(tz, day + 1);
        if (until > site->now) until = site->now;
        if (from < component->created) from = component->created;
        if (until <= from) continue;
        out->known[i] = true;
        known_ms += until - from;
        lost_ms += outage_ms(site, component->service_id, from, until, LEVEL_PARTIAL);
        out->minutes[i] = (int)(outage_ms(site, component->service_id, from, until, LEVEL_DEGRADED) / MINUTE_MS);
        for (size_t n = 0; n < site->incident_count; n++) {
            const struct status_incident *one = &site->incidents[n];
            if (one->service_id != component->service_id || one->impact <= out->days[i]) continue;
            if (overlap(one->begin, one->end == 0 ? site->now : one->end, from, until) > 0) out->days[i] = one->impact;
        }
    }
    if (known_ms > 0) out->uptime = (known_ms - lost_ms) * 10000 / known_ms; /* rounded down: never better than true */
}
