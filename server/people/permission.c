/* Permissions: see permission.h. The table is the whole rule; nothing else decides by role. */
#include "people/permission.h"

#include "base/str.h"

#define BIT(permission) ((uint64_t)1 << (permission))

enum {
    VIEWER = 1 << PERM_PUBLIC | 1 << PERM_SIGNED | 1 << PERM_SELF | 1 << PERM_READ,
    CS = VIEWER | 1 << PERM_INTAKE | 1 << PERM_NOTICE | 1 << PERM_NOTICE_APPROVE,
    RESPONDER = VIEWER | 1 << PERM_INTAKE | 1 << PERM_RESPOND,
    LEAD = RESPONDER | CS | 1 << PERM_REVIEW | 1 << PERM_SCHEDULE | 1 << PERM_SERVICE,
    ADMIN = LEAD | 1 << PERM_ADMIN,
};

static const struct {
    const char *name;
    uint64_t permissions;
} ROLES[ROLE_COUNT] = {
    [ROLE_NONE] = { "", BIT(PERM_PUBLIC) | BIT(PERM_SIGNED) },
    [ROLE_VIEWER] = { "viewer", VIEWER },
    [ROLE_CS] = { "cs", CS },
    [ROLE_RESPONDER] = { "responder", RESPONDER },
    [ROLE_LEAD] = { "lead", LEAD },
    [ROLE_ADMIN] = { "admin", ADMIN },
};

const char *role_name(enum role role) {
    REQUIRE(role < ROLE_COUNT);
    return ROLES[role].name;
}

enum role role_parse(const char *name) {
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        if (str_eq(name, ROLES[role].name)) return role;
    }
    return ROLE_NONE;
}

uint64_t role_permissions(enum role role) {
    REQUIRE(role < ROLE_COUNT);
    return ROLES[role].permissions;
}

const struct actor *actor_of_command(void) {
    static const struct actor COMMAND = {
        .kind = ACTOR_COMMAND, .login = "command", .name = "command", .role = "admin", .permissions = ADMIN
    };
    return &COMMAND;
}

const struct actor *actor_of_system(void) {
    static const struct actor SYSTEM = {
        .kind = ACTOR_SYSTEM, .login = "system", .name = "Bongsu", .role = "admin", .permissions = ADMIN
    };
    return &SYSTEM;
}

const struct actor *actor_nobody(void) {
    static const struct actor NOBODY = { .kind = ACTOR_NOBODY, .login = "", .name = "", .role = "" };
    return &NOBODY;
}

bool actor_may(const struct actor *actor, enum permission permission) {
    if (permission == PERM_PUBLIC) return true;
    return actor != NULL && (actor->permissions & BIT(permission)) != 0;
}

bool permission_check(const struct op *op, enum permission permission, struct error *err) {
    if (actor_may(op->actor, permission)) return true;
    if (op->actor == NULL || op->actor->kind == ACTOR_NOBODY) {
        return ERROR(err, ERR_UNAUTHENTICATED, "session.needed", "permission %d", (int)permission);
    }
    return ERROR(err, ERR_FORBIDDEN, "permission.denied", "permission %d for %s", (int)permission, op->actor->login);
}
