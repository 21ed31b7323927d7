/* Torture of every write about reaching people: contacts, trials, the monthly question, one-tap links, vendors. */
#include "support/incidents.h"
#include "support/people.h"
#include "support/torture.h"

#include "base/json.h"
#include "connect/destination.h"
#include "escalation/ack_link.h"
#include "escalation/contact.h"
#include "escalation/escalate.h"
#include "escalation/hold.h"
#include "service/vendor.h"
#include "work/due_handlers.h"

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

static struct person kim, lee;
static const char *token; /* of the link that the running test is about */

static void connect(struct fixture *f, const char *connector, const char *config) {
    const struct destination_input input = { .name = connector,
                                             .connector = connector,
                                             .topics = fixture_json(f, "[\"none\"]"),
                                             .config = fixture_json(f, config),
                                             .secret = "xoxb-1",
                                             .enabled = true };
    OK(destination_create(fixture_op(f), &input, NULL, &f->err));
}

static void prepare(struct fixture *f) {
    int64_t version;
    kim = person_add(f, "kim", "responder");
    lee = person_add(f, "lee", "responder");
    connect(f, "slack", "{\"channel\":\"#incident\"}");
    connect(f, "mail", "{\"url\":\"smtp://mail.example.com\",\"from\":\"a@example.com\",\"to\":[]}");
    fixture_exec(f, "UPDATE destination SET blocked_until = 9000000000000000"); /* nothing leaves the test */
    OK(escalation_paths_put(fixture_op(f),
                            fixture_json(f,
                                         "{\"policies\":{\"P1\":{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":30},"
                                         "{\"targets\":[\"lee\"],\"delay_min\":30}]}}}"),
                            &version, &f->err));
}

/* --- contacts --- */

OPERATION(save_card) {
    const struct contact_edit edit = { kim.user.id, 0, fixture_json(f, arg) };
    return contact_save(fixture_op(f), &edit, err);
}
OPERATION(confirm) {
    (void)arg;
    return contact_confirm(fixture_op(f), err);
}
OPERATION(try_out) {
    (void)arg;
    return contact_try(fixture_op(f), err);
}

static void test_contacts(void **state) {
    struct fixture *f = *state;
    char methods[] = "{\"methods\":[{\"kind\":\"slack\"},{\"kind\":\"email\",\"address\":\"k@example.com\"}]}",
         quiet[] =
             "{\"methods\":[{\"kind\":\"slack\"},{\"kind\":\"sms\",\"after_min\":5}],\"quiet\":[{\"severities\":"
             "[\"P2\"],\"kinds\":[\"slack\"],\"from\":\"22:00\",\"to\":\"07:00\"}],\"backup\":\"lee\"}";
    static const struct due_entry asked = { CONTACT_CONFIRM_DUE, contact_confirm_due };
    const struct tortured own[] = { { "the first card", save_card, methods },
                                    { "quiet hours and a backup", save_card, quiet } };
    prepare(f);
    torture_each(f, own, sizeof own / sizeof *own); /* by an administrator */
    f->actor = &kim.actor;
    const struct tortured self[] = { { "trials", try_out, NULL }, { "own card", save_card, methods } };
    torture_each(f, self, sizeof self / sizeof *self);
    for (int i = 0; i < 4; i++) fault_torture_due(f, &asked); /* both in the evening, then both on the next morning */
    assert_int_equal(sent(f, "contact.confirm"), 2);
    fault_torture(f, confirm, NULL);
}

/* --- one tap --- */

OPERATION(take) {
    (void)arg;
    return ack_take(fixture_op(f), token, err);
}
OPERATION(give_back) {
    (void)arg;
    return ack_return(fixture_op(f), token, err);
}
OPERATION(acknowledge_again) {
    return escalation_ack_again(fixture_op(f), arg, err);
}

static void test_links(void **state) {
    struct fixture *f = *state;
    static const struct due_entry step = { ESCALATION_STEP_DUE, escalation_step_due },
                                  follow = { INCIDENT_CHANGED_DUE, escalation_follow_due };
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    fault_torture_due(f, &follow); /* the first page */
    token = ack_token(f->arena, &(struct ack_grant){ incident.id, kim.user.id, FIXTURE_NOW + DAY });
    f->actor = actor_nobody();
    const struct tortured taps[] = { { "one tap takes it", take, NULL }, { "another gives it back", give_back, NULL } };
    torture_each(f, taps, 1);
    fault_torture_due(f, &follow);
    torture_each(f, taps + 1, 1);
    fault_torture_due(f, &step);
    torture_each(f, taps, 2);
    f->actor = &kim.actor;
    assert_int_equal(reload(f, incident.ref).state, INCIDENT_OPEN);
    fault_torture(f, acknowledge_again, arena_str(f->arena, incident.ref));
}

/* --- vendors --- */

static int64_t vendor_id;

OPERATION(add_vendor) {
    struct vendor out;
    const struct vendor_input input = { .name = arg, .supplies = "결제 대행", .phone = "1588-0000", .days = "mon,tue" };
    return vendor_add(fixture_op(f), &input, &out, err);
}
OPERATION(change_vendor) {
    struct vendor out;
    return vendor_update(fixture_op(f), vendor_id, 0, &(struct vendor_input){ .note = arg }, &out, err);
}
OPERATION(remove_vendor) {
    (void)arg;
    return vendor_remove(fixture_op(f), vendor_id, 0, err);
}

static void test_vendors(void **state) {
    struct fixture *f = *state;
    char name[] = "대행사", note[] = "야간에는 담당자에게";
    fault_torture(f, add_vendor, name);
    vendor_id = fixture_number(f, "SELECT id FROM vendor");
    const struct tortured list[] = { { "change a vendor", change_vendor, note }, { "remove it", remove_vendor, NULL } };
    torture_each(f, list, sizeof list / sizeof *list);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_contacts), FIXTURE_TEST(test_links),
                                        FIXTURE_TEST(test_vendors) };
    incidents_start();
    return fixture_run("contact faults", tests, sizeof tests / sizeof *tests);
}
