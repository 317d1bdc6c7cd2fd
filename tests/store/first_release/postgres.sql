-- A database as the first server of all has left it, killed at work; made by it, never edited since.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.mobius_guard(holds boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF holds THEN
        RETURN 1;
    END IF;
    RAISE EXCEPTION 'guard missed' USING ERRCODE = 'MB001';
END
$$;
CREATE FUNCTION public.mobius_time(micros bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT to_char(timestamp '1970-01-01' + micros * interval '1 microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.action_log (
    project_id text NOT NULL,
    run_id text NOT NULL,
    id text NOT NULL,
    job_id text NOT NULL,
    attempt integer NOT NULL,
    action text NOT NULL,
    step_name text NOT NULL,
    branch_id text NOT NULL,
    parameters text NOT NULL,
    result text,
    error text,
    started_at bigint NOT NULL,
    duration_ms bigint NOT NULL
);
CREATE TABLE public.api_keys (
    org_id text NOT NULL,
    id text NOT NULL,
    project_id text,
    name text NOT NULL,
    key_prefix text NOT NULL,
    key_hash text NOT NULL,
    scope text NOT NULL,
    permissions text,
    service_account_id text,
    created_by text NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.event_counter (
    id integer NOT NULL,
    last_seq bigint NOT NULL
);
CREATE TABLE public.event_outbox (
    id bigint NOT NULL,
    project_id text NOT NULL,
    run_id text NOT NULL,
    type text NOT NULL,
    data text NOT NULL,
    created_at bigint NOT NULL
);
CREATE SEQUENCE public.event_outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_outbox_id_seq OWNED BY public.event_outbox.id;
CREATE TABLE public.events (
    project_id text NOT NULL,
    seq bigint NOT NULL,
    run_id text NOT NULL,
    type text NOT NULL,
    data text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.idempotency_keys (
    org_id text NOT NULL,
    credential_id text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer,
    body text,
    created_at bigint NOT NULL
);
CREATE TABLE public.jobs (
    project_id text NOT NULL,
    id text NOT NULL,
    run_id text NOT NULL,
    kind text NOT NULL,
    parent_job_id text,
    item_index integer,
    remaining integer,
    entry integer NOT NULL,
    path_id text NOT NULL,
    branch text NOT NULL,
    step_name text NOT NULL,
    workflow_name text NOT NULL,
    action text NOT NULL,
    action_kind text NOT NULL,
    queue text NOT NULL,
    parameters text NOT NULL,
    status text NOT NULL,
    attempt integer NOT NULL,
    max_attempts integer NOT NULL,
    retries integer NOT NULL,
    retry_policy integer,
    lost_leases integer NOT NULL,
    timeout_us bigint,
    scheduled_at bigint NOT NULL,
    claimed_by text,
    agent_id text,
    agent_session_id text,
    claimed_at bigint,
    heartbeat_at bigint,
    expires_at bigint,
    deadline_at bigint,
    should_cancel integer NOT NULL,
    last_error text,
    result text,
    completion_hash text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.org_members (
    org_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.orgs (
    id text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.projects (
    org_id text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    handle text NOT NULL,
    description text,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.run_starts (
    project_id text NOT NULL,
    external_id text NOT NULL,
    request_hash text NOT NULL,
    run_id text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.run_states (
    project_id text NOT NULL,
    run_id text NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL
)
WITH (fillfactor='70');
CREATE TABLE public.runs (
    project_id text NOT NULL,
    id text NOT NULL,
    workflow_id text,
    workflow_version integer NOT NULL,
    workflow_name text NOT NULL,
    workflow_handle text NOT NULL,
    spec_hash text NOT NULL,
    queue text NOT NULL,
    status text NOT NULL,
    attempt integer NOT NULL,
    inputs text NOT NULL,
    metadata text NOT NULL,
    external_id text,
    parent_run_id text,
    error_message text,
    result text,
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    initiated_by text NOT NULL,
    cancel_requested integer NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    completed_at bigint,
    updated_at bigint NOT NULL
);
CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.signals (
    project_id text NOT NULL,
    run_id text NOT NULL,
    id text NOT NULL,
    topic text NOT NULL,
    arrival bigint NOT NULL,
    payload text NOT NULL,
    created_at bigint NOT NULL,
    consumed_at bigint
);
CREATE TABLE public.specs (
    project_id text NOT NULL,
    hash text NOT NULL,
    spec text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.timers (
    project_id text NOT NULL,
    run_id text NOT NULL,
    entry integer NOT NULL,
    due_at bigint NOT NULL,
    leased_until bigint NOT NULL
);
CREATE TABLE public.users (
    id text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.workers (
    project_id text NOT NULL,
    worker_id text NOT NULL,
    name text,
    version text,
    last_seen_at bigint NOT NULL
);
CREATE TABLE public.workflow_versions (
    project_id text NOT NULL,
    workflow_id text NOT NULL,
    version integer NOT NULL,
    id text NOT NULL,
    spec_hash text NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.workflows (
    project_id text NOT NULL,
    id text NOT NULL,
    org_id text NOT NULL,
    name text NOT NULL,
    handle text NOT NULL,
    description text,
    latest_version integer NOT NULL,
    published_as_tool integer NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
ALTER TABLE ONLY public.event_outbox ALTER COLUMN id SET DEFAULT nextval('public.event_outbox_id_seq'::regclass);
INSERT INTO public.action_log VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w7ne00aa9swzz2d77ae', 'alog_01m89k1whbe00aq713rr4emyxw', 'job_01m89k1w7ne00racxsfhszmzwj', 1, 'work', 'only', 'main', '{}', '"done"', NULL, 1795618304522941, 17),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w83e00bd5erng2psb7v', 'alog_01m89k1whye008ghzhr5vp6p4z', 'job_01m89k1w83e00tedr67sawt7d9', 1, 'work', 'only', 'main', '{}', NULL, 'Boom: it broke', 1795618304547348, 11),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weze00bvm80d86678ee', 'alog_01m89k1wmqe009f1vndrsxz4ay', 'job_01m89k1weze0189pgercnt75be', 1, 'greet', 'all', 'main', '{"name":"a"}', '"hello a"', NULL, 1795618304643123, 5),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfce009ejdvn2d06psr', 'alog_01m89k1wnqe008wq95jmpgeqsc', 'job_01m89k1wfce00sxr2ze83tmfsd', 1, 'work', 'flaky', 'main', '{}', NULL, 'Boom: it broke', 1795618304666635, 13),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfme00bsyzxd4gt8y76', 'alog_01m89k1wpae009yqcr9ns3xav4', 'job_01m89k1wfme00rb238zt39zp3a', 1, 'work', 'fork', 'main', '{}', '"fork"', NULL, 1795618304691545, 7),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfme00bsyzxd4gt8y76', 'alog_01m89k1wq7e009d1qs1jc07a2z', 'job_01m89k1wpae00s5a8pp2mp8xnb', 1, 'work', 'left', 'left', '{}', '"left"', NULL, 1795618304707090, 20);
INSERT INTO public.api_keys VALUES
	('org_00000000000000000000000000', 'key_01m89k1w3ve00tt0nbp3sx953p', NULL, 'default', 'mbx_of_t', '7aa0608fe65ee2c0cdaeb6052b009797f5a5c701c06ea2a76efb501cc81392a6', 'org', NULL, NULL, 'usr_01m89k1w3ve0094nmff0fsk77n', NULL, 1795618304743008, NULL, 1795618304124504, 1795618304124504);
INSERT INTO public.event_counter VALUES
	(1, 78);
INSERT INTO public.event_outbox VALUES
	(79, 'prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1ya1e00bbb2rv3h3azca', 'run_updated', '{"id":"run_01m89k1ya1e00bbb2rv3h3azca","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:46.353018Z","updated_at":"2026-11-25T14:51:46.354406Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"last 4"}', 1795618306354406),
	(80, 'prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1ya1e00bbb2rv3h3azca', 'job_updated', '{"id":"job_01m89k1ya1e00scr3rjx0xtcmy","run_id":"run_01m89k1ya1e00bbb2rv3h3azca","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:46.354406Z","created_at":"2026-11-25T14:51:46.354406Z","updated_at":"2026-11-25T14:51:46.354406Z","path_id":"main/1","parameters":{}}', 1795618306354406);
INSERT INTO public.events VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 1, 'run_01m89k1w7ne00aa9swzz2d77ae', 'run_updated', '{"id":"run_01m89k1w7ne00aa9swzz2d77ae","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.228604Z","updated_at":"2026-11-25T14:51:44.229904Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"completed"}', 1795618304229904),
	('prj_01m89k1w6ce00bnfhde7b363r3', 2, 'run_01m89k1w7ne00aa9swzz2d77ae', 'job_updated', '{"id":"job_01m89k1w7ne00racxsfhszmzwj","run_id":"run_01m89k1w7ne00aa9swzz2d77ae","step_name":"only","action":"work","queue":"completed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.229904Z","created_at":"2026-11-25T14:51:44.229904Z","updated_at":"2026-11-25T14:51:44.229904Z","path_id":"main/1","parameters":{}}', 1795618304229904),
	('prj_01m89k1w6ce00bnfhde7b363r3', 3, 'run_01m89k1w83e00bd5erng2psb7v', 'run_updated', '{"id":"run_01m89k1w83e00bd5erng2psb7v","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.242413Z","updated_at":"2026-11-25T14:51:44.244276Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"failed"}', 1795618304244276),
	('prj_01m89k1w6ce00bnfhde7b363r3', 4, 'run_01m89k1w83e00bd5erng2psb7v', 'job_updated', '{"id":"job_01m89k1w83e00tedr67sawt7d9","run_id":"run_01m89k1w83e00bd5erng2psb7v","step_name":"only","action":"work","queue":"failed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.244276Z","created_at":"2026-11-25T14:51:44.244276Z","updated_at":"2026-11-25T14:51:44.244276Z","path_id":"main/1","parameters":{}}', 1795618304244276),
	('prj_01m89k1w6ce00bnfhde7b363r3', 5, 'run_01m89k1w8de008n0nshxrgm2yf', 'run_updated', '{"id":"run_01m89k1w8de008n0nshxrgm2yf","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.253715Z","updated_at":"2026-11-25T14:51:44.254224Z","queue":"cancelled","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelled"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"cancelled"}', 1795618304254224),
	('prj_01m89k1w6ce00bnfhde7b363r3', 6, 'run_01m89k1w8de008n0nshxrgm2yf', 'job_updated', '{"id":"job_01m89k1w8de00tk2a399dn6rfd","run_id":"run_01m89k1w8de008n0nshxrgm2yf","step_name":"only","action":"work","queue":"cancelled","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.254224Z","created_at":"2026-11-25T14:51:44.254224Z","updated_at":"2026-11-25T14:51:44.254224Z","path_id":"main/1","parameters":{}}', 1795618304254224),
	('prj_01m89k1w6ce00bnfhde7b363r3', 7, 'run_01m89k1w8pe00b80mqajsvvv14', 'run_updated', '{"id":"run_01m89k1w8pe00b80mqajsvvv14","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.262307Z","updated_at":"2026-11-25T14:51:44.262965Z","queue":"claimed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"claimed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"claimed"}', 1795618304262965),
	('prj_01m89k1w6ce00bnfhde7b363r3', 8, 'run_01m89k1w8pe00b80mqajsvvv14', 'job_updated', '{"id":"job_01m89k1w8pe00t9w3p92av8b50","run_id":"run_01m89k1w8pe00b80mqajsvvv14","step_name":"only","action":"work","queue":"claimed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.262965Z","created_at":"2026-11-25T14:51:44.262965Z","updated_at":"2026-11-25T14:51:44.262965Z","path_id":"main/1","parameters":{}}', 1795618304262965),
	('prj_01m89k1w6ce00bnfhde7b363r3', 9, 'run_01m89k1w8ve00a20x93txe7rs3', 'run_updated', '{"id":"run_01m89k1w8ve00a20x93txe7rs3","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.267081Z","updated_at":"2026-11-25T14:51:44.268271Z","queue":"pending","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"pending"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"pending"}', 1795618304268271),
	('prj_01m89k1w6ce00bnfhde7b363r3', 10, 'run_01m89k1w8ve00a20x93txe7rs3', 'job_updated', '{"id":"job_01m89k1w8ve00sd7a0xfm7x30k","run_id":"run_01m89k1w8ve00a20x93txe7rs3","step_name":"only","action":"work","queue":"pending","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.268271Z","created_at":"2026-11-25T14:51:44.268271Z","updated_at":"2026-11-25T14:51:44.268271Z","path_id":"main/1","parameters":{}}', 1795618304268271),
	('prj_01m89k1w6ce00bnfhde7b363r3', 11, 'run_01m89k1w92e0089k4medrc1jkp', 'run_updated', '{"id":"run_01m89k1w92e0089k4medrc1jkp","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.273367Z","updated_at":"2026-11-25T14:51:44.275500Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"cancelling"}', 1795618304275500),
	('prj_01m89k1w6ce00bnfhde7b363r3', 12, 'run_01m89k1w92e0089k4medrc1jkp', 'job_updated', '{"id":"job_01m89k1w92e00ryjyqcny55zy7","run_id":"run_01m89k1w92e0089k4medrc1jkp","step_name":"only","action":"work","queue":"cancelling","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.275500Z","created_at":"2026-11-25T14:51:44.275500Z","updated_at":"2026-11-25T14:51:44.275500Z","path_id":"main/1","parameters":{}}', 1795618304275500),
	('prj_01m89k1w6ce00bnfhde7b363r3', 13, 'run_01m89k1w9ge009ryf1wxtxbsc7', 'run_updated', '{"id":"run_01m89k1w9ge009ryf1wxtxbsc7","workflow_name":"nap","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:44.288923Z","updated_at":"2026-11-25T14:51:44.289529Z","queue":"sleeping","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"sleeping"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"sleeping","started_at":"2026-11-25T14:51:44.289529Z"}', 1795618304289529),
	('prj_01m89k1w6ce00bnfhde7b363r3', 14, 'run_01m89k1wdze0091jzchy3hmp7t', 'run_updated', '{"id":"run_01m89k1wdze0091jzchy3hmp7t","workflow_name":"two signals","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:44.422280Z","updated_at":"2026-11-25T14:51:44.431828Z","queue":"signalled once","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"signalled once"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"signalled once","started_at":"2026-11-25T14:51:44.431828Z"}', 1795618304431828),
	('prj_01m89k1w6ce00bnfhde7b363r3', 15, 'run_01m89k1weke00avkn2r21w8hdc', 'run_updated', '{"id":"run_01m89k1weke00avkn2r21w8hdc","workflow_name":"late signal","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.449063Z","updated_at":"2026-11-25T14:51:44.452547Z","queue":"signal unread","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"signal unread"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"signal unread"}', 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 16, 'run_01m89k1weke00avkn2r21w8hdc', 'job_updated', '{"id":"job_01m89k1weke00sdz05y3r9knb6","run_id":"run_01m89k1weke00avkn2r21w8hdc","step_name":"before","action":"work","queue":"signal unread","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.452547Z","created_at":"2026-11-25T14:51:44.452547Z","updated_at":"2026-11-25T14:51:44.452547Z","path_id":"main/1","parameters":{}}', 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 17, 'run_01m89k1weze00bvm80d86678ee', 'run_updated', '{"id":"run_01m89k1weze00bvm80d86678ee","workflow_name":"items","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.463901Z","updated_at":"2026-11-25T14:51:44.464518Z","queue":"items","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"items"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"items"}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 18, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id":"job_01m89k1weze00sx55pjkgtvs37","run_id":"run_01m89k1weze00bvm80d86678ee","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.464518Z","created_at":"2026-11-25T14:51:44.464518Z","updated_at":"2026-11-25T14:51:44.464518Z","path_id":"main/1","parameters":{}}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 19, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id":"job_01m89k1weze0189pgercnt75be","run_id":"run_01m89k1weze00bvm80d86678ee","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.464518Z","created_at":"2026-11-25T14:51:44.464518Z","updated_at":"2026-11-25T14:51:44.464518Z","parent_job_id":"job_01m89k1weze00sx55pjkgtvs37","path_id":"main/1[0]","parameters":{"name":"a"}}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 20, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id":"job_01m89k1wf0e00bc22tb2xvpkds","run_id":"run_01m89k1weze00bvm80d86678ee","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.464518Z","created_at":"2026-11-25T14:51:44.464518Z","updated_at":"2026-11-25T14:51:44.464518Z","parent_job_id":"job_01m89k1weze00sx55pjkgtvs37","path_id":"main/1[1]","parameters":{"name":"b"}}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 21, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id":"job_01m89k1wf0e00r5m4y8qfc49e1","run_id":"run_01m89k1weze00bvm80d86678ee","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.464518Z","created_at":"2026-11-25T14:51:44.464518Z","updated_at":"2026-11-25T14:51:44.464518Z","parent_job_id":"job_01m89k1weze00sx55pjkgtvs37","path_id":"main/1[2]","parameters":{"name":"c"}}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 34, 'run_01m89k1w83e00bd5erng2psb7v', 'job_updated', '{"id": "job_01m89k1w83e00tedr67sawt7d9", "queue": "failed", "action": "work", "run_id": "run_01m89k1w83e00bd5erng2psb7v", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "only", "claimed_at": "2026-11-25T14:51:44.547348Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.244276Z", "updated_at": "2026-11-25T14:51:44.547348Z", "heartbeat_at": "2026-11-25T14:51:44.547348Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.244276Z","parameters":{}}', 1795618304547348),
	('prj_01m89k1w6ce00bnfhde7b363r3', 35, 'run_01m89k1w83e00bd5erng2psb7v', 'run_updated', '{"id":"run_01m89k1w83e00bd5erng2psb7v","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.242413Z","updated_at":"2026-11-25T14:51:44.551442Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"failed","started_at":"2026-11-25T14:51:44.551442Z"}', 1795618304551442),
	('prj_01m89k1w6ce00bnfhde7b363r3', 36, 'run_01m89k1w83e00bd5erng2psb7v', 'job_updated', '{"id":"job_01m89k1w83e00tedr67sawt7d9","run_id":"run_01m89k1w83e00bd5erng2psb7v","step_name":"only","action":"work","queue":"failed","status":"failed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.244276Z","created_at":"2026-11-25T14:51:44.244276Z","updated_at":"2026-11-25T14:51:44.559086Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.547348Z","heartbeat_at":"2026-11-25T14:51:44.547348Z","last_error":"Boom: it broke"}', 1795618304559086),
	('prj_01m89k1w6ce00bnfhde7b363r3', 37, 'run_01m89k1w83e00bd5erng2psb7v', 'action_appended', '{"id":"alog_01m89k1whye008ghzhr5vp6p4z","action":"work","step_name":"only","branch_id":"main","started_at":"2026-11-25T14:51:44.547348Z","duration_ms":11,"parameters":{},"error":"Boom: it broke"}', 1795618304559086),
	('prj_01m89k1w6ce00bnfhde7b363r3', 38, 'run_01m89k1w83e00bd5erng2psb7v', 'run_updated', '{"id":"run_01m89k1w83e00bd5erng2psb7v","workflow_name":"one","status":"failed","attempt":1,"created_at":"2026-11-25T14:51:44.242413Z","updated_at":"2026-11-25T14:51:44.559086Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"error_message":"step \"only\" failed: Boom: it broke","actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"failed","started_at":"2026-11-25T14:51:44.551442Z","completed_at":"2026-11-25T14:51:44.559086Z"}', 1795618304559086),
	('prj_01m89k1w6ce00bnfhde7b363r3', 39, 'run_01m89k1w8de008n0nshxrgm2yf', 'job_updated', '{"id":"job_01m89k1w8de00tk2a399dn6rfd","run_id":"run_01m89k1w8de008n0nshxrgm2yf","step_name":"only","action":"work","queue":"cancelled","status":"failed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.254224Z","created_at":"2026-11-25T14:51:44.254224Z","updated_at":"2026-11-25T14:51:44.564839Z","path_id":"main/1","parameters":{},"last_error":"the run was stopped"}', 1795618304564839),
	('prj_01m89k1w6ce00bnfhde7b363r3', 40, 'run_01m89k1w8de008n0nshxrgm2yf', 'run_updated', '{"id":"run_01m89k1w8de008n0nshxrgm2yf","workflow_name":"one","status":"failed","attempt":1,"created_at":"2026-11-25T14:51:44.253715Z","updated_at":"2026-11-25T14:51:44.564839Z","queue":"cancelled","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelled"},"error_message":"cancelled","actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"cancelled","started_at":"2026-11-25T14:51:44.564839Z","completed_at":"2026-11-25T14:51:44.564839Z"}', 1795618304564839),
	('prj_01m89k1w6ce00bnfhde7b363r3', 41, 'run_01m89k1w8pe00b80mqajsvvv14', 'job_updated', '{"id": "job_01m89k1w8pe00t9w3p92av8b50", "queue": "claimed", "action": "work", "run_id": "run_01m89k1w8pe00b80mqajsvvv14", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "only", "claimed_at": "2026-11-25T14:51:44.568661Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.262965Z", "updated_at": "2026-11-25T14:51:44.568661Z", "heartbeat_at": "2026-11-25T14:51:44.568661Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.262965Z","parameters":{}}', 1795618304568661),
	('prj_01m89k1w6ce00bnfhde7b363r3', 59, 'run_01m89k1wfme00bsyzxd4gt8y76', 'action_appended', '{"id":"alog_01m89k1wpae009yqcr9ns3xav4","action":"work","step_name":"fork","branch_id":"main","started_at":"2026-11-25T14:51:44.691545Z","duration_ms":7,"parameters":{},"result":{"value":"fork"}}', 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 22, 'run_01m89k1wfce009ejdvn2d06psr', 'run_updated', '{"id":"run_01m89k1wfce009ejdvn2d06psr","workflow_name":"retry","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.474169Z","updated_at":"2026-11-25T14:51:44.477416Z","queue":"retrying","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"retrying"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"retrying"}', 1795618304477416),
	('prj_01m89k1w6ce00bnfhde7b363r3', 23, 'run_01m89k1wfce009ejdvn2d06psr', 'job_updated', '{"id":"job_01m89k1wfce00sxr2ze83tmfsd","run_id":"run_01m89k1wfce009ejdvn2d06psr","step_name":"flaky","action":"work","queue":"retrying","status":"pending","attempt":1,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:44.477416Z","created_at":"2026-11-25T14:51:44.477416Z","updated_at":"2026-11-25T14:51:44.477416Z","path_id":"main/1","parameters":{}}', 1795618304477416),
	('prj_01m89k1w6ce00bnfhde7b363r3', 24, 'run_01m89k1wfme00bsyzxd4gt8y76', 'run_updated', '{"id":"run_01m89k1wfme00bsyzxd4gt8y76","workflow_name":"branches","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.483621Z","updated_at":"2026-11-25T14:51:44.485190Z","queue":"branches","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"branches"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"branches"}', 1795618304485190),
	('prj_01m89k1w6ce00bnfhde7b363r3', 25, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id":"job_01m89k1wfme00rb238zt39zp3a","run_id":"run_01m89k1wfme00bsyzxd4gt8y76","step_name":"fork","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.485190Z","created_at":"2026-11-25T14:51:44.485190Z","updated_at":"2026-11-25T14:51:44.485190Z","path_id":"main/1","parameters":{}}', 1795618304485190),
	('prj_01m89k1w6ce00bnfhde7b363r3', 29, 'run_01m89k1w7ne00aa9swzz2d77ae', 'job_updated', '{"id": "job_01m89k1w7ne00racxsfhszmzwj", "queue": "completed", "action": "work", "run_id": "run_01m89k1w7ne00aa9swzz2d77ae", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "only", "claimed_at": "2026-11-25T14:51:44.522941Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.229904Z", "updated_at": "2026-11-25T14:51:44.522941Z", "heartbeat_at": "2026-11-25T14:51:44.522941Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.229904Z","parameters":{}}', 1795618304522941),
	('prj_01m89k1w6ce00bnfhde7b363r3', 42, 'run_01m89k1w8pe00b80mqajsvvv14', 'run_updated', '{"id":"run_01m89k1w8pe00b80mqajsvvv14","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.262307Z","updated_at":"2026-11-25T14:51:44.575679Z","queue":"claimed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"claimed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"claimed","started_at":"2026-11-25T14:51:44.575679Z"}', 1795618304575679),
	('prj_01m89k1w6ce00bnfhde7b363r3', 43, 'run_01m89k1w92e0089k4medrc1jkp', 'job_updated', '{"id": "job_01m89k1w92e00ryjyqcny55zy7", "queue": "cancelling", "action": "work", "run_id": "run_01m89k1w92e0089k4medrc1jkp", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "only", "claimed_at": "2026-11-25T14:51:44.578085Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.275500Z", "updated_at": "2026-11-25T14:51:44.578085Z", "heartbeat_at": "2026-11-25T14:51:44.578085Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.275500Z","parameters":{}}', 1795618304578085),
	('prj_01m89k1w6ce00bnfhde7b363r3', 45, 'run_01m89k1w92e0089k4medrc1jkp', 'run_updated', '{"id":"run_01m89k1w92e0089k4medrc1jkp","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.273367Z","updated_at":"2026-11-25T14:51:44.585361Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"cancelling","started_at":"2026-11-25T14:51:44.580504Z"}', 1795618304585361),
	('prj_01m89k1w6ce00bnfhde7b363r3', 48, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id":"job_01m89k1weze0189pgercnt75be","run_id":"run_01m89k1weze00bvm80d86678ee","step_name":"all","action":"greet","queue":"items","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.464518Z","created_at":"2026-11-25T14:51:44.464518Z","updated_at":"2026-11-25T14:51:44.648146Z","parent_job_id":"job_01m89k1weze00sx55pjkgtvs37","path_id":"main/1[0]","parameters":{"name":"a"},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.643123Z","heartbeat_at":"2026-11-25T14:51:44.643123Z"}', 1795618304648146),
	('prj_01m89k1w6ce00bnfhde7b363r3', 49, 'run_01m89k1weze00bvm80d86678ee', 'action_appended', '{"id":"alog_01m89k1wmqe009f1vndrsxz4ay","action":"greet","step_name":"all","branch_id":"main","started_at":"2026-11-25T14:51:44.643123Z","duration_ms":5,"parameters":{"name":"a"},"result":{"value":"hello a"}}', 1795618304648146),
	('prj_01m89k1w6ce00bnfhde7b363r3', 50, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id": "job_01m89k1wf0e00bc22tb2xvpkds", "queue": "items", "action": "greet", "run_id": "run_01m89k1weze00bvm80d86678ee", "status": "claimed", "attempt": 1, "path_id": "main/1[1]", "step_name": "all", "claimed_at": "2026-11-25T14:51:44.655655Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.464518Z", "updated_at": "2026-11-25T14:51:44.655655Z", "heartbeat_at": "2026-11-25T14:51:44.655655Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.464518Z", "parent_job_id": "job_01m89k1weze00sx55pjkgtvs37","parameters":{"name":"b"}}', 1795618304655655),
	('prj_01m89k1w6ce00bnfhde7b363r3', 56, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id": "job_01m89k1wfme00rb238zt39zp3a", "queue": "branches", "action": "work", "run_id": "run_01m89k1wfme00bsyzxd4gt8y76", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "fork", "claimed_at": "2026-11-25T14:51:44.691545Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.485190Z", "updated_at": "2026-11-25T14:51:44.691545Z", "heartbeat_at": "2026-11-25T14:51:44.691545Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.485190Z","parameters":{}}', 1795618304691545),
	('prj_01m89k1w6ce00bnfhde7b363r3', 57, 'run_01m89k1wfme00bsyzxd4gt8y76', 'run_updated', '{"id":"run_01m89k1wfme00bsyzxd4gt8y76","workflow_name":"branches","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.483621Z","updated_at":"2026-11-25T14:51:44.694054Z","queue":"branches","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"branches"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"branches","started_at":"2026-11-25T14:51:44.694054Z"}', 1795618304694054),
	('prj_01m89k1w6ce00bnfhde7b363r3', 58, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id":"job_01m89k1wfme00rb238zt39zp3a","run_id":"run_01m89k1wfme00bsyzxd4gt8y76","step_name":"fork","action":"work","queue":"branches","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.485190Z","created_at":"2026-11-25T14:51:44.485190Z","updated_at":"2026-11-25T14:51:44.698876Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.691545Z","heartbeat_at":"2026-11-25T14:51:44.691545Z"}', 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 26, 'run_01m89k1wg7e008v8w78cdwngja', 'run_updated', '{"id":"run_01m89k1wg7e008v8w78cdwngja","workflow_name":"pause","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:44.504124Z","updated_at":"2026-11-25T14:51:44.504741Z","queue":"paused","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"paused"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"paused","started_at":"2026-11-25T14:51:44.504741Z"}', 1795618304504741),
	('prj_01m89k1w6ce00bnfhde7b363r3', 27, 'run_01m89k1wgge00a6na1cq072187', 'run_updated', '{"id":"run_01m89k1wgge00a6na1cq072187","workflow_name":"Defined","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.512714Z","updated_at":"2026-11-25T14:51:44.513532Z","queue":"defined","definition_id":"wfl_01m89k1w6he00bmpdmrhqfckav","definition_version":2,"ephemeral":false,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"defined"}', 1795618304513532),
	('prj_01m89k1w6ce00bnfhde7b363r3', 28, 'run_01m89k1wgge00a6na1cq072187', 'job_updated', '{"id":"job_01m89k1wgge00tn2n46b5atdwm","run_id":"run_01m89k1wgge00a6na1cq072187","step_name":"only","action":"work","queue":"defined","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.513532Z","created_at":"2026-11-25T14:51:44.513532Z","updated_at":"2026-11-25T14:51:44.513532Z","path_id":"main/1","parameters":{}}', 1795618304513532),
	('prj_01m89k1w6ce00bnfhde7b363r3', 30, 'run_01m89k1w7ne00aa9swzz2d77ae', 'run_updated', '{"id":"run_01m89k1w7ne00aa9swzz2d77ae","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.228604Z","updated_at":"2026-11-25T14:51:44.535281Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"completed","started_at":"2026-11-25T14:51:44.535281Z"}', 1795618304535281),
	('prj_01m89k1w6ce00bnfhde7b363r3', 31, 'run_01m89k1w7ne00aa9swzz2d77ae', 'job_updated', '{"id":"job_01m89k1w7ne00racxsfhszmzwj","run_id":"run_01m89k1w7ne00aa9swzz2d77ae","step_name":"only","action":"work","queue":"completed","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.229904Z","created_at":"2026-11-25T14:51:44.229904Z","updated_at":"2026-11-25T14:51:44.540329Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.522941Z","heartbeat_at":"2026-11-25T14:51:44.522941Z"}', 1795618304540329),
	('prj_01m89k1w6ce00bnfhde7b363r3', 32, 'run_01m89k1w7ne00aa9swzz2d77ae', 'action_appended', '{"id":"alog_01m89k1whbe00aq713rr4emyxw","action":"work","step_name":"only","branch_id":"main","started_at":"2026-11-25T14:51:44.522941Z","duration_ms":17,"parameters":{},"result":{"value":"done"}}', 1795618304540329);
INSERT INTO public.events VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 33, 'run_01m89k1w7ne00aa9swzz2d77ae', 'run_updated', '{"id":"run_01m89k1w7ne00aa9swzz2d77ae","workflow_name":"one","status":"completed","attempt":1,"created_at":"2026-11-25T14:51:44.228604Z","updated_at":"2026-11-25T14:51:44.540329Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"completed","started_at":"2026-11-25T14:51:44.535281Z","completed_at":"2026-11-25T14:51:44.540329Z"}', 1795618304540329),
	('prj_01m89k1w6ce00bnfhde7b363r3', 44, 'run_01m89k1w92e0089k4medrc1jkp', 'run_updated', '{"id":"run_01m89k1w92e0089k4medrc1jkp","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.273367Z","updated_at":"2026-11-25T14:51:44.580504Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"cancelling","started_at":"2026-11-25T14:51:44.580504Z"}', 1795618304580504),
	('prj_01m89k1w6ce00bnfhde7b363r3', 46, 'run_01m89k1weze00bvm80d86678ee', 'job_updated', '{"id": "job_01m89k1weze0189pgercnt75be", "queue": "items", "action": "greet", "run_id": "run_01m89k1weze00bvm80d86678ee", "status": "claimed", "attempt": 1, "path_id": "main/1[0]", "step_name": "all", "claimed_at": "2026-11-25T14:51:44.643123Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.464518Z", "updated_at": "2026-11-25T14:51:44.643123Z", "heartbeat_at": "2026-11-25T14:51:44.643123Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.464518Z", "parent_job_id": "job_01m89k1weze00sx55pjkgtvs37","parameters":{"name":"a"}}', 1795618304643123),
	('prj_01m89k1w6ce00bnfhde7b363r3', 47, 'run_01m89k1weze00bvm80d86678ee', 'run_updated', '{"id":"run_01m89k1weze00bvm80d86678ee","workflow_name":"items","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.463901Z","updated_at":"2026-11-25T14:51:44.644934Z","queue":"items","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"items"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"items","started_at":"2026-11-25T14:51:44.644934Z"}', 1795618304644934),
	('prj_01m89k1w6ce00bnfhde7b363r3', 51, 'run_01m89k1wfce009ejdvn2d06psr', 'job_updated', '{"id": "job_01m89k1wfce00sxr2ze83tmfsd", "queue": "retrying", "action": "work", "run_id": "run_01m89k1wfce009ejdvn2d06psr", "status": "claimed", "attempt": 1, "path_id": "main/1", "step_name": "flaky", "claimed_at": "2026-11-25T14:51:44.666635Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.477416Z", "updated_at": "2026-11-25T14:51:44.666635Z", "heartbeat_at": "2026-11-25T14:51:44.666635Z", "max_attempts": 4, "scheduled_at": "2026-11-25T14:51:44.477416Z","parameters":{}}', 1795618304666635),
	('prj_01m89k1w6ce00bnfhde7b363r3', 52, 'run_01m89k1wfce009ejdvn2d06psr', 'run_updated', '{"id":"run_01m89k1wfce009ejdvn2d06psr","workflow_name":"retry","status":"running","attempt":1,"created_at":"2026-11-25T14:51:44.474169Z","updated_at":"2026-11-25T14:51:44.670384Z","queue":"retrying","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"retrying"},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"retrying","started_at":"2026-11-25T14:51:44.670384Z"}', 1795618304670384),
	('prj_01m89k1w6ce00bnfhde7b363r3', 53, 'run_01m89k1wfce009ejdvn2d06psr', 'job_updated', '{"id":"job_01m89k1wfce00sxr2ze83tmfsd","run_id":"run_01m89k1wfce009ejdvn2d06psr","step_name":"flaky","action":"work","queue":"retrying","status":"failed","attempt":1,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:44.477416Z","created_at":"2026-11-25T14:51:44.477416Z","updated_at":"2026-11-25T14:51:44.680115Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.666635Z","heartbeat_at":"2026-11-25T14:51:44.666635Z","last_error":"Boom: it broke"}', 1795618304680115),
	('prj_01m89k1w6ce00bnfhde7b363r3', 54, 'run_01m89k1wfce009ejdvn2d06psr', 'action_appended', '{"id":"alog_01m89k1wnqe008wq95jmpgeqsc","action":"work","step_name":"flaky","branch_id":"main","started_at":"2026-11-25T14:51:44.666635Z","duration_ms":13,"parameters":{},"error":"Boom: it broke"}', 1795618304680115),
	('prj_01m89k1w6ce00bnfhde7b363r3', 55, 'run_01m89k1wfce009ejdvn2d06psr', 'job_updated', '{"id":"job_01m89k1wnqe00snasaq2nc60vw","run_id":"run_01m89k1wfce009ejdvn2d06psr","step_name":"flaky","action":"work","queue":"retrying","status":"pending","attempt":2,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:49.680115Z","created_at":"2026-11-25T14:51:44.680115Z","updated_at":"2026-11-25T14:51:44.680115Z","path_id":"main/1","parameters":{},"last_error":"Boom: it broke"}', 1795618304680115),
	('prj_01m89k1w6ce00bnfhde7b363r3', 62, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id": "job_01m89k1wpae00s5a8pp2mp8xnb", "queue": "branches", "action": "work", "run_id": "run_01m89k1wfme00bsyzxd4gt8y76", "status": "claimed", "attempt": 1, "path_id": "left/2", "step_name": "left", "claimed_at": "2026-11-25T14:51:44.707090Z", "claimed_by": "old", "created_at": "2026-11-25T14:51:44.698876Z", "updated_at": "2026-11-25T14:51:44.707090Z", "heartbeat_at": "2026-11-25T14:51:44.707090Z", "max_attempts": 1, "scheduled_at": "2026-11-25T14:51:44.698876Z","parameters":{}}', 1795618304707090),
	('prj_01m89k1w6ce00bnfhde7b363r3', 63, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id":"job_01m89k1wpae00s5a8pp2mp8xnb","run_id":"run_01m89k1wfme00bsyzxd4gt8y76","step_name":"left","action":"work","queue":"branches","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.698876Z","created_at":"2026-11-25T14:51:44.698876Z","updated_at":"2026-11-25T14:51:44.727974Z","path_id":"left/2","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:44.707090Z","heartbeat_at":"2026-11-25T14:51:44.707090Z"}', 1795618304727974),
	('prj_01m89k1w6ce00bnfhde7b363r3', 64, 'run_01m89k1wfme00bsyzxd4gt8y76', 'action_appended', '{"id":"alog_01m89k1wq7e009d1qs1jc07a2z","action":"work","step_name":"left","branch_id":"left","started_at":"2026-11-25T14:51:44.707090Z","duration_ms":20,"parameters":{},"result":{"value":"left"}}', 1795618304727974),
	('prj_01m89k1w6ce00bnfhde7b363r3', 71, 'run_01m89k1y8ve009a931ewrdxfaj', 'run_updated', '{"id":"run_01m89k1y8ve009a931ewrdxfaj","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:46.315240Z","updated_at":"2026-11-25T14:51:46.316016Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"last 0"}', 1795618306316016),
	('prj_01m89k1w6ce00bnfhde7b363r3', 72, 'run_01m89k1y8ve009a931ewrdxfaj', 'job_updated', '{"id":"job_01m89k1y8ve00tkgxjrpe61yjm","run_id":"run_01m89k1y8ve009a931ewrdxfaj","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:46.316016Z","created_at":"2026-11-25T14:51:46.316016Z","updated_at":"2026-11-25T14:51:46.316016Z","path_id":"main/1","parameters":{}}', 1795618306316016),
	('prj_01m89k1w6ce00bnfhde7b363r3', 73, 'run_01m89k1y99e0085aj5c245np9r', 'run_updated', '{"id":"run_01m89k1y99e0085aj5c245np9r","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:46.323169Z","updated_at":"2026-11-25T14:51:46.330730Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"last 1"}', 1795618306330730),
	('prj_01m89k1w6ce00bnfhde7b363r3', 74, 'run_01m89k1y99e0085aj5c245np9r', 'job_updated', '{"id":"job_01m89k1y9ee008rvcnrrr2077p","run_id":"run_01m89k1y99e0085aj5c245np9r","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:46.330730Z","created_at":"2026-11-25T14:51:46.330730Z","updated_at":"2026-11-25T14:51:46.330730Z","path_id":"main/1","parameters":{}}', 1795618306330730),
	('prj_01m89k1w6ce00bnfhde7b363r3', 60, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id":"job_01m89k1wpae00s5a8pp2mp8xnb","run_id":"run_01m89k1wfme00bsyzxd4gt8y76","step_name":"left","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.698876Z","created_at":"2026-11-25T14:51:44.698876Z","updated_at":"2026-11-25T14:51:44.698876Z","path_id":"left/2","parameters":{}}', 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 61, 'run_01m89k1wfme00bsyzxd4gt8y76', 'job_updated', '{"id":"job_01m89k1wpae01aazg9n2eb4ehe","run_id":"run_01m89k1wfme00bsyzxd4gt8y76","step_name":"right","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.698876Z","created_at":"2026-11-25T14:51:44.698876Z","updated_at":"2026-11-25T14:51:44.698876Z","path_id":"right/3","parameters":{}}', 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 67, 'run_01m89k1wqhe00bhm3wfrjqb88s', 'run_updated', '{"id":"run_01m89k1wqhe00bhm3wfrjqb88s","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.737806Z","updated_at":"2026-11-25T14:51:44.738429Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":1},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"more 1"}', 1795618304738429),
	('prj_01m89k1w6ce00bnfhde7b363r3', 68, 'run_01m89k1wqhe00bhm3wfrjqb88s', 'job_updated', '{"id":"job_01m89k1wqhe00rhpwby670fg0d","run_id":"run_01m89k1wqhe00bhm3wfrjqb88s","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.738429Z","created_at":"2026-11-25T14:51:44.738429Z","updated_at":"2026-11-25T14:51:44.738429Z","path_id":"main/1","parameters":{}}', 1795618304738429),
	('prj_01m89k1w6ce00bnfhde7b363r3', 77, 'run_01m89k1y9xe008w2myqch7kzp1', 'run_updated', '{"id":"run_01m89k1y9xe008w2myqch7kzp1","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:46.350422Z","updated_at":"2026-11-25T14:51:46.350723Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"last 3"}', 1795618306350723),
	('prj_01m89k1w6ce00bnfhde7b363r3', 78, 'run_01m89k1y9xe008w2myqch7kzp1', 'job_updated', '{"id":"job_01m89k1y9ye009b10zgsfm4z2t","run_id":"run_01m89k1y9xe008w2myqch7kzp1","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:46.350723Z","created_at":"2026-11-25T14:51:46.350723Z","updated_at":"2026-11-25T14:51:46.350723Z","path_id":"main/1","parameters":{}}', 1795618306350723),
	('prj_01m89k1w6ce00bnfhde7b363r3', 65, 'run_01m89k1wqce00bfkfm0khe006k', 'run_updated', '{"id":"run_01m89k1wqce00bfkfm0khe006k","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.732196Z","updated_at":"2026-11-25T14:51:44.732757Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":0},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"more 0"}', 1795618304732757),
	('prj_01m89k1w6ce00bnfhde7b363r3', 66, 'run_01m89k1wqce00bfkfm0khe006k', 'job_updated', '{"id":"job_01m89k1wqce00vwz6722yh9mwz","run_id":"run_01m89k1wqce00bfkfm0khe006k","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.732757Z","created_at":"2026-11-25T14:51:44.732757Z","updated_at":"2026-11-25T14:51:44.732757Z","path_id":"main/1","parameters":{}}', 1795618304732757),
	('prj_01m89k1w6ce00bnfhde7b363r3', 69, 'run_01m89k1wqqe0083j0fxnyxyqy6', 'run_updated', '{"id":"run_01m89k1wqqe0083j0fxnyxyqy6","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:44.743091Z","updated_at":"2026-11-25T14:51:44.743819Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":2},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"more 2"}', 1795618304743819),
	('prj_01m89k1w6ce00bnfhde7b363r3', 70, 'run_01m89k1wqqe0083j0fxnyxyqy6', 'job_updated', '{"id":"job_01m89k1wqqe00rk90c5j9bgyjx","run_id":"run_01m89k1wqqe0083j0fxnyxyqy6","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:44.743819Z","created_at":"2026-11-25T14:51:44.743819Z","updated_at":"2026-11-25T14:51:44.743819Z","path_id":"main/1","parameters":{}}', 1795618304743819),
	('prj_01m89k1w6ce00bnfhde7b363r3', 75, 'run_01m89k1y9pe00930c6fwsrmwny', 'run_updated', '{"id":"run_01m89k1y9pe00930c6fwsrmwny","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:46.339914Z","updated_at":"2026-11-25T14:51:46.343307Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1w3ve0094nmff0fsk77n","initiated_by":"default","external_id":"last 2"}', 1795618306343307),
	('prj_01m89k1w6ce00bnfhde7b363r3', 76, 'run_01m89k1y9pe00930c6fwsrmwny', 'job_updated', '{"id":"job_01m89k1y9pe00sa8327a3542py","run_id":"run_01m89k1y9pe00930c6fwsrmwny","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:46.343307Z","created_at":"2026-11-25T14:51:46.343307Z","updated_at":"2026-11-25T14:51:46.343307Z","path_id":"main/1","parameters":{}}', 1795618306343307);
INSERT INTO public.idempotency_keys VALUES
	('org_00000000000000000000000000', 'key_01m89k1w3ve00tt0nbp3sx953p', 'kept-key', 'fc2f629bb8870a45d2f9db421dc463fe52e6f63f4327aabd5a8d2d9f6443858b', 202, 'gAAAAABrBvYAYBb0xhgN2HjuOfYa474Te0PKRCu5SCcIYY1azOhg7pBmBemr9DQasI6q1_-iVmbHgTWcFV9d-b-euXUS_AacaasVzG4DlpBpHMwiiKm8-Izu92NGbdp2XEr8PMsgoZ9oHtEiE5EKbWbg8-etHQXB8kGuP5O7-6rGTuacZ33XXAczC7bYyC02TXqaokF2qhYqvzzpbp1SKSFBiUtSUWRHEtk9WUmYyH9JJv7nDljXrfL6Q3cZuSU_3CQXHE3eLXGKlDKhSVLLs536byCeR9Hb4GDrEvADJhr-ieWF3WyNXZzwqqrJWqxic-Ltan_UpYHSrjGEP2roItVPlZWEJxvyYZSKYG_GvnJlXRybN4-9ozPimn3SUV2CImyRQ1yzMaHJXr5_bgQGNYDHqrQekuU24uc--WA6TsYFrTlz4H7y_6DSebgKn8kgKptXuJqR5OtRiXoaIFc1zZz-_SiMBFp0t7bQ9PKSlgG_T996qMLDetjjnAJk5BZ1CLTM1SZVxubpQb-fwORmTSpvo0x6-M_fmQ7BxRsm5hm2iE_uIcWHbKNyTkG3b8rVv6t9sycK2LQNHrd1Gr5qRI-YYmRUNjfNiIgcgmkWaXWpwIxkDoL0DIbaJM99XUv_7XMwtExoGQct', 1795618304508981);
INSERT INTO public.jobs VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w8ve00sd7a0xfm7x30k', 'run_01m89k1w8ve00a20x93txe7rs3', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'pending', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304268271, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304268271, 1795618304268271),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1weke00sdz05y3r9knb6', 'run_01m89k1weke00avkn2r21w8hdc', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'before', 'late signal', 'work', 'worker', 'signal unread', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304452547, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304452547, 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wf0e00r5m4y8qfc49e1', 'run_01m89k1weze00bvm80d86678ee', 'item', 'job_01m89k1weze00sx55pjkgtvs37', 2, NULL, 1, 'main/1[2]', 'main', 'all', 'items', 'greet', 'worker', 'items', '{"name":"c"}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304464518, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304464518, 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wgge00tn2n46b5atdwm', 'run_01m89k1wgge00a6na1cq072187', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'defined', 'work', 'worker', 'defined', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304513532, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304513532, 1795618304513532),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w7ne00racxsfhszmzwj', 'run_01m89k1w7ne00aa9swzz2d77ae', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'completed', '{}', 'completed', 1, 1, 0, NULL, 0, NULL, 1795618304229904, 'old', NULL, NULL, 1795618304522941, 1795618304522941, NULL, NULL, 0, NULL, NULL, '69158da718decccc1e5dfc8dd868bdbfcee4d4367430a51a1934cdf26546ebc2', 1795618304229904, 1795618304540329),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w83e00tedr67sawt7d9', 'run_01m89k1w83e00bd5erng2psb7v', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'failed', '{}', 'failed', 1, 1, 0, NULL, 0, NULL, 1795618304244276, 'old', NULL, NULL, 1795618304547348, 1795618304547348, NULL, NULL, 0, 'Boom: it broke', NULL, '610033d2ba4325f2fdfdd82556e9a236c953fbcccb0a4675e5c8d4b8f20420c0', 1795618304244276, 1795618304559086),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w8de00tk2a399dn6rfd', 'run_01m89k1w8de008n0nshxrgm2yf', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'cancelled', '{}', 'failed', 1, 1, 0, NULL, 0, NULL, 1795618304254224, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'the run was stopped', NULL, NULL, 1795618304254224, 1795618304564839),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w8pe00t9w3p92av8b50', 'run_01m89k1w8pe00b80mqajsvvv14', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'claimed', '{}', 'claimed', 1, 1, 0, NULL, 0, NULL, 1795618304262965, 'old', NULL, NULL, 1795618304568661, 1795618304568661, 1795618394568661, NULL, 0, NULL, NULL, NULL, 1795618304262965, 1795618304568661),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1w92e00ryjyqcny55zy7', 'run_01m89k1w92e0089k4medrc1jkp', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'cancelling', '{}', 'claimed', 1, 1, 0, NULL, 0, NULL, 1795618304275500, 'old', NULL, NULL, 1795618304578085, 1795618304578085, 1795618394578085, NULL, 1, NULL, NULL, NULL, 1795618304275500, 1795618304578085),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1weze00sx55pjkgtvs37', 'run_01m89k1weze00bvm80d86678ee', 'group', NULL, NULL, 2, 1, 'main/1', 'main', 'all', 'items', 'greet', 'worker', 'items', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304464518, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304464518, 1795618304648146),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1weze0189pgercnt75be', 'run_01m89k1weze00bvm80d86678ee', 'item', 'job_01m89k1weze00sx55pjkgtvs37', 0, NULL, 1, 'main/1[0]', 'main', 'all', 'items', 'greet', 'worker', 'items', '{"name":"a"}', 'completed', 1, 1, 0, NULL, 0, NULL, 1795618304464518, 'old', NULL, NULL, 1795618304643123, 1795618304643123, NULL, NULL, 0, NULL, '"hello a"', '4816fe2b39f8e41169d6effd0d3768b15e55297af3240ab387e282a21cac7885', 1795618304464518, 1795618304648146),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wf0e00bc22tb2xvpkds', 'run_01m89k1weze00bvm80d86678ee', 'item', 'job_01m89k1weze00sx55pjkgtvs37', 1, NULL, 1, 'main/1[1]', 'main', 'all', 'items', 'greet', 'worker', 'items', '{"name":"b"}', 'claimed', 1, 1, 0, NULL, 0, NULL, 1795618304464518, 'old', NULL, NULL, 1795618304655655, 1795618304655655, 1795618394655655, NULL, 0, NULL, NULL, NULL, 1795618304464518, 1795618304655655),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wfce00sxr2ze83tmfsd', 'run_01m89k1wfce009ejdvn2d06psr', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'flaky', 'retry', 'work', 'worker', 'retrying', '{}', 'failed', 1, 4, 0, NULL, 0, NULL, 1795618304477416, 'old', NULL, NULL, 1795618304666635, 1795618304666635, NULL, NULL, 0, 'Boom: it broke', NULL, '610033d2ba4325f2fdfdd82556e9a236c953fbcccb0a4675e5c8d4b8f20420c0', 1795618304477416, 1795618304680115),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wnqe00snasaq2nc60vw', 'run_01m89k1wfce009ejdvn2d06psr', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'flaky', 'retry', 'work', 'worker', 'retrying', '{}', 'pending', 2, 4, 1, 0, 0, NULL, 1795618309680115, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'Boom: it broke', NULL, NULL, 1795618304680115, 1795618304680115),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wfme00rb238zt39zp3a', 'run_01m89k1wfme00bsyzxd4gt8y76', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'fork', 'branches', 'work', 'worker', 'branches', '{}', 'completed', 1, 1, 0, NULL, 0, NULL, 1795618304485190, 'old', NULL, NULL, 1795618304691545, 1795618304691545, NULL, NULL, 0, NULL, NULL, 'bc480b4b3820e41264b7080b59d743d26f90a0707fb10f0c63954d87d3bef2c3', 1795618304485190, 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wpae01aazg9n2eb4ehe', 'run_01m89k1wfme00bsyzxd4gt8y76', 'task', NULL, NULL, NULL, 3, 'right/3', 'right', 'right', 'branches', 'work', 'worker', 'branches', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304698876, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304698876, 1795618304698876),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wpae00s5a8pp2mp8xnb', 'run_01m89k1wfme00bsyzxd4gt8y76', 'task', NULL, NULL, NULL, 2, 'left/2', 'left', 'left', 'branches', 'work', 'worker', 'branches', '{}', 'completed', 1, 1, 0, NULL, 0, NULL, 1795618304698876, 'old', NULL, NULL, 1795618304707090, 1795618304707090, NULL, NULL, 0, NULL, NULL, 'e1a77c0c0973eae301eb4a673cff3025f99970d746756bf81eb310f82468cb5c', 1795618304698876, 1795618304727974),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wqce00vwz6722yh9mwz', 'run_01m89k1wqce00bfkfm0khe006k', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304732757, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304732757, 1795618304732757),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wqhe00rhpwby670fg0d', 'run_01m89k1wqhe00bhm3wfrjqb88s', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304738429, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304738429, 1795618304738429),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1wqqe00rk90c5j9bgyjx', 'run_01m89k1wqqe0083j0fxnyxyqy6', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618304743819, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618304743819, 1795618304743819),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1y8ve00tkgxjrpe61yjm', 'run_01m89k1y8ve009a931ewrdxfaj', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618306316016, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618306316016, 1795618306316016),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1y9ee008rvcnrrr2077p', 'run_01m89k1y99e0085aj5c245np9r', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618306330730, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618306330730, 1795618306330730),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1y9pe00sa8327a3542py', 'run_01m89k1y9pe00930c6fwsrmwny', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618306343307, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618306343307, 1795618306343307),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1y9ye009b10zgsfm4z2t', 'run_01m89k1y9xe008w2myqch7kzp1', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618306350723, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618306350723, 1795618306350723),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'job_01m89k1ya1e00scr3rjx0xtcmy', 'run_01m89k1ya1e00bbb2rv3h3azca', 'task', NULL, NULL, NULL, 1, 'main/1', 'main', 'only', 'one', 'work', 'worker', 'more', '{}', 'pending', 1, 1, 0, NULL, 0, NULL, 1795618306354406, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 1795618306354406, 1795618306354406);
INSERT INTO public.org_members VALUES
	('org_00000000000000000000000000', 'usr_01m89k1w3ve0094nmff0fsk77n', 'owner', 1795618304124504);
INSERT INTO public.orgs VALUES
	('org_00000000000000000000000000', 'default', 1795618304124504, 1795618304124504);
INSERT INTO public.projects VALUES
	('org_00000000000000000000000000', 'prj_01m89k1w3ve01862js8qxfzh6s', 'Default', 'default', 'default', NULL, 'usr_01m89k1w3ve0094nmff0fsk77n', 1795618304124504, 1795618304124504),
	('org_00000000000000000000000000', 'prj_01m89k1w6ce00bnfhde7b363r3', 'Kept: Ärger & Söhne', 'kept: ärger & söhne', 'kept', NULL, 'usr_01m89k1w3ve0094nmff0fsk77n', 1795618304188747, 1795618304188747);
INSERT INTO public.run_starts VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'completed', 'e71b67caa626ec92d91491ef60210175c36317b91265a91c82b46a4057e5e510', 'run_01m89k1w7ne00aa9swzz2d77ae', 1795618304229904),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'failed', 'dd326a0ab01c890f2d03110efc8e173804565da70b008f2730240decfd71cda4', 'run_01m89k1w83e00bd5erng2psb7v', 1795618304244276),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'cancelled', 'cb40107185dc31e957bba4c4fb74ea805038613452f7a398890e971fa9405c95', 'run_01m89k1w8de008n0nshxrgm2yf', 1795618304254224),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'claimed', '070ece43d0717b692677b3f5623b28cc678b362816a8a2be75a2282572172eb2', 'run_01m89k1w8pe00b80mqajsvvv14', 1795618304262965),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'pending', '168cfea7fc84c23bd33e711c8cf898316aa1421f1429340cd936c84e8153780c', 'run_01m89k1w8ve00a20x93txe7rs3', 1795618304268271),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'cancelling', '353d19cbd1e962fb75a2f8bf7e0b071c217b86a5a6343b1a945e4e82e6c557c4', 'run_01m89k1w92e0089k4medrc1jkp', 1795618304275500),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'sleeping', '1e7a8f75163dcbca2e5a33c4d6529f07ad9a335474afafb3f3b0a587a72ccb9e', 'run_01m89k1w9ge009ryf1wxtxbsc7', 1795618304289529),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'signalled once', 'a56cb37ce72059aa6779adba7c50e9f6ab39f3df115aec07a306eeca5eb20fc0', 'run_01m89k1wdze0091jzchy3hmp7t', 1795618304431828),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'signal unread', '9fe37e57eb1a29761220111b23053c316390c984a2c43e470d5deeea4d39f82b', 'run_01m89k1weke00avkn2r21w8hdc', 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'items', '1ef45466d8218bd645bef6e210dbe4980746a70d77d3db3f317bf931fd2b96b0', 'run_01m89k1weze00bvm80d86678ee', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'retrying', '7c29860f63c69662d7e3471321fcc85a2384d0c3b941ecc210abea8795b36402', 'run_01m89k1wfce009ejdvn2d06psr', 1795618304477416),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'branches', 'e8696fd6b5c07fa0030cfd8e7ee7569593883e01100e357af659fb20a930128e', 'run_01m89k1wfme00bsyzxd4gt8y76', 1795618304485190),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'paused', '67541fa49348d07d23931415cf2dea849569fa3217349031e86f7a81b502fc65', 'run_01m89k1wg7e008v8w78cdwngja', 1795618304504741),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'defined', '9461c5a178505e1455f6bece212930ccfd8472ac7bac0f67c14763d5c65fc261', 'run_01m89k1wgge00a6na1cq072187', 1795618304513532),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'more 0', '329391ea138c5465319f129406fbe95104710b8b8904e47cf0433416e50793e2', 'run_01m89k1wqce00bfkfm0khe006k', 1795618304732757),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'more 1', '1ca6604503fbf1ac8e7d1eea1be392c6e1d8105c5ff5b4810657cb40e8f5bd99', 'run_01m89k1wqhe00bhm3wfrjqb88s', 1795618304738429),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'more 2', '66eedc7ec25320d871aaa6b38920f945bc3e825127aaf6cabb6b2b2b3dfa99e7', 'run_01m89k1wqqe0083j0fxnyxyqy6', 1795618304743819),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'last 0', '57cf402f6f5b7a3b9b0c6efa7e26069398b8e065a322f0ca64acf2d4c59b539f', 'run_01m89k1y8ve009a931ewrdxfaj', 1795618306316016),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'last 1', '57cf402f6f5b7a3b9b0c6efa7e26069398b8e065a322f0ca64acf2d4c59b539f', 'run_01m89k1y99e0085aj5c245np9r', 1795618306330730),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'last 2', '57cf402f6f5b7a3b9b0c6efa7e26069398b8e065a322f0ca64acf2d4c59b539f', 'run_01m89k1y9pe00930c6fwsrmwny', 1795618306343307),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'last 3', '57cf402f6f5b7a3b9b0c6efa7e26069398b8e065a322f0ca64acf2d4c59b539f', 'run_01m89k1y9xe008w2myqch7kzp1', 1795618306350723),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'last 4', '57cf402f6f5b7a3b9b0c6efa7e26069398b8e065a322f0ca64acf2d4c59b539f', 'run_01m89k1ya1e00bbb2rv3h3azca', 1795618306354406);
INSERT INTO public.run_states VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8pe00b80mqajsvvv14', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8ve00a20x93txe7rs3', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w9ge009ryf1wxtxbsc7', 1, '{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"nap","entry":1,"waiting":{"type":"sleep"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weze00bvm80d86678ee', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"all","entry":1,"waiting":{"type":"fan_out"},"variables":{"names":["a","b","c"]}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wg7e008v8w78cdwngja', 1, '{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"hold","entry":1,"waiting":{"type":"pause"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wgge00a6na1cq072187', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w7ne00aa9swzz2d77ae', 2, '{"status":"completed","attempt":1,"branches":{},"entries":1,"forks":0,"completed":1,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":{"x":"done"},"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w83e00bd5erng2psb7v', 2, '{"status":"failed","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"ready"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":{"step":"only","type":"Boom","message":"it broke"}}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8de008n0nshxrgm2yf', 2, '{"status":"failed","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":{"step":"","type":"cancelled","message":""}}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w92e0089k4medrc1jkp', 2, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":true,"cancel_reason":"","running":[1],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wdze0091jzchy3hmp7t', 2, '{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"second","entry":2,"waiting":{"type":"signal","topic":"stop"},"variables":{"a":{"n":41}}}},"entries":2,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weke00avkn2r21w8hdc', 2, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"before","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfce009ejdvn2d06psr', 2, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"flaky","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfme00bsyzxd4gt8y76', 3, '{"status":"active","attempt":1,"branches":{"right":{"name":"right","step":"right","entry":3,"waiting":{"type":"job"},"variables":{}},"join":{"name":"join","step":"join","entry":4,"waiting":{"type":"join"},"variables":{}}},"entries":4,"forks":0,"completed":2,"kept":{"left":{"x":"left"}},"used":["left","right","join"],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqce00bfkfm0khe006k', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqqe0083j0fxnyxyqy6', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y99e0085aj5c245np9r', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1ya1e00bbb2rv3h3azca', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqhe00bhm3wfrjqb88s', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y9pe00930c6fwsrmwny', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y9xe008w2myqch7kzp1', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}'),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y8ve009a931ewrdxfaj', 1, '{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO public.runs VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8ve00a20x93txe7rs3', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'pending', 'queued', 1, '{}', '{"name":"pending"}', 'pending', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304267081, NULL, NULL, 1795618304268271),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w9ge009ryf1wxtxbsc7', NULL, 0, 'nap', 'nap', '7ebd6625da79079cdf9a063f38c2c3fefea5a4f559405ef55346fb5c11342d0b', 'sleeping', 'suspended', 1, '{}', '{"name":"sleeping"}', 'sleeping', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304288923, 1795618304289529, NULL, 1795618304289529),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wdze0091jzchy3hmp7t', NULL, 0, 'two signals', 'two signals', 'd07a59f1a7008423173d0fbeccfa50d19060e6e7566bfa7e8c7b8702b04aafc1', 'signalled once', 'suspended', 1, '{}', '{"name":"signalled once"}', 'signalled once', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304422280, 1795618304431828, NULL, 1795618304431828),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weke00avkn2r21w8hdc', NULL, 0, 'late signal', 'late signal', '6e68f97ab6dcb9ced9149a3ff1aa145c345657fb5729ca2359e748eeaec189ed', 'signal unread', 'queued', 1, '{}', '{"name":"signal unread"}', 'signal unread', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304449063, NULL, NULL, 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wg7e008v8w78cdwngja', NULL, 0, 'pause', 'pause', '805b9fa166955218f2dc180f34d54b309ecdf7c80ec0678e976d6b2a71ec4a22', 'paused', 'suspended', 1, '{}', '{"name":"paused"}', 'paused', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304504124, 1795618304504741, NULL, 1795618304504741),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wgge00a6na1cq072187', 'wfl_01m89k1w6he00bmpdmrhqfckav', 2, 'Defined', 'defined', '53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee', 'defined', 'queued', 1, '{}', '{}', 'defined', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304512714, NULL, NULL, 1795618304513532),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w7ne00aa9swzz2d77ae', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'completed', 'completed', 1, '{}', '{"name":"completed"}', 'completed', NULL, NULL, '{"x":"done"}', 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304228604, 1795618304535281, 1795618304540329, 1795618304540329),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w83e00bd5erng2psb7v', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'failed', 'failed', 1, '{}', '{"name":"failed"}', 'failed', NULL, 'step "only" failed: Boom: it broke', NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304242413, 1795618304551442, 1795618304559086, 1795618304559086),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8de008n0nshxrgm2yf', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'cancelled', 'failed', 1, '{}', '{"name":"cancelled"}', 'cancelled', NULL, 'cancelled', NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 1, 1795618304253715, 1795618304564839, 1795618304564839, 1795618304564839),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w8pe00b80mqajsvvv14', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'claimed', 'running', 1, '{}', '{"name":"claimed"}', 'claimed', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304262307, 1795618304575679, NULL, 1795618304575679),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w92e0089k4medrc1jkp', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'cancelling', 'running', 1, '{}', '{"name":"cancelling"}', 'cancelling', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 1, 1795618304273367, 1795618304580504, NULL, 1795618304585361),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weze00bvm80d86678ee', NULL, 0, 'items', 'items', 'ce88f9dcad54fbb369761be86c4ae5e4872d476351b5b15fbd1f6102864d11e2', 'items', 'running', 1, '{}', '{"name":"items"}', 'items', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304463901, 1795618304644934, NULL, 1795618304644934),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfce009ejdvn2d06psr', NULL, 0, 'retry', 'retry', '0c2cbb958f6ec8637e079b7711db746811817a65e3d57e8f0d875c5e30c1973d', 'retrying', 'running', 1, '{}', '{"name":"retrying"}', 'retrying', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304474169, 1795618304670384, NULL, 1795618304670384),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wfme00bsyzxd4gt8y76', NULL, 0, 'branches', 'branches', 'c7beace2c74d2ac199024d884a4b0f4cc6b44791d8eee54bee1940f0043f31f4', 'branches', 'running', 1, '{}', '{"name":"branches"}', 'branches', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304483621, 1795618304694054, NULL, 1795618304694054),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqce00bfkfm0khe006k', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{"n":0}', '{}', 'more 0', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304732196, NULL, NULL, 1795618304732757),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqhe00bhm3wfrjqb88s', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{"n":1}', '{}', 'more 1', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304737806, NULL, NULL, 1795618304738429),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wqqe0083j0fxnyxyqy6', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{"n":2}', '{}', 'more 2', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618304743091, NULL, NULL, 1795618304743819),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y8ve009a931ewrdxfaj', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{}', '{}', 'last 0', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618306315240, NULL, NULL, 1795618306316016),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y99e0085aj5c245np9r', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{}', '{}', 'last 1', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618306323169, NULL, NULL, 1795618306330730),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y9pe00930c6fwsrmwny', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{}', '{}', 'last 2', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618306339914, NULL, NULL, 1795618306343307),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1y9xe008w2myqch7kzp1', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{}', '{}', 'last 3', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618306350422, NULL, NULL, 1795618306350723),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1ya1e00bbb2rv3h3azca', NULL, 0, 'one', 'one', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'more', 'queued', 1, '{}', '{}', 'last 4', NULL, NULL, NULL, 'user', 'usr_01m89k1w3ve0094nmff0fsk77n', 'default', 0, 1795618306353018, NULL, NULL, 1795618306354406);
INSERT INTO public.schema_migrations VALUES
	(1, 'initial', '2230afa24ee040e0832d56642b97ef50dad90d53d42cb75f42d67df23ce1ce90', 1795618304035856),
	(2, 'events', '7a16503530b4dd9e225c837ed3de73853d6b8b3c3e59763be6782991c134ed3b', 1795618304044743);
INSERT INTO public.signals VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wdze0091jzchy3hmp7t', 'sig_01m89k1wk9e0083mc24vtph0h4', 'go', 1, '{"n":41}', 1795618304602368, 1795618304602368),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1weke00avkn2r21w8hdc', 'sig_01m89k1wm7e00b58dt078x5a2g', 'go', 1, '{"n":7}', 1795618304631266, NULL);
INSERT INTO public.specs VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', '{"name":"one","steps":[{"name":"only","action":"work","store":"x"}]}', 1795618304193696),
	('prj_01m89k1w6ce00bnfhde7b363r3', '53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee', '{"name":"one","steps":[{"name":"only","action":"work","store":"x","next":[{"step":"more"}]},{"name":"more","action":"work","store":"y"}]}', 1795618304220405),
	('prj_01m89k1w6ce00bnfhde7b363r3', '7ebd6625da79079cdf9a063f38c2c3fefea5a4f559405ef55346fb5c11342d0b', '{"name":"nap","steps":[{"name":"nap","sleep":{"duration":"4s"},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x"}]}', 1795618304289529),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'd07a59f1a7008423173d0fbeccfa50d19060e6e7566bfa7e8c7b8702b04aafc1', '{"name":"two signals","steps":[{"name":"first","wait_signal":{"topic":"go","timeout":"87600h","store":"a"},"next":[{"step":"second"}]},{"name":"second","wait_signal":{"topic":"stop","timeout":"87600h","store":"b"},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x","parameters":{"n":"${state.a.n + 1}"}}]}', 1795618304431828),
	('prj_01m89k1w6ce00bnfhde7b363r3', '6e68f97ab6dcb9ced9149a3ff1aa145c345657fb5729ca2359e748eeaec189ed', '{"name":"late signal","steps":[{"name":"before","action":"work","store":"x","next":[{"step":"wait"}]},{"name":"wait","wait_signal":{"topic":"go","timeout":"87600h","store":"a"}}]}', 1795618304452547),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'ce88f9dcad54fbb369761be86c4ae5e4872d476351b5b15fbd1f6102864d11e2', '{"name":"items","state":{"names":["a","b","c"]},"steps":[{"name":"all","action":"greet","each":{"items":"state.names","as":"name"},"parameters":{"name":"${name}"},"store":"x"}]}', 1795618304464518),
	('prj_01m89k1w6ce00bnfhde7b363r3', '0c2cbb958f6ec8637e079b7711db746811817a65e3d57e8f0d875c5e30c1973d', '{"name":"retry","steps":[{"name":"flaky","action":"work","store":"x","retry":[{"error_equals":["Boom"],"max_retries":3,"base_delay":"5s","backoff_rate":1}]}]}', 1795618304477416),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'c7beace2c74d2ac199024d884a4b0f4cc6b44791d8eee54bee1940f0043f31f4', '{"name":"branches","steps":[{"name":"fork","action":"work","next":[{"step":"left","branch":"left"},{"step":"right","branch":"right"},{"step":"join","branch":"join"}]},{"name":"left","action":"work","store":"x"},{"name":"right","action":"work","store":"x"},{"name":"join","join":{"branches":["left","right"],"branch_mappings":{"left.x":"l","right.x":"r"}},"next":[{"step":"end"}]},{"name":"end","action":"work","store":"x"}]}', 1795618304485190),
	('prj_01m89k1w6ce00bnfhde7b363r3', '805b9fa166955218f2dc180f34d54b309ecdf7c80ec0678e976d6b2a71ec4a22', '{"name":"pause","steps":[{"name":"hold","pause":{},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x"}]}', 1795618304504741);
INSERT INTO public.timers VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1w9ge009ryf1wxtxbsc7', 1, 1795618308289529, 0),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'run_01m89k1wdze0091jzchy3hmp7t', 2, 2110978304602368, 0);
INSERT INTO public.users VALUES
	('usr_01m89k1w3ve0094nmff0fsk77n', 'Owner', 1795618304124504, 1795618304124504);
INSERT INTO public.workers VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'old', NULL, NULL, 1795618304643083);
INSERT INTO public.workflow_versions VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'wfl_01m89k1w6he00bmpdmrhqfckav', 1, 'wfv_01m89k1w6he00tmvd5ndxc13dx', 'b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3', 'usr_01m89k1w3ve0094nmff0fsk77n', 1795618304193706),
	('prj_01m89k1w6ce00bnfhde7b363r3', 'wfl_01m89k1w6he00bmpdmrhqfckav', 2, 'wfv_01m89k1w7de00byvgr5j4635zs', '53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee', 'usr_01m89k1w3ve0094nmff0fsk77n', 1795618304221683);
INSERT INTO public.workflows VALUES
	('prj_01m89k1w6ce00bnfhde7b363r3', 'wfl_01m89k1w6he00bmpdmrhqfckav', 'org_00000000000000000000000000', 'Defined', 'defined', NULL, 2, 0, 'usr_01m89k1w3ve0094nmff0fsk77n', 1795618304193706, 1795618304221683);
SELECT pg_catalog.setval('public.event_outbox_id_seq', 80, true);
ALTER TABLE ONLY public.action_log
    ADD CONSTRAINT action_log_pkey PRIMARY KEY (project_id, run_id, id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.event_counter
    ADD CONSTRAINT event_counter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.event_outbox
    ADD CONSTRAINT event_outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (project_id, seq);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (org_id, credential_id, key);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (project_id, id);
ALTER TABLE ONLY public.org_members
    ADD CONSTRAINT org_members_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.orgs
    ADD CONSTRAINT orgs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.run_starts
    ADD CONSTRAINT run_starts_pkey PRIMARY KEY (project_id, external_id, request_hash);
ALTER TABLE ONLY public.run_states
    ADD CONSTRAINT run_states_pkey PRIMARY KEY (project_id, run_id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (project_id, id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.signals
    ADD CONSTRAINT signals_pkey PRIMARY KEY (project_id, run_id, id);
ALTER TABLE ONLY public.specs
    ADD CONSTRAINT specs_pkey PRIMARY KEY (project_id, hash);
ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (project_id, run_id, entry);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (project_id, worker_id);
ALTER TABLE ONLY public.workflow_versions
    ADD CONSTRAINT workflow_versions_pkey PRIMARY KEY (project_id, workflow_id, version);
ALTER TABLE ONLY public.workflows
    ADD CONSTRAINT workflows_pkey PRIMARY KEY (project_id, id);
CREATE UNIQUE INDEX api_keys_hash ON public.api_keys USING btree (key_hash);
CREATE UNIQUE INDEX api_keys_name ON public.api_keys USING btree (org_id, COALESCE(project_id, ''::text), name) WHERE (revoked_at IS NULL);
CREATE INDEX events_by_run ON public.events USING btree (project_id, run_id, seq);
CREATE INDEX events_by_seq ON public.events USING btree (seq);
CREATE INDEX idempotency_keys_created ON public.idempotency_keys USING btree (created_at);
CREATE INDEX jobs_by_run ON public.jobs USING btree (project_id, run_id, id);
CREATE INDEX jobs_claimable ON public.jobs USING btree (project_id, scheduled_at, id) WHERE ((status = 'pending'::text) AND (kind <> 'group'::text) AND (lost_leases >= 0));
CREATE INDEX jobs_claimable_by_queue ON public.jobs USING btree (project_id, queue, scheduled_at, id) WHERE ((status = 'pending'::text) AND (kind <> 'group'::text) AND (queue IS NOT NULL));
CREATE INDEX jobs_expiring ON public.jobs USING btree (expires_at) WHERE (status = 'claimed'::text);
CREATE UNIQUE INDEX projects_handle ON public.projects USING btree (org_id, handle);
CREATE INDEX run_starts_created ON public.run_starts USING btree (created_at);
CREATE INDEX runs_by_external_id ON public.runs USING btree (project_id, external_id, id) WHERE (external_id IS NOT NULL);
CREATE INDEX runs_by_name ON public.runs USING btree (project_id, workflow_name, id);
CREATE INDEX runs_by_parent ON public.runs USING btree (project_id, parent_run_id, id) WHERE (parent_run_id IS NOT NULL);
CREATE INDEX runs_by_status ON public.runs USING btree (project_id, status, id);
CREATE INDEX runs_by_workflow ON public.runs USING btree (project_id, workflow_id, id) WHERE (workflow_id IS NOT NULL);
CREATE INDEX timers_due ON public.timers USING btree (due_at);
CREATE UNIQUE INDEX workflows_handle ON public.workflows USING btree (org_id, handle);
CREATE INDEX workflows_handle_in_project ON public.workflows USING btree (project_id, handle);
CREATE UNIQUE INDEX workflows_name ON public.workflows USING btree (project_id, name);
