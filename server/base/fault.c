/* Fault points: see fault.h. */
#include "base/fault.h"

#ifdef BONGSU_FAULTS
#include <stdatomic.h>

static _Atomic int target;
static _Atomic int seen;

void fault_arm(int nth) {
    atomic_store(&seen, 0);
    atomic_store(&target, nth);
}

int fault_seen(void) {
    return atomic_load(&seen);
}

bool fault_here(const char *name) {
    (void)name;
    return atomic_fetch_add(&seen, 1) + 1 == atomic_load(&target);
}
#else
typedef int fault_unit_is_empty; /* ISO C wants a declaration */
#endif
