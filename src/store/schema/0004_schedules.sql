-- How far the schedule of a launch plan has come: the scheduled time of its last tick.
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  fired_at INTEGER
);
CREATE UNIQUE INDEX schedules_key ON schedules (project, domain, name, version);
