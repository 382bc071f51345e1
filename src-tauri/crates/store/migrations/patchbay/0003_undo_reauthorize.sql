-- What an authorization was before a person signed in again, so that it can be brought back for a while. `generation` is
-- the one that its credential was sealed for.
CREATE TABLE replaced_authorizations (
  id           TEXT PRIMARY KEY REFERENCES authorizations (id) ON DELETE CASCADE,
  replaced_at  INTEGER NOT NULL,
  registration TEXT REFERENCES registrations (id) ON DELETE SET NULL,
  account      TEXT,
  requested    TEXT NOT NULL CHECK (json_valid(requested)),
  granted      TEXT NOT NULL CHECK (json_valid(granted)),
  expiry       TEXT NOT NULL CHECK (expiry IN ('told', 'assumed', 'never')),
  expires_at   INTEGER CHECK ((expires_at IS NULL) = (expiry = 'never')),
  origins      TEXT NOT NULL CHECK (json_valid(origins)),
  generation   INTEGER NOT NULL,
  credential   BLOB NOT NULL
) STRICT;
CREATE INDEX replaced_authorizations_by_time ON replaced_authorizations (replaced_at);
CREATE INDEX replaced_authorizations_by_registration ON replaced_authorizations (registration)
  WHERE registration IS NOT NULL;
