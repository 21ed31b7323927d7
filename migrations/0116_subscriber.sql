-- Who wants the status page by mail: nobody before they confirmed it themselves. The token stands in their mails alone.
CREATE TABLE status_subscriber (
    id BIGINT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE, -- in small letters
    lang TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    home TEXT NOT NULL, -- address of the portal they subscribed at, for links
    asked_at BIGINT NOT NULL, -- when the mail asking for confirmation last went
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX status_subscriber_confirmed ON status_subscriber (confirmed_at, id);
