/* A PostgreSQL database for the fixture of fixture.h. */
#ifndef BONGSU_TESTS_FIXTURE_POSTGRES_H
#define BONGSU_TESTS_FIXTURE_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>

/* Is BONGSU_TEST_PG set? */
bool fixture_postgres_available(void);

/* The URL of a database for the next test. True: as it was when fixture_postgres_keep was called; false: empty, to be
 * migrated and kept. */
bool fixture_postgres_take(char *url, size_t size);

/* What the tables hold now is what the next test shall find. */
void fixture_postgres_keep(void);

/* At the end of the program, or when a test could not be trusted to leave the database usable. */
void fixture_postgres_drop(void);

#endif
