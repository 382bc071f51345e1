-- What the processes of a data directory must agree on about the Lab. Nothing here is of value.

-- What issued credentials are derived from; one row.
CREATE TABLE seed (
  the_only INTEGER PRIMARY KEY CHECK (the_only = 1),
  seed     BLOB NOT NULL CHECK (length(seed) = 32)
) STRICT;

-- The services that the Lab plays.
CREATE TABLE plays (
  link_name TEXT PRIMARY KEY,
  play      TEXT NOT NULL CHECK (json_valid(play))
) STRICT, WITHOUT ROWID;

-- The process that runs the Lab: at most one. It holds the lock on its file in `run` for as long as it does.
CREATE TABLE running (
  the_only  INTEGER PRIMARY KEY CHECK (the_only = 1),
  lock_file TEXT NOT NULL,
  port      INTEGER NOT NULL
) STRICT;
