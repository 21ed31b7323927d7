/* Notice templates as they are in force: those that ship, with what the organisation changed or added. Every text is
 * one of a scenario, a stage and a language; each has its versions, and the one that ships can always be had back. */
#ifndef BONGSU_NOTICE_TEMPLATE_STORE_H
#define BONGSU_NOTICE_TEMPLATE_STORE_H

#include "notice/scenario.h"
#include "store/db.h"

/* All scenarios of a language with the organisation's texts in their place. */
bool notice_templates(struct tx *tx, const char *lang, struct scenario **out, size_t *count,
                      struct error *err) NODISCARD;
bool notice_templates_load(struct op *op, const char *lang, struct scenario **out, size_t *count,
                           struct error *err) NODISCARD;

/* Texts whose title or text is "" brought back what ships. */
struct notice_template_version {
    int64_t version, saved_at;
    const char *name, *saved_by; /* name may be NULL */
    struct notice_text text;
};

struct notice_template {
    const char *key, *name, *lang; /* name: of the scenario, in that language */
    enum notice_stage stage;
    struct notice_text shipped, own; /* text NULL: there is none; own is in force where there is one */
    bool ships; /* the scenario does, though perhaps not this text */
    int64_t version; /* 0: never touched */
    struct notice_template_version *versions; /* newest first */
    size_t version_count;
};

/* As typed. */
struct notice_template_input {
    const char *stage, *lang, *name, *title, *text;
    const char *version; /* that it was read at; NULL or "": whatever it is */
};

/* PERM_READ. ERR_NOT_FOUND notice.no_template for a scenario, stage or language that there is not. */
bool notice_template_load(struct op *op, const char *key, const char *stage, const char *lang,
                          struct notice_template *out, struct error *err) NODISCARD;
/* PERM_NOTICE. A key that no scenario has yet makes a scenario of the organisation's own. Unknown variables and broken
 * syntax are field errors template_syntax, unknown_name, unknown_pair with their place. An empty text brings back the
 * one that ships. ERR_STALE notice.template_stale. */
bool notice_template_save(struct op *op, const char *key, const struct notice_template_input *input,
                          struct error *err) NODISCARD;

extern const struct sql_list NOTICE_TEMPLATE_STATEMENTS;

#endif
