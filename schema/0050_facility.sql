-- Facilities, what their users agreed about them, turns that people take by choice, and notes of what somebody saw. A turn taken has no
-- entry in the record and no column for who came.

CREATE TABLE facility (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    number TEXT NOT NULL,
    matter_id UUID,
    project_id UUID,
    no_project_reason TEXT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    spot TEXT NOT NULL,
    owned_by TEXT NOT NULL,
    used_by TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    contact TEXT NOT NULL,
    standard TEXT NOT NULL,
    upkeep_mode TEXT NOT NULL,
    yearly_cost_fen BIGINT,
    cost_source TEXT,
    warranty_until TEXT,
    lon BIGINT,
    lat BIGINT,
    state TEXT NOT NULL,
    state_reason TEXT,
    entered_on TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id)
);
CREATE UNIQUE INDEX facility_number ON facility (county_id, number);
CREATE INDEX facility_place ON facility (county_id, place_id, id);
CREATE INDEX facility_matter ON facility (county_id, matter_id, id);
CREATE INDEX facility_project ON facility (county_id, project_id, id);

CREATE TABLE facility_photo (
    county_id UUID NOT NULL REFERENCES county (id),
    facility_id UUID NOT NULL,
    position BIGINT NOT NULL,
    file_id UUID NOT NULL,
    PRIMARY KEY (county_id, facility_id, position),
    FOREIGN KEY (county_id, facility_id) REFERENCES facility (county_id, id),
    FOREIGN KEY (county_id, file_id) REFERENCES file (county_id, id)
);
CREATE INDEX facility_photo_file ON facility_photo (county_id, file_id);

CREATE TABLE convention (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    facility_id UUID NOT NULL,
    matter_id UUID,
    place_id UUID NOT NULL,
    parties TEXT NOT NULL,
    area TEXT NOT NULL,
    what TEXT NOT NULL,
    how_often TEXT NOT NULL,
    money TEXT NOT NULL,
    trouble TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT,
    village_rules BOOLEAN NOT NULL,
    filing TEXT,
    meeting_id UUID,
    agreed_by TEXT,
    replaces_id UUID,
    reason TEXT,
    state TEXT NOT NULL,
    in_force_on TEXT,
    ended_on TEXT,
    ended_because TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, facility_id) REFERENCES facility (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, replaces_id) REFERENCES convention (county_id, id)
);
CREATE INDEX convention_facility ON convention (county_id, facility_id, id);
CREATE INDEX convention_state ON convention (county_id, state, until_on);

CREATE TABLE roster (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    facility_id UUID NOT NULL,
    matter_id UUID,
    place_id UUID NOT NULL,
    title TEXT NOT NULL,
    care TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, facility_id) REFERENCES facility (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX roster_facility ON roster (county_id, facility_id, id);

CREATE TABLE roster_slot (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    roster_id UUID NOT NULL,
    matter_id UUID,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    task TEXT NOT NULL,
    people BIGINT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, roster_id) REFERENCES roster (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX roster_slot_days ON roster_slot (county_id, roster_id, until_on, id);

CREATE TABLE sign_up (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    slot_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    helper_id UUID,
    show_name BOOLEAN NOT NULL,
    offered BOOLEAN NOT NULL,
    remind BOOLEAN NOT NULL,
    until_on TEXT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, slot_id) REFERENCES roster_slot (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id),
    FOREIGN KEY (county_id, helper_id) REFERENCES account (county_id, id)
);
-- Nobody has a turn twice.
CREATE UNIQUE INDEX sign_up_once ON sign_up (county_id, slot_id, resident_id);
CREATE INDEX sign_up_until ON sign_up (county_id, until_on);
CREATE INDEX sign_up_resident ON sign_up (county_id, resident_id, id);

CREATE TABLE inspection (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    facility_id UUID NOT NULL,
    matter_id UUID,
    place_id UUID NOT NULL,
    code TEXT NOT NULL,
    finding TEXT NOT NULL,
    words TEXT,
    photo_id UUID,
    resident_id UUID,
    helper_id UUID,
    noted_on TEXT NOT NULL,
    due_on TEXT,
    due_rule TEXT,
    state TEXT NOT NULL,
    answer TEXT,
    answered_on TEXT,
    settled_on TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, facility_id) REFERENCES facility (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, photo_id) REFERENCES file (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id),
    FOREIGN KEY (county_id, helper_id) REFERENCES account (county_id, id)
);
CREATE UNIQUE INDEX inspection_code ON inspection (county_id, code);
CREATE INDEX inspection_facility ON inspection (county_id, facility_id, id);
CREATE INDEX inspection_state ON inspection (county_id, state, due_on);
CREATE INDEX inspection_photo ON inspection (county_id, photo_id);
CREATE INDEX inspection_resident ON inspection (county_id, resident_id, id);
