//! What a person told the Lab to do: dials, pretend people, and the time that was let pass.

use super::State;
use crate::{
    LabError,
    dials::{Behaviour, DIALS, Dial, Kind, Setting},
    people::{Person, PersonBehaviour},
};
use rusqlite::{OptionalExtension, Row};
use serde_json::Value;
use std::collections::BTreeMap;

/// The link name of what is said for every connector.
const ALL: &str = "";

impl State {
    /// How the Lab behaves towards a connector now.
    pub fn behaviour(&self, link_name: &str) -> Result<Behaviour, LabError> {
        Ok(Behaviour::of(self.dials_of(ALL)?, self.dials_of(link_name)?))
    }

    /// Every dial as it is set for a connector, or for all.
    pub fn settings(&self, link_name: Option<&str>) -> Result<Vec<Setting>, LabError> {
        let all = self.dials_of(ALL)?;
        let own = match link_name {
            Some(link_name) => self.dials_of(link_name)?,
            None => all.clone(),
        };
        let behaviour = Behaviour::of(all, own.clone());
        let setting = |dial: &&'static Dial| Setting {
            dial,
            value: behaviour.value(dial),
            own: own.contains_key(dial.id),
        };
        Ok(DIALS.iter().map(setting).collect())
    }

    /// Sets a dial for a connector or for all; `None` is as if it had never been set.
    pub fn set_dial(&self, link_name: Option<&str>, id: &str, value: Option<Value>) -> Result<(), LabError> {
        let dial = Dial::find(id)?;
        let link_name = link_name.unwrap_or(ALL);
        let Some(value) = value else {
            self.db().execute("DELETE FROM dials WHERE link_name = ?1 AND id = ?2", (link_name, id))?;
            return Ok(());
        };
        dial.check(&value)?;
        if let (Kind::Person, Some(email)) = (dial.kind, value.as_str())
            && !email.is_empty()
            && self.person(email)?.is_none()
        {
            return Err(LabError::NoSuchPerson(email.to_owned()));
        }
        self.db().execute(
            "INSERT INTO dials (link_name, id, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (link_name, id) DO UPDATE SET value = excluded.value",
            (link_name, id, value.to_string()),
        )?;
        Ok(())
    }

    /// Forgets what was set for a connector, or for all.
    pub fn reset_dials(&self, link_name: Option<&str>) -> Result<(), LabError> {
        self.db().execute("DELETE FROM dials WHERE link_name = ?1", [link_name.unwrap_or(ALL)])?;
        Ok(())
    }

    /// Takes one request off a dial that counts them; whether there was one left.
    pub fn count_down(&self, link_name: &str, dial: &Dial) -> Result<bool, LabError> {
        // The own value outweighs the common one, so it is the one that counts.
        for link_name in [link_name, ALL] {
            let changed = self.db().execute(
                "UPDATE dials SET value = value - 1
                 WHERE link_name = ?1 AND id = ?2 AND CAST(value AS INTEGER) > 0",
                (link_name, dial.id),
            )?;
            if changed > 0 {
                return Ok(true);
            }
            if self.dials_of(link_name)?.contains_key(dial.id) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    fn dials_of(&self, link_name: &str) -> Result<BTreeMap<String, Value>, LabError> {
        let db = self.db();
        let mut statement = db.prepare_cached("SELECT id, value FROM dials WHERE link_name = ?1")?;
        let rows = statement
            .query_map([link_name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut dials = BTreeMap::new();
        for row in rows {
            let (id, value) = row?;
            dials.insert(id, serde_json::from_str(&value)?);
        }
        Ok(dials)
    }

    /// The pretend people, in the order in which they came.
    pub fn people(&self) -> Result<Vec<Person>, LabError> {
        let db = self.db();
        let mut statement =
            db.prepare_cached("SELECT email, name, behaviour FROM people ORDER BY position")?;
        let people = statement.query_map([], person)?;
        Ok(people.collect::<Result<_, _>>()?)
    }

    /// The pretend person of this e-mail.
    pub fn person(&self, email: &str) -> Result<Option<Person>, LabError> {
        let db = self.db();
        let mut statement =
            db.prepare_cached("SELECT email, name, behaviour FROM people WHERE email = ?1")?;
        Ok(statement.query_row([email], person).optional()?)
    }

    /// Keeps a person, in the place of the one of the same e-mail.
    pub fn save_person(&self, person: &Person) -> Result<(), LabError> {
        person.check()?;
        self.db().execute(
            "INSERT INTO people (email, name, behaviour) VALUES (?1, ?2, ?3)
             ON CONFLICT (email) DO UPDATE SET name = excluded.name, behaviour = excluded.behaviour",
            (&person.email, person.name.trim(), person.behaviour.as_str()),
        )?;
        Ok(())
    }

    pub fn forget_person(&self, email: &str) -> Result<(), LabError> {
        self.db().execute("DELETE FROM people WHERE email = ?1", [email])?;
        Ok(())
    }

    /// How much time was let pass, in seconds.
    pub fn ahead(&self) -> Result<i64, LabError> {
        let db = self.db();
        Ok(db.prepare_cached("SELECT ahead FROM clock")?.query_row([], |row| row.get(0))?)
    }

    /// Lets time pass; how much it is in all.
    pub fn advance(&self, seconds: u32) -> Result<i64, LabError> {
        self.db().execute("UPDATE clock SET ahead = ahead + ?1", [seconds])?;
        self.ahead()
    }
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let behaviour: String = row.get(2)?;
    Ok(Person {
        email: row.get(0)?,
        name: row.get(1)?,
        // What another version may have written there means somebody who agrees.
        behaviour: PersonBehaviour::parse(&behaviour).unwrap_or(PersonBehaviour::SaysYes),
    })
}
