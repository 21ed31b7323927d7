/* Teams: who works together. Services belong to a team; schedules and escalation steps may name one. */
#ifndef BONGSU_PEOPLE_TEAM_H
#define BONGSU_PEOPLE_TEAM_H

#include "people/user.h"

enum { TEAM_KEY_MAX = 40, TEAM_NAME_MAX = 80, TEAM_TEXT_MAX = 500, TEAM_MEMBERS_MAX = 500 };

struct team {
    int64_t id;
    const char *key; /* "payments": lower case, unique, for URLs and imports */
    const char *name;
    const char *description;
    int64_t member_count;
    int64_t version;
};

struct team_input { /* NULL: as it is */
    const char *key, *name, *description;
};

struct team_member {
    struct user user;
    bool lead; /* leads the team */
};

struct team_list {
    struct team *items; /* by key */
    size_t count;
    bool more;
};
struct team_member_list {
    struct team_member *items; /* leads first, then by login */
    size_t count;
};

/* A change of the members is a change of the team: its version moves. Changes need PERM_SERVICE, reading PERM_READ.
 * Codes: team.not_found, team.stale, team.in_use. */
bool team_add(struct op *op, const struct team_input *input, struct team *out, struct error *err) NODISCARD;
bool team_update(struct op *op, int64_t id, int64_t version, const struct team_input *input,
                 struct error *err) NODISCARD;
bool team_remove(struct op *op, int64_t id, int64_t version, struct error *err) NODISCARD;
/* Adds the person or changes whether they lead. */
bool team_member_set(struct op *op, int64_t team_id, int64_t user_id, bool lead, struct error *err) NODISCARD;
bool team_member_remove(struct op *op, int64_t team_id, int64_t user_id, struct error *err) NODISCARD;

bool team_load(struct op *op, int64_t id, struct team *out, struct error *err) NODISCARD;
bool team_load_named(struct op *op, const char *text, struct team *out, struct error *err) NODISCARD; /* id or key */
bool team_list(struct op *op, const char *after_key, int limit, struct team_list *out, struct error *err) NODISCARD;
bool team_members(struct op *op, int64_t team_id, struct team_member_list *out, struct error *err) NODISCARD;

bool team_find(struct tx *tx, int64_t id, struct team *out, bool *found, struct error *err) NODISCARD;
bool team_find_key(struct tx *tx, const char *key, struct team *out, bool *found, struct error *err) NODISCARD;
bool team_find_members(struct tx *tx, int64_t team_id, struct team_member_list *out, struct error *err) NODISCARD;

json_t *team_json(struct arena *arena, const struct team *team);

#endif
