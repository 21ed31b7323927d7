/* Breakers of destinations as rows: kept by whoever calls, shown to administrators, there again after a restart. */
#ifndef BONGSU_CONNECT_BREAKER_ROW_H
#define BONGSU_CONNECT_BREAKER_ROW_H

#include "net/breaker.h"
#include "store/db.h"

enum { BREAKER_ROWS_MAX = 200 };

struct breaker_row {
    int64_t destination_id;
    struct breaker breaker;
};
struct breaker_rows {
    struct breaker_row list[BREAKER_ROWS_MAX];
    size_t count;
};
bool breaker_rows(struct tx *tx, struct breaker_rows *out, struct error *err) NODISCARD;
/* A breaker with nothing to tell has no row. */
bool breaker_keep(struct tx *tx, int64_t destination_id, const struct breaker *breaker, struct error *err) NODISCARD;
/* Somebody mended the destination, or it is gone. */
bool breaker_forget(struct tx *tx, int64_t destination_id, struct error *err) NODISCARD;

/* As it will act at that instant: an open one whose time is over will try. Closed if there is no row. */
struct breaker breaker_of(const struct breaker_rows *rows, int64_t destination_id, int64_t now_ms);

extern const struct sql_list BREAKER_STATEMENTS;

#endif
