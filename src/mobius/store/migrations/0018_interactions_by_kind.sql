-- Those that ask one kind of actor, in the order of the list.
CREATE INDEX interactions_by_kind ON interactions (project_id, target_type, status, id);
