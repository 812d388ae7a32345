// SPDX-License-Identifier: Apache-2.0
// The accounts' database. Nothing in it that was chosen by a person or sent by a client is clear text but names and labels; app passwords
// are sealed with the installation's key, because OpenSubsonic's token login needs them back.
#pragma once

namespace segue::accounts {

inline constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS user (
  row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS user_lower ON user (lower(name));
CREATE TABLE IF NOT EXISTS session (
  id TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user, refresh TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS session_user ON session (user);
CREATE TABLE IF NOT EXISTS spent_refresh (hash TEXT PRIMARY KEY, session TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS credential (
  id TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user, kind INTEGER NOT NULL, label TEXT NOT NULL, scope TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE, sealed TEXT NOT NULL, created INTEGER NOT NULL, last_used INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS credential_user ON credential (user, kind);
CREATE TABLE IF NOT EXISTS setup (hash TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS invitation (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, role TEXT NOT NULL, made_by TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS throttle (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known_address (user_row INTEGER NOT NULL, address TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (user_row, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (row INTEGER PRIMARY KEY, time INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL, address TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS library (number INTEGER PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, is_open INTEGER NOT NULL, rules TEXT NOT NULL);
INSERT INTO library (number, name, name_key, is_open, rules) VALUES (0, 'Music', 'music', 1, '[]') ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS library_user (library INTEGER NOT NULL, user_row INTEGER NOT NULL, PRIMARY KEY (library, user_row));
)sql";

}  // namespace segue::accounts
