-- Matters, needs and how their answers arrive, topics and options.

CREATE TABLE matter (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    -- The places above, for the lists of a village and a township.
    township_id UUID,
    village_id UUID,
    title TEXT,
    number TEXT,
    categories TEXT NOT NULL,
    plan TEXT NOT NULL,
    merged_into UUID,
    created_on TEXT NOT NULL,
    -- When something last happened to it; lists are sorted by it.
    moved_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, merged_into) REFERENCES matter (county_id, id)
);
CREATE UNIQUE INDEX matter_number ON matter (county_id, number) WHERE number IS NOT NULL;
CREATE INDEX matter_moved ON matter (county_id, moved_at, id) WHERE number IS NOT NULL;
CREATE INDEX matter_village ON matter (county_id, village_id, moved_at, id) WHERE number IS NOT NULL;
CREATE INDEX matter_place ON matter (county_id, place_id, moved_at, id) WHERE number IS NOT NULL;
CREATE INDEX matter_township ON matter (county_id, township_id, moved_at, id) WHERE number IS NOT NULL;
CREATE INDEX matter_merged ON matter (county_id, merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE need (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    township_id UUID,
    village_id UUID,
    code TEXT NOT NULL,
    via TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    what TEXT,
    audio_id UUID,
    spot TEXT,
    who TEXT NOT NULL,
    name TEXT,
    resident_id UUID,
    show_surname BOOLEAN NOT NULL,
    helper_id UUID,
    consent_id UUID,
    reply_channel TEXT NOT NULL,
    phone TEXT,
    affected TEXT,
    -- The public matter that the raiser takes for the same thing.
    same_as_id UUID,
    state TEXT NOT NULL,
    due_on TEXT,
    due_rule TEXT,
    sorting TEXT,
    sorted_on TEXT,
    pressing TEXT NOT NULL,
    owner_id UUID,
    referred_to TEXT,
    public_text TEXT,
    answered_on TEXT,
    reply TEXT,
    adoption TEXT,
    reason TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE UNIQUE INDEX need_code ON need (county_id, code);
CREATE INDEX need_matter ON need (county_id, matter_id, raised_on, id);
CREATE INDEX need_village ON need (county_id, village_id, state, due_on, id);
CREATE INDEX need_place ON need (county_id, place_id, state, due_on, id);
CREATE INDEX need_township ON need (county_id, township_id, state, due_on, id);
CREATE INDEX need_resident ON need (county_id, resident_id, id) WHERE resident_id IS NOT NULL;
CREATE INDEX need_helper ON need (county_id, helper_id, id) WHERE helper_id IS NOT NULL;

CREATE TABLE answer (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    need_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    answered_on TEXT NOT NULL,
    day TEXT,
    by_id UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, need_id) REFERENCES need (county_id, id)
);
CREATE UNIQUE INDEX answer_need ON answer (county_id, need_id);

CREATE TABLE topic (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    need_id UUID,
    place_id UUID NOT NULL,
    title TEXT NOT NULL,
    background TEXT NOT NULL,
    affected_households BIGINT,
    affected TEXT NOT NULL,
    state TEXT NOT NULL,
    created_on TEXT NOT NULL,
    opened_on TEXT,
    ended_on TEXT,
    reason TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, need_id) REFERENCES need (county_id, id)
);
CREATE INDEX topic_matter ON topic (county_id, matter_id, id);

CREATE TABLE topic_option (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    topic_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    cost_fen BIGINT NOT NULL,
    benefits TEXT NOT NULL,
    pays TEXT NOT NULL,
    upkeep TEXT NOT NULL,
    feasibility TEXT NOT NULL,
    created_on TEXT NOT NULL,
    withdrawn_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, topic_id) REFERENCES topic (county_id, id)
);
CREATE INDEX topic_option_matter ON topic_option (county_id, matter_id, topic_id, position);
CREATE UNIQUE INDEX topic_option_position ON topic_option (county_id, topic_id, position);
