-- Who may open a case at a clinic (T1): where residents are registered, whom a clinic has approved, and to whom it has
-- granted a case type. `valid_to` is the last day (a date), empty until further notice.
ALTER TABLE resident ADD COLUMN municipality TEXT;
ALTER TABLE case_type ADD COLUMN restricted BIGINT NOT NULL DEFAULT 0 CHECK (restricted IN (0, 1));
CREATE TABLE approval (
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    resident TEXT NOT NULL REFERENCES resident (personal_id),
    PRIMARY KEY (clinic, resident)
);
CREATE TABLE case_type_grant (
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    resident TEXT NOT NULL REFERENCES resident (personal_id),
    case_type TEXT NOT NULL REFERENCES case_type (id),
    valid_to TEXT,
    PRIMARY KEY (clinic, resident, case_type)
);
