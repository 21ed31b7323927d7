/* Watchdog: ends connections that keep a worker too long. The library has no total deadline for bodies and answers:
 * one byte a second would hold a worker for ever. Each worker owns a slot; while it waits for a peer the slot says
 * until when, and a thread shuts the socket down after that, which makes the worker's call fail. */
#ifndef BONGSU_WEB_WATCHDOG_H
#define BONGSU_WEB_WATCHDOG_H

#include <stdbool.h>

struct watchdog;
struct watchdog_slot;

struct watchdog *watchdog_start(int slots);
void watchdog_stop(struct watchdog *watchdog); /* after all workers have ended */
bool watchdog_wait_slots(struct watchdog *watchdog, int ms); /* until every worker has taken its slot */
struct watchdog_slot *watchdog_slot(struct watchdog *watchdog); /* a new worker's own slot */

void watchdog_arm(struct watchdog_slot *slot, int fd, int ms); /* fd -1: nothing */
bool watchdog_disarm(struct watchdog_slot *slot); /* true if the deadline had passed */

/* The socket the calling thread last received from: how a worker learns the descriptor behind its connection, which
 * the library does not tell. Noted by our recv(), which stands before libc's for the library's calls. */
int watchdog_thread_socket(void);
/* The library asks for 100 KiB stacks; ours are at least this. Checked when a worker starts. */
enum { WORKER_STACK = 1024 * 1024 };
bool watchdog_stack_is_large(void);

#endif
