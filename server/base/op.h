/* One unit of work: a request, a job run or a command. Never shared between threads.
 * Whatever a domain function needs from outside comes through here: who acts, when it is, in which language
 * to answer. `fields` collects what was wrong with the input when a function fails with ERR_INVALID. */
#ifndef BONGSU_BASE_OP_H
#define BONGSU_BASE_OP_H

#include "base/error.h"

#include <stdint.h>

struct arena;
struct store;
struct snapshot;
struct i18n;

enum actor_kind { ACTOR_NOBODY, ACTOR_USER, ACTOR_TOKEN, ACTOR_SYSTEM, ACTOR_COMMAND, ACTOR_LINK };

/* Who acts, for permissions, timeline and audit. A value; texts live in the op's arena. */
struct actor {
    enum actor_kind kind;
    int64_t user_id; /* 0 for ACTOR_SYSTEM, ACTOR_COMMAND, ACTOR_NOBODY */
    const char *login; /* "system" for the worker, "command" for the CLI */
    const char *name; /* as shown to people */
    const char *role; /* admin lead responder cs viewer */
    uint64_t permissions; /* bits of enum permission (people/permission.h) */
    int64_t session_or_token_id;
    const char *remote; /* address, for the audit log; may be NULL */
};

struct op {
    struct store *store;
    struct snapshot *snapshot; /* NULL: every read sees a snapshot of its own (store_snapshot_allow) */
    struct arena *arena;
    const struct actor *actor;
    int64_t now_ms;
    const char *request_id;
    const struct i18n *lang; /* the reader's language */
    int64_t seen_version; /* of the incident it changes, as the caller last saw it; 0: whatever it is now */
    struct field_errors fields;
};

/* Names a wrong field; see field_error_add. */
static inline void op_field_error(struct op *op, const char *field, const char *code, const char *arg) {
    field_error_add(&op->fields, op->arena, field, code, arg);
}

/* `if (op->fields.count > 0) return OP_INVALID(op, err);` */
#define OP_INVALID(op, err)                                                                 \
    ERROR((err), ERR_INVALID, "input.invalid", "%d field(s), first %s", (op)->fields.count, \
          (op)->fields.first == NULL ? "" : (op)->fields.first->field)

#endif
