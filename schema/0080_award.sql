-- Claims of awards with what each was reckoned from, and what was paid of them. No money moves: rows say what was paid elsewhere.

CREATE TABLE claim (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    village_id UUID NOT NULL,
    scheme TEXT NOT NULL,
    scheme_pack TEXT NOT NULL,
    scheme_rule TEXT NOT NULL,
    claimed_on TEXT NOT NULL,
    cash_fen BIGINT NOT NULL,
    quarters BIGINT NOT NULL,
    cost_fen BIGINT,
    planned_fen BIGINT NOT NULL,
    people BIGINT,
    came BIGINT,
    roll BIGINT,
    content BIGINT,
    asked BIGINT,
    there TEXT NOT NULL,
    village_has_fen BIGINT NOT NULL,
    all_have_fen BIGINT NOT NULL,
    base_fen BIGINT NOT NULL,
    award_fen BIGINT NOT NULL CHECK (award_fen > 0),
    account_kind TEXT NOT NULL,
    account_name TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by UUID,
    decided_by UUID,
    decided_post TEXT,
    decided_on TEXT,
    reason TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    CHECK (entered_by IS NULL OR decided_by IS NULL OR entered_by <> decided_by),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, village_id) REFERENCES place (county_id, id),
    FOREIGN KEY (county_id, entered_by) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, decided_by) REFERENCES account (county_id, id)
);
CREATE INDEX claim_project ON claim (county_id, project_id, id);
CREATE INDEX claim_matter ON claim (county_id, matter_id, id);
CREATE INDEX claim_scheme ON claim (county_id, scheme_pack, scheme_rule, claimed_on);
CREATE INDEX claim_state ON claim (county_id, state, village_id);

CREATE TABLE payment (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    claim_id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    paid_on TEXT NOT NULL,
    office TEXT NOT NULL,
    voucher TEXT NOT NULL,
    corrects BIGINT,
    reason TEXT,
    state TEXT NOT NULL,
    entered_by UUID,
    judged_by UUID,
    judged_post TEXT,
    judged_on TEXT,
    refused_because TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    UNIQUE (county_id, claim_id, position),
    CHECK (entered_by IS NULL OR judged_by IS NULL OR entered_by <> judged_by),
    FOREIGN KEY (county_id, claim_id) REFERENCES claim (county_id, id),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, entered_by) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, judged_by) REFERENCES account (county_id, id)
);
CREATE INDEX payment_project ON payment (county_id, project_id, position);
CREATE INDEX payment_matter ON payment (county_id, matter_id, paid_on);
CREATE INDEX payment_state ON payment (county_id, state, project_id);
