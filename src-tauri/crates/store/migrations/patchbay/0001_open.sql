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

-- Connectors: one draft document each, which may be invalid, and immutable revisions. A connector is ready while
-- `ready_revision` says what for. The columns before `draft` are what lists show; a list reads no document.
CREATE TABLE connectors (
  id             TEXT PRIMARY KEY,
  link_name      TEXT NOT NULL UNIQUE,
  provenance     TEXT NOT NULL CHECK (provenance IN ('custom', 'built_in')),
  ready_revision TEXT REFERENCES revisions (id),
  draft_version  INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  changed_at     INTEGER NOT NULL,
  name           TEXT NOT NULL,
  name_key       TEXT NOT NULL,
  authentication TEXT,
  description    TEXT NOT NULL,
  logo           TEXT,
  draft          TEXT NOT NULL CHECK (json_valid(draft))
) STRICT;
CREATE UNIQUE INDEX connectors_by_name ON connectors (name_key, id);

CREATE TABLE revisions (
  id         TEXT PRIMARY KEY,
  connector  TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  manifest   TEXT NOT NULL CHECK (json_valid(manifest)),
  UNIQUE (connector, number)
) STRICT;

-- Named sets of values. The Lab is computed and never stored: where a row names no environment, it is the Lab's.
CREATE TABLE environments (
  id        TEXT PRIMARY KEY,
  link_name TEXT NOT NULL UNIQUE CHECK (link_name <> 'lab'),
  name      TEXT NOT NULL
) STRICT;
INSERT INTO environments (id, link_name, name) VALUES ('production', 'production', 'Production');

-- Routes that calls take.
CREATE TABLE agent_groups (
  id        TEXT PRIMARY KEY,
  link_name TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  route     TEXT NOT NULL CHECK (json_valid(route))
) STRICT;
INSERT INTO agent_groups (id, link_name, name, route) VALUES ('default', 'default', 'Default', '{"kind":"system_proxy"}');

-- What a service gave for a registered app; the only home of client credentials.
CREATE TABLE registrations (
  id          TEXT PRIMARY KEY,
  connector   TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  environment TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  is_default  INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  label       TEXT NOT NULL,
  client_id   TEXT NOT NULL,
  origins     TEXT NOT NULL CHECK (json_valid(origins)),
  generation  INTEGER NOT NULL,
  secret      BLOB
) STRICT;
CREATE INDEX registrations_by_connector ON registrations (connector, environment);
CREATE UNIQUE INDEX registrations_default ON registrations (connector, environment) WHERE is_default = 1;

-- Accounts with their sealed credentials. `side_slot` keeps a reply that lost a race, `former` the credential before
-- until the new one has worked. A lease is held as long as its owner lives, never by time.
CREATE TABLE authorizations (
  id              TEXT PRIMARY KEY,
  registration    TEXT REFERENCES registrations (id) ON DELETE SET NULL,
  account         TEXT,
  requested       TEXT NOT NULL CHECK (json_valid(requested)),
  granted         TEXT NOT NULL CHECK (json_valid(granted)),
  expiry          TEXT NOT NULL CHECK (expiry IN ('told', 'assumed', 'never')),
  expires_at      INTEGER CHECK ((expires_at IS NULL) = (expiry = 'never')),
  origins         TEXT NOT NULL CHECK (json_valid(origins)),
  generation      INTEGER NOT NULL,
  lease_owner     TEXT,
  refresh_started INTEGER,
  credential      BLOB NOT NULL,
  side_slot       BLOB,
  former          BLOB
) STRICT;
CREATE INDEX authorizations_by_registration ON authorizations (registration) WHERE registration IS NOT NULL;
CREATE INDEX authorizations_by_expiry ON authorizations (expires_at) WHERE expires_at IS NOT NULL;

-- Named uses of a connector. `standing` is the place of its status in the list: attention, expiring, connected,
-- connected in the Lab, waiting, not signed in, disabled. `search_text` holds, in lower case, what a search looks at.
CREATE TABLE connections (
  row_id         INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  link_name      TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  name_key       TEXT NOT NULL,
  connector      TEXT NOT NULL REFERENCES connectors (id),
  revision       TEXT NOT NULL REFERENCES revisions (id),
  environment    TEXT REFERENCES environments (id),
  authorization  TEXT REFERENCES authorizations (id),
  authentication TEXT,
  settings       TEXT NOT NULL CHECK (json_valid(settings)),
  agent_group    TEXT REFERENCES agent_groups (id),
  status         TEXT NOT NULL CHECK (json_valid(status)),
  created_at     INTEGER NOT NULL,
  search_text    TEXT NOT NULL,
  standing       INTEGER NOT NULL CHECK (standing =
    CASE status ->> 'kind'
      WHEN 'needs_attention' THEN 0
      WHEN 'expiring'        THEN 1
      WHEN 'connected'       THEN iif(environment IS NULL, 3, 2)
      WHEN 'waiting'         THEN 4
      WHEN 'not_signed_in'   THEN 5
      WHEN 'disabled'        THEN 6
    END)
) STRICT;
-- Each order and filter of the list walks one of these without touching the rows; the first serves searches that
-- match too much for the full-text index.
CREATE INDEX connections_by_standing ON connections (standing, name_key, row_id, connector, environment, search_text);
CREATE INDEX connections_by_name ON connections (name_key, row_id, standing, connector, environment);
CREATE INDEX connections_by_connector ON connections (connector, name_key, row_id, standing, environment);
CREATE INDEX connections_by_environment ON connections (environment, standing, name_key, row_id, connector);
CREATE INDEX connections_by_authorization ON connections (authorization) WHERE authorization IS NOT NULL;
CREATE INDEX connections_by_revision ON connections (revision);
CREATE INDEX connections_by_agent_group ON connections (agent_group) WHERE agent_group IS NOT NULL;

-- How many connections of each standing a connector has in an environment (empty: the Lab), so that nobody has to count.
CREATE TABLE connection_counts (
  connector   TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  environment TEXT NOT NULL,
  standing    INTEGER NOT NULL,
  count       INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (connector, environment, standing)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER connections_counted_insert AFTER INSERT ON connections BEGIN
  INSERT INTO connection_counts (connector, environment, standing, count)
  VALUES (new.connector, ifnull(new.environment, ''), new.standing, 1)
  ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER connections_counted_delete AFTER DELETE ON connections BEGIN
  UPDATE connection_counts SET count = count - 1
  WHERE connector = old.connector AND environment = ifnull(old.environment, '') AND standing = old.standing;
END;
CREATE TRIGGER connections_counted_update AFTER UPDATE OF connector, environment, standing ON connections BEGIN
  UPDATE connection_counts SET count = count - 1
  WHERE connector = old.connector AND environment = ifnull(old.environment, '') AND standing = old.standing;
  INSERT INTO connection_counts (connector, environment, standing, count)
  VALUES (new.connector, ifnull(new.environment, ''), new.standing, 1)
  ON CONFLICT DO UPDATE SET count = count + 1;
END;

-- Finds any three letters in a row, wherever they stand.
CREATE VIRTUAL TABLE connections_search USING fts5 (
  search_text, content = 'connections', content_rowid = 'row_id', tokenize = 'trigram case_sensitive 1', columnsize = 0
);
CREATE TRIGGER connections_search_insert AFTER INSERT ON connections BEGIN
  INSERT INTO connections_search (rowid, search_text) VALUES (new.row_id, new.search_text);
END;
CREATE TRIGGER connections_search_delete AFTER DELETE ON connections BEGIN
  INSERT INTO connections_search (connections_search, rowid, search_text)
  VALUES ('delete', old.row_id, old.search_text);
END;
CREATE TRIGGER connections_search_update AFTER UPDATE OF search_text ON connections
WHEN old.search_text <> new.search_text BEGIN
  INSERT INTO connections_search (connections_search, rowid, search_text)
  VALUES ('delete', old.row_id, old.search_text);
  INSERT INTO connections_search (rowid, search_text) VALUES (new.row_id, new.search_text);
END;

-- Runs of connect and reauthorize, with what was typed or replied, sealed, until it is an authorization.
CREATE TABLE attempts (
  id             TEXT PRIMARY KEY,
  connection     TEXT REFERENCES connections (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  connector      TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  revision       TEXT NOT NULL REFERENCES revisions (id),
  environment    TEXT REFERENCES environments (id) ON DELETE CASCADE,
  authentication TEXT,
  settings       TEXT NOT NULL CHECK (json_valid(settings)),
  agent_group    TEXT REFERENCES agent_groups (id) ON DELETE SET NULL,
  requested      TEXT NOT NULL CHECK (json_valid(requested)),
  origins        TEXT NOT NULL CHECK (json_valid(origins)),
  generation     INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (json_valid(state)),
  owner          TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  slot           BLOB
) STRICT;
CREATE INDEX attempts_by_connection ON attempts (connection) WHERE connection IS NOT NULL;
CREATE INDEX attempts_by_connector ON attempts (connector);

-- Settings of the app.
CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
