-- Reply texts: a region's hold at all of its clinics, a clinic's at that one.
CREATE TABLE reply_template (
    id TEXT PRIMARY KEY,
    region TEXT REFERENCES region (code),
    clinic TEXT REFERENCES clinic (hsa_id),
    doc TEXT NOT NULL,
    CHECK ((region IS NULL) <> (clinic IS NULL))
);
CREATE INDEX reply_template_of_region ON reply_template (region);
CREATE INDEX reply_template_of_clinic ON reply_template (clinic);
