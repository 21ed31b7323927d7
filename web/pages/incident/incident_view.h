/* An incident as its page, its live fragments and the watch page show it. */
#ifndef BONGSU_WEB_PAGES_INCIDENT_VIEW_H
#define BONGSU_WEB_PAGES_INCIDENT_VIEW_H

#include "incident/attachment.h"
#include "incident/checklist.h"
#include "incident/incident_json.h"
#include "incident/relation.h"
#include "incident/timeline.h"
#include "incident/update.h"
#include "pages/form_view.h"

enum { EVENTS_SHOWN = 100 };

/* Everything one incident page needs, from one snapshot. */
struct incident_page_data {
    const char *ref;
    int64_t before; /* timeline page: seq less than this; INT64_MAX for the newest */
    struct incident_view view;
    struct checklist *checklists;
    struct attachment *files;
    struct event *events;
    struct event_edit **edits; /* of each event, NULL if never corrected */
    size_t *edit_counts;
    struct update update;
    struct help_offer *offers;
    size_t checklist_count, file_count, event_count, offer_count;
    bool updated; /* there was an update */
    int64_t unfinished; /* action items of the service that are not done yet (R-A12) */
};

bool incident_page_load(struct op *op, const char *ref, int64_t before, struct incident_page_data *out,
                        struct error *err) NODISCARD;
/* Only what the timeline shows: incident, events with their edits, files. */
bool incident_timeline_load(struct op *op, const char *ref, int64_t before, struct incident_page_data *out,
                            struct error *err) NODISCARD;
/* The pending or newest clock of a kind, or NULL. */
const struct clock_row *incident_clock(const struct incident_view *view, enum clock_kind kind);
const char *incident_topic(const struct screen *screen, const struct incident *incident);

/* Rows of incidents alike: [(ref, url, title, severity, state, started, cause)]. */
json_t *view_similar(const struct screen *screen, const struct similar *list, size_t count);

/* View members of the page: incident, banner, primary, actions, more, phases, days, roles, clocks, checklists,
 * facts, related, files (see templates/partials/incident_*.html). */
void incident_page_view(struct screen *screen, const struct incident_page_data *data);
/* Of these only what stands outside of head and side: title, topic, incident, days, may_update. */
void incident_middle_view(struct screen *screen, const struct incident_page_data *data);
void incident_head_view(struct screen *screen, const struct incident_page_data *data);
void incident_roles_view(struct screen *screen, const struct incident_view *view);
void incident_timeline_view(struct screen *screen, const struct incident_page_data *data);
/* What can be done now: the one primary button by state, then the others. */
void incident_actions_view(struct screen *screen, const struct incident_page_data *data);

#endif
