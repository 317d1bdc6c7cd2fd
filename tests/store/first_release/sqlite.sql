-- A database as the first server of all has left it, killed at work; made by it, never edited since.
BEGIN TRANSACTION;
CREATE TABLE action_log (
    project_id   text NOT NULL,
    run_id       text NOT NULL,
    id           text NOT NULL,
    job_id       text NOT NULL,
    attempt      integer NOT NULL,
    action       text NOT NULL,
    step_name    text NOT NULL,
    branch_id    text NOT NULL,
    parameters   text NOT NULL,
    result       text,
    error        text,
    started_at   bigint NOT NULL,
    duration_ms  bigint NOT NULL,
    PRIMARY KEY (project_id, run_id, id)
);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','alog_01m89k1qmze00b1n5n2gb5am5w','job_01m89k1qdre00sv0czqcd1yt84',1,'work','only','main','{}','"done"',NULL,1795618299548751,3);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','alog_01m89k1qn4e009gfbv08rxrytg','job_01m89k1qdye00vxj21mw8qzs33',1,'work','only','main','{}',NULL,'Boom: it broke',1795618299553727,2);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','alog_01m89k1qnke0094r60t4dp5pba','job_01m89k1qmce01a5d7y57q4r70f',1,'greet','all','main','{"name":"a"}','"hello a"',NULL,1795618299568739,2);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','alog_01m89k1qnqe008y2v7mvffjk5m','job_01m89k1qmhe00vt1w2y0n2ccbt',1,'work','flaky','main','{}',NULL,'Boom: it broke',1795618299573738,2);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','alog_01m89k1qnve00bb3y0t4d7ap71','job_01m89k1qmke00shdanmmpxeftb',1,'work','fork','main','{}','"fork"',NULL,1795618299577328,2);
INSERT INTO "action_log" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','alog_01m89k1qnye008mtdx3f4m5gtd','job_01m89k1qnve00rec2kqayg3crp',1,'work','left','left','{}','"left"',NULL,1795618299581072,1);
CREATE TABLE api_keys (
    org_id              text NOT NULL,
    id                  text NOT NULL,
    project_id          text,
    name                text NOT NULL,
    key_prefix          text NOT NULL,
    key_hash            text NOT NULL,
    scope               text NOT NULL,
    permissions         text,
    service_account_id  text,
    created_by          text NOT NULL,
    expires_at          bigint,
    last_used_at        bigint,
    revoked_at          bigint,
    created_at          bigint NOT NULL,
    updated_at          bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
INSERT INTO "api_keys" VALUES('org_00000000000000000000000000','key_01m89k1q3pe00rgaaprjwxea1b',NULL,'default','mbx_of_t','7aa0608fe65ee2c0cdaeb6052b009797f5a5c701c06ea2a76efb501cc81392a6','org',NULL,NULL,'usr_01m89k1q3pe008er3e35g2khec',NULL,1795618299587684,NULL,1795618298998873,1795618298998873);
CREATE TABLE events (
    seq         integer PRIMARY KEY AUTOINCREMENT,
    project_id  text NOT NULL,
    run_id      text NOT NULL,
    type        text NOT NULL,
    data        text NOT NULL,
    created_at  bigint NOT NULL
);
INSERT INTO "events" VALUES(1,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','run_updated','{"id":"run_01m89k1qdre00b69ndpf3h2a7e","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.319874Z","updated_at":"2026-11-25T14:51:39.320086Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"completed"}',1795618299320086);
INSERT INTO "events" VALUES(2,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','job_updated','{"id":"job_01m89k1qdre00sv0czqcd1yt84","run_id":"run_01m89k1qdre00b69ndpf3h2a7e","step_name":"only","action":"work","queue":"completed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.320086Z","created_at":"2026-11-25T14:51:39.320086Z","updated_at":"2026-11-25T14:51:39.320086Z","path_id":"main/1","parameters":{}}',1795618299320086);
INSERT INTO "events" VALUES(3,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','run_updated','{"id":"run_01m89k1qdye0089aamzh672wnr","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.326598Z","updated_at":"2026-11-25T14:51:39.326695Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"failed"}',1795618299326695);
INSERT INTO "events" VALUES(4,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','job_updated','{"id":"job_01m89k1qdye00vxj21mw8qzs33","run_id":"run_01m89k1qdye0089aamzh672wnr","step_name":"only","action":"work","queue":"failed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.326695Z","created_at":"2026-11-25T14:51:39.326695Z","updated_at":"2026-11-25T14:51:39.326695Z","path_id":"main/1","parameters":{}}',1795618299326695);
INSERT INTO "events" VALUES(5,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6','run_updated','{"id":"run_01m89k1qe1e00br44ytcd254v6","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.329271Z","updated_at":"2026-11-25T14:51:39.329366Z","queue":"cancelled","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelled"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"cancelled"}',1795618299329366);
INSERT INTO "events" VALUES(6,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6','job_updated','{"id":"job_01m89k1qe1e00rwjncrn6hg36d","run_id":"run_01m89k1qe1e00br44ytcd254v6","step_name":"only","action":"work","queue":"cancelled","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.329366Z","created_at":"2026-11-25T14:51:39.329366Z","updated_at":"2026-11-25T14:51:39.329366Z","path_id":"main/1","parameters":{}}',1795618299329366);
INSERT INTO "events" VALUES(7,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988','run_updated','{"id":"run_01m89k1qe4e00882e2cg3kd988","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.332186Z","updated_at":"2026-11-25T14:51:39.332275Z","queue":"claimed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"claimed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"claimed"}',1795618299332275);
INSERT INTO "events" VALUES(8,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988','job_updated','{"id":"job_01m89k1qe4e00ss0e0dfcvx7bq","run_id":"run_01m89k1qe4e00882e2cg3kd988","step_name":"only","action":"work","queue":"claimed","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.332275Z","created_at":"2026-11-25T14:51:39.332275Z","updated_at":"2026-11-25T14:51:39.332275Z","path_id":"main/1","parameters":{}}',1795618299332275);
INSERT INTO "events" VALUES(9,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe7e0093zmymffjg6ev','run_updated','{"id":"run_01m89k1qe7e0093zmymffjg6ev","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.335518Z","updated_at":"2026-11-25T14:51:39.335632Z","queue":"pending","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"pending"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"pending"}',1795618299335632);
INSERT INTO "events" VALUES(10,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe7e0093zmymffjg6ev','job_updated','{"id":"job_01m89k1qe7e00v2m3zg1tr5p7m","run_id":"run_01m89k1qe7e0093zmymffjg6ev","step_name":"only","action":"work","queue":"pending","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.335632Z","created_at":"2026-11-25T14:51:39.335632Z","updated_at":"2026-11-25T14:51:39.335632Z","path_id":"main/1","parameters":{}}',1795618299335632);
INSERT INTO "events" VALUES(11,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f','run_updated','{"id":"run_01m89k1qe9e00bkph3dcj0471f","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.337760Z","updated_at":"2026-11-25T14:51:39.337842Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"cancelling"}',1795618299337842);
INSERT INTO "events" VALUES(12,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f','job_updated','{"id":"job_01m89k1qe9e00r28ssqfm6d49f","run_id":"run_01m89k1qe9e00bkph3dcj0471f","step_name":"only","action":"work","queue":"cancelling","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.337842Z","created_at":"2026-11-25T14:51:39.337842Z","updated_at":"2026-11-25T14:51:39.337842Z","path_id":"main/1","parameters":{}}',1795618299337842);
INSERT INTO "events" VALUES(13,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qece00bs0vvz756j95t','run_updated','{"id":"run_01m89k1qece00bs0vvz756j95t","workflow_name":"nap","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:39.339964Z","updated_at":"2026-11-25T14:51:39.340041Z","queue":"sleeping","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"sleeping"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"sleeping","started_at":"2026-11-25T14:51:39.340041Z"}',1795618299340041);
INSERT INTO "events" VALUES(14,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qk5e009k2j9h9839946','run_updated','{"id":"run_01m89k1qk5e009k2j9h9839946","workflow_name":"two signals","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:39.493643Z","updated_at":"2026-11-25T14:51:39.493820Z","queue":"signalled once","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"signalled once"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"signalled once","started_at":"2026-11-25T14:51:39.493820Z"}',1795618299493820);
INSERT INTO "events" VALUES(15,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qm7e00b4bk6f88hqq6n','run_updated','{"id":"run_01m89k1qm7e00b4bk6f88hqq6n","workflow_name":"late signal","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.527343Z","updated_at":"2026-11-25T14:51:39.527454Z","queue":"signal unread","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"signal unread"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"signal unread"}',1795618299527454);
INSERT INTO "events" VALUES(16,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qm7e00b4bk6f88hqq6n','job_updated','{"id":"job_01m89k1qm7e00sakf9g0q4249d","run_id":"run_01m89k1qm7e00b4bk6f88hqq6n","step_name":"before","action":"work","queue":"signal unread","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.527454Z","created_at":"2026-11-25T14:51:39.527454Z","updated_at":"2026-11-25T14:51:39.527454Z","path_id":"main/1","parameters":{}}',1795618299527454);
INSERT INTO "events" VALUES(17,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','run_updated','{"id":"run_01m89k1qmce009gcghwjjjrrn2","workflow_name":"items","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.532103Z","updated_at":"2026-11-25T14:51:39.532203Z","queue":"items","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"items"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"items"}',1795618299532203);
INSERT INTO "events" VALUES(18,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce00s4bxdmsxdyj6d","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.532203Z","path_id":"main/1","parameters":{}}',1795618299532203);
INSERT INTO "events" VALUES(19,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce01a5d7y57q4r70f","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.532203Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[0]","parameters":{"name":"a"}}',1795618299532203);
INSERT INTO "events" VALUES(20,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce01t6d7z80sd1d03","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.532203Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[1]","parameters":{"name":"b"}}',1795618299532203);
INSERT INTO "events" VALUES(21,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce029hbhck967d8vg","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.532203Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[2]","parameters":{"name":"c"}}',1795618299532203);
INSERT INTO "events" VALUES(22,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','run_updated','{"id":"run_01m89k1qmhe008389mzsr56rpd","workflow_name":"retry","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.537064Z","updated_at":"2026-11-25T14:51:39.537195Z","queue":"retrying","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"retrying"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"retrying"}',1795618299537195);
INSERT INTO "events" VALUES(23,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','job_updated','{"id":"job_01m89k1qmhe00vt1w2y0n2ccbt","run_id":"run_01m89k1qmhe008389mzsr56rpd","step_name":"flaky","action":"work","queue":"retrying","status":"pending","attempt":1,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:39.537195Z","created_at":"2026-11-25T14:51:39.537195Z","updated_at":"2026-11-25T14:51:39.537195Z","path_id":"main/1","parameters":{}}',1795618299537195);
INSERT INTO "events" VALUES(24,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','run_updated','{"id":"run_01m89k1qmke00bqc4rfwe0s0g8","workflow_name":"branches","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.539579Z","updated_at":"2026-11-25T14:51:39.539660Z","queue":"branches","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"branches"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"branches"}',1795618299539660);
INSERT INTO "events" VALUES(25,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qmke00shdanmmpxeftb","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"fork","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.539660Z","created_at":"2026-11-25T14:51:39.539660Z","updated_at":"2026-11-25T14:51:39.539660Z","path_id":"main/1","parameters":{}}',1795618299539660);
INSERT INTO "events" VALUES(26,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmpe00bztmtsf239m17','run_updated','{"id":"run_01m89k1qmpe00bztmtsf239m17","workflow_name":"pause","status":"suspended","attempt":1,"created_at":"2026-11-25T14:51:39.541966Z","updated_at":"2026-11-25T14:51:39.542148Z","queue":"paused","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"paused"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"paused","started_at":"2026-11-25T14:51:39.542148Z"}',1795618299542148);
INSERT INTO "events" VALUES(27,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmse00azcy4dsrkkrgh','run_updated','{"id":"run_01m89k1qmse00azcy4dsrkkrgh","workflow_name":"Defined","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.545126Z","updated_at":"2026-11-25T14:51:39.545194Z","queue":"defined","definition_id":"wfl_01m89k1qd7e008fw2x6ya2pm66","definition_version":2,"ephemeral":false,"inputs":{},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"defined"}',1795618299545194);
INSERT INTO "events" VALUES(28,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmse00azcy4dsrkkrgh','job_updated','{"id":"job_01m89k1qmse00v7zyzr9mwkf6j","run_id":"run_01m89k1qmse00azcy4dsrkkrgh","step_name":"only","action":"work","queue":"defined","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.545194Z","created_at":"2026-11-25T14:51:39.545194Z","updated_at":"2026-11-25T14:51:39.545194Z","path_id":"main/1","parameters":{}}',1795618299545194);
INSERT INTO "events" VALUES(29,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','job_updated','{"id":"job_01m89k1qdre00sv0czqcd1yt84","run_id":"run_01m89k1qdre00b69ndpf3h2a7e","step_name":"only","action":"work","queue":"completed","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.320086Z","created_at":"2026-11-25T14:51:39.320086Z","updated_at":"2026-11-25T14:51:39.548751Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.548751Z","heartbeat_at":"2026-11-25T14:51:39.548751Z"}',1795618299548751);
INSERT INTO "events" VALUES(30,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','run_updated','{"id":"run_01m89k1qdre00b69ndpf3h2a7e","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.319874Z","updated_at":"2026-11-25T14:51:39.549849Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"completed","started_at":"2026-11-25T14:51:39.549849Z"}',1795618299549849);
INSERT INTO "events" VALUES(31,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','job_updated','{"id":"job_01m89k1qdre00sv0czqcd1yt84","run_id":"run_01m89k1qdre00b69ndpf3h2a7e","step_name":"only","action":"work","queue":"completed","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.320086Z","created_at":"2026-11-25T14:51:39.320086Z","updated_at":"2026-11-25T14:51:39.551907Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.548751Z","heartbeat_at":"2026-11-25T14:51:39.548751Z"}',1795618299551907);
INSERT INTO "events" VALUES(32,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','action_appended','{"id":"alog_01m89k1qmze00b1n5n2gb5am5w","action":"work","step_name":"only","branch_id":"main","started_at":"2026-11-25T14:51:39.548751Z","duration_ms":3,"parameters":{},"result":{"value":"done"}}',1795618299551907);
INSERT INTO "events" VALUES(33,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e','run_updated','{"id":"run_01m89k1qdre00b69ndpf3h2a7e","workflow_name":"one","status":"completed","attempt":1,"created_at":"2026-11-25T14:51:39.319874Z","updated_at":"2026-11-25T14:51:39.551907Z","queue":"completed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"completed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"completed","started_at":"2026-11-25T14:51:39.549849Z","completed_at":"2026-11-25T14:51:39.551907Z"}',1795618299551907);
INSERT INTO "events" VALUES(34,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','job_updated','{"id":"job_01m89k1qdye00vxj21mw8qzs33","run_id":"run_01m89k1qdye0089aamzh672wnr","step_name":"only","action":"work","queue":"failed","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.326695Z","created_at":"2026-11-25T14:51:39.326695Z","updated_at":"2026-11-25T14:51:39.553727Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.553727Z","heartbeat_at":"2026-11-25T14:51:39.553727Z"}',1795618299553727);
INSERT INTO "events" VALUES(35,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','run_updated','{"id":"run_01m89k1qdye0089aamzh672wnr","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.326598Z","updated_at":"2026-11-25T14:51:39.554401Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"failed","started_at":"2026-11-25T14:51:39.554401Z"}',1795618299554401);
INSERT INTO "events" VALUES(36,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','job_updated','{"id":"job_01m89k1qdye00vxj21mw8qzs33","run_id":"run_01m89k1qdye0089aamzh672wnr","step_name":"only","action":"work","queue":"failed","status":"failed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.326695Z","created_at":"2026-11-25T14:51:39.326695Z","updated_at":"2026-11-25T14:51:39.555992Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.553727Z","heartbeat_at":"2026-11-25T14:51:39.553727Z","last_error":"Boom: it broke"}',1795618299555992);
INSERT INTO "events" VALUES(37,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','action_appended','{"id":"alog_01m89k1qn4e009gfbv08rxrytg","action":"work","step_name":"only","branch_id":"main","started_at":"2026-11-25T14:51:39.553727Z","duration_ms":2,"parameters":{},"error":"Boom: it broke"}',1795618299555992);
INSERT INTO "events" VALUES(38,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr','run_updated','{"id":"run_01m89k1qdye0089aamzh672wnr","workflow_name":"one","status":"failed","attempt":1,"created_at":"2026-11-25T14:51:39.326598Z","updated_at":"2026-11-25T14:51:39.555992Z","queue":"failed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"failed"},"error_message":"step \"only\" failed: Boom: it broke","actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"failed","started_at":"2026-11-25T14:51:39.554401Z","completed_at":"2026-11-25T14:51:39.555992Z"}',1795618299555992);
INSERT INTO "events" VALUES(39,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6','job_updated','{"id":"job_01m89k1qe1e00rwjncrn6hg36d","run_id":"run_01m89k1qe1e00br44ytcd254v6","step_name":"only","action":"work","queue":"cancelled","status":"failed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.329366Z","created_at":"2026-11-25T14:51:39.329366Z","updated_at":"2026-11-25T14:51:39.557776Z","path_id":"main/1","parameters":{},"last_error":"the run was stopped"}',1795618299557776);
INSERT INTO "events" VALUES(40,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6','run_updated','{"id":"run_01m89k1qe1e00br44ytcd254v6","workflow_name":"one","status":"failed","attempt":1,"created_at":"2026-11-25T14:51:39.329271Z","updated_at":"2026-11-25T14:51:39.557776Z","queue":"cancelled","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelled"},"error_message":"cancelled","actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"cancelled","started_at":"2026-11-25T14:51:39.557776Z","completed_at":"2026-11-25T14:51:39.557776Z"}',1795618299557776);
INSERT INTO "events" VALUES(41,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988','job_updated','{"id":"job_01m89k1qe4e00ss0e0dfcvx7bq","run_id":"run_01m89k1qe4e00882e2cg3kd988","step_name":"only","action":"work","queue":"claimed","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.332275Z","created_at":"2026-11-25T14:51:39.332275Z","updated_at":"2026-11-25T14:51:39.559713Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.559713Z","heartbeat_at":"2026-11-25T14:51:39.559713Z"}',1795618299559713);
INSERT INTO "events" VALUES(42,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988','run_updated','{"id":"run_01m89k1qe4e00882e2cg3kd988","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.332186Z","updated_at":"2026-11-25T14:51:39.560438Z","queue":"claimed","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"claimed"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"claimed","started_at":"2026-11-25T14:51:39.560438Z"}',1795618299560438);
INSERT INTO "events" VALUES(43,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f','job_updated','{"id":"job_01m89k1qe9e00r28ssqfm6d49f","run_id":"run_01m89k1qe9e00bkph3dcj0471f","step_name":"only","action":"work","queue":"cancelling","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.337842Z","created_at":"2026-11-25T14:51:39.337842Z","updated_at":"2026-11-25T14:51:39.561961Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.561961Z","heartbeat_at":"2026-11-25T14:51:39.561961Z"}',1795618299561961);
INSERT INTO "events" VALUES(44,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f','run_updated','{"id":"run_01m89k1qe9e00bkph3dcj0471f","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.337760Z","updated_at":"2026-11-25T14:51:39.562595Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"cancelling","started_at":"2026-11-25T14:51:39.562595Z"}',1795618299562595);
INSERT INTO "events" VALUES(45,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f','run_updated','{"id":"run_01m89k1qe9e00bkph3dcj0471f","workflow_name":"one","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.337760Z","updated_at":"2026-11-25T14:51:39.563826Z","queue":"cancelling","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"cancelling"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"cancelling","started_at":"2026-11-25T14:51:39.562595Z"}',1795618299563826);
INSERT INTO "events" VALUES(46,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce01a5d7y57q4r70f","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.568739Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[0]","parameters":{"name":"a"},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.568739Z","heartbeat_at":"2026-11-25T14:51:39.568739Z"}',1795618299568739);
INSERT INTO "events" VALUES(47,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','run_updated','{"id":"run_01m89k1qmce009gcghwjjjrrn2","workflow_name":"items","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.532103Z","updated_at":"2026-11-25T14:51:39.569461Z","queue":"items","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"items"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"items","started_at":"2026-11-25T14:51:39.569461Z"}',1795618299569461);
INSERT INTO "events" VALUES(48,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce01a5d7y57q4r70f","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.570992Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[0]","parameters":{"name":"a"},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.568739Z","heartbeat_at":"2026-11-25T14:51:39.568739Z"}',1795618299570992);
INSERT INTO "events" VALUES(49,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','action_appended','{"id":"alog_01m89k1qnke0094r60t4dp5pba","action":"greet","step_name":"all","branch_id":"main","started_at":"2026-11-25T14:51:39.568739Z","duration_ms":2,"parameters":{"name":"a"},"result":{"value":"hello a"}}',1795618299570992);
INSERT INTO "events" VALUES(50,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2','job_updated','{"id":"job_01m89k1qmce01t6d7z80sd1d03","run_id":"run_01m89k1qmce009gcghwjjjrrn2","step_name":"all","action":"greet","queue":"items","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.532203Z","created_at":"2026-11-25T14:51:39.532203Z","updated_at":"2026-11-25T14:51:39.572406Z","parent_job_id":"job_01m89k1qmce00s4bxdmsxdyj6d","path_id":"main/1[1]","parameters":{"name":"b"},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.572406Z","heartbeat_at":"2026-11-25T14:51:39.572406Z"}',1795618299572406);
INSERT INTO "events" VALUES(51,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','job_updated','{"id":"job_01m89k1qmhe00vt1w2y0n2ccbt","run_id":"run_01m89k1qmhe008389mzsr56rpd","step_name":"flaky","action":"work","queue":"retrying","status":"claimed","attempt":1,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:39.537195Z","created_at":"2026-11-25T14:51:39.537195Z","updated_at":"2026-11-25T14:51:39.573738Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.573738Z","heartbeat_at":"2026-11-25T14:51:39.573738Z"}',1795618299573738);
INSERT INTO "events" VALUES(52,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','run_updated','{"id":"run_01m89k1qmhe008389mzsr56rpd","workflow_name":"retry","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.537064Z","updated_at":"2026-11-25T14:51:39.574350Z","queue":"retrying","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"retrying"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"retrying","started_at":"2026-11-25T14:51:39.574350Z"}',1795618299574350);
INSERT INTO "events" VALUES(53,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','job_updated','{"id":"job_01m89k1qmhe00vt1w2y0n2ccbt","run_id":"run_01m89k1qmhe008389mzsr56rpd","step_name":"flaky","action":"work","queue":"retrying","status":"failed","attempt":1,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:39.537195Z","created_at":"2026-11-25T14:51:39.537195Z","updated_at":"2026-11-25T14:51:39.575786Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.573738Z","heartbeat_at":"2026-11-25T14:51:39.573738Z","last_error":"Boom: it broke"}',1795618299575786);
INSERT INTO "events" VALUES(54,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','action_appended','{"id":"alog_01m89k1qnqe008y2v7mvffjk5m","action":"work","step_name":"flaky","branch_id":"main","started_at":"2026-11-25T14:51:39.573738Z","duration_ms":2,"parameters":{},"error":"Boom: it broke"}',1795618299575786);
INSERT INTO "events" VALUES(55,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd','job_updated','{"id":"job_01m89k1qnqe00tkx9ayf1k0wne","run_id":"run_01m89k1qmhe008389mzsr56rpd","step_name":"flaky","action":"work","queue":"retrying","status":"pending","attempt":2,"max_attempts":4,"scheduled_at":"2026-11-25T14:51:44.575786Z","created_at":"2026-11-25T14:51:39.575786Z","updated_at":"2026-11-25T14:51:39.575786Z","path_id":"main/1","parameters":{},"last_error":"Boom: it broke"}',1795618299575786);
INSERT INTO "events" VALUES(56,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qmke00shdanmmpxeftb","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"fork","action":"work","queue":"branches","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.539660Z","created_at":"2026-11-25T14:51:39.539660Z","updated_at":"2026-11-25T14:51:39.577328Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.577328Z","heartbeat_at":"2026-11-25T14:51:39.577328Z"}',1795618299577328);
INSERT INTO "events" VALUES(57,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','run_updated','{"id":"run_01m89k1qmke00bqc4rfwe0s0g8","workflow_name":"branches","status":"running","attempt":1,"created_at":"2026-11-25T14:51:39.539579Z","updated_at":"2026-11-25T14:51:39.577874Z","queue":"branches","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{},"metadata":{"name":"branches"},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"branches","started_at":"2026-11-25T14:51:39.577874Z"}',1795618299577874);
INSERT INTO "events" VALUES(58,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qmke00shdanmmpxeftb","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"fork","action":"work","queue":"branches","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.539660Z","created_at":"2026-11-25T14:51:39.539660Z","updated_at":"2026-11-25T14:51:39.579331Z","path_id":"main/1","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.577328Z","heartbeat_at":"2026-11-25T14:51:39.577328Z"}',1795618299579331);
INSERT INTO "events" VALUES(59,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','action_appended','{"id":"alog_01m89k1qnve00bb3y0t4d7ap71","action":"work","step_name":"fork","branch_id":"main","started_at":"2026-11-25T14:51:39.577328Z","duration_ms":2,"parameters":{},"result":{"value":"fork"}}',1795618299579331);
INSERT INTO "events" VALUES(60,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qnve00rec2kqayg3crp","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"left","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.579331Z","created_at":"2026-11-25T14:51:39.579331Z","updated_at":"2026-11-25T14:51:39.579331Z","path_id":"left/2","parameters":{}}',1795618299579331);
INSERT INTO "events" VALUES(61,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qnve01a0r8c8rr5vvnn","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"right","action":"work","queue":"branches","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.579331Z","created_at":"2026-11-25T14:51:39.579331Z","updated_at":"2026-11-25T14:51:39.579331Z","path_id":"right/3","parameters":{}}',1795618299579331);
INSERT INTO "events" VALUES(62,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qnve00rec2kqayg3crp","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"left","action":"work","queue":"branches","status":"claimed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.579331Z","created_at":"2026-11-25T14:51:39.579331Z","updated_at":"2026-11-25T14:51:39.581072Z","path_id":"left/2","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.581072Z","heartbeat_at":"2026-11-25T14:51:39.581072Z"}',1795618299581072);
INSERT INTO "events" VALUES(63,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','job_updated','{"id":"job_01m89k1qnve00rec2kqayg3crp","run_id":"run_01m89k1qmke00bqc4rfwe0s0g8","step_name":"left","action":"work","queue":"branches","status":"completed","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.579331Z","created_at":"2026-11-25T14:51:39.579331Z","updated_at":"2026-11-25T14:51:39.582660Z","path_id":"left/2","parameters":{},"claimed_by":"old","claimed_at":"2026-11-25T14:51:39.581072Z","heartbeat_at":"2026-11-25T14:51:39.581072Z"}',1795618299582660);
INSERT INTO "events" VALUES(64,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8','action_appended','{"id":"alog_01m89k1qnye008mtdx3f4m5gtd","action":"work","step_name":"left","branch_id":"left","started_at":"2026-11-25T14:51:39.581072Z","duration_ms":1,"parameters":{},"result":{"value":"left"}}',1795618299582660);
INSERT INTO "events" VALUES(65,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp0e009g0b96qd35ccg','run_updated','{"id":"run_01m89k1qp0e009g0b96qd35ccg","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.584100Z","updated_at":"2026-11-25T14:51:39.584172Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":0},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"more 0"}',1795618299584172);
INSERT INTO "events" VALUES(66,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp0e009g0b96qd35ccg','job_updated','{"id":"job_01m89k1qp0e00rt19162tcj5hj","run_id":"run_01m89k1qp0e009g0b96qd35ccg","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.584172Z","created_at":"2026-11-25T14:51:39.584172Z","updated_at":"2026-11-25T14:51:39.584172Z","path_id":"main/1","parameters":{}}',1795618299584172);
INSERT INTO "events" VALUES(67,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp1e009h15wb6kye1p3','run_updated','{"id":"run_01m89k1qp1e009h15wb6kye1p3","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.585951Z","updated_at":"2026-11-25T14:51:39.586024Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":1},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"more 1"}',1795618299586024);
INSERT INTO "events" VALUES(68,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp1e009h15wb6kye1p3','job_updated','{"id":"job_01m89k1qp2e00aw1eem44k9zhn","run_id":"run_01m89k1qp1e009h15wb6kye1p3","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.586024Z","created_at":"2026-11-25T14:51:39.586024Z","updated_at":"2026-11-25T14:51:39.586024Z","path_id":"main/1","parameters":{}}',1795618299586024);
INSERT INTO "events" VALUES(69,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp3e00b2qk6hk5xwcap','run_updated','{"id":"run_01m89k1qp3e00b2qk6hk5xwcap","workflow_name":"one","status":"queued","attempt":1,"created_at":"2026-11-25T14:51:39.587833Z","updated_at":"2026-11-25T14:51:39.587902Z","queue":"more","definition_id":"","definition_version":0,"ephemeral":true,"inputs":{"n":2},"metadata":{},"actor_type":"user","actor_id":"usr_01m89k1q3pe008er3e35g2khec","initiated_by":"default","external_id":"more 2"}',1795618299587902);
INSERT INTO "events" VALUES(70,'prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp3e00b2qk6hk5xwcap','job_updated','{"id":"job_01m89k1qp3e00v9gn47z6j55xs","run_id":"run_01m89k1qp3e00b2qk6hk5xwcap","step_name":"only","action":"work","queue":"more","status":"pending","attempt":1,"max_attempts":1,"scheduled_at":"2026-11-25T14:51:39.587902Z","created_at":"2026-11-25T14:51:39.587902Z","updated_at":"2026-11-25T14:51:39.587902Z","path_id":"main/1","parameters":{}}',1795618299587902);
CREATE TABLE idempotency_keys (
    org_id         text NOT NULL,
    credential_id  text NOT NULL,
    key            text NOT NULL,
    request_hash   text NOT NULL,
    status         integer,
    body           text,
    created_at     bigint NOT NULL,
    PRIMARY KEY (org_id, credential_id, key)
);
INSERT INTO "idempotency_keys" VALUES('org_00000000000000000000000000','key_01m89k1q3pe00rgaaprjwxea1b','kept-key','3099fcba536e63f8244b6235c4da40bc00b9f4e6f6987248992366b47dccccee',202,'gAAAAABrBvX7RfgDXdDJFiVbMCyKvN4K5y2cpStpQULI80V2ztzjquBL1bMD-OUrmJ36D6O_sUnYxU_3LrNZ0LrKR8xB0gWYcnS-2ClvQkg9u7uos8I805JG2nNDCicBP13nEHdxGtkVJZq-q5fBS3Z4SR-XWI9ZF-nb3iAdIjbRblNbrIEJx9PD4pXiJYMvA5ED_TcaYFmxJxu-9MmyNqcg-67VXgb70Hdf5VCVpHGYLBCVcTS-TCxh9D3-ypWqj6bzy990Ej0eLJtcTDqQhrL7tusEAwGeKYLk2QCfVkIRptLEPLqIfKFCIp-TMrmls3Bgwb6GyGKS04BYeSpGw20dQCwTDwf8vIMobLWY7zu6kfn-_oI150nSN1-pbFd8IMhrsYdVpmZRh25S_JcyemYnRoZ3i01txMA6wJTN8EVyZakHIvNzhQLJoJGFV48uPs4SfPdCc-zQ1a2K2V-1kDU4o0b_HXyKlylmWfEi5FgSXcznlJV789Jr6ddcfvXgcIV2lXY7-heHLLyOrBIQzkw9cMBk0Hc-XD5LxckXVSv3wRPm41-TItXDi0fTCihFVvFZQB7O2YaLDjZ_DzglRT5dbkxNjUQJyww5xAoWmyxGyVkw-Wu1HZfYug5YGRXu5QuKq_O_LNI8',1795618299544173);
CREATE TABLE jobs (
    project_id        text NOT NULL,
    id                text NOT NULL,
    run_id            text NOT NULL,
    kind              text NOT NULL,
    parent_job_id     text,
    item_index        integer,
    remaining         integer,
    entry             integer NOT NULL,
    path_id           text NOT NULL,
    branch            text NOT NULL,
    step_name         text NOT NULL,
    workflow_name     text NOT NULL,
    action            text NOT NULL,
    action_kind       text NOT NULL,
    queue             text NOT NULL,
    parameters        text NOT NULL,
    status            text NOT NULL,
    attempt           integer NOT NULL,
    max_attempts      integer NOT NULL,
    retries           integer NOT NULL,
    retry_policy      integer,
    lost_leases       integer NOT NULL,
    timeout_us        bigint,
    scheduled_at      bigint NOT NULL,
    claimed_by        text,
    agent_id          text,
    agent_session_id  text,
    claimed_at        bigint,
    heartbeat_at      bigint,
    expires_at        bigint,
    deadline_at       bigint,
    should_cancel     integer NOT NULL,
    last_error        text,
    result            text,
    completion_hash   text,
    created_at        bigint NOT NULL,
    updated_at        bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qdre00sv0czqcd1yt84','run_01m89k1qdre00b69ndpf3h2a7e','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','completed','{}','completed',1,1,0,NULL,0,NULL,1795618299320086,'old',NULL,NULL,1795618299548751,1795618299548751,NULL,NULL,0,NULL,NULL,'69158da718decccc1e5dfc8dd868bdbfcee4d4367430a51a1934cdf26546ebc2',1795618299320086,1795618299551907);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qdye00vxj21mw8qzs33','run_01m89k1qdye0089aamzh672wnr','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','failed','{}','failed',1,1,0,NULL,0,NULL,1795618299326695,'old',NULL,NULL,1795618299553727,1795618299553727,NULL,NULL,0,'Boom: it broke',NULL,'610033d2ba4325f2fdfdd82556e9a236c953fbcccb0a4675e5c8d4b8f20420c0',1795618299326695,1795618299555992);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qe1e00rwjncrn6hg36d','run_01m89k1qe1e00br44ytcd254v6','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','cancelled','{}','failed',1,1,0,NULL,0,NULL,1795618299329366,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'the run was stopped',NULL,NULL,1795618299329366,1795618299557776);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qe4e00ss0e0dfcvx7bq','run_01m89k1qe4e00882e2cg3kd988','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','claimed','{}','claimed',1,1,0,NULL,0,NULL,1795618299332275,'old',NULL,NULL,1795618299559713,1795618299559713,1795618389559713,NULL,0,NULL,NULL,NULL,1795618299332275,1795618299559713);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qe7e00v2m3zg1tr5p7m','run_01m89k1qe7e0093zmymffjg6ev','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','pending','{}','pending',1,1,0,NULL,0,NULL,1795618299335632,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299335632,1795618299335632);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qe9e00r28ssqfm6d49f','run_01m89k1qe9e00bkph3dcj0471f','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','cancelling','{}','claimed',1,1,0,NULL,0,NULL,1795618299337842,'old',NULL,NULL,1795618299561961,1795618299561961,1795618389561961,NULL,1,NULL,NULL,NULL,1795618299337842,1795618299561961);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qm7e00sakf9g0q4249d','run_01m89k1qm7e00b4bk6f88hqq6n','task',NULL,NULL,NULL,1,'main/1','main','before','late signal','work','worker','signal unread','{}','pending',1,1,0,NULL,0,NULL,1795618299527454,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299527454,1795618299527454);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmce00s4bxdmsxdyj6d','run_01m89k1qmce009gcghwjjjrrn2','group',NULL,NULL,2,1,'main/1','main','all','items','greet','worker','items','{}','pending',1,1,0,NULL,0,NULL,1795618299532203,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299532203,1795618299570992);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmce01a5d7y57q4r70f','run_01m89k1qmce009gcghwjjjrrn2','item','job_01m89k1qmce00s4bxdmsxdyj6d',0,NULL,1,'main/1[0]','main','all','items','greet','worker','items','{"name":"a"}','completed',1,1,0,NULL,0,NULL,1795618299532203,'old',NULL,NULL,1795618299568739,1795618299568739,NULL,NULL,0,NULL,'"hello a"','4816fe2b39f8e41169d6effd0d3768b15e55297af3240ab387e282a21cac7885',1795618299532203,1795618299570992);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmce01t6d7z80sd1d03','run_01m89k1qmce009gcghwjjjrrn2','item','job_01m89k1qmce00s4bxdmsxdyj6d',1,NULL,1,'main/1[1]','main','all','items','greet','worker','items','{"name":"b"}','claimed',1,1,0,NULL,0,NULL,1795618299532203,'old',NULL,NULL,1795618299572406,1795618299572406,1795618389572406,NULL,0,NULL,NULL,NULL,1795618299532203,1795618299572406);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmce029hbhck967d8vg','run_01m89k1qmce009gcghwjjjrrn2','item','job_01m89k1qmce00s4bxdmsxdyj6d',2,NULL,1,'main/1[2]','main','all','items','greet','worker','items','{"name":"c"}','pending',1,1,0,NULL,0,NULL,1795618299532203,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299532203,1795618299532203);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmhe00vt1w2y0n2ccbt','run_01m89k1qmhe008389mzsr56rpd','task',NULL,NULL,NULL,1,'main/1','main','flaky','retry','work','worker','retrying','{}','failed',1,4,0,NULL,0,NULL,1795618299537195,'old',NULL,NULL,1795618299573738,1795618299573738,NULL,NULL,0,'Boom: it broke',NULL,'610033d2ba4325f2fdfdd82556e9a236c953fbcccb0a4675e5c8d4b8f20420c0',1795618299537195,1795618299575786);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmke00shdanmmpxeftb','run_01m89k1qmke00bqc4rfwe0s0g8','task',NULL,NULL,NULL,1,'main/1','main','fork','branches','work','worker','branches','{}','completed',1,1,0,NULL,0,NULL,1795618299539660,'old',NULL,NULL,1795618299577328,1795618299577328,NULL,NULL,0,NULL,NULL,'bc480b4b3820e41264b7080b59d743d26f90a0707fb10f0c63954d87d3bef2c3',1795618299539660,1795618299579331);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qmse00v7zyzr9mwkf6j','run_01m89k1qmse00azcy4dsrkkrgh','task',NULL,NULL,NULL,1,'main/1','main','only','defined','work','worker','defined','{}','pending',1,1,0,NULL,0,NULL,1795618299545194,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299545194,1795618299545194);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qnqe00tkx9ayf1k0wne','run_01m89k1qmhe008389mzsr56rpd','task',NULL,NULL,NULL,1,'main/1','main','flaky','retry','work','worker','retrying','{}','pending',2,4,1,0,0,NULL,1795618304575786,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'Boom: it broke',NULL,NULL,1795618299575786,1795618299575786);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qnve00rec2kqayg3crp','run_01m89k1qmke00bqc4rfwe0s0g8','task',NULL,NULL,NULL,2,'left/2','left','left','branches','work','worker','branches','{}','completed',1,1,0,NULL,0,NULL,1795618299579331,'old',NULL,NULL,1795618299581072,1795618299581072,NULL,NULL,0,NULL,NULL,'e1a77c0c0973eae301eb4a673cff3025f99970d746756bf81eb310f82468cb5c',1795618299579331,1795618299582660);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qnve01a0r8c8rr5vvnn','run_01m89k1qmke00bqc4rfwe0s0g8','task',NULL,NULL,NULL,3,'right/3','right','right','branches','work','worker','branches','{}','pending',1,1,0,NULL,0,NULL,1795618299579331,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299579331,1795618299579331);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qp0e00rt19162tcj5hj','run_01m89k1qp0e009g0b96qd35ccg','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','more','{}','pending',1,1,0,NULL,0,NULL,1795618299584172,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299584172,1795618299584172);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qp2e00aw1eem44k9zhn','run_01m89k1qp1e009h15wb6kye1p3','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','more','{}','pending',1,1,0,NULL,0,NULL,1795618299586024,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299586024,1795618299586024);
INSERT INTO "jobs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','job_01m89k1qp3e00v9gn47z6j55xs','run_01m89k1qp3e00b2qk6hk5xwcap','task',NULL,NULL,NULL,1,'main/1','main','only','one','work','worker','more','{}','pending',1,1,0,NULL,0,NULL,1795618299587902,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795618299587902,1795618299587902);
CREATE TABLE org_members (
    org_id      text NOT NULL,
    user_id     text NOT NULL,
    role        text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
INSERT INTO "org_members" VALUES('org_00000000000000000000000000','usr_01m89k1q3pe008er3e35g2khec','owner',1795618298998873);
CREATE TABLE orgs (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL
);
INSERT INTO "orgs" VALUES('org_00000000000000000000000000','default',1795618298998873,1795618298998873);
CREATE TABLE projects (
    org_id       text NOT NULL,
    id           text NOT NULL,
    name         text NOT NULL,
    name_folded  text NOT NULL,
    handle       text NOT NULL,
    description  text,
    created_by   text NOT NULL,
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
INSERT INTO "projects" VALUES('org_00000000000000000000000000','prj_01m89k1q3pe01bwbhwtqsv6nce','Default','default','default',NULL,'usr_01m89k1q3pe008er3e35g2khec',1795618298998873,1795618298998873);
INSERT INTO "projects" VALUES('org_00000000000000000000000000','prj_01m89k1qd2e009q76t2dhvq9j7','Kept: Ärger & Söhne','kept: ärger & söhne','kept',NULL,'usr_01m89k1q3pe008er3e35g2khec',1795618299298349,1795618299298349);
CREATE TABLE run_starts (
    project_id    text NOT NULL,
    external_id   text NOT NULL,
    request_hash  text NOT NULL,
    run_id        text NOT NULL,
    created_at    bigint NOT NULL,
    PRIMARY KEY (project_id, external_id, request_hash)
);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','completed','e71b67caa626ec92d91491ef60210175c36317b91265a91c82b46a4057e5e510','run_01m89k1qdre00b69ndpf3h2a7e',1795618299320086);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','failed','dd326a0ab01c890f2d03110efc8e173804565da70b008f2730240decfd71cda4','run_01m89k1qdye0089aamzh672wnr',1795618299326695);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','cancelled','cb40107185dc31e957bba4c4fb74ea805038613452f7a398890e971fa9405c95','run_01m89k1qe1e00br44ytcd254v6',1795618299329366);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','claimed','070ece43d0717b692677b3f5623b28cc678b362816a8a2be75a2282572172eb2','run_01m89k1qe4e00882e2cg3kd988',1795618299332275);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','pending','168cfea7fc84c23bd33e711c8cf898316aa1421f1429340cd936c84e8153780c','run_01m89k1qe7e0093zmymffjg6ev',1795618299335632);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','cancelling','353d19cbd1e962fb75a2f8bf7e0b071c217b86a5a6343b1a945e4e82e6c557c4','run_01m89k1qe9e00bkph3dcj0471f',1795618299337842);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','sleeping','1e7a8f75163dcbca2e5a33c4d6529f07ad9a335474afafb3f3b0a587a72ccb9e','run_01m89k1qece00bs0vvz756j95t',1795618299340041);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','signalled once','a56cb37ce72059aa6779adba7c50e9f6ab39f3df115aec07a306eeca5eb20fc0','run_01m89k1qk5e009k2j9h9839946',1795618299493820);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','signal unread','9fe37e57eb1a29761220111b23053c316390c984a2c43e470d5deeea4d39f82b','run_01m89k1qm7e00b4bk6f88hqq6n',1795618299527454);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','items','1ef45466d8218bd645bef6e210dbe4980746a70d77d3db3f317bf931fd2b96b0','run_01m89k1qmce009gcghwjjjrrn2',1795618299532203);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','retrying','7c29860f63c69662d7e3471321fcc85a2384d0c3b941ecc210abea8795b36402','run_01m89k1qmhe008389mzsr56rpd',1795618299537195);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','branches','e8696fd6b5c07fa0030cfd8e7ee7569593883e01100e357af659fb20a930128e','run_01m89k1qmke00bqc4rfwe0s0g8',1795618299539660);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','paused','67541fa49348d07d23931415cf2dea849569fa3217349031e86f7a81b502fc65','run_01m89k1qmpe00bztmtsf239m17',1795618299542148);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','defined','216358cdc3d09f63d9ed7b62a14f7f26a58fa867018b2255a4e0241fadf3da22','run_01m89k1qmse00azcy4dsrkkrgh',1795618299545194);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','more 0','329391ea138c5465319f129406fbe95104710b8b8904e47cf0433416e50793e2','run_01m89k1qp0e009g0b96qd35ccg',1795618299584172);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','more 1','1ca6604503fbf1ac8e7d1eea1be392c6e1d8105c5ff5b4810657cb40e8f5bd99','run_01m89k1qp1e009h15wb6kye1p3',1795618299586024);
INSERT INTO "run_starts" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','more 2','66eedc7ec25320d871aaa6b38920f945bc3e825127aaf6cabb6b2b2b3dfa99e7','run_01m89k1qp3e00b2qk6hk5xwcap',1795618299587902);
CREATE TABLE run_states (
    project_id  text NOT NULL,
    run_id      text NOT NULL,
    version     bigint NOT NULL,
    state       text NOT NULL,
    PRIMARY KEY (project_id, run_id)
);
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e',2,'{"status":"completed","attempt":1,"branches":{},"entries":1,"forks":0,"completed":1,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":{"x":"done"},"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr',2,'{"status":"failed","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"ready"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":{"step":"only","type":"Boom","message":"it broke"}}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6',2,'{"status":"failed","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":{"step":"","type":"cancelled","message":""}}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe7e0093zmymffjg6ev',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f',2,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":true,"cancel_reason":"","running":[1],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qece00bs0vvz756j95t',1,'{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"nap","entry":1,"waiting":{"type":"sleep"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qk5e009k2j9h9839946',2,'{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"second","entry":2,"waiting":{"type":"signal","topic":"stop"},"variables":{"a":{"n":41}}}},"entries":2,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qm7e00b4bk6f88hqq6n',2,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"before","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"all","entry":1,"waiting":{"type":"fan_out"},"variables":{"names":["a","b","c"]}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd',2,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"flaky","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8',3,'{"status":"active","attempt":1,"branches":{"right":{"name":"right","step":"right","entry":3,"waiting":{"type":"job"},"variables":{}},"join":{"name":"join","step":"join","entry":4,"waiting":{"type":"join"},"variables":{}}},"entries":4,"forks":0,"completed":2,"kept":{"left":{"x":"left"}},"used":["left","right","join"],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmpe00bztmtsf239m17',1,'{"status":"suspended","attempt":1,"branches":{"main":{"name":"main","step":"hold","entry":1,"waiting":{"type":"pause"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmse00azcy4dsrkkrgh',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp0e009g0b96qd35ccg',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp1e009h15wb6kye1p3',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
INSERT INTO "run_states" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp3e00b2qk6hk5xwcap',1,'{"status":"active","attempt":1,"branches":{"main":{"name":"main","step":"only","entry":1,"waiting":{"type":"job"},"variables":{}}},"entries":1,"forks":0,"completed":0,"kept":{},"used":[],"cancelling":false,"cancel_reason":"","running":[],"result":null,"error":null}');
CREATE TABLE runs (
    project_id        text NOT NULL,
    id                text NOT NULL,
    workflow_id       text,
    workflow_version  integer NOT NULL,
    workflow_name     text NOT NULL,
    workflow_handle   text NOT NULL,
    spec_hash         text NOT NULL,
    queue             text NOT NULL,
    status            text NOT NULL,
    attempt           integer NOT NULL,
    inputs            text NOT NULL,
    metadata          text NOT NULL,
    external_id       text,
    parent_run_id     text,
    error_message     text,
    result            text,
    actor_type        text NOT NULL,
    actor_id          text NOT NULL,
    initiated_by      text NOT NULL,
    cancel_requested  integer NOT NULL,
    created_at        bigint NOT NULL,
    started_at        bigint,
    completed_at      bigint,
    updated_at        bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdre00b69ndpf3h2a7e',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','completed','completed',1,'{}','{"name":"completed"}','completed',NULL,NULL,'{"x":"done"}','user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299319874,1795618299549849,1795618299551907,1795618299551907);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qdye0089aamzh672wnr',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','failed','failed',1,'{}','{"name":"failed"}','failed',NULL,'step "only" failed: Boom: it broke',NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299326598,1795618299554401,1795618299555992,1795618299555992);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe1e00br44ytcd254v6',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','cancelled','failed',1,'{}','{"name":"cancelled"}','cancelled',NULL,'cancelled',NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',1,1795618299329271,1795618299557776,1795618299557776,1795618299557776);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe4e00882e2cg3kd988',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','claimed','running',1,'{}','{"name":"claimed"}','claimed',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299332186,1795618299560438,NULL,1795618299560438);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe7e0093zmymffjg6ev',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','pending','queued',1,'{}','{"name":"pending"}','pending',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299335518,NULL,NULL,1795618299335632);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qe9e00bkph3dcj0471f',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','cancelling','running',1,'{}','{"name":"cancelling"}','cancelling',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',1,1795618299337760,1795618299562595,NULL,1795618299563826);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qece00bs0vvz756j95t',NULL,0,'nap','nap','7ebd6625da79079cdf9a063f38c2c3fefea5a4f559405ef55346fb5c11342d0b','sleeping','suspended',1,'{}','{"name":"sleeping"}','sleeping',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299339964,1795618299340041,NULL,1795618299340041);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qk5e009k2j9h9839946',NULL,0,'two signals','two signals','d07a59f1a7008423173d0fbeccfa50d19060e6e7566bfa7e8c7b8702b04aafc1','signalled once','suspended',1,'{}','{"name":"signalled once"}','signalled once',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299493643,1795618299493820,NULL,1795618299493820);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qm7e00b4bk6f88hqq6n',NULL,0,'late signal','late signal','6e68f97ab6dcb9ced9149a3ff1aa145c345657fb5729ca2359e748eeaec189ed','signal unread','queued',1,'{}','{"name":"signal unread"}','signal unread',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299527343,NULL,NULL,1795618299527454);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmce009gcghwjjjrrn2',NULL,0,'items','items','ce88f9dcad54fbb369761be86c4ae5e4872d476351b5b15fbd1f6102864d11e2','items','running',1,'{}','{"name":"items"}','items',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299532103,1795618299569461,NULL,1795618299569461);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmhe008389mzsr56rpd',NULL,0,'retry','retry','0c2cbb958f6ec8637e079b7711db746811817a65e3d57e8f0d875c5e30c1973d','retrying','running',1,'{}','{"name":"retrying"}','retrying',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299537064,1795618299574350,NULL,1795618299574350);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmke00bqc4rfwe0s0g8',NULL,0,'branches','branches','c7beace2c74d2ac199024d884a4b0f4cc6b44791d8eee54bee1940f0043f31f4','branches','running',1,'{}','{"name":"branches"}','branches',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299539579,1795618299577874,NULL,1795618299577874);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmpe00bztmtsf239m17',NULL,0,'pause','pause','805b9fa166955218f2dc180f34d54b309ecdf7c80ec0678e976d6b2a71ec4a22','paused','suspended',1,'{}','{"name":"paused"}','paused',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299541966,1795618299542148,NULL,1795618299542148);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qmse00azcy4dsrkkrgh','wfl_01m89k1qd7e008fw2x6ya2pm66',2,'Defined','defined','53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee','defined','queued',1,'{}','{}','defined',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299545126,NULL,NULL,1795618299545194);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp0e009g0b96qd35ccg',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','more','queued',1,'{"n":0}','{}','more 0',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299584100,NULL,NULL,1795618299584172);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp1e009h15wb6kye1p3',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','more','queued',1,'{"n":1}','{}','more 1',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299585951,NULL,NULL,1795618299586024);
INSERT INTO "runs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qp3e00b2qk6hk5xwcap',NULL,0,'one','one','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','more','queued',1,'{"n":2}','{}','more 2',NULL,NULL,NULL,'user','usr_01m89k1q3pe008er3e35g2khec','default',0,1795618299587833,NULL,NULL,1795618299587902);
CREATE TABLE schema_migrations (
    version     integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  bigint NOT NULL
);
INSERT INTO "schema_migrations" VALUES(1,'initial','2230afa24ee040e0832d56642b97ef50dad90d53d42cb75f42d67df23ce1ce90',1795618298901613);
INSERT INTO "schema_migrations" VALUES(2,'events','32cda856163e6b8f8bd7675dc028927f2b4c485c57fb1a39acc22a48f1debcc5',1795618298912308);
CREATE TABLE signals (
    project_id   text NOT NULL,
    run_id       text NOT NULL,
    id           text NOT NULL,
    topic        text NOT NULL,
    arrival      bigint NOT NULL,
    payload      text NOT NULL,
    created_at   bigint NOT NULL,
    consumed_at  bigint,
    PRIMARY KEY (project_id, run_id, id)
);
INSERT INTO "signals" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qk5e009k2j9h9839946','sig_01m89k1qnde00bq5k97vmrj9e3','go',1,'{"n":41}',1795618299565482,1795618299565482);
INSERT INTO "signals" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qm7e00b4bk6f88hqq6n','sig_01m89k1qnfe00a5wvmzwrrbd22','go',1,'{"n":7}',1795618299567406,NULL);
CREATE TABLE specs (
    project_id  text NOT NULL,
    hash        text NOT NULL,
    spec        text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (project_id, hash)
);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','{"name":"one","steps":[{"name":"only","action":"work","store":"x"}]}',1795618299303759);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee','{"name":"one","steps":[{"name":"only","action":"work","store":"x","next":[{"step":"more"}]},{"name":"more","action":"work","store":"y"}]}',1795618299315456);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','7ebd6625da79079cdf9a063f38c2c3fefea5a4f559405ef55346fb5c11342d0b','{"name":"nap","steps":[{"name":"nap","sleep":{"duration":"4s"},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x"}]}',1795618299340041);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','d07a59f1a7008423173d0fbeccfa50d19060e6e7566bfa7e8c7b8702b04aafc1','{"name":"two signals","steps":[{"name":"first","wait_signal":{"topic":"go","timeout":"87600h","store":"a"},"next":[{"step":"second"}]},{"name":"second","wait_signal":{"topic":"stop","timeout":"87600h","store":"b"},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x","parameters":{"n":"${state.a.n + 1}"}}]}',1795618299493820);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','6e68f97ab6dcb9ced9149a3ff1aa145c345657fb5729ca2359e748eeaec189ed','{"name":"late signal","steps":[{"name":"before","action":"work","store":"x","next":[{"step":"wait"}]},{"name":"wait","wait_signal":{"topic":"go","timeout":"87600h","store":"a"}}]}',1795618299527454);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','ce88f9dcad54fbb369761be86c4ae5e4872d476351b5b15fbd1f6102864d11e2','{"name":"items","state":{"names":["a","b","c"]},"steps":[{"name":"all","action":"greet","each":{"items":"state.names","as":"name"},"parameters":{"name":"${name}"},"store":"x"}]}',1795618299532203);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','0c2cbb958f6ec8637e079b7711db746811817a65e3d57e8f0d875c5e30c1973d','{"name":"retry","steps":[{"name":"flaky","action":"work","store":"x","retry":[{"error_equals":["Boom"],"max_retries":3,"base_delay":"5s","backoff_rate":1}]}]}',1795618299537195);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','c7beace2c74d2ac199024d884a4b0f4cc6b44791d8eee54bee1940f0043f31f4','{"name":"branches","steps":[{"name":"fork","action":"work","next":[{"step":"left","branch":"left"},{"step":"right","branch":"right"},{"step":"join","branch":"join"}]},{"name":"left","action":"work","store":"x"},{"name":"right","action":"work","store":"x"},{"name":"join","join":{"branches":["left","right"],"branch_mappings":{"left.x":"l","right.x":"r"}},"next":[{"step":"end"}]},{"name":"end","action":"work","store":"x"}]}',1795618299539660);
INSERT INTO "specs" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','805b9fa166955218f2dc180f34d54b309ecdf7c80ec0678e976d6b2a71ec4a22','{"name":"pause","steps":[{"name":"hold","pause":{},"next":[{"step":"work"}]},{"name":"work","action":"work","store":"x"}]}',1795618299542148);
CREATE TABLE timers (
    project_id    text NOT NULL,
    run_id        text NOT NULL,
    entry         integer NOT NULL,
    due_at        bigint NOT NULL,
    leased_until  bigint NOT NULL,
    PRIMARY KEY (project_id, run_id, entry)
);
INSERT INTO "timers" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qece00bs0vvz756j95t',1,1795618303340041,0);
INSERT INTO "timers" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','run_01m89k1qk5e009k2j9h9839946',2,2110978299565482,0);
CREATE TABLE users (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL
);
INSERT INTO "users" VALUES('usr_01m89k1q3pe008er3e35g2khec','Owner',1795618298998873,1795618298998873);
CREATE TABLE workers (
    project_id    text NOT NULL,
    worker_id     text NOT NULL,
    name          text,
    version       text,
    last_seen_at  bigint NOT NULL,
    PRIMARY KEY (project_id, worker_id)
);
INSERT INTO "workers" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','old',NULL,NULL,1795618299581056);
CREATE TABLE workflow_versions (
    project_id   text NOT NULL,
    workflow_id  text NOT NULL,
    version      integer NOT NULL,
    id           text NOT NULL,
    spec_hash    text NOT NULL,
    created_by   text NOT NULL,
    created_at   bigint NOT NULL,
    PRIMARY KEY (project_id, workflow_id, version)
);
INSERT INTO "workflow_versions" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','wfl_01m89k1qd7e008fw2x6ya2pm66',1,'wfv_01m89k1qdae009sz413gjbp9w1','b049e34340f7a167e1851001ad9231f4b1f4b74395ac095f101a4ffa8599d3b3','usr_01m89k1q3pe008er3e35g2khec',1795618299303766);
INSERT INTO "workflow_versions" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','wfl_01m89k1qd7e008fw2x6ya2pm66',2,'wfv_01m89k1qdke008576hkkn3g5md','53172afae5e594a6d981af51ea822d4635702804970ad5f29cfc51bdab0c1bee','usr_01m89k1q3pe008er3e35g2khec',1795618299315651);
CREATE TABLE workflows (
    project_id         text NOT NULL,
    id                 text NOT NULL,
    org_id             text NOT NULL,
    name               text NOT NULL,
    handle             text NOT NULL,
    description        text,
    latest_version     integer NOT NULL,
    published_as_tool  integer NOT NULL,
    created_by         text NOT NULL,
    created_at         bigint NOT NULL,
    updated_at         bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
INSERT INTO "workflows" VALUES('prj_01m89k1qd2e009q76t2dhvq9j7','wfl_01m89k1qd7e008fw2x6ya2pm66','org_00000000000000000000000000','Defined','defined',NULL,2,0,'usr_01m89k1q3pe008er3e35g2khec',1795618299303766,1795618299315651);
CREATE UNIQUE INDEX projects_handle ON projects (org_id, handle);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);
CREATE UNIQUE INDEX api_keys_name ON api_keys (org_id, coalesce(project_id, ''), name) WHERE revoked_at IS NULL;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
CREATE UNIQUE INDEX workflows_handle ON workflows (org_id, handle);
CREATE UNIQUE INDEX workflows_name ON workflows (project_id, name);
CREATE INDEX workflows_handle_in_project ON workflows (project_id, handle);
CREATE INDEX runs_by_status ON runs (project_id, status, id);
CREATE INDEX runs_by_name ON runs (project_id, workflow_name, id);
CREATE INDEX runs_by_workflow ON runs (project_id, workflow_id, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX runs_by_external_id ON runs (project_id, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX runs_by_parent ON runs (project_id, parent_run_id, id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_starts_created ON run_starts (created_at);
CREATE INDEX jobs_by_run ON jobs (project_id, run_id, id);
CREATE INDEX jobs_claimable_by_queue ON jobs (project_id, queue, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND queue IS NOT NULL;
CREATE INDEX jobs_claimable ON jobs (project_id, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND lost_leases >= 0;
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE status = 'claimed';
CREATE INDEX timers_due ON timers (due_at);
CREATE INDEX events_by_project ON events (project_id, seq);
CREATE INDEX events_by_run ON events (project_id, run_id, seq);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',70);
COMMIT;
