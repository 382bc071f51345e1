-- What a service that gives tokens has to remember, and how the Lab is told to behave. Values are kept as their digests.

-- The time that the Lab was told to let pass, in seconds; one row.
CREATE TABLE clock (
  the_only INTEGER PRIMARY KEY CHECK (the_only = 1),
  ahead    INTEGER NOT NULL
) STRICT;
INSERT INTO clock (the_only, ahead) VALUES (1, 0);

-- Behaviours that differ from their defaults: of one connector, or of all (the empty link name).
CREATE TABLE dials (
  link_name TEXT NOT NULL,
  id        TEXT NOT NULL,
  value     TEXT NOT NULL CHECK (json_valid(value)),
  PRIMARY KEY (link_name, id)
) STRICT, WITHOUT ROWID;

-- The pretend people.
CREATE TABLE people (
  position  INTEGER PRIMARY KEY AUTOINCREMENT,
  email     TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  behaviour TEXT NOT NULL
) STRICT;
INSERT INTO people (email, name, behaviour) VALUES
  ('ada@lab.test',   'Ada Lovage',     'says_yes'),
  ('joan@lab.test',  'Joan Clarkberry', 'says_yes'),
  ('grace@lab.test', 'Grace Hopple',   'says_no'),
  ('otto@lab.test',  'Otto Lilac',     'wrong_password'),
  ('lena@lab.test',  'Lena Turtle',    'takes_long');

-- Codes and tokens that were given out.
CREATE TABLE given (
  digest    BLOB PRIMARY KEY CHECK (length(digest) = 32),
  -- The code that a person types for a device.
  alias     BLOB UNIQUE,
  kind      TEXT NOT NULL,
  link_name TEXT NOT NULL,
  -- What came of one agreement ends together.
  family    TEXT NOT NULL,
  standing  TEXT NOT NULL DEFAULT 'good',
  made_at   INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  about     TEXT NOT NULL CHECK (json_valid(about))
) STRICT;
CREATE INDEX given_by_family ON given (family);
CREATE INDEX given_by_end ON given (ends_at);

-- Keys that the Lab made: to sign id_tokens, or issued to apps. The last of its purpose and algorithm is in use.
CREATE TABLE keys (
  number    INTEGER PRIMARY KEY AUTOINCREMENT,
  purpose   TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  private   BLOB NOT NULL,
  retired   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The last requests, without credentials.
CREATE TABLE exchanges (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  exchange TEXT NOT NULL CHECK (json_valid(exchange))
) STRICT;
