/* What the sources share: bounded texts, times, links, and which reader is whose. */
#include "alert/source_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

#include <string.h>

const char *source_text(struct op *op, const char *text, size_t max) {
    if (str_blank(text)) return NULL;
    char *copy = arena_alloc(op->arena, max + 1);
    str_copy(copy, max + 1, text);
    for (char *at = copy; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if ((byte < 0x20 && byte != '\n') || byte == 0x7f) *at = ' ';
    }
    char *text_left = str_clean(op->arena, copy);
    return *text_left == '\0' ? NULL : text_left;
}

const char *source_title(struct op *op, const char *text) {
    char *title = arena_str(op->arena, source_text(op, text, TITLE_BYTES));
    for (char *at = title; at != NULL && *at != '\0'; at++) {
        if (*at == '\n') *at = ' ';
    }
    return title;
}

const char *source_named(struct op *op, const char *title, const char *key) {
    if (title == NULL) title = source_title(op, key);
    return title == NULL ? "alert" : title; /* a key of control characters alone is still a key */
}

const char *source_link(struct op *op, const char *url) {
    if (url == NULL || strlen(url) > LINK_BYTES) return NULL;
    if (!str_starts(url, "https://") && !str_starts(url, "http://")) return NULL;
    return source_text(op, url, LINK_BYTES);
}

int64_t source_time(struct arena *arena, const char *text) {
    if (text == NULL || str_starts(text, "0001-")) return 0;
    size_t len = strlen(text);
    if (len < 20 || len > 40) return 0;
    const char *rest = text + 19;
    if (*rest == '.') rest += 1 + strspn(rest + 1, "0123456789"); /* fractions say nothing to a minute's precision */
    const char *zone = rest;
    if (strlen(rest) == 5 && (*rest == '+' || *rest == '-')) zone = arena_printf(arena, "%.3s:%s", rest, rest + 3);
    int64_t ms;
    struct error err;
    return when_parse(arena_printf(arena, "%.19s%s", text, zone), &ms, &err) ? ms : 0;
}

typedef bool (*reader)(struct op *op, const struct source_options *options, const json_t *body, struct alert_batch *out,
                       struct error *err);

bool source_read(struct op *op, const struct integration *integration, const char *bytes, size_t size,
                 struct alert_batch *out, struct error *err) {
    static const reader READERS[INTEGRATION_KIND_COUNT] = {
        [INTEGRATION_ALERTMANAGER] = source_alertmanager,
        [INTEGRATION_GRAFANA] = source_grafana,
        [INTEGRATION_PAGERDUTY] = source_pagerduty_batch,
        [INTEGRATION_GENERIC] = source_generic,
    };
    const reader read = READERS[integration->kind];
    json_t *body, *options;
    if (read == NULL) return ERROR(err, ERR_CONFLICT, "integration.no_messages", "heartbeat");
    if (!json_parse(op->arena, integration->options, strlen(integration->options), &options, err) ||
        !json_parse(op->arena, bytes, size, &body, err)) {
        return false;
    }
    const struct source_options read_as = options_read(options);
    return read(op, &read_as, body, out, err);
}
