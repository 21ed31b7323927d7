/* What a running escalation looks at and does: people by schedule, team and role as they are now; pages as rows, as
 * messages for the outside and as events of the timeline. */
#include "escalation/reach.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/timeline.h"
#include "oncall/rota.h"
#include "people/team.h"
#include "people/tell.h"
#include "text/i18n.h"

static bool keep(struct deed *deed, bool fine) {
    if (!fine) deed->failed = true;
    return fine;
}

static void add_id(struct deed *deed, int64_t id, struct recipients *out) {
    char text[ID_TEXT_SIZE];
    recipients_add(out, arena_str(tx_op(deed->tx)->arena, id_text(id, text)), false);
}

static void add_role(struct deed *deed, const char *role, struct recipients *out) {
    struct stored_ids ids = { 0 };
    if (!keep(deed, stored_role_members(deed->tx, role, &ids, deed->err))) return;
    for (size_t i = 0; i < ids.count; i++) add_id(deed, ids.items[i], out);
}

/* A team by id or key; "@lead" is everybody of that role. One that does not exist has nobody. */
static void add_team(struct deed *deed, const char *which, struct recipients *out) {
    struct team team;
    struct team_member_list members = { 0 };
    int64_t id;
    bool found;
    if (which[0] == '@') {
        add_role(deed, which + 1, out);
        return;
    }
    bool fine = id_parse(which, &id) ? team_find(deed->tx, id, &team, &found, deed->err)
                                     : team_find_key(deed->tx, which, &team, &found, deed->err);
    if (!keep(deed, fine) || !found) return;
    if (!keep(deed, team_find_members(deed->tx, team.id, &members, deed->err))) return;
    for (size_t i = 0; i < members.count; i++) {
        if (members.items[i].user.disabled_ms == 0) add_id(deed, members.items[i].user.id, out);
    }
}

static void add_crew(const struct schedule *schedule, const struct crew *crew, struct recipients *out) {
    for (size_t i = 0; i < crew->count; i++) recipients_add(out, schedule->people[crew->list[i].person], false);
}

static void add_on_call(struct deed *deed, const struct target *target, int64_t at, struct recipients *out) {
    struct rota rota;
    struct schedule *schedule;
    struct roll roll;
    struct error unknown;
    if (!rota_find(deed->tx, target->id, &rota, &unknown)) {
        if (unknown.kind == ERR_NOT_FOUND) return;
        *deed->err = unknown;
        deed->failed = true;
        return;
    }
    if (!keep(deed, rota_schedule(deed->tx, &rota, &schedule, deed->err))) return;
    schedule_at(schedule, VIEW_FINAL, at, tx_op(deed->tx)->arena, &roll);
    if (target->role != TARGET_SECONDARY) add_crew(schedule, &roll.primary, out);
    if (target->role != TARGET_PRIMARY) add_crew(schedule, &roll.secondary, out);
}

static void add_user(struct deed *deed, const char *which, struct recipients *out) {
    struct user user;
    bool found;
    if (keep(deed, user_find_named(deed->tx, which, &user, &found, deed->err)) && found && user.disabled_ms == 0)
        add_id(deed, user.id, out);
}

static void look_up(void *arg, const struct target *target, int64_t at, struct recipients *out) {
    struct deed *deed = arg;
    if (deed->failed) return;
    switch (target->kind) {
    case TARGET_USER: add_user(deed, target->id, out); break;
    case TARGET_TEAM: add_team(deed, target->id, out); break;
    case TARGET_CHANNEL: recipients_add(out, target->id, true); break;
    case TARGET_SCHEDULE: add_on_call(deed, target, at, out); break;
    }
}

/* --- pages --- */

static json_t *person_payload(const struct user *user) {
    json_t *object = json_object();
    json_put_id(object, "id", user->id);
    json_put_text(object, "login", user->login);
    json_put_text(object, "name", user->name);
    json_put_text(object, "email", user->email);
    json_put_text(object, "phone", user->phone);
    json_put_text(object, "slack_id", user->slack_id);
    json_put_text(object, "lang", user->lang);
    return object;
}

/* For whoever takes the topic: a webhook into another system. Drills page like the real thing, but stay inside. */
static bool publish(struct deed *deed, const struct page *page, const struct user *user, struct error *err) {
    struct op *op = tx_op(deed->tx);
    const struct incident *incident = deed->incident;
    if (!incident_reaches_outside(incident)) return true;
    json_t *payload = json_obj(op->arena);
    const struct i18n *lang = i18n_get(user != NULL ? user->lang : incident->lang);
    json_put_text(payload, "text",
                  i18n_format(lang, op->arena, "escalation.page_text",
                              I18N_ARGS({ "severity", incident->severity }, { "headline", incident_headline(incident) },
                                        { "ref", incident->ref })));
    json_put_text(payload, "incident", incident->ref);
    json_put_text(payload, "severity", incident->severity);
    json_put_i64(payload, "step", (int64_t)page->step);
    if (user != NULL) json_put(payload, "person", person_payload(user));
    else json_put_text(payload, "channel", page->to);
    const char *order_key = arena_printf(op->arena, "page/%s", page->to);
    struct outbox_message message = { page->kind == TARGET_USER ? "page.person" : "page.channel", order_key,
                                      incident->severity, payload };
    return outbox_publish(deed->tx, &message, err);
}

bool stored_note(struct deed *deed, const char *key, const char *name, size_t step) {
    json_t *data = json_obj(tx_op(deed->tx)->arena);
    if (name != NULL) json_put_text(data, "person", name);
    json_put_text(data, "step", arena_printf(tx_op(deed->tx)->arena, "%zu", step));
    deed->touched = true;
    struct event_entry entry = { .kind = EVENT_CLOCK, .key = key, .data = data };
    return timeline_add(deed->tx, deed->incident, &entry, deed->err);
}

/* One page: its row, its messages, its line in the timeline. Once for the same (run, loop, step, person). */
static bool page_once(struct deed *deed, const struct page *page, const char *kind, bool *reached) {
    struct stored_page row = { .run = page->run, .loop = page->loop, .step = (int64_t)page->step, .at = page->at };
    struct user user = { 0 };
    int64_t id, user_id;
    bool found = false;
    *reached = true;
    row.recipient = page->to;
    row.kind = kind;
    if (!stored_page_add(deed->tx, deed->incident->id, &row, &id, deed->err)) return false;
    if (id == 0) return true;
    if (page->kind == TARGET_USER && id_parse(page->to, &user_id) &&
        !user_find(deed->tx, user_id, &user, &found, deed->err))
        return false;
    const struct reach reach = { deed->tx, deed->incident, found ? &user : NULL, id, page->at };
    bool sent = found ? reach_person(&reach, reached, deed->err) : reach_channel(&reach, page->to, deed->err);
    return sent && publish(deed, page, found ? &user : NULL, deed->err) &&
           stored_note(deed, "timeline.paged", found ? user.name : page->to, page->step);
}

/* Whoever cannot be reached by anything is stood in for, once: a backup's own backup is not asked. */
static bool page_backup(struct deed *deed, const struct page *page) {
    struct user user;
    struct contact_card card;
    int64_t user_id;
    bool found = false, reached;
    char text[ID_TEXT_SIZE];
    if (page->kind != TARGET_USER || !id_parse(page->to, &user_id)) return true;
    if (!user_find(deed->tx, user_id, &user, &found, deed->err)) return false;
    if (!found) return true;
    if (!contact_find(deed->tx, &user, &card, deed->err)) return false;
    if (card.backup_id == 0 || *card.backup_name == '\0') return true; /* nobody, or somebody who left */
    struct page other = *page;
    other.to = arena_str(tx_op(deed->tx)->arena, id_text(card.backup_id, text));
    return page_once(deed, &other, "backup", &reached);
}

static void on_page(void *arg, const struct page *page) {
    struct deed *deed = arg;
    const char *kind = page->fallback ? "fallback" : page->kind == TARGET_CHANNEL ? "channel" : "user";
    bool reached;
    if (deed->failed || !keep(deed, page_once(deed, page, kind, &reached)) || reached) return;
    (void)keep(deed, page_backup(deed, page));
}

/* "#channel", a person, a team's key or "@role"; or targets as steps have them. */
static void notice_targets(struct deed *deed, const json_t *to, int64_t at, struct recipients *out) {
    static const char *const kinds[] = { "user", "team", "channel", "schedule" }; /* as enum target_kind */
    const char *text = json_is_string(to) ? json_string_value(to) : json_text(to, "id");
    for (size_t i = 0; i < json_array_size(to); i++) notice_targets(deed, json_array_get(to, i), at, out);
    if (text == NULL) return;
    for (int kind = TARGET_USER; kind <= TARGET_SCHEDULE; kind++) {
        bool plain = json_is_string(to) && (text[0] == '#' ? kind == TARGET_CHANNEL : kind <= TARGET_TEAM);
        const struct target target = { (enum target_kind)kind, text, TARGET_PRIMARY };
        if (plain || str_eq(json_text(to, "type"), kinds[kind])) look_up(deed, &target, at, out);
    }
}

static const char *notice_text(const struct deed *deed, const char *lang) {
    const struct incident *incident = deed->incident;
    return i18n_format(i18n_get(lang), tx_op(deed->tx)->arena, "escalation.notice_text",
                       I18N_ARGS({ "severity", incident->severity }, { "headline", incident_headline(incident) },
                                 { "ref", incident->ref }));
}

static bool tell_one(struct deed *deed, const struct recipient *recipient) {
    struct arena *arena = tx_op(deed->tx)->arena;
    const struct incident *incident = deed->incident;
    struct user user;
    int64_t id;
    bool found;
    const struct personal channel = { .kind = PERSONAL_SLACK,
                                      .address = recipient->id,
                                      .topic = "page.notice",
                                      .order_key = arena_printf(arena, "page/notice/%s", recipient->id),
                                      .text = notice_text(deed, incident->lang),
                                      .lang = incident->lang,
                                      .incident = incident->ref };
    if (recipient->channel) return outbox_personal(deed->tx, &channel, NULL, deed->err);
    if (!id_parse(recipient->id, &id)) return true;
    if (!user_find(deed->tx, id, &user, &found, deed->err)) return false;
    const char *text = found ? notice_text(deed, user.lang) : "";
    const struct letter letter = { "page.notice", text, text, arena_printf(arena, "/incidents/%s", incident->ref) };
    return !found || person_tell(deed->tx, &user, &letter, deed->err);
}

/* To whom the path says, and to whoever takes the topic. */
static void on_notice(void *arg, int64_t at, const struct path_notice *notice) {
    struct deed *deed = arg;
    struct op *op = tx_op(deed->tx);
    struct recipients *people = ARENA_NEW(op->arena, struct recipients);
    if (deed->failed || !incident_reaches_outside(deed->incident)) return;
    notice_targets(deed, notice->to, at, people);
    for (size_t i = 0; i < people->count && !deed->failed; i++) (void)keep(deed, tell_one(deed, &people->list[i]));
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "text", notice_text(deed, deed->incident->lang));
    json_put_text(payload, "incident", deed->incident->ref);
    json_put_text(payload, "kind", notice->kind);
    if (notice->to != NULL) json_put(payload, "to", json_deep_copy(notice->to));
    const char *order_key = arena_printf(op->arena, "incident/%lld", (long long)deed->incident->id);
    struct outbox_message message = { "page.notice", order_key, deed->incident->severity, payload };
    if (!deed->failed) (void)keep(deed, outbox_publish(deed->tx, &message, deed->err));
}

static void on_skipped(void *arg, int64_t at, size_t step, const char *reason) {
    struct deed *deed = arg;
    const struct escalation_state *state = &deed->escalation->state;
    struct stored_page row = { state->run, state->loop, (int64_t)step, at, "", "skipped", reason, 0 };
    int64_t id;
    if (!deed->failed) (void)keep(deed, stored_page_add(deed->tx, deed->incident->id, &row, &id, deed->err));
}

struct world stored_world(struct deed *deed) {
    return (struct world){ deed, look_up, on_page, on_notice, on_skipped };
}
