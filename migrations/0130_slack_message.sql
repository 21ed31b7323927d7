-- The message of an incident in a Slack channel: kept up to date, its thread takes what follows.
CREATE TABLE slack_message (
    destination_id BIGINT NOT NULL,
    incident_ref TEXT NOT NULL,
    asked TEXT NOT NULL,      -- the channel as the settings name it
    channel TEXT NOT NULL,    -- the channel's id, as Slack answered
    ts TEXT NOT NULL,         -- Slack's name of the message within the channel
    posted_at BIGINT NOT NULL,
    PRIMARY KEY (destination_id, incident_ref, asked)
);
CREATE INDEX slack_message_ts ON slack_message (channel, ts);
