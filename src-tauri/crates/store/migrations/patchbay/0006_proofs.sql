-- What the last whole run of *Prove it* came to, for each connector: of which draft, and of which revision once that
-- draft is ready. A save that changes nothing a run would notice takes the stamp along.
CREATE TABLE proofs (
  connector     TEXT PRIMARY KEY REFERENCES connectors (id) ON DELETE CASCADE,
  draft_version INTEGER NOT NULL,
  revision      TEXT REFERENCES revisions (id) ON DELETE SET NULL,
  proved_at     INTEGER NOT NULL,
  passed        INTEGER NOT NULL,
  refused       INTEGER NOT NULL,
  failed        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
