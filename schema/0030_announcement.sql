-- Announcements that are passed on to the places below, their corrections, and the questions about them. There is no column for who
-- read one, and none for who asked.

CREATE TABLE announcement (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    title TEXT NOT NULL,
    plain TEXT NOT NULL,
    original TEXT,
    document TEXT,
    published_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_on TEXT,
    reason TEXT,
    corrections BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX announcement_place ON announcement (county_id, place_id, published_on, id);

CREATE TABLE announcement_correction (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    announcement_id UUID NOT NULL,
    turn BIGINT NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    until_before_on TEXT NOT NULL,
    until_after_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    corrected_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, announcement_id) REFERENCES announcement (county_id, id)
);
CREATE UNIQUE INDEX announcement_correction_turn ON announcement_correction (county_id, announcement_id, turn);

CREATE TABLE question (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    announcement_id UUID NOT NULL,
    code TEXT NOT NULL,
    channel TEXT NOT NULL,
    received_on TEXT NOT NULL,
    text TEXT NOT NULL,
    phone TEXT,
    due_on TEXT,
    answer_rule TEXT,
    state TEXT NOT NULL,
    public_text TEXT,
    answer TEXT,
    answered_on TEXT,
    told_on TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, announcement_id) REFERENCES announcement (county_id, id)
);
CREATE UNIQUE INDEX question_code ON question (county_id, code);
CREATE INDEX question_announcement ON question (county_id, announcement_id, id);
CREATE INDEX question_state ON question (county_id, state, due_on, id);
