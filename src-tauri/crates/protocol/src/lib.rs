//! How each authentication type works, as functions of their inputs: requests in, authorized requests out.
//!
//! No I/O, no clock and no OS randomness here: `now` and entropy are parameters. Words are the RFCs'. A new
//! authentication type is one module here, its vectors under `tests/vectors/`, and one arm in `engine::call`.
#![warn(missing_docs)]

pub mod message;
