-- The ground floors: installs, jobs, rates, schedules, messages, deliveries, nudges, people.
-- One dialect for SQLite and PostgreSQL: every integer BIGINT, instants as milliseconds since 1970,
-- ids and JSON as TEXT, no autoincrement. 0 in an instant means "not yet".

-- A workspace, or an Enterprise organisation, that Duet is installed in.
CREATE TABLE install (
    id TEXT NOT NULL PRIMARY KEY,          -- the enterprise id if it is installed org-wide, else the team id
    team_id TEXT NOT NULL,
    bot_user TEXT NOT NULL,
    state TEXT NOT NULL,                   -- 'active', or 'paused' while Slack refuses the token
    launched_at BIGINT NOT NULL,           -- when an organiser confirmed the launch
    held BOOLEAN NOT NULL,                 -- an organiser holds everything
    is_open BOOLEAN NOT NULL               -- launched and not held: Duet may start something by itself
);

-- How often something happened, for the metrics. Rows, so that a restart forgets nothing.
CREATE TABLE tally (
    install_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (install_id, name)
);

-- A durable promise to do something.
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    install_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,                   -- 'waiting', 'done', 'dead', 'expired'
    gated BOOLEAN NOT NULL,                -- waits while the install is not open
    lane TEXT,                             -- jobs of a lane run one at a time, in order
    lane_no BIGINT NOT NULL,
    due_at BIGINT NOT NULL,                -- when it was asked to run, and entered its lane
    run_at BIGINT NOT NULL,                -- when it may be claimed next: backoff, rates and leases move it
    expires_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    lease_token TEXT NOT NULL,             -- '' where nobody holds it
    lease_until BIGINT NOT NULL,
    dedup_key TEXT,
    coalesce BOOLEAN NOT NULL,             -- the key is free again once the job is claimed
    last_error TEXT NOT NULL,
    finished_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_dedup ON job (install_id, dedup_key);
CREATE INDEX job_due ON job (run_at, id) WHERE state = 'waiting';
CREATE INDEX job_lane ON job (install_id, lane, lane_no) WHERE state = 'waiting';
CREATE INDEX job_finished ON job (finished_at, state);

-- The counter that orders a lane, and who is in it.
CREATE TABLE lane (
    install_id TEXT NOT NULL,
    name TEXT NOT NULL,
    last_no BIGINT NOT NULL,
    holder TEXT NOT NULL,                  -- the job that runs, '' for none
    held_until BIGINT NOT NULL,
    PRIMARY KEY (install_id, name)
);

-- When a bucket (a Slack method, or a channel) may be used again.
CREATE TABLE rate (
    install_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    queue_until BIGINT NOT NULL,           -- up to when the calls that were turned away have been spread
    PRIMARY KEY (install_id, bucket)
);

-- When a schedule runs next.
CREATE TABLE schedule (
    install_id TEXT NOT NULL,
    name TEXT NOT NULL,
    setting TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, name)
);

-- A message as it should be, and as it is at Slack.
CREATE TABLE message (
    install_id TEXT NOT NULL,
    key TEXT NOT NULL,
    destination TEXT NOT NULL,             -- 'dm:U1', 'group:U1,U2', 'ch:C1'
    body TEXT,                             -- what Slack will get; none: it should be gone
    version BIGINT NOT NULL,
    sent_version BIGINT NOT NULL,
    state TEXT NOT NULL,                   -- 'wanted', 'in flight', 'looking', 'posted', 'gone', 'refused'
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    refusal TEXT NOT NULL,                 -- Slack's word, where it refused the message for good
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, key)
);
CREATE INDEX message_changed ON message (changed_at);

-- The channel of a destination, as conversations.open told it.
CREATE TABLE conversation (
    install_id TEXT NOT NULL,
    destination TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (install_id, destination)
);

-- What Slack delivered, and what it was answered: a second delivery gets the same answer.
CREATE TABLE delivery (
    install_id TEXT NOT NULL,
    key TEXT NOT NULL,
    reply TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (install_id, key)
);
CREATE INDEX delivery_received ON delivery (received_at);

-- Something that Duet would like to say by itself.
CREATE TABLE nudge (
    id TEXT NOT NULL PRIMARY KEY,
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,                   -- 'waiting', 'sent', 'dropped'
    settled_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX nudge_once ON nudge (install_id, kind, person, subject);

-- Who is in the workspace, as Slack tells it, and what they told Duet.
CREATE TABLE member (
    install_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,                    -- IANA; '' where Slack does not know
    kind TEXT NOT NULL,                    -- 'full', 'guest', 'bot', 'external', 'gone'
    is_admin BOOLEAN NOT NULL,
    listed_sales BOOLEAN NOT NULL,         -- in the list of the settings
    listed_marketing BOOLEAN NOT NULL,
    chosen TEXT NOT NULL,                  -- '', 'sales', 'marketing': what they said in /buddy join
    takes_part TEXT NOT NULL,              -- '', 'yes', 'no': a no survives every synchronisation
    paused_until BIGINT NOT NULL,
    PRIMARY KEY (install_id, id)
);
