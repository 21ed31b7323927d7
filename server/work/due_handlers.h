/* What happens when a due row falls due: kind → handler. A room that sets due rows adds its kinds to the table. */
#ifndef BONGSU_WORK_DUE_HANDLERS_H
#define BONGSU_WORK_DUE_HANDLERS_H

#include "ledger/ledger.h"

struct due_entry {
    const char *kind;
    due_handler handler;
};
extern const struct due_entry DUE_HANDLERS[]; /* ended by a NULL kind */

due_handler due_handler_find(const struct due_entry *table, const char *kind); /* NULL if unknown */

#endif
