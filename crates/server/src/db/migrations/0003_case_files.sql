-- Which cases need which bytes: what no case needs any more is deleted with the last one that did.
CREATE TABLE case_file (
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    sha256 TEXT NOT NULL,
    PRIMARY KEY (case_id, sha256)
);
CREATE INDEX case_file_by_bytes ON case_file (sha256);
CREATE INDEX case_doc_oldest ON case_doc (clinic, state, created_at, id);
