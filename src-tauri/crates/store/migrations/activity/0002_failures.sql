-- How each connection failed last, until it works again. `bytes` is the length of the evidence; the index sums it.
CREATE TABLE failures (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  connection TEXT NOT NULL UNIQUE,
  at         INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,
  evidence   TEXT NOT NULL CHECK (json_valid(evidence))
) STRICT;
CREATE INDEX failures_by_size ON failures (seq, bytes);
