/* Inside service/: rows of vendors. */
#ifndef BONGSU_SERVICE_VENDOR_SQL_H
#define BONGSU_SERVICE_VENDOR_SQL_H

#include "service/vendor.h"

/* false *written: the name is taken. */
bool vendor_sql_insert(struct tx *tx, const struct vendor *vendor, bool *written, struct error *err) NODISCARD;
bool vendor_sql_update(struct tx *tx, const struct vendor *vendor, struct error *err) NODISCARD;
bool vendor_sql_delete(struct tx *tx, int64_t id, struct error *err) NODISCARD;
bool vendor_sql_find(struct tx *tx, int64_t id, struct vendor *out, bool *found, struct error *err) NODISCARD;
bool vendor_sql_named(struct tx *tx, const char *name, int64_t *id, struct error *err) NODISCARD; /* 0: nobody */
bool vendor_sql_list(struct tx *tx, struct vendor_list *out, struct error *err) NODISCARD;

#endif
