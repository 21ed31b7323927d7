/* The agent rule: a person or team, and in the same breath an omission or a fault. The rule's `any` finds the agent
 * ("담당자가", "the reviewer"), `then` the predicate within reach after it, and `stop` what breaks the link between
 * them, such as another subject starting a clause of its own ("운영자가 버튼을 누르면 서버가 …"). */
#include "wording/wording_internal.h"

/* The end of the first predicate in reach, or 0. Earlier patterns of the list win nothing: the nearest does. */
static size_t nearest_predicate(const struct check *check, const struct rule *rule, const unsigned char *bytes,
                                size_t from, size_t to) {
    size_t best_start = SIZE_MAX;
    size_t best_end = 0;
    for (size_t i = 0; i < rule->then.count; i++) {
        struct range found;
        bool limit = false;
        if (!present_any(check->present, rule->then.list[i].literals)) continue;
        if (!code_find(check, &rule->then.list[i], bytes, to, from, &found, &limit)) continue;
        if (found.start < best_start) {
            best_start = found.start;
            best_end = found.end;
        }
    }
    return best_end;
}

bool agent_acts(const struct check *check, const struct rule *rule, const unsigned char *bytes, size_t len,
                struct range *match) {
    size_t reach = match->end + rule->reach < len ? match->end + rule->reach : len;
    size_t end = nearest_predicate(check, rule, bytes, match->end, reach);
    if (end == 0) return false;
    struct range stop;
    for (size_t i = 0; i < rule->stop.count; i++) {
        bool limit = false;
        if (code_find(check, &rule->stop.list[i], bytes, end, match->end, &stop, &limit) && stop.end <= end)
            return false;
    }
    match->end = end;
    return true;
}
