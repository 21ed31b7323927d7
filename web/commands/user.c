/* bongsu user: people from the command line, also while a server runs on the same database. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "people/password.h"
#include "people/user.h"

#include <stdio.h>

/* One line; an empty one or none at all is refused later by the password rules. */
static const char *read_password(struct arena *arena) {
    struct buf line;
    int c;
    buf_init(&line, arena, PASSWORD_MAX_BYTES + 2);
    while ((c = getchar()) != EOF && c != '\n' && !line.overflow) buf_putc(&line, (char)c);
    if (line.len > 0 && line.data[line.len - 1] == '\r') line.data[line.len - 1] = '\0';
    return line.data;
}

static bool add(struct command_run *run, struct op *op, struct error *err) {
    struct user_input input = {
        .name = command_option(run, "--name"),
        .role = command_option(run, "--role"),
        .email = command_option(run, "--email"),
        .lang = command_option(run, "--lang"),
    };
    struct user user;
    if (command_flag(run, "--password-stdin")) input.password = read_password(run->arena);
    if (run->argc != 3) return ERROR(err, ERR_UNREADABLE, "command.usage", "one LOGIN after add");
    input.login = run->argv[2];
    if (!user_add(op, &input, &user, err)) return false;
    printf("added %s (%s)\n", user.login, role_name(user.role));
    return true;
}

static bool list(struct command_run *run, struct op *op, struct error *err) {
    struct user_query query = { .limit = USER_PAGE_MAX, .with_disabled = true };
    struct user_list page;
    if (run->argc != 2) return ERROR(err, ERR_UNREADABLE, "command.usage", "list takes nothing more");
    do {
        if (!user_list(op, &query, &page, err)) return false;
        for (size_t i = 0; i < page.count; i++) {
            const struct user *user = &page.items[i];
            printf("%s\t%s\t%s\t%s\n", user->login, role_name(user->role), user->name,
                   user->disabled_ms != 0 ? "disabled" : "active");
            query.after = user->login;
        }
    } while (page.more);
    return true;
}

static bool set_disabled(struct op *op, const struct user *user, bool disabled, struct error *err) {
    if (!user_set_disabled(op, user->id, 0, disabled, err)) return false;
    printf("%s %s\n", disabled ? "disabled" : "enabled", user->login);
    return true;
}

static bool set_role(struct op *op, const struct user *user, const char *role, struct error *err) {
    struct user_input input = { .role = role };
    if (!user_update(op, user->id, 0, &input, err)) return false;
    printf("%s is %s\n", user->login, role);
    return true;
}

static bool set_password(struct command_run *run, struct op *op, const struct user *user, struct error *err) {
    if (!user_reset_password(op, user->id, read_password(run->arena), err)) return false;
    printf("password of %s set; open sessions ended\n", user->login);
    return true;
}

/* The subcommands that name a person who is there already. */
static bool change(struct command_run *run, struct op *op, struct error *err) {
    const char *verb = run->argv[1];
    bool role = str_eq(verb, "role");
    struct user user;
    if (str_eq(verb, "password") && !command_flag(run, "--password-stdin")) {
        return ERROR(err, ERR_UNREADABLE, "command.usage", "password needs --password-stdin");
    }
    if (run->argc != (role ? 4 : 3)) {
        return ERROR(err, ERR_UNREADABLE, "command.usage", "%s LOGIN%s", verb, role ? " ROLE" : "");
    }
    if (!user_load_login(op, run->argv[2], &user, err)) return false;
    if (role) return set_role(op, &user, run->argv[3], err);
    if (str_eq(verb, "password")) return set_password(run, op, &user, err);
    return set_disabled(op, &user, str_eq(verb, "disable"), err);
}

static bool known_verb(const char *verb) {
    static const char *const VERBS[] = { "add", "list", "role", "disable", "enable", "password" };
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (str_eq(verb, VERBS[i])) return true;
    }
    return false;
}

int command_user(struct command_run *run) {
    struct command_store store;
    struct error err;
    if (run->argc < 2 || !known_verb(run->argv[1])) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    const char *verb = run->argv[1];
    bool done = str_eq(verb, "add")    ? add(run, &store.op, &err)
                : str_eq(verb, "list") ? list(run, &store.op, &err)
                                       : change(run, &store.op, &err);
    int code = EXIT_FINE;
    if (!done && str_eq(err.code, "command.usage")) code = command_usage(run, err.detail);
    else if (!done) code = command_fail(run, &store.op, &err);
    command_close(&store);
    return code;
}
