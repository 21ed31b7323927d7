/* Slack commands: see slack_command.h. */
#include "connect/slack_command.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "connect/slack_text.h"

#include <string.h>

static const struct {
    enum slack_verb verb;
    const char *words[8];
} VERBS[] = {
    { SLACK_DECLARE, { "declare", "new", "open", "선언", "장애", "발생", "신고" } },
    { SLACK_UPDATE, { "update", "share", "공유", "상황", "업데이트" } },
    { SLACK_ACK, { "ack", "acknowledge", "인지", "확인" } },
    { SLACK_SEVERITY, { "severity", "sev", "등급" } },
    { SLACK_HELP, { "help", "도움", "도움요청", "지원" } },
    { SLACK_RECOVER, { "recover", "recovered", "resolve", "resolved", "복구", "해소", "완료" } },
    { SLACK_ACTION, { "action", "todo", "대책", "할일", "후속" } },
    { SLACK_ONCALL, { "oncall", "on-call", "who", "당번", "온콜" } },
    { SLACK_LIST, { "list", "ls", "목록" } },
    { SLACK_STATUS, { "status", "show", "상태", "현황" } },
};
static const char *const NAMES[SLACK_VERB_COUNT] = { "usage",   "declare", "update", "ack",  "severity", "help",
                                                     "recover", "action",  "oncall", "list", "status" };

const char *slack_verb_name(enum slack_verb verb) {
    return NAMES[verb];
}

/* --- words --- */

enum piece { PIECE_TEXT, PIECE_SPACE, PIECE_QUOTE };

static enum piece piece_of(uint32_t point) {
    switch (point) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case 0xa0:
    case 0x3000: return PIECE_SPACE;
    case '"':
    case 0x201c:
    case 0x201d: return PIECE_QUOTE;
    default: return PIECE_TEXT;
    }
}

size_t slack_words(struct arena *arena, const char *text, char ***words) {
    size_t len = strlen(text);
    char **list = ARENA_ARRAY(arena, len + 2, char *);
    size_t count = 0;
    struct buf word;
    bool quoted = false;
    bool started = false;
    buf_init(&word, arena, len + 1);
    for (size_t i = 0; i < len;) {
        uint32_t point;
        size_t step = utf8_next(text + i, len - i, &point);
        enum piece piece = piece_of(point);
        if (piece == PIECE_QUOTE) {
            quoted = !quoted;
            started = true;
        } else if (piece == PIECE_SPACE && !quoted) {
            if (started) list[count++] = word.data;
            if (started) buf_init(&word, arena, len + 1);
            started = false;
        } else {
            buf_add(&word, text + i, step);
            started = true;
        }
        i += step;
    }
    if (started) list[count++] = word.data;
    *words = list;
    return count;
}

/* Full-width ASCII as ASCII, capitals as small letters: for keywords only. */
static char *fold(struct arena *arena, const char *word) {
    struct buf out;
    size_t len = strlen(word);
    buf_init(&out, arena, len + 1);
    for (size_t i = 0; i < len;) {
        uint32_t point;
        char bytes[4];
        i += utf8_next(word + i, len - i, &point);
        if (point >= 0xff01 && point <= 0xff5e) point -= 0xfee0;
        if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
        buf_add(&out, bytes, utf8_put(bytes, point));
    }
    return out.data;
}

static char *upper(struct arena *arena, const char *word) {
    char *copy = arena_str(arena, word);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
    }
    return copy;
}

static bool is_ref(const char *folded) {
    if (!str_starts(folded, "inc-")) return false;
    size_t year = strspn(folded + 4, "0123456789");
    const char *number = folded + 4 + year + 1;
    return year == 4 && folded[8] == '-' && strlen(number) >= 4 && strspn(number, "0123456789") == strlen(number);
}

static bool is_severity(const char *folded) {
    return folded[0] == 'p' && folded[1] >= '0' && folded[1] <= '5' && folded[2] == '\0';
}

static enum slack_verb verb_of(const char *folded) {
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        for (size_t k = 0; k < 8 && VERBS[i].words[k] != NULL; k++) {
            if (str_eq(VERBS[i].words[k], folded)) return VERBS[i].verb;
        }
    }
    return SLACK_USAGE;
}

/* <@U012|kim> → @U012, <#C012|ops> → #C012, <https://x|label> → https://x. Recognised before entities are undone, so
 * that a typed <@U1> stays plain text. */
static char *plain_tokens(struct arena *arena, const char *text) {
    struct buf out;
    buf_init(&out, arena, strlen(text) + 1);
    while (*text != '\0') {
        size_t len = *text == '<' ? strcspn(text, ">") : 0;
        if (len < 2 || text[len] != '>') {
            buf_putc(&out, *text++);
            continue;
        }
        buf_add(&out, text + 1, strcspn(text + 1, "|>"));
        text += len + 1;
    }
    return out.data;
}

char *slack_plain(struct arena *arena, const char *text) {
    return slack_unescape(arena, plain_tokens(arena, text));
}

void slack_command_parse(struct arena *arena, const char *text, struct slack_command *out) {
    char **words;
    size_t count = slack_words(arena, slack_plain(arena, text == NULL ? "" : text), &words);
    *out = (struct slack_command){ .verb = SLACK_USAGE, .rest = "" };
    if (count == 0) return;
    out->verb = verb_of(fold(arena, words[0]));
    if (out->verb == SLACK_USAGE) {
        out->unknown = words[0];
        return;
    }
    struct buf rest;
    buf_init(&rest, arena, strlen(text) + 8);
    for (size_t i = 1; i < count; i++) {
        const char *folded = fold(arena, words[i]);
        bool early = rest.len == 0; /* keywords stand before the text, never within it */
        if (early && out->ref == NULL && is_ref(folded)) out->ref = upper(arena, folded);
        else if (early && out->severity == NULL && is_severity(folded)) out->severity = upper(arena, folded);
        else buf_printf(&rest, "%s%s", early ? "" : " ", words[i]);
    }
    out->rest = rest.data;
}
