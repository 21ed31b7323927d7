/* How Latin words end when Koreans read them aloud: see josa_internal.h.
 *
 * 1. units after a number (10kg, 300ms); 2. a list of words that the rules below would get wrong;
 * 3. capitals are spelled letter by letter (API, URL), long ones with a vowel are words (SERVER);
 * 4. of a compound only the last hump counts (LoadBalancer, MySQL); 5. the ending of an English word as it is
 * written in Hangul: a stop after one short vowel closes the syllable (Tomcat 톰캣), after a consonant or a long
 * vowel it gets a vowel of its own (client 클라이언트). */
#include "text/josa_internal.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 48 };

/* Each list starts and ends with a blank, so that " word " is found only as a whole. */
static const char UNIT_VOWEL[] = " s m l ml dl kl km cm mm nm kcal cal a v w wh kwh mah p d ";
static const char UNIT_CONSONANT[] = " g kg mg min hr h ";
static const char UNIT_RIEUL[] = " px mol db ";

/* Words whose spelling misleads the rules below, and short ones that stay words when written in capitals. */
static const char WORD_VOWEL[] =
    " ok check healthcheck bit gigabit megabit kilobit hit exit edit loop jeep scout watt acme theme "
    "user km cm mm kcal kakao naver nike adobe apache recipe ";
static const char WORD_CONSONANT[] =
    " app map bot chat shop stop git set net top hot web tab lab job put get pop zip tip step club pub big bag dog "
    "good talk "
    "tweet retweet foot book look hook lock pack rack back deck mock mac hmac ldap template private line zone one time "
    "name game home scene kg mg ";
static const char WORD_RIEUL[] = " file role rule sale mile px ";

static bool listed(const char *list, const char *word) {
    char key[WORD_MAX + 3];
    size_t len = strlen(word);
    key[0] = ' ';
    memcpy(key + 1, word, len);
    key[len + 1] = ' ';
    key[len + 2] = '\0';
    return strstr(list, key) != NULL;
}

static bool is_vowel(char letter) {
    return letter != '\0' && strchr("aeiouy", letter) != NULL;
}

static bool ends(const char *word, size_t len, const char *ending) {
    size_t size = strlen(ending);
    return len >= size && memcmp(word + len - size, ending, size) == 0;
}

static bool ends_any(const char *word, size_t len, const char *const *endings) {
    for (; *endings != NULL; endings++) {
        if (ends(word, len, *endings)) return true;
    }
    return false;
}

static enum sound letter_name(char letter) {
    switch (letter) {
    case 'l':
    case 'r': return SOUND_RIEUL; /* 엘, 알 */
    case 'm':
    case 'n': return SOUND_CONSONANT; /* 엠, 엔 */
    default: return SOUND_VOWEL;
    }
}

static bool has_vowel(const char *word, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (is_vowel(word[i])) return true;
    }
    return false;
}

static enum sound silent_e(const char *word, size_t len) {
    if (len < 3) return SOUND_VOWEL;
    if (ends(word, len, "type")) return SOUND_CONSONANT; /* 타입 */
    switch (word[len - 2]) {
    case 'l': return SOUND_RIEUL; /* table, file, module */
    case 'm':
    case 'n': return SOUND_CONSONANT; /* Chrome, pipeline */
    default: return SOUND_VOWEL; /* update, service, cache */
    }
}

static enum sound stop_sound(const char *word, size_t len) {
    static const char *const LONG[] = { "ight", "eet", "eat", "oat", "ait", "oot", "ruit",
                                        "suit", "eit", "eek", "eak", "oak", NULL };
    static const char *const CLOSED[] = { "ck", "pp", "tt", "talk", NULL };
    char before = len > 1 ? word[len - 2] : '\0';
    if (ends_any(word, len, CLOSED)) return SOUND_CONSONANT; /* Slack, app; check is listed */
    if (word[len - 1] == 'b' && before == 'u') return SOUND_VOWEL; /* hub 허브 */
    return is_vowel(before) && !ends_any(word, len, LONG) ? SOUND_CONSONANT : SOUND_VOWEL;
}

static enum sound english_sound(const char *word, size_t len) {
    switch (word[len - 1]) {
    case 'l': return SOUND_RIEUL;
    case 'm':
    case 'n': return SOUND_CONSONANT;
    case 'g': return ends(word, len, "ng") || ends(word, len, "dog") ? SOUND_CONSONANT : SOUND_VOWEL;
    case 'e': return silent_e(word, len);
    case 't':
    case 'p':
    case 'k':
    case 'c':
    case 'b': return stop_sound(word, len);
    default: return SOUND_VOWEL;
    }
}

static enum sound listed_sound(const char *word) {
    if (listed(WORD_VOWEL, word)) return SOUND_VOWEL;
    if (listed(WORD_CONSONANT, word)) return SOUND_CONSONANT;
    if (listed(WORD_RIEUL, word)) return SOUND_RIEUL;
    return SOUND_NONE;
}

static enum sound unit_sound(const char *word) {
    if (listed(UNIT_VOWEL, word)) return SOUND_VOWEL;
    if (listed(UNIT_CONSONANT, word)) return SOUND_CONSONANT;
    if (listed(UNIT_RIEUL, word)) return SOUND_RIEUL;
    return SOUND_NONE;
}

/* Where the last hump of a compound starts: CamelCase, or a run of capitals after small letters. */
static size_t hump_start(const char *letters, size_t len) {
    size_t at = len;
    if (isupper((unsigned char)letters[len - 1])) {
        while (at > 0 && isupper((unsigned char)letters[at - 1])) at--;
        return at;
    }
    while (at > 0 && !isupper((unsigned char)letters[at - 1])) at--;
    return at == 0 ? 0 : at - 1;
}

static enum sound hump_sound(const char *letters, const char *word, size_t len) {
    enum sound sound = listed_sound(word);
    if (sound != SOUND_NONE) return sound;
    size_t capitals = 0;
    while (capitals < len && isupper((unsigned char)letters[capitals])) capitals++;
    bool all_capitals = capitals == len;
    bool spelled = len == 1 || (all_capitals && len <= 4) || !has_vowel(word, len);
    return spelled ? letter_name(word[len - 1]) : english_sound(word, len);
}

enum sound josa_latin_sound(const char *letters, size_t len, bool after_number) {
    char word[WORD_MAX + 1];
    if (len > WORD_MAX) {
        letters += len - WORD_MAX;
        len = WORD_MAX;
    }
    for (size_t i = 0; i < len; i++) word[i] = (char)tolower((unsigned char)letters[i]);
    word[len] = '\0';
    if (len == 2 && memcmp(letters, "ml", 2) == 0) return SOUND_VOWEL; /* 밀리리터; ML is spelled */
    bool generation = len == 1 && letters[0] == 'G'; /* 5G is no weight */
    enum sound sound = after_number && !generation ? unit_sound(word) : SOUND_NONE;
    if (sound == SOUND_NONE) sound = listed_sound(word);
    if (sound != SOUND_NONE) return sound;
    size_t start = hump_start(letters, len);
    return hump_sound(letters + start, word + start, len - start);
}
