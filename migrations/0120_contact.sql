-- How people are reached (R-D3, R-D5): their own methods in order, when they would rather not be called, who stands in;
-- what a page did to reach somebody; and vendors, who are called by hand.

-- A person without a row is reached by what stands in the account.
CREATE TABLE contact_card (
    user_id BIGINT PRIMARY KEY REFERENCES user_account (id),
    document TEXT NOT NULL, -- {methods: [{kind, address?, after_min}], quiet: [{severities, kinds, from, to}]}
    backup_id BIGINT REFERENCES user_account (id),
    confirmed_at BIGINT, -- when the person last said that it is right
    asked_at BIGINT, -- the reminder that is not answered yet
    version BIGINT NOT NULL
);

CREATE TABLE contact_trial (
    user_id BIGINT NOT NULL REFERENCES user_account (id),
    kind TEXT NOT NULL, -- slack, sms, phone, email
    address TEXT NOT NULL,
    outbox_id BIGINT, -- NULL: nothing could be sent
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, address)
);

-- One row a method that a page used, or why it did not.
CREATE TABLE escalation_message (
    id BIGINT PRIMARY KEY, -- ascending
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    page_id BIGINT NOT NULL REFERENCES escalation_page (id),
    kind TEXT NOT NULL, -- slack, sms, phone, email; '' for the page as a whole
    address TEXT NOT NULL,
    reason TEXT, -- why nothing went this way; NULL: it went
    outbox_id BIGINT,
    at BIGINT NOT NULL -- unix seconds, as the page's
);
CREATE INDEX escalation_message_incident ON escalation_message (incident_id, id);
CREATE INDEX escalation_message_page ON escalation_message (page_id, id);

CREATE TABLE vendor (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    supplies TEXT NOT NULL, -- what we have from them
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    url TEXT NOT NULL,
    zone TEXT NOT NULL, -- of the support hours
    days BIGINT NOT NULL, -- bit 0 = Monday
    from_minute BIGINT NOT NULL,
    to_minute BIGINT NOT NULL, -- equal to from_minute: round the clock
    holidays BIGINT NOT NULL, -- 1: closed on Korean public holidays
    note TEXT NOT NULL, -- contract, whom to ask for
    version BIGINT NOT NULL
);

-- Everybody is asked once a month whether they can still be reached that way.
INSERT INTO due (kind, subject_id, variant, due_at, run_at, attempts)
SELECT 'contact.confirm', id, '', created_at + 2592000000, created_at + 2592000000, 0
FROM user_account WHERE disabled_at IS NULL;
