/* libcurl: see http_client.h. */
#include "net/http_client.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "net/url_guard.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *proxy, *authorities; /* set once at start */
static int deadline_ms;

void net_use_proxy(const char *url) {
    proxy = url;
}

void net_use_authorities(const char *file) {
    authorities = file;
}

void net_use_deadline(int ms) {
    deadline_ms = ms;
}

int net_deadline(int wanted_ms) {
    return deadline_ms > 0 && deadline_ms < wanted_ms ? deadline_ms : wanted_ms;
}

const char *net_authorities(void) {
    return authorities;
}

struct call {
    CURL *curl;
    struct curl_slist *headers;
    struct buf body;
    bool refused; /* by the guard, after resolution */
    bool proxied;
    bool inside; /* an administrator listed this host: it may have a private address */
};

static void start_curl(void) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) die("libcurl cannot start");
}

void net_start(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_curl);
}

static void call_done(struct call *call) {
    curl_easy_cleanup(call->curl);
    curl_slist_free_all(call->headers);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg) {
    struct call *call = arg;
    buf_add(&call->body, bytes, size * count);
    return call->body.overflow ? 0 : size * count;
}

static curl_socket_t open_guarded(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    struct call *call = arg;
    (void)purpose;
    if (!call->proxied && !call->inside && !url_guard_address_ok(&address->addr)) {
        call->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* With a proxy it is the proxy that resolves, and its own address may well be private. */
static bool proxy_configured(void) {
    if (proxy != NULL) return true;
    static const char *const NAMES[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *value = getenv(NAMES[i]);
        if (value != NULL && *value != '\0') return true;
    }
    return false;
}

/* A token or a setting with a line break in it must not become a header of its own, nor end the process. */
static bool headers_fit(const struct net_request *request, struct error *err) {
    for (size_t i = 0; i < request->header_count; i++) {
        const struct net_header *header = &request->headers[i];
        if (strpbrk(header->value, "\r\n") != NULL || strlen(header->value) > NET_HEADER_MAX) {
            return ERROR(err, ERR_INVALID, "net.header", "%.60s", header->name);
        }
    }
    return true;
}

static void set_headers(struct call *call, struct arena *arena, const struct net_request *request) {
    for (size_t i = 0; i < request->header_count; i++) {
        const struct net_header *header = &request->headers[i];
        call->headers = curl_slist_append(call->headers, arena_printf(arena, "%s: %s", header->name, header->value));
        if (call->headers == NULL) die("net: out of memory");
    }
    curl_easy_setopt(call->curl, CURLOPT_HTTPHEADER, call->headers);
}

static void set_limits(struct call *call, const struct net_request *request) {
    CURL *curl = call->curl;
    const char *no_proxy = getenv("no_proxy");
    char all[2048];
    snprintf(all, sizeof all, "127.0.0.1,localhost%s%s", no_proxy == NULL ? "" : ",", no_proxy == NULL ? "" : no_proxy);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     (long)net_deadline(request->timeout_ms > 0 ? request->timeout_ms : NET_TIMEOUT_MS));
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L); /* never carry credentials to a redirect's target */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, url_guard_private_allowed() ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, all);
    if (proxy != NULL) curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
    if (authorities != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_guarded);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "bongsu/" BONGSU_VERSION);
}

static void set_request(struct call *call, const struct net_request *request) {
    curl_easy_setopt(call->curl, CURLOPT_URL, request->url);
    if (request->body != NULL) {
        curl_easy_setopt(call->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
        curl_easy_setopt(call->curl, CURLOPT_POSTFIELDS, request->body);
    }
    curl_easy_setopt(call->curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static bool explain(const struct call *call, CURLcode code, struct error *err) {
    const char *text = curl_easy_strerror(code);
    if (call->refused) return ERROR(err, ERR_INVALID, "net.url", "the address is not public");
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return ERROR(err, ERR_UPSTREAM, "net.timeout", "%s", text);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return ERROR(err, ERR_UPSTREAM, "net.unreachable", "%s", text);
    default: return ERROR(err, ERR_UPSTREAM, "net.broken", "%s", text);
    }
}

static bool is_inside(const char *url) {
    CURLU *parts = curl_url();
    char *host = NULL;
    bool inside = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                  curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && url_guard_host_inside(host);
    curl_free(host);
    curl_url_cleanup(parts);
    return inside;
}

static const char *header_of(struct arena *arena, CURL *curl, const char *name) {
    struct curl_header *header;
    if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return NULL;
    return arena_str(arena, header->value);
}

bool net_send(struct arena *arena, const struct net_request *request, struct net_reply *out, struct error *err) {
    net_start();
    if (!url_guard_check(request->url, request->hosts, err) || !headers_fit(request, err)) return false;
    CLEANUP(call_done) struct call call = { .curl = curl_easy_init(), .proxied = proxy_configured() };
    if (call.curl == NULL) die("net: out of memory");
    call.inside = is_inside(request->url);
    buf_init(&call.body, arena, NET_REPLY_MAX);
    set_limits(&call, request);
    set_headers(&call, arena, request);
    set_request(&call, request);
    int64_t began = clock_monotonic_ms();
    CURLcode code = curl_easy_perform(call.curl);
    if (code != CURLE_OK) return explain(&call, code, err);
    long status = 0;
    curl_easy_getinfo(call.curl, CURLINFO_RESPONSE_CODE, &status);
    *out = (struct net_reply){ .status = (int)status,
                               .body = call.body.data,
                               .body_len = call.body.len,
                               .content_type = header_of(arena, call.curl, "Content-Type"),
                               .retry_after = header_of(arena, call.curl, "Retry-After"),
                               .took_ms = clock_monotonic_ms() - began };
    return true;
}
