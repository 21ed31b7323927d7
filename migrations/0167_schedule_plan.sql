-- What calendars have been told: shifts keep their uid, a change raises their sequence, and those that vanish stay for a
-- while as cancelled. Outlives the schedule, so that its readers learn that it is gone.
CREATE TABLE schedule_plan (
    uid TEXT PRIMARY KEY,
    schedule_id BIGINT NOT NULL,
    schedule_name TEXT NOT NULL,
    role BIGINT NOT NULL, -- 0 primary, 1 secondary
    user_id BIGINT NOT NULL,
    start_at BIGINT NOT NULL, -- unix seconds, as end_at
    end_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    cancelled BIGINT NOT NULL
);
CREATE INDEX schedule_plan_of ON schedule_plan (schedule_id, end_at);
CREATE INDEX schedule_plan_user ON schedule_plan (user_id, end_at);
INSERT INTO due (kind, subject_id, variant, due_at, run_at, attempts)
    SELECT 'schedule.changed', id, '', 0, 0, 0 FROM schedule;
