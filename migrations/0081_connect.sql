-- What came in from Slack and Jira, and what became of it.

-- Requests that were taken: the same one is not taken twice.
CREATE TABLE hook_seen (
    seen_key TEXT PRIMARY KEY, -- slack:trigger/…, slack:action/…, jira:…
    answer TEXT, -- what was answered; NULL while it is worked on
    seen_at BIGINT NOT NULL
);
CREATE INDEX hook_seen_time ON hook_seen (seen_at);

-- Action items that are issues in Jira. issue_id is the identity; the key changes when an issue moves.
CREATE TABLE jira_issue (
    action_id BIGINT PRIMARY KEY,
    issue_id TEXT NOT NULL,
    issue_key TEXT NOT NULL,
    told_at BIGINT NOT NULL -- Jira's time of the last event that was applied, 0 before the first
);
CREATE UNIQUE INDEX jira_issue_id ON jira_issue (issue_id);
