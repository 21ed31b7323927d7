/* Backup and restore: whole or refused. SQLite only. */
#include "support/fixture.h"

#include "store/backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *beside(struct fixture *f, const char *name) {
    return arena_printf(f->arena, "%s/%s", f->folder, name);
}

static void put(struct fixture *f, const char *name) {
    fixture_exec(f, arena_printf(f->arena, "INSERT INTO counter (name, value) VALUES ('%s', 1)", name));
}

static void test_back_to_the_moment_of_the_backup(void **state) {
    struct fixture *f = *state;
    struct backup_info made, verified;
    if (f->engine != STORE_SQLITE) skip();
    const char *file = beside(f, "copy.backup"), *aside = beside(f, "bongsu.db.before-restore");
    put(f, "before");
    OK(backup_write(&(struct backup_place){ f->database, f->folder }, file, &made,
                    &f->err)); /* the store is open: a running server */
    put(f, "after");
    OK(backup_verify(file, &verified, &f->err));
    assert_string_equal(made.checksum, verified.checksum);
    assert_false(backup_restore(file, &(struct backup_place){ f->database, f->folder }, &verified, &f->err));
    assert_string_equal(f->err.code, "backup.in_use");
    assert_int_equal(fixture_count(f, "counter"), 2);
    store_close(f->store);
    OK(backup_restore(file, &(struct backup_place){ f->database, f->folder }, &verified, &f->err));
    struct store_options options = { .database = f->database, .readers = 1 };
    OK(store_open(&options, &f->store, &f->err));
    assert_string_equal(fixture_text(f, "SELECT name FROM counter"), "before");
    assert_int_equal(access(aside, F_OK), 0);
    unlink(aside);
    unlink(file);
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void test_attachments_come_along(void **state) {
    struct fixture *f = *state;
    struct backup_info info;
    char line[32] = "";
    if (f->engine != STORE_SQLITE) skip();
    const char *folder = beside(f, "attachments"), *part = beside(f, "attachments/ab");
    const char *kept = beside(f, "attachments/ab/abc123"), *half = beside(f, "attachments/ab/abc124.token");
    const char *file = beside(f, "copy.backup"), *aside = beside(f, "bongsu.db.before-restore");
    struct backup_place place = { f->database, f->folder };
    assert_int_equal(mkdir(folder, 0700) | mkdir(part, 0700), 0);
    write_text(kept, "a picture");
    write_text(half, "half a pic");
    OK(backup_write(&place, file, &info, &f->err));
    assert_int_equal(info.files, 1);
    assert_int_equal(unlink(kept) | unlink(half) | rmdir(part) | rmdir(folder), 0);
    OK(backup_verify(file, &info, &f->err));
    assert_int_equal(info.files, 1);
    store_close(f->store);
    OK(backup_restore(file, &place, &info, &f->err));
    struct store_options options = { .database = f->database, .readers = 1 };
    OK(store_open(&options, &f->store, &f->err));
    FILE *back = fopen(kept, "re");
    assert_non_null(back);
    assert_non_null(fgets(line, sizeof line, back));
    fclose(back);
    assert_string_equal(line, "a picture");
    assert_int_equal(access(half, F_OK), -1);
    unlink(kept), rmdir(part), rmdir(folder), unlink(aside), unlink(file);
}

static void spoil(const char *file, off_t at) {
    int fd = open(file, O_RDWR | O_CLOEXEC);
    char byte;
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte = (char)(byte ^ 1);
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void test_damaged_files_are_refused(void **state) {
    struct fixture *f = *state;
    struct backup_info info;
    struct stat stat_of;
    if (f->engine != STORE_SQLITE) skip();
    const char *file = beside(f, "copy.backup"), *target = beside(f, "restored.db");
    put(f, "x");
    OK(backup_write(&(struct backup_place){ f->database, f->folder }, file, &info, &f->err));
    assert_int_equal(stat(file, &stat_of), 0);
    const off_t places[] = {
        0, 5000, stat_of.st_size - 1, stat_of.st_size - 20, stat_of.st_size - 75, stat_of.st_size - 95
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        spoil(file, places[i]);
        assert_false(backup_verify(file, &info, &f->err));
        assert_string_equal(f->err.code, "backup.damaged");
        assert_false(backup_restore(file, &(struct backup_place){ target, f->folder }, &info, &f->err));
        assert_int_equal(access(target, F_OK), -1);
        spoil(file, places[i]);
    }
    OK(backup_verify(file, &info, &f->err));
    const off_t lengths[] = { stat_of.st_size - 1, stat_of.st_size / 2, 10, 0 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        assert_int_equal(truncate(file, lengths[i]), 0);
        assert_false(backup_verify(file, &info, &f->err));
        assert_string_equal(f->err.code, "backup.damaged");
    }
    assert_false(backup_restore(beside(f, "none"), &(struct backup_place){ target, f->folder }, &info, &f->err));
    assert_string_equal(f->err.code, "backup.no_file");
    assert_false(backup_write(&(struct backup_place){ beside(f, "none"), f->folder }, file, &info, &f->err));
    assert_string_equal(f->err.code, "backup.no_database");
    unlink(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_back_to_the_moment_of_the_backup),
        FIXTURE_TEST(test_attachments_come_along),
        FIXTURE_TEST(test_damaged_files_are_refused),
    };
    return fixture_run("backup", tests, sizeof tests / sizeof *tests);
}
