-- What organisers decide about who meets whom, and who asked to meet whom.

-- Two people whom organisers keep apart for good; each two once, the smaller id first.
CREATE TABLE never (
    install_id TEXT NOT NULL,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, one, other)
);

-- Somebody asked to meet somebody.
CREATE TABLE meet_request (
    install_id TEXT NOT NULL,
    id TEXT NOT NULL PRIMARY KEY,
    asker TEXT NOT NULL,
    asked TEXT NOT NULL,
    about TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,               -- then the asker hears that there is no date, whatever the cause
    declined BOOLEAN NOT NULL,
    group_id TEXT NOT NULL                 -- where both wanted it; '' where not, or not yet
);
CREATE INDEX meet_request_asker ON meet_request (install_id, asker, asked);
CREATE INDEX meet_request_asked ON meet_request (install_id, asked);

-- Two people who shall meet in a round, and people who are left out of one, as organisers want it.
CREATE TABLE round_pin (
    install_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (install_id, round, one, other)
);
CREATE TABLE round_left_out (
    install_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (install_id, round, person)
);
