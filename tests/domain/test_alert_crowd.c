/* alert/: many requests of one sender at the same moment. Whatever the engine makes of writes that meet, every one of
 * them is taken, each group has one incident, and every request has its receipt. */
#include "support/incidents.h"

#include "alert/receipt.h"
#include "base/arena.h"
#include "people/permission.h"

#include <pthread.h>

enum { CROWD = 24, ROUNDS = 30, GROUPS = 4, ARENA_MIB = 64 };

struct one {
    struct fixture *f;
    const struct integration *from;
    int number, failed;
    pthread_t thread;
    struct error err; /* of the last failure */
};

static void *send_all(void *arg) {
    struct one *one = arg;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new((size_t)ARENA_MIB * 1024 * 1024);
        struct op op = { .store = one->f->store, .arena = arena, .actor = actor_of_system(), .now_ms = FIXTURE_NOW };
        struct alert_result result;
        struct alert_event event = { .fingerprint = arena_printf(arena, "%d-%d", one->number, round / 2),
                                     .title = "몰림",
                                     .severity = "critical",
                                     .group = arena_printf(arena, "g%d", (one->number + round) % GROUPS) };
        const struct alert_batch batch = { .events = &event, .count = 1 };
        if (!alert_ingest(&op, one->from, &batch, &result, &one->err)) one->failed++;
        arena_free(arena);
    }
    return NULL;
}

static void test_nothing_is_refused(void **state) {
    struct fixture *f = *state;
    struct integration from;
    struct one crowd[CROWD];
    OK(integration_add(fixture_op(f), &(struct integration_input){ .kind = "alertmanager", .name = "몰림" }, &from,
                       &f->err));
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (struct one){ .f = f, .from = &from, .number = i };
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, send_all, &crowd[i]), 0);
    }
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_join(crowd[i].thread, NULL), 0);
    for (int i = 0; i < CROWD; i++) {
        if (crowd[i].failed > 0)
            fail_msg("%d refused: %s (%s)", crowd[i].failed, crowd[i].err.code, crowd[i].err.detail);
    }
    assert_int_equal(fixture_count(f, "alert"), CROWD * ROUNDS / 2);
    assert_int_equal(fixture_number(f, "SELECT CAST(sum(occurrences) AS BIGINT) FROM alert"), CROWD * ROUNDS);
    assert_int_equal(fixture_number(f, "SELECT received FROM integration"), CROWD * ROUNDS);
    assert_int_equal(fixture_number(f, "SELECT receipts FROM integration"), CROWD * ROUNDS);
    assert_int_equal(fixture_count(f, "integration_receipt"), RECEIPTS_KEPT);
    assert_int_equal(fixture_count(f, "incident"), GROUPS);
    assert_int_equal(fixture_number(f,
                                    "SELECT count(*) FROM (SELECT group_hash FROM alert GROUP BY group_hash "
                                    "HAVING count(DISTINCT incident_id) <> 1) AS torn"),
                     0);
}

int main(void) {
    const struct CMUnitTest tests[] = { FIXTURE_TEST(test_nothing_is_refused) };
    incidents_start();
    return fixture_run("alert_crowd", tests, sizeof tests / sizeof *tests);
}
