/* Who is on call, as pages show it: the on-call screen, the board and the escalation of an incident. */
#ifndef BONGSU_WEB_PAGES_ONCALL_VIEW_H
#define BONGSU_WEB_PAGES_ONCALL_VIEW_H

#include "oncall/rota.h"
#include "pages/screen.h"

/* Every schedule, ready to be asked, from one snapshot. */
struct duty_board {
    struct rota_list rotas;
    struct schedule **schedules; /* one for each of them */
};
bool duty_board_load(struct op *op, struct duty_board *out, struct error *err) NODISCARD;

/* "김하나, 이두리"; NULL if nobody is. */
const char *crew_text(const struct screen *screen, const struct schedule *schedule, const struct crew *crew);
/* A schedule now and ahead: name, key, url, primary, secondary, until, next, gaps[], shifts[]. */
bool duty_view(const struct screen *screen, const struct rota *rota, const struct schedule *schedule, json_t **out,
               struct error *err) NODISCARD;
/* The board's panel: title, url, more, items[] (initial, name, detail), one for each schedule. */
json_t *duty_panel(const struct screen *screen, const struct duty_board *board);

#endif
