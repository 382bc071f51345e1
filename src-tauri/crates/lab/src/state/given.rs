//! Codes and tokens that the Lab gave out, by their digests: what they are for, and whether they still hold.
//!
//! What came of one agreement of a person is a family and ends together: a code or refresh token that is used twice takes
//! its family along (RFC 6749 §4.1.2, RFC 9700 §4.14.2).

use super::State;
use crate::LabError;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long what has ended is still known, so that it can be told from what never was.
const REMEMBERED: i64 = 90 * 86_400;

/// Something that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub kind: Kind,
    pub link_name: String,
    pub family: String,
    pub standing: Standing,
    /// Seconds of the time that passes for what is given out.
    pub made_at: i64,
    pub ends_at: i64,
    pub about: About,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    Access,
    Refresh,
    IdToken,
    Device,
    /// The `jti` of an assertion, which counts once.
    Assertion,
    /// Temporary credentials of OAuth 1.0a (RFC 5849 §2.1).
    Temporary,
    /// Its token credentials (§2.3). They sign, so nobody takes them for a bearer token.
    Signing,
    /// A nonce of a signed request, which counts once.
    Nonce,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    /// Used, where it can be used once.
    Spent,
    Revoked,
}

/// What it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct About {
    /// The way of the connector, where it has several.
    pub way: Option<String>,
    pub client_id: String,
    /// Nobody where the app acts for itself.
    pub person: Option<String>,
    pub scopes: Vec<String>,
    pub redirect_uri: Option<String>,
    /// Method and code challenge.
    pub challenge: Option<(String, String)>,
    pub nonce: Option<String>,
    /// Of whom its id_tokens are, as it was called at the sign-in.
    pub issuer: Option<String>,
    /// When the person agreed, by the service's clock.
    pub agreed_at: i64,
    /// Of a device, and of temporary credentials: what the person said. Of a device:  when it was last asked for, and how many seconds are to lie between.
    pub answer: Option<bool>,
    pub asked_at: Option<i64>,
    pub interval: i64,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Code,
        Self::Access,
        Self::Refresh,
        Self::IdToken,
        Self::Device,
        Self::Assertion,
        Self::Temporary,
        Self::Signing,
        Self::Nonce,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::IdToken => "id_token",
            Self::Device => "device",
            Self::Assertion => "assertion",
            Self::Temporary => "temporary",
            Self::Signing => "signing",
            Self::Nonce => "nonce",
        }
    }
}

impl Standing {
    const ALL: [Self; 3] = [Self::Good, Self::Spent, Self::Revoked];

    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Spent => "spent",
            Self::Revoked => "revoked",
        }
    }
}

const COLUMNS: &str = "kind, link_name, family, standing, made_at, ends_at, about";

impl State {
    /// Keeps what was given out as `value`; where a person types something shorter for it, as that too. False where such
    /// a value was given out already.
    pub fn keep_given(&self, value: &str, alias: Option<&str>, given: &Given) -> Result<bool, LabError> {
        let db = self.db();
        db.execute("DELETE FROM given WHERE ends_at < ?1", [given.made_at - REMEMBERED])?;
        if given.kind == Kind::Nonce {
            // Each call brings one, and none is of use once its time is over.
            let over = "DELETE FROM given WHERE kind = 'nonce' AND ends_at < ?1";
            db.prepare_cached(over)?.execute([given.made_at])?;
        }
        let kept = db.execute(
            &format!(
                "INSERT INTO given (digest, alias, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT DO NOTHING"
            ),
            (
                digest(value),
                alias.map(digest),
                given.kind.as_str(),
                &given.link_name,
                &given.family,
                given.standing.as_str(),
                given.made_at,
                given.ends_at,
                serde_json::to_string(&given.about)?,
            ),
        )?;
        Ok(kept > 0)
    }

    /// What was given out as `value`.
    pub fn find_given(&self, value: &str) -> Result<Option<Given>, LabError> {
        find(&self.db(), "digest", value)
    }

    /// What a person typed for it.
    pub fn find_by_alias(&self, alias: &str) -> Result<Option<Given>, LabError> {
        find(&self.db(), "alias", alias)
    }

    /// Uses something that can be used once; false where somebody was faster.
    pub fn spend(&self, value: &str) -> Result<bool, LabError> {
        let spent = self.db().execute(
            "UPDATE given SET standing = 'spent' WHERE digest = ?1 AND standing = 'good'",
            [digest(value)],
        )?;
        Ok(spent > 0)
    }

    /// Changes what a device code is about.
    pub fn change_about(
        &self,
        (column, value): (Named, &str),
        change: impl FnOnce(&mut About),
    ) -> Result<(), LabError> {
        let column = match column {
            Named::Value => "digest",
            Named::Alias => "alias",
        };
        let mut db = self.db();
        let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(mut given) = find(&step, column, value)? {
            change(&mut given.about);
            step.execute(
                &format!("UPDATE given SET about = ?2 WHERE {column} = ?1"),
                (digest(value), serde_json::to_string(&given.about)?),
            )?;
        }
        Ok(step.commit()?)
    }

    pub fn revoke_one(&self, value: &str) -> Result<(), LabError> {
        self.db().execute("UPDATE given SET standing = 'revoked' WHERE digest = ?1", [digest(value)])?;
        Ok(())
    }

    /// Ends everything that came of one agreement.
    pub fn revoke_family(&self, family: &str) -> Result<(), LabError> {
        self.db().execute("UPDATE given SET standing = 'revoked' WHERE family = ?1", [family])?;
        Ok(())
    }

    /// Ends everything that was given to a connector, or at all; how many of it still held.
    pub fn revoke_everything(&self, link_name: Option<&str>) -> Result<usize, LabError> {
        let revoked = self.db().execute(
            "UPDATE given SET standing = 'revoked'
             WHERE standing = 'good' AND kind NOT IN ('assertion', 'nonce') AND (?1 IS NULL OR link_name = ?1)",
            [link_name],
        )?;
        Ok(revoked)
    }
}

/// By which of its names something is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named {
    Value,
    Alias,
}

fn find(db: &Connection, column: &str, value: &str) -> Result<Option<Given>, LabError> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM given WHERE {column} = ?1"))?;
    let found = statement.query_row([digest(value)], |row| Ok((read(row)?, row.get::<_, String>(6)?)));
    let Some((given, about)) = found.optional()? else { return Ok(None) };
    let Some(given) = given else { return Ok(None) };
    Ok(Some(Given { about: serde_json::from_str(&about)?, ..given }))
}

/// A row without what it is about; nothing for one of a kind that this version does not know.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Given>> {
    let (kind, standing): (String, String) = (row.get(0)?, row.get(3)?);
    let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
    let standing = Standing::ALL.into_iter().find(|known| known.as_str() == standing);
    let (Some(kind), Some(standing)) = (kind, standing) else { return Ok(None) };
    Ok(Some(Given {
        kind,
        standing,
        link_name: row.get(1)?,
        family: row.get(2)?,
        made_at: row.get(4)?,
        ends_at: row.get(5)?,
        about: About::default(),
    }))
}

fn digest(value: &str) -> [u8; 32] {
    Sha256::digest(value).into()
}
