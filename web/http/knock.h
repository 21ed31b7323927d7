/* Knocking at the door of our own listener: what the library keeps to itself about it. */
#ifndef BONGSU_WEB_HTTP_KNOCK_H
#define BONGSU_WEB_HTTP_KNOCK_H

struct knock;

/* The library's listener looks at its stop flag every two seconds, and whenever somebody comes. While this runs,
 * somebody comes all the time: a stop takes milliseconds. listen_on: "8080" or "127.0.0.1:8080". */
struct knock *knock_start(const char *listen_on);
void knock_stop(struct knock *knock);

/* Why the library could not listen there, which it does not tell: "Address already in use". */
const char *knock_why_not(const char *listen_on);

#endif
