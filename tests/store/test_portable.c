/* One SQL text for two engines: constructs that one of them lacks, or reads differently, do not stand in any
 * statement or migration. What both engines accept but answer differently cannot be found by preparing. */
#include "support/harness.h"

#include "base/asset.h"
#include "store/sqltext.h"
#include "work/statements.h"

#include <ctype.h>
#include <string.h>

/* A blank stands for any white space; matched in lower case, outside of quotes and comments. */
static const char *const FORBIDDEN[] = {
    " like ",        " glob ",      "lower(",      "upper(",         "ifnull(",      "group_concat(",
    "string_agg(",   "strftime(",   "datetime(",   "julianday",      "now()",        "current_timestamp",
    "current_date",  " for update", "skip locked", "insert or ",     "replace into", "autoincrement",
    "rowid",         "->",          "greatest(",   "least(",         "random()",     "avg(",
    " ilike ",       "::",          "true",        "false",          "last_insert",  "changes()",
    "total_changes", " serial",     "bytea",       " blob",          " boolean",     "timestamptz",
    " varchar",      " int,",       " integer",    "collate nocase",
};

/* Lower case, white space folded to one blank, quoted texts and comments blanked out. */
static char *plain(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) + 3);
    size_t len = 0;
    out[len++] = ' ';
    for (const char *at = text; *at != '\0'; at++) {
        char byte = (char)tolower((unsigned char)*at);
        if (*at == '\'') {
            const char *end = strchr(at + 1, '\'');
            at = end == NULL ? at + strlen(at) - 1 : end;
            byte = '\'';
        } else if (at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
            if (*at == '\0') break;
            byte = ' ';
        } else if (isspace((unsigned char)*at)) {
            byte = ' ';
        }
        if (byte != ' ' || out[len - 1] != ' ') out[len++] = byte;
    }
    out[len++] = ' ';
    return out;
}

/* LIKE folds ASCII on one side only, so it is fine on a column that was folded before it was stored. */
static bool on_folded(const char *text, const char *found) {
    static const char COLUMN[] = "folded";
    size_t len = sizeof COLUMN - 1;
    return (size_t)(found - text) >= len && memcmp(found - len, COLUMN, len) == 0 && memcmp(found, " like ", 6) == 0;
}

static int check(struct arena *arena, const char *name, const char *text) {
    int faults = 0;
    const char *folded = plain(arena, text);
    for (size_t i = 0; i < sizeof FORBIDDEN / sizeof *FORBIDDEN; i++) {
        const char *found = strstr(folded, FORBIDDEN[i]);
        if (found == NULL || on_folded(folded, found)) continue;
        print_error("%s: '%s' is not portable\n", name, FORBIDDEN[i]);
        faults++;
    }
    return faults;
}

static void test_statements(void **state) {
    int faults = 0;
    size_t count = 0;
    for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++) {
        for (size_t j = 0; j < ALL_STATEMENTS[i]->count; j++, count++) {
            const struct sql *sql = ALL_STATEMENTS[i]->statements[j];
            faults += check(*state, sql->name, sqltext_for_engine(*state, sql->text, "neither"));
        }
    }
    assert_true(count > 20);
    assert_int_equal(faults, 0);
}

static void test_statement_names_are_unique(void **state) {
    (void)state;
    for (size_t i = 0; i < ALL_STATEMENTS_COUNT; i++) {
        for (size_t j = i + 1; j < ALL_STATEMENTS_COUNT; j++)
            assert_ptr_not_equal(ALL_STATEMENTS[i], ALL_STATEMENTS[j]);
    }
}

/* Lines fenced for one engine are its own business; there should be few of them. */
static void test_migrations(void **state) {
    enum { FENCED_MAX = 40 };
    const struct asset *assets;
    int faults = 0, fenced = 0;
    size_t count = asset_under("migrations/", &assets);
    for (size_t i = 0; i < count; i++) {
        const char *text = (const char *)assets[i].bytes;
        for (const char *at = text; (at = strstr(at, "-- @")) != NULL; at++) fenced++;
        faults += check(*state, assets[i].path, sqltext_for_engine(*state, text, "neither"));
    }
    assert_true(count > 0 && fenced <= FENCED_MAX);
    assert_int_equal(faults, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_statements),
        TEST(test_statement_names_are_unique),
        TEST(test_migrations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
