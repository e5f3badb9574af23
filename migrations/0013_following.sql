-- What follows an introduction: who was there, why it did not happen, what is shared, who is out of reach.
ALTER TABLE buddy ADD COLUMN there TEXT NOT NULL DEFAULT '';             -- who was, by "some of us": ids, as a JSON list
ALTER TABLE buddy ADD COLUMN why_not TEXT NOT NULL DEFAULT '';           -- after "it didn't happen": 'timing'
ALTER TABLE buddy ADD COLUMN shared TEXT NOT NULL DEFAULT '';            -- a line for the channel, with all their names
ALTER TABLE buddy ADD COLUMN unnamed BOOLEAN NOT NULL DEFAULT FALSE;     -- they want no line of this group posted
ALTER TABLE buddy ADD COLUMN tapped_at BIGINT NOT NULL DEFAULT 0;        -- when they last did anything about it
ALTER TABLE buddy ADD COLUMN wants_company_at BIGINT NOT NULL DEFAULT 0; -- when they asked for company instead

-- Who is left out for now, since three introductions passed them by.
CREATE TABLE set_aside (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    is_now BOOLEAN NOT NULL,
    since BIGINT NOT NULL,                 -- what was before then does not count again
    PRIMARY KEY (install_id, person)
);
