/* The route tables. To add a page: declare its array in the block below and list it. The router checks every
 * column at start (http/router.h); `bongsu routes` prints them. */
#include "routes.h"

#define ROUTES(name) extern const struct route_table name
ROUTES(HEALTH_ROUTES); /* api/health.c */
ROUTES(NOTICE_ROUTES); /* api/notice.c */
ROUTES(STATUS_API_ROUTES); /* api/status.c */
ROUTES(NOTICE_PAGE_ROUTES); /* pages/notice/notices.c */
ROUTES(ONE_NOTICE_ROUTES); /* pages/notice/notice.c */
ROUTES(NOTICE_TEMPLATE_PAGE_ROUTES); /* pages/notice/notice_templates.c */
ROUTES(SUBSCRIBERS_ROUTES); /* pages/notice/subscribers.c */
ROUTES(STATUTORY_ROUTES); /* pages/notice/statutory.c */
ROUTES(STATUS_SUBSCRIBE_ROUTES); /* pages/notice/status_subscribe.c */
ROUTES(STATUS_PAGE_ROUTES); /* pages/notice/status.c */
ROUTES(WORDING_ROUTES); /* api/wording.c */
ROUTES(WORDING_PAGE_ROUTES); /* pages/notice/wording.c */
ROUTES(REVIEW_WORDING_ROUTES); /* api/review_wording.c */
ROUTES(NOTICE_RENDER_ROUTES); /* api/notice_render.c */
ROUTES(ONCALL_PREVIEW_ROUTES); /* api/oncall_preview.c */
ROUTES(PEOPLE_ME_ROUTES); /* api/people_me.c */
ROUTES(PEOPLE_USERS_ROUTES); /* api/people_users.c */
ROUTES(PEOPLE_TEAMS_ROUTES); /* api/people_teams.c */
ROUTES(PEOPLE_TOKENS_ROUTES); /* api/people_tokens.c */
ROUTES(POLICY_ROUTES); /* api/policy.c */
ROUTES(SERVICE_ROUTES); /* api/service.c */
ROUTES(MAINTENANCE_API_ROUTES); /* api/maintenance.c */
ROUTES(MAINTENANCE_PAGE_ROUTES); /* pages/notice/maintenance.c */
ROUTES(ESCALATION_ROUTES); /* api/escalation.c */
ROUTES(FEED_ROUTES); /* api/feed.c */
ROUTES(SCHEDULE_ROUTES); /* api/schedule.c */
ROUTES(SCHEDULE_EDIT_ROUTES); /* api/schedule_edit.c */
ROUTES(OPENAPI_ROUTES); /* api/openapi.c */
ROUTES(TEST_CLOCK_ROUTES); /* api/test_clock.c */
ROUTES(AUDIT_ROUTES); /* pages/settings/audit.c */
ROUTES(DECLARE_ROUTES); /* pages/incident/declare.c */
ROUTES(ACTION_PAGE_ROUTES); /* pages/review/actions.c */
ROUTES(API_DOCUMENT_EXPORT_ROUTES); /* api/review_export.c */
ROUTES(DOCUMENT_PAGE_ROUTES); /* pages/review/document.c */
ROUTES(API_IMPORT_ROUTES); /* api/import_postmortem.c */
ROUTES(POSTMORTEM_IMPORT_ROUTES); /* pages/review/postmortem_import.c */
ROUTES(DOCUMENT_PART_ROUTES); /* pages/review/document_parts_save.c */
ROUTES(DOCUMENT_PAPER_ROUTES); /* pages/review/document_paper.c */
ROUTES(DOCUMENT_FINDINGS_ROUTES); /* pages/review/document_findings.c */
ROUTES(HOME_ROUTES); /* pages/home.c */
ROUTES(INCIDENT_EVENT_ROUTES); /* pages/incident/incident_event.c */
ROUTES(INCIDENT_FORM_ROUTES); /* pages/incident/incident_forms.c */
ROUTES(INCIDENT_PAGE_ROUTES); /* pages/incident/incident.c */
ROUTES(INCIDENTS_ROUTES); /* pages/incident/incidents.c */
ROUTES(QUARTER_PAGE_ROUTES); /* pages/review/quarter.c */
ROUTES(API_QUARTER_ROUTES); /* api/quarter.c */
ROUTES(INSIGHT_PAGE_ROUTES); /* pages/review/insights.c */
ROUTES(KEYS_ROUTES); /* pages/keys.c */
ROUTES(LOGIN_ROUTES); /* pages/login.c */
ROUTES(ORGANISATION_ROUTES); /* pages/settings/organisation.c */
ROUTES(PEOPLE_ROUTES); /* pages/settings/people.c */
ROUTES(POLICY_PAGE_ROUTES); /* pages/settings/policy.c */
ROUTES(POLICY_EDIT_ROUTES); /* pages/settings/policy_edit.c */
ROUTES(SETTINGS_PAGE_ROUTES); /* pages/settings/settings.c */
ROUTES(PROFILE_ROUTES); /* pages/profile.c */
ROUTES(SERVICE_PART_ROUTES); /* pages/settings/service_parts.c */
ROUTES(ROLLBACK_ROUTES); /* pages/incident/rollback.c */
ROUTES(ONCALL_PAGE_ROUTES); /* pages/oncall/oncall.c */
ROUTES(ESCALATION_PAGE_ROUTES); /* pages/oncall/escalation_paths.c */
ROUTES(PATH_PAGE_ROUTES); /* pages/oncall/path_edit.c */
ROUTES(CALENDAR_PAGE_ROUTES); /* pages/oncall/calendar.c */
ROUTES(CALENDAR_API_ROUTES); /* api/calendar.c */
ROUTES(HANDOVER_PAGE_ROUTES); /* pages/oncall/handover.c */
ROUTES(HANDOVER_API_ROUTES); /* api/handover.c */
ROUTES(DIGEST_PAGE_ROUTES); /* pages/oncall/digest.c */
ROUTES(DIGEST_API_ROUTES); /* api/digest.c */
ROUTES(READINESS_PAGE_ROUTES); /* pages/settings/readiness.c */
ROUTES(READINESS_API_ROUTES); /* api/readiness.c */
ROUTES(FAIRNESS_PAGE_ROUTES); /* pages/oncall/fairness.c */
ROUTES(FAIRNESS_API_ROUTES); /* api/fairness.c */
ROUTES(SCHEDULE_PAGE_ROUTES); /* pages/oncall/schedule_edit.c */
ROUTES(SCHEDULE_CALENDAR_ROUTES); /* pages/oncall/schedule_calendar.c */
ROUTES(SERVICES_ROUTES); /* pages/settings/services.c */
ROUTES(TEAM_ROUTES); /* pages/settings/teams.c */
ROUTES(WATCH_ROUTES); /* pages/incident/watch.c */
ROUTES(INCIDENT_LIST_API); /* api/incident_list.c */
ROUTES(INCIDENT_SHOW_API); /* api/incident_show.c */
ROUTES(INCIDENT_ACT_API); /* api/incident_act.c */
ROUTES(INCIDENT_TIMELINE_API); /* api/incident_timeline.c */
ROUTES(INCIDENT_ATTACHMENT_API); /* api/incident_attachment.c */
ROUTES(API_DOCUMENT_ROUTES); /* api/review_document.c */
ROUTES(REVIEW_TYPING_ROUTES); /* api/review_typing.c */
ROUTES(API_ACTION_ROUTES); /* api/action.c */
ROUTES(API_ALERT_ROUTES); /* api/alert.c */
ROUTES(API_INTEGRATION_ROUTES); /* api/integration.c */
ROUTES(INTEGRATION_PAGE_ROUTES); /* pages/alert/integrations.c */
ROUTES(INTEGRATION_FORM_ROUTES); /* pages/alert/integration_form.c */
ROUTES(INTEGRATION_RULE_ROUTES); /* pages/alert/integration_rules.c */
ROUTES(ALERT_PAGE_ROUTES); /* pages/alert/alerts.c */
ROUTES(ALERT_REVIEW_ROUTES); /* pages/alert/alert_review.c */
ROUTES(THRESHOLD_PAGE_ROUTES); /* pages/alert/thresholds.c */
ROUTES(API_SETTINGS_ROUTES); /* api/settings.c */
ROUTES(API_THRESHOLD_ROUTES); /* api/threshold.c */
ROUTES(API_DESTINATION_ROUTES); /* api/destination.c */
ROUTES(DELIVERY_PAGE_ROUTES); /* pages/settings/deliveries.c */
ROUTES(DELIVERY_ONE_ROUTES); /* pages/settings/delivery.c */
ROUTES(DESTINATION_PAGE_ROUTES); /* pages/settings/destinations.c */
ROUTES(API_RUNBOOK_ROUTES); /* api/runbook.c */
ROUTES(RUNBOOK_PAGE_ROUTES); /* pages/incident/runbooks.c */
ROUTES(INCIDENT_RUNBOOK_ROUTES); /* pages/incident/incident_runbooks.c */
ROUTES(API_DRILL_ROUTES); /* api/drill.c */
ROUTES(DRILL_PAGE_ROUTES); /* pages/incident/drills.c */
ROUTES(HOOK_ALERT_ROUTES); /* hooks/alerts.c */
ROUTES(HOOK_PAGERDUTY_ROUTES); /* hooks/pagerduty.c */
ROUTES(HOOK_SLACK_ROUTES); /* hooks/slack.c */
ROUTES(HOOK_JIRA_ROUTES); /* hooks/jira.c */
ROUTES(CONTACT_API_ROUTES); /* api/contact.c */
ROUTES(CONTACT_PAGE_ROUTES); /* pages/oncall/contacts.c */
ROUTES(VENDOR_ROUTES); /* pages/oncall/vendors.c */
ROUTES(ACK_ROUTES); /* pages/oncall/ack.c */
ROUTES(SWAP_API_ROUTES); /* api/swap.c */
ROUTES(MY_SHIFT_ROUTES); /* pages/oncall/my_shifts.c */
#undef ROUTES

/* clang-format off: one a line, so that rooms do not get into each other's way */
const struct route_table *const ROUTE_LIST[] = {
    &INCIDENT_LIST_API,
    &INCIDENT_SHOW_API,
    &INCIDENT_ACT_API,
    &INCIDENT_TIMELINE_API,
    &INCIDENT_ATTACHMENT_API,
    &API_DRILL_ROUTES,
    &DRILL_PAGE_ROUTES,
    &HEALTH_ROUTES,
    &NOTICE_ROUTES,
    &STATUS_API_ROUTES,
    &STATUS_PAGE_ROUTES,
    &STATUS_SUBSCRIBE_ROUTES,
    &STATUTORY_ROUTES,
    &SUBSCRIBERS_ROUTES,
    &WORDING_ROUTES,
    &WORDING_PAGE_ROUTES,
    &REVIEW_WORDING_ROUTES,
    &NOTICE_RENDER_ROUTES,
    &ONCALL_PREVIEW_ROUTES,
    &PEOPLE_ME_ROUTES,
    &PEOPLE_USERS_ROUTES,
    &PEOPLE_TEAMS_ROUTES,
    &PEOPLE_TOKENS_ROUTES,
    &POLICY_ROUTES,
    &SERVICE_ROUTES,
    &MAINTENANCE_API_ROUTES,
    &MAINTENANCE_PAGE_ROUTES,
    &ESCALATION_ROUTES,
    &CONTACT_API_ROUTES,
    &SWAP_API_ROUTES,
    &MY_SHIFT_ROUTES,
    &CONTACT_PAGE_ROUTES,
    &VENDOR_ROUTES,
    &ACK_ROUTES,
    &FEED_ROUTES,
    &SCHEDULE_ROUTES,
    &SCHEDULE_EDIT_ROUTES,
    &OPENAPI_ROUTES,
    &TEST_CLOCK_ROUTES,
    &AUDIT_ROUTES,
    &DECLARE_ROUTES,
    &ACTION_PAGE_ROUTES,
    &API_DOCUMENT_EXPORT_ROUTES,
    &DOCUMENT_PAGE_ROUTES,
    &API_IMPORT_ROUTES,
    &POSTMORTEM_IMPORT_ROUTES,
    &DOCUMENT_PART_ROUTES,
    &DOCUMENT_PAPER_ROUTES,
    &DOCUMENT_FINDINGS_ROUTES,
    &HOME_ROUTES,
    &INCIDENT_EVENT_ROUTES,
    &INCIDENT_FORM_ROUTES,
    &INCIDENT_PAGE_ROUTES,
    &INCIDENTS_ROUTES,
    &QUARTER_PAGE_ROUTES,
    &API_QUARTER_ROUTES,
    &INSIGHT_PAGE_ROUTES,
    &KEYS_ROUTES,
    &LOGIN_ROUTES,
    &ORGANISATION_ROUTES,
    &PEOPLE_ROUTES,
    &POLICY_PAGE_ROUTES,
    &POLICY_EDIT_ROUTES,
    &SETTINGS_PAGE_ROUTES,
    &PROFILE_ROUTES,
    &SERVICE_PART_ROUTES,
    &ROLLBACK_ROUTES,
    &ONCALL_PAGE_ROUTES,
    &SCHEDULE_PAGE_ROUTES,
    &ESCALATION_PAGE_ROUTES,
    &PATH_PAGE_ROUTES,
    &CALENDAR_PAGE_ROUTES,
    &CALENDAR_API_ROUTES,
    &HANDOVER_PAGE_ROUTES,
    &HANDOVER_API_ROUTES,
    &DIGEST_PAGE_ROUTES,
    &DIGEST_API_ROUTES,
    &READINESS_PAGE_ROUTES,
    &READINESS_API_ROUTES,
    &FAIRNESS_PAGE_ROUTES,
    &FAIRNESS_API_ROUTES,
    &SCHEDULE_CALENDAR_ROUTES,
    &SERVICES_ROUTES,
    &TEAM_ROUTES,
    &WATCH_ROUTES,
    &API_DOCUMENT_ROUTES,
    &REVIEW_TYPING_ROUTES,
    &API_ACTION_ROUTES,
    &API_ALERT_ROUTES,
    &API_INTEGRATION_ROUTES,
    &INTEGRATION_PAGE_ROUTES,
    &INTEGRATION_FORM_ROUTES,
    &INTEGRATION_RULE_ROUTES,
    &ALERT_PAGE_ROUTES,
    &ALERT_REVIEW_ROUTES,
    &THRESHOLD_PAGE_ROUTES,
    &API_SETTINGS_ROUTES,
    &API_THRESHOLD_ROUTES,
    &API_DESTINATION_ROUTES,
    &DELIVERY_PAGE_ROUTES,
    &DELIVERY_ONE_ROUTES,
    &DESTINATION_PAGE_ROUTES,
    &API_RUNBOOK_ROUTES,
    &RUNBOOK_PAGE_ROUTES,
    &INCIDENT_RUNBOOK_ROUTES,
    &HOOK_ALERT_ROUTES,
    &NOTICE_PAGE_ROUTES,
    &ONE_NOTICE_ROUTES,
    &NOTICE_TEMPLATE_PAGE_ROUTES,
    &HOOK_PAGERDUTY_ROUTES,
    &HOOK_SLACK_ROUTES,
    &HOOK_JIRA_ROUTES,
};
/* clang-format on */
const size_t ROUTE_LIST_COUNT = sizeof ROUTE_LIST / sizeof *ROUTE_LIST;
