/* bongsu demo: an organisation to look around in, from templates/demo. Everything goes through the domain's own
 * functions, acted by the demo's people at the times the story says. Running it again adds nothing. */
#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "command.h"
#include "commands/commands.h"
#include "commands/demo_story.h"
#include "oncall/rota.h"
#include "people/team.h"
#include "people/user.h"
#include "policy/organisation.h"
#include "policy/setup.h"
#include "service/maintenance.h"
#include "service/service.h"
#include "view/template.h"

#include <stdio.h>
#include <string.h>

#define STORY "templates/demo/organisation.json"
enum { OLD_DAYS = 120 }; /* the organisation is older than its incidents, as one would be */

/* Something of that name is already there: then it is left as it is. */
static bool is_new(bool done, struct op *op, const struct error *err, bool *failed) {
    bool duplicate = err->kind == ERR_CONFLICT;
    for (const struct field_error *e = op->fields.first; !done && e != NULL; e = e->next) {
        duplicate |= str_eq(e->code, "duplicate");
    }
    *failed = !done && !duplicate;
    op->fields = (struct field_errors){ 0 };
    return done;
}

static bool add_people(struct op *op, const json_t *story, struct error *err) {
    size_t index;
    json_t *person;
    json_array_foreach(json_object_get(story, "people"), index, person) {
        struct user_input input = { .login = json_text(person, "login"),
                                    .name = json_text(person, "name"),
                                    .role = json_text(person, "role"),
                                    .email = json_text(person, "email"),
                                    .phone = json_text(person, "phone"),
                                    .password = json_text(story, "password") };
        struct user user;
        struct error ignored;
        bool failed;
        if (user_load_login(op, input.login, &user, &ignored)) continue;
        is_new(user_add(op, &input, &user, err), op, err, &failed);
        if (failed) return false;
    }
    return true;
}

static bool add_members(struct op *op, const json_t *team, int64_t team_id, struct error *err) {
    size_t index;
    json_t *login;
    json_array_foreach(json_object_get(team, "members"), index, login) {
        struct user user;
        const char *name = json_string_value(login);
        if (!user_load_login(op, name, &user, err)) return false;
        if (!team_member_set(op, team_id, user.id, str_eq(name, json_text(team, "lead")), err)) return false;
    }
    return true;
}

static bool add_teams(struct op *op, const json_t *story, struct error *err) {
    size_t index;
    json_t *team;
    json_array_foreach(json_object_get(story, "teams"), index, team) {
        struct team_input input = { json_text(team, "key"), json_text(team, "name"), json_text(team, "description") };
        struct team made;
        bool failed;
        if (is_new(team_add(op, &input, &made, err), op, err, &failed) && !add_members(op, team, made.id, err)) {
            return false;
        }
        if (failed) return false;
    }
    return true;
}

static bool add_components(struct op *op, const json_t *service, int64_t service_id, struct error *err) {
    size_t index;
    json_t *component;
    json_array_foreach(json_object_get(service, "components"), index, component) {
        struct component_input input = { .name = json_text(component, "name"),
                                         .name_en = json_text(component, "name_en"),
                                         .public = "true" };
        struct component made;
        if (!component_add(op, service_id, &input, &made, err)) return false;
    }
    return true;
}

static bool add_services(struct op *op, const json_t *story, struct error *err) {
    size_t index;
    json_t *service;
    json_array_foreach(json_object_get(story, "services"), index, service) {
        struct service_input input = { .key = json_text(service, "key"),
                                       .name = json_text(service, "name"),
                                       .description = json_text(service, "description"),
                                       .team = json_text(service, "team"),
                                       .tier = json_text(service, "tier"),
                                       .public = json_text(service, "public"),
                                       .slo = json_text(service, "slo") };
        struct service made;
        bool failed;
        if (is_new(service_add(op, &input, &made, err), op, err, &failed) &&
            !add_components(op, service, made.id, err)) {
            return false;
        }
        if (failed) return false;
    }
    return true;
}

static bool add_schedules(struct op *op, const json_t *story, struct error *err) {
    size_t index;
    json_t *schedule;
    json_array_foreach(json_object_get(story, "schedules"), index, schedule) {
        struct rota made;
        bool failed;
        (void)is_new(rota_add(op, schedule, &made, err), op, err, &failed);
        if (failed) return false;
    }
    return true;
}

/* "in_days" from now at that full hour of the organisation's zone. */
static const char *moment(struct op *op, const struct tz *tz, int64_t days, int64_t hour) {
    struct civil now;
    int64_t year;
    int month, day;
    tz_local(tz, op->now_ms / 1000, &now);
    civil_from_days(civil_days(now.year, now.month, now.day) + days, &year, &month, &day);
    return arena_printf(op->arena, "%04lld-%02d-%02dT%02lld:00", (long long)year, month, day, (long long)hour);
}

static int64_t number_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static bool add_maintenances(struct op *op, const json_t *story, struct error *err) {
    struct maintenance_list planned;
    struct organisation organisation;
    size_t index;
    json_t *each;
    if (!maintenance_list(op, false, &planned, err) || !organisation_load(op, &organisation, err)) return false;
    if (planned.count > 0) return true;
    json_array_foreach(json_object_get(story, "maintenances"), index, each) {
        int64_t days = number_of(each, "in_days"), hour = number_of(each, "hour");
        const struct maintenance_input input = {
            .title = json_text(each, "title"),
            .title_en = json_text(each, "title_en"),
            .note = json_text(each, "note"),
            .note_en = json_text(each, "note_en"),
            .service = json_text(each, "service"),
            .starts_at = moment(op, organisation.tz, days, hour),
            .ends_at = moment(op, organisation.tz, days, hour + number_of(each, "hours")),
            .public = "true",
        };
        struct maintenance made;
        if (!maintenance_plan(op, &input, &made, err)) return false;
    }
    return true;
}

static bool name_organisation(struct op *op, const json_t *story, struct error *err) {
    struct organisation organisation;
    if (!organisation_load(op, &organisation, err)) return false;
    if (organisation.name[0] != '\0') return true;
    struct organisation_input input = { .name = json_text(story, "name") };
    return organisation_update(op, organisation.version, &input, &organisation, err);
}

static bool read_story(struct arena *arena, json_t **out, struct error *err) {
    const struct asset *asset = asset_find(STORY);
    REQUIRE(asset != NULL);
    return json_parse(arena, (const char *)asset->bytes, asset->size, out, err);
}

static void print_accounts(const json_t *story) {
    size_t index;
    json_t *person;
    printf("demo accounts (password of all: %s)\n", json_text(story, "password"));
    json_array_foreach(json_object_get(story, "people"), index, person) {
        printf("  %-8s %-10s %s\n", json_text(person, "login"), json_text(person, "role"), json_text(person, "name"));
    }
}

static bool fill(struct command_run *run, struct op *op, json_t **story, struct error *err) {
    bool setup_is_needed;
    int64_t now = op->now_ms;
    if (!template_load_all(false, err) || !read_story(run->arena, story, err)) return false;
    op->now_ms = now - OLD_DAYS * 24 * 60 * 60 * INT64_C(1000);
    if (!setup_prepare(op, run->settings->policy, &setup_is_needed, err) || !add_people(op, *story, err) ||
        !name_organisation(op, *story, err) || !add_teams(op, *story, err) || !add_services(op, *story, err) ||
        !add_schedules(op, *story, err)) {
        return false;
    }
    op->now_ms = now;
    return add_maintenances(op, *story, err) && demo_incidents(op, *story, err) && demo_alerts(op, err);
}

int command_demo(struct command_run *run) {
    struct command_store store;
    struct error err;
    json_t *story;
    if (run->argc != 1) return command_usage(run, NULL);
    if (!command_open(run, &store, &err)) return command_fail(run, NULL, &err);
    int code = EXIT_FINE;
    if (fill(run, &store.op, &story, &err)) print_accounts(story);
    else code = command_fail(run, &store.op, &err);
    command_close(&store);
    return code;
}
