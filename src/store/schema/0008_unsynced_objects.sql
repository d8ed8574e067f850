-- Copies of small objects that were written with the rows of a commit and not synced: docs/decisions/unsynced-objects.md.
-- AUTOINCREMENT: no number is given twice, so that to delete up to one deletes nothing newer.
CREATE TABLE unsynced_objects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uri TEXT NOT NULL,
  bytes BLOB,
  modified_at INTEGER,
  boot TEXT NOT NULL
);
