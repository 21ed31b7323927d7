/* A fuzz target: one function that takes bytes. Built with libFuzzer by clang (-DBONGSU_SANITIZE=fuzz), and with
 * replay.c by any compiler, which runs the corpus and small changes of it in every test run. */
#ifndef BONGSU_TESTS_FUZZ_H
#define BONGSU_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
