/* The desk: see slack_desk.h. A job belongs to the desk's list, to the thread that works on it and to the caller that
 * waits; `holders` counts the last two, and whoever leaves last frees it. */
#include "connect/slack_desk.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "connect/settings.h"
#include "connect/slack_api.h"
#include "connect/slack_modal.h"
#include "connect/slack_run.h"
#include "net/http_client.h"
#include "people/permission.h"
#include "text/i18n.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 20, TRY_PAUSE_MS = 500, POST_TRIES = 4, SETTINGS_AGE_MS = 30 * 1000 };

struct job {
    struct arena *arena;
    struct op op;
    struct slack_work work;
    int holders;
    bool done, left; /* left: the caller went, tell response_url */
    struct job *next;
};

struct slack_desk {
    struct slack_desk_options options;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct job *first, *last;
    int waiting;
    bool stopping;
    pthread_t threads[SLACK_DESK_THREADS];
    int thread_count;
    /* what was read last; text, so that every reader parses into its own arena */
    char *settings;
    uint64_t settings_version;
    int64_t settings_read_at; /* monotonic; 0: never */
};

/* --- settings in memory --- */

static bool read_settings(struct slack_desk *desk, struct op *op, struct error *err) {
    const json_t *json;
    uint64_t version = store_topic_version(desk->options.store, SETTINGS_TOPIC);
    if (!connect_settings_load(op, "slack", &json, err)) return false;
    char *text = strdup(json_dump(op->arena, json));
    if (text == NULL) die("slack: out of memory");
    pthread_mutex_lock(&desk->lock);
    free(desk->settings);
    desk->settings = text;
    desk->settings_version = version;
    desk->settings_read_at = clock_monotonic_ms();
    pthread_mutex_unlock(&desk->lock);
    return true;
}

bool slack_desk_settings(struct slack_desk *desk, struct op *op, const json_t **out, struct error *err) {
    json_t *json;
    uint64_t version = store_topic_version(desk->options.store, SETTINGS_TOPIC);
    pthread_mutex_lock(&desk->lock);
    bool fresh = desk->settings != NULL && desk->settings_version == version;
    pthread_mutex_unlock(&desk->lock);
    if (!fresh && !read_settings(desk, op, err)) return false;
    pthread_mutex_lock(&desk->lock);
    char *text = arena_str(op->arena, desk->settings);
    pthread_mutex_unlock(&desk->lock);
    if (!json_parse(op->arena, text, strlen(text), &json, err)) return false;
    *out = json;
    return true;
}

/* Another process may have changed them; looked at between jobs, never while somebody waits. */
static void refresh_settings(struct slack_desk *desk, struct op *op) {
    struct error err;
    pthread_mutex_lock(&desk->lock);
    bool old = clock_monotonic_ms() - desk->settings_read_at > SETTINGS_AGE_MS;
    pthread_mutex_unlock(&desk->lock);
    if (old && !read_settings(desk, op, &err)) log_error("slack.settings", op->request_id, &err);
}

/* --- jobs --- */

static void pause_ms(int ms) {
    nanosleep(&(struct timespec){ ms / 1000, (long)(ms % 1000) * 1000000 }, NULL);
}

/* A form has no response_url: whoever sent it off hears by a message of the bot. */
static void tell_by_bot(struct job *job, const char *text) {
    struct op *op = &job->op;
    const struct slack_line line = { .base = json_text(job->work.settings, "base_url"),
                                     .token = json_text(job->work.settings, "bot_token") };
    const json_t *answer;
    struct outcome out = { .reason = "no bot" };
    json_t *body = json_obj(op->arena);
    json_put_text(body, "channel", job->work.call->user_id);
    json_put_text(body, "text", text);
    for (int i = 0; i < POST_TRIES && line.token != NULL; i++) {
        if (slack_api(op, &line, "chat.postMessage", body, &answer, &out)) return;
        if (out.kind != OUTCOME_RETRY && out.kind != OUTCOME_SLOW_DOWN) break;
        pause_ms(1000 << i);
    }
    log_event(LOG_WARN, "slack.not_told", "request", op->request_id, "reason", out.reason, NULL);
}

static void tell_later(struct job *job) {
    struct op *op = &job->op;
    const json_t *settings = job->work.settings;
    const char *const hosts[] = { "hooks.slack.com", slack_host(op->arena, json_text(settings, "base_url")), NULL };
    if (job->work.call->form != NULL && !str_blank(job->work.told)) tell_by_bot(job, job->work.told);
    if (job->work.call->response_url == NULL || str_blank(job->work.answer)) return;
    json_t *json = json_obj(op->arena);
    json_put_text(json, "response_type", "ephemeral");
    json_put_bool(json, "replace_original", false);
    json_put_text(json, "text", job->work.answer);
    const char *body = json_dump(op->arena, json);
    const struct net_header headers[] = { { "Content-Type", "application/json; charset=utf-8" } };
    const struct net_request request = { .method = "POST",
                                         .url = job->work.call->response_url,
                                         .headers = headers,
                                         .header_count = 1,
                                         .body = body,
                                         .body_len = strlen(body),
                                         .timeout_ms = 10000,
                                         .hosts = hosts };
    for (int i = 0; i < POST_TRIES; i++) { /* Slack takes five answers within half an hour */
        struct net_reply reply;
        struct error err;
        bool sent = net_send(op->arena, &request, &reply, &err);
        if (sent && reply.status == 404) tell_by_bot(job, job->work.answer); /* used up, or expired */
        if (sent && reply.status < 500 && reply.status != 429) return;
        if (!sent && err.kind != ERR_UPSTREAM) {
            log_error("slack.response_url", op->request_id, &err);
            return;
        }
        pause_ms(1000 << i);
    }
    log_event(LOG_WARN, "slack.not_told", "request", op->request_id, NULL);
}

static void let_go(struct slack_desk *desk, struct job *job) {
    pthread_mutex_lock(&desk->lock);
    bool last = --job->holders == 0;
    pthread_mutex_unlock(&desk->lock);
    if (last) arena_free(job->arena);
}

static void run_job(struct slack_desk *desk, struct job *job) {
    struct error err;
    bool ok = slack_work(&job->op, &job->work, &err);
    for (int i = 1; !ok && err.kind == ERR_BUSY && i < TRIES; i++) {
        pause_ms(TRY_PAUSE_MS);
        ok = slack_work(&job->op, &job->work, &err);
    }
    if (!ok) {
        log_error("slack.command", job->op.request_id, &err);
        job->work.told = i18n_text(job->op.lang, "slack.answer.failed");
        bool form = job->work.call->form != NULL;
        job->work.answer = form ? slack_form_done(&job->op, job->work.told) : job->work.told;
    }
    pthread_mutex_lock(&desk->lock);
    job->done = true;
    /* a button's answer has no place but response_url; nobody reads the body of its acknowledgement */
    bool later = job->left || job->work.call->press_count > 0;
    pthread_cond_broadcast(&desk->done);
    pthread_mutex_unlock(&desk->lock);
    if (later) tell_later(job);
    refresh_settings(desk, &job->op);
    let_go(desk, job);
}

static void *desk_thread(void *arg) {
    struct slack_desk *desk = arg;
    for (;;) {
        pthread_mutex_lock(&desk->lock);
        while (desk->first == NULL && !desk->stopping) pthread_cond_wait(&desk->work, &desk->lock);
        struct job *job = desk->first;
        if (job != NULL) {
            desk->first = job->next;
            desk->waiting--;
        }
        pthread_mutex_unlock(&desk->lock);
        if (job == NULL) return NULL;
        run_job(desk, job);
    }
}

static struct job *make_job(struct slack_desk *desk, const struct op *from, const struct slack_call *call,
                            const json_t *settings) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct job *job = ARENA_NEW(arena, struct job);
    struct arena *home = json_leave_home(); /* the job may outlive the request that brought it */
    json_t *copy = json_deep_copy(settings);
    json_push(json_arr(arena), copy);
    json_come_home(home);
    *job = (struct job){ .arena = arena, .holders = 2 };
    job->op = (struct op){ .store = desk->options.store,
                           .arena = arena,
                           .actor = actor_nobody(),
                           .now_ms = clock_now_ms(desk->options.clock),
                           .request_id = arena_str(arena, from->request_id),
                           .lang = from->lang };
    job->work =
        (struct slack_work){ .call = slack_call_copy(arena, call), .settings = copy, .portal = desk->options.portal };
    return job;
}

static bool enqueue(struct slack_desk *desk, struct job *job) {
    pthread_mutex_lock(&desk->lock);
    bool room = desk->waiting < SLACK_DESK_WAITING_MAX && !desk->stopping;
    if (room) {
        if (desk->first == NULL) desk->first = job;
        else desk->last->next = job;
        desk->last = job;
        desk->waiting++;
        pthread_cond_signal(&desk->work);
    }
    pthread_mutex_unlock(&desk->lock);
    return room;
}

/* True when it was done in time. */
static bool wait_for(struct slack_desk *desk, struct job *job) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += SLACK_ANSWER_MS / 1000;
    int code = 0;
    pthread_mutex_lock(&desk->lock);
    while (!job->done && code == 0) code = pthread_cond_timedwait(&desk->done, &desk->lock, &until);
    bool done = job->done;
    job->left = !done;
    pthread_mutex_unlock(&desk->lock);
    return done;
}

bool slack_desk_call(struct slack_desk *desk, struct op *op, const struct slack_call *call, const char **answer,
                     struct error *err) {
    const json_t *settings;
    if (!slack_desk_settings(desk, op, &settings, err)) return false;
    struct job *job = make_job(desk, op, call, settings);
    if (!enqueue(desk, job)) {
        arena_free(job->arena);
        return ERROR(err, ERR_BUSY, "slack.busy", "%d wait", SLACK_DESK_WAITING_MAX);
    }
    *answer = wait_for(desk, job) ? arena_str(op->arena, job->work.answer) : NULL;
    let_go(desk, job);
    return true;
}

/* --- start and stop --- */

bool slack_desk_start(const struct slack_desk_options *options, struct slack_desk **out, struct error *err) {
    struct slack_desk *desk = calloc(1, sizeof *desk);
    pthread_condattr_t monotonic;
    if (desk == NULL) die("slack: out of memory");
    desk->options = *options;
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->work, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&desk->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = desk;
    for (; desk->thread_count < SLACK_DESK_THREADS; desk->thread_count++) {
        if (pthread_create(&desk->threads[desk->thread_count], NULL, desk_thread, desk) != 0) {
            slack_desk_stop(desk);
            *out = NULL;
            return ERROR(err, ERR_INTERNAL, "slack.threads", "cannot start threads");
        }
    }
    return true;
}

void slack_desk_stop(struct slack_desk *desk) {
    if (desk == NULL) return;
    pthread_mutex_lock(&desk->lock);
    desk->stopping = true;
    pthread_cond_broadcast(&desk->work);
    pthread_mutex_unlock(&desk->lock);
    for (int i = 0; i < desk->thread_count; i++) pthread_join(desk->threads[i], NULL);
    pthread_cond_destroy(&desk->work);
    pthread_cond_destroy(&desk->done);
    pthread_mutex_destroy(&desk->lock);
    free(desk->settings);
    free(desk);
}
