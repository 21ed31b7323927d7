/* Mail for the outbox: see mail.h. */
#include "ledger/mail.h"

#include "base/arena.h"
#include "base/json.h"
#include "ledger/ledger.h"

SQL(SQL_MAIL_DESTINATION, "t", "i",
    "SELECT id FROM destination WHERE name = ?1 AND connector = 'mail' AND enabled = 1");

static const struct sql *const STATEMENTS[] = { &SQL_MAIL_DESTINATION };
const struct sql_list MAIL_STATEMENTS = { "mail", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static json_t *headers_of(const struct mail *mail) {
    json_t *headers = json_object();
    for (size_t i = 0; i < mail->header_count; i++) {
        json_put_text(headers, mail->headers[i].name, mail->headers[i].value);
    }
    return headers;
}

static json_t *attachments_of(const struct mail *mail) {
    json_t *list = json_array();
    for (size_t i = 0; i < mail->attachment_count; i++) {
        json_t *item = json_object();
        json_put_text(item, "name", mail->attachments[i].name);
        json_put_text(item, "type", mail->attachments[i].type);
        json_put_text(item, "text", mail->attachments[i].text);
        json_push(list, item);
    }
    return list;
}

bool outbox_mail(struct tx *tx, const char *topic, const char *order_key, const struct mail *mail, int64_t *row_id,
                 struct error *err) {
    struct op *op = tx_op(tx);
    struct rows row;
    bool found;
    if (row_id != NULL) *row_id = 0;
    if (!tx_query_one(tx, &SQL_MAIL_DESTINATION, ARGS(TXT(MAIL_DESTINATION)), &row, &found, err)) return false;
    if (!found) return true;
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "to", mail->to);
    json_put_text(payload, "subject", mail->subject);
    json_put_text(payload, "text", mail->text);
    if (mail->html != NULL) json_put_text(payload, "html", mail->html);
    if (mail->lang != NULL) json_put_text(payload, "lang", mail->lang);
    if (mail->header_count > 0) json_put(payload, "headers", headers_of(mail));
    if (mail->attachment_count > 0) json_put(payload, "attachments", attachments_of(mail));
    const struct outbox_message message = { .topic = topic, .order_key = order_key, .payload = payload };
    return outbox_send(tx, rows_i64(&row, 0), &message, op->now_ms, row_id, err);
}
