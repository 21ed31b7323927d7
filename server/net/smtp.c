/* libcurl's SMTP: see smtp.h. What counts is the relay's code; libcurl's own result says too little (451 after DATA
 * is "weird server reply", a refused recipient "failed sending data"). */
#include "net/smtp.h"

#include "base/arena.h"
#include "net/http_client.h"
#include "net/url_guard.h"

#include <curl/curl.h>
#include <string.h>

struct sending {
    CURL *curl;
    struct curl_slist *to;
    const char *at;
    size_t left;
};

static void sending_done(struct sending *sending) {
    curl_easy_cleanup(sending->curl);
    curl_slist_free_all(sending->to);
}

static size_t more(char *out, size_t size, size_t count, void *arg) {
    struct sending *sending = arg;
    size_t room = size * count;
    size_t len = sending->left < room ? sending->left : room;
    memcpy(out, sending->at, len);
    sending->at += len;
    sending->left -= len;
    return len;
}

static void set_up(struct sending *sending, struct arena *arena, const struct smtp_message *message) {
    CURL *curl = sending->curl;
    curl_easy_setopt(curl, CURLOPT_URL, arena_printf(arena, "%s/%s", message->url, message->hello));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* HTTP proxies of the environment do not carry mail */
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(message->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)net_deadline(NET_TIMEOUT_MS));
    if (net_authorities() != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, net_authorities());
    if (message->username != NULL) curl_easy_setopt(curl, CURLOPT_USERNAME, message->username);
    if (message->password != NULL) curl_easy_setopt(curl, CURLOPT_PASSWORD, message->password);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", message->from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, sending->to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, more);
    curl_easy_setopt(curl, CURLOPT_READDATA, sending);
}

static bool explain(CURLcode result, int code, struct error *err) {
    const char *text = curl_easy_strerror(result);
    if (result == CURLE_LOGIN_DENIED || code == 535 || code == 534) {
        return ERROR(err, ERR_UPSTREAM, "smtp.login", "SMTP %d", code);
    }
    if (result == CURLE_USE_SSL_FAILED || result == CURLE_SSL_CONNECT_ERROR ||
        result == CURLE_PEER_FAILED_VERIFICATION) {
        return ERROR(err, ERR_UPSTREAM, "smtp.tls", "%s", text);
    }
    if (result == CURLE_OPERATION_TIMEDOUT) return ERROR(err, ERR_UPSTREAM, "net.timeout", "%s", text);
    if (code >= 500) return ERROR(err, ERR_UPSTREAM, "smtp.refused", "SMTP %d", code);
    if (code >= 400) return ERROR(err, ERR_UPSTREAM, "smtp.later", "SMTP %d", code);
    return ERROR(err, ERR_UPSTREAM, "net.unreachable", "%s", text);
}

bool smtp_send(struct arena *arena, const struct smtp_message *message, int *code, struct error *err) {
    if (!url_guard_url_allowed(message->url)) {
        *code = 0;
        return ERROR(err, ERR_INVALID, "net.url", "the network is closed, and the relay is not in allow-hosts");
    }
    CLEANUP(sending_done) struct sending sending = { .at = message->bytes, .left = message->len };
    net_start();
    sending.curl = curl_easy_init();
    sending.to = curl_slist_append(NULL, arena_printf(arena, "<%s>", message->to));
    if (sending.curl == NULL || sending.to == NULL) die("net: out of memory");
    set_up(&sending, arena, message);
    CURLcode result = curl_easy_perform(sending.curl);
    long answer = 0;
    curl_easy_getinfo(sending.curl, CURLINFO_RESPONSE_CODE, &answer);
    *code = (int)answer;
    return result == CURLE_OK || explain(result, *code, err);
}
