-- The items of array nodes have rows of their own, which no list shows.
ALTER TABLE nodes ADD COLUMN item INTEGER NOT NULL DEFAULT -1;
ALTER TABLE tasks ADD COLUMN item INTEGER NOT NULL DEFAULT -1;
CREATE INDEX nodes_items ON nodes (execution_project, execution_domain, execution_name, parent_id) WHERE item >= 0;
