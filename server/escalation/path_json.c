/* See path_json.h. */
#include "escalation/path_json.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 200, HOLIDAYS_MAX = 5000, DELAY_MAX = 10080, NOTICE_MAX = 525600 };

int64_t severity_rank(const char *severity, json_t *names) {
    int64_t number = 0;
    if (str_to_i64(severity + strcspn(severity, "0123456789"), &number)) return number;
    const char *name;
    json_t *value;
    json_object_foreach(names, name, value) {
        if (strcmp(name, severity) == 0) break;
        number++;
    }
    return number;
}

/* --- hours --- */

static int by_day(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Dates, or {date, name}. */
static void read_holidays(const struct input *in, struct hours *hours) {
    struct input list = input_list(in, "holidays", false);
    size_t count = input_count(&list, HOLIDAYS_MAX);
    int64_t *days = ARENA_ARRAY(in->op->arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        struct input item = input_at(&list, i);
        const char *text = json_is_object(item.value) ? json_text(item.value, "date") : json_string_value(item.value);
        if (text == NULL || !date_parse(text, &days[i])) input_fault(&item, NULL, "malformed", NULL);
    }
    if (count > 1) qsort(days, count, sizeof *days, by_day);
    hours->holidays = days;
    hours->holiday_count = count;
}

const struct hours *hours_read(const struct input *in) {
    struct hours *hours = ARENA_NEW(in->op->arena, struct hours);
    hours->zone = input_zone(in, "zone", NULL);
    hours->days = input_days(in, "days");
    if (input_has(in, "from") || input_has(in, "to")) {
        hours->from = input_clock(in, "from", false);
        hours->to = input_clock(in, "to", true);
    }
    read_holidays(in, hours);
    return hours;
}

static const struct hours *read_office(const struct input *in, const struct input *business_hours) {
    const json_t *member = input_member(in, "hours");
    if (member == NULL || json_is_false(member)) return NULL;
    if (json_is_object(member)) {
        struct input own = input_object(in, "hours", true);
        return hours_read(&own);
    }
    const char *name = json_string_value(member);
    if (name != NULL && json_is_object(input_member(business_hours, name))) {
        struct input named = input_object(business_hours, name, true);
        return hours_read(&named);
    }
    if ((name != NULL || json_is_true(member)) && input_has(business_hours, "from")) return hours_read(business_hours);
    input_fault(in, "hours", "unknown", NULL);
    return NULL;
}

/* --- targets and steps --- */

static void read_target(const struct input *in, struct target *out) {
    static const char *const kinds[] = { "user", "team", "channel", "schedule", NULL };
    static const char *const roles[] = { "primary", "secondary", "all", NULL };
    if (json_is_string(in->value)) {
        *out = (struct target){ TARGET_USER, json_string_value(in->value), TARGET_PRIMARY };
    } else if (json_is_object(in->value)) {
        out->kind = (enum target_kind)input_word(in, "type", kinds, -1);
        out->id = input_id(in, "id", true);
        out->role = (enum target_role)input_word(in, "role", roles, TARGET_PRIMARY);
    } else {
        input_fault(in, NULL, "malformed", NULL);
    }
    if (out->id == NULL) out->id = "";
}

static struct targets read_targets(const struct input *in, const char *key, bool required) {
    struct input list = input_list(in, key, required);
    size_t count = input_count(&list, TARGETS_MAX);
    struct target *targets = ARENA_ARRAY(in->op->arena, count, struct target);
    for (size_t i = 0; i < count; i++) {
        struct input item = input_at(&list, i);
        read_target(&item, &targets[i]);
    }
    return (struct targets){ targets, count };
}

static void read_step(const struct input *in, struct step *out) {
    static const char *const outside[] = { "skip", "wait", NULL };
    if (!json_is_object(in->value)) {
        input_fault(in, NULL, "malformed", NULL);
        return;
    }
    out->targets = read_targets(in, "targets", true);
    out->delay = input_i64(in, "delay_min", 1, DELAY_MAX, 0) * 60;
    if (!input_has(in, "window")) return;
    struct input window = input_object(in, "window", true);
    out->window = hours_read(&window);
    out->wait = input_word(&window, "outside", outside, 1) == 1;
}

/* --- notices --- */

static enum notice_unless read_unless(const struct input *in) {
    static const struct {
        const char *word;
        enum notice_unless unless;
    } words[] = { { "root_cause", UNLESS_ROOT_CAUSE }, { "root_cause_recorded", UNLESS_ROOT_CAUSE },
                  { "acked", UNLESS_ACKED },           { "ack", UNLESS_ACKED },
                  { "resolved", UNLESS_RESOLVED },     { "resolve", UNLESS_RESOLVED } };
    const char *text = input_text(in, "unless", false);
    for (size_t i = 0; text != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, text) == 0) return words[i].unless;
    }
    if (text != NULL) input_fault(in, "unless", "one_of", "root_cause, acked, resolved");
    return UNLESS_NEVER;
}

static int by_after(const void *a, const void *b) {
    const struct path_notice *x = a, *y = b;
    return x->after < y->after ? -1 : x->after > y->after;
}

static void read_notices(const struct input *in, struct path *path) {
    struct input list = input_list(in, "notices", false);
    path->notice_count = input_count(&list, PATH_NOTICES_MAX);
    struct path_notice *notices = ARENA_ARRAY(in->op->arena, path->notice_count, struct path_notice);
    for (size_t i = 0; i < path->notice_count; i++) {
        struct input item = input_at(&list, i);
        if (!json_is_object(item.value)) input_fault(&item, NULL, "malformed", NULL);
        const char *kind = input_id(&item, "kind", true);
        notices[i].kind = kind == NULL ? "" : kind;
        notices[i].after = input_i64(&item, "after_min", 0, NOTICE_MAX, -1) * 60;
        notices[i].unless = read_unless(&item);
        notices[i].to = input_member(&item, "to");
    }
    if (path->notice_count > 1) qsort(notices, path->notice_count, sizeof *notices, by_after);
    for (size_t i = 0; i < path->notice_count; i++) {
        for (size_t j = 0; j < i; j++) notices[i].ordinal += strcmp(notices[i].kind, notices[j].kind) == 0 ? 1 : 0;
    }
    path->notices = notices;
}

const struct path *path_read(const struct input *in, const char *severity, const struct input *business_hours) {
    struct path *path = ARENA_NEW(in->op->arena, struct path);
    path->severity = severity;
    struct input list = input_list(in, "steps", true);
    path->step_count = input_count(&list, PATH_STEPS_MAX);
    struct step *steps = ARENA_ARRAY(in->op->arena, path->step_count, struct step);
    for (size_t i = 0; i < path->step_count; i++) {
        struct input item = input_at(&list, i);
        read_step(&item, &steps[i]);
    }
    path->steps = steps;
    path->repeat = (int)input_i64(in, "repeat", 0, PATH_REPEAT_MAX, 0);
    path->office = read_office(in, business_hours);
    path->fallback = read_targets(in, "fallback", false);
    read_notices(in, path);
    if (input_has(in, "ack_timeout_min")) path->ack_timeout = input_i64(in, "ack_timeout_min", 0, NOTICE_MAX, 0) * 60;
    return path;
}
