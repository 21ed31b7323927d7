/* bongsu: an incident-management portal. Everything begins in command.c. */
#include "command.h"

#include <malloc.h>
#include <signal.h>
#include <sys/sysinfo.h>

enum { HEAPS_MIN = 4, HEAPS_PER_CPU = 2 };

/* glibc spreads threads over eight heaps for each processor, and what was freed in one is of no use to the others: with
 * workers that make and drop pages in turn a third of the memory lies idle. */
static void share_heaps(void) {
    int heaps = get_nprocs() * HEAPS_PER_CPU;
    mallopt(M_ARENA_MAX, heaps < HEAPS_MIN ? HEAPS_MIN : heaps);
}

int main(int argc, char **argv) {
    share_heaps();
    signal(SIGPIPE, SIG_IGN);
    return command_main(argc, argv);
}
