/* Services: rules. See service.h. */
#include "service/service.h"

#include "service/service_sql.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"

enum { TIER_MOST = 1, TIER_LEAST = 4, TIER_USUAL = 3, SLO_WHOLE = 100000 };

static bool all_digits(const char *text) {
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* "99.95" as 99950, or -1; more digits than three would be false precision. */
static int64_t parse_slo(struct arena *arena, const char *text) {
    enum { WHOLE_DIGITS = 3, PART_DIGITS = 3 };
    const char *dot = strchr(text, '.');
    const char *part = dot == NULL ? "0" : dot + 1;
    const char *whole = dot == NULL ? text : arena_strn(arena, text, (size_t)(dot - text));
    int64_t milli;
    if (!all_digits(whole) || !all_digits(part)) return -1;
    if (strlen(whole) > WHOLE_DIGITS || strlen(part) > PART_DIGITS) return -1;
    bool read =
        str_to_i64(arena_printf(arena, "%s%s%.*s", whole, part, (int)(PART_DIGITS - strlen(part)), "000"), &milli);
    return read ? milli : -1;
}

static int64_t read_slo(struct op *op, const char *value, int64_t fallback) {
    if (value == NULL) return fallback;
    if (*value == '\0') return 0;
    int64_t milli = parse_slo(op->arena, value);
    if (milli > 0 && milli <= SLO_WHOLE) return milli;
    op_field_error(op, "slo", milli < 0 ? "not_number" : "out_of_range", "0.001–100");
    return fallback;
}

/* What was typed, over what is there. The team is looked up in the transaction. */
static void merge(struct op *op, const struct service_input *input, struct service *service) {
    unsigned rule = input->name == NULL && service->name != NULL ? FIELD_OPTIONAL : FIELD_REQUIRED;
    const char *name = field_text(op, "name", input->name, SERVICE_NAME_MAX, rule);
    const char *text = field_text(op, "description", input->description, SERVICE_TEXT_MAX, FIELD_MULTILINE);
    if (name != NULL) service->name = name;
    if (text != NULL) service->description = text;
    service->tier = field_i64(op, "tier", input->tier, TIER_MOST, TIER_LEAST, service->tier);
    service->public = field_flag(op, "public", input->public, service->public);
    service->slo_milli = read_slo(op, input->slo, service->slo_milli);
    bool retired = field_flag(op, "retired", input->retired, service->retired_ms != 0);
    if (!retired) service->retired_ms = 0;
    else if (service->retired_ms == 0) service->retired_ms = op->now_ms;
}

struct change {
    int64_t id, version;
    bool adding;
    struct service_input input;
    const char *team; /* cleaned; NULL: as it is, "": none */
    struct service service;
};

static bool find_team(struct tx *tx, const char *text, struct service *service, struct error *err) {
    struct team team;
    int64_t id;
    bool found = false;
    if (*text == '\0') {
        service->team_id = 0;
        service->team_name = "";
        return true;
    }
    if (!team_find_key(tx, text, &team, &found, err)) return false;
    if (!found && id_parse(text, &id) && !team_find(tx, id, &team, &found, err)) return false;
    if (!found) return ERROR(err, ERR_CONFLICT, "service.team_unknown", "%s", text);
    service->team_id = team.id;
    service->team_name = team.name;
    return true;
}

static bool audit_service(struct tx *tx, const char *action, const struct service *service, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *subject = arena_printf(arena, "service/%s", service->key);
    tx_on_commit(tx, "services");
    return audit_add(tx, action, subject, service_json(arena, service), err);
}

static bool load_for_change(struct tx *tx, struct change *change, struct error *err) {
    bool found;
    if (!service_find(tx, change->id, &change->service, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "service.not_found", "%lld", (long long)change->id);
    if (change->version == 0 || change->version == change->service.version) return true;
    return ERROR(err, ERR_STALE, "service.stale", "at %lld", (long long)change->service.version);
}

static bool add_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    bool inserted;
    if (change->team != NULL && !find_team(tx, change->team, &change->service, err)) return false;
    if (!service_sql_insert(tx, &change->service, &inserted, err)) return false;
    if (!inserted) return ERROR(err, ERR_CONFLICT, "service.key_taken", "%s", change->service.key);
    return audit_service(tx, "service.added", &change->service, err);
}

/* The input was checked before; it is laid over the row as it is now. */
static bool update_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct change *change = arg;
    bool changed;
    if (!load_for_change(tx, change, err)) return false;
    merge(tx_op(tx), &change->input, &change->service);
    if (change->team != NULL && !find_team(tx, change->team, &change->service, err)) return false;
    if (!service_sql_update(tx, &change->service, &changed, err)) return false;
    if (!changed) return ERROR(err, ERR_STALE, "service.stale", "%s", change->service.key);
    return audit_service(tx, "service.changed", &change->service, err);
}

/* Collisions that only the database can see become field errors all the same. */
static bool write_change(struct op *op, tx_fn fn, struct change *change, struct error *err) {
    if (store_write(op, fn, change, err)) return true;
    if (str_eq(err->code, "service.key_taken")) op_field_error(op, "key", "duplicate", NULL);
    else if (str_eq(err->code, "service.team_unknown")) op_field_error(op, "team", "unknown", NULL);
    else return false;
    return OP_INVALID(op, err);
}

bool service_add(struct op *op, const struct service_input *input, struct service *out, struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    struct change change = {
        .team = field_text(op, "team", input->team, TEAM_KEY_MAX, FIELD_OPTIONAL),
        .service = {
            .id = id_new(op->now_ms),
            .key = field_key(op, "key", input->key, SERVICE_KEY_MAX, FIELD_REQUIRED),
            .description = "",
            .team_name = "",
            .tier = TIER_USUAL,
            .version = 1,
        },
    };
    merge(op, input, &change.service);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!write_change(op, add_in_tx, &change, err)) return false;
    *out = change.service;
    return true;
}

bool service_update(struct op *op, int64_t id, int64_t version, const struct service_input *input, struct error *err) {
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    struct service scratch = { .name = "", .tier = TIER_USUAL };
    struct change change = { .id = id, .version = version, .input = *input };
    change.team = field_text(op, "team", input->team, TEAM_KEY_MAX, FIELD_OPTIONAL);
    merge(op, input, &scratch);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return write_change(op, update_in_tx, &change, err);
}

/* --- reading --- */

static bool load_in_tx(struct tx *tx, void *arg, struct error *err) {
    return load_for_change(tx, arg, err);
}

bool service_load(struct op *op, int64_t id, struct service *out, struct error *err) {
    struct change change = { .id = id };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, load_in_tx, &change, err)) return false;
    *out = change.service;
    return true;
}

struct naming {
    const char *text;
    struct service service;
};

static bool named_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct naming *naming = arg;
    bool found;
    if (!service_find_named(tx, naming->text, &naming->service, &found, err)) return false;
    return found || ERROR(err, ERR_NOT_FOUND, "service.not_found", "%s", naming->text);
}

bool service_load_named(struct op *op, const char *text, struct service *out, struct error *err) {
    struct naming naming = { .text = text };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, named_in_tx, &naming, err)) return false;
    *out = naming.service;
    return true;
}

struct page {
    struct service_query query;
    struct service_list list;
};

static bool page_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct page *page = arg;
    return service_sql_page(tx, &page->query, &page->list, err);
}

bool service_list(struct op *op, const struct service_query *query, struct service_list *out, struct error *err) {
    REQUIRE(query->limit >= 1 && query->limit <= USER_PAGE_MAX);
    struct page page = { .query = *query };
    if (!permission_check(op, PERM_READ, err)) return false;
    page.query.text = field_text(op, "q", query->text, SERVICE_NAME_MAX, FIELD_OPTIONAL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (!store_read(op, page_in_tx, &page, err)) return false;
    *out = page.list;
    return true;
}

/* --- dependencies --- */

struct linking {
    struct change change;
    const int64_t *needs;
    size_t count;
    struct service_links links;
};

static bool link_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct linking *linking = arg;
    struct service other;
    bool found;
    if (!load_for_change(tx, &linking->change, err)) return false;
    if (!service_sql_dependencies_clear(tx, linking->change.id, err)) return false;
    for (size_t i = 0; i < linking->count; i++) {
        if (!service_find(tx, linking->needs[i], &other, &found, err)) return false;
        if (!found) return ERROR(err, ERR_CONFLICT, "service.needs_unknown", "%lld", (long long)linking->needs[i]);
        if (!service_sql_dependency_add(tx, linking->change.id, other.id, err)) return false;
    }
    return audit_service(tx, "service.dependencies", &linking->change.service, err);
}

bool service_set_dependencies(struct op *op, int64_t service_id, const int64_t *needs, size_t count,
                              struct error *err) {
    enum { NEEDS_MAX = 200 };
    struct linking linking = { .change = { .id = service_id }, .needs = needs, .count = count };
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    for (size_t i = 0; i < count && count <= NEEDS_MAX; i++) {
        if (needs[i] == service_id) op_field_error(op, "depends_on", "itself", NULL);
    }
    if (count > NEEDS_MAX) op_field_error(op, "depends_on", "too_many", arena_printf(op->arena, "%d", NEEDS_MAX));
    if (op->fields.count > 0) return OP_INVALID(op, err);
    if (store_write(op, link_in_tx, &linking, err)) return true;
    if (!str_eq(err->code, "service.needs_unknown")) return false;
    op_field_error(op, "depends_on", "unknown", NULL);
    return OP_INVALID(op, err);
}

static bool links_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct linking *linking = arg;
    return load_for_change(tx, &linking->change, err) &&
           service_sql_links(tx, linking->change.id, &linking->links, err);
}

bool service_links(struct op *op, int64_t service_id, struct service_links *out, struct error *err) {
    struct linking linking = { .change = { .id = service_id } };
    if (!permission_check(op, PERM_READ, err) || !store_read(op, links_in_tx, &linking, err)) return false;
    *out = linking.links;
    return true;
}

json_t *service_json(struct arena *arena, const struct service *service) {
    json_t *json = json_obj(arena);
    int64_t milli = service->slo_milli;
    json_put_id(json, "id", service->id);
    json_put_text(json, "key", service->key);
    json_put_text(json, "name", service->name);
    json_put_text(json, "description", service->description);
    json_put_id(json, "team_id", service->team_id);
    json_put_text(json, "team", *service->team_name == '\0' ? NULL : service->team_name);
    json_put_i64(json, "tier", service->tier);
    json_put_bool(json, "public", service->public);
    json_put_text(json, "slo", milli == 0 ? NULL : service_slo_text(arena, milli));
    json_put_bool(json, "retired", service->retired_ms != 0);
    json_put_i64(json, "version", service->version);
    return json;
}

char *service_slo_text(struct arena *arena, int64_t milli) {
    char *text = arena_printf(arena, "%lld.%03lld", (long long)(milli / 1000), (long long)(milli % 1000));
    size_t len = strlen(text);
    while (text[len - 1] == '0') text[--len] = '\0';
    if (text[len - 1] == '.') text[len - 1] = '\0';
    return text;
}
