/* The running program, as the composition root (web/main.c, commands/serve.c) builds it. */
#ifndef BONGSU_WEB_APP_H
#define BONGSU_WEB_APP_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct live; /* server-sent events listener (http/live.h) */
struct slack_desk; /* connect/slack_desk.h */
struct store;
struct worker; /* work/worker.h */

struct app {
    struct store *store;
    struct clock *clock;
    struct worker *worker; /* NULL with --no-worker */
    struct live *live;
    struct slack_desk *slack;
    const char *data_dir; /* attachments, static status export, key file */
    const char *base_url; /* as people reach us; "http://127.0.0.1:8080" by default */
    const char *preset; /* --policy, "" if not given */
    bool test_clock; /* /test/clock is there */
    char setup_token[48]; /* "" if an administrator existed at start; see request_setup_open */
    int64_t started_ms;
};

#endif
