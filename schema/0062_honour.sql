-- Thanks said to somebody in public, while that person or organisation wants it. Once it is over, name and words are gone.

CREATE TABLE honour (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    resident_id UUID,
    name TEXT,
    words TEXT,
    asked_on TEXT NOT NULL,
    consent TEXT,
    consent_on TEXT,
    until_on TEXT,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE INDEX honour_matter ON honour (county_id, matter_id, id);
CREATE INDEX honour_place ON honour (county_id, place_id, id);
CREATE INDEX honour_resident ON honour (county_id, resident_id, id);
CREATE INDEX honour_until ON honour (county_id, until_on, id);
