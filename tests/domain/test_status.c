/* The public status page: what customers may know, and never more. */
#include "support/incidents.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/settings.h"
#include "incident/recover.h"
#include "notice/notice.h"
#include "notice/status_export.h"
#include "notice/status_json.h"
#include "people/permission.h"
#include "service/maintenance.h"
#include "service/service.h"
#include "text/i18n.h"
#include "text/when.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct notice_step EMERGENCY = { .reason = "야간이라 승인자가 없음", .emergency = true };

static struct status_site site_of(struct fixture *f) {
    struct status_site site;
    OK(status_load(fixture_op(f), &site, &f->err));
    return site;
}

static void add_service(struct fixture *f, const char *key, const char *name, bool public) {
    struct service service;
    struct service_input input = { .key = key, .name = name, .tier = "1", .public = public ? "true" : "false" };
    OK(service_add(fixture_op(f), &input, &service, &f->err));
}

static struct notice publish(struct fixture *f, const char *ref, const char *stage) {
    struct notice notice;
    struct notice_input input = { .stage = stage, .next_minutes = "30" };
    OK(notice_create(fixture_op(f), ref, &input, &notice, &f->err));
    OK(notice_publish(fixture_op(f), notice.id, &EMERGENCY, &notice, &f->err));
    return notice;
}

static struct incident on(struct fixture *f, const char *service, const char *severity, const char *kind) {
    return declare_draft(f,
                         &(struct incident_draft){
                             .title = "내부에서만 쓰는 제목", .severity = severity, .service = service, .kind = kind });
}

static void recover(struct fixture *f, const char *ref) {
    struct incident incident;
    struct recovery recovery = { .cause = "원인", .action = "조치", .impact = "영향" };
    OK(incident_recover(fixture_op(f), ref, &recovery, &incident, &f->err));
}

static void test_only_what_was_published(void **state) {
    struct fixture *f = *state;
    add_service(f, "payment", "결제", true);
    add_service(f, "ledger", "정산", false);
    struct incident silent = on(f, "payment", "P1", NULL);
    struct incident drill = on(f, "payment", "P1", "drill");
    struct incident inside = on(f, "ledger", "P1", NULL);
    publish(f, drill.ref, "detected");
    struct status_site site = site_of(f);
    assert_int_equal(site.component_count, 1);
    assert_int_equal(site.incident_count, 0);
    assert_int_equal(site.components[0].level, LEVEL_OPERATIONAL);
    struct notice notice = publish(f, inside.ref, "detected");
    site = site_of(f);
    assert_int_equal(site.incident_count, 1);
    assert_int_equal(site.incidents[0].service_id, 0);
    assert_string_equal(site.incidents[0].id, notice.public_id);
    assert_int_equal(site.components[0].level, LEVEL_OPERATIONAL); /* nobody outside knows that service */
    publish(f, silent.ref, "detected");
    const struct status_reader reader = { i18n_get("ko"), "https://status.example.com" };
    site = site_of(f);
    for (int answer = 0; answer < STATUS_ANSWER_COUNT; answer++) {
        const char *text = json_dump(f->arena, status_json(f->arena, &site, &reader, (enum status_answer)answer));
        assert_null(strstr(text, "INC-"));
        assert_null(strstr(text, "\"P1\"")); /* ids may hold the two letters */
        assert_null(strstr(text, "내부에서만"));
    }
}

static void test_from_outage_to_recovery(void **state) {
    struct fixture *f = *state;
    add_service(f, "payment", "결제", true);
    struct incident incident = on(f, "payment", "P1", NULL);
    struct notice first = publish(f, incident.ref, "detected");
    struct status_site site = site_of(f);
    assert_int_equal(site.components[0].level, LEVEL_MAJOR);
    assert_int_equal(site.level, LEVEL_MAJOR);
    fixture_advance(f, 10 * MINUTE);
    publish(f, incident.ref, "recovering");
    site = site_of(f);
    assert_int_equal(site.components[0].level, LEVEL_DEGRADED);
    assert_int_equal(site.level, LEVEL_MAJOR); /* its impact stands until it is over */
    fixture_advance(f, 20 * MINUTE);
    recover(f, incident.ref);
    assert_int_equal(site_of(f).components[0].level, LEVEL_DEGRADED); /* customers have not been told yet */
    struct notice last = publish(f, incident.ref, "recovered");
    site = site_of(f);
    assert_int_equal(site.level, LEVEL_OPERATIONAL);
    assert_int_equal(site.incidents[0].count, 3);
    assert_string_equal(site.incidents[0].id, first.public_id);
    assert_int_equal(site.incidents[0].end - site.incidents[0].begin, 30 * MINUTE);
    const struct notice_step taken_back = { .reason = "금액이 틀림" };
    OK(notice_withdraw(fixture_op(f), last.id, &taken_back, &last, &f->err));
    site = site_of(f);
    assert_int_equal(site.incidents[0].count, 2);
    assert_int_equal(site.level, LEVEL_MAJOR);
    OK(notice_withdraw(fixture_op(f), first.id, &taken_back, &first, &f->err));
    assert_string_equal(site_of(f).incidents[0].id, first.public_id); /* the id stays */
}

/* A day and a half known, half an hour of outage twice over, and a slow hour that is shown and not subtracted. */
static void test_uptime_is_honest(void **state) {
    struct fixture *f = *state;
    struct status_bar bar;
    add_service(f, "payment", "결제", true);
    fixture_advance(f, DAY);
    struct incident one = on(f, "payment", "P1", NULL), twin = on(f, "payment", "P2", NULL);
    struct incident slow = on(f, "payment", "P3", NULL), silent = on(f, "payment", "P1", NULL);
    publish(f, one.ref, "detected");
    publish(f, twin.ref, "detected");
    publish(f, slow.ref, "detected");
    fixture_advance(f, 30 * MINUTE);
    recover(f, one.ref);
    recover(f, twin.ref);
    publish(f, one.ref, "recovered");
    publish(f, twin.ref, "recovered");
    fixture_advance(f, 30 * MINUTE);
    recover(f, slow.ref);
    recover(f, silent.ref);
    publish(f, slow.ref, "recovered");
    fixture_advance(f, 11 * HOUR);
    struct status_site site = site_of(f);
    status_bar(&site, &site.components[0], &bar);
    assert_int_equal(bar.uptime, (36 * 60 - 30) * 10000 / (36 * 60));
    int known = 0, minutes = 0;
    enum status_level worst = LEVEL_OPERATIONAL;
    for (int i = 0; i < STATUS_BAR_DAYS; i++) {
        known += bar.known[i];
        minutes += bar.minutes[i];
        if (bar.days[i] > worst) worst = bar.days[i];
    }
    assert_in_range(known, 2, 3); /* a day and a half touches two or three calendar days */
    assert_int_equal(minutes, 60);
    assert_int_equal(worst, LEVEL_MAJOR);
}

/* --- files --- */

struct reader {
    const char *folder;
    atomic_bool stop;
    int broken, seen;
};

static void *poll_files(void *arg) {
    struct reader *reader = arg;
    while (!atomic_load(&reader->stop)) {
        char path[400];
        char text[64 * 1024];
        (void)snprintf(path, sizeof path, "%s/index.html", reader->folder);
        FILE *file = fopen(path, "re");
        if (file == NULL) {
            reader->broken++;
            continue;
        }
        size_t size = fread(text, 1, sizeof text - 1, file);
        (void)fclose(file);
        text[size] = '\0';
        if (size == 0 || strstr(text, "</html>") == NULL) reader->broken++;
        reader->seen++;
    }
    return NULL;
}

static void test_files(void **state) {
    struct fixture *f = *state;
    struct reader reader = { 0 };
    pthread_t thread;
    bool written;
    char above[] = "/tmp/bongsu-status-XXXXXX";
    assert_non_null(mkdtemp(above));
    struct status_export wanted = { arena_printf(f->arena, "%s/status", above), "https://status.example.com", false };
    add_service(f, "payment", "결제", true);
    struct incident incident = on(f, "payment", "P1", NULL);
    OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    assert_true(written);
    OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    assert_false(written); /* to the byte the same */
    publish(f, incident.ref, "detected");
    OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    assert_true(written);
    reader.folder = wanted.folder;
    assert_int_equal(pthread_create(&thread, NULL, poll_files, &reader), 0);
    wanted.always = true;
    const char *rounds = getenv("BONGSU_EXPORTS"); /* 1,000 by hand */
    int64_t exports = 20;
    if (rounds != NULL) (void)str_to_i64(rounds, &exports);
    for (int64_t i = 0; i < exports; i++) OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    atomic_store(&reader.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(reader.broken, 0);
    assert_true(reader.seen > 0);
    static const char *const FILES[] = { "history.html", "feed.atom",           "en/index.html",
                                         "status.css",   "api/v2/summary.json", "en/api/v2/incidents/unresolved.json" };
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        assert_int_equal(access(arena_printf(f->arena, "%s/%s", wanted.folder, FILES[i]), R_OK), 0);
}

/* --- the page's own words --- */

static bool save_words(struct fixture *f, const char *text) {
    json_t *body;
    struct connect_setting saved;
    OK(json_parse(f->arena, text, strlen(text), &body, &f->err));
    const struct connect_setting_edit edit = { body, "https://portal.example.com", 0 };
    return connect_settings_save(fixture_op(f), "status", &edit, &saved, &f->err);
}

static const char *feed_of(struct fixture *f, const struct status_site *site, const char *lang, enum status_feed kind) {
    struct buf *out = ARENA_NEW(f->arena, struct buf);
    const struct status_reader reader = { i18n_get(lang), "https://status.example.com" };
    buf_init(out, f->arena, 1024 * 1024);
    status_feed(f->arena, site, &reader, kind, out);
    return out->data;
}

static const char *page_of(struct fixture *f, const struct status_site *site, const char *lang) {
    const struct status_reader reader = { i18n_get(lang), "https://status.example.com" };
    return json_dump(f->arena, json_object_get(status_json(f->arena, site, &reader, STATUS_STATUS), "page"));
}

static void test_words_are_shown(void **state) {
    struct fixture *f = *state;
    bool written;
    char above[] = "/tmp/bongsu-status-XXXXXX";
    assert_non_null(mkdtemp(above));
    const struct status_export files = { arena_printf(f->arena, "%s/status", above), "https://status.example.com",
                                         false };
    add_service(f, "payment", "결제", true);
    OK(status_export(fixture_op(f), &files, &written, &f->err));
    fixture_advance(f, HOUR);
    OK(save_words(f,
                  "{\"title\": \"봉수몰 <현황>\", \"title_en\": \"Bongsu Mall\", \"about\": \"첫 줄\\n둘째 줄\","
                  " \"contact_url\": \"https://help.example.com/?a=1&b=2\", \"time_zone\": \"Europe/Lisbon\"}"));
    struct status_site site = site_of(f);
    assert_int_equal(site.changed, fixture_op(f)->now_ms);
    assert_string_equal(tz_name(site.words.tz), "Europe/Lisbon");
    assert_non_null(strstr(feed_of(f, &site, "ko", STATUS_ATOM), "<title>봉수몰 &lt;현황&gt;</title>"));
    assert_non_null(strstr(feed_of(f, &site, "ko", STATUS_ATOM), "<subtitle>첫 줄\n둘째 줄</subtitle>"));
    assert_non_null(strstr(feed_of(f, &site, "en", STATUS_RSS), "<title>Bongsu Mall</title>"));
    const char *page = page_of(f, &site, "en");
    assert_non_null(strstr(page, "\"name\":\"Bongsu Mall\""));
    assert_non_null(strstr(page, "\"time_zone\":\"Europe/Lisbon\""));
    assert_non_null(strstr(page, "\"support_url\":\"https://help.example.com/?a=1&b=2\""));
    OK(status_export(fixture_op(f), &files, &written, &f->err));
    assert_true(written);
    OK(status_export(fixture_op(f), &files, &written, &f->err));
    assert_false(written);
}

/* Planned work that moves or is called off is said to, until its time has passed. */
static void test_maintenance_is_moved_and_called_off(void **state) {
    struct fixture *f = *state;
    struct maintenance m;
    struct maintenance_input input = { .title = "결제 점검", .title_en = "Payments", .public = "true" };
    int64_t now = fixture_op(f)->now_ms;
    input.starts_at = when_rfc3339(f->arena, now + DAY);
    input.ends_at = when_rfc3339(f->arena, now + DAY + HOUR);
    OK(maintenance_plan(fixture_op(f), &input, &m, &f->err));
    struct status_site site = site_of(f);
    assert_null(strstr(feed_of(f, &site, "ko", STATUS_ATOM), "변경"));
    input.starts_at = when_rfc3339(f->arena, now + 2 * DAY);
    input.ends_at = when_rfc3339(f->arena, now + 2 * DAY + HOUR);
    OK(maintenance_edit(fixture_op(f), m.id, m.version, &input, &m, &f->err));
    site = site_of(f);
    assert_int_equal(site.maintenances[0].was_starts, now + DAY);
    assert_non_null(strstr(feed_of(f, &site, "ko", STATUS_ATOM), "[점검 일정 변경] 결제 점검"));
    assert_non_null(strstr(feed_of(f, &site, "en", STATUS_RSS), "Planned before for"));
    OK(maintenance_cancel(fixture_op(f), m.id, false, &m, &f->err));
    site = site_of(f);
    assert_int_equal(site.maintenance_count, 1);
    assert_non_null(strstr(feed_of(f, &site, "en", STATUS_RSS), "[Maintenance cancelled] Payments"));
    const struct status_reader reader = { i18n_get("ko"), "https://status.example.com" };
    const json_t *list =
        json_object_get(status_json(f->arena, &site, &reader, STATUS_MAINTENANCES), "scheduled_maintenances");
    assert_int_equal(json_array_size(list), 0);
    fixture_advance(f, 3 * DAY);
    assert_int_equal(site_of(f).maintenance_count, 0);
}

static void test_words_are_checked(void **state) {
    struct fixture *f = *state;
    assert_false(save_words(f, "{\"time_zone\": \"Mars/Olympus\", \"contact_url\": \"javascript:alert(1)\"}"));
    assert_int_equal(f->op.fields.count, 2);
    assert_int_equal(site_of(f).words.changed, 0);
    OK(save_words(f, "{}")); /* everything as the organisation has it */
    struct status_site site = site_of(f);
    assert_string_equal(site.words.zone, site.organisation.zone);
    assert_null(strstr(page_of(f, &site, "ko"), "support_url\":\""));
}

/* 50 components and 1,000 notices: how long one export takes. */
static void test_large_site(void **state) {
    struct fixture *f = *state;
    char above[] = "/tmp/bongsu-status-XXXXXX";
    bool written;
    struct timespec began, ended;
    assert_non_null(mkdtemp(above));
    for (int i = 0; i < 50; i++)
        add_service(f, arena_printf(f->arena, "svc%d", i), arena_printf(f->arena, "서비스 %d", i), true);
    struct incident incident = on(f, "svc1", "P1", NULL);
    publish(f, incident.ref, "detected");
    for (int i = 0; i < 250; i++) {
        fixture_advance(f, HOUR);
        struct incident one = on(f, arena_printf(f->arena, "svc%d", i % 50), "P1", NULL);
        publish(f, one.ref, "detected");
        publish(f, one.ref, "delayed");
        publish(f, one.ref, "recovering");
        recover(f, one.ref);
        publish(f, one.ref, "recovered");
    }
    struct status_export wanted = { arena_printf(f->arena, "%s/status", above), "https://status.example.com", false };
    clock_gettime(CLOCK_MONOTONIC, &began);
    OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    clock_gettime(CLOCK_MONOTONIC, &ended);
    int64_t ms = (ended.tv_sec - began.tv_sec) * 1000 + (ended.tv_nsec - began.tv_nsec) / 1000000;
    print_message("export of 50 components and 1,001 notices: %lld ms\n", (long long)ms);
    assert_true(written);
    assert_true(ms < 3000); /* a tenth of that on an idle machine */
    OK(status_export(fixture_op(f), &wanted, &written, &f->err));
    assert_false(written);
}

int main(void) {
    incidents_start();
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_only_what_was_published),
        FIXTURE_TEST(test_from_outage_to_recovery),
        FIXTURE_TEST(test_uptime_is_honest),
        FIXTURE_TEST(test_files),
        FIXTURE_TEST(test_words_are_shown),
        FIXTURE_TEST(test_words_are_checked),
        FIXTURE_TEST(test_maintenance_is_moved_and_called_off),
        FIXTURE_TEST(test_large_site),
    };
    return fixture_run("status", tests, sizeof tests / sizeof *tests);
}
