CREATE TABLE playlist (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL,
  name TEXT NOT NULL, public INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, change INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
INSERT INTO playlist VALUES('pl-nyjs7qmqpxjeqlauihbn','ada',1795708316,1795708316,2,'bc89dd4a152beae5','Bristol',0,0,1);
CREATE TABLE operation (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL, operation TEXT NOT NULL,
  PRIMARY KEY (playlist, number)) WITHOUT ROWID;
INSERT INTO operation VALUES('pl-nyjs7qmqpxjeqlauihbn',1,'af6f005d1998220d','ada',1795708316,'{"op":"set","name":"Bristol"}');
INSERT INTO operation VALUES('pl-nyjs7qmqpxjeqlauihbn',2,'bc89dd4a152beae5','ada',1795708316,'{"op":"add","items":[{"uid":"3oylcul2js","track":"aaaaaaaaaaaaaaaaaaaaaaaaab","added_by":"ada","added":1795708316},{"uid":"lfgjz6j4v3","track":"aaaaaaaaaaaaaaaaaaaaaaaaac","added_by":"ada","added":1795708316},{"uid":"jrrigb6x7e","track":"aaaaaaaaaaaaaaaaaaaaaaaaad","added_by":"ada","added":1795708316},{"uid":"3vy6an3jxm","track":"aaaaaaaaaaaaaaaaaaaaaaaaag","added_by":"ada","added":1795708316}],"after":""}');
CREATE TABLE snapshot (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, list TEXT NOT NULL, PRIMARY KEY (playlist, number)) WITHOUT ROWID;
CREATE TABLE share (playlist TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (playlist, user)) WITHOUT ROWID;
CREATE TABLE follow (user TEXT NOT NULL, playlist TEXT NOT NULL, PRIMARY KEY (user, playlist)) WITHOUT ROWID;
CREATE TABLE folder (id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE placed (user TEXT NOT NULL, playlist TEXT NOT NULL, folder TEXT NOT NULL, PRIMARY KEY (user, playlist)) WITHOUT ROWID;
CREATE TABLE change (count INTEGER NOT NULL);
INSERT INTO change VALUES(1);
CREATE INDEX playlist_owner ON playlist (owner);
CREATE INDEX share_user ON share (user);
CREATE INDEX folder_user ON folder (user);
CREATE INDEX playlist_change ON playlist (change);
