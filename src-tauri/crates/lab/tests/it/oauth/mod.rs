//! Tokens as a service gives them: every grant, the pages, and everything that a client can get wrong or an attacker try.

mod app;
mod assertions;
mod code;
mod direct;
mod openid;
mod pages;

pub use app::*;
