/* The route tables. To add a page: declare its array in the block below and list it. The router checks every
 * column at start (http/router.h); `bongsu routes` prints them. */
#include "routes.h"

#define ROUTES(name) extern const struct route_table name
ROUTES(HEALTH_ROUTES); /* api/health.c */
ROUTES(NOTICE_RENDER_ROUTES); /* api/notice_render.c */
ROUTES(ONCALL_PREVIEW_ROUTES); /* api/oncall_preview.c */
ROUTES(PEOPLE_ME_ROUTES); /* api/people_me.c */
ROUTES(PEOPLE_USERS_ROUTES); /* api/people_users.c */
ROUTES(PEOPLE_TEAMS_ROUTES); /* api/people_teams.c */
ROUTES(PEOPLE_TOKENS_ROUTES); /* api/people_tokens.c */
ROUTES(POLICY_ROUTES); /* api/policy.c */
ROUTES(SERVICE_ROUTES); /* api/service.c */
ROUTES(ESCALATION_ROUTES); /* api/escalation.c */
ROUTES(SCHEDULE_ROUTES); /* api/schedule.c */
ROUTES(SCHEDULE_EDIT_ROUTES); /* api/schedule_edit.c */
ROUTES(TEST_CLOCK_ROUTES); /* api/test_clock.c */
ROUTES(INCIDENT_LIST_API); /* api/incident_list.c */
ROUTES(INCIDENT_SHOW_API); /* api/incident_show.c */
ROUTES(INCIDENT_ACT_API); /* api/incident_act.c */
ROUTES(INCIDENT_TIMELINE_API); /* api/incident_timeline.c */
ROUTES(INCIDENT_ATTACHMENT_API); /* api/incident_attachment.c */
ROUTES(API_DOCUMENT_ROUTES); /* api/review_document.c */
ROUTES(API_ACTION_ROUTES); /* api/action.c */
ROUTES(API_ALERT_ROUTES); /* api/alert.c */
ROUTES(HOOK_ALERT_ROUTES); /* hooks/alerts.c */
ROUTES(INCIDENT_LIST_API); /* api/incident_list.c */
ROUTES(INCIDENT_SHOW_API); /* api/incident_show.c */
ROUTES(INCIDENT_ACT_API); /* api/incident_act.c */
ROUTES(INCIDENT_TIMELINE_API); /* api/incident_timeline.c */
ROUTES(INCIDENT_ATTACHMENT_API); /* api/incident_attachment.c */
#undef ROUTES

const struct route_table *const ROUTE_LIST[] = {
    &INCIDENT_LIST_API,
    &INCIDENT_SHOW_API,
    &INCIDENT_ACT_API,
    &INCIDENT_TIMELINE_API,
    &INCIDENT_ATTACHMENT_API,
    &HEALTH_ROUTES,
    &NOTICE_RENDER_ROUTES,
    &ONCALL_PREVIEW_ROUTES,
    &PEOPLE_ME_ROUTES,
    &PEOPLE_USERS_ROUTES,
    &PEOPLE_TEAMS_ROUTES,
    &PEOPLE_TOKENS_ROUTES,
    &POLICY_ROUTES,
    &SERVICE_ROUTES,
    &ESCALATION_ROUTES,
    &SCHEDULE_ROUTES,
    &SCHEDULE_EDIT_ROUTES,
    &TEST_CLOCK_ROUTES,
    &API_DOCUMENT_ROUTES,
    &API_ACTION_ROUTES,
    &API_ALERT_ROUTES,
    &HOOK_ALERT_ROUTES,
};
const size_t ROUTE_LIST_COUNT = sizeof ROUTE_LIST / sizeof *ROUTE_LIST;
