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
    village_id UUID NOT NULL,
    label TEXT NOT NULL,
    ended_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX household_village ON household (county_id, village_id, label, id);
CREATE INDEX household_place ON household (county_id, place_id, label, id);

CREATE TABLE resident (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    household_id UUID,
    name TEXT,
    adult_from TEXT NOT NULL,
    erased_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, household_id) REFERENCES household (county_id, id)
);
CREATE INDEX resident_household ON resident (county_id, household_id, id);

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

CREATE TABLE organisation (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    place_id UUID NOT NULL,
    parent_id UUID,
    state TEXT NOT NULL,
    contact TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, place_id) REFERENCES place (county_id, id)
);
CREATE INDEX organisation_place ON organisation (county_id, place_id, name, id);

CREATE TABLE account (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    phone TEXT,
    staff_name TEXT,
    shown_name TEXT,
    password TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE UNIQUE INDEX account_phone ON account (county_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX account_staff ON account (county_id, staff_name) WHERE staff_name IS NOT NULL;

-- Which residents an account may speak for as themselves: a phone of a family serves several.
CREATE TABLE account_resident (
    county_id UUID NOT NULL REFERENCES county (id),
    account_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (county_id, account_id, resident_id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE INDEX account_resident_resident ON account_resident (county_id, resident_id);

CREATE TABLE sign_in_code (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    phone TEXT NOT NULL,
    code_digest BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    used BOOLEAN NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX sign_in_code_phone ON sign_in_code (county_id, phone, expires_at);

CREATE TABLE card (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    code_digest BYTEA NOT NULL,
    state TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    ended_on TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, resident_id) REFERENCES resident (county_id, id)
);
CREATE UNIQUE INDEX card_code ON card (county_id, code_digest);
CREATE INDEX card_resident ON card (county_id, resident_id);

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
    account_id UUID,
    given_on TEXT NOT NULL,
    withdrawn_on TEXT,
    wording TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id)
);
CREATE INDEX consent_resident ON consent (county_id, resident_id);
CREATE INDEX consent_account ON consent (county_id, account_id, kind);

-- A link that makes the first officer of a county, or sets a staff password anew. Works once.
CREATE TABLE staff_link (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    token_digest BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    used BOOLEAN NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);

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
