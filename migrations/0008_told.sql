-- When what Slack told of somebody was so, in Slack's seconds: what comes late does not undo what is newer.
ALTER TABLE member ADD COLUMN told_of BIGINT NOT NULL DEFAULT 0;
