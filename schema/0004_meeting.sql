-- Prior steps and meetings: talks with their points, formal meetings with call, roll, attendance, motions and counts.

CREATE TABLE prior_step (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    body TEXT NOT NULL,
    taken_on TEXT NOT NULL,
    eligible BIGINT,
    present BIGINT,
    in_favour BIGINT,
    against BIGINT,
    document TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX prior_step_matter ON prior_step (county_id, matter_id, taken_on, id);

CREATE TABLE meeting (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    -- The places above, for the lists of a village and a township.
    township_id UUID,
    village_id UUID,
    -- The ids of its matters in order, so that a meeting is one row; meeting_matter finds it by them.
    matter_ids TEXT NOT NULL,
    -- A formal meeting has body and mode, a talk has a form.
    body TEXT,
    mode TEXT,
    form TEXT,
    state TEXT NOT NULL,
    title TEXT,
    held_on TEXT,
    minute BIGINT,
    venue TEXT,
    kept_by TEXT,
    recorder TEXT,
    on_paper BOOLEAN NOT NULL,
    roll_id UUID,
    reconvened_from_id UUID,
    reason TEXT,
    opened_at BIGINT,
    closed_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, reconvened_from_id) REFERENCES meeting (county_id, id)
);
-- A meeting that failed is taken up again once; if that one fails too, it is taken up from there.
CREATE UNIQUE INDEX meeting_reconvened ON meeting (county_id, reconvened_from_id) WHERE reconvened_from_id IS NOT NULL;
CREATE INDEX meeting_held ON meeting (county_id, held_on, id) WHERE held_on IS NOT NULL;
CREATE INDEX meeting_village ON meeting (county_id, village_id, held_on, id) WHERE held_on IS NOT NULL;
CREATE INDEX meeting_township ON meeting (county_id, township_id, held_on, id) WHERE held_on IS NOT NULL;

CREATE TABLE meeting_matter (
    county_id UUID NOT NULL REFERENCES county (id),
    meeting_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    PRIMARY KEY (county_id, meeting_id, matter_id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX meeting_matter_matter ON meeting_matter (county_id, matter_id, meeting_id);

CREATE TABLE convocation (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    convener TEXT NOT NULL,
    petition_by TEXT,
    petition_asked BIGINT,
    petition_of BIGINT,
    notice_on TEXT NOT NULL,
    channels TEXT NOT NULL,
    ad_hoc_reason TEXT,
    also_told BOOLEAN NOT NULL,
    held_on TEXT NOT NULL,
    minute BIGINT NOT NULL,
    venue TEXT NOT NULL,
    agenda TEXT NOT NULL,
    earliest_on TEXT NOT NULL,
    in_time BOOLEAN NOT NULL,
    notice_rule TEXT,
    convener_rule TEXT,
    petition_rule TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id)
);
CREATE INDEX convocation_meeting ON convocation (county_id, meeting_id, id);

CREATE TABLE roll (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    mode TEXT NOT NULL,
    day TEXT NOT NULL,
    units BIGINT NOT NULL,
    area_cm2 BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    frozen_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id)
);
CREATE INDEX roll_meeting ON roll (county_id, meeting_id, id);

-- Ids and weights, no names. A unit is a household or a resident, as the roll's mode says.
CREATE TABLE roll_row (
    county_id UUID NOT NULL REFERENCES county (id),
    roll_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (county_id, roll_id, unit_id),
    FOREIGN KEY (county_id, roll_id) REFERENCES roll (county_id, id)
);

CREATE TABLE attendance (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    roll_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    capacity TEXT NOT NULL,
    presence TEXT NOT NULL,
    state TEXT NOT NULL,
    came_at BIGINT,
    left_at BIGINT,
    rule TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, roll_id, unit_id) REFERENCES roll_row (county_id, roll_id, unit_id)
);
-- A unit sits at a meeting once, however often and by whomever it is ticked.
CREATE UNIQUE INDEX attendance_unit ON attendance (county_id, roll_id, unit_id);
CREATE INDEX attendance_meeting ON attendance (county_id, meeting_id, id);

CREATE TABLE motion (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    topic_id UUID,
    option_id UUID,
    item TEXT NOT NULL,
    ballot_mode TEXT NOT NULL,
    text TEXT NOT NULL,
    mover TEXT,
    seconder TEXT,
    state TEXT NOT NULL,
    outcome TEXT,
    count_id UUID,
    put_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, topic_id) REFERENCES topic (county_id, id),
    FOREIGN KEY (county_id, option_id) REFERENCES topic_option (county_id, id)
);
CREATE INDEX motion_meeting ON motion (county_id, meeting_id, id);
CREATE INDEX motion_matter ON motion (county_id, matter_id, id);

-- Units whose own affair a motion is. Deleted and written anew with the motion's version.
CREATE TABLE motion_recusal (
    county_id UUID NOT NULL REFERENCES county (id),
    motion_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    PRIMARY KEY (county_id, motion_id, unit_id),
    FOREIGN KEY (county_id, motion_id) REFERENCES motion (county_id, id)
);

CREATE TABLE motion_count (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    motion_id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    turn BIGINT NOT NULL,
    reason TEXT,
    corrects_id UUID,
    roll_units BIGINT NOT NULL,
    roll_area_cm2 BIGINT NOT NULL,
    came_units BIGINT NOT NULL,
    came_area_cm2 BIGINT NOT NULL,
    there_units BIGINT NOT NULL,
    there_area_cm2 BIGINT NOT NULL,
    recused_units BIGINT NOT NULL,
    recused_area_cm2 BIGINT NOT NULL,
    in_favour BIGINT NOT NULL,
    in_favour_area_cm2 BIGINT NOT NULL,
    against BIGINT NOT NULL,
    against_area_cm2 BIGINT NOT NULL,
    abstained BIGINT NOT NULL,
    abstained_area_cm2 BIGINT NOT NULL,
    invalid BIGINT NOT NULL,
    invalid_area_cm2 BIGINT NOT NULL,
    teller TEXT NOT NULL,
    scrutineer TEXT NOT NULL,
    on_paper_ballots BOOLEAN NOT NULL,
    dissent TEXT,
    needed_units BIGINT NOT NULL,
    needed_area_cm2 BIGINT NOT NULL,
    base_of TEXT NOT NULL,
    base_units BIGINT NOT NULL,
    base_area_cm2 BIGINT NOT NULL,
    needed_in_favour BIGINT NOT NULL,
    needed_in_favour_area_cm2 BIGINT NOT NULL,
    measure TEXT NOT NULL,
    outcome TEXT NOT NULL,
    quorum_rule TEXT NOT NULL,
    decision_rule TEXT NOT NULL,
    counted_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, motion_id) REFERENCES motion (county_id, id),
    FOREIGN KEY (county_id, corrects_id) REFERENCES motion_count (county_id, id)
);
-- Two tellers who send at the same moment do not both make the first count.
CREATE UNIQUE INDEX motion_count_turn ON motion_count (county_id, motion_id, turn);
CREATE INDEX motion_count_meeting ON motion_count (county_id, meeting_id, id);
CREATE INDEX motion_count_matter ON motion_count (county_id, matter_id, id);

CREATE TABLE point (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    matter_id UUID,
    text TEXT NOT NULL,
    taken_by TEXT,
    due_on TEXT,
    outcome TEXT,
    reason TEXT,
    raised_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, meeting_id) REFERENCES meeting (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX point_meeting ON point (county_id, meeting_id, id);
CREATE INDEX point_matter ON point (county_id, matter_id, id) WHERE matter_id IS NOT NULL;
