-- The works diary: notes of days, each with up to six photos of the work.

CREATE TABLE works (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    worked_on TEXT NOT NULL,
    line BIGINT,
    progress TEXT NOT NULL,
    quality TEXT,
    safety TEXT,
    material TEXT,
    seen TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id)
);
CREATE INDEX works_project ON works (county_id, project_id, worked_on, id);
CREATE INDEX works_matter ON works (county_id, matter_id, worked_on);

CREATE TABLE works_photo (
    county_id UUID NOT NULL REFERENCES county (id),
    works_id UUID NOT NULL,
    position BIGINT NOT NULL,
    file_id UUID NOT NULL,
    PRIMARY KEY (county_id, works_id, position),
    FOREIGN KEY (county_id, works_id) REFERENCES works (county_id, id),
    FOREIGN KEY (county_id, file_id) REFERENCES file (county_id, id)
);
CREATE INDEX works_photo_file ON works_photo (county_id, file_id);
