-- Places and people. A resident is a name and a day of coming of age, nothing else; eligibility comes from memberships.

CREATE TABLE place (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    abbreviation TEXT,
    parent_id UUID,
    -- The places above and itself by level, so that a place's path is one row.
    root_id UUID NOT NULL,
    township_id UUID,
    village_id UUID,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    became_id UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, parent_id) REFERENCES place (county_id, id)
);
CREATE UNIQUE INDEX place_code ON place (county_id, code, valid_from);
CREATE INDEX place_parent ON place (county_id, parent_id, code);
CREATE INDEX place_village ON place (county_id, village_id, code);

-- The last serial of public numbers by place and year; gaps are allowed, doubles are not.
CREATE TABLE number_series (
    county_id UUID NOT NULL REFERENCES county (id),
    abbreviation TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (county_id, abbreviation, year)
);

CREATE TABLE household (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    -- The village that the place lies in, for the village's list.
    village_id UUID NOT NULL,
    label TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX household_village ON household (county_id, village_id, label, id);
CREATE INDEX household_place ON household (county_id, place_id, id);
CREATE UNIQUE INDEX household_label ON household (county_id, place_id, label) WHERE until_day IS NULL;

CREATE TABLE resident (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    name TEXT,
    adult_from TEXT NOT NULL,
    erased_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);

CREATE TABLE membership (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    resident_id UUID NOT NULL,
    kind TEXT NOT NULL,
    place_id UUID NOT NULL,
    household_id UUID,
    area_cm2 BIGINT,
    from_day TEXT NOT NULL,
    until_day TEXT,
    basis TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX membership_resident ON membership (county_id, resident_id);
CREATE INDEX membership_place ON membership (county_id, place_id, kind, resident_id);
CREATE INDEX membership_household ON membership (county_id, household_id);

-- A roll taken in as a whole: one entry for everything that it brought. Each row that came with it and was not changed since stands
-- here by its digest, and the entry holds the digest of these.
CREATE TABLE roll_import (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    day TEXT NOT NULL,
    extent TEXT NOT NULL,
    households BIGINT NOT NULL,
    people BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    corrected BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    digest TEXT NOT NULL,
    rows_digest TEXT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX roll_import_place ON roll_import (county_id, place_id, id);

CREATE TABLE roll_import_row (
    county_id UUID NOT NULL REFERENCES county (id),
    import_id UUID NOT NULL,
    noun TEXT NOT NULL,
    noun_id UUID NOT NULL,
    -- Deleted with the person's data; the digest alone then says nothing any more.
    salt BYTEA,
    digest BYTEA NOT NULL,
    PRIMARY KEY (county_id, noun, noun_id),
    FOREIGN KEY (county_id, import_id) REFERENCES roll_import (county_id, id)
);
CREATE INDEX roll_import_row_import ON roll_import_row (county_id, import_id, noun, noun_id);

CREATE TABLE organisation (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    place_id UUID NOT NULL,
    parent_id UUID,
    branch BOOLEAN NOT NULL,
    contact TEXT,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX organisation_place ON organisation (county_id, place_id, name, id);

CREATE TABLE account (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    login TEXT,
    name TEXT,
    phone TEXT,
    password TEXT,
    place_id UUID NOT NULL,
    state TEXT NOT NULL,
    created_on TEXT NOT NULL,
    closed_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE UNIQUE INDEX account_phone ON account (county_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX account_login ON account (county_id, login) WHERE login IS NOT NULL;
CREATE INDEX account_waiting ON account (county_id, id) WHERE state = 'waiting';

-- Which residents an account serves as themselves: a phone of a family serves several.
CREATE TABLE account_resident (
    county_id UUID NOT NULL REFERENCES county (id),
    account_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, account_id, resident_id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE INDEX account_resident_resident ON account_resident (county_id, resident_id);

-- A correction of a name that a resident asked for; gone once the committee has said yes or no.
CREATE TABLE name_request (
    county_id UUID NOT NULL REFERENCES county (id),
    resident_id UUID NOT NULL,
    village_id UUID NOT NULL,
    name TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (county_id, resident_id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE INDEX name_request_village ON name_request (county_id, village_id, asked_at, resident_id);

-- The code that was sent to a phone last; one stands for a phone at a time.
CREATE TABLE phone_code (
    county_id UUID NOT NULL REFERENCES county (id),
    phone TEXT NOT NULL,
    hash BYTEA NOT NULL,
    sent_at BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    used BOOLEAN NOT NULL,
    PRIMARY KEY (county_id, phone)
);
CREATE INDEX phone_code_sent ON phone_code (county_id, sent_at);

CREATE TABLE card (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    resident_id UUID NOT NULL,
    account_id UUID,
    hash BYTEA NOT NULL,
    state TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    used_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE UNIQUE INDEX card_hash ON card (county_id, hash);
CREATE INDEX card_resident ON card (county_id, resident_id, issued_on, id);

CREATE TABLE standing (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    place_id UUID NOT NULL,
    organisation_id UUID,
    post TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    document TEXT,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX standing_account ON standing (county_id, account_id, from_day);
CREATE INDEX standing_place ON standing (county_id, place_id, post, from_day);

CREATE TABLE consent (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    resident_id UUID,
    need_id UUID,
    helper_id UUID,
    way TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    -- The sentence that was agreed to, as it stood on the page.
    wording TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX consent_resident ON consent (county_id, resident_id, given_at, id);
CREATE INDEX consent_helper ON consent (county_id, helper_id, resident_id);
CREATE INDEX consent_need ON consent (county_id, need_id) WHERE need_id IS NOT NULL;

-- A link that makes the first officer of a county, or sets a staff password anew. Works once.
CREATE TABLE password_link (
    county_id UUID NOT NULL REFERENCES county (id),
    hash BYTEA NOT NULL,
    account_id UUID NOT NULL,
    until_at BIGINT NOT NULL,
    used BOOLEAN NOT NULL,
    PRIMARY KEY (county_id, hash),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);
CREATE INDEX password_link_account ON password_link (county_id, account_id);

-- From which day which rule pack is in force where.
CREATE TABLE rule_activation (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    pack TEXT NOT NULL,
    pack_version BIGINT NOT NULL,
    place_id UUID NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
