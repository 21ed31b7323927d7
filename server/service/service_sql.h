/* Inside service/: statements, for the catalogue (work/statements.c), and as functions. */
#ifndef BONGSU_SERVICE_SERVICE_SQL_H
#define BONGSU_SERVICE_SERVICE_SQL_H

#include "service/service.h"

extern const struct sql_list SERVICE_STATEMENTS;
extern const struct sql_list COMPONENT_STATEMENTS;

bool service_sql_insert(struct tx *tx, const struct service *service, bool *inserted, struct error *err) NODISCARD;
bool service_sql_update(struct tx *tx, const struct service *service, bool *changed, struct error *err) NODISCARD;
bool service_sql_page(struct tx *tx, const struct service_query *query, struct service_list *out,
                      struct error *err) NODISCARD;
bool service_sql_dependencies_clear(struct tx *tx, int64_t service_id, struct error *err) NODISCARD;
bool service_sql_dependency_add(struct tx *tx, int64_t service_id, int64_t needs_id, struct error *err) NODISCARD;
bool service_sql_links(struct tx *tx, int64_t service_id, struct service_links *out, struct error *err) NODISCARD;

bool component_sql_find(struct tx *tx, int64_t id, struct component *out, bool *found, struct error *err) NODISCARD;
bool component_sql_list(struct tx *tx, int64_t service_id, struct component_list *out, struct error *err) NODISCARD;
bool component_sql_insert(struct tx *tx, const struct component *component, struct error *err) NODISCARD;
bool component_sql_update(struct tx *tx, const struct component *component, bool *changed, struct error *err) NODISCARD;
bool component_sql_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD;

#endif
