-- Copies of what staff are writing, so that a colleague can take it over: the newest versions from each of the author's
-- computers. `draft_line` remembers how far a computer has come, also when its copies are gone, so that what arrives late
-- changes nothing; `gone` is the version up to which its drafts have been sent or thrown away.
CREATE TABLE draft_line (
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    author TEXT NOT NULL REFERENCES staff (hsa_id),
    machine TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    gone BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, author, machine)
);
CREATE TABLE draft_copy (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    author TEXT NOT NULL REFERENCES staff (hsa_id),
    machine TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX draft_copy_of_case ON draft_copy (case_id, author, machine, version);
-- What was taken over, as it was then; stays as long as its case.
CREATE TABLE draft_taken (
    op TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    author TEXT NOT NULL REFERENCES staff (hsa_id),
    machine TEXT NOT NULL,
    version BIGINT NOT NULL,
    taker TEXT NOT NULL REFERENCES staff (hsa_id),
    at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX draft_taken_of_case ON draft_taken (case_id, at);
-- Which bytes both need; `holder` is the copy's id or the op's.
CREATE TABLE draft_file (
    holder TEXT NOT NULL,
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    sha256 TEXT NOT NULL,
    PRIMARY KEY (holder, sha256)
);
CREATE INDEX draft_file_by_bytes ON draft_file (sha256);
CREATE INDEX draft_file_of_case ON draft_file (case_id);
