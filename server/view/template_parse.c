/* Reading templates: text to a flat list of operations, with the escape of every value decided on the way. */
#include "view/template_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

struct frame { /* an open section */
    size_t op;
    struct html before;
};

struct parser {
    struct arena *arena;
    const char *name;
    enum template_kind kind;
    const char *begin, *at;
    int line;
    struct html html;
    struct template_op *ops;
    size_t count, size;
    struct frame frames[TEMPLATE_DEPTH_MAX];
    size_t depth;
    const char *fault;
};

static struct template_op *op_add(struct parser *parser, enum op_kind kind) {
    if (parser->count == parser->size) {
        size_t size = parser->size * 2 + 32;
        struct template_op *ops = ARENA_ARRAY(parser->arena, size, struct template_op);
        if (parser->count > 0) memcpy(ops, parser->ops, parser->count * sizeof *ops);
        parser->ops = ops;
        parser->size = size;
    }
    struct template_op *op = &parser->ops[parser->count++];
    *op = (struct template_op){ .kind = kind, .line = parser->line };
    return op;
}

static void literal_add(struct parser *parser, const char *text, size_t len) {
    if (len == 0) return;
    if (parser->kind == TEMPLATE_HTML) {
        /* byte ranges by line, so that a fault names its own line */
        for (size_t from = 0; from < len && parser->fault == NULL;) {
            const char *newline = memchr(text + from, '\n', len - from);
            size_t part = newline == NULL ? len - from : (size_t)(newline - text) - from + 1;
            parser->fault = html_feed(&parser->html, text + from, part);
            if (newline != NULL && parser->fault == NULL) parser->line++;
            from += part;
        }
        if (parser->fault != NULL) return;
    } else {
        for (size_t i = 0; i < len; i++) parser->line += text[i] == '\n';
    }
    struct template_op *op = op_add(parser, OP_LITERAL);
    op->text = text;
    op->len = len;
}

static bool is_name_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '-';
}

/* "a.b.c" or "." */
static bool path_read(struct parser *parser, const char *text, struct path *out) {
    const char *names[TEMPLATE_PATH_MAX];
    out->text = text;
    out->depth = 0;
    if (strcmp(text, ".") == 0) return true;
    while (true) {
        size_t len = 0;
        while (is_name_byte(text[len])) len++;
        if (len == 0 || out->depth == TEMPLATE_PATH_MAX || (text[len] != '\0' && text[len] != '.')) {
            parser->fault = "a name is a, a.b or .";
            return false;
        }
        names[out->depth++] = arena_strn(parser->arena, text, len);
        if (text[len] == '\0') break;
        text += len + 1;
    }
    out->names = ARENA_ARRAY(parser->arena, out->depth, const char *);
    memcpy(out->names, names, out->depth * sizeof *names);
    size_t *lens = ARENA_ARRAY(parser->arena, out->depth, size_t);
    for (size_t i = 0; i < out->depth; i++) lens[i] = strlen(names[i]);
    out->lens = lens;
    return true;
}

static void place_value(struct parser *parser, struct template_op *op, bool raw) {
    switch (parser->kind) {
    case TEMPLATE_HTML: parser->fault = html_value(&parser->html, raw, &op->escape); break;
    case TEMPLATE_SLACK: op->escape = raw ? ESCAPE_NONE : ESCAPE_SLACK; break;
    case TEMPLATE_TEXT: op->escape = ESCAPE_NONE; break;
    }
}

static void value_add(struct parser *parser, const char *key, bool raw) {
    const char *ending = parser->kind == TEMPLATE_HTML ? "_html" : "_slack";
    if (raw && !str_ends(key, ending)) {
        parser->fault = "{{{…}}} is for keys that end in _html (in slack/ _slack)";
        return;
    }
    struct template_op *op = op_add(parser, OP_VALUE);
    if (path_read(parser, key, &op->path)) place_value(parser, op, raw);
}

/* {{@key}} or {{@key name=path other=path}} */
static void message_add(struct parser *parser, const char *text) {
    char **words;
    size_t count = str_split(parser->arena, text, " \n\t", &words);
    if (count == 0 || count > TEMPLATE_ARGS_MAX) {
        parser->fault = "a message is {{@key}} or {{@key name=path}}";
        return;
    }
    struct message_arg *args = ARENA_ARRAY(parser->arena, count, struct message_arg);
    for (size_t i = 1; i < count; i++) {
        char *equals = strchr(words[i], '=');
        if (equals == NULL || equals == words[i]) {
            parser->fault = "a message's argument is name=path";
            return;
        }
        *equals = '\0';
        args[i - 1].name = words[i];
        if (!path_read(parser, equals + 1, &args[i - 1].path)) return;
    }
    struct template_op *op = op_add(parser, OP_MESSAGE);
    op->text = words[0];
    op->args = args;
    op->count = count - 1;
    place_value(parser, op, false);
}

static void section_open(struct parser *parser, enum op_kind kind, const char *key) {
    if (parser->depth == TEMPLATE_DEPTH_MAX) {
        parser->fault = "sections are nested too deeply";
        return;
    }
    if (parser->kind == TEMPLATE_HTML) parser->fault = html_section_begin(&parser->html);
    if (parser->fault != NULL) return;
    parser->frames[parser->depth++] = (struct frame){ parser->count, parser->html };
    path_read(parser, key, &op_add(parser, kind)->path);
}

static void section_close(struct parser *parser, const char *key) {
    struct frame *frame = parser->depth > 0 ? &parser->frames[parser->depth - 1] : NULL;
    if (frame == NULL || strcmp(parser->ops[frame->op].path.text, key) != 0) {
        parser->fault = arena_printf(parser->arena, "{{/%s}} closes nothing that is open", key);
        return;
    }
    if (parser->kind == TEMPLATE_HTML) parser->fault = html_section_end(&parser->html, &frame->before);
    parser->depth--;
    parser->ops[frame->op].jump = parser->count;
    op_add(parser, OP_END)->jump = frame->op;
}

static void partial_add(struct parser *parser, const char *name) {
    if (parser->kind == TEMPLATE_HTML && parser->html.state != HTML_TEXT)
        parser->fault = "a partial may stand in text only";
    op_add(parser, strcmp(name, "content") == 0 ? OP_CONTENT : OP_PARTIAL)->text = name;
}

/* A tag's content without blanks around it. */
static char *trimmed(struct arena *arena, const char *text, size_t len) {
    while (len > 0 && strchr(" \t\r\n", *text) != NULL) text++, len--;
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL) len--;
    return arena_strn(arena, text, len);
}

static void tag_add(struct parser *parser, const char *text, size_t len) {
    char sign = len > 0 ? *text : '\0';
    bool signed_tag = sign != '\0' && strchr("#^/>!@=&", sign) != NULL;
    char *key = trimmed(parser->arena, text + (signed_tag ? 1 : 0), len - (signed_tag ? 1 : 0));
    switch (signed_tag ? sign : '\0') {
    case '#': section_open(parser, OP_SECTION, key); break;
    case '^': section_open(parser, OP_INVERTED, key); break;
    case '/': section_close(parser, key); break;
    case '>': partial_add(parser, key); break;
    case '@': message_add(parser, key); break;
    case '!': break;
    case '=':
    case '&': parser->fault = "{{= =}} and {{& }} are not supported"; break;
    default: value_add(parser, key, false); break;
    }
}

/* In text templates a section, comment or partial alone on its line takes the line with it, as people expect when
 * they read the result. Returns how much of the literal before stays, and moves *after past the line's end. */
static size_t alone_on_line(const struct parser *parser, const char *open, const char **after, char sign) {
    size_t before = (size_t)(open - parser->at);
    if (parser->kind == TEMPLATE_HTML || sign == '\0' || strchr("#^/!", sign) == NULL) return before;
    const char *start = open;
    while (start > parser->begin && (start[-1] == ' ' || start[-1] == '\t')) start--;
    if (start > parser->begin && start[-1] != '\n') return before;
    const char *end = *after + strspn(*after, " \t\r");
    if (*end != '\n' && *end != '\0') return before;
    *after = *end == '\n' ? end + 1 : end;
    return start > parser->at ? (size_t)(start - parser->at) : 0;
}

static bool fail(struct parser *parser, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "template.invalid", "%s:%d: %s", parser->name, parser->line, parser->fault);
}

/* One literal and the tag after it; false at the end of the text or at a fault. */
static bool step(struct parser *parser) {
    const char *open = strstr(parser->at, "{{");
    if (open == NULL) {
        literal_add(parser, parser->at, strlen(parser->at));
        return false;
    }
    bool raw = open[2] == '{';
    const char *inside = open + (raw ? 3 : 2);
    const char *close = strstr(inside, raw ? "}}}" : "}}");
    if (close == NULL) {
        for (const char *at = parser->at; at < open; at++) parser->line += *at == '\n';
        parser->fault = "a tag without its end";
        return false;
    }
    const char *after = close + (raw ? 3 : 2);
    int line_after = 0;
    const char *tag_end = after;
    size_t before = alone_on_line(parser, open, &after, raw ? '\0' : *inside);
    for (const char *at = open; at < after; at++) line_after += *at == '\n';
    literal_add(parser, parser->at, before);
    if (parser->fault != NULL) return false;
    if (memchr(inside, '{', (size_t)(close - inside)) != NULL) parser->fault = "a tag inside a tag";
    else if (raw) value_add(parser, trimmed(parser->arena, inside, (size_t)(close - inside)), true);
    else tag_add(parser, inside, (size_t)(tag_end - 2 - inside));
    if (parser->fault == NULL) parser->line += line_after;
    parser->at = after;
    if (parser->count > TEMPLATE_OPS_MAX) parser->fault = "too long";
    return parser->fault == NULL;
}

bool template_compile(struct arena *arena, const char *name, enum template_kind kind, const char *text,
                      struct template *out, struct error *err) {
    struct parser parser = { .arena = arena, .name = name, .kind = kind, .begin = text, .at = text, .line = 1 };
    while (step(&parser)) continue;
    if (parser.fault != NULL) return fail(&parser, err);
    if (parser.depth > 0) {
        const struct template_op *open = &parser.ops[parser.frames[parser.depth - 1].op];
        parser.line = open->line;
        parser.fault = arena_printf(arena, "{{#%s}} is never closed", open->path.text);
        return fail(&parser, err);
    }
    if (kind == TEMPLATE_HTML && parser.html.state != HTML_TEXT) {
        parser.fault = "ends inside a tag, comment or script";
        return fail(&parser, err);
    }
    *out = (struct template){ name, kind, parser.ops, parser.count };
    return true;
}
