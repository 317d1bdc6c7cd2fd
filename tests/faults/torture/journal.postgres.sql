-- What the database itself saw of every transition, in the transaction that made it.
CREATE TABLE torture_journal (
    id       bigserial PRIMARY KEY,
    at       bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    xact     bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    run_id   text NOT NULL,
    kind     text NOT NULL,
    subject  text NOT NULL,
    stamp    bigint,
    data     text
);
CREATE FUNCTION torture_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'run_states' THEN
        INSERT INTO torture_journal (run_id, kind, subject, data)
        VALUES (NEW.run_id, 'state', NEW.version, NEW.state);
    ELSIF TG_TABLE_NAME = 'runs' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
        VALUES (NEW.id, 'run', NEW.id, NEW.updated_at,
            json_build_array(NEW.status, NEW.attempt, NEW.cancel_requested)::text);
    ELSIF TG_TABLE_NAME = 'jobs' AND TG_OP = 'INSERT' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
        VALUES (NEW.run_id, 'job created', NEW.id, NEW.created_at, NEW.attempt);
    ELSIF TG_TABLE_NAME = 'jobs' THEN
        IF OLD.status <> NEW.status THEN
            INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
            VALUES (NEW.run_id, 'job ' || NEW.status, NEW.id, NEW.updated_at,
                json_build_array(OLD.attempt, coalesce(NEW.claimed_by, OLD.claimed_by))::text);
        END IF;
        IF OLD.should_cancel <> NEW.should_cancel THEN
            INSERT INTO torture_journal (run_id, kind, subject) VALUES (NEW.run_id, 'job told to cancel', NEW.id);
        END IF;
    ELSIF TG_TABLE_NAME = 'timers' AND TG_OP = 'INSERT' THEN
        INSERT INTO torture_journal (run_id, kind, subject, data)
        VALUES (NEW.run_id, 'timer set', NEW.entry, NEW.due_at);
    ELSIF TG_TABLE_NAME = 'timers' THEN
        INSERT INTO torture_journal (run_id, kind, subject, data)
        VALUES (OLD.run_id, 'timer gone', OLD.entry, OLD.due_at);
    ELSIF TG_TABLE_NAME = 'signals' AND TG_OP = 'INSERT' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
        VALUES (NEW.run_id, 'signal stored', NEW.id, NEW.created_at,
            '[' || to_json(NEW.topic) || ',' || NEW.payload || ',' || to_json(NEW.consumed_at IS NOT NULL) || ']');
    ELSIF TG_TABLE_NAME = 'signals' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp)
        VALUES (NEW.run_id, 'signal consumed', NEW.id, NEW.consumed_at);
    ELSIF TG_TABLE_NAME = 'interactions' AND TG_OP = 'INSERT' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
        VALUES (NEW.run_id, 'question pending', NEW.id, NEW.created_at, NEW.entry);
    ELSIF TG_TABLE_NAME = 'interactions' THEN
        INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
        VALUES (NEW.run_id, 'question ' || NEW.status, NEW.id, NEW.updated_at, NEW.entry);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER torture_states AFTER INSERT OR UPDATE ON run_states
    FOR EACH ROW EXECUTE FUNCTION torture_note();
CREATE TRIGGER torture_runs AFTER INSERT OR UPDATE OF status, attempt, cancel_requested ON runs
    FOR EACH ROW EXECUTE FUNCTION torture_note();
CREATE TRIGGER torture_jobs AFTER INSERT OR UPDATE OF status, should_cancel ON jobs
    FOR EACH ROW EXECUTE FUNCTION torture_note();
CREATE TRIGGER torture_timers AFTER INSERT OR DELETE ON timers
    FOR EACH ROW EXECUTE FUNCTION torture_note();
CREATE TRIGGER torture_signals AFTER INSERT OR UPDATE OF consumed_at ON signals
    FOR EACH ROW EXECUTE FUNCTION torture_note();
CREATE TRIGGER torture_questions AFTER INSERT OR UPDATE OF status ON interactions
    FOR EACH ROW EXECUTE FUNCTION torture_note();
