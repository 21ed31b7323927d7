/* What every cmocka test includes: cmocka in the order it wants, an arena per test. */
#ifndef BONGSU_TESTS_HARNESS_H
#define BONGSU_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

int arena_setup(void **state); /* *state = a fresh arena */
int arena_teardown(void **state);

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_setup, arena_teardown)

#endif
