//! AWS Signature Version 4 without I/O: a request is put into one spelling, that is signed, and the signature stands in a
//! header or makes a presigned address.
//!
//! Source: *AWS Signature Version 4 for API requests* and, for S3, *Authenticating Requests (AWS Signature Version 4)* of
//! the Amazon S3 API Reference. Every text between is kept ([`Signed::canonical_request`], [`Signed::string_to_sign`]),
//! since a refusal is found by comparing them with those of the service; that is why the steps are written here, on the
//! published hash functions. Tests hold them against AWS's own suite, botocore's and the `aws-sigv4` crate.
//!
//! | File | What |
//! |---|---|
//! | [`canonical`] | the one spelling of a request |
//! | [`sign`] | the signature, and where it stands |
//! | [`chunks`] | bodies that are signed chunk by chunk |
//! | [`regions`] | regions and services to choose from |
//! | [`told`] | what a service says that it would have signed |
//!
//! **Never**: the time comes in; the secret key leaves as no part of a request.

pub mod canonical;
mod chunks;
pub mod regions;
pub mod sign;
pub mod told;

pub use sign::{Keys, Scope, SignError, Signed, authorize};

use serde::{Deserialize, Serialize};

/// Where the signature stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// The `Authorization` header.
    #[default]
    Header,
    /// The query string: a presigned address.
    Query,
}

/// What of the body the signature covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// All of it.
    #[default]
    Signed,
    /// None of it.
    Unsigned,
    /// Each chunk by itself.
    Streaming,
}

#[cfg(test)]
mod tests;
