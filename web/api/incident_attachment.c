/* API: attachments. Uploaded as a multipart form or as the raw body; served with the type that their bytes have, never
 * as anything a browser would run. */
#include "api/incident_api.h"
#include "api/resource.h"
#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/urlenc.h"
#include "incident/attachment.h"

static void attach(struct request *request, struct response *response, const struct attachment_draft *draft) {
    struct attachment made;
    struct error err;
    if (!incident_attach(request->op, request->app->data_dir, request_param(request, "ref"), draft, &made, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response_header(response, "Location",
                    arena_printf(request->op->arena, "/api/v1/attachments/%lld", (long long)made.id));
    respond_json(response, 201, attachment_json(request->op, &made));
}

static void upload_form(struct request *request, struct response *response) {
    const struct http_upload *file = request->uploads;
    struct attachment_draft draft = { .note = request_form(request, "note"), .bytes = "" };
    if (file != NULL && file->field != NULL) {
        draft.filename = file->filename;
        draft.bytes = file->bytes;
        draft.size = file->size;
    }
    attach(request, response, &draft);
}

static void upload_raw(struct request *request, struct response *response) {
    struct attachment_draft draft = { .filename = request_param(request, "name"),
                                      .bytes = request->raw_body,
                                      .size = request->body_size,
                                      .note = request_query(request, "note") };
    attach(request, response, &draft);
}

static bool read_list(struct tx *tx, const struct incident *incident, void *arg, struct error *err) {
    json_t *items = arg;
    struct attachment *list;
    size_t count;
    if (!attachments_of(tx, incident->id, &list, &count, err)) return false;
    json_array_clear(items);
    for (size_t i = 0; i < count; i++) json_push(items, json_incref(attachment_json(tx_op(tx), &list[i])));
    return true;
}

static void list_all(struct request *request, struct response *response) {
    struct error err;
    json_t *items = json_arr(request->op->arena);
    if (incident_read(request, read_list, items, &err)) api_list(request, response, json_incref(items), NULL);
    else respond_error(request, response, &err);
}

/* RFC 6266: the name in UTF-8, percent-encoded; a plain one for clients that know no other. Only pictures open in
 * place. */
static const char *disposition(struct arena *arena, const struct attachment *attachment) {
    struct buf out;
    buf_init(&out, arena, 4000);
    bool picture = str_starts(attachment->media_type, "image/");
    buf_printf(&out, "%s; filename=\"attachment\"; filename*=UTF-8''", picture ? "inline" : "attachment");
    urlenc_add(&out, attachment->filename);
    return out.data;
}

static void download(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct attachment attachment;
    struct error err;
    const char *bytes;
    int64_t id;
    if (!api_path_id(request, "id", "attachment.unknown", &id, &err) ||
        !attachment_read(op, request->app->data_dir, id, &attachment, &bytes, &err)) {
        respond_error(request, response, &err);
        return;
    }
    bool text = str_eq(attachment.media_type, "text/plain");
    response->status = 200;
    response->content_type = text ? "text/plain; charset=utf-8" : attachment.media_type;
    response->ready = bytes;
    response->ready_size = (size_t)attachment.size;
    response->etag = arena_printf(op->arena, "\"%s\"", attachment.hash);
    response->cache_control = "private, max-age=86400, immutable";
    response_header(response, "Content-Disposition", disposition(op->arena, &attachment));
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents/:ref/attachments", list_all, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/incidents/:ref/attachments", upload_form, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_MULTIPART,
      RATE_UPLOAD },
    { HTTP_PUT, "/api/v1/incidents/:ref/attachments/:name", upload_raw, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_RAW,
      RATE_UPLOAD },
    { HTTP_GET, "/api/v1/attachments/:id", download, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table INCIDENT_ATTACHMENT_API = ROUTE_TABLE(ROUTES);
