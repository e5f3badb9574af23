-- Whom somebody would rather not be brought together with: known to them alone.
CREATE TABLE avoid (
    install_id TEXT NOT NULL,
    person TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (install_id, person, other)
);
CREATE INDEX avoid_other ON avoid (install_id, other);
