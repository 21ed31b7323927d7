/* Our state over there: by the transition the settings name, else by one that leads into the same category. */
#include "connect/jira_api.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_event.h"

#include <stdio.h>
#include <string.h>

struct moving {
    int64_t action_id;
    struct jira_link link;
    bool linked;
};

static bool read_link(struct tx *tx, void *arg, struct error *err) {
    struct moving *moving = arg;
    return jira_link_of(tx, moving->action_id, &moving->link, &moving->linked, err);
}

static const char *category_of(const char *state) {
    if (str_eq(state, "todo")) return "new";
    return str_eq(state, "doing") ? "indeterminate" : "done";
}

/* The settings' name of a state may be that of a status or of a transition. */
static bool leads_there(const json_t *transition, const char *wanted, const char *category) {
    const json_t *to = json_object_get(transition, "to");
    if (wanted == NULL) return str_eq(json_text(json_object_get(to, "statusCategory"), "key"), category);
    return str_eq(json_text(to, "name"), wanted) || str_eq(json_text(transition, "name"), wanted) ||
           str_eq(json_text(transition, "id"), wanted);
}

static const char *choose(const json_t *transitions, const char *wanted, const char *category) {
    size_t at;
    const json_t *transition;
    json_array_foreach(transitions, at, transition) {
        if (leads_there(transition, wanted, category)) return json_text(transition, "id");
    }
    return NULL;
}

static void arrived(struct op *op, const char *state, struct outcome *out) {
    *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
    out->result = arena_printf(op->arena, "moved %s", state);
}

/* Whether somebody brought it there before us. */
static bool is_there(struct op *op, const struct delivery *delivery, const struct moving *moving, struct outcome *out) {
    const json_t *answer;
    int status;
    const char *path = arena_printf(op->arena, "/issue/%s?fields=status", moving->link.issue_id);
    if (!jira_api(op, delivery, path, NULL, &answer, &status, out)) return false;
    const json_t *now = json_object_get(json_object_get(answer, "fields"), "status");
    if (!str_eq(action_state_name(jira_state_of(delivery->config, now)), moving->link.state)) return false;
    arrived(op, moving->link.state, out);
    return true;
}

static void move(struct op *op, const struct delivery *delivery, const struct moving *moving, struct outcome *out) {
    const json_t *answer;
    int status;
    const char *state = moving->link.state;
    const char *wanted = json_text(json_object_get(delivery->config, "states"), state);
    const char *path = arena_printf(op->arena, "/issue/%s/transitions", moving->link.issue_id);
    if (!jira_api(op, delivery, path, NULL, &answer, &status, out)) return;
    const char *id = choose(json_object_get(answer, "transitions"), wanted, category_of(state));
    if (id == NULL) {
        if (is_there(op, delivery, moving, out) || out->kind != OUTCOME_SENT) return;
        *out = (struct outcome){ .kind = OUTCOME_REFUSED, .retry_after_ms = -1 };
        snprintf(out->reason, sizeof out->reason, "no_transition: %.100s", wanted == NULL ? state : wanted);
        return;
    }
    json_t *body = json_obj(op->arena);
    json_t *transition = json_object();
    json_put_text(transition, "id", id);
    json_put(body, "transition", transition);
    if (jira_api(op, delivery, path, body, &answer, &status, out)) {
        arrived(op, state, out);
        return;
    }
    struct outcome refusal = *out;
    if (status == 409) out->kind = OUTCOME_RETRY; /* somebody else is moving it */
    else if (status == 400 && !is_there(op, delivery, moving, out)) *out = refusal;
}

void jira_move(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct moving moving = { 0 };
    struct error err;
    *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
    if (!id_parse(json_text(delivery->payload, "id"), &moving.action_id)) return;
    if (!store_read(op, read_link, &moving, &err)) {
        *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1 };
        str_copy(out->reason, sizeof out->reason, err.code);
    } else if (moving.linked && !str_eq(moving.link.state, moving.link.told_state)) {
        move(op, delivery, &moving, out);
    }
}

bool jira_move_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome,
                       struct error *err) {
    int64_t action;
    if (outcome->kind != OUTCOME_SENT || outcome->result == NULL) return true;
    if (!id_parse(json_text(delivery->payload, "id"), &action)) return true;
    return jira_told(tx, action, outcome->result + strlen("moved "), err);
}
