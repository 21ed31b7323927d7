/* Message catalogues: see i18n.h. Loaded once from the assets, sorted by key, never changed afterwards. The
 * reader is strict: a line it does not understand, a key twice, a placeholder that is no placeholder or a
 * particle pair nobody knows stops the program at start, with file and line. */
#include "text/i18n.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/josa.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FILLED_MAX = 64 * 1024, NAME_MAX_LEN = 40, CATALOGUE_CAP = 8 * 1024 * 1024, LANGUAGES = 2 };

struct message {
    const char *key;
    const char *text;
};

struct i18n {
    char code[4];
    struct message *list; /* sorted by key */
    size_t count, size;
    uint32_t *places; /* by hash of the key: 1 + index into list, 0: empty; at most half full */
    size_t place_mask;
};

static struct i18n languages[LANGUAGES] = { { .code = "ko" }, { .code = "en" } };
static struct arena *catalogue = NULL;

static bool is_name_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* {name} or {name:이/가} at `text`; returns its length with braces, 0 if it is none. */
static size_t placeholder_at(const char *text, char name[NAME_MAX_LEN], char pair[NAME_MAX_LEN]) {
    size_t at = 1;
    size_t len = 0;
    while (is_name_byte(text[at]) && len + 1 < NAME_MAX_LEN) name[len++] = text[at++];
    name[len] = '\0';
    pair[0] = '\0';
    if (len == 0) return 0;
    if (text[at] == ':') {
        size_t size = strcspn(text + at + 1, "}\n");
        if (size == 0 || size >= NAME_MAX_LEN) return 0;
        memcpy(pair, text + at + 1, size);
        pair[size] = '\0';
        if (josa_after("", pair) == NULL) return 0;
        at += size + 1;
    }
    return text[at] == '}' ? at + 1 : 0;
}

static const char *value_of(const struct i18n_arg *args, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(args[i].name, name) == 0) return args[i].value == NULL ? "" : args[i].value;
    }
    return NULL;
}

char *i18n_fill(struct arena *arena, const char *text, const struct i18n_arg *args, size_t count) {
    struct buf buf;
    buf_init(&buf, arena, FILLED_MAX);
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        buf_add(&buf, text, plain);
        text += plain;
        if (*text == '\0') break;
        char name[NAME_MAX_LEN];
        char pair[NAME_MAX_LEN];
        size_t len = placeholder_at(text, name, pair);
        const char *value = len > 0 ? value_of(args, count, name) : NULL;
        if (value == NULL) { /* shown as it stands, so that somebody notices */
            buf_add(&buf, text, len > 0 ? len : 1);
        } else {
            buf_puts(&buf, value);
            if (pair[0] != '\0') buf_puts(&buf, josa_after(value, pair));
        }
        text += len > 0 ? len : 1;
    }
    return buf.data;
}

static bool placeholders_check(const char *text) {
    char name[NAME_MAX_LEN];
    char pair[NAME_MAX_LEN];
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        if (placeholder_at(at, name, pair) == 0) return false;
    }
    return true;
}

/* The text with \n as a line break and \\ as a backslash; NULL for any other escape. */
static char *unescape(const char *text, size_t len) {
    char *out = arena_alloc(catalogue, len + 1);
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\\') {
            out[used++] = text[i];
            continue;
        }
        i++;
        if (i == len || (text[i] != 'n' && text[i] != '\\')) return NULL;
        out[used++] = text[i] == 'n' ? '\n' : '\\';
    }
    out[used] = '\0';
    return out;
}

static void message_add(struct i18n *lang, const char *key, const char *text) {
    if (lang->count == lang->size) {
        size_t size = lang->size * 2 + 256;
        struct message *list = ARENA_ARRAY(catalogue, size, struct message);
        if (lang->count > 0) memcpy(list, lang->list, lang->count * sizeof *list);
        lang->list = list;
        lang->size = size;
    }
    lang->list[lang->count++] = (struct message){ key, text };
}

static size_t key_length(const char *line, size_t len) {
    size_t at = 0;
    while (at < len && (is_name_byte(line[at]) || line[at] == '.' || line[at] == '-')) at++;
    return at;
}

static const char *text_read(struct i18n *lang, const char *key, const char *raw, size_t len) {
    if (len == 0) return "no text after =";
    if (!utf8_printable(raw, len, false) || !utf8_valid(raw, len)) return "not plain UTF-8";
    const char *text = unescape(raw, len);
    if (text == NULL) return "only \\n and \\\\ may follow a backslash";
    if (!placeholders_check(text)) return "a placeholder is {name} or {name:이/가}";
    message_add(lang, key, text);
    return NULL;
}

/* One `key = text` line without its end; room is the file's name. Returns what is wrong, or NULL. */
static const char *line_read(struct i18n *lang, const char *room, const char *line, size_t len) {
    while (len > 0 && strchr(" \r\t", line[len - 1]) != NULL) len--;
    if (len == 0 || *line == '#' || *line == ';') return NULL;
    size_t key_len = key_length(line, len);
    if (key_len == 0) return "a line is `key = text`; keys are a-z 0-9 _ . -";
    size_t at = key_len + strspn(line + key_len, " ");
    if (at >= len || line[at] != '=') return "no = after the key";
    at++;
    while (at < len && line[at] == ' ') at++;
    const char *key = arena_printf(catalogue, "%s.%.*s", room, (int)key_len, line);
    return text_read(lang, key, line + at, len - at);
}

static bool file_read(struct i18n *lang, const struct asset *asset, struct error *err) {
    const char *base = strrchr(asset->path, '/') + 1;
    const char *room = arena_strn(catalogue, base, strcspn(base, "-."));
    const char *text = (const char *)asset->bytes;
    if (strlen(text) != asset->size) return ERROR(err, ERR_INTERNAL, "i18n.invalid", "%s: NUL byte", asset->path);
    for (int number = 1; *text != '\0'; number++) {
        size_t len = strcspn(text, "\n");
        const char *fault = line_read(lang, room, text, len);
        if (fault != NULL) return ERROR(err, ERR_INTERNAL, "i18n.invalid", "%s:%d: %s", asset->path, number, fault);
        text += text[len] == '\n' ? len + 1 : len;
    }
    return true;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const struct message *)a)->key, ((const struct message *)b)->key);
}

static size_t place_of(const struct i18n *lang, const char *key) {
    return XXH3_64bits(key, strlen(key)) & lang->place_mask;
}

/* A page looks up hundreds of keys; most are found at the first place. */
static void index_keys(struct i18n *lang) {
    size_t size = 2;
    while (size < 2 * lang->count) size *= 2;
    lang->places = ARENA_ARRAY(catalogue, size, uint32_t);
    lang->place_mask = size - 1;
    for (size_t i = 0; i < lang->count; i++) {
        size_t place = place_of(lang, lang->list[i].key);
        while (lang->places[place] != 0) place = (place + 1) & lang->place_mask;
        lang->places[place] = (uint32_t)i + 1;
    }
}

static bool language_load(struct i18n *lang, struct error *err) {
    const struct asset *asset = NULL;
    const char *folder = arena_printf(catalogue, "templates/messages/%s/", lang->code);
    size_t count = asset_under(folder, &asset);
    for (size_t i = 0; i < count; i++) {
        if (str_ends(asset[i].path, ".ini") && !file_read(lang, &asset[i], err)) return false;
    }
    if (lang->count > 0) qsort(lang->list, lang->count, sizeof *lang->list, by_key);
    for (size_t i = 1; i < lang->count; i++) {
        if (strcmp(lang->list[i - 1].key, lang->list[i].key) == 0)
            return ERROR(err, ERR_INTERNAL, "i18n.invalid", "%s: key %s twice", folder, lang->list[i].key);
    }
    index_keys(lang);
    return true;
}

bool i18n_load_all(struct error *err) {
    arena_free(catalogue); /* tests load more than once */
    catalogue = arena_new(CATALOGUE_CAP);
    for (size_t i = 0; i < LANGUAGES; i++) {
        languages[i].list = NULL;
        languages[i].count = languages[i].size = 0;
        if (!language_load(&languages[i], err)) return false;
    }
    return true;
}

const struct i18n *i18n_get(const char *lang) {
    return lang != NULL && strcmp(lang, "en") == 0 ? &languages[1] : &languages[0];
}

const char *i18n_code(const struct i18n *lang) {
    return lang == NULL ? languages[0].code : lang->code;
}

const char *i18n_find(const struct i18n *lang, const char *key) {
    if (lang->count == 0) return NULL;
    size_t place = place_of(lang, key);
    for (uint32_t at; (at = lang->places[place]) != 0; place = (place + 1) & lang->place_mask) {
        const struct message *message = &lang->list[at - 1];
        if (strcmp(message->key, key) == 0) return message->text;
    }
    return NULL;
}

const char *i18n_text(const struct i18n *lang, const char *key) {
    const char *text = i18n_find(lang, key);
    return text == NULL ? key : text;
}

char *i18n_format(const struct i18n *lang, struct arena *arena, const char *key, const struct i18n_arg *args,
                  size_t count) {
    return i18n_fill(arena, i18n_text(lang, key), args, count);
}

size_t i18n_count(const struct i18n *lang) {
    return lang->count;
}

const char *i18n_key_at(const struct i18n *lang, size_t index) {
    REQUIRE(index < lang->count);
    return lang->list[index].key;
}
