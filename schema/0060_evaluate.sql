-- What those concerned say of a matter, and what is put right. Who took part and what was chosen share no key, no time and no order
-- (docs/states/survey.md).

CREATE TABLE survey (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    frame TEXT NOT NULL,
    invited BIGINT NOT NULL,
    agreed_on TEXT NOT NULL,
    agreed_by TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    own_items TEXT NOT NULL,
    sheets BIGINT NOT NULL,
    delete_on TEXT NOT NULL,
    state TEXT NOT NULL,
    answered BIGINT,
    steps TEXT,
    root TEXT,
    closed_on TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX survey_matter ON survey (county_id, matter_id, id);
CREATE INDEX survey_place ON survey (county_id, place_id, from_on);
CREATE INDEX survey_state ON survey (county_id, state, delete_on);

-- Who took part: a household or a person, by what the survey asks.
CREATE TABLE survey_part (
    county_id UUID NOT NULL REFERENCES county (id),
    survey_id UUID NOT NULL,
    taker_id UUID NOT NULL,
    PRIMARY KEY (county_id, survey_id, taker_id),
    FOREIGN KEY (county_id, survey_id) REFERENCES survey (county_id, id)
);

-- What was chosen: one digit an item.
CREATE TABLE survey_choice (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    survey_id UUID NOT NULL,
    picks TEXT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, survey_id) REFERENCES survey (county_id, id)
);
CREATE INDEX survey_choice_survey ON survey_choice (county_id, survey_id, id);

-- What was written, apart from what was chosen.
CREATE TABLE survey_remark (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    survey_id UUID NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, survey_id) REFERENCES survey (county_id, id)
);
CREATE INDEX survey_remark_survey ON survey_remark (county_id, survey_id, id);

CREATE TABLE rectification (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    cause TEXT NOT NULL,
    survey_id UUID,
    issue TEXT NOT NULL,
    owner_body TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT,
    done_on TEXT,
    done_by UUID,
    finding TEXT,
    content BIGINT,
    asked BIGINT,
    rechecked_on TEXT,
    reopened BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, survey_id) REFERENCES survey (county_id, id),
    FOREIGN KEY (county_id, done_by) REFERENCES account (county_id, id)
);
CREATE INDEX rectification_matter ON rectification (county_id, matter_id, id);
CREATE INDEX rectification_state ON rectification (county_id, state, due_on);
