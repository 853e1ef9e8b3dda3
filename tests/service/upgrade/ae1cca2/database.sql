BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE days (
	user_id CHAR(32) NOT NULL, 
	day DATE NOT NULL, 
	attempts INTEGER NOT NULL, 
	new INTEGER NOT NULL, 
	again INTEGER NOT NULL, 
	milliseconds BIGINT NOT NULL, 
	PRIMARY KEY (user_id, day), 
	CONSTRAINT fk_days_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-01',1,1,0,5500);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-02',1,1,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-03',1,1,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-04',1,0,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-05',1,0,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-06',1,1,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-07',1,0,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-08',1,1,0,0);
INSERT INTO "days" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-09',1,1,0,0);
CREATE TABLE devices (
	id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	scopes JSON NOT NULL, 
	token_start VARCHAR(16) NOT NULL, 
	token_sha256 BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_devices_token_sha256 UNIQUE (token_sha256), 
	CONSTRAINT fk_devices_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "devices" VALUES('0fdbe27fd23e446299d880d5ea3fd14b','0fcc244325c74d008152c432af57b1eb','Ann''s phone','["practice", "style", "account"]','hitsujun_i-3C',X'029B503C69561C1A4893D47A0E0EB147DFC33C34CBAAFDF3D7B8BBEF15D5B310','2026-11-27 06:31:17.858636','2026-11-27 06:31:18.446994');
CREATE TABLE events (
	user_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	kanji VARCHAR(4), 
	target CHAR(32), 
	body JSON NOT NULL, 
	PRIMARY KEY (user_id, id), 
	CONSTRAINT uq_events_user_id_number UNIQUE (user_id, number), 
	CONSTRAINT fk_events_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb74a0b8178b3cfe63b527',1,'日',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-74a0-b817-8b3cfe63b527", "at": "2026-11-01T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.237346+00:00", "kanji": "\u65e5", "seconds": 5.5, "score": 91.0}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb709c817ce72b38d6fded',2,'月',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-709c-817c-e72b38d6fded", "at": "2026-11-02T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.238096+00:00", "kanji": "\u6708", "misses": 1, "faulty_strokes": [2]}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb7b59bbc797e22a59b042',3,NULL,'01a21bb40fdb709c817ce72b38d6fded','{"kind": "override", "id": "01a21bb4-0fdb-7b59-bbc7-97e22a59b042", "at": "2026-11-01T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.238309+00:00", "attempt": "01a21bb4-0fdb-709c-817c-e72b38d6fded", "rating": "good"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb73ca82e65e9de529122f',4,'火',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-73ca-82e6-5e9de529122f", "at": "2026-11-03T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.238475+00:00", "kanji": "\u706b"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb79a3ae8977644e0e7e45',5,NULL,'01a21bb40fdb73ca82e65e9de529122f','{"kind": "undo", "id": "01a21bb4-0fdb-79a3-ae89-77644e0e7e45", "at": "2026-11-01T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.238694+00:00", "event": "01a21bb4-0fdb-73ca-82e6-5e9de529122f"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb764a855d561d252d9aa1',6,'水',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-764a-855d-561d252d9aa1", "at": "2026-11-03T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.238828+00:00", "kanji": "\u6c34"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb761895820b28c742b867',7,'土',NULL,'{"kind": "skip", "id": "01a21bb4-0fdb-7618-9582-0b28c742b867", "at": "2026-11-03T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239040+00:00", "kanji": "\u571f"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb79298063b0303118c6ef',8,'日',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-7929-8063-b0303118c6ef", "at": "2026-11-04T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239224+00:00", "kanji": "\u65e5"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb72f0a1868384352d4550',9,'月',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-72f0-a186-8384352d4550", "at": "2026-11-05T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239411+00:00", "kanji": "\u6708"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb71fc9b8f8f1be7256d08',10,'火',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-71fc-9b8f-8f1be7256d08", "at": "2026-11-06T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239581+00:00", "kanji": "\u706b"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb7c77a0d7ac8b78c27eb4',11,'水',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-7c77-a0d7-ac8b78c27eb4", "at": "2026-11-07T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239781+00:00", "kanji": "\u6c34"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb7874bb0a88c7c335a7a9',12,'木',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-7874-bb0a-88c7c335a7a9", "at": "2026-11-08T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.239939+00:00", "kanji": "\u6728"}');
INSERT INTO "events" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb758eb451bc4c19020fff',13,'金',NULL,'{"kind": "attempt", "id": "01a21bb4-0fdb-758e-b451-bc4c19020fff", "at": "2026-11-09T08:00:00+00:00", "device": "0fdbe27f-d23e-4462-99d8-80d5ea3fd14b", "received_at": "2026-11-27T06:31:55.240090+00:00", "kanji": "\u91d1"}');
CREATE TABLE inks (
	user_id CHAR(32) NOT NULL, 
	event_id CHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (user_id, event_id), 
	CONSTRAINT fk_inks_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "inks" VALUES('0fcc244325c74d008152c432af57b1eb','01a21bb40fdb764a855d561d252d9aa1',13,31,X'78DA636266E4D2D035FAFF9F81830389C9000140360326935861002F0A113D');
CREATE TABLE jobs (
	id VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	options JSON NOT NULL, 
	created DOUBLE NOT NULL, 
	heartbeat DOUBLE NOT NULL, 
	progress DOUBLE NOT NULL, 
	attempts INTEGER NOT NULL, 
	result VARCHAR, 
	error VARCHAR, user_id CHAR(32), kind VARCHAR DEFAULT 'stylization' NOT NULL, backbone VARCHAR DEFAULT '' NOT NULL, cost DOUBLE DEFAULT '0' NOT NULL, seconds DOUBLE DEFAULT '0' NOT NULL, started DOUBLE, claim VARCHAR, painter VARCHAR, preview DOUBLE, 
	PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('b69cf2b8db232a3dc0e01cc6ab12c168','done','{"size": 64}',1.7957610878361604214e+09,1.79576111057102394104e+09,1.0,1,'0a794b7ab2a9413ffcf2f0a16dc23804207ea7207fee4eb83a51f56d1639fcc7.png',NULL,'0fcc244325c74d008152c432af57b1eb','stylization','vgg19',0.1024,1.22880000000000011439e+00,1.79576111009363651276e+09,NULL,'',NULL);
INSERT INTO "jobs" VALUES('0cc5cf28d46e612dd5ba2bcaca00aacf','failed','{"size": 64}',1.79576109766852521892e+09,1.79576111089116883276e+09,0.0,1,NULL,'the painter failed (ValueError)','0fcc244325c74d008152c432af57b1eb','stylization','vgg19',0.1024,1.22880000000000011439e+00,1.79576111078447651862e+09,NULL,'',NULL);
INSERT INTO "jobs" VALUES('f3c91c71bcdb58da8de6b434a809801e','waiting','{"size": 64}',1.79576110995006918901e+09,1.79576110995006918901e+09,0.0,0,NULL,NULL,'0fcc244325c74d008152c432af57b1eb','stylization','vgg19',0.1024,1.22880000000000011439e+00,NULL,NULL,NULL,NULL);
CREATE TABLE link_codes (
	start VARCHAR(8) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	code_sha256 BLOB NOT NULL, 
	scopes JSON NOT NULL, 
	expires_at DATETIME NOT NULL, 
	guesses INTEGER NOT NULL, 
	PRIMARY KEY (start), 
	CONSTRAINT uq_link_codes_user_id UNIQUE (user_id), 
	CONSTRAINT fk_link_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE painters (
	name VARCHAR NOT NULL, 
	started DOUBLE NOT NULL, 
	heartbeat DOUBLE NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE progress (
	user_id CHAR(32) NOT NULL, 
	kanji VARCHAR(4) NOT NULL, 
	skipped DATETIME, 
	recent_seconds JSON NOT NULL, 
	last_at DATETIME, 
	last_device VARCHAR, 
	last_sequence BIGINT, 
	last_id CHAR(32), 
	due DATETIME, 
	stability DOUBLE, 
	difficulty DOUBLE, 
	last_review DATETIME, 
	first_review DATETIME, 
	phase VARCHAR(10), 
	step INTEGER, 
	lapses INTEGER, 
	parameters VARCHAR(20), 
	attempts INTEGER NOT NULL, 
	reviews INTEGER NOT NULL, 
	recalled INTEGER NOT NULL, 
	mature_reviews INTEGER NOT NULL, 
	mature_recalled INTEGER NOT NULL, 
	raised INTEGER NOT NULL, 
	lowered INTEGER NOT NULL, 
	faults JSON, 
	read_as JSON, 
	PRIMARY KEY (user_id, kanji), 
	CONSTRAINT fk_progress_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','日',NULL,'[5.5]','2026-11-04 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb79298063b0303118c6ef','2026-12-02 19:00:00.000000',1.38269036943545682301e+01,2.11121423578539513243e+00,'2026-11-04 08:00:00.000000','2026-11-01 08:00:00.000000','review',NULL,0,'fsrs-6-default',2,0,0,0,0,0,0,NULL,NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','月',NULL,'[]','2026-11-05 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb72f0a1868384352d4550','2026-11-30 19:00:00.000000',1.38269036943545682301e+01,2.11121423578539513243e+00,'2026-11-05 08:00:00.000000','2026-11-02 08:00:00.000000','review',NULL,0,'fsrs-6-default',2,0,0,0,0,1,0,'[[4, 1]]',NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','火',NULL,'[]','2026-11-06 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb71fc9b8f8f1be7256d08','2026-11-06 08:10:00.000000',2.3065,2.11810397045901588342e+00,'2026-11-06 08:00:00.000000','2026-11-06 08:00:00.000000','learning',1,0,'fsrs-6-default',1,0,0,0,0,0,0,NULL,NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','水',NULL,'[]','2026-11-07 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb7c77a0d7ac8b78c27eb4','2026-12-08 19:00:00.000000',1.61772632026546787638e+01,2.11121423578539513243e+00,'2026-11-07 08:00:00.000000','2026-11-03 08:00:00.000000','review',NULL,0,'fsrs-6-default',2,0,0,0,0,0,0,NULL,NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','土','2026-11-03 08:00:00.000000','[]','2026-11-03 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb761895820b28c742b867',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,NULL,NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','木',NULL,'[]','2026-11-08 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb7874bb0a88c7c335a7a9','2026-11-08 08:10:00.000000',2.3065,2.11810397045901588342e+00,'2026-11-08 08:00:00.000000','2026-11-08 08:00:00.000000','learning',1,0,'fsrs-6-default',1,0,0,0,0,0,0,NULL,NULL);
INSERT INTO "progress" VALUES('0fcc244325c74d008152c432af57b1eb','金',NULL,'[]','2026-11-09 08:00:00.000000','0fdbe27f-d23e-4462-99d8-80d5ea3fd14b',0,'01a21bb40fdb758eb451bc4c19020fff','2026-11-09 08:10:00.000000',2.3065,2.11810397045901588342e+00,'2026-11-09 08:00:00.000000','2026-11-09 08:00:00.000000','learning',1,0,'fsrs-6-default',1,0,0,0,0,0,0,NULL,NULL);
CREATE TABLE users (
	id CHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, 
	settings JSON NOT NULL, 
	last_number INTEGER NOT NULL, replayed_rules VARCHAR(12) DEFAULT '' NOT NULL, seed CHAR(32), 
	PRIMARY KEY (id)
);
INSERT INTO "users" VALUES('0fcc244325c74d008152c432af57b1eb','2026-11-27 06:31:17.560622','{"day_start": "04:00", "decks": ["jlpt-5"], "keep_ink": true, "new_per_day": 7, "quiet": ["22:00", "07:00"], "retention": 0.85, "time_zone": "Asia/Tokyo"}',13,'5ee160d4080c',NULL);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_devices_user_id ON devices (user_id);
CREATE INDEX ix_events_user_id_kanji ON events (user_id, kanji);
CREATE INDEX ix_events_user_id_target ON events (user_id, target);
CREATE INDEX ix_jobs_user_id ON jobs (user_id);
CREATE INDEX ix_progress_user_id_due ON progress (user_id, due);
CREATE INDEX ix_inks_user_id_number ON inks (user_id, number);
COMMIT;
