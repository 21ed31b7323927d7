/* Contacts: by which ways a page reaches whom, what stands in its log, the monthly question, trials, and the one-tap
 * link. Policy p1-p3: P1 by Slack, SMS and phone; P2 by Slack and mail; P3 is only shown. */
#include "support/fixture.h"
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "connect/destination.h"
#include "escalation/ack_link.h"
#include "escalation/contact.h"
#include "escalation/escalate.h"
#include "incident/lifecycle.h"

#include <string.h>

static struct user kim, lee;

static struct user add_person(struct fixture *f, const char *login, const char *phone, const char *email,
                              const char *slack) {
    struct user user;
    struct user_input input = {
        .login = login, .name = login, .role = "viewer", .phone = phone, .email = email, .slack_id = slack
    };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
    return user;
}

static void connect(struct fixture *f, const char *name, const char *connector, const char *config,
                    const char *secret) {
    struct destination_input input = { .name = name,
                                       .connector = connector,
                                       .topics = fixture_json(f, "[\"none\"]"),
                                       .config = fixture_json(f, config),
                                       .secret = secret,
                                       .enabled = true };
    OK(destination_create(fixture_op(f), &input, NULL, &f->err));
}

/* kim is called first, nobody after. Slack, SMS and mail are set up, voice is not. */
static void prepare(struct fixture *f) {
    int64_t version;
    kim = add_person(f, "kim", "010-1234-5678", "kim@example.com", "U0KIM");
    lee = add_person(f, "lee", "010-8765-4321", "lee@example.com", "");
    connect(f, "sms", "gateway", "{\"url\":\"https://sms.example.com/\",\"template\":\"{}\",\"to\":[]}", NULL);
    connect(f, "slack", "slack", "{\"channel\":\"#incident\"}", "xoxb-1");
    connect(f, "mail", "mail", "{\"url\":\"smtp://mail.example.com\",\"from\":\"a@example.com\",\"to\":[]}", NULL);
    fixture_exec(f, "UPDATE destination SET blocked_until = 9000000000000000"); /* nothing leaves the test */
    OK(portal_put(fixture_op(f), "https://bongsu.example.com", &f->err));
    const char *one = "{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":30},{\"targets\":[\"kim\"],\"delay_min\":30}]}";
    OK(escalation_paths_put(
        fixture_op(f),
        fixture_json(f, arena_printf(f->arena, "{\"policies\":{\"P1\":%s,\"P2\":%s,\"P3\":%s}}", one, one, one)),
        &version, &f->err));
}

static void set_card(struct fixture *f, const struct user *user, const char *body) {
    const struct contact_edit edit = { user->id, 0, fixture_json(f, body) };
    OK(contact_save(fixture_op(f), &edit, &f->err));
}

/* "user: sms 010-…; email=severity | backup: …": every page with its messages. */
static const char *log_of(struct fixture *f, const char *ref) {
    json_t *shown;
    char *text = arena_str(f->arena, "");
    OK(escalation_show(fixture_op(f), ref, &shown, &f->err));
    json_t *pages = json_object_get(shown, "pages");
    for (size_t i = 0; i < json_array_size(pages); i++) {
        json_t *page = json_array_get(pages, i), *messages = json_object_get(page, "messages");
        text = arena_printf(f->arena, "%s%s%s:", text, i == 0 ? "" : " | ", json_text(page, "kind"));
        for (size_t j = 0; j < json_array_size(messages); j++) {
            json_t *message = json_array_get(messages, j);
            const char *kind = json_text(message, "kind"), *reason = json_text(message, "reason");
            const char *address = json_text(message, "address");
            text = arena_printf(f->arena, "%s %s%s%s", text, kind == NULL ? "" : kind, reason == NULL ? ">" : "=",
                                reason == NULL ? address : reason);
        }
    }
    return text;
}

static const char *payload_of(struct fixture *f, const char *topic) {
    return fixture_text(
        f, arena_printf(f->arena, "SELECT payload FROM outbox WHERE topic = '%s' ORDER BY id DESC LIMIT 1", topic));
}

static void test_the_severity_chooses_the_ways(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident grave = declare(f, "결제 장애", "P1"), lesser = declare(f, "예약 지연", "P2");
    struct incident slight = declare(f, "문구 오류", "P3");
    run_until(f, FIXTURE_NOW);
    assert_string_equal(log_of(f, grave.ref), "user: slack>U0KIM sms>010-1234-5678 phone=not_connected email=severity");
    assert_string_equal(log_of(f, lesser.ref), "user: slack>U0KIM sms=severity phone=severity email>kim@example.com");
    assert_string_equal(log_of(f, slight.ref), "user: =dashboard");
    assert_int_equal(sent(f, "page.sms"), 1);
    assert_non_null(strstr(payload_of(f, "page.sms"), "https://bongsu.example.com/ack/"));
    assert_non_null(strstr(payload_of(f, "page.slack"), "\"channel\":\"U0KIM\""));
    assert_non_null(strstr(payload_of(f, "page.mail"), "\"to\":\"kim@example.com\""));
    struct incident_draft draft = { .title = "훈련", .severity = "P1", .kind = "drill" };
    struct incident drill = declare_draft(f, &draft);
    run_until(f, FIXTURE_NOW);
    assert_string_equal(log_of(f, drill.ref), "user: =drill");
    assert_int_equal(sent(f, "page.sms"), 1);
}

static void test_own_order_addresses_and_turns(void **state) {
    struct fixture *f = *state;
    prepare(f);
    set_card(f, &kim,
             "{\"methods\":[{\"kind\":\"slack\"},{\"kind\":\"sms\",\"address\":\"02-555-0000\",\"after_min\":5},"
             "{\"kind\":\"sms\",\"after_min\":10}]}");
    struct incident incident = declare(f, "결제 장애", "P1");
    run_until(f, FIXTURE_NOW + 4 * MINUTE);
    assert_string_equal(log_of(f, incident.ref), "user: slack>U0KIM phone=no_method");
    fixture_reopen(f);
    run_until(f, FIXTURE_NOW + 6 * MINUTE);
    assert_string_equal(log_of(f, incident.ref), "user: slack>U0KIM phone=no_method sms>02-555-0000");
    OK(incident_acknowledge(fixture_op(f), incident.ref, &incident, &f->err));
    run_until(f, FIXTURE_NOW + 20 * MINUTE);
    assert_string_equal(log_of(f, incident.ref), "user: slack>U0KIM phone=no_method sms>02-555-0000 sms=taken");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'escalation.method'"), 0);
}

#define NIGHT                                                                                                       \
    "\"quiet\":[{\"severities\":[\"P1\",\"P2\"],\"kinds\":[\"slack\",\"email\",\"sms\"],\"from\":\"19:00\",\"to\":" \
    "\"07:00\"}]"

static void test_notices_reach_whom_the_path_names(void **state) {
    struct fixture *f = *state;
    int64_t version;
    prepare(f);
    OK(escalation_paths_put(
        fixture_op(f),
        fixture_json(f,
                     "{\"policies\":{\"P2\":{\"steps\":[{\"targets\":[\"kim\"],\"delay_min\":60}],\"notices\":["
                     "{\"kind\":\"help\",\"after_min\":10,\"to\":\"#help\"},"
                     "{\"kind\":\"ceo\",\"after_min\":30,\"to\":[\"lee\",{\"type\":\"team\",\"id\":\"@viewer\"}]}]}}}"),
        &version, &f->err));
    declare(f, "예약 지연", "P2");
    run_until(f, FIXTURE_NOW + 9 * MINUTE);
    assert_int_equal(sent(f, "page.notice"), 0);
    run_until(f, FIXTURE_NOW + 11 * MINUTE);
    assert_int_equal(sent(f, "page.notice"), 1);
    assert_non_null(strstr(payload_of(f, "page.notice"), "\"channel\":\"#help\""));
    run_until(f, FIXTURE_NOW + 31 * MINUTE);
    assert_int_equal(sent(f, "page.notice"), 3); /* kim by Slack, lee once by mail */
    assert_int_equal(fixture_number(f,
                                    "SELECT count(*) FROM outbox WHERE topic = 'page.notice' AND payload LIKE "
                                    "'%lee@example.com%' AND payload LIKE '%/incidents/INC-%'"),
                     1);
}

static void test_quiet_hours_and_who_stands_in(void **state) {
    struct fixture *f = *state;
    prepare(f); /* it is 20:00 in Seoul */
    set_card(f, &kim, "{\"methods\":[{\"kind\":\"slack\"},{\"kind\":\"email\"}]," NIGHT ",\"backup\":\"lee\"}");
    set_card(f, &lee, "{\"methods\":[{\"kind\":\"email\"}],\"backup\":\"kim\"}");
    struct incident grave = declare(f, "결제 장애", "P1"), lesser = declare(f, "예약 지연", "P2");
    run_until(f, FIXTURE_NOW);
    assert_string_equal(log_of(f, grave.ref), "user: slack>U0KIM email=severity sms=no_method phone=no_method");
    assert_string_equal(log_of(f, lesser.ref),
                        "user: slack=quiet email=quiet | backup: email>lee@example.com slack=no_method");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM escalation_page WHERE kind = 'backup'"), 1);
    run_until(f, FIXTURE_NOW + 12 * HOUR); /* 08:00: the second step came at 20:30, and found it quiet too */
    struct incident morning = declare(f, "예약 지연", "P2");
    run_until(f, FIXTURE_NOW + 12 * HOUR);
    assert_string_equal(log_of(f, morning.ref), "user: slack>U0KIM email>kim@example.com");
}

static void test_a_page_never_goes_nowhere(void **state) {
    struct fixture *f = *state;
    prepare(f);
    set_card(f, &kim, "{\"methods\":[{\"kind\":\"email\"}]}");
    struct incident incident = declare(f, "결제 장애", "P1");
    run_until(f, FIXTURE_NOW);
    assert_string_equal(log_of(f, incident.ref),
                        "user: email=severity slack=no_method sms=no_method phone=no_method email>kim@example.com");
    struct user nowhere = add_person(f, "nowhere", "", "", "");
    struct contact_list list;
    OK(contact_list(fixture_op(f), &(struct user_query){ .limit = 50 }, &list, &f->err));
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].reachable, list.items[i].user.id != nowhere.id);
}

static void test_cards_are_checked_and_never_overwritten_unseen(void **state) {
    struct fixture *f = *state;
    prepare(f);
    static const struct {
        const char *body, *field, *code;
    } CASES[] = {
        { "{}", "methods", "required" },
        { "{\"methods\":[]}", "methods", "required" },
        { "{\"methods\":[{\"kind\":\"pigeon\"}]}", "methods[0].kind", "one_of" },
        { "{\"methods\":[{\"kind\":\"sms\",\"address\":\"call me\"}]}", "methods[0].address", "malformed" },
        { "{\"methods\":[{\"kind\":\"sms\"},{\"kind\":\"sms\"}]}", "methods[1].address", "duplicate" },
        { "{\"methods\":[{\"kind\":\"sms\",\"after_min\":61}]}", "methods[0].after_min", "out_of_range" },
        { "{\"methods\":[{\"kind\":\"sms\"}],\"quiet\":[{\"severities\":[],\"kinds\":[\"sms\"],\"from\":\"22:00\","
          "\"to\":\"07:00\"}]}",
          "quiet[0].severities", "required" },
        { "{\"methods\":[{\"kind\":\"sms\"}],\"quiet\":[{\"severities\":[\"P2\"],\"kinds\":[\"fax\"],\"from\":\"25:"
          "00\","
          "\"to\":\"07:00\"}]}",
          "quiet[0].from", "malformed" },
        { "{\"methods\":[{\"kind\":\"sms\"}],\"backup\":\"nobody\"}", "backup", "unknown" },
        { "{\"methods\":[{\"kind\":\"sms\"}],\"backup\":\"kim\"}", "backup", "itself" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct op *op = fixture_op(f);
        const struct contact_edit edit = { kim.id, 0, fixture_json(f, CASES[i].body) };
        assert_false(contact_save(op, &edit, &f->err));
        if (!has_field(op, CASES[i].field, CASES[i].code)) fail_msg("%s", CASES[i].body);
    }
    const struct contact_edit first = { kim.id, 1, fixture_json(f, "{\"methods\":[{\"kind\":\"sms\"}]}") };
    OK(contact_save(fixture_op(f), &first, &f->err));
    REFUSED(contact_save(fixture_op(f), &first, &f->err), ERR_STALE, "contact.stale");
    struct actor other = f->admin;
    other.user_id = lee.id;
    other.permissions = role_permissions(ROLE_LEAD);
    struct op *op = fixture_op(f);
    op->actor = &other;
    REFUSED(contact_save(op, &first, &f->err), ERR_FORBIDDEN, "permission.denied");
}

/* --- still right? --- */

static struct contact_card card_of(struct fixture *f, const struct user *user) {
    struct contact_card card;
    struct user found;
    OK(contact_load(fixture_op(f), user->id, &found, &card, &f->err));
    return card;
}

static void test_everybody_is_asked_once_a_month(void **state) {
    struct fixture *f = *state;
    prepare(f);
    int64_t month = 30 * (int64_t)DAY; /* a Tuesday at 20:00: asked on Wednesday at nine */
    run_until(f, FIXTURE_NOW + month + 12 * (int64_t)HOUR);
    assert_int_equal(sent(f, "contact.confirm"), 0);
    run_until(f, FIXTURE_NOW + month + 14 * (int64_t)HOUR);
    assert_int_equal(sent(f, "contact.confirm"), 2);
    assert_true(card_of(f, &kim).asked_ms > FIXTURE_NOW + month);
    struct actor actor = f->admin;
    actor.user_id = kim.id;
    struct op *op = fixture_op(f);
    op->actor = &actor;
    OK(contact_confirm(op, &f->err));
    assert_true(card_of(f, &kim).asked_ms == 0 && card_of(f, &kim).confirmed_ms == op->now_ms);
    assert_int_equal(card_of(f, &kim).method_count, 4); /* saying yes changes nothing else */
    OK(user_set_disabled(fixture_op(f), lee.id, 0, true, &f->err));
    run_until(f, FIXTURE_NOW + 2 * month + 4 * (int64_t)DAY); /* a holiday and a weekend lie between */
    assert_int_equal(sent(f, "contact.confirm"), 3);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM due WHERE kind = 'contact.confirm'"), 2);
}

static void test_trials_say_what_became_of_them(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct actor actor = f->admin;
    actor.user_id = kim.id;
    f->actor = &actor;
    OK(contact_try(fixture_op(f), &f->err));
    REFUSED(contact_try(fixture_op(f), &f->err), ERR_LIMIT, "contact.trial_too_soon");
    struct contact_trials trials;
    OK(contact_trials(fixture_op(f), kim.id, &trials, &f->err));
    assert_int_equal(trials.count, 4);
    fixture_exec(f,
                 "UPDATE outbox SET state = 'dead', last_error = 'HTTP 400' WHERE topic = 'page.trial' AND payload "
                 "LIKE '%010-1234%'");
    fixture_exec(f, "UPDATE outbox SET state = 'sent' WHERE topic = 'page.trial' AND payload LIKE '%U0KIM%'");
    OK(contact_trials(fixture_op(f), kim.id, &trials, &f->err));
    for (size_t i = 0; i < trials.count; i++) {
        static const char *const results[] = { "sent", "failed", "not_connected", "waiting" };
        assert_string_equal(trials.items[i].result, results[trials.items[i].kind]);
        if (trials.items[i].kind == PERSONAL_SMS) assert_string_equal(trials.items[i].fault, "HTTP 400");
    }
    fixture_advance(f, 2 * MINUTE);
    OK(contact_try(fixture_op(f), &f->err));
}

/* --- one tap --- */

static const char *token_of(struct fixture *f, const struct incident *incident, const struct user *user, int64_t ms) {
    return ack_token(f->arena, &(struct ack_grant){ incident->id, user->id, FIXTURE_NOW + ms });
}

static void test_one_tap_takes_the_incident(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    run_until(f, FIXTURE_NOW + MINUTE);
    struct actor nobody = *actor_nobody();
    nobody.remote = "203.0.113.9";
    f->actor = &nobody;
    const char *token = token_of(f, &incident, &kim, HOUR);
    struct ack_offer offer;
    OK(ack_look(fixture_op(f), token, &offer, &f->err));
    assert_true(offer.pages && !offer.may_return);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE action = 'incident.acknowledged'"), 0);
    OK(ack_take(fixture_op(f), token, &f->err));
    OK(ack_look(fixture_op(f), token, &offer, &f->err));
    assert_true(!offer.pages && offer.may_return); /* at once, though the escalation has not looked yet */
    OK(ack_take(fixture_op(f), token, &f->err)); /* a nervous thumb */
    OK(ack_look(fixture_op(f), token, &offer, &f->err));
    assert_int_equal(offer.incident.state, INCIDENT_ACKNOWLEDGED);
    assert_true(offer.incident.acknowledged_by == kim.id);
    assert_string_equal(fixture_text(f,
                                     "SELECT actor_kind || ' ' || actor_login || ' ' || remote FROM audit_entry "
                                     "WHERE action = 'incident.acknowledged'"),
                        "link kim 203.0.113.9");
    run_until(f, FIXTURE_NOW + 5 * MINUTE);
    OK(ack_look(fixture_op(f), token, &offer, &f->err));
    assert_true(!offer.pages && offer.may_return);
    OK(ack_return(fixture_op(f), token, &f->err));
    OK(ack_look(fixture_op(f), token, &offer, &f->err));
    assert_true(offer.pages);
    assert_int_equal(offer.incident.state, INCIDENT_OPEN);
}

static void test_links_are_for_one_person_one_incident_and_one_day(void **state) {
    struct fixture *f = *state;
    prepare(f);
    struct incident incident = declare(f, "결제 장애", "P1");
    const char *token = token_of(f, &incident, &kim, HOUR);
    struct ack_offer offer;
    for (size_t i = 0; i < strlen(token); i++) { /* every letter counts */
        char *other = arena_str(f->arena, token);
        other[i] = other[i] == '1' ? '2' : '1';
        REFUSED(ack_look(fixture_op(f), other, &offer, &f->err), ERR_NOT_FOUND, "ack.unknown");
    }
    REFUSED(ack_take(fixture_op(f), "", &f->err), ERR_NOT_FOUND, "ack.unknown");
    REFUSED(ack_take(fixture_op(f), NULL, &f->err), ERR_NOT_FOUND, "ack.unknown");
    REFUSED(ack_take(fixture_op(f), token_of(f, &incident, &kim, 0), &f->err), ERR_NOT_FOUND, "ack.expired");
    OK(user_set_disabled(fixture_op(f), kim.id, 0, true, &f->err));
    REFUSED(ack_take(fixture_op(f), token, &f->err), ERR_NOT_FOUND, "ack.unknown");
    assert_int_equal(reload(f, incident.ref).state, INCIDENT_OPEN);
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_the_severity_chooses_the_ways),
        FIXTURE_TEST(test_own_order_addresses_and_turns),
        FIXTURE_TEST(test_notices_reach_whom_the_path_names),
        FIXTURE_TEST(test_quiet_hours_and_who_stands_in),
        FIXTURE_TEST(test_a_page_never_goes_nowhere),
        FIXTURE_TEST(test_cards_are_checked_and_never_overwritten_unseen),
        FIXTURE_TEST(test_everybody_is_asked_once_a_month),
        FIXTURE_TEST(test_trials_say_what_became_of_them),
        FIXTURE_TEST(test_one_tap_takes_the_incident),
        FIXTURE_TEST(test_links_are_for_one_person_one_incident_and_one_day),
    };
    return fixture_run("contact", tests, sizeof tests / sizeof *tests);
}
