/* net/: retry times, circuit breaker, signatures, what may be called, and calls to a local peer. */
#include "support/harness.h"
#include "support/peer.h"

#include "net/breaker.h"
#include "net/http_client.h"
#include "net/retry.h"
#include "net/signature.h"
#include "net/url_guard.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>

static void test_backoff_doubles_to_its_cap(void **state) {
    (void)state;
    static const int64_t CEILINGS[] = { 1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000, 300000 };
    for (int64_t i = 0; i < 11; i++) assert_int_equal(retry_ceiling_ms(i + 1), CEILINGS[i]);
    assert_int_equal(retry_ceiling_ms(1000000), 300000);
    for (int i = 0; i < 1000; i++) {
        int64_t wait = retry_backoff_ms(3);
        assert_true(wait >= 100 && wait <= 4000);
    }
}

static void test_retry_after(void **state) {
    (void)state;
    int64_t now = 1829971200000; /* 2027-12-28T05:20:00Z */
    assert_int_equal(retry_after_ms("120", now), 120000);
    assert_int_equal(retry_after_ms("0", now), 0);
    assert_int_equal(retry_after_ms("Tue, 28 Dec 2027 05:20:30 GMT", now), 30000);
    assert_int_equal(retry_after_ms("Fri, 31 Dec 2027 23:59:59 GMT", now), RETRY_AFTER_CAP_MS);
    assert_int_equal(retry_after_ms("99999999", now), RETRY_AFTER_CAP_MS);
    const char *nonsense[] = { NULL, "", "-5", "soon", "Fri, 31 Dec 1999 23:59:59 GMT" };
    for (size_t i = 0; i < 5; i++) assert_int_equal(retry_after_ms(nonsense[i], now), -1);
}

static void call(struct breaker *breaker, bool failed, int64_t took_ms, int64_t now_ms) {
    assert_true(breaker_permits(breaker, now_ms) > 0);
    breaker_began(breaker);
    breaker_ended(breaker, failed, took_ms, now_ms);
}

static void test_breaker_opens_at_half_of_ten(void **state) {
    (void)state;
    struct breaker breaker = { 0 };
    for (int i = 0; i < 9; i++) call(&breaker, true, 10, 1000); /* nine calls say nothing yet */
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(&breaker, false, 10, 1000);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker_permits(&breaker, 1000 + BREAKER_OPEN_MS - 1), 0);
    assert_int_equal(breaker_permits(&breaker, 1000 + BREAKER_OPEN_MS), BREAKER_TRIALS);
}

static void test_slow_calls_count_as_bad(void **state) {
    (void)state;
    struct breaker breaker = { 0 };
    for (int i = 0; i < 6; i++) call(&breaker, false, 2000, 0); /* two seconds is not yet slower than two seconds */
    for (int i = 0; i < 4; i++) call(&breaker, false, 2001, 0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(&breaker, false, 2001, 0); /* the oldest good one leaves the window: five of ten */
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void test_five_trials_decide(void **state) {
    (void)state;
    for (int bad = 0; bad <= 5; bad++) {
        struct breaker breaker = { .state = BREAKER_OPEN, .open_until = 100 };
        assert_int_equal(breaker_permits(&breaker, 100), 5);
        for (int i = 0; i < 5; i++) breaker_began(&breaker);
        assert_int_equal(breaker_permits(&breaker, 100), 0);
        for (int i = 0; i < 5; i++) breaker_ended(&breaker, i < bad, 1, 100);
        assert_int_equal(breaker.state, bad >= 3 ? BREAKER_OPEN : BREAKER_CLOSED);
        if (bad < 3) assert_int_equal(breaker_permits(&breaker, 100), INT_MAX);
    }
}

static void test_standard_webhooks_vector(void **state) {
    static const char SECRET[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static const char BODY[] = "{\"test\": 2432232314}";
    const struct signed_message message = { "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY, sizeof BODY - 1 };
    assert_string_equal(signature_webhook(*state, SECRET, &message), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_true(signature_secret_valid(signature_new_secret(*state)));
    const char *bad[] = { NULL, "", "whsec_", "whsec_AAAA", "whsec_not base64!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    for (size_t i = 0; i < 6; i++) assert_false(signature_secret_valid(bad[i]));
}

static bool address_ok(const char *text) {
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) return url_guard_address_ok((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return url_guard_address_ok((const struct sockaddr *)&v6);
}

static void test_private_addresses_are_refused(void **state) {
    (void)state;
    static const char *const PRIVATE[] = { "127.0.0.1",
                                           "10.1.2.3",
                                           "172.31.255.255",
                                           "192.168.0.1",
                                           "169.254.169.254",
                                           "0.0.0.0",
                                           "100.64.0.1",
                                           "224.0.0.1",
                                           "255.255.255.255",
                                           "::1",
                                           "::",
                                           "fe80::1",
                                           "fc00::1",
                                           "::ffff:127.0.0.1",
                                           "64:ff9b::7f00:1",
                                           "2002:7f00:1::",
                                           "ff02::1",
                                           "2001:db8::1" };
    static const char *const PUBLIC[] = { "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8" };
    for (size_t i = 0; i < sizeof PRIVATE / sizeof *PRIVATE; i++) assert_false(address_ok(PRIVATE[i]));
    for (size_t i = 0; i < sizeof PUBLIC / sizeof *PUBLIC; i++) assert_true(address_ok(PUBLIC[i]));
}

static void test_urls_that_may_be_called(void **state) {
    struct error err;
    (void)state;
    static const char *const HOSTS[] = { "hooks.example.com", ".slack.com", NULL };
    static const char *const BAD[] = { "http://example.com/", "https://user@example.com/", "https://u:p@example.com/",
                                       "ftp://example.com/",  "https://127.0.0.1/",        "https://0x7f.1/",
                                       "https://[::1]/",      "https://localhost/",        "not a url",
                                       "https://2130706433/", "javascript:alert(1)",       "file:///etc/passwd" };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) assert_false(url_guard_check(BAD[i], NULL, &err));
    assert_true(url_guard_check("https://example.com:8443/a?b", NULL, &err));
    assert_true(url_guard_check("https://hooks.example.com/x", HOSTS, &err));
    assert_true(url_guard_check("https://hooks.slack.com/x", HOSTS, &err));
    assert_false(url_guard_check("https://evil-slack.com/x", HOSTS, &err));
    assert_false(url_guard_check("https://slack.com.evil.com/x", HOSTS, &err));
    assert_false(url_guard_check("https://hooks.slack.com:8443/x", HOSTS, &err));
}

static void test_calls_a_peer(void **state) {
    struct net_reply reply;
    struct error err;
    struct peer *peer = peer_start();
    const struct net_header headers[] = { { "X-Test", "1" } };
    struct net_request request = { .method = "POST",
                                   .url = arena_str(*state, peer_url(peer)),
                                   .headers = headers,
                                   .header_count = 1,
                                   .body = "{}",
                                   .body_len = 2,
                                   .timeout_ms = 300 };
    assert_false(net_send(*state, &request, &reply, &err)); /* loopback */
    assert_string_equal(err.code, "net.url");
    url_guard_allow_private(true);
    peer_answers(peer, (struct peer_answer){
                           .status = 503, .headers = "Retry-After: 7\r\nContent-Type: text/x\r\n", .body = "no" });
    assert_true(net_send(*state, &request, &reply, &err));
    assert_int_equal(reply.status, 503);
    assert_string_equal(reply.retry_after, "7");
    assert_string_equal(reply.content_type, "text/x");
    assert_string_equal(reply.body, "no");
    assert_non_null(strstr(peer_request(peer, 0), "X-Test: 1\r\n"));
    assert_non_null(strstr(peer_request(peer, 0), "\r\n\r\n{}"));
    peer_answers(peer, (struct peer_answer){ .status = 302, .headers = "Location: http://127.0.0.1:1/\r\n" });
    assert_true(net_send(*state, &request, &reply, &err));
    assert_int_equal(reply.status, 302); /* not followed */
    peer_answers(peer, (struct peer_answer){ .status = 200, .delay_ms = 600 });
    assert_false(net_send(*state, &request, &reply, &err));
    assert_string_equal(err.code, "net.timeout");
    peer_stop(peer);
    assert_false(net_send(*state, &request, &reply, &err));
    assert_string_equal(err.code, "net.unreachable");
    url_guard_allow_private(false);
}

/* A closed network: what is listed, wherever it stands, and nothing else. */
static void test_closed_network(void **state) {
    static const char *const listed[] = { "jira.corp.example", ".slack.com", "10.0.0.5", NULL };
    static const char *const nothing[] = { NULL };
    static const char *const given[] = { "hooks.slack.com", NULL };
    struct error err;
    (void)state;
    url_guard_close(listed);
    assert_true(url_guard_check("https://jira.corp.example/rest", NULL, &err));
    assert_true(url_guard_check("https://10.0.0.5/hook", NULL, &err));
    assert_true(url_guard_check("https://hooks.slack.com/x", given, &err));
    assert_false(url_guard_check("https://10.0.0.6/hook", NULL, &err));
    assert_string_equal(err.code, "net.url");
    assert_false(url_guard_check("https://example.com/", NULL, &err));
    assert_false(url_guard_check("http://jira.corp.example/", NULL, &err)); /* still not in the clear */
    assert_true(url_guard_url_allowed("smtp://jira.corp.example:587"));
    assert_false(url_guard_url_allowed("smtps://mail.example.com:465"));
    url_guard_close(nothing);
    assert_false(url_guard_check("https://jira.corp.example/rest", NULL, &err));
    url_guard_close(NULL);
    assert_true(url_guard_check("https://example.com/", NULL, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_network),
        TEST(test_backoff_doubles_to_its_cap),
        TEST(test_retry_after),
        TEST(test_breaker_opens_at_half_of_ten),
        TEST(test_slow_calls_count_as_bad),
        TEST(test_five_trials_decide),
        TEST(test_standard_webhooks_vector),
        TEST(test_private_addresses_are_refused),
        TEST(test_urls_that_may_be_called),
        TEST(test_calls_a_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
