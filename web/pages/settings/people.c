/* 사람과 팀: who is here, who may what, and how they are reached. */
#include "pages/form_view.h"
#include "pages/oncall/oncall_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/mention.h"
#include "people/team.h"
#include "people/user.h"
#include "text/i18n.h"

enum { PEOPLE_SHOWN = 50, TEAMS_SHOWN = 100 };

static const char *const ROLES[] = { "admin", "lead", "responder", "cs", "viewer", NULL };
static const char *const LANGS[] = { "ko", "en", NULL };

static json_t *person_view(const struct screen *screen, const struct user *user) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "login", user->login);
    json_put_text(row, "name", user->name);
    json_put_text(row, "initial", initial_of(screen, user->name));
    json_put_text(row, "role", say(screen, path_of(screen, "role.%s", role_name(user->role))));
    json_put_text(row, "email", *user->email == '\0' ? NULL : user->email);
    json_put_text(row, "phone", user->phone);
    json_put_bool(row, "disabled", user->disabled_ms != 0);
    const char *url = path_of(screen, "/people/%s", id_text(user->id, id));
    json_put_text(row, "url", screen_may(screen, PERM_ADMIN) ? url : NULL);
    return row;
}

static void add_teams(const struct screen *screen, const struct team_list *teams) {
    json_t *rows = json_array();
    for (size_t i = 0; i < teams->count; i++) {
        char id[ID_TEXT_SIZE];
        json_t *row = json_object();
        json_put_text(row, "name", teams->items[i].name);
        json_put_text(row, "key", teams->items[i].key);
        json_put_text(row, "url", path_of(screen, "/teams/%s", id_text(teams->items[i].id, id)));
        json_put_text(row, "members", say_count(screen, "people_page.member_count", teams->items[i].member_count));
        json_push(rows, row);
    }
    json_put(screen->view, "teams", rows);
}

static void page_people(struct request *request, struct response *response) {
    struct screen screen;
    struct user_list people;
    struct team_list teams;
    struct error err;
    const char *words = request_query(request, "q");
    struct user_query query = { .text = str_blank(words) ? NULL : words,
                                .with_disabled = actor_may(request->op->actor, PERM_ADMIN),
                                .after = request_query(request, "cursor"),
                                .limit = PEOPLE_SHOWN };
    if (!screen_open(request, response, "people_page.title", &screen)) return;
    if (!user_list(request->op, &query, &people, &err) || !team_list(request->op, NULL, TEAMS_SHOWN, &teams, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < people.count; i++) json_push(rows, person_view(&screen, &people.items[i]));
    json_put(screen.view, "people", rows);
    json_put_text(screen.view, "q", words == NULL ? "" : words);
    json_put(screen.view, "pages", view_pages(&screen, people.more ? people.items[people.count - 1].login : NULL));
    add_teams(&screen, &teams);
    screen_show(&screen, "pages/people");
}

/* -- one person -- */

static const struct field_spec LOGIN = { "login", SHAPE_LINE, "person.login", "person.hint.login", true, 40, NULL };
static const struct field_spec NAME = { "name", SHAPE_LINE, "person.name", NULL, true, 80, NULL };
static const struct field_spec ROLE = { "role", SHAPE_RADIO, "person.role", NULL, true, 0, NULL };
static const struct field_spec EMAIL = { "email", SHAPE_EMAIL, "person.email", NULL, false, 200, NULL };
static const struct field_spec PHONE = { "phone", SHAPE_LINE, "person.phone", NULL, false, 40, NULL };
static const struct field_spec SLACK = { "slack_id", SHAPE_LINE, "person.slack_id", NULL, false, 40, NULL };
static const struct field_spec LANG = { "lang", SHAPE_SELECT, "person.lang", NULL, false, 0, NULL };
static const struct field_spec PASSWORD = {
    "password", SHAPE_PASSWORD, "person.password", "person.hint.password", false, 256, "new-password"
};

static json_t *options_roles(const struct screen *screen) {
    json_t *options = options_new();
    for (size_t i = 0; ROLES[i] != NULL; i++) {
        json_t *option = option_add(options, ROLES[i], say(screen, path_of(screen, "role.%s", ROLES[i])));
        option_detail(option, label(screen, "role_may", ROLES[i]));
    }
    return options;
}

static void add_heading(const struct screen *screen, const char *heading, const char *lead, const char *back) {
    json_put_text(screen->view, "heading", heading);
    json_put_text(screen->view, "lead", lead);
    json_t *crumb = json_object();
    json_put_text(crumb, "url", back);
    json_put_text(crumb, "label", say(screen, "people_page.title"));
    json_put(screen->view, "crumb", crumb);
}

/* What the portal calls this person for; whoever disables the account should know. */
static const char *duties_of(const struct screen *screen, const struct user *user) {
    struct error ignored;
    struct duty_board board;
    char id[ID_TEXT_SIZE];
    const char *const names[] = { user->login, user->name, id_text(user->id, id), NULL };
    struct mention mention = { TARGET_USER, names, NULL };
    const char *schedules = "";
    if (!escalation_mentions(screen->op, &mention, &ignored) || !duty_board_load(screen->op, &board, &ignored))
        return NULL;
    for (size_t i = 0; i < board.rotas.count; i++) {
        if (schedule_lists(board.schedules[i], id, screen->op->now_ms / 1000))
            schedules = path_of(screen, "%s%s%s", schedules, *schedules == '\0' ? "" : ", ", board.rotas.items[i].name);
    }
    const char *text = "";
    if (*schedules != '\0')
        text = i18n_format(screen->op->lang, screen->op->arena, "person.in_schedules",
                           I18N_ARGS({ "schedules", schedules }));
    if (*mention.severities != '\0')
        text = path_of(screen, "%s %s", text,
                       i18n_format(screen->op->lang, screen->op->arena, "person.in_paths",
                                   I18N_ARGS({ "severities", mention.severities })));
    return *text == '\0' ? NULL : text;
}

/* What an administrator does with an account besides editing it. */
static void add_asides(const struct screen *screen, const struct user *user) {
    char id[ID_TEXT_SIZE];
    bool disabled = user->disabled_ms != 0;
    json_t *asides = json_array(), *aside = json_object(), *buttons = json_array(), *button = json_object();
    json_put_text(button, "action", path_of(screen, "/people/%s/disabled", id_text(user->id, id)));
    json_put_text(button, "label", say(screen, disabled ? "person.enable" : "person.disable"));
    json_put_text(button, "tone", disabled ? "primary" : "danger");
    json_t *hidden = json_array(), *value = json_object(), *version = json_object();
    json_put_text(value, "name", "disabled");
    json_put_text(value, "value", disabled ? "false" : "true");
    json_put_text(version, "name", "version");
    json_put_text(version, "value", path_of(screen, "%lld", (long long)user->version));
    json_push(hidden, value);
    json_push(hidden, version);
    json_put(button, "hidden", hidden);
    json_push(buttons, button);
    json_put_text(aside, "title", say(screen, "person.account"));
    const char *lead = say(screen, disabled ? "person.disabled_lead" : "person.disable_lead");
    const char *duties = disabled ? NULL : duties_of(screen, user);
    json_put_text(aside, "text", duties == NULL ? lead : path_of(screen, "%s %s", lead, duties));
    json_put(aside, "buttons", buttons);
    json_push(asides, aside);
    json_put(screen->view, "asides", asides);
}

/* user NULL: a new one. */
static void build_person(struct form *form, const struct user *user) {
    static const struct user FRESH = { .name = "", .email = "", .phone = "", .slack_id = "", .role = ROLE_RESPONDER };
    const struct screen *screen = form->screen;
    const struct user *shown = user == NULL ? &FRESH : user;
    if (user == NULL) form_field(form, &LOGIN, NULL, NULL);
    else form_version(form, user->version);
    form_field(form, &NAME, shown->name, NULL);
    form_field(form, &ROLE, role_name(shown->role), options_roles(screen));
    form_field(form, &EMAIL, shown->email, NULL);
    form_field(form, &PHONE, shown->phone, NULL);
    form_field(form, &SLACK, shown->slack_id, NULL);
    if (user == NULL) form_field(form, &LANG, screen->organisation.lang, options_labels(screen, "lang", LANGS, false));
    form_field(form, &PASSWORD, NULL, NULL);
}

static void show_person(struct request *request, struct response *response, const struct user *user,
                        const struct error *refusal) {
    struct screen screen;
    struct form form;
    const char *title = user == NULL ? "person.add" : "person.edit";
    if (!screen_open(request, response, title, &screen)) return;
    add_heading(&screen, user == NULL ? say(&screen, title) : user->name,
                user == NULL ? say(&screen, "person.add_lead") : user->login, "/people");
    form_open(&screen, &form);
    form_action(&form, request->path, user == NULL ? "person.submit_add" : "ui.save");
    form_text(&form, "cancel", "/people");
    build_person(&form, user);
    if (user != NULL) add_asides(&screen, user);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static struct user_input person_input(const struct request *request) {
    const char *password = request_form(request, "password");
    return (struct user_input){ .login = request_form(request, "login"),
                                .name = request_form(request, "name"),
                                .email = request_form(request, "email"),
                                .role = request_form(request, "role"),
                                .lang = request_form(request, "lang"),
                                .slack_id = request_form(request, "slack_id"),
                                .phone = request_form(request, "phone"),
                                .password = password == NULL || *password == '\0' ? NULL : password };
}

static void page_person_new(struct request *request, struct response *response) {
    show_person(request, response, NULL, NULL);
}

static void do_person_new(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    struct user_input input = person_input(request);
    if (user_add(request->op, &input, &user, &err)) respond_redirect_flash(request, response, "/people", "flash.added");
    else show_person(request, response, NULL, &err);
}

static bool load_person(struct request *request, struct response *response, struct user *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (user_load(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static int64_t typed_version(const struct request *request) {
    int64_t version = -1;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    return version;
}

static void page_person(struct request *request, struct response *response) {
    struct user user;
    if (load_person(request, response, &user)) show_person(request, response, &user, NULL);
}

static void do_person(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    struct user_input input = person_input(request);
    const char *password = input.password;
    if (!load_person(request, response, &user)) return;
    input.login = NULL;
    input.password = NULL;
    input.lang = NULL;
    bool done = user_update(request->op, user.id, typed_version(request), &input, &err);
    if (done && password != NULL) done = user_reset_password(request->op, user.id, password, &err);
    if (done) respond_redirect_flash(request, response, "/people", "flash.saved");
    else show_person(request, response, &user, &err);
}

static void do_disabled(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    bool disabled = str_eq(request_form(request, "disabled"), "true");
    if (!load_person(request, response, &user)) return;
    if (user_set_disabled(request->op, user.id, typed_version(request), disabled, &err)) {
        respond_redirect_flash(request, response, "/people", "flash.saved");
    } else {
        respond_error(request, response, &err);
    }
}

static const struct route PEOPLE_LIST[] = {
    { HTTP_GET, "/people", page_people, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/people/new", page_person_new, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/people/new", do_person_new, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/people/:id", page_person, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/people/:id", do_person, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/people/:id/disabled", do_disabled, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table PEOPLE_ROUTES = ROUTE_TABLE(PEOPLE_LIST);
