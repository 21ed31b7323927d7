/* Scripts: templates/drills/LANG/KEY.json. */
#include "drill/script.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

static bool broken(const struct asset *file, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "internal", "%s is no drill", file->path);
}

static bool read_lines(const json_t *json, struct drill_script *out) {
    const json_t *list = json_object_get(json, "lines"), *each;
    size_t i;
    out->line_count = json_array_size(list);
    if (out->line_count == 0 || out->line_count > DRILL_LINES_MAX) return false;
    json_array_foreach(list, i, each) {
        struct drill_line *line = &out->lines[i];
        *line = (struct drill_line){ json_integer_value(json_object_get(each, "minute")), json_text(each, "voice"),
                                     json_text(each, "text") };
        if (str_blank(line->voice) || str_blank(line->text)) return false;
        if (line->minute < (i == 0 ? 0 : out->lines[i - 1].minute)) return false;
    }
    return true;
}

static bool read_file(struct arena *arena, const struct asset *file, struct drill_script *out, struct error *err) {
    json_t *json;
    if (!json_parse(arena, (const char *)file->bytes, file->size, &json, err)) return false;
    out->title = json_text(json, "title");
    out->lead = json_text(json, "lead");
    out->symptom = json_text(json, "symptom");
    const json_t *goals = json_object_get(json, "goals");
    out->goal_count = json_array_size(goals);
    if (out->goal_count > DRILL_GOALS_MAX) return broken(file, err);
    for (size_t i = 0; i < out->goal_count; i++) out->goals[i] = json_string_value(json_array_get(goals, i));
    if (str_blank(out->title) || str_blank(out->lead) || str_blank(out->symptom) || !read_lines(json, out)) {
        return broken(file, err);
    }
    return true;
}

static const char *folder_of(struct arena *arena, const char *lang) {
    return arena_printf(arena, "templates/drills/%s/", lang);
}

static const char *key_of(struct arena *arena, const struct asset *file, const char *folder) {
    const char *name = file->path + strlen(folder);
    return arena_strn(arena, name, strcspn(name, "."));
}

bool script_read(struct arena *arena, const char *lang, const char *key, struct drill_script *out, struct error *err) {
    const char *folder = folder_of(arena, lang);
    const struct asset *file = asset_find(arena_printf(arena, "%s%s.json", folder, key));
    if (file == NULL) return ERROR(err, ERR_NOT_FOUND, "drill.unknown", "%s", key);
    *out = (struct drill_script){ .key = arena_str(arena, key), .lang = arena_str(arena, lang) };
    return read_file(arena, file, out, err);
}

bool script_all(struct arena *arena, const char *lang, struct drill_scripts *out, struct error *err) {
    const struct asset *first;
    const char *folder = folder_of(arena, lang);
    size_t count = asset_under(folder, &first);
    *out = (struct drill_scripts){ ARENA_ARRAY(arena, count + 1, struct drill_script), 0 };
    for (size_t i = 0; i < count; i++) {
        if (!script_read(arena, lang, key_of(arena, &first[i], folder), &out->items[out->count++], err)) return false;
    }
    return true;
}
