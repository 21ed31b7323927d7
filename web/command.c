/* Commands: see command.h. */
#include "command.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "commands/commands.h"
#include "net/http_client.h"
#include "net/url_guard.h"
#include "people/permission.h"
#include "store/db.h"
#include "text/i18n.h"
#include "text/refusal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct command COMMANDS[] = {
    { "serve", "[--check-config] [options]", "run the portal (migrates first)", command_serve },
    { "worker", "", "only the background work, beside `serve --no-worker` (PostgreSQL)", command_worker },
    { "migrate", "", "bring the database up to date and stop", command_migrate },
    { "backup", "FILE | verify FILE", "database and attachments to one file while the server runs; check such a file",
      command_backup },
    { "restore", "FILE", "put a backup in the database's place (with the server stopped)", command_restore },
    { "export", "FILE", "everything as JSON, one object a line, also while the server runs", command_export },
    { "import",
      "FILE (of `bongsu export`, into an empty database)\n"
      "       | markdown FILE [--title T] [--severity S] [--service KEY] [--started-at T] [--recovered-at T] "
      "[--dry-run]\n"
      "       | pagerduty|opsgenie|grafana FILE [--path P1=POLICY]… [--dry-run]\n"
      "       | statuspage FILE [--service KEY] [--dry-run]",
      "everything from an export; what other tools left: schedules, paths, components, postmortems. One that stopped "
      "half-way goes on when it is run again: what is there as the file has it is left as it is",
      command_import },
    { "notice", "render [--lang ko|en] (TEXT [--var name=value]… | --jsonl [FILE])", "fill in a notice text",
      command_notice },
    { "user",
      "add LOGIN --name N --role admin|lead|responder|cs|viewer [--email E] [--lang ko|en] [--password-stdin]\n"
      "       | list | role LOGIN ROLE | disable LOGIN | enable LOGIN | password LOGIN --password-stdin",
      "people: add, list, change role, disable, set a password", command_user },
    { "token", "create --user LOGIN [--scope S]… [--name N] [--expires T] | list --user LOGIN | revoke ID",
      "API tokens: create prints the token alone", command_token },
    { "oncall", "now [--schedule S] [--at T] | fairness [--month M] | preview FILE | simulate FILE",
      "who is on call; a described schedule or escalation, offline", command_oncall },
    { "routes", "[--json]", "print every route with its permission and limits", command_routes },
    { "wording", "check [--jsonl] [--roster NAME,…] [FILE…]", "check wording for blame; no database needed",
      command_wording },
    { "incident",
      "declare --severity S --title T [--symptom T] [--impact T] [--service KEY] [--owner NAME] [--started-at T] …\n"
      "       | list [--state S] [--q WORDS] | show REF | update REF TEXT [--next MINUTES]\n"
      "       | recover REF [--at T] [--cause T] [--action T] [--impact T] [--follow-up T]; all with [--as LOGIN]",
      "declare, list, show, update and recover incidents", command_incident },
    { "demo", "", "fill a demo organisation and print its accounts", command_demo },
    { "doctor", "", "look at the installation and say what is wrong", command_doctor },
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (str_eq(name, COMMANDS[i].name)) return &COMMANDS[i];
    }
    return NULL;
}

static void print_help(void) {
    printf("bongsu " BONGSU_VERSION "\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) printf("  bongsu %-9s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
    printf("\nOptions of every command, also as BONGSU_NAME in the environment or `name = value` in the file:\n");
    settings_print_help();
}

static void print_usage(FILE *out, const struct command *command) {
    fprintf(out, "usage: bongsu %s %s\n", command->name, command->usage);
}

int command_usage(const struct command_run *run, const char *problem) {
    const struct command *command = find_command(run->argv[0]);
    if (problem != NULL) fprintf(stderr, "bongsu: %s\n", problem);
    print_usage(stderr, command);
    return EXIT_USAGE;
}

static void drop_args(struct command_run *run, int at, int count) {
    for (int i = at; i + count <= run->argc; i++) run->argv[i] = run->argv[i + count];
    run->argc -= count;
}

const char *command_option(struct command_run *run, const char *name) {
    size_t len = strlen(name);
    for (int i = 1; i < run->argc; i++) {
        const char *arg = run->argv[i];
        if (str_eq(arg, "--")) return NULL;
        if (strncmp(arg, name, len) != 0) continue;
        if (arg[len] == '=') {
            drop_args(run, i, 1);
            return arg + len + 1;
        }
        if (arg[len] == '\0' && i + 1 < run->argc) {
            const char *value = run->argv[i + 1];
            drop_args(run, i, 2);
            return value;
        }
    }
    return NULL;
}

bool command_flag(struct command_run *run, const char *name) {
    for (int i = 1; i < run->argc; i++) {
        if (!str_eq(run->argv[i], name)) continue;
        drop_args(run, i, 1);
        return true;
    }
    return false;
}

static int exit_code(enum error_kind kind) {
    switch (kind) {
    case ERR_NONE: return EXIT_FINE;
    case ERR_NOT_FOUND: return EXIT_FINDINGS;
    case ERR_UNREADABLE:
    case ERR_INVALID:
    case ERR_TOO_LARGE:
    case ERR_MEDIA_TYPE:
    case ERR_CONFLICT:
    case ERR_STALE: return EXIT_DATA;
    case ERR_LIMIT:
    case ERR_BUSY:
    case ERR_UPSTREAM: return EXIT_UNAVAILABLE;
    case ERR_FORBIDDEN:
    case ERR_UNAUTHENTICATED: return 77;
    case ERR_INTERNAL:
    case ERR_KIND_COUNT: break;
    }
    return EXIT_SOFTWARE;
}

int command_fail(const struct command_run *run, const struct op *op, const struct error *err) {
    const struct i18n *lang = i18n_get("en"); /* as all that commands say on stderr */
    const char *sentence = i18n_find(lang, arena_printf(run->arena, "error.%s", err->code));
    if (sentence != NULL) fprintf(stderr, "bongsu %s: %s (%s)\n", run->argv[0], sentence, err->detail);
    else fprintf(stderr, "bongsu %s: %s: %s\n", run->argv[0], err->code, err->detail);
    for (const struct field_error *at = op == NULL ? NULL : op->fields.first; at != NULL; at = at->next) {
        fprintf(stderr, "  %s: %s\n", at->field, refusal_field_text(lang, run->arena, at));
    }
    return exit_code(err->kind);
}

bool command_data_folder(const struct command_run *run, struct error *err) {
    const char *path = run->settings->data;
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return true;
    return ERROR(err, ERR_INTERNAL, "settings.data", "cannot make %s: %s", path, strerror(errno));
}

bool command_open(struct command_run *run, struct command_store *out, struct error *err) {
    const struct settings *settings = run->settings;
    struct store_options options = { .database = settings->database, .readers = 2, .writers = 1 };
    *out = (struct command_store){ 0 };
    out->actor = (struct actor){ .kind = ACTOR_COMMAND, .login = "command", .name = "command", .role = "admin" };
    out->actor.permissions = role_permissions(ROLE_ADMIN);
    if (!str_starts(settings->database, "postgres") && !command_data_folder(run, err)) return false;
    if (!store_open(&options, &out->store, err)) return false;
    struct clock *clock = clock_new_real();
    out->op =
        (struct op){ .store = out->store, .arena = run->arena, .actor = &out->actor, .now_ms = clock_now_ms(clock) };
    clock_free(clock);
    out->op.request_id = "command";
    out->op.lang = i18n_get("ko");
    if (store_migrate(out->store, out->op.now_ms, NULL, err)) return true;
    command_close(out);
    return false;
}

void command_close(struct command_store *store) {
    store_close(store->store);
    store->store = NULL;
}

bool command_log_level(const char *name) {
    static const char *const LEVELS[] = { "debug", "info", "warn", "error" };
    for (int i = 0; i < 4; i++) {
        if (!str_eq(name, LEVELS[i])) continue;
        log_set_level((enum log_level)i);
        return true;
    }
    return false;
}

/* Where the program may call out to. */
static bool apply_network(struct arena *arena, const struct settings *settings, struct error *err) {
    char **hosts = NULL;
    int call_ms;
    url_guard_allow_private(settings->allow_private_targets != NULL);
    net_use_proxy(settings->outbound_proxy == NULL || *settings->outbound_proxy == '\0' ? NULL
                                                                                        : settings->outbound_proxy);
    if (settings->ca_file != NULL && access(settings->ca_file, R_OK) != 0) {
        return ERROR(err, ERR_INVALID, "settings.ca_file", "%s cannot be read", settings->ca_file);
    }
    net_use_authorities(settings->ca_file);
    if (!settings_number("call-ms", settings->call_ms, 50, 60000, &call_ms, err)) return false;
    net_use_deadline(call_ms);
    if (str_eq(settings->network, "open")) return true;
    if (!str_eq(settings->network, "closed")) {
        return ERROR(err, ERR_INVALID, "settings.network", "network is open or closed, not '%s'", settings->network);
    }
    const char *listed = settings->allow_hosts;
    size_t count = listed == NULL ? 0 : str_split(arena, listed, ", ", &hosts);
    const char **kept = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) kept[i] = hosts[i];
    kept[count] = NULL;
    url_guard_close(kept);
    return true;
}

static int run_command(struct arena *arena, const struct command *command, int argc, char **argv) {
    struct settings settings;
    struct error err;
    struct command_run run = { .arena = arena, .settings = &settings, .argc = argc, .argv = argv, .given_count = argc };
    run.given = ARENA_ARRAY(arena, (size_t)argc + 1, char *);
    for (int i = 0; i < argc; i++) run.given[i] = argv[i];
    if (!i18n_load_all(&err)) die("%s: %s", err.code, err.detail);
    if (!settings_read(arena, &run.argc, argv, &settings, &err)) {
        command_fail(&run, NULL, &err);
        return EXIT_USAGE;
    }
    if (!apply_network(arena, &settings, &err)) {
        command_fail(&run, NULL, &err);
        return EXIT_CONFIG;
    }
    if (!command_log_level(settings.log_level)) return command_usage(&run, "--log-level is debug, info, warn or error");
    return command->run(&run);
}

int command_main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "--help";
    json_memory_begin();
    if (str_eq(name, "--version")) {
        printf("bongsu " BONGSU_VERSION "\n");
        return EXIT_FINE;
    }
    if (str_eq(name, "--help") || str_eq(name, "help")) {
        print_help();
        return argc > 1 ? EXIT_FINE : EXIT_USAGE;
    }
    const struct command *command = find_command(name);
    if (command == NULL) {
        fprintf(stderr, "bongsu: no command '%s'; see bongsu --help\n", name);
        return EXIT_USAGE;
    }
    if (argc > 2 && (str_eq(argv[2], "--help") || str_eq(argv[2], "-h"))) {
        printf("bongsu %s: %s\n", command->name, command->summary);
        print_usage(stdout, command);
        return EXIT_FINE;
    }
    secret_start();
    asset_start();
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    int code = run_command(arena, command, argc - 1, argv + 1);
    arena_free(arena);
    return code;
}
