-- First run and launch: what organisers choose in Slack, who gets the hello, and how the lists stand.

-- What organisers chose: settings by their path, as JSON. What the operator sets explicitly goes before it.
ALTER TABLE install ADD COLUMN choices TEXT NOT NULL DEFAULT '{}';
-- Who begins, while not everyone does: their ids, as a JSON list; '' means everyone.
ALTER TABLE install ADD COLUMN pilot TEXT NOT NULL DEFAULT '';
-- Before then no schedule introduces anyone: a working day after the last hello.
ALTER TABLE install ADD COLUMN introduce_from BIGINT NOT NULL DEFAULT 0;

-- From when on schedules may introduce somebody: a working day after their hello; 0 before they got one.
ALTER TABLE member ADD COLUMN introduce_from BIGINT NOT NULL DEFAULT 0;
-- Where it was launched before there was a hello, nobody waits for one.
UPDATE member SET introduce_from = 1 WHERE install_id IN (SELECT id FROM install WHERE launched_at > 0);
-- What their buddy may ask them about, in their own words.
ALTER TABLE member ADD COLUMN ask_about TEXT NOT NULL DEFAULT '';

-- How the list of a department was read last.
CREATE TABLE list (
    install_id TEXT NOT NULL,
    department TEXT NOT NULL,              -- 'sales' or 'marketing'
    source TEXT NOT NULL,                  -- the user group or channel that it was read from; '' for people
    trouble TEXT NOT NULL,                 -- Slack's word, where it could not be read; '' where it could
    since BIGINT NOT NULL,                 -- since when it stands so
    PRIMARY KEY (install_id, department)
);

-- What Slack told of the user groups and channels that organisers can choose, or that are theirs.
CREATE TABLE place (
    install_id TEXT NOT NULL,
    id TEXT NOT NULL,                      -- 'S…' or 'C…'; '' for the user groups as a whole
    name TEXT NOT NULL,
    people BIGINT NOT NULL,
    trouble TEXT NOT NULL,                 -- 'outside', 'archived', 'disabled', or Slack's word; '' where all is well
    since BIGINT NOT NULL,                 -- since when it stands so
    PRIMARY KEY (install_id, id)
);

-- What an organiser has open in their chat.
CREATE TABLE organiser (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    setup BIGINT NOT NULL,                 -- the number of the set-up message that counts; 0 for none
    rehearsal TEXT NOT NULL,               -- the rehearsal that goes on; '' for none
    PRIMARY KEY (install_id, person)
);
