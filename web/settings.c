/* Settings: see settings.h. */
#include "settings.h"

#include "base/arena.h"
#include "base/str.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_MAX = 64 * 1024 };

static const struct option {
    const char *name; /* --live-listen, BONGSU_LIVE_LISTEN, live_listen = … */
    size_t offset;
    bool flag;
    const char *help;
} OPTIONS[] = {
    { "listen", offsetof(struct settings, listen), false, "address:port of the portal (127.0.0.1:8080)" },
    { "live-listen", offsetof(struct settings, live_listen), false,
      "address:port of live updates (127.0.0.1:8081), off to disable" },
    { "database", offsetof(struct settings, database), false, "path, or postgresql://… (DATA/bongsu.db)" },
    { "data", offsetof(struct settings, data), false, "folder for the database and attachments (./data)" },
    { "policy", offsetof(struct settings, policy), false, "preset at first start: p1-p3, p1-p4 or p0-p3" },
    { "base-url", offsetof(struct settings, base_url), false, "address people use, https://… behind a proxy" },
    { "hosts", offsetof(struct settings, hosts), false, "further host names to answer to" },
    { "trusted-proxies", offsetof(struct settings, trusted_proxies), false,
      "addresses whose X-Forwarded-For counts (127.0.0.1)" },
    { "workers", offsetof(struct settings, workers), false, "worker threads, 4 to 1024 (64)" },
    { "keep-alive-ms", offsetof(struct settings, keep_alive_ms), false, "how long an idle connection is kept (2000)" },
    { "request-ms", offsetof(struct settings, request_ms), false, "deadline for a request's head (5000)" },
    { "body-ms", offsetof(struct settings, body_ms), false, "deadline for a request's body (15000)" },
    { "rate-limit", offsetof(struct settings, rate_limit), false, "on or off (on)" },
    { "access-log", offsetof(struct settings, access_log), false, "all, changes or off (all)" },
    { "log-level", offsetof(struct settings, log_level), false, "debug, info, warn or error (info)" },
    { "outbound-proxy", offsetof(struct settings, outbound_proxy), false,
      "http://host:port that outgoing requests go through (http_proxy of the environment)" },
    { "call-ms", offsetof(struct settings, call_ms), false, "longest an outgoing call may take, 50 to 60000 (15000)" },
    { "ca-file", offsetof(struct settings, ca_file), false,
      "PEM file of authorities trusted beside the system's, e.g. the company's own" },
    { "network", offsetof(struct settings, network), false,
      "open, or closed: nothing outside is called but allow-hosts (open)" },
    { "allow-hosts", offsetof(struct settings, allow_hosts), false,
      "hosts a closed network may reach, e.g. jira.corp,.slack.com" },
    { "config", offsetof(struct settings, config), false, "file of `name = value` lines" },
    { "test-clock", offsetof(struct settings, test_clock), true,
      "a clock that stands still until moved (loopback only)" },
    { "no-worker", offsetof(struct settings, no_worker), true, "web only; run `bongsu worker` elsewhere" },
    { "allow-private-targets", offsetof(struct settings, allow_private_targets), true,
      "messages may go to http and to addresses of our own network" },
};
enum { OPTION_COUNT = sizeof OPTIONS / sizeof *OPTIONS };

static const char **slot(struct settings *settings, const struct option *option) {
    return (const char **)(void *)((char *)settings + option->offset);
}

static const struct option *find_option(const char *name, size_t len) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const char *known = OPTIONS[i].name;
        bool same = strlen(known) == len;
        for (size_t j = 0; same && j < len; j++) same = known[j] == (name[j] == '_' ? '-' : name[j]);
        if (same) return &OPTIONS[i];
    }
    return NULL;
}

static bool flag_value(const char *text, const char **out) {
    bool yes = str_eq(text, "1") || str_eq(text, "yes") || str_eq(text, "true") || str_eq(text, "on");
    bool no = str_eq(text, "0") || str_eq(text, "no") || str_eq(text, "false") || str_eq(text, "off") || *text == '\0';
    *out = yes ? "yes" : NULL;
    return yes || no;
}

static bool set(struct settings *settings, const struct option *option, const char *value, struct error *err) {
    const char *kept = value;
    if (option->flag && !flag_value(value, &kept)) {
        return ERROR(err, ERR_INVALID, "settings.flag", "%s is yes or no, not '%s'", option->name, value);
    }
    if (option->offset == offsetof(struct settings, base_url)) settings->base_url_given = true;
    *slot(settings, option) = kept;
    return true;
}

static bool read_line(struct arena *arena, struct settings *settings, char *line, size_t number, struct error *err) {
    if (*line == '\0' || *line == '#' || *line == ';' || *line == '[') return true;
    const char *equals = strchr(line, '=');
    const struct option *option = find_option(line, strcspn(line, "= \t"));
    if (equals == NULL || option == NULL) {
        return ERROR(err, ERR_INVALID, "settings.file", "%s:%zu: %s '%s'", settings->config, number,
                     option == NULL ? "there is no option" : "a value is missing:", line);
    }
    struct error cause;
    if (set(settings, option, str_clean(arena, equals + 1), &cause)) return true;
    return ERROR(err, ERR_INVALID, "settings.file", "%s:%zu: %s", settings->config, number, cause.detail);
}

static bool read_file(struct arena *arena, struct settings *settings, struct error *err) {
    char *text = arena_alloc(arena, CONFIG_MAX + 1);
    FILE *file = fopen(settings->config, "re");
    if (file == NULL) return ERROR(err, ERR_INVALID, "settings.file", "cannot read %s", settings->config);
    size_t size = fread(text, 1, CONFIG_MAX, file);
    fclose(file);
    if (size == CONFIG_MAX) return ERROR(err, ERR_INVALID, "settings.file", "%s is too long", settings->config);
    size_t number = 1;
    for (char *at = text, *end; at != NULL; at = end, number++) {
        end = strchr(at, '\n');
        if (end != NULL) *end++ = '\0';
        if (!read_line(arena, settings, str_clean(arena, at), number, err)) return false;
    }
    return true;
}

/* BONGSU_X, or what stands in the file BONGSU_X_FILE names (one line break at its end is left out). NULL: neither. */
static bool environment_value(struct arena *arena, const char *name, const char **out, struct error *err) {
    enum { VALUE_MAX = 4096 };
    const char *value = getenv(name);
    const char *path = getenv(arena_printf(arena, "%s_FILE", name));
    *out = value == NULL || *value == '\0' ? NULL : arena_str(arena, value);
    if (path == NULL || *path == '\0') return true;
    if (*out != NULL) return ERROR(err, ERR_INVALID, "settings.twice", "%s and %s_FILE are both set", name, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) return ERROR(err, ERR_INVALID, "settings.file", "cannot read %s", path);
    char *text = arena_alloc(arena, VALUE_MAX + 1);
    size_t len = fread(text, 1, VALUE_MAX, file);
    fclose(file);
    if (len > 0 && text[len - 1] == '\n') text[--len] = '\0';
    *out = len == 0 ? NULL : text;
    return true;
}

static bool read_environment(struct arena *arena, struct settings *settings, struct error *err) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[64] = "BONGSU_";
        size_t at = strlen(name);
        for (const char *from = OPTIONS[i].name; *from != '\0'; from++, at++) {
            name[at] = *from == '-' ? '_' : (char)(*from - 'a' + 'A');
        }
        name[at] = '\0';
        const char *value;
        if (!environment_value(arena, name, &value, err)) return false;
        if (value != NULL && !set(settings, &OPTIONS[i], value, err)) return false;
    }
    return true;
}

/* The option at argv[*at], if it is one of ours; *value is NULL where it should have one. Steps over the value. */
static const struct option *option_at(int argc, char **argv, int *at, const char **value) {
    const char *arg = argv[*at];
    if (!str_starts(arg, "--") || arg[2] == '\0') return NULL;
    size_t len = strcspn(arg + 2, "=");
    const struct option *option = find_option(arg + 2, len);
    if (option == NULL) return NULL;
    if (arg[2 + len] == '=') *value = arg + 3 + len;
    else if (option->flag) *value = "yes";
    else *value = *at + 1 < argc ? argv[++*at] : NULL;
    return option;
}

/* One pass over argv. First only --config is looked at, because options win over the file it names. */
static bool read_options(int *argc, char **argv, struct settings *settings, bool only_config, struct error *err) {
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        char *arg = argv[i];
        const char *value = NULL;
        const struct option *option = option_at(*argc, argv, &i, &value);
        if (option == NULL) {
            if (!only_config) argv[kept++] = arg;
            continue;
        }
        if (value == NULL) return ERROR(err, ERR_INVALID, "settings.value", "--%s needs a value", option->name);
        if (only_config && option->offset != offsetof(struct settings, config)) continue;
        if (!set(settings, option, value, err)) return false;
    }
    if (!only_config) {
        argv[kept] = NULL;
        *argc = kept;
    }
    return true;
}

static void fill_defaults(struct arena *arena, struct settings *settings) {
    if (settings->database == NULL) settings->database = arena_printf(arena, "%s/bongsu.db", settings->data);
    if (settings->base_url == NULL) settings->base_url = arena_printf(arena, "http://%s", settings->listen);
    size_t len = strlen(settings->base_url);
    while (len > 0 && settings->base_url[len - 1] == '/') len--;
    settings->base_url = arena_strn(arena, settings->base_url, len);
}

bool settings_read(struct arena *arena, int *argc, char **argv, struct settings *out, struct error *err) {
    *out = (struct settings){
        .listen = "127.0.0.1:8080", .live_listen = "127.0.0.1:8081", .data = "./data", .policy = ""
    };
    out->workers = "64";
    out->keep_alive_ms = "2000";
    out->request_ms = "5000";
    out->body_ms = "15000";
    out->call_ms = "15000";
    out->rate_limit = "on";
    out->access_log = "all";
    out->log_level = "info";
    out->network = "open";
    const char *config = getenv("BONGSU_CONFIG");
    if (config != NULL && *config != '\0') out->config = config;
    if (!read_options(argc, argv, out, true, err)) return false;
    if (out->config != NULL && !read_file(arena, out, err)) return false;
    if (!read_environment(arena, out, err) || !read_options(argc, argv, out, false, err)) return false;
    fill_defaults(arena, out);
    return true;
}

bool settings_number(const char *name, const char *text, int min, int max, int *out, struct error *err) {
    int64_t value;
    if (!str_to_i64(text, &value) || value < min || value > max) {
        return ERROR(err, ERR_INVALID, "settings.number", "%s is a number from %d to %d, not '%s'", name, min, max,
                     text);
    }
    *out = (int)value;
    return true;
}

void settings_print_help(void) {
    for (size_t i = 0; i < OPTION_COUNT; i++) printf("  --%-16s %s\n", OPTIONS[i].name, OPTIONS[i].help);
}

const char *settings_shown(struct arena *arena, const char *value) {
    const char *scheme = strstr(value, "://");
    const char *at = scheme == NULL ? NULL : strchr(scheme, '@');
    const char *colon = at == NULL ? NULL : memchr(scheme + 3, ':', (size_t)(at - scheme - 3));
    if (colon == NULL) return strstr(value, "password=") == NULL ? value : "***";
    return arena_printf(arena, "%.*s:***%s", (int)(colon - value), value, at);
}

static const char *value_of(const struct settings *settings, const struct option *option) {
    return *(const char *const *)(const void *)((const char *)settings + option->offset);
}

void settings_print(struct arena *arena, const struct settings *settings) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const char *value = value_of(settings, &OPTIONS[i]);
        const char *absent = OPTIONS[i].flag ? "no" : "";
        printf("%s = %s\n", OPTIONS[i].name, value == NULL ? absent : settings_shown(arena, value));
    }
}

const char *settings_difference(struct arena *arena, const struct settings *a, const struct settings *b) {
    const char *names = "";
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (OPTIONS[i].offset == offsetof(struct settings, log_level)) continue;
        if (str_eq(value_of(a, &OPTIONS[i]), value_of(b, &OPTIONS[i]))) continue;
        names = arena_printf(arena, "%s%s%s", names, *names == '\0' ? "" : ", ", OPTIONS[i].name);
    }
    return names;
}
