/* Runs a fuzz target over its corpus, then over the corpus with bytes changed, cut and doubled: the same ones in
 * every run. `fuzz_x FOLDER [ROUNDS]` */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 64 * 1024, FILES_MAX = 200 };

struct input {
    uint8_t *bytes;
    size_t size;
};

static uint32_t random_next(uint32_t *seed) {
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static size_t read_folder(const char *folder, struct input *inputs) {
    size_t count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) return 0;
    for (struct dirent *entry = readdir(dir); entry != NULL && count < FILES_MAX; entry = readdir(dir)) {
        char path[1024];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = fopen(path, "rb");
        if (file == NULL) continue;
        inputs[count].bytes = calloc(1, INPUT_MAX);
        if (inputs[count].bytes == NULL) abort();
        inputs[count].size = fread(inputs[count].bytes, 1, INPUT_MAX, file);
        count++;
        fclose(file);
    }
    closedir(dir);
    return count;
}

/* An exact copy on the heap, so that reading one byte too far is seen. */
static void run(const uint8_t *bytes, size_t size) {
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL) abort();
    if (size > 0) memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static size_t change(uint8_t *bytes, size_t size, uint32_t *seed) {
    static const char WORDS[] = "%\r\n\0:;=&\"/.-,+[{~\x7f\xff";
    for (uint32_t i = 0, steps = 1 + random_next(seed) % 6; i < steps && size > 0; i++) {
        size_t at = random_next(seed) % size;
        switch (random_next(seed) % 5) {
        case 0: bytes[at] = (uint8_t)random_next(seed); break;
        case 1: bytes[at] = (uint8_t)WORDS[random_next(seed) % (sizeof WORDS - 1)]; break;
        case 2: size = at; break;
        case 3: memmove(bytes + at, bytes + at + 1, size-- - at - 1); break;
        default:
            if (size < INPUT_MAX) memmove(bytes + at + 1, bytes + at, size++ - at);
            break;
        }
    }
    return size;
}

int main(int argc, char **argv) {
    static struct input inputs[FILES_MAX];
    static uint8_t work[INPUT_MAX];
    size_t count = argc > 1 ? read_folder(argv[1], inputs) : 0;
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 20000;
    uint32_t seed = 1;
    if (count == 0) {
        fprintf(stderr, "no corpus\n");
        return 1;
    }
    for (size_t i = 0; i < count; i++) run(inputs[i].bytes, inputs[i].size);
    for (long round = 0; round < rounds; round++) {
        const struct input *input = &inputs[(size_t)round % count];
        memcpy(work, input->bytes, input->size);
        run(work, change(work, input->size, &seed));
    }
    for (size_t i = 0; i < count; i++) free(inputs[i].bytes);
    printf("%zu inputs, %ld changed\n", count, rounds);
    return 0;
}
