/* The weekly digest (R-J6): who is on call in the seven days to come, where nobody is, which holidays come, and who was
 * called too often in the week before. Sent through the outbox to whatever takes the topic "oncall.digest", on the day
 * and at the time the organisation picked. */
#ifndef BONGSU_INSIGHT_DIGEST_H
#define BONGSU_INSIGHT_DIGEST_H

#include "ledger/ledger.h"
#include "store/db.h"

#include <jansson.h>

#define DIGEST_DUE "oncall.digest"

struct digest_settings {
    bool on;
    int weekday; /* 0 = Monday */
    int minute; /* of the day, on the organisation's clock */
    int64_t version; /* 0: never saved */
};
struct digest {
    struct digest_settings settings;
    int64_t next_ms; /* when it is sent next; 0 while it is off */
    bool heard; /* some destination takes it */
    const char *text; /* as it would be sent now, in the organisation's language */
};

/* PERM_READ. */
bool digest_load(struct op *op, struct digest *out, struct error *err) NODISCARD;
/* PERM_SCHEDULE. weekday "mon" … "sun", time "09:00", on "true" or "false"; NULL leaves a member as it is. version as
 * read, -1 skips the check: ERR_STALE `digest.stale`. */
struct digest_input {
    const char *on, *weekday, *time;
    int64_t version;
};
bool digest_save(struct op *op, const struct digest_input *input, struct error *err) NODISCARD;
/* PERM_SCHEDULE. Now, besides the weekly one. ERR_CONFLICT `digest.unheard` where nothing takes it. */
bool digest_send(struct op *op, struct error *err) NODISCARD;

json_t *digest_json(struct arena *arena, const struct digest *digest);
const char *digest_weekday(int weekday); /* "mon" */

/* Due handler of kind DIGEST_DUE. */
bool digest_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

#endif
