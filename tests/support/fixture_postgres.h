/* A database of its own on the PostgreSQL server of BONGSU_TEST_PG. */
#ifndef BONGSU_TESTS_FIXTURE_POSTGRES_H
#define BONGSU_TESTS_FIXTURE_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>

bool fixture_postgres_available(void);
void fixture_postgres_create(char *url, size_t size); /* writes the new database's URL */
void fixture_postgres_drop(const char *url);

#endif
