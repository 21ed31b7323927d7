/* How a page reaches a person: see reach.h. */
#include "escalation/reach.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/ack_link.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "text/i18n.h"

#include <string.h>

/* What the severity asks for. */
struct wanted {
    unsigned kinds; /* bits of enum personal_kind */
    bool nobody; /* only shown in the portal */
    bool gravest; /* quiet hours do not count */
};

struct way {
    const struct reach *reach;
    const struct contact_card *card;
    struct wanted wanted;
    const struct tz *zone; /* where the person is */
};

static bool find_wanted(const struct reach *reach, struct wanted *out, struct error *err) {
    static const enum policy_channel CHANNELS[PERSONAL_KIND_COUNT] = { CHANNEL_SLACK, CHANNEL_SMS, CHANNEL_PHONE,
                                                                       CHANNEL_EMAIL };
    const struct policy *policy;
    if (!policy_find(reach->tx, reach->incident->policy_version, &policy, err)) return false;
    const struct policy_severity *severity = policy_severity(policy, reach->incident->severity);
    unsigned channels = severity == NULL ? ~0U : severity->channels; /* one that is no longer there: by every way */
    *out = (struct wanted){ .gravest = severity == NULL || severity->rank == 0 };
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++) {
        if ((channels >> CHANNELS[i] & 1) != 0) out->kinds |= 1U << i;
    }
    out->nobody = out->kinds == 0 && (channels >> CHANNEL_DASHBOARD & 1) != 0;
    if (out->kinds == 0 && !out->nobody) out->kinds = ~0U;
    return true;
}

static bool find_zone(const struct reach *reach, const struct tz **out, struct error *err) {
    struct organisation organisation;
    struct error unknown;
    if (*reach->user->zone != '\0' && tz_find(reach->user->zone, out, &unknown)) return true;
    if (!organisation_find(reach->tx, &organisation, err)) return false;
    *out = organisation.tz;
    return true;
}

static bool is_quiet(const struct way *way, enum personal_kind kind) {
    for (size_t i = 0; i < way->card->quiet_count && !way->wanted.gravest; i++) {
        const struct contact_quiet *quiet = &way->card->quiet[i];
        const struct hours hours = { .zone = way->zone, .days = 0x7f, .from = quiet->from, .to = quiet->to };
        bool named = false;
        for (size_t j = 0; j < quiet->severity_count; j++)
            named = named || str_eq(quiet->severities[j], way->reach->incident->severity);
        if (named && (quiet->kinds >> kind & 1) != 0 && hours_open(&hours, way->reach->at)) return true;
    }
    return false;
}

static bool log_skip(const struct reach *reach, const char *kind, const char *address, const char *reason,
                     struct error *err) {
    const struct stored_message message = {
        .page_id = reach->page_id, .kind = kind, .address = address, .reason = reason, .at = reach->at
    };
    return stored_message_add(reach->tx, reach->incident->id, &message, err);
}

/* --- sending --- */

static const char *text_of(const struct reach *reach, const struct i18n *lang) {
    const struct incident *incident = reach->incident;
    return i18n_format(lang, tx_op(reach->tx)->arena, "escalation.page_text",
                       I18N_ARGS({ "severity", incident->severity }, { "headline", incident_headline(incident) },
                                 { "ref", incident->ref }));
}

static bool link_of(const struct reach *reach, const char **out, struct error *err) {
    struct op *op = tx_op(reach->tx);
    const char *portal;
    *out = NULL;
    if (!portal_find(reach->tx, &portal, err)) return false;
    if (*portal != '\0')
        *out = ack_link(op->arena, portal,
                        &(struct ack_grant){ reach->incident->id, reach->user->id, op->now_ms + ACK_LINK_MS });
    return true;
}

static bool send_by(const struct reach *reach, enum personal_kind kind, const char *address, bool *sent,
                    struct error *err) {
    struct arena *arena = tx_op(reach->tx)->arena;
    const char *topics[] = { "page.slack", "page.sms", "page.phone", "page.mail" };
    const char *lang = reach->user == NULL ? reach->incident->lang : reach->user->lang, *link = NULL;
    int64_t row_id = 0;
    if (reach->user != NULL && kind != PERSONAL_PHONE && !link_of(reach, &link, err)) return false; /* a voice reads */
    const struct personal message = { .kind = kind,
                                      .address = address,
                                      .topic = topics[kind],
                                      .order_key = arena_printf(arena, "page/%s/%s", topics[kind], address),
                                      .severity = reach->incident->severity,
                                      .text = text_of(reach, i18n_get(lang)),
                                      .lang = lang,
                                      .incident = reach->incident->ref,
                                      .link = link };
    if (!outbox_personal(reach->tx, &message, &row_id, err)) return false;
    *sent = row_id != 0;
    const struct stored_message row = { .page_id = reach->page_id,
                                        .kind = personal_kind_name(kind),
                                        .address = address,
                                        .reason = row_id == 0 ? "not_connected" : NULL,
                                        .outbox_id = row_id,
                                        .at = reach->at };
    return stored_message_add(reach->tx, reach->incident->id, &row, err);
}

/* Later, unless somebody took it by then. The method itself travels with the due row: cards change. */
static bool send_later(const struct way *way, size_t index, struct error *err) {
    const struct contact_method *method = &way->card->methods[index];
    struct op *op = tx_op(way->reach->tx);
    json_t *payload = json_obj(op->arena);
    char user[ID_TEXT_SIZE];
    json_put_text(payload, "kind", personal_kind_name(method->kind));
    json_put_text(payload, "address", method->address);
    json_put_text(payload, "user", id_text(way->reach->user->id, user));
    const struct due due = { ESCALATION_METHOD_DUE, way->reach->page_id, arena_printf(op->arena, "%zu", index),
                             (way->reach->at + method->after_min * 60) * 1000, json_dump(op->arena, payload) };
    return due_set(way->reach->tx, &due, err);
}

static const char *refusal_of(const struct way *way, const struct contact_method *method, bool last_resort) {
    if (!last_resort && (way->wanted.kinds >> method->kind & 1) == 0) return "severity";
    if (*method->address == '\0') return "no_address";
    return is_quiet(way, method->kind) ? "quiet" : NULL;
}

static bool use(const struct way *way, size_t index, bool last_resort, bool *reached, struct error *err) {
    const struct contact_method *method = &way->card->methods[index];
    const char *refusal = refusal_of(way, method, last_resort);
    bool connected;
    if (refusal != NULL)
        return last_resort || log_skip(way->reach, personal_kind_name(method->kind), method->address, refusal, err);
    if (method->after_min > 0 && !last_resort) {
        if (!personal_connected(way->reach->tx, method->kind, &connected, err)) return false;
        if (connected) *reached = true;
        if (connected) return send_later(way, index, err);
    }
    bool sent;
    if (!send_by(way->reach, method->kind, method->address, &sent, err)) return false;
    *reached = *reached || sent;
    return true;
}

static bool log_missing(const struct way *way, struct error *err) {
    unsigned have = 0;
    for (size_t i = 0; i < way->card->method_count; i++) have |= 1U << way->card->methods[i].kind;
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++) {
        bool missing = (way->wanted.kinds >> i & 1) != 0 && (have >> i & 1) == 0;
        if (missing && !log_skip(way->reach, personal_kind_name((enum personal_kind)i), "", "no_method", err))
            return false;
    }
    return true;
}

bool reach_person(const struct reach *reach, bool *reached, struct error *err) {
    struct contact_card card;
    struct way way = { .reach = reach, .card = &card };
    *reached = true;
    if (!incident_reaches_outside(reach->incident)) return log_skip(reach, "", "", "drill", err);
    if (!find_wanted(reach, &way.wanted, err)) return false;
    if (way.wanted.nobody) return log_skip(reach, "", "", "dashboard", err);
    if (!contact_find(reach->tx, reach->user, &card, err) || !find_zone(reach, &way.zone, err)) return false;
    *reached = false;
    for (size_t i = 0; i < card.method_count; i++) {
        if (!use(&way, i, false, reached, err)) return false;
    }
    if (!log_missing(&way, err)) return false;
    for (size_t i = 0; i < card.method_count && !*reached; i++) {
        bool wanted = (way.wanted.kinds >> card.methods[i].kind & 1) != 0;
        if (!wanted && !use(&way, i, true, reached, err)) return false;
    }
    return true;
}

bool reach_channel(const struct reach *reach, const char *channel, struct error *err) {
    bool sent;
    if (!incident_reaches_outside(reach->incident)) return log_skip(reach, "", "", "drill", err);
    return send_by(reach, PERSONAL_SLACK, channel, &sent, err);
}

/* --- a method whose turn comes later --- */

static bool still_open(struct tx *tx, const struct stored_page *page, int64_t incident_id, bool *out,
                       struct error *err) {
    struct stored stored;
    bool found;
    if (!stored_find(tx, incident_id, &stored, &found, err)) return false;
    *out = found && stored.state.status == ESCALATION_TRIGGERED && stored.state.run == page->run;
    return true;
}

struct turn {
    struct reach reach;
    struct user user;
    struct incident incident;
    struct stored_page page;
    enum personal_kind kind;
    const char *address;
    bool found;
};

static bool load_turn(struct tx *tx, const struct due *due, struct turn *out, struct error *err) {
    struct op *op = tx_op(tx);
    json_t *payload;
    int64_t user_id, incident_id;
    out->found = false;
    if (!json_parse(op->arena, due->payload, strlen(due->payload), &payload, err)) return false;
    if (!personal_kind_parse(json_text(payload, "kind"), &out->kind) || json_text(payload, "user") == NULL ||
        !id_parse(json_text(payload, "user"), &user_id))
        return true;
    out->address = json_text(payload, "address");
    if (!stored_page_find(tx, due->subject_id, &out->page, &incident_id, &out->found, err)) return false;
    if (!out->found) return true;
    if (!incident_by_id(tx, incident_id, &out->incident, err) || !user_find(tx, user_id, &out->user, &out->found, err))
        return false;
    out->reach = (struct reach){ tx, &out->incident, &out->user, due->subject_id, op->now_ms / 1000 };
    return true;
}

bool escalation_method_due(struct tx *tx, const struct due *due, struct error *err) {
    struct turn turn;
    struct contact_card card;
    struct way way = { .reach = &turn.reach, .card = &card };
    bool open, sent;
    if (!load_turn(tx, due, &turn, err)) return false;
    if (!turn.found) return true;
    if (!still_open(tx, &turn.page, turn.incident.id, &open, err)) return false;
    const char *kind = personal_kind_name(turn.kind);
    if (!open) return log_skip(&turn.reach, kind, turn.address, "taken", err);
    if (!find_wanted(&turn.reach, &way.wanted, err) || !contact_find(tx, &turn.user, &card, err) ||
        !find_zone(&turn.reach, &way.zone, err))
        return false;
    if (is_quiet(&way, turn.kind)) return log_skip(&turn.reach, kind, turn.address, "quiet", err);
    return send_by(&turn.reach, turn.kind, turn.address, &sent, err);
}
