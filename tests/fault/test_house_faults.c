/* Torture of every write about the house as a whole: policy, calendar, words, statutory duties, digest, quarterly
 * review, readiness, and what a starting server keeps. */
#include "support/incidents.h"
#include "support/torture.h"

#include "base/json.h"
#include "insight/digest.h"
#include "insight/quarter.h"
#include "insight/readiness.h"
#include "ledger/personal.h"
#include "notice/statutory.h"
#include "policy/calendar.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "wording/gate.h"
#include "wording/wording.h"
#include "work/housekeeping.h"

#define OPERATION(name) static bool name(struct fixture *f, void *arg, struct error *err)

/* --- what a starting server keeps --- */

OPERATION(prepare_setup) {
    bool needed;
    return setup_prepare(fixture_op(f), arg, &needed, err);
}
OPERATION(start_housekeeping) {
    (void)arg;
    return housekeeping_start(fixture_op(f), err);
}
OPERATION(start_quarters) {
    (void)arg;
    return quarter_start(fixture_op(f), err);
}
OPERATION(keep_portal) {
    return portal_put(fixture_op(f), arg, err);
}

static void test_starting(void **state) {
    char preset[] = "p1-p4", url[] = "https://bongsu.example.com";
    const struct tortured list[] = { { "adopt a preset", prepare_setup, preset },
                                     { "plan the housekeeping", start_housekeeping, NULL },
                                     { "plan the quarterly review", start_quarters, NULL },
                                     { "keep the address", keep_portal, url } };
    torture_each(*state, list, sizeof list / sizeof *list);
}

/* --- rules --- */

OPERATION(save_policy) {
    const struct policy *out;
    return policy_save(fixture_op(f), 1, arg, &out, err);
}
OPERATION(add_day) {
    const struct calendar_input input = { arg, "company", "창립기념일", "사내 공지" };
    return calendar_add(fixture_op(f), &input, err);
}
OPERATION(remove_day) {
    return calendar_remove(fixture_op(f), arg, "다시 일합니다", err);
}
OPERATION(save_words) {
    const struct wording_term terms[] = { { arg, "긴급 수정" }, { NULL, NULL } };
    return wording_words_save(fixture_op(f), &(struct wording_words){ .flag = terms }, -1, err);
}

static void test_rules(void **state) {
    struct fixture *f = *state;
    const struct policy *policy;
    char day[] = "2026-03-04", term[] = "핫픽스";
    OK(policy_adopt(fixture_op(f), 0, "p1-p3", &policy, &f->err));
    json_t *edited = json_deep_copy(policy->json);
    json_object_set_new(json_array_get(json_object_get(edited, "severities"), 1), "update_minutes", json_integer(20));
    const struct tortured list[] = { { "save the policy", save_policy, edited },
                                     { "add a day off", add_day, day },
                                     { "remove it", remove_day, day },
                                     { "save own words", save_words, term } };
    torture_each(f, list, sizeof list / sizeof *list);
    json_decref(edited);
}

/* --- statutory duties --- */

OPERATION(put_duty) {
    return statutory_put(fixture_op(f), arg, -1, err);
}
OPERATION(remove_duty) {
    return statutory_remove(fixture_op(f), arg, -1, err);
}
OPERATION(restore_duties) {
    (void)arg;
    return statutory_restore(fixture_op(f), -1, err);
}

static void test_duties(void **state) {
    struct fixture *f = *state;
    struct statutory_list duties;
    OK(statutory_load(fixture_op(f), &duties, &f->err));
    struct statutory_duty duty = duties.items[0];
    duty.when.ko = "지체 없이";
    duty.checked_at = duty.checked_what = "";
    const struct tortured list[] = { { "change a duty", put_duty, &duty },
                                     { "remove it", remove_duty, arena_str(f->arena, duty.key) },
                                     { "as it ships", restore_duties, NULL } };
    torture_each(f, list, sizeof list / sizeof *list);
}

/* --- looking back and ahead --- */

static const struct quarter FIRST = { 2026, 1 };
static int64_t base; /* version of the section that is written on */

OPERATION(save_digest) {
    return digest_save(fixture_op(f), &(struct digest_input){ "true", "mon", arg, -1 }, err);
}
OPERATION(send_digest) {
    (void)arg;
    return digest_send(fixture_op(f), err);
}
OPERATION(tick) {
    return readiness_tick(fixture_op(f), "backup", arg, err);
}
OPERATION(make_review) {
    struct quarter_review out;
    (void)arg;
    return quarter_make(fixture_op(f), FIRST, &out, err);
}
OPERATION(save_review) {
    struct quarter_review out;
    const struct quarter_save save = { QUARTER_PLAN, arg, base };
    if (!quarter_save(fixture_op(f), FIRST, &save, &out, err)) return false;
    base = out.sections[QUARTER_PLAN].version;
    return true;
}

static void test_reviews_of_the_house(void **state) {
    struct fixture *f = *state;
    char time[] = "09:00", note[] = "위키 > 백업", plan[] = "경보를 줄입니다", again[] = "경보를 반으로 줄입니다";
    const struct tortured list[] = { { "set the digest", save_digest, time },
                                     { "send it now", send_digest, NULL },
                                     { "tick", tick, note },
                                     { "take the tick back", tick, NULL },
                                     { "write on the draft", save_review, plan },
                                     { "write again", save_review, again } };
    base = 0;
    listen_to_everything(f);
    torture_each(f, list, sizeof list / sizeof *list);
    struct quarter_review stored;
    OK(quarter_find(fixture_op(f), FIRST, &stored, &f->err));
    assert_string_equal(stored.sections[QUARTER_PLAN].body, again);
    assert_int_equal(stored.sections[QUARTER_PLAN].version, base);
    (void)declare(f, "결제 실패", "P1");
    fault_torture(f, make_review, NULL); /* counts again */
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_starting), FIXTURE_TEST(test_rules),
                                        FIXTURE_TEST(test_duties), FIXTURE_TEST(test_reviews_of_the_house) };
    incidents_start();
    return fixture_run("house faults", tests, sizeof tests / sizeof *tests);
}
