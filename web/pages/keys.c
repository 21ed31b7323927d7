/* Keyboard help: every key the pages answer to. */
#include "pages/screen.h"

#include "base/json.h"
#include "base/str.h"

static const struct {
    const char *strokes[3];
    const char *name;
} KEYS[] = {
    { { "c" }, "declare" },     { { "u" }, "update" },
    { { "/" }, "search" },      { { "?" }, "help" },
    { { "g", "o" }, "home" },   { { "g", "i" }, "incidents" },
    { { "g", "d" }, "oncall" }, { { "g", "s" }, "services" },
    { { "g", "p" }, "people" }, { { "Ctrl", "Enter" }, "send" },
    { { "Esc" }, "leave" },
};

static void page_keys(struct request *request, struct response *response) {
    struct screen screen;
    if (!screen_open(request, response, "keys.title", &screen)) return;
    json_t *rows = json_array();
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        json_t *row = json_object(), *strokes = json_array();
        for (size_t n = 0; n < 3 && KEYS[i].strokes[n] != NULL; n++)
            json_push(strokes, json_string(KEYS[i].strokes[n]));
        json_put(row, "strokes", strokes);
        json_put_text(row, "label", say(&screen, path_of(&screen, "keys.%s", KEYS[i].name)));
        json_push(rows, row);
    }
    json_put(screen.view, "keys", rows);
    screen_show(&screen, "pages/keys");
}

static const struct route KEYS_LIST[] = {
    { HTTP_GET, "/keys", page_keys, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table KEYS_ROUTES = ROUTE_TABLE(KEYS_LIST);
