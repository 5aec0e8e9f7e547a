-- Who has something of a matter, in counts, and its case for others to learn from. A row is an edition; those before it stay.

CREATE TABLE benefit (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    households BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    elderly BIGINT,
    children BIGINT,
    disabled BIGINT,
    gave_nothing BIGINT NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT,
    published_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
-- An edition is published once.
CREATE UNIQUE INDEX benefit_edition ON benefit (county_id, matter_id, edition);

CREATE TABLE matter_case (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    process TEXT NOT NULL,
    money TEXT NOT NULL,
    result TEXT NOT NULL,
    failed TEXT NOT NULL,
    contact TEXT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL,
    published_on TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE UNIQUE INDEX matter_case_edition ON matter_case (county_id, matter_id, edition);
CREATE INDEX matter_case_state ON matter_case (county_id, state, id);
