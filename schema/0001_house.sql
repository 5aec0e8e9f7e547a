-- The house itself: counties, the record, jobs, sessions, limits, files. Texts are UTF-8, times milliseconds, money fen.

CREATE TABLE county (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    division_code TEXT NOT NULL,
    zone TEXT NOT NULL,
    host TEXT,
    phone TEXT,
    demo BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

-- The record. An entry is written with its noun in one transaction and sealed (numbered, hash-chained) by a job.
CREATE TABLE entry (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    verb TEXT NOT NULL,
    noun TEXT NOT NULL,
    noun_id UUID NOT NULL,
    post TEXT,
    actor BYTEA,
    facts TEXT NOT NULL,
    seq BIGINT,
    hash_kind TEXT,
    hash BYTEA,
    PRIMARY KEY (county_id, id),
    UNIQUE (county_id, noun, noun_id, turn)
);
-- Two indexes that share no row, so that whoever seals reads those that wait in their order and nothing else.
CREATE UNIQUE INDEX entry_sealed ON entry (county_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX entry_waiting ON entry (county_id, at, turn, id) WHERE seq IS NULL;

CREATE TABLE entry_matter (
    county_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    PRIMARY KEY (county_id, matter_id, entry_id),
    FOREIGN KEY (county_id, entry_id) REFERENCES entry (county_id, id)
);
-- With the matter in it: an index that has to look the matter up is passed over for one that reads every entry of the county.
CREATE INDEX entry_matter_entry ON entry_matter (county_id, entry_id, matter_id);

-- Salts lie beside their entry and are deleted with the text when personal data is erased.
CREATE TABLE entry_salt (
    county_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    field TEXT NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (county_id, entry_id, field),
    FOREIGN KEY (county_id, entry_id) REFERENCES entry (county_id, id)
);

CREATE TABLE entry_head (
    county_id UUID PRIMARY KEY REFERENCES county (id),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE job (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL,
    problem TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX job_due ON job (county_id, state, due_at);

-- What a form with that key answered, so that a second press or a lost answer has one effect. Kept 90 days.
CREATE TABLE form_key (
    county_id UUID NOT NULL REFERENCES county (id),
    owner TEXT NOT NULL,
    form UUID NOT NULL,
    digest BYTEA NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (county_id, owner, form)
);
CREATE INDEX form_key_age ON form_key (county_id, at);

-- A sign-in at work. The hash is that of the cookie's token, so that a copy of the table opens nothing.
CREATE TABLE session (
    county_id UUID NOT NULL REFERENCES county (id),
    hash BYTEA NOT NULL,
    account_id UUID NOT NULL,
    resident_id UUID,
    helping_id UUID,
    lasting TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, hash)
);
CREATE INDEX session_account ON session (county_id, account_id);

CREATE TABLE rate_limit (
    county_id UUID NOT NULL REFERENCES county (id),
    subject TEXT NOT NULL,
    window_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (county_id, subject)
);

CREATE TABLE file (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    bytes_len BIGINT NOT NULL,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX file_digest ON file (county_id, digest);

-- Two-character pieces of public titles and texts, by which a look-alike is found while a need is typed.
CREATE TABLE matter_piece (
    county_id UUID NOT NULL REFERENCES county (id),
    piece TEXT NOT NULL,
    matter_id UUID NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (county_id, piece, matter_id)
);
CREATE INDEX matter_piece_matter ON matter_piece (county_id, matter_id);
