/* Who is on call, as a pure function of a schedule's rows: no "current index" is stored anywhere.
 *
 * A schedule is layers (a rotation through people, weekly windows, a priority) and overrides on top of them. All
 * boundaries are half-open, all wall times become instants by tz_resolve. Instants here are unix seconds.
 *
 *   covering  layers that are active, started, inside a window and whose turn has a person
 *   base      people of the covering layers with the highest priority
 *   primary   base, then each override in order of creation
 *   secondary the next in the rotation who is not primary (or layers of its own), then its overrides
 *
 * Whatever shows, pages or exports a shift asks schedule_at or schedule_range and nothing else. */
#ifndef BONGSU_ONCALL_SCHEDULE_H
#define BONGSU_ONCALL_SCHEDULE_H

#include "base/error.h"
#include "text/tz.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

enum duty_role { DUTY_PRIMARY, DUTY_SECONDARY };
enum secondary_mode { SECONDARY_NONE, SECONDARY_NEXT, SECONDARY_OWN };
enum rotation_unit { ROTATION_HOUR, ROTATION_DAY, ROTATION_WEEK, ROTATION_MONTH };
enum rotation_advance { ADVANCE_CALENDAR, ADVANCE_ACTIVE_DAYS };
enum override_kind { OVERRIDE_ADD, OVERRIDE_REMOVE, OVERRIDE_REPLACE };

enum { NOBODY = -1 }; /* a person is an index into schedule.people */
#define TIME_ALWAYS INT64_MIN
#define TIME_NEVER INT64_MAX

/* Every `length` units from a wall-clock anchor; months keep the anchor's day or take the month's last. */
struct rotation {
    int64_t start; /* wall seconds, as if UTC */
    enum rotation_unit unit;
    int32_t length;
    enum rotation_advance advance;
};

/* Weekly: on ticked days from..to on the wall clock; to <= from ends on the next day. */
struct window {
    unsigned days; /* bit 0 = Monday */
    int from, to; /* minutes after midnight, `to` up to 24:00 */
};

/* The people from an instant on, and where in them the turns stand: turn k is people[base_index + k - base_turn].
 * Versions are appended, never changed: the past stays as it was. */
struct roster {
    int64_t effective_at; /* the first has TIME_ALWAYS */
    int64_t base_turn;
    size_t base_index;
    const int32_t *people; /* NOBODY is an empty turn */
    size_t count;
};

struct layer {
    const char *id; /* "" if described without one */
    const char *name;
    enum duty_role role;
    int32_t priority;
    const struct tz *zone;
    struct rotation rotation;
    int64_t begins; /* the first handoff, or active_from where that is later */
    int64_t ends; /* active_until, TIME_NEVER if open */
    const struct window *windows; /* none: always */
    size_t window_count;
    struct roster *rosters; /* in order of effective_at */
    size_t roster_count;
};

struct override {
    int64_t id; /* order of creation */
    enum duty_role role;
    enum override_kind kind;
    int32_t out, in; /* NOBODY where not given */
    int64_t start, end; /* end is also the instant at which `in` was deleted, if that came earlier */
};

struct schedule {
    int64_t id;
    const char *name;
    const struct tz *zone;
    enum secondary_mode secondary;
    struct layer *layers;
    size_t layer_count;
    struct override *overrides; /* in order of creation */
    size_t override_count;
    const char *const *people; /* ids as text */
    const char *const *names; /* NULL: shown by their ids */
    size_t people_count;
};

/* --- at an instant --- */

/* One person on call, and why. */
struct on_call {
    int32_t person;
    int32_t replaces; /* whom an override took off for this person, or NOBODY */
    const struct layer *layer; /* NULL where an override alone put the person on */
    int64_t turn;
    const struct override *override; /* NULL without */
};
struct crew {
    struct on_call *list;
    size_t count;
};
struct roll {
    struct crew primary, secondary;
    int64_t until; /* the answer holds at least until here; TIME_NEVER if for good */
};

enum schedule_view { VIEW_FINAL, VIEW_BASE /* overrides left out */ };

void schedule_at(const struct schedule *schedule, enum schedule_view view, int64_t at, struct arena *arena,
                 struct roll *out);
bool crew_has(const struct crew *crew, int32_t person);
bool crew_equal(const struct crew *a, const struct crew *b); /* the same people, in any order */

/* --- over a range --- */

enum { RANGE_DAYS_MAX = 366, RANGE_PIECES_MAX = 100000 /* and shifts */ };

/* Walks through the pieces of [from, until) in which nothing changes, in order and without a hole. */
struct walk {
    const struct schedule *schedule;
    enum schedule_view view;
    int64_t start, end; /* of the piece */
    int64_t until;
    struct duty *duties; /* layer.h */
    struct roll roll;
    int64_t pieces; /* looked at so far, over all ranges */
};
void walk_start(struct walk *walk, const struct schedule *schedule, enum schedule_view view, struct arena *arena);
void walk_range(struct walk *walk, int64_t from, int64_t until);
bool walk_next(struct walk *walk);
/* The first instant after `at`, within `limit` seconds, at which other people are on call (walk->roll says who);
 * TIME_NEVER if none. */
int64_t walk_next_change(struct walk *walk, int64_t at, int64_t limit, struct arena *arena);

struct shift {
    int32_t person;
    enum duty_role role;
    int64_t start, end;
    const struct override *override; /* the one that made the whole shift; NULL if none or several */
    const struct layer *layer; /* at its start */
    bool clipped; /* goes on beyond the range */
};
struct gap {
    int64_t start, end;
};
struct range {
    int64_t from, until;
    enum duty_role role;
    enum schedule_view view;
};
struct range_answer {
    struct shift *shifts; /* by start, then person's id */
    size_t shift_count;
    struct gap *gaps;
    size_t gap_count;
    int64_t covered; /* seconds with somebody on call */
    int64_t *seconds; /* per person, schedule.people_count of them */
    int64_t pieces; /* how many were looked at */
};
/* ERR_INVALID `range.empty`, `range.too_long` (over 366 days) or `range.too_many_pieces`. */
bool schedule_range(const struct schedule *schedule, const struct range *range, struct arena *arena,
                    struct range_answer *out, struct error *err) NODISCARD;
/* The whole of the shift in which a person is on call at an instant (range.from); an end further than half a year
 * away is TIME_ALWAYS or TIME_NEVER. False if the person is not. */
struct shift_search {
    struct range at;
    int32_t person;
    int64_t pieces; /* looked at */
};
bool schedule_shift_around(const struct schedule *schedule, struct shift_search *search, struct arena *arena,
                           struct shift *out);

/* How well a range is covered and how evenly it is shared, each 0..100. */
struct overload {
    int32_t person;
    double percent; /* above the average */
};
struct quality {
    double coverage, balance, total;
    struct overload *overloaded;
    size_t overloaded_count;
};
void schedule_quality(const struct schedule *schedule, const struct range *range, const struct range_answer *answer,
                      struct arena *arena, struct quality *out);

/* Appends the version of `people` from `at` on: the grid of turns stays, the person on duty stays if still listed,
 * otherwise the next in the old order takes over. Call in order of time; arrays must have room. */
void layer_set_people(struct layer *layer, int64_t at, const int32_t *people, size_t count);
/* Takes the person out of every list that has them at `at` and ends the overrides that put them on call. */
void schedule_delete_person(struct schedule *schedule, int64_t at, int32_t person, struct arena *arena);

bool schedule_lists(const struct schedule *schedule, const char *person, int64_t at); /* in a layer, from `at` on */

#endif
