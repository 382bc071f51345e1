-- What happened, without secrets.
CREATE TABLE events (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  connection TEXT,
  kind       TEXT NOT NULL CHECK (json_valid(kind)),
  exchange   TEXT
) STRICT;
CREATE INDEX events_by_connection ON events (connection, seq);

-- Calls as they were recorded. `bytes` is the length of the document; the index sums it without reading documents.
CREATE TABLE exchanges (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  connection TEXT,
  bytes      INTEGER NOT NULL,
  document   TEXT NOT NULL CHECK (json_valid(document))
) STRICT;
CREATE INDEX exchanges_by_size ON exchanges (seq, bytes);
CREATE INDEX exchanges_by_connection ON exchanges (connection, seq);
