/* Subscribers of the status page: rows, and the steps on them. See subscriber.h. */
#include "notice/subscriber.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "ledger/mail.h"
#include "notice/notice_sql.h"
#include "policy/organisation.h"
#include "text/i18n.h"

#include <ctype.h>
#include <string.h>

enum { MINUTE = 60 * 1000, ASK_AGAIN = 10 * MINUTE, FORGET = 48 * 60 * MINUTE, TOKEN_MAX = 80 };

SQL(SUBSCRIBER_BY_EMAIL, "t", "ititI",
    "SELECT id, token, asked_at, lang, confirmed_at FROM status_subscriber WHERE email = ?1");
SQL(SUBSCRIBER_INSERT, "itttti", "",
    "INSERT INTO status_subscriber (id, email, lang, token, home, asked_at, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)");
SQL(SUBSCRIBER_ASKED, "iti", "", "UPDATE status_subscriber SET lang = ?2, asked_at = ?3 WHERE id = ?1");
SQL(SUBSCRIBER_WAITING, "", "i", "SELECT count(*) FROM status_subscriber WHERE confirmed_at IS NULL");
SQL(SUBSCRIBER_FORGET, "i", "", "DELETE FROM status_subscriber WHERE confirmed_at IS NULL AND asked_at < ?1");
SQL(SUBSCRIBER_CONFIRM, "ti", "i",
    "UPDATE status_subscriber SET confirmed_at = COALESCE(confirmed_at, ?2) WHERE token = ?1 RETURNING id");
SQL(SUBSCRIBER_LEAVE, "t", "i", "DELETE FROM status_subscriber WHERE token = ?1 RETURNING id");
SQL(SUBSCRIBER_LOT_AFTER, "ii", "itttt",
    "SELECT id, email, lang, token, home FROM status_subscriber WHERE confirmed_at IS NOT NULL AND id > ?1 "
    "ORDER BY id LIMIT ?2");

static const struct sql *const STATEMENTS[] = {
    &SUBSCRIBER_BY_EMAIL, &SUBSCRIBER_INSERT,  &SUBSCRIBER_ASKED, &SUBSCRIBER_WAITING,
    &SUBSCRIBER_FORGET,   &SUBSCRIBER_CONFIRM, &SUBSCRIBER_LEAVE, &SUBSCRIBER_LOT_AFTER,
};
const struct sql_list SUBSCRIBER_STATEMENTS = { "subscriber", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

struct asking {
    const struct subscription *wish;
    const char *email, *lang, *token; /* token: of a new one; made before, the transaction may run twice */
};

/* --- asking --- */

static bool mail_to(struct tx *tx, const char *topic, struct mail *mail, const char *leave, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const struct mail_header headers[] = { { "List-Unsubscribe", arena_printf(arena, "<%s>", leave) },
                                           { "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" } };
    mail->headers = headers;
    mail->header_count = 2;
    return outbox_mail(tx, topic, arena_printf(arena, "subscriber/%s", mail->to), mail, NULL, err);
}

static const char *link_of(struct arena *arena, const char *home, const char *what, const char *token,
                           const char *lang) {
    return arena_printf(arena, "%s/status/%s/%s?lang=%s", home, what, token, lang);
}

static bool send_question(struct tx *tx, const struct asking *asking, const char *token, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const struct i18n *lang = i18n_get(asking->lang);
    const char *home = asking->wish->home;
    struct organisation organisation;
    if (!organisation_find(tx, &organisation, err)) return false;
    struct mail mail = { .to = asking->email, .lang = asking->lang };
    mail.subject = i18n_format(lang, arena, "status.mail_confirm_subject", I18N_ARGS({ "name", organisation.name }));
    mail.text = i18n_format(
        lang, arena, "status.mail_confirm",
        I18N_ARGS({ "name", organisation.name }, { "link", link_of(arena, home, "confirm", token, asking->lang) }));
    return mail_to(tx, "subscriber.confirm", &mail, link_of(arena, home, "unsubscribe", token, asking->lang), err);
}

static bool ask_new(struct tx *tx, const struct asking *asking, struct error *err) {
    struct op *op = tx_op(tx);
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SUBSCRIBER_WAITING, NO_ARGS, &row, &found, err)) return false;
    if (rows_i64(&row, 0) >= SUBSCRIBER_WAITING_MAX) return true; /* somebody makes us write to strangers */
    return tx_exec(tx, &SUBSCRIBER_INSERT,
                   ARGS(I64(id_new(op->now_ms)), TXT(asking->email), TXT(asking->lang), TXT(asking->token),
                        TXT(asking->wish->home), I64(op->now_ms)),
                   NULL, err) &&
           send_question(tx, asking, asking->token, err);
}

static bool ask_tx(struct tx *tx, void *arg, struct error *err) {
    const struct asking *asking = arg;
    int64_t now = tx_op(tx)->now_ms;
    struct rows row;
    bool found;
    if (!tx_exec(tx, &SUBSCRIBER_FORGET, ARGS(I64(now - FORGET)), NULL, err) ||
        !tx_query_one(tx, &SUBSCRIBER_BY_EMAIL, ARGS(TXT(asking->email)), &row, &found, err))
        return false;
    if (!found) return ask_new(tx, asking, err);
    if (rows_i64(&row, 4) != 0 || rows_i64(&row, 2) > now - ASK_AGAIN) return true;
    return tx_exec(tx, &SUBSCRIBER_ASKED, ARGS(I64(rows_i64(&row, 0)), TXT(asking->lang), I64(now)), NULL, err) &&
           send_question(tx, asking, rows_text(&row, 1), err);
}

/* Something@something.something, in small letters; the mail itself proves the rest. */
static const char *read_email(struct op *op, const char *typed) {
    const char *text = field_text(op, "email", typed, SUBSCRIBER_EMAIL_MAX, FIELD_REQUIRED);
    char *email = arena_str(op->arena, text);
    if (*email == '\0') return email;
    for (char *c = email; *c != '\0'; c++) *c = (char)tolower((unsigned char)*c);
    const char *at = strchr(email, '@');
    bool fine = at != NULL && at != email && strchr(at + 1, '@') == NULL && strchr(at + 1, '.') != NULL;
    if (!fine || at[1] == '.' || str_ends(email, ".") || strpbrk(email, " <>,;\"()[]\\") != NULL)
        op_field_error(op, "email", "malformed", NULL);
    return email;
}

bool subscriber_ask(struct op *op, const struct subscription *wish, struct error *err) {
    char token[SECRET_TOKEN_SIZE];
    struct asking asking = { .wish = wish, .lang = str_eq(wish->lang, "en") ? "en" : "ko" };
    asking.email = read_email(op, wish->email);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    secret_token(token);
    asking.token = token;
    return store_write(op, ask_tx, &asking, err);
}

/* --- answering --- */

struct answering {
    const struct sql *sql;
    const char *token;
    bool found;
};

static bool answer_tx(struct tx *tx, void *arg, struct error *err) {
    struct answering *answering = arg;
    struct rows row;
    if (answering->sql == &SUBSCRIBER_LEAVE)
        return tx_query_one(tx, answering->sql, ARGS(TXT(answering->token)), &row, &answering->found, err);
    return tx_query_one(tx, answering->sql, ARGS(TXT(answering->token), I64(tx_op(tx)->now_ms)), &row,
                        &answering->found, err);
}

static bool answer(struct op *op, const struct sql *sql, const char *token, struct error *err) {
    struct answering answering = { sql, token, false };
    bool may_be = !str_blank(token) && strlen(token) <= TOKEN_MAX;
    if (may_be && !store_write(op, answer_tx, &answering, err)) return false;
    return answering.found ? true : ERROR(err, ERR_NOT_FOUND, "subscriber.unknown", "no such token");
}

bool subscriber_confirm(struct op *op, const char *token, struct error *err) {
    return answer(op, &SUBSCRIBER_CONFIRM, token, err);
}

bool subscriber_leave(struct op *op, const char *token, struct error *err) {
    return answer(op, &SUBSCRIBER_LEAVE, token, err);
}

/* --- telling them --- */

static bool tell(struct tx *tx, const struct notice *notice, const struct rows *row, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *code = rows_text(row, 2), *home = rows_text(row, 4);
    const struct i18n *lang = i18n_get(code);
    const struct notice_text *text = str_eq(code, "en") && notice->en.text != NULL ? &notice->en : &notice->ko;
    const char *leave = link_of(arena, home, "unsubscribe", rows_text(row, 3), code);
    struct mail mail = { .to = rows_text(row, 1), .lang = code, .subject = text->title };
    mail.text =
        i18n_format(lang, arena, "status.mail_notice",
                    I18N_ARGS({ "text", text->text }, { "page", arena_printf(arena, "%s/status?lang=%s", home, code) },
                              { "leave", leave }));
    return mail_to(tx, "subscriber.notice", &mail, leave, err);
}

bool subscriber_mail_due(struct tx *tx, const struct due *due, struct error *err) {
    struct notice notice;
    struct rows rows;
    int64_t last = 0;
    if (due->payload != NULL) (void)str_to_i64(due->payload, &last);
    if (!notice_row_find(tx, due->subject_id, &notice, err)) return false;
    if (notice.state != NOTICE_PUBLISHED) return true; /* taken back before everybody was told */
    if (!tx_query(tx, &SUBSCRIBER_LOT_AFTER, ARGS(I64(last), I64(SUBSCRIBER_LOT)), &rows, err)) return false;
    size_t count = 0;
    for (; rows_next(&rows); count++) {
        last = rows_i64(&rows, 0);
        if (!tell(tx, &notice, &rows, err)) return false;
    }
    if (count < SUBSCRIBER_LOT) return true;
    const char *from = arena_printf(tx_op(tx)->arena, "%lld", (long long)last);
    const struct due next = { SUBSCRIBER_MAIL_DUE, notice.id, "", tx_op(tx)->now_ms, from };
    return due_set(tx, &next, err);
}
