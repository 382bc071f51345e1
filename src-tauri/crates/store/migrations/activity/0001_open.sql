-- What happened, without secrets.
CREATE TABLE events (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  connection TEXT,
  kind       TEXT NOT NULL CHECK (json_valid(kind)),
  exchange   TEXT
) STRICT;
CREATE INDEX events_by_connection ON events (connection, seq);
