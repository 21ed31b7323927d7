/* The wording gate: a report that blames does not go out; it is changed or waived, and a waiver dies with its sentence.
 */
#include "support/incidents.h"

#include "base/str.h"
#include "ledger/ledger.h"
#include "people/user.h"
#include "review/document.h"
#include "wording/gate.h"

#include <string.h>

static struct document save(struct fixture *f, const char *ref, const char *key, const char *text) {
    struct document document;
    struct section_save section = { key, text, -1 };
    OK(document_save(fixture_op(f), ref, DOCUMENT_REPORT,
                     &(struct document_save){ .sections = &section, .section_count = 1 }, &document, &f->err));
    return document;
}

static struct wording_review review(struct fixture *f, const char *ref) {
    struct wording_review out;
    OK(document_wording(fixture_op(f), ref, DOCUMENT_REPORT, &out, &f->err));
    return out;
}

static bool waive(struct fixture *f, const char *ref, const struct wording_reviewed *item, const char *reason,
                  struct error *err) {
    struct wording_review out;
    struct waiver_wish wish = { item->part->key, item->finding.rule, item->finding.start, reason };
    return document_waive(fixture_op(f), ref, DOCUMENT_REPORT, &wish, &out, err);
}

static bool submits(struct fixture *f, const char *ref, struct error *err) {
    struct document document;
    return document_submit(fixture_op(f), ref, DOCUMENT_REPORT, &document, err);
}

static void test_blame_is_changed_or_waived(void **state) {
    struct fixture *f = *state;
    struct error err;
    struct incident incident = declare(f, "결제 지연", "P2");
    save(f, incident.ref, "cause", "운영자 실수로 캐시가 비워졌다. 담당자가 만료일을 확인하지 않았다.");
    assert_false(submits(f, incident.ref, &err));
    assert_string_equal(err.code, "wording.blocked");

    save(f, incident.ref, "cause", "삭제 명령에 확인 단계가 없었다. 담당자가 만료일을 확인하지 않았다.");
    struct wording_review found = review(f, incident.ref);
    assert_int_equal(found.open, 1);
    assert_false(waive(f, incident.ref, &found.items[0], "짧다", &err)); /* a reason, not a shrug */
    assert_true(waive(f, incident.ref, &found.items[0], "고객이 보낸 문장을 그대로 옮긴 부분", &err));
    assert_true(
        waive(f, incident.ref, &found.items[0], "고객이 보낸 문장을 그대로 옮긴 부분", &err)); /* again: nothing */
    assert_int_equal(fixture_count(f, "wording_waiver"), 1);
    assert_int_equal(review(f, incident.ref).open, 0);

    /* another sentence changes: the waiver holds. Its own changes: it is void. */
    save(f, incident.ref, "cause", "삭제 명령에 대상 확인이 없었다. 담당자가 만료일을 확인하지 않았다.");
    assert_int_equal(review(f, incident.ref).open, 0);
    save(f, incident.ref, "cause", "삭제 명령에 대상 확인이 없었다. 담당자가 만료 일자를 확인하지 않았다.");
    assert_int_equal(review(f, incident.ref).open, 1);
    assert_false(submits(f, incident.ref, &err));
    found.items[0].finding.start = 0; /* as read before the edit */
    assert_false(waive(f, incident.ref, &found.items[0], "지난 문장에 대한 예외 요청", &err));
    assert_string_equal(err.code, "wording.finding_gone");

    save(f, incident.ref, "cause", "만료일을 알려 주는 알림이 없었다.");
    assert_true(submits(f, incident.ref, &err));
}

struct stored_setting {
    const char *name, *json;
};

static bool put_setting(struct tx *tx, void *arg, struct error *err) {
    const struct stored_setting *setting = arg;
    return setting_put(tx, setting->name, setting->json, err);
}

static void fixture_setting(struct fixture *f, const char *name, const char *json) {
    struct stored_setting setting = { name, json };
    OK(store_write(fixture_op(f), put_setting, &setting, &f->err));
}

static void test_names_come_from_the_people(void **state) {
    struct fixture *f = *state;
    struct error err;
    struct user user;
    struct user_input input = {
        .login = "haneul", .name = "배하늘", .role = "responder", .password = "correct horse 9"
    };
    OK(user_add(fixture_op(f), &input, &user, &f->err));
    struct incident incident = declare(f, "로그인 오류", "P2");
    save(f, incident.ref, "timeline", "14:02 배하늘님이 롤백을 시작했다.");
    assert_int_equal(review(f, incident.ref).open, 0);
    save(f, incident.ref, "prevention", "| 예방 | 자동 롤백 | 배하늘 | 4/2 |");
    assert_int_equal(review(f, incident.ref).open, 0);
    save(f, incident.ref, "prevention", "배하늘님이 매주 점검한다.");
    assert_int_equal(review(f, incident.ref).open, 1);
    assert_false(submits(f, incident.ref, &err));
}

static void test_organisation_words(void **state) {
    struct fixture *f = *state;
    struct error err;
    struct incident incident = declare(f, "챌린지 지연", "P2");
    save(f, incident.ref, "cause", "실수왕 챌린지 서버의 응답이 늦었다.");
    assert_int_equal(review(f, incident.ref).open, 1);
    static const char *const allow[] = { "실수왕 챌린지", NULL };
    OK(wording_words_save(fixture_op(f), &(struct wording_words){ .allow = allow }, -1, &f->err));
    assert_int_equal(review(f, incident.ref).open, 0);
    struct wording_words words;
    OK(wording_words_load(fixture_op(f), &words, NULL, &f->err));
    assert_string_equal(words.allow[0], "실수왕 챌린지");
    static const char *const bare[] = { "휴먼 에러", NULL };
    struct op *op = fixture_op(f);
    assert_false(wording_words_save(op, &(struct wording_words){ .allow = bare }, -1, &err));
    assert_string_equal(op->fields.first->code, "wording_blame");
}

static const char *fault_of(struct fixture *f, const struct wording_words *words, const char **arg) {
    struct error err;
    struct op *op = fixture_op(f);
    if (wording_words_save(op, words, -1, &err)) return NULL;
    *arg = op->fields.first == NULL ? NULL : op->fields.first->arg;
    return op->fields.first == NULL ? err.code : op->fields.first->code;
}

/* Own terms are findings like any other; a set whose examples do not hold is not saved and the old one stays. */
static void test_terms_and_their_examples(void **state) {
    struct fixture *f = *state;
    struct error err;
    const char *arg = NULL;
    struct incident incident = declare(f, "색인 지연", "P2");
    save(f, incident.ref, "cause",
         "핫픽스 뒤에 색인이 다시 만들어졌다. 핫픽스가 길었다. TOIL이 남았다. toiling은 아니다.");
    assert_int_equal(review(f, incident.ref).open, 0);
    static const struct wording_term terms[] = { { "핫픽스", "긴급 수정" }, { "Toil", "" }, { NULL, NULL } };
    static const char *const flagged[] = { "핫픽스를 했다.", NULL }, *const passed[] = { "수정했다.", NULL };
    const struct wording_words words = { .flag = terms, .must_flag = flagged, .must_pass = passed };
    OK(wording_words_save(fixture_op(f), &words, 0, &f->err));
    struct wording_review found = review(f, incident.ref);
    assert_int_equal(found.open, 3);
    assert_string_equal(found.items[0].finding.rule, "own.핫픽스");
    assert_string_equal(found.items[0].finding.category, "own-word");
    assert_string_equal(found.items[0].finding.suggestions[0], "긴급 수정");

    static const struct wording_term fewer[] = { { "핫픽스", "" }, { NULL, NULL } };
    static const char *const hopeless[] = { "화면이 느리다.", NULL }, *const blame[] = { "운영자 실수였다.", NULL };
    assert_string_equal(fault_of(f, &(struct wording_words){ .flag = fewer, .must_flag = hopeless }, &arg),
                        "wording_must_flag");
    assert_string_equal(arg, "화면이 느리다.");
    assert_string_equal(fault_of(f, &(struct wording_words){ .must_pass = blame }, &arg), "wording_must_pass");
    static const struct wording_term worse[] = { { "노답", "휴먼 에러" }, { NULL, NULL } };
    assert_string_equal(fault_of(f, &(struct wording_words){ .flag = worse }, &arg), "wording_instead");
    static const char *const strict[] = { "blame-word", NULL };
    assert_string_equal(fault_of(f, &(struct wording_words){ .advise = strict }, &arg), "one_of");
    assert_int_equal(review(f, incident.ref).open, 3); /* the old set stays */

    assert_false(wording_words_save(fixture_op(f), &(struct wording_words){ .flag = fewer }, 0, &err));
    assert_string_equal(err.code, "wording.stale");
    OK(wording_words_save(fixture_op(f), &(struct wording_words){ .flag = fewer }, 1, &f->err));
    assert_int_equal(review(f, incident.ref).open, 2);
}

static void test_judgement_may_only_advise(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 지연", "P2");
    save(f, incident.ref, "cause", "어이없는 설정이었다.");
    assert_int_equal(review(f, incident.ref).open, 1);
    static const char *const soft[] = { "judgement", NULL };
    OK(wording_words_save(fixture_op(f), &(struct wording_words){ .advise = soft }, -1, &f->err));
    struct wording_review found = review(f, incident.ref);
    assert_int_equal(found.open, 0);
    assert_int_equal(found.count, 1);
}

/* What an older release allowed to be saved must not stop every report. */
static void test_words_that_no_longer_load(void **state) {
    struct fixture *f = *state;
    struct incident incident = declare(f, "결제 지연", "P2");
    save(f, incident.ref, "cause", "휴먼 에러였다.");
    fixture_setting(f, "wording", "{\"flag\": [{\"term\": \"노답\", \"instead\": \"휴먼 에러\"}]}");
    assert_int_equal(review(f, incident.ref).open, 1);
}

static void test_figures_count_rules(void **state) {
    struct fixture *f = *state;
    struct error err;
    struct incident incident = declare(f, "결제 지연", "P2");
    save(f, incident.ref, "cause", "휴먼 에러였다.");
    struct wording_review found = review(f, incident.ref);
    assert_true(waive(f, incident.ref, &found.items[0], "보험사 서식의 분류 이름이다", &err));
    struct waiver_figures figures;
    OK(waiver_figures(fixture_op(f), 0, f->op.now_ms + 1, &figures, &f->err));
    assert_int_equal(figures.count, 1);
    assert_string_equal(figures.items[0].category, "blame-word");
    assert_int_equal(figures.items[0].count, 1);
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_blame_is_changed_or_waived), FIXTURE_TEST(test_names_come_from_the_people),
        FIXTURE_TEST(test_organisation_words),         FIXTURE_TEST(test_terms_and_their_examples),
        FIXTURE_TEST(test_judgement_may_only_advise),  FIXTURE_TEST(test_words_that_no_longer_load),
        FIXTURE_TEST(test_figures_count_rules),
    };
    return fixture_run("wording gate", tests, sizeof tests / sizeof *tests);
}
