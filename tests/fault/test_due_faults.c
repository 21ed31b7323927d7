/* Torture of everything that falls due: a house in which every kind of due row comes up, each of them failed at each of
 * its steps. A new kind has to come up here, too. */
#include "support/incidents.h"
#include "support/people.h"
#include "support/torture.h"

#include "alert/alert.h"
#include "base/str.h"
#include "connect/destination.h"
#include "connect/settings.h"
#include "drill/drill.h"
#include "escalation/contact.h"
#include "escalation/escalate.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "insight/digest.h"
#include "insight/quarter.h"
#include "net/url_guard.h"
#include "notice/notice.h"
#include "notice/subscriber.h"
#include "oncall/rota.h"
#include "oncall/swap.h"
#include "policy/calendar.h"
#include "review/action_item.h"
#include "service/maintenance.h"
#include "service/service.h"
#include "work/due_handlers.h"
#include "work/housekeeping.h"

enum { KINDS_MAX = 64, TIMES_EACH = 2 };

static int times[KINDS_MAX]; /* that each kind of DUE_HANDLERS was tortured */
static struct person kim, lee;

static size_t index_of(const char *kind) {
    for (size_t i = 0; DUE_HANDLERS[i].kind != NULL; i++) {
        if (str_eq(DUE_HANDLERS[i].kind, kind)) return i;
    }
    fail_msg("no handler for %s", kind);
    return 0;
}

/* Everything that falls due until then, in its order; of each kind the first ones step by step. */
static void live_until(struct fixture *f, int64_t until) {
    for (;;) {
        const char *kind = fixture_text(f, "SELECT kind FROM due ORDER BY due_at, kind, subject_id, variant LIMIT 1");
        int64_t due = fixture_number(f, "SELECT min(due_at) FROM due");
        if (kind == NULL || due > until) break;
        size_t i = index_of(kind);
        if (times[i]++ < TIMES_EACH) fault_torture_due(f, &DUE_HANDLERS[i]);
        else fire_due(f, &DUE_HANDLERS[i]);
    }
    fixture_set_now(f, until);
}

static void save_settings(struct fixture *f, const char *name, const char *body) {
    const struct connect_setting_edit edit = { fixture_json(f, body), "https://bongsu.example.com", 0 };
    struct connect_setting out;
    OK(connect_settings_save(fixture_op(f), name, &edit, &out, &f->err));
}

/* --- the house --- */

static void set_up_people(struct fixture *f) {
    struct swap swap;
    int64_t version;
    kim = person_add(f, "kim", "responder");
    lee = person_add(f, "lee", "responder");
    weekly_turns(f, "2026-02-23T09:00", "\"kim\",\"lee\"");
    const struct contact_edit card = {
        kim.user.id, 0, fixture_json(f, "{\"methods\":[{\"kind\":\"slack\"},{\"kind\":\"sms\",\"after_min\":5}]}")
    };
    OK(contact_save(fixture_op(f), &card, &f->err));
    OK(escalation_paths_put(fixture_op(f),
                            fixture_json(f,
                                         "{\"policies\":{\"P1\":{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":30},"
                                         "{\"targets\":[\"lee\"],\"delay_min\":30}]}}}"),
                            &version, &f->err));
    f->actor = &lee.actor;
    OK(swap_ask(fixture_op(f),
                fixture_json(f,
                             "{\"schedule\":\"oncall\",\"start\":\"2026-03-02T00:00:00Z\",\"end\":"
                             "\"2026-03-09T00:00:00Z\",\"with\":\"kim\",\"with_start\":\"2026-03-09T00:00:00Z\","
                             "\"with_end\":\"2026-03-16T00:00:00Z\"}"),
                &swap, &f->err));
    f->actor = &f->admin;
}

static void set_up_the_rest(struct fixture *f) {
    struct service service;
    struct maintenance planned;
    struct integration heartbeat;
    struct action_item item;
    OK(service_add(fixture_op(f), &(struct service_input){ .key = "pay", .name = "결제" }, &service, &f->err));
    const struct maintenance_input plan = { .title = "DB 점검",
                                            .service = "pay",
                                            .starts_at = "2026-03-02T21:00:00+09:00",
                                            .ends_at = "2026-03-02T22:00:00+09:00" };
    OK(maintenance_plan(fixture_op(f), &plan, &planned, &f->err));
    const struct integration_input input = { .kind = "heartbeat", .name = "배치", .beat_seconds = "300" };
    OK(integration_add(fixture_op(f), &input, &heartbeat, &f->err));
    OK(integration_beat(fixture_op(f), &heartbeat, &f->err));
    const struct action_draft action = { .title = "경보 추가", .owner = "kim", .due = "2026-03-06" };
    OK(action_create(fixture_op(f), &action, &item, &f->err));
    OK(digest_save(fixture_op(f), &(struct digest_input){ "true", "tue", "09:00", -1 }, &f->err));
    OK(calendar_add(fixture_op(f), &(struct calendar_input){ "2026-03-04", "company", "창립기념일", "공지" }, &f->err));
    OK(housekeeping_start(fixture_op(f), &f->err));
    OK(quarter_start(fixture_op(f), &f->err));
}

/* Mail, SMS and Jira are there, and nothing leaves the test. */
static void connect_house(struct fixture *f) {
    const struct destination_input sms = {
        .name = "sms",
        .connector = "gateway",
        .topics = fixture_json(f, "[\"none\"]"),
        .config = fixture_json(f, "{\"url\":\"https://sms.example.com/\",\"template\":\"{}\",\"to\":[]}"),
        .enabled = true
    };
    OK(destination_create(fixture_op(f), &sms, NULL, &f->err));
    url_guard_allow_private(true);
    save_settings(f, "smtp", "{\"url\":\"smtp://mail.example.com\",\"tls\":\"required\",\"from\":\"a@example.com\"}");
    save_settings(f, "jira",
                  "{\"base_url\":\"http://127.0.0.1:9\",\"flavour\":\"dc\",\"project\":\"OPS\",\"token\":\"pat\","
                  "\"poll_minutes\":\"60\"}");
    fixture_exec(f, "UPDATE destination SET blocked_until = 9000000000000000");
}

/* A notice on its way to a subscriber, with a time for the next one. */
static void tell_customers(struct fixture *f, const char *ref) {
    struct notice notice;
    const struct subscription wish = { "customer@example.com", "ko", "https://status.example.com" };
    OK(subscriber_ask(fixture_op(f), &wish, &f->err));
    const char *token = arena_str(f->arena, fixture_text(f, "SELECT token FROM status_subscriber"));
    OK(subscriber_confirm(fixture_op(f), token, &f->err));
    const struct notice_input input = { .stage = "detected", .next_minutes = "30" };
    const struct notice_step now = { .emergency = true, .reason = "결제가 모두 실패하고 있습니다" };
    OK(notice_create(fixture_op(f), ref, &input, &notice, &f->err));
    OK(notice_publish(fixture_op(f), notice.id, &now, &notice, &f->err));
}

static void test_every_kind_falls_due(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    struct incident drill, incident;
    for (size_t i = 0; i < KINDS_MAX; i++) times[i] = 0;
    listen_to_everything(f);
    fixture_exec(f, "UPDATE destination SET blocked_until = 9000000000000000");
    connect_house(f);
    set_up_people(f);
    set_up_the_rest(f);
    OK(drill_start(fixture_op(f), &(struct drill_input){ .script = "cache-full", .severity = "P1", .speed = "30" },
                   &drill, &f->err));
    incident = declare_draft(f, &(struct incident_draft){ .title = "결제 장애", .severity = "P1", .service = "pay" });
    tell_customers(f, incident.ref);
    live_until(f, FIXTURE_NOW + HOUR);
    OK(incident_recover(fixture_op(f), incident.ref, &(struct recovery){ .cause = "디스크" }, NULL, &f->err));
    OK(incident_recover(fixture_op(f), drill.ref, &(struct recovery){ .cause = "연습" }, NULL, &f->err));
    OK(calendar_add(fixture_op(f), &(struct calendar_input){ "2026-03-03", "company", "휴무", "공지" }, &f->err));
    live_until(f, at("2026-03-02T20:50:00+09:00"));
    (void)declare_draft(f, &(struct incident_draft){ .title = "결제 지연", .severity = "P1", .service = "pay" });
    live_until(f, FIXTURE_NOW + 2 * (int64_t)DAY); /* through a maintenance of that service */
    fixture_set_now(f, at("2026-03-31T10:00:00+09:00")); /* nothing is forgotten while the house sleeps */
    live_until(f, at("2026-04-01T12:00:00+09:00"));
    for (size_t i = 0; DUE_HANDLERS[i].kind != NULL; i++) {
        if (times[i] == 0) fail_msg("%s never fell due", DUE_HANDLERS[i].kind);
    }
#else
    (void)state;
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_every_kind_falls_due) };
    incidents_start();
    return fixture_run("due faults", tests, sizeof tests / sizeof *tests);
}
