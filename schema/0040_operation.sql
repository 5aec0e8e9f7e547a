-- What whoever keeps the installation running looks at, and who opened what is kept of people.

-- Backups that were made. The one that a database was restored from knows nothing of itself.
CREATE TABLE backup (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    bytes_len BIGINT NOT NULL,
    files_missing BIGINT NOT NULL,
    sealed BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX backup_at ON backup (county_id, at, id);

-- Somebody with a post opened what is kept of persons: of which place, household, resident or need, on which day, how often. The actor is
-- a keyed digest of the account, so that the row names nobody and still answers whether it was a certain one.
CREATE TABLE opening (
    county_id UUID NOT NULL REFERENCES county (id),
    subject_id UUID NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    post TEXT NOT NULL,
    actor BYTEA NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (county_id, subject_id, day, kind, post, actor)
);
CREATE INDEX opening_day ON opening (county_id, day, kind);
