/* 연락처: the directory of people and vendors, and each person's own card. */
#include "pages/oncall/contact_form.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "service/vendor.h"
#include "text/i18n.h"

enum { PEOPLE_SHOWN = 50 };
static const int64_t STALE_MS = 40 * INT64_C(86400000); /* asked, and more than a week without an answer */

/* -- the directory -- */

static json_t *ways_of(const struct screen *screen, const struct contact_card *card) {
    json_t *rows = json_array();
    for (size_t i = 0; i < card->method_count; i++) {
        const struct contact_method *method = &card->methods[i];
        if (*method->address == '\0') continue;
        json_t *row = json_object();
        const char *kind = personal_kind_name(method->kind);
        json_put_text(row, "kind", say(screen, path_of(screen, "contacts.kind.%s", kind)));
        json_put_text(row, "address", method->address);
        json_put_bool(row, "dial", method->kind == PERSONAL_SMS || method->kind == PERSONAL_PHONE);
        json_put_bool(row, "mail", method->kind == PERSONAL_EMAIL);
        json_push(rows, row);
    }
    return rows;
}

static json_t *person_row(const struct screen *screen, const struct contact_entry *entry) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    const struct contact_card *card = &entry->card;
    bool stale =
        screen->op->now_ms - (card->confirmed_ms != 0 ? card->confirmed_ms : entry->user.created_ms) > STALE_MS;
    const char *url = path_of(screen, "/people/%s/contacts", id_text(entry->user.id, id));
    bool own = entry->user.id == screen->op->actor->user_id;
    json_put_text(row, "name", entry->user.name);
    json_put_text(row, "initial", initial_of(screen, entry->user.name));
    json_put_text(row, "role", say(screen, path_of(screen, "role.%s", role_name(entry->user.role))));
    json_put_text(row, "url", own ? "/profile/contacts" : screen_may(screen, PERM_ADMIN) ? url : NULL);
    json_put(row, "ways", ways_of(screen, card));
    json_put_text(row, "backup", *card->backup_name == '\0' ? NULL : card->backup_name);
    json_put_bool(row, "unreachable", !entry->reachable);
    json_put_bool(row, "stale", stale);
    json_put(row, "confirmed", view_instant(screen, card->confirmed_ms));
    return row;
}

static const char *hours_text(const struct screen *screen, const struct vendor *vendor) {
    const char *days = "";
    bool every = vendor->days == 0x7f, weekdays = vendor->days == 0x1f;
    for (int day = 0; day < 7 && !every && !weekdays; day++) {
        if ((vendor->days >> day & 1) == 0) continue;
        const char *name = say(screen, path_of(screen, "oncall_page.weekday.%d", day + 1));
        days = path_of(screen, "%s%s%s", days, *days == '\0' ? "" : "·", name);
    }
    if (every || weekdays) days = say(screen, every ? "contacts.every_day" : "contacts.weekdays");
    const char *clock = vendor->from == vendor->to ? say(screen, "contacts.round_the_clock")
                                                   : path_of(screen, "%02d:%02d–%02d:%02d", vendor->from / 60,
                                                             vendor->from % 60, vendor->to / 60, vendor->to % 60);
    const char *zone =
        str_eq(vendor->zone, tz_name(screen->organisation.tz)) ? "" : path_of(screen, " %s", vendor->zone);
    const char *closed = vendor->holidays ? path_of(screen, ", %s", say(screen, "contacts.closed_on_holidays")) : "";
    return path_of(screen, "%s %s%s%s", days, clock, zone, closed);
}

static json_t *vendor_row(const struct screen *screen, const struct vendor *vendor) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    const char *url = path_of(screen, "/vendors/%s", id_text(vendor->id, id));
    json_put_text(row, "name", vendor->name);
    json_put_text(row, "supplies", *vendor->supplies == '\0' ? NULL : vendor->supplies);
    json_put_text(row, "phone", *vendor->phone == '\0' ? NULL : vendor->phone);
    json_put_text(row, "email", *vendor->email == '\0' ? NULL : vendor->email);
    json_put_text(row, "site", *vendor->url == '\0' ? NULL : vendor->url);
    json_put_text(row, "note", *vendor->note == '\0' ? NULL : vendor->note);
    json_put_text(row, "hours", hours_text(screen, vendor));
    json_put_bool(row, "open", vendor_is_open(vendor, screen->op->now_ms));
    json_put_text(row, "url", screen_may(screen, PERM_SERVICE) ? url : NULL);
    return row;
}

static void page_contacts(struct request *request, struct response *response) {
    struct screen screen;
    struct contact_list people;
    struct vendor_list vendors;
    struct error err;
    const char *words = request_query(request, "q");
    struct user_query query = { .text = str_blank(words) ? NULL : words,
                                .after = request_query(request, "cursor"),
                                .limit = PEOPLE_SHOWN };
    if (!screen_open(request, response, "contacts.title", &screen)) return;
    if (!contact_list(request->op, &query, &people, &err) || !vendor_list(request->op, &vendors, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array(), *firms = json_array();
    for (size_t i = 0; i < people.count; i++) json_push(rows, person_row(&screen, &people.items[i]));
    for (size_t i = 0; i < vendors.count; i++) json_push(firms, vendor_row(&screen, &vendors.items[i]));
    json_put(screen.view, "people", rows);
    json_put(screen.view, "vendors", firms);
    json_put_text(screen.view, "q", words == NULL ? "" : words);
    json_put_bool(screen.view, "may_service", screen_may(&screen, PERM_SERVICE));
    json_put(screen.view, "pages", view_pages(&screen, people.more ? people.items[people.count - 1].user.login : NULL));
    screen_show(&screen, "pages/contacts");
}

/* -- a card -- */

static bool add_trials(struct screen *screen, int64_t user_id, struct error *err) {
    static const char *const tones[][2] = { { "sent", "good" }, { "failed", "bad" }, { "not_connected", "warn" } };
    struct contact_trials trials;
    json_t *rows = json_array();
    json_put(screen->view, "trials", rows);
    if (!contact_trials(screen->op, user_id, &trials, err)) return false;
    for (size_t i = 0; i < trials.count; i++) {
        const struct contact_trial *trial = &trials.items[i];
        const char *kind = personal_kind_name(trial->kind), *tone = "";
        json_t *row = json_object();
        for (size_t j = 0; j < sizeof tones / sizeof *tones; j++) {
            if (str_eq(tones[j][0], trial->result)) tone = tones[j][1];
        }
        json_put_text(row, "kind", say(screen, path_of(screen, "contacts.kind.%s", kind)));
        json_put_text(row, "address", trial->address);
        json_put(row, "at", view_instant(screen, trial->at_ms));
        json_put_text(row, "result", say(screen, path_of(screen, "contacts.result.%s", trial->result)));
        json_put_text(row, "tone", tone);
        json_put_text(row, "fault", trial->fault);
        json_push(rows, row);
    }
    return true;
}

/* The account's own, which an empty address means. */
static void add_account(const struct screen *screen, const struct user *user) {
    json_t *facts = json_array();
    view_fact(screen, facts, "person.phone", user->phone);
    view_fact(screen, facts, "person.email", user->email);
    view_fact(screen, facts, "person.slack_id", user->slack_id);
    json_put(screen->view, "account", facts);
    json_put_bool(screen->view, "has_account", json_array_size(facts) > 0);
}

static void show_card(struct request *request, struct response *response, int64_t user_id,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct user user;
    struct contact_card card;
    struct error err;
    bool own = user_id == request->op->actor->user_id;
    if (!screen_open(request, response, "contacts.mine", &screen)) return;
    if (!contact_load(request->op, user_id, &user, &card, &err) || !add_trials(&screen, user_id, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (!own) screen_title(&screen, user.name);
    json_put_text(screen.view, "heading", own ? say(&screen, "contacts.mine") : user.name);
    json_put_bool(screen.view, "own", own);
    json_put_bool(screen.view, "asked", own && card.asked_ms != 0);
    json_put(screen.view, "confirmed", view_instant(&screen, card.confirmed_ms));
    json_put_text(screen.view, "version", path_of(&screen, "%lld", (long long)card.version));
    json_put_text(screen.view, "action", request->path);
    form_open(&screen, &form);
    form.posted = refusal != NULL;
    contact_form_view(&form, &card);
    add_account(&screen, &user);
    view_people(&screen);
    if (refusal == NULL) {
        screen_show(&screen, "pages/contact");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/contact", refusal);
}

static void save_card(struct request *request, struct response *response, int64_t user_id) {
    struct error err;
    const char *version = request_form(request, "version");
    struct contact_edit edit = { .user_id = user_id, .version = -1, .body = contact_form_read(request) };
    if (version != NULL) (void)str_to_i64(version, &edit.version);
    if (contact_save(request->op, &edit, &err)) {
        respond_redirect_flash(request, response, request->path, "flash.saved");
        return;
    }
    contact_form_map(request);
    show_card(request, response, user_id, &err);
}

static void page_mine(struct request *request, struct response *response) {
    show_card(request, response, request->op->actor->user_id, NULL);
}

static void do_mine(struct request *request, struct response *response) {
    save_card(request, response, request->op->actor->user_id);
}

static int64_t path_id(const struct request *request) {
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    return id;
}

static void page_theirs(struct request *request, struct response *response) {
    show_card(request, response, path_id(request), NULL);
}

static void do_theirs(struct request *request, struct response *response) {
    save_card(request, response, path_id(request));
}

static void do_confirm(struct request *request, struct response *response) {
    struct error err;
    if (contact_confirm(request->op, &err))
        respond_redirect_flash(request, response, "/profile/contacts", "flash.contacts_confirmed");
    else respond_error(request, response, &err);
}

static void do_trial(struct request *request, struct response *response) {
    struct error err;
    if (contact_try(request->op, &err))
        respond_redirect_flash(request, response, "/profile/contacts", "flash.contacts_tried");
    else if (screen_can_refuse(&err) || err.kind == ERR_LIMIT)
        show_card(request, response, request->op->actor->user_id, &err);
    else respond_error(request, response, &err);
}

#define SEE CSRF_SAFE, BODY_NONE, RATE_PAGE
#define SEND CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/contacts", page_contacts, PERM_READ, SEE },
    { HTTP_GET, "/profile/contacts", page_mine, PERM_SELF, SEE },
    { HTTP_POST, "/profile/contacts", do_mine, PERM_SELF, SEND },
    { HTTP_POST, "/profile/contacts/confirm", do_confirm, PERM_SELF, SEND },
    { HTTP_POST, "/profile/contacts/trial", do_trial, PERM_SELF, SEND },
    { HTTP_GET, "/people/:id/contacts", page_theirs, PERM_ADMIN, SEE },
    { HTTP_POST, "/people/:id/contacts", do_theirs, PERM_ADMIN, SEND },
};
const struct route_table CONTACT_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
