-- What everybody may find by its words: one row for each public text. Written with the row that it is taken from, and taken away in the
-- same transaction in which that row is no longer shown. No name of a person is in it. Nothing else refers to it; it can be made
-- again from the rest at any time.

CREATE TABLE search_text (
    county_id UUID NOT NULL REFERENCES county (id),
    kind TEXT NOT NULL,
    row_id UUID NOT NULL,
    -- A higher seat is a newer text; hits of both engines come in this order.
    seat BIGINT NOT NULL,
    matter_id UUID,
    place_id UUID NOT NULL,
    number TEXT,
    stage TEXT,
    on_day TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Its words as they were cut, and the marks of what it is and where, with blanks between them.
    words TEXT NOT NULL,
    PRIMARY KEY (county_id, kind, row_id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE UNIQUE INDEX search_text_seat ON search_text (county_id, seat);
CREATE INDEX search_text_matter ON search_text (county_id, matter_id);

-- How a name sounds, in letters, so that who cannot type its characters finds it. It goes with the name.
ALTER TABLE resident ADD COLUMN name_sound TEXT;

-- What is there already is taken in by the worker. A county's own id is free among those of its jobs.
INSERT INTO job (county_id, id, kind, payload, state, due_at, attempts, claimed_until, problem, created_at)
    SELECT id, id, 'search', '', 'waiting', created_at, 0, 0, NULL, created_at FROM county;
