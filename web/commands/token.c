/* bongsu token: API tokens from the command line. `create` prints the token and nothing else on stdout. */
#include "base/arena.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "people/api_token.h"
#include "text/when.h"

#include <stdio.h>

enum { SCOPES_MAX = 16 };

static bool create(struct command_run *run, struct op *op, struct error *err) {
    const char *scopes[SCOPES_MAX + 1] = { NULL };
    const char *name = command_option(run, "--name"), *expires = command_option(run, "--expires"), *scope;
    struct api_token_input input = { .login = command_option(run, "--user"), .scopes = scopes };
    struct api_token token;
    char text[API_TOKEN_SIZE];
    for (size_t count = 0; (scope = command_option(run, "--scope")) != NULL;) {
        if (count == SCOPES_MAX) return ERROR(err, ERR_UNREADABLE, "command.usage", "too many scopes");
        scopes[count++] = scope;
    }
    if (scopes[0] == NULL) scopes[0] = "admin"; /* whatever the person may */
    input.name = name == NULL ? "command line" : name;
    if (input.login == NULL || run->argc != 2) {
        return ERROR(err, ERR_UNREADABLE, "command.usage", "create needs --user LOGIN");
    }
    if (expires != NULL && !when_parse(expires, &input.expires_ms, err)) return false;
    if (!api_token_create(op, &input, text, &token, err)) return false;
    printf("%s\n", text);
    return true;
}

static bool list(struct command_run *run, struct op *op, struct error *err) {
    const char *login = command_option(run, "--user");
    struct user user;
    struct api_token_list tokens;
    if (login == NULL || run->argc != 2) return ERROR(err, ERR_UNREADABLE, "command.usage", "list needs --user LOGIN");
    if (!user_load_login(op, login, &user, err) || !api_token_list(op, user.id, &tokens, err)) return false;
    for (size_t i = 0; i < tokens.count; i++) {
        const struct api_token *token = &tokens.items[i];
        printf("%lld\t%s\t%s\t%s\n", (long long)token->id, token->name, token->scopes,
               token->expires_ms == 0 ? "-" : when_rfc3339(run->arena, token->expires_ms));
    }
    return true;
}

static bool revoke(struct command_run *run, struct op *op, struct error *err) {
    int64_t id;
    if (run->argc != 3 || !str_to_i64(run->argv[2], &id)) {
        return ERROR(err, ERR_UNREADABLE, "command.usage", "revoke needs the number that list prints");
    }
    return api_token_revoke(op, id, err);
}

int command_token(struct command_run *run) {
    struct command_store store;
    struct error err;
    const char *verb = run->argc < 2 ? "" : run->argv[1];
    bool (*act)(struct command_run *, struct op *, struct error *) = str_eq(verb, "create")   ? create
                                                                     : str_eq(verb, "list")   ? list
                                                                     : str_eq(verb, "revoke") ? revoke
                                                                                              : NULL;
    if (act == NULL) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    int code = EXIT_FINE;
    if (!act(run, &store.op, &err)) {
        code = str_eq(err.code, "command.usage") ? command_usage(run, err.detail) : command_fail(run, &store.op, &err);
    }
    command_close(&store);
    return code;
}
