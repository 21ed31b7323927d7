/* An incident with its roles, clocks and relations, in one read (incident_json.h). */
#include "incident/incident_internal.h"
#include "incident/incident_json.h"
#include "incident/relation.h"

bool incident_view_tx(struct tx *tx, const struct incident *incident, struct incident_view *out, struct error *err) {
    struct incident_view view = { .incident = *incident };
    if (!roles_list(tx, incident->id, &view.roles, &view.role_count, err)) return false;
    if (!clocks_of(tx, incident->id, &view.clocks, &view.clock_count, err)) return false;
    if (!relations_of(tx, incident->id, &view.relations, &view.relation_count, err)) return false;
    view.commander_missing = roles_commander_missing(incident, view.roles, view.role_count);
    if (incident->merged_into != 0) {
        struct incident other;
        if (!incident_by_id(tx, incident->merged_into, &other, err)) return false;
        view.merged_into = other.ref;
    }
    *out = view;
    return true;
}

struct view_run {
    const char *ref;
    struct incident_view *out;
};

static bool read_view(struct tx *tx, void *arg, struct error *err) {
    const struct view_run *run = arg;
    struct incident incident;
    return incident_by_ref(tx, run->ref, &incident, err) && incident_view_tx(tx, &incident, run->out, err);
}

bool incident_view(struct op *op, const char *ref, struct incident_view *out, struct error *err) {
    struct view_run run = { ref, out };
    return permission_check(op, PERM_READ, err) && store_read(op, read_view, &run, err);
}
