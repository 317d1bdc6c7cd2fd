-- What the database itself saw of every transition, in the transaction that made it.
CREATE TABLE torture_journal (
    id       integer PRIMARY KEY AUTOINCREMENT,
    at       bigint NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000000 AS integer)),
    xact     bigint,
    run_id   text NOT NULL,
    kind     text NOT NULL,
    subject  text NOT NULL,
    stamp    bigint,
    data     text
);
CREATE TRIGGER torture_state_created AFTER INSERT ON run_states BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (NEW.run_id, 'state', NEW.version, NEW.state);
END;
CREATE TRIGGER torture_state_swapped AFTER UPDATE ON run_states BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (NEW.run_id, 'state', NEW.version, NEW.state);
END;
CREATE TRIGGER torture_run_created AFTER INSERT ON runs BEGIN
    -- Without a time: a start reads the clock once for the run and once for its first transition.
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (NEW.id, 'run', NEW.id, json_array(NEW.status, NEW.attempt, NEW.cancel_requested));
END;
CREATE TRIGGER torture_run_changed AFTER UPDATE OF status, attempt, cancel_requested ON runs BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
    VALUES (NEW.id, 'run', NEW.id, NEW.updated_at, json_array(NEW.status, NEW.attempt, NEW.cancel_requested));
END;
CREATE TRIGGER torture_job_created AFTER INSERT ON jobs BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
    VALUES (NEW.run_id, 'job created', NEW.id, NEW.created_at, NEW.attempt);
END;
CREATE TRIGGER torture_job_changed AFTER UPDATE OF status ON jobs WHEN OLD.status <> NEW.status BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
    VALUES (NEW.run_id, 'job ' || NEW.status, NEW.id, NEW.updated_at,
        json_array(OLD.attempt, coalesce(NEW.claimed_by, OLD.claimed_by)));
END;
CREATE TRIGGER torture_job_told AFTER UPDATE OF should_cancel ON jobs WHEN OLD.should_cancel <> NEW.should_cancel
BEGIN
    INSERT INTO torture_journal (run_id, kind, subject) VALUES (NEW.run_id, 'job told to cancel', NEW.id);
END;
CREATE TRIGGER torture_timer_set AFTER INSERT ON timers BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (NEW.run_id, 'timer set', NEW.entry, NEW.due_at);
END;
CREATE TRIGGER torture_timer_gone AFTER DELETE ON timers BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (OLD.run_id, 'timer gone', OLD.entry, OLD.due_at);
END;
CREATE TRIGGER torture_signal_stored AFTER INSERT ON signals BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
    VALUES (NEW.run_id, 'signal stored', NEW.id, NEW.created_at,
        '[' || json_quote(NEW.topic) || ',' || NEW.payload || ',' || (NEW.consumed_at IS NOT NULL) || ']');
END;
CREATE TRIGGER torture_signal_consumed AFTER UPDATE OF consumed_at ON signals BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp)
    VALUES (NEW.run_id, 'signal consumed', NEW.id, NEW.consumed_at);
END;
CREATE TRIGGER torture_question_opened AFTER INSERT ON interactions BEGIN
    INSERT INTO torture_journal (run_id, kind, subject, stamp, data)
    VALUES (NEW.run_id, 'question pending', NEW.id, NEW.created_at, NEW.entry);
END;
CREATE TRIGGER torture_question_ended AFTER UPDATE OF status ON interactions BEGIN
    -- Without a time: an answer is given a moment before the run is told of it.
    INSERT INTO torture_journal (run_id, kind, subject, data)
    VALUES (NEW.run_id, 'question ' || NEW.status, NEW.id, NEW.entry);
END;
