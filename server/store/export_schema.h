/* Inside server/store: the tables as migrations made them, for export and import. */
#ifndef BONGSU_STORE_EXPORT_SCHEMA_H
#define BONGSU_STORE_EXPORT_SCHEMA_H

#include "store/db.h"

struct export_column {
    const char *name;
    bool number; /* BIGINT; else TEXT */
    int64_t key; /* place in the primary key, from 1; 0: none */
};
struct export_table {
    const char *name;
    struct export_column *columns; /* in order of definition */
    size_t column_count, key_count;
    struct sql first, next, insert; /* a page of rows, the page after a key, one row in */
};
struct export_schema {
    const char *migration; /* name of the newest */
    struct export_table *tables; /* in order of creation: a table refers to earlier ones only */
    size_t count;
};
enum { EXPORT_PAGE = 50 };

/* Lives in the op's arena. Without the tables that are not exported. */
bool export_schema_read(struct tx *tx, struct export_schema *out, struct error *err) NODISCARD;
const struct export_table *export_schema_table(const struct export_schema *schema, const char *name); /* or NULL */

#endif
