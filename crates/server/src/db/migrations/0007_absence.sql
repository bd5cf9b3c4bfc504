-- When staff are away from a clinic, by Swedish days (a date; both count), and who covers for them meanwhile.
CREATE TABLE absence (
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    staff TEXT NOT NULL REFERENCES staff (hsa_id),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    substitute TEXT,
    PRIMARY KEY (clinic, staff, first_day)
);
CREATE INDEX absence_by_end ON absence (clinic, last_day);
