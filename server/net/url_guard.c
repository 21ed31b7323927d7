/* See url_guard.h. Addresses are judged after resolution, because a name can point anywhere. */
#include "net/url_guard.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static _Atomic bool private_allowed; /* both set once at start, before threads */
static const char *const *only_hosts;

void url_guard_allow_private(bool allow) {
    atomic_store(&private_allowed, allow);
}

bool url_guard_private_allowed(void) {
    return atomic_load(&private_allowed);
}

static bool ipv4_public(uint32_t address) {
    static const struct {
        uint32_t network;
        int bits;
    } NOT_PUBLIC[] = {
        { 0x00000000, 8 },  { 0x0A000000, 8 },  { 0x64400000, 10 }, { 0x7F000000, 8 },  { 0xA9FE0000, 16 },
        { 0xAC100000, 12 }, { 0xC0000000, 24 }, { 0xC0000200, 24 }, { 0xC0A80000, 16 }, { 0xC6120000, 15 },
        { 0xC6336400, 24 }, { 0xCB007100, 24 }, { 0xE0000000, 4 },  { 0xF0000000, 4 },
    };
    for (size_t i = 0; i < sizeof NOT_PUBLIC / sizeof *NOT_PUBLIC; i++) {
        if ((address ^ NOT_PUBLIC[i].network) >> (32 - NOT_PUBLIC[i].bits) == 0) return false;
    }
    return true;
}

static uint32_t ipv4_at(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool ipv6_public(const struct in6_addr *address) {
    static const uint8_t NAT64[12] = { 0, 0x64, 0xff, 0x9b }, DOCUMENTATION[4] = { 0x20, 0x01, 0x0d, 0xb8 };
    const uint8_t *bytes = address->s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address)) return ipv4_public(ipv4_at(bytes + 12));
    if (memcmp(bytes, NAT64, sizeof NAT64) == 0) return ipv4_public(ipv4_at(bytes + 12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return ipv4_public(ipv4_at(bytes + 2)); /* 6to4 */
    if (memcmp(bytes, DOCUMENTATION, sizeof DOCUMENTATION) == 0) return false;
    return (bytes[0] & 0xe0) == 0x20; /* 2000::/3 is what is public today */
}

bool url_guard_address_ok(const struct sockaddr *address) {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (url_guard_private_allowed()) return true;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        return ipv4_public(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return false;
    memcpy(&v6, address, sizeof v6);
    return ipv6_public(&v6.sin6_addr);
}

/* A literal address in the URL, for calls that go through a proxy and are not resolved by us. */
static bool literal_ok(const char *host) {
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    char inner[64];
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) return url_guard_address_ok((const struct sockaddr *)&v4);
    if (host[0] != '[') return url_guard_private_allowed() || strcasecmp(host, "localhost") != 0;
    str_copy(inner, sizeof inner, host + 1);
    inner[strcspn(inner, "]%")] = '\0';
    if (inet_pton(AF_INET6, inner, &v6.sin6_addr) != 1) return false;
    return url_guard_address_ok((const struct sockaddr *)&v6);
}

static bool host_listed(const char *host, const char *const *hosts) {
    for (; *hosts != NULL; hosts++) {
        size_t len = strlen(*hosts), have = strlen(host);
        if (strcasecmp(host, *hosts) == 0) return true;
        if (**hosts == '.' && have > len && strcasecmp(host + have - len, *hosts) == 0) return true;
    }
    return false;
}

void url_guard_close(const char *const *hosts) {
    only_hosts = hosts;
}

bool url_guard_host_allowed(const char *host) {
    return only_hosts == NULL || host_listed(host, only_hosts);
}

bool url_guard_host_inside(const char *host) {
    return only_hosts != NULL && host_listed(host, only_hosts);
}

bool url_guard_url_allowed(const char *url) {
    CURLU *parts = curl_url();
    char *host = NULL;
    bool allowed = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                   curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && url_guard_host_allowed(host);
    curl_free(host);
    curl_url_cleanup(parts);
    return allowed;
}

struct parts {
    CURLU *url;
    char *scheme, *host, *user, *password, *port;
};

static void parts_done(struct parts *parts) {
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->user);
    curl_free(parts->password);
    curl_free(parts->port);
    curl_url_cleanup(parts->url);
}

static const char *fault_in(const struct parts *parts, const char *const *hosts) {
    if (parts->user != NULL || parts->password != NULL) return "with user or password";
    if (strcmp(parts->scheme, "https") != 0 && !(strcmp(parts->scheme, "http") == 0 && url_guard_private_allowed())) {
        return "not https";
    }
    if (!url_guard_host_allowed(parts->host)) return "the network is closed, and this host is not in allow-hosts";
    if (!url_guard_host_inside(parts->host) && !literal_ok(parts->host)) return "not a public address";
    if (hosts == NULL || (url_guard_private_allowed() && host_listed(parts->host, hosts))) return NULL;
    if (!host_listed(parts->host, hosts)) return "host not allowed";
    return parts->port == NULL || strcmp(parts->port, "443") == 0 ? NULL : "port not allowed";
}

bool url_guard_check(const char *url, const char *const *hosts, struct error *err) {
    CLEANUP(parts_done) struct parts parts = { .url = curl_url() };
    if (parts.url == NULL) die("url_guard: out of memory");
    if (strlen(url) > 2000 || curl_url_set(parts.url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parts.url, CURLUPART_SCHEME, &parts.scheme, 0) != CURLUE_OK ||
        curl_url_get(parts.url, CURLUPART_HOST, &parts.host, 0) != CURLUE_OK) {
        return ERROR(err, ERR_INVALID, "net.url", "not a URL");
    }
    /* what is not there stays NULL */
    (void)curl_url_get(parts.url, CURLUPART_USER, &parts.user, 0);
    (void)curl_url_get(parts.url, CURLUPART_PASSWORD, &parts.password, 0);
    (void)curl_url_get(parts.url, CURLUPART_PORT, &parts.port, 0);
    const char *fault = fault_in(&parts, hosts);
    return fault == NULL || ERROR(err, ERR_INVALID, "net.url", "%s", fault);
}
