/* The set of all templates: see template.h. Loaded once from the assets, sorted by name, then only read. */
#include "view/template_internal.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { TEMPLATES_CAP = 32 * 1024 * 1024 };

static struct arena *loaded = NULL;
static struct template *templates = NULL;
static size_t template_count = 0;
static bool strict_mode = false;

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct template *)a)->name, ((const struct template *)b)->name);
}

static const struct template *find(const char *name) {
    struct template wanted = { .name = name };
    if (template_count == 0) return NULL;
    return bsearch(&wanted, templates, template_count, sizeof wanted, by_name);
}

/* {{>row}} in pages/home is row, partials/row or pages/row (with .txt in text templates). */
static const struct template *find_partial(const struct template *from, const char *name) {
    const char *slash = strrchr(from->name, '/');
    int folder = slash == NULL ? 0 : (int)(slash - from->name) + 1;
    const char *ending = from->kind == TEMPLATE_HTML || str_ends(name, ".txt") ? "" : ".txt";
    const char *names[] = { arena_printf(loaded, "%s%s", name, ending),
                            arena_printf(loaded, "partials/%s%s", name, ending),
                            arena_printf(loaded, "%.*s%s%s", folder, from->name, name, ending) };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct template *found = find(names[i]);
        if (found != NULL && found->kind == from->kind) return found;
    }
    return NULL;
}

static bool link_partials(struct template *template, struct error *err) {
    for (size_t i = 0; i < template->count; i++) {
        struct template_op *op = &template->ops[i];
        if (op->kind != OP_PARTIAL) continue;
        op->partial = find_partial(template, op->text);
        if (op->partial == NULL)
            return ERROR(err, ERR_INTERNAL, "template.invalid", "%s:%d: no partial %s", template->name, op->line,
                         op->text);
    }
    return true;
}

static bool compile_asset(const struct asset *asset, struct error *err) {
    bool html = str_ends(asset->path, ".html");
    const char *name = asset->path + strlen("templates/");
    enum template_kind kind = html ? TEMPLATE_HTML : str_starts(name, "slack/") ? TEMPLATE_SLACK : TEMPLATE_TEXT;
    const char *text = (const char *)asset->bytes;
    if (strlen(text) != asset->size) return ERROR(err, ERR_INTERNAL, "template.invalid", "%s: NUL byte", asset->path);
    name = html ? arena_strn(loaded, name, strlen(name) - strlen(".html")) : arena_str(loaded, name);
    if (!template_compile(loaded, name, kind, text, &templates[template_count], err)) return false;
    template_count++;
    return true;
}

bool template_load_all(bool strict, struct error *err) {
    const struct asset *asset = NULL;
    size_t count = asset_under("templates/", &asset);
    arena_free(loaded); /* tests load more than once */
    loaded = arena_new(TEMPLATES_CAP);
    templates = ARENA_ARRAY(loaded, count + 1, struct template);
    template_count = 0;
    strict_mode = strict;
    for (size_t i = 0; i < count; i++) {
        bool wanted = str_ends(asset[i].path, ".html") || str_ends(asset[i].path, ".txt");
        if (wanted && !compile_asset(&asset[i], err)) return false;
    }
    qsort(templates, template_count, sizeof *templates, by_name);
    for (size_t i = 0; i < template_count; i++) {
        if (!link_partials(&templates[i], err)) return false;
    }
    return true;
}

static bool find_named(const char *name, const struct template **out, struct error *err) {
    *out = find(name);
    return *out != NULL || ERROR(err, ERR_INTERNAL, "template.missing", "no template %s", name);
}

bool template_render(const char *name, const json_t *view, const struct i18n *lang, struct buf *out,
                     struct error *err) {
    const struct template *template;
    return find_named(name, &template, err) &&
           template_run(template, view, &(struct render_options){ lang, strict_mode, NULL }, out, err);
}

bool template_render_page(const char *content, const json_t *view, const struct i18n *lang, struct buf *out,
                          struct error *err) {
    const struct template *frame, *template;
    return find_named("layout", &frame, err) && find_named(content, &template, err) &&
           template_run(frame, view, &(struct render_options){ lang, strict_mode, template }, out, err);
}
