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
/* The schedule "oncall", 당번: weekly turns of these people ("\"kim\",\"lee\"") in Seoul from that wall time on. */
void weekly_turns(struct fixture *f, const char *since, const char *people);

#endif
