-- What pages list and search by. The last line of the error's message: rows of before have none.
ALTER TABLE executions ADD COLUMN error_line TEXT;
CREATE INDEX executions_by_parent ON executions (parent_node_execution_id) WHERE parent_node_execution_id IS NOT NULL;
ALTER TABLE tasks ADD COLUMN peak_memory INTEGER;
