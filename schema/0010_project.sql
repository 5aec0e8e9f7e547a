-- Projects: what is built because of a resolution, with every edition of its budget, and the orders that changed it.

CREATE TABLE project (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    resolution_id UUID,
    title TEXT NOT NULL,
    what TEXT NOT NULL,
    spot TEXT NOT NULL,
    lead_body TEXT NOT NULL,
    partners TEXT,
    nature TEXT NOT NULL,
    purpose TEXT NOT NULL,
    scale TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    upkeep TEXT,
    safety TEXT,
    result TEXT,
    edition BIGINT NOT NULL,
    state TEXT NOT NULL,
    stopped_because TEXT,
    published_on TEXT,
    begun_on TEXT,
    built_on TEXT,
    ended_on TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, resolution_id) REFERENCES resolution (county_id, id)
);
CREATE INDEX project_matter ON project (county_id, matter_id, id);

CREATE TABLE project_line (
    county_id UUID NOT NULL REFERENCES county (id),
    project_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    quantity TEXT,
    cover TEXT NOT NULL,
    amount_fen BIGINT,
    quarters BIGINT,
    PRIMARY KEY (county_id, project_id, edition, position),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id)
);

CREATE TABLE project_source (
    county_id UUID NOT NULL REFERENCES county (id),
    project_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    whose TEXT,
    amount_fen BIGINT,
    quarters BIGINT,
    things TEXT,
    document TEXT,
    PRIMARY KEY (county_id, project_id, edition, position),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id)
);

CREATE TABLE change_order (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    reason TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    until_before_on TEXT NOT NULL,
    until_after_on TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX change_order_matter ON change_order (county_id, matter_id, id);
-- An edition is made by one order.
CREATE UNIQUE INDEX change_order_edition ON change_order (county_id, project_id, edition);
