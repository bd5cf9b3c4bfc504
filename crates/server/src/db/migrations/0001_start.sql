CREATE TABLE region (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

-- `seq` is the clinic's feed counter: taken by the first statement of every writing transaction.
CREATE TABLE clinic (
    hsa_id TEXT PRIMARY KEY,
    region TEXT NOT NULL REFERENCES region (code),
    name TEXT NOT NULL,
    policy TEXT NOT NULL,
    seq BIGINT NOT NULL DEFAULT 0 CHECK (seq >= 0)
);

CREATE TABLE staff (
    hsa_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    protected BIGINT NOT NULL CHECK (protected IN (0, 1)),
    active BIGINT NOT NULL CHECK (active IN (0, 1))
);

CREATE TABLE role_grant (
    staff TEXT NOT NULL REFERENCES staff (hsa_id),
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    role TEXT NOT NULL,
    PRIMARY KEY (staff, clinic, role)
);
CREATE INDEX role_grant_by_clinic ON role_grant (clinic, staff);

CREATE TABLE staff_group (
    id TEXT PRIMARY KEY,
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    name TEXT NOT NULL
);
CREATE INDEX staff_group_by_clinic ON staff_group (clinic);

CREATE TABLE group_member (
    group_id TEXT NOT NULL REFERENCES staff_group (id),
    staff TEXT NOT NULL REFERENCES staff (hsa_id),
    PRIMARY KEY (group_id, staff)
);

CREATE TABLE resident (
    personal_id TEXT PRIMARY KEY,
    doc TEXT NOT NULL
);

CREATE TABLE case_type (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    resident_files BIGINT NOT NULL CHECK (resident_files IN (0, 1)),
    response_days BIGINT,
    questions TEXT NOT NULL
);

CREATE TABLE clinic_case_type (
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    case_type TEXT NOT NULL REFERENCES case_type (id),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    position BIGINT NOT NULL,
    PRIMARY KEY (clinic, case_type)
);

-- A case is its document; the columns beside it are what the feed and the release loop look for.
-- `assignee_key` is the viewer key of whoever has it, empty when nobody has.
CREATE TABLE case_doc (
    id TEXT PRIMARY KEY,
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    state TEXT NOT NULL CHECK (state IN
        ('new', 'assignedPerson', 'assignedGroup', 'inProgress', 'awaitingResident', 'closed', 'purged')),
    open BIGINT NOT NULL CHECK (open IN (0, 1)),
    resident TEXT NOT NULL REFERENCES resident (personal_id),
    assignee_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    release_at BIGINT,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX case_doc_by_seq ON case_doc (clinic, seq);
CREATE INDEX case_doc_newest ON case_doc (clinic, open DESC, created_at DESC, id DESC);
CREATE INDEX case_doc_of_assignee ON case_doc (clinic, assignee_key, seq);
CREATE INDEX case_doc_of_resident ON case_doc (resident, created_at);
CREATE INDEX case_doc_held ON case_doc (release_at);

CREATE TABLE tombstone (
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    case_id TEXT NOT NULL REFERENCES case_doc (id),
    viewer_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (clinic, case_id, viewer_key)
);
CREATE INDEX tombstone_by_key ON tombstone (clinic, viewer_key, seq);

CREATE TABLE op (
    id TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    clinic TEXT NOT NULL REFERENCES clinic (hsa_id),
    case_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'rejected')),
    code TEXT,
    detail TEXT,
    seq BIGINT NOT NULL,
    release_at BIGINT
);
CREATE INDEX op_by_author ON op (clinic, author, seq);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'resident')),
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE preferences (
    staff TEXT PRIMARY KEY REFERENCES staff (hsa_id),
    doc TEXT NOT NULL
);

CREATE TABLE blob (
    sha256 TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pdf', 'gif', 'jpeg', 'png')),
    created_at BIGINT NOT NULL
);

CREATE TABLE blob_upload (
    sha256 TEXT NOT NULL REFERENCES blob (sha256),
    uploader TEXT NOT NULL,
    PRIMARY KEY (sha256, uploader)
);

-- Append only.
CREATE TABLE access_log (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    logged_at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('staff', 'resident', 'system')),
    actor TEXT NOT NULL,
    acting_as TEXT,
    role TEXT NOT NULL,
    clinic TEXT NOT NULL,
    resident TEXT,
    case_id TEXT,
    kind TEXT NOT NULL,
    object TEXT,
    outcome TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX access_log_by_clinic ON access_log (clinic, at);
CREATE INDEX access_log_by_resident ON access_log (resident, at);
