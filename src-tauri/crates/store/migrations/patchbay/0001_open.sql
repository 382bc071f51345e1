-- Everything of value. Instants are microseconds since 1970 in UTC; sealed values are opaque bytes.

-- What changed, for those who show it (changes.rs).
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tag TEXT NOT NULL,
  id  TEXT NOT NULL
) STRICT;

-- The vault: at most one row. Its data key is stored only wrapped.
CREATE TABLE vault (
  the_only       INTEGER PRIMARY KEY CHECK (the_only = 1),
  id             TEXT NOT NULL,
  check_value    BLOB NOT NULL,
  mode           TEXT NOT NULL CHECK (mode IN ('keychain', 'passphrase')),
  current_key_id TEXT NOT NULL,
  created_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE vault_wraps (
  key_id  TEXT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('keychain', 'recovery', 'passphrase')),
  params  TEXT NOT NULL CHECK (json_valid(params)),
  wrapped BLOB NOT NULL,
  PRIMARY KEY (key_id, kind)
) STRICT, WITHOUT ROWID;
