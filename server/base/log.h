/* Log: one JSON object a line on stderr. Library code returns errors; only programs and workers log. */
#ifndef BONGSU_BASE_LOG_H
#define BONGSU_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_FATAL };

/* Lines below this level are dropped. Default LOG_INFO. Set once at start. */
void log_set_level(enum log_level level);

/* event: a stable word; then pairs of key and text value, ended by NULL. Values are escaped and cut at 1 KiB.
 * Never pass secrets or request bodies. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

struct error;
/* Logs an error with its place, at a level chosen by its kind. */
void log_error(const char *event, const char *request_id, const struct error *err);

#endif
