-- A round is planned ahead of its hour: 'planning' while its groups are written down, 'planned', 'open', 'closed'.
ALTER TABLE round ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE round ADD COLUMN plan TEXT NOT NULL DEFAULT '';            -- the groups that are not written down yet, as JSON
ALTER TABLE round ADD COLUMN postponed BOOLEAN NOT NULL DEFAULT FALSE; -- organisers chose its hour, not the schedule
ALTER TABLE round ADD COLUMN needs_yes BOOLEAN NOT NULL DEFAULT FALSE; -- it waits for a yes
ALTER TABLE round ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';     -- who said it
ALTER TABLE round ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE round ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
-- Somebody who asked for company, since they reach nobody, has found it.
ALTER TABLE buddy ADD COLUMN found_company BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE round SET opened_at = starts_at;
UPDATE round SET state = 'closed', closed_at = ends_at
    WHERE number < (SELECT MAX(r.number) FROM round r WHERE r.install_id = round.install_id);
