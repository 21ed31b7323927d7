/* Patterns of rule files: expands {lexicon} references, turns Hangul into the bytes of our alphabet, and compiles.
 *
 *   {word}    a lexicon: a list becomes an alternation, a text is taken as it is
 *   {L} {V} {T} {H}  one leading consonant, vowel, final consonant, any of them;  {ㅆ}  that final consonant
 *   {syl}     one syllable;  {word}  a word of any script;  {end}  no final consonant follows
 *   {b} {e}   beginning and end of a word;  {name}  a person of the roster
 *   ~         optional breakers and spaces, for words that are often pulled apart
 *   space     optional in Korean; in English optional between two letters of a fixed phrase
 *
 * A Hangul syllable without final consonant also matches before one (하 finds 한, 할, 합): stems need no table.
 * Everything else is PCRE2.
 */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <string.h>

enum { PATTERN_MAX = 256 * 1024, EXPAND_DEPTH = 12 };

static bool refuse(const struct pattern_context *context, const char *why, const char *what, struct error *err) {
    return ERROR(err, ERR_INVALID, "wording.rule_malformed", "%s: %s: %.80s", context->place, why, what);
}

/* --- lexicons --- */

static const char *const BUILT_IN[] = { "L", "V", "T", "H", "syl", "word", "end", "b", "e", "name" };

static bool is_built_in(const char *name, size_t len) {
    if ((unsigned char)name[0] >= 0x80) return true; /* {ㅆ} */
    for (size_t i = 0; i < sizeof BUILT_IN / sizeof *BUILT_IN; i++) {
        if (strlen(BUILT_IN[i]) == len && memcmp(BUILT_IN[i], name, len) == 0) return true;
    }
    return false;
}

static bool expand(struct pattern_context *context, const char *pattern, int depth, struct buf *out, struct error *err);

static bool expand_reference(struct pattern_context *context, const char *name, size_t len, int depth, struct buf *out,
                             struct error *err) {
    const char *key = arena_strn(context->scratch, name, len);
    const json_t *value = json_object_get(context->lexicon, key);
    if (value == NULL) return refuse(context, "unknown lexicon", key, err);
    if (depth >= EXPAND_DEPTH) return refuse(context, "lexicon refers to itself", key, err);
    buf_puts(out, "(?:");
    if (json_is_string(value)) {
        if (!expand(context, json_string_value(value), depth + 1, out, err)) return false;
    } else {
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (i > 0) buf_putc(out, '|');
            if (!expand(context, json_string_value(json_array_get(value, i)), depth + 1, out, err)) return false;
        }
    }
    buf_putc(out, ')');
    return true;
}

static bool expand(struct pattern_context *context, const char *pattern, int depth, struct buf *out,
                   struct error *err) {
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            buf_add(out, at++, 2);
            continue;
        }
        bool reference = *at == '{' && !(at[1] >= '0' && at[1] <= '9') && at[1] != ',';
        const char *close = reference ? strchr(at, '}') : NULL;
        if (reference && close == NULL) return refuse(context, "{ without }", at, err);
        if (!reference || is_built_in(at + 1, (size_t)(close - at - 1))) {
            buf_putc(out, *at);
            continue;
        }
        if (!expand_reference(context, at + 1, (size_t)(close - at - 1), depth, out, err)) return false;
        at = close;
    }
    return true;
}

/* --- translation --- */

struct translating {
    struct pattern_context *context;
    const char *at;
    struct buf out;
    bool in_class;
};

static void put_built_in(struct translating *run, const char *name, size_t len) {
    static const struct {
        const char *name, *pattern;
    } table[] = {
        { "L", "[\x80-\x92]" },
        { "V", "[\x93-\xa7]" },
        { "T", "[\xa8-\xc2]" },
        { "H", "[\x80-\xc2]" },
        { "syl", "(?:[\x80-\x92][\x93-\xa7][\xa8-\xc2]?)" },
        { "word", "(?:[a-z0-9_'\x02\x03\x80-\xc3]+)" },
        { "end", "(?![\xa8-\xc2])" },
        { "b", "(?<![a-z0-9_\x80-\xc3])" },
        { "e", "(?![a-z0-9_\x80-\xc3])" },
        { "name", "(?:\x03{1,2})" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
            buf_puts(&run->out, table[i].pattern);
    }
}

/* {ㅆ}: a final consonant. Folding it after a vowel gives the byte. */
static bool put_final(struct translating *run, const char *name, size_t len, struct error *err) {
    struct text folded;
    text_fold_word(run->context->scratch,
                   arena_printf(run->context->scratch, "\xec\x95\x84%.*s\xea\xb0\x80", (int)len, name), &folded);
    if (folded.len != 5 || !byte_is_t(folded.bytes[2])) return refuse(run->context, "no final consonant", name, err);
    buf_putc(&run->out, (char)folded.bytes[2]);
    return true;
}

static bool is_quantifier(const char *at) {
    return *at == '?' || *at == '*' || *at == '+' || (*at == '{' && at[1] >= '0' && at[1] <= '9');
}

static bool put_hangul(struct translating *run, uint32_t point, const char *next, struct error *err) {
    char utf8[5] = { 0 };
    utf8_put(utf8, point);
    struct text folded;
    text_fold_word(run->context->scratch, utf8, &folded);
    bool jamo = point >= 0x3131 && point <= 0x3163;
    if (jamo && point >= 0x314f) { /* a vowel alone: fold it after a consonant */
        text_fold_word(run->context->scratch, arena_printf(run->context->scratch, "\xe3\x85\x87%s", utf8), &folded);
        if (folded.len == 2) folded.bytes++, folded.len = 1;
    }
    if (folded.len == 0 || !byte_is_hangul(folded.bytes[0])) return refuse(run->context, "letter", utf8, err);
    if (run->in_class && folded.len != 1) return refuse(run->context, "syllable in a class", utf8, err);
    bool group = folded.len > 1 && is_quantifier(next);
    if (group) buf_puts(&run->out, "(?:");
    buf_add(&run->out, (const char *)folded.bytes, folded.len);
    if (group) buf_putc(&run->out, ')');
    return true;
}

static bool put_other(struct translating *run, struct error *err) {
    uint32_t point;
    size_t step = utf8_next(run->at, strlen(run->at), &point);
    if (step == 0) return refuse(run->context, "not UTF-8", run->at, err);
    const char *next = run->at + step;
    run->at = next;
    if ((point >= 0xac00 && point <= 0xd7a3) || (point >= 0x3131 && point <= 0x3163)) {
        return put_hangul(run, point, next, err);
    }
    if (point == 0xb7) {
        buf_putc(&run->out, (char)BYTE_DOT);
        return true;
    }
    return refuse(run->context, "character outside the alphabet", next - step, err);
}

/* Spaces come and go in Korean; in English they may be missing only between the letters of a fixed phrase. */
static void put_space(struct translating *run) {
    buf_putc(&run->out, ' ');
    if (is_quantifier(run->at) || run->out.len < 2) return;
    char last = run->out.data[run->out.len - 2];
    bool phrase = byte_is_latin((unsigned char)last) && byte_is_latin((unsigned char)*run->at);
    if (run->context->lang == LANG_KO || phrase) buf_putc(&run->out, '?');
}

static bool put_ascii(struct translating *run, struct error *err) {
    char byte = *run->at;
    if (byte >= 'A' && byte <= 'Z') return refuse(run->context, "upper case never matches", run->at, err);
    run->at++;
    if (run->in_class) {
        if (byte == ']') run->in_class = false;
        buf_putc(&run->out, byte);
        return true;
    }
    if (byte == '[') {
        run->in_class = true;
        buf_putc(&run->out, byte);
        if (*run->at == '^') buf_putc(&run->out, *run->at++);
    } else if (byte == '~') buf_puts(&run->out, "[ ._*\xc5-]{0,2}");
    else if (byte == ' ') put_space(run);
    else buf_putc(&run->out, byte);
    return true;
}

static bool translate(struct translating *run, struct error *err) {
    while (*run->at != '\0') {
        if (*run->at == '\\' && run->at[1] != '\0') {
            buf_add(&run->out, run->at, 2);
            run->at += 2;
        } else if (*run->at == '{' && !(run->at[1] >= '0' && run->at[1] <= '9') && run->at[1] != ',') {
            const char *close = strchr(run->at, '}');
            size_t len = (size_t)(close - run->at - 1);
            if ((unsigned char)run->at[1] < 0x80) put_built_in(run, run->at + 1, len);
            else if (!put_final(run, run->at + 1, len, err)) return false;
            run->at = close + 1;
        } else if ((unsigned char)*run->at >= 0x80) {
            if (!put_other(run, err)) return false;
        } else if (!put_ascii(run, err)) return false;
    }
    return true;
}

static void free_code(void *code) {
    pcre2_code_free(code);
}

static bool compile(struct pattern_context *context, const char *pattern, struct code *out, struct error *err) {
    struct buf expanded;
    buf_init(&expanded, context->scratch, PATTERN_MAX);
    if (!expand(context, pattern, 0, &expanded, err)) return false;
    struct translating run = { .context = context, .at = expanded.data };
    buf_init(&run.out, context->scratch, PATTERN_MAX);
    if (context->lang == LANG_EN) buf_puts(&run.out, "(?<![a-z0-9_])(?:");
    if (!translate(&run, err)) return false;
    if (context->lang == LANG_EN) buf_puts(&run.out, ")(?![a-z0-9_])");
    if (expanded.overflow || run.out.overflow) return refuse(context, "pattern too large", pattern, err);
    int code;
    PCRE2_SIZE offset;
    uint32_t options = PCRE2_NEVER_UTF | PCRE2_DOTALL | (out->at_mention ? PCRE2_ANCHORED : 0);
    pcre2_code *pcre = pcre2_compile((PCRE2_SPTR)run.out.data, run.out.len, options, &code, &offset, NULL);
    if (pcre == NULL) {
        char why[120];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
        return refuse(context, why, pattern, err);
    }
    arena_defer(context->arena, free_code, pcre);
    out->pcre = pcre;
    out->warmth = ARENA_NEW(context->arena, struct warmth);
    if (context->watch && !prefilter_watch(context->prefilter, run.out.data, run.out.len, (int)context->lang)) {
        return refuse(context, "no literal to look for", pattern, err);
    }
    out->literals =
        context->prefilter == NULL ? NULL : prefilter_literals(context->prefilter, run.out.data, run.out.len);
    return true;
}

/* Finding people is the dearest part of many rules, so it is done once a sentence: see match.c. */
static bool begins_with_person(const char *pattern) {
    static const char *const prefixes[] = { "{person}", "{agent}", "{who}", "{subject}{who}", "{mention}" };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (str_starts(pattern, prefixes[i])) return true;
    }
    return false;
}

bool pattern_compile(struct pattern_context *context, const char *pattern, struct code *out, struct error *err) {
    *out = (struct code){ .at_mention = context->mentions && begins_with_person(pattern) };
    context->scratch = arena_new(ARENA_REQUEST_CAP);
    bool done = compile(context, pattern, out, err);
    arena_free(context->scratch);
    context->scratch = NULL;
    return done;
}
