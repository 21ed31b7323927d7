/* Teams: their page, their members, and the forms for them. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/team.h"

static const struct field_spec TEAM[] = {
    { "name", SHAPE_LINE, "team.name", NULL, true, TEAM_NAME_MAX, NULL },
    { "key", SHAPE_LINE, "team.key", "team.hint.key", true, TEAM_KEY_MAX, NULL },
    { "description", SHAPE_AREA, "team.description", NULL, false, TEAM_TEXT_MAX, NULL },
};
static const struct field_spec MEMBER = { "person", SHAPE_LINE, "team.person", "team.hint.person", true, 80, NULL };
static const struct field_spec LEAD = { "lead", SHAPE_FLAG, "team.lead", NULL, false, 0, NULL };

static bool load_team(struct request *request, struct response *response, struct team *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (team_load(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static const char *team_url(const struct op *op, int64_t team_id) {
    char id[ID_TEXT_SIZE];
    return arena_printf(op->arena, "/teams/%s", id_text(team_id, id));
}

static json_t *member_view(const struct screen *screen, const char *url, const struct team_member *member) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "name", member->user.name);
    json_put_text(row, "login", member->user.login);
    json_put_text(row, "initial", initial_of(screen, member->user.name));
    json_put_text(row, "role", say(screen, path_of(screen, "role.%s", role_name(member->user.role))));
    json_put_bool(row, "leads", member->lead);
    json_put_text(row, "remove_url", path_of(screen, "%s/members/%s/remove", url, id_text(member->user.id, id)));
    return row;
}

static void show_team(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct team team;
    struct team_member_list members;
    struct error err;
    if (!load_team(request, response, &team) || !screen_open(request, response, "people_page.teams", &screen)) return;
    if (!team_members(request->op, team.id, &members, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *url = team_url(request->op, team.id);
    json_t *head = json_object(), *rows = json_array();
    json_put_text(head, "name", team.name);
    json_put_text(head, "description", *team.description == '\0' ? NULL : team.description);
    json_put_text(head, "url", url);
    json_put(screen.view, "team", head);
    for (size_t i = 0; i < members.count; i++) json_push(rows, member_view(&screen, url, &members.items[i]));
    json_put(screen.view, "members", rows);
    screen_title(&screen, team.name);
    form_open(&screen, &form);
    form_field(&form, &MEMBER, NULL, NULL);
    form_field(&form, &LEAD, NULL, NULL);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/team");
    else screen_refuse(&screen, "pages/team", refusal);
}

static void page_team(struct request *request, struct response *response) {
    show_team(request, response, NULL);
}

struct named {
    const char *text;
    struct user user;
    bool found;
};

static bool find_named(struct tx *tx, void *arg, struct error *err) {
    struct named *named = arg;
    return user_find_named(tx, named->text, &named->user, &named->found, err);
}

static bool add_member(struct request *request, int64_t team_id, struct error *err) {
    struct named named = { .text = request_form(request, "person") };
    if (str_blank(named.text)) {
        op_field_error(request->op, "person", "required", NULL);
        return OP_INVALID(request->op, err);
    }
    if (!store_read(request->op, find_named, &named, err)) return false;
    if (!named.found) {
        op_field_error(request->op, "person", "unknown", NULL);
        return OP_INVALID(request->op, err);
    }
    bool lead = str_eq(request_form(request, "lead"), "true");
    return team_member_set(request->op, team_id, named.user.id, lead, err);
}

static void do_member(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    if (!load_team(request, response, &team)) return;
    if (!add_member(request, team.id, &err)) show_team(request, response, &err);
    else respond_redirect_flash(request, response, team_url(request->op, team.id), "flash.added");
}

static void do_member_remove(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    int64_t user_id = 0;
    if (!load_team(request, response, &team)) return;
    (void)id_parse(request_param(request, "user"), &user_id);
    if (!team_member_remove(request->op, team.id, user_id, &err)) respond_error(request, response, &err);
    else respond_redirect_flash(request, response, team_url(request->op, team.id), "flash.removed");
}

static void show_edit(struct request *request, struct response *response, const struct team *team,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    const char *title = team == NULL ? "team.add" : "team.edit";
    if (!screen_open(request, response, title, &screen)) return;
    json_put_text(screen.view, "heading", say(&screen, title));
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/people");
    json_put_text(crumb, "label", say(&screen, "people_page.title"));
    json_put(screen.view, "crumb", crumb);
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", team == NULL ? "/people" : team_url(request->op, team->id));
    if (team != NULL) form_version(&form, team->version);
    form_fields(&form, TEAM, sizeof TEAM / sizeof *TEAM,
                team == NULL ? NULL : (const char *[]){ team->name, team->key, team->description });
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_team_new(struct request *request, struct response *response) {
    show_edit(request, response, NULL, NULL);
}

static struct team_input team_input(const struct request *request) {
    return (struct team_input){ request_form(request, "key"), request_form(request, "name"),
                                request_form(request, "description") };
}

static void do_team_new(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    struct team_input input = team_input(request);
    if (!team_add(request->op, &input, &team, &err)) show_edit(request, response, NULL, &err);
    else respond_redirect_flash(request, response, team_url(request->op, team.id), "flash.added");
}

static void page_team_edit(struct request *request, struct response *response) {
    struct team team;
    if (load_team(request, response, &team)) show_edit(request, response, &team, NULL);
}

static void do_team_edit(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    struct team_input input = team_input(request);
    int64_t version = -1;
    if (!load_team(request, response, &team)) return;
    const char *typed = request_form(request, "version");
    if (typed != NULL) (void)str_to_i64(typed, &version);
    if (!team_update(request->op, team.id, version, &input, &err)) show_edit(request, response, &team, &err);
    else respond_redirect_flash(request, response, team_url(request->op, team.id), "flash.saved");
}

static const struct route TEAM_LIST[] = {
    { HTTP_GET, "/teams/new", page_team_new, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/teams/new", do_team_new, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/teams/:id", page_team, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/teams/:id/edit", page_team_edit, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/teams/:id/edit", do_team_edit, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/teams/:id/members", do_member, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/teams/:id/members/:user/remove", do_member_remove, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table TEAM_ROUTES = ROUTE_TABLE(TEAM_LIST);
