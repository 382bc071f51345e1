//! The field table: every object of the manifest, every field, its kind, default and meaning, once.
//!
//! From it come the checks of structure (unknown keys, wrong types, what is missing), the order and the omissions of the
//! writer, the JSON Schema and the reference for people. The typed [`Connector`](crate::connector::Connector) stands beside
//! it; a test holds the two together. To add a field: one line here, one field there, and, where its text follows a new
//! rule, one arm in `rules::text`.

mod authentication;
mod connector;
mod kind;
mod oauth;

pub use kind::{Kind, MapKind, Text, UrlUse};

use serde_json::Value;

/// An object of the manifest.
#[derive(Debug)]
pub struct Shape {
    /// Name in the schema's definitions.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub doc: &'static str,
    /// Its fields in the order of writing, in groups so that shapes can share them.
    pub groups: &'static [&'static [Field]],
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key in the document.
    pub key: &'static str,
    /// What people call it, as the first words of a sentence.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it has to be there.
    pub need: Need,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A connector is not complete without it.
    Required,
    /// It may be left out, and then means nothing.
    Optional,
    /// It may be left out, and then means this (JSON); the writer leaves it out.
    Default(&'static str),
    /// It may be left out, and then means this (JSON); the writer writes it all the same.
    Written(&'static str),
}

impl Need {
    /// What a field means that is left out.
    pub fn default_value(self) -> Option<Value> {
        match self {
            Self::Required | Self::Optional => None,
            Self::Default(json) | Self::Written(json) => serde_json::from_str(json).ok(),
        }
    }
}

impl Shape {
    /// Its fields in the order of writing.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// The field of this key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.key == key)
    }
}

/// The whole document.
pub static CONNECTOR: &Shape = &connector::CONNECTOR;
/// What may differ in one environment.
pub static OVERLAY: &Shape = &connector::OVERLAY;
/// The fields of one of several authentications that stand before those of its shape.
pub static NAMED_HEAD: &Shape = &authentication::NAMED_HEAD;
/// The fields of one of several authentications that stand behind those of its shape.
pub static NAMED_TAIL: &Shape = &authentication::NAMED_TAIL;
/// The field that tells the shape of an authentication.
pub static TYPE: &Field = &authentication::TYPE;

/// The shapes of an authentication by the value of `type`, in the order of the documentation.
pub static AUTHENTICATIONS: &[(&str, &Shape)] = &[
    ("none", &authentication::NONE),
    ("basic", &authentication::BASIC),
    ("api_key", &authentication::API_KEY),
    ("bearer", &authentication::BEARER),
    ("auth_fields", &authentication::AUTH_FIELDS),
    ("oauth1", &oauth::OAUTH1),
    ("oauth2", &oauth::OAUTH2),
    ("openid_connect", &oauth::OPENID_CONNECT),
    ("aws_sigv4", &authentication::AWS_SIGV4),
];

/// The shape of this `type`.
pub fn authentication(type_name: &str) -> Option<&'static Shape> {
    AUTHENTICATIONS.iter().find(|(name, _)| *name == type_name).map(|(_, shape)| *shape)
}

/// The fields of an authentication of this `type`; those that all have where the type is unknown.
///
/// One of several (`named`) has fields of its own; its shape's `name` gives way to them, as the label says the same.
pub fn authentication_fields(type_name: Option<&str>, named: bool) -> Vec<&'static Field> {
    let shape = type_name.and_then(authentication);
    let shape_fields = shape.into_iter().flat_map(Shape::fields);
    if named {
        let head = NAMED_HEAD.fields().chain([TYPE]);
        head.chain(shape_fields.filter(|field| field.key != "name")).chain(NAMED_TAIL.fields()).collect()
    } else {
        std::iter::once(TYPE).chain(shape_fields).collect()
    }
}

const fn required(key: &'static str, title: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { key, title, kind, need: Need::Required, doc }
}

const fn optional(key: &'static str, title: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { key, title, kind, need: Need::Optional, doc }
}

const fn default(
    key: &'static str,
    title: &'static str,
    kind: Kind,
    json: &'static str,
    doc: &'static str,
) -> Field {
    Field { key, title, kind, need: Need::Default(json), doc }
}
