/* What systemd is told (Type=notify), by a datagram to $NOTIFY_SOCKET. Nothing happens without systemd. */
#ifndef BONGSU_WEB_NOTIFY_H
#define BONGSU_WEB_NOTIFY_H

void notify_systemd(const char *state); /* "READY=1\n", "STOPPING=1\n", "WATCHDOG=1\n" */

#endif
