/* 대응 정책: what each severity promises, readable by everybody; editing is in policy_edit.c. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *span_text(const struct screen *screen, const struct policy_span *span) {
    static const char *const KEYS[] = { [SPAN_HOURS] = "policy_page.hours",
                                        [SPAN_DAYS] = "policy_page.days",
                                        [SPAN_BUSINESS_DAYS] = "policy_page.business_days" };
    return span->unit == SPAN_NONE ? NULL : say_count(screen, KEYS[span->unit], span->amount);
}

static const char *minutes_text(const struct screen *screen, int64_t minutes) {
    return minutes == 0 ? NULL : when_minutes(screen->op->arena, screen->op->lang, minutes);
}

/* The labels of the set bits, joined by commas. */
static const char *list_text(const struct screen *screen, unsigned bits, const char *group, int count,
                             const char *(*name)(int)) {
    struct buf text;
    buf_init(&text, screen->op->arena, 1000);
    for (int i = 0; i < count; i++) {
        if ((bits & (1U << i)) == 0) continue;
        if (text.len > 0) buf_puts(&text, ", ");
        buf_puts(&text, label(screen, group, name(i)));
    }
    return text.data;
}

static const char *channel_name(int channel) {
    return policy_channel_name((enum policy_channel)channel);
}

static const char *role_name_of(int role) {
    return policy_role_name((enum policy_role)role);
}

static json_t *severity_view(const struct screen *screen, const struct policy_severity *severity) {
    const struct i18n *lang = screen->op->lang;
    json_t *view = json_object(), *examples = json_array(), *clocks = json_array(), *duties = json_array();
    json_put(view, "severity", view_severity(screen, severity->code));
    json_put_text(view, "name", policy_say(&severity->name, lang));
    json_put_text(view, "meaning", policy_say(&severity->meaning, lang));
    const char *response = policy_say(&severity->response, lang);
    json_put_text(view, "response", *response == '\0' ? NULL : response);
    for (size_t i = 0; i < severity->example_count; i++) {
        json_push(examples, json_string(policy_say(&severity->examples[i], lang)));
    }
    json_put_bool(view, "has_examples", severity->example_count > 0);
    json_put(view, "examples", examples);
    view_fact(screen, clocks, "policy_page.response", minutes_text(screen, severity->response_minutes));
    view_fact(screen, clocks, "policy_page.update", minutes_text(screen, severity->update_minutes));
    view_fact(screen, clocks, "policy_page.ack", minutes_text(screen, severity->ack_minutes));
    view_fact(screen, clocks, "policy_page.notice", minutes_text(screen, severity->notice_minutes));
    view_fact(screen, clocks, "policy_page.mitigate", minutes_text(screen, severity->mitigate_minutes));
    view_fact(screen, clocks, "policy_page.help", minutes_text(screen, severity->help_minutes));
    view_fact(screen, clocks, "policy_page.executive", minutes_text(screen, severity->executive_minutes));
    view_fact(screen, duties, "policy_page.report", span_text(screen, &severity->report));
    view_fact(screen, duties, "policy_page.retro", span_text(screen, &severity->retro));
    view_fact(screen, duties, "policy_page.review",
              label(screen, "review", severity->review == REVIEW_TEAM ? "team" : "executives"));
    view_fact(screen, duties, "policy_page.channels",
              list_text(screen, severity->channels, "channel", CHANNEL_COUNT, channel_name));
    view_fact(screen, duties, "policy_page.roles",
              list_text(screen, severity->roles, "role", POLICY_ROLE_COUNT, role_name_of));
    json_put(view, "clocks", clocks);
    json_put(view, "duties", duties);
    return view;
}

static bool add_versions(const struct screen *screen, struct error *err) {
    struct policy_version_list list;
    json_t *versions = json_array();
    if (!policy_versions(screen->op, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "label",
                      path_of(screen, "%lld · %s", (long long)list.items[i].version,
                              policy_say(&list.items[i].name, screen->op->lang)));
        json_put_text(row, "url", path_of(screen, "/policy?version=%lld", (long long)list.items[i].version));
        json_put_text(row, "who", list.items[i].created_by);
        json_put(row, "at", view_instant(screen, list.items[i].created_ms));
        json_push(versions, row);
    }
    json_put(screen->view, "versions", versions);
    return true;
}

static void page_policy(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    int64_t version = 0;
    const char *asked = request_query(request, "version");
    if (asked != NULL) (void)str_to_i64(asked, &version);
    if (!screen_open(request, response, "policy_page.title", &screen)) return;
    if (!policy_load(request->op, version, &screen.policy, &err) || !add_versions(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct policy *policy = screen.policy;
    json_t *severities = json_array(), *steps = json_array();
    for (size_t i = 0; i < policy->severity_count; i++) {
        json_push(severities, severity_view(&screen, &policy->severities[i]));
    }
    for (size_t i = 0; i < policy->step_count; i++) {
        json_t *step = json_object();
        json_put_text(step, "question", policy_say(&policy->steps[i].question, request->op->lang));
        json_put_text(step, "hint", policy_say(&policy->steps[i].hint, request->op->lang));
        json_put(step, "severity", view_severity(&screen, policy->steps[i].severity));
        json_push(steps, step);
    }
    json_put(screen.view, "severities", severities);
    json_put(screen.view, "steps", steps);
    json_put(screen.view, "otherwise", view_severity(&screen, policy->otherwise));
    json_put_text(screen.view, "name", policy_say(&policy->name, request->op->lang));
    json_put_text(screen.view, "version", say_count(&screen, "policy_page.version", policy->version));
    screen_show(&screen, "pages/policy");
}

static const struct route POLICY_LIST[] = {
    { HTTP_GET, "/policy", page_policy, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table POLICY_PAGE_ROUTES = ROUTE_TABLE(POLICY_LIST);
