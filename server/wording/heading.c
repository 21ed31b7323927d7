/* Sections of a Markdown report by its headings, for text that comes as one file. */
#include "wording/wording_internal.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

struct heading {
    const char *word; /* anywhere in the heading, lower case */
    const char *section;
};

/* The first that fits wins, so the particular stands before the general. */
static const struct heading HEADINGS[] = {
    { "재발 방지", "prevention" },
    { "재발방지", "prevention" },
    { "예방", "prevention" },
    { "액션 아이템", "prevention" },
    { "후속 조치", "prevention" },
    { "추가 조치", "prevention" },
    { "개선 대책", "prevention" },
    { "prevent", "prevention" },
    { "action item", "prevention" },
    { "follow-up", "prevention" },
    { "follow up", "prevention" },
    { "remediation", "prevention" },
    { "원인", "cause" },
    { "5 whys", "cause" },
    { "5-whys", "cause" },
    { "why", "cause" },
    { "cause", "cause" },
    { "contributing", "cause" },
    { "타임라인", "timeline" },
    { "경과", "timeline" },
    { "timeline", "timeline" },
    { "교훈", "lessons" },
    { "배운 점", "lessons" },
    { "회고", "lessons" },
    { "잘한 점", "lessons" },
    { "개선할 점", "lessons" },
    { "논의", "lessons" },
    { "lesson", "lessons" },
    { "went well", "lessons" },
    { "went poorly", "lessons" },
    { "lucky", "lessons" },
    { "요약", "summary" },
    { "개요", "summary" },
    { "summary", "summary" },
    { "overview", "summary" },
    { "영향", "summary" },
    { "impact", "summary" },
    { "공지", "notice" },
    { "notice", "notice" },
};

static bool holds(const char *text, const char *word) {
    size_t len = strlen(word);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < len && (text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i]) == word[i]) i++;
        if (i == len) return true;
    }
    return false;
}

const char *wording_section_of_heading(const char *heading) {
    for (size_t i = 0; i < sizeof HEADINGS / sizeof *HEADINGS; i++) {
        if (holds(heading, HEADINGS[i].word)) return HEADINGS[i].section;
    }
    return NULL;
}
