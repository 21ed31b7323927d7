/* Inside people/: the statements of teams as functions. */
#ifndef BONGSU_PEOPLE_TEAM_INTERNAL_H
#define BONGSU_PEOPLE_TEAM_INTERNAL_H

#include "people/team.h"

bool team_sql_insert(struct tx *tx, const struct team *team, bool *inserted, struct error *err) NODISCARD;
bool team_sql_update(struct tx *tx, const struct team *team, bool *changed, struct error *err) NODISCARD;
bool team_sql_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool team_sql_page(struct tx *tx, const char *after, int limit, struct team_list *out, struct error *err) NODISCARD;
bool team_sql_member_put(struct tx *tx, int64_t team_id, int64_t user_id, bool lead, struct error *err) NODISCARD;
bool team_sql_member_delete(struct tx *tx, int64_t team_id, int64_t user_id, int64_t *count,
                            struct error *err) NODISCARD;

#endif
