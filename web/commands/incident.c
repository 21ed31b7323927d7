/* bongsu incident: declare, list, show, update and recover from the command line, also while a server runs. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "incident/draft.h"
#include "incident/incident_json.h"
#include "incident/message.h"
#include "incident/recover.h"
#include "incident/search.h"
#include "incident/update.h"
#include "people/user.h"
#include "policy/organisation.h"
#include "text/when.h"
#include "view/template.h"

#include <stdio.h>

struct incident_command {
    struct command_run *run;
    struct op *op;
    struct actor person; /* --as */
    bool found_nothing;
};

static bool usage(struct error *err, const char *problem) {
    return ERROR(err, ERR_UNREADABLE, "command.usage", "%s", problem);
}

/* Without --as, what is done is the command's; with it, that person's, with their permissions. */
static bool act_as(struct incident_command *command, struct error *err) {
    const char *login = command_option(command->run, "--as");
    struct user user;
    if (login == NULL) return true;
    if (!user_load_login(command->op, login, &user, err)) return false;
    command->person = (struct actor){ .kind = ACTOR_USER,
                                      .user_id = user.id,
                                      .login = user.login,
                                      .name = user.name,
                                      .role = role_name(user.role),
                                      .permissions = role_permissions(user.role) };
    command->op->actor = &command->person;
    return true;
}

/* The message that goes to the channel, for people to copy. */
static bool print_message(struct incident_command *command, const char *ref, enum message_kind kind,
                          struct error *err) {
    const char *text;
    if (!incident_message(command->op, ref, kind, NULL, &text, err)) return false;
    printf("%s\n", text);
    return true;
}

static bool declare(struct incident_command *command, struct error *err) {
    struct command_run *run = command->run;
    struct incident_draft draft = {
        .title = command_option(run, "--title"),
        .symptom = command_option(run, "--symptom"),
        .severity = command_option(run, "--severity"),
        .impact = command_option(run, "--impact"),
        .service = command_option(run, "--service"),
        .owner = command_option(run, "--owner"),
        .category = command_option(run, "--category"),
        .detection = command_option(run, "--detection"),
        .action = command_option(run, "--action"),
        .suspected_cause = command_option(run, "--suspected-cause"),
        .started_at = command_option(run, "--started-at"),
        .kind = command_option(run, "--kind"),
    };
    struct incident incident;
    if (run->argc != 2) return usage(err, "declare takes options only");
    if (!incident_declare(command->op, &draft, &incident, err)) return false;
    printf("%s\n", incident.ref);
    return print_message(command, incident.ref, MESSAGE_DECLARED, err);
}

static bool list(struct incident_command *command, struct error *err) {
    struct command_run *run = command->run;
    struct incident_query query = {
        .state = command_option(run, "--state"),
        .severity = command_option(run, "--severity"),
        .service = command_option(run, "--service"),
        .q = command_option(run, "--q"),
        .limit = command_option(run, "--limit"),
    };
    struct organisation organisation;
    struct incident_page page;
    if (run->argc != 2) return usage(err, "list takes options only");
    if (!organisation_load(command->op, &organisation, err) || !incident_list(command->op, &query, &page, err)) {
        return false;
    }
    command->found_nothing = page.count == 0;
    for (size_t i = 0; i < page.count; i++) {
        const struct incident *each = &page.list[i];
        printf("%s\t%s\t%s\t%s\t%s\n", each->ref, each->severity, incident_state_name(each->state),
               when_minute(run->arena, organisation.tz, incident_begin(each)), incident_headline(each));
    }
    return true;
}

static bool show(struct incident_command *command, struct error *err) {
    struct incident_view view;
    if (command->run->argc != 3) return usage(err, "show takes one REF");
    if (!incident_view(command->op, command->run->argv[2], &view, err)) return false;
    printf("%s\n", json_dump(command->run->arena, incident_view_json(command->op, &view)));
    return true;
}

static bool update(struct incident_command *command, struct error *err) {
    struct command_run *run = command->run;
    struct update_draft draft = { .next_minutes = command_option(run, "--next") };
    struct update made;
    if (run->argc != 4) return usage(err, "update takes REF and TEXT");
    draft.text = run->argv[3];
    return incident_update(command->op, run->argv[2], &draft, &made, err) &&
           print_message(command, run->argv[2], MESSAGE_UPDATE, err);
}

static bool recover(struct incident_command *command, struct error *err) {
    struct command_run *run = command->run;
    struct recovery recovery = {
        .at = command_option(run, "--at"),
        .cause = command_option(run, "--cause"),
        .action = command_option(run, "--action"),
        .impact = command_option(run, "--impact"),
        .follow_up = command_option(run, "--follow-up"),
        .retro_at = command_option(run, "--retro-at"),
    };
    if (run->argc != 3) return usage(err, "recover takes one REF");
    return incident_recover(command->op, run->argv[2], &recovery, NULL, err) &&
           print_message(command, run->argv[2], MESSAGE_RECOVERED, err);
}

static const struct {
    const char *verb;
    bool (*act)(struct incident_command *command, struct error *err);
} VERBS[] = {
    { "declare", declare }, { "list", list }, { "show", show }, { "update", update }, { "recover", recover }
};

static bool run_verb(struct incident_command *command, struct error *err) {
    if (!template_load_all(false, err) || !act_as(command, err)) return false;
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (str_eq(VERBS[i].verb, command->run->argv[1])) return VERBS[i].act(command, err);
    }
    return usage(err, "declare, list, show, update or recover");
}

int command_incident(struct command_run *run) {
    struct command_store store;
    struct error err;
    if (run->argc < 2) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    struct incident_command command = { .run = run, .op = &store.op };
    int code = EXIT_FINE;
    if (!run_verb(&command, &err)) {
        code = str_eq(err.code, "command.usage") ? command_usage(run, err.detail) : command_fail(run, &store.op, &err);
    } else if (command.found_nothing) {
        code = EXIT_FINDINGS;
    }
    command_close(&store);
    return code;
}
