CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('incarnation','6624a4898cf60f49');
INSERT INTO meta VALUES('position','1700000000000-0');
INSERT INTO meta VALUES('revision','8');
INSERT INTO meta VALUES('version','3');
CREATE TABLE artist (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, sort TEXT NOT NULL,
  came_from INTEGER, albums INTEGER NOT NULL DEFAULT 0, songs INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL,
  libraries INTEGER NOT NULL DEFAULT 0);
INSERT INTO artist VALUES(1,'ar-kp7hyuzaeekpieymqjqg','massive attack','Massive Attack','massive attack',NULL,1,2,3,1);
INSERT INTO artist VALUES(2,'ar-u3rzfcbepzy5hwbgwafd','elizabeth fraser','Elizabeth Fraser','elizabeth fraser',NULL,0,1,1,1);
INSERT INTO artist VALUES(4,'ar-3chrvripuuln3dw4cgpk','portishead','Portishead','portishead',NULL,1,2,7,1);
INSERT INTO artist VALUES(5,'ar-jwjheog2cqaudxbkikak','various artists','Various Artists','various artists',NULL,1,0,7,1);
INSERT INTO artist VALUES(6,'ar-s2f4j7cr5rtlgacehqf6','nobody','Nobody','nobody',NULL,1,1,8,1);
CREATE TABLE album (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, sort TEXT NOT NULL, artist_sort TEXT NOT NULL,
  musicbrainz TEXT NOT NULL, is_compilation INTEGER NOT NULL, came_from INTEGER, songs INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0, year INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0, cover TEXT NOT NULL DEFAULT '',
  genre TEXT NOT NULL DEFAULT '', run TEXT NOT NULL DEFAULT '', rev INTEGER NOT NULL, library INTEGER NOT NULL DEFAULT 0);
INSERT INTO album VALUES(1,'al-k2xaswvwvqn6e5eszjev','massive attackmezzanine','Mezzanine','mezzanine','massive attack','',0,NULL,2,360.0,1998,1700000001,'/v/aaaaaaaaaaaaaaaaaaaaaaaaac/g1/cover.jpg','Trip Hop','',3,0);
INSERT INTO album VALUES(3,'al-ikmlwpjokxcyr55piasf','portisheaddummy','Dummy','dummy','portishead','',0,NULL,1,180.0,0,1700000003,'/v/aaaaaaaaaaaaaaaaaaaaaaaaad/g1/cover.jpg','','',5,0);
INSERT INTO album VALUES(4,'al-sp5v572namqqz3fuhsnv','various artistshits','Hits','hits','various artists','',1,NULL,1,180.0,0,1700000005,'/v/aaaaaaaaaaaaaaaaaaaaaaaaaf/g1/cover.jpg','','',7,0);
INSERT INTO album VALUES(5,'al-egvpznpgp5va6oy2liys','nobodynothing','Nothing','nothing','nobody','',0,NULL,1,180.0,0,1700000006,'/v/aaaaaaaaaaaaaaaaaaaaaaaaag/g1/cover.jpg','','',8,0);
CREATE TABLE asset (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, generation INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, sort TEXT NOT NULL,
  album INTEGER, run TEXT NOT NULL, seconds REAL NOT NULL, disc INTEGER NOT NULL, number INTEGER NOT NULL, year INTEGER NOT NULL,
  created INTEGER NOT NULL, cover TEXT NOT NULL, codec TEXT NOT NULL, bit_rate INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
  sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL, bit_depth INTEGER NOT NULL, lufs REAL, peak REAL, musicbrainz TEXT NOT NULL,
  has_lyrics INTEGER NOT NULL, stamp TEXT NOT NULL, rev INTEGER NOT NULL, library INTEGER NOT NULL DEFAULT 0);
INSERT INTO asset VALUES(1,'aaaaaaaaaaaaaaaaaaaaaaaaab',1,'track','Teardrop','massive attackmezzanine00000003teardrop',1,'',180.0,0,3,1998,1700000001,'/v/aaaaaaaaaaaaaaaaaaaaaaaaab/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'',1,'stamp',1,0);
INSERT INTO asset VALUES(2,'aaaaaaaaaaaaaaaaaaaaaaaaac',1,'track','Angel','massive attackmezzanine00000001angel',1,'',180.0,0,1,0,1700000002,'/v/aaaaaaaaaaaaaaaaaaaaaaaaac/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'',0,'stamp',3,0);
INSERT INTO asset VALUES(3,'aaaaaaaaaaaaaaaaaaaaaaaaad',1,'track','Roads','portisheaddummy00000000roads',3,'',180.0,0,0,0,1700000003,'/v/aaaaaaaaaaaaaaaaaaaaaaaaad/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'6e6f6f74-0000-4000-8000-000000000003',0,'stamp',5,0);
INSERT INTO asset VALUES(4,'aaaaaaaaaaaaaaaaaaaaaaaaae',1,'track','04 Glory Box','0000000004 glory box',NULL,'',180.0,0,0,0,1700000004,'/v/aaaaaaaaaaaaaaaaaaaaaaaaae/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'',0,'stamp',6,0);
INSERT INTO asset VALUES(5,'aaaaaaaaaaaaaaaaaaaaaaaaaf',1,'track','Sour Times','various artistshits00000000sour times',4,'',180.0,0,0,0,1700000005,'/v/aaaaaaaaaaaaaaaaaaaaaaaaaf/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'',0,'stamp',7,0);
INSERT INTO asset VALUES(6,'aaaaaaaaaaaaaaaaaaaaaaaaag',1,'track','Gone','nobodynothing00000000gone',5,'',180.0,0,0,0,1700000006,'/v/aaaaaaaaaaaaaaaaaaaaaaaaag/g1/cover.jpg','aac',128000,2880000,44100,2,0,NULL,NULL,'',0,'stamp',8,0);
CREATE TABLE credit (
  asset INTEGER NOT NULL, position INTEGER NOT NULL, artist INTEGER NOT NULL, role TEXT NOT NULL, PRIMARY KEY (asset, position)) WITHOUT ROWID;
INSERT INTO credit VALUES(1,0,1,'main');
INSERT INTO credit VALUES(1,1,2,'guest');
INSERT INTO credit VALUES(2,0,1,'main');
INSERT INTO credit VALUES(3,0,4,'main');
INSERT INTO credit VALUES(5,0,4,'main');
INSERT INTO credit VALUES(6,0,6,'main');
CREATE TABLE album_credit (
  album INTEGER NOT NULL, position INTEGER NOT NULL, artist INTEGER NOT NULL, PRIMARY KEY (album, position)) WITHOUT ROWID;
INSERT INTO album_credit VALUES(1,0,1);
INSERT INTO album_credit VALUES(3,0,4);
INSERT INTO album_credit VALUES(4,0,5);
INSERT INTO album_credit VALUES(5,0,6);
CREATE TABLE genre (
  asset INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (asset, name)) WITHOUT ROWID;
INSERT INTO genre VALUES(1,'Trip Hop');
CREATE TABLE isrc (asset INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (asset, code)) WITHOUT ROWID;
INSERT INTO isrc VALUES(1,'GBAAA9800322');
CREATE TABLE source_file (asset INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO source_file VALUES(1,'file1.flac');
INSERT INTO source_file VALUES(2,'file2.flac');
INSERT INTO source_file VALUES(3,'file3.flac');
INSERT INTO source_file VALUES(4,'04 glory box.flac');
INSERT INTO source_file VALUES(5,'file5.flac');
INSERT INTO source_file VALUES(6,'file6.flac');
CREATE TABLE lyrics (asset INTEGER PRIMARY KEY, text TEXT NOT NULL);
INSERT INTO lyrics VALUES(1,'Love, love is a verb');
CREATE TABLE identity (kind TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
INSERT INTO identity VALUES('album','massive atackmezanine','al-aancu5uuuebiluu7kgib');
INSERT INTO identity VALUES('album','massive attackmezzanine','al-k2xaswvwvqn6e5eszjev');
INSERT INTO identity VALUES('album','nobodynothing','al-egvpznpgp5va6oy2liys');
INSERT INTO identity VALUES('album','portishaeddummy','al-ikmlwpjokxcyr55piasf');
INSERT INTO identity VALUES('album','portisheaddummy','al-ikmlwpjokxcyr55piasf');
INSERT INTO identity VALUES('album','various artistshits','al-sp5v572namqqz3fuhsnv');
INSERT INTO identity VALUES('artist','elizabeth fraser','ar-u3rzfcbepzy5hwbgwafd');
INSERT INTO identity VALUES('artist','massive atack','ar-nvp52h5j2ye56uqzbpm4');
INSERT INTO identity VALUES('artist','massive attack','ar-kp7hyuzaeekpieymqjqg');
INSERT INTO identity VALUES('artist','nobody','ar-s2f4j7cr5rtlgacehqf6');
INSERT INTO identity VALUES('artist','portishaed','ar-3chrvripuuln3dw4cgpk');
INSERT INTO identity VALUES('artist','portishead','ar-3chrvripuuln3dw4cgpk');
INSERT INTO identity VALUES('artist','various artists','ar-jwjheog2cqaudxbkikak');
CREATE TABLE old_id (id TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO old_id VALUES('al-k3hpqcd4f2p4jdjs7tmk','al-ikmlwpjokxcyr55piasf');
INSERT INTO old_id VALUES('ar-ufvx5vk4vnvpuyb3n2w7','ar-3chrvripuuln3dw4cgpk');
CREATE TABLE gone (kind TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
INSERT INTO gone VALUES('album','al-aancu5uuuebiluu7kgib',3);
INSERT INTO gone VALUES('artist','ar-nvp52h5j2ye56uqzbpm4',3);
INSERT INTO gone VALUES('album','al-k3hpqcd4f2p4jdjs7tmk',5);
INSERT INTO gone VALUES('artist','ar-ufvx5vk4vnvpuyb3n2w7',5);
CREATE INDEX artist_sort ON artist (sort, row);
CREATE INDEX artist_rev ON artist (rev);
CREATE INDEX album_sort ON album (sort, row);
CREATE INDEX album_artist_sort ON album (artist_sort, sort, row);
CREATE INDEX album_created ON album (created, row);
CREATE INDEX album_year ON album (year, row);
CREATE INDEX album_rev ON album (rev);
CREATE INDEX asset_sort ON asset (sort, row);
CREATE INDEX asset_created ON asset (created, row);
CREATE INDEX asset_album ON asset (album, disc, number, row);
CREATE INDEX asset_run ON asset (run);
CREATE INDEX asset_rev ON asset (rev);
CREATE INDEX credit_artist ON credit (artist, asset);
CREATE INDEX album_credit_artist ON album_credit (artist, album);
CREATE INDEX genre_name ON genre (name, asset);
CREATE INDEX isrc_code ON isrc (code, asset);
CREATE INDEX source_file_name ON source_file (name);
CREATE INDEX asset_musicbrainz ON asset (musicbrainz) WHERE musicbrainz <> '';
CREATE INDEX gone_rev ON gone (rev);
