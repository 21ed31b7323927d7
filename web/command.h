/* Commands of the program: one function each in commands/, listed in command.c.
 *
 * A command reads its own options from argv after the common ones (settings.h) are taken out; argv[0] is its name.
 * Results go to stdout, everything else to stderr. */
#ifndef BONGSU_WEB_COMMAND_H
#define BONGSU_WEB_COMMAND_H

#include "base/op.h"
#include "settings.h"

#include <stdbool.h>

/* 0 and 1 carry meaning for scripts, the rest is sysexits. */
enum {
    EXIT_FINE = 0,
    EXIT_FINDINGS = 1, /* findings, or nothing found */
    EXIT_USAGE = 2,
    EXIT_DATA = 65,
    EXIT_NO_INPUT = 66,
    EXIT_UNAVAILABLE = 69,
    EXIT_SOFTWARE = 70,
    EXIT_CANNOT_CREATE = 73,
    EXIT_IO = 74,
    EXIT_CONFIG = 78
};

struct command_run { /* what every command gets */
    struct arena *arena;
    const struct settings *settings;
    int argc;
    char **argv; /* argv[0] is the command's name */
    char **given; /* argv as it was before any option was taken out */
    int given_count;
};

struct command {
    const char *name;
    const char *usage; /* "LOGIN --name N --role R": after the name */
    const char *summary;
    int (*run)(struct command_run *run);
};

int command_main(int argc, char **argv);
int command_usage(const struct command_run *run, const char *problem); /* prints both on stderr; EXIT_USAGE */

/* The value of `--name value` or `--name=value` (taken out of argv), NULL if absent. With many, call again. */
const char *command_option(struct command_run *run, const char *name);
bool command_flag(struct command_run *run, const char *name);

/* The store behind a command: opened, migrated, with an op that acts as ACTOR_COMMAND and may do everything.
 * Works also while a server runs on the same database. */
struct command_store {
    struct store *store;
    struct op op;
    struct actor actor;
};
bool command_open(struct command_run *run, struct command_store *out, struct error *err) NODISCARD;
/* Makes the folder of --data if there is none. */
bool command_data_folder(const struct command_run *run, struct error *err) NODISCARD;
void command_close(struct command_store *store);

bool command_log_level(const char *name); /* sets it; false if there is no such level */

/* Prints the error, and which fields were wrong, on stderr; the exit code for it. */
int command_fail(const struct command_run *run, const struct op *op, const struct error *err);

#endif
