/* Filling in notice texts: see render.h. One scanner finds the tags for both rendering and checking. */
#include "notice/render.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/josa.h"

#include <stdio.h>
#include <string.h>

struct tag {
    const char *at; /* its {{ */
    size_t len; /* with both braces */
    const char *name;
    const char *pair; /* NULL without */
};

struct filling {
    struct arena *arena;
    const char *text;
    const json_t *vars; /* NULL when only checking */
    const char *const *names; /* NULL when rendering */
    bool particles;
    struct buf out;
    struct notice_faults *faults;
};

static void fault_add(struct filling *filling, const char *code, const char *at, size_t len, const char *what) {
    struct notice_faults *faults = filling->faults;
    if (faults->count == NOTICE_FAULTS_MAX) return;
    if (faults->list == NULL) faults->list = ARENA_ARRAY(filling->arena, NOTICE_FAULTS_MAX, struct notice_fault);
    struct notice_fault *fault = &faults->list[faults->count++];
    *fault = (struct notice_fault){ .code = code, .line = 1, .column = 1 };
    fault->what = arena_str(filling->arena, what);
    fault->length = utf8_count(arena_strn(filling->arena, at, len));
    for (const char *byte = filling->text; byte < at; byte++) {
        if (((unsigned char)*byte & 0xc0) == 0x80) continue;
        fault->offset++;
        fault->column++;
        if (*byte == '\n') fault->line++, fault->column = 1;
    }
}

static bool is_name(const char *name) {
    if (*name == '\0' || strlen(name) > 64) return false;
    for (; *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        if (!plain && byte < 0x80 && byte != '_' && byte != '-' && byte != '.') return false;
    }
    return true;
}

static char *trimmed(struct arena *arena, const char *text, size_t len) {
    while (len > 0 && *text == ' ') text++, len--;
    while (len > 0 && text[len - 1] == ' ') len--;
    return arena_strn(arena, text, len);
}

/* The tag that starts at `at`; false if it is broken (its fault is noted, len says what to skip). */
static bool tag_read(struct filling *filling, const char *at, struct tag *tag) {
    const char *inside = at + 2;
    size_t len = strcspn(inside, "{}\n");
    bool closed = inside[len] == '}' && inside[len + 1] == '}' && inside[len + 2] != '}';
    tag->at = at;
    tag->len = closed ? len + 4 : len + 2;
    char *content = trimmed(filling->arena, inside, len);
    char *colon = closed ? strchr(content, ':') : NULL;
    tag->pair = colon == NULL ? NULL : trimmed(filling->arena, colon + 1, strlen(colon + 1));
    tag->name = colon == NULL ? content : trimmed(filling->arena, content, (size_t)(colon - content));
    if (closed && is_name(tag->name)) return true;
    while (!closed && (at[tag->len] == '{' || at[tag->len] == '}')) tag->len++;
    fault_add(filling, "template_syntax", at, tag->len, arena_strn(filling->arena, at, tag->len));
    return false;
}

static bool name_known(const struct filling *filling, const char *name) {
    if (filling->names == NULL) return json_object_get(filling->vars, name) != NULL;
    for (const char *const *known = filling->names; *known != NULL; known++) {
        if (str_eq(*known, name)) return true;
    }
    return false;
}

/* The value as text, NULL if it is a list, an object, null or a truth value. */
static const char *value_text(struct filling *filling, const char *name) {
    const json_t *value = json_object_get(filling->vars, name);
    if (json_is_string(value)) return json_string_value(value);
    if (json_is_integer(value)) return arena_printf(filling->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value)) return arena_printf(filling->arena, "%.10g", json_real_value(value));
    return NULL;
}

static void tag_fill(struct filling *filling, const struct tag *tag) {
    if (!name_known(filling, tag->name)) fault_add(filling, "unknown_name", tag->at, tag->len, tag->name);
    if (tag->pair != NULL && josa_after("", tag->pair) == NULL) {
        fault_add(filling, "unknown_pair", tag->at, tag->len, tag->pair);
        return;
    }
    if (filling->vars == NULL || !name_known(filling, tag->name)) return;
    const char *value = value_text(filling, tag->name);
    if (value == NULL) {
        fault_add(filling, "not_text", tag->at, tag->len, tag->name);
        return;
    }
    buf_puts(&filling->out, value);
    if (tag->pair != NULL && filling->particles) buf_puts(&filling->out, josa_after(value, tag->pair));
}

static bool fill(struct filling *filling) {
    const char *text = filling->text;
    if (strlen(text) > NOTICE_TEXT_BYTES_MAX) {
        fault_add(filling, "too_long", text, 0, "32 KiB");
        return false;
    }
    buf_init(&filling->out, filling->arena, NOTICE_FILLED_BYTES_MAX);
    while (*text != '\0') {
        size_t plain = strcspn(text, "{}");
        buf_add(&filling->out, text, plain);
        text += plain;
        if (*text == '\0') break;
        if (text[1] != *text) { /* a single brace is text */
            buf_putc(&filling->out, *text++);
        } else if (*text == '}') {
            fault_add(filling, "template_syntax", text, 2, "}}");
            text += 2;
        } else {
            struct tag tag;
            if (tag_read(filling, text, &tag)) tag_fill(filling, &tag);
            text += tag.len;
        }
    }
    if (filling->out.overflow) fault_add(filling, "too_long", filling->text, 0, "64 KiB");
    return filling->faults->count == 0;
}

bool notice_render(struct arena *arena, const char *text, const json_t *vars, const struct i18n *lang, char **out,
                   struct notice_faults *faults) {
    struct filling filling = { .arena = arena, .text = text, .vars = vars, .faults = faults };
    filling.particles = str_eq(i18n_code(lang), "ko");
    *faults = (struct notice_faults){ 0 };
    if (!fill(&filling)) return false;
    *out = filling.out.data;
    return true;
}

bool notice_check(struct arena *arena, const char *text, const char *const *names, struct notice_faults *faults) {
    struct filling filling = { .arena = arena, .text = text, .names = names, .faults = faults };
    *faults = (struct notice_faults){ 0 };
    return fill(&filling);
}
