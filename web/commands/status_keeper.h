/* Keeps the status page's files as the page is (notice/status_export.h): a thread that writes them when something was
 * published, and looks every minute for what came from elsewhere or with a new day. */
#ifndef BONGSU_WEB_STATUS_KEEPER_H
#define BONGSU_WEB_STATUS_KEEPER_H

#include "base/error.h"

struct app;
struct status_keeper;

bool status_keeper_start(const struct app *app, struct status_keeper **out, struct error *err) NODISCARD;
void status_keeper_stop(struct status_keeper *keeper); /* NULL is fine */
/* For the store's listener: only notes and returns. NULL is fine. */
void status_keeper_wake(struct status_keeper *keeper, const char *topic);

#endif
