//! Where the credentials of a connector may go.

use super::{Connector, VerifyTarget};
use crate::{
    host_pattern::{HostPattern, HostPatternError},
    origin::{AgreedOrigins, Origin},
    template::{FillError, Part, TextTemplate, UrlTemplate},
};
use std::collections::BTreeMap;

/// Why the origins of a connector cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginsError {
    /// A value is missing or does not fit.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// A host pattern is none, which a connector that passed the rules never has.
    #[error("`{pattern}` covers no hosts: {error}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        error: HostPatternError,
    },
}

impl Connector {
    /// Where API credentials of a connection with this authentication may go: the allowed hosts; where the connector names none, the
    /// hosts of its base address and of its verify request. This is what a person agrees to. A host that the service tells
    /// is none of them until it has a value.
    ///
    /// # Errors
    /// [`OriginsError`], naming the setting or the pattern.
    pub fn allowed_origins(
        &self,
        authentication: Option<&str>,
        values: &BTreeMap<String, String>,
    ) -> Result<AgreedOrigins, OriginsError> {
        let mut origins = Vec::new();
        for pattern in &self.allowed_hosts {
            let parsed = HostPattern::parse(pattern)
                .map_err(|error| OriginsError::Pattern { pattern: pattern.clone(), error })?;
            if matches!(&parsed, HostPattern::Exact(template) if self.is_told_later(template, values)) {
                continue;
            }
            origins.extend(parsed.origins(values, self.allow_insecure_http)?);
        }
        if self.allowed_hosts.is_empty() {
            let verify_url = match self.verify(authentication).map(|verify| &verify.target) {
                Some(VerifyTarget::Url(url)) => Some(url),
                Some(VerifyTarget::Path(_)) | None => None,
            };
            for url in [&self.base_url].into_iter().chain(verify_url) {
                if !self.is_told_later(url, values) {
                    origins.extend(Origin::of(&url.fill_origin(values)?));
                }
            }
        }
        Ok(origins.into_iter().collect())
    }

    /// Whether the host of `url` is one that the service tells, and has not told yet.
    fn is_told_later(&self, url: &UrlTemplate, values: &BTreeMap<String, String>) -> bool {
        url.placeholders().any(|(part, name)| {
            let captured = self.captures.iter().any(|capture| capture.key == name);
            part == Part::Host && captured && !values.contains_key(name)
        })
    }

    /// The parts of addresses that the value of this name fills: they decide what it may hold.
    pub fn uses(&self, name: &str) -> Vec<Part> {
        let verify_targets = [None].into_iter().chain(self.authentications.iter().map(|(name, _)| name));
        let verify_urls = verify_targets.filter_map(|name| match &self.verify(name)?.target {
            VerifyTarget::Url(url) => Some(url.clone()),
            VerifyTarget::Path(path) => self.base_url.with_path(path).ok(),
        });
        let patterns = self.allowed_hosts.iter().filter_map(|pattern| match HostPattern::parse(pattern) {
            Ok(HostPattern::Exact(template)) => Some(template),
            _ => None,
        });
        let endpoints = self.authentications.iter().flat_map(|(_, authentication)| authentication.urls());
        let urls =
            [self.base_url.clone()].into_iter().chain(verify_urls).chain(patterns).chain(endpoints.cloned());
        let mut parts: Vec<Part> = Vec::new();
        for url in urls {
            parts.extend(url.placeholders().filter(|(_, found)| *found == name).map(|(part, _)| part));
        }
        let texts = self.headers.values().chain(self.query.values());
        if texts.flat_map(TextTemplate::placeholders).any(|found| found == name) {
            parts.push(Part::Query);
        }
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}
