/* The catalogue: see statements.h. In order of rooms. */
#include "work/statements.h"

#include "alert/threshold.h"
#include "connect/destination.h"
#include "connect/hook_seen.h"
#include "connect/breaker_row.h"
#include "connect/jira_event.h"
#include "connect/jira_poll.h"
#include "connect/slack_message.h"
#include "incident/statements.h"
#include "alert/alert_sql.h"
#include "insight/fairness.h"
#include "insight/insight_sql.h"
#include "insight/readiness.h"
#include "ledger/ledger_sql.h"
#include "ledger/mail.h"
#include "ledger/personal.h"
#include "escalation/contact.h"
#include "escalation/escalate.h"
#include "escalation/hold.h"
#include "oncall/feed.h"
#include "oncall/handover.h"
#include "oncall/plan.h"
#include "oncall/rota.h"
#include "notice/answer.h"
#include "oncall/swap.h"
#include "notice/notice.h"
#include "notice/status.h"
#include "notice/subscriber.h"
#include "notice/template_store.h"
#include "people/people_sql.h"
#include "policy/calendar.h"
#include "policy/policy_sql.h"
#include "review/review_sql.h"
#include "service/maintenance_sql.h"
#include "runbook/runbook_sql.h"
#include "service/service_sql.h"
#include "service/vendor.h"
#include "wording/gate.h"
#include "work/delivery.h"
#include "work/housekeeping.h"
#include "work/scheduler.h"

/* clang-format off: one a line, so that rooms do not get into each other's way */
const struct sql_list *const ALL_STATEMENTS[] = {
    &AUDIT_STATEMENTS,
    &OUTBOX_STATEMENTS,
    &MAIL_STATEMENTS,
    &PERSONAL_STATEMENTS,
    &THRESHOLD_STATEMENTS,
    &OUTBOX_READ_STATEMENTS,
    &DUE_STATEMENTS,
    &SETTING_STATEMENTS,
    &IDEMPOTENCY_STATEMENTS,
    &USER_STATEMENTS,
    &TEAM_STATEMENTS,
    &SESSION_STATEMENTS,
    &THROTTLE_STATEMENTS,
    &API_TOKEN_STATEMENTS,
    &POLICY_STATEMENTS,
    &CALENDAR_STATEMENTS,
    &PLAN_STATEMENTS,
    &HANDOVER_STATEMENTS,
    &FAIRNESS_STATEMENTS,
    &READINESS_STATEMENTS,
    &SERVICE_STATEMENTS,
    &COMPONENT_STATEMENTS,
    &MAINTENANCE_STATEMENTS,
    &VENDOR_STATEMENTS,
    &HOLD_STATEMENTS,
    &INCIDENT_STATEMENTS,
    &INCIDENT_CHILD_STATEMENTS,
    &INCIDENT_TIMELINE_STATEMENTS,
    &INCIDENT_CLOCK_STATEMENTS,
    &INCIDENT_CHECKLIST_STATEMENTS,
    &INCIDENT_SEARCH_STATEMENTS,
    &ROTA_STATEMENTS,
    &FEED_STATEMENTS,
    &SWAP_STATEMENTS,
    &ESCALATION_STATEMENTS,
    &PAGE_STATEMENTS,
    &CONTACT_STATEMENTS,
    &ACTION_STATEMENTS,
    &DOCUMENT_STATEMENTS,
    &PART_STATEMENTS,
    &REVISION_STATEMENTS,
    &TYPING_STATEMENTS,
    &NOTICE_STATEMENTS,
    &NOTICE_ANSWER_STATEMENTS,
    &NOTICE_TEMPLATE_STATEMENTS,
    &STATUS_STATEMENTS,
    &SUBSCRIBER_STATEMENTS,
    &SUBSCRIBER_LIST_STATEMENTS,
    &DESTINATION_STATEMENTS,
    &HOOK_SEEN_STATEMENTS,
    &JIRA_STATEMENTS,
    &SLACK_MESSAGE_STATEMENTS,
    &BREAKER_STATEMENTS,
    &JIRA_POLL_STATEMENTS,
    &SCHEDULER_STATEMENTS,
    &DELIVERY_STATEMENTS,
    &HOUSEKEEPING_STATEMENTS,
    &WORDING_STATEMENTS,
    &INSIGHT_STATEMENTS,
    &QUARTER_STATEMENTS,
    &ALERT_STATEMENTS,
    &INTEGRATION_STATEMENTS,
    &RECEIPT_STATEMENTS,
    &ALERT_REVIEW_STATEMENTS,
    &RUNBOOK_STATEMENTS,
};
/* clang-format on */
const size_t ALL_STATEMENTS_COUNT = sizeof ALL_STATEMENTS / sizeof *ALL_STATEMENTS;
