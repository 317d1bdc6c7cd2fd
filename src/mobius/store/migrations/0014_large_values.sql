-- A large value of a run is stored once, here. Where it stands in the run's inputs, state or result, in parameters,
-- results, payloads and events, these hold a reference with its hash, which is one of its text and its run.
CREATE TABLE large_values (
    project_id  text NOT NULL,
    hash        text NOT NULL,
    run_id      text NOT NULL,
    value       text NOT NULL,
    PRIMARY KEY (project_id, hash)
);
