/* Services, their components and what they need. */
#include "support/fixture.h"

#include "base/id.h"
#include "base/str.h"
#include "service/service.h"

#define assert_error(f, kind_, code_)              \
    do {                                           \
        assert_int_equal((f)->err.kind, kind_);    \
        assert_string_equal((f)->err.code, code_); \
    } while (0)

static bool has_field(const struct op *op, const char *field, const char *code) {
    for (const struct field_error *e = op->fields.first; e != NULL; e = e->next) {
        if (str_eq(e->field, field) && str_eq(e->code, code)) return true;
    }
    return false;
}

static struct service add_service(struct fixture *f, const char *key) {
    struct service service;
    struct service_input input = { .key = key, .name = key, .public = "true" };
    OK(service_add(fixture_op(f), &input, &service, &f->err));
    return service;
}

static void test_service_lives(void **state) {
    struct fixture *f = *state;
    struct team team;
    struct team_input team_input = { .key = "payments", .name = "결제팀" };
    OK(team_add(fixture_op(f), &team_input, &team, &f->err));
    struct service service, read;
    struct service_input input = { .key = "Payment",
                                   .name = "결제",
                                   .team = "payments",
                                   .tier = "1",
                                   .slo = "99.95",
                                   .public = "on",
                                   .description = "카드와\n간편결제" };
    OK(service_add(fixture_op(f), &input, &service, &f->err));
    OK(service_load(fixture_op(f), service.id, &read, &f->err));
    assert_string_equal(read.key, "payment");
    assert_string_equal(read.team_name, "결제팀");
    assert_true(read.tier == 1 && read.slo_milli == 99950 && read.public);
    assert_string_equal(service_slo_text(f->arena, 99950), "99.95");
    assert_string_equal(service_slo_text(f->arena, 100000), "100");

    input = (struct service_input){ .team = "", .slo = "", .retired = "true" };
    OK(service_update(fixture_op(f), service.id, service.version, &input, &f->err));
    assert_false(service_update(fixture_op(f), service.id, service.version, &input, &f->err));
    assert_error(f, ERR_STALE, "service.stale");
    OK(service_load(fixture_op(f), service.id, &read, &f->err));
    assert_true(read.team_id == 0 && read.slo_milli == 0 && read.retired_ms == FIXTURE_NOW);
    assert_string_equal(read.name, "결제");
    OK(team_remove(fixture_op(f), team.id, team.version, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit_entry WHERE subject = 'service/payment'"), 2);
}

static void test_a_team_in_use_stays(void **state) {
    struct fixture *f = *state;
    struct team team;
    struct team_input team_input = { .key = "payments", .name = "결제팀" };
    OK(team_add(fixture_op(f), &team_input, &team, &f->err));
    struct service service;
    struct service_input input = { .key = "payment",
                                   .name = "결제",
                                   .team = id_text(team.id, (char[ID_TEXT_SIZE]){ 0 }) };
    OK(service_add(fixture_op(f), &input, &service, &f->err));
    assert_false(team_remove(fixture_op(f), team.id, team.version, &f->err));
    assert_error(f, ERR_CONFLICT, "team.in_use");
    assert_int_equal(fixture_count(f, "team"), 1);
}

static void test_bad_input_names_each_field(void **state) {
    struct fixture *f = *state;
    struct service service = add_service(f, "payment");
    struct service_input input = {
        .key = "결제", .name = "", .tier = "5", .public = "yes", .slo = "99.9999", .description = "a\x02"
    };
    struct op *op = fixture_op(f);
    assert_false(service_add(op, &input, &service, &f->err));
    assert_true(has_field(op, "key", "not_key") && has_field(op, "name", "required"));
    assert_true(has_field(op, "tier", "out_of_range") && has_field(op, "public", "one_of"));
    assert_true(has_field(op, "slo", "not_number") && has_field(op, "description", "control_characters"));
    const char *bad_slo[] = { "0", "100.001", "-1", ".5", "99.", "abc", "1e2" };
    for (size_t i = 0; i < sizeof bad_slo / sizeof *bad_slo; i++) {
        input = (struct service_input){ .slo = bad_slo[i] };
        op = fixture_op(f);
        assert_false(service_update(op, service.id, 0, &input, &f->err));
        assert_int_equal(op->fields.count, 1);
    }
    input = (struct service_input){ .key = "payment", .name = "또 결제" };
    op = fixture_op(f);
    assert_false(service_add(op, &input, &service, &f->err));
    assert_true(has_field(op, "key", "duplicate"));
    input = (struct service_input){ .key = "other", .name = "다른 것", .team = "nobody" };
    op = fixture_op(f);
    assert_false(service_add(op, &input, &service, &f->err));
    assert_true(has_field(op, "team", "unknown"));
    assert_int_equal(fixture_count(f, "service"), 1);
}

static void test_list_by_text_and_page(void **state) {
    struct fixture *f = *state;
    struct service_list list;
    struct service_query query = { .limit = 2 };
    add_service(f, "auth");
    add_service(f, "payment");
    add_service(f, "queue");
    OK(service_list(fixture_op(f), &query, &list, &f->err));
    assert_true(list.count == 2 && list.more);
    query.after = list.items[1].key;
    OK(service_list(fixture_op(f), &query, &list, &f->err));
    assert_true(list.count == 1 && !list.more);
    assert_string_equal(list.items[0].key, "queue");
    query = (struct service_query){ .limit = 10, .text = "PAY" };
    OK(service_list(fixture_op(f), &query, &list, &f->err));
    assert_int_equal(list.count, 1);
}

static void test_components(void **state) {
    struct fixture *f = *state;
    struct service service = add_service(f, "payment");
    struct component card, transfer;
    struct component_list list;
    struct component_input input = {
        .name = "카드 결제", .name_en = "Cards", .group = "결제", .position = "2", .public = "true"
    };
    OK(component_add(fixture_op(f), service.id, &input, &card, &f->err));
    input = (struct component_input){ .name = "계좌 이체", .group = "결제", .position = "1" };
    OK(component_add(fixture_op(f), service.id, &input, &transfer, &f->err));
    OK(component_list(fixture_op(f), service.id, &list, &f->err));
    assert_true(list.count == 2 && list.items[0].id == transfer.id);
    input = (struct component_input){ .position = "3" };
    OK(component_update(fixture_op(f), transfer.id, transfer.version, &input, &f->err));
    assert_false(component_update(fixture_op(f), transfer.id, transfer.version, &input, &f->err));
    assert_error(f, ERR_STALE, "component.stale");
    struct op *op = fixture_op(f);
    input = (struct component_input){ .name = " ", .position = "-1", .public = "?" };
    assert_false(component_update(op, transfer.id, 0, &input, &f->err));
    assert_true(has_field(op, "name", "required") && has_field(op, "position", "out_of_range"));
    OK(component_remove(fixture_op(f), transfer.id, 0, &f->err));
    assert_false(component_remove(fixture_op(f), transfer.id, 0, &f->err));
    assert_error(f, ERR_NOT_FOUND, "component.not_found");
    assert_false(component_add(fixture_op(f), 404, &(struct component_input){ .name = "x" }, &card, &f->err));
    assert_error(f, ERR_NOT_FOUND, "service.not_found");
}

static void test_dependencies(void **state) {
    struct fixture *f = *state;
    struct service auth = add_service(f, "auth"), pay = add_service(f, "payment"), queue = add_service(f, "queue");
    struct service_links links;
    const int64_t needs[] = { auth.id, queue.id, auth.id };
    OK(service_set_dependencies(fixture_op(f), pay.id, needs, 3, &f->err));
    OK(service_links(fixture_op(f), pay.id, &links, &f->err));
    assert_true(links.needs_count == 2 && links.needed_by_count == 0);
    OK(service_links(fixture_op(f), auth.id, &links, &f->err));
    assert_true(links.needs_count == 0 && links.needed_by_count == 1 && links.needed_by[0].id == pay.id);
    struct op *op = fixture_op(f);
    assert_false(service_set_dependencies(op, pay.id, &pay.id, 1, &f->err));
    assert_true(has_field(op, "depends_on", "itself"));
    const int64_t unknown[] = { auth.id, 404 };
    op = fixture_op(f);
    assert_false(service_set_dependencies(op, pay.id, unknown, 2, &f->err));
    assert_true(has_field(op, "depends_on", "unknown"));
    OK(service_links(fixture_op(f), pay.id, &links, &f->err));
    assert_int_equal(links.needs_count, 2); /* refused as a whole */
    OK(service_set_dependencies(fixture_op(f), pay.id, NULL, 0, &f->err));
    assert_int_equal(fixture_count(f, "service_dependency"), 0);
}

static void test_responders_only_read(void **state) {
    struct fixture *f = *state;
    struct service service = add_service(f, "payment");
    struct service_input input = { .name = "x" };
    struct service_query query = { .limit = 10 };
    struct service_list list;
    struct actor responder = { .kind = ACTOR_USER, .login = "r", .permissions = role_permissions(ROLE_RESPONDER) };
    f->actor = &responder;
    OK(service_list(fixture_op(f), &query, &list, &f->err));
    assert_false(service_update(fixture_op(f), service.id, 0, &input, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
    assert_false(component_remove(fixture_op(f), 1, 0, &f->err));
    assert_error(f, ERR_FORBIDDEN, "permission.denied");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_service_lives),
        FIXTURE_TEST(test_a_team_in_use_stays),
        FIXTURE_TEST(test_bad_input_names_each_field),
        FIXTURE_TEST(test_list_by_text_and_page),
        FIXTURE_TEST(test_components),
        FIXTURE_TEST(test_dependencies),
        FIXTURE_TEST(test_responders_only_read),
    };
    return fixture_run("service", tests, sizeof tests / sizeof *tests);
}
