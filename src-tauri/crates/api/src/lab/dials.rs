//! How the Lab behaves, who signs in there, and what time it is for what it gave out: commands on what it keeps.

use crate::{
    Api,
    contract::{Done, error::ErrorView, lab::*},
    exchange::count,
};
use lab::{Dial, Person, PersonBehaviour, Setting, dials};
use serde_json::{Value, json};

impl Api {
    /// How the Lab behaves towards a connector, or towards all.
    /// # Errors
    /// The data cannot be read.
    pub async fn lab_dials(&self, request: ShowDials) -> Result<Vec<DialView>, ErrorView> {
        let found = self.lab.ask(move |lab| lab.dials(request.connector.as_deref())).await?;
        Ok(found.iter().map(dial).collect())
    }

    /// Makes the Lab behave in a way, with the next request.
    /// # Errors
    /// There is no such behaviour, or it has no such value.
    pub async fn set_lab_dial(&self, request: SetDial) -> Result<Vec<DialView>, ErrorView> {
        let SetDial { connector, id, value } = request;
        let asked = connector.clone();
        self.lab
            .ask(move |lab| {
                let value = match value {
                    None => None,
                    Some(DialValue::Switch(on)) => Some(json!(on)),
                    Some(DialValue::Number(number)) => Some(json!(number)),
                    Some(DialValue::Text(text)) => Some(Dial::find(&id)?.parse(&text)?),
                };
                lab.set_dial(connector.as_deref(), &id, value)
            })
            .await?;
        self.lab_dials(ShowDials { connector: asked }).await
    }

    /// Forgets how the Lab was told to behave.
    /// # Errors
    /// The data cannot be written.
    pub async fn reset_lab_dials(&self, request: ResetDials) -> Result<Vec<DialView>, ErrorView> {
        let connector = request.connector.clone();
        self.lab.ask(move |lab| lab.reset_dials(connector.as_deref())).await?;
        self.lab_dials(ShowDials { connector: request.connector }).await
    }

    /// The pretend people.
    /// # Errors
    /// The data cannot be read.
    pub async fn lab_people(&self, _: ListPeople) -> Result<Vec<PersonView>, ErrorView> {
        let people = self.lab.ask(lab::Lab::people).await?;
        let view = |person: Person| PersonView {
            email: person.email,
            name: person.name,
            behaviour: match person.behaviour {
                PersonBehaviour::SaysYes => PersonDoes::SaysYes,
                PersonBehaviour::SaysNo => PersonDoes::SaysNo,
                PersonBehaviour::WrongPassword => PersonDoes::WrongPassword,
                PersonBehaviour::TakesLong => PersonDoes::TakesLong,
            },
        };
        Ok(people.into_iter().map(view).collect())
    }

    /// Keeps a pretend person, in the place of the one of the same e-mail.
    /// # Errors
    /// It has no name or no e-mail address.
    pub async fn save_lab_person(&self, request: PersonView) -> Result<Vec<PersonView>, ErrorView> {
        let person = Person {
            email: request.email,
            name: request.name,
            behaviour: match request.behaviour {
                PersonDoes::SaysYes => PersonBehaviour::SaysYes,
                PersonDoes::SaysNo => PersonBehaviour::SaysNo,
                PersonDoes::WrongPassword => PersonBehaviour::WrongPassword,
                PersonDoes::TakesLong => PersonBehaviour::TakesLong,
            },
        };
        self.lab.ask(move |lab| lab.save_person(&person)).await?;
        self.lab_people(ListPeople {}).await
    }

    /// Forgets a pretend person.
    /// # Errors
    /// The data cannot be written.
    pub async fn delete_lab_person(&self, request: DeletePerson) -> Result<Vec<PersonView>, ErrorView> {
        self.lab.ask(move |lab| lab.forget_person(&request.email)).await?;
        self.lab_people(ListPeople {}).await
    }

    /// Lets time pass for everything that the Lab gave out.
    /// # Errors
    /// The data cannot be written.
    pub async fn advance_lab(&self, request: AdvanceLab) -> Result<LabStatus, ErrorView> {
        self.lab.ask(move |lab| lab.advance(request.seconds)).await?;
        self.lab_status(ShowLab {}).await
    }

    /// Ends every token that the Lab gave to a connector, or to all.
    /// # Errors
    /// The data cannot be written.
    pub async fn revoke_in_lab(&self, request: RevokeInLab) -> Result<RevokedInLab, ErrorView> {
        let ended = self.lab.ask(move |lab| lab.revoke_everything(request.connector.as_deref())).await?;
        Ok(RevokedInLab { ended: count(ended as u64) })
    }

    /// Makes the Lab sign id_tokens with new keys.
    /// # Errors
    /// The data cannot be written.
    pub async fn rotate_lab_keys(&self, _: RotateLabKeys) -> Result<Done, ErrorView> {
        self.lab.ask(lab::Lab::rotate_keys).await?;
        Ok(Done {})
    }
}

fn dial(setting: &Setting) -> DialView {
    let Setting { dial, value: set, own } = setting;
    DialView {
        id: dial.id.into(),
        group: match dial.group {
            dials::Group::SignIn => DialGroup::SignIn,
            dials::Group::Tokens => DialGroup::Tokens,
            dials::Group::Trouble => DialGroup::Trouble,
        },
        name: dial.name.into(),
        help: dial.help.into(),
        kind: match dial.kind {
            dials::Kind::Switch => DialKind::Switch,
            dials::Kind::Number { least, most, unit } => DialKind::Number {
                least: whole(least),
                most: whole(most),
                unit: match unit {
                    dials::Unit::Seconds => DialUnit::Seconds,
                    dials::Unit::Milliseconds => DialUnit::Milliseconds,
                    dials::Unit::Requests => DialUnit::Requests,
                    dials::Unit::OneIn => DialUnit::OneIn,
                },
            },
            dials::Kind::Choice(options) => DialKind::Choice {
                options: options
                    .iter()
                    .map(|(value, name)| DialOption { value: (*value).into(), name: (*name).into() })
                    .collect(),
            },
            dials::Kind::Person => DialKind::Person,
        },
        value: value(set),
        default: value(&dial.default()),
        own: *own,
    }
}

fn value(value: &Value) -> DialValue {
    match value {
        Value::Bool(on) => DialValue::Switch(*on),
        Value::Number(number) => DialValue::Number(whole(number.as_i64().unwrap_or_default())),
        other => DialValue::Text(other.as_str().unwrap_or_default().into()),
    }
}

/// Every number of a dial fits; the bounds of the table are far within.
fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
