#include "support/harness.h"

#include "base/asset.h"
#include "base/secret.h"

int arena_setup(void **state) {
    secret_start();
    asset_start();
    *state = arena_new(ARENA_REQUEST_CAP);
    return 0;
}

int arena_teardown(void **state) {
    arena_free(*state);
    return 0;
}
