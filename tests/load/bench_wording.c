/* Benchmark: a report of 20,000 characters through the wording checker, and the same text through a plain memmem scan
 * for 150 stems, which is the least any keyword list would cost. Prints milliseconds (median of 21 runs) and the ratio;
 * fails above 20 ms. Also a text of 200 KB of each of several repeated units, to see that cost stays linear. */
#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/secret.h"
#include "wording/wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RULES_CAP = 256 * 1024 * 1024, RUNS = 21, TEXT_POINTS = 20000, STEMS = 150, LIMIT_MS = 20 };

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sentences of the corpus, harmless and not, one a line, until there are enough code points. */
static char *make_text(struct arena *arena, const char *path, size_t *points) {
    FILE *file = fopen(path, "r");
    if (file == NULL) exit(2);
    char *text = arena_alloc(arena, WORDING_TEXT_MAX + 1);
    char line[16384];
    size_t len = 0;
    *points = 0;
    while (*points < TEXT_POINTS) {
        if (fgets(line, sizeof line, file) == NULL) {
            rewind(file);
            continue;
        }
        json_t *item;
        struct error err;
        if (!json_parse(arena, line, strlen(line), &item, &err)) exit(2);
        const char *sentence = json_text(item, "text");
        for (size_t i = 0; sentence[i] != '\0'; i++) *points += ((unsigned char)sentence[i] & 0xc0) != 0x80;
        memcpy(text + len, sentence, strlen(sentence));
        len += strlen(sentence);
        text[len++] = '\n';
    }
    fclose(file);
    return text;
}

static double check_ms(const struct wording_rules *rules, const char *text, size_t *findings) {
    static const char *const roster[] = { "김서연", "박준호", "Priya Nair", "dpark" };
    struct wording_input input = { .text = text, .size = strlen(text), .section = "cause", .kind = WORDING_REPORT };
    input.roster = roster;
    input.roster_count = sizeof roster / sizeof *roster;
    double taken[RUNS];
    for (int i = 0; i < RUNS; i++) {
        struct arena *arena = arena_new(RULES_CAP);
        struct wording_findings found;
        struct error err;
        double start = now_ms();
        if (!wording_check(rules, arena, &input, &found, &err)) exit(2);
        taken[i] = now_ms() - start;
        *findings = found.count;
        arena_free(arena);
    }
    qsort(taken, RUNS, sizeof *taken, by_value);
    return taken[RUNS / 2];
}

static double scan_ms(const char *text) {
    char stems[STEMS][32];
    for (int i = 0; i < STEMS; i++) snprintf(stems[i], sizeof stems[i], "실수%d", i);
    double taken[RUNS];
    size_t found = 0;
    for (int i = 0; i < RUNS; i++) {
        double start = now_ms();
        for (int j = 0; j < STEMS; j++) found += memmem(text, strlen(text), stems[j], strlen(stems[j])) != NULL;
        taken[i] = now_ms() - start;
    }
    if (found > (size_t)RUNS * STEMS) exit(2);
    qsort(taken, RUNS, sizeof *taken, by_value);
    return taken[RUNS / 2];
}

static bool bench_text(const struct wording_rules *rules, struct arena *arena, const char *path) {
    size_t points;
    size_t findings;
    char *text = make_text(arena, path, &points);
    double check = check_ms(rules, text, &findings);
    double scan = scan_ms(text);
    printf("%s: %zu characters, %zu findings, check %.2f ms, memmem of %d stems %.2f ms, ratio %.1f\n", path, points,
           findings, check, STEMS, scan, check / scan);
    return check <= LIMIT_MS;
}

static void bench_repeats(const struct wording_rules *rules) {
    static const char *const units[] = { "a",
                                         "실",
                                         "담당자가 ",
                                         "the engineer did not ",
                                         "하지 않고 ",
                                         "왜 ",
                                         "누가 했는지 ",
                                         "should have ",
                                         "실-수-",
                                         "\"",
                                         "`",
                                         "김서연 ",
                                         "we ",
                                         "없이 ",
                                         "않 않",
                                         "( ",
                                         "a b c d " };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        double taken[2];
        for (int half = 0; half < 2; half++) {
            struct arena *arena = arena_new(RULES_CAP);
            size_t size = (size_t)WORDING_TEXT_MAX / (half == 0 ? 2 : 1);
            char *text = arena_alloc(arena, size + 1);
            size_t len = strlen(units[i]);
            for (size_t at = 0; at + len <= size; at += len) memcpy(text + at, units[i], len);
            struct wording_input input = { .text = text, .size = strlen(text), .section = "cause" };
            struct wording_findings found;
            struct error err;
            double start = now_ms();
            if (!wording_check(rules, arena, &input, &found, &err)) exit(2);
            taken[half] = now_ms() - start;
            arena_free(arena);
        }
        printf("repeats of '%s': 100 KB %.0f ms, 200 KB %.0f ms\n", units[i], taken[0], taken[1]);
    }
}

int main(void) {
    secret_start();
    asset_start();
    struct arena *arena = arena_new(RULES_CAP);
    struct wording_rules *rules;
    struct error err;
    double start = now_ms();
    if (!wording_rules_load(arena, NULL, &rules, &err)) {
        fprintf(stderr, "%s: %s\n", err.code, err.detail);
        return 2;
    }
    printf("rules load %.0f ms, %zu KiB\n", now_ms() - start, arena_used(arena) / 1024);
    bool fine = bench_text(rules, arena, "tests/wording/corpus_ko.jsonl");
    fine = bench_text(rules, arena, "tests/wording/corpus_en.jsonl") && fine;
    bench_repeats(rules);
    arena_free(arena);
    return fine ? 0 : 1;
}
