-- A group has a time of its own: somebody new meets their first buddy between two rounds.
ALTER TABLE buddy_group ADD COLUMN origin TEXT NOT NULL DEFAULT 'round'; -- 'round', 'newcomer', 'change', 'asked'
ALTER TABLE buddy_group ADD COLUMN ask_at BIGINT NOT NULL DEFAULT 0;     -- when its people are asked whether they met
ALTER TABLE buddy_group ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE buddy_group SET ends_at = (SELECT r.ends_at FROM round r
    WHERE r.install_id = buddy_group.install_id AND r.number = buddy_group.round);
UPDATE buddy_group SET ask_at = (SELECT r.starts_at + (r.ends_at - r.starts_at) * 5 / 7 FROM round r
    WHERE r.install_id = buddy_group.install_id AND r.number = buddy_group.round);
