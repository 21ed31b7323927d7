/* net/smtp: what each answer of a relay means. The relay is a thread that says its lines in turn. */
#include "support/harness.h"

#include "base/str.h"
#include "net/smtp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINES_MAX = 12, HEARD_MAX = 4096 };

struct relay {
    int listener;
    const char *const *says; /* the greeting, then an answer to each line; after 354 to the lone dot */
    char heard[HEARD_MAX];
    pthread_t thread;
};

static void say(int socket, const char *line) {
    assert_int_equal(write(socket, line, strlen(line)), (ssize_t)strlen(line));
    assert_int_equal(write(socket, "\r\n", 2), 2);
}

/* Until that ending has been heard; false if the other side went away. */
static bool hear(struct relay *relay, int socket, const char *ending) {
    size_t len = strlen(relay->heard), from = len;
    while (len < HEARD_MAX - 1) {
        ssize_t got = read(socket, relay->heard + len, HEARD_MAX - 1 - len);
        if (got <= 0) return false;
        len += (size_t)got;
        relay->heard[len] = '\0';
        if (len - from >= strlen(ending) && str_ends(relay->heard, ending)) return true;
    }
    return false;
}

static void *serve(void *arg) {
    struct relay *relay = arg;
    int socket = accept(relay->listener, NULL, NULL);
    for (size_t i = 0; relay->says[i] != NULL; i++) {
        say(socket, relay->says[i]);
        bool body = str_starts(relay->says[i], "354");
        if (!hear(relay, socket, body ? "\r\n.\r\n" : "\r\n")) break;
    }
    close(socket);
    return NULL;
}

static bool send_by(struct arena *arena, struct relay *relay, struct smtp_message message, int *code,
                    struct error *err) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    relay->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(relay->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(relay->listener, 1), 0);
    assert_int_equal(getsockname(relay->listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&relay->thread, NULL, serve, relay), 0);
    static const char MAIL[] = "Subject: x\r\n\r\n.dot\r\n";
    message.url = arena_printf(arena, "smtp://127.0.0.1:%d", ntohs(address.sin_port));
    message.hello = "bongsu.example.com";
    message.from = "a@example.com";
    message.to = "b@example.com";
    message.bytes = MAIL;
    message.len = sizeof MAIL - 1;
    bool sent = smtp_send(arena, &message, code, err);
    pthread_join(relay->thread, NULL);
    close(relay->listener);
    return sent;
}

#define HELLO "220 relay", "250 relay"

static void test_what_answers_mean(void **state) {
    static const struct {
        const char *says[LINES_MAX];
        const char *code; /* of the error; NULL: sent */
        int answer;
    } CASES[] = {
        { { HELLO, "250 ok", "250 ok", "354 go on", "250 queued", "221 bye", NULL }, NULL, 250 },
        { { HELLO, "550 no such sender", "221 bye", NULL }, "smtp.refused", 550 },
        { { HELLO, "250 ok", "550 nobody of that name", "221 bye", NULL }, "smtp.refused", 550 },
        { { HELLO, "250 ok", "450 mailbox busy", "221 bye", NULL }, "smtp.later", 450 },
        { { HELLO, "250 ok", "250 ok", "354 go on", "451 try later", "221 bye", NULL }, "smtp.later", 451 },
        { { HELLO, "250 ok", "250 ok", "354 go on", "552 too large", "221 bye", NULL }, "smtp.refused", 552 },
        { { "421 too busy", NULL }, "smtp.later", 421 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct relay relay = { .says = CASES[i].says };
        struct error err = { 0 };
        int code;
        bool sent = send_by(*state, &relay, (struct smtp_message){ .plain = true }, &code, &err);
        assert_int_equal(sent, CASES[i].code == NULL);
        if (!sent) assert_string_equal(err.code, CASES[i].code);
        assert_int_equal(code, CASES[i].answer);
        if (sent) assert_non_null(strstr(relay.heard, "RCPT TO:<b@example.com>"));
        if (sent) assert_non_null(strstr(relay.heard, "\r\n..dot\r\n")); /* a dot that is no end */
    }
}

static void test_login_and_tls_are_not_given_up(void **state) {
    static const char *const LOGIN[] = { "220 relay", "250-relay\r\n250 AUTH PLAIN", "535 wrong", "221 bye", NULL };
    static const char *const BARE[] = { HELLO, "221 bye", NULL };
    struct relay relay = { .says = LOGIN };
    struct error err = { 0 };
    int code;
    const struct smtp_message with_login = { .plain = true, .username = "u", .password = "p" };
    assert_false(send_by(*state, &relay, with_login, &code, &err));
    assert_string_equal(err.code, "smtp.login");
    struct relay bare = { .says = BARE };
    assert_false(send_by(*state, &bare, (struct smtp_message){ .plain = false }, &code, &err));
    assert_string_equal(err.code, "smtp.tls"); /* a relay without STARTTLS gets no mail */
    assert_null(strstr(bare.heard, "MAIL FROM"));
}

static void test_nobody_there(void **state) {
    const struct smtp_message message = {
        .url = "smtp://127.0.0.1:9", .hello = "h", .plain = true, .from = "a@b", .to = "c@d", .bytes = ""
    };
    struct error err = { 0 };
    int code = 1;
    assert_false(smtp_send(*state, &message, &code, &err));
    assert_string_equal(err.code, "net.unreachable");
    assert_int_equal(code, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_what_answers_mean),
        TEST(test_login_and_tls_are_not_given_up),
        TEST(test_nobody_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
