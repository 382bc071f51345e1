//! The pretend people who sign in at the Lab. Their domain cannot exist (RFC 6761 §6.2), and they have no passwords but
//! the one that the Lab issues.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A pretend person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who they are, as services know them.
    pub email: String,
    /// What people call them.
    pub name: String,
    /// What they do when they are asked.
    pub behaviour: PersonBehaviour,
}

/// What a pretend person does when they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonBehaviour {
    /// Agrees.
    SaysYes,
    /// Declines.
    SaysNo,
    /// Does not get in.
    WrongPassword,
    /// Agrees after a while.
    TakesLong,
}

/// Why a person is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// It has no e-mail address.
    #[error("a pretend person has an e-mail address, such as maria@lab.test")]
    Email,
    /// It has no name, or too long a one.
    #[error("a name has 1 to 80 characters")]
    Name,
}

impl PersonBehaviour {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::SaysYes, Self::SaysNo, Self::WrongPassword, Self::TakesLong];

    /// As it is shown.
    pub fn shown_name(self) -> &'static str {
        match self {
            Self::SaysYes => "Says yes",
            Self::SaysNo => "Says no",
            Self::WrongPassword => "Wrong password",
            Self::TakesLong => "Takes a while",
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SaysYes => "says_yes",
            Self::SaysNo => "says_no",
            Self::WrongPassword => "wrong_password",
            Self::TakesLong => "takes_long",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|behaviour| behaviour.as_str() == text)
    }
}

impl Person {
    /// Whether it can be kept.
    /// # Errors
    /// [`PersonError`].
    pub fn check(&self) -> Result<(), PersonError> {
        let plain = |text: &str| !text.contains(|c: char| c.is_control() || c.is_whitespace());
        let halves = self.email.split_once('@');
        let is_address = halves.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
        if !is_address || !plain(&self.email) || self.email.chars().count() > 200 {
            return Err(PersonError::Email);
        }
        let name = self.name.trim();
        let fits = (1..=80).contains(&name.chars().count()) && !name.contains(char::is_control);
        if fits { Ok(()) } else { Err(PersonError::Name) }
    }

    /// The `sub` of OpenID Connect: the same for each e-mail, and no e-mail.
    pub(crate) fn subject(email: &str) -> String {
        let digest = Sha256::new().chain_update("patchbay lab person 1").chain_update(email).finalize();
        let hex = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
        format!("lab-{}", hex.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_name_and_an_address() {
        let person = |email: &str, name: &str| Person {
            email: email.into(),
            name: name.into(),
            behaviour: PersonBehaviour::SaysYes,
        };
        assert_eq!(person("maria@lab.test", "Maria").check(), Ok(()));
        for email in ["", "maria", "@lab.test", "maria@", "ma ria@lab.test", "maria@lab.test\n"] {
            assert_eq!(person(email, "Maria").check(), Err(PersonError::Email), "{email:?}");
        }
        for name in ["", "  ", "a\nb", &"x".repeat(81)] {
            assert_eq!(person("maria@lab.test", name).check(), Err(PersonError::Name), "{name:?}");
        }
    }

    #[test]
    fn a_subject_is_the_same_each_time_and_tells_no_address() {
        let subject = Person::subject("ada@lab.test");
        assert_eq!(Person::subject("ada@lab.test"), subject);
        assert_ne!(Person::subject("joan@lab.test"), subject);
        assert!(!subject.contains("ada"));
    }
}
