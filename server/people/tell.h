/* Telling one person something that is no page: by Slack where they are known there, otherwise by mail. Somebody who
 * has neither, or has left, is told nothing; the portal shows it all the same. */
#ifndef BONGSU_PEOPLE_TELL_H
#define BONGSU_PEOPLE_TELL_H

#include "people/user.h"

struct letter {
    const char *topic; /* "swap.asked" */
    const char *subject, *text; /* in the reader's language (user->lang) */
    const char *path; /* where in the portal it is about: "/oncall/mine" */
};
bool person_tell(struct tx *tx, const struct user *user, const struct letter *letter, struct error *err) NODISCARD;

#endif
