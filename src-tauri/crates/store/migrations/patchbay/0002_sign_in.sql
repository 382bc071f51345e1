-- Attempts whose credential comes from the service: how the person signs in and what the service told, without secrets.
-- A redirect finds its attempt by a digest of its `state`.
ALTER TABLE attempts ADD COLUMN sign_in TEXT CHECK (sign_in IS NULL OR json_valid(sign_in));
CREATE UNIQUE INDEX attempts_by_state_key ON attempts (sign_in ->> 'state_key')
  WHERE sign_in ->> 'state_key' IS NOT NULL;

-- What a service says about itself (discovery document, signing keys), pinned for a revision: offline works from here.
CREATE TABLE discoveries (
  revision TEXT NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
  issuer   TEXT NOT NULL,
  read_at  INTEGER NOT NULL,
  metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
  jwks     TEXT CHECK (jwks IS NULL OR json_valid(jwks)),
  PRIMARY KEY (revision, issuer)
) STRICT, WITHOUT ROWID;
