/* Input: members of a request, from a form or a JSON body alike, as texts and numbers that domain drafts take.
 * Wrong types become field errors of the op (field_error.*), so that a handler reads everything and asks once:
 * `if (op->fields.count > 0) …`. Unknown members are ignored. Lengths and meanings are the domain's to check. */
#ifndef BONGSU_WEB_INPUT_H
#define BONGSU_WEB_INPUT_H

#include "http/http.h"

struct tz;

/* NULL: not sent. A JSON null reads as "", which clears (merge patch). Numbers and true/false read as their text. */
const char *input_text(struct request *request, const char *name);
/* NULL-terminated; NULL: not sent. A JSON array of texts, repeated form fields, or one text cut at commas. */
const char *const *input_list(struct request *request, const char *name);
/* Sent and right: true. RFC 3339, or as datetime-local sends it, read in tz. */
bool input_instant(struct request *request, const char *name, const struct tz *tz, int64_t *ms);
bool input_i64(struct request *request, const char *name, int64_t min, int64_t max, int64_t *out);
bool input_flag(struct request *request, const char *name, bool fallback); /* a form's checkbox is "on" or absent */
/* A JSON object or array; NULL if not sent or sent by a form. */
const json_t *input_json(struct request *request, const char *name);

/* The whole input as a table, for handlers with many plain fields. */
enum input_type { INPUT_LINE = 1, INPUT_AREA, INPUT_NUMBER, INPUT_INSTANT, INPUT_FLAG, INPUT_WORD };
struct input_field {
    const char *name;
    enum input_type type;
    bool required;
    int64_t max; /* characters, or largest number; 0: 200 and 4000 characters, INT64_MAX */
    const char *const *words; /* INPUT_WORD: NULL-terminated */
};
struct input_value {
    bool sent;
    const char *text; /* NULL if not sent; clean */
    int64_t number; /* NUMBER; INSTANT in ms; FLAG 0 or 1; WORD its index */
};
/* values has one entry a field. False with ERR_INVALID if anything was wrong. */
bool input_read(struct request *request, const struct tz *tz, const struct input_field *fields, size_t count,
                struct input_value *values, struct error *err) NODISCARD;

#endif
