/* Torture of every write of reviews, notices and what belongs to them: reports, retrospectives, action items, customer
 * notices and their texts, subscribers. */
#include "support/incidents.h"
#include "support/torture.h"

#include "incident/recover.h"
#include "notice/notice.h"
#include "notice/subscriber.h"
#include "notice/template_store.h"
#include "people/permission.h"
#include "review/action_item.h"
#include "review/document.h"
#include "review/postmortem.h"
#include "review/typing.h"
#include "people/user.h"
#include "wording/gate.h"

static const char *ref; /* of the incident that the running test is about */
static int64_t id; /* of the notice or action item */

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

/* --- reports, retrospectives, action items --- */

OPERATION(save_section) {
    struct section_save section = { "cause", arg, -1 };
    struct document_save save = { .sections = &section, .section_count = 1 };
    struct document out;
    return document_save(fixture_op(f), ref, DOCUMENT_REPORT, &save, &out, err);
}
OPERATION(submit_report) {
    struct document out;
    (void)arg;
    return document_submit(fixture_op(f), ref, DOCUMENT_REPORT, &out, err);
}
OPERATION(return_report) {
    struct document out;
    return document_decide(fixture_op(f), ref, DOCUMENT_REPORT, false, arg, &out, err);
}
OPERATION(approve_report) {
    struct document out;
    (void)arg;
    return document_decide(fixture_op(f), ref, DOCUMENT_REPORT, true, NULL, &out, err);
}
OPERATION(publish_report) {
    struct document out;
    (void)arg;
    return document_publish(fixture_op(f), ref, DOCUMENT_REPORT, NULL, &out, err);
}
OPERATION(schedule_retro) {
    struct retro_schedule wish = { .at_ms = FIXTURE_NOW + DAY, .attendees = arg };
    struct document out;
    return retro_schedule(fixture_op(f), ref, &wish, &out, err);
}
OPERATION(save_retro) {
    struct document_save save = { .lesson = arg, .runbook_change = "경보를 하나 더합니다" };
    struct document out;
    return document_save(fixture_op(f), ref, DOCUMENT_RETRO, &save, &out, err);
}
OPERATION(keep_typing) {
    struct typing_wish wish = { "services", arg, "screen-1", 0, 0 };
    struct typing_kept out;
    return typing_keep(fixture_op(f), ref, DOCUMENT_REPORT, &wish, &out, err);
}
OPERATION(discard_typing) {
    return typing_discard(fixture_op(f), ref, DOCUMENT_REPORT, arg, err);
}
OPERATION(create_action) {
    struct action_draft draft = { .title = arg, .incident_ref = ref, .owner = "결제팀", .due = "2026-03-20" };
    struct action_item out;
    return action_create(fixture_op(f), &draft, &out, err);
}
OPERATION(change_action) {
    struct action_draft draft = { .state = arg };
    struct action_item out;
    return action_update(fixture_op(f), id, &draft, 0, &out, err);
}
OPERATION(waive_in_report) {
    struct wording_review out;
    return document_waive(fixture_op(f), ref, DOCUMENT_REPORT, arg, &out, err);
}
OPERATION(import_postmortem) {
    struct postmortem read;
    struct incident out;
    return postmortem_import(fixture_op(f), &(struct postmortem_wish){ .markdown = arg }, &read, &out, err);
}

static void test_reviews(void **state) {
    struct fixture *f = *state;
    char text[] = "디스크가 찼습니다", why[] = "원인을 더 적어 주세요", people[] = "박서연\n최하늘",
         services[] = "services", title[] = "경보 추가", doing[] = "doing", done[] = "done";
    const struct tortured writing[] = { { "save a section", save_section, text },
                                        { "keep what is typed", keep_typing, text },
                                        { "discard what is typed", discard_typing, services },
                                        { "submit the report", submit_report, NULL },
                                        { "return it", return_report, why },
                                        { "submit it again", submit_report, NULL },
                                        { "approve it", approve_report, NULL },
                                        { "publish it", publish_report, NULL },
                                        { "schedule the retrospective", schedule_retro, people },
                                        { "save the retrospective", save_retro, text },
                                        { "create an action item", create_action, title } };
    const struct tortured following[] = { { "begin it", change_action, doing }, { "finish it", change_action, done } };
    listen_to_everything(f);
    struct incident incident = declare(f, "결제 실패", "P2");
    ref = incident.ref;
    OK(incident_recover(fixture_op(f), ref, &(struct recovery){ .cause = "디스크" }, NULL, &f->err));
    torture_each(f, writing, sizeof writing / sizeof *writing);
    id = fixture_number(f, "SELECT id FROM action_item");
    torture_each(f, following, sizeof following / sizeof *following);
}

#define REASON "고객이 보낸 문장을 그대로 옮긴 부분"

static struct waiver_wish wish_of(const struct wording_reviewed *item) {
    return (struct waiver_wish){ item->part->key, item->finding.rule, item->finding.start, REASON };
}

static void test_what_was_written_elsewhere(void **state) {
    struct fixture *f = *state;
    struct wording_review found;
    char blame
        [] = "담당자가 만료일을 확인하지 않았다.",
   text[] =
        "# 결제 지연\n- **장애 등급**: P1\n- **영향 시간**: 2024-03-05 23:40 ~ 00:20\n## 근본 원인\n상한이 낮았다.\n"
        "## 재발 방지 조치\n- [ ] 연습에 넣는다\n- [x] 상한을 올린다\n";
    struct incident incident = declare(f, "결제 실패", "P2");
    ref = incident.ref;
    OK(save_section(f, blame, &f->err));
    OK(document_wording(fixture_op(f), ref, DOCUMENT_REPORT, &found, &f->err));
    struct waiver_wish wish = wish_of(&found.items[0]);
    const struct tortured list[] = { { "keep a finding", waive_in_report, &wish },
                                     { "import a postmortem", import_postmortem, text } };
    torture_each(f, list, sizeof list / sizeof *list);
    assert_int_equal(fixture_count(f, "action_item"), 2);
}

/* --- notices --- */

static struct actor WRITER = { .kind = ACTOR_USER, .user_id = 101, .login = "writer", .name = "한작성", .role = "cs" };
static struct actor SECOND = { .kind = ACTOR_USER, .user_id = 102, .login = "second", .name = "이승인", .role = "cs" };

static struct op *as(struct fixture *f, struct actor *actor) {
    struct op *op = fixture_op(f);
    actor->permissions = role_permissions(ROLE_CS);
    op->actor = actor;
    return op;
}

static const struct notice_step REASONED = { .reason = "문구를 더 짧게 해 주세요" };

OPERATION(create_notice) {
    struct notice_input input = { .stage = arg, .next_minutes = "30" };
    struct notice out;
    return notice_create(as(f, &WRITER), ref, &input, &out, err);
}
OPERATION(edit_notice) {
    struct notice_input input = { .text_ko = arg };
    struct notice out;
    return notice_edit(as(f, &WRITER), id, &input, &out, err);
}
OPERATION(submit_notice) {
    struct notice out;
    (void)arg;
    return notice_submit(as(f, &WRITER), id, &REASONED, &out, err);
}
OPERATION(reject_notice) {
    struct notice out;
    (void)arg;
    return notice_reject(as(f, &SECOND), id, &REASONED, &out, err);
}
OPERATION(approve_notice) {
    struct notice out;
    (void)arg;
    return notice_approve(as(f, &SECOND), id, &REASONED, &out, err);
}
OPERATION(publish_notice) {
    struct notice out;
    (void)arg;
    return notice_publish(as(f, &WRITER), id, &REASONED, &out, err);
}
OPERATION(withdraw_notice) {
    struct notice out;
    (void)arg;
    return notice_withdraw(as(f, &WRITER), id, &REASONED, &out, err);
}
OPERATION(save_template) {
    struct notice_template_input input = { .stage = "detected", .lang = "ko", .title = "결제 지연", .text = arg };
    return notice_template_save(fixture_op(f), "payment", &input, err);
}
OPERATION(waive_in_notice) {
    struct wording_review out;
    return notice_waive(as(f, &WRITER), id, arg, &out, err);
}
OPERATION(remove_subscriber) {
    return subscriber_remove(fixture_op(f), *(const int64_t *)arg, err);
}
OPERATION(ask_subscriber) {
    return subscriber_ask(fixture_op(f), &(struct subscription){ arg, "ko", "https://s" }, err);
}
OPERATION(confirm_subscriber) {
    return subscriber_confirm(fixture_op(f), arg, err);
}
OPERATION(leave_subscriber) {
    return subscriber_leave(fixture_op(f), arg, err);
}

static void test_notices(void **state) {
    struct fixture *f = *state;
    char detected[] = "detected", text[] = "결제가 느립니다. 확인하고 있습니다.", mail[] = "kim@example.com";
    listen_to_everything(f);
    fixture_exec(f,
                 "INSERT INTO destination (id, name, connector, topics, config, enabled, blocked_until, version, "
                 "created_at, updated_at) VALUES (7, 'mail', 'mail', '[]', '{}', 1, 0, 1, 1, 1)");
    struct incident incident = declare(f, "결제 실패", "P1");
    ref = incident.ref;
    fault_torture(f, create_notice, detected);
    id = fixture_number(f, "SELECT id FROM notice");
    const struct tortured steps[] = { { "edit", edit_notice, text },         { "submit", submit_notice, NULL },
                                      { "reject", reject_notice, NULL },     { "submit again", submit_notice, NULL },
                                      { "approve", approve_notice, NULL },   { "publish", publish_notice, NULL },
                                      { "withdraw", withdraw_notice, NULL }, { "save a template", save_template, text },
                                      { "subscribe", ask_subscriber, mail } };
    torture_each(f, steps, sizeof steps / sizeof *steps);
    char *token = arena_str(f->arena, fixture_text(f, "SELECT token FROM status_subscriber"));
    fault_torture(f, confirm_subscriber, token);
    fault_torture(f, leave_subscriber, token);
    assert_int_equal(fixture_count(f, "status_subscriber"), 0);
    OK(ask_subscriber(f, mail, &f->err));
    int64_t subscriber = fixture_number(f, "SELECT id FROM status_subscriber");
    fault_torture(f, remove_subscriber, &subscriber);
}

static void test_a_name_in_a_notice(void **state) {
    struct fixture *f = *state;
    struct user user;
    struct wording_review found;
    char detected[] = "detected", text[] = "김서연 작가 상담이 늦어지고 있습니다.";
    struct user_input person = { .login = "seoyeon", .name = "김서연", .role = "responder" };
    OK(user_add(fixture_op(f), &person, &user, &f->err));
    struct incident incident = declare(f, "결제 실패", "P1");
    ref = incident.ref;
    OK(create_notice(f, detected, &f->err));
    id = fixture_number(f, "SELECT id FROM notice");
    OK(edit_notice(f, text, &f->err));
    OK(notice_wording(as(f, &WRITER), id, &found, &f->err));
    struct waiver_wish wish = wish_of(&found.items[0]);
    fault_torture(f, waive_in_notice, &wish);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_reviews), FIXTURE_TEST(test_what_was_written_elsewhere),
                                        FIXTURE_TEST(test_notices), FIXTURE_TEST(test_a_name_in_a_notice) };
    incidents_start();
    return fixture_run("review and notice faults", tests, sizeof tests / sizeof *tests);
}
