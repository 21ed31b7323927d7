/* Connector "mail": one mail to one person by the configured relay.
 *
 * config: {"url", "from", "username", "tls", "to": [addresses], "portal"}; the secret is the password. The outbox makes
 * a row for each of `to` for what everybody hears; a row of ledger/mail.h brings its own `to`. */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/mail_letter.h"
#include "connect/mail_text.h"
#include "net/smtp.h"

#include <stdio.h>
#include <string.h>

static void check(struct op *op, const json_t *config, const char *secret) {
    (void)secret;
    const char *url = json_text(config, "url");
    if (url == NULL) op_field_error(op, "config.url", "required", NULL);
    else if (!str_starts(url, "smtp://") && !str_starts(url, "smtps://")) {
        op_field_error(op, "config.url", "malformed", "smtp://mail.example.com:587");
    }
    if (mail_address(op->arena, json_text(config, "from")) == NULL) {
        op_field_error(op, "config.from", "malformed", "Bongsu <bongsu@example.com>");
    }
    if (!json_is_array(json_object_get(config, "to"))) op_field_error(op, "config.to", "required", NULL);
}

static void refuse(struct outcome *out, enum outcome_kind kind, const char *reason) {
    *out = (struct outcome){ .kind = kind, .retry_after_ms = -1 };
    str_copy(out->reason, sizeof out->reason, reason);
}

/* What stands behind the address: "portal.example.com" of "https://portal.example.com:8443/x". */
static const char *host_of(struct op *op, const json_t *config) {
    const char *url = json_text(config, "portal");
    const char *start = url == NULL ? NULL : strstr(url, "://");
    if (start == NULL) return "localhost";
    return arena_strn(op->arena, start + 3, strcspn(start + 3, ":/?#"));
}

static void judge(bool sent, int code, const struct error *err, struct outcome *out) {
    if (sent) {
        *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
        return;
    }
    if (str_eq(err->code, "smtp.login")) refuse(out, OUTCOME_UNAUTHORIZED, "");
    else refuse(out, str_eq(err->code, "smtp.refused") ? OUTCOME_REFUSED : OUTCOME_RETRY, "");
    snprintf(out->reason, sizeof out->reason, "%s %d: %.120s", err->code, code, err->detail);
}

/* All mails of an incident are one conversation, whichever arrives first. */
static const json_t *headers_of(struct op *op, const struct delivery *delivery, const char *host) {
    const json_t *own = json_object_get(delivery->payload, "headers");
    const char *ref = json_text(delivery->payload, "incident");
    if (own != NULL || ref == NULL) return own;
    json_t *headers = json_obj(op->arena);
    const char *root = arena_printf(op->arena, "<bongsu-%s@%s>", ref, host);
    json_put_text(headers, "In-Reply-To", root);
    json_put_text(headers, "References", root);
    return headers;
}

static char *wire_text(struct op *op, const struct delivery *delivery, const char *to, size_t *len) {
    struct letter letter;
    char id[ID_TEXT_SIZE];
    letter_write(op, delivery, &letter);
    const char *host = host_of(op, delivery->config);
    const struct mail_parts mail = {
        .from = json_text(delivery->config, "from"),
        .to = to,
        .subject = letter.subject,
        .text = letter.text,
        .html = letter.html,
        .message_id = arena_printf(op->arena, "bongsu-%s@%s", id_text(delivery->id, id), host),
        .date_ms = delivery->created_at,
        .headers = headers_of(op, delivery, host),
        .attachments = letter.attachments,
    };
    return mail_mime(op->arena, &mail, len);
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    const char *to = mail_address(op->arena, json_text(delivery->payload, "to"));
    const char *from = mail_address(op->arena, json_text(delivery->config, "from"));
    const char *url = json_text(delivery->config, "url");
    const char *password = str_blank(delivery->secret) ? NULL : delivery->secret;
    size_t len;
    int code = 0;
    struct error err = { 0 };
    if (url == NULL || from == NULL) {
        refuse(out, OUTCOME_UNAUTHORIZED, "no relay or sender");
        return;
    }
    if (to == NULL) {
        refuse(out, OUTCOME_REFUSED, "nobody to send to");
        return;
    }
    const char *bytes = wire_text(op, delivery, to, &len);
    if (bytes == NULL) {
        refuse(out, OUTCOME_REFUSED, "too long");
        return;
    }
    const struct smtp_message message = {
        .url = str_ends(url, "/") ? arena_strn(op->arena, url, strlen(url) - 1) : url,
        .hello = host_of(op, delivery->config),
        .username = json_text(delivery->config, "username"),
        .password = password,
        .plain = str_eq(json_text(delivery->config, "tls"), "none"),
        .from = from,
        .to = to,
        .bytes = bytes,
        .len = len,
    };
    bool sent = smtp_send(op->arena, &message, &code, &err);
    judge(sent, code, &err, out);
}

const struct connector CONNECTOR_MAIL = { .name = "mail", .check = check, .deliver = deliver };
