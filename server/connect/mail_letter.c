/* Letters by kind: see mail_letter.h. Words: messages/LANG/mail.ini; layout: templates/mail. */
#include "connect/mail_letter.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/explain.h"
#include "text/i18n.h"
#include "view/template.h"

#include <string.h>

enum { HTML_MAX = 512 * 1024, TEXT_MAX = 256 * 1024, SUBJECT_MAX = 200 };

struct writing {
    struct op *op;
    const struct delivery *delivery;
    const struct i18n *lang;
    const char *kind; /* "incident", "page" … "other" */
    const char *what; /* the topic in words */
    const char *text, *ref, *link;
};

static const char *kind_of(const char *topic) {
    static const char *const KINDS[] = {
        "incident", "page", "report", "retro", "action", "notice", "subscriber", "test"
    };
    size_t len = strcspn(topic, ".");
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (strlen(KINDS[i]) == len && strncmp(KINDS[i], topic, len) == 0) return KINDS[i];
    }
    return "other";
}

static const char *tone_of(const char *topic) {
    static const char *const BAD[] = { "incident.declared",
                                       "incident.severity",
                                       "incident.help",
                                       "incident.ack_missed",
                                       "incident.reopened",
                                       "incident.update_missed",
                                       NULL };
    if (str_starts(topic, "page.")) return "bad";
    for (size_t i = 0; BAD[i] != NULL; i++) {
        if (str_eq(topic, BAD[i])) return "bad";
    }
    return str_eq(topic, "incident.recovered") || str_eq(topic, "action.done") ? "good" : "plain";
}

static const char *say(const struct writing *w, const char *group) {
    return i18n_text(w->lang, arena_printf(w->op->arena, "mail.%s.%s", group, w->kind));
}

/* --- where it leads --- */

static const char *path_of(const struct writing *w) {
    struct arena *arena = w->op->arena;
    if (str_eq(w->kind, "report") || str_eq(w->kind, "retro")) {
        return w->ref == NULL ? NULL : arena_printf(arena, "/incidents/%s/%s", w->ref, w->kind);
    }
    if (w->ref != NULL && !str_eq(w->kind, "action")) return arena_printf(arena, "/incidents/%s", w->ref);
    const char *id = json_text(w->delivery->payload, "id");
    return str_eq(w->kind, "action") && id != NULL ? arena_printf(arena, "/actions/%s", id) : NULL;
}

static const char *link_of(const struct writing *w) {
    const char *portal = json_text(w->delivery->config, "portal");
    const char *url = json_text(w->delivery->payload, str_eq(w->kind, "page") ? "link" : "url");
    const char *path = path_of(w);
    /* customers have no portal */
    if (url != NULL || portal == NULL || path == NULL || str_eq(w->kind, "subscriber")) return url;
    return arena_printf(w->op->arena, "%s%s", portal, path);
}

/* --- what it is called --- */

static const char *first_line(const struct writing *w) {
    char line[SUBJECT_MAX];
    str_copy(line, sizeof line, arena_strn(w->op->arena, w->text, strcspn(w->text, "\n")));
    return arena_str(w->op->arena, line);
}

static const char *subject_of(const struct writing *w) {
    const json_t *payload = w->delivery->payload;
    const char *own = json_text(payload, "subject");
    const char *title = json_text(payload, "title"), *severity = json_text(payload, "severity");
    if (own != NULL) return own;
    const char *form = i18n_find(w->lang, arena_printf(w->op->arena, "mail.subject.%s", w->kind));
    if (form == NULL || (title == NULL && !str_eq(w->kind, "test"))) return first_line(w);
    return i18n_format(w->lang, w->op->arena, arena_printf(w->op->arena, "mail.subject.%s", w->kind),
                       I18N_ARGS({ "title", title == NULL ? "" : title }, { "what", w->what },
                                 { "severity", severity == NULL ? "-" : severity },
                                 { "ref", w->ref == NULL ? "-" : w->ref }));
}

/* --- what it says --- */

static void add_fact(const struct writing *w, json_t *facts, const char *name, const char *value) {
    if (str_blank(value)) return;
    json_t *fact = json_object();
    json_put_text(fact, "label", i18n_text(w->lang, arena_printf(w->op->arena, "mail.fact.%s", name)));
    json_put_text(fact, "value", value);
    json_push(facts, fact);
}

static json_t *facts_of(const struct writing *w) {
    const json_t *payload = w->delivery->payload;
    json_t *facts = json_array();
    const char *title = json_text(payload, "title"), *state = json_text(payload, "state");
    bool incident = str_eq(w->kind, "incident"), action = str_eq(w->kind, "action");
    if (!incident && !action) return facts;
    const char *group = incident ? "label.state" : "review.action";
    const char *about = w->ref == NULL ? title : arena_printf(w->op->arena, "%s (%s)", title, w->ref);
    if (title != NULL) add_fact(w, facts, incident ? "incident" : "action", about);
    add_fact(w, facts, "severity", json_text(payload, "severity"));
    if (state != NULL) {
        add_fact(w, facts, "state", i18n_text(w->lang, arena_printf(w->op->arena, "%s.%s", group, state)));
    }
    add_fact(w, facts, "owner", json_text(payload, "owner"));
    add_fact(w, facts, "due", json_text(payload, "due"));
    return facts;
}

/* The link alone on its line is the button below. */
static json_t *paragraphs(const char *text, const char *link) {
    json_t *list = json_array();
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        bool button = link != NULL && strlen(link) == len && strncmp(text, link, len) == 0;
        if (len > 0 && !button) json_push(list, json_stringn(text, len));
        text += len + (text[len] == '\n');
    }
    return list;
}

static json_t *view_of(const struct writing *w, const char *subject) {
    json_t *view = json_obj(w->op->arena);
    const char *tone = tone_of(w->delivery->topic);
    bool own = json_text(w->delivery->payload, "subject") != NULL;
    json_put_text(view, "lang", i18n_code(w->lang));
    json_put_text(view, "subject", subject);
    json_put_text(view, "heading", own ? subject : w->what);
    json_put(view, "facts", facts_of(w));
    json_put_text(view, "text", w->text);
    json_put(view, "paragraphs", paragraphs(w->text, w->link));
    json_put_bool(view, "bad", str_eq(tone, "bad"));
    json_put_bool(view, "good", str_eq(tone, "good"));
    json_put_bool(view, "plain", str_eq(tone, "plain"));
    json_put_text(view, "link", w->link);
    json_put_bool(view, "said", w->link != NULL && strstr(w->text, w->link) != NULL); /* the text has it already */
    json_put_text(view, "open", say(w, "open"));
    json_put_text(view, "why", say(w, "why"));
    return view;
}

/* What is too long for our layout still goes as it is. */
static const char *rendered(const struct writing *w, const char *name, const json_t *view, size_t max) {
    struct buf out;
    struct error err;
    buf_init(&out, w->op->arena, max);
    return template_render(name, view, w->lang, &out, &err) && !out.overflow ? out.data : NULL;
}

/* An invitation is a file that calendars understand. */
static const json_t *attachments_of(const struct writing *w) {
    const json_t *own = json_object_get(w->delivery->payload, "attachments");
    const char *calendar = json_text(w->delivery->payload, "calendar");
    if (own != NULL || calendar == NULL) return own;
    json_t *list = json_arr(w->op->arena);
    json_t *item = json_object();
    json_put_text(item, "name", "retro.ics");
    json_put_text(item, "type", "text/calendar; method=REQUEST");
    json_put_text(item, "text", calendar);
    json_push(list, item);
    return list;
}

void letter_write(struct op *op, const struct delivery *delivery, struct letter *out) {
    const char *lang = json_text(delivery->payload, "lang");
    const char *text = json_text(delivery->payload, "text"), *ref = json_text(delivery->payload, "incident");
    struct writing w = { .op = op,
                         .delivery = delivery,
                         .lang = lang == NULL ? op->lang : i18n_get(lang),
                         .kind = kind_of(delivery->topic),
                         .ref = ref == NULL ? json_text(delivery->payload, "ref") : ref };
    w.what = topic_label(op->arena, w.lang, delivery->topic);
    w.text = text == NULL ? w.what : text;
    w.link = link_of(&w);
    *out = (struct letter){ .subject = subject_of(&w), .attachments = attachments_of(&w) };
    const json_t *view = view_of(&w, out->subject);
    const char *plain = rendered(&w, "mail/message.txt", view, TEXT_MAX);
    const char *own = json_text(delivery->payload, "html");
    out->text = plain != NULL ? plain : w.text;
    out->html = own != NULL ? own : rendered(&w, "mail/message", view, HTML_MAX);
}
