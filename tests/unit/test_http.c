/* web/http: the pure parts: gate, escapes, forms, cursors, cookies, routes, rates, gzip. */
#include "support/harness.h"

#include "base/str.h"
#include "http/cookie.h"
#include "http/cursor.h"
#include "http/gate.h"
#include "http/gzip.h"
#include "http/multipart.h"
#include "http/rate.h"
#include "http/router.h"
#include "http/urlenc.h"

#include <string.h>
#include <zlib.h>

static int gate(const char *method, const char *uri, const char *query, const struct http_pair *headers,
                const char **code) {
    static const char *const HOSTS[] = { "portal.example.com", NULL };
    const struct gate_rules rules = { HOSTS, false };
    struct gate_head head = { .method = method, .uri = uri, .query = query, .version = "1.1", .headers = headers };
    struct gate_pass pass;
    while (headers[head.header_count].name != NULL) head.header_count++;
    return gate_check(&head, &rules, &pass, code);
}

#define HEADERS(...) ((const struct http_pair[]){ __VA_ARGS__, { NULL, NULL } })
#define HOST \
    { "Host", "portal.example.com" }

static void test_gate_lets_plain_requests_through(void **state) {
    (void)state;
    const char *code = "";
    assert_int_equal(gate("GET", "/", NULL, HEADERS(HOST), &code), 0);
    assert_int_equal(gate("GET", "/%EC%9E%A5%EC%95%A0", "q=%EA%B0%80+b&text=a%0d%0ab", HEADERS(HOST), &code), 0);
    assert_int_equal(gate("POST", "/x", NULL, HEADERS(HOST, { "content-length", "0" }), &code), 0);
    assert_int_equal(gate("GET", "/", NULL, HEADERS({ "Host", "127.0.0.1:8080" }), &code), 0);
    assert_int_equal(gate("GET", "/", NULL, HEADERS({ "Host", "[::1]:8080" }), &code), 0);
    assert_int_equal(gate("HEAD", "/", NULL, HEADERS({ "Host", "PORTAL.example.com:443" }), &code), 0);
}

static void test_gate_refuses_what_two_parsers_could_read_in_two_ways(void **state) {
    (void)state;
    static const struct {
        struct http_pair a, b;
    } CASES[] = {
        { { "Content-Length", "5" }, { "Content-Length", "6" } },
        { { "Content-Length", "5" }, { "Content-Length", "5" } },
        { { "Content-Length", "5" }, { "Transfer-Encoding", "chunked" } },
        { { "Content-Length", "5abc" }, { "X", "" } },
        { { "Content-Length", "+5" }, { "X", "" } },
        { { "Content-Length", "5,5" }, { "X", "" } },
        { { "Content-Length", "-1" }, { "X", "" } },
        { { "Content-Length", "99999999999999999999" }, { "X", "" } },
        { { "Content-Length", "" }, { "X", "" } },
        { { "Content-Length ", "5" }, { "X", "" } },
        { { "Host", "portal.example.com" }, { "X", "" } },
        { { "Cookie", "a=b" }, { "cookie", "c=d" } },
        { { "Content-Length", "0" }, { "X", "a\x01" } },
        { { "Content-Length", "0" }, { "X(", "a" } },
    };
    const char *code = "";
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_int_equal(gate("POST", "/x", NULL, HEADERS(HOST, CASES[i].a, CASES[i].b), &code), 400);
    }
    assert_int_equal(gate("POST", "/x", NULL, HEADERS(HOST, { "Transfer-Encoding", "chunked" }), &code), 411);
    assert_int_equal(gate("POST", "/x", NULL, HEADERS(HOST), &code), 411);
    assert_int_equal(gate("GET", "/x", NULL, HEADERS({ "X", "" }), &code), 400);
    assert_int_equal(gate("GET", "/x", NULL, HEADERS({ "Host", "evil.example" }), &code), 421);
    assert_int_equal(gate("GET", "/x", NULL, HEADERS({ "Host", "portal.example.com.evil.example" }), &code), 421);
    assert_int_equal(gate("GET", "/x", NULL, HEADERS({ "Host", "a/b" }), &code), 421);
    assert_int_equal(gate("PROPFIND", "/x", NULL, HEADERS(HOST), &code), 501);
    assert_int_equal(gate("OPTIONS", "/x", NULL, HEADERS(HOST), &code), 405);
}

static void test_gate_refuses_paths_with_hidden_meaning(void **state) {
    (void)state;
    static const char *const BAD[] = { "/%00",    "/a%0d%0aSet-Cookie:x",
                                       "/a%5cb",  "/a%2fb",
                                       "/a%2Fb",  "/%2e%2e/x",
                                       "/a/../b", "/..",
                                       "//x",     "/a//b",
                                       "/a\\b",   "/a\x01",
                                       "/a b",    "http://x/y",
                                       "*",       "",
                                       "/a#b",    "/%1f" };
    const char *code = "";
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(gate("GET", BAD[i], NULL, HEADERS(HOST), &code), 400);
    assert_int_equal(gate("GET", "/", "a=%00", HEADERS(HOST), &code), 400);
    assert_string_equal(code, "request.uri");
}

static void test_gate_counts_headers(void **state) {
    (void)state;
    struct http_pair headers[70] = { HOST };
    const char *code = "";
    for (int i = 1; i < 63; i++) headers[i] = (struct http_pair){ "X", "y" };
    assert_int_equal(gate("GET", "/", NULL, headers, &code), 0);
    headers[63] = (struct http_pair){ "X", "y" };
    assert_int_equal(gate("GET", "/", NULL, headers, &code), 431);
}

static void test_urlenc(void **state) {
    const struct http_pair *pairs;
    assert_true(urlenc_pairs(*state, "a=1&b=%EA%B0%80+x&c&&d=", 23, &pairs));
    assert_string_equal(pairs[0].value, "1");
    assert_string_equal(pairs[1].value, "가 x");
    assert_string_equal(pairs[2].name, "c");
    assert_string_equal(pairs[2].value, "");
    assert_string_equal(pairs[3].name, "d");
    assert_null(pairs[4].name);
    static const char *const BAD[] = { "a=%", "a=%4", "%", "a=%zz", "a=%00", "a=%ff", "a=%c0%80" };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_false(urlenc_pairs(*state, BAD[i], strlen(BAD[i]), &pairs));
    struct buf buf;
    buf_init(&buf, *state, 100);
    urlenc_add(&buf, "a b/가~");
    assert_string_equal(buf.data, "a%20b%2F%EA%B0%80~");
}

static void test_multipart(void **state) {
    static const char TYPE[] = "multipart/form-data; boundary=xyz";
    static const char BODY[] =
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n"
        "--xyz\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n장애\r\n"
        "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x;y.png\"\r\n"
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n\0--xy\r\n--xyz--\r\n";
    struct multipart parts;
    assert_true(multipart_parse(*state, TYPE, BODY, sizeof BODY - 1, &parts));
    assert_string_equal(parts.fields[0].value, "");
    assert_string_equal(parts.fields[1].value, "장애");
    assert_null(parts.fields[2].name);
    assert_string_equal(parts.uploads[0].filename, "x;y.png");
    assert_string_equal(parts.uploads[0].content_type, "image/png");
    assert_int_equal(parts.uploads[0].size, 11);
    for (size_t cut = 0; cut < sizeof BODY - 5; cut++) assert_false(multipart_parse(*state, TYPE, BODY, cut, &parts));
}

static void test_cursor(void **state) {
    int64_t key = 0, id = 0;
    const char *text = cursor_make(*state, -5, INT64_MAX);
    assert_true(cursor_read(text, &key, &id));
    assert_true(key == -5 && id == INT64_MAX);
    assert_true(cursor_read(NULL, &key, &id));
    assert_true(key == INT64_MAX && id == INT64_MAX);
    char *wrong = arena_str(*state, text);
    wrong[2] = wrong[2] == 'A' ? 'B' : 'A';
    assert_false(cursor_read(wrong, &key, &id));
    assert_false(cursor_read("", &key, &id));
    assert_false(cursor_read("MSwy", &key, &id));
    assert_false(cursor_read("!!", &key, &id));
}

static void test_cookie(void **state) {
    assert_string_equal(cookie_find(*state, "a=1; bongsu=x=y; c=3", "bongsu"), "x=y");
    assert_null(cookie_find(*state, "xbongsu=1; bongsux=2", "bongsu"));
    assert_null(cookie_find(*state, "bongsu=1; bongsu=2", "bongsu"));
    assert_null(cookie_find(*state, NULL, "bongsu"));
}

static void nothing(struct request *request, struct response *response) {
    (void)request;
    (void)response;
}

#define GET_ROUTE(pattern) \
    { HTTP_GET, pattern, nothing, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE }

static void test_router_prefers_the_special(void **state) {
    static const struct route ROUTES[] = {
        GET_ROUTE("/incidents/:ref"),
        GET_ROUTE("/incidents/new"),
        GET_ROUTE("/incidents/:ref/export.md"),
        GET_ROUTE("/ical/:token.ics"),
        GET_ROUTE("/"),
        { HTTP_POST, "/incidents/:ref", nothing, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    };
    static const struct route_table TABLE = ROUTE_TABLE(ROUTES);
    static const struct route_table *const TABLES[] = { &TABLE };
    const struct router *router;
    struct error err;
    assert_true(router_build(*state, TABLES, 1, &router, &err));
    assert_int_equal(router_find(router, *state, HTTP_GET, "/incidents/new").index, 1);
    struct route_match match = router_find(router, *state, HTTP_GET, "/incidents/INC-1");
    assert_int_equal(match.index, 0);
    assert_string_equal(match.params[0].value, "INC-1");
    match = router_find(router, *state, HTTP_GET, "/ical/abc.def.ics");
    assert_string_equal(match.params[0].name, "token");
    assert_string_equal(match.params[0].value, "abc.def");
    assert_int_equal(router_find(router, *state, HTTP_GET, "/").index, 4);
    match = router_find(router, *state, HTTP_PUT, "/incidents/x");
    assert_null(match.route);
    assert_int_equal(match.allowed, 1 << HTTP_GET | 1 << HTTP_POST);
    assert_int_equal(router_find(router, *state, HTTP_GET, "/incidents/x/").allowed, 0);
    assert_int_equal(router_find(router, *state, HTTP_GET, "/ical/.ics").allowed, 0);
}

static void refuse(void **state, struct route a, struct route b) {
    const struct route routes[] = { a, b };
    const struct route_table table = { routes, 2 };
    const struct route_table *const tables[] = { &table };
    const struct router *router;
    struct error err = { 0 };
    assert_false(router_build(*state, tables, 1, &router, &err));
    assert_string_equal(err.code, "routes.broken");
}

static void test_router_refuses_broken_tables(void **state) {
    const struct route good = GET_ROUTE("/a/:x");
    refuse(state, good, (struct route)GET_ROUTE("/a/:y"));
    refuse(state, (struct route)GET_ROUTE("/a/:x/c"), (struct route)GET_ROUTE("/a/b/:y"));
    refuse(state, good, (struct route){ HTTP_GET, "/b", nothing, PERM_UNSET, CSRF_SAFE, BODY_NONE, RATE_PAGE });
    refuse(state, good, (struct route){ HTTP_GET, "/b", NULL, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE });
    refuse(state, good, (struct route){ HTTP_POST, "/b", nothing, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE });
    refuse(state, good, (struct route){ HTTP_POST, "/b", nothing, PERM_READ, CSRF_SIGNATURE, BODY_RAW, RATE_HOOK });
    refuse(state, good, (struct route){ HTTP_GET, "/b", nothing, PERM_READ, CSRF_SAFE, BODY_UNSET, RATE_PAGE });
    refuse(state, good, (struct route){ HTTP_GET, "/b", nothing, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_UNSET });
}

static void test_rate_empties_and_refills(void **state) {
    (void)state;
    struct rate *rate = rate_new();
    int taken = 0;
    while (rate_take(rate, RATE_LOGIN, "10.0.0.1", 1000) == 0) taken++;
    assert_int_equal(taken, 30);
    assert_int_equal(rate_take(rate, RATE_LOGIN, "10.0.0.2", 1000), 0);
    assert_true(rate_take(rate, RATE_LOGIN, "10.0.0.1", 1000) >= 1);
    assert_int_equal(rate_take(rate, RATE_LOGIN, "10.0.0.1", 4000), 0);
    rate_free(rate);
}

static void test_gzip_pieces_join_and_keep_secrets_apart(void **state) {
    char text[5000];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('a' + i * i % 7);
    const struct gzip_piece pieces[] = {
        { text, sizeof text, false }, { "SECRET-TOKEN", 12, true }, { "", 0, false }, { text, 100, false }
    };
    struct gzip_part parts[4];
    gzip_parts(*state, pieces, 4, parts);
    struct buf packed;
    buf_init(&packed, *state, 20000);
    gzip_join(&packed, parts, 4);
    assert_non_null(memmem(packed.data, packed.len, "SECRET-TOKEN", 12));
    assert_true(packed.len < sizeof text / 2);
    unsigned char plain[6000];
    z_stream stream = { .next_in = (unsigned char *)packed.data, .avail_in = (unsigned)packed.len };
    stream.next_out = plain;
    stream.avail_out = sizeof plain;
    assert_int_equal(inflateInit2(&stream, 31), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, sizeof text + 112);
    assert_memory_equal(plain, text, sizeof text);
    assert_memory_equal(plain + sizeof text, "SECRET-TOKEN", 12);
    inflateEnd(&stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_gate_lets_plain_requests_through),
        TEST(test_gate_refuses_what_two_parsers_could_read_in_two_ways),
        TEST(test_gate_refuses_paths_with_hidden_meaning),
        TEST(test_gate_counts_headers),
        TEST(test_urlenc),
        TEST(test_multipart),
        TEST(test_cursor),
        TEST(test_cookie),
        TEST(test_router_prefers_the_special),
        TEST(test_router_refuses_broken_tables),
        TEST(test_rate_empties_and_refills),
        TEST(test_gzip_pieces_join_and_keep_secrets_apart),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
