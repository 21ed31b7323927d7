/* Connector "log": writes the message to the program's log. For trying things out, and as a record of what would
 * have been sent. */
#include "connect/connector.h"

#include "base/id.h"
#include "base/json.h"
#include "base/log.h"

static void check(struct op *op, const json_t *config, const char *secret) {
    (void)op, (void)config, (void)secret;
}

static void deliver(struct op *op, const struct delivery *delivery, struct outcome *out) {
    char id[ID_TEXT_SIZE];
    (void)op;
    log_event(LOG_INFO, "delivery", "destination", delivery->destination, "topic", delivery->topic, "id",
              id_text(delivery->id, id), "text", json_text(delivery->payload, "text"), NULL);
    *out = (struct outcome){ .kind = OUTCOME_SENT, .retry_after_ms = -1 };
}

const struct connector CONNECTOR_LOG = { .name = "log", .check = check, .deliver = deliver };
