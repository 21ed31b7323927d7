/* A schedule described in JSON, as the stateless preview and simulation receive it and as the editor sends it:
 *
 *   schedule  {zone, layers[], secondary?: "none" | "next" | "own" | {mode, layers?} | layers[]}
 *   layer     {name, role?, priority?, zone?, rotation: {start, unit, length, participants[], advance?},
 *              restrictions?: [{days[], from, to}], active_from?, active_until?}
 *   override  {seq?, type, out?, in?, start, end, role?}
 *   change    {at, op: "set_participants", layer, participants} or {at, op: "delete_user", user}; op may also be an
 *             object around its members
 *
 * start, active_from and active_until are wall times of the layer's zone; overrides and changes are instants.
 * People are plain ids; null is an empty turn. Overlapping restrictions add up, overlapping overrides apply in
 * order of seq. Lists of people may be empty (nobody). */
#ifndef BONGSU_ONCALL_SCHEDULE_JSON_H
#define BONGSU_ONCALL_SCHEDULE_JSON_H

#include "oncall/spec.h"
#include "oncall/people_index.h"
#include "oncall/schedule.h"

enum {
    SCHEDULE_LAYERS_MAX = 64,
    SCHEDULE_WINDOWS_MAX = 64,
    SCHEDULE_PEOPLE_MAX = 1000, /* in one rotation */
    SCHEDULE_OVERRIDES_MAX = 10000,
    SCHEDULE_CHANGES_MAX = 2000,
    SCHEDULE_LISTED_MAX = 2000000 /* people over all versions */
};

struct deletion { /* a person who leaves, told from outside the description */
    int64_t at;
    int32_t person;
};
struct schedule_source {
    const struct spec *schedule;
    const struct spec *around; /* has the members `overrides` and `changes` */
    struct people_index *people;
    const struct deletion *deletions;
    size_t deletion_count;
};
/* Faults go to the op; the schedule is usable without faults. */
struct schedule *schedule_read(const struct schedule_source *source);

/* The two shapes of an answer: at an instant, over a range. People are shown as {id, name} and as plain ids. */
struct answering {
    const struct schedule *schedule;
    struct arena *scratch; /* the caller resets it between answers */
    int64_t pieces; /* work done so far, for a limit */
};
json_t *schedule_at_json(struct answering *answering, int64_t at);
json_t *schedule_range_json(const struct answering *answering, const struct range *range,
                            const struct range_answer *answer);

/* `POST /api/v1/schedules/preview` and `bongsu oncall preview`: {schedule, overrides?, changes?, queries[]} →
 * {answers[]} in the order asked. */
/* {start, zone, unit, length, count?, from?} → {handoffs: [{turn, at, wall}]}, at most 1000, from now on by default. */
bool schedule_handoffs(struct op *op, const json_t *input, json_t **out, struct error *err) NODISCARD;

bool schedule_preview(struct op *op, const json_t *input, json_t **out, struct error *err) NODISCARD;

#endif
