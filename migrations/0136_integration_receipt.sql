-- How each sender's messages are read, and what became of the last of them (R-E1, R-E3).

ALTER TABLE integration ADD COLUMN options TEXT NOT NULL DEFAULT '{}'; -- JSON, see alert/options.h
ALTER TABLE integration ADD COLUMN grace_seconds BIGINT NOT NULL DEFAULT 0; -- heartbeat: how late a beat may be
ALTER TABLE integration ADD COLUMN receipts BIGINT NOT NULL DEFAULT 0; -- requests so far, good or bad

-- The last requests of each sender: receipts modulo the number kept is the slot, so that nothing has to be deleted.
CREATE TABLE integration_receipt (
    integration_id BIGINT NOT NULL REFERENCES integration (id),
    slot BIGINT NOT NULL,
    number BIGINT NOT NULL, -- value of integration.receipts
    at BIGINT NOT NULL,
    reason TEXT, -- why it was refused, NULL: accepted; see alert/receipt.h
    detail TEXT,
    accepted BIGINT NOT NULL,
    malformed BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    resolved BIGINT NOT NULL,
    stale BIGINT NOT NULL,
    declared BIGINT NOT NULL,
    attached BIGINT NOT NULL,
    hidden BIGINT NOT NULL, -- alerts the sender left out of a message that was too long
    PRIMARY KEY (integration_id, slot)
);

-- Alerts of the same group that the sender left out of its last message.
ALTER TABLE alert ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
