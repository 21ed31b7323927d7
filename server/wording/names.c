/* Names: marks the people of the roster in the folded text. Never guesses: a name is a name because the organisation
 * has such a person, and a name that is also a common word (하늘, 나라, Mark, Grace) needs company that only a
 * person has: a title, a capital letter inside a sentence, a verb. Owner fields are left alone. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

enum form_kind { FORM_FULL_KO, FORM_GIVEN_KO, FORM_FULL_EN, FORM_PART_EN, FORM_HANDLE };

struct form {
    const unsigned char *bytes;
    size_t len;
    enum form_kind kind;
    bool homonym; /* also a common English word */
    struct form *next; /* with the same first two bytes */
};

struct names {
    struct check *check;
    struct form *heads[4096];
};

static size_t head_of(const unsigned char *bytes) {
    return ((size_t)bytes[0] * 31 + bytes[1]) % 4096;
}

static void add_form(struct names *names, const unsigned char *bytes, size_t len, enum form_kind kind) {
    if (len < 2) return;
    struct form *form = ARENA_NEW(names->check->arena, struct form);
    *form = (struct form){ .bytes = bytes, .len = len, .kind = kind };
    char *word = arena_strn(names->check->arena, (const char *)bytes, len);
    form->homonym = json_object_get(names->check->rules->name_words, word) != NULL;
    size_t head = head_of(bytes);
    form->next = names->heads[head];
    names->heads[head] = form;
}

static size_t syllables(const unsigned char *bytes, size_t len) {
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (byte_is_l(bytes[i])) count++;
        else if (!byte_is_hangul(bytes[i])) return 0;
    }
    return count;
}

static size_t after_syllables(const unsigned char *bytes, size_t len, size_t count) {
    size_t at = 0;
    for (size_t seen = 0; at < len; at++) {
        if (byte_is_l(bytes[at]) && seen++ == count) break;
    }
    return at;
}

/* Two-syllable surnames, as our bytes would spell them after folding. */
static bool has_long_surname(struct check *check, const unsigned char *bytes, size_t len) {
    static const char *const surnames[] = { "남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방" };
    for (size_t i = 0; i < sizeof surnames / sizeof *surnames; i++) {
        struct text surname;
        text_fold_word(check->arena, surnames[i], &surname);
        if (len > surname.len && memcmp(bytes, surname.bytes, surname.len) == 0) return true;
    }
    return false;
}

static void add_korean(struct names *names, const unsigned char *bytes, size_t len, size_t count) {
    add_form(names, bytes, len, FORM_FULL_KO);
    if (count < 3 || count > 5) return;
    size_t surname = after_syllables(bytes, len, has_long_surname(names->check, bytes, len) ? 2 : 1);
    add_form(names, bytes + surname, len - surname, FORM_GIVEN_KO);
}

static void add_name(struct names *names, const char *name) {
    struct text folded;
    text_fold_word(names->check->arena, name, &folded);
    while (folded.len > 0 && (folded.bytes[0] == '@' || folded.bytes[0] == ' ')) folded.bytes++, folded.len--;
    while (folded.len > 0 && folded.bytes[folded.len - 1] == ' ') folded.len--;
    size_t count = syllables(folded.bytes, folded.len);
    if (count >= 2) {
        add_korean(names, folded.bytes, folded.len, count);
        return;
    }
    unsigned char *space = memchr(folded.bytes, ' ', folded.len);
    if (space == NULL) {
        add_form(names, folded.bytes, folded.len, FORM_HANDLE);
        return;
    }
    add_form(names, folded.bytes, folded.len, FORM_FULL_EN);
    size_t given = (size_t)(space - folded.bytes);
    if (given >= 3) add_form(names, folded.bytes, given, FORM_PART_EN);
    size_t last = folded.len;
    while (folded.bytes[last - 1] != ' ') last--;
    if (folded.len - last >= 4) add_form(names, folded.bytes + last, folded.len - last, FORM_PART_EN);
}

/* --- recognising --- */

static unsigned char before(const struct check *check, size_t at) {
    return at == 0 ? ' ' : check->folded.bytes[at - 1];
}

static unsigned char byte_at(const struct check *check, size_t at) {
    return at < check->folded.len ? check->folded.bytes[at] : ' ';
}

static bool follows(const struct check *check, const struct codes *codes, size_t at) {
    struct range found;
    size_t len = check->folded.len - at < 80 ? check->folded.len - at : 80;
    return codes_find(check, codes, check->folded.bytes + at, len, &found);
}

static bool is_capital(const struct check *check, size_t at) {
    uint32_t point = check->source.points[check->folded.map[at]];
    return (point >= 'A' && point <= 'Z') || (point >= 0xff21 && point <= 0xff3a) || (point >= 0xc0 && point <= 0xde) ||
           (point >= 0x391 && point <= 0x3a9) || (point >= 0x410 && point <= 0x42f);
}

static bool starts_sentence(const struct check *check, size_t at) {
    while (at > 0) {
        unsigned char byte = check->folded.bytes[--at];
        if (byte == '\n' || byte == '.' || byte == '!' || byte == '?' || byte == ':') return true;
        if (byte != ' ' && byte != '-' && byte != '*' && byte != '"' && byte != '(') return false;
    }
    return true;
}

static bool korean_full(const struct check *check, size_t at, size_t end) {
    if (byte_is_hangul(before(check, at))) return false;
    return !byte_is_hangul(byte_at(check, end)) || follows(check, &check->rules->particle, end) ||
           follows(check, &check->rules->title, end);
}

static bool korean_given(const struct check *check, size_t at, size_t end) {
    if (byte_is_hangul(before(check, at))) return false;
    if (before(check, at) == '@')
        return !byte_is_hangul(byte_at(check, end)) || follows(check, &check->rules->particle, end);
    return follows(check, &check->rules->title, end);
}

/* A word that is also a name: only where just a person could stand. */
static bool english_homonym(const struct check *check, size_t at, size_t end) {
    if (!is_capital(check, at)) return false;
    if (starts_sentence(check, at)) return follows(check, &check->rules->homonym_follow, end);
    if (byte_at(check, end) == ' ' && end + 1 < check->folded.len && is_capital(check, end + 1)) {
        return follows(check, &check->rules->homonym_follow, end);
    }
    static const char *const determiners[] = { "the ", "a ", "an ", "this ", "that ", "each ", "every " };
    for (size_t i = 0; i < sizeof determiners / sizeof *determiners; i++) {
        size_t len = strlen(determiners[i]);
        if (at >= len && memcmp(check->folded.bytes + at - len, determiners[i], len) == 0) return false;
    }
    return true;
}

static bool english_part(const struct check *check, const struct form *form, size_t at, size_t end) {
    unsigned char last = before(check, at);
    unsigned char next = byte_at(check, end);
    if (byte_is_word(last) || last == '-' || last == '/' || last == '.') return false;
    if (byte_is_latin(next) || (next >= '0' && next <= '9') || next == '_' || next == '-') return false;
    if (form->homonym) return english_homonym(check, at, end);
    return is_capital(check, at) || form->len >= 4;
}

/* Handles stand alone: not a part of a path, a host name or a longer handle. */
static bool is_handle_end(const struct check *check, size_t end) {
    unsigned char next = byte_at(check, end);
    if (byte_is_latin(next) || byte_is_digit(next) || next == '_') return false;
    bool joined = next == '-' || next == '.' || next == '/' || next == '@';
    unsigned char after = byte_at(check, end + 1);
    return !joined || !byte_is_word(after) || byte_is_hangul(after);
}

static bool handle(const struct check *check, const struct form *form, size_t at, size_t end) {
    unsigned char last = before(check, at);
    if (!is_handle_end(check, end)) return false;
    if (last == '@') return true;
    if (form->homonym || form->len < 3) return false;
    bool inside = byte_is_latin(last) || byte_is_digit(last);
    return !inside && last != '_' && last != '-' && last != '/' && last != '.';
}

static bool recognised(const struct check *check, const struct form *form, size_t at, size_t end) {
    switch (form->kind) {
    case FORM_FULL_KO: return korean_full(check, at, end);
    case FORM_GIVEN_KO: return korean_given(check, at, end);
    case FORM_FULL_EN: return !byte_is_word(before(check, at)) && !byte_is_latin(byte_at(check, end));
    case FORM_PART_EN: return english_part(check, form, at, end);
    default: return handle(check, form, at, end);
    }
}

/* What may stand between the syllables of a Korean name: a space in full names, a breaker in any. */
static bool is_gap(unsigned char byte, enum form_kind kind) {
    return (byte == ' ' && kind == FORM_FULL_KO) || byte == '-' || byte == BYTE_DOT || byte == '.' || byte == '*' ||
           byte == '_';
}

/* End of the form in the text from `at`, allowing spaces inside Korean names; 0 if it is not there. */
static size_t form_end(const struct check *check, const struct form *form, size_t at) {
    size_t end = at;
    for (size_t i = 0; i < form->len; i++, end++) {
        bool inside = form->kind <= FORM_GIVEN_KO && i > 0 && byte_is_l(form->bytes[i]);
        if (inside && is_gap(byte_at(check, end), form->kind)) end++;
        if (byte_at(check, end) != form->bytes[i] || (check->marks[end] & MARK_MASKED)) return 0;
    }
    if (form->kind <= FORM_GIVEN_KO && byte_is_t(byte_at(check, end))) return 0;
    return end;
}

/* "(@dpark)", "(김서연, 5/2)": in parentheses that end the line. */
static bool is_in_last_parentheses(const struct check *check, size_t end, size_t line_end) {
    const unsigned char *bytes = check->folded.bytes;
    const unsigned char *close = memchr(bytes + end, ')', line_end - end);
    unsigned char next = byte_at(check, end);
    if (close == NULL || (next != ')' && next != ',' && next != '/' && next != ' ')) return false;
    size_t rest = (size_t)(close - bytes) + 1;
    while (rest < line_end && (bytes[rest] == ' ' || bytes[rest] == '.')) rest++;
    return rest == line_end;
}

/* "- [ ] … @dpark 5/2": the handle that closes a task. */
static bool closes_task(const struct check *check, size_t at, size_t end, size_t line_end) {
    size_t line = at;
    while (line > 0 && check->folded.bytes[line - 1] != '\n') line--;
    while (check->folded.bytes[line] == ' ') line++;
    return check->folded.bytes[line] == '-' && memchr(check->folded.bytes + line, '[', at - line) != NULL &&
           line_end - end < 24;
}

/* At the end of an action a name is its owner, not a remedy. */
static bool is_trailing_owner(const struct check *check, size_t at, size_t end) {
    if (check->section != SECTION_PREVENTION) return false;
    size_t from = at;
    while (from > 0 && (check->folded.bytes[from - 1] == '@' || check->folded.bytes[from - 1] == ' ')) from--;
    size_t line_end = end;
    while (line_end < check->folded.len && check->folded.bytes[line_end] != '\n') line_end++;
    if (from > 0 && check->folded.bytes[from - 1] == '(') return is_in_last_parentheses(check, end, line_end);
    return before(check, at) == '@' && closes_task(check, at, end, line_end);
}

void check_names(struct check *check) {
    if (check->input->roster_count == 0) return;
    struct names *names = ARENA_NEW(check->arena, struct names);
    names->check = check;
    for (size_t i = 0; i < check->input->roster_count; i++) add_name(names, check->input->roster[i]);
    for (size_t at = 0; at + 1 < check->folded.len; at++) {
        if (check->marks[at] & (MARK_MASKED | MARK_OWNER)) continue;
        size_t longest = 0;
        for (const struct form *form = names->heads[head_of(check->folded.bytes + at)]; form != NULL;
             form = form->next) {
            size_t end = form_end(check, form, at);
            if (end > longest && recognised(check, form, at, end)) longest = end;
        }
        if (longest == 0 || is_trailing_owner(check, at, longest)) continue;
        size_t from = at > 0 && check->folded.bytes[at - 1] == '@' ? at - 1 : at;
        for (size_t i = from; i < longest; i++) check->marks[i] |= MARK_PERSON;
        at = longest - 1;
    }
}
