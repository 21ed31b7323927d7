/* See path_json.h. */
#include "escalation/path_json.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 200, HOLIDAYS_MAX = 5000, DELAY_MAX = 10080, NOTICE_MAX = 525600 };

int64_t path_severity_rank(const char *severity, json_t *names) {
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

/* Dates, or {date, name}; true: those of the business hours, which follow the organisation's calendar. */
static void read_holidays(const struct spec *in, const struct spec *business_hours, struct hours *hours) {
    const json_t *member = spec_member(in, "holidays");
    if (json_is_false(member)) return;
    struct spec list = spec_list(json_is_true(member) ? business_hours : in, "holidays", false);
    size_t count = spec_count(&list, HOLIDAYS_MAX);
    int64_t *days = ARENA_ARRAY(in->op->arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(&list, i);
        const char *text = json_is_object(item.value) ? json_text(item.value, "date") : json_string_value(item.value);
        if (text == NULL || !wall_date(text, &days[i])) spec_fault(&item, NULL, "malformed", NULL);
    }
    if (count > 1) qsort(days, count, sizeof *days, by_day);
    hours->holidays = days;
    hours->holiday_count = count;
}

static const struct hours *read_hours(const struct spec *in, const struct spec *business_hours) {
    struct hours *hours = ARENA_NEW(in->op->arena, struct hours);
    hours->zone = spec_zone(in, "zone", NULL);
    hours->days = spec_days(in, "days");
    if (spec_has(in, "from") || spec_has(in, "to")) {
        hours->from = spec_clock(in, "from", false);
        hours->to = spec_clock(in, "to", true);
    }
    read_holidays(in, business_hours, hours);
    return hours;
}

static const struct hours *read_office(const struct spec *in, const struct spec *business_hours) {
    const json_t *member = spec_member(in, "hours");
    if (member == NULL || json_is_false(member)) return NULL;
    if (json_is_object(member)) {
        struct spec own = spec_object(in, "hours", true);
        return read_hours(&own, business_hours);
    }
    const char *name = json_string_value(member);
    if (name != NULL && json_is_object(spec_member(business_hours, name))) {
        struct spec named = spec_object(business_hours, name, true);
        return read_hours(&named, business_hours);
    }
    if ((name != NULL || json_is_true(member)) && spec_has(business_hours, "from"))
        return read_hours(business_hours, business_hours);
    spec_fault(in, "hours", "unknown", NULL);
    return NULL;
}

/* --- targets and steps --- */

static void read_target(const struct spec *in, struct target *out) {
    static const char *const kinds[] = { "user", "team", "channel", "schedule", NULL };
    static const char *const roles[] = { "primary", "secondary", "all", NULL };
    if (json_is_string(in->value)) {
        *out = (struct target){ TARGET_USER, json_string_value(in->value), TARGET_PRIMARY };
    } else if (json_is_object(in->value)) {
        out->kind = (enum target_kind)spec_word(in, "type", kinds, -1);
        out->id = spec_id(in, "id", true);
        out->role = (enum target_role)spec_word(in, "role", roles, TARGET_PRIMARY);
    } else {
        spec_fault(in, NULL, "malformed", NULL);
    }
    if (out->id == NULL) out->id = "";
}

static struct targets read_targets(const struct spec *in, const char *key, bool required) {
    struct spec list = spec_list(in, key, required);
    size_t count = spec_count(&list, TARGETS_MAX);
    struct target *targets = ARENA_ARRAY(in->op->arena, count, struct target);
    for (size_t i = 0; i < count; i++) {
        struct spec item = spec_at(&list, i);
        read_target(&item, &targets[i]);
    }
    return (struct targets){ targets, count };
}

static void read_step(const struct spec *in, const struct spec *business_hours, struct step *out) {
    static const char *const outside[] = { "skip", "wait", NULL };
    if (!json_is_object(in->value)) {
        spec_fault(in, NULL, "malformed", NULL);
        return;
    }
    out->targets = read_targets(in, "targets", true);
    out->delay = spec_i64(in, "delay_min", 1, DELAY_MAX, 0) * 60;
    if (!spec_has(in, "window")) return;
    struct spec window = spec_object(in, "window", true);
    out->window = read_hours(&window, business_hours);
    out->wait = spec_word(&window, "outside", outside, 1) == 1;
}

/* --- notices --- */

static enum notice_unless read_unless(const struct spec *in) {
    static const struct {
        const char *word;
        enum notice_unless unless;
    } words[] = { { "root_cause", UNLESS_ROOT_CAUSE }, { "root_cause_recorded", UNLESS_ROOT_CAUSE },
                  { "acked", UNLESS_ACKED },           { "ack", UNLESS_ACKED },
                  { "resolved", UNLESS_RESOLVED },     { "resolve", UNLESS_RESOLVED } };
    const char *text = spec_text(in, "unless", false);
    for (size_t i = 0; text != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, text) == 0) return words[i].unless;
    }
    if (text != NULL) spec_fault(in, "unless", "one_of", "root_cause, acked, resolved");
    return UNLESS_NEVER;
}

static int by_after(const void *a, const void *b) {
    const struct path_notice *x = a, *y = b;
    return x->after < y->after ? -1 : x->after > y->after;
}

static void read_notices(const struct spec *in, struct path *path) {
    struct spec list = spec_list(in, "notices", false);
    path->notice_count = spec_count(&list, PATH_NOTICES_MAX);
    struct path_notice *notices = ARENA_ARRAY(in->op->arena, path->notice_count, struct path_notice);
    for (size_t i = 0; i < path->notice_count; i++) {
        struct spec item = spec_at(&list, i);
        if (!json_is_object(item.value)) spec_fault(&item, NULL, "malformed", NULL);
        const char *kind = spec_id(&item, "kind", true);
        notices[i].kind = kind == NULL ? "" : kind;
        notices[i].after = spec_i64(&item, "after_min", 0, NOTICE_MAX, -1) * 60;
        notices[i].unless = read_unless(&item);
        notices[i].to = spec_member(&item, "to");
    }
    if (path->notice_count > 1) qsort(notices, path->notice_count, sizeof *notices, by_after);
    for (size_t i = 0; i < path->notice_count; i++) {
        for (size_t j = 0; j < i; j++) notices[i].ordinal += strcmp(notices[i].kind, notices[j].kind) == 0 ? 1 : 0;
    }
    path->notices = notices;
}

const struct path *path_read(const struct spec *in, const char *severity, const struct spec *business_hours) {
    struct path *path = ARENA_NEW(in->op->arena, struct path);
    path->severity = severity;
    struct spec list = spec_list(in, "steps", true);
    path->step_count = spec_count(&list, PATH_STEPS_MAX);
    struct step *steps = ARENA_ARRAY(in->op->arena, path->step_count, struct step);
    for (size_t i = 0; i < path->step_count; i++) {
        struct spec item = spec_at(&list, i);
        read_step(&item, business_hours, &steps[i]);
    }
    path->steps = steps;
    path->repeat = (int)spec_i64(in, "repeat", 0, PATH_REPEAT_MAX, 0);
    path->office = read_office(in, business_hours);
    path->fallback = read_targets(in, "fallback", false);
    read_notices(in, path);
    if (spec_has(in, "ack_timeout_min")) path->ack_timeout = spec_i64(in, "ack_timeout_min", 0, NOTICE_MAX, 0) * 60;
    return path;
}
