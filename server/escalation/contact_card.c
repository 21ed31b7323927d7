/* A contact card as it is typed, stored and answered. */
#include "escalation/contact_rows.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/spec.h"
#include "text/when.h"

#include <string.h>

static const char *const KINDS[] = { "slack", "sms", "phone", "email", NULL }; /* as enum personal_kind */

/* --- reading --- */

static void check_address(const struct spec *in, struct contact_method *method) {
    const char *text = method->own;
    bool fine = true;
    if (*text == '\0') return;
    if (method->kind == PERSONAL_EMAIL) {
        const char *at = strchr(text, '@');
        fine = at != NULL && at != text && at[1] != '\0' && strpbrk(text, " <>,;\"") == NULL;
    } else if (method->kind != PERSONAL_SLACK) {
        fine = strspn(text, "0123456789+-() ") == strlen(text) && strpbrk(text, "0123456789") != NULL;
    }
    if (!fine) spec_fault(in, "address", "malformed", NULL);
}

static void read_method(const struct spec *in, struct contact_method *out) {
    struct op *op = in->op;
    const char *path = arena_printf(op->arena, "%s.address", in->path);
    *out = (struct contact_method){ .kind = (enum personal_kind)spec_word(in, "kind", KINDS, -1), .address = "" };
    out->own = field_text(op, path, spec_text(in, "address", false), CONTACT_ADDRESS_MAX, FIELD_OPTIONAL);
    if (out->own == NULL) out->own = "";
    out->after_min = spec_i64(in, "after_min", 0, CONTACT_AFTER_MAX, 0);
    check_address(in, out);
}

static void read_severities(const struct spec *in, struct contact_quiet *out) {
    struct spec list = spec_list(in, "severities", true);
    size_t count = spec_count(&list, CONTACT_SEVERITIES_MAX);
    if (list.value != NULL && count == 0) spec_fault(in, "severities", "required", NULL);
    for (size_t i = 0; i < count; i++) {
        const char *code = json_string_value(json_array_get(list.value, i));
        if (str_blank(code) || strlen(code) > 8) spec_fault(in, "severities", "malformed", NULL);
        else out->severities[out->severity_count++] = code;
    }
}

static void read_quiet(const struct spec *in, struct contact_quiet *out) {
    *out = (struct contact_quiet){ 0 };
    struct spec list = spec_list(in, "kinds", true);
    size_t count = spec_count(&list, PERSONAL_KIND_COUNT);
    if (list.value != NULL && count == 0) spec_fault(in, "kinds", "required", NULL);
    for (size_t i = 0; i < count; i++) {
        enum personal_kind kind;
        if (personal_kind_parse(json_string_value(json_array_get(list.value, i)), &kind)) out->kinds |= 1U << kind;
        else spec_fault(in, "kinds", "one_of", "slack, sms, phone, email");
    }
    read_severities(in, out);
    out->from = spec_clock(in, "from", false);
    out->to = spec_clock(in, "to", true);
}

static bool twice(const struct contact_card *card, const struct contact_method *method) {
    for (size_t i = 0; i < card->method_count; i++) {
        if (card->methods[i].kind == method->kind && str_eq(card->methods[i].own, method->own)) return true;
    }
    return false;
}

void contact_read(struct op *op, const json_t *body, struct contact_card *out) {
    struct spec top = spec_top(op, body);
    struct spec methods = spec_list(&top, "methods", true), quiet = spec_list(&top, "quiet", false);
    size_t count = spec_count(&methods, CONTACT_METHODS_MAX);
    out->method_count = out->quiet_count = 0;
    if (methods.value != NULL && count == 0) op_field_error(op, "methods", "required", NULL);
    for (size_t i = 0; i < count && i < CONTACT_METHODS_MAX; i++) {
        struct contact_method method;
        struct spec in = spec_at(&methods, i);
        read_method(&in, &method);
        if (twice(out, &method)) spec_fault(&in, "address", "duplicate", NULL);
        out->methods[out->method_count++] = method;
    }
    count = spec_count(&quiet, CONTACT_QUIET_MAX);
    for (size_t i = 0; i < count && i < CONTACT_QUIET_MAX; i++) {
        struct spec in = spec_at(&quiet, i);
        read_quiet(&in, &out->quiet[out->quiet_count++]);
    }
}

/* --- what is reached --- */

void contact_standard(struct contact_card *card) {
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++)
        card->methods[i] = (struct contact_method){ .kind = (enum personal_kind)i, .own = "", .address = "" };
    card->method_count = PERSONAL_KIND_COUNT;
}

void contact_resolve(const struct user *user, struct contact_card *card) {
    for (size_t i = 0; i < card->method_count; i++) {
        struct contact_method *method = &card->methods[i];
        const char *account = method->kind == PERSONAL_SLACK   ? user->slack_id
                              : method->kind == PERSONAL_EMAIL ? user->email
                                                               : user->phone;
        method->address = *method->own != '\0' ? method->own : account;
    }
}

/* --- writing --- */

static json_t *methods_json(const struct contact_card *card, bool resolved) {
    json_t *list = json_array();
    for (size_t i = 0; i < card->method_count; i++) {
        const struct contact_method *method = &card->methods[i];
        json_t *object = json_object();
        json_put_text(object, "kind", personal_kind_name(method->kind));
        if (*method->own != '\0' || resolved)
            json_put_text(object, "address", *method->own == '\0' ? NULL : method->own);
        if (resolved) json_put_text(object, "reached_at", *method->address == '\0' ? NULL : method->address);
        json_put_i64(object, "after_min", method->after_min);
        json_push(list, object);
    }
    return list;
}

static json_t *quiet_json(struct arena *arena, const struct contact_card *card) {
    json_t *list = json_array();
    for (size_t i = 0; i < card->quiet_count; i++) {
        const struct contact_quiet *quiet = &card->quiet[i];
        json_t *object = json_object(), *severities = json_array(), *kinds = json_array();
        for (size_t j = 0; j < quiet->severity_count; j++) json_push(severities, json_string(quiet->severities[j]));
        for (size_t j = 0; j < PERSONAL_KIND_COUNT; j++) {
            if ((quiet->kinds >> j & 1) != 0) json_push(kinds, json_string(personal_kind_name((enum personal_kind)j)));
        }
        json_put(object, "severities", severities);
        json_put(object, "kinds", kinds);
        json_put_text(object, "from", arena_printf(arena, "%02d:%02d", quiet->from / 60, quiet->from % 60));
        json_put_text(object, "to", arena_printf(arena, "%02d:%02d", quiet->to / 60, quiet->to % 60));
        json_push(list, object);
    }
    return list;
}

json_t *contact_document(struct arena *arena, const struct contact_card *card) {
    json_t *object = json_obj(arena);
    json_put(object, "methods", methods_json(card, false));
    json_put(object, "quiet", quiet_json(arena, card));
    return object;
}

json_t *contact_json(struct arena *arena, const struct contact_card *card) {
    json_t *object = json_obj(arena);
    json_put_id(object, "user", card->user_id);
    json_put(object, "methods", methods_json(card, true));
    json_put(object, "quiet", quiet_json(arena, card));
    json_put_id(object, "backup", card->backup_id);
    json_put_text(object, "confirmed_at", card->confirmed_ms == 0 ? NULL : when_rfc3339(arena, card->confirmed_ms));
    json_put_text(object, "asked_at", card->asked_ms == 0 ? NULL : when_rfc3339(arena, card->asked_ms));
    json_put_i64(object, "version", card->version);
    return object;
}
