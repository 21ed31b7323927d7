/* Services: what users use and what breaks. A service belongs to a team, is made of components (shown on the
 * status page) and may depend on other services. Keys are short words for the API, alerts and imports. */
#ifndef BONGSU_SERVICE_SERVICE_H
#define BONGSU_SERVICE_SERVICE_H

#include "people/team.h"

enum { SERVICE_KEY_MAX = 40, SERVICE_NAME_MAX = 80, SERVICE_TEXT_MAX = 1000, SERVICE_COMPONENTS_MAX = 100 };

struct service {
    int64_t id;
    const char *key; /* "payment": unique */
    const char *name;
    const char *description;
    int64_t team_id; /* 0: nobody's yet */
    const char *team_name; /* "" without a team */
    int64_t tier; /* 1 most important … 4 */
    bool public; /* its components may stand on the status page */
    int64_t slo_milli; /* target in thousandths of a percent: 99950 is 99.95 %; 0 if none */
    int64_t retired_ms; /* 0 while in use; retired ones are not offered any more */
    int64_t version;
};

/* Texts as typed; NULL leaves a member as it is. */
struct service_input {
    const char *key, *name, *description;
    const char *team; /* id or key; "" for none */
    const char *tier; /* "1".."4" */
    const char *public; /* "true" or "false" */
    const char *slo; /* "99.95"; "" for none */
    const char *retired; /* "true" or "false" */
};

struct component {
    int64_t id;
    int64_t service_id;
    const char *name, *name_en; /* name_en "" if the same */
    const char *group; /* heading on the status page; "" for none */
    int64_t position; /* order within the group */
    bool public;
    int64_t version;
};

struct component_input { /* NULL: as it is */
    const char *name, *name_en, *group, *position, *public;
};

struct service_query {
    const char *text; /* part of key or name; NULL for all */
    int64_t team_id;
    bool with_retired;
    const char *after; /* key of the last one seen */
    int limit; /* 1..200 */
};

struct service_list {
    struct service *items; /* by key */
    size_t count;
    bool more;
};
struct component_list {
    struct component *items; /* by group, position, name */
    size_t count;
};

/* Changes need PERM_SERVICE, reading PERM_READ. Codes: service.not_found, service.stale, component.not_found,
 * component.stale. */
bool service_add(struct op *op, const struct service_input *input, struct service *out, struct error *err) NODISCARD;
bool service_update(struct op *op, int64_t id, int64_t version, const struct service_input *input,
                    struct error *err) NODISCARD;
bool service_load(struct op *op, int64_t id, struct service *out, struct error *err) NODISCARD;
/* As service_find_named. */
bool service_load_named(struct op *op, const char *text, struct service *out, struct error *err) NODISCARD;
bool service_list(struct op *op, const struct service_query *query, struct service_list *out,
                  struct error *err) NODISCARD;

bool component_add(struct op *op, int64_t service_id, const struct component_input *input, struct component *out,
                   struct error *err) NODISCARD;
bool component_update(struct op *op, int64_t id, int64_t version, const struct component_input *input,
                      struct error *err) NODISCARD;
bool component_remove(struct op *op, int64_t id, int64_t version, struct error *err) NODISCARD;
bool component_load(struct op *op, int64_t id, struct component *out, struct error *err) NODISCARD;
bool component_list(struct op *op, int64_t service_id, struct component_list *out, struct error *err) NODISCARD;

/* Dependencies: service_id needs each of the others. Replaces the whole set; itself and unknown ones are field
 * errors under `depends_on`. */
bool service_set_dependencies(struct op *op, int64_t service_id, const int64_t *needs, size_t count,
                              struct error *err) NODISCARD;
struct service_links {
    struct service *needs, *needed_by;
    size_t needs_count, needed_by_count;
};
bool service_links(struct op *op, int64_t service_id, struct service_links *out, struct error *err) NODISCARD;

/* --- inside another room's transaction --- */
bool service_find(struct tx *tx, int64_t id, struct service *out, bool *found, struct error *err) NODISCARD;
/* What people and programs send: id, key, or a name that only one service in use has. */
bool service_find_named(struct tx *tx, const char *text, struct service *out, bool *found, struct error *err) NODISCARD;
bool component_find_public(struct tx *tx, struct component_list *out, struct error *err) NODISCARD;

/* 99950 as "99.95". */
char *service_slo_text(struct arena *arena, int64_t milli);
json_t *service_json(struct arena *arena, const struct service *service);
json_t *component_json(struct arena *arena, const struct component *component);

#endif
