/* Vendors: whom we call ourselves when what they supply is broken, and when they answer (R-D3). */
#ifndef BONGSU_SERVICE_VENDOR_H
#define BONGSU_SERVICE_VENDOR_H

#include "service/service.h"

enum { VENDOR_NAME_MAX = 80, VENDOR_LINE_MAX = 200, VENDOR_NOTE_MAX = 1000, VENDORS_MAX = 200 };

struct vendor {
    int64_t id;
    const char *name; /* unique */
    const char *supplies, *phone, *email, *url, *note; /* "" if not given */
    const char *zone; /* of the support hours */
    int days; /* bit 0 = Monday */
    int from, to; /* minutes of the day; to <= from ends on the next day, equal is round the clock */
    bool holidays; /* closed on Korean public holidays */
    int64_t version;
};

/* As typed; NULL leaves a member as it is. */
struct vendor_input {
    const char *name, *supplies, *phone, *email, *url, *note;
    const char *zone, *days, *from, *to; /* "mon,tue,…", "09:00" */
    const char *holidays; /* "true" or "false" */
};

struct vendor_list {
    struct vendor *items; /* by name */
    size_t count;
};

/* Changes need PERM_SERVICE, reading PERM_READ. Codes: vendor.not_found, vendor.stale, vendor.too_many. */
bool vendor_add(struct op *op, const struct vendor_input *input, struct vendor *out, struct error *err) NODISCARD;
bool vendor_update(struct op *op, int64_t id, int64_t version, const struct vendor_input *input, struct vendor *out,
                   struct error *err) NODISCARD;
bool vendor_remove(struct op *op, int64_t id, int64_t version, struct error *err) NODISCARD;
bool vendor_load(struct op *op, int64_t id, struct vendor *out, struct error *err) NODISCARD;
bool vendor_list(struct op *op, struct vendor_list *out, struct error *err) NODISCARD;

bool vendor_is_open(const struct vendor *vendor, int64_t at_ms);
json_t *vendor_json(struct op *op, const struct vendor *vendor);

extern const struct sql_list VENDOR_STATEMENTS;

#endif
