/* Destinations: see destination.h. */
#include "connect/destination.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/seal.h"
#include "base/str.h"
#include "connect/breaker_row.h"
#include "connect/connector.h"
#include "connect/slack_message.h"
#include "ledger/ledger.h"
#include "ledger/mail.h"
#include "people/permission.h"

#include <string.h>

#define DESTINATION_COLUMNS                                                                                    \
    "SELECT id, version, blocked_until, created_at, updated_at, name, connector, topics, severities, config, " \
    "CASE WHEN secret IS NULL THEN 0 ELSE 1 END, enabled, blocked_reason FROM destination "
SQL(SQL_DESTINATION_LIST, "i", "iiiiitttTtiiT", DESTINATION_COLUMNS "ORDER BY name LIMIT ?1");
SQL(SQL_DESTINATION_GET, "i", "iiiiitttTtiiT", DESTINATION_COLUMNS "WHERE id = ?1");
SQL(SQL_DESTINATION_INSERT, "itttTtTii", "i",
    "INSERT INTO destination (id, name, connector, topics, severities, config, secret, enabled, blocked_until, "
    "version, "
    "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 1, ?9, ?9) ON CONFLICT DO NOTHING RETURNING "
    "id");
SQL(SQL_DESTINATION_NAME_TAKEN, "ti", "i", "SELECT id FROM destination WHERE name = ?1 AND id <> ?2");
SQL(SQL_DESTINATION_BY_NAME, "t", "ii", "SELECT id, version FROM destination WHERE name = ?1");
SQL(SQL_DESTINATION_UPDATE, "itttTtTiii", "",
    "UPDATE destination SET name = ?2, connector = ?3, topics = ?4, severities = ?5, config = ?6, "
    "secret = COALESCE(?7, secret), enabled = ?8, blocked_until = 0, blocked_reason = NULL, version = version + 1, "
    "updated_at = ?9 WHERE id = ?1 AND version = ?10");
SQL(SQL_DESTINATION_ENABLE, "iii", "",
    "UPDATE destination SET enabled = ?2, blocked_until = 0, blocked_reason = NULL, version = version + 1, "
    "updated_at = ?3 WHERE id = ?1");

SQL(SQL_DESTINATION_DELETE, "ii", "", "DELETE FROM destination WHERE id = ?1 AND version = ?2");
SQL(SQL_DESTINATION_WAITING, "i", "i",
    "SELECT count(*) FROM outbox WHERE destination_id = ?1 AND (state = 'ready' OR (state = 'dead' AND give_up_at > "
    "0))");
SQL(SQL_DESTINATION_EMPTY, "i", "", "DELETE FROM outbox WHERE destination_id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_DESTINATION_LIST,    &SQL_DESTINATION_GET,
                                                &SQL_DESTINATION_INSERT,  &SQL_DESTINATION_NAME_TAKEN,
                                                &SQL_DESTINATION_UPDATE,  &SQL_DESTINATION_ENABLE,
                                                &SQL_DESTINATION_BY_NAME, &SQL_DESTINATION_DELETE,
                                                &SQL_DESTINATION_WAITING, &SQL_DESTINATION_EMPTY };
const struct sql_list DESTINATION_STATEMENTS = { "destination", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

/* --- reading --- */

/* What we wrote ourselves; a broken text reads as NULL and the worker will say so. */
static const json_t *parsed(struct tx *tx, const char *text) {
    struct error ignored;
    json_t *value;
    if (text == NULL || !json_parse(tx_op(tx)->arena, text, strlen(text), &value, &ignored)) return NULL;
    return value;
}

static struct destination destination_of(struct tx *tx, const struct rows *rows) {
    return (struct destination){
        .id = rows_i64(rows, 0),
        .version = rows_i64(rows, 1),
        .blocked_until = rows_i64(rows, 2),
        .created_at = rows_i64(rows, 3),
        .updated_at = rows_i64(rows, 4),
        .name = rows_text(rows, 5),
        .connector = rows_text(rows, 6),
        .topics = parsed(tx, rows_text(rows, 7)),
        .severities = parsed(tx, rows_text(rows, 8)),
        .config = parsed(tx, rows_text(rows, 9)),
        .has_secret = rows_i64(rows, 10) == 1,
        .enabled = rows_i64(rows, 11) == 1,
        .blocked_reason = rows_text(rows, 12),
    };
}

bool destination_list(struct tx *tx, struct destination_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_DESTINATION_LIST, ARGS(I64(DESTINATIONS_MAX)), &rows, err)) return false;
    out->list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct destination);
    for (out->count = 0; rows_next(&rows);) out->list[out->count++] = destination_of(tx, &rows);
    return true;
}

bool destination_get(struct tx *tx, int64_t id, struct destination *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_DESTINATION_GET, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "destination.unknown", "%lld", (long long)id);
    *out = destination_of(tx, &row);
    return true;
}

/* --- checking what was typed in --- */

static void check_words(struct op *op, const char *field, const json_t *list) {
    enum { WORDS_MAX = 50, WORD_MAX = 60 };
    size_t at;
    const json_t *item;
    if (!json_is_array(list) || json_array_size(list) == 0) {
        op_field_error(op, field, "required", NULL);
        return;
    }
    if (json_array_size(list) > WORDS_MAX) op_field_error(op, field, "too_long", "50");
    json_array_foreach(list, at, item) {
        const char *word = json_string_value(item);
        if (word == NULL || *word == '\0' || strlen(word) > WORD_MAX) op_field_error(op, field, "malformed", NULL);
    }
}

struct checked {
    const struct destination_input *input;
    const char *name;
    int64_t id;
    bool has_secret; /* already, in the database */
    const char *sealed; /* the secret as it is kept; NULL keeps the one there is */
};

static bool check(struct op *op, struct checked *checked, struct error *err) {
    enum { NAME_MAX_CHARACTERS = 60, SECRET_MAX = 4000 };
    const struct destination_input *input = checked->input;
    checked->name = field_text(op, "name", input->name, NAME_MAX_CHARACTERS, FIELD_REQUIRED);
    check_words(op, "topics", input->topics);
    if (input->severities != NULL) check_words(op, "severities", input->severities);
    if (input->secret != NULL && strlen(input->secret) > SECRET_MAX) op_field_error(op, "secret", "too_long", "4000");
    const struct connector *connector = input->connector == NULL ? NULL : connector_find(CONNECTORS, input->connector);
    if (connector == NULL) op_field_error(op, "connector", "unknown", NULL);
    else if (!json_is_object(input->config)) op_field_error(op, "config", "required", NULL);
    else connector->check(op, input->config, input->secret);
    if (connector != NULL && connector->needs_secret && input->secret == NULL && !checked->has_secret) {
        op_field_error(op, "secret", "required", NULL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

/* --- changing --- */

static const char *subject_of(struct op *op, int64_t id) {
    char number[ID_TEXT_SIZE];
    return arena_printf(op->arena, "destination/%s", id_text(id, number));
}

static bool note(struct tx *tx, const char *action, int64_t id, struct error *err) {
    tx_on_commit(tx, "outbox"); /* what was held back may go now */
    return breaker_forget(tx, id, err) && audit_add(tx, action, subject_of(tx_op(tx), id), NULL, err);
}

static const char *json_or_null(struct arena *arena, const json_t *value) {
    return value == NULL ? NULL : json_dump(arena, value);
}

static bool create(struct tx *tx, void *arg, struct error *err) {
    struct checked *checked = arg;
    const struct destination_input *input = checked->input;
    struct op *op = tx_op(tx);
    struct rows row;
    bool found;
    if (!check(op, checked, err)) return false;
    checked->id = id_new(op->now_ms);
    if (!tx_query_one(
            tx, &SQL_DESTINATION_INSERT,
            ARGS(I64(checked->id), TXT(checked->name), TXT(input->connector), TXT(json_dump(op->arena, input->topics)),
                 OPT_TXT(json_or_null(op->arena, input->severities)), TXT(json_dump(op->arena, input->config)),
                 OPT_TXT(checked->sealed), I64(input->enabled), I64(op->now_ms)),
            &row, &found, err)) {
        return false;
    }
    if (!found) return ERROR(err, ERR_CONFLICT, "destination.name_taken", "%s", checked->name);
    return note(tx, "destination.created", checked->id, err);
}

bool destination_create(struct op *op, const struct destination_input *input, int64_t *id, struct error *err) {
    struct checked checked = { .input = input, .sealed = seal_text(op->arena, input->secret) };
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, create, &checked, err)) return false;
    if (id != NULL) *id = checked.id;
    return true;
}

static bool update(struct tx *tx, void *arg, struct error *err) {
    struct checked *checked = arg;
    const struct destination_input *input = checked->input;
    struct op *op = tx_op(tx);
    struct destination before;
    struct rows row;
    bool taken;
    int64_t changed = 0;
    if (!destination_get(tx, checked->id, &before, err)) return false;
    checked->has_secret = before.has_secret;
    if (!check(op, checked, err)) return false;
    if (!tx_query_one(tx, &SQL_DESTINATION_NAME_TAKEN, ARGS(TXT(checked->name), I64(checked->id)), &row, &taken, err)) {
        return false;
    }
    if (taken) return ERROR(err, ERR_CONFLICT, "destination.name_taken", "%s", checked->name);
    if (!tx_exec(tx, &SQL_DESTINATION_UPDATE,
                 ARGS(I64(checked->id), TXT(checked->name), TXT(input->connector),
                      TXT(json_dump(op->arena, input->topics)), OPT_TXT(json_or_null(op->arena, input->severities)),
                      TXT(json_dump(op->arena, input->config)), OPT_TXT(checked->sealed), I64(input->enabled),
                      I64(op->now_ms), I64(input->version)),
                 &changed, err)) {
        return false;
    }
    if (changed == 0) return ERROR(err, ERR_STALE, "destination.stale", "version %lld", (long long)input->version);
    return note(tx, "destination.updated", checked->id, err);
}

bool destination_update(struct op *op, int64_t id, const struct destination_input *input, struct error *err) {
    struct checked checked = { .input = input, .id = id, .sealed = seal_text(op->arena, input->secret) };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, update, &checked, err);
}

struct enabling {
    int64_t id;
    bool enabled;
};

static bool enable(struct tx *tx, void *arg, struct error *err) {
    const struct enabling *enabling = arg;
    int64_t changed = 0;
    if (!tx_exec(tx, &SQL_DESTINATION_ENABLE, ARGS(I64(enabling->id), I64(enabling->enabled), I64(tx_op(tx)->now_ms)),
                 &changed, err)) {
        return false;
    }
    if (changed == 0) return ERROR(err, ERR_NOT_FOUND, "destination.unknown", "%lld", (long long)enabling->id);
    return note(tx, enabling->enabled ? "destination.enabled" : "destination.disabled", enabling->id, err);
}

bool destination_enable(struct op *op, int64_t id, bool enabled, struct error *err) {
    struct enabling enabling = { id, enabled };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, enable, &enabling, err);
}

bool destination_put(struct tx *tx, const struct destination_input *input, struct error *err) {
    struct destination_input wanted = *input;
    struct checked checked = { .input = &wanted, .sealed = seal_text(tx_op(tx)->arena, input->secret) };
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_DESTINATION_BY_NAME, ARGS(TXT(input->name)), &row, &found, err)) return false;
    if (!found) return !input->enabled || create(tx, &checked, err);
    checked.id = rows_i64(&row, 0);
    wanted.version = rows_i64(&row, 1);
    return input->enabled ? update(tx, &checked, err) : enable(tx, &(struct enabling){ checked.id, false }, err);
}

const char *destination_settings(const struct destination *destination) {
    static const struct {
        const char *name, *connector, *settings;
    } KEPT[] = { { "slack", "slack", "slack" },
                 { "jira", "jira", "jira" },
                 { MAIL_DESTINATION, "mail", "smtp" },
                 { "sms", "gateway", "sms" } };
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        if (str_eq(KEPT[i].name, destination->name) && str_eq(KEPT[i].connector, destination->connector)) {
            return KEPT[i].settings;
        }
    }
    return NULL;
}

struct deleting {
    int64_t id, version, discarded;
};

static bool delete (struct tx *tx, void *arg, struct error *err) {
    struct deleting *deleting = arg;
    struct op *op = tx_op(tx);
    struct destination destination = { 0 };
    struct rows row;
    bool found;
    int64_t gone = 0;
    if (!destination_get(tx, deleting->id, &destination, err)) return false;
    if (destination_settings(&destination) != NULL) {
        return ERROR(err, ERR_CONFLICT, "destination.kept", "%s", destination.name);
    }
    if (!tx_query_one(tx, &SQL_DESTINATION_WAITING, ARGS(I64(deleting->id)), &row, &found, err)) return false;
    deleting->discarded = found ? rows_i64(&row, 0) : 0;
    if (!tx_exec(tx, &SQL_DESTINATION_EMPTY, ARGS(I64(deleting->id)), NULL, err) ||
        !tx_exec(tx, &SQL_DESTINATION_DELETE, ARGS(I64(deleting->id), I64(deleting->version)), &gone, err)) {
        return false;
    }
    if (gone == 0) return ERROR(err, ERR_STALE, "destination.stale", "version %lld", (long long)deleting->version);
    json_t *detail = json_obj(op->arena);
    json_put_text(detail, "name", destination.name);
    json_put_i64(detail, "discarded", deleting->discarded);
    return slack_places_forget(tx, deleting->id, err) && breaker_forget(tx, deleting->id, err) &&
           audit_add(tx, "destination.deleted", subject_of(op, deleting->id), detail, err);
}

bool destination_delete(struct op *op, int64_t id, int64_t version, int64_t *discarded, struct error *err) {
    struct deleting deleting = { .id = id, .version = version };
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, delete, &deleting, err)) return false;
    if (discarded != NULL) *discarded = deleting.discarded;
    return true;
}

struct testing {
    int64_t id, row_id;
};

static bool send_test(struct tx *tx, void *arg, struct error *err) {
    struct testing *testing = arg;
    struct op *op = tx_op(tx);
    struct destination destination;
    if (!destination_get(tx, testing->id, &destination, err)) return false;
    json_t *payload = json_obj(op->arena);
    json_put_text(payload, "text",
                  arena_printf(op->arena, "봉수 시험 메시지 / Bongsu test message → %s", destination.name));
    const char *to = json_string_value(json_array_get(json_object_get(destination.config, "to"), 0));
    if (to != NULL) json_put_text(payload, "to", to);
    /* an order key of its own: a test must not wait behind what is stuck */
    const struct outbox_message message = { .topic = "test",
                                            .order_key = arena_printf(op->arena, "test/%lld", (long long)op->now_ms),
                                            .payload = payload };
    return outbox_send(tx, testing->id, &message, op->now_ms, &testing->row_id, err) &&
           audit_add(tx, "destination.tested", subject_of(op, testing->id), NULL, err);
}

bool destination_test(struct op *op, int64_t id, int64_t *row_id, struct error *err) {
    struct testing testing = { .id = id };
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, send_test, &testing, err)) return false;
    if (row_id != NULL) *row_id = testing.row_id;
    return true;
}
