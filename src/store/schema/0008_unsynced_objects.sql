-- Copies of small objects that were written with the rows of a commit and not synced: docs/decisions/unsynced-objects.md.
-- Numbers ascend while one is left, so that to delete up to the newest that was seen deletes nothing newer.
CREATE TABLE unsynced_objects (
  id INTEGER PRIMARY KEY,
  uri TEXT NOT NULL,
  bytes BLOB,
  modified_at INTEGER,
  boot TEXT NOT NULL
);
