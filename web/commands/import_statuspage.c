/* bongsu import statuspage FILE: components and incidents as Statuspage's API lists them ({"components": […],
 * "incidents": […]}). Components become those of one service, under their groups; resolved incidents become past ones
 * with their updates as notes, each in one transaction. Nobody is told anything. What is there already is left as it
 * is, so that an import that stopped goes on when it is run again. */
#include "commands/import_plan.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/backfill.h"
#include "incident/search.h"
#include "policy/policy.h"
#include "service/service.h"
#include "text/bigram.h"
#include "text/when.h"

#include <stdio.h>

enum { COMPONENTS_MAX = 100, NOTE_MAX = 4000 };

struct run {
    struct op *op;
    const json_t *file;
    const struct statuspage_wish *wish;
    const struct policy *policy;
    struct service service;
    bool has_service;
    json_t *known; /* past incidents that are there already, as known_as() says */
    int64_t components, incidents, left_out;
};

/* --- components --- */

static const json_t *component_by_id(const json_t *list, const char *id) {
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each) {
        if (str_eq(foreign_text(each, "id"), id)) return each;
    }
    return NULL;
}

static bool find_service(struct run *run, struct error *err) {
    struct service_input input = { .key = run->wish->service, .name = run->wish->service };
    run->has_service = service_load_named(run->op, run->wish->service, &run->service, err);
    if (run->has_service) return true;
    if (err->kind != ERR_NOT_FOUND) return false;
    printf("service %s: new\n", run->wish->service);
    if (run->wish->dry) return true;
    run->has_service = service_add(run->op, &input, &run->service, err);
    return run->has_service;
}

static bool is_there(const struct component_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i].name, name)) return true;
    }
    return false;
}

static bool add_components(struct run *run, struct error *err) {
    const json_t *list = foreign_list(run->file, "components");
    struct component_list existing = { 0 };
    if (json_array_size(list) == 0) return true;
    if (run->wish->service == NULL) {
        return ERROR(err, ERR_INVALID, "import.refused", "the file has components: name their service with --service");
    }
    if (!find_service(run, err)) return false;
    if (run->has_service && !component_list(run->op, run->service.id, &existing, err)) return false;
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each) {
        const char *name = foreign_text(each, "name");
        const json_t *group = component_by_id(list, foreign_text(each, "group_id"));
        if (json_is_true(json_object_get(each, "group"))) continue; /* a heading */
        if (is_there(&existing, name)) {
            printf("component %s: there already\n", name);
            run->left_out++;
            continue;
        }
        printf("component %s%s%s\n", name, group == NULL ? "" : " in ",
               group == NULL ? "" : foreign_text(group, "name"));
        run->components++;
        if (run->wish->dry) continue;
        struct component component;
        struct component_input input = { .name = name,
                                         .group = group == NULL ? "" : foreign_text(group, "name"),
                                         .position = arena_printf(run->op->arena, "%lld",
                                                                  (long long)foreign_number(each, "position", 0)),
                                         .public = "true" };
        if (!component_add(run->op, run->service.id, &input, &component, err)) return false;
    }
    return true;
}

/* --- incidents --- */

/* critical, major, minor, none: the policy's severities from the top, the last one for the rest. */
static const char *severity_of(const struct run *run, const char *impact) {
    static const char *const IMPACTS[] = { "critical", "major", "minor" };
    size_t at = 0;
    while (at < 3 && !str_eq(IMPACTS[at], impact)) at++;
    if (at >= run->policy->severity_count) at = run->policy->severity_count - 1;
    return run->policy->severities[at].code;
}

/* The updates as notes, oldest first. */
static void read_notes(const struct run *run, const json_t *source, struct past_incident *past) {
    const json_t *updates = foreign_list(source, "incident_updates");
    struct arena *arena = run->op->arena;
    struct timeline_draft *notes = ARENA_ARRAY(arena, json_array_size(updates) + 1, struct timeline_draft);
    for (size_t i = json_array_size(updates); i-- > 0;) { /* newest first in the file */
        const json_t *update = json_array_get(updates, i);
        const char *body = foreign_text(update, "body"), *at = foreign_text(update, "display_at");
        if (str_blank(body)) continue;
        char *text = arena_str(arena, body);
        if (utf8_count(text) > NOTE_MAX) str_copy(text, NOTE_MAX, body);
        notes[past->note_count++] =
            (struct timeline_draft){ .at = *at == '\0' ? foreign_text(update, "created_at") : at,
                                     .text = arena_printf(arena, "[%s] %s", foreign_text(update, "status"), text) };
    }
    past->notes = notes;
}

/* What two readings of one incident have in common: its title and the second it began. */
static const char *known_as(struct arena *arena, const char *title, int64_t started) {
    const char *folded = bigram_fold(arena, title);
    return arena_printf(arena, "%lld %s", (long long)started / 1000, folded == NULL ? "" : folded);
}

static bool read_known(struct run *run, struct error *err) {
    struct op *op = run->op;
    struct incident_query query = { .kind = incident_kind_name(INCIDENT_BACKFILLED), .limit = "200" };
    struct incident_page page;
    run->known = json_obj(op->arena);
    do {
        if (!incident_list(op, &query, &page, err)) return false;
        for (size_t i = 0; i < page.count; i++) {
            const struct incident *one = &page.list[i];
            json_put(run->known, known_as(op->arena, one->title, one->phase_at[PHASE_OCCURRED]), json_true());
        }
        query.cursor = page.next;
    } while (page.next != NULL);
    return true;
}

static bool add_incident(struct run *run, const json_t *source, struct error *err) {
    struct op *op = run->op;
    const char *name = foreign_text(source, "name");
    int64_t started, resolved;
    bool known = foreign_instant(source, "started_at", &started) || foreign_instant(source, "created_at", &started);
    if (!known || !foreign_instant(source, "resolved_at", &resolved) || resolved < started ||
        str_eq(foreign_text(source, "impact"), "maintenance")) {
        printf("incident %s: not resolved, or a maintenance: left out\n", name);
        run->left_out++;
        return true;
    }
    if (json_object_get(run->known, known_as(op->arena, name, started)) != NULL) {
        printf("incident %s: there already\n", name);
        run->left_out++;
        return true;
    }
    printf("incident %s: %s, %zu update(s)\n", name, when_rfc3339(op->arena, started),
           json_array_size(foreign_list(source, "incident_updates")));
    run->incidents++;
    if (run->wish->dry) return true;
    struct incident incident;
    struct past_incident past = { .draft = { .title = name,
                                             .severity = severity_of(run, foreign_text(source, "impact")),
                                             .service = run->has_service ? run->service.key : NULL,
                                             .started_at = when_rfc3339(op->arena, started) },
                                  .recovery = { .at = when_rfc3339(op->arena, resolved) } };
    read_notes(run, source, &past);
    return incident_backfill(op, &past, &incident, err);
}

bool import_statuspage(struct op *op, const json_t *file, const struct statuspage_wish *wish, struct error *err) {
    struct run run = { .op = op, .file = file, .wish = wish };
    size_t index;
    json_t *each;
    if (!policy_load(op, 0, &run.policy, err) || !read_known(&run, err) || !add_components(&run, err)) return false;
    json_array_foreach(foreign_list(file, "incidents"), index, each) {
        if (!add_incident(&run, each, err)) return false;
    }
    printf("%lld component(s), %lld incident(s), %lld left out%s\n", (long long)run.components,
           (long long)run.incidents, (long long)run.left_out, wish->dry ? "; nothing was written" : "");
    return true;
}
