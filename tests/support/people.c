/* People for tests: see people.h. */
#include "support/people.h"

#include "oncall/rota.h"
#include "people/permission.h"

struct person person_add(struct fixture *f, const char *login, const char *role) {
    struct person person;
    const struct actor *before = f->actor;
    const struct user_input input = { .login = login,
                                      .name = login,
                                      .role = role,
                                      .email = arena_printf(f->arena, "%s@example.com", login),
                                      .phone = "010-1234-5678",
                                      .slack_id = arena_printf(f->arena, "U0%s", login) };
    f->actor = &f->admin;
    OK(user_add(fixture_op(f), &input, &person.user, &f->err));
    f->actor = before;
    person.actor = (struct actor){ .kind = ACTOR_USER,
                                   .user_id = person.user.id,
                                   .login = person.user.login,
                                   .name = person.user.name,
                                   .role = role,
                                   .permissions = role_permissions(role_parse(role)),
                                   .remote = "127.0.0.1" };
    return person;
}

void weekly_turns(struct fixture *f, const char *since, const char *people) {
    struct rota rota;
    const char *body = arena_printf(
        f->arena,
        "{\"key\":\"oncall\",\"name\":\"당번\",\"zone\":\"Asia/Seoul\",\"layers\":[{\"name\":\"w\",\"rotation\":"
        "{\"start\":\"%s\",\"unit\":\"week\",\"length\":1,\"participants\":[%s]}}]}",
        since, people);
    OK(rota_add(fixture_op(f), fixture_json(f, body), &rota, &f->err));
}
