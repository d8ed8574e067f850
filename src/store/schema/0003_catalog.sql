CREATE TABLE datasets (
  id INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  created_at INTEGER,
  body BLOB
);
CREATE UNIQUE INDEX datasets_key ON datasets (project, domain, name, version);

CREATE TABLE artifacts (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  artifact_id TEXT NOT NULL,
  created_at INTEGER,
  body BLOB
);
CREATE UNIQUE INDEX artifacts_key ON artifacts (dataset, artifact_id);

CREATE TABLE artifact_tags (
  dataset INTEGER NOT NULL,
  name TEXT NOT NULL,
  artifact_id TEXT NOT NULL,
  PRIMARY KEY (dataset, name)
) WITHOUT ROWID;
CREATE INDEX artifact_tags_of ON artifact_tags (dataset, artifact_id);

-- Who may make what is not in the catalog yet; counts until it expires.
CREATE TABLE reservations (
  key TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  heartbeat INTEGER NOT NULL,
  expires_at INTEGER
) WITHOUT ROWID;

-- The entries of the cache service.
CREATE TABLE cached_outputs (
  key TEXT PRIMARY KEY,
  output BLOB
) WITHOUT ROWID;
