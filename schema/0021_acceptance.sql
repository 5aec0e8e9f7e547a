-- Acceptances with planned against actual, their signed papers, and defects.

CREATE TABLE acceptance (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    level TEXT NOT NULL,
    held_on TEXT NOT NULL,
    quality TEXT NOT NULL,
    members TEXT NOT NULL,
    content BIGINT,
    asked BIGINT,
    verdict TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by UUID,
    refused_because TEXT,
    passed_on TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, entered_by) REFERENCES account (county_id, id)
);
CREATE INDEX acceptance_project ON acceptance (county_id, project_id, id);
CREATE INDEX acceptance_matter ON acceptance (county_id, matter_id, id);

CREATE TABLE acceptance_line (
    county_id UUID NOT NULL REFERENCES county (id),
    acceptance_id UUID NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    planned_quantity TEXT,
    cover TEXT NOT NULL,
    planned_fen BIGINT,
    planned_quarters BIGINT,
    quantity TEXT,
    amount_fen BIGINT,
    quarters BIGINT,
    PRIMARY KEY (county_id, acceptance_id, position),
    FOREIGN KEY (county_id, acceptance_id) REFERENCES acceptance (county_id, id)
);

CREATE TABLE acceptance_paper (
    county_id UUID NOT NULL REFERENCES county (id),
    acceptance_id UUID NOT NULL,
    position BIGINT NOT NULL,
    file_id UUID NOT NULL,
    PRIMARY KEY (county_id, acceptance_id, position),
    FOREIGN KEY (county_id, acceptance_id) REFERENCES acceptance (county_id, id),
    FOREIGN KEY (county_id, file_id) REFERENCES file (county_id, id)
);
CREATE INDEX acceptance_paper_file ON acceptance_paper (county_id, file_id);

CREATE TABLE defect (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    acceptance_id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    position BIGINT NOT NULL,
    what TEXT NOT NULL,
    due_on TEXT NOT NULL,
    owner_body TEXT NOT NULL,
    state TEXT NOT NULL,
    mended_on TEXT,
    mended_by UUID,
    rechecked_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, acceptance_id) REFERENCES acceptance (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, mended_by) REFERENCES account (county_id, id)
);
CREATE INDEX defect_acceptance ON defect (county_id, acceptance_id, position);
CREATE INDEX defect_project ON defect (county_id, project_id, position);
