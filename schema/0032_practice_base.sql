-- Practice bases. What a base serves is named in its row; practice_base_organisation leads to the bases of an organisation.

CREATE TABLE practice_base (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    name TEXT NOT NULL,
    theme TEXT NOT NULL,
    host_id UUID NOT NULL,
    partner_ids TEXT NOT NULL,
    services TEXT NOT NULL,
    results TEXT,
    links TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, host_id) REFERENCES organisation (county_id, id)
);
CREATE INDEX practice_base_place ON practice_base (county_id, place_id, name, id);

CREATE TABLE practice_base_organisation (
    county_id UUID NOT NULL REFERENCES county (id),
    base_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    PRIMARY KEY (county_id, base_id, organisation_id),
    FOREIGN KEY (county_id, base_id) REFERENCES practice_base (county_id, id),
    FOREIGN KEY (county_id, organisation_id) REFERENCES organisation (county_id, id)
);
CREATE INDEX practice_base_organisation_back ON practice_base_organisation (county_id, organisation_id, base_id);
