-- Those of whom Slack has not told yet.
CREATE INDEX member_stranger ON member (install_id) WHERE name = '';
