/* Rollback or roll forward (R-A9): one question at a time, each answer a link, so it works without JavaScript; the
 * end is a form that records the choice with its reason. */
#include "pages/form_view.h"
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/checklist.h"

static const char *const QUESTIONS[] = { "after_deploy", "schema_changed", "fix_over_30_minutes", "deployable_now" };
enum { QUESTION_COUNT = sizeof QUESTIONS / sizeof *QUESTIONS };
static const char *const CHOICES[] = { "rollback", "roll_forward", NULL };
static const struct field_spec CHOICE = { "choice", SHAPE_RADIO, "rollback.choice", NULL, true, 0, NULL };
static const struct field_spec REASON = { "reason", SHAPE_AREA, "rollback.reason", "rollback.reason_hint", true,
                                          1000,     NULL };

static const char *answer_of(const struct request *request, const char *question) {
    const char *answer =
        request->method == HTTP_POST ? request_form(request, question) : request_query(request, question);
    return answer == NULL ? "" : answer;
}

static enum tristate tristate_of(const char *answer) {
    return str_eq(answer, "yes") ? TRI_YES : str_eq(answer, "no") ? TRI_NO : TRI_UNKNOWN;
}

static const char *with_answer(const struct screen *screen, const char *question, const char *answer) {
    struct buf url;
    buf_init(&url, screen->op->arena, 1000);
    buf_printf(&url, "%s?%s=%s", screen->request->path, question, answer);
    for (int i = 0; i < QUESTION_COUNT; i++) {
        const char *given = answer_of(screen->request, QUESTIONS[i]);
        if (tristate_of(given) != TRI_UNKNOWN) buf_printf(&url, "&%s=%s", QUESTIONS[i], given);
    }
    return url.data;
}

static void add_answer(const struct screen *screen, json_t *answers, const char *question, const char *answer) {
    json_t *row = json_object();
    json_put_text(row, "label", say(screen, path_of(screen, "ui.%s", answer)));
    json_put_text(row, "url", with_answer(screen, question, answer));
    json_push(answers, row);
}

static void add_path(const struct screen *screen, json_t *wizard) {
    json_t *path = json_array();
    for (int i = 0; i < QUESTION_COUNT; i++) {
        const char *given = answer_of(screen->request, QUESTIONS[i]);
        if (tristate_of(given) == TRI_UNKNOWN) continue;
        json_t *row = json_object();
        json_put_text(row, "question", say(screen, path_of(screen, "rollback.%s", QUESTIONS[i])));
        json_put_text(row, "answer", say(screen, path_of(screen, "ui.%s", given)));
        json_push(path, row);
    }
    json_put_bool(wizard, "begun", json_array_size(path) > 0);
    json_put(wizard, "path", path);
}

static void build_end(struct screen *screen, json_t *wizard, enum rollback_choice proposal) {
    struct form form;
    const char *name = proposal == CHOICE_ROLLBACK ? "rollback" : "roll_forward";
    json_put_text(wizard, "proposal", say(screen, path_of(screen, "rollback.propose_%s", name)));
    form_open(screen, &form);
    form_action(&form, screen->request->path, "rollback.submit");
    form_text(&form, "cancel", incident_url(screen, request_param(screen->request, "ref")));
    for (int i = 0; i < QUESTION_COUNT; i++) form_hidden(&form, QUESTIONS[i], answer_of(screen->request, QUESTIONS[i]));
    form_field(&form, &CHOICE, name, options_labels(screen, "choice", CHOICES, false));
    form_field(&form, &REASON, NULL, NULL);
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct incident incident;
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!screen_open(request, response, "rollback.title", &screen)) return;
    if (!incident_find(request->op, ref, &incident, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct rollback_answers answers = { tristate_of(answer_of(request, QUESTIONS[0])),
                                        tristate_of(answer_of(request, QUESTIONS[1])),
                                        tristate_of(answer_of(request, QUESTIONS[2])),
                                        tristate_of(answer_of(request, QUESTIONS[3])) };
    enum rollback_choice proposal = CHOICE_NONE;
    const char *question = rollback_next(&answers, &proposal);
    json_t *wizard = json_object(), *links = json_array();
    json_put_text(wizard, "question",
                  question == NULL ? NULL : say(&screen, path_of(&screen, "rollback.%s", question)));
    json_put_text(wizard, "proposal", NULL);
    if (question != NULL) {
        add_answer(&screen, links, question, "yes");
        add_answer(&screen, links, question, "no");
    }
    json_put(wizard, "answers", links);
    json_put_text(wizard, "restart", request->path);
    add_path(&screen, wizard);
    json_put(screen.view, "form", json_null());
    if (question == NULL) build_end(&screen, wizard, proposal);
    json_put(screen.view, "wizard", wizard);
    json_put(screen.view, "incident", view_incident_row(&screen, &incident));
    if (refusal == NULL) {
        screen_show(&screen, "pages/rollback");
        return;
    }
    struct form typed = { &screen, json_object_get(screen.view, "form"), NULL, true };
    form_errors(&typed, refusal);
    screen_refuse(&screen, "pages/rollback", refusal);
}

static void page_rollback(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_rollback(struct request *request, struct response *response) {
    struct incident incident;
    struct error err;
    const char *ref = request_param(request, "ref");
    struct rollback_draft draft = { .after_deploy = answer_of(request, QUESTIONS[0]),
                                    .schema_changed = answer_of(request, QUESTIONS[1]),
                                    .fix_over_30_minutes = answer_of(request, QUESTIONS[2]),
                                    .deployable_now = answer_of(request, QUESTIONS[3]),
                                    .choice = request_form(request, "choice"),
                                    .reason = request_form(request, "reason") };
    if (!incident_decide_rollback(request->op, ref, &draft, &incident, &err)) {
        show(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, arena_printf(request->op->arena, "/incidents/%s", ref), "rollback.done");
}

static const struct route ROLLBACK_LIST[] = {
    { HTTP_GET, "/incidents/:ref/rollback", page_rollback, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/rollback", do_rollback, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ROLLBACK_ROUTES = ROUTE_TABLE(ROLLBACK_LIST);
