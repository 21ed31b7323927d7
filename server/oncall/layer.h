/* One layer of a schedule: its turns (rotation.c), its weekly windows (window.c), what it says (duty.c). */
#ifndef BONGSU_ONCALL_LAYER_H
#define BONGSU_ONCALL_LAYER_H

#include "oncall/schedule.h"

int64_t rotation_wall(const struct rotation *rotation, int64_t turn); /* of the handoff that begins the turn */
int64_t layer_handoff(const struct layer *layer, int64_t turn); /* the same as an instant */
int64_t layer_turn(const struct layer *layer, int64_t at); /* -1 before the first handoff */

/* Whether an instant lies in a window, the date on which that window began, and when this may change. */
struct window_state {
    bool inside;
    int64_t date; /* days since 1970; inside only: the latest if several overlap */
    int64_t until;
};
void windows_at(const struct layer *layer, int64_t at, struct window_state *out);
/* How many dates of [first, last] carry a window's start. */
int64_t windows_count_dates(const struct layer *layer, int64_t first, int64_t last);
/* Date of the latest window start at or before the instant; INT64_MIN if none in the eight days before. */
int64_t windows_last_date(const struct layer *layer, int64_t at);

/* What a layer says at an instant; it holds until `until`. */
struct duty {
    int32_t person; /* NOBODY where the layer does not cover */
    const struct roster *roster;
    size_t index; /* of the person in the roster */
    int64_t turn;
    int64_t until;
};
void layer_duty(const struct layer *layer, int64_t at, struct duty *out);

#endif
