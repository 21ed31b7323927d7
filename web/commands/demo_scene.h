/* One moment of the demo's story: who acts, when, on which incident. */
#ifndef BONGSU_WEB_DEMO_SCENE_H
#define BONGSU_WEB_DEMO_SCENE_H

#include "base/op.h"

#include <jansson.h>

#define MINUTE_MS INT64_C(60000)

struct scene {
    struct op op; /* of the person and moment */
    struct actor actor;
    int64_t begin; /* of the incident */
    int64_t now; /* of the command */
    const json_t *script, *step;
    const char *ref;
};

/* That person at that time; login NULL: whoever the script is about. */
bool scene_enter(struct scene *scene, const char *login, int64_t at, struct error *err) NODISCARD;
int64_t scene_number(const json_t *object, const char *key);
const char *scene_text(const struct scene *scene, const char *key); /* of the step */

/* What is written about the incident (demo_papers.c). Each act is a whole way: a second person, "second", approves. */
bool scene_notice(struct scene *scene, struct error *err) NODISCARD;
bool scene_document(struct scene *scene, struct error *err) NODISCARD;
bool scene_action(struct scene *scene, struct error *err) NODISCARD;

#endif
