-- Buddies: rounds, the groups that meet, and who said what about it.

CREATE TABLE round (
    install_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, number)
);

-- The two to four people who meet.
CREATE TABLE buddy_group (
    install_id TEXT NOT NULL,
    id TEXT NOT NULL PRIMARY KEY,
    round BIGINT NOT NULL,
    introduce_at BIGINT NOT NULL,          -- when that is planned
    introduced_at BIGINT NOT NULL,         -- when it was done; 0: not yet, or never
    starter TEXT NOT NULL,
    proposer TEXT NOT NULL                 -- whose turn it is to suggest a time
);
CREATE INDEX buddy_group_round ON buddy_group (install_id, round);

CREATE TABLE buddy (
    install_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    person TEXT NOT NULL,
    department TEXT NOT NULL,              -- 'sales' or 'marketing'
    said TEXT NOT NULL,                    -- '', 'yes', 'later', 'no'
    said_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, group_id, person)
);
CREATE INDEX buddy_person ON buddy (install_id, person);
