/* Fields of settings: see settings_fields.h. */
#include "connect/settings_fields.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/destination.h"
#include "connect/jira_poll.h"
#include "connect/mail_text.h"
#include "ledger/mail.h"
#include "review/action_item.h"
#include "text/tz.h"

#include <string.h>

enum { TOKEN_LEN = 500, URL_LEN = 1000, WORD_LEN = 100, TEMPLATE_LEN = 4000 };
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const INCIDENT_TOPICS[] = { "incident.*",     "report.*",      "retro.*",
                                               "action.created", "action.done",   "action.due_soon",
                                               "action.overdue", "oncall.digest", NULL };
static const char *const ACTION_TOPICS[] = { "action.created", "action.changed", "action.done",
                                             "action.dropped", "action.linked",  NULL };
static const char *const PAGE_TOPICS[] = { "incident.declared", "incident.help", "incident.recovered", NULL };

static const char *const CALL_TOPICS[] = { "test", NULL };
static const char *const MAIL_TOPICS[] = {
    "incident.declared", "incident.severity", "incident.recovered", "report.*", "retro.*", "oncall.digest", NULL
};

static json_t *topics(struct op *op, const char *const *words) {
    json_t *list = json_arr(op->arena);
    for (; *words != NULL; words++) json_push(list, json_string(*words));
    return list;
}

/* Copies the named members as they are. */
static json_t *config_of(struct op *op, const json_t *plain, const char *portal, const char *const *names) {
    json_t *config = json_obj(op->arena);
    for (; *names != NULL; names++) {
        const json_t *value = json_object_get(plain, *names);
        if (value != NULL) json_put(config, *names, json_deep_copy(value));
    }
    json_put_text(config, "portal", portal);
    return config;
}

/* A destination that speaks to people one by one says to whom, even if to nobody: rooms may still name theirs. */
static json_t *personal_config(struct op *op, const json_t *plain, const char *portal, const char *const *names) {
    json_t *config = config_of(op, plain, portal, names);
    if (json_object_get(config, "to") == NULL) json_put(config, "to", json_array());
    return config;
}

/* --- slack --- */

static const char *const UNMAPPED[] = { "responder", "viewer", "refuse", NULL };
static const struct setting_field SLACK[] = {
    { .name = "signing_secret", .shape = SHAPE_SECRET, .required = true, .max = TOKEN_LEN },
    { .name = "bot_token", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "webhook_url", .shape = SHAPE_SECRET_URL, .max = URL_LEN },
    { .name = "base_url", .shape = SHAPE_URL, .max = URL_LEN },
    { .name = "channel", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "channels", .shape = SHAPE_MAP },
    { .name = "teams", .shape = SHAPE_TEXTS },
    { .name = "unmapped", .shape = SHAPE_WORD, .max = WORD_LEN, .words = UNMAPPED },
};

static const char *slack_channel(const json_t *plain) {
    const char *channel = json_text(plain, "channel");
    const char *key;
    json_t *first;
    if (channel != NULL) return channel;
    json_t *channels = json_object_get(plain, "channels");
    json_object_foreach(channels, key, first) return json_string_value(first);
    return NULL;
}

static void slack_check(struct op *op, const json_t *plain) {
    const char *token = json_text(plain, "bot_token");
    if (token == NULL) return;
    if (!str_starts(token, "xox")) op_field_error(op, "bot_token", "malformed", "xoxb-…");
    if (slack_channel(plain) == NULL && json_text(plain, "webhook_url") == NULL) {
        op_field_error(op, "channel", "required", NULL);
    }
}

/* A bot token writes to channels by severity; without a channel for it the webhook is what there is. */
static bool slack_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    static const char *const CONFIG[] = { "base_url", "channels", NULL };
    struct op *op = tx_op(tx);
    const char *channel = slack_channel(plain);
    const char *token = channel == NULL ? NULL : json_text(plain, "bot_token");
    const char *secret = token != NULL ? token : json_text(plain, "webhook_url");
    json_t *config = config_of(op, plain, portal, CONFIG);
    if (channel != NULL) json_put_text(config, "channel", channel);
    const struct destination_input input = { .name = "slack",
                                             .connector = "slack",
                                             .topics = topics(op, INCIDENT_TOPICS),
                                             .config = config,
                                             .secret = secret,
                                             .enabled = secret != NULL };
    return destination_put(tx, &input, err);
}

/* --- jira --- */

static const char *const FLAVOURS[] = { "cloud", "dc", NULL };
static const char *const POLL_MINUTES[] = { "5", "10", "30", "60", "0", NULL };
static const struct setting_field JIRA[] = {
    { .name = "base_url", .shape = SHAPE_URL, .required = true, .max = URL_LEN },
    { .name = "flavour", .shape = SHAPE_WORD, .required = true, .max = WORD_LEN, .words = FLAVOURS },
    { .name = "email", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "token", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "project", .shape = SHAPE_TEXT, .required = true, .max = WORD_LEN },
    { .name = "issue_type", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "account", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "webhook_secret", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "automation_url", .shape = SHAPE_SECRET_URL, .max = URL_LEN },
    { .name = "automation_token", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "states", .shape = SHAPE_MAP },
    { .name = "poll_minutes", .shape = SHAPE_WORD, .max = WORD_LEN, .words = POLL_MINUTES },
};

/* Ours on the left. */
static void check_states(struct op *op, json_t *states) {
    const char *ours;
    json_t *theirs;
    json_object_foreach(states, ours, theirs) {
        (void)field_one_of(op, "states", ours, action_words(ACTION_STATE), FIELD_REQUIRED);
    }
}

static void jira_check(struct op *op, const json_t *plain) {
    check_states(op, json_object_get(plain, "states"));
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const char *project = json_text(plain, "project");
    if (project != NULL && strspn(project, LETTERS) != strlen(project)) {
        op_field_error(op, "project", "malformed", "OPS");
    }
    bool automation = json_text(plain, "automation_url") != NULL;
    if (json_text(plain, "token") == NULL && !automation) op_field_error(op, "token", "required", NULL);
    bool basic = str_eq(json_text(plain, "flavour"), "cloud") && !automation;
    if (basic && json_text(plain, "email") == NULL) op_field_error(op, "email", "required", NULL);
}

/* The connector's one secret: the token, or address and token of the automation rule. */
static bool jira_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    static const char *const CONFIG[] = { "base_url", "flavour", "email", "project", "issue_type", "states", NULL };
    struct op *op = tx_op(tx);
    const char *url = json_text(plain, "automation_url");
    const char *token = json_text(plain, "automation_token");
    const char *rule = arena_printf(op->arena, "%s %s", url == NULL ? "" : url, token == NULL ? "" : token);
    json_t *config = config_of(op, plain, portal, CONFIG);
    json_put_bool(config, "automation", url != NULL);
    const struct destination_input input = { .name = "jira",
                                             .connector = "jira",
                                             .topics = topics(op, ACTION_TOPICS),
                                             .config = config,
                                             .secret = url != NULL ? rule : json_text(plain, "token"),
                                             .enabled = true };
    return destination_put(tx, &input, err) && jira_poll_plan(tx, plain, err);
}

/* --- mail --- */

static const char *const TLS[] = { "required", "none", NULL };
static const struct setting_field SMTP[] = {
    { .name = "url", .shape = SHAPE_TEXT, .required = true, .max = URL_LEN },
    { .name = "from", .shape = SHAPE_TEXT, .required = true, .max = 2 * WORD_LEN },
    { .name = "to", .shape = SHAPE_TEXTS },
    { .name = "username", .shape = SHAPE_TEXT, .max = 2 * WORD_LEN },
    { .name = "password", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "tls", .shape = SHAPE_WORD, .max = WORD_LEN, .words = TLS },
};

static void smtp_check(struct op *op, const json_t *plain) {
    const char *url = json_text(plain, "url");
    size_t i;
    const json_t *item;
    if (url != NULL && !str_starts(url, "smtp://") && !str_starts(url, "smtps://")) {
        op_field_error(op, "url", "malformed", "smtp://mail.example.com:587");
    }
    json_array_foreach(json_object_get(plain, "to"), i, item) {
        if (mail_address(op->arena, json_string_value(item)) == NULL)
            op_field_error(op, "to", "malformed", "a@b.example");
    }
    const char *from = json_text(plain, "from");
    if (from != NULL && mail_address(op->arena, from) == NULL) {
        op_field_error(op, "from", "malformed", "Bongsu <a@b.example>");
    }
    if (json_text(plain, "username") == NULL && json_text(plain, "password") != NULL) {
        op_field_error(op, "username", "required", NULL);
    }
}

/* Everybody in `to` hears of incidents; the destination also carries what other rooms send to one person. */
static bool smtp_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    static const char *const CONFIG[] = { "url", "from", "username", "tls", "to", NULL };
    struct op *op = tx_op(tx);
    const struct destination_input input = { .name = MAIL_DESTINATION,
                                             .connector = "mail",
                                             .topics = topics(op, MAIL_TOPICS),
                                             .config = personal_config(op, plain, portal, CONFIG),
                                             .secret = json_text(plain, "password"),
                                             .enabled = json_text(plain, "url") != NULL };
    return destination_put(tx, &input, err);
}

/* --- SMS, voice, 알림톡 --- */

static const char *const BODIES[] = { "json", "form", NULL };
static const struct setting_field SMS[] = {
    { .name = "url", .shape = SHAPE_URL, .required = true, .max = URL_LEN },
    { .name = "format", .shape = SHAPE_WORD, .required = true, .max = WORD_LEN, .words = BODIES },
    { .name = "template", .shape = SHAPE_TEXT, .required = true, .multiline = true, .max = TEMPLATE_LEN },
    { .name = "headers", .shape = SHAPE_MAP },
    { .name = "authorization", .shape = SHAPE_SECRET, .max = TOKEN_LEN },
    { .name = "to", .shape = SHAPE_TEXTS },
};

static bool sms_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    static const char *const CONFIG[] = { "url", "format", "template", "headers", "to", NULL };
    struct op *op = tx_op(tx);
    const struct destination_input input = { .name = "sms",
                                             .connector = "gateway",
                                             .topics = topics(op, PAGE_TOPICS),
                                             .config = personal_config(op, plain, portal, CONFIG),
                                             .secret = json_text(plain, "authorization"),
                                             .enabled = true };
    return destination_put(tx, &input, err);
}

/* A second gateway for calls, that reads the text aloud: for one person at a time, so there is no list of numbers. */
static bool voice_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    static const char *const CONFIG[] = { "url", "format", "template", "headers", NULL };
    struct op *op = tx_op(tx);
    const struct destination_input input = { .name = "voice",
                                             .connector = "gateway",
                                             .topics = topics(op, CALL_TOPICS),
                                             .config = personal_config(op, plain, portal, CONFIG),
                                             .secret = json_text(plain, "authorization"),
                                             .enabled = true };
    return destination_put(tx, &input, err);
}

/* --- the status page --- */

static const struct setting_field STATUS[] = {
    { .name = "title", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "title_en", .shape = SHAPE_TEXT, .max = WORD_LEN },
    { .name = "about", .shape = SHAPE_TEXT, .multiline = true, .max = 5 * WORD_LEN },
    { .name = "about_en", .shape = SHAPE_TEXT, .multiline = true, .max = 5 * WORD_LEN },
    { .name = "contact_url", .shape = SHAPE_URL, .max = URL_LEN },
    { .name = "time_zone", .shape = SHAPE_TEXT, .max = WORD_LEN },
};

static void status_check(struct op *op, const json_t *plain) {
    const struct tz *tz;
    struct error err;
    const char *zone = json_text(plain, "time_zone");
    if (zone != NULL && !tz_find(zone, &tz, &err)) op_field_error(op, "time_zone", "unknown_zone", NULL);
}

/* Read by notice/status_words.c; there is nowhere to send it. */
static bool status_publish(struct tx *tx, const json_t *plain, const char *portal, struct error *err) {
    (void)plain, (void)portal, (void)err;
    tx_on_commit(tx, "status");
    return true;
}

static const struct setting_kind KINDS[] = {
    { "slack", SLACK, COUNT(SLACK), false, slack_check, slack_publish },
    { "jira", JIRA, COUNT(JIRA), true, jira_check, jira_publish },
    { "smtp", SMTP, COUNT(SMTP), false, smtp_check, smtp_publish },
    { "sms", SMS, COUNT(SMS), false, NULL, sms_publish },
    { "voice", SMS, COUNT(SMS) - 1, false, NULL, voice_publish }, /* all but the last: no list of numbers */
    { "status", STATUS, COUNT(STATUS), false, status_check, status_publish },
};

const struct setting_kind *setting_kind_find(const char *name) {
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (str_eq(KINDS[i].name, name)) return &KINDS[i];
    }
    return NULL;
}
