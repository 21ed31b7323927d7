/* See ack_link.h. Token: INCIDENT.USER.EXPIRES.SIGNATURE, the first three in hexadecimal. */
#include "escalation/ack_link.h"

#include "base/arena.h"
#include "base/seal.h"
#include "base/secret.h"
#include "base/str.h"
#include "escalation/stored.h"
#include "incident/lifecycle.h"

#include <string.h>

#define PURPOSE "ack"

char *ack_token(struct arena *arena, const struct ack_grant *grant) {
    const char *text = arena_printf(arena, "%llx.%llx.%llx", (unsigned long long)grant->incident_id,
                                    (unsigned long long)grant->user_id, (unsigned long long)(grant->expires_ms / 1000));
    return arena_printf(arena, "%s.%s", text, seal_sign(arena, PURPOSE, text));
}

char *ack_link(struct arena *arena, const char *portal, const struct ack_grant *grant) {
    return arena_printf(arena, "%s/ack/%s", portal, ack_token(arena, grant));
}

static bool read_hex(const char **at, int64_t *out) {
    uint64_t value = 0;
    size_t digits = strspn(*at, "0123456789abcdef");
    if (digits == 0 || digits > 15) return false;
    for (size_t i = 0; i < digits; i++) {
        char c = (*at)[i];
        value = value * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *at += digits;
    *out = (int64_t)value;
    return *(*at)++ == '.';
}

/* The signature is looked at before anything in it is believed. */
static bool read_token(struct op *op, const char *token, struct ack_grant *out, struct error *err) {
    const char *dot = token == NULL || strlen(token) > ACK_TOKEN_MAX ? NULL : strrchr(token, '.');
    const char *at = token;
    int64_t seconds;
    if (dot == NULL) return ERROR(err, ERR_NOT_FOUND, "ack.unknown", "no token");
    const char *text = arena_strn(op->arena, token, (size_t)(dot - token));
    if (!secret_equal(seal_sign(op->arena, PURPOSE, text), dot + 1))
        return ERROR(err, ERR_NOT_FOUND, "ack.unknown", "wrong signature");
    if (!read_hex(&at, &out->incident_id) || !read_hex(&at, &out->user_id) || !read_hex(&at, &seconds))
        return ERROR(err, ERR_NOT_FOUND, "ack.unknown", "unreadable");
    out->expires_ms = seconds * 1000;
    if (out->expires_ms <= op->now_ms) return ERROR(err, ERR_NOT_FOUND, "ack.expired", "%s", text);
    return true;
}

struct looking {
    struct ack_grant grant;
    struct ack_offer out;
};

static bool look_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct looking *looking = arg;
    struct ack_offer *out = &looking->out;
    struct stored stored;
    bool found;
    if (!user_find(tx, looking->grant.user_id, &out->user, &found, err)) return false;
    if (!found || out->user.disabled_ms != 0) return ERROR(err, ERR_NOT_FOUND, "ack.unknown", "nobody here");
    if (!incident_by_id(tx, looking->grant.incident_id, &out->incident, err) ||
        !stored_find(tx, out->incident.id, &stored, &found, err))
        return false;
    enum incident_state state = out->incident.state;
    /* what somebody did a moment ago counts, though the escalation has not looked yet */
    bool seen = found && str_eq(stored.seen_state, incident_state_name(state));
    bool triggered = seen && stored.state.status == ESCALATION_TRIGGERED;
    out->expires_ms = looking->grant.expires_ms;
    out->pages = incident_is_open(state) && (state == INCIDENT_OPEN || triggered);
    out->may_return = incident_is_open(state) && !out->pages && found;
    return true;
}

bool ack_look(struct op *op, const char *token, struct ack_offer *out, struct error *err) {
    struct looking looking = { 0 };
    if (!read_token(op, token, &looking.grant, err) || !store_read(op, look_in_tx, &looking, err)) return false;
    *out = looking.out;
    return true;
}

/* The same unit of work, done by the person the link was made for. */
static struct op act_as(const struct op *op, const struct ack_offer *offer, struct actor *actor) {
    *actor = (struct actor){ .kind = ACTOR_LINK,
                             .user_id = offer->user.id,
                             .login = offer->user.login,
                             .name = offer->user.name,
                             .role = role_name(offer->user.role),
                             .permissions = UINT64_C(1) << PERM_RESPOND | UINT64_C(1) << PERM_READ,
                             .remote = op->actor == NULL ? NULL : op->actor->remote };
    struct op own = *op;
    own.actor = actor;
    return own;
}

bool ack_take(struct op *op, const char *token, struct error *err) {
    struct actor actor;
    struct ack_offer offer;
    struct incident after;
    if (!ack_look(op, token, &offer, err)) return false;
    if (!offer.pages) return true;
    struct op own = act_as(op, &offer, &actor);
    return offer.incident.state == INCIDENT_OPEN ? incident_acknowledge(&own, offer.incident.ref, &after, err)
                                                 : escalation_ack_again(&own, offer.incident.ref, err);
}

bool ack_return(struct op *op, const char *token, struct error *err) {
    struct actor actor;
    struct ack_offer offer;
    if (!ack_look(op, token, &offer, err)) return false;
    if (!offer.may_return) return true;
    struct op own = act_as(op, &offer, &actor);
    return escalation_unack_now(&own, offer.incident.ref, err);
}
