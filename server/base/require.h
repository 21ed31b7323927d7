/* Programming errors end the process, in release builds too: a server that goes on after a broken
 * invariant would give answers nobody can trust. Never for bad input; that is error.h. */
#ifndef BONGSU_BASE_REQUIRE_H
#define BONGSU_BASE_REQUIRE_H

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define REQUIRE(condition)                                                                      \
    do {                                                                                        \
        if (!(condition)) die("%s:%d: requirement failed: %s", __FILE__, __LINE__, #condition); \
    } while (0)

/* For resources that are not arena memory: CLEANUP(rows_close) struct rows rows = ... */
#define CLEANUP(function) __attribute__((cleanup(function)))
#define NODISCARD __attribute__((warn_unused_result))

#endif
