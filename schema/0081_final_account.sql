-- Final accounts: what came in and what was spent, in three ledgers.

CREATE TABLE final_account (
    county_id UUID NOT NULL REFERENCES county (id),
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    rest_use TEXT,
    resolution_id UUID,
    state TEXT NOT NULL,
    entered_by UUID,
    checked_by UUID,
    checked_post TEXT,
    opinion TEXT,
    posted_on TEXT,
    posted_until TEXT,
    posting_rule TEXT,
    recorded_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (county_id, id),
    CHECK (entered_by IS NULL OR checked_by IS NULL OR entered_by <> checked_by),
    FOREIGN KEY (county_id, project_id) REFERENCES project (county_id, id),
    FOREIGN KEY (county_id, matter_id) REFERENCES matter (county_id, id),
    FOREIGN KEY (county_id, resolution_id) REFERENCES resolution (county_id, id),
    FOREIGN KEY (county_id, entered_by) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, checked_by) REFERENCES account (county_id, id)
);
CREATE INDEX final_account_project ON final_account (county_id, project_id, id);
CREATE INDEX final_account_matter ON final_account (county_id, matter_id, id);
CREATE INDEX final_account_state ON final_account (county_id, state, project_id);

CREATE TABLE final_account_line (
    county_id UUID NOT NULL REFERENCES county (id),
    final_account_id UUID NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    planned_quantity TEXT,
    cover TEXT NOT NULL,
    planned_fen BIGINT,
    planned_quarters BIGINT,
    quantity TEXT,
    amount_fen BIGINT,
    quarters BIGINT,
    voucher TEXT,
    PRIMARY KEY (county_id, final_account_id, position),
    CHECK (amount_fen IS NULL OR quarters IS NULL),
    FOREIGN KEY (county_id, final_account_id) REFERENCES final_account (county_id, id)
);

CREATE TABLE final_account_income (
    county_id UUID NOT NULL REFERENCES county (id),
    final_account_id UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    whose TEXT,
    planned_fen BIGINT,
    planned_quarters BIGINT,
    amount_fen BIGINT,
    quarters BIGINT,
    things TEXT,
    from_books BOOLEAN NOT NULL,
    PRIMARY KEY (county_id, final_account_id, position),
    CHECK (amount_fen IS NULL OR quarters IS NULL),
    FOREIGN KEY (county_id, final_account_id) REFERENCES final_account (county_id, id)
);
