/* Notices and reports that the law may ask for (R-J4), as data people keep: the list that ships
 * (templates/statutory.json) until the organisation changes it, then the organisation's own. Never legal advice: every
 * entry names its source, and says when somebody last checked it, or that nobody has. */
#ifndef BONGSU_NOTICE_STATUTORY_H
#define BONGSU_NOTICE_STATUTORY_H

#include "store/db.h"

#include <jansson.h>

enum { STATUTORY_MAX = 30, STATUTORY_KEY_MAX = 40, STATUTORY_TEXT_MAX = 500, STATUTORY_URL_MAX = 500 };

struct statutory_pair {
    const char *ko, *en;
};
struct statutory_duty {
    const char *key;
    struct statutory_pair question, duty, when;
    const char *source, *url;
    const char *checked_what, *checked_url, *checked_at; /* "2026-11-21"; all "" while nobody checked */
};

struct statutory_list {
    struct statutory_duty *items;
    size_t count;
    int64_t version; /* 0: as it ships */
};

/* PERM_READ. */
bool statutory_load(struct op *op, struct statutory_list *out, struct error *err) NODISCARD;
/* PERM_ADMIN. Puts one entry in the place of that key, or at the end; removes it; goes back to what ships. version:
 * that the list was read at, -1 = whatever it is. Field errors; ERR_STALE statutory.stale, ERR_NOT_FOUND
 * statutory.unknown. */
bool statutory_put(struct op *op, const struct statutory_duty *duty, int64_t version, struct error *err) NODISCARD;
bool statutory_remove(struct op *op, const char *key, int64_t version, struct error *err) NODISCARD;
bool statutory_restore(struct op *op, int64_t version, struct error *err) NODISCARD;

/* {version, duties: […]} */
json_t *statutory_json(struct arena *arena, const struct statutory_list *list);

#endif
