-- Nearly every task has a pod, and nearly all of them are in a few namespaces: a scan finds them as fast, and each task was written to this index twice.
DROP INDEX tasks_with_pod;
