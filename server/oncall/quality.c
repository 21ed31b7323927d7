/* How good a schedule is: how much of the time somebody is on call, and how evenly it is shared. Balance is the mean,
 * over all pairs of people, of the shorter time as a share of the longer; 95 % and more counts as even. */
#include "oncall/schedule.h"

#include "base/arena.h"

static double pair_balance(int64_t a, int64_t b) {
    double shorter = (double)(a < b ? a : b), longer = (double)(a < b ? b : a);
    double percent = longer > 0 ? shorter / longer * 100 : 100;
    return percent >= 95 ? 100 : percent;
}

void schedule_quality(const struct schedule *schedule, const struct range *range, const struct range_answer *answer,
                      struct arena *arena, struct quality *out) {
    int64_t *times = ARENA_ARRAY(arena, schedule->people_count, int64_t);
    int32_t *people = ARENA_ARRAY(arena, schedule->people_count, int32_t);
    size_t count = 0;
    double sum = 0, balance = 0, average = 0;
    for (size_t i = 0; i < schedule->people_count; i++) {
        if (answer->seconds[i] == 0) continue;
        people[count] = (int32_t)i;
        times[count++] = answer->seconds[i];
        sum += (double)answer->seconds[i];
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) balance += pair_balance(times[i], times[j]);
    }
    if (count > 0) average = sum / (double)count;
    *out = (struct quality){ .overloaded = ARENA_ARRAY(arena, count, struct overload) };
    out->coverage = (double)answer->covered / (double)(range->until - range->from) * 100;
    out->balance = count < 2 ? 100 : balance / ((double)count * (double)(count - 1) / 2);
    out->total = (out->coverage + out->balance) / 2;
    for (size_t i = 0; i < count; i++) {
        double excess = ((double)times[i] / average - 1) * 100;
        if (excess > 0) out->overloaded[out->overloaded_count++] = (struct overload){ people[i], excess };
    }
}
