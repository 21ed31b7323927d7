/* The incidents of the demo: see demo_story.h. Every step is a call of the domain by one of the demo's people, at a
 * time of its own before now. */
#include "commands/demo_story.h"

#include "commands/demo_scene.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"
#include "incident/draft.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "incident/search.h"
#include "incident/timeline.h"
#include "incident/update.h"
#include "people/user.h"
#include "text/when.h"

bool scene_enter(struct scene *scene, const char *login, int64_t at, struct error *err) {
    struct user user;
    scene->op.now_ms = scene->now;
    scene->op.fields = (struct field_errors){ 0 };
    if (login == NULL) login = json_text(scene->script, "by");
    if (!user_load_login(&scene->op, login, &user, err)) return false;
    scene->actor = (struct actor){ .kind = ACTOR_USER,
                                   .user_id = user.id,
                                   .login = user.login,
                                   .name = user.name,
                                   .role = role_name(user.role),
                                   .permissions = role_permissions(user.role) };
    scene->op.now_ms = at;
    return true;
}

int64_t scene_number(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

const char *scene_text(const struct scene *scene, const char *key) {
    return json_text(scene->step, key);
}

/* "at": minutes after the beginning, told later; NULL where the step happens as it is told. */
static const char *told_at(struct scene *scene) {
    if (json_object_get(scene->step, "at") == NULL) return NULL;
    return when_rfc3339(scene->op.arena, scene->begin + scene_number(scene->step, "at") * MINUTE_MS);
}

/* --- what people do --- */

static bool do_ack(struct scene *scene, struct error *err) {
    return incident_acknowledge(&scene->op, scene->ref, NULL, err);
}

static bool do_role(struct scene *scene, struct error *err) {
    struct role_wish wish = { scene_text(scene, "role"), scene_text(scene, "person") };
    return incident_assign(&scene->op, scene->ref, &wish, NULL, err);
}

static bool do_status(struct scene *scene, struct error *err) {
    return incident_set_status(&scene->op, scene->ref, scene_text(scene, "to"), NULL, err);
}

static bool do_note(struct scene *scene, struct error *err) {
    struct timeline_draft draft = { .at = told_at(scene),
                                    .text = scene_text(scene, "text"),
                                    .kind = scene_text(scene, "kind") };
    struct event event;
    return incident_note(&scene->op, scene->ref, &draft, &event, err);
}

static bool do_update(struct scene *scene, struct error *err) {
    struct update_draft draft = { .text = scene_text(scene, "text"),
                                  .next_minutes = scene_text(scene, "next_minutes") };
    struct update update;
    return incident_update(&scene->op, scene->ref, &draft, &update, err);
}

struct list_look {
    const char *ref, *key;
    int64_t id;
};

static bool find_list(struct tx *tx, void *arg, struct error *err) {
    struct list_look *look = arg;
    struct incident incident;
    struct checklist *lists;
    size_t count;
    if (!incident_by_ref(tx, look->ref, &incident, err)) return false;
    if (!checklists_of(tx, incident.id, &lists, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(lists[i].key, look->key)) look->id = lists[i].id;
    }
    return true;
}

static bool do_tick(struct scene *scene, struct error *err) {
    struct list_look look = { scene->ref, scene_text(scene, "list"), 0 };
    struct checklist list;
    if (!store_read(&scene->op, find_list, &look, err)) return false;
    struct check_tick tick = { look.id, scene_number(scene->step, "number"), true, scene_text(scene, "note") };
    return incident_tick(&scene->op, &tick, &list, err);
}

static bool do_recover(struct scene *scene, struct error *err) {
    struct recovery recovery = { .at = told_at(scene),
                                 .cause = scene_text(scene, "cause"),
                                 .action = scene_text(scene, "action"),
                                 .impact = scene_text(scene, "impact"),
                                 .follow_up = scene_text(scene, "follow_up") };
    return incident_recover(&scene->op, scene->ref, &recovery, NULL, err);
}

static bool do_close(struct scene *scene, struct error *err) {
    return incident_close(&scene->op, scene->ref, NULL, NULL, err);
}

static const struct {
    const char *word;
    bool (*act)(struct scene *scene, struct error *err);
} ACTS[] = { { "ack", do_ack },          { "role", do_role },
             { "status", do_status },    { "note", do_note },
             { "update", do_update },    { "tick", do_tick },
             { "recover", do_recover },  { "close", do_close },
             { "notice", scene_notice }, { "document", scene_document },
             { "action", scene_action } };

static bool play_step(struct scene *scene, struct error *err) {
    const json_t *after = json_object_get(scene->step, "after");
    int64_t minutes = after != NULL ? json_integer_value(after) : scene_number(scene->script, "declared_after");
    if (!scene_enter(scene, scene_text(scene, "by"), scene->begin + minutes * MINUTE_MS, err)) return false;
    for (size_t i = 0; i < sizeof ACTS / sizeof *ACTS; i++) {
        if (str_eq(ACTS[i].word, scene_text(scene, "do"))) return ACTS[i].act(scene, err);
    }
    return ERROR(err, ERR_INTERNAL, "demo.story", "no act %s", scene_text(scene, "do"));
}

static bool declare(struct scene *scene, struct error *err) {
    const json_t *draft = json_object_get(scene->script, "draft");
    struct incident incident;
    struct incident_draft input = { .title = json_text(draft, "title"),
                                    .symptom = json_text(draft, "symptom"),
                                    .severity = json_text(draft, "severity"),
                                    .impact = json_text(draft, "impact"),
                                    .service = json_text(draft, "service"),
                                    .category = json_text(draft, "category"),
                                    .detection = json_text(draft, "detection"),
                                    .owner = json_text(draft, "owner"),
                                    .action = json_text(draft, "action"),
                                    .kind = json_text(draft, "kind"),
                                    .started_at = when_rfc3339(scene->op.arena, scene->begin) };
    int64_t at = scene->begin + scene_number(scene->script, "declared_after") * MINUTE_MS;
    if (!scene_enter(scene, NULL, at, err) || !incident_declare(&scene->op, &input, &incident, err)) return false;
    scene->ref = incident.ref;
    return true;
}

static bool play(struct op *op, const json_t *script, struct error *err) {
    struct scene scene = { .op = *op, .now = op->now_ms, .script = script };
    size_t index;
    json_t *step;
    scene.op.actor = &scene.actor;
    scene.actor = *op->actor;
    scene.begin = (op->now_ms / MINUTE_MS - scene_number(script, "began_minutes_ago")) * MINUTE_MS;
    if (!declare(&scene, err)) return false;
    json_array_foreach(json_object_get(script, "steps"), index, step) {
        scene.step = step;
        if (!play_step(&scene, err)) return false;
    }
    return true;
}

bool demo_incidents(struct op *op, const json_t *story, struct error *err) {
    struct incident_page page;
    size_t index;
    json_t *script;
    if (!incident_list(op, &(struct incident_query){ .limit = "1" }, &page, err)) return false;
    if (page.count > 0) return true;
    json_array_foreach(json_object_get(story, "incidents"), index, script) {
        if (!play(op, script, err)) return false;
    }
    return true;
}
