-- Jobs that have to be deleted at their connectors.
CREATE TABLE job_deletions (
  id INTEGER PRIMARY KEY,
  execution_project TEXT NOT NULL,
  execution_domain TEXT NOT NULL,
  execution_name TEXT NOT NULL,
  node_id TEXT NOT NULL,
  retry_attempt INTEGER NOT NULL,
  body BLOB
);
CREATE UNIQUE INDEX job_deletions_key ON job_deletions (execution_project, execution_domain, execution_name, node_id, retry_attempt);
