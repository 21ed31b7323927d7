/* Settings: every option of the program in one table. Options win over the environment (BONGSU_…), the
 * environment over the file given with --config. Secrets may come from a file: BONGSU_X_FILE. */
#ifndef BONGSU_WEB_SETTINGS_H
#define BONGSU_WEB_SETTINGS_H

#include "base/error.h"

#include <stdbool.h>

struct arena;

struct settings {
    const char *listen; /* 127.0.0.1:8080 */
    const char *live_listen; /* 127.0.0.1:8081 */
    const char *database; /* DATA/bongsu.db */
    const char *data; /* ./data */
    const char *policy; /* "" */
    const char *base_url; /* http://LISTEN */
    const char *hosts, *trusted_proxies; /* NULL if not given */
    const char *workers; /* "64" */
    const char *keep_alive_ms, *request_ms, *body_ms;
    const char *rate_limit; /* "on" or "off" */
    const char *access_log; /* "all", "changes", "off" */
    const char *log_level;
    const char *outbound_proxy; /* http://host:port, NULL: as the environment's http_proxy says */
    const char *call_ms; /* "15000" */
    const char *ca_file; /* PEM, NULL: the system's authorities only */
    const char *network; /* "open" or "closed" */
    const char *allow_hosts; /* what a closed network may reach, NULL: nothing */
    const char *test_clock, *no_worker, *allow_private_targets; /* "yes" or NULL */
    const char *config;
    bool base_url_given;
};

/* Takes the options it knows out of argv (from argv[1] on) and leaves the rest, so that a command can read its own.
 * ERR_INVALID `settings.…` with the offender in detail. Texts live in the arena or in argv. */
bool settings_read(struct arena *arena, int *argc, char **argv, struct settings *out, struct error *err) NODISCARD;

/* Every option with its value as `name = value`, secrets left out, on stdout: what `serve --check-config` shows. */
void settings_print(struct arena *arena, const struct settings *settings);
/* A value as it may be shown: the password in the URL of a database or a proxy is ***. */
const char *settings_shown(struct arena *arena, const char *value);
/* Names of options that differ, comma-separated; "" if none. log-level is left out: it can change while running. */
const char *settings_difference(struct arena *arena, const struct settings *a, const struct settings *b);

/* Whole number between min and max; ERR_INVALID otherwise. */
bool settings_number(const char *name, const char *text, int min, int max, int *out, struct error *err) NODISCARD;

void settings_print_help(void); /* the options, one a line, on stdout */

#endif
