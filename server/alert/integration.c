/* Integrations: the rules of making, changing and removing them. */
#include "alert/alert_internal.h"
#include "alert/options.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/policy.h"
#include "text/when.h"

#include <sodium.h>

enum { NAME_LEN = 80, SECRET_LEN = 200, KEY_HEX = 32, BEAT_MIN_S = 60, BEAT_MAX_S = 31 * 86400 };
enum { GROUP_MINUTES = 30, GROUP_MINUTES_MAX = 24 * 60 };

static const char *const KINDS[] = { "alertmanager", "grafana", "pagerduty", "generic", "heartbeat", NULL };

/* 32 hex characters: also the length PagerDuty clients check a routing_key for. */
static const char *new_key(struct arena *arena) {
    unsigned char raw[KEY_HEX / 2];
    char hex[KEY_HEX + 1];
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    return arena_str(arena, hex);
}

static const char *new_secret(struct arena *arena) {
    char token[SECRET_TOKEN_SIZE];
    secret_token(token);
    return arena_str(arena, token);
}

static void apply_service(struct tx *tx, const char *wanted, struct integration *integration) {
    struct op *op = tx_op(tx);
    struct error err;
    if (wanted == NULL) return;
    integration->service_id = 0;
    integration->service_key = NULL;
    if (str_blank(wanted)) return;
    if (!service_id_of_key(tx, wanted, &integration->service_id, &err) || integration->service_id == 0) {
        op_field_error(op, "service", "unknown", NULL);
    } else {
        integration->service_key = wanted;
    }
}

static void apply_severity(struct tx *tx, const char *wanted, struct integration *integration) {
    struct op *op = tx_op(tx);
    const struct policy *policy;
    struct error err;
    if (wanted == NULL) return;
    integration->severity = str_blank(wanted) ? NULL : wanted;
    if (integration->severity == NULL || !policy_current(tx, &policy, &err)) return;
    if (policy_severity(policy, wanted) == NULL) {
        op_field_error(op, "severity", "one_of", policy_codes(op->arena, policy));
    }
}

/* What a rule sets must be there; an alert would only fall back to something else, silently. */
static void check_targets(struct tx *tx, const json_t *rules) {
    struct op *op = tx_op(tx);
    const struct policy *policy;
    struct error err;
    if (!policy_current(tx, &policy, &err)) return;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);
        const char *severity = json_text(rule, "severity");
        const char *service = json_text(rule, "service");
        int64_t id = 0;
        if (!str_blank(severity) && policy_severity(policy, severity) == NULL) {
            op_field_error(op, arena_printf(op->arena, "rules[%zu].severity", i), "one_of",
                           policy_codes(op->arena, policy));
        }
        if (!str_blank(service) && (!service_id_of_key(tx, service, &id, &err) || id == 0)) {
            op_field_error(op, arena_printf(op->arena, "rules[%zu].service", i), "unknown", NULL);
        }
    }
}

static void apply(struct tx *tx, const struct integration_input *input, struct integration *g) {
    struct op *op = tx_op(tx);
    if (input->name != NULL) g->name = field_text(op, "name", input->name, NAME_LEN, FIELD_REQUIRED);
    if (input->secret != NULL) {
        const char *secret = field_text(op, "secret", input->secret, SECRET_LEN, FIELD_OPTIONAL);
        g->secret = str_blank(secret) ? NULL : secret;
    }
    apply_service(tx, input->service, g);
    apply_severity(tx, input->severity, g);
    if (input->rules != NULL && !json_is_null(input->rules)) {
        rules_check(op, input->rules);
        check_targets(tx, input->rules);
        g->rules = json_dump(op->arena, input->rules);
    }
    if (input->options != NULL && !json_is_null(input->options)) {
        options_check(op, input->options);
        g->options = json_dump(op->arena, input->options);
    }
    g->group_minutes = field_i64(op, "group_minutes", input->group_minutes, 0, GROUP_MINUTES_MAX, g->group_minutes);
    g->beat_seconds = field_i64(op, "beat_seconds", input->beat_seconds, BEAT_MIN_S, BEAT_MAX_S, g->beat_seconds);
    g->grace_seconds = field_i64(op, "grace_seconds", input->grace_seconds, 0, BEAT_MAX_S, g->grace_seconds);
    if (g->kind == INTEGRATION_HEARTBEAT && g->beat_seconds == 0) {
        op_field_error(op, "beat_seconds", "required", NULL);
    }
    g->enabled = field_flag(op, "enabled", input->enabled, g->enabled);
}

struct changing {
    int64_t id, expected_version;
    const struct integration_input *input;
    const char *key, *secret; /* made before the transaction, which may run twice */
    struct integration integration;
};

static bool note(struct tx *tx, const char *action, const struct integration *g, struct error *err) {
    struct op *op = tx_op(tx);
    char id[ID_TEXT_SIZE];
    tx_on_commit(tx, "integrations");
    return audit_add(tx, action, arena_printf(op->arena, "integration/%s", id_text(g->id, id)), integration_json(op, g),
                     err);
}

static bool add_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    struct op *op = tx_op(tx);
    op->fields = (struct field_errors){ 0 };
    int kind = field_one_of(op, "kind", changing->input->kind, KINDS, FIELD_REQUIRED);
    struct integration g = { .id = id_new(op->now_ms),
                             .kind = kind < 0 ? INTEGRATION_GENERIC : (enum integration_kind)kind,
                             .key = changing->key,
                             .rules = "[]",
                             .options = "{}",
                             .group_minutes = GROUP_MINUTES,
                             .enabled = true,
                             .version = 1,
                             .created_at = op->now_ms };
    if (changing->input->name == NULL) op_field_error(op, "name", "required", NULL);
    apply(tx, changing->input, &g);
    if (changing->secret != NULL) g.secret = changing->secret;
    if (op->fields.count > 0) return OP_INVALID(op, err);
    changing->integration = g;
    return integration_row_insert(tx, &g, err) && note(tx, "integration.added", &g, err);
}

bool integration_add(struct op *op, const struct integration_input *input, struct integration *out, struct error *err) {
    struct changing changing = { .input = input, .key = new_key(op->arena) };
    if (input->make_secret) changing.secret = new_secret(op->arena);
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, add_tx, &changing, err)) return false;
    *out = changing.integration;
    return true;
}

static bool find_row(struct tx *tx, int64_t id, struct integration *out, struct error *err) {
    bool found;
    if (!integration_row_find(tx, id, out, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "integration.unknown", "%lld", (long long)id);
}

static bool find_fresh(struct tx *tx, const struct changing *changing, struct integration *out, struct error *err) {
    if (!find_row(tx, changing->id, out, err)) return false;
    return changing->expected_version == 0 || changing->expected_version == out->version ||
           ERROR(err, ERR_STALE, "integration.stale", "version %lld", (long long)out->version);
}

static bool save(struct tx *tx, struct changing *changing, struct integration *g, const char *action,
                 struct error *err) {
    int64_t changed;
    if (!integration_row_update(tx, g, &changed, err)) return false;
    g->version++;
    changing->integration = *g;
    return note(tx, action, g, err);
}

static bool update_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    struct op *op = tx_op(tx);
    struct integration g;
    op->fields = (struct field_errors){ 0 };
    if (!find_fresh(tx, changing, &g, err)) return false;
    apply(tx, changing->input, &g);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return save(tx, changing, &g, "integration.changed", err) && heartbeat_follow(tx, &g, err);
}

bool integration_update(struct op *op, int64_t id, int64_t expected_version, const struct integration_input *input,
                        struct integration *out, struct error *err) {
    struct changing changing = { .id = id, .expected_version = expected_version, .input = input };
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, update_tx, &changing, err)) return false;
    *out = changing.integration;
    return true;
}

static bool rotate_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    struct integration g;
    if (!find_fresh(tx, changing, &g, err)) return false;
    if (g.kind == INTEGRATION_HEARTBEAT || g.kind == INTEGRATION_PAGERDUTY) {
        return ERROR(err, ERR_CONFLICT, "integration.no_secret", "kind %s", integration_kind_name(g.kind));
    }
    g.secret = changing->secret;
    return save(tx, changing, &g, "integration.secret_rotated", err);
}

bool integration_rotate(struct op *op, int64_t id, int64_t expected_version, struct integration *out,
                        struct error *err) {
    struct changing changing = { .id = id, .expected_version = expected_version, .secret = new_secret(op->arena) };
    if (!permission_check(op, PERM_ADMIN, err) || !store_write(op, rotate_tx, &changing, err)) return false;
    *out = changing.integration;
    return true;
}

static bool remove_tx(struct tx *tx, void *arg, struct error *err) {
    struct changing *changing = arg;
    struct integration g;
    int64_t changed;
    return find_row(tx, changing->id, &g, err) && integration_row_remove(tx, g.id, tx_op(tx)->now_ms, &changed, err) &&
           due_cancel_all(tx, HEARTBEAT_DUE, g.id, err) && note(tx, "integration.removed", &g, err);
}

bool integration_remove(struct op *op, int64_t id, struct error *err) {
    struct changing changing = { .id = id };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, remove_tx, &changing, err);
}

/* --- reading --- */

struct reading {
    int64_t id;
    const char *key;
    struct integration integration;
    struct integration_list list;
    bool found;
};

static bool find_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return find_row(tx, reading->id, &reading->integration, err);
}

bool integration_find(struct op *op, int64_t id, struct integration *out, struct error *err) {
    struct reading reading = { .id = id };
    if (!permission_check(op, PERM_ADMIN, err) || !store_read(op, find_tx, &reading, err)) return false;
    *out = reading.integration;
    return true;
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return integration_rows_list(tx, &reading->list, err);
}

bool integration_list(struct op *op, struct integration_list *out, struct error *err) {
    struct reading reading = { 0 };
    if (!permission_check(op, PERM_ADMIN, err) || !store_read(op, list_tx, &reading, err)) return false;
    *out = reading.list;
    return true;
}

static bool by_key_tx(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return integration_row_by_key(tx, reading->key, &reading->integration, &reading->found, err);
}

bool integration_by_key(struct op *op, enum integration_kind kind, const char *key, struct integration *out,
                        bool *found, struct error *err) {
    struct reading reading = { .key = key };
    if (!store_read(op, by_key_tx, &reading, err)) return false;
    *found = reading.found && reading.integration.kind == kind && reading.integration.enabled;
    if (*found) *out = reading.integration;
    return true;
}

const char *integration_path(struct arena *arena, const struct integration *g) {
    static const char *const FOLDERS[INTEGRATION_KIND_COUNT] = { "/hooks/alertmanager/", "/hooks/grafana/", NULL,
                                                                 "/hooks/generic/", "/ping/" };
    if (g->kind == INTEGRATION_PAGERDUTY) return "/v2/enqueue"; /* the key is the routing_key of the message */
    return arena_printf(arena, "%s%s", FOLDERS[g->kind], g->key);
}

static void put_heartbeat(struct op *op, json_t *json, const struct integration *g) {
    json_put_i64(json, "beat_seconds", g->beat_seconds);
    json_put_i64(json, "grace_seconds", g->grace_seconds);
    json_put_text(json, "beat_at", g->beat_at == 0 ? NULL : when_rfc3339(op->arena, g->beat_at));
    json_put_text(json, "state", heartbeat_state_name(heartbeat_state_at(g, op->now_ms)));
}

json_t *integration_json(struct op *op, const struct integration *g) {
    json_t *json = json_obj(op->arena);
    json_t *rules, *options;
    struct error err;
    json_put_id(json, "id", g->id);
    json_put_text(json, "kind", integration_kind_name(g->kind));
    json_put_text(json, "name", g->name);
    json_put_text(json, "service", g->service_key);
    json_put_text(json, "severity", g->severity);
    json_t *secret = json_object();
    json_put_bool(secret, "set", g->secret != NULL);
    json_put(json, "secret", secret);
    if (json_parse(op->arena, g->rules, strlen(g->rules), &rules, &err)) json_put(json, "rules", json_incref(rules));
    if (json_parse(op->arena, g->options, strlen(g->options), &options, &err)) {
        json_put(json, "options", json_incref(options));
    }
    json_put_i64(json, "group_minutes", g->group_minutes);
    if (g->kind == INTEGRATION_HEARTBEAT) put_heartbeat(op, json, g);
    json_put_bool(json, "enabled", g->enabled);
    json_put_i64(json, "received", g->received);
    json_put_i64(json, "refused", g->refused);
    json_put_i64(json, "version", g->version);
    return json;
}
