/* A request head from raw bytes, for the live listener, which has no library in front of it. */
#ifndef BONGSU_WEB_HEAD_H
#define BONGSU_WEB_HEAD_H

#include "http/gate.h"

struct arena;

/* text: a NUL-terminated head up to and with its empty line; it is cut into pieces in place. Only lines ended by CR LF,
 * "METHOD URI HTTP/VERSION" and "NAME: value". What they mean is the gate's to judge. */
bool head_parse(struct arena *arena, char *text, struct gate_head *head);

#endif
