/* A message in an incident's thread that somebody pinned or marked with 📌 becomes a timeline event, at the time it was
 * written, where the bot may read the channel. */
#include "connect/slack_run.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "connect/slack_api.h"
#include "connect/slack_command.h"
#include "connect/slack_message.h"
#include "incident/timeline.h"
#include "people/user.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

struct marked {
    const char *channel, *thread, *author_id;
    const char *ref, *author; /* found */
    bool found;
};

static bool look_up(struct tx *tx, void *arg, struct error *err) {
    struct marked *marked = arg;
    struct user user;
    bool known = false;
    if (!slack_place_incident(tx, marked->channel, marked->thread, &marked->ref, &marked->found, err)) return false;
    marked->author = marked->author_id;
    if (!marked->found || marked->author_id == NULL) return true;
    if (!user_find_slack(tx, marked->author_id, &user, &known, err)) return false;
    if (known) marked->author = user.name;
    return true;
}

/* Only the message that was asked for: Slack may send the head of the thread along. */
static const json_t *message_in(const json_t *answer, const char *ts) {
    size_t at;
    const json_t *message;
    json_array_foreach(json_object_get(answer, "messages"), at, message) {
        if (str_eq(json_text(message, "ts"), ts)) return message;
    }
    return NULL;
}

static bool fetch(struct op *op, const struct slack_work *work, const json_t **message, struct error *err) {
    const struct slack_mark *mark = work->call->mark;
    const struct slack_line line = { .base = json_text(work->settings, "base_url"),
                                     .token = json_text(work->settings, "bot_token") };
    const char *query = arena_printf(op->arena, "conversations.replies?channel=%s&ts=%s&inclusive=true&limit=1",
                                     mark->channel, mark->ts);
    const json_t *answer;
    struct outcome out;
    *message = NULL;
    if (line.token == NULL) return true;
    if (slack_api_read(op, &line, query, &answer, &out)) {
        *message = message_in(answer, mark->ts);
        return true;
    }
    if (out.kind == OUTCOME_RETRY || out.kind == OUTCOME_SLOW_DOWN) {
        return ERROR(err, ERR_BUSY, "slack.mark", "%s", out.reason);
    }
    log_event(LOG_WARN, "slack.mark", "request", op->request_id, "reason", out.reason, NULL);
    return true;
}

/* Slack's clock may be ahead of ours; what was written cannot be later than now. */
static const char *written_at(struct op *op, const char *ts) {
    int64_t seconds;
    if (!str_to_i64(arena_strn(op->arena, ts, strspn(ts, "0123456789")), &seconds)) return NULL;
    return seconds * 1000 > op->now_ms ? NULL : when_rfc3339(op->arena, seconds * 1000);
}

bool slack_mark(struct op *op, const struct slack_work *work, struct error *err) {
    const struct slack_mark *mark = work->call->mark;
    const json_t *message;
    struct event event;
    if (!fetch(op, work, &message, err)) return false;
    const char *text = json_text(message, "text");
    if (message == NULL || str_blank(text) || json_text(message, "bot_id") != NULL) return true;
    const char *thread = json_text(message, "thread_ts");
    struct marked marked = { .channel = mark->channel,
                             .thread = thread == NULL ? mark->ts : thread,
                             .author_id = json_text(message, "user") };
    if (!store_read(op, look_up, &marked, err)) return false;
    if (!marked.found) return true; /* pinned elsewhere */
    const struct timeline_draft note = {
        .text = i18n_format(op->lang, op->arena, "slack.note.marked",
                            I18N_ARGS({ "text", slack_plain(op->arena, text) },
                                      { "name", marked.author == NULL ? "Slack" : marked.author })),
        .at = written_at(op, mark->ts),
    };
    return incident_note(op, marked.ref, &note, &event, err);
}
