/* Torture of every write about what the house is connected to: destinations, settings, messages that failed, repeated
 * requests, what Jira and Slack tell us, and a delivery. */
#include "support/incidents.h"
#include "support/people.h"
#include "support/torture.h"

#include "base/fault.h"
#include "base/json.h"
#include "connect/destination.h"
#include "connect/jira_event.h"
#include "connect/settings.h"
#include "connect/slack_request.h"
#include "connect/slack_run.h"
#include "ledger/idempotency.h"
#include "ledger/ledger_read.h"
#include "net/url_guard.h"
#include "review/action_item.h"
#include "work/worker.h"

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

static int64_t id, version; /* of the row an operation is about */

static int64_t destination_id(struct fixture *f) {
    return fixture_number(f, "SELECT id FROM destination");
}

/* --- destinations --- */

OPERATION(change_destination) {
    const struct destination_input input = { .name = arg,
                                             .connector = "log",
                                             .topics = fixture_json(f, "[\"incident.*\"]"),
                                             .config = json_obj(f->arena),
                                             .enabled = true,
                                             .version = 1 };
    return destination_update(fixture_op(f), id, &input, err);
}
OPERATION(switch_off) {
    (void)arg;
    return destination_enable(fixture_op(f), id, false, err);
}
OPERATION(send_test) {
    int64_t row;
    (void)arg;
    return destination_test(fixture_op(f), id, &row, err);
}
OPERATION(retry) {
    return outbox_retry(fixture_op(f), *(const int64_t *)arg, err);
}
OPERATION(delete_destination) {
    int64_t discarded;
    (void)arg;
    return destination_delete(fixture_op(f), id, version, &discarded, err);
}

static void test_destinations(void **state) {
    struct fixture *f = *state;
    char name[] = "기록";
    const struct tortured list[] = { { "change a destination", change_destination, name },
                                     { "a test message", send_test, NULL } };
    listen_to_everything(f);
    id = destination_id(f);
    torture_each(f, list, sizeof list / sizeof *list);
    fixture_exec(f, "UPDATE outbox SET state = 'dead', last_error = 'HTTP 400'");
    int64_t row = fixture_number(f, "SELECT id FROM outbox");
    fault_torture(f, retry, &row);
    fault_torture(f, switch_off, NULL);
    version = fixture_number(f, "SELECT version FROM destination");
    fault_torture(f, delete_destination, NULL);
    assert_int_equal(fixture_count(f, "outbox"), 0);
}

/* --- settings --- */

struct setting {
    const char *name, *body;
};

OPERATION(save_settings) {
    const struct setting *setting = arg;
    const struct connect_setting_edit edit = { fixture_json(f, setting->body), "https://bongsu.example.com", 0 };
    struct connect_setting out;
    return connect_settings_save(fixture_op(f), setting->name, &edit, &out, err);
}

static void test_settings(void **state) {
    struct setting slack = { "slack", "{\"signing_secret\":\"s\",\"webhook_url\":\"http://127.0.0.1:9/hook\"}" },
                   jira = { "jira",
                            "{\"base_url\":\"http://127.0.0.1:9\",\"flavour\":\"dc\",\"project\":\"OPS\",\"token\":"
                            "\"pat\",\"poll_minutes\":\"10\"}" },
                   quiet = { "jira",
                             "{\"base_url\":\"http://127.0.0.1:9\",\"flavour\":\"dc\",\"project\":\"OPS\","
                             "\"poll_minutes\":\"0\"}" },
                   smtp = { "smtp",
                            "{\"url\":\"smtp://mail.example.com\",\"tls\":\"required\",\"from\":\"a@example.com\"}" };
    const struct tortured list[] = { { "settings of Slack", save_settings, &slack },
                                     { "of Jira", save_settings, &jira },
                                     { "of Jira, asking no more", save_settings, &quiet },
                                     { "of mail", save_settings, &smtp } };
    url_guard_allow_private(true);
    torture_each(*state, list, sizeof list / sizeof *list);
}

/* --- requests sent again --- */

static const struct idempotency_claim CLAIM = { "user/1 POST /api/v1/incidents", "key-1", "hash" },
                                      OTHER = { "user/1 POST /api/v1/incidents", "key-2", "hash" };

OPERATION(begin) {
    struct idempotency_answer out;
    bool answered;
    return idempotency_begin(fixture_op(f), arg, &answered, &out, err);
}
OPERATION(finish) {
    return idempotency_finish(fixture_op(f), arg, &(struct idempotency_answer){ 201, "{}", "/x" }, err);
}
OPERATION(drop) {
    return idempotency_drop(fixture_op(f), arg, err);
}

static void test_requests_sent_again(void **state) {
    struct idempotency_claim claim = CLAIM, other = OTHER;
    const struct tortured list[] = { { "claim a key", begin, &claim },
                                     { "keep the answer", finish, &claim },
                                     { "claim another", begin, &other },
                                     { "drop it", drop, &other } };
    torture_each(*state, list, sizeof list / sizeof *list);
}

/* --- Jira --- */

OPERATION(hear) {
    const char *text = arena_printf(
        f->arena,
        "{\"webhookEvent\":\"jira:issue_updated\",\"timestamp\":1772362900000,\"issue\":{\"id\":\"10\",\"key\":"
        "\"OPS-7\",\"fields\":{\"labels\":[\"bongsu-%lld\"],\"status\":{\"statusCategory\":{\"key\":\"%s\"}}}}}",
        (long long)id, (const char *)arg);
    bool applied;
    return jira_event(fixture_op(f), json_obj(f->arena), arg, fixture_json(f, text), &applied, err);
}

static void test_jira_tells(void **state) {
    struct fixture *f = *state;
    struct action_item item;
    char doing[] = "indeterminate", done[] = "done";
    OK(action_create(fixture_op(f), &(struct action_draft){ .title = "경보 추가" }, &item, &f->err));
    id = item.id;
    const struct tortured list[] = { { "an issue becomes known", hear, doing }, { "and is done", hear, done } };
    torture_each(f, list, sizeof list / sizeof *list);
    OK(action_find(fixture_op(f), id, &item, &f->err));
    assert_int_equal(item.state, ACTION_DONE);
}

/* --- Slack: taken and done are two transactions, so that nothing is done twice. Whatever step fails: tried again with
 * the same work, as the hook does it, what was asked for is there once; and once more under the same key changes
 * nothing. --- */

#ifdef BONGSU_FAULTS
/* *met: the step that was to fail was reached. */
static bool try_work(struct fixture *f, struct slack_work *work, int fault, bool *met) {
    struct op *op = fixture_op(f);
    fault_arm(fault);
    bool done = slack_work(op, work, &f->err);
    *met = fault_seen() >= fault;
    fault_arm(0);
    return done;
}

/* make: a call of its own each time; counted: rows that each is to leave once. Returns how many steps were failed. */
static int torture_work(struct fixture *f, void (*make)(struct fixture *f, int n, struct slack_call *out),
                        const char *counted) {
    enum { POINTS_MAX = 200 };
    int64_t before = fixture_number(f, counted);
    for (int n = 1; n < POINTS_MAX; n++) {
        struct slack_call call = { .team = "T1", .user_id = "U0KIM", .user_name = "kim" };
        struct slack_work work = { .call = &call, .settings = json_obj(f->arena), .portal = "https://p.example.com" };
        make(f, n, &call);
        bool met, ignored;
        if (!try_work(f, &work, n, &met)) assert_true(try_work(f, &work, 0, &ignored));
        assert_int_equal(fixture_number(f, counted), before + n);
        struct slack_work again = { .call = &call, .settings = work.settings, .portal = work.portal };
        assert_true(try_work(f, &again, 0, &ignored));
        assert_int_equal(fixture_number(f, counted), before + n);
        if (!met) return n - 1;
    }
    fail_msg("more than %d fault points", POINTS_MAX);
    return 0;
}

static void declare_by_command(struct fixture *f, int n, struct slack_call *out) {
    out->key = arena_printf(f->arena, "command/%d", n);
    out->command = arena_printf(f->arena, "declare P2 결제 지연 %d", n);
}

static void declare_by_form(struct fixture *f, int n, struct slack_call *out) {
    struct slack_form *form = ARENA_NEW(f->arena, struct slack_form);
    struct slack_value *values = ARENA_ARRAY(f->arena, 2, struct slack_value);
    values[0] = (struct slack_value){ "title", arena_printf(f->arena, "예약 지연 %d", n) };
    values[1] = (struct slack_value){ "severity", "P2" };
    *form = (struct slack_form){ .kind = "declare", .ref = "", .values = values, .count = 2 };
    out->key = arena_printf(f->arena, "form/%d", n);
    out->form = form;
}

static const char *pressed; /* the incident */

static void acknowledge_by_button(struct fixture *f, int n, struct slack_call *out) {
    struct slack_press *press = ARENA_NEW(f->arena, struct slack_press);
    struct incident incident = declare(f, "문구 오류", "P3");
    pressed = arena_str(f->arena, incident.ref);
    *press = (struct slack_press){ "inc_ack", pressed, arena_printf(f->arena, "press/%d", n) };
    out->presses = press;
    out->press_count = 1;
}
#endif

static void test_slack_asks(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    (void)person_add(f, "kim", "responder");
    assert_true(torture_work(f, declare_by_command, "SELECT count(*) FROM incident") > 20);
    assert_true(torture_work(f, declare_by_form, "SELECT count(*) FROM incident") > 20);
    assert_true(torture_work(f, acknowledge_by_button,
                             "SELECT count(*) FROM audit_entry WHERE action = 'incident.acknowledged'") > 10);
#else
    (void)state;
#endif
}

/* --- deliveries: whatever step of claiming, sending or recording fails, the message is sent in the end --- */

static void test_deliveries(void **state) {
#ifdef BONGSU_FAULTS
    struct fixture *f = *state;
    listen_to_everything(f);
    int64_t now = FIXTURE_NOW, message;
    for (int n = 1; n <= 12; n++) {
        OK(destination_test(fixture_op(f), destination_id(f), &message, &f->err));
        fault_arm(n);
        (void)try_until(f, now);
        fault_arm(0);
        run_until(f, now += HOUR); /* past the lease, and the wait after a failure */
        assert_int_equal(fixture_number(f, "SELECT count(*) FROM outbox WHERE state = 'sent'"), n);
    }
#else
    (void)state;
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_destinations), FIXTURE_TEST(test_settings),   FIXTURE_TEST(test_requests_sent_again),
        FIXTURE_TEST(test_jira_tells),   FIXTURE_TEST(test_slack_asks), FIXTURE_TEST(test_deliveries),
    };
    incidents_start();
    return fixture_run("connect faults", tests, sizeof tests / sizeof *tests);
}
