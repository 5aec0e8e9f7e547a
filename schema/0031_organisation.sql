-- What organisations do, and where there should be associations. People are a number here and never a row.

CREATE INDEX organisation_kind ON organisation (county_id, kind, name, id);
CREATE INDEX organisation_parent ON organisation (county_id, parent_id, name, id);

CREATE TABLE activity (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    held_on TEXT NOT NULL,
    place_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    open_to TEXT NOT NULL,
    matter_id UUID,
    organisations BIGINT,
    people BIGINT,
    state TEXT NOT NULL,
    reason TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, organisation_id) REFERENCES organisation (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX activity_organisation ON activity (county_id, organisation_id, held_on, id);

CREATE TABLE should_build (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    kind TEXT NOT NULL,
    should BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    judged_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX should_build_place ON should_build (county_id, place_id, kind, judged_on, id);
