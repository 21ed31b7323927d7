/* Fault torture: makes the first, the second, … nth step of an operation fail, and looks each time whether anything
 * was left half written. For every operation that writes: after it failed the whole database must read as before,
 * and after it went through it must have gone through with no fault left to meet. */
#ifndef BONGSU_TESTS_TORTURE_H
#define BONGSU_TESTS_TORTURE_H

#include "support/fixture.h"

typedef bool (*torture_fn)(struct fixture *f, void *arg, struct error *err);

/* Fails the test at the first violation. Returns how many steps were made to fail (0 without fault points). */
int fault_torture(struct fixture *f, torture_fn operation, void *arg);

/* One after another, each finding what those before it left. */
struct tortured {
    const char *name;
    torture_fn operation;
    void *arg;
};
void torture_each(struct fixture *f, const struct tortured *list, size_t count);

/* A due handler as an operation: the next row of its kind is due, and taken away in the same transaction as the
 * scheduler does it. The clock is moved there, and stays. */
struct due_entry;
int fault_torture_due(struct fixture *f, const struct due_entry *entry);
void fire_due(struct fixture *f, const struct due_entry *entry); /* the same without faults */

/* A checksum over all rows of all tables. */
const char *fixture_digest(struct fixture *f);

#endif
