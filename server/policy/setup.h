/* First run: a one-time token printed at start opens the page that makes the first administrator, the
 * organisation and its policy, in one transaction. Once an administrator exists it is over for good. */
#ifndef BONGSU_POLICY_SETUP_H
#define BONGSU_POLICY_SETUP_H

#include "people/user.h"
#include "policy/organisation.h"

struct setup_input {
    const char *token; /* as typed */
    const char *preset; /* "p1-p3" …; NULL: what is in force */
    struct user_input admin; /* login, name, email, password, lang; the role is admin */
    struct organisation_input organisation;
};

bool setup_needed(struct op *op, bool *needed, struct error *err) NODISCARD;

/* At start, after migrating: adopts the preset ("" for p1-p3) if no policy was ever saved; *needed as above.
 * Field `preset` wrong: ERR_INVALID. */
bool setup_prepare(struct op *op, const char *preset, bool *needed, struct error *err) NODISCARD;

/* expected: the token of this process, "" if there is none. ERR_FORBIDDEN `setup.token`, ERR_CONFLICT
 * `setup.done`. Field errors of the organisation begin with `organisation_`. The caller then opens a session for *out
 * (people/session.h) and forgets the token. */
bool setup_complete(struct op *op, const char *expected, const struct setup_input *input, struct user *out,
                    struct error *err) NODISCARD;

#endif
