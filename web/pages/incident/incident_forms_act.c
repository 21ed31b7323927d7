/* Forms that move an incident on: severity, roles, help, recovery, and its ends. */
#include "pages/incident/incident_forms.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/lifecycle.h"
#include "incident/recover.h"
#include "incident/update.h"
#include "people/user.h"

static const char *typed(const struct request *request, const char *name) {
    return request_form(request, name);
}

/* -- severity -- */

static const struct field_spec TO = { "to", SHAPE_RADIO, "form.field.to", NULL, true, 0, NULL };
static const struct field_spec REASON = { "reason", SHAPE_AREA, "form.field.reason", NULL, true, 1000, NULL };

static void build_severity(struct form *form, const struct incident_page_data *data) {
    form_field(form, &TO, data->view.incident.severity, options_severities(form->screen));
    form_field(form, &REASON, NULL, NULL);
}

static bool submit_severity(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_set_severity(request->op, ref, typed(request, "to"), typed(request, "reason"), &incident, err);
}

/* -- roles -- */

static const char *holder_of(const struct incident_page_data *data, enum role_kind kind) {
    for (size_t i = 0; i < data->view.role_count; i++) {
        const struct role_holder *holder = &data->view.roles[i];
        if (holder->kind == kind) return holder->login != NULL ? holder->login : holder->name;
    }
    return "";
}

static void build_roles(struct form *form, const struct incident_page_data *data) {
    const struct screen *screen = form->screen;
    for (int kind = 0; kind < ROLE_KIND_COUNT; kind++) {
        const char *name = role_kind_name((enum role_kind)kind);
        const char *label_key = arena_printf(screen->op->arena, "label.role.%s", name);
        const char *hint_key = arena_printf(screen->op->arena, "label.role_does.%s", name);
        struct field_spec spec = { name, SHAPE_LINE, label_key, hint_key, false, 80, NULL };
        json_t *field = form_field(form, &spec, holder_of(data, (enum role_kind)kind), NULL);
        json_put_text(field, "list", "people");
    }
    view_people(screen);
}

/* Those that were changed, together. */
static bool submit_roles(struct request *request, const char *ref, struct error *err) {
    struct incident_page_data data;
    struct role_wish wishes[ROLE_KIND_COUNT];
    size_t count = 0;
    if (!incident_page_load(request->op, ref, INT64_MAX, &data, err)) return false;
    for (int kind = 0; kind < ROLE_KIND_COUNT; kind++) {
        const char *name = role_kind_name((enum role_kind)kind);
        const char *person = typed(request, name);
        if (person == NULL || str_eq(person, holder_of(&data, (enum role_kind)kind))) continue;
        wishes[count++] = (struct role_wish){ name, person };
    }
    return count == 0 || incident_assign_all(request->op, ref, wishes, count, err);
}

/* -- help -- */

static const struct field_spec HELP[] = {
    { "symptom", SHAPE_AREA, "form.field.symptom", NULL, false, 1000, NULL },
    { "tried", SHAPE_AREA, "form.field.tried", NULL, false, 1000, NULL },
    { "logs", SHAPE_LINE, "form.field.logs", "form.hint.logs", false, 400, NULL },
    { "needed", SHAPE_AREA, "form.field.needed", NULL, true, 1000, NULL },
};

static void build_help(struct form *form, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    const char *symptom = incident->symptom != NULL ? incident->symptom : incident->title;
    form_fields(form, HELP, sizeof HELP / sizeof *HELP, (const char *[]){ symptom, incident->action, NULL, NULL });
}

static bool submit_help(struct request *request, const char *ref, struct error *err) {
    struct help_draft draft = { .symptom = typed(request, "symptom"),
                                .tried = typed(request, "tried"),
                                .logs = typed(request, "logs"),
                                .needed = typed(request, "needed") };
    struct help help;
    return incident_ask_help(request->op, ref, &draft, &help, err);
}

/* -- recovery -- */

static const struct field_spec RECOVERY[] = {
    { "at", SHAPE_TIME, "form.field.recovered_at", "form.hint.now", false, 0, NULL },
    { "cause", SHAPE_AREA, "form.field.cause", NULL, false, 2000, NULL },
    { "action", SHAPE_AREA, "form.field.recovery_action", NULL, false, 2000, NULL },
    { "impact", SHAPE_AREA, "form.field.recovery_impact", NULL, false, 2000, NULL },
    { "follow_up", SHAPE_AREA, "form.field.follow_up", NULL, false, 2000, NULL },
    { "retro_at", SHAPE_TIME, "form.field.retro_at", "form.hint.retro_at", false, 0, NULL },
};

static void build_recover(struct form *form, const struct incident_page_data *data) {
    const struct incident *incident = &data->view.incident;
    form_fields(form, RECOVERY, sizeof RECOVERY / sizeof *RECOVERY,
                (const char *[]){ NULL, incident->suspected_cause, incident->action, incident->impact, NULL, NULL });
}

static bool submit_recover(struct request *request, const char *ref, struct error *err) {
    struct recovery recovery = { .at = typed(request, "at"),
                                 .cause = typed(request, "cause"),
                                 .action = typed(request, "action"),
                                 .impact = typed(request, "impact"),
                                 .follow_up = typed(request, "follow_up"),
                                 .retro_at = typed(request, "retro_at") };
    struct incident incident;
    return incident_recover(request->op, ref, &recovery, &incident, err);
}

/* -- states -- */

static const struct field_spec NOTE = { "note", SHAPE_AREA, "form.field.note", NULL, false, 1000, NULL };
static const struct field_spec INTO = { "into", SHAPE_LINE, "form.field.into", "form.hint.ref", true, 20, NULL };
static const struct field_spec REMINDER = { "action", SHAPE_RADIO, "form.field.reminder", NULL, true, 0, NULL };
static const char *const REMINDERS[] = { "send", "snooze_30", "snooze_60", "snooze_90", "stop", NULL };

static bool submit_mitigating(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_set_status(request->op, ref, "mitigating", &incident, err);
}

static bool submit_false_alarm(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_set_status(request->op, ref, "false_alarm", &incident, err);
}

static void build_close(struct form *form, const struct incident_page_data *data) {
    (void)data;
    form_field(form, &NOTE, NULL, NULL);
}

static bool submit_close(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_close(request->op, ref, typed(request, "note"), &incident, err);
}

static void build_reopen(struct form *form, const struct incident_page_data *data) {
    (void)data;
    form_field(form, &REASON, NULL, NULL);
}

static bool submit_reopen(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_reopen(request->op, ref, typed(request, "reason"), &incident, err);
}

static void build_merge(struct form *form, const struct incident_page_data *data) {
    (void)data;
    form_field(form, &INTO, NULL, NULL);
}

static bool submit_merge(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    return incident_merge(request->op, ref, typed(request, "into"), &incident, err);
}

static void build_reminder(struct form *form, const struct incident_page_data *data) {
    (void)data;
    form_field(form, &REMINDER, "send", options_labels(form->screen, "reminder", REMINDERS, false));
}

static bool submit_reminder(struct request *request, const char *ref, struct error *err) {
    struct incident incident;
    enum reminder_action action;
    const char *name = typed(request, "action");
    if (name == NULL || !reminder_action_parse(name, &action)) {
        op_field_error(request->op, "action", "required", NULL);
        return OP_INVALID(request->op, err);
    }
    return incident_remind(request->op, ref, action, &incident, err);
}

const struct incident_form INCIDENT_ACT_FORMS[] = {
    { "severity", "primary", build_severity, submit_severity },
    { "roles", "primary", build_roles, submit_roles },
    { "help", "fire", build_help, submit_help },
    { "recover", "primary", build_recover, submit_recover },
    { "mitigating", "primary", NULL, submit_mitigating },
    { "false_alarm", "danger", NULL, submit_false_alarm },
    { "close", "primary", build_close, submit_close },
    { "reopen", "danger", build_reopen, submit_reopen },
    { "merge", "danger", build_merge, submit_merge },
    { "reminder", "primary", build_reminder, submit_reminder },
};
const size_t INCIDENT_ACT_FORM_COUNT = sizeof INCIDENT_ACT_FORMS / sizeof *INCIDENT_ACT_FORMS;
