/* The three rules of the whys (004 p.305): the first question is asked from the customer's side; every answer rests on
 * a fact that can be checked; there may be any number of steps. The page says which step breaks which rule. An answer
 * without its evidence is neither submitted nor published; from whose side a question is asked no list of words can
 * tell for certain, so that remains advice. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/bigram.h"
#include "text/i18n.h"

#include <string.h>

/* Names the text somebody who uses the service, in either language? The words are review.customer_words. */
static bool names_customer(struct op *op, const char *text) {
    static const char *const LANGUAGES[] = { "ko", "en" };
    const char *folded = bigram_fold(op->arena, text == NULL ? "" : text);
    if (folded == NULL) return false;
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        char **words;
        size_t count = str_split(op->arena, i18n_text(i18n_get(LANGUAGES[i]), "review.customer_words"), " ", &words);
        for (size_t n = 0; n < count; n++) {
            if (strstr(folded, words[n]) != NULL) return true;
        }
    }
    return false;
}

static enum why_fault answer_fault(const struct why *why) {
    if (str_blank(why->answer)) return WHY_NO_ANSWER;
    return str_blank(why->evidence) ? WHY_NO_EVIDENCE : WHY_FINE;
}

enum why_fault whys_fault(struct op *op, const struct document *document, size_t step) {
    const struct why *why = &document->whys[step];
    if (step == 0 && !names_customer(op, why->question)) return WHY_NOT_CUSTOMER;
    return answer_fault(why);
}

void whys_check(struct op *op, const struct document *document) {
    for (size_t i = 0; i < document->why_count; i++) {
        enum why_fault fault = answer_fault(&document->whys[i]);
        if (fault == WHY_FINE) continue;
        bool unanswered = fault == WHY_NO_ANSWER;
        op_field_error(op, arena_printf(op->arena, "whys[%zu].%s", i, unanswered ? "answer" : "evidence"),
                       unanswered ? "required" : "evidence", NULL);
    }
}
