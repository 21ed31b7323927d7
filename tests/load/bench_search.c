/* What the search index is worth (performance goal P17): finding a word in it, and by reading every text.
 *
 *   bench_search DATABASE WORD     WORD: two syllables, one token of the index */
#include "load_socket.h"

#include <sqlite3.h>

enum { RUNS = 5 };

static double fastest_ms(sqlite3 *db, const char *text, const char *word) {
    sqlite3_stmt *statement;
    int64_t best = INT64_MAX;
    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK) die("%s", sqlite3_errmsg(db));
    sqlite3_bind_text(statement, 1, word, -1, SQLITE_STATIC);
    for (int i = 0; i < RUNS; i++) {
        int64_t began = micros();
        while (sqlite3_step(statement) == SQLITE_ROW) continue;
        if (micros() - began < best) best = micros() - began;
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return (double)best / 1000.0;
}

int main(int argc, char **argv) {
    sqlite3 *db;
    if (argc != 3) die("bench_search DATABASE WORD");
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) die("cannot open %s", argv[1]);
    sqlite3_exec(db, "PRAGMA mmap_size = 1073741824", NULL, NULL, NULL);
    double index = fastest_ms(db,
                              "SELECT d.id FROM search_index h CROSS JOIN search_document d ON d.id = h.rowid "
                              "WHERE h.tokens MATCH ?1 ORDER BY h.rowid DESC LIMIT 50",
                              argv[2]);
    double scan =
        fastest_ms(db, "SELECT id FROM search_document WHERE instr(folded, ?1) > 0 ORDER BY id DESC", argv[2]);
    printf("{\"index_ms\":%.4f,\"scan_ms\":%.3f}\n", index, scan);
    sqlite3_close(db);
    return 0;
}
