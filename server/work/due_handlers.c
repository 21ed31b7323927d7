/* The table of due handlers: see due_handlers.h. */
#include "work/due_handlers.h"

#include "alert/integration.h"
#include "base/str.h"
#include "connect/jira_poll.h"
#include "drill/drill.h"
#include "escalation/contact.h"
#include "escalation/escalate.h"
#include "escalation/hold.h"
#include "incident/clock.h"
#include "incident/recover.h"
#include "insight/digest.h"
#include "oncall/handover.h"
#include "oncall/plan.h"
#include "insight/quarter.h"
#include "policy/calendar.h"
#include "review/action_item.h"
#include "notice/notice.h"
#include "notice/subscriber.h"
#include "oncall/swap.h"
#include "service/maintenance.h"
#include "work/housekeeping.h"

const struct due_entry DUE_HANDLERS[] = {
    { SUBSCRIBER_MAIL_DUE, subscriber_mail_due },
    { NOTICE_NEXT_DUE, notice_next_due },
    { JIRA_POLL_DUE, jira_poll_due },
    { HOUSEKEEPING_KIND, housekeeping_run },
    { QUARTER_DUE, quarter_due },
    { INCIDENT_RECOVERED_DUE, notice_draft_recovery },
    { INCIDENT_CLOCK_DUE, incident_clock_due },
    { ACTION_REMINDER_DUE, action_reminder_due },
    { HEARTBEAT_DUE, heartbeat_missed },
    { DRILL_LINE_DUE, drill_line_due },
    { INCIDENT_CHANGED_DUE, escalation_follow_due },
    { MAINTENANCE_EDGE_DUE, escalation_maintenance_edge },
    { DIGEST_DUE, digest_due },
    { HANDOVER_DUE, handover_due },
    { SCHEDULE_CHANGED_DUE, schedule_changed_due },
    { CALENDAR_CLOCKS_DUE, incident_calendar_due },
    { CALENDAR_PATHS_DUE, escalation_calendar_due },
    { ESCALATION_STEP_DUE, escalation_step_due },
    { ESCALATION_METHOD_DUE, escalation_method_due },
    { SWAP_EXPIRE_DUE, swap_expire_due },
    { CONTACT_CONFIRM_DUE, contact_confirm_due },
    { NULL, NULL },
};

due_handler due_handler_find(const struct due_entry *table, const char *kind) {
    for (; table->kind != NULL; table++) {
        if (str_eq(table->kind, kind)) return table->handler;
    }
    return NULL;
}
