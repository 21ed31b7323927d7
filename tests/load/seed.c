/* Fills a migrated database for the load tests, with the rows the portal itself would write: incidents over the last
 * five years, their timelines and their search documents, five of them open. The newest, INC-2019-NNNNNN with the
 * number of incidents, has 40 events, every other EVENTS / INCIDENTS.
 *
 *   seed DATABASE INCIDENTS EVENTS SESSIONS LOGIN     prints {"sessions": […]}: so many cookies of that person
 *
 * One title in five thousand holds the rare word 섬돌, one in ten the common one 결제. */
#include "base/arena.h"
#include "base/asset.h"
#include "base/id.h"
#include "base/op.h"
#include "base/secret.h"
#include "incident/incident_internal.h"
#include "incident/search.h"
#include "incident/timeline_row.h"
#include "people/session.h"
#include "store/db.h"
#include "text/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 500, OPEN = 5, OPEN_EVENTS = 40, RARE = 5000, YEARS = 5 };

SQL(SQL_CLEAR_DUE, "", "", "DELETE FROM due WHERE kind = 'incident.changed'");
SQL(SQL_USER, "t", "i", "SELECT id FROM user_account WHERE login = ?1");

struct seeding {
    struct op *op;
    int64_t incidents, events;
    int64_t from, until; /* of the running batch */
    int64_t user_id;
    struct incident newest;
};

static const char *const THINGS[] = { "결제", "로그인", "주문", "알림",   "검색",
                                      "정산", "배송",   "쿠폰", "이미지", "Redis" };
static const char *const FAULTS[] = { "승인 지연", "응답 없음", "오류율 증가", "접속 불가",
                                      "중복 발송", "timeout",   "데이터 누락" };

static int64_t count_of_events(const struct seeding *seeding, int64_t n) {
    return n == seeding->incidents - 1 ? OPEN_EVENTS : seeding->events / seeding->incidents;
}

static struct incident make_incident(struct op *op, const struct seeding *seeding, int64_t n) {
    static const char *const SEVERITIES[] = { "P1", "P2", "P3" };
    const int64_t span = (int64_t)YEARS * 365 * 86400 * 1000;
    int64_t age = seeding->incidents - n;
    int64_t begin = op->now_ms - span / (seeding->incidents + 1) * age;
    bool open = age <= OPEN;
    if (open) begin = op->now_ms - age * 7 * MINUTE_MS;
    struct incident incident = {
        .id = id_new(begin),
        .ref = arena_printf(op->arena, "INC-2019-%06lld", (long long)(n + 1)),
        .title = arena_printf(op->arena, "%s %s%s %lld", THINGS[n % 10], FAULTS[n % 7], n % RARE == 17 ? " 섬돌" : "",
                              (long long)n),
        .symptom = "앱과 웹에서 같은 오류가 보이고, 새로 고치면 가끔 된다.",
        .severity = SEVERITIES[n % 3],
        .state = open ? INCIDENT_ACKNOWLEDGED : INCIDENT_CLOSED,
        .impact = "국내 사용자의 12%, 결제 화면에서 승인 대기가 길어진다",
        .owner = "김하늘",
        .action = "두 번째 회선으로 우회하고 대기열을 비우는 중",
        .lang = "ko",
        .declared_at = begin,
        .declared_by = seeding->user_id,
        .acknowledged_at = begin + MINUTE_MS,
        .updated_at = begin + 10 * MINUTE_MS,
        .policy_version = 1,
        .version = 1,
        .last_seq = count_of_events(seeding, n),
    };
    incident.phase_at[PHASE_OCCURRED] = begin - 3 * MINUTE_MS;
    incident.phase_at[PHASE_DETECTED] = begin;
    if (open) return incident;
    incident.phase_at[PHASE_RECOVERED] = begin + 40 * MINUTE_MS;
    incident.closed_at = begin + 90 * MINUTE_MS;
    return incident;
}

static bool add_events(struct tx *tx, const struct incident *incident, int64_t count, struct error *err) {
    static const enum event_kind KINDS[] = { EVENT_UPDATE, EVENT_NOTE, EVENT_DECISION, EVENT_LOG };
    struct event event = { .incident_id = incident->id, .phase = -1, .actor = "김하늘" };
    for (int64_t seq = 1; seq <= count; seq++) {
        event.seq = seq;
        event.at = event.recorded_at = incident->declared_at + seq * MINUTE_MS / 2;
        event.id = id_new(event.at);
        event.kind = seq == 1 ? EVENT_DECLARED : KINDS[seq % 4];
        event.text = seq % 3 == 0 ? "승인 서버 3대를 다시 켰고 <b>대기열</b>이 줄고 있습니다. 15분 뒤에 다시 알립니다."
                                  : "오류율이 0.4%에서 7.9%로 올랐습니다. Circuit breaker opened on pay-7.";
        if (!event_insert(tx, &event, err)) return false;
    }
    return true;
}

static bool add_batch(struct tx *tx, void *arg, struct error *err) {
    struct seeding *seeding = arg;
    struct op *op = tx_op(tx);
    for (int64_t n = seeding->from; n < seeding->until; n++) {
        struct incident incident = make_incident(op, seeding, n);
        if (!incident_insert(tx, &incident, err) || !incident_index(tx, &incident, err) ||
            !add_events(tx, &incident, incident.last_seq, err)) {
            return false;
        }
        seeding->newest = incident;
    }
    return tx_exec(tx, &SQL_CLEAR_DUE, NO_ARGS, NULL, err);
}

static bool find_user(struct tx *tx, void *arg, struct error *err) {
    struct seeding *seeding = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_USER, ARGS(TXT(seeding->op->actor->login)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "user.not_found", "%s", seeding->op->actor->login);
    seeding->user_id = rows_i64(&row, 0);
    return true;
}

static void print_sessions(struct seeding *seeding, int64_t count, struct error *err) {
    struct login_attempt from = { .remote = "127.0.0.1", .user_agent = "load" };
    printf("{\"sessions\":[");
    for (int64_t i = 0; i < count; i++) {
        char token[SECRET_TOKEN_SIZE];
        if (!session_create(seeding->op, seeding->user_id, &from, token, err)) die("session: %s", err->detail);
        printf("%s\"%s\"", i > 0 ? "," : "", token);
        arena_reset(seeding->op->arena);
    }
    printf("]}\n");
}

static int64_t number(const char *text) {
    return strtoll(text, NULL, 10);
}

int main(int argc, char **argv) {
    if (argc != 6) die("seed DATABASE INCIDENTS EVENTS SESSIONS LOGIN");
    struct error err;
    struct store *store;
    struct timespec now;
    secret_start();
    asset_start();
    clock_gettime(CLOCK_REALTIME, &now);
    if (!i18n_load_all(&err) || !store_open(&(struct store_options){ argv[1], 1, 1 }, &store, &err))
        die("%s", err.detail);
    struct actor actor = { .kind = ACTOR_COMMAND, .login = argv[5], .name = "load" };
    struct op op = { .store = store, .arena = arena_new(ARENA_REQUEST_CAP), .actor = &actor, .lang = i18n_get("ko") };
    op.now_ms = (int64_t)now.tv_sec * 1000;
    struct seeding seeding = { .op = &op, .incidents = number(argv[2]), .events = number(argv[3]) };
    if (!store_read(&op, find_user, &seeding, &err)) die("%s", err.detail);
    for (int64_t at = 0; at < seeding.incidents; at += BATCH) {
        seeding.from = at;
        seeding.until = at + BATCH < seeding.incidents ? at + BATCH : seeding.incidents;
        arena_reset(op.arena);
        if (!store_write(&op, add_batch, &seeding, &err)) die("batch at %lld: %s", (long long)at, err.detail);
    }
    arena_reset(op.arena);
    print_sessions(&seeding, number(argv[4]), &err);
    store_close(store);
    arena_free(op.arena);
    return 0;
}
