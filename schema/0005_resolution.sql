-- What follows a passed motion: resolutions, their postings with corrections, objections.

CREATE TABLE resolution (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    motion_id UUID NOT NULL,
    count_id UUID NOT NULL,
    text TEXT NOT NULL,
    who_acts TEXT NOT NULL,
    deadline_on TEXT,
    resolved_on TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    state TEXT NOT NULL,
    scan_id UUID,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, motion_id) REFERENCES motion (county_id, id),
    FOREIGN KEY (county_id, count_id) REFERENCES motion_count (county_id, id)
);
-- One motion becomes one resolution, however often the form is sent and by whom.
CREATE UNIQUE INDEX resolution_motion ON resolution (county_id, motion_id);
CREATE INDEX resolution_matter ON resolution (county_id, matter_id, id);
CREATE INDEX resolution_state ON resolution (county_id, state, id);

-- The photos of the signed sheet, of every attempt; the resolution names the first of the last.
CREATE TABLE resolution_scan (
    county_id UUID NOT NULL REFERENCES county (id),
    resolution_id UUID NOT NULL,
    file_id UUID NOT NULL,
    attempt BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (county_id, resolution_id, attempt, position),
    FOREIGN KEY (county_id, resolution_id) REFERENCES resolution (county_id, id),
    FOREIGN KEY (county_id, file_id) REFERENCES file (county_id, id)
);
CREATE INDEX resolution_scan_file ON resolution_scan (county_id, file_id);

CREATE TABLE posting (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    -- The places above, for the lists of a village and a township.
    township_id UUID,
    village_id UUID,
    resolution_id UUID NOT NULL,
    posted_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    objections_until_on TEXT NOT NULL,
    text TEXT NOT NULL,
    hangs_at TEXT NOT NULL,
    state TEXT NOT NULL,
    taken_down_on TEXT,
    corrections BIGINT NOT NULL,
    posting_rule TEXT NOT NULL,
    objection_rule TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, resolution_id) REFERENCES resolution (county_id, id)
);
-- A resolution hangs out once; a wrong sheet is corrected, never hung a second time with new days.
CREATE UNIQUE INDEX posting_resolution ON posting (county_id, resolution_id);
CREATE INDEX posting_matter ON posting (county_id, matter_id, id);
CREATE INDEX posting_until ON posting (county_id, until_on, id);
CREATE INDEX posting_village ON posting (county_id, village_id, until_on, id);
CREATE INDEX posting_township ON posting (county_id, township_id, until_on, id);

CREATE TABLE posting_correction (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    posting_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    turn BIGINT NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    reason TEXT NOT NULL,
    substantial BOOLEAN NOT NULL,
    corrected_on TEXT NOT NULL,
    until_before_on TEXT NOT NULL,
    until_after_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, posting_id) REFERENCES posting (county_id, id)
);
CREATE UNIQUE INDEX posting_correction_turn ON posting_correction (county_id, posting_id, turn);
CREATE INDEX posting_correction_matter ON posting_correction (county_id, matter_id, id);

CREATE TABLE objection (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    posting_id UUID NOT NULL,
    resident_id UUID,
    channel TEXT NOT NULL,
    received_on TEXT NOT NULL,
    text TEXT NOT NULL,
    due_on TEXT,
    answer_rule TEXT,
    state TEXT NOT NULL,
    outcome TEXT,
    answer TEXT,
    answered_on TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, posting_id) REFERENCES posting (county_id, id)
);
CREATE INDEX objection_posting ON objection (county_id, posting_id, id);
CREATE INDEX objection_matter ON objection (county_id, matter_id, id);
CREATE INDEX objection_state ON objection (county_id, state, due_on, id);
CREATE INDEX objection_resident ON objection (county_id, resident_id, id) WHERE resident_id IS NOT NULL;
