-- How far a matter is in the stages after the first, and the register of conditions that somebody let pass.

ALTER TABLE matter ADD COLUMN build TEXT NOT NULL DEFAULT 'ahead';
ALTER TABLE matter ADD COLUMN manage TEXT NOT NULL DEFAULT 'ahead';
ALTER TABLE matter ADD COLUMN evaluate TEXT NOT NULL DEFAULT 'ahead';
ALTER TABLE matter ADD COLUMN share TEXT NOT NULL DEFAULT 'ahead';

CREATE TABLE waiver (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    stage TEXT NOT NULL,
    condition TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    reason TEXT NOT NULL,
    waived_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
-- A condition is let pass once.
CREATE UNIQUE INDEX waiver_condition ON waiver (county_id, matter_id, stage, condition);
