/* Attachments: see attachment.h. What a file is, is told by its bytes. */
#include "incident/attachment_row.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "incident/incident_internal.h"

enum { FILENAME_MAX_CHARS = 100, NOTE_CHARS = 500 };

static bool starts_with(const char *bytes, size_t size, const char *magic, size_t len) {
    return size >= len && memcmp(bytes, magic, len) == 0;
}

const char *attachment_sniff(const char *bytes, size_t size) {
    if (starts_with(bytes, size, "\x89PNG\r\n\x1a\n", 8)) return "image/png";
    if (starts_with(bytes, size, "\xff\xd8\xff", 3)) return "image/jpeg";
    if (starts_with(bytes, size, "GIF87a", 6) || starts_with(bytes, size, "GIF89a", 6)) return "image/gif";
    if (starts_with(bytes, size, "RIFF", 4) && size >= 12 && memcmp(bytes + 8, "WEBP", 4) == 0) return "image/webp";
    if (size > 0 && utf8_valid(bytes, size) && utf8_printable(bytes, size, true)) return "text/plain";
    return NULL;
}

static const char *ending_of(const char *media_type) {
    static const char *const ENDINGS[][2] = {
        { "image/png", ".png" }, { "image/jpeg", ".jpg" }, { "image/gif", ".gif" }, { "image/webp", ".webp" }
    };
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        if (str_eq(ENDINGS[i][0], media_type)) return ENDINGS[i][1];
    }
    return ".txt";
}

/* The last part of a path, whatever the sender's system divides paths by. */
static const char *last_part(const char *filename) {
    const char *slash = strrchr(filename, '/');
    if (slash != NULL) filename = slash + 1;
    const char *backslash = strrchr(filename, '\\');
    return backslash != NULL ? backslash + 1 : filename;
}

const char *attachment_clean_name(struct arena *arena, const char *filename, const char *media_type) {
    if (filename == NULL || !utf8_valid(filename, strlen(filename))) filename = "";
    char *name = arena_str(arena, last_part(filename));
    for (char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f || strchr("\"<>|:*?;", *c) != NULL) *c = '_';
    }
    while (*name == '.' || *name == ' ') name++;
    const char *ending = ending_of(media_type);
    if (*name == '\0') return arena_printf(arena, "%s%s", "attachment", ending);
    size_t keep = 0, len = strlen(name), characters = 0;
    for (uint32_t point; keep < len && characters < FILENAME_MAX_CHARS; characters++) {
        keep += utf8_next(name + keep, len - keep, &point);
    }
    return arena_strn(arena, name, keep);
}

struct attach_run {
    const struct attachment_draft *draft;
    struct attachment *out;
};

static bool check(struct op *op, const struct attachment_draft *draft, struct attachment *out) {
    out->media_type = draft->size == 0 ? NULL : attachment_sniff(draft->bytes, draft->size);
    if (draft->size == 0) op_field_error(op, "file", "required", NULL);
    else if (out->media_type == NULL) op_field_error(op, "file", "one_of", "PNG, JPEG, GIF, WebP, text (UTF-8)");
    out->note = typed_text(op, "note", draft->note, NOTE_CHARS, FIELD_OPTIONAL);
    return op->fields.count == 0;
}

static bool is_text(const struct attachment *attachment) {
    return str_eq(attachment->media_type, "text/plain");
}

static bool attach(struct tx *tx, struct change *change, void *arg, struct error *err) {
    struct attach_run *run = arg;
    struct op *op = tx_op(tx);
    struct attachment *out = run->out;
    struct incident *incident = &change->incident;
    int64_t count;
    if (!attachment_count(tx, incident->id, &count, err)) return false;
    if (count >= ATTACHMENTS_PER_INCIDENT) {
        return ERROR(err, ERR_CONFLICT, "attachment.too_many", "%s has %lld", incident->ref, (long long)count);
    }
    out->id = id_new(op->now_ms);
    out->incident_id = incident->id;
    out->at = op->now_ms;
    out->actor = op->actor->name;
    json_t *data = json_obj(op->arena);
    json_put_text(data, "filename", out->filename);
    json_put_id(data, "attachment", out->id);
    json_put_text(data, "media_type", out->media_type);
    struct event_entry entry = { .kind = EVENT_ATTACHMENT, .key = "timeline.attachment", .data = data };
    if (!change_record(tx, change, &entry, "incident.attached", err)) return false;
    out->event_seq = incident->last_seq;
    return attachment_put(tx, out, err);
}

bool incident_attach(struct op *op, const char *data_dir, const char *ref, const struct attachment_draft *draft,
                     struct attachment *out, struct error *err) {
    struct incident found;
    struct attachment made = { 0 };
    char hash[SECRET_HASH_SIZE];
    if (!permission_check(op, PERM_RESPOND, err) || !incident_find(op, ref, &found, err)) return false;
    if (!check(op, draft, &made)) return OP_INVALID(op, err);
    size_t limit = is_text(&made) ? ATTACHMENT_TEXT_MAX : ATTACHMENT_IMAGE_MAX;
    if (draft->size > limit) return ERROR(err, ERR_TOO_LARGE, "attachment.too_large", "%zu bytes", draft->size);
    secret_hash(draft->bytes, draft->size, hash);
    made.hash = arena_str(op->arena, hash);
    made.size = (int64_t)draft->size;
    made.filename = attachment_clean_name(op->arena, draft->filename, made.media_type);
    struct attach_run run = { draft, &made };
    if (!attachment_file_write(op->arena, data_dir, made.hash, draft, err)) return false;
    if (!incident_change(op, ref, &(struct change_call){ attach, &run, PERM_RESPOND }, NULL, err)) return false;
    *out = made;
    return true;
}

static bool read_row(struct tx *tx, void *arg, struct error *err) {
    struct attachment *out = arg;
    return attachment_by_id(tx, out->id, out, err);
}

bool attachment_read(struct op *op, const char *data_dir, int64_t id, struct attachment *out, const char **bytes,
                     struct error *err) {
    *out = (struct attachment){ .id = id };
    return permission_check(op, PERM_READ, err) && store_read(op, read_row, out, err) &&
           attachment_file_read(op->arena, data_dir, out, bytes, err);
}
