/* Rendering: walks the flat operations with a stack of view models. Thread-safe: nothing compiled is written to. */
#include "view/template_internal.h"

#include "base/arena.h"
#include "text/i18n.h"

#include <string.h>

enum { STACK_MAX = 64, PARTIAL_MAX = 16, NUMBER_SIZE = 32 };

struct render {
    const struct render_options *options;
    struct buf *out;
    struct error *err;
    const json_t *stack[STACK_MAX];
    size_t depth;
    int partials;
};

static const json_t *lookup(const struct render *render, const struct path *path) {
    if (path->depth == 0) return render->stack[render->depth - 1];
    const json_t *found = NULL;
    for (size_t i = render->depth; i-- > 0 && found == NULL;)
        found = json_object_getn(render->stack[i], path->names[0], path->lens[0]);
    for (size_t i = 1; i < path->depth && found != NULL; i++)
        found = json_object_getn(found, path->names[i], path->lens[i]);
    return found;
}

/* The text of a scalar; lists and objects have none. */
static bool scalar_text(const json_t *value, char number[NUMBER_SIZE], const char **text, size_t *len) {
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_STRING:
        *text = json_string_value(value);
        *len = json_string_length(value);
        return true;
    case JSON_INTEGER: snprintf(number, NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: snprintf(number, NUMBER_SIZE, "%.10g", json_real_value(value)); break;
    case JSON_TRUE: snprintf(number, NUMBER_SIZE, "true"); break;
    case JSON_FALSE: snprintf(number, NUMBER_SIZE, "false"); break;
    case JSON_NULL: number[0] = '\0'; break;
    default: return false;
    }
    *text = number;
    *len = strlen(number);
    return true;
}

static bool truthy(const json_t *value) {
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_NULL:
    case JSON_FALSE: return false;
    case JSON_STRING: return json_string_length(value) > 0;
    case JSON_INTEGER: return json_integer_value(value) != 0;
    case JSON_REAL: return json_real_value(value) < 0 || json_real_value(value) > 0;
    case JSON_ARRAY: return json_array_size(value) > 0;
    default: return true;
    }
}

static bool fail(const struct render *render, const struct template *template, const struct template_op *op,
                 const char *problem, const char *what) {
    return ERROR(render->err, ERR_INTERNAL, "template.render", "%s:%d: %s %s", template->name, op->line, problem, what);
}

static bool value_text(struct render *render, const struct template *template, const struct template_op *op,
                       const struct path *path, char number[NUMBER_SIZE], const char **text, size_t *len) {
    const json_t *value = lookup(render, path);
    if (value == NULL && render->options->strict)
        return fail(render, template, op, "the view model has no", path->text);
    if (!scalar_text(value, number, text, len))
        return fail(render, template, op, "a list or object as text:", path->text);
    return true;
}

static bool render_message(struct render *render, const struct template *template, const struct template_op *op) {
    struct i18n_arg args[TEMPLATE_ARGS_MAX];
    char numbers[TEMPLATE_ARGS_MAX][NUMBER_SIZE];
    for (size_t i = 0; i < op->count; i++) {
        size_t len;
        args[i].name = op->args[i].name;
        if (!value_text(render, template, op, &op->args[i].path, numbers[i], &args[i].value, &len)) return false;
    }
    const char *text = i18n_find(render->options->lang, op->text);
    if (text == NULL && render->options->strict) return fail(render, template, op, "no message", op->text);
    if (text == NULL) text = op->text;
    if (op->count > 0) text = i18n_fill(render->out->arena, text, args, op->count);
    template_escape(render->out, op->escape, text, strlen(text));
    return true;
}

static bool render_range(struct render *render, const struct template *template, size_t from, size_t until);

static bool render_pushed(struct render *render, const struct template *template, size_t at, const json_t *value) {
    const struct template_op *op = &template->ops[at];
    if (render->depth == STACK_MAX) return fail(render, template, op, "too deep at", op->path.text);
    render->stack[render->depth++] = value;
    bool done = render_range(render, template, at + 1, op->jump);
    render->depth--;
    return done;
}

static bool render_section(struct render *render, const struct template *template, size_t at) {
    const struct template_op *op = &template->ops[at];
    const json_t *value = lookup(render, &op->path);
    bool holds = truthy(value);
    if (op->kind == OP_INVERTED) return holds || render_range(render, template, at + 1, op->jump);
    if (!holds) return true;
    if (json_is_true(value)) return render_range(render, template, at + 1, op->jump);
    if (!json_is_array(value)) return render_pushed(render, template, at, value);
    size_t index;
    const json_t *item;
    json_array_foreach(value, index, item) {
        if (!render_pushed(render, template, at, item)) return false;
    }
    return true;
}

static bool render_partial(struct render *render, const struct template *template, const struct template_op *op) {
    const struct template *partial = op->partial;
    if (partial == NULL || render->partials == PARTIAL_MAX)
        return fail(render, template, op, partial == NULL ? "no partial" : "partials too deep at", op->text);
    render->partials++;
    bool done = render_range(render, partial, 0, partial->count);
    render->partials--;
    return done;
}

/* A page sees its whole view and nothing else: not the section its frame puts it in. */
static bool render_content(struct render *render, const struct template *template, const struct template_op *op) {
    const struct template *content = render->options->content;
    if (content == NULL) return fail(render, template, op, "no page within", op->text);
    const struct render_options options = { render->options->lang, render->options->strict, NULL };
    struct render page = { .options = &options, .out = render->out, .err = render->err };
    page.stack[page.depth++] = render->stack[0];
    return render_range(&page, content, 0, content->count);
}

static bool render_op(struct render *render, const struct template *template, size_t at) {
    const struct template_op *op = &template->ops[at];
    char number[NUMBER_SIZE];
    const char *text;
    size_t len;
    switch (op->kind) {
    case OP_LITERAL: buf_add(render->out, op->text, op->len); return true;
    case OP_VALUE:
        if (!value_text(render, template, op, &op->path, number, &text, &len)) return false;
        template_escape(render->out, op->escape, text, len);
        return true;
    case OP_MESSAGE: return render_message(render, template, op);
    case OP_SECTION:
    case OP_INVERTED: return render_section(render, template, at);
    case OP_CONTENT: return render_content(render, template, op);
    case OP_PARTIAL: return render_partial(render, template, op);
    case OP_END: return true;
    }
    return true;
}

static bool render_range(struct render *render, const struct template *template, size_t from, size_t until) {
    for (size_t at = from; at < until; at++) {
        const struct template_op *op = &template->ops[at];
        if (!render_op(render, template, at)) return false;
        if (op->kind == OP_SECTION || op->kind == OP_INVERTED) at = op->jump;
        if (render->out->overflow) return fail(render, template, op, "the page grew", "too large");
    }
    return true;
}

bool template_run(const struct template *template, const json_t *view, const struct render_options *options,
                  struct buf *out, struct error *err) {
    struct render render = { .options = options, .out = out, .err = err };
    render.stack[render.depth++] = view;
    return render_range(&render, template, 0, template->count);
}
