/* bongsu doctor: looks at the installation and says what is wrong, one line a finding. */
#include "base/arena.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "http/router.h"
#include "routes.h"
#include "store/db.h"
#include "text/tz.h"
#include "view/template.h"
#include "work/statements.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

struct checkup {
    int faults;
};

static void report(struct checkup *checkup, const char *what, bool good, const char *detail) {
    printf("%-4s %s%s%s\n", good ? "ok" : "BAD", what, *detail == '\0' ? "" : ": ", detail);
    checkup->faults += !good;
}

static void check_store(struct command_run *run, struct checkup *checkup) {
    struct command_store store;
    struct error err = { 0 };
    struct store_health health;
    bool open = command_open(run, &store, &err);
    report(checkup, "database opens and is up to date", open, err.detail);
    if (!open) return;
    store_health(store.store, &health);
    report(checkup, "database is writable", health.writable, health.last_error);
    bool good = store_check(store.store, ALL_STATEMENTS, ALL_STATEMENTS_COUNT, &err);
    report(checkup, "every statement prepares", good, good ? "" : err.detail);
    command_close(&store);
}

static void check_disk(const struct command_run *run, struct checkup *checkup) {
    enum { LOW_MIB = 512 };
    struct statvfs disk;
    if (statvfs(run->settings->data, &disk) != 0) return;
    unsigned long long free_mib = (unsigned long long)disk.f_bavail * disk.f_frsize / (1024 * 1024);
    report(checkup, "disk space", free_mib > LOW_MIB, arena_printf(run->arena, "%llu MiB free", free_mib));
}

static void check_network(const struct command_run *run, struct checkup *checkup) {
    const struct settings *settings = run->settings;
    bool closed = str_eq(settings->network, "closed");
    const char *hosts = settings->allow_hosts == NULL ? "nothing" : settings->allow_hosts;
    report(checkup, "network", true,
           closed ? arena_printf(run->arena, "closed, may call %s", hosts)
                  : "open, may call what administrators entered in the portal");
    if (settings->outbound_proxy != NULL)
        report(checkup, "outgoing requests go through", true, settings_shown(run->arena, settings->outbound_proxy));
}

/* A key that others can read, or a settings file with a password in it. */
static void check_key(const struct command_run *run, struct checkup *checkup) {
    struct stat stat_of;
    const char *path = arena_printf(run->arena, "%s/secret.key", run->settings->data);
    if (stat(path, &stat_of) != 0) return;
    report(checkup, "secret.key is its owner's alone", (stat_of.st_mode & 077) == 0, path);
}

int command_doctor(struct command_run *run) {
    struct checkup checkup = { 0 };
    struct error err = { 0 };
    const struct router *router;
    const struct tz *tz;
    if (run->argc > 1) return command_usage(run, NULL);
    report(&checkup, "time zones", tz_find("Asia/Seoul", &tz, &err), err.detail);
    report(&checkup, "templates", template_load_all(false, &err), err.detail);
    report(&checkup, "routes", router_build(run->arena, ROUTE_LIST, ROUTE_LIST_COUNT, &router, &err), err.detail);
    check_store(run, &checkup);
    check_disk(run, &checkup);
    check_key(run, &checkup);
    check_network(run, &checkup);
    return checkup.faults == 0 ? EXIT_FINE : EXIT_FINDINGS;
}
