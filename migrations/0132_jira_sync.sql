-- What Jira said last, and where it and people here said different things.
ALTER TABLE jira_issue ADD COLUMN told_state TEXT; -- todo doing done dropped; NULL: nothing yet
ALTER TABLE jira_issue ADD COLUMN conflict_at BIGINT NOT NULL DEFAULT 0; -- 0: they agree
ALTER TABLE jira_issue ADD COLUMN conflict_ours TEXT;
ALTER TABLE jira_issue ADD COLUMN conflict_theirs TEXT;
ALTER TABLE jira_issue ADD COLUMN conflict_kept TEXT; -- ours theirs
CREATE INDEX jira_issue_conflict ON jira_issue (conflict_at) WHERE conflict_at > 0;
