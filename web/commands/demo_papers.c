/* What the demo's people write: notices published by two, documents reviewed and published, action items. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "commands/demo_scene.h"
#include "notice/notice.h"
#include "review/action_item.h"
#include "review/document.h"
#include "text/tz.h"
#include "text/when.h"

enum { PARTS_MAX = 12 };

/* The same moment, seen by the person who approves, and back. */
static bool change_to(struct scene *scene, const char *login, struct error *err) {
    return scene_enter(scene, login, scene->op.now_ms, err);
}

bool scene_notice(struct scene *scene, struct error *err) {
    const struct notice_input input = { .stage = scene_text(scene, "stage"),
                                        .template = scene_text(scene, "template"),
                                        .next_minutes = scene_text(scene, "next_minutes") };
    const struct notice_step any = { 0 };
    const char *author = scene_text(scene, "by"), *second = scene_text(scene, "second");
    struct notice notice;
    if (!notice_create(&scene->op, scene->ref, &input, &notice, err)) return false;
    if (second == NULL) return true; /* left as a draft */
    return notice_submit(&scene->op, notice.id, &any, &notice, err) && change_to(scene, second, err) &&
           notice_approve(&scene->op, notice.id, &any, &notice, err) && change_to(scene, author, err) &&
           notice_publish(&scene->op, notice.id, &any, &notice, err);
}

static void read_sections(const json_t *step, struct section_save *out, size_t *count) {
    const char *key;
    json_t *body;
    *count = 0;
    json_object_foreach(json_object_get(step, "sections"), key, body) {
        if (*count < PARTS_MAX) out[(*count)++] = (struct section_save){ key, json_string_value(body), -1 };
    }
}

static size_t read_whys(const json_t *step, struct why *out) {
    const json_t *list = json_object_get(step, "whys"), *each;
    size_t index, count = 0;
    json_array_foreach(list, index, each) {
        if (count == PARTS_MAX) break;
        out[count++] =
            (struct why){ json_text(each, "question"), json_text(each, "answer"), json_text(each, "evidence") };
    }
    return count;
}

bool scene_document(struct scene *scene, struct error *err) {
    struct section_save sections[PARTS_MAX];
    struct why whys[PARTS_MAX];
    bool retro = str_eq(scene_text(scene, "kind"), "retro");
    enum document_kind kind = retro ? DOCUMENT_RETRO : DOCUMENT_REPORT;
    struct document_save save = { .sections = sections,
                                  .shape = scene_text(scene, "shape"),
                                  .facilitator = scene_text(scene, "facilitator"),
                                  .attendees = scene_text(scene, "attendees"),
                                  .lesson = scene_text(scene, "lesson"),
                                  .runbook_change = scene_text(scene, "runbook_change"),
                                  .whys = whys,
                                  .has_whys = retro };
    struct document document;
    const char *author = scene_text(scene, "by");
    read_sections(scene->step, sections, &save.section_count);
    save.why_count = read_whys(scene->step, whys);
    return document_save(&scene->op, scene->ref, kind, &save, &document, err) &&
           document_submit(&scene->op, scene->ref, kind, &document, err) &&
           change_to(scene, scene_text(scene, "second"), err) &&
           document_decide(&scene->op, scene->ref, kind, true, NULL, &document, err) && change_to(scene, author, err) &&
           document_publish(&scene->op, scene->ref, kind, NULL, &document, err);
}

/* "due_days": days from the beginning of the incident. */
bool scene_action(struct scene *scene, struct error *err) {
    const struct tz *seoul;
    int64_t due = scene->begin + scene_number(scene->step, "due_days") * 24 * 60 * MINUTE_MS;
    if (!tz_find("Asia/Seoul", &seoul, err)) return false;
    const struct action_draft draft = { .title = scene_text(scene, "title"),
                                        .incident_ref = scene->ref,
                                        .perspective = scene_text(scene, "perspective"),
                                        .horizon = scene_text(scene, "horizon"),
                                        .kind = scene_text(scene, "kind"),
                                        .owner = scene_text(scene, "owner"),
                                        .due = when_date(scene->op.arena, seoul, due) };
    struct action_item item;
    if (!action_create(&scene->op, &draft, &item, err)) return false;
    const struct action_draft state = { .state = scene_text(scene, "state") };
    return state.state == NULL || action_update(&scene->op, item.id, &state, 0, &item, err);
}
