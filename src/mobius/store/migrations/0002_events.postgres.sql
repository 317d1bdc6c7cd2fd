-- The event log. A transaction appends to the outbox; the sequencer moves committed rows on and gives them
-- `seq` in that order, because a plain sequence is drawn before the commit and would let readers skip events.
CREATE TABLE event_outbox (
    id          bigserial PRIMARY KEY,
    project_id  text NOT NULL,
    run_id      text NOT NULL,
    type        text NOT NULL,
    data        text NOT NULL,
    created_at  bigint NOT NULL
);
CREATE TABLE event_counter (
    id        integer PRIMARY KEY,
    last_seq  bigint NOT NULL
);
INSERT INTO event_counter (id, last_seq) VALUES (1, 0);
CREATE TABLE events (
    project_id  text NOT NULL,
    seq         bigint NOT NULL,
    run_id      text NOT NULL,
    type        text NOT NULL,
    data        text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (project_id, seq)
);
CREATE INDEX events_by_run ON events (project_id, run_id, seq);
CREATE INDEX events_by_seq ON events (seq);

ALTER TABLE run_states SET (fillfactor = 70);

-- Aborts the statement that finds its guard false, so that one statement can be all or nothing without BEGIN.
CREATE FUNCTION mobius_guard(holds boolean) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF holds THEN
        RETURN 1;
    END IF;
    RAISE EXCEPTION 'guard missed' USING ERRCODE = 'MB001';
END
$$;

-- Microseconds since 1970 as the API shows times.
CREATE FUNCTION mobius_time(micros bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT to_char(timestamp '1970-01-01' + micros * interval '1 microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
