-- Scripts that a person agreed to, by the digest of their text: only these run.
CREATE TABLE script_agreements (
  connector TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  digest    TEXT NOT NULL,
  agreed_at INTEGER NOT NULL,
  PRIMARY KEY (connector, digest)
) STRICT, WITHOUT ROWID;

-- Connectors whose script came with a file and was not agreed to since. What a person writes into another one is theirs.
CREATE TABLE foreign_scripts (
  connector TEXT PRIMARY KEY REFERENCES connectors (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- No script ran before this, so nobody agreed to one.
INSERT INTO foreign_scripts (connector) SELECT id FROM connectors WHERE coalesce(draft ->> 'script', '') <> '';
