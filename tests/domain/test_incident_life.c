/* An incident's life: the state table, roles, corrections, relations, checklists, attachments. */
#include "support/incidents.h"

#include "base/json.h"
#include "base/str.h"
#include "incident/attachment.h"
#include "incident/checklist.h"
#include "incident/export.h"
#include "incident/incident_json.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "incident/relation.h"
#include "people/permission.h"
#include "text/i18n.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool recover(struct fixture *f, const char *ref, struct incident *out) {
    return incident_recover(fixture_op(f), ref, &(struct recovery){ .cause = "원인" }, out, &f->err);
}

static void test_the_state_table(void **state) {
    (void)state;
    static const char *const ALLOWED[] = { "open>acknowledged",
                                           "open>mitigating",
                                           "open>recovered",
                                           "open>false_alarm",
                                           "open>merged",
                                           "acknowledged>mitigating",
                                           "acknowledged>merged",
                                           "acknowledged>recovered",
                                           "acknowledged>false_alarm",
                                           "mitigating>acknowledged",
                                           "mitigating>merged",
                                           "mitigating>recovered",
                                           "mitigating>false_alarm",
                                           "recovered>mitigating",
                                           "recovered>closed",
                                           "recovered>merged",
                                           "closed>mitigating",
                                           "false_alarm>mitigating" };
    int allowed = 0;
    char pair[64];
    for (int from = 0; from < INCIDENT_STATE_COUNT; from++) {
        for (int to = 0; to < INCIDENT_STATE_COUNT; to++) {
            snprintf(pair, sizeof pair, "%s>%s", incident_state_name((enum incident_state)from),
                     incident_state_name((enum incident_state)to));
            bool expected = false;
            for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++) expected |= str_eq(ALLOWED[i], pair);
            assert_int_equal(lifecycle_allows((enum incident_state)from, (enum incident_state)to), expected);
            allowed += expected;
        }
    }
    assert_int_equal(allowed, sizeof ALLOWED / sizeof *ALLOWED);
}

static void test_from_declaration_to_the_end(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "로그인 실패", "P2");
    assert_int_equal(i.state, INCIDENT_OPEN);
    assert_int_equal(i.version, 1);
    assert_true(i.phase_at[PHASE_OCCURRED] == 0); /* never silently the declared time */
    assert_int_equal(incident_measure(&i, MEASURE_RECOVER).state, MEASURE_PENDING);
    fixture_advance(f, 4 * MINUTE);
    OK(incident_acknowledge(fixture_op(f), i.ref, &i, &f->err));
    assert_int_equal(i.state, INCIDENT_ACKNOWLEDGED);
    assert_string_equal(i.owner, f->admin.name);
    assert_int_equal(incident_measure(&i, MEASURE_ACKNOWLEDGE).minutes, 4);
    int64_t version = i.version;
    OK(incident_acknowledge(fixture_op(f), i.ref, &i, &f->err)); /* twice is fine, and nothing happens */
    assert_true(i.version == version);
    OK(incident_set_status(fixture_op(f), i.ref, "mitigating", &i, &f->err));
    assert_true(i.mitigated_at == clock_now_ms(f->clock));
    REFUSED(incident_close(fixture_op(f), i.ref, NULL, &i, &f->err), ERR_CONFLICT, "incident.transition");
    OK(incident_set_severity(fixture_op(f), i.ref, "P1", "모든 사용자가 겪습니다", &i, &f->err));
    assert_string_equal(i.severity, "P1");
    fixture_advance(f, 10 * MINUTE);
    OK(recover(f, i.ref, &i));
    assert_int_equal(i.state, INCIDENT_RECOVERED);
    REFUSED(recover(f, i.ref, &i), ERR_CONFLICT, "incident.transition");
    struct update update;
    REFUSED(incident_update(fixture_op(f), i.ref, &(struct update_draft){ .text = "늦은 공유" }, &update, &f->err),
            ERR_CONFLICT, "incident.not_open");
    OK(incident_reopen(fixture_op(f), i.ref, "다시 실패합니다", &i, &f->err));
    assert_int_equal(i.state, INCIDENT_MITIGATING);
    assert_true(i.phase_at[PHASE_RECOVERED] == 0 && i.cause == NULL);
    assert_non_null(strstr(last_event(f, &i).data, "원인")); /* what was undone is kept */
    OK(recover(f, i.ref, &i));
    OK(incident_close(fixture_op(f), i.ref, "회고까지 마침", &i, &f->err));
    assert_int_equal(i.state, INCIDENT_CLOSED);
    assert_true(fixture_count(f, "audit_entry") >= i.last_seq - 1);
    REFUSED(incident_find(fixture_op(f), "INC-2026-9999", &i, &f->err), ERR_NOT_FOUND, "incident.unknown");
}

static void test_references_count_within_the_year_of_the_organisation(void **state) {
    struct fixture *f = *state;
    assert_string_equal(declare(f, "하나", "P3").ref, "INC-2026-0001");
    assert_string_equal(declare(f, "둘", "P3").ref, "INC-2026-0002");
    fixture_set_now(f, at("2026-12-31T14:59:59Z")); /* a second before midnight in Seoul */
    assert_string_equal(declare(f, "셋", "P3").ref, "INC-2026-0003");
    fixture_advance(f, 1000);
    assert_string_equal(declare(f, "넷", "P3").ref, "INC-2027-0001");
}

static void test_false_alarms_and_merging(void **state) {
    struct fixture *f = *state;
    struct incident first = declare(f, "결제 지연", "P2"), twin = declare(f, "결제가 느림", "P2");
    REFUSED(incident_merge(fixture_op(f), twin.ref, twin.ref, &twin, &f->err), ERR_INVALID, "input.invalid");
    struct op *op = fixture_op(f);
    assert_false(incident_merge(op, twin.ref, "INC-2020-0001", &twin, &f->err));
    assert_true(has_field(op, "into", "unknown"));
    OK(incident_merge(fixture_op(f), twin.ref, first.ref, &twin, &f->err));
    assert_int_equal(twin.state, INCIDENT_MERGED);
    assert_true(twin.merged_into == first.id);
    assert_int_equal(last_event(f, &first).kind, EVENT_MERGED);
    assert_int_equal(fixture_number(f,
                                    "SELECT count(*) FROM incident_clock WHERE state = 'pending' AND incident_id = "
                                    "(SELECT id FROM incident WHERE state = 'merged')"),
                     0);
    REFUSED(incident_reopen(fixture_op(f), twin.ref, "이유", &twin, &f->err), ERR_CONFLICT, "incident.transition");
    REFUSED(incident_merge(fixture_op(f), first.ref, twin.ref, &first, &f->err), ERR_CONFLICT, "incident.merge_target");
    OK(incident_set_status(fixture_op(f), first.ref, "false_alarm", &first, &f->err));
    assert_int_equal(incident_measure(&first, MEASURE_RECOVER).state, MEASURE_NOT_APPLICABLE);
}

static struct incident_view view_of(struct fixture *f, const char *ref) {
    struct incident_view view;
    OK(incident_view(fixture_op(f), ref, &view, &f->err));
    return view;
}

static void test_roles(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "전체 중단", "P1");
    assert_true(view_of(f, i.ref).commander_missing);
    OK(incident_assign(fixture_op(f), i.ref, &(struct role_wish){ "commander", "문예진" }, &i, &f->err));
    struct incident_view view = view_of(f, i.ref);
    assert_false(view.commander_missing);
    assert_int_equal(view.role_count, 1);
    assert_string_equal(view.roles[0].name, "문예진");
    assert_true(view.roles[0].user_id == 0);
    OK(incident_assign(fixture_op(f), i.ref, &(struct role_wish){ "commander", "박서준" }, &i, &f->err));
    assert_string_equal(last_event(f, &i).text, "문예진 대신 박서준이 지휘자를 맡았습니다.");
    OK(incident_assign(fixture_op(f), i.ref, &(struct role_wish){ "commander", "" }, &i, &f->err));
    assert_true(view_of(f, i.ref).commander_missing);
    struct op *op = fixture_op(f);
    assert_false(incident_assign(op, i.ref, &(struct role_wish){ "captain", "누구" }, &i, &f->err));
    assert_true(has_field(op, "role", "one_of"));
    /* A lower severity does not ask for one. */
    OK(incident_set_severity(fixture_op(f), i.ref, "P3", "일부만 겪습니다", &i, &f->err));
    assert_false(view_of(f, i.ref).commander_missing);
}

static void test_roles_together_all_or_none(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "전체 중단", "P1");
    char long_name[400];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const struct role_wish wrong[] = { { "commander", "문예진" }, { "scribe", long_name } };
    struct op *op = fixture_op(f);
    assert_false(incident_assign_all(op, i.ref, wrong, 2, &f->err));
    assert_true(has_field(op, "scribe", "too_long"));
    assert_int_equal(view_of(f, i.ref).role_count, 0);
    const struct role_wish right[] = { { "commander", "문예진" }, { "scribe", "박서준" } };
    OK(incident_assign_all(fixture_op(f), i.ref, right, 2, &f->err));
    assert_int_equal(view_of(f, i.ref).role_count, 2);
    i = reload(f, i.ref);
    int64_t version = i.version;
    OK(incident_assign_all(fixture_op(f), i.ref, right, 2, &f->err)); /* the same again changes nothing */
    assert_true(reload(f, i.ref).version == version);
}

static void test_corrections_keep_what_stood_there(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "결제 실패", "P2");
    struct incident_patch patch = { .impact = "일부 카드", .expected_version = i.version };
    patch.phase_at[PHASE_OCCURRED] = "2026-03-01T19:40";
    OK(incident_correct(fixture_op(f), i.ref, &patch, &i, &f->err));
    assert_true(i.phase_at[PHASE_OCCURRED] == at("2026-03-01T19:40:00+09:00"));
    struct event event = last_event(f, &i);
    assert_string_equal(event.text, "내용을 고쳤습니다: 영향, 발생 시각");
    assert_non_null(strstr(event.data, "\"before\":{\"impact\":null,\"started_at\":null}"));
    REFUSED(incident_correct(fixture_op(f), i.ref, &patch, &i, &f->err), ERR_STALE, "incident.stale");
    patch.expected_version = 0;
    int64_t version = i.version;
    OK(incident_correct(fixture_op(f), i.ref, &patch, &i, &f->err)); /* the same again changes nothing */
    assert_true(i.version == version);
    struct op *op = fixture_op(f);
    struct incident_patch wrong = { .title = "", .category = "magic", .service = "nowhere" };
    wrong.phase_at[PHASE_RECOVERED] = "2026-03-01T19:50";
    wrong.phase_at[PHASE_DETECTED] = "2099-01-01T00:00:00Z";
    assert_false(incident_correct(op, i.ref, &wrong, &i, &f->err));
    assert_true(has_field(op, "title", "required") && has_field(op, "category", "one_of"));
    assert_true(has_field(op, "service", "unknown") && has_field(op, "recovered_at", "not_allowed"));
    assert_true(has_field(op, "detected_at", "future"));
    assert_string_equal(reload(f, i.ref).title, "결제 실패");
}

struct edits {
    int64_t event_id;
    struct event_edit *list;
    size_t count;
};

static bool read_edits(struct tx *tx, void *arg, struct error *err) {
    struct edits *edits = arg;
    return timeline_edits(tx, edits->event_id, &edits->list, &edits->count, err);
}

static void test_timeline_corrections_keep_history(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "검색 오류", "P3");
    struct event event;
    struct timeline_draft note = { .text = "인덱스 재생성 시작", .phase = "detected", .starred = "true" };
    OK(incident_note(fixture_op(f), i.ref, &note, &event, &f->err));
    assert_int_equal(event.phase, PHASE_DETECTED);
    assert_true(event.starred);
    assert_true(reload(f, i.ref).phase_at[PHASE_DETECTED] == event.at);
    struct timeline_draft better = { .text = "인덱스 다시 만들기 시작" };
    OK(incident_note_correct(fixture_op(f), i.ref, event.id, &better, &event, &f->err));
    assert_int_equal(event.edits, 1);
    struct edits edits = { .event_id = event.id };
    OK(store_read(fixture_op(f), read_edits, &edits, &f->err));
    assert_int_equal(edits.count, 1);
    assert_string_equal(edits.list[0].text, "인덱스 재생성 시작");
    struct event first;
    struct op *op = fixture_op(f);
    int64_t declared_event = fixture_number(f, "SELECT id FROM timeline_event WHERE seq = 1");
    assert_false(incident_note_correct(op, NULL, declared_event, &better, &first, &f->err));
    assert_true(has_field(op, "text", "not_allowed")); /* what the portal wrote stays */
    struct incident other = declare(f, "다른 장애", "P3");
    REFUSED(incident_note_correct(fixture_op(f), other.ref, event.id, &better, &event, &f->err), ERR_NOT_FOUND,
            "timeline.unknown");
    op = fixture_op(f);
    assert_false(incident_note(op, i.ref, &(struct timeline_draft){ .kind = "link", .text = "javascript:alert(1)" },
                               &event, &f->err));
    assert_true(has_field(op, "text", "malformed"));
}

static void test_events_speak_the_readers_language(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "결제 실패", "P2");
    OK(incident_set_status(fixture_op(f), i.ref, "mitigating", &i, &f->err));
    struct event event = last_event(f, &i);
    assert_string_equal(event.text, "상태를 발생에서 조치 중으로 바꾸었습니다.");
    struct op *op = fixture_op(f);
    op->lang = i18n_get("en");
    assert_string_equal(event_text(op, &event), "Status changed from Open to Mitigating.");
}

static void test_relations_and_recurrence(void **state) {
    struct fixture *f = *state;
    struct incident earlier = declare(f, "레디스 연결 장애", "P2");
    fixture_advance(f, DAY);
    struct incident later = declare(f, "레디스 연결 장애가 다시", "P2");
    OK(incident_relate(fixture_op(f), later.ref, earlier.ref, "recurrence", &f->err));
    struct incident_view view = view_of(f, earlier.ref);
    assert_int_equal(view.relation_count, 1);
    assert_false(view.relations[0].outgoing);
    json_t *json = incident_view_json(fixture_op(f), &view);
    assert_int_equal(json_integer_value(json_object_get(json, "recurrences")), 1);
    struct op *op = fixture_op(f);
    assert_false(incident_relate(op, earlier.ref, later.ref, "recurrence", &f->err));
    assert_true(has_field(op, "ref", "too_late"));
    assert_int_equal(last_event(f, &earlier).kind, EVENT_RELATED);
}

static void test_checklists(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "결제 실패", "P2");
    assert_int_equal(fixture_count(f, "checklist"), 4);
    struct checklist list;
    int64_t id = fixture_number(f, "SELECT id FROM checklist WHERE key = 'recent_change'");
    OK(incident_tick(fixture_op(f), &(struct check_tick){ id, 1, true, "10분 전 배포" }, &list, &f->err));
    assert_int_equal(list.done, 1);
    assert_string_equal(list.items[0].note, "10분 전 배포");
    assert_string_equal(last_event(f, &i).text, "[최근 변경 확인] 최근 배포가 있었습니까? — 10분 전 배포");
    int64_t events = fixture_count(f, "timeline_event");
    OK(incident_tick(fixture_op(f), &(struct check_tick){ id, 1, true, "10분 전 배포" }, &list, &f->err));
    assert_true(fixture_count(f, "timeline_event") == events);
    OK(incident_tick(fixture_op(f), &(struct check_tick){ id, 1, false, NULL }, &list, &f->err));
    assert_int_equal(list.done, 0);
    REFUSED(incident_tick(fixture_op(f), &(struct check_tick){ id, 99, true, NULL }, &list, &f->err), ERR_NOT_FOUND,
            "checklist.unknown");
    const char *const items[] = { "큐 비우기", "캐시 예열" };
    OK(incident_add_checklist(fixture_op(f), i.ref,
                              &(struct checklist_draft){ .title = "복구 순서", .items = items, .count = 2 }, &list,
                              &f->err));
    assert_int_equal(list.count, 2);
    struct op *op = fixture_op(f);
    assert_false(incident_add_checklist(op, i.ref, &(struct checklist_draft){ .title = "" }, &list, &f->err));
    assert_true(has_field(op, "title", "required") && has_field(op, "items", "required"));
}

static void test_rollback_or_forward(void **state) {
    struct fixture *f = *state;
    enum rollback_choice proposal;
    struct rollback_answers answers = { 0 };
    assert_string_equal(rollback_next(&answers, &proposal), "after_deploy");
    answers.after_deploy = TRI_YES;
    answers.schema_changed = TRI_NO;
    assert_string_equal(rollback_next(&answers, &proposal), "fix_over_30_minutes");
    answers.fix_over_30_minutes = TRI_YES;
    assert_null(rollback_next(&answers, &proposal));
    assert_int_equal(proposal, CHOICE_ROLLBACK);
    answers.schema_changed = TRI_YES;
    assert_null(rollback_next(&answers, &proposal));
    assert_int_equal(proposal, CHOICE_ROLL_FORWARD);
    struct incident i = declare(f, "배포 뒤 오류", "P2");
    struct rollback_draft draft = { .after_deploy = "yes",
                                    .schema_changed = "no",
                                    .fix_over_30_minutes = "yes",
                                    .choice = "rollback",
                                    .reason = "수정에 한 시간이 걸립니다" };
    OK(incident_decide_rollback(fixture_op(f), i.ref, &draft, &i, &f->err));
    assert_string_equal(last_event(f, &i).text, "롤백을 선택했습니다. (제안: 롤백) 이유: 수정에 한 시간이 걸립니다");
}

static void test_attachments(void **state) {
    struct fixture *f = *state;
    char folder[] = "/tmp/bongsu-attach-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct incident i = declare(f, "화면 오류", "P3");
    struct attachment made, read;
    const char *bytes;
    struct attachment_draft draft = { .filename = "../../etc/화면\r\n.png",
                                      .bytes = "\x89PNG\r\n\x1a\nrest",
                                      .size = 12 };
    OK(incident_attach(fixture_op(f), folder, i.ref, &draft, &made, &f->err));
    assert_string_equal(made.media_type, "image/png");
    assert_string_equal(made.filename, "화면__.png");
    OK(attachment_read(fixture_op(f), folder, made.id, &read, &bytes, &f->err));
    assert_memory_equal(bytes, draft.bytes, 12);
    assert_int_equal(last_event(f, &i).kind, EVENT_ATTACHMENT);
    struct op *op = fixture_op(f);
    assert_false(
        incident_attach(op, folder, i.ref, &(struct attachment_draft){ "a.svg", "\x00\x01", 2, NULL }, &made, &f->err));
    assert_true(has_field(op, "file", "one_of"));
    char *big = arena_alloc(f->arena, ATTACHMENT_TEXT_MAX + 2);
    memset(big, 'a', ATTACHMENT_TEXT_MAX + 1);
    REFUSED(incident_attach(fixture_op(f), folder, i.ref,
                            &(struct attachment_draft){ "log.txt", big, ATTACHMENT_TEXT_MAX + 1, NULL }, &made,
                            &f->err),
            ERR_TOO_LARGE, "attachment.too_large");
    assert_int_equal(fixture_count(f, "attachment"), 1);
    assert_string_equal(attachment_clean_name(f->arena, "C:\\tmp\\로그.txt", "text/plain"), "로그.txt");
    assert_string_equal(attachment_clean_name(f->arena, "...", "image/gif"), "attachment.gif");
    assert_null(attachment_sniff("\xff\xfe\x00", 3));
    const char *shelf = arena_printf(f->arena, "%s/attachments/%.2s", folder, made.hash);
    assert_int_equal(unlink(arena_printf(f->arena, "%s/%s", shelf, made.hash)), 0);
    assert_int_equal(rmdir(shelf), 0); /* and nothing else was left beside it */
    assert_int_equal(rmdir(arena_printf(f->arena, "%s/attachments", folder)), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_export(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "<b>결제</b> 실패", "P2");
    OK(recover(f, i.ref, &i));
    struct buf out;
    buf_init(&out, f->arena, 1 << 20);
    struct op *op = fixture_op(f);
    op->lang = i18n_get("ko");
    OK(incident_export(op, i.ref, EXPORT_HTML, &out, &f->err));
    assert_non_null(strstr(out.data, "&lt;b&gt;결제&lt;/b&gt; 실패"));
    assert_null(strstr(out.data, "<b>"));
    buf_init(&out, f->arena, 1 << 20);
    OK(incident_export(fixture_op(f), i.ref, EXPORT_MD, &out, &f->err));
    assert_non_null(strstr(out.data, "# [P2] <b>결제</b> 실패"));
    buf_init(&out, f->arena, 1 << 20);
    OK(incident_export(fixture_op(f), i.ref, EXPORT_JSON, &out, &f->err));
    json_t *json;
    OK(json_parse(f->arena, out.data, out.len, &json, &f->err));
    assert_int_equal(json_array_size(json_object_get(json, "timeline")), 2);
}

static void test_who_may(void **state) {
    struct fixture *f = *state;
    struct incident i = declare(f, "결제 실패", "P2");
    struct incident_draft draft = { .title = "접수", .severity = "P3" };
    struct actor cs = {
        .kind = ACTOR_USER, .user_id = 2, .login = "cs", .name = "고객 지원", .permissions = role_permissions(ROLE_CS)
    };
    struct actor viewer = { .kind = ACTOR_USER,
                            .user_id = 3,
                            .login = "viewer",
                            .name = "관전",
                            .permissions = role_permissions(ROLE_VIEWER) };
    f->actor = &cs;
    struct incident made;
    OK(incident_declare(fixture_op(f), &draft, &made, &f->err));
    REFUSED(incident_acknowledge(fixture_op(f), i.ref, &made, &f->err), ERR_FORBIDDEN, "permission.denied");
    f->actor = &viewer;
    REFUSED(incident_declare(fixture_op(f), &draft, &made, &f->err), ERR_FORBIDDEN, "permission.denied");
    OK(incident_offer_help(fixture_op(f), i.ref, "DB를 볼 수 있습니다", &f->err));
    assert_string_equal(last_event(f, &i).text, "관전이 돕겠다고 했습니다. DB를 볼 수 있습니다");
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_the_state_table),
                                        FIXTURE_TEST(test_from_declaration_to_the_end),
                                        FIXTURE_TEST(test_references_count_within_the_year_of_the_organisation),
                                        FIXTURE_TEST(test_false_alarms_and_merging),
                                        FIXTURE_TEST(test_roles),
                                        FIXTURE_TEST(test_roles_together_all_or_none),
                                        FIXTURE_TEST(test_corrections_keep_what_stood_there),
                                        FIXTURE_TEST(test_timeline_corrections_keep_history),
                                        FIXTURE_TEST(test_events_speak_the_readers_language),
                                        FIXTURE_TEST(test_relations_and_recurrence),
                                        FIXTURE_TEST(test_checklists),
                                        FIXTURE_TEST(test_rollback_or_forward),
                                        FIXTURE_TEST(test_attachments),
                                        FIXTURE_TEST(test_export),
                                        FIXTURE_TEST(test_who_may) };
    incidents_start();
    return fixture_run("incident life", tests, sizeof tests / sizeof *tests);
}
