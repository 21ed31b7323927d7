/* Fault points (test builds only): places where a write can be made to fail on purpose, so that tests can
 * fail the first, the second, … nth one of an operation and look at what is left. Release builds compile
 * them away. */
#ifndef BONGSU_BASE_FAULT_H
#define BONGSU_BASE_FAULT_H

#include <stdbool.h>

#ifdef BONGSU_FAULTS
void fault_arm(int nth); /* the nth fault point reached from now on, on this thread's process, fails once; 0 disarms */
int fault_seen(void); /* how many were reached since arming */
bool fault_here(const char *name); /* true: behave as if this step failed */
#else
static inline bool fault_here(const char *name) {
    (void)name;
    return false;
}
#endif

#endif
