-- What the region has decided for its clinics; a clinic's own policy goes before it.
ALTER TABLE region ADD COLUMN policy TEXT NOT NULL DEFAULT '{}';
