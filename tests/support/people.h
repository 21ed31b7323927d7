/* People for tests of what concerns one of them: the account, and whoever is logged in as it. */
#ifndef BONGSU_TESTS_PEOPLE_H
#define BONGSU_TESTS_PEOPLE_H

#include "support/fixture.h"

#include "people/user.h"

struct person {
    struct user user;
    struct actor actor;
};
/* Added by the administrator, with that name too, a mail address, a number and a name in Slack. */
struct person person_add(struct fixture *f, const char *login, const char *role);

#endif
