-- What an introduction says of people, and what they make of it.
ALTER TABLE member ADD COLUMN title TEXT NOT NULL DEFAULT '';            -- what they do, as Slack tells it
ALTER TABLE member ADD COLUMN own_role TEXT NOT NULL DEFAULT '';         -- the same in their own words, which go first
ALTER TABLE buddy_group ADD COLUMN activity TEXT NOT NULL DEFAULT '';    -- what they could do, by its name in the deck
ALTER TABLE buddy_group ADD COLUMN meets_at BIGINT NOT NULL DEFAULT 0;   -- the date that they have; 0: none
ALTER TABLE buddy_group ADD COLUMN greeted_by TEXT NOT NULL DEFAULT '';  -- who began their chat, where each was told alone
