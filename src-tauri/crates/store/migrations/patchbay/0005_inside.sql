-- Connectors that came with a file: before one of them sends to this machine or its network, the person is asked.
-- Whoever connected before this has agreed by connecting.
CREATE TABLE foreign_connectors (
  connector TEXT PRIMARY KEY REFERENCES connectors (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The addresses on this machine or its network that a person agreed to for a connector.
CREATE TABLE inside_agreements (
  connector TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  origin    TEXT NOT NULL,
  agreed_at INTEGER NOT NULL,
  PRIMARY KEY (connector, origin)
) STRICT, WITHOUT ROWID;
