-- Programmes, what places make of them, and the tasks of their work plans. task_organisation leads to the tasks of an organisation.

CREATE TABLE programme (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    name TEXT NOT NULL,
    brand TEXT NOT NULL,
    goals TEXT NOT NULL,
    work_plan TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    closed_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX programme_state ON programme (county_id, state, from_on, id);

CREATE TABLE local_brand (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    place_id UUID NOT NULL,
    text TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, programme_id) REFERENCES programme (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE UNIQUE INDEX local_brand_place ON local_brand (county_id, programme_id, place_id);

CREATE TABLE task (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    goal TEXT NOT NULL,
    owner_id UUID NOT NULL,
    helper_ids TEXT NOT NULL,
    due_on TEXT NOT NULL,
    document TEXT NOT NULL,
    funding TEXT,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_on TEXT,
    reason TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, programme_id) REFERENCES programme (county_id, id),
    FOREIGN KEY (county_id, owner_id) REFERENCES organisation (county_id, id)
);
CREATE INDEX task_programme ON task (county_id, programme_id, due_on, id);

CREATE TABLE task_organisation (
    county_id UUID NOT NULL REFERENCES county (id),
    task_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    PRIMARY KEY (county_id, task_id, organisation_id),
    FOREIGN KEY (county_id, task_id) REFERENCES task (county_id, id),
    FOREIGN KEY (county_id, organisation_id) REFERENCES organisation (county_id, id)
);
CREATE INDEX task_organisation_back ON task_organisation (county_id, organisation_id, task_id);
