/* Live updates: the request of a viewer: one GET, judged by the same gate as every other request. */
#include "http/live_internal.h"

#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "http/csrf.h"
#include "http/head.h"
#include "http/urlenc.h"
#include "people/session.h"
#include "text/i18n.h"

#include <stdlib.h>
#include <string.h>

void ring_add(struct ring *ring, const char *topic) {
    ring->last++;
    str_copy(ring->topics[ring->last % LIVE_RING], LIVE_TOPIC_SIZE, topic);
}

const char *ring_topic(const struct ring *ring, uint64_t number) {
    return ring->topics[number % LIVE_RING];
}

bool ring_place(const struct ring *ring, const char *id, uint64_t *number) {
    int64_t epoch = 0, at = 0;
    char text[64];
    const char *dash = strchr(id, '-');
    if (dash == NULL || strlen(id) >= sizeof text) return false;
    str_copy(text, sizeof text, id);
    text[dash - id] = '\0';
    if (!str_to_i64(text, &epoch) || !str_to_i64(dash + 1, &at) || at < 0) return false;
    *number = (uint64_t)at;
    return (uint64_t)epoch == ring->epoch && *number <= ring->last && ring->last - *number < LIVE_RING;
}

bool viewer_wants(const struct viewer *viewer, const char *topic) {
    if (str_eq(topic, "*")) return true;
    for (int i = 0; i < viewer->topic_count; i++) {
        const char *wanted = viewer->topics[i];
        size_t len = strlen(wanted);
        if (len > 0 && wanted[len - 1] == '*' ? strncmp(wanted, topic, len - 1) == 0 : str_eq(wanted, topic))
            return true;
    }
    return false;
}

static bool read_topics(struct viewer *viewer, const struct request *request) {
    int count = 0;
    for (const struct http_pair *pair = request->query; pair->name != NULL; pair++)
        count += str_eq(pair->name, "topic");
    if (count == 0 || count > LIVE_TOPICS_MAX) return false;
    viewer->topics = calloc((size_t)count, LIVE_TOPIC_SIZE);
    REQUIRE(viewer->topics != NULL);
    for (const struct http_pair *pair = request->query; pair->name != NULL; pair++) {
        if (!str_eq(pair->name, "topic")) continue;
        size_t len = strlen(pair->value);
        if (len == 0 || len >= LIVE_TOPIC_SIZE) return false;
        str_copy(viewer->topics[viewer->topic_count++], LIVE_TOPIC_SIZE, pair->value);
    }
    return true;
}

static bool may_read(struct http *http, struct arena *arena, const char *token, int64_t *session_id) {
    struct actor nobody = { .kind = ACTOR_NOBODY, .login = "" };
    struct op op = { .store = http->app->store, .arena = arena, .actor = &nobody, .request_id = "live" };
    op.now_ms = clock_now_ms(http->app->clock);
    op.lang = i18n_get("ko");
    struct session session;
    struct error err;
    if (!session_resolve(&op, token, &session, &err)) return false;
    *session_id = session.id;
    return actor_may(&session.actor, PERM_READ);
}

bool live_session_holds(struct http *http, struct viewer *viewer) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    bool holds = may_read(http, arena, viewer->session, &viewer->session_id);
    arena_free(arena);
    return holds;
}

static int judge(struct http *http, const struct ring *ring, struct viewer *viewer, struct arena *arena,
                 uint64_t *since) {
    struct gate_head head;
    struct gate_pass pass;
    const char *code;
    const struct gate_rules rules = { http->hosts, http->any_host };
    if (!head_parse(arena, viewer->input, &head)) return 400;
    int status = gate_check(&head, &rules, &pass, &code);
    if (status != 0) return status;
    if (pass.method != HTTP_GET || pass.head || pass.content_length > 0) return 405;
    if (!str_eq(head.uri, "/live")) return 404;
    struct op op = { .arena = arena };
    struct request request = { .op = &op, .http = http, .headers = head.headers };
    const char *query = head.query == NULL ? "" : head.query;
    if (!urlenc_pairs(arena, query, strlen(query), &request.query) || !read_topics(viewer, &request)) return 400;
    if (!csrf_same_origin(&request, http->settings->base_url)) return 403;
    const char *token = request_cookie(&request, session_cookie_name(http));
    if (token == NULL || !may_read(http, arena, token, &viewer->session_id)) return 401;
    viewer->session = strdup(token);
    REQUIRE(viewer->session != NULL);
    const char *last = request_header(&request, "Last-Event-ID");
    if (last == NULL) *since = ring->last;
    else if (!ring_place(ring, last, since)) *since = UINT64_MAX;
    return 0;
}

int live_read_request(struct http *http, const struct ring *ring, struct viewer *viewer, uint64_t *since) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    int status = judge(http, ring, viewer, arena, since);
    arena_free(arena);
    return status;
}
