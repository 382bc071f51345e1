//! A connector from elsewhere and this machine: before one that came with a file sends to loopback, to a private network
//! or to a name of the local one, the person is asked, address by address.
//!
//! Programs on this machine and boxes on its network often trust whoever reaches them, and the author of a file is not
//! whoever runs it. Where cloud machines hand out credentials (169.254.0.0/16, fe80::/10) nothing is ever sent.
//!
//! A name that resolves to there is not looked up here: who connects by it has agreed to the name.

use crate::{Engine, Error, oauth::provider::Provider};
use domain::{
    connector::{Authentication, Connector, VerifyTarget},
    id::ConnectorId,
    origin::{AgreedOrigins, Origin},
    template::UrlTemplate,
};
use protocol::message::Url;
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// A person agrees that a connector sends to these addresses on this machine or its network.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Values`] for what is no such address.
    pub async fn agree_to_inside(&self, connector: &ConnectorId, addresses: &[String]) -> Result<(), Error> {
        let origins = parse_addresses(addresses)?;
        let (id, now) = (connector.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                if change.connectors().find(&id)?.is_none() {
                    return Err(Error::not_found("connector", id.as_str()));
                }
                for origin in &origins {
                    change.inside().agree(&id, origin, now)?;
                }
                Ok(())
            })
            .await
    }

    /// Refuses a connector that came with a file as long as nobody agreed to each address inside that it leads to.
    /// # Errors
    /// [`Error::InsideNotAgreed`] with those addresses; [`Error::OriginNotAgreed`] for one that nobody can agree to.
    pub(crate) async fn must_be_agreed_inside(
        &self,
        id: &ConnectorId,
        connector: &Connector,
        origins: BTreeSet<Origin>,
    ) -> Result<(), Error> {
        if let Some(origin) = origins.iter().find(|origin| origin.is_link_local()) {
            return Err(Error::OriginNotAgreed(origin.to_string()));
        }
        let inside: Vec<_> = origins.into_iter().filter(Origin::is_inside).collect();
        if inside.is_empty() {
            return Ok(());
        }
        let id = id.clone();
        let open = self
            .store
            .read(move |snapshot| {
                let mut open = Vec::new();
                if snapshot.inside().is_foreign(&id)? {
                    for origin in inside {
                        if !snapshot.inside().is_agreed(&id, &origin)? {
                            open.push(origin.to_string());
                        }
                    }
                }
                Ok::<_, Error>(open)
            })
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        Err(Error::InsideNotAgreed { connector: connector.name.clone(), origins: open })
    }
}

/// The addresses that a person agrees to, as origins.
pub(crate) fn parse_addresses(addresses: &[String]) -> Result<Vec<Origin>, Error> {
    let parse = |address: &String| match Url::parse(address).ok().and_then(|url| Origin::of(&url)) {
        Some(origin) if origin.is_link_local() => Err(Error::OriginNotAgreed(origin.to_string())),
        Some(origin) if origin.is_inside() => Ok(origin),
        _ => {
            let reason = "no address on this machine or its network, such as http://127.0.0.1:8080";
            Err(Error::Values(vec![("agree".into(), format!("`{address}` is {reason}."))]))
        }
    };
    addresses.iter().map(parse).collect()
}

/// Every address that a connection of this connector can lead to: where its calls may go, where it verifies, and where a
/// person or a program signs in.
pub(crate) fn leads_to(
    connector: &Connector,
    authentication: Option<&str>,
    settings: &BTreeMap<String, String>,
    allowed: &AgreedOrigins,
) -> BTreeSet<Origin> {
    let of = |url: &UrlTemplate| Origin::of(&url.fill_origin(settings).ok()?);
    let verify = connector.verify(authentication).and_then(|verify| match &verify.target {
        VerifyTarget::Url(url) => of(url),
        VerifyTarget::Path(_) => None,
    });
    let shape = connector.authentication(authentication);
    let urls = shape.map(Authentication::urls).unwrap_or_default();
    let endpoints = urls.into_iter().filter_map(of);
    allowed.iter().cloned().chain(of(&connector.base_url)).chain(verify).chain(endpoints).collect()
}

/// The same for what a service says of itself: its document may lead further than the connector.
pub(crate) fn told_by(provider: &Provider) -> BTreeSet<Origin> {
    provider.endpoints.all().filter_map(Origin::of).collect()
}

#[cfg(test)]
mod tests;
