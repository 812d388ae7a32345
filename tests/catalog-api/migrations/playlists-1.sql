CREATE TABLE playlist (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL,
  name TEXT NOT NULL, public INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
INSERT INTO playlist VALUES('pl-4ce6bxqmiwyyiaqtntpf','ada',1795708352,1795708352,2,'f86a9820ff921b92','Bristol',0,0);
CREATE TABLE operation (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL, operation TEXT NOT NULL,
  PRIMARY KEY (playlist, number)) WITHOUT ROWID;
INSERT INTO operation VALUES('pl-4ce6bxqmiwyyiaqtntpf',1,'af6f005d1998220d','ada',1795708352,'{"op":"set","name":"Bristol"}');
INSERT INTO operation VALUES('pl-4ce6bxqmiwyyiaqtntpf',2,'f86a9820ff921b92','ada',1795708352,'{"op":"add","items":[{"uid":"hrxtfggxlb","track":"aaaaaaaaaaaaaaaaaaaaaaaaab","added_by":"ada","added":1795708352},{"uid":"xkccpy5pyv","track":"aaaaaaaaaaaaaaaaaaaaaaaaac","added_by":"ada","added":1795708352},{"uid":"fwh7btv3x7","track":"aaaaaaaaaaaaaaaaaaaaaaaaad","added_by":"ada","added":1795708352},{"uid":"v74yrkd3am","track":"aaaaaaaaaaaaaaaaaaaaaaaaag","added_by":"ada","added":1795708352}],"after":""}');
CREATE TABLE snapshot (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, list TEXT NOT NULL, PRIMARY KEY (playlist, number)) WITHOUT ROWID;
CREATE TABLE share (playlist TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (playlist, user)) WITHOUT ROWID;
CREATE TABLE change (count INTEGER NOT NULL);
INSERT INTO change VALUES(1);
CREATE INDEX playlist_owner ON playlist (owner);
CREATE INDEX share_user ON share (user);
