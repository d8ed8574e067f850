-- Columns are what lists filter and sort on; what is only echoed is one encoded `body` (codec.h). Times and durations are
-- nanoseconds, NULL when unset. `id` is the insert order, and every index ends with it, so lists in that order need no sort.

CREATE TABLE entities (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  type TEXT NOT NULL,
  short_description TEXT NOT NULL,
  state INTEGER NOT NULL,
  schedule_type TEXT NOT NULL,
  workflow_id INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  digest BLOB,
  workflow BLOB,
  typed_interface BLOB,
  spec BLOB,
  closure BLOB
);
CREATE UNIQUE INDEX entities_key ON entities (kind, project, domain, name, version);
CREATE INDEX entities_by_name ON entities (kind, project, domain, name);
CREATE INDEX entities_by_place ON entities (kind, project, domain);
CREATE INDEX entities_active ON entities (project, domain, name) WHERE kind = 3 AND state = 1;

-- One row a registered name. `registered` is 0 for metadata that came before the first version.
CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  registered INTEGER NOT NULL DEFAULT 0,
  description TEXT NOT NULL DEFAULT '',
  state INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER
);
CREATE UNIQUE INDEX names_key ON names (kind, project, domain, name);

CREATE TABLE descriptions (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  created_at INTEGER,
  description BLOB
);
CREATE UNIQUE INDEX descriptions_key ON descriptions (kind, project, domain, name, version);

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  identifier TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  state INTEGER NOT NULL,
  labels BLOB,
  created_at INTEGER,
  updated_at INTEGER
);

CREATE TABLE attributes (
  id INTEGER PRIMARY KEY,
  resource INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  workflow TEXT NOT NULL,
  launch_plan TEXT NOT NULL,
  priority INTEGER NOT NULL,
  attributes BLOB
);
CREATE UNIQUE INDEX attributes_key ON attributes (resource, project, domain, workflow, launch_plan);

CREATE TABLE executions (
  id INTEGER PRIMARY KEY,
  execution_project TEXT NOT NULL,
  execution_domain TEXT NOT NULL,
  execution_name TEXT NOT NULL,
  launch_plan_project TEXT NOT NULL,
  launch_plan_domain TEXT NOT NULL,
  launch_plan_name TEXT NOT NULL,
  launch_plan_id INTEGER,
  workflow_id INTEGER,
  task_id INTEGER,
  source_execution_id INTEGER,
  parent_node_execution_id INTEGER,
  launch_entity TEXT NOT NULL,
  mode INTEGER NOT NULL,
  cluster TEXT NOT NULL,
  user TEXT NOT NULL,
  phase TEXT NOT NULL,
  finished INTEGER NOT NULL,
  error_kind TEXT,
  error_code TEXT,
  abort_cause TEXT NOT NULL,
  duration INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  started_at INTEGER,
  state INTEGER NOT NULL,
  state_changed_at INTEGER,
  body BLOB
);
CREATE UNIQUE INDEX executions_key ON executions (execution_project, execution_domain, execution_name);
CREATE INDEX executions_by_place ON executions (execution_project, execution_domain);
CREATE INDEX executions_by_launch_plan ON executions (launch_plan_id);
CREATE INDEX executions_by_workflow ON executions (workflow_id);
CREATE INDEX executions_by_task ON executions (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX executions_unfinished ON executions (launch_plan_project, launch_plan_domain, launch_plan_name) WHERE finished = 0;

-- What never changes after creation, apart so that updates do not rewrite it.
CREATE TABLE execution_specs (
  id INTEGER PRIMARY KEY REFERENCES executions (id),
  body BLOB
);

CREATE TABLE execution_tags (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL REFERENCES executions (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL
);
CREATE INDEX execution_tags_by_execution ON execution_tags (execution_id);
CREATE INDEX execution_tags_by_key ON execution_tags (key, value);

CREATE TABLE nodes (
  id INTEGER PRIMARY KEY,
  execution_project TEXT NOT NULL,
  execution_domain TEXT NOT NULL,
  execution_name TEXT NOT NULL,
  node_id TEXT NOT NULL,
  parent_id TEXT NOT NULL,
  phase TEXT NOT NULL,
  input_uri TEXT NOT NULL,
  error_kind TEXT,
  error_code TEXT,
  cache_status TEXT,
  duration INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  started_at INTEGER,
  body BLOB
);
CREATE UNIQUE INDEX nodes_key ON nodes (execution_project, execution_domain, execution_name, node_id);

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  execution_project TEXT NOT NULL,
  execution_domain TEXT NOT NULL,
  execution_name TEXT NOT NULL,
  node_id TEXT NOT NULL,
  retry_attempt INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  phase TEXT NOT NULL,
  phase_version INTEGER NOT NULL,
  input_uri TEXT NOT NULL,
  duration INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  started_at INTEGER,
  pod_namespace TEXT,
  body BLOB
);
CREATE UNIQUE INDEX tasks_key ON tasks (execution_project, execution_domain, execution_name, node_id, retry_attempt);
CREATE INDEX tasks_with_pod ON tasks (pod_namespace) WHERE pod_namespace IS NOT NULL;

CREATE TABLE signals (
  id INTEGER PRIMARY KEY,
  execution_project TEXT NOT NULL,
  execution_domain TEXT NOT NULL,
  execution_name TEXT NOT NULL,
  signal_id TEXT NOT NULL,
  created_at INTEGER,
  type BLOB,
  value BLOB
);
CREATE UNIQUE INDEX signals_key ON signals (execution_project, execution_domain, execution_name, signal_id);
