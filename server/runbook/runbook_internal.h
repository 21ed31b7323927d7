/* Shared inside runbook/ only. */
#ifndef BONGSU_RUNBOOK_INTERNAL_H
#define BONGSU_RUNBOOK_INTERNAL_H

#include "runbook/run.h"

/* --- starter.c: what comes with the program --- */
size_t starter_count(void);
const struct runbook *starter_at(size_t index);
const struct runbook *starter_find(const char *key, const char *lang); /* NULL: not shipped */

/* --- runbook.c --- */
const char *runbook_lang(const struct op *op); /* the reader's; Korean where nobody reads */
/* Of this key, in the wanted language if it exists in it. */
bool runbook_choose(const struct runbook_list *list, const char *key, const char *lang, struct runbook *out,
                    struct error *err) NODISCARD;
const char *sections_text(struct arena *arena, const struct runbook *runbook); /* as the table keeps them */
bool sections_read(struct arena *arena, const char *text, struct runbook *out, struct error *err) NODISCARD;

/* --- runbook_sql.c --- */
/* Every language of the key; at 0: in use again. */
bool runbook_row_retire(struct tx *tx, const char *key, int64_t at, const char *by, struct error *err) NODISCARD;
bool runbook_rows(struct tx *tx, struct runbook_list *out, struct error *err) NODISCARD;
bool runbook_row_insert(struct tx *tx, const struct runbook *runbook, bool *inserted, struct error *err) NODISCARD;
bool runbook_row_update(struct tx *tx, const struct runbook *runbook, int64_t *changed, struct error *err) NODISCARD;
bool runbook_version_insert(struct tx *tx, const struct runbook *runbook, const struct runbook_input *input,
                            struct error *err) NODISCARD;
/* With room for one more. */
bool runbook_version_rows(struct tx *tx, int64_t runbook_id, struct runbook_version **out, size_t *count,
                          struct error *err) NODISCARD;
bool run_row_insert(struct tx *tx, const struct runbook_run *run, struct error *err) NODISCARD;
bool run_rows(struct tx *tx, int64_t incident_id, struct runbook_run **out, size_t *count, struct error *err) NODISCARD;

#endif
