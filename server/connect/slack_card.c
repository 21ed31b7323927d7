/* Messages of incidents in Slack: see slack_card.h. */
#include "connect/slack_card.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/slack_api.h"
#include "connect/slack_message.h"
#include "connect/slack_text.h"
#include "incident/message.h"
#include "text/i18n.h"

#include <string.h>

struct standing { /* how things stand when the message leaves, not when it was queued */
    const struct delivery *delivery;
    const char *ref;
    struct incident incident;
    const char *text;
    struct slack_place places[SLACK_MESSAGES_MAX];
    size_t place_count;
};

static const char *ref_of(const struct delivery *delivery) {
    const char *ref = json_text(delivery->payload, "incident");
    return ref == NULL ? json_text(delivery->payload, "ref") : ref;
}

static const char *channel_of(const struct delivery *delivery, const char *severity) {
    const char *by_severity =
        severity == NULL ? NULL : json_text(json_object_get(delivery->config, "channels"), severity);
    return by_severity != NULL ? by_severity : json_text(delivery->config, "channel");
}

/* A page goes to whom it names, a person or a channel of its own, and not into the incident's thread. */
static const char *own_channel(const struct delivery *delivery) {
    return json_text(delivery->payload, "channel");
}

static const char *link_of(struct op *op, const struct delivery *delivery, const char *ref) {
    const char *portal = json_text(delivery->config, "portal");
    return portal == NULL || ref == NULL ? NULL : arena_printf(op->arena, "%s/incidents/%s", portal, ref);
}

json_t *slack_told(struct op *op, const struct delivery *delivery) {
    const char *ref = ref_of(delivery);
    const char *text = json_text(delivery->payload, "text");
    bool token = slack_is_token(delivery->secret);
    bool over = str_eq(delivery->topic, "incident.recovered") || str_eq(delivery->topic, "incident.closed");
    /* in a thread the buttons stand on the message above, but for reminders, which want an answer */
    bool reminder = str_starts(delivery->topic, "incident.update_");
    bool page = own_channel(delivery) != NULL && str_starts(delivery->topic, "page.");
    struct slack_message message = {
        .text = text == NULL ? delivery->topic : text,
        .incident_ref = token && !reminder && !page ? NULL : ref,
        .url = link_of(op, delivery, ref),
        .open = page || (str_starts(delivery->topic, "incident.") && !over),
        .forms = token,
        .acknowledged = token && !page,
        .lang = json_text(delivery->payload, "lang"),
        /* a webhook's channel is fixed: the person is called by name there */
        .mention = token ? NULL : own_channel(delivery),
    };
    return slack_blocks(op->arena, &message);
}

static bool read_standing(struct tx *tx, void *arg, struct error *err) {
    struct standing *standing = arg;
    struct incident *incident = &standing->incident;
    if (!incident_by_ref(tx, standing->ref, incident, err)) return false;
    enum message_kind kind = incident->phase_at[PHASE_RECOVERED] != 0 ? MESSAGE_RECOVERED : MESSAGE_DECLARED;
    return message_text(tx, incident, kind, NULL, &standing->text, err) &&
           slack_places(tx, standing->delivery->destination_id, standing->ref, standing->places, &standing->place_count,
                        err);
}

/* [P1] 결제 API 장애 — 완화 중 (INC-2026-0042) */
static json_t *card_of(struct op *op, const struct standing *standing) {
    const struct incident *incident = &standing->incident;
    const struct i18n *lang = i18n_get(incident->lang);
    const char *state =
        i18n_text(lang, arena_printf(op->arena, "label.state.%s", incident_state_name(incident->state)));
    const struct slack_field fields[] = { { i18n_text(lang, "slack.field.incident"), incident_headline(incident) },
                                          { i18n_text(lang, "slack.field.state"), state },
                                          { i18n_text(lang, "slack.field.severity"), incident->severity },
                                          { i18n_text(lang, "slack.field.owner"), incident->owner },
                                          { i18n_text(lang, "slack.field.service"), incident->service_name } };
    const struct slack_message message = {
        .text = standing->text,
        .summary = arena_printf(op->arena, "[%s] %s — %s (%s)", incident->severity, incident_headline(incident), state,
                                incident->ref),
        .incident_ref = incident->ref,
        .url = link_of(op, standing->delivery, incident->ref),
        .open = incident_is_open(incident->state),
        .acknowledged = incident->state != INCIDENT_OPEN,
        .forms = true,
        .lang = incident->lang,
        .fields = fields,
        .field_count = sizeof fields / sizeof *fields,
    };
    return slack_blocks(op->arena, &message);
}

/* --- calls --- */

static struct slack_line line_of(const struct delivery *delivery) {
    return (struct slack_line){ .base = json_text(delivery->config, "base_url"), .token = delivery->secret };
}

/* Slack takes no key of ours against doubles; the delivery's id at least tells them apart. */
static json_t *metadata_of(const struct delivery *delivery) {
    char id[ID_TEXT_SIZE];
    json_t *metadata = json_object();
    json_t *event = json_object();
    json_put_text(event, "delivery", id_text(delivery->id, id));
    json_put_text(metadata, "event_type", "bongsu_delivery");
    json_put(metadata, "event_payload", event);
    return metadata;
}

static bool post(struct op *op, const struct delivery *delivery, json_t *body, const json_t **answer,
                 struct outcome *out) {
    const struct slack_line line = line_of(delivery);
    json_put(body, "metadata", metadata_of(delivery));
    return slack_api(op, &line, "chat.postMessage", body, answer, out);
}

static bool has_code(const struct outcome *out, const char *const *codes) {
    size_t len = strcspn(out->reason, ":");
    for (; *codes != NULL; codes++) {
        if (strlen(*codes) == len && strncmp(out->reason, *codes, len) == 0) return true;
    }
    return false;
}

/* *gone: there is no such message any more. A message that may not be changed stays as it is. */
static bool update(struct op *op, const struct standing *standing, const struct slack_place *place, bool *gone,
                   struct outcome *out) {
    static const char *const GONE[] = { "message_not_found", "channel_not_found", "is_archived", NULL };
    static const char *const FIXED[] = { "cant_update_message", "edit_window_closed", NULL };
    const struct slack_line line = line_of(standing->delivery);
    const json_t *answer;
    json_t *body = card_of(op, standing);
    json_put_text(body, "channel", place->channel);
    json_put_text(body, "ts", place->ts);
    *gone = false;
    if (slack_api(op, &line, "chat.update", body, &answer, out)) return true;
    *gone = has_code(out, GONE);
    return *gone || has_code(out, FIXED);
}

static void reply_in(struct op *op, const struct delivery *delivery, const struct slack_place *place,
                     struct outcome *out) {
    const json_t *answer;
    json_t *body = slack_told(op, delivery);
    json_put_text(body, "channel", place->channel);
    json_put_text(body, "thread_ts", place->ts);
    bool everybody = str_eq(delivery->topic, "incident.recovered") || str_eq(delivery->topic, "incident.severity");
    if (everybody) json_put_bool(body, "reply_broadcast", true);
    (void)post(op, delivery, body, &answer, out);
}

static void post_card(struct op *op, const struct standing *standing, const char *channel, struct outcome *out) {
    const json_t *answer;
    json_t *body = card_of(op, standing);
    json_put_text(body, "channel", channel);
    if (!post(op, standing->delivery, body, &answer, out)) return;
    const char *ts = json_text(answer, "ts");
    const char *id = json_text(answer, "channel");
    if (ts != NULL && id != NULL) out->result = arena_printf(op->arena, "%s %s %s", id, ts, channel);
}

static void post_plain(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const json_t *answer;
    json_t *body = slack_told(op, delivery);
    const char *own = own_channel(delivery);
    json_put_text(body, "channel", own != NULL ? own : channel_of(delivery, delivery->severity));
    (void)post(op, delivery, body, &answer, out);
}

static void tell_standing(struct op *op, struct standing *standing, struct outcome *out) {
    const char *wanted = channel_of(standing->delivery, standing->incident.severity);
    const struct slack_place *here = NULL;
    for (size_t i = 0; i < standing->place_count; i++) {
        const struct slack_place *place = &standing->places[i];
        bool gone;
        if (!update(op, standing, place, &gone, out)) return;
        if (!gone && str_eq(place->asked, wanted)) here = place;
    }
    if (here == NULL) post_card(op, standing, wanted, out);
    else reply_in(op, standing->delivery, here, out);
}

void slack_tell(struct op *op, const struct delivery *delivery, struct outcome *out) {
    struct standing *standing = ARENA_NEW(op->arena, struct standing);
    struct error err;
    *standing = (struct standing){ .delivery = delivery, .ref = ref_of(delivery) };
    if (standing->ref == NULL || own_channel(delivery) != NULL) {
        post_plain(op, delivery, out);
    } else if (store_read(op, read_standing, standing, &err)) {
        tell_standing(op, standing, out);
    } else if (err.kind == ERR_NOT_FOUND) {
        post_plain(op, delivery, out); /* a message about an incident that is not ours */
    } else {
        *out = (struct outcome){ .kind = OUTCOME_RETRY, .retry_after_ms = -1 };
        str_copy(out->reason, sizeof out->reason, err.code);
    }
}

bool slack_settled(struct tx *tx, const struct delivery *delivery, const struct outcome *outcome, struct error *err) {
    const char *ref = ref_of(delivery);
    if (outcome->kind != OUTCOME_SENT || outcome->result == NULL || ref == NULL) return true;
    char *channel = arena_str(tx_op(tx)->arena, outcome->result);
    char *ts = strchr(channel, ' ');
    if (ts == NULL) return true;
    *ts++ = '\0';
    char *asked = strchr(ts, ' ');
    if (asked == NULL) return true;
    *asked++ = '\0';
    return slack_place_keep(tx, delivery->destination_id, ref, &(struct slack_place){ asked, channel, ts }, err);
}
