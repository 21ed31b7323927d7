/* Messages of monitoring systems: any bytes are refused with a reason or read into events whose texts fit, and rules
 * decide about them. The first byte chooses sender and options; the rest is the message. */
#include "fuzz/fuzz.h"

#include "alert/rule.h"
#include "alert/source.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/require.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

enum { MESSAGE_MAX = 64 * 1024, KEY_MAX_BYTES = 255, TRUNCATED_MAX = 1000000 };

static const char *const OPTIONS[] = {
    "{}",
    "{\"severity_label\":\"sev\",\"service_label\":\"app\"}",
    "{\"mapping\":{\"items\":\"events\",\"title\":\"rule.name\",\"dedup_key\":\"id\",\"status\":\"state\","
    "\"resolved\":\"OK, CLEARED\"}}",
    "{\"mapping\":{\"items\":\"\",\"title\":\"a.0.b\",\"link\":\"..\",\"firing\":\",,\"}}",
};

static void check_event(const struct alert_event *event) {
    REQUIRE(event->state < ALERT_STATE_COUNT);
    REQUIRE(!str_blank(event->fingerprint) && strlen(event->fingerprint) <= KEY_MAX_BYTES);
    REQUIRE(!str_blank(event->title) && strchr(event->title, '\n') == NULL);
    REQUIRE(utf8_valid(event->title, strlen(event->title)));
    REQUIRE(event->link == NULL || str_starts(event->link, "https://") || str_starts(event->link, "http://"));
    REQUIRE(event->labels == NULL || json_is_object(event->labels));
    if (event->description != NULL) REQUIRE(utf8_valid(event->description, strlen(event->description)));
}

static void apply_rules(struct arena *arena, const struct alert_event *event) {
    static const char RULES[] =
        "[{\"match\":[{\"label\":\"title\",\"op\":\"=~\",\"value\":\"(a|b|ab)*c.*\"}],\"do\":"
        "\"ignore\"},{\"match\":[{\"label\":\"severity\",\"op\":\"!~\",\"value\":\"crit.*\"}],"
        "\"do\":\"record\"}]";
    json_t *rules;
    struct error err;
    struct rule_verdict verdict;
    REQUIRE(json_parse(arena, RULES, sizeof RULES - 1, &rules, &err));
    rules_apply(arena, rules, event->title, event->labels, event->severity, &verdict);
    REQUIRE(verdict.action < RULE_ACTION_COUNT && verdict.index >= -1 && verdict.index < 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size == 0 || size > MESSAGE_MAX) return 0;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct op op = { .arena = arena, .now_ms = 1772362800000, .lang = i18n_get("ko") };
    const struct integration integration = { .kind = (enum integration_kind)(bytes[0] % INTEGRATION_KIND_COUNT),
                                             .options = OPTIONS[bytes[0] / INTEGRATION_KIND_COUNT % 4] };
    struct alert_batch batch;
    struct error err;
    if (source_read(&op, &integration, (const char *)bytes + 1, size - 1, &batch, &err)) {
        REQUIRE((batch.malformed == 0) == (batch.trouble == NULL));
        REQUIRE(batch.hidden >= 0 && batch.hidden <= TRUNCATED_MAX);
        for (size_t i = 0; i < batch.count; i++) {
            check_event(&batch.events[i]);
            apply_rules(arena, &batch.events[i]);
        }
    } else {
        REQUIRE(err.kind != ERR_INTERNAL && (err.kind != ERR_INVALID || op.fields.count > 0));
    }
    arena_free(arena);
    return 0;
}
