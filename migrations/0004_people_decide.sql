-- What people set for themselves, what they see of it on the Home tab, and what Duet may start with them.

ALTER TABLE member ADD COLUMN own_hours TEXT NOT NULL DEFAULT '';         -- '08:30-16:00'; '': the company's
ALTER TABLE member ADD COLUMN own_days TEXT NOT NULL DEFAULT '';          -- 'Mon,Tue,Thu'; '': the company's
ALTER TABLE member ADD COLUMN own_zone TEXT NOT NULL DEFAULT '';          -- counts where Slack knows none
ALTER TABLE member ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;      -- Duet starts nothing with them until then
ALTER TABLE member ADD COLUMN away_until BIGINT NOT NULL DEFAULT 0;       -- their status in Slack says so
ALTER TABLE member ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT FALSE;   -- nothing that Slack tells is kept

-- Who has ever opened the Home tab: nothing is published for the others.
CREATE TABLE home (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, person)
);

-- Duet's own chat with somebody: where a line goes that they type there, and when they last got help.
CREATE TABLE chat (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    line TEXT NOT NULL,                    -- what was asked last, '' where nothing is
    subject TEXT NOT NULL,
    line_until BIGINT NOT NULL,
    helped_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, person)
);

-- One line that somebody wants to find again; only the people of the group see it.
ALTER TABLE buddy ADD COLUMN line TEXT NOT NULL DEFAULT '';

-- A nudge that is a question is 'asked', then 'answered' or 'closed'; those of one kind may share a message.
ALTER TABLE nudge ADD COLUMN message TEXT NOT NULL DEFAULT '';
CREATE INDEX nudge_person ON nudge (install_id, person, state);

-- How many messages were started with somebody on a day of theirs, and which message was counted on which day.
CREATE TABLE nudge_day (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    day TEXT NOT NULL,                     -- '2026-11-24', on their clocks
    used BIGINT NOT NULL,
    PRIMARY KEY (install_id, person, day)
);
CREATE TABLE nudge_counted (
    install_id TEXT NOT NULL,
    message TEXT NOT NULL,
    person TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (install_id, message)
);

-- Questions of a kind that somebody never answers are not asked any more, until they want them again.
CREATE TABLE nudge_silence (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,                   -- what is not done any more: 'asking whether you met'
    silent BOOLEAN NOT NULL,
    since BIGINT NOT NULL,                 -- what was asked before does not count again
    PRIMARY KEY (install_id, person, kind)
);
