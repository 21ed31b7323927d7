/* The alerts of the demo (templates/demo/alerts.json): senders and heartbeats, months of alerts that were classed, some
 * that fire now, and a runbook that an incident taught something. Everything goes through the domain. */
#include "commands/demo_story.h"

#include "alert/alert.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "people/permission.h"
#include "people/user.h"
#include "runbook/runbook.h"

#define STORY "templates/demo/alerts.json"
#define MINUTE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)

struct telling {
    struct op *op;
    const json_t *story;
    struct integration_list senders;
    int64_t now;
};

static int64_t number(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static const struct integration *sender_of(const struct telling *telling, const char *name) {
    for (size_t i = 0; i < telling->senders.count; i++) {
        if (str_eq(telling->senders.items[i].name, name)) return &telling->senders.items[i];
    }
    return NULL;
}

static bool add_senders(struct telling *telling, struct error *err) {
    size_t index;
    json_t *item;
    json_array_foreach(json_object_get(telling->story, "senders"), index, item) {
        struct integration made;
        const struct integration_input input = { .kind = json_text(item, "kind"),
                                                 .name = json_text(item, "name"),
                                                 .service = json_text(item, "service"),
                                                 .rules = json_object_get(item, "rules"),
                                                 .beat_seconds = json_text(item, "beat_seconds"),
                                                 .grace_seconds = json_text(item, "grace_seconds") };
        int64_t seen = number(item, "seen_minutes_ago");
        if (!integration_add(telling->op, &input, &made, err)) return false;
        telling->op->now_ms = telling->now - seen * MINUTE_MS;
        if (seen > 0 && !integration_beat(telling->op, &made, err)) return false;
        telling->op->now_ms = telling->now;
    }
    return integration_list(telling->op, &telling->senders, err);
}

static bool tell(struct telling *telling, const json_t *item, enum alert_state state, int64_t at, struct error *err) {
    struct op *op = telling->op;
    struct alert_result result;
    json_t *labels = json_obj(op->arena);
    json_put_text(labels, "alertname", json_text(item, "name"));
    json_put_text(labels, "severity", json_text(item, "severity"));
    struct alert_event event = { .state = state,
                                 .fingerprint = json_text(item, "name"),
                                 .title = json_text(item, "title"),
                                 .severity = json_text(item, "severity"),
                                 .service = json_text(item, "service"),
                                 .labels = labels };
    op->now_ms = at;
    bool told = alert_ingest(op, sender_of(telling, json_text(item, "sender")),
                             &(struct alert_batch){ .events = &event, .count = 1 }, &result, err);
    op->now_ms = telling->now;
    return told;
}

/* Fires every so many days, ends, and is classed an hour later; the newest are left for whoever looks around. */
static bool tell_series(struct telling *telling, const json_t *item, struct error *err) {
    enum { LEFT_DAYS = 5 };
    struct op *op = telling->op;
    const json_t *classes = json_object_get(item, "classes");
    size_t round = 0;
    for (int64_t day = number(item, "from_days"); day > 0; day -= number(item, "every_days"), round++) {
        int64_t at = telling->now - day * DAY_MS, over = at + number(item, "minutes") * MINUTE_MS;
        struct alert_list newest;
        struct alert alert;
        if (!tell(telling, item, ALERT_FIRING, at, err) || !tell(telling, item, ALERT_RESOLVED, over, err) ||
            !alert_list(op, &(struct alert_query){ .name = json_text(item, "name"), .limit = 1 }, &newest, err)) {
            return false;
        }
        if (day < LEFT_DAYS || newest.count == 0) continue;
        const char *class = json_string_value(json_array_get(classes, round % json_array_size(classes)));
        op->now_ms = over + 60 * MINUTE_MS;
        bool classed = alert_classify(op, newest.items[0].id, class, &alert, err);
        op->now_ms = telling->now;
        if (!classed) return false;
    }
    int64_t firing = number(item, "firing_minutes");
    return firing == 0 || tell(telling, item, ALERT_FIRING, telling->now - firing * MINUTE_MS, err);
}

/* The newest incident of a service, if the story told one. */
static bool incident_of(struct telling *telling, const char *service, const char **ref, struct error *err) {
    struct incident_page page;
    const struct incident_query query = { .service = service, .kind = "normal", .limit = "1" };
    *ref = NULL;
    if (!incident_list(telling->op, &query, &page, err)) return false;
    if (page.count > 0) *ref = page.list[0].ref;
    return true;
}

static bool attach(struct telling *telling, struct error *err) {
    const json_t *wanted = json_object_get(telling->story, "attached");
    const struct alert_query query = { .name = json_text(wanted, "name"), .limit = 1 };
    struct alert_list found;
    struct alert alert;
    const char *ref;
    if (!incident_of(telling, json_text(wanted, "service"), &ref, err) ||
        !alert_list(telling->op, &query, &found, err)) {
        return false;
    }
    return ref == NULL || found.count == 0 || alert_attach(telling->op, found.items[0].id, ref, &alert, err);
}

static bool teach(struct telling *telling, struct error *err) {
    const json_t *wanted = json_object_get(telling->story, "runbook");
    struct runbook runbook;
    struct runbook_input input = { .lang = "ko", .reason = json_text(wanted, "reason") };
    for (int i = 0; i < RUNBOOK_SECTION_COUNT; i++) {
        bool this_one = str_eq(runbook_section_name((enum runbook_section)i), json_text(wanted, "section"));
        if (this_one) input.sections[i] = json_text(wanted, "text");
    }
    return runbook_update(telling->op, json_text(wanted, "key"), -1, &input, &runbook, err);
}

static bool tell_all(struct telling *telling, struct error *err) {
    size_t index;
    json_t *item;
    if (!add_senders(telling, err)) return false;
    json_array_foreach(json_object_get(telling->story, "alerts"), index, item) {
        if (!tell_series(telling, item, err)) return false;
    }
    return attach(telling, err) && teach(telling, err);
}

bool demo_alerts(struct op *op, struct error *err) {
    const struct asset *asset = asset_find(STORY);
    struct telling telling = { .op = op, .now = op->now_ms };
    struct user user;
    json_t *story;
    REQUIRE(asset != NULL);
    if (!integration_list(op, &telling.senders, err)) return false;
    if (telling.senders.count > 0) return true;
    if (!json_parse(op->arena, (const char *)asset->bytes, asset->size, &story, err) ||
        !user_load_login(op, json_text(story, "by"), &user, err)) {
        return false;
    }
    const struct actor *before = op->actor;
    struct actor teller = *actor_of_command(); /* may everything, under the name of a person of the demo */
    teller.user_id = user.id;
    teller.login = user.login;
    teller.name = user.name;
    telling.story = story;
    op->actor = &teller;
    bool told = tell_all(&telling, err);
    op->actor = before;
    op->now_ms = telling.now;
    return told;
}
